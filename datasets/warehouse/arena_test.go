package warehouse

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestArenaKeepsTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a arena
		var want, got []string
		for range rapid.IntRange(1, 200).Draw(t, "texts") {
			text := rapid.SampledFrom([]int{0, 1, 100, arenaSize/8 - 1, arenaSize / 8, arenaSize/8 + 1, arenaSize + 1}).Draw(t, "length")
			s := strings.Repeat(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "letter"), text)
			want, got = append(want, s), append(got, a.keep(s))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("text %d is no longer what was kept", i)
			}
		}
	})
}

// A text takes no piece of memory of its own.
func TestArenaAsksForMemorySeldom(t *testing.T) {
	const texts = 10_000
	text := strings.Repeat("x", 300)
	var a arena
	if n := testing.AllocsPerRun(1, func() {
		for range texts {
			a.keep(text)
		}
	}); n > texts*300/arenaSize+2 {
		t.Errorf("%v pieces of memory for %d texts", n, texts)
	}
}
