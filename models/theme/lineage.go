package theme

import (
	"psims/datasets/incident"
	"psims/models/cluster"
)

// EventKind says what happened to a theme.
type EventKind string

// What happens to themes.
const (
	Born    EventKind = "born"    // its reports were in no theme, or came from several, or are new
	Split   EventKind = "split"   // it is new and most of its reports were in Other until then
	Merged  EventKind = "merged"  // it has ended and most of its reports are in Other now
	Retired EventKind = "retired" // it has ended and its reports went several ways, or fell out of reach
	Renamed EventKind = "renamed" // what it is about has changed so much that it has another name
)

// Kinds gives all kinds of events.
func Kinds() []EventKind { return []EventKind{Born, Split, Merged, Retired, Renamed} }

// Event is something that happened to a theme between two grid days.
//
// The rule: a theme lives on in the group that holds at least half of those of its
// reports that are still in any group. If it is one of several that would live on in
// the same group, the one that brings most reports does (of equals the oldest), and
// the others are merged into it. As no theme can have its larger half in two groups,
// this is the matching of themes and groups with the most reports kept together. A
// group in which no theme lives on is a new theme: split from an old one when at
// least half of the group were in themes before and most of these in that one.
type Event struct {
	Day     incident.Day `json:"day"` // grid day
	Kind    EventKind    `json:"kind"`
	Theme   string       `json:"theme"`            // whose id this is about
	Other   string       `json:"other,omitempty"`  // Split: from; Merged: into
	Name    string       `json:"name"`             // the theme's, on that day
	Before  string       `json:"before,omitempty"` // Renamed: the name until then
	Reports int          `json:"reports"`          // the theme's then; of one that ended, those it would have had
}

// lineage says what became of themes.
type lineage struct {
	from   []int // by new group: the old theme that lives on in it, or −1
	parent []int // by new group in which none lives on: the old theme it was split from, or −1
	into   []int // by old theme that does not live on: the group it was merged into, or −1
	lives  []bool
}

// trace follows the members of old themes into new groups.
func trace(before, after *cluster.Grouping) lineage {
	olds, news := before.Groups, after.Groups
	shared := make([]int, olds*news)
	stayed, came := make([]int, olds), make([]int, news)
	for i, a := range before.Of {
		if b := after.Of[i]; a != cluster.None && b != cluster.None {
			shared[int(a)*news+int(b)]++
			stayed[a]++
			came[b]++
		}
	}
	l := lineage{from: filled(news), parent: filled(news), into: filled(olds), lives: make([]bool, olds)}
	heir := filled(olds)
	for a := range olds {
		best := 0
		for b := range news {
			if n := shared[a*news+b]; n > best {
				best, heir[a] = n, b
			}
		}
		if 2*best < stayed[a] {
			heir[a] = -1
		}
		b := heir[a]
		if b >= 0 && (l.from[b] < 0 || best > shared[l.from[b]*news+b]) {
			l.from[b] = a
		}
	}
	for a, b := range heir {
		switch {
		case b >= 0 && l.from[b] == a:
			l.lives[a] = true
		case b >= 0:
			l.into[a] = b
		}
	}
	for b := range news {
		if l.from[b] >= 0 || 2*came[b] < after.Sizes[b] {
			continue
		}
		for a := range olds {
			if n := shared[a*news+b]; n > 0 && 2*n >= came[b] {
				l.parent[b] = a
				break
			}
		}
	}
	return l
}

func filled(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	return out
}
