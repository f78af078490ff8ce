package features

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"psims/internal/parallel"
	"psims/nlp/sparse"
	"psims/nlp/text"
)

// CountConfig says which terms [Count] counts.
type CountConfig struct {
	Text            text.Config
	Words           int  // longest phrase, in words: 1 counts words only, 2 also pairs of neighbours, at most 5
	AcrossSentences bool // phrases may reach over the end of a sentence; they never reach over a placeholder's if false
	LastSentence    bool // count the words of a text's last sentence once more, as terms of their own, if it has two or more
}

// DefaultCount counts stemmed words and pairs of neighbouring words, without
// figures and stop words.
func DefaultCount() CountConfig { return CountConfig{Text: text.Default(), Words: 2} }

// Validate says what is wrong with the settings, if anything.
func (c CountConfig) Validate() error {
	if c.Words < 1 || c.Words > 5 {
		return fmt.Errorf("features: phrases of up to %d words: give 1 to 5", c.Words)
	}
	return nil
}

// Terms names the columns of a count. Terms are numbered in the order in which
// they first appear, reading the texts from the first to the last: so the terms
// of a prefix of the texts are a prefix of the terms.
type Terms struct {
	words    text.Dictionary
	spelling []string // by word: how it was first written, folded
	phrases  table
}

// Len gives the number of terms.
func (t *Terms) Len() int { return len(t.phrases.keys) }

// Words gives the number of words of term id.
func (t *Terms) Words(id int32) int {
	n := 1
	for before, _ := phraseParts(t.phrases.keys[id]); before >= 0; before, _ = phraseParts(t.phrases.keys[before]) {
		n++
	}
	return n
}

// Name gives term id as its stems with a space between, such as "chest drain".
// A word counted for being in a last sentence has "last:" before it.
func (t *Terms) Name(id int32) string { return spell(t.phrases.keys, id, t.words.String) }

// Shown is Name with each word as it was first written instead of its stem, for
// people to read.
func (t *Terms) Shown(id int32) string {
	return spell(t.phrases.keys, id, func(w int32) string { return t.spelling[w] })
}

// spell writes phrase id of a table's keys with the given spelling of words.
func spell(keys []uint64, id int32, word func(int32) string) string {
	before, last := phraseParts(keys[id])
	switch before {
	case oneWord:
		return word(last)
	case lastWord:
		return "last:" + word(last)
	}
	return spell(keys, before, word) + " " + word(last)
}

// Parts gives the term without its last word and the last word by itself, both
// as terms; before is −1 for a single word, and last is then id itself.
func (t *Terms) Parts(id int32) (before, last int32) {
	before, last = phraseParts(t.phrases.keys[id])
	if before < 0 {
		return -1, id
	}
	return before, t.phrases.lookup(phraseKey(oneWord, last))
}

// Lookup gives the term whose Name is name, or −1.
func (t *Terms) Lookup(name string) int32 {
	before := oneWord
	if rest, ok := strings.CutPrefix(name, "last:"); ok {
		before, name = lastWord, rest
	}
	for word := range strings.SplitSeq(name, " ") {
		w := t.words.Lookup(word)
		if w < 0 {
			return -1
		}
		if before = t.phrases.lookup(phraseKey(before, w)); before < 0 {
			return -1
		}
	}
	return before
}

// chunkTexts is how many texts are counted together. It is fixed so that nothing
// depends on the number of cores.
const chunkTexts = 512

// Count counts the terms of n texts: row i of the matrix holds how often text i
// uses each term. Order the texts by date, and the matrix of the texts up to any
// day is x.Slice(0, m), whose ColumnCounts are the document frequencies on that day.
//
// Stop words and figures that c.Text drops do not stand between neighbours: "fell
// out of the bed" holds the pair "fell bed" if "out", "of" and "the" are dropped.
// Ends of sentences and placeholders do. The texts are read only.
//
// Two passes over the terms and one over the texts, in parallel; the result is
// the same on any number of cores. Memory is that of the result, and a little. Errors: settings that do not validate, ctx done.
func Count(ctx context.Context, texts []string, c CountConfig) (*Terms, *sparse.CSR, error) {
	if err := c.Validate(); err != nil {
		return nil, nil, err
	}
	counters := make([]*counter, parallel.Workers())
	terms := new(Terms)
	x := &sparse.CSR{Bounds: make([]int64, 1, len(texts)+1)}
	for from := 0; from < len(texts); from += waveTexts {
		wave := texts[from:min(from+waveTexts, len(texts))]
		chunks := make([]chunk, (len(wave)+chunkTexts-1)/chunkTexts)
		parallel.Blocks(len(wave), chunkTexts, func(worker, from, until int) {
			if ctx.Err() != nil {
				return
			}
			if counters[worker] == nil {
				counters[worker] = &counter{config: c, analyser: text.NewAnalyser(c.Text)}
			}
			chunks[from/chunkTexts] = counters[worker].count(wave[from:until])
		})
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("counting terms of %d texts: %w", len(texts), err)
		}
		terms.take(x, chunks, len(texts))
	}
	x.Cols = terms.Len()
	return terms, x, nil
}

// waveTexts is how many texts are counted before their terms get their numbers, so
// that memory holds little besides the result.
const waveTexts = 64 * chunkTexts

// take adds the rows of the next chunks to the matrix of so many texts.
func (t *Terms) take(x *sparse.CSR, chunks []chunk, texts int) {
	numbers := make([][]int32, len(chunks)) // by chunk: from its own number of a term to the final one
	first := x.Rows()
	for k := range chunks {
		numbers[k] = t.add(&chunks[k])
		start := x.Bounds[len(x.Bounds)-1]
		for _, end := range chunks[k].ends {
			x.Bounds = append(x.Bounds, start+int64(end))
		}
	}
	total := int(x.Bounds[len(x.Bounds)-1])
	if total > cap(x.Columns) {
		// Later texts are about as long: room for all of them is asked for once.
		all := total
		if rows := x.Rows(); rows < texts {
			all = int(float64(total) / float64(rows) * float64(texts) * 1.05)
		}
		x.Columns, x.Values = slices.Grow(x.Columns, all-len(x.Columns)), slices.Grow(x.Values, all-len(x.Values))
	}
	x.Columns, x.Values = x.Columns[:total], x.Values[:total]
	parallel.Blocks(len(chunks), 1, func(_, k, _ int) {
		row := first + k*chunkTexts
		at := x.Bounds[row]
		for e, id := range chunks[k].ids {
			x.Columns[at+int64(e)], x.Values[at+int64(e)] = numbers[k][id], float32(chunks[k].counts[e])
		}
		for i := range chunks[k].ends {
			sparse.SortRow(x.Row(row + i))
		}
	})
}

// add takes in the terms of the next chunk and gives their final numbers.
func (t *Terms) add(c *chunk) []int32 {
	words := make([]int32, len(c.words))
	for w, word := range c.words {
		words[w] = t.words.Intern(word)
		if int(words[w]) == len(t.spelling) {
			t.spelling = append(t.spelling, c.spelling[w])
		}
	}
	numbers := make([]int32, len(c.phrases))
	for id, key := range c.phrases {
		before, last := phraseParts(key)
		if before >= 0 {
			before = numbers[before]
		}
		numbers[id], _ = t.phrases.intern(phraseKey(before, words[last]))
	}
	return numbers
}

// chunk is the count of some texts, with words and terms numbered within it.
type chunk struct {
	words    []string
	spelling []string
	phrases  []uint64 // keys
	ends     []int32  // by text: where its entries end in ids and counts
	ids      []int32
	counts   []int32
}

// counter counts chunk after chunk on one goroutine.
type counter struct {
	config   CountConfig
	analyser *text.Analyser
	terms    []text.Term
	phrases  table
	local    []int32 // by word of the analyser: its number in the chunk, plus 1
	used     []int32 // words of the analyser that the chunk holds
	row      []int32 // by term: which text last used it, plus 1
	place    []int32 // by term: where the count of that text is
}

func (k *counter) count(texts []string) chunk {
	var c chunk
	k.phrases.reset()
	k.row, k.place = k.row[:0], k.place[:0]
	for i, s := range texts {
		k.terms = k.analyser.Terms(k.terms[:0], s)
		for j := range k.terms {
			k.terms[j].ID = k.localWord(&c, k.terms[j], s)
		}
		k.countText(&c, int32(i)+1)
		c.ends = append(c.ends, int32(len(c.ids)))
	}
	c.phrases = slices.Clone(k.phrases.keys)
	for _, w := range k.used {
		k.local[w] = 0
	}
	k.used = k.used[:0]
	return c
}

// localWord gives the number within the chunk of a term's word.
func (k *counter) localWord(c *chunk, t text.Term, s string) int32 {
	for int(t.ID) >= len(k.local) {
		k.local = append(k.local, 0)
	}
	if k.local[t.ID] == 0 {
		c.words = append(c.words, k.analyser.Dictionary().String(t.ID))
		c.spelling = append(c.spelling, strings.Clone(text.Fold(s[t.Start:t.End])))
		k.used = append(k.used, t.ID)
		k.local[t.ID] = int32(len(c.words))
	}
	return k.local[t.ID] - 1
}

// countText counts the terms of one text, numbered row from 1.
func (k *counter) countText(c *chunk, row int32) {
	longest := int32(k.config.Words)
	var before [5]int32 // the phrases of 1, 2, … words that end with the word before
	width := int32(0)
	for i := range k.terms {
		t := &k.terms[i]
		if t.First && !k.config.AcrossSentences || t.Break && !t.First {
			width = 0
		}
		here := [5]int32{k.one(c, row, phraseKey(oneWord, t.ID))}
		for n := int32(1); n < longest && n <= width; n++ {
			here[n] = k.one(c, row, phraseKey(before[n-1], t.ID))
		}
		before = here
		width++
	}
	if k.config.LastSentence {
		for i := lastSentence(k.terms); i < len(k.terms); i++ {
			k.one(c, row, phraseKey(lastWord, k.terms[i].ID))
		}
	}
}

// one counts a term once more.
func (k *counter) one(c *chunk, row int32, key uint64) int32 {
	id, fresh := k.phrases.intern(key)
	if fresh {
		k.row, k.place = append(k.row, 0), append(k.place, 0)
	}
	if k.row[id] != row {
		k.row[id], k.place[id] = row, int32(len(c.ids))
		c.ids, c.counts = append(c.ids, id), append(c.counts, 0)
	}
	c.counts[k.place[id]]++
	return id
}
