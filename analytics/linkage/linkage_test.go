package linkage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/analytics/linkage"
	"psims/datasets/incident"
	"psims/nlp/features"
)

// ward gives n invented events of five organisations in 90 days, with codes,
// ages and texts drawn independently.
func ward(n int, seed uint64) []event {
	chance := rand.New(rand.NewPCG(seed, 1))
	pick := func(from string) string {
		all := strings.Fields(from)
		return all[chance.IntN(len(all))]
	}
	out := make([]event, n)
	for k := range out {
		e := &out[k]
		e.ID, e.System, e.Organisation, e.region = fmt.Sprintf("R%04d", k), incident.LFPSE, "ZX00"+pick("1 2 3 4 5"), "Invented"
		e.Occurred = 19000 + incident.Day(chance.IntN(90))
		e.Submitted = e.Occurred + incident.Day(chance.IntN(10))
		e.Category, e.Specialty = pick("fall medication pressure device records"), pick("surgery medicine children maternity")
		e.Harm = incident.Harms()[2+chance.IntN(3)]
		e.Patients = []incident.Patient{{Sequence: 1, AgeDays: int32(372 * chance.IntN(90)), Sex: pick("Male Female")}}
		var words []string
		for range 5 + chance.IntN(20) {
			words = append(words, pick("patient found on floor beside bed pump alarm silent dose missed notes lost corridor trolley wrist hip insulin chart porter scan request delayed ward round nurse informed doctor review line blocked heel sore red skin bruise lift stuck door catheter theatre list blood sample label wrong allergy band"))
		}
		e.Texts[incident.Description] = strings.Join(words, " ")
	}
	sorted(out)
	return out
}

// repeated adds a second report of some events: other system, other words but for
// a few, some days later.
func repeated(events []event, each int) (all []event, pairs map[[2]string]bool) {
	all, pairs = slices.Clone(events), map[[2]string]bool{}
	for k := 0; k < len(events); k += each {
		e := events[k]
		e.ID, e.Submitted = e.ID+"x", e.Submitted+2
		words := strings.Fields(e.Texts[incident.Description])
		e.Texts[incident.Description] = "Second form. " + strings.Join(words[1:], " ")
		all = append(all, e)
		pairs[[2]string{events[k].ID, e.ID}] = true
	}
	sorted(all)
	return all, pairs
}

func link(t testing.TB, in linkage.Input, c linkage.Config) *linkage.Result {
	t.Helper()
	r, err := linkage.Link(context.Background(), in, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// named gives the pairs by id.
func named(in linkage.Input, r *linkage.Result) map[[2]string]float64 {
	out := map[[2]string]float64{}
	for _, p := range r.Pairs {
		out[[2]string{in.Table.ID[p.First], in.Table.ID[p.Second]}] = p.Weight
	}
	return out
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, _ := repeated(ward(rapid.IntRange(2, 250).Draw(t, "events"), rapid.Uint64().Draw(t, "seed")), 7)
		one, other := input(events), input(rapid.Permutation(events).Draw(t, "order"))
		if rapid.Bool().Draw(t, "words given") {
			single := features.DefaultCount()
			single.Words = 1
			_, x, err := features.Count(context.Background(), one.Table.Text, single)
			if err != nil {
				t.Fatal(err)
			}
			var rows []int32
			for _, id := range other.Table.ID {
				rows = append(rows, int32(slices.Index(one.Table.ID, id)))
			}
			one.Words, other.Words = x, x.Gather(rows)
		}
		want, err := linkage.Link(context.Background(), one, linkage.Default())
		if err != nil {
			t.Fatal(err)
		}
		got, err := linkage.Link(context.Background(), other, linkage.Default())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(named(one, want), named(other, got)); d != "" {
			t.Fatalf("the order of rows changes pairs: %s", d)
		}
		for i, id := range other.Table.ID {
			k := slices.Index(one.Table.ID, id)
			if want.First[k] != got.First[i] {
				t.Fatalf("whether %s is counted depends on the order of rows", id)
			}
		}
	})
}

func TestGroupsHoldTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := linkage.Default()
		c.MaxGroup = rapid.IntRange(2, 4).Draw(t, "largest group")
		events := ward(150, rapid.Uint64().Draw(t, "seed"))
		for range 3 {
			events, _ = repeated(events, rapid.IntRange(2, 9).Draw(t, "each"))
		}
		for k := range events { // the same id twice would be one report
			events[k].ID = fmt.Sprintf("%s.%d", events[k].ID, k)
		}
		in := input(events)
		r, err := linkage.Link(context.Background(), in, c)
		if err != nil {
			t.Fatal(err)
		}
		counted := 0
		for i, first := range r.First {
			if first {
				counted++
			}
			if (r.Of[i] < 0) && !first {
				t.Fatalf("row %d stands alone and isn't counted", i)
			}
		}
		left := 0
		for k, g := range r.Groups {
			left += len(g.Rows) - 1
			worst := incident.HarmMissing
			if g.First != g.Rows[0] || !r.First[g.First] || len(g.Rows) < 2 || len(g.Rows) > c.MaxGroup || g.Posterior < c.Posterior {
				t.Fatalf("group %+v", g)
			}
			for x, i := range g.Rows {
				worst = incident.Worst(worst, in.Table.Harm[i])
				if r.Of[i] != int32(k) || x > 0 && (r.First[i] || in.Table.Reported[i] < in.Table.Reported[g.Rows[x-1]]) {
					t.Fatalf("row %d of group %+v", i, g)
				}
			}
			if worst != g.Harm {
				t.Fatalf("harm %v of group %+v", worst, g)
			}
		}
		if counted+left != len(events) {
			t.Fatalf("%d counted and %d left out of %d", counted, left, len(events))
		}
	})
}

func TestExplanationAddsUpEitherWay(t *testing.T) {
	events, _ := repeated(ward(400, 3), 9)
	in := input(events)
	r := link(t, in, linkage.Default())
	if len(r.Pairs) == 0 {
		t.Fatal("nothing linked")
	}
	for _, p := range r.Pairs {
		there, back := r.Explain(p.First, p.Second), r.Explain(p.Second, p.First)
		if d := cmp.Diff(there, back); d != "" {
			t.Fatalf("the other way round: %s", d)
		}
		sum := 0.0
		for _, part := range there {
			sum += part.Bits
		}
		if d := cmp.Diff(sum, p.Weight, cmpopts.EquateApprox(0, 1e-9)); d != "" {
			t.Errorf("parts and weight of %+v: %s", p, d)
		}
	}
	if r.Explain(0, 0) != nil {
		t.Error("a report is compared with itself")
	}
}

func TestAnUnrelatedReportUnlinksNothing(t *testing.T) {
	events, planted := repeated(ward(600, 4), 8)
	before := named(input(events), link(t, input(events), linkage.Default()))
	found := 0
	for p := range planted {
		if _, ok := before[p]; ok {
			found++
		}
	}
	if found < len(planted)*9/10 {
		t.Errorf("found %d of %d", found, len(planted))
	}
	rapid.Check(t, func(t *rapid.T) {
		one := ward(1, rapid.Uint64().Draw(t, "seed"))[0]
		one.ID, one.Organisation = "unrelated", "ZX009"
		more := append(slices.Clone(events), one)
		sorted(more)
		in := input(more)
		r, err := linkage.Link(context.Background(), in, linkage.Default())
		if err != nil {
			t.Fatal(err)
		}
		after := named(in, r)
		for p, w := range before {
			if now, ok := after[p]; !ok || now < w-0.5 || now > w+0.5 {
				t.Errorf("%v weighed %.2f bits, now %.2f (linked: %v)", p, w, now, ok)
			}
		}
	})
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	events, _ := repeated(ward(1500, 5), 10)
	c := linkage.Default()
	c.Sample = 1000 // so that it is drawn and then looked at in full
	var results []*linkage.Result
	for _, cores := range []int{1, 2} {
		was := runtime.GOMAXPROCS(cores)
		results = append(results, link(t, input(events), c))
		runtime.GOMAXPROCS(was)
	}
	if d := cmp.Diff(results[0], results[1], cmpopts.IgnoreUnexported(linkage.Result{})); d != "" {
		t.Errorf("one core and two: %s", d)
	}
	if len(results[0].Pairs) < 100 {
		t.Errorf("only %d pairs of 150 are found from a sample", len(results[0].Pairs))
	}
}

func TestLittleIsEnoughToRun(t *testing.T) {
	for name, in := range map[string]linkage.Input{
		"nothing":          {Table: &incident.Table{}},
		"one report":       input(ward(1, 1)),
		"two unlike":       input(ward(2, 1)),
		"no texts nor age": {Table: input(blank(ward(50, 1))).Table},
	} {
		r := link(t, in, linkage.Default())
		if len(r.Pairs) > 0 || len(r.Groups) > 0 || len(r.First) != in.Table.Len() || slices.Contains(r.First, false) {
			t.Errorf("%s: %d pairs", name, len(r.Pairs))
		}
	}
}

func blank(events []event) []event {
	for k := range events {
		events[k].Texts[incident.Description] = ""
	}
	return events
}

func TestSettings(t *testing.T) {
	for name, spoil := range map[string]func(*linkage.Config){
		"days beyond half a week":   func(c *linkage.Config) { c.Days = 4 },
		"days of words under days":  func(c *linkage.Config) { c.TextDays = 1 },
		"a coin's posterior":        func(c *linkage.Config) { c.Posterior = 0.5 },
		"least over the posterior":  func(c *linkage.Config) { c.Least = 0.95 },
		"groups of one":             func(c *linkage.Config) { c.MaxGroup = 1 },
		"buckets of one":            func(c *linkage.Config) { c.MaxBucket = 1 },
		"a sample too small to use": func(c *linkage.Config) { c.Sample = 10 },
	} {
		c := linkage.Default()
		spoil(&c)
		if _, err := linkage.Link(context.Background(), linkage.Input{Table: &incident.Table{}}, c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := linkage.Link(ctx, input(ward(10, 1)), linkage.Default()); err == nil {
		t.Error("a context that is done gives no error")
	}
}
