// Package view is the one place where the portal's questions meet the events of a
// run. A [Run] keeps its events to itself; the [View] of a person answers only from
// those events that this person's scope allows, so a page can't show, count, list
// or search any other.
package view

import (
	"slices"
	"sync"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/nlp/search"
	"psims/reports/brief"
	"psims/reports/portal/access"
)

// Events are the events of a run, in order of report, with what models say of them.
// All slices are of one length.
type Events struct {
	incident.Table
	Label       incident.Column // the category that counts; "" when unsure
	Predicted   incident.Column // the classifier's first choice
	Probability []float64       // its probability; NaN without a classifier
	Theme       []int32         // place in Parts.Themes; −1 for none
	Names       map[string]string
}

// Theme is a group of reports that tell of like things.
type Theme struct {
	ID, Name  string
	Terms     []string
	Exemplars []string // ids of typical reports
	Born      incident.Day
	At        *[2]float64 // place on a map of themes; nil when it has none
}

// Suspect is a report that may tell of a known risk.
type Suspect struct {
	System     incident.System
	ID         string
	Risk       string // title
	RiskID     string
	Score      float64
	Sentence   string
	Doubt      string
	NeverEvent string // that the sender marked
}

// Doubt is a report that reads as more severe than it was graded.
type Doubt struct {
	System   incident.System
	ID       string
	Told     incident.Harm
	Worse    float64 // NaN without a model
	Sentence string
}

// Hidden is a steady theme that is easy to overlook.
type Hidden struct {
	ID, Name      string
	Reports       int
	Organisations int
	Categories    float64
	Score         float64
}

// Parts is what a run is made of.
type Parts struct {
	ID, Version  string
	Organisation string // whose installation it is
	AsOf         incident.Day
	Events       *Events
	Alerts       []triage.Alert            // best first
	Weekly       map[string][]triage.Point // by alert
	Themes       []Theme
	Suspects     []Suspect
	Doubts       []Doubt
	Hidden       []Hidden
	Same         [][]Key // reports of one event, each group once
	Loads        []brief.Load
	Changes      []Change
	People       People
	Types        map[string]string // of organisations, by code: which are alike
}

// People is what answers of people changed in a run: labels that stand in place of
// the senders', answers that joined or parted reports of an event, and answers that
// others contradict; and what the classifier has learnt of the categories.
type People struct {
	Labels, Joined, Parted, Contradicted int
	Taught                               *Taught // nil when nobody changed a category, or no version came before
}

// Taught is how often the first choice of the version before and of the one in use
// is the category that people gave.
type Taught struct {
	Before         string // name of that version
	Learnt, Unseen Hit    // on reports that the one in use has learnt from, and on others
}

// Hit counts answers and the first choices that meet them.
type Hit struct{ Answers, Before, After int }

// Change is something that became of a theme: born, split, merged, renamed, retired.
type Change struct {
	Day     incident.Day
	Kind    string
	ThemeID string
	Name    string
	Before  string
	Reports int
}

// Key names a report.
type Key struct {
	System incident.System
	ID     string
}

// Run is one finished run. It is read-only, and safe for many goroutines.
type Run struct {
	parts  Parts
	row    map[Key]int32
	byID   map[string][]int32
	same   map[int32][]int32
	theme  map[string]int // place by id
	texts  *search.Index
	newest incident.Day

	dimensions map[Dimension]coded

	mu    sync.Mutex
	views map[string]*View
}

// New indexes a run. Cost: some seconds a million events.
//
// Panics if the columns differ in length.
func New(p Parts) *Run {
	e := p.Events
	n := e.Len()
	for _, m := range []int{len(e.Label.Codes), len(e.Predicted.Codes), len(e.Probability), len(e.Theme), len(e.Text), len(e.Harm)} {
		if m != n {
			panic("view: columns of events differ in length")
		}
	}
	r := &Run{parts: p, row: make(map[Key]int32, n), byID: make(map[string][]int32, n), same: map[int32][]int32{}, theme: make(map[string]int, len(p.Themes)), newest: incident.NoDay, dimensions: dimensions(p), views: map[string]*View{}}
	for i := range n {
		k := Key{incident.System(e.System.Value(i)), e.ID[i]}
		r.row[k] = int32(i)
		r.byID[k.ID] = append(r.byID[k.ID], int32(i))
		r.newest = max(r.newest, e.Reported[i])
	}
	for _, group := range p.Same {
		var rows []int32
		for _, k := range group {
			if i, ok := r.row[k]; ok {
				rows = append(rows, i)
			}
		}
		for _, i := range rows {
			r.same[i] = rows
		}
	}
	for k, t := range p.Themes {
		r.theme[t.ID] = k
	}
	r.texts = search.New(e.Text)
	return r
}

// Facts about a run that depend on no event: everybody may know them.

func (r *Run) ID() string           { return r.parts.ID }
func (r *Run) Version() string      { return r.parts.Version }
func (r *Run) Organisation() string { return r.parts.Organisation }
func (r *Run) AsOf() incident.Day   { return r.parts.AsOf }
func (r *Run) Newest() incident.Day { return r.newest }
func (r *Run) People() People       { return r.parts.People }

// maxViews bounds how many different scopes are remembered.
const maxViews = 500

// For gives what a person may see of the run.
func (r *Run) For(p access.Person) *View {
	key := scopeKey(p)
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.views[key]; ok {
		return v
	}
	if len(r.views) >= maxViews {
		clear(r.views)
	}
	v := r.restrict(p)
	v.key = key
	r.views[key] = v
	return v
}

// Key is the same for views that show the same.
func (v *View) Key() string { return v.key }

// scopeKey is the same for people who may see the same.
func scopeKey(p access.Person) string {
	key := "whole"
	if !p.Local && !p.Scope.Whole() {
		key = ""
		for _, list := range [][]string{p.Scope.Organisations, p.Scope.Regions, p.Scope.Specialties} {
			for _, v := range slices.Sorted(slices.Values(list)) {
				key += v + "\n"
			}
			key += "\r"
		}
	}
	if !p.May(access.ReadReports) {
		key = "counts\n" + key
	}
	return key
}
