package linkage

import (
	"fmt"
	"math"
)

// Field is what was learnt of one field in one kind of comparison.
type Field struct {
	Block  Block
	Name   string
	Levels []Level
}

// Level is how two reports can compare in a field.
type Level struct {
	Name  string
	Match float64 // share of the matches that compare so: m
	Else  float64 // share of chance pairs that do: u
	Bits  float64 // log2 m/u; of a copied text, for the usual wording: that of a pair depends on how rare it is
}

// Part is what one field of a pair says.
type Part struct {
	Field string
	Said  string
	Bits  float64 // for being one event; negative is against
}

// fields lists what was learnt of the fields that have levels.
func (m *model) fields() []Field {
	var out []Field
	for b := range BlockCount {
		for f := range levelled {
			field := Field{Block: b, Name: levelled[f].name}
			for l, name := range levelled[f].levels {
				match, chance := m.m[b][f][l], m.u[b][f][l]
				field.Levels = append(field.Levels, Level{name, match, chance, math.Log2(match / chance)})
			}
			out = append(out, field)
		}
	}
	return out
}

// Explain takes the weight of two reports apart, given as rows of the table in
// either order. Fields that either lacks are left out. It gives nil for two that
// are never compared, because they lie too far apart.
func (r *Result) Explain(first, second int32) []Part {
	m := r.model
	i, j := r.place[first], r.place[second]
	p, ok := m.relate(min(i, j), max(i, j))
	if i == j || !ok {
		return nil
	}
	c := m.compare(p)
	c.textLevel(m.cutsFor(p.block))
	var out []Part
	for f := range levelled {
		if level := c.levels[f]; level != missing {
			out = append(out, Part{levelled[f].name, levelled[f].levels[level], m.levelBits(f, p.block, &c)})
		}
	}
	for f := range m.cells {
		field := m.cells[f].field
		if _, ok := field.key(m.reports, p); ok {
			a, b := field.names[field.codes[p.i]], field.names[field.codes[p.j]]
			said := a
			if a != b {
				said = fmt.Sprintf("%s; %s", a, b)
			}
			out = append(out, Part{field.name, said, m.cells[f].bits(m.reports, p)})
		}
	}
	return out
}
