package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/text"
)

// show writes the tokens of s as kind:text, with | before those that start a sentence.
func show(s string) string {
	var b strings.Builder
	for _, t := range text.Tokenise(nil, s) {
		if t.First {
			b.WriteString("|")
		}
		b.WriteString(t.In(s))
		if t.Kind != text.Word {
			b.WriteString("‹" + t.Kind.String() + "›")
		}
		b.WriteString(" ")
	}
	return strings.TrimSpace(b.String())
}

func TestTokenise(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"only marks", " ... -- !? ", ""},
		{"hyphens stay inside words", "Co-amoxiclav, x-ray - not given", "|Co-amoxiclav x-ray not given"},
		{"apostrophes straight and curly", "patient's patient’s 'quoted' didn't", "|patient's patient’s quoted didn't"},
		{"short parts keep their slash", "R/A s/c c/o w/o y/o n/a", "|R/A s/c c/o w/o y/o n/a"},
		{"long parts lose it", "arm/leg his/her and/or", "|arm leg his her and or"},
		{"units keep their slash", "at 5 mcg/hr given mls/hr", "|at 5 mcg/hr‹dose› given mls/hr"},
		{"ampersand", "A&E D&V nurses & doctors", "|A&E D&V nurses &‹symbol› doctors"},
		{"letters with digits", "NEWS2 T12 COVID-19 12-lead 5HT AB12345", "|NEWS2 T12 COVID-19 12-lead 5HT AB12345‹code›"},
		{"numbers", "5.5 1,000 120/80 2-3 5th 2x4 10,20", "|5.5‹number› 1,000‹number› 120/80‹number› 2-3‹number› 5th‹number› 2x4‹number› 10‹number› 20‹number›"},
		{"doses", "5mg 10 units 2.5ml 40mg/ml .5mg 5-10mg 10u 2L 5µg 3mg/kg/day 5 mgs", "|5mg‹dose› 10 units‹dose› 2.5ml‹dose› 40mg/ml‹dose› .5mg‹dose› 5-10mg‹dose› 10u‹dose› 2L‹dose› 5µg‹dose› 3mg/kg/day‹dose› 5 mgs‹dose›"},
		{"measures", "10cm 38.5°C 50% 120/80mmHg 6 ft 54yo 10 hrs", "|10cm‹measure› 38.5°C‹measure› 50%‹measure› 120/80mmHg‹measure› 6 ft‹measure› 54yo‹measure› 10 hrs‹measure›"},
		{"a unit is not the start of a word", "5 managers 3 legs 2 unit 6 in a row", "|5‹number› managers 3‹number› legs 2‹number› unit 6‹number› in a row"},
		{"times", "03:10 3:10pm 3.10pm 0310hrs 0310 hrs 3 pm 03:10:22 3 a.m. today 14.30hrs", "|03:10‹time› 3:10pm‹time› 3.10pm‹time› 0310hrs‹time› 0310 hrs‹time› 3 pm‹time› 03:10:22‹time› 3 a.m.‹time› today 14.30hrs‹time›"},
		{"dates in figures", "3/4/2013 03-04-13 3.4.13 2013-04-03 2013-04-03T03:10:00Z 13/04/13", "|3/4/2013‹date› 03-04-13‹date› 3.4.13‹date› 2013-04-03‹date› 2013-04-03T03:10:00Z‹date› 13/04/13‹date›"},
		{"dates with a month's name", "3 April 2013, 3rd of April; 03-Apr-13 Apr 3, 2013 April 2013 on April 3rd", "|3 April 2013‹date› 3rd of April‹date› 03-Apr-13‹date› Apr 3, 2013‹date› April 2013‹date› on April 3rd‹date›"},
		{"not dates", "5/7 99/99/99 may fall, march 300 2013", "|5/7‹number› 99/99/99‹number› may fall march 300‹number› 2013‹number›"},
		{"placeholders", "[NAME] seen by [STAFF NAME 2] [sic] [X", "|[NAME]‹placeholder› seen by [STAFF NAME 2]‹placeholder› sic X"},
		{"stops between letters", "e.g. given p.o. then i.e. q.d.s. as well", "|e.g. given p.o. then i.e. q.d.s. as well"},
		{"symbols", "BP ↓ temp > 38 cost £5", "|BP ↓‹symbol› temp >‹symbol› 38‹number› cost £‹symbol› 5‹number›"},
		{"other scripts", "Żaneta naïve café 患者", "|Żaneta naïve café 患者"},
		{"a soft hyphen inside a word", "medi\u00adcation", "|medi\u00adcation"},
		{"invalid bytes separate", "ab\xffcd \xc3", "|ab cd"},
		{"sentences", "Pt fell. Staff called Dr. Smith! Seen at 5. Well?\nHome", "|Pt fell |Staff called Dr Smith |Seen at 5‹number› |Well |Home"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, show(c.in)); diff != "" {
				t.Errorf("Tokenise(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"none", " \n ", nil},
		{"one without a stop", "Patient fell", []string{"Patient fell"}},
		{"titles and initials", "Dr. Smith and Mr. J. Jones left. They came back.", []string{"Dr. Smith and Mr. J. Jones left.", "They came back."}},
		{"abbreviations inside", "Gave approx. 5 mg. of it, e.g. Monday. Then e.g. this.", []string{"Gave approx. 5 mg. of it, e.g. Monday.", "Then e.g. this."}},
		{"an abbreviation that ends one", "Given 5 mg. Patient slept", []string{"Given 5 mg.", "Patient slept"}},
		{"dotted abbreviation that ends one", "Taken p.o. Patient slept", []string{"Taken p.o.", "Patient slept"}},
		{"new lines", "Fell\r\nat home\n\nfound", []string{"Fell", "at home", "found"}},
		{"list items", "1. Fell out of bed. 2. Found late.", []string{"1. Fell out of bed.", "2. Found late."}},
		{"no space after the stop", "Patient fell.Staff came.nobody else", []string{"Patient fell.", "Staff came.nobody else"}},
		{"closing marks", `He said "help!" She ran (fast.) Then`, []string{`He said "help!"`, "She ran (fast.)", "Then"}},
		{"ellipsis", "Waited... and waited... Then left", []string{"Waited... and waited...", "Then left"}},
		{"patients shortened", "Pt. was seen by Dr Jones. Seen pt. They left.", []string{"Pt. was seen by Dr Jones.", "Seen pt.", "They left."}},
		{"decimals", "Temp 38.5. Seen", []string{"Temp 38.5.", "Seen"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range text.Sentences(nil, c.in) {
				got = append(got, p.In(c.in))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("Sentences(%q) (-want +got):\n%s", c.in, diff)
			}
		})
	}
}

// check holds the tokens and sentences of s to what every text must obey.
func TestClauses(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " ,,; ": "", "and": "", "Staff kind": "Staff kind",
		"Staff were kind, but the wait was 2.5 hours (too long).": "Staff were kind|the wait was 2.5 hours|too long",
		"Dr. Smith and I spoke. However it hurt - a lot":          "Dr. Smith|I spoke|it hurt|a lot",
		"x-ray done; sand, handed ANDY":                           "x-ray done|sand|handed ANDY",
	} {
		var got []string
		for _, p := range text.Clauses(nil, in) {
			got = append(got, p.In(in))
		}
		if diff := cmp.Diff(want, strings.Join(got, "|")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
}

func check(t interface {
	Fatalf(string, ...any)
}, s string) {
	tokens := text.Tokenise(nil, s)
	end := int32(0)
	for i, tok := range tokens {
		if tok.Start < end || tok.End <= tok.Start || int(tok.End) > len(s) {
			t.Fatalf("token %d of %q is %+v after byte %d of %d", i, s, tok, end, len(s))
		}
		end = tok.End
		if tok.Kind.String() == "" {
			t.Fatalf("token %d of %q has no kind", i, s)
		}
	}
	if len(tokens) > 0 && !tokens[0].First {
		t.Fatalf("the first token of %q starts no sentence", s)
	}
	spans, next := text.Sentences(nil, s), 0
	end = 0
	for i, p := range spans {
		if p.Start < end || p.End <= p.Start || int(p.End) > len(s) {
			t.Fatalf("sentence %d of %q is %+v after byte %d", i, s, p, end)
		}
		end = p.End
		for first := true; next < len(tokens) && tokens[next].Start < p.End; next++ {
			if tokens[next].First != first || tokens[next].Start < p.Start || tokens[next].End > p.End {
				t.Fatalf("token %+v of %q does not lie in sentence %d, %+v", tokens[next], s, i, p)
			}
			first = false
		}
	}
	end = 0
	for i, p := range text.Clauses(nil, s) {
		if p.Start < end || p.End <= p.Start || int(p.End) > len(s) || len(text.Tokenise(nil, p.In(s))) == 0 {
			t.Fatalf("clause %d of %q is %+v after byte %d", i, s, p, end)
		}
		end = p.End
	}
	if next != len(tokens) {
		t.Fatalf("%d of %d tokens of %q lie in no sentence", len(tokens)-next, len(tokens), s)
	}
}

func TestTokensLieInTheText(t *testing.T) {
	pieces := []string{"Patient", "fell", "Dr.", "5mg", " ", " ", "\n", ".", "3", "/", "-", "04", "April", "e.g.", "é", "’", "[NAME]", "\xff", ":", "pm", "1", ",", "°C", "µg", "x", "\u00ad"}
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), ""))
		check(t, rapid.String().Draw(t, "text"))
	})
}

func FuzzTokenise(f *testing.F) {
	for _, s := range []string{"", "Pt c/o pain R/A, 5mg given 03:10 on 3/4/13. Dr. Smith seen.", "co-amoxiclav 40mg/ml p.o. [NAME]", "3rd of April 2013 e.g. 12-lead\n1. x\xff’s", "2013-04-03T03:10:00Z 10 µg/kg/hr"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		check(t, s)
		a := text.NewAnalyser(text.Default())
		once := a.Strings(nil, s)
		if diff := cmp.Diff(once, a.Strings(nil, s)); diff != "" {
			t.Fatalf("analysing %q again differs:\n%s", s, diff)
		}
	})
}

func TestTokeniseDoesNotAllocate(t *testing.T) {
	const s = "Patient's obs NEWS2 7 at 03:10 on 3/4/2013, given 5mg co-amoxiclav s/c. Dr. Smith informed; temp 38.5°C – naïve."
	dst := text.Tokenise(nil, s)
	if n := testing.AllocsPerRun(100, func() { dst = text.Tokenise(dst[:0], s) }); n != 0 {
		t.Errorf("Tokenise allocates %v times", n)
	}
}

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range text.Kinds() {
		if seen[k.String()] || strings.Contains(k.String(), "(") {
			t.Errorf("kind %d is called %q", k, k)
		}
		seen[k.String()] = true
	}
}

func ExampleTokenise() {
	const s = "Pt c/o pain; 5mg morphine s/c at 03:10."
	for _, t := range text.Tokenise(nil, s) {
		fmt.Printf("%s %s\n", t.Kind, t.In(s))
	}
	// Output:
	// word Pt
	// word c/o
	// word pain
	// dose 5mg
	// word morphine
	// word s/c
	// word at
	// time 03:10
}
