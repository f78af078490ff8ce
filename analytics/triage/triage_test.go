package triage_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/emerging"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/nlp/features"
)

var monday = incident.NewDay(2026, 3, 2)

// candidate gives one whose score is well above the balance.
func candidate(lead int32, observed int, cite ...int32) emerging.Candidate {
	return emerging.Candidate{Window: 4, Lead: lead, Members: cite, Cite: cite,
		Measures: emerging.Measures{Scan: 14, Evidence: 14, Observed: observed, Expected: 1, Organisations: 5}}
}

func TestScoreTakesOffWhatHasOtherReasons(t *testing.T) {
	const enough = 12 // powers of ten, well above the balance
	plain := emerging.Candidate{Measures: emerging.Measures{Scan: enough, Evidence: enough}}
	if s := triage.Default().Score(plain).Score; s < 0.9 || s >= 1 {
		t.Errorf("a chance of 10^-12 scores %.3f", s)
	}
	for name, c := range map[string]emerging.Candidate{
		"few senders": {Measures: emerging.Measures{Scan: enough, Evidence: 8}},
		"season":      {Measures: emerging.Measures{Scan: enough, Evidence: enough, Season: 1.5}},
		"repetition":  {Measures: emerging.Measures{Scan: enough, Evidence: enough, NearDuplicate: 1}},
	} {
		if got := triage.Default().Score(c).Score; got >= triage.Default().Score(plain).Score {
			t.Errorf("%s takes nothing off: %.3f", name, got)
		}
	}
	more := plain
	more.Scan, more.Evidence = enough+2, enough+2
	if triage.Default().Score(more).Score <= triage.Default().Score(plain).Score {
		t.Error("more excess does not raise the score")
	}
}

// TestAspectsAddUpToTheScore: what is shown is what was weighed.
func TestAspectsAddUpToTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scan := rapid.Float64Range(0, 40).Draw(t, "scan")
		m := emerging.Measures{Scan: scan, Evidence: rapid.Float64Range(0, scan).Draw(t, "evidence"),
			Season: rapid.Float64Range(-3, 3).Draw(t, "season"), NearDuplicate: rapid.Float64Range(0, 1).Draw(t, "likest pair")}
		got := triage.Default().Score(emerging.Candidate{Measures: m})
		sum := 0.0
		for name, v := range got.Aspects {
			if name != "excess" && v > 0 {
				t.Fatalf("%s adds %g: only the excess may add", name, v)
			}
			sum += v
		}
		// The same sum without penalties scores the same.
		if plain := triage.Default().Score(emerging.Candidate{Measures: emerging.Measures{Scan: sum, Evidence: sum}}); math.Abs(plain.Score-got.Score) > 1e-9 {
			t.Fatalf("aspects come to %g, which scores %g, not %g", sum, plain.Score, got.Score)
		}
	})
}

func TestShortlistKeepsTheBestOfThoseAboutTheSameReports(t *testing.T) {
	weak := candidate(3, 4, 9, 10, 11)
	weak.Scan, weak.Evidence = 3, 3
	best, same := candidate(1, 4, 1, 2, 3, 4), candidate(2, 4, 3, 4, 5, 6)
	best.Scan, best.Evidence = 15, 15
	got := triage.Shortlist([]emerging.Candidate{weak, same, best}, nil, triage.Default())
	if len(got) != 1 || got[0].Lead != 1 {
		t.Errorf("shortlist is %v", got)
	}
}

func TestShortlistKeepsTheBestOfThoseThatTellOfTheSameThing(t *testing.T) {
	best, other := candidate(1, 4, 1, 2, 3, 4), candidate(2, 4, 11, 12, 13, 14)
	best.Scan, best.Evidence = 15, 15
	other.Scan, other.Evidence = 12, 12
	for alike, want := range map[float64]int{0.3: 2, 0.9: 1} {
		got := triage.Shortlist([]emerging.Candidate{other, best}, told{alike: func(a, b []int32) float64 {
			if a[0] != 1 || b[0] != 11 {
				t.Errorf("%v is compared with %v", a, b)
			}
			return alike
		}}, triage.Default())
		if len(got) != want || got[0].Lead != 1 {
			t.Errorf("alike by %.1f: shortlist is %v", alike, got)
		}
	}
}

// told is what a test says of reports.
type told struct {
	alike func(a, b []int32) float64
	mixed func(rows []int32) bool
}

func (l told) Alike(a, b []int32) float64 { return l.alike(a, b) }
func (l told) Mixed(rows []int32) bool    { return l.mixed != nil && l.mixed(rows) }

// A mixed candidate is left out, and does not keep the things that it mixes off the list.
func TestShortlistLeavesOutWhatIsMixed(t *testing.T) {
	mixed, one, other := candidate(1, 4, 1, 2, 3, 11, 12, 13), candidate(2, 4, 1, 2, 3), candidate(3, 4, 11, 12, 13)
	for k, c := range []*emerging.Candidate{&mixed, &one, &other} {
		c.Scan, c.Evidence = 15-float64(k), 15-float64(k)
	}
	got := triage.Shortlist([]emerging.Candidate{mixed, one, other}, told{
		alike: func(a, b []int32) float64 { return 0 },
		mixed: func(rows []int32) bool { return len(rows) > 3 },
	}, triage.Default())
	if len(got) != 2 || got[0].Lead != 2 || got[1].Lead != 3 {
		t.Errorf("shortlist is %v", got)
	}
}

func name(term int32) string { return string(rune('a' + term)) }

func follow(t *testing.T, lists ...[]emerging.Candidate) []triage.Standing {
	t.Helper()
	var days []incident.Day
	var short [][]triage.Scored
	for w, l := range lists {
		days = append(days, monday+incident.Day(7*w))
		short = append(short, triage.Shortlist(l, nil, triage.Default()))
	}
	return triage.Follow(days, short, name, triage.Default())
}

func TestLifeOfAnAlert(t *testing.T) {
	a := func(n int, cite ...int32) []emerging.Candidate { return []emerging.Candidate{candidate(1, n, cite...)} }
	for _, c := range []struct {
		name, why string
		lists     [][]emerging.Candidate
		status    triage.Life
		first     incident.Day
	}{
		{"new", "raised today for the first time", [][]emerging.Candidate{nil, a(4, 1, 2, 3, 4)}, triage.New, monday + 7},
		{"open", "raised before with as many", [][]emerging.Candidate{a(4, 1, 2, 3, 4), a(5, 2, 3, 4, 5)}, triage.Open, monday},
		{"grown", "half as many again, and 3 more", [][]emerging.Candidate{a(4, 1, 2, 3, 4), a(8, 2, 3, 4, 5, 6, 7, 8, 9)}, triage.Grown, monday},
		{"quiet", "raised a week ago and not today", [][]emerging.Candidate{a(4, 1, 2, 3, 4), nil}, triage.Gone, monday},
		{"other", "another set of reports is another theme", [][]emerging.Candidate{a(4, 1, 2, 3, 4), nil, nil, nil, a(4, 11, 12, 13, 14)}, triage.New, monday + 28},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := follow(t, c.lists...)
			if len(got) != 1 {
				t.Fatalf("%d themes stand: %s", len(got), c.why)
			}
			if got[0].Status != c.status || got[0].FirstRaised != c.first {
				t.Errorf("status %q since %v, want %q since %v: %s", got[0].Status, got[0].FirstRaised, c.status, c.first, c.why)
			}
		})
	}
}

func TestIdentityStaysWithTheReports(t *testing.T) {
	first := follow(t, []emerging.Candidate{candidate(1, 4, 1, 2, 3, 4)})
	// A week later the same reports are led by another term.
	later := follow(t, []emerging.Candidate{candidate(1, 4, 1, 2, 3, 4)}, []emerging.Candidate{candidate(2, 5, 2, 3, 4, 5)})
	if first[0].ID != later[0].ID {
		t.Errorf("the theme was %s and is now %s", first[0].ID, later[0].ID)
	}
}

// The parts of a seed that was split have its term, window and scan in common.
func TestThemesOfOneTermAreListedOnceEach(t *testing.T) {
	day := []emerging.Candidate{candidate(1, 4, 1, 2, 3, 4), candidate(1, 4, 11, 12, 13, 14), candidate(1, 4, 21, 22, 23, 24)}
	for _, got := range [][]triage.Standing{follow(t, day), follow(t, day, day)} {
		var cited []int32
		ids := map[string]bool{}
		for _, s := range got {
			ids[s.ID] = true
			cited = append(cited, s.Cite[0])
		}
		slices.Sort(cited)
		if len(ids) != 3 || !slices.Equal(cited, []int32{1, 11, 21}) {
			t.Errorf("%d ids for three themes, which cite from %v on", len(ids), cited)
		}
	}
}

func TestMergedAndSplitThemesPointToEachOther(t *testing.T) {
	left, right := candidate(1, 4, 1, 2, 3, 4), candidate(2, 4, 11, 12, 13, 14)
	both := candidate(1, 8, 1, 2, 3, 4, 11, 12, 13, 14)
	id := func(list []emerging.Candidate) string { return follow(t, list)[0].ID }
	l, r := id([]emerging.Candidate{left}), id([]emerging.Candidate{right})

	merged := follow(t, []emerging.Candidate{left, right}, []emerging.Candidate{both})
	if len(merged) != 2 || merged[0].Status == triage.Gone || merged[1].Status != triage.Gone {
		t.Fatalf("want one theme raised and one quiet, got %+v", merged)
	}
	kept, gone := merged[0], merged[1]
	if !slices.Equal(kept.Merged, []string{gone.ID}) || gone.MergedInto != kept.ID {
		t.Errorf("%s merged %v, and %s went into %q", kept.ID, kept.Merged, gone.ID, gone.MergedInto)
	}
	if !slices.Contains([]string{l, r}, gone.ID) {
		t.Errorf("the merged theme %s is neither of those before (%s, %s)", gone.ID, l, r)
	}

	apart := follow(t, []emerging.Candidate{left, right}, []emerging.Candidate{both}, []emerging.Candidate{left, right})
	for _, s := range apart {
		if len(s.Merged) > 0 || s.MergedInto != "" {
			t.Errorf("%s is on its own again, and says it merged %v, went into %q", s.ID, s.Merged, s.MergedInto)
		}
	}

	split := follow(t, []emerging.Candidate{both}, []emerging.Candidate{left, right})
	if len(split) != 2 || (split[0].SplitFrom == "") == (split[1].SplitFrom == "") {
		t.Fatalf("want one theme that goes on and one split from it, got %+v", split)
	}
	if split[1].SplitFrom != "" {
		split[0], split[1] = split[1], split[0]
	}
	if split[0].SplitFrom != split[1].ID {
		t.Errorf("%s was split from %q, want %q", split[0].ID, split[0].SplitFrom, split[1].ID)
	}
}

func TestForgottenThemeIsNotListed(t *testing.T) {
	got := follow(t, []emerging.Candidate{candidate(1, 4, 1, 2, 3, 4)}, nil, nil, nil)
	if len(got) != 0 {
		t.Errorf("a theme not raised for three weeks is still listed: %v", got)
	}
}

func reports(t *testing.T, texts ...string) *triage.Reports {
	t.Helper()
	tab := &incident.Table{}
	for i, s := range texts {
		tab.ID = append(tab.ID, "E"+string(rune('1'+i)))
		tab.Text = append(tab.Text, s)
		tab.Reported = append(tab.Reported, monday+incident.Day(i))
		tab.Harm = append(tab.Harm, incident.LowHarm)
		tab.Category.Append([]string{"Falls", "Devices"}[i%2])
		tab.Specialty.Append("")
		tab.Organisation.Append("Z0" + string(rune('1'+i)))
	}
	terms, counts, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	return &triage.Reports{Events: tab, Terms: terms, Counts: counts, AsOf: monday + 27}
}

func TestThemeAlertSaysWhyAndCitesTheSentence(t *testing.T) {
	r := reports(t,
		"Patient washed and dressed. The battery door of the syringe driver came open and the infusion stopped.",
		"Syringe driver battery door open again. Doctor informed.",
		"Found the battery door open, infusion had stopped. No harm. Patient well.",
		"Patient fell.", "Patient slipped on the ward.", "Patient given the wrong tablet.", "Notes of another patient.", "Patient waited.", "Patient sent home late.")
	s := triage.Standing{ID: "theme-x", FirstRaised: monday + 27, Status: triage.New, LastSeen: monday + 27,
		Scored: triage.Default().Score(emerging.Candidate{Window: 4, Lead: r.Terms.Lookup("batteri door"), Terms: []int32{r.Terms.Lookup("batteri door"), r.Terms.Lookup("door"), r.Terms.Lookup("patient"), r.Terms.Lookup("infus")},
			Members: []int32{0, 1, 2}, Cite: []int32{0, 1, 2}, Looks: 50, Measures: emerging.Measures{Scan: 9, Evidence: 9, Observed: 3, Independent: 3, Expected: 0.1, Organisations: 3}})}
	a := r.Theme(s)
	if a.Title != "Battery door, infusion" {
		t.Errorf("title %q", a.Title)
	}
	if diff := cmp.Diff([]string{"battery door", "infusion"}, a.Terms); diff != "" {
		t.Errorf("terms, of which \"patient\" stands in every report (-want +got):\n%s", diff)
	}
	if a.Evidence[0].Sentence != "The battery door of the syringe driver came open and the infusion stopped." {
		t.Errorf("evidence %q", a.Evidence[0].Sentence)
	}
	for _, want := range []string{"In the 4 weeks to 29 March 2026, 3 reports from 3 organisations", "about 0.1", "2 categories", "new on this list"} {
		if !strings.Contains(a.Why, want) {
			t.Errorf("%q is not said in: %s", want, a.Why)
		}
	}
	if diff := cmp.Diff(map[string]int{"low": 3, "severe_or_fatal": 0}, a.Harm); diff != "" {
		t.Errorf("harm (-want +got):\n%s", diff)
	}
	if a.PValue < 1e-9*300*0.9 || a.PValue > 1e-9*300*1.1 {
		t.Errorf("p-value %g does not allow for 2 scans × 50 terms × 3 members", a.PValue)
	}
}

func TestWhySaysWhatExchangedDatesGaveAndWhatFewSendersCountAs(t *testing.T) {
	r := reports(t, "The battery door came open.", "Battery door open again.", "Found the battery door open.")
	var err error
	if r.Chance, err = triage.Calibrate(invented(1, 30, 0), emerging.Default(), monday+7*30-1, 3); err != nil {
		t.Fatal(err)
	}
	lead := r.Terms.Lookup("batteri door")
	a := r.Theme(triage.Standing{ID: "theme-x", Status: triage.New, LastSeen: monday + 27, Scored: triage.Default().Score(emerging.Candidate{
		Window: 4, Lead: lead, Terms: []int32{lead}, Members: []int32{0, 1, 2}, Cite: []int32{0, 1, 2}, Looks: 50,
		Measures: emerging.Measures{Scan: 30, Evidence: 25, Observed: 9, Independent: 4.2, Expected: 0.1, Organisations: 4}})})
	for _, want := range []string{"If the same reports had come on other days at random", "less than 1 time in 1 million", "count as about 4"} {
		if !strings.Contains(a.Why, want) {
			t.Errorf("%q is not said in: %s", want, a.Why)
		}
	}
	if a.PValue != r.Chance.P(25) {
		t.Errorf("p-value %g is not that of strength 25, %g", a.PValue, r.Chance.P(25))
	}
}

func raised(week incident.Day, observed, expected, q float64) []signal.Signal {
	return []signal.Signal{{Stratum: tally.Stratum{Dimension: "category", Value: "Falls"}, Week: week, Observed: observed, Expected: expected, Hi: 8, P: q / 10, Q: q, Status: signal.Raised}}
}

// What a theme was a day before is told by the reports that both days cite.
func TestYesterday(t *testing.T) {
	scored := func(observed int, cite ...int32) triage.Scored {
		var s triage.Scored
		s.Observed, s.Cite = observed, cite
		return s
	}
	themes := []triage.Standing{{ID: "a", Scored: scored(6, 1, 2, 3, 4)}, {ID: "b", Scored: scored(4, 7, 8, 9)}}
	got := triage.Yesterday(themes, []triage.Scored{scored(5, 1, 2, 3), scored(3, 20, 21, 22)}, triage.Default())
	if diff := cmp.Diff(map[string]int{"a": 5, "b": 0}, got); diff != "" {
		t.Errorf("reports a day before (-want +got):\n%s", diff)
	}
}

func TestSpellOfAStratum(t *testing.T) {
	quiet := raised(monday, 5, 4, 0.5)
	quiet[0].Status = signal.Quiet
	got := triage.FollowStrata([][]signal.Signal{raised(monday, 20, 4, 1e-4), quiet, raised(monday+14, 21, 4, 1e-4)}, 0.01)
	if len(got) != 1 || got[0].FirstRaised != monday || got[0].Status != triage.Open {
		t.Errorf("spell: %+v", got)
	}
	if got := triage.FollowStrata([][]signal.Signal{raised(monday, 20, 4, 0.2)}, 0.01); len(got) != 0 {
		t.Errorf("a finding that is false 1 time in 5 is raised: %+v", got)
	}
}

func TestRankPutsQuietOnesLast(t *testing.T) {
	got := triage.Rank([]triage.Alert{
		{ID: "a", Kind: triage.Theme, Score: 0.9, Status: triage.Gone, PValue: 0.01},
		{ID: "c", Kind: triage.Theme, Score: 0.6, Status: triage.New, PValue: 0.02},
		{ID: "b", Kind: triage.Stratum, Score: 0.6, Status: triage.Open, QValue: 0.3},
	})
	var order []string
	for _, a := range got {
		order = append(order, a.ID)
	}
	if diff := cmp.Diff([]string{"b", "c", "a"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	if got[0].Rank != 1 || got[2].Rank != 3 {
		t.Errorf("ranks: %+v", got)
	}
	// Of two themes, 0.0202 are expected by chance: 1 in 99 is false.
	if q := got[1].QValue; got[0].QValue != 0.3 || math.Abs(q-0.0101) > 1e-4 || math.Abs(got[2].QValue-0.01005) > 1e-4 {
		t.Errorf("q-values: %+v", got)
	}
}

func TestPairsOverAThemesReportsAreMerged(t *testing.T) {
	theme := func(status triage.Life, ids ...string) triage.Alert {
		return triage.Alert{Kind: triage.Theme, Status: status, RecentIncidentIDs: ids, Aspects: map[string]float64{}, Why: "Because."}
	}
	pair := triage.Alert{Kind: triage.Pair, Terms: []string{"insulin", "Devices"}, RecentIncidentIDs: []string{"a", "b", "c", "d"}, Observed: 4, Expected: 0.5, Aspects: map[string]float64{"link": 3}}
	for _, c := range []struct {
		name   string
		themes []triage.Alert
		merged int // place of the theme that takes it; −1 for none
	}{
		{"no theme", nil, -1},
		{"a theme of other reports", []triage.Alert{theme(triage.Open, "x", "a", "y", "z", "v", "w", "u")}, -1},
		{"a theme of half of them", []triage.Alert{theme(triage.Open, "x", "y"), theme(triage.New, "a", "b", "z", "v")}, 1},
		{"a theme that has gone quiet", []triage.Alert{theme(triage.Gone, "a", "b", "c", "d")}, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			own := triage.Merge(c.themes, []triage.Alert{pair}, triage.Default())
			if (c.merged < 0) != (len(own) == 1) {
				t.Errorf("%d pairs stand for themselves", len(own))
			}
			for k, th := range c.themes {
				took := th.Aspects["pair: insulin with Devices"] == 3 && strings.Contains(th.Why, `"insulin" and "Devices" come together more often than before: 4 reports`)
				if took != (k == c.merged) {
					t.Errorf("theme %d: %v, %s", k, th.Aspects, th.Why)
				}
			}
		})
	}
}

func TestNumbersSince(t *testing.T) {
	before := triage.Numbers{Observed: 10, Severe: 1, Organisations: 4}
	for name, c := range map[string]struct {
		now  triage.Numbers
		want int
	}{
		"the same":                {before, 0},
		"somewhat more":           {triage.Numbers{Observed: 14, Severe: 1, Organisations: 5}, 0},
		"half as many again":      {triage.Numbers{Observed: 15, Severe: 1, Organisations: 4}, 1},
		"one more of severe harm": {triage.Numbers{Observed: 10, Severe: 2, Organisations: 4}, 1},
		"spread":                  {triage.Numbers{Observed: 10, Severe: 1, Organisations: 7}, 1},
		"everything":              {triage.Numbers{Observed: 30, Severe: 9, Organisations: 20}, 3},
		"fewer":                   {triage.Numbers{}, 0},
	} {
		if got := c.now.Since(before); len(got) != c.want {
			t.Errorf("%s: %v, want %d changes", name, got, c.want)
		}
	}
}

func TestThemeOfDifferentThingsSaysSo(t *testing.T) {
	r := reports(t, "New floor slippery.", "New floor again.", "Wet macular clinic.", "Wet macular eye.", "Battery flat.", "Patient waited.", "Patient sent home late.")
	s := triage.Standing{ID: "theme-x", Status: triage.New, LastSeen: monday + 27,
		Scored: triage.Default().Score(emerging.Candidate{Window: 4, Lead: r.Terms.Lookup("floor"), Terms: []int32{r.Terms.Lookup("floor"), r.Terms.Lookup("macular"), r.Terms.Lookup("batteri")},
			Members: []int32{0, 1, 2, 3, 4}, Cite: []int32{0, 1, 2, 3, 4}, Looks: 50, Measures: emerging.Measures{Scan: 9, Evidence: 9, Observed: 5, Independent: 5, Expected: 0.1, Organisations: 5}})}
	a := r.Theme(s)
	if !strings.HasPrefix(a.Title, "Mixed: ") || !strings.Contains(a.Why, "may tell of different things") {
		t.Errorf("%q: %s", a.Title, a.Why)
	}
}
