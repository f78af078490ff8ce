package champion_test

import (
	"hash/fnv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/models/champion"
)

// Which texts are kept out of lessons hangs on the hash of the words as they are spoken,
// in small letters with single spaces; versions that were learnt before must not meet them.
func TestSpokenHash(t *testing.T) {
	defined := func(text string) uint64 {
		h := fnv.New64a()
		h.Write([]byte(strings.ToLower(strings.Join(strings.Fields(text), " ")))) // a hash never fails to write
		return h.Sum64()
	}
	for _, text := range []string{"", " ", "Fell", "  Pt  fell\tfrom BED.\n", "Überdosis\u00a0İ K ſ", "a\xffb", "\u2003x\u0085y"} {
		if got, want := champion.SpokenHash(text), defined(text); got != want {
			t.Errorf("%q: %x, want %x", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + rapid.StringOf(rapid.SampledFrom([]rune(" \t\nAbÇß\u00a0"))).Draw(t, "more")
		if got, want := champion.SpokenHash(text), defined(text); got != want {
			t.Errorf("%q: %x, want %x", text, got, want)
		}
	})
}
