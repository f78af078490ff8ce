package text_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/nlp/text"
)

func TestPieces(t *testing.T) {
	const s = "line left  in, line\nleft out, line left in"
	got := text.Pieces(s, []text.Span{{Start: 30, End: 42}, {Start: 25, End: 28}, {Start: 14, End: 15}, {Start: 0, End: 13}})
	if d := cmp.Diff([]string{"line left in", "out"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got := text.Pieces(s, nil); got != nil {
		t.Errorf("%q of no span", got)
	}
}
