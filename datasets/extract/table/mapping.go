// Package table reads any delimited file by a mapping: a small TOML file that
// says which of its columns is which of our fields.
//
//	name = "mine-accidents"       # optional: the scheme of the categories
//	delimiter = "tab"             # optional: comma, tab, semicolon, pipe or the character
//	[fields]                      # our field = their column
//	incident_id   = "row_id"      # required
//	reported_date = "accident_dt" # required; or occurred_date, which then serves as both
//	organisation  = "mine_id"     # required
//	description   = "narrative"   # required
//	category      = "inj_body_part"
//	[dates]
//	layout = "2006-01-02"         # optional: 2 January 2006 in the form of the file's dates
//	[values.harm]                 # optional: their value = ours
//	"1" = "fatal"
//	[multi.category]              # optional: several labels a row, from yes/no columns …
//	columns = ["Staff manner", "Timeliness"]
//	true    = ["1", "yes"]
//	# … or from the category's column: separator = "|"
//
// Optional fields are occurred_date, category, specialty, care_setting, location,
// harm, actions, apparent_causes, age_years, sex, medication and device. A key
// that isn't known, and a column that isn't in the file, are errors before any
// row is read.
package table

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"psims/datasets/extract/value"
)

// FieldNames are the fields that a mapping may fill, the required ones first.
var FieldNames = []string{
	"incident_id", "reported_date", "organisation", "description",
	"occurred_date", "category", "specialty", "care_setting", "location", "harm",
	"actions", "apparent_causes", "age_years", "sex", "medication", "device",
}

// known are the keys of each table of a mapping file; values.* is checked apart.
var known = map[string][]string{
	"":               {"name", "delimiter", "fields", "dates", "values", "multi"},
	"dates":          {"layout"},
	"multi":          {"category"},
	"multi.category": {"columns", "true", "separator"},
}

// Mapping says how the columns of a file become our fields.
type Mapping struct {
	Name      string                       `toml:"name"`
	Delimiter string                       `toml:"delimiter"`
	Fields    map[string]string            `toml:"fields"` // our field: their column
	Dates     Dates                        `toml:"dates"`
	Values    map[string]map[string]string `toml:"values"` // our field: their value: ours
	Multi     Multi                        `toml:"multi"`
}

// Dates says how dates are written.
type Dates struct {
	Layout string `toml:"layout"` // of package time; "" to find out
}

// Multi says where several labels a row come from.
type Multi struct {
	Category *Labels `toml:"category"`
}

// Labels are yes/no columns, each one label, or the separator of labels in one column.
type Labels struct {
	Columns   []string `toml:"columns"`
	True      []string `toml:"true"` // what says yes; empty for 1, yes, y, true and x
	Separator string   `toml:"separator"`
}

// LoadMapping reads the mapping file at path.
//
// Errors: as for [ParseMapping], or the file can't be read.
func LoadMapping(path string) (*Mapping, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading mapping %q: %w", path, err)
	}
	return ParseMapping(path, b)
}

// ParseMapping reads a mapping; name is for messages.
//
// Errors: it isn't TOML; a key isn't known (the nearest known one is named); what
// Validate finds.
func ParseMapping(name string, data []byte) (*Mapping, error) {
	m := &Mapping{}
	md, err := toml.Decode(string(data), m)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("reading mapping %q, line %d: %s", name, syntax.Position.Line, syntax.Message)
	case err != nil:
		return nil, fmt.Errorf("reading mapping %q: %w", name, err)
	}
	for _, key := range md.Undecoded() {
		parent := strings.Join(key[:len(key)-1], ".")
		return nil, fmt.Errorf("reading mapping %q: the key %q is not known%s", name, key.String(), suggest(key[len(key)-1], known[parent]))
	}
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("reading mapping %q: %w", name, err)
	}
	return m, nil
}

func suggest(key string, candidates []string) string {
	if hint := value.DidYouMean(key, candidates); hint != "" {
		return "; " + hint
	}
	return "; known are " + strings.Join(candidates, ", ")
}

// Validate says what of the mapping can't be right, whatever the file holds.
func (m *Mapping) Validate() error {
	for _, field := range slices.Sorted(maps.Keys(m.Fields)) {
		if !slices.Contains(FieldNames, field) {
			return fmt.Errorf("the field %q is not known%s", field, suggest(field, FieldNames))
		}
	}
	if m.Fields["reported_date"] == "" && m.Fields["occurred_date"] == "" {
		return errors.New("[fields] names no column for reported_date")
	}
	for _, field := range []string{"incident_id", "organisation", "description"} {
		if m.Fields[field] == "" {
			return fmt.Errorf("[fields] names no column for %s", field)
		}
	}
	for _, field := range slices.Sorted(maps.Keys(m.Values)) {
		if !slices.Contains(FieldNames, field) {
			return fmt.Errorf("[values.%s]: the field is not known%s", field, suggest(field, FieldNames))
		}
		if m.Fields[field] == "" {
			return fmt.Errorf("[values.%s]: [fields] names no column for %s", field, field)
		}
	}
	for _, from := range slices.Sorted(maps.Keys(m.Values["harm"])) {
		if _, ok := value.Harm(m.Values["harm"][from]); !ok {
			return fmt.Errorf("[values.harm]: %q is not a degree of harm; use fatal, severe, moderate, low, none, not applicable or missing", m.Values["harm"][from])
		}
	}
	if _, err := m.comma(); err != nil {
		return err
	}
	return errors.Join(m.Dates.validate(), m.Multi.Category.validate(m.Fields["category"]))
}

func (d Dates) validate() error {
	if d.Layout == "" {
		return nil
	}
	day := time.Date(2012, time.November, 30, 0, 0, 0, 0, time.UTC)
	back, err := time.Parse(d.Layout, day.Format(d.Layout))
	if err != nil || !back.Equal(day) {
		return fmt.Errorf("[dates]: the layout %q does not hold a day, a month and a year; write 2 January 2006 in the form of your dates, such as \"02/01/2006\"", d.Layout)
	}
	return nil
}

func (l *Labels) validate(column string) error {
	switch {
	case l == nil:
		return nil
	case (len(l.Columns) == 0) == (l.Separator == ""):
		return errors.New("[multi.category] needs either columns or a separator")
	case l.Separator != "" && column == "":
		return errors.New("[multi.category] has a separator, but [fields] names no column for category")
	case l.Separator != "" && len(l.True) > 0:
		return errors.New("[multi.category]: true goes with columns, not with a separator")
	}
	return nil
}

// delimiterNames are the words that a mapping may use for a delimiter.
var delimiterNames = map[string]byte{"comma": ',', "tab": '\t', "semicolon": ';', "pipe": '|'}

// comma gives the delimiter, 0 to find it out.
func (m *Mapping) comma() (byte, error) {
	if c, ok := delimiterNames[m.Delimiter]; ok || m.Delimiter == "" {
		return c, nil
	}
	if len(m.Delimiter) != 1 || m.Delimiter[0] >= utf8.RuneSelf || strings.ContainsAny(m.Delimiter, "\"\r\n\x00") {
		return 0, fmt.Errorf("the delimiter %q is not one character; use comma, tab, semicolon, pipe or the character itself", m.Delimiter)
	}
	return m.Delimiter[0], nil
}

// Comma gives the delimiter of the mapped files, 0 when it has to be found out.
func (m *Mapping) Comma() byte {
	c, _ := m.comma() // Validate has passed it
	return c
}

// scheme is whose words the categories are in.
func (m *Mapping) scheme() string {
	if m.Name != "" {
		return m.Name
	}
	return "table"
}
