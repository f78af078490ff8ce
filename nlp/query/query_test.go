package query_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/nlp/query"
)

func TestAsk(t *testing.T) {
	tests := []struct {
		why, search, text string
		want              bool
	}{
		{"a word, whatever its case", "Potassium", "POTASSIUM given.", true},
		{"not part of a word", "ass", "potassium", false},
		{"an open end", "anaesth*", "the anaesthetist came", true},
		{"a misspelling", "~ophthalmology", "seen in opthalmology", true},
		{"two letters swapped", "~potassium", "potasisum", true},
		{"a short word must be right", "~drip", "trip", false},
		{"without ~ it must be right", "potassium", "potasium", false},
		{"a phrase", `"look alike"`, "They look-alike.", true},
		{"a phrase in order", `"look alike"`, "alike they look", false},
		{"a phrase with an open end", `"wrong drug*"`, "wrong drugs given", true},
		{"and", "wrong and drug", "the drug was wrong", true},
		{"or", "fall or fell", "He fell.", true},
		{"not", "pump and not syringe", "pump of a syringe", false},
		{"not binds tightest", "not syringe and pump", "pump", true},
		{"and before or", "a1 and b1 or c1", "c1", true},
		{"brackets", "a1 and (b1 or c1)", "c1", false},
		{"near, either first", "wrong near/3 drug", "drug was wrong", true},
		{"too far", "wrong near/2 drug", "wrong patient had the drug", false},
		{"near itself needs two", "drug near/3 drug", "drug", false},
		{"near to its twin", "drug near/3 drug", "drug and drug", true},
		{"a group", "@drugs and wrong", "wrong insulin", true},
		{"a group of groups", "@all", "wrong insulin", true},
		{"a keyword in quotes", `"and"`, "this and that", true},
		{"hyphens are gaps", "co-amoxiclav", "Co amoxiclav given", true},
		{"empty text", "not pump", "", true},
	}
	groups := map[string]string{"drugs": "insulin or heparin", "all": "@drugs and not nothing"}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			q, err := query.Parse(groups, tt.search)
			if err != nil {
				t.Fatal(err)
			}
			if got := q.Ask(tt.text).Search; got != tt.want {
				t.Errorf("%s in %q: %v, want %v", tt.search, tt.text, got, tt.want)
			}
		})
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		groups map[string]string
		search string
		want   string
	}{
		{nil, "", "a term is missing"},
		{nil, "a and", "at the end: a term is missing"},
		{nil, "a b", `at byte 3: "b" is not expected here`},
		{nil, "(a", "not closed"},
		{nil, "a)", `")" is not expected`},
		{nil, `"a`, "no end"},
		{nil, "@x", `no group "x"`},
		{nil, "a near/0 b", "want near/1 to near/50"},
		{nil, "(a or b) near/3 c", "near joins two terms"},
		{nil, "a near/3 (b or c)", "near joins two terms"},
		{nil, "***", "holds no word"},
		{nil, strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60), "in each other"},
		{map[string]string{"a": "@b", "b": "x or @a"}, "@a", "leads back to itself"},
		{map[string]string{"a": "and"}, "@a", `reading group "a"`},
	}
	for _, tt := range tests {
		if _, err := query.Parse(tt.groups, tt.search); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: error %v, want %q", tt.search, err, tt.want)
		}
	}
}

func TestTalliesAreOfEveryText(t *testing.T) {
	q, err := query.Parse(map[string]string{"g": "pump or tubing"}, "@g and not saline")
	if err != nil {
		t.Fatal(err)
	}
	tally, found := q.Tally([]string{"pump tubing", "pump saline", "nothing"})
	if got := fmt.Sprint(tally, found); got != "{3 1 [2] [2 1 1]} [0]" {
		t.Errorf("tally %s", got)
	}
}

// A or B finds what A finds and what B finds; not A finds the rest.
func TestQueriesObeyLogic(t *testing.T) {
	word := rapid.SampledFrom([]string{"pump", "tubing", "fell", "~connector", "wrong*"})
	text := rapid.SliceOfN(rapid.SampledFrom([]string{"pump", "tubing", "fell", "conector", "wrongly", "and"}), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		a, b, s := word.Draw(t, "a"), word.Draw(t, "b"), strings.Join(text.Draw(t, "text"), " ")
		is := func(search string) bool {
			q, err := query.Parse(nil, search)
			if err != nil {
				t.Fatal(err)
			}
			return q.Ask(s).Search
		}
		if is(a+" or "+b) != (is(a) || is(b)) || is(a+" and "+b) != (is(a) && is(b)) || is("not "+a) == is(a) {
			t.Fatalf("%s, %s in %q", a, b, s)
		}
		if is(a+" near/5 "+b) != is(b+" near/5 "+a) || is(a+" near/2 "+b) && !is(a+" near/3 "+b) {
			t.Fatalf("near: %s, %s in %q", a, b, s)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a and (b or not c)", `"look alike" near/5 ~potassium*`, "@g", "((", "a near/ b", "\x00 é*"} {
		f.Add(s, "pump or tubing", "The pump tubing came apart.")
	}
	f.Fuzz(func(t *testing.T, search, group, text string) {
		q, err := query.Parse(map[string]string{"g": group}, search)
		if err != nil {
			return
		}
		found := q.Ask(text)
		if len(found.Terms) != len(q.Terms()) || len(found.Groups) != 1 {
			t.Fatalf("%d terms found of %d", len(found.Terms), len(q.Terms()))
		}
		again, err := query.Parse(map[string]string{"g": group}, "not ("+search+")")
		if err == nil && again.Ask(text).Search == found.Search {
			t.Fatalf("%q and its denial both say %v of %q", search, found.Search, text)
		}
	})
}

func BenchmarkAsk(b *testing.B) {
	q, err := query.Parse(map[string]string{"drugs": "~potassium or ~noradrenaline or insulin*", "how": `"look alike" or wrong near/5 ampoule`}, "@drugs and @how")
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("Ampoule of potasium picked in place of sodium chloride, they look alike since the supplier changed. ", 3)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		q.Ask(text)
	}
}

func ExampleParse() {
	q, _ := query.Parse(map[string]string{"drug": "~potassium or KCl", "mixup": `"look alike" or wrong near/3 ampoule`}, "@drug and @mixup")
	found := q.Ask("Wrong ampoule picked: potasium for saline.")
	fmt.Println(found.Search, q.Groups(), found.Groups)
	// Output: true [drug mixup] [true true]
}
