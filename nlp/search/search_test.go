package search_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/search"
)

var texts = []string{
	"Syringe driver stopped when the battery flap was left open.",   // 0
	"Pumps alarmed twice; the nurse switched off the insulin pump.", // 1
	"Patient fell from bed. No pump in use.",                        // 2
	"Anaesthetist not informed; anesthetist bleeped at 03:10.",      // 3
	"Given 10 units of insulin instead of 1.0 unit.",                // 4
	"Switched the monitor off, then on.",                            // 5
	"",                                                              // 6
}

func TestFind(t *testing.T) {
	x := search.New(texts)
	for q, want := range map[string][]int32{
		"pump":                              {1, 2},
		"PUMPING":                           {1, 2},
		"insulin pump":                      {1},
		"insulin AND pump":                  {1},
		"insulin OR battery":                {0, 1, 4},
		"pump NOT insulin":                  {2},
		"pump -insulin":                     {2},
		`"switched off"`:                    {1},
		"“switched off”":                    {1},
		"switched NEAR/2 off":               {1},
		"switched NEAR/3 off":               {1, 5},
		"off NEAR switched":                 {1, 5},
		"anaesthet*":                        {3},
		"anaesthetist~":                     {3},
		"anesthetist":                       {3},
		"(driver OR monitor) (open OR off)": {0, 5},
		`"10 units"`:                        {4},
		"03:10":                             {3},
		"unheard":                           nil,
		"driver unheard":                    nil,
		`pump "not in the list"`:            nil,
		"battery pump OR fell":              {2},
	} {
		got, err := search.Parse(q)
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		if diff := cmp.Diff(want, x.Find(got)); diff != "" && !(len(want) == 0 && len(x.Find(got)) == 0) {
			t.Errorf("%s: (-want +got):\n%s", q, diff)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	for _, q := range []string{"", "   ", "!!!", "NOT pump", "(pump", "pump)", "pump NEAR/0 alarm", "pump NEAR/x alarm", "pump NEAR (a OR b)", "pump NEAR", "\xff", strings.Repeat("(", 30) + "a" + strings.Repeat(")", 30), strings.Repeat("a ", 600)} {
		if _, err := search.Parse(q); err == nil {
			t.Errorf("%.30q was understood", q)
		}
	}
}

func TestMarks(t *testing.T) {
	x := search.New(texts)
	for q, want := range map[string][]string{
		"pump":                           {"Pumps", "pump"},
		`"insulin pump"`:                 {"insulin pump"},
		"nurse -driver":                  {"nurse"},
		"alarm* NEAR/9 twice OR insulin": {"alarmed twice", "insulin"},
	} {
		got, err := search.Parse(q)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, m := range x.Marks(got, texts[1]) {
			words = append(words, m.In(texts[1]))
		}
		if diff := cmp.Diff(want, words); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", q, diff)
		}
	}
}

func TestLike(t *testing.T) {
	x := search.New([]string{"battery flap of the syringe driver open", "syringe driver off, battery flap open", "patient fell from bed", "bed rails", "battery flat"})
	got := x.Like(0, 3, func(i int32) bool { return i != 4 })
	if len(got) == 0 || got[0].Doc != 1 || got[0].Score <= 0.5 || got[0].Score > 1.0001 {
		t.Errorf("got %v, want text 1 first", got)
	}
	if slices.ContainsFunc(got, func(a search.Alike) bool { return a.Doc == 4 || a.Doc == 0 }) {
		t.Errorf("got %v: a text that may not be seen, or the text itself", got)
	}
}

// What a question of two words finds is what looking at each text finds.
func TestBooleanLaws(t *testing.T) {
	words := []string{"pump", "bed", "fall", "insulin", "open"}
	rapid.Check(t, func(t *rapid.T) {
		var docs []string
		for range rapid.IntRange(0, 20).Draw(t, "texts") {
			docs = append(docs, strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 6).Draw(t, "words"), " "))
		}
		for range rapid.IntRange(0, 200).Draw(t, "like texts") { // so that one word is much commoner
			docs = append(docs, "the bed was open")
		}
		n := rapid.IntRange(1, 4).Draw(t, "near")
		x := search.New(docs)
		a, b := rapid.SampledFrom(words).Draw(t, "a"), rapid.SampledFrom(words).Draw(t, "b")
		find := func(q string) []int32 {
			parsed, err := search.Parse(q)
			if err != nil {
				t.Fatal(err)
			}
			return x.Find(parsed)
		}
		brute := func(is func(s []string) bool) []int32 {
			var out []int32
			for i, d := range docs {
				if is(strings.Fields(d)) {
					out = append(out, int32(i))
				}
			}
			return out
		}
		has := func(s []string, w string) bool { return slices.Contains(s, w) }
		for q, is := range map[string]func([]string) bool{
			a + " " + b:        func(s []string) bool { return has(s, a) && has(s, b) },
			a + " OR " + b:     func(s []string) bool { return has(s, a) || has(s, b) },
			a + " NOT " + b:    func(s []string) bool { return has(s, a) && !has(s, b) },
			a + "* " + b + "~": func(s []string) bool { return has(s, a) && has(s, b) },
			fmt.Sprintf("%s NEAR/%d %s", a, n, b): func(s []string) bool {
				for i := range s {
					for j := range s {
						if i != j && s[i] == a && s[j] == b && i-j <= n && j-i <= n {
							return true
						}
					}
				}
				return false
			},
			`"` + a + " " + b + `"`: func(s []string) bool { return strings.Contains(" "+strings.Join(s, " ")+" ", " "+a+" "+b+" ") },
		} {
			if got, want := find(q), brute(is); !slices.Equal(got, want) {
				t.Fatalf("%s over %q: %v, want %v", q, docs, got, want)
			}
		}
	})
}

// Any text is a question or is refused with a sentence; its marks lie within the text.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a b", `"a b" OR (c -d)`, "a NEAR/3 b*", "x~", `"`, "()", "NOT", "a NEAR/99 b"} {
		f.Add(s, "the text a b c d x")
	}
	x := search.New(texts)
	f.Fuzz(func(t *testing.T, s, narrative string) {
		q, err := search.Parse(s)
		if err != nil {
			return
		}
		for _, i := range x.Find(q) {
			if i < 0 || int(i) >= len(texts) {
				t.Fatalf("text %d", i)
			}
		}
		end := int32(0)
		for _, m := range x.Marks(q, narrative) {
			if m.Start < end || m.End <= m.Start || int(m.End) > len(narrative) {
				t.Fatalf("mark %v of %q", m, narrative)
			}
			end = m.End
		}
	})
}

func ExampleIndex_Find() {
	x := search.New([]string{"The pump alarmed.", "Fell from bed.", "Pumps switched off"})
	q, err := search.Parse(`pump NOT "switched off"`)
	if err != nil {
		panic(err)
	}
	fmt.Println(x.Find(q))
	// Output: [0]
}

func BenchmarkNew(b *testing.B) {
	var docs []string
	for i := range 20000 {
		docs = append(docs, fmt.Sprintf("On ward %d the %s was found %s and patient %d was moved to bay %d after review by team %d.", i%40, []string{"pump", "bed", "driver", "drip"}[i%4], []string{"open", "off", "wet"}[i%3], i, i%9, i%13))
	}
	b.ReportAllocs()
	for b.Loop() {
		search.New(docs)
	}
}

func BenchmarkFind(b *testing.B) {
	var docs []string
	for i := range 100_000 {
		docs = append(docs, fmt.Sprintf("On ward %d the %s was found %s and patient %d was moved to bay %d after review by team %d.", i%40, []string{"pump", "bed", "driver", "drip"}[i%4], []string{"open", "off", "wet"}[i%3], i, i%9, i%13))
	}
	x := search.New(docs)
	for _, q := range []string{"pump", "pump open", "pump OR bed", "patient 4711", `"driver was found"`, "driver NEAR/6 moved", "pump NOT open", "dr*", "drivr~"} {
		parsed, err := search.Parse(q)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(q, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.Find(parsed)
			}
		})
	}
}
