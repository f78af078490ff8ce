package redact_test

import (
	"bytes"
	"flag"
	"hash/fnv"
	"os"
	"testing"

	"psims/nlp/redact"
	"psims/nlp/redact/redacttest"
)

var learn = flag.Bool("learn", false, "write the weights of the tagger of names anew")

// lessons are the invented texts of redacttest, and published texts without names
// that teach what is none: every other one of those, by a hash; on the others the
// gate is measured. The labels of the national code lists are no names either.
func lessons(t *testing.T) []redact.Lesson {
	out := redacttest.Lessons(1, 24)
	for _, c := range realTexts {
		for _, text := range column(t, c.path, c.column) {
			if taught(text) {
				out = append(out, redact.Lesson{Text: text})
			}
		}
	}
	for _, label := range column(t, "domain/lfpse_v5_codes.csv", "display") {
		out = append(out, redact.Lesson{Text: label})
	}
	return out
}

// taught reports whether a published text is one of those that the tagger learns from.
func taught(text string) bool {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()>>9&1 == 0
}

// TestTaggerIsWhatWasLearnt: the weights that are shipped are those that the lessons give.
func TestTaggerIsWhatWasLearnt(t *testing.T) {
	if testing.Short() {
		t.Skip("Learning takes half a minute.")
	}
	got := redact.Learn(lessons(t), 1)
	const path = "list/tagger.bin"
	if *learn {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the lessons or the features have changed: write the weights with go test -run TaggerIsWhat ./nlp/redact -args -learn")
	}
}
