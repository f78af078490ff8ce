package features_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/nlp/spelling"
)

// classes is one class a text.
type classes struct {
	k  int
	of []int32
}

func (c classes) Rows() int         { return len(c.of) }
func (c classes) Classes() int      { return c.k }
func (c classes) Row(i int) []int32 { return c.of[i : i+1] }

// thirds gives texts one of three classes each.
func thirds(n int) classes {
	c := classes{3, make([]int32, n)}
	for i := range c.of {
		c.of[i] = int32(i % 3)
	}
	return c
}

func everything() features.Config {
	c := features.Default()
	c.Pieces = features.DefaultPieces()
	c.Pieces.MinDocs = 2
	return c
}

func fit(t testing.TB, texts []string, y features.Labels, c features.Config) *features.Space {
	t.Helper()
	s, err := features.Fit(context.Background(), texts, y, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func transform(t testing.TB, s *features.Space, texts []string) *sparse.CSR {
	t.Helper()
	x, err := s.Transform(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	return x
}

// row gives the features of a text by name.
func row(t testing.TB, s *features.Space, text string) map[string]float32 {
	t.Helper()
	columns, values := transform(t, s, []string{text}).Row(0)
	out := map[string]float32{}
	for k, j := range columns {
		out[s.Name(j)] = values[k]
	}
	return out
}

func TestRowsAreWeighedCounts(t *testing.T) {
	c := features.Config{Terms: features.CountConfig{Words: 2}, MinDocs: 2, IDF: true}
	texts := []string{"chest drain fell", "chest drain drain blocked", "bed fell", "chest"}
	s := fit(t, texts, nil, c)
	idf := func(df float64) float64 { return math.Log(5/(1+df)) + 1 }
	want := map[string]float64{"chest": idf(3), "drain": idf(2) * (1 + math.Log(3)), "chest drain": idf(2)}
	length := 0.0
	for _, v := range want {
		length += v * v
	}
	got := row(t, s, "Chest drain, drain: drain blocked by a nobody")
	if len(got) != len(want) {
		t.Errorf("features %v", got)
	}
	for name, v := range want {
		if v /= math.Sqrt(length); math.Abs(v-float64(got[name])) > 1e-6 {
			t.Errorf("%q weighs %v, want %v", name, got[name], v)
		}
	}
	if s.Name(0) != "chest" || s.Docs(0) != 3 || s.Texts() != 4 {
		t.Errorf("feature 0 is %q in %d of %d texts", s.Name(0), s.Docs(0), s.Texts())
	}
}

func TestDivergenceWeighsByWhatAWordTells(t *testing.T) {
	var texts []string
	y := classes{k: 2}
	for i := range 40 {
		texts = append(texts, []string{"patient fell", "patient bled"}[i%2])
		y.of = append(y.of, int32(i%2))
	}
	c := features.Config{Terms: features.CountConfig{Words: 1}, MinDocs: 1, Divergence: features.Divergence{Power: 1, Prior: 8}}
	s := fit(t, texts, y, c)
	p := (20 + 8*.5) / 28.0
	want := map[string]float64{"patient": 0, "fell": p*math.Log(p/.5) + (1-p)*math.Log((1-p)/.5)}
	for j := range int32(s.Len()) {
		if v, ok := want[s.Name(j)]; ok && math.Abs(v-float64(s.Weight(j))) > 1e-6 {
			t.Errorf("%q weighs %v, want %v", s.Name(j), s.Weight(j), v)
		}
	}
	if got := row(t, s, "patient"); got["patient"] != 0 {
		t.Errorf("a word that tells nothing has the value %v", got["patient"])
	}
	c.EachLabel = true
	s = fit(t, texts, y, c)
	for j := range int32(s.Len()) {
		if v := float64(s.Weight(j)); s.Name(j) == "fell" && math.Abs(v-(want["fell"]+1e-4)) > 1e-6 {
			t.Errorf("label by label, %q weighs %v", s.Name(j), v)
		}
	}
}

func TestMaxFeaturesKeepsWhatLeadsToPhrases(t *testing.T) {
	c := features.Config{Terms: features.CountConfig{Words: 3}, MinDocs: 1, MaxFeatures: 3}
	s := fit(t, []string{"a b c", "a b c", "a b c", "b"}, nil, c)
	got := row(t, s, "a b c a b c")
	if s.Len() != 3 || len(got) != 3 {
		t.Errorf("%d features, of which a text has %v", s.Len(), got)
	}
}

func TestPiecesSurviveMisspelling(t *testing.T) {
	texts := []string{"shoulder pain", "shoulder injury", "shoulders ached 1234", "shoulder 99"}
	s := fit(t, texts, thirds(4), everything())
	got := row(t, s, "sholder")
	if _, ok := got["[lder ]"]; !ok || len(got) == 0 {
		t.Errorf("features of a misspelling: %v", got)
	}
	for j := range int32(s.Len()) {
		if strings.ContainsAny(s.Name(j), "123456789") {
			t.Errorf("feature %q remembers figures", s.Name(j))
		}
		if s.Piece(j) != strings.HasPrefix(s.Name(j), "[") {
			t.Errorf("feature %q: piece is %v", s.Name(j), s.Piece(j))
		}
	}
}

func TestSpaceIsTheSameOnAnyNumberOfCores(t *testing.T) {
	texts := stories(1500)
	y := thirds(len(texts))
	run := func(cores int) (features.Snapshot, *sparse.CSR) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		s := fit(t, texts, y, everything())
		return s.Snapshot(), transform(t, s, texts)
	}
	s1, x1 := run(1)
	s2, x2 := run(3)
	if diff := cmp.Diff(s1, s2); diff != "" {
		t.Errorf("spaces differ:\n%s", diff)
	}
	if !cmp.Equal(x1, x2) {
		t.Error("rows differ")
	}
}

func TestReaderAgreesWithTransform(t *testing.T) {
	texts := stories(300)
	s := fit(t, texts, thirds(len(texts)), everything())
	r := s.Reader()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom(texts), rapid.StringMatching(`(patient|fell|drain|chest|xyz|[A-Z]{1,4}|\.|\n| ){0,30}`)).Draw(t, "text")
		columns, values := r.Row(text)
		x, err := s.Transform(context.Background(), []string{text})
		if err != nil {
			t.Fatal(err)
		}
		if int(x.Entries()) != len(columns) {
			t.Fatalf("%d entries, want %d", len(columns), x.Entries())
		}
		words := 0.0
		for k, j := range columns {
			if x.At(0, j) != values[k] {
				t.Fatalf("feature %q is %v, want %v", s.Name(j), values[k], x.At(0, j))
			}
			if !s.Piece(j) {
				words += float64(values[k]) * float64(values[k])
			}
		}
		if words > 0 && math.Abs(words-1) > 1e-4 {
			t.Fatalf("squared length %v", words)
		}
	})
}

// TestPiecesAddUp: a row's pieces are the share times the sum of those of the
// fields, whose squared lengths the share divides by.
func TestPiecesAddUp(t *testing.T) {
	texts := stories(300)
	s := fit(t, texts, thirds(len(texts)), everything())
	r := s.Reader()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom(strings.Fields(texts[0]+" "+texts[1]+" xyzzy. a"))).Draw(t, "fields"), " ")
		want, square := map[int32]float64{}, 0.0
		seen := map[string]bool{}
		for _, field := range strings.Fields(text) {
			if seen[field] {
				continue
			}
			seen[field] = true
			r.Parts(field)
			columns, values := r.Field(r.Parts(field).Fields[0])
			for k, j := range columns {
				want[j] += float64(values[k])
				square += float64(values[k]) * float64(values[k])
			}
		}
		columns, values := r.Row(text)
		for k, j := range columns {
			if s.Piece(j) {
				if v := want[j] * .7 / math.Sqrt(square); math.Abs(v-float64(values[k])) > 1e-5 {
					t.Fatalf("piece %q is %v, want %v", s.Name(j), values[k], v)
				}
				delete(want, j)
			}
		}
		if len(want) > 0 {
			t.Fatalf("%d pieces are missing", len(want))
		}
	})
}

func TestReaderForgetsFieldsNotRows(t *testing.T) {
	texts := stories(300)
	s := fit(t, texts, thirds(len(texts)), everything())
	r := s.Reader()
	columns, values := r.Row(texts[0])
	columns, values = slices.Clone(columns), slices.Clone(values)
	forgot := 0
	var b strings.Builder
	for i := range 140000 { // more fields than it remembers
		fmt.Fprintf(&b, "f%xq ", i)
		if i%100 == 0 {
			if r.Parts(b.String()).Forgot {
				forgot++
			}
			b.Reset()
		}
	}
	again, valuesAgain := r.Row(texts[0])
	if forgot != 1 || !slices.Equal(columns, again) || !slices.Equal(values, valuesAgain) {
		t.Errorf("forgot %d times, and the row is another", forgot)
	}
}

func TestMisspellingsAreFolded(t *testing.T) {
	var texts []string
	for range 30 {
		texts = append(texts, "Pain in the left shoulder.", "Chest pain.")
	}
	texts = append(texts, "Pain in the left shuolder.")
	s := fit(t, texts, nil, features.Default())
	want := row(t, s, "Left shoulder")
	if diff := cmp.Diff(want, row(t, s, "left shuolder")); diff != "" || len(want) == 0 {
		t.Errorf("a misspelling has other features than the word:\n%s", diff)
	}
	c := features.Default()
	c.Spelling = spelling.Config{}
	if cmp.Equal(want, row(t, fit(t, texts, nil, c), "left shuolder")) {
		t.Error("it is folded although no spelling was to be learnt")
	}
}

func TestSnapshotRestores(t *testing.T) {
	texts := stories(400)
	s := fit(t, texts, thirds(len(texts)), everything())
	back, err := features.Restore(s.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(transform(t, s, texts), transform(t, back, texts)) {
		t.Error("rows differ after restoring")
	}
	for j := range int32(s.Len()) {
		if s.Name(j) != back.Name(j) {
			t.Fatalf("feature %d was %q and is %q", j, s.Name(j), back.Name(j))
		}
	}
	for name, spoil := range map[string]func(*features.Snapshot){
		"settings":           func(n *features.Snapshot) { n.Config.MinDocs = 0 },
		"a word cut off":     func(n *features.Snapshot) { n.Words = n.Words[:len(n.Words)-1] },
		"a word twice":       func(n *features.Snapshot) { n.Words = append(slices.Clone(n.Words), "patient\n"...) },
		"a phrase of itself": func(n *features.Snapshot) { n.Phrases = slices.Clone(n.Phrases); n.Phrases[3] = 3 << 32 },
		"a phrase twice":     func(n *features.Snapshot) { n.Phrases = slices.Clone(n.Phrases); n.Phrases[3] = n.Phrases[2] },
		"a missing column":   func(n *features.Snapshot) { n.Columns = n.Columns[:3] },
		"a column twice":     func(n *features.Snapshot) { n.Columns = slices.Clone(n.Columns); n.Columns[0] = n.Columns[1] },
		"a weight too few":   func(n *features.Snapshot) { n.Weights = n.Weights[:3] },
		"not a number":       func(n *features.Snapshot) { n.Weights = slices.Clone(n.Weights); n.Weights[0] = float32(math.NaN()) },
		"a piece twice":      func(n *features.Snapshot) { n.Pieces = slices.Clone(n.Pieces); n.Pieces[1] = n.Pieces[0] },
		"a folded look-alike": func(n *features.Snapshot) {
			n.Config.Terms.Text.Spellings = map[string]string{"hydroxyzine": "hydralazine"}
		},
		"pieces unasked for": func(n *features.Snapshot) { n.Config.Pieces = features.Pieces{} },
	} {
		n := s.Snapshot()
		spoil(&n)
		if _, err := features.Restore(n); err == nil {
			t.Errorf("%s: restored all the same", name)
		}
	}
}

func TestFitRefuses(t *testing.T) {
	texts := stories(20)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := features.Fit(cancelled, texts, nil, features.Default()); !errors.Is(err, context.Canceled) {
		t.Errorf("ctx done: %v", err)
	}
	for name, call := range map[string]func() error{
		"labels of other texts": func() error {
			_, err := features.Fit(context.Background(), texts, thirds(3), features.Default())
			return err
		},
		"no term often enough": func() error {
			_, err := features.Fit(context.Background(), []string{"fell", "bled"}, nil, features.Default())
			return err
		},
		"settings": func() error {
			c := features.Default()
			c.Divergence.Power = -1
			_, err := features.Fit(context.Background(), texts, nil, c)
			return err
		},
		"pieces too long": func() error {
			c := everything()
			c.Pieces.Max = 9
			return c.Validate()
		},
	} {
		if call() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRowDoesNotAllocate(t *testing.T) {
	texts := stories(300)
	r := fit(t, texts, thirds(len(texts)), everything()).Reader()
	r.Row(texts[0])
	if n := testing.AllocsPerRun(100, func() { r.Row(texts[0]) }); n != 0 {
		t.Errorf("a row allocates %v times", n)
	}
}

func ExampleFit() {
	texts := []string{"Chest drain fell out.", "The chest drain was blocked.", "Fell from the bed.", "Fell out of bed."}
	c := features.Default()
	c.Terms.LastSentence = false
	space, _ := features.Fit(context.Background(), texts, nil, c)
	for j := range int32(space.Len()) {
		fmt.Println(space.Name(j), space.Docs(j))
	}
	// Output:
	// fell 3
	// chest 2
	// drain 2
	// chest drain 2
	// out 2
	// fell out 2
	// the 2
	// bed 2
}
