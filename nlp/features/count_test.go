package features_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/nlp/text"
)

// counts gives each row as "term×count" in column order.
func counts(t testing.TB, texts []string, c features.CountConfig) []string {
	t.Helper()
	terms, x, err := features.Count(context.Background(), texts, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); err != nil {
		t.Fatal(err)
	}
	out := make([]string, x.Rows())
	for i := range out {
		columns, values := x.Row(i)
		var parts []string
		for k, j := range columns {
			name := terms.Name(j)
			if values[k] != 1 {
				name += fmt.Sprintf("×%v", values[k])
			}
			parts = append(parts, name)
		}
		out[i] = strings.Join(parts, ", ")
	}
	return out
}

func TestCount(t *testing.T) {
	pairs := features.DefaultCount()
	plain := features.CountConfig{Text: text.Config{}, Words: 3, AcrossSentences: true, LastSentence: true}
	for _, c := range []struct {
		name   string
		config features.CountConfig
		texts  []string
		want   []string
	}{
		{"no texts", pairs, nil, []string{}},
		{"an empty text", pairs, []string{""}, []string{""}},
		{"words and pairs, in order of appearance", pairs,
			[]string{"Patient fell. Chest drain fell out", "the chest drain; chest drains"},
			[]string{"patient, fell×2, patient fell, chest, drain, chest drain, drain fell, out, fell out", "chest×2, drain×2, chest drain×2, drain chest"}},
		{"figures and stop words leave neighbours together, placeholders part them", pairs,
			[]string{"gave 5mg of morphine in 2013", "gave [DRUG] morphine"},
			[]string{"gave, morphin, gave morphin", "gave, morphin"}},
		{"across sentences, with the last one", plain,
			[]string{"it fell. he ran"},
			[]string{"it, fell, it fell, he, fell he, it fell he, ran, he ran, fell he ran, last:he, last:ran"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, counts(t, c.texts, c.config)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTermsCanBeTakenApart(t *testing.T) {
	terms, x, err := features.Count(context.Background(), []string{"chest drains fell out", "injuries"}, features.CountConfig{Text: text.Default(), Words: 3, LastSentence: true})
	if err != nil {
		t.Fatal(err)
	}
	id := terms.Lookup("chest drain fell")
	if id < 0 || terms.Words(id) != 3 || terms.Shown(id) != "chest drains fell" {
		t.Fatalf("term %d", id)
	}
	before, last := terms.Parts(id)
	if terms.Name(before) != "chest drain" || terms.Name(last) != "fell" {
		t.Errorf("parts %q and %q", terms.Name(before), terms.Name(last))
	}
	if before, last := terms.Parts(last); before != -1 || terms.Name(last) != "fell" {
		t.Errorf("a word has the parts %d and %d", before, last)
	}
	for id := range int32(terms.Len()) {
		if got := terms.Lookup(terms.Name(id)); got != id {
			t.Errorf("Lookup(%q) = %d, want %d", terms.Name(id), got, id)
		}
	}
	for _, name := range []string{"", "drain chest", "nowhere", "last:nowhere"} {
		if got := terms.Lookup(name); got != -1 {
			t.Errorf("Lookup(%q) = %d", name, got)
		}
	}
	if x.Cols != terms.Len() {
		t.Errorf("%d columns for %d terms", x.Cols, terms.Len())
	}
}

// stories gives invented narratives enough for several chunks.
func stories(n int) []string {
	words := strings.Fields("patient fell bed ward nurse drain chest insulin dose given late not alarm monitor failed syringe pump line blocked found floor wound skin heel sacrum transfer theatre swab count")
	out := make([]string, n)
	state := uint64(1)
	for i := range out {
		var b strings.Builder
		for k := range 12 {
			state = state*6364136223846793005 + 1442695040888963407
			b.WriteString(words[state>>33%uint64(len(words))])
			if k%5 == 4 {
				b.WriteString(". ")
			} else {
				b.WriteString(" ")
			}
		}
		fmt.Fprintf(&b, "case%dx", i%700)
		out[i] = b.String()
	}
	return out
}

func TestCoresDoNotChangeCounts(t *testing.T) {
	texts := stories(3000)
	run := func(cores int) (names []string, columns []int32) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		terms, x, err := features.Count(context.Background(), texts, features.DefaultCount())
		if err != nil {
			t.Fatal(err)
		}
		for id := range int32(terms.Len()) {
			names = append(names, terms.Name(id))
		}
		return names, x.Columns
	}
	names1, columns1 := run(1)
	names2, columns2 := run(3)
	if !cmp.Equal(names1, names2) || !cmp.Equal(columns1, columns2) {
		t.Error("counts differ between one core and three")
	}
}

func TestTermsOfAPrefixAreAPrefixOfTheTerms(t *testing.T) {
	texts := stories(1200)
	all, x, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.IntRange(0, len(texts)).Draw(t, "texts")
		some, y, err := features.Count(context.Background(), texts[:m], features.DefaultCount())
		if err != nil {
			t.Fatal(err)
		}
		for id := range int32(some.Len()) {
			if some.Name(id) != all.Name(id) {
				t.Fatalf("term %d is %q among %d texts and %q among all", id, some.Name(id), m, all.Name(id))
			}
		}
		want, got := make([]int32, x.Cols), make([]int32, y.Cols)
		x.Slice(0, m).ColumnCounts(want)
		y.ColumnCounts(got)
		if diff := cmp.Diff(want[:len(got)], got); diff != "" {
			t.Fatalf("document frequencies:\n%s", diff)
		}
	})
}

func TestCountStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := features.Count(ctx, stories(10), features.DefaultCount()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, _, err := features.Count(context.Background(), nil, features.CountConfig{}); err == nil {
		t.Error("phrases of no words were counted")
	}
}

func ExampleCount() {
	terms, x, _ := features.Count(context.Background(), []string{"Chest drain fell out.", "The chest drain was blocked."}, features.DefaultCount())
	df := make([]int32, x.Cols)
	x.ColumnCounts(df)
	for id := range int32(terms.Len()) {
		fmt.Printf("%s %d\n", terms.Name(id), df[id])
	}
	// Output:
	// chest 2
	// drain 2
	// chest drain 2
	// fell 1
	// drain fell 1
	// out 1
	// fell out 1
	// block 1
	// drain block 1
}

// Many more texts than are counted at a time: equal texts have equal rows, and those
// of the first texts are what these alone have.
func TestCountOfManyTexts(t *testing.T) {
	kinds := []string{"Chest drain fell out.", "", "The pump alarm was silent; the pump had no battery.", "Wet floor"}
	texts := make([]string, 70_000)
	for i := range texts {
		texts[i] = kinds[i*i%7%len(kinds)]
		if i%5000 == 0 {
			texts[i] = fmt.Sprintf("ward%c chair", 'a'+rune(i/5000))
		}
	}
	terms, x, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Check(); err != nil || x.Rows() != len(texts) || x.Cols != terms.Len() {
		t.Fatalf("%d rows, %d columns of %d terms: %v", x.Rows(), x.Cols, terms.Len(), err)
	}
	row := func(x *sparse.CSR, i int) string {
		columns, values := x.Row(i)
		return fmt.Sprint(columns, values)
	}
	first := map[string]string{}
	for i, s := range texts {
		if first[s] == "" {
			first[s] = row(x, i)
		}
		if got := row(x, i); got != first[s] {
			t.Fatalf("text %d %q has %s, want %s", i, s, got, first[s])
		}
	}
	const head = 40_001
	_, y, err := features.Count(context.Background(), texts[:head], features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	for i := range head {
		if row(x, i) != row(y, i) {
			t.Fatalf("text %d of %d has %s, of %d %s", i, len(texts), row(x, i), head, row(y, i))
		}
	}
}
