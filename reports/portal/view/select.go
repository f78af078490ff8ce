package view

import (
	"cmp"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/reports/quote"
)

// Dimension is something that events are divided by.
type Dimension string

const (
	ByCategory     Dimension = "category"
	ByHarm         Dimension = "harm"
	BySpecialty    Dimension = "specialty"
	BySetting      Dimension = "care setting"
	ByRegion       Dimension = "region"
	ByOrganisation Dimension = "organisation"
	BySystem       Dimension = "system"
	ByKind         Dimension = "kind"
	ByTheme        Dimension = "theme"
	ByMedication   Dimension = "medication"
	ByDevice       Dimension = "device"
)

// Dimensions lists them in the order in which people are offered them.
func Dimensions() []Dimension {
	return []Dimension{ByCategory, ByHarm, BySpecialty, BySetting, ByRegion, ByOrganisation, BySystem, ByKind, ByTheme, ByMedication, ByDevice}
}

// Selection is some of the events that a person may see, in order of report.
type Selection struct {
	view *View
	rows []int32
}

// All selects every event that may be seen.
func (v *View) All() Selection { return Selection{v, v.rows} }

// Len gives how many there are.
func (s Selection) Len() int { return len(s.rows) }

// Weight is about how many bytes of memory it holds.
func (s Selection) Weight() int { return 4 * cap(s.rows) }

// coded is a dimension: the names of its values, and each event's place among them.
type coded struct {
	names []string
	codes []int32
}

// dimensions works out the columns that events are divided by.
func dimensions(p Parts) map[Dimension]coded {
	e := p.Events
	out := map[Dimension]coded{}
	for d, c := range map[Dimension]*incident.Column{ByCategory: &e.Label, BySpecialty: &e.Specialty, BySetting: &e.CareSetting, ByRegion: &e.Region, ByOrganisation: &e.Organisation, BySystem: &e.System, ByMedication: &e.Medication, ByDevice: &e.Device} {
		out[d] = coded{c.Names, c.Codes}
	}
	harm, kind, theme := coded{codes: make([]int32, e.Len())}, coded{codes: make([]int32, e.Len())}, coded{names: []string{""}, codes: make([]int32, e.Len())}
	for _, h := range incident.Harms() {
		harm.names = append(harm.names, h.String())
	}
	for _, k := range incident.Kinds() {
		kind.names = append(kind.names, k.String())
	}
	for _, t := range p.Themes {
		theme.names = append(theme.names, t.ID)
	}
	for i := range e.Len() {
		harm.codes[i], kind.codes[i], theme.codes[i] = int32(e.Harm[i]), int32(e.Kind[i]), e.Theme[i]+1
	}
	out[ByHarm], out[ByKind], out[ByTheme] = harm, kind, theme
	return out
}

// Where keeps the events with a value of a dimension; "" keeps all.
func (s Selection) Where(d Dimension, value string) Selection {
	if value == "" {
		return s
	}
	c := s.view.run.dimensions[d]
	at := int32(slices.Index(c.names, value))
	out := Selection{view: s.view}
	if at < 0 {
		return out
	}
	for _, i := range s.rows {
		if c.codes[i] == at {
			out.rows = append(out.rows, i)
		}
	}
	return out
}

// Between keeps the events that were reported on one of the days, both included;
// NoDay leaves an end open.
func (s Selection) Between(from, until incident.Day) Selection {
	e := s.view.run.parts.Events
	lo, _ := slices.BinarySearchFunc(s.rows, from, func(i int32, d incident.Day) int { return cmp.Compare(e.Reported[i], d) })
	hi := len(s.rows)
	if until.Known() {
		hi, _ = slices.BinarySearchFunc(s.rows, until+1, func(i int32, d incident.Day) int { return cmp.Compare(e.Reported[i], d) })
	}
	return Selection{s.view, s.rows[lo:max(lo, hi)]}
}

// Tally is a value of a dimension and how many events have it.
type Tally struct {
	Value string // "" for not recorded
	Name  string // as people read it
	N     int
}

// Count counts by a dimension: the most first, equals by value.
func (s Selection) Count(d Dimension) []Tally {
	out := s.tally(d)
	for k := range out {
		out[k].Name = s.view.Name(d, out[k].Value)
	}
	return out
}

// Most gives the up to n recorded values that most have.
func (s Selection) Most(d Dimension, n int) []Tally {
	out := slices.DeleteFunc(s.tally(d), func(t Tally) bool { return t.Value == "" })
	out = out[:min(n, len(out))]
	for k := range out {
		out[k].Name = s.view.Name(d, out[k].Value)
	}
	return out
}

// tally counts by a dimension, without the names that people read.
func (s Selection) tally(d Dimension) []Tally {
	c := s.view.run.dimensions[d]
	counts := make([]int, len(c.names))
	for _, i := range s.rows {
		counts[c.codes[i]]++
	}
	var out []Tally
	for k, n := range counts {
		if n > 0 {
			out = append(out, Tally{Value: c.names[k], N: n})
		}
	}
	slices.SortFunc(out, func(a, b Tally) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
	return out
}

// Name is how people read a value.
func (v *View) Name(d Dimension, value string) string {
	switch {
	case value == "":
		return "Not recorded"
	case d == ByTheme:
		if t, ok := v.ThemeByID(value); ok {
			return t.Name
		}
	case d == BySystem:
		return SystemName(incident.System(value))
	case d == ByHarm && value == incident.HarmMissing.String():
		return "Harm not recorded"
	case d == ByHarm:
		if h, err := incident.ParseHarm(value); err == nil {
			return quote.HarmName(h) // "none" would read like nothing recorded
		}
	case d == ByKind:
		return strings.ToUpper(value[:1]) + value[1:]
	case d == ByOrganisation:
		if name := v.run.parts.Events.Names[value]; name != "" {
			return name
		}
	}
	return value
}

// SystemName is how people call a recording system.
func SystemName(s incident.System) string {
	switch s {
	case incident.LFPSE:
		return "LFPSE"
	case incident.NRLS:
		return "NRLS"
	case incident.STEIS:
		return "StEIS"
	case incident.Mapped:
		return "Other file"
	}
	return string(s)
}

// SevereOrFatal counts those with one of the two worst degrees of harm.
func (s Selection) SevereOrFatal() int {
	n := 0
	for _, i := range s.rows {
		if s.view.run.parts.Events.Harm[i].SevereOrFatal() {
			n++
		}
	}
	return n
}

// Weeks counts by week of report, the last of which ends with the run's day.
func (s Selection) Weeks(weeks int) (first []incident.Day, counts []int) {
	e := s.view.run.parts.Events
	end := s.view.run.AsOf()
	first, counts = make([]incident.Day, weeks), make([]int, weeks)
	for k := range first {
		first[k] = end - incident.Day(7*(weeks-k)) + 1
	}
	for _, i := range s.rows {
		if k := weeks - 1 - int(end-e.Reported[i])/7; k >= 0 && k < weeks {
			counts[k]++
		}
	}
	return first, counts
}

// Newest gives the reports from the newest, from place skip, up to n. Those who may
// see counts only get none.
func (s Selection) Newest(skip, n int) []Report {
	if !s.view.reads {
		return nil
	}
	var out []Report
	for k := len(s.rows) - 1 - skip; k >= 0 && len(out) < n; k-- {
		out = append(out, s.view.at(s.rows[k]))
	}
	return out
}

// Values lists the values of a dimension in alphabetical order, whether or not any
// event that may be seen has one: they are the words of code lists, not of reports.
func (v *View) Values(d Dimension) []string {
	var out []string
	for _, n := range v.run.dimensions[d].names {
		if n != "" {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// Severe keeps the events with one of the two worst degrees of harm.
func (s Selection) Severe() Selection {
	out := Selection{view: s.view}
	for _, i := range s.rows {
		if s.view.run.parts.Events.Harm[i].SevereOrFatal() {
			out.rows = append(out.rows, i)
		}
	}
	return out
}
