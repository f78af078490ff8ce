package quote_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/reports/quote"
)

// A term stands in a text exactly where it would be marked.
func TestTermsInAreThoseMarked(t *testing.T) {
	in, out := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"pump", "pumps", "Pump", "of", "the", "occlude", "occluded", "syringe", "driver", "5", "—", "pump_driver"})
		text := strings.Join(rapid.SliceOfN(word, 0, 20).Draw(t, "text"), rapid.SampledFrom([]string{" ", ", ", "-"}).Draw(t, "between"))
		terms := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, 0, 2).Draw(t, "words"), " ")
		}), 0, 4).Draw(t, "terms")
		for k, got := range quote.Read(terms).In(text) {
			want := false
			for _, s := range quote.Mark(text, terms[k:k+1]) {
				want = want || s.Marked
			}
			if got != want {
				t.Fatalf("%q in %q: %v, marked %v", terms[k], text, got, want)
			}
			if got {
				in++
			} else {
				out++
			}
		}
	})
	if in < 5 || out < 5 {
		t.Errorf("only %d terms stood in a text, %d did not", in, out)
	}
}

func ExampleMark() {
	for _, s := range quote.Mark("The pumps were occluded by the line.", []string{"pump", "occlude line"}) {
		fmt.Printf("%v %q\n", s.Marked, s.Text)
	}
	// Output:
	// false "The "
	// true "pumps"
	// false " were "
	// true "occluded by the line"
	// false "."
}

func BenchmarkTermsIn(b *testing.B) {
	terms := []string{"pump", "syringe driver", "occlusion alarm", "line", "rate", "infusion", "battery", "delay"}
	text := strings.Repeat("The syringe driver gave no alarm although the line was occluded for two hours. ", 3)
	b.Run("each by marking", func(b *testing.B) {
		for b.Loop() {
			for _, t := range terms {
				if len(quote.Mark(text, []string{t})) == 0 {
					b.Fatal("no span")
				}
			}
		}
	})
	b.Run("all at once", func(b *testing.B) {
		sought := quote.Read(terms)
		for b.Loop() {
			if len(sought.In(text)) != len(terms) {
				b.Fatal("a term is missing")
			}
		}
	})
}
