package view_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/nlp/search"
	"psims/reports/portal/access"
	"psims/reports/portal/view"
)

const lastDay = incident.Day(20000)

// event is one invented report.
type event struct {
	org, region, specialty, label string
	harm                          incident.Harm
	age                           int // days before the last day
	theme                         int32
}

func run(events []event) *view.Run {
	e := &view.Events{Names: map[string]string{"A": "Larkhaven"}}
	for i, v := range events {
		e.ID = append(e.ID, fmt.Sprintf("R-%d", i))
		e.System.Append("lfpse")
		e.Kind = append(e.Kind, incident.KindIncident)
		e.Reported = append(e.Reported, lastDay-incident.Day(v.age))
		e.Occurred = append(e.Occurred, incident.NoDay)
		e.Harm = append(e.Harm, v.harm)
		e.Organisation.Append(v.org)
		e.Region.Append(v.region)
		e.Specialty.Append(v.specialty)
		e.Label.Append(v.label)
		for _, c := range []*incident.Column{&e.Scheme, &e.Category, &e.Predicted, &e.CareSetting, &e.Medication, &e.Device, &e.NeverEvent} {
			c.Append("")
		}
		e.Probability = append(e.Probability, 0.5)
		e.Theme = append(e.Theme, v.theme)
		e.Text = append(e.Text, fmt.Sprintf("The pump of %s rang, number%d.", v.org, i))
	}
	p := view.Parts{ID: "run-1", AsOf: lastDay, Events: e, Types: map[string]string{"A": "Acute", "B": "Acute", "C": "Community"},
		Themes: []view.Theme{{ID: "t-0", Name: "Pumps"}, {ID: "t-1", Name: "Beds"}}}
	a := triage.Alert{ID: "a-1"}
	for i := range events {
		a.IncidentIDs = append(a.IncidentIDs, e.ID[i])
		a.Evidence = append(a.Evidence, triage.Evidence{IncidentID: e.ID[i], Sentence: e.Text[i]})
	}
	p.Alerts = []triage.Alert{a}
	return view.New(p)
}

var anyEvent = rapid.Custom(func(t *rapid.T) event {
	return event{org: rapid.SampledFrom([]string{"A", "B", "C", ""}).Draw(t, "org"), region: rapid.SampledFrom([]string{"North", "South", ""}).Draw(t, "region"),
		specialty: rapid.SampledFrom([]string{"Surgery", "Medicine", ""}).Draw(t, "specialty"), label: rapid.SampledFrom([]string{"Falls", "Devices", ""}).Draw(t, "label"),
		harm: rapid.SampledFrom(incident.Harms()).Draw(t, "harm"), age: rapid.IntRange(0, 400).Draw(t, "age"), theme: rapid.Int32Range(-1, 1).Draw(t, "theme")}
})

func oldestFirst(events []event) []event {
	slices.SortStableFunc(events, func(a, b event) int { return b.age - a.age })
	return events
}

// Whatever the scope, every way of asking reaches the events in scope and no other.
func TestScopeIsTheSameEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := oldestFirst(rapid.SliceOfN(anyEvent, 0, 40).Draw(t, "events"))
		some := func(of ...string) []string {
			return rapid.SliceOfDistinct(rapid.SampledFrom(of), rapid.ID).Draw(t, "some")
		}
		person := access.Person{Login: "p", Role: decision.Provider, Scope: decision.Scope{Organisations: some("A", "B", "Z"), Regions: some("North", "X"), Specialties: some("Surgery")}}
		s := person.Scope
		var want []string
		for i, v := range events { // the rule once more, written differently
			place := len(s.Organisations)+len(s.Regions) == 0
			place = place || v.org != "" && slices.Contains(s.Organisations, v.org) || v.region != "" && slices.Contains(s.Regions, v.region)
			if place && (len(s.Specialties) == 0 || v.specialty != "" && slices.Contains(s.Specialties, v.specialty)) {
				want = append(want, fmt.Sprintf("R-%d", i))
			}
		}
		r := run(events)
		v := r.For(person)
		ids := func(list []view.Report) (out []string) {
			for _, r := range list {
				out = append(out, r.ID)
			}
			slices.Reverse(out)
			return out
		}
		if got := ids(v.All().Newest(0, len(events))); !slices.Equal(got, want) {
			t.Fatalf("all: %v, want %v", got, want)
		}
		q, err := search.Parse("pump")
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(v.Search(q).Newest(0, len(events))); !slices.Equal(got, want) {
			t.Fatalf("search: %v, want %v", got, want)
		}
		for _, d := range view.Dimensions() {
			n := 0
			for _, tally := range v.All().Count(d) {
				n += tally.N
			}
			if n != len(want) {
				t.Fatalf("by %s: %d events, want %d", d, n, len(want))
			}
		}
		for i := range events {
			id := fmt.Sprintf("R-%d", i)
			_, ok := v.Report(view.Key{System: "lfpse", ID: id})
			if may := slices.Contains(want, id); ok != may || (len(v.Find(id)) > 0) != may {
				t.Fatalf("report %s: shown %v, want %v", id, ok, may)
			}
			if !ok {
				continue
			}
			self, _ := v.Report(view.Key{System: "lfpse", ID: id})
			for _, l := range v.Like(self, 50) {
				if !slices.Contains(want, l.ID) {
					t.Fatalf("a report like %s is out of scope: %s", id, l.ID)
				}
			}
		}
		cited := 0
		for _, a := range v.Alerts() {
			cited += len(a.IncidentIDs)
			if len(a.Evidence) != len(a.IncidentIDs) {
				t.Fatalf("%d quotations of %d reports", len(a.Evidence), len(a.IncidentIDs))
			}
		}
		if cited != len(want) {
			t.Fatalf("the alert cites %d reports, want %d", cited, len(want))
		}
		total := 0
		for _, th := range v.Themes() {
			total += th.Reports
		}
		if none := v.All().Where(view.ByTheme, "t-0").Len() + v.All().Where(view.ByTheme, "t-1").Len(); total != none {
			t.Fatalf("themes hold %d reports, want %d", total, none)
		}
		if counts := r.For(access.Person{Role: decision.RegionReader, Scope: s}); len(counts.All().Newest(0, 10)) > 0 || counts.Search(q).Len() > 0 || counts.Len() != len(want) {
			t.Fatal("who may see counts only reads reports")
		}
	})
}

func TestSelections(t *testing.T) {
	r := run(oldestFirst([]event{
		{"A", "North", "Surgery", "Falls", incident.Fatal, 30, 0}, {"A", "North", "Medicine", "Falls", incident.LowHarm, 20, 0}, {"B", "South", "Surgery", "Devices", incident.SevereHarm, 6, 1}, {"B", "South", "Surgery", "", incident.NoHarm, 0, -1},
	}))
	v := r.For(access.Local())
	all := v.All()
	if diff := cmp.Diff([]view.Tally{{Value: "Falls", Name: "Falls", N: 2}, {Value: "", Name: "Not recorded", N: 1}, {Value: "Devices", Name: "Devices", N: 1}}, all.Count(view.ByCategory)); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]view.Tally{{Value: "Falls", Name: "Falls", N: 2}}, all.Most(view.ByCategory, 1)); diff != "" {
		t.Errorf("the most (-want +got):\n%s", diff)
	}
	for name, c := range map[string]struct{ got, want int }{
		"severe or fatal":         {all.SevereOrFatal(), 2},
		"those":                   {all.Severe().Len(), 2},
		"a value":                 {all.Where(view.ByRegion, "South").Len(), 2},
		"a value that nobody has": {all.Where(view.ByRegion, "West").Len(), 0},
		"a dimension unknown":     {all.Where("colour", "red").Len(), 0},
		"any value":               {all.Where(view.ByRegion, "").Len(), 4},
		"a day":                   {all.Between(lastDay, lastDay).Len(), 1},
		"an open end":             {all.Between(lastDay-20, incident.NoDay).Len(), 3},
		"an open beginning":       {all.Between(incident.NoDay, lastDay-20).Len(), 2},
		"no time at all":          {all.Between(lastDay, lastDay-5).Len(), 0},
		"a theme":                 {all.Where(view.ByTheme, "t-0").Len(), 2},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", name, c.got, c.want)
		}
	}
	first, counts := all.Weeks(2)
	if diff := cmp.Diff([]incident.Day{lastDay - 13, lastDay - 6}, first); diff != "" || !slices.Equal(counts, []int{0, 2}) {
		t.Errorf("weeks %v (-want +got):\n%s", counts, diff)
	}
	if got := v.Name(view.ByOrganisation, "A"); got != "Larkhaven" {
		t.Errorf("A is called %q", got)
	}
}

// Of others a scoped person learns shares that pass disclosure control.
func TestElsewhere(t *testing.T) {
	var events []event
	for i := range 100 {
		events = append(events, event{[]string{"A", "B", "C", "B"}[i%4], "North", "", []string{"Falls", "Devices"}[b2i(i%10 == 0)], incident.NoHarm, 0, -1})
	}
	r := run(events)
	own := r.For(access.Person{Login: "p", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"A"}}})
	if got := own.Everywhere().Shares(view.ByCategory)["Falls"].Reports.Text; got != "90%" {
		t.Errorf("falls everywhere: %s, want 90%%", got)
	}
	similar, alike, ok := own.Similar([]string{"A"})
	if !ok || alike != "similar organisations (Acute)" {
		t.Fatalf("similar to A: %v %v", alike, ok)
	}
	// B has 50 reports, none of the even places: no report of Devices.
	if s := similar.Shares(view.ByCategory); s["Falls"].Reports.Text != "100%" || len(s) != 1 {
		t.Errorf("similar to A: %+v", s)
	}
	few := own.Everywhere().Where(view.ByCategory, "Devices").Shares(view.ByOrganisation)["A"].Reports
	if few.Text != "*" {
		t.Errorf("5 of 10 reports are told as %s, want hidden", few.Text)
	}
	if whole := r.For(access.Local()).Everywhere().Where(view.ByCategory, "Devices").Shares(view.ByOrganisation)["A"].Reports; whole.Text != "50%" {
		t.Errorf("to those who see everything: %s, want 50%%", whole.Text)
	}
	for _, alone := range [][]string{{"C"}, {"Z"}, nil} {
		if _, _, ok := own.Similar(alone); ok {
			t.Errorf("somebody is similar to %v", alone)
		}
	}
}

// Where nobody else is of its type, an organisation stands beside those that send
// about as many reports, graded or not, if there are enough of them.
func TestSimilarFallsBackOnSize(t *testing.T) {
	var events []event
	for o := range 14 {
		code := string(rune('A' + o))
		n := 8
		switch code {
		case "B":
			n = 40 // too large
		case "C":
			n = 3 // too small
		}
		for range n {
			events = append(events, event{code, "North", "", "Falls", incident.HarmMissing, 0, -1})
		}
		events = append(events, event{"C", "North", "", "Devices", incident.HarmMissing, 380, -1}) // more than a year ago
	}
	r := run(events)
	own := r.For(access.Person{Login: "p", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"D"}}})
	e, alike, ok := own.Similar([]string{"D"})
	if !ok || alike != "organisations of about the same size (4 to 16 reports in the last 52 weeks)" {
		t.Fatalf("similar to D: %q %v", alike, ok)
	}
	if s := e.Shares(view.ByCategory); s["Falls"].Reports.Text != "100%" || len(s) != 1 {
		t.Errorf("others tell of %+v, want falls alone: C is too small", s)
	}
	if _, _, ok := own.Similar([]string{"D", "E", "F"}); ok {
		t.Error("9 others are too few to speak of")
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func ExampleRun_For() {
	r := run([]event{{"A", "North", "Surgery", "Falls", incident.NoHarm, 1, 0}, {"B", "South", "Surgery", "Falls", incident.NoHarm, 0, 0}})
	v := r.For(access.Person{Login: "p", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"B"}}})
	for _, report := range v.All().Newest(0, 10) {
		fmt.Println(report.ID, report.Code)
	}
	// Output: R-1 B
}
