package knownrisk_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/knownrisk"
)

func TestDefaultIsTheListOf2018(t *testing.T) {
	l := knownrisk.Default()
	if len(l.Risks) != 15 {
		t.Fatalf("%d risks, want 15", len(l.Risks))
	}
	for i, r := range l.Risks {
		if want := fmt.Sprintf("ne-2018-%02d", i+1); r.ID != want {
			t.Errorf("risk %d has the id %q, want %q", i+1, r.ID, want)
		}
		if r.Title == "" || r.Description == "" || len(r.Patterns) == 0 || len(r.Examples) == 0 {
			t.Errorf("%s lacks a title, a description, patterns or examples", r.ID)
		}
	}
}

// TestEveryExampleIsFound: what a list gives as an example of a risk must be a hit of it.
func TestEveryExampleIsFound(t *testing.T) {
	l := knownrisk.Default()
	w := watch(t, l, knownrisk.DefaultConfig())
	missed, n := 0, 0
	for i, r := range l.Risks {
		for _, e := range r.Examples {
			n++
			if !has(w.Match(nil, e), i) {
				missed++
				t.Logf("%s misses its own example %q", r.ID, e)
			}
		}
	}
	if missed*50 > n { // an example may be there for its words alone
		t.Errorf("%d of %d examples are missed", missed, n)
	}
}

func has(hits []knownrisk.Hit, risk int) bool {
	for _, h := range hits {
		if h.Risk == risk {
			return true
		}
	}
	return false
}

func TestTemplateIsAList(t *testing.T) {
	l, err := knownrisk.Parse("template.toml", []byte(knownrisk.Template()))
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t, l, knownrisk.DefaultConfig())
	const s = "The T34 had stopped. There was no alarm."
	if hits := w.Match(nil, s); len(hits) != 1 || hits[0].Pattern != "pump that stopped in silence" {
		t.Errorf("%q gives %+v", s, hits)
	}
}

const small = "[[risk]]\nid = \"r1\"\ntitle = \"a risk\"\n"

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"not TOML", "name = \n", "list.toml:1: "},
		{"unknown key of the file", "nane = \"x\"\n" + small + "terms = [\"a b\"]", `list.toml:1: the key "nane" is not known; did you mean "name"?`},
		{"unknown key of a risk", small + "descripton = \"x\"\nterms = [\"pump\"]", `list.toml:4: the key "risk.descripton" is not known; did you mean "description"?`},
		{"unknown key of a pattern", small + "[[risk.pattern]]\nall = [\"pump\"]\nwithn = 3", `list.toml:6: the key "risk.pattern.withn" is not known; did you mean "within"?`},
		{"key far from any", small + "zzz = 1\nterms = [\"pump\"]", `list.toml:4: the key "risk.zzz" is not known; known are id, title,`},
		{"no risk", "name = \"x\"", "list.toml: there is no [[risk]]"},
		{"no id", "[[risk]]\ntitle = \"x\"\nterms = [\"pump\"]", `list.toml:1: risk "": it has no id`},
		{"no title", "[[risk]]\nid = \"x\"\nterms = [\"pump\"]", `it has no title`},
		{"nothing to find it by", small, `list.toml:1: risk "r1": there is nothing to find it by`},
		{"same id", small + "terms = [\"pump\"]\n" + small + "terms = [\"pump\"]", `list.toml:5: the id "r1" is there twice`},
		{"unknown idea", "[idea]\nswab = [\"swab\"]\n" + small + "terms = [\"@swob\"]", `list.toml:3: risk "r1": term "@swob": the idea "swob" is not known; did you mean "swab"?`},
		{"idea of itself", "[idea]\na = [\"@b\"]\nb = [\"@a\"]\n" + small + "terms = [\"@a\"]", "is made of itself"},
		{"score", small + "[[risk.pattern]]\nall = [\"pump\"]\nscore = 2.0", `list.toml:4: risk "r1", pattern "": the score is 2; give a number above 0, at most 1`},
		{"scope", small + "[[risk.pattern]]\nall = [\"pump\"]\nscope = \"page\"", `the scope is "page"; give sentence, passage or narrative`},
		{"within", small + "[[risk.pattern]]\nall = [\"pump\"]\nwithin = -1", `within is -1; give a number of words`},
		{"nothing asked for", small + "[[risk.pattern]]\nname = \"p\"", `"all" is empty`},
		{"too many ideas", small + "[[risk.pattern]]\nall = [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"]", `"all" has 7 ideas; at most 6`},
		{"unknown context", small + "[[risk.pattern]]\nall = [\"pump\"]\nignore = [\"deneid\"]", `it ignores the context "deneid"`},
		{"phrase without a word", small + "terms = [\"...\"]", "does not end in a word"},
		{"gap at the start", small + "terms = [\".. pump\"]", `needs a word before ".."`},
		{"gap at the end", small + "terms = [\"pump ..\"]", "does not end in a word"},
		{"unknown wildcard", small + "terms = [\"<doze> given\"]", "known are <number>, <date>, <time>, <dose> and <measure>"},
		{"open brace", small + "terms = [\"{a,b pump\"]", "opens a brace and does not close it"},
		{"empty alternative", small + "terms = [\"pump | \"]", "a phrase is empty"},
		{"side of a context", small + "terms = [\"pump\"]\n[[context]]\nname = \"c\"\nfactor = 0.5\nside = \"left\"\nphrases = [\"x\"]", `list.toml:5: context "c": its side is "left"`},
		{"factor of a context", small + "terms = [\"pump\"]\n[[context]]\nname = \"c\"\nfactor = 1.0\nside = \"sentence\"\nphrases = [\"x\"]", `its factor is 1`},
		{"wrong type", small + "terms = 3", "list.toml: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := knownrisk.Parse("list.toml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "reading known risks: list.toml") {
				t.Errorf("error %q does not name what was read", err)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	parsed := func(text string) *knownrisk.List {
		t.Helper()
		l, err := knownrisk.Parse("list.toml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	a, b := parsed("name = \"a\"\n"+small+"terms = [\"pump\"]"), parsed("name = \"b\"\n"+strings.ReplaceAll(small, "r1", "r2")+"terms = [\"driver\"]")
	l, err := a.Join(b)
	if err != nil {
		t.Fatal(err)
	}
	if got := []string{l.Name, l.Risks[0].ID, l.Risks[1].ID}; !cmp.Equal(got, []string{"a + b", "r1", "r2"}) {
		t.Errorf("joined to %q", got)
	}
	if _, err := a.Join(a); err == nil || !strings.Contains(err.Error(), `both have the risk "r1"`) {
		t.Errorf("one id twice gives %v", err)
	}
	if joined, err := knownrisk.Default().Join(l); err != nil || len(joined.Risks) != 17 {
		t.Errorf("the default list and two more: %v", err)
	}
}
