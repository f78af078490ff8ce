package view

import (
	"cmp"
	"slices"

	"psims/datasets/incident"
	"psims/reports/brief"
)

// Grown is a theme with what the person may see of it.
type Grown struct {
	Theme
	Reports       int
	Recent        int // of the last 4 weeks
	Before        int // of the 4 weeks before those
	Organisations int
	Severe        int
	Weekly        []int32 // the last 26 weeks, oldest first
}

const themeWeeks = 26

// Themes gives the themes with any event that may be seen, the most recent reports first.
func (v *View) Themes() []Grown {
	e, asOf := v.run.parts.Events, v.run.AsOf()
	all := make([]Grown, len(v.run.parts.Themes))
	from := make([]map[int32]bool, len(all))
	for k, t := range v.run.parts.Themes {
		all[k] = Grown{Theme: t, Weekly: make([]int32, themeWeeks)}
		from[k] = map[int32]bool{}
	}
	for _, i := range v.rows {
		k := e.Theme[i]
		if k < 0 {
			continue
		}
		g := &all[k]
		g.Reports++
		from[k][e.Organisation.Codes[i]] = true
		if e.Harm[i].SevereOrFatal() {
			g.Severe++
		}
		w := int(asOf-e.Reported[i]) / 7
		if w < themeWeeks {
			g.Weekly[themeWeeks-1-w]++
		}
		if w < 4 {
			g.Recent++
		} else if w < 8 {
			g.Before++
		}
	}
	var out []Grown
	for k := range all {
		if all[k].Organisations = len(from[k]); all[k].Reports > 0 {
			out = append(out, all[k])
		}
	}
	slices.SortStableFunc(out, func(a, b Grown) int { return cmp.Or(cmp.Compare(b.Recent, a.Recent), cmp.Compare(a.ID, b.ID)) })
	return out
}

// ThemeByID gives a theme by its id.
func (v *View) ThemeByID(id string) (Theme, bool) {
	k, ok := v.run.theme[id]
	if !ok {
		return Theme{}, false
	}
	return v.run.parts.Themes[k], true
}

// ThemeAt gives the theme of a report.
func (v *View) ThemeAt(k int) (Theme, bool) {
	if k < 0 || k >= len(v.run.parts.Themes) {
		return Theme{}, false
	}
	return v.run.parts.Themes[k], true
}

// Changes gives what became of the themes in the last weeks, newest first: births,
// splits, merges. Those who don't see everything get none, for it tells of others.
func (v *View) Changes(weeks int) []Change {
	if !v.whole {
		return nil
	}
	var out []Change
	for _, c := range v.run.parts.Changes {
		if int(v.run.AsOf()-c.Day) < 7*weeks {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(b.Day, a.Day) })
	return out
}

// Watched is a finding beside the alerts with the report that it is about.
type Watched[T any] struct {
	Finding T
	Report  Report
}

// Suspects gives the reports of the last weeks that may tell of a known risk, the
// surest first.
func (v *View) Suspects(weeks int) []Watched[Suspect] {
	return watched(v, v.run.parts.Suspects, weeks, func(s Suspect) Key { return Key{s.System, s.ID} }, func(a, b Suspect) int { return cmp.Compare(b.Score, a.Score) })
}

// Doubts gives the reports of the last weeks that read as more severe than graded,
// in the order of the run.
func (v *View) Doubts(weeks int) []Watched[Doubt] {
	return watched(v, v.run.parts.Doubts, weeks, func(d Doubt) Key { return Key{d.System, d.ID} }, func(a, b Doubt) int { return 0 })
}

func watched[T any](v *View, list []T, weeks int, key func(T) Key, order func(a, b T) int) []Watched[T] {
	var out []Watched[T]
	for _, f := range list {
		k := key(f)
		if k.System == "" { // the run names it by its id alone
			for _, r := range v.Find(k.ID) {
				k.System = r.System
			}
		}
		if r, ok := v.Report(k); ok && int(v.run.AsOf()-r.Reported) < 7*weeks {
			out = append(out, Watched[T]{f, r})
		}
	}
	slices.SortStableFunc(out, func(a, b Watched[T]) int { return order(a.Finding, b.Finding) })
	return out
}

// Hidden gives the steady themes that are easy to overlook; for those who see
// everything, because it compares organisations.
func (v *View) Hidden() []Hidden {
	if !v.whole || !v.reads {
		return nil
	}
	return v.run.parts.Hidden
}

// Source is a recording system or an organisation with its newest report.
type Source struct {
	Code, Name string
	Newest     incident.Day
	Reports    int
}

// Sources gives how new the events are, by system or by organisation.
func (v *View) Sources(d Dimension) []Source {
	c := v.run.dimensions[d]
	out := make([]Source, len(c.names))
	for k, n := range c.names {
		out[k] = Source{Code: n, Name: v.Name(d, n), Newest: incident.NoDay}
	}
	e := v.run.parts.Events
	for _, i := range v.rows {
		k := c.codes[i]
		out[k].Reports++
		out[k].Newest = max(out[k].Newest, e.Reported[i])
	}
	out = slices.DeleteFunc(out, func(s Source) bool { return s.Reports == 0 })
	slices.SortFunc(out, func(a, b Source) int { return cmp.Or(cmp.Compare(a.Newest, b.Newest), cmp.Compare(a.Code, b.Code)) })
	return out
}

// Loads gives the files behind the run; for those who see everything.
func (v *View) Loads() []brief.Load {
	if !v.whole || !v.reads {
		return nil
	}
	return v.run.parts.Loads
}
