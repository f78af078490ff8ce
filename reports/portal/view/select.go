package view

import (
	"cmp"
	"slices"

	"psims/datasets/incident"
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

// coder gives an event's place among the values of a dimension.
func (s Selection) coder(d Dimension) (names []string, code func(i int32) int32) {
	e := s.view.run.parts.Events
	column := func(c *incident.Column) ([]string, func(int32) int32) {
		return c.Names, func(i int32) int32 { return c.Codes[i] }
	}
	switch d {
	case ByCategory:
		return column(&e.Label)
	case BySpecialty:
		return column(&e.Specialty)
	case BySetting:
		return column(&e.CareSetting)
	case ByRegion:
		return column(&e.Region)
	case ByOrganisation:
		return column(&e.Organisation)
	case BySystem:
		return column(&e.System)
	case ByMedication:
		return column(&e.Medication)
	case ByDevice:
		return column(&e.Device)
	case ByHarm:
		for _, h := range incident.Harms() {
			names = append(names, h.String())
		}
		return names, func(i int32) int32 { return int32(e.Harm[i]) }
	case ByKind:
		for _, k := range incident.Kinds() {
			names = append(names, k.String())
		}
		return names, func(i int32) int32 { return int32(e.Kind[i]) }
	case ByTheme:
		names = append(names, "")
		for _, t := range s.view.run.parts.Themes {
			names = append(names, t.ID)
		}
		return names, func(i int32) int32 { return e.Theme[i] + 1 }
	}
	return []string{""}, func(int32) int32 { return 0 }
}

// Where keeps the events with a value of a dimension; "" keeps all.
func (s Selection) Where(d Dimension, value string) Selection {
	if value == "" {
		return s
	}
	names, code := s.coder(d)
	at := slices.Index(names, value)
	out := Selection{view: s.view}
	if at < 0 {
		return out
	}
	for _, i := range s.rows {
		if code(i) == int32(at) {
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
	names, code := s.coder(d)
	counts := make([]int, len(names))
	for _, i := range s.rows {
		counts[code(i)]++
	}
	var out []Tally
	for k, n := range counts {
		if n > 0 {
			out = append(out, Tally{names[k], s.view.Name(d, names[k]), n})
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
	case d == ByOrganisation:
		if name := v.run.parts.Events.Names[value]; name != "" {
			return name
		}
	}
	return value
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
	names, _ := v.All().coder(d)
	var out []string
	for _, n := range names {
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
