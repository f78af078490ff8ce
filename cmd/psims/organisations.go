package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"psims/datasets/extract/value"
	"psims/datasets/warehouse"
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

// readOrganisations reads the organisation reference.
//
// Errors: a required column is missing, a code stands twice, with file and line.
func readOrganisations(path string) ([]warehouse.Organisation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading the organisation reference: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	r := csv.NewReader(f)
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("reading the organisation reference %q: %w; want a header with code, name, type, region, icb", path, err)
	}
	for i, h := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")))
	}
	at := make([]int, len(organisationColumns))
	for k, names := range organisationColumns {
		at[k] = -1
		for _, n := range names {
			if at[k] < 0 {
				at[k] = find(header, n)
			}
		}
		if at[k] < 0 && k < 2 {
			return nil, usagef("reading the organisation reference %q: there is no column %q%s", path, names[0], value.DidYouMean(names[0], header))
		}
	}
	var out []warehouse.Organisation
	seen := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the organisation reference %q: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		cell := func(k int) string {
			if at[k] < 0 {
				return ""
			}
			return strings.TrimSpace(row[at[k]])
		}
		o := warehouse.Organisation{Code: cell(0), Name: cell(1), Type: cell(2), Region: cell(3), ICB: cell(4)}
		if o.Code == "" {
			return nil, fmt.Errorf("reading the organisation reference %q, line %d: the code is empty", path, line)
		}
		if first, twice := seen[o.Code]; twice {
			return nil, fmt.Errorf("reading the organisation reference %q, line %d: code %q stands on line %d already", path, line, o.Code, first)
		}
		seen[o.Code] = line
		out = append(out, o)
	}
}
