package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/text"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"fell": "fell", "Fell": "fell", "PATIENT'S": "patient", "patient’s": "patient", "didn’t": "didn't",
		"e.g.": "eg", "P.O.": "po", "naïve": "naive", "Café": "cafe", "co‑amoxiclav": "co-amoxiclav", "medi\u00adcation": "medication",
		"R/A": "r/a", "5.5": "5.5", "it's": "it", "5µg": "5μg",
	} {
		if got := text.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for in, want := range map[string]string{"falling": "fall", "fallen": "fallen", "injuries": "injuri", "x-rays": "x-ray", "pus": "pus", "news2": "news2", "c/o": "c/o"} {
		if got := text.Stem(in); got != want {
			t.Errorf("Stem(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNegationsAreKept(t *testing.T) {
	for _, w := range text.Negations() {
		if text.StopWord(w) {
			t.Errorf("%q denies, and is a stop word", w)
		}
		if got := text.NewAnalyser(text.Default()).Strings(nil, w); len(got) != 1 {
			t.Errorf("%q gives the terms %q", w, got)
		}
	}
}

func TestAbbreviationsAreFolded(t *testing.T) {
	for _, table := range []map[string]string{text.NHSAbbreviations(), text.Sides()} {
		for short, long := range table {
			if text.Fold(short) != short || text.Fold(long) != long || short == long {
				t.Errorf("%q for %q is not in folded form", short, long)
			}
			if again, ok := table[long]; ok {
				t.Errorf("%q stands for %q, which stands for %q", short, long, again)
			}
		}
	}
}

func TestAnalyserTerms(t *testing.T) {
	const s = "Pt's fluids were not given: 5mg [NAME] x-ray on 3 April. Falls!"
	whole := text.Default()
	parts := text.Config{SplitParts: true}
	masked := text.Config{Figures: text.MaskFigures, Stem: true, DropStopWords: true}
	kept := text.Config{Figures: text.KeepFigures, DropStopWords: true}
	for _, c := range []struct {
		name   string
		config text.Config
		want   string
	}{
		{"default", whole, "|patient fluid not given /x-ray |fall"},
		{"parts of words, stop words kept", parts, "|pt fluids were not given /x ray on |falls"},
		{"figures masked", masked, "|pt fluid not given <dose> /x-ray <date> |fall"},
		{"figures kept", kept, "|pt fluids not given 5mg /x-ray 3april |falls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := text.NewAnalyser(c.config)
			var b strings.Builder
			for _, term := range a.Terms(nil, s) {
				if term.First {
					b.WriteString("|")
				} else if term.Break {
					b.WriteString("/")
				}
				b.WriteString(a.Dictionary().String(term.ID) + " ")
			}
			if diff := cmp.Diff(c.want, strings.TrimSpace(b.String())); diff != "" {
				t.Errorf("terms (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFrozenAnalyserLearnsNothing(t *testing.T) {
	a := text.NewAnalyser(text.Default())
	a.Terms(nil, "patient fell in the ward")
	known := a.Dictionary()
	before := known.Len()
	b := text.NewFrozenAnalyser(text.Default(), known)
	for range 2 { // the second time from the cache
		if got := b.Strings(nil, "The patient slipped on a ward"); !cmp.Equal(got, []string{"patient", "ward"}) {
			t.Errorf("terms %q", got)
		}
	}
	terms := b.Terms(nil, "patient slipped")
	if len(terms) != 2 || terms[1].ID != -1 {
		t.Errorf("an unknown word must keep its place: %+v", terms)
	}
	if known.Len() != before {
		t.Errorf("the dictionary grew from %d to %d", before, known.Len())
	}
}

func TestAnalyserForgetsSpellingsNotTerms(t *testing.T) {
	a := text.NewAnalyser(text.Config{SplitParts: true})
	want := a.Strings(nil, "left-hand x-ray fall")
	for i := range 140000 { // more spellings than it remembers
		a.Terms(nil, fmt.Sprintf("w%xq", i))
	}
	if diff := cmp.Diff(want, a.Strings(nil, "left-hand x-ray fall")); diff != "" {
		t.Errorf("terms changed (-before +after):\n%s", diff)
	}
}

func TestDictionary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOf(rapid.StringN(0, 12, 40)).Draw(t, "words")
		var d text.Dictionary
		want := map[string]int32{}
		for _, w := range words {
			if _, ok := want[w]; !ok {
				if d.Lookup(w) != -1 {
					t.Fatalf("%q found before it was interned", w)
				}
				want[w] = int32(len(want))
			}
			if id := d.Intern(w); id != want[w] {
				t.Fatalf("Intern(%q) = %d, want %d", w, id, want[w])
			}
		}
		if d.Len() != len(want) {
			t.Fatalf("%d strings, want %d", d.Len(), len(want))
		}
		for w, id := range want {
			if d.Lookup(w) != id || d.String(id) != w {
				t.Fatalf("%q is %d, and %d is %q", w, d.Lookup(w), id, d.String(id))
			}
		}
	})
}

func ExampleAnalyser() {
	a := text.NewAnalyser(text.Default())
	fmt.Println(a.Strings(nil, "The pt's IV fluids weren't given at 03:10 on 3/4/2013."))
	// Output: [patient intraven fluid weren't given]
}

func BenchmarkTokenise(b *testing.B) {
	const s = "Employee was working on a pickup truck tie rod. When he pulled on it, it came free and smashed his finger between the frame of the truck and the tie rod end. His left pinky finger required 5 sutures."
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	var dst []text.Token
	for b.Loop() {
		dst = text.Tokenise(dst[:0], s)
	}
}

func BenchmarkAnalyser(b *testing.B) {
	const s = "Employee was working on a pickup truck tie rod. When he pulled on it, it came free and smashed his finger between the frame of the truck and the tie rod end. His left pinky finger required 5 sutures."
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	a := text.NewAnalyser(text.Default())
	var dst []text.Term
	for b.Loop() {
		dst = a.Terms(dst[:0], s)
	}
}

func TestAnalyserRemembersLongSpellings(t *testing.T) {
	a := text.NewAnalyser(text.Config{Stem: true, SplitParts: true})
	const s = "Oesophagogastroduodenoscopy for oesophageal-perforation on 23rd of September 2013 by electroencephalography"
	want := a.Strings(nil, s)
	if diff := cmp.Diff(want, a.Strings(nil, s)); diff != "" {
		t.Errorf("terms changed (-first +again):\n%s", diff)
	}
	dst := a.Terms(nil, s)
	if n := testing.AllocsPerRun(50, func() { dst = a.Terms(dst[:0], s) }); n != 0 {
		t.Errorf("words it has seen cost %v allocations", n)
	}
}
