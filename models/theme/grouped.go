package theme

import (
	"errors"
	"fmt"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/models/topic"
	"psims/nlp/sparse"
)

// Grouped is n narratives in themes: what each theme is about and who is in it. All
// slices but Of and Events are by theme.
type Grouped struct {
	ID        []string
	Name      []string
	Terms     [][]string
	Born      []incident.Day
	Size      []int
	Exemplars [][]int      // rows, most typical first
	At        [][2]float64 // places on a map: what lies near is alike
	Of        []int32      // theme of each narrative; cluster.None for none
	Events    []Event      // what became of themes
}

// Ungrouped is n narratives in no theme.
func Ungrouped(n int) *Grouped {
	g := &Grouped{Of: make([]int32, n)}
	for i := range g.Of {
		g.Of[i] = cluster.None
	}
	return g
}

// Group puts narratives with known places into the themes of an atlas. Without an atlas,
// or with one that has no theme, there is none: so few narratives, or so like each other,
// that no word relates any; places are not looked at then.
func (a *Atlas) Group(counts *sparse.CSR, places []Place) *Grouped {
	out := Ungrouped(counts.Rows())
	if a == nil || len(a.Themes) == 0 {
		return out
	}
	g := a.Grouping(places)
	out.Of, out.Events, out.At = g.Of, a.Events, a.Map()
	exemplars := topic.Exemplars(counts, g, topic.Default().Exemplars)
	for k, t := range a.Themes {
		out.ID, out.Name, out.Terms, out.Born = append(out.ID, t.ID), append(out.Name, t.Name), append(out.Terms, t.Terms), append(out.Born, t.Born)
		out.Size = append(out.Size, g.Sizes[k])
		rows := make([]int, len(exemplars[k]))
		for j, i := range exemplars[k] {
			rows[j] = int(i)
		}
		out.Exemplars = append(out.Exemplars, rows)
	}
	return out
}

// Frame gives the themes as the table "themes" that a run publishes; ids are those of
// the narratives.
func (g *Grouped) Frame(ids []string) *frame.Frame {
	var terms, exemplars []string
	sizes := make([]int64, len(g.Size))
	for k := range g.ID {
		terms = append(terms, strings.Join(g.Terms[k], "|"))
		var typical []string
		for _, i := range g.Exemplars[k] {
			typical = append(typical, ids[i])
		}
		exemplars = append(exemplars, strings.Join(typical, "|"))
		sizes[k] = int64(g.Size[k])
	}
	var x, y []float64
	for _, at := range g.At {
		x, y = append(x, at[0]), append(y, at[1])
	}
	return frame.New("themes",
		frame.Column{Name: "theme_id", Doc: "The theme, the same from run to run.", Values: g.ID},
		frame.Column{Name: "name", Doc: "The theme in a few words: noun phrases that its typical reports share.", Values: g.Name},
		frame.Column{Name: "terms", Doc: "Distinguishing terms, strongest first, separated by |.", Values: terms},
		frame.Column{Name: "born", Doc: "Day on which it was first found.", Values: g.Born},
		frame.Column{Name: "reports", Doc: "Reports in the theme.", Values: sizes},
		frame.Column{Name: "exemplars", Doc: "Ids of the most typical reports, separated by |.", Values: exemplars},
		frame.Column{Name: "x", Doc: "Place on a map on which themes that are alike lie near each other; the axes mean nothing.", Values: x},
		frame.Column{Name: "y", Doc: "The same.", Values: y},
	)
}

// MemberFrame gives the theme of each narrative as the table "theme_members" that a run
// publishes; systems and ids are those of the narratives.
func (g *Grouped) MemberFrame(systems *incident.Column, ids []string) *frame.Frame {
	member := incident.Spelt(len(g.Of), func(i int) string {
		if k := g.Of[i]; k != cluster.None {
			return g.ID[k]
		}
		return ""
	})
	return frame.New("theme_members",
		frame.Column{Name: "system", Doc: "Recording system.", Values: systems},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: ids},
		frame.Column{Name: "theme_id", Doc: "Its theme; empty when it is in none.", Values: member},
	)
}

// EventFrame lists what became of themes, as the table "theme_events" that a run publishes.
func (g *Grouped) EventFrame() *frame.Frame {
	var kind, id, other, name, before []string
	var day []incident.Day
	var reports []int64
	for _, e := range g.Events {
		day, kind, id, other = append(day, e.Day), append(kind, string(e.Kind)), append(id, e.Theme), append(other, e.Other)
		name, before, reports = append(name, e.Name), append(before, e.Before), append(reports, int64(e.Reports))
	}
	return frame.New("theme_events",
		frame.Column{Name: "day", Doc: "Day on which the themes were looked at.", Values: day},
		frame.Column{Name: "kind", Doc: "born, split, merged, retired or renamed.", Values: kind},
		frame.Column{Name: "theme_id", Doc: "The theme.", Values: id},
		frame.Column{Name: "other", Doc: "The theme that it was split from or merged into.", Values: other},
		frame.Column{Name: "name", Doc: "Its name on that day.", Values: name},
		frame.Column{Name: "before", Doc: "Its name until then, when renamed.", Values: before},
		frame.Column{Name: "reports", Doc: "Its reports then.", Values: reports},
	)
}

// ErrOther says that published themes are of other narratives.
var ErrOther = errors.New("made of other events")

// FromFrames gives back what Frame and MemberFrame published, for the narratives with
// these ids: all but Born and Events.
//
// Errors: ErrOther, when they are of another number of narratives; a table is not of the
// form that is published.
func FromFrames(themes, members *frame.Frame, ids []string) (*Grouped, error) {
	r, m := themes.Reader(), members.Reader()
	g := Ungrouped(len(ids))
	g.ID, g.Name = frame.Take[string](r, "theme_id"), frame.Take[string](r, "name")
	sizes, terms, exemplars := frame.Take[int64](r, "reports"), frame.Take[string](r, "terms"), frame.Take[string](r, "exemplars")
	x, y := frame.Take[float64](r, "x"), frame.Take[float64](r, "y")
	member := frame.Take[string](m, "theme_id")
	if err := errors.Join(r.Err(), m.Err()); err != nil {
		return nil, err
	}
	if len(member) != len(ids) {
		return nil, fmt.Errorf("%w: %d, and there are %d", ErrOther, len(member), len(ids))
	}
	for k := range x {
		g.At = append(g.At, [2]float64{x[k], y[k]})
	}
	row := make(map[string]int, len(ids))
	for i, id := range ids {
		row[id] = i
	}
	index := map[string]int32{"": cluster.None}
	for k, id := range g.ID {
		index[id] = int32(k)
		g.Size = append(g.Size, int(sizes[k]))
		g.Terms = append(g.Terms, strings.Split(terms[k], "|"))
		var rows []int
		for _, id := range frame.Parts(exemplars[k]) { // a theme without reports today has none
			rows = append(rows, row[id])
		}
		g.Exemplars = append(g.Exemplars, rows)
	}
	for i, id := range member {
		g.Of[i] = index[id]
	}
	return g, nil
}
