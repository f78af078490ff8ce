package knownrisk_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/analytics/knownrisk"
)

// unrelated sentences neither tell of a risk nor say anything of one told beside them.
var unrelated = []string{
	"The family were spoken to.", "Datix completed.", "Nurse in charge informed.", "It was a busy shift.", "Observations were repeated hourly.",
	"The bay was full.", "Doctor reviewed.", "A form was filled in.", "Two staff were on their break.", "Lunch had been served.",
}

func events(t testing.TB) []line {
	return slices.DeleteFunc(readLines(t, "narratives/first.jsonl"), func(l line) bool { return len(l.Risk) == 0 })
}

// TestUnrelatedSentencesKeepHits: what is said besides does not take a hit away.
func TestUnrelatedSentencesKeepHits(t *testing.T) {
	w, lines := watch(t, knownrisk.Default(), knownrisk.DefaultConfig()), events(t)
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(lines).Draw(t, "narrative")
		before := rapid.SliceOfN(rapid.SampledFrom(unrelated), 0, 4).Draw(t, "before")
		after := rapid.SliceOfN(rapid.SampledFrom(unrelated), 0, 4).Draw(t, "after")
		longer := strings.Join(append(append(before, l.Text+"\n"), after...), " ")
		got := w.Match(nil, longer)
		for _, h := range w.Match(nil, l.Text) {
			if !has(got, h.Risk) {
				t.Fatalf("risk %d is lost in %q", h.Risk+1, longer)
			}
		}
	})
}

// TestCaseDoesNotMatter: reports come in capitals, and without any.
func TestCaseDoesNotMatter(t *testing.T) {
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	capitals, small, lost := 0, 0, 0
	lines := events(t)
	for _, l := range lines {
		// One form is compared with the other, since capitals tell where some sentences end.
		upper, lower := w.Match(nil, strings.ToUpper(l.Text)), w.Match(nil, strings.ToLower(l.Text))
		for _, r := range l.Risk {
			if has(upper, r-1) {
				capitals++
			}
			if has(lower, r-1) {
				small++
			}
			if has(upper, r-1) != has(lower, r-1) {
				lost++
			}
		}
	}
	t.Logf("%d of %d found in capitals, %d in small letters, %d in one of them only", capitals, len(lines), small, lost)
	if lost*25 > len(lines) {
		t.Errorf("%d of %d events are found in one case only", lost, len(lines))
	}
	const a, b = "swab retained in the abdomen after surgery, seen on x-ray", "SWAB RETAINED IN THE ABDOMEN AFTER SURGERY, SEEN ON X-RAY"
	if diff := cmp.Diff(w.Match(nil, a), w.Match(nil, b)); diff != "" {
		t.Errorf("case makes a difference within a sentence:\n%s", diff)
	}
}

// TestOrderOfRisksDoesNotMatter: the same hits, whatever the order of the list.
func TestOrderOfRisksDoesNotMatter(t *testing.T) {
	list, lines := knownrisk.Default(), readLines(t, "narratives/first.jsonl")
	shuffled := knownrisk.Default()
	slices.Reverse(shuffled.Risks)
	shuffled.Risks = append(shuffled.Risks[4:], shuffled.Risks[:4]...)
	a, b := watch(t, list, knownrisk.DefaultConfig()), watch(t, shuffled, knownrisk.DefaultConfig())
	for _, l := range lines {
		x, y := a.Match(nil, l.Text), b.Match(nil, l.Text)
		for i := range y {
			id := shuffled.Risks[y[i].Risk].ID
			y[i].Risk = slices.IndexFunc(list.Risks, func(r knownrisk.Risk) bool { return r.ID == id })
		}
		if diff := cmp.Diff(x, y); diff != "" {
			t.Fatalf("%q (-list +shuffled):\n%s", l.Text, diff)
		}
	}
}

// TestManyGoroutines: one watcher for all of them, with the same hits as for one.
func TestManyGoroutines(t *testing.T) {
	w, lines := watch(t, knownrisk.Default(), knownrisk.DefaultConfig()), readLines(t, "narratives/first.jsonl")
	want := make([][]knownrisk.Hit, len(lines))
	for i, l := range lines {
		want[i] = w.Match(nil, l.Text)
	}
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range lines {
				i = (i*7 + g*31) % len(lines)
				if !cmp.Equal(want[i], w.Match(nil, lines[i].Text)) {
					t.Errorf("%s: other hits in another goroutine", lines[i].ID)
				}
			}
		})
	}
	all.Wait()
}
