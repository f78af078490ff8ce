package drift

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/models/artefact"
	"psims/nlp/text"
)

// Reference is what the champion was trained and judged on, summed up.
//
// One goroutine may add to it; any number may make windows of it once it is whole.
type Reference struct {
	names  []string
	reader *text.Analyser
	terms  []text.Term
	words  []word // by the number of the reader's dictionary
	last   []int  // by word: the row that last held it, for counting it once a text
	row    int
	blocks map[int32]sums
}

// word counts one word. A word all of whose texts lie in blocks First to Last is
// news to a reader who has not seen those.
type word struct {
	tokens, texts int64
	first, last   int32
}

// NewReference makes an empty reference of a model with these labels.
func NewReference(names []string) *Reference {
	return &Reference{names: slices.Clone(names), reader: newReader(), blocks: map[int32]sums{}}
}

// newReader folds case and abbreviations and leaves out words without content and
// figures, which are new every day.
func newReader() *text.Analyser {
	return text.NewAnalyser(text.Config{Abbreviations: text.NHSAbbreviations(), DropStopWords: true})
}

func checkRow(row Row, classes int) {
	if int(row.Class) >= classes || row.Class < -1 || row.Class >= 0 && !(row.Confidence >= 0 && row.Confidence <= 1) {
		panic(fmt.Sprintf("drift: label %d of %d with probability %v", row.Class, classes, row.Confidence))
	}
}

// Add counts a row. Panics if its label is none of the model's, or its confidence no probability.
func (r *Reference) Add(row Row) {
	checkRow(row, len(r.names))
	r.terms = r.reader.Terms(r.terms[:0], row.Text)
	r.row++
	distinct := 0
	for _, t := range r.terms {
		for int(t.ID) >= len(r.words) {
			r.words, r.last = append(r.words, word{first: row.Block, last: row.Block}), append(r.last, 0)
		}
		w := &r.words[t.ID]
		if w.tokens == 0 {
			w.first, w.last = row.Block, row.Block
		}
		w.tokens++
		w.first, w.last = min(w.first, row.Block), max(w.last, row.Block)
		if r.last[t.ID] != r.row {
			r.last[t.ID] = r.row
			w.texts++
			distinct++
		}
	}
	r.block(row.Block).count(row, len(r.terms), distinct)
}

func (r *Reference) block(b int32) sums {
	s, there := r.blocks[b]
	if !there {
		s = newSums(len(r.names))
		r.blocks[b] = s
	}
	return s
}

func (r *Reference) addWord(name string, w word) {
	id := r.reader.Dictionary().Intern(name)
	for int(id) >= len(r.words) {
		r.words, r.last = append(r.words, word{}), append(r.last, 0)
	}
	own := &r.words[id]
	if own.tokens == 0 {
		*own = w
		return
	}
	own.tokens += w.tokens
	own.texts += w.texts
	own.first, own.last = min(own.first, w.first), max(own.last, w.last)
}

// whole gives the sums of all blocks.
func (r *Reference) whole() sums {
	all := newSums(len(r.names))
	for _, s := range r.blocks {
		all.add(s, 1)
	}
	return all
}

// kind is what artefact files of a reference are called.
const kind = "drift"

type meta struct {
	Names []string `json:"names"`
	// Layout is the numbers of bins, by which another version of the program is known.
	Layout [2]int `json:"layout"`
}

var layout = [2]int{lengthBins, sureBins}

// File gives the reference in a form to be stored. The same rows give the same
// file, in whatever order or parts they came.
func (r *Reference) File() (*artefact.File, error) {
	m, err := json.Marshal(meta{r.names, layout})
	if err != nil {
		return nil, fmt.Errorf("writing the drift reference: %w", err)
	}
	d := r.reader.Dictionary()
	var ids []int32
	for id, w := range r.words {
		if w.tokens > 0 {
			ids = append(ids, int32(id))
		}
	}
	slices.SortFunc(ids, func(a, b int32) int { return strings.Compare(d.String(a), d.String(b)) })
	var names []byte
	var counts []uint64
	var span []int32
	for _, id := range ids {
		w := r.words[id]
		names = append(append(names, d.String(id)...), '\n')
		counts, span = append(counts, uint64(w.tokens), uint64(w.texts)), append(span, w.first, w.last)
	}
	blocks := slices.Sorted(maps.Keys(r.blocks))
	var sums []uint64
	for _, b := range blocks {
		for _, v := range r.blocks[b] {
			sums = append(sums, uint64(v))
		}
	}
	return &artefact.File{Kind: kind, Meta: m, Blobs: []artefact.Blob{
		{Name: "words", Data: names}, {Name: "counts", Data: counts}, {Name: "span", Data: span}, {Name: "blocks", Data: blocks}, {Name: "sums", Data: sums},
	}}, nil
}

// Restore reads what [Reference.File] gave. Errors hold [artefact.ErrCorrupt] when
// it is not as it was written.
func Restore(f *artefact.File) (*Reference, error) {
	var m meta
	if err := artefact.ReadMeta(f, kind, &m); err != nil {
		return nil, err
	}
	if m.Layout != layout {
		return nil, fmt.Errorf("reading the drift reference: made by another version of the program: train again")
	}
	names, err1 := artefact.Get[byte](f, "words")
	counts, err2 := artefact.Get[uint64](f, "counts")
	span, err3 := artefact.Get[int32](f, "span")
	blocks, err4 := artefact.Get[int32](f, "blocks")
	all, err5 := artefact.Get[uint64](f, "sums")
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return nil, fmt.Errorf("reading the drift reference: %w", err)
		}
	}
	words := strings.Split(string(names), "\n")
	words = words[:len(words)-1]
	width := atClasses + len(m.Names)
	if len(counts) != 2*len(words) || len(span) != 2*len(words) || len(all) != width*len(blocks) {
		return nil, fmt.Errorf("reading the drift reference: %d words with %d counts, %d blocks with %d sums: %w", len(words), len(counts), len(blocks), len(all), artefact.ErrCorrupt)
	}
	const most = 1 << 50 // far more than there ever were, and small enough to add up
	for _, list := range [][]uint64{counts, all} {
		if len(list) > 0 && slices.Max(list) > most {
			return nil, fmt.Errorf("reading the drift reference: a count of %d: %w", slices.Max(list), artefact.ErrCorrupt)
		}
	}
	r := NewReference(m.Names)
	for i, name := range words {
		r.addWord(name, word{int64(counts[2*i]), int64(counts[2*i+1]), span[2*i], span[2*i+1]})
	}
	for i, b := range blocks {
		s := r.block(b)
		for j, v := range all[i*width : (i+1)*width] {
			s[j] += int64(v)
		}
	}
	return r, nil
}
