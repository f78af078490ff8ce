package warehouse

import (
	"io"
	"strings"

	"psims/datasets/plain"
)

// organisationColumns are the columns of the reference, with other names that
// are met; the first two are required.
var organisationColumns = [][]string{
	{"code", "organisation_code", "ods_code", "trust_code"},
	{"name", "organisation_name", "trust_name"},
	{"type", "organisation_type"},
	{"region", "region_name", "region_code"},
	{"icb", "icb_name", "icb_code"},
}

// ReadOrganisations reads the organisation reference from a CSV. path is for messages.
//
// Errors: a required column is missing, a code is empty or stands twice, with file and line.
func ReadOrganisations(r io.Reader, path string) ([]Organisation, error) {
	t, err := plain.Open(r, plain.Ask{What: "the organisation reference", Path: path, Columns: organisationColumns, Required: 2, Fold: true})
	if err != nil {
		return nil, err
	}
	var out []Organisation
	seen := map[string]int{}
	for row, err := range t.Rows() {
		if err != nil {
			return nil, err
		}
		cell := func(k int) string { return strings.Clone(strings.TrimSpace(row.Cell(k))) }
		o := Organisation{Code: cell(0), Name: cell(1), Type: cell(2), Region: cell(3), ICB: cell(4)}
		if o.Code == "" {
			return nil, row.Fault(0, "the code is empty")
		}
		if first, twice := seen[o.Code]; twice {
			return nil, row.Fault(0, "code %q stands on line %d already", o.Code, first)
		}
		seen[o.Code] = row.Line(0)
		out = append(out, o)
	}
	return out, nil
}
