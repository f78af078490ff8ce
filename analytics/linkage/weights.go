package linkage

import (
	"slices"

	"psims/datasets/incident"
)

// Weights is what was learnt from the reports until a day, in plain values that can be
// kept. It serves to judge later reports of the same table by the same measure: see
// [Input].
type Weights struct {
	Until   incident.Day // the newest report learnt from
	Systems []string
	Cuts    [2][]float32
	Match   [BlockCount][levelFields][maxLevels]float64
	Chance  [BlockCount][levelFields][maxLevels]float64
	Cells   []Cells
	Curves  [BlockCount]Curve
}

// Cells is what was learnt of a coded field: how often which values stand side by side.
type Cells struct {
	Field                              string
	Keys                               [][3]int32 // group, and the two codes
	Chance, Match, AllChance, AllMatch []float64
	Differ, Agree                      [kinds]float64
}

// Curve is the probability of a match by weight.
type Curve struct {
	Posterior []float64 // by whole bits
	Matches   float64
}

// Weights gives what was learnt.
func (r *Result) Weights() *Weights {
	m := r.model
	w := &Weights{Until: incident.NoDay, Systems: m.systems, Cuts: m.cuts, Match: m.m, Chance: m.u}
	if n := len(m.reported); n > 0 {
		w.Until = incident.Day(m.reported[n-1])
	}
	for f := range m.cells {
		t := &m.cells[f]
		c := Cells{Field: t.field.name, Chance: t.chance, Match: t.match, AllChance: t.allChance, AllMatch: t.allMatch, Differ: t.differ, Agree: t.agree}
		for _, k := range t.keys {
			c.Keys = append(c.Keys, [3]int32{k.group, k.a, k.b})
		}
		w.Cells = append(w.Cells, c)
	}
	for b := range m.curves {
		w.Curves[b] = Curve{slices.Clone(m.curves[b].posterior[:]), m.curves[b].matches}
	}
	return w
}

// restored gives the model of weights for reports; nil when there is a recording
// system or a field that they know nothing of.
func (w *Weights) restored(r *reports, c Config) *model {
	if !slices.Equal(w.Systems, r.systems) || len(w.Cells) != len(r.coded) {
		return nil
	}
	m := &model{reports: r, config: c, cuts: w.Cuts, m: w.Match, u: w.Chance}
	m.logM, m.logU = m.m.log(), m.u.log()
	for f := range w.Cells {
		k := &w.Cells[f]
		if k.Field != r.coded[f].name {
			return nil
		}
		t := cellTable{field: &r.coded[f], systems: int32(len(r.systems)), index: make(map[key]int32, len(k.Keys)),
			chance: k.Chance, match: k.Match, allChance: k.AllChance, allMatch: k.AllMatch, differ: k.Differ, agree: k.Agree, bitsOf: make([]float64, len(k.Keys))}
		for at, g := range k.Keys {
			t.keys = append(t.keys, key{g[0], g[1], g[2]})
			t.index[t.keys[at]] = int32(at)
		}
		t.refresh()
		m.cells = append(m.cells, t)
	}
	for b := range m.curves {
		copy(m.curves[b].posterior[:], w.Curves[b].Posterior)
		m.curves[b].matches = w.Curves[b].Matches
	}
	return m
}
