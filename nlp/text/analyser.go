package text

import (
	"fmt"
	"strings"
)

// Figures says what an [Analyser] does with tokens that carry figures (see
// [Kind.Figure]) and with the names of months and days.
type Figures uint8

const (
	DropFigures Figures = iota // they give no term; terms before and after become neighbours
	MaskFigures                // each gives the term of its kind: <number>, <date>, <dose>, …
	KeepFigures                // each is a term as written, without spaces; names of months and days are words
)

// Config says how an [Analyser] makes terms of tokens. The zero value folds words
// and keeps them whole, without figures and symbols. Placeholders never give a term.
type Config struct {
	Abbreviations map[string]string // folded abbreviation to the folded word it stands for; see NHSAbbreviations and Sides
	Spellings     map[string]string // folded misspelling to the folded word meant; looked up before abbreviations
	Stem          bool              // Porter2 stems for words
	DropStopWords bool              // leave out words without content; words that deny are kept
	SplitParts    bool              // x-ray gives x and ray; otherwise words with hyphens, slashes and ampersands stay whole
	Symbols       bool              // symbols are terms
	Figures       Figures
}

// Default folds NHS abbreviations, stems, and leaves out stop words and figures:
// the terms for finding what a group of reports has in common.
func Default() Config {
	return Config{Abbreviations: NHSAbbreviations(), Stem: true, DropStopWords: true}
}

// Term is one term of a text, with the token that gave it.
type Term struct {
	ID         int32 // in the analyser's dictionary; −1 for a term that a frozen dictionary does not hold
	Start, End int32 // the token, as byte offsets
	Kind       Kind
	First      bool // the first term of its sentence
	Break      bool // First, or a placeholder stood before it: a phrase must not reach across
}

// What the cache says of a token that is not one known term.
const (
	unknown int32 = -1
	dropped int32 = -2
	several int32 = -3 // and below: several − code indexes lists
)

// Analyser turns texts into sequences of term ids. It remembers what it made of
// every spelling, so that a word seen before costs one look-up and no allocation.
//
// Use one for each goroutine. The terms of a text depend on the Config and the
// text alone; the ids also on which texts the dictionary has seen before.
type Analyser struct {
	config Config
	dict   *Dictionary
	frozen bool
	cache  spellings
	lists  [][]int32 // terms of spellings that give several

	long      Dictionary // spellings too long for the cache, with their kinds and codes
	longKinds []Kind
	longCodes []int32
}

// NewAnalyser gives an analyser that adds every new term to its own dictionary.
func NewAnalyser(c Config) *Analyser { return &Analyser{config: c, dict: new(Dictionary)} }

// NewFrozenAnalyser gives an analyser that knows the terms of a dictionary and no
// others. It does not change the dictionary, which several analysers may share.
func NewFrozenAnalyser(c Config, known *Dictionary) *Analyser {
	return &Analyser{config: c, dict: known, frozen: true}
}

// Dictionary gives the dictionary that the ids of terms index.
func (a *Analyser) Dictionary() *Dictionary { return a.dict }

// Terms appends the terms of s to dst, in order.
func (a *Analyser) Terms(dst []Term, s string) []Term {
	sc := newScanner(s)
	first, broken := true, true
	for sc.next() {
		t := sc.token
		if t.First {
			first, broken = true, true
		}
		if t.Kind == Placeholder {
			broken = true
			continue
		}
		id := a.code(t.Kind, t.In(s))
		if id == dropped {
			continue
		}
		term := Term{ID: id, Start: t.Start, End: t.End, Kind: t.Kind, First: first, Break: broken}
		if id <= several {
			for _, part := range a.lists[several-id] {
				term.ID = part
				dst = append(dst, term)
				term.First, term.Break = false, false
			}
		} else {
			dst = append(dst, term)
		}
		first, broken = false, false
	}
	return dst
}

// Strings appends the terms of s as words to dst; those that a frozen dictionary
// does not hold are left out. For looking at, not for bulk.
func (a *Analyser) Strings(dst []string, s string) []string {
	for _, t := range a.Terms(nil, s) {
		if t.ID >= 0 {
			dst = append(dst, a.dict.String(t.ID))
		}
	}
	return dst
}

func (a *Analyser) code(k Kind, spelling string) int32 {
	if k == Symbol && !a.config.Symbols || k.Figure() && a.config.Figures == DropFigures {
		return dropped
	}
	key, short := keyOf(k, spelling)
	if short {
		if code, ok := a.cache.get(key); ok {
			return code
		}
	} else if id := a.long.Lookup(spelling); id >= 0 && a.longKinds[id] == k {
		return a.longCodes[id]
	}
	if a.cache.n+a.long.Len() >= spellingLimit { // a stream of misspellings must not fill the memory
		a.forget()
	}
	code := a.resolve(k, spelling)
	if short {
		a.cache.put(key, code)
	} else if a.long.Lookup(spelling) < 0 {
		a.long.Intern(spelling)
		a.longKinds, a.longCodes = append(a.longKinds, k), append(a.longCodes, code)
	}
	return code
}

// forget empties the memory of spellings; the dictionary keeps its terms.
func (a *Analyser) forget() {
	a.cache.reset()
	a.lists, a.long, a.longKinds, a.longCodes = a.lists[:0], Dictionary{}, a.longKinds[:0], a.longCodes[:0]
}

// resolve makes the term or terms of a spelling that the cache does not hold.
func (a *Analyser) resolve(k Kind, spelling string) int32 {
	if k.Figure() {
		if a.config.Figures == MaskFigures {
			return a.number("<" + k.String() + ">")
		}
		return a.number(strings.ReplaceAll(Fold(spelling), " ", ""))
	}
	w := Fold(spelling)
	if w == "" {
		return dropped
	}
	if meant, ok := a.config.Spellings[w]; ok {
		w = meant
	}
	if full, ok := a.config.Abbreviations[w]; ok {
		w = full
	}
	if a.config.SplitParts && strings.ContainsAny(w, "-/&") && len(w) > 1 {
		return a.split(w)
	}
	return a.word(w)
}

// word gives the code of a folded word.
func (a *Analyser) word(w string) int32 {
	if a.config.DropStopWords && StopWord(w) {
		return dropped
	}
	if a.config.Figures != KeepFigures && calendar[w] {
		if a.config.Figures == MaskFigures {
			return a.number("<" + Date.String() + ">")
		}
		return dropped
	}
	if a.config.Stem {
		w = Stem(w)
	}
	return a.number(w)
}

func (a *Analyser) split(w string) int32 {
	var parts []int32
	for part := range strings.FieldsFuncSeq(w, func(r rune) bool { return r == '-' || r == '/' || r == '&' }) {
		if full, ok := a.config.Abbreviations[part]; ok {
			part = full
		}
		if code := a.word(part); code != dropped {
			parts = append(parts, code)
		}
	}
	switch len(parts) {
	case 0:
		return dropped
	case 1:
		return parts[0]
	}
	a.lists = append(a.lists, parts)
	return several - int32(len(a.lists)-1)
}

func (a *Analyser) number(term string) int32 {
	if a.frozen {
		return a.dict.Lookup(term)
	}
	return a.dict.Intern(term)
}

var figuresNames = [...]string{"drop", "mask", "keep"}

// MarshalText gives drop, mask or keep.
func (f Figures) MarshalText() ([]byte, error) {
	if int(f) >= len(figuresNames) {
		return nil, fmt.Errorf("text: figures(%d)", uint8(f))
	}
	return []byte(figuresNames[f]), nil
}

// UnmarshalText reads drop, mask or keep.
func (f *Figures) UnmarshalText(b []byte) error {
	for i, name := range figuresNames {
		if string(b) == name {
			*f = Figures(i)
			return nil
		}
	}
	return fmt.Errorf("text: figures %q: give drop, mask or keep", b)
}
