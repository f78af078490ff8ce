package view

import (
	"fmt"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/reports/disclosure"
)

// Elsewhere is events beyond a person's scope, to compare their own with. It tells
// shares alone, and those of whoever may not see the events pass disclosure control
// here, before anybody asks for them.
type Elsewhere struct {
	all    Selection // of a view that sees everything, and is given to nobody
	policy disclosure.Policy
}

// elsewhere begins with every event of the run.
func (v *View) elsewhere() Elsewhere {
	rows := make([]int32, v.run.parts.Events.Len())
	for i := range rows {
		rows[i] = int32(i)
	}
	e := Elsewhere{all: Selection{view: &View{run: v.run}, rows: rows}, policy: disclosure.HES5()}
	if v.whole {
		e.policy = v.Policy()
	}
	return e
}

// Everywhere gives the events of all organisations.
func (v *View) Everywhere() Elsewhere { return v.elsewhere() }

// Organisations are of about the same size when one has at most so many times the
// other's reports of a year; leastAlike of them may be told of together.
const (
	sizeRatio  = 2
	leastAlike = 10
)

// Similar gives the events of other organisations that are like these, and says in
// what: those of the same types, or, where no type is known or nobody else has it,
// those that sent about as many reports in the last 52 weeks. ok is false when there
// are none, or too few of the same size to speak of.
func (v *View) Similar(organisations []string) (e Elsewhere, alike string, ok bool) {
	var types []string
	for _, o := range organisations {
		if t := v.run.parts.Types[o]; t != "" && !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	e = v.elsewhere()
	c := v.run.dimensions[ByOrganisation]
	like := make([]bool, len(c.names))
	found := false
	for k, name := range c.names {
		like[k] = name != "" && slices.Contains(types, v.run.parts.Types[name]) && !slices.Contains(organisations, name)
		found = found || like[k]
	}
	alike = "similar organisations (" + strings.Join(types, ", ") + ")"
	if !found {
		if alike, found = v.ofSize(organisations, like); !found {
			return Elsewhere{}, "", false
		}
	}
	e.all.rows = slices.DeleteFunc(e.all.rows, func(i int32) bool { return !like[c.codes[i]] })
	return e, alike, len(e.all.rows) > 0
}

// ofSize marks the organisations that sent about as many reports in the last 52
// weeks as these did on average, and says how many that is.
func (v *View) ofSize(organisations []string, like []bool) (alike string, ok bool) {
	c := v.run.dimensions[ByOrganisation]
	sent := make([]int, len(c.names))
	events := v.run.parts.Events
	for i, day := range events.Reported {
		if day > v.run.parts.AsOf-364 {
			sent[c.codes[i]]++
		}
	}
	own := 0
	for k, name := range c.names {
		if name != "" && slices.Contains(organisations, name) {
			own += sent[k]
		}
	}
	own /= max(1, len(organisations))
	if own == 0 {
		return "", false
	}
	from, to, n := (own+sizeRatio-1)/sizeRatio, own*sizeRatio, 0
	for k, name := range c.names {
		if like[k] = name != "" && sent[k] >= from && sent[k] <= to && !slices.Contains(organisations, name); like[k] {
			n++
		}
	}
	return fmt.Sprintf("organisations of about the same size (%d to %d reports in the last 52 weeks)", from, to), n >= leastAlike
}

// Where keeps the events with a value of a dimension; "" keeps all.
func (e Elsewhere) Where(d Dimension, value string) Elsewhere {
	return Elsewhere{e.all.Where(d, value), e.policy}
}

// Between keeps the events that were reported on one of the days.
func (e Elsewhere) Between(from, until incident.Day) Elsewhere {
	return Elsewhere{e.all.Between(from, until), e.policy}
}

// Shares is what part of the events elsewhere have a value: of all, of those of
// severe or fatal harm, and how many of those with the value are of severe or fatal harm.
type Shares struct{ Reports, Severe, SevereShare disclosure.Shown }

// Shares gives the shares by value of a dimension; what nobody has is not in it.
func (e Elsewhere) Shares(d Dimension) map[string]Shares {
	worst := e.all.Severe()
	severe := map[string]int{}
	for _, t := range worst.tally(d) {
		severe[t.Value] = t.N
	}
	out := map[string]Shares{}
	for _, t := range e.all.tally(d) {
		out[t.Value] = Shares{e.policy.Percent(t.N, e.all.Len()), e.policy.Percent(severe[t.Value], worst.Len()), e.policy.Percent(severe[t.Value], t.N)}
	}
	return out
}

// None is the shares of a value that nobody elsewhere has.
func (e Elsewhere) None() Shares {
	return Shares{e.policy.Percent(0, e.all.Len()), e.policy.Percent(0, e.all.Severe().Len()), e.policy.Percent(0, 0)}
}
