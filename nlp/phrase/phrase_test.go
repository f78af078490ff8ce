package phrase_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jdkato/prose/v2"
	"pgregory.net/rapid"

	"psims/nlp/phrase"
)

func texts(chunks []phrase.Chunk) []string {
	var out []string
	for _, c := range chunks {
		out = append(out, c.Text)
	}
	return out
}

func TestTags(t *testing.T) {
	var got []string
	for _, tok := range phrase.Shared().Tags("The nurse didn't give Mary's insulin.") {
		got = append(got, tok.Text+"/"+tok.Tag)
	}
	want := []string{"The/DT", "nurse/NN", "did/VBD", "n't/RB", "give/VB", "Mary/NNP", "'s/POS", "insulin/NN", "./."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNounPhrases(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"adjectives before nouns":     {"The infusion pump gave a false low battery alarm.", []string{"infusion pump", "false low battery alarm"}},
		"an adjective alone is none":  {"He was unwell.", nil},
		"a hyphen stays in the word":  {"She was given co-amoxiclav in the wrong dose.", []string{"co-amoxiclav", "wrong dose"}},
		"nothing in, nothing out":     {"", nil},
		"only spaces and marks":       {" , . ! ", nil},
		"bytes that are not UTF-8":    {"pump \xff\xfe failed", []string{"pump"}},
		"the last noun ends a phrase": {"the wrong patient", []string{"wrong patient"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, texts(phrase.Shared().NounPhrases(c.text))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNounPhrasesWithin(t *testing.T) {
	got := texts(phrase.Shared().NounPhrasesWithin("The new battery door came open.", 2))
	if diff := cmp.Diff([]string{"new battery", "battery", "battery door", "door"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNames(t *testing.T) {
	got := texts(phrase.Shared().Names("The ward sister told John Smith that the pump had failed."))
	if diff := cmp.Diff([]string{"John Smith"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAgreesWithProse holds our arithmetic against the library that trained the
// weights, on sentences that both split alike.
func TestAgreesWithProse(t *testing.T) {
	const text = "The patient was found on the floor beside the bed . She had fallen while walking to the toilet without her frame . " +
		"The nurse in charge was informed and a doctor reviewed her at once . No injury was seen but the left hip was painful . " +
		"An X-ray showed a fracture . The family was told by the consultant . The syringe driver had stopped during the night because its battery was flat ."
	doc, err := prose.NewDocument(text, prose.WithSegmentation(false), prose.WithExtraction(false))
	if err != nil {
		t.Fatal(err)
	}
	theirs, ours := doc.Tokens(), phrase.Shared().Tags(text)
	if len(theirs) != len(ours) {
		t.Fatalf("prose finds %d tokens, we find %d", len(theirs), len(ours))
	}
	// prose gives each repeat of a word the tag of the last, so only words that occur once can be held against it.
	count := map[string]int{}
	for _, tok := range ours {
		count[tok.Text]++
	}
	compared := 0
	for i, tok := range ours {
		if count[tok.Text] > 1 {
			continue
		}
		if compared++; tok.Tag != theirs[i].Tag {
			t.Errorf("%q: prose says %s, we say %s", tok.Text, theirs[i].Tag, tok.Tag)
		}
	}
	if compared < 30 {
		t.Errorf("only %d words compared", compared)
	}
}

func TestAnyBytesGiveTokensOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		checkTokens(t, text)
	})
	rapid.Check(t, func(t *rapid.T) {
		checkTokens(t, strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"the", "Dr", "Zoë", "n't", "'s", "can't", "-", "--", "’s", "x-ray", "5.5", " ", "\n", "'", "é"})).Draw(t, "words"), ""))
	})
}

type fataler interface {
	Fatalf(format string, args ...any)
}

func checkTokens(t fataler, text string) {
	end := 0
	for _, tok := range phrase.Shared().Tags(text) {
		if tok.Start < end || tok.End <= tok.Start || text[tok.Start:tok.End] != tok.Text || tok.Tag == "" {
			t.Fatalf("token %+v of %q", tok, text)
		}
		end = tok.End
	}
	for _, c := range append(phrase.Shared().NounPhrases(text), phrase.Shared().Names(text)...) {
		if text[c.Start:c.End] != c.Text || c.Text == "" {
			t.Fatalf("chunk %+v of %q", c, text)
		}
	}
}

func FuzzTags(f *testing.F) {
	f.Add("The nurse didn't give Mary's insulin.")
	f.Add("\xff'\xfes -")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip()
		}
		checkTokens(t, text)
	})
}

func BenchmarkTags(b *testing.B) {
	const text = "The patient was found on the floor beside the bed and the nurse in charge was informed at once."
	phrase.Shared()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		phrase.Shared().Tags(text)
	}
}
