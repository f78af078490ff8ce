package theme

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"psims/models/cluster"
	"psims/models/topic"
)

const (
	shownTerms  = 12 // distinguishing terms of a theme
	namingTexts = 15 // typical reports from which a theme is named

	// A theme has another name when fewer than this share of the terms it was named
	// for are among the strongest 2·shownTerms that it has now, or when fewer than this
	// share of its reports hold any one part of its name and another name has a part
	// that more than twice as many hold.
	sameContent = 1.0 / 3
	stillSaid   = 1.0 / 3
)

// finish gives ids and names to the groups, and writes down what became of the themes.
func (s *step) finish() *Atlas {
	a := &Atlas{Day: s.lesson.Day, Events: slices.Clone(s.prev.Events), config: s.config, space: s.space}
	tc := topic.Default()
	tc.Terms, tc.Exemplars = 2*shownTerms, namingTexts
	topics := topic.Describe(s.counts, s.after, tc)
	l := trace(s.before, s.after)
	s.members = make([][]int32, s.after.Groups)
	for i, b := range s.after.Of {
		if b != cluster.None {
			s.members[b] = append(s.members[b], int32(i))
		}
	}
	var groups []int // old themes in their order, then new ones, the largest first
	for b := range s.after.Groups {
		groups = append(groups, b)
	}
	place := func(b int) int {
		if l.from[b] < 0 {
			return len(s.prev.Themes)
		}
		return l.from[b]
	}
	slices.SortStableFunc(groups, func(x, y int) int {
		return cmp.Or(cmp.Compare(place(x), place(y)), cmp.Compare(s.after.Sizes[y], s.after.Sizes[x]))
	})
	ids := s.ids(groups, l, topics)
	taken := map[string]bool{}
	for _, b := range groups {
		if l.from[b] >= 0 {
			taken[s.prev.Themes[l.from[b]].Name] = true
		}
	}
	event := func(k EventKind, t Theme, other, before string) {
		a.Events = append(a.Events, Event{a.Day, k, t.ID, other, t.Name, before, t.Reports})
	}
	for i, old := range s.prev.Themes {
		if l.lives[i] {
			continue
		}
		old.Reports = s.scaled(s.before.Sizes[i])
		if b := l.into[i]; b >= 0 {
			event(Merged, old, ids[b], "")
		} else {
			event(Retired, old, "", "")
		}
	}
	for _, b := range groups {
		t := s.theme(b, l, topics[b], taken)
		t.ID = ids[b]
		a.Themes = append(a.Themes, t)
		a.centres = append(a.centres, s.centres[b].at...)
		switch {
		case l.from[b] >= 0:
			if before := s.prev.Themes[l.from[b]].Name; before != t.Name {
				event(Renamed, t, "", before)
			}
		case l.parent[b] >= 0:
			event(Split, t, s.prev.Themes[l.parent[b]].ID, "")
		default:
			event(Born, t, "", "")
		}
	}
	return a
}

// scaled gives the reports within reach that so many of those looked at stand for.
func (s *step) scaled(n int) int {
	if len(s.rows) == s.within {
		return n
	}
	return int(float64(n)*float64(s.within)/float64(len(s.rows)) + .5)
}

// ids gives each group its id: the old one's that lives on in it, or one made of the
// day and the strongest terms. No id comes twice in a chain.
func (s *step) ids(groups []int, l lineage, topics []topic.Topic) []string {
	used := map[string]bool{}
	for _, e := range s.prev.Events {
		used[e.Theme] = true
	}
	out := make([]string, len(groups))
	for _, b := range groups {
		if l.from[b] >= 0 {
			out[b] = s.prev.Themes[l.from[b]].ID
			continue
		}
		for again := 0; out[b] == "" || used[out[b]]; again++ {
			sum := sha256.Sum256(fmt.Appendf(nil, "%v\x00%s\x00%d", s.lesson.Day, strings.Join(s.names(topics[b].Terms, shownTerms), "\x00"), again))
			out[b] = "theme-" + hex.EncodeToString(sum[:4])
		}
		used[out[b]] = true
	}
	return out
}

// names gives up to most terms as features.Terms names them.
func (s *step) names(terms []int32, most int) []string {
	var out []string
	for _, t := range terms[:min(most, len(terms))] {
		out = append(out, s.lesson.Terms.Name(t))
	}
	return out
}

// theme describes a group: anew, or with the name it had when that still says what its
// reports do.
func (s *step) theme(b int, l lineage, about topic.Topic, taken map[string]bool) Theme {
	texts := s.texts(about.Exemplars)
	reports := topic.Reports{Terms: s.lesson.Terms, Counts: s.counts, Rows: s.members[b]}
	t := Theme{Born: s.lesson.Day, Terms: s.shown(about.Terms, texts), Reports: s.scaled(s.after.Sizes[b])}
	weights := map[string]float64{}
	for i, term := range about.Terms {
		weights[s.lesson.Terms.Name(term)] = about.Weights[i]
	}
	if l.from[b] >= 0 {
		old := s.prev.Themes[l.from[b]]
		t.Born = old.Born
		if s.alike(old.Anchor, about.Terms) {
			said := reports.Says(old.Name)
			if said >= stillSaid || 2*said >= reports.Says(reports.Name(texts, weights, t.Terms).Text) {
				t.Name, t.Anchor = old.Name, old.Anchor
				return t
			}
		}
		delete(taken, old.Name)
	}
	t.Anchor = s.names(about.Terms, shownTerms)
	t.Name = distinct(reports.Name(texts, weights, t.Terms).Text, t.Terms, taken)
	taken[t.Name] = true
	return t
}

// texts gives those of some of the rows that are looked at.
func (s *step) texts(of []int32) []string {
	out := make([]string, len(of))
	for k, i := range of {
		out[k] = s.lesson.Texts[s.rows[i]]
	}
	return out
}

// alike reports whether enough of the terms a theme was named for are among its strongest now.
func (s *step) alike(anchor []string, terms []int32) bool {
	now, still := s.names(terms, len(terms)), 0
	for _, name := range anchor {
		if slices.Contains(now, name) {
			still++
		}
	}
	return float64(still) >= sameContent*float64(len(anchor))
}

// shown gives the strongest terms as the typical texts write them.
func (s *step) shown(terms []int32, texts []string) []string {
	terms = terms[:min(shownTerms, len(terms))]
	stems, shown := make([]string, len(terms)), make([]string, len(terms))
	for k, term := range terms {
		stems[k], shown[k] = s.lesson.Terms.Name(term), s.lesson.Terms.Shown(term)
	}
	if out := topic.Written(texts, stems, shown); len(out) > 0 {
		return out
	}
	return []string{"no word of its own"}
}

// distinct makes a name that is not taken: with a further term, or a number.
func distinct(name string, terms []string, taken map[string]bool) string {
	if !taken[name] {
		return name
	}
	for _, term := range terms {
		if longer := name + ", " + term; !strings.Contains(strings.ToLower(name), term) && !taken[longer] {
			return longer
		}
	}
	for n := 2; ; n++ {
		if numbered := fmt.Sprintf("%s (%d)", name, n); !taken[numbered] {
			return numbered
		}
	}
}
