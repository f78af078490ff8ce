package table

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/extract/check"
	"psims/datasets/extract/delimited"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// Records reads the rows of t as m says: an event or a reject for each.
//
// The file is read twice, once to see how its date columns are written (see
// [value.Dates]), unless the mapping gives a layout. The same id twice: the first
// row is kept, every other is a reject. A degree of harm that isn't known is a
// reject, because guessing it could hide a death; an age that can't be read is
// an age that was not recorded.
//
// Errors: a column of the mapping is not in the file; the nearest is named.
func Records(t *delimited.Table, m *Mapping) (iter.Seq2[incident.Record, error], error) {
	r := &reader{t: t, m: m}
	if err := r.resolve(); err != nil {
		return nil, err
	}
	return r.records, nil
}

type reader struct {
	t       *delimited.Table
	m       *Mapping
	columns map[string]int // our field: position; −1 when not mapped
	mapped  []int          // positions of all mapped columns, ascending
	labels  []int          // positions of the yes/no columns
	yes     []string       // what says yes in them, lower case
	names   check.Columns
}

func (r *reader) resolve() error {
	var missing []string
	find := func(name string) int {
		i := r.t.Column(name)
		if i < 0 {
			missing = append(missing, name)
		} else {
			r.mapped = append(r.mapped, i)
		}
		return i
	}
	r.columns = map[string]int{}
	for _, field := range FieldNames {
		r.columns[field] = -1
		if name := r.m.Fields[field]; name != "" {
			r.columns[field] = find(name)
		}
	}
	if c := r.m.Multi.Category; c != nil {
		for _, name := range c.Columns {
			r.labels = append(r.labels, find(name))
		}
		if r.yes = []string{"1", "yes", "y", "true", "x"}; len(c.True) > 0 {
			r.yes = nil
			for _, s := range c.True {
				r.yes = append(r.yes, strings.ToLower(strings.TrimSpace(s)))
			}
		}
	}
	slices.Sort(r.mapped)
	r.mapped = slices.Compact(r.mapped)
	f := r.m.Fields
	r.names = check.Columns{ID: f["incident_id"], Submitted: f["reported_date"], Occurred: f["occurred_date"], Organisation: f["organisation"], Description: f["description"]}
	return r.absent(missing)
}

// absent is the error of columns that the mapping names and the file hasn't.
func (r *reader) absent(names []string) error {
	if len(names) == 0 {
		return nil
	}
	hints := make([]string, 0, len(names))
	for _, name := range names {
		if near := value.Nearest(name, r.t.Header); near != "" {
			hints = append(hints, fmt.Sprintf("did you mean %q?", near))
		}
	}
	if len(hints) == 0 {
		hints = []string{"its columns are " + strings.Join(r.t.Header, ", ")}
	}
	if len(names) == 1 {
		return r.t.Fault(fmt.Sprintf("column %q named in the mapping is not in the file", names[0]), hints[0])
	}
	return r.t.Fault(fmt.Sprintf("columns %q named in the mapping are not in the file", names), strings.Join(hints, " "))
}

func (r *reader) records(yield func(incident.Record, error) bool) {
	reported, occurred := value.Dates{Layout: r.m.Dates.Layout}, value.Dates{Layout: r.m.Dates.Layout}
	if r.m.Dates.Layout == "" {
		for row, err := range r.t.Rows() {
			if err != nil {
				yield(incident.Record{}, err)
				return
			}
			reported.Observe(row.Text(r.columns["reported_date"]))
			occurred.Observe(row.Text(r.columns["occurred_date"]))
		}
	}
	var seen check.Seen
	check.Records(r.t, r.mapped, func(row *delimited.Row) (*incident.Raw, *check.Fault) {
		raw, fault := r.event(row, &reported, &occurred)
		if fault == nil {
			fault = check.Event(raw, r.names)
		}
		if fault == nil {
			fault = seen.Again(r.names.ID, row.Line, raw.ID)
		}
		return raw, fault
	})(yield)
}

// event makes an event of a row, unless a value in it can't be read.
func (r *reader) event(row *delimited.Row, reported, occurred *value.Dates) (*incident.Raw, *check.Fault) {
	raw := &incident.Raw{Rows: 1}
	f := &raw.Fields
	f.System, f.Scheme, f.Kind = incident.Mapped, r.m.scheme(), incident.KindIncident
	f.ID, f.Organisation = r.get(row, "incident_id"), r.get(row, "organisation")
	var fault *check.Fault
	if f.Submitted, fault = r.day(row, "reported_date", reported); fault != nil {
		return nil, fault
	}
	if f.Occurred, fault = r.day(row, "occurred_date", occurred); fault != nil {
		return nil, fault
	}
	if r.columns["occurred_date"] < 0 {
		f.Occurred = f.Submitted
	}
	f.Specialty, f.CareSetting, f.Location = r.get(row, "specialty"), r.get(row, "care_setting"), r.get(row, "location")
	f.Medication, f.Device = r.get(row, "medication"), r.get(row, "device")
	r.categorise(row, f)
	if fault = r.patient(row, f); fault != nil {
		return nil, fault
	}
	raw.SetText(incident.Description, r.get(row, "description"))
	raw.SetText(incident.Actions, r.get(row, "actions"))
	raw.SetText(incident.Causes, r.get(row, "apparent_causes"))
	return raw, nil
}

// get gives a field's value, recoded if the mapping says so.
func (r *reader) get(row *delimited.Row, field string) string {
	b := row.Bytes(r.columns[field])
	if ours, ok := r.m.Values[field][string(b)]; ok {
		return ours
	}
	return string(b)
}

func (r *reader) day(row *delimited.Row, field string, dates *value.Dates) (incident.Day, *check.Fault) {
	text := r.get(row, field)
	if text == "" {
		return incident.NoDay, nil
	}
	day, ok := dates.Day(text)
	if !ok {
		fault := check.BadDate(r.m.Fields[field], text)
		if dates.Layout != "" {
			fault.Sentence = fmt.Sprintf("The date %q in %s is not in the form %q that the mapping gives in [dates].", text, r.m.Fields[field], dates.Layout)
		}
		return day, fault
	}
	return day, nil
}

func (r *reader) categorise(row *delimited.Row, f *incident.Fields) {
	multi := r.m.Multi.Category
	if multi == nil {
		f.Category = r.get(row, "category")
		return
	}
	for i, column := range r.labels {
		if slices.Contains(r.yes, strings.ToLower(row.Text(column))) {
			f.Labels = append(f.Labels, multi.Columns[i])
		}
	}
	if multi.Separator != "" {
		for label := range strings.SplitSeq(r.get(row, "category"), multi.Separator) {
			if label = strings.TrimSpace(label); label != "" && !slices.Contains(f.Labels, label) {
				f.Labels = append(f.Labels, label)
			}
		}
	} else {
		f.Category = r.get(row, "category")
	}
	if f.Category == "" && len(f.Labels) > 0 {
		f.Category = f.Labels[0]
	}
}

// patient fills the event's one patient, when the file says anything of one.
func (r *reader) patient(row *delimited.Row, f *incident.Fields) *check.Fault {
	text := r.get(row, "harm")
	harm, ok := value.Harm(text)
	if !ok {
		name := r.m.Fields["harm"]
		return &check.Fault{Column: name, Reason: incident.BadCode, Sentence: fmt.Sprintf("The degree of harm %q in %s is not known. Say in [values.harm] of the mapping what it means.", text, name)}
	}
	f.Harm = harm
	if harm == incident.HarmNotApplicable || r.columns["harm"] < 0 && r.columns["age_years"] < 0 && r.columns["sex"] < 0 {
		return nil
	}
	p := incident.Patient{Sequence: 1, Physical: harm, AgeDays: value.NoAge, Sex: r.get(row, "sex")}
	if years, err := strconv.ParseFloat(r.get(row, "age_years"), 64); err == nil {
		p.AgeDays = value.AgeYears(years)
	}
	f.Patients = []incident.Patient{p}
	return nil
}
