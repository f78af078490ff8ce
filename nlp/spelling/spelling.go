// Package spelling answers: which forms in a body of narratives are misspellings
// of which words?
//
// [Config.Learn] reads texts and gives [Folds]: a rare form that is on no list of
// package lexicon, and that differs by a slip or two from a frequent word which is
// written between the same neighbours, folds to that word. A curated list of
// misspellings and American spellings comes first. Words that a person's safety
// may hang on are never folded: medicines and what ends as they do, look-alikes,
// opposites (hyper and hypo), numbers, units and short forms.
//
// Sources: Damerau (1964), A technique for computer detection and correction of
// spelling errors, for the distance, transpositions of neighbours counting one
// (optimal string alignment); the index of deletions as in Garbe's SymSpell (2012).
package spelling

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"psims/nlp/lexicon"
	"psims/nlp/text"
)

// Config says when a form is taken for a misspelling.
type Config struct {
	MinCount int     // a word to fold to occurs at least so often
	Ratio    float64 // and so many times as often as the form
	Letters  int     // forms with fewer letters are never folded
	Long     int     // from so many letters on, two slips are one misspelling
	Context  float64 // share of the form's neighbours, by side, that the word has too
}

// Default folds forms of five letters and more.
func Default() Config { return Config{MinCount: 5, Ratio: 8, Letters: 5, Long: 9, Context: .5} }

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if c.MinCount < 2 || !(c.Ratio > 1) || c.Letters < 4 || c.Long <= c.Letters || !(c.Context >= 0 && c.Context <= 1) {
		return fmt.Errorf("spelling: words that occur %d times and %v times as often, %d letters, two slips from %d, %v of neighbours: give 2 or more, above 1, 4 or more, more letters for two slips, 0 to 1",
			c.MinCount, c.Ratio, c.Letters, c.Long, c.Context)
	}
	return nil
}

// Folds gives for misspellings the words that are meant. It does not change; any
// number of goroutines may use one.
type Folds struct{ to map[string]string }

// Fold gives the word that a folded form (see text.Fold) is a misspelling of, and
// whether it is one; otherwise the form itself.
func (f *Folds) Fold(word string) (string, bool) {
	if to, ok := f.to[word]; ok {
		return to, true
	}
	return word, false
}

// Len gives the number of forms that fold.
func (f *Folds) Len() int { return len(f.to) }

// Snapshot gives every form that folds and its word, to be kept in a file.
func (f *Folds) Snapshot() map[string]string { return maps.Clone(f.to) }

// Restore gives the folds of a snapshot. Errors: a form that must never fold, or
// that folds to one which folds on.
func Restore(snapshot map[string]string) (*Folds, error) {
	for _, form := range slices.Sorted(maps.Keys(snapshot)) {
		to := snapshot[form]
		if form == "" || to == "" || text.Fold(form) != form || text.Fold(to) != to {
			return nil, fmt.Errorf("spelling: %q for %q is not in folded form", to, form)
		}
		if _, on := snapshot[to]; on || listed().never[form] {
			return nil, fmt.Errorf("spelling: %q must not fold to %q: it is never folded, or folds on", form, to)
		}
	}
	return &Folds{maps.Clone(snapshot)}, nil
}

// Curated gives the folds of the curated list alone.
func Curated() *Folds { return &Folds{maps.Clone(listed().curated)} }

//go:embed list/*.txt
var files embed.FS

type lists struct {
	curated map[string]string
	never   map[string]bool // look-alike names
}

var listed = sync.OnceValue(func() lists {
	l := lists{map[string]string{}, map[string]bool{}}
	for _, line := range lines("lookalike") {
		for name := range strings.FieldsSeq(line) {
			l.never[name] = true
		}
	}
	for _, line := range lines("curated") {
		to, forms, ok := strings.Cut(line, ":")
		if !ok {
			panic(fmt.Sprintf("spelling: a line without a colon: %q", line))
		}
		for form := range strings.FieldsSeq(forms) {
			l.curated[form] = to
		}
	}
	return l
})

// lines gives the lines of a list without comments and blanks. The lists are part
// of the program, so a fault in one is a panic.
func lines(name string) []string {
	b, err := files.ReadFile("list/" + name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("spelling: reading an embedded list: %v", err))
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

// fixed says that a form is spelt as it is meant, or that nobody may guess: it is
// on a list, or it reads like a medicine.
func fixed(form string) bool {
	return lexicon.Of(form) != 0 || medicine(form)
}

func medicine(form string) bool {
	return listed().never[form] || lexicon.Of(form).Has(lexicon.Drug) || lexicon.DrugLike(form)
}

// medicines lists all names of medicines.
var medicines = sync.OnceValue(func() []string {
	names := slices.AppendSeq(lexicon.Words(lexicon.Drug), maps.Keys(listed().never))
	slices.Sort(names)
	return slices.Compact(names)
})

// opposites are beginnings and endings that a slip turns into each other and that
// mean different things.
var opposites = [][]string{
	{"hyper", "hypo"}, {"inter", "intra"}, {"ante", "anti"}, {"ab", "ad"}, {"macro", "micro"}, {"pre", "pro", "per"}, {"dis", "dys"},
	{"poly", "post"}, {"under", "un"}, {"over", "out"}, {"in", "im", "ir", "il", ""}, {"re", ""}, {"de", ""}, {"un", ""},
}

var endings = []string{"itis", "osis", "oma", "ectomy", "ostomy", "otomy", "oscopy", "ology", "emia", "aemia", "uria", "able", "less", "ful", "tal", "cal"}

// opposed says whether two words begin or end with parts that mean different things.
func opposed(a, b string) bool {
	for _, group := range opposites {
		for _, x := range group {
			for _, y := range group {
				if x == y || !strings.HasPrefix(a, x) || !strings.HasPrefix(b, y) {
					continue
				}
				if x, y := a[len(x):], b[len(y):]; len(x) > 2 && Distance(x, y, 1) <= 1 {
					return true
				}
			}
		}
	}
	for _, x := range endings {
		if !strings.HasSuffix(a, x) {
			continue
		}
		for _, y := range endings {
			if strings.HasSuffix(b, y) && !strings.HasSuffix(y, x) && !strings.HasSuffix(x, y) {
				return true
			}
		}
	}
	return false
}
