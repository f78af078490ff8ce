package emerging_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/stat/distuv"

	"psims/analytics/emerging"
	"psims/datasets/incident"
	"psims/nlp/sparse"
)

const vocabulary = 400

var start = incident.NewDay(2025, 1, 6)

// report is one invented report: its day, sender and terms.
type report struct {
	day   incident.Day
	org   int32
	terms []int32
}

// background gives perWeek reports of common terms a week from 20 organisations.
func background(rng *rand.Rand, weeks, perWeek int) []report {
	zipf := rand.NewZipf(rng, 1.2, 4, vocabulary-20)
	var out []report
	for w := range weeks {
		for range perWeek {
			r := report{day: start + incident.Day(7*w+rng.IntN(7)), org: int32(1 + rng.IntN(20))}
			for range 10 {
				r.terms = append(r.terms, int32(zipf.Uint64()))
			}
			out = append(out, r)
		}
	}
	return out
}

// theme gives reports that share terms 390 to 395 from a week on.
func theme(rng *rand.Rand, fromWeek, weeks, perWeek int, org func() int32) []report {
	var out []report
	for w := range weeks {
		for range perWeek {
			r := report{day: start + incident.Day(7*(fromWeek+w)+rng.IntN(7)), org: org()}
			for k := range int32(6) {
				if rng.IntN(4) > 0 {
					r.terms = append(r.terms, 390+k)
				}
			}
			for range 5 {
				r.terms = append(r.terms, int32(rng.IntN(200)))
			}
			out = append(out, r)
		}
	}
	return out
}

func stream(reports []report) *emerging.Stream { return streamOf(reports, vocabulary) }

func streamOf(reports []report, terms int) *emerging.Stream {
	slices.SortStableFunc(reports, func(a, b report) int { return int(a.day) - int(b.day) })
	s := &emerging.Stream{}
	b := sparse.NewBuilder(terms)
	for _, r := range reports {
		for _, t := range r.terms {
			b.Add(t, 1)
		}
		b.EndRow()
		s.Day, s.Organisation = append(s.Day, r.day), append(s.Organisation, r.org)
	}
	s.Terms = b.Build()
	return s
}

func search(t testing.TB, s *emerging.Stream, asOf incident.Day) []emerging.Candidate {
	t.Helper()
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	return se.Search(asOf)
}

func TestPlantedThemeIsFoundFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	planted := theme(rng, 56, 4, 3, func() int32 { return int32(1 + rng.IntN(20)) })
	s := stream(append(background(rng, 60, 40), planted...))
	found := search(t, s, start+7*60-1)
	if len(found) == 0 {
		t.Fatal("nothing was found")
	}
	best := found[0]
	if best.Lead < 390 || best.Lead > 395 {
		t.Errorf("the best candidate is led by term %d, not by one of the planted theme", best.Lead)
	}
	if best.Observed < 8 || best.Expected > 2 || best.Organisations < 3 || best.Scan < 6 {
		t.Errorf("measures of the planted theme: %+v", best.Measures)
	}
	for _, i := range best.Members {
		if s.Day[i] <= start+7*60-1-incident.Day(7*best.Window) {
			t.Errorf("member %d of %v is older than the window", i, s.Day[i])
		}
	}
}

func TestOneSenderIsNoEmergingIssue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	planted := theme(rng, 56, 4, 3, func() int32 { return 7 })
	s := stream(append(background(rng, 60, 40), planted...))
	for _, c := range search(t, s, start+7*60-1) {
		if c.Lead >= 390 && c.LargestShare < 0.5 {
			t.Errorf("a theme of one sender is a candidate with largest share %.2f", c.LargestShare)
		}
		if c.Organisations < 3 {
			t.Errorf("a candidate comes from %d organisations", c.Organisations)
		}
	}
}

// A theme needs no more senders than unrelated reports would come from.
func TestFewSendersThereAre(t *testing.T) {
	for name, c := range map[string]struct {
		organisations, telling int // of all reports, of the theme; 0 when none is recorded
		found                  bool
	}{
		"none is recorded": {0, 0, true},
		"one trust":        {1, 1, true},
		"two, both tell":   {2, 2, true},
		"two, one tells":   {2, 1, false},
		"three, two tell":  {3, 2, true}, // three reports of three equal trusts come from 2.1
		"twenty, two tell": {20, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			k := 0
			planted := theme(rng, 56, 4, 3, func() int32 { k++; return int32(k%max(1, c.telling) + 1) })
			all := append(background(rng, 60, 40), planted...)
			for i := range all {
				all[i].org = min(all[i].org, 1+(all[i].org-1)%int32(max(1, c.organisations)))
				if c.organisations == 0 {
					all[i].org = 0
				}
			}
			found := slices.ContainsFunc(search(t, stream(all), start+7*60-1), func(f emerging.Candidate) bool {
				return f.Lead >= 390 && f.Lead <= 395
			})
			if found != c.found {
				t.Errorf("found: %v, want %v", found, c.found)
			}
		})
	}
}

func TestSearchDoesNotLookAhead(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	all := append(background(rng, 60, 40), theme(rng, 40, 20, 2, func() int32 { return int32(1 + rng.IntN(20)) })...)
	s := stream(all)
	asOf := start + 7*50 - 1
	var known []report
	for _, r := range all {
		if r.day <= asOf {
			known = append(known, r)
		}
	}
	if diff := cmp.Diff(search(t, stream(known), asOf), search(t, s, asOf)); diff != "" {
		t.Errorf("reports after the day changed the candidates:\n%s", diff)
	}
}

func TestOrderOfDaysAskedDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	s := stream(append(background(rng, 60, 40), theme(rng, 50, 10, 2, func() int32 { return int32(1 + rng.IntN(20)) })...))
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	early, late := start+7*40-1, start+7*60-1
	first := []any{se.Search(early), se.Search(late)}
	again := []any{se.Search(late), se.Search(early)}
	slices.Reverse(again)
	// The lengths of vectors are summed in the same order whatever was asked before.
	if diff := cmp.Diff(first, again, cmpopts.EquateApprox(0, 0)); diff != "" {
		t.Error("the order in which days are asked changed the candidates")
	}
}

// TestTailIsTheGammaPoissonTail compares the tail with a simulation-free sum over
// the negative binomial, through the seeds of a stream with one known term.
func TestTailIsTheGammaPoissonTail(t *testing.T) {
	// One term in a of N window reports and b of H earlier ones.
	const a, b, exposure, history = 4, 1, 20, 180
	var reports []report
	add := func(week, n, with int) {
		for k := range n {
			r := report{day: start + incident.Day(7*week), org: int32(1 + (k+week)%5), terms: []int32{int32(k % 7)}}
			if k < with {
				r.terms = append(r.terms, 300)
			}
			reports = append(reports, r)
		}
	}
	for w := range 18 {
		n := 0
		if w == 3 {
			n = b
		}
		add(w, 10, n)
	}
	add(18, 10, 2)
	add(19, 10, 2)
	c := emerging.Default()
	c.Windows, c.MinDocuments = []int{2}, 1
	se, err := emerging.NewSearcher(stream(reports), c)
	if err != nil {
		t.Fatal(err)
	}
	var got float64
	for _, f := range se.Search(start + 7*20 - 1) {
		if f.Lead == 300 {
			got = f.TermTail
		}
	}
	// X | λ ~ Poisson(λN), λ ~ Gamma(b+½, rate H): P(X ≥ a) by integrating over λ.
	gamma := distuv.Gamma{Alpha: b + 0.5, Beta: history}
	p, steps := 0.0, 200_000
	for k := range steps {
		lambda := gamma.Quantile((float64(k) + 0.5) / float64(steps))
		p += distuv.Poisson{Lambda: lambda * exposure}.Survival(a-1) / float64(steps)
	}
	if want := -math.Log10(p); math.Abs(got-want) > 1e-3 {
		t.Errorf("tail is %.5f, want %.5f", got, want)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	for _, c := range []emerging.Config{{}, {Windows: []int{0}}, {Windows: []int{4}}} {
		if _, err := emerging.NewSearcher(stream(nil), c); err == nil {
			t.Errorf("settings %+v gave no error", c)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, perWeek := range []int{100, 1000} {
		b.Run(fmt.Sprintf("%d-reports", perWeek*100), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			s := stream(background(rng, 100, perWeek))
			se, err := emerging.NewSearcher(s, emerging.Default())
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				se.Search(start + 7*100 - 1)
			}
		})
	}
}
