package knownrisk_test

import (
	"reflect"
	"testing"
	"unicode/utf8"

	"psims/analytics/knownrisk"
)

// FuzzParse: no file makes the loader panic, and what it takes can be watched.
func FuzzParse(f *testing.F) {
	f.Add([]byte(knownrisk.Template()))
	f.Add([]byte(patterns))
	f.Add([]byte(small + "terms = [\"{a,b} .. c + <dose>\"]"))
	f.Add([]byte("[idea]\na = [\"@a\"]\n" + small + "terms = [\"@a\"]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := knownrisk.Parse("fuzz.toml", data)
		if err != nil {
			return
		}
		w, err := l.Watch(knownrisk.DefaultConfig())
		if err != nil {
			t.Skip(err)
		}
		w.Match(nil, "Swab retained in the abdomen, 10 units given instead of 1 unit.")
	})
}

// FuzzMatch: hits of any text lie in it, in order of score, and are the same twice.
func FuzzMatch(f *testing.F) {
	w, err := knownrisk.Default().Watch(knownrisk.Config{Likeness: true})
	if err != nil {
		f.Fatal(err)
	}
	for _, l := range readLines(f, "narratives/first.jsonl")[:40] {
		f.Add(l.Text)
	}
	f.Add("swab\x00retained \xff\xfe in ab\u00addo\u200bmen\n\n[NAME] Swab. retained")
	f.Fuzz(func(t *testing.T, s string) {
		hits := w.Match(nil, s)
		for i, h := range hits {
			if h.Score <= 0 || h.Score > 1 || i > 0 && h.Score > hits[i-1].Score || len(h.Reasons) == 0 {
				t.Fatalf("hit %d: %+v", i, h)
			}
			for _, r := range h.Reasons {
				if r.Span.Start >= r.Span.End || r.Sentence.Start > r.Span.Start || r.Span.End > r.Sentence.End || int(r.Sentence.End) > len(s) {
					t.Fatalf("reason %+v of a text of %d bytes", r, len(s))
				}
				if utf8.ValidString(s) && !utf8.ValidString(r.Span.In(s)) {
					t.Fatalf("reason %+v cuts a letter", r)
				}
			}
		}
		if again := w.Match(nil, s); !reflect.DeepEqual(hits, again) {
			t.Fatalf("twice: %+v and %+v", hits, again)
		}
	})
}
