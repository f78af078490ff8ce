package spelling_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/nlp/lexicon"
	"psims/nlp/spelling"
	"psims/nlp/text"
)

func learn(t testing.TB, texts []string) *spelling.Folds {
	t.Helper()
	f, err := spelling.Default().Learn(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// among gives texts in which the word occurs forty times and each form once, in the same company.
func among(word string, forms ...string) []string {
	var texts []string
	for range 40 {
		texts = append(texts, "The patient had "+word+" in the afternoon.")
	}
	for _, form := range forms {
		texts = append(texts, "The patient had "+form+" in the afternoon.")
	}
	return texts
}

func TestFolds(t *testing.T) {
	for _, c := range []struct {
		name, word, form string
		folds            bool
	}{
		{"a letter left out", "medication", "medicaton", true},
		{"a letter left out at the end", "shoulder", "shouldr", true},
		{"a letter too many", "medication", "medicattion", true},
		{"another letter", "shoulder", "shouldar", true},
		{"neighbours swapped", "shoulder", "shuolder", true},
		{"first two swapped", "shoulder", "hsoulder", true},
		{"two slips in a long word", "observations", "obsrvatoins", true},
		{"two slips in a short word", "wrist", "wrsit", true}, // one swap
		{"two slips are too many", "injury", "inujyr", false},
		{"a misspelt medicine", "paracetamol", "paracetmol", true},
		{"two slips in a medicine", "paracetamol", "parcetmol", false},
		{"a word of a list", "chest", "crest", false},
		{"another ending", "dressing", "dressings", false},
		{"a short form", "fall", "fal", false},
		{"with figures", "covid19", "covid18", false},
		{"a unit", "tablets", "tablet5", false},
		{"two words run together", "backpacks", "backpack", false},
		{"opposite beginnings", "hypertrophied", "hypotrophied", false},
		{"opposite beginnings, both unlisted", "hyperechoics", "hypoechoics", false},
		{"another operation", "colostomy", "colotomy", false},
		{"as Americans spell it", "discovered", "discolored", false},
		{"another first letter", "shoulder", "bhoulder", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, folds := learn(t, among(c.word, c.form)).Fold(c.form)
			if folds != c.folds || folds && got != c.word {
				t.Errorf("%q folds to %q (%v)", c.form, got, folds)
			}
		})
	}
}

func TestFoldNeedsCompanyAndRarity(t *testing.T) {
	if _, ok := learn(t, among("shoulder", "shuolder")).Fold("shuolder"); !ok {
		t.Error("in the same company it does not fold")
	}
	if to, ok := learn(t, append(among("shoulder"), "A shuolder of lamb")).Fold("shuolder"); ok {
		t.Errorf("in other company it folds to %q", to)
	}
	if to, ok := learn(t, append(among("shoulder"), among("shuolder")[:20]...)).Fold("shuolder"); ok {
		t.Errorf("half as frequent, it folds to %q", to)
	}
	two := append(among("sprained"), among("strained")...)
	if to, ok := learn(t, append(two, "The patient had srained in the afternoon.")).Fold("srained"); ok {
		t.Errorf("as near to two words, it folds to %q", to)
	}
}

// TestLookAlikesAreNeverFolded puts every medicine near another, and every name of
// the reported mix-ups, into the other's place.
func TestLookAlikesAreNeverFolded(t *testing.T) {
	groups := []string{
		"hydralazine hydroxyzine", "prednisone prednisolone", "carbamazepine carbimazole", "vincristine vinblastine", "ephedrine epinephrine",
		"cefuroxime cefotaxime", "quinine quinidine", "penicillamine penicillin", "clobazam clonazepam", "novorapid novomix", "losec lasix",
		"sulfadiazine sulfasalazine", "daunorubicin doxorubicin", "nicardipine nifedipine", "lorazepam loprazolam", "ganciclovir aciclovir",
	}
	drugs := lexicon.Words(lexicon.Drug)
	for _, group := range groups {
		names := strings.Fields(group)
		for _, a := range names {
			for _, b := range names {
				if to, ok := learn(t, among(a, b)).Fold(b); ok && a != b {
					t.Errorf("%s folds to %s", b, to)
				}
			}
		}
	}
	texts := among(drugs[0])
	for i, d := range drugs { // one often, the next one once, in the same company
		if i%2 == 0 {
			texts = append(texts, among(d)...)
		} else {
			texts = append(texts, among(drugs[0], d)[40:]...)
		}
	}
	f := learn(t, texts)
	for _, d := range drugs {
		if to, ok := f.Fold(d); ok {
			t.Errorf("%s folds to %s", d, to)
		}
	}
	// A form between two medicines is nobody's misspelling.
	if to, ok := learn(t, among("prednisolone", "prednisolne")).Fold("prednisolne"); ok && to != "prednisolone" {
		t.Errorf("folds to %s", to)
	}
	if to, ok := learn(t, among("quinine", "quinidne")).Fold("quinidne"); ok {
		t.Errorf("between quinine and quinidine, it folds to %s", to)
	}
}

func TestCuratedList(t *testing.T) {
	f := spelling.Curated()
	for form, want := range map[string]string{"anesthetist": "anaesthetist", "diarhoea": "diarrhoea", "pediatric": "paediatric", "unconcious": "unconscious", "ward": "ward"} {
		if got, _ := f.Fold(form); got != want {
			t.Errorf("%s folds to %s, want %s", form, got, want)
		}
	}
	for form, to := range f.Snapshot() {
		if text.Fold(form) != form || text.Fold(to) != to || lexicon.Of(to) == 0 {
			t.Errorf("%q for %q is not in folded form, or the word is on no list", form, to)
		}
		if lexicon.Of(form).Has(lexicon.Drug) {
			t.Errorf("%q is a medicine", form)
		}
	}
}

func TestRestore(t *testing.T) {
	f := learn(t, among("shoulder", "shouldr"))
	back, err := spelling.Restore(f.Snapshot())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.Snapshot(), back.Snapshot()); diff != "" {
		t.Error(diff)
	}
	for name, bad := range map[string]map[string]string{
		"a chain":        {"sholder": "shouldr", "shouldr": "shoulder"},
		"a look-alike":   {"hydroxyzine": "hydralazine"},
		"not folded":     {"Shouldr": "shoulder"},
		"an empty word":  {"shouldr": ""},
		"an empty form":  {"": "shoulder"},
		"a word itself":  {"shoulder": "shoulder"},
		"capital target": {"shouldr": "Shoulder"},
	} {
		if _, err := spelling.Restore(bad); err == nil {
			t.Errorf("%s: restored all the same", name)
		}
	}
}

func TestLearnRefuses(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := spelling.Default().Learn(ctx, []string{"fell"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	for _, c := range []spelling.Config{{}, {MinCount: 5, Ratio: 1, Letters: 5, Long: 9}, {MinCount: 5, Ratio: 8, Letters: 2, Long: 9}, {MinCount: 5, Ratio: 8, Letters: 5, Long: 5}, {MinCount: 5, Ratio: 8, Letters: 5, Long: 9, Context: 2}} {
		if _, err := c.Learn(context.Background(), nil); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
}

// slip makes one slip of the finger in a word.
func slip(chance *rand.Rand, w string) string {
	at := 1 + chance.IntN(len(w)-2)
	letter := string(rune('a' + chance.IntN(26)))
	switch chance.IntN(4) {
	case 0:
		return w[:at] + w[at+1:]
	case 1:
		return w[:at] + letter + w[at:]
	case 2:
		return w[:at] + letter + w[at+1:]
	}
	return w[:at] + w[at+1:at+2] + w[at:at+1] + w[at+2:]
}

// slips writes invented narratives and the same with one word in a hundred
// misspelt, and says what was meant.
func slips(seed uint64, n int) (texts []string, meant map[string]string) {
	who := strings.Fields("patient resident mother child visitor porter nurse gentleman")
	did := strings.Fields("complained reported suffered received developed required sustained described")
	what := strings.Fields("shoulder abdominal medication dressing laceration observations antibiotics assessment breathing treatment bandage catheter swelling injection infusion bruising headache discharge prescription transfer")
	where := strings.Fields("ward theatre corridor bathroom bedroom kitchen clinic department reception garden")
	chance := rand.New(rand.NewPCG(seed, 1))
	meant = map[string]string{}
	pick := func(words []string) string {
		w := words[chance.IntN(len(words))]
		if chance.IntN(100) > 0 || len(w) < 5 {
			return w
		}
		form := slip(chance, w)
		if form != w {
			meant[form] = w
		}
		return form
	}
	for range n {
		texts = append(texts, fmt.Sprintf("The %s %s %s in the %s.", pick(who), pick(did), pick(what), pick(where)))
	}
	return texts, meant
}

// TestInventedMisspellings measures how many slips are found and how many folds are right.
func TestInventedMisspellings(t *testing.T) {
	found, right, all := 0, 0, 0
	for seed := range uint64(5) {
		texts, meant := slips(seed, 6000)
		f := learn(t, texts)
		curated := spelling.Curated()
		all += len(meant)
		for form, to := range f.Snapshot() {
			if _, listed := curated.Fold(form); listed && meant[form] == "" {
				continue
			}
			found++
			if meant[form] == to {
				right++
			} else {
				t.Logf("%q folds to %q, %q was meant", form, to, meant[form])
			}
		}
	}
	precision, recall := float64(right)/float64(found), float64(right)/float64(all)
	t.Logf("%d forms misspelt, %d folded, %d of them rightly: precision %.3f, recall %.3f", all, found, right, precision, recall)
	if precision < .98 || recall < .7 {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
}

func TestFoldsAreSafe(t *testing.T) {
	words := strings.Fields("shoulder shouldr shuolder medication medicaton prednisolone prednisone predniselone hydroxyzine hydroxizine 5mg pain,  the a hypotension hypertension wrist wirst é")
	rapid.Check(t, func(t *rapid.T) {
		var texts []string
		for range rapid.IntRange(1, 30).Draw(t, "texts") {
			texts = append(texts, strings.Repeat(strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words"), " ")+" ", rapid.IntRange(1, 20).Draw(t, "times")))
		}
		f, err := spelling.Default().Learn(context.Background(), texts)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := spelling.Restore(f.Snapshot()); err != nil {
			t.Fatal(err)
		}
		reversed := slices.Clone(texts)
		slices.Reverse(reversed)
		again, err := spelling.Default().Learn(context.Background(), reversed)
		if err != nil || !cmp.Equal(f.Snapshot(), again.Snapshot()) {
			t.Fatalf("in another order of the texts, other forms fold (%v)", err)
		}
		for form := range f.Snapshot() {
			if lexicon.Of(form).Has(lexicon.Drug) {
				t.Fatalf("the medicine %q folds", form)
			}
		}
	})
}

func ExampleConfig_Learn() {
	var texts []string
	for range 20 {
		texts = append(texts, "Pain in the left shoulder.")
	}
	texts = append(texts, "Pain in the left shouldr.")
	folds, _ := spelling.Default().Learn(context.Background(), texts)
	fmt.Println(folds.Fold("shouldr"))
	fmt.Println(folds.Fold("anesthetist"))
	// Output:
	// shoulder true
	// anaesthetist true
}

func BenchmarkLearn(b *testing.B) {
	texts, _ := slips(1, 20000)
	bytes := 0
	for _, t := range texts {
		bytes += len(t)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := spelling.Default().Learn(context.Background(), texts); err != nil {
			b.Fatal(err)
		}
	}
}
