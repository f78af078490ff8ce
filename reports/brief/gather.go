package brief

import (
	"cmp"
	"maps"
	"slices"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/reports/evidence"
)

// Rows and columns of the picture of categories by care settings.
const (
	mixRows    = 12
	mixColumns = 8
)

// usualWeeks are those before the recent ones by which an organisation is known to report.
const usualWeeks = 26

// ThemesOf lists the themes, with the alert that shares most of its reports with each.
func ThemesOf(e *evidence.Events, alerts []triage.Alert) []Theme {
	th, row := e.Themes, e.Rows()
	weeks := 26
	out := make([]Theme, len(th.ID))
	for k := range out {
		out[k] = Theme{At: &th.At[k], ID: th.ID[k], Name: th.Name[k], Terms: th.Terms[k], Weekly: make([]int32, weeks)}
		for _, i := range th.Exemplars[k] {
			out[k].Exemplars = append(out[k].Exemplars, e.Table.ID[i])
		}
	}
	for i, k := range th.Of {
		if k == cluster.None || !e.Counted[i] {
			continue
		}
		out[k].Size++
		if w := int(e.AsOf-e.Table.Reported[i]) / 7; w < weeks {
			out[k].Weekly[weeks-1-w]++
			if w < suspectWeeks {
				out[k].Recent++
			}
		}
	}
	for _, a := range alerts {
		if a.Kind != triage.Theme {
			continue
		}
		in := map[int32]int{}
		for _, id := range a.IncidentIDs {
			in[th.Of[row[id]]]++
		}
		for k := range out {
			if out[k].AlertID == "" && 2*in[int32(k)] >= len(a.IncidentIDs) {
				out[k].AlertID = a.ID
			}
		}
	}
	return out
}

// MixOf counts the events of the last weeks by category and care setting, the largest of
// each.
func MixOf(e *evidence.Events) Mix {
	t := e.Table
	from := t.Until(e.AsOf - 7*suspectWeeks)
	rows, columns := make([]int, len(e.Category.Names)), make([]int, len(t.CareSetting.Names))
	for i := from; i < t.Len(); i++ {
		if !e.Counted[i] {
			continue
		}
		rows[e.Category.Codes[i]]++
		columns[t.CareSetting.Codes[i]]++
	}
	r, c := evidence.Largest(rows, e.Category.Names), evidence.Largest(columns, t.CareSetting.Names)
	r, c = r[:min(len(r), mixRows)], c[:min(len(c), mixColumns)]
	m := Mix{RowName: "Category", ColumnName: "Care setting"}
	if len(r) < 2 || len(c) < 2 {
		return m
	}
	for _, k := range c {
		m.Columns = append(m.Columns, t.CareSetting.Names[k])
	}
	for _, k := range r {
		m.Rows = append(m.Rows, e.Category.Names[k])
		m.Counts = append(m.Counts, make([]int, len(c)))
	}
	for i := from; i < t.Len(); i++ {
		a, b := slices.Index(r, int(e.Category.Codes[i])), slices.Index(c, int(t.CareSetting.Codes[i]))
		if a >= 0 && b >= 0 && e.Counted[i] {
			m.Counts[a][b]++
		}
	}
	return m
}

// FreshnessOf says how new the data are and who has gone quiet: an organisation
// that sent at least one report a week over half a year, and none in four weeks.
func FreshnessOf(e *evidence.Events) Freshness {
	t := e.Table
	var f Freshness
	systems := map[string]*SystemDay{}
	last := make([]incident.Day, len(t.Organisation.Names))
	usual := make([]int, len(t.Organisation.Names))
	for i := range t.Len() {
		s := t.System.Value(i)
		if systems[s] == nil {
			systems[s] = &SystemDay{System: incident.System(s)}
		}
		systems[s].Day = max(systems[s].Day, t.Reported[i])
		systems[s].Reports++
		o := t.Organisation.Codes[i]
		last[o] = max(last[o], t.Reported[i])
		if age := int(e.AsOf - t.Reported[i]); age >= 7*suspectWeeks && age < 7*(suspectWeeks+usualWeeks) {
			usual[o]++
		}
	}
	for _, s := range slices.Sorted(maps.Keys(systems)) {
		f.Newest = append(f.Newest, *systems[s])
	}
	for o, name := range t.Organisation.Names {
		if name == "" || last[o] == 0 {
			continue
		}
		if int(e.AsOf-last[o]) < 7*suspectWeeks {
			f.Reporting++
			continue
		}
		if rate := float64(usual[o]) / usualWeeks; rate >= 1 {
			if known, ok := e.Organisations[name]; ok {
				name = known.Name
			}
			f.Quiet = append(f.Quiet, QuietReporter{Organisation: name, Last: last[o], UsualPerWeek: rate})
		}
	}
	slices.SortStableFunc(f.Quiet, func(a, b QuietReporter) int { return cmp.Compare(b.UsualPerWeek, a.UsualPerWeek) })
	return f
}
