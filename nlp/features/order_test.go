package features_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/nlp/features"
)

// ordered gives each text's words by what they are as terms, "–" for those that are none.
func ordered(t testing.TB, texts []string) (*features.Terms, *features.Order, []string) {
	t.Helper()
	terms, _, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	o, err := terms.Order(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range texts {
		var words []string
		for _, w := range o.Row(nil, i) {
			switch term := o.Term(w); {
			case w == 0:
				words = append(words, "|")
			case term < 0:
				words = append(words, "–")
			default:
				words = append(words, terms.Name(term))
			}
		}
		out = append(out, strings.Join(words, " "))
	}
	return terms, o, out
}

func TestOrder(t *testing.T) {
	_, o, got := ordered(t, []string{"", "He hurt his wrist. The wrist, 3 days later", "gave [DRUG] morphine"})
	want := []string{"", "– hurt – wrist | – wrist – day later", "gave | morphin"}
	if !slices.Equal(got, want) || o.Texts() != 3 {
		t.Errorf("%d texts: %q", o.Texts(), got)
	}
	if a, b := o.Row(nil, 1)[3], o.Row(nil, 1)[6]; a != b {
		t.Errorf("wrist is word %d and word %d", a, b)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := new(features.Terms).Order(ctx, []string{"wrist"}); err == nil {
		t.Error("no error when ctx is done")
	}
}

// TestOrderOfAPrefix: what comes later does not change the numbers of words; words
// beyond the first 127 take more than a byte.
func TestOrderOfAPrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var texts []string
		for range rapid.IntRange(1, 20).Draw(t, "texts") {
			var b strings.Builder
			for _, w := range rapid.SliceOfN(rapid.IntRange(0, 600), 0, 60).Draw(t, "words") {
				fmt.Fprintf(&b, "%c%c%c ", 'b'+w%20, 'a'+w/20%5*4, 'b'+w/100)
			}
			texts = append(texts, b.String())
		}
		some := rapid.IntRange(0, len(texts)).Draw(t, "some")
		row := func(texts []string) (rows [][]int32) {
			terms, _, err := features.Count(context.Background(), texts, features.DefaultCount())
			if err != nil {
				t.Fatal(err)
			}
			o, err := terms.Order(context.Background(), texts)
			if err != nil {
				t.Fatal(err)
			}
			for i := range texts {
				rows = append(rows, o.Row(nil, i))
			}
			return rows
		}
		for i, words := range row(texts[:some]) {
			if all := row(texts)[i]; !slices.Equal(words, all) {
				t.Fatalf("text %d: %v, with later ones %v", i, words, all)
			}
		}
	})
}
