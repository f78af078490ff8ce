package features

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"psims/nlp/spelling"
)

// Snapshot is all of a [Space] as plain slices, to be kept in a file.
type Snapshot struct {
	Config  Config
	Texts   int       // it was learnt from
	Words   []byte    // stems, each followed by a line feed; word i is on line i
	Phrases []uint64  // high half: phrase before the last word, −1 for one word, −2 for one of a last sentence; low half: the word
	Columns []int32   // by phrase: its column, or −1 if it only leads to others
	Pieces  []uint64  // by column after those of phrases: the bytes of the piece, the last lowest
	Docs    []int32   // by column: training texts that hold it
	Weights []float32 // by column
}

// Snapshot gives the space as plain slices, which must not be written to.
func (s *Space) Snapshot() Snapshot {
	var words bytes.Buffer
	for w := range s.words.Len() {
		words.WriteString(s.words.String(int32(w)))
		words.WriteByte('\n')
	}
	return Snapshot{
		Config: s.config, Texts: s.texts, Words: words.Bytes(), Phrases: s.phrases.keys, Columns: s.column,
		Pieces: s.pieces.keys, Docs: s.docs, Weights: s.weights,
	}
}

// Restore gives the space of a snapshot; it keeps the slices. Errors: anything that
// no space could have given.
func Restore(n Snapshot) (*Space, error) {
	fail := func(what string, args ...any) (*Space, error) {
		return nil, fmt.Errorf("restoring features: "+what, args...)
	}
	if err := n.Config.Validate(); err != nil {
		return nil, fmt.Errorf("restoring features: %w", err)
	}
	if _, err := spelling.Restore(n.Config.Terms.Text.Spellings); err != nil {
		return nil, fmt.Errorf("restoring features: %w", err)
	}
	s := &Space{config: n.Config, texts: n.Texts, column: n.Columns, docs: n.Docs, weights: n.Weights}
	for line := range strings.Lines(string(n.Words)) {
		word, ok := strings.CutSuffix(line, "\n")
		if id := s.words.Intern(word); !ok || int(id) != s.words.Len()-1 {
			return fail("word %d, %q, is not whole or comes twice", s.words.Len(), word)
		}
		if s.words.Len() > len(n.Phrases) {
			return fail("more words than the %d phrases", len(n.Phrases))
		}
	}
	if err := s.restorePhrases(n.Phrases); err != nil {
		return fail("%w", err)
	}
	s.index()
	for w, id := range s.single {
		if id < 0 {
			return fail("word %d is no phrase", w)
		}
	}
	if len(n.Pieces) > 0 && n.Config.Pieces.Max == 0 {
		return fail("%d pieces of words, which the settings leave out", len(n.Pieces))
	}
	for i, key := range n.Pieces {
		if id, _ := s.pieces.intern(key); int(id) != i {
			return fail("piece %d comes twice", i)
		}
	}
	if s.Len() == 0 || len(n.Docs) != s.Len() || len(n.Weights) != s.Len() {
		return fail("%d features with %d counts and %d weights", s.Len(), len(n.Docs), len(n.Weights))
	}
	for j, w := range n.Weights {
		if !(w >= 0) || math.IsInf(float64(w), 0) {
			return fail("the weight of feature %d is %v", j, w)
		}
	}
	return s, nil
}

func (s *Space) restorePhrases(keys []uint64) error {
	if len(s.column) != len(keys) {
		return fmt.Errorf("%d columns for %d phrases", len(s.column), len(keys))
	}
	for i, key := range keys {
		before, last := phraseParts(key)
		if before < lastWord || int(before) >= i || last < 0 || int(last) >= s.words.Len() {
			return fmt.Errorf("phrase %d continues phrase %d with word %d of %d", i, before, last, s.words.Len())
		}
		if id, _ := s.phrases.intern(key); int(id) != i {
			return fmt.Errorf("phrase %d comes twice", i)
		}
	}
	features := 0
	for _, j := range s.column {
		if j >= 0 {
			features++
		}
	}
	taken := make([]bool, features)
	for i, j := range s.column {
		if j < -1 || int(j) >= features || j >= 0 && taken[j] {
			return fmt.Errorf("column %d of phrase %d is taken or out of range", j, i)
		}
		if j >= 0 {
			taken[j] = true
		}
	}
	return nil
}
