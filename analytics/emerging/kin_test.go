package emerging_test

import (
	"slices"
	"testing"

	"psims/analytics/emerging"
	"psims/datasets/incident"
	"psims/nlp/features"
)

// besides gives a stream in which two words and a rarer one stand between the same
// words, most of which have no content, and others do not.
func besides(t testing.TB) (*emerging.Stream, *features.Terms) {
	var texts []string
	say := func(times int, text string) {
		for range times {
			texts = append(texts, text)
		}
	}
	say(60, "He hurt his wrist and went home.")
	say(20, "Her wrist is swollen.")
	say(40, "She hurt her elbow and went home.")
	say(20, "His elbow is swollen.")
	say(6, "He hurt his ankle and went home.")
	say(6, "Her ankle is swollen.")
	say(60, "The pump of the ward stopped.")
	say(3, "A wrist pump stopped.") // what few reports tell is no kind
	s := &emerging.Stream{}
	for i := range texts {
		s.Day, s.Organisation = append(s.Day, start+incident.Day(i)), append(s.Organisation, 1)
	}
	return s, tell(t, s, texts)
}

// TestWordsOfAKind: words that stand between the same words are of a kind.
func TestWordsOfAKind(t *testing.T) {
	s, terms := besides(t)
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	kindOf := func(word string) (out []string) {
		for _, r := range se.KindOf(terms.Lookup(word), start+400) {
			out = append(out, terms.Name(r))
		}
		return out
	}
	if got := kindOf("wrist"); !slices.Equal(slices.Sorted(slices.Values(got)), []string{"ankl", "elbow"}) {
		t.Errorf("of the kind of wrist are %v", got)
	}
	if got := kindOf("pump"); slices.Contains(got, "wrist") || slices.Contains(got, "elbow") {
		t.Errorf("of the kind of pump are %v", got)
	}
}

// TestKindIsTheSameOnAnyWay: what is of a kind on a day does not depend on the days
// that were asked for before.
func TestKindIsTheSameOnAnyWay(t *testing.T) {
	s, terms := besides(t)
	wrist := terms.Lookup("wrist")
	once, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	want := once.KindOf(wrist, start+150)
	if len(want) == 0 {
		t.Fatal("nothing is of the kind of wrist")
	}
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []incident.Day{90, 130, 150, 400, 150} {
		got := se.KindOf(wrist, start+day)
		if day == 150 && !slices.Equal(got, want) {
			t.Errorf("of the kind of wrist are %v, asked at once %v", got, want)
		}
	}
}
