package drift_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/models/artefact"
	"psims/models/drift"
)

// source invents texts: words by a Zipf law, labels whose mix wanders from week to
// week, and predictions that are right as often as they say.
type source struct {
	chance *rand.Rand
	zipf   *rand.Zipf
	lean   float64 // how far weeks differ in their mix of labels and length
}

func newSource(seed uint64) *source {
	chance := rand.New(rand.NewPCG(seed, 0))
	return &source{chance, rand.NewZipf(chance, 1.3, 6, 20000), .15}
}

// change is what goes wrong in a window.
type change struct {
	word    string  // a new word …
	share   float64 // … in so many texts
	longer  float64 // texts are longer by this factor
	label0  float64 // further weight of label 0
	unsure  float64 // confidence is lower by as much
	miscode float64 // people give other labels to so many
}

var labels = []string{"fall", "drug", "device", "other"}

func name(n uint64) string {
	b := []byte("zz")
	for n++; n > 0; n /= 20 {
		b = append(b, "bcdfghjklmnpqrstvwxz"[n%20])
	}
	return string(append(b, 'a'))
}

// week gives so many rows of one week.
func (s *source) week(block int32, n int, c change) []drift.Row {
	weights := []float64{1, .8, .5, .3}
	for i := range weights {
		weights[i] *= math.Exp(s.chance.NormFloat64() * s.lean)
	}
	weights[0] += c.label0
	sum := weights[0] + weights[1] + weights[2] + weights[3]
	longer := math.Exp(s.chance.NormFloat64()*s.lean/3) * (1 + c.longer)
	rows := make([]drift.Row, n)
	for i := range rows {
		var words []string
		for range 3 + int(s.chance.ExpFloat64()*12*longer) {
			words = append(words, name(s.zipf.Uint64()))
		}
		if s.chance.Float64() < c.share {
			words = append(words, c.word)
		}
		x, class := s.chance.Float64()*sum, int32(0)
		for x >= weights[class] && class < 3 {
			x -= weights[class]
			class++
		}
		sure := 1 - math.Min(.75, s.chance.ExpFloat64()*.15)
		sure = math.Max(.25, sure-c.unsure*s.chance.Float64())
		truth := class
		if s.chance.Float64() >= sure || s.chance.Float64() < c.miscode {
			truth = (class + 1) % 4
		}
		rows[i] = drift.Row{Text: strings.Join(words, " "), Organisation: fmt.Sprint(s.chance.IntN(30)), Block: block, Class: class, Confidence: float32(sure), Abstained: sure < .6, Truth: truth}
	}
	return rows
}

const weekRows, weeks = 150, 60

func reference(t testing.TB, seed uint64) *drift.Reference {
	t.Helper()
	r, s := drift.NewReference(labels), newSource(seed)
	for w := range int32(weeks) {
		for _, row := range s.week(w, weekRows, change{}) {
			r.Add(row)
		}
	}
	return r
}

func report(t testing.TB, r *drift.Reference, rows []drift.Row) *drift.Report {
	t.Helper()
	w := r.Window()
	for _, row := range rows {
		w.Add(row)
	}
	out, err := w.Report(drift.Default())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func window(s *source, c change) (rows []drift.Row) {
	for w := range int32(4) {
		rows = append(rows, s.week(100+w, weekRows, c)...)
	}
	return rows
}

func find(r *drift.Report, name string) drift.Measure {
	for _, m := range r.Measures {
		if m.Name == name {
			return m
		}
	}
	panic("no measure " + name)
}

// TestFalseAlarms: windows of the same source, whose weeks differ by more than
// chance, are called anything but steady about as often as is set.
func TestFalseAlarms(t *testing.T) {
	watched, changed, trials := 0, 0, 0
	for seed := range uint64(24) {
		r, s := reference(t, 10+seed), newSource(1000+seed)
		for range 10 {
			got := report(t, r, window(s, change{}))
			trials++
			if got.Status >= drift.Watch {
				watched++
			}
			if got.Status == drift.Changed {
				changed++
			}
		}
	}
	t.Logf("of %d windows %d were to be watched or worse (set: %.1f), %d changed (set: %.1f)", trials, watched, .05*float64(trials), changed, .005*float64(trials))
	if share := float64(watched) / float64(trials); share > .12 {
		t.Errorf("false alarms in %.3f of windows", share)
	}
	if changed > 6 {
		t.Errorf("%d of %d windows called changed", changed, trials)
	}
}

func TestChangesAreSeen(t *testing.T) {
	r := reference(t, 1)
	for name, c := range map[string]struct {
		change  change
		measure string
	}{
		"a new word in a third of texts": {change{word: "solvane", share: .33}, "unknown_words"},
		"texts are longer by half":       {change{longer: .5}, "length_ks"},
		"one label doubles":              {change{label0: 1.5}, "class_psi"},
		"the model is less sure":         {change{unsure: .3}, "estimated_accuracy"},
		"people label otherwise":         {change{miscode: .2}, "agreement"},
	} {
		t.Run(name, func(t *testing.T) {
			got := report(t, r, window(newSource(77), c.change))
			if m := find(got, c.measure); m.Status != drift.Changed || got.Status != drift.Changed {
				t.Errorf("%v\n%s", m, strings.Join(got.Sentences(), "\n"))
			}
		})
	}
	t.Run("new words with their senders", func(t *testing.T) {
		got := report(t, r, window(newSource(77), change{word: "solvane", share: .05}))
		w := got.Words[0]
		if w.Word != "solvane" || w.Organisations < 10 || w.Texts < 15 || w.LargestShare > .3 {
			t.Errorf("%+v", got.Words)
		}
	})
}

// TestEstimateFollowsConfidence: when the model says less surely what it still gets
// right as often as it says, the estimate without labels follows the truth.
func TestEstimateFollowsConfidence(t *testing.T) {
	r := reference(t, 2)
	for _, unsure := range []float64{0, .2, .4} {
		got := report(t, r, window(newSource(5), change{unsure: unsure}))
		e := got.Estimate
		t.Logf("unsure by %.1f: estimated %.3f %.3f, by mean %.3f, people say %.3f; reference %.3f", unsure, e.Accuracy, e.Interval, e.ByMean, e.Agreement, e.Reference)
		if math.Abs(e.ByMean-e.Agreement) > .05 || e.Accuracy > e.Reference+.02 || e.Interval[0] > e.Accuracy || e.Interval[1] < e.Accuracy {
			t.Errorf("unsure by %v: %+v", unsure, *e)
		}
	}
}

// TestOrderMakesNoDifference: the rows in another order, and what was written and read,
// give the same bytes and the same report.
func TestOrderMakesNoDifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "rows")
		rows := make([]drift.Row, n)
		for i := range rows {
			rows[i] = drift.Row{
				Text:         strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"alpha", "beta", "gamma", "delta", "Beta"}), 0, 5).Draw(t, "text"), " "),
				Organisation: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "who"), Block: rapid.Int32Range(-2, 3).Draw(t, "block"),
				Class: rapid.Int32Range(-1, 1).Draw(t, "class"), Confidence: rapid.Float32Range(0, 1).Draw(t, "sure"), Truth: rapid.Int32Range(-1, 1).Draw(t, "truth"),
			}
		}
		order := rapid.Permutation(rows).Draw(t, "order")
		whole := drift.NewReference([]string{"x", "y"})
		other := drift.NewReference([]string{"x", "y"})
		base := drift.NewReference([]string{"x", "y"})
		base.Add(drift.Row{Text: "alpha", Class: -1, Truth: -1})
		window, second := base.Window(), base.Window()
		for i, row := range rows {
			whole.Add(row)
			window.Add(row)
			other.Add(order[i])
			second.Add(order[i])
		}
		if !bytes.Equal(file(t, whole), file(t, other)) {
			t.Fatal("another order gives other bytes")
		}
		restored, err := artefact.Decode(file(t, whole))
		if err != nil {
			t.Fatal(err)
		}
		back, err := drift.Restore(restored)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(file(t, back), file(t, whole)) {
			t.Fatal("written and read gives other bytes")
		}
		c := drift.Default()
		c.Least, c.WordTexts, c.Resamples = 1, 1, 10
		one, err1 := window.Report(c)
		two, err2 := second.Report(c)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(one, two); diff != "" {
			t.Fatalf("windows in another order:\n%s", diff)
		}
	})
}

type fataler interface{ Fatal(...any) }

func file(t fataler, r *drift.Reference) []byte {
	f, err := r.File()
	if err != nil {
		t.Fatal(err)
	}
	data, err := artefact.Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestReportIsWrittenAndRead(t *testing.T) {
	r := reference(t, 3)
	decoded, err := artefact.Decode(file(t, r))
	if err != nil {
		t.Fatal(err)
	}
	back, err := drift.Restore(decoded)
	if err != nil {
		t.Fatal(err)
	}
	rows := window(newSource(9), change{word: "solvane", share: .1})
	want, got := report(t, r, rows), report(t, back, rows)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("by the stored reference:\n%s", diff)
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	read := &drift.Report{}
	if err := json.Unmarshal(text, read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("as JSON:\n%s", diff)
	}
}

func TestTooFewIsNoNews(t *testing.T) {
	full := reference(t, 1)
	unlabelled := drift.NewReference(labels)
	s := newSource(4)
	for w := range int32(weeks) {
		for _, row := range s.week(w, weekRows, change{}) {
			row.Class, row.Truth = -1, -1
			unlabelled.Add(row)
		}
	}
	short := drift.NewReference(labels)
	for _, row := range s.week(1, 500, change{}) {
		short.Add(row)
	}
	rows := window(newSource(8), change{})
	if got := report(t, full, rows[:20]); got.Status != drift.TooFew || got.Estimate != nil || !strings.HasPrefix(got.Sentences()[0], "Too few to judge: 20 recent texts") {
		t.Errorf("20 texts: %v", got.Sentences())
	}
	if got := report(t, short, rows); got.Status != drift.TooFew {
		t.Errorf("one block: %v", got.Sentences())
	}
	got := report(t, unlabelled, rows)
	if find(got, "unknown_words").Status == drift.TooFew || find(got, "class_psi").Status != drift.TooFew || got.Estimate != nil {
		t.Errorf("without predictions: %v", got.Sentences())
	}
	if got := report(t, drift.NewReference(labels), nil); got.Status != drift.TooFew {
		t.Errorf("nothing: %v", got.Sentences())
	}
}

func TestBadInputs(t *testing.T) {
	r := drift.NewReference(labels)
	for name, row := range map[string]drift.Row{"a label": {Class: 4}, "a probability": {Confidence: 2}, "not a number": {Confidence: float32(math.NaN())}} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			r.Add(row)
		})
	}
	if _, err := r.Window().Report(drift.Config{}); err == nil {
		t.Error("settings of zero were taken")
	}
}

func FuzzRestore(f *testing.F) {
	r := drift.NewReference(labels)
	for _, row := range newSource(1).week(1, 5, change{}) {
		r.Add(row)
	}
	good, err := r.File()
	if err != nil {
		f.Fatal(err)
	}
	words, err := artefact.Get[byte](good, "words")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(good.Meta), words, 3, uint64(7))
	f.Fuzz(func(t *testing.T, meta, words []byte, n int, count uint64) {
		n = max(0, min(n, 2000))
		span, blocks := make([]int32, n), make([]int32, n%3)
		counts, sums := make([]uint64, n), make([]uint64, n)
		for i := range counts {
			counts[i], sums[i] = count, count
		}
		for _, file := range []*artefact.File{
			{Kind: "drift", Meta: meta, Blobs: []artefact.Blob{{Name: "words", Data: words}, {Name: "counts", Data: counts}, {Name: "span", Data: span}, {Name: "blocks", Data: blocks}, {Name: "sums", Data: sums}}},
			{Kind: "drift", Meta: good.Meta, Blobs: append([]artefact.Blob{{Name: "words", Data: words}}, good.Blobs[1:]...)},
		} {
			back, err := drift.Restore(file)
			if err != nil {
				continue
			}
			w := back.Window()
			w.Add(drift.Row{Text: string(words), Class: -1})
			if _, err := w.Report(drift.Default()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	rows := newSource(1).week(1, 2000, change{})
	bytes := 0
	for _, row := range rows {
		bytes += len(row.Text)
	}
	r := drift.NewReference(labels)
	for _, row := range rows {
		r.Add(row)
	}
	for name, add := range map[string]func(drift.Row){"reference": r.Add, "window": r.Window().Add} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(bytes / len(rows)))
			for i := 0; b.Loop(); i++ {
				add(rows[i%len(rows)])
			}
		})
	}
}

func ExampleWindow_Report() {
	r := drift.NewReference([]string{"fall", "drug"})
	for week := range int32(60) {
		for i := range int32(40) {
			r.Add(drift.Row{Text: "patient slipped in the bathroom", Block: week, Class: i % 2, Confidence: .9, Truth: i % 2})
		}
	}
	w := r.Window()
	for range 120 {
		w.Add(drift.Row{Text: "the solvane pump alarmed", Organisation: "ZX1", Class: 1, Confidence: .9, Truth: -1})
	}
	report, _ := w.Report(drift.Default())
	fmt.Println(report.Status, report.Words[0])
	// Output: changed alarmed (120 texts of 1 organisation)
}
