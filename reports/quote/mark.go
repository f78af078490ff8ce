package quote

import (
	"strings"
	"unicode"

	"psims/reports/page"
)

// word is a run of letters and digits in a text, by byte offsets.
type word struct {
	start, end int
	folded     string
}

func words(text string) []word {
	var out []word
	start := -1
	for i, r := range text {
		inside := unicode.IsLetter(r) || unicode.IsDigit(r)
		if inside && start < 0 {
			start = i
		}
		if !inside && start >= 0 {
			out = append(out, word{start, i, strings.ToLower(text[start:i])})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, word{start, len(text), strings.ToLower(text[start:])})
	}
	return out
}

// Mark splits text where one of the terms stands, for the reader's eye. A term of
// several words matches them in order, with up to three short words between, which
// terms leave out: "process installing" finds "process of installing". A word of
// four letters and more matches with up to three letters after it, so that "pump"
// finds "pumps" and "occlude" "occluded".
func Mark(text string, terms []string) []page.Span {
	patterns := Read(terms)
	found := words(text)
	var spans []page.Span
	at := 0
	for i := 0; i < len(found); i++ {
		longest := 0
		for _, p := range patterns {
			longest = max(longest, matched(found[i:], p))
		}
		if longest == 0 {
			continue
		}
		start, end := found[i].start, found[i+longest-1].end
		if start > at {
			spans = append(spans, page.Span{Text: text[at:start]})
		}
		if n := len(spans); n > 1 && spans[n-2].Marked && strings.TrimSpace(spans[n-1].Text) == "" {
			spans[n-2].Text += spans[n-1].Text + text[start:end] // marked words side by side are one mark
			spans = spans[:n-1]
		} else {
			spans = append(spans, page.Span{Text: text[start:end], Marked: true})
		}
		at = end
		i += longest - 1
	}
	if at < len(text) || len(spans) == 0 {
		spans = append(spans, page.Span{Text: text[at:]})
	}
	return spans
}

// Terms are terms that have been read, to be looked for in many texts.
type Terms [][]word

// Read reads terms. One without a letter or figure stands in no text.
func Read(terms []string) Terms {
	out := make(Terms, len(terms))
	for k, t := range terms {
		out[k] = words(strings.ReplaceAll(t, "_", " "))
	}
	return out
}

// In says which of the terms stand in a text, as [Mark] has it.
func (t Terms) In(text string) []bool {
	found := words(text)
	out := make([]bool, len(t))
	for k, p := range t {
		for i := 0; i < len(found) && !out[k]; i++ {
			out[k] = matched(found[i:], p) > 0
		}
	}
	return out
}

// The most words, and the most letters of each, that may stand between the words of a term.
const (
	maxBetween = 3
	maxShort   = 4
)

// matched gives how many of the words that begin found a pattern takes; 0 for none.
func matched(found, pattern []word) int {
	at := 0
	for i, p := range pattern {
		for between := 0; i > 0 && between < maxBetween && at < len(found) && !found[at].begins(p) && len(found[at].folded) <= maxShort; between++ {
			at++
		}
		if at == len(found) || !found[at].begins(p) {
			return 0
		}
		at++
	}
	return at
}

// begins reports whether w is the term's word, or that with an ending.
func (w word) begins(term word) bool {
	rest, ok := strings.CutPrefix(w.folded, term.folded)
	return ok && (rest == "" || len(rest) <= 3 && len(term.folded) >= 4)
}
