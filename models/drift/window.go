package drift

import (
	"cmp"
	"fmt"
	"slices"

	"psims/nlp/text"
)

// Window is recent texts, summed up and read against a reference.
type Window struct {
	ref    *Reference
	reader *text.Analyser
	terms  []text.Term
	seen   []sight // by the number of the reader's dictionary
	row    int
	sums   sums
}

// sight is what a window has seen of one word.
type sight struct {
	known         bool
	tokens, texts int64
	row           int            // the row that last held it
	senders       map[string]int // of an unknown word: texts by organisation
}

// Window makes an empty window to be set against the reference, which must not be
// added to from then on. Blocks of its rows are not used.
func (r *Reference) Window() *Window {
	return &Window{ref: r, reader: newReader(), sums: newSums(len(r.names))}
}

// look gives what was seen of a word.
func (w *Window) look(id int32) *sight {
	for int(id) >= len(w.seen) {
		at := w.ref.reader.Dictionary().Lookup(w.reader.Dictionary().String(int32(len(w.seen))))
		known := at >= 0 && int(at) < len(w.ref.words) && w.ref.words[at].tokens > 0
		w.seen = append(w.seen, sight{known: known})
	}
	return &w.seen[id]
}

// Add counts a row. Panics as [Reference.Add] does.
func (w *Window) Add(row Row) {
	checkRow(row, len(w.ref.names))
	w.terms = w.reader.Terms(w.terms[:0], row.Text)
	w.row++
	distinct := 0
	for _, t := range w.terms {
		s := w.look(t.ID)
		s.tokens++
		if s.row == w.row {
			continue
		}
		s.row = w.row
		s.texts++
		distinct++
		if !s.known {
			if s.senders == nil {
				s.senders = map[string]int{}
			}
			s.senders[row.Organisation]++
		}
	}
	w.sums.count(row, len(w.terms), distinct)
}

// unknown gives the tokens, and the words counted once a text, that the reference does not hold.
func (w *Window) unknown() (tokens, words int64) {
	for _, s := range w.seen {
		if !s.known {
			tokens += s.tokens
			words += s.texts
		}
	}
	return tokens, words
}

// Word is a word that the reference does not hold.
type Word struct {
	Word          string  `json:"word"`
	Count         int     `json:"count"`
	Texts         int     `json:"texts"`
	Organisations int     `json:"organisations"`
	LargestShare  float64 `json:"largest_share"` // of its texts that one organisation sent: near 1 it is that sender's habit
}

// String says it in words.
func (w Word) String() string {
	count := func(n int, what string) string {
		if n == 1 {
			return "1 " + what
		}
		return fmt.Sprintf("%d %ss", n, what)
	}
	return fmt.Sprintf("%s (%s of %s)", w.Word, count(w.Texts, "text"), count(w.Organisations, "organisation"))
}

// words lists the unknown words, those of most organisations first, then of most texts.
func (w *Window) words(c Config) []Word {
	var out []Word
	for id, s := range w.seen {
		if s.known || int(s.texts) < c.WordTexts || len(s.senders) < c.Senders {
			continue
		}
		most := 0
		for _, n := range s.senders {
			most = max(most, n)
		}
		out = append(out, Word{w.reader.Dictionary().String(int32(id)), int(s.tokens), int(s.texts), len(s.senders), float64(most) / float64(s.texts)})
	}
	slices.SortFunc(out, func(a, b Word) int {
		return cmp.Or(b.Organisations-a.Organisations, b.Texts-a.Texts, cmp.Compare(a.Word, b.Word))
	})
	return out[:min(c.Words, len(out))]
}
