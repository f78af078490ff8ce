package lexicon_test

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/nlp/lexicon"
)

func TestOf(t *testing.T) {
	for word, want := range map[string]lexicon.Class{
		"paracetamol": lexicon.Drug, "clexane": lexicon.Drug, "alaris": lexicon.Device, "datix": lexicon.Device, "parkinsons": lexicon.Eponym,
		"leeds": lexicon.Place, "uti": lexicon.Abbreviation, "catheterised": lexicon.Clinical, "floor": lexicon.Word, "susan": lexicon.Given,
		"patel": lexicon.Surname, "lumen": lexicon.Ambiguous, "dr": lexicon.Title, "nurse": lexicon.Role, "patient": lexicon.Subject,
		"daughter": lexicon.Relation, "apologised": lexicon.Says, "was": lexicon.Auxiliary, "agitated": lexicon.State, "syndrome": lexicon.FindingHead,
		"catheter": lexicon.ThingHead, "hospital": lexicon.PlaceHead, "to": lexicon.CueEnd, "guillain": lexicon.PhraseStart,
	} {
		if got := lexicon.Of(word); !got.Has(want) {
			t.Errorf("%s is %v, want %v among it", word, got, want)
		}
		if lexicon.Of(word) != lexicon.OfBytes([]byte(word)) {
			t.Errorf("%s: Of and OfBytes differ", word)
		}
	}
	if got := lexicon.Of("xqzzy"); got != 0 || got.String() != "none" {
		t.Errorf("a word on no list is %v", got)
	}
}

// TestFirmNames keeps apart names that stand by themselves and names that are
// something else as well.
func TestFirmNames(t *testing.T) {
	for _, w := range strings.Fields("susan peter mohammed niamh krzysztof oluwaseun harpreet john mary ben") {
		if !lexicon.Of(w).FirmGiven() {
			t.Errorf("%s is %v, want a firm given name", w, lexicon.Of(w))
		}
	}
	for _, w := range strings.Fields("smith patel kowalczyk okonkwo nguyen jones") {
		if !lexicon.Of(w).FirmSurname() {
			t.Errorf("%s is %v, want a firm surname", w, lexicon.Of(w))
		}
	}
	for _, w := range strings.Fields("rose grace will may mark bell ward young black price hope dean field hill parkinson foley baxter lincoln li jo nan brian") {
		if c := lexicon.Of(w); !c.Has(lexicon.Name) || c.FirmGiven() || c.FirmSurname() {
			t.Errorf("%s is %v, want a name that needs more", w, c)
		}
	}
}

// TestEveryClassHasANameAndWords walks the one table of classes.
func TestEveryClassHasANameAndWords(t *testing.T) {
	seen := map[string]bool{}
	for bit := range 32 {
		c := lexicon.Class(1) << bit
		words := lexicon.Words(c)
		if len(words) == 0 {
			if c.String() != "none" {
				t.Errorf("class %v has no words", c)
			}
			continue
		}
		if name := c.String(); name == "none" || strings.Contains(name, "+") || seen[name] {
			t.Errorf("class %d is called %q", bit, name)
		}
		seen[c.String()] = true
		if !slices.IsSorted(words) {
			t.Errorf("the words of %v are not sorted", c)
		}
	}
	if len(seen) != 22 {
		t.Errorf("%d classes have words, want 22", len(seen))
	}
}

// TestListsAreFolded: a word that folding changes would never be found.
func TestListsAreFolded(t *testing.T) {
	for _, w := range lexicon.Words(^lexicon.Class(0)) {
		if got := string(lexicon.Fold(nil, w)); got != w && !strings.ContainsAny(w, "'-&+/") {
			t.Errorf("%q folds to %q", w, got)
		}
	}
}

func TestDrugLike(t *testing.T) {
	for w, want := range map[string]bool{
		"zanubrutinib": true, "mirikizumab": true, "delafloxacin": true, "olanzapine": true, "imlifidase": false, "michael": false, "fitzgerald": false, "statin": false,
	} {
		if got := lexicon.DrugLike(w); got != want {
			t.Errorf("DrugLike(%s) = %v", w, got)
		}
	}
}

func TestCuesAndPhrases(t *testing.T) {
	for _, c := range lexicon.Cues() {
		if len(c.Words) == 0 || !lexicon.Of(c.Words[len(c.Words)-1]).Has(lexicon.CueEnd) {
			t.Errorf("cue %v has no marked end", c.Words)
		}
	}
	for _, p := range lexicon.Phrases() {
		if len(p) < 2 || !lexicon.Of(p[0]).Has(lexicon.PhraseStart) {
			t.Errorf("phrase %v is one word or has no marked start", p)
		}
	}
}

func TestExpansions(t *testing.T) {
	all := lexicon.Expansions()
	for short, word := range all {
		if !lexicon.Of(short).Has(lexicon.Abbreviation) || short == word || all[word] != "" {
			t.Errorf("%q for %q is no short form, or stands for another", short, word)
		}
	}
	if all["pt"] != "patient" || all["#"] != "fracture" {
		t.Errorf("pt is %q, # is %q", all["pt"], all["#"])
	}
	all["pt"] = ""
	if lexicon.Expansions()["pt"] == "" {
		t.Error("a caller can change the list")
	}
}

func TestNegations(t *testing.T) {
	reach := map[string]lexicon.Reach{}
	for _, n := range lexicon.Negations() {
		reach[strings.Join(n.Words, " ")] = n.Reach
	}
	for phrase, want := range map[string]lexicon.Reach{"no evidence of": lexicon.Forward, "ruled out": lexicon.Backward, "but": lexicon.Stop} {
		if got, ok := reach[phrase]; !ok || got != want {
			t.Errorf("%q reaches %v (listed: %v), want %v", phrase, got, ok, want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Smith": "smith", "O'Neill": "oneill", "O’Neill": "oneill", "Zoë": "zoe", "Łukasz": "lukasz", "Straße": "strasse", "Sørensen": "sorensen",
		"M\xfcller": "muller", "Su\u00adsan": "susan", "Cofie\u0301": "cofie", "": "", "12A": "12a", "co-amoxiclav": "co-amoxiclav",
	} {
		if got := string(lexicon.Fold(nil, in)); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := lexicon.Fold(nil, string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		if twice := lexicon.Fold(nil, string(once)); string(twice) != string(once) {
			t.Fatalf("%q folds on to %q", once, twice)
		}
	})
}

func Example() {
	c := lexicon.Of(string(lexicon.Fold(nil, "Clexane")))
	fmt.Println(c, c.Has(lexicon.Drug))
	// Output: drug true
}

func BenchmarkOf(b *testing.B) {
	words := strings.Fields("patient was found on the floor beside bed by nurse susan patel who gave paracetamol")
	for i := 0; b.Loop(); i++ {
		lexicon.Of(words[i%len(words)])
	}
}

// The long lists speak where no other does: no name and no word is on them too.
func TestLongListsStandApart(t *testing.T) {
	for name, words := range map[string]iter.Seq[string]{"rare names": lexicon.RareNames(), "scarce words": lexicon.ScarceWords()} {
		last, n := "", 0
		for w := range words {
			if w <= last {
				t.Fatalf("%s: %q stands behind %q", name, w, last)
			}
			last = w
			n++
			if c := lexicon.Of(w); c.Has(lexicon.Name | lexicon.Word | lexicon.Drug | lexicon.Device) {
				t.Errorf("%s: %q is %v", name, w, c)
			}
		}
		if n < 40000 {
			t.Errorf("%s: only %d", name, n)
		}
	}
	if !slices.Contains(lexicon.ShortForms("william"), "bill") || lexicon.ShortForms("no name") != nil {
		t.Error("short forms")
	}
}
