package spelling

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/nlp/lexicon"
	"psims/nlp/text"
)

// Learn gives the folds of the texts' own misspellings, and those of the curated
// list. The texts are read only; the same texts give the same folds.
//
// Cost: two readings of the texts, some 50 look-ups for each distinct word, and one
// pass over the medicines for each form that may be a misspelt one. Errors: settings
// that do not validate, ctx done.
func (c Config) Learn(ctx context.Context, texts []string) (*Folds, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	v := &vocabulary{config: c, roots: map[string]string{}}
	if err := v.read(ctx, texts, func(_, word, _ int32) {
		for int(word) >= len(v.counts) {
			v.counts = append(v.counts, 0)
		}
		v.counts[word]++
	}); err != nil {
		return nil, err
	}
	v.guess()
	if err := v.read(ctx, texts, v.neighbours); err != nil {
		return nil, err
	}
	f := Curated()
	for _, form := range v.forms {
		word := v.words.String(form)
		if to, ok := v.choose(form); ok && f.to[word] == "" {
			f.to[word] = to
		}
	}
	f.settle()
	return f, nil
}

// settle leaves out what folds on: a word that is itself a misspelling.
func (f *Folds) settle() {
	for _, form := range slices.Sorted(maps.Keys(f.to)) {
		if _, on := f.to[f.to[form]]; on {
			delete(f.to, form)
		}
	}
}

// edge stands for the end of a sentence beside a word. Figures, symbols and
// placeholders are numbered down from it by their kind.
const edge int32 = -1

// vocabulary is the words of a body of texts and what may be misspelt among them.
type vocabulary struct {
	config  Config
	words   text.Dictionary
	counts  []int32
	forms   []int32           // that may be misspellings, ascending
	guesses map[int32][]int32 // by form: words it may stand for, ascending
	beside  map[int32][]int32 // by form: its neighbours, left ones as they are and right ones complemented
	known   map[[2]int32]bool // pairs of guessed words and neighbours, as in beside
	targets map[int32]bool    // every guess
	roots   map[string]string // stems
}

// read calls visit with every word of the texts and its neighbours on either side.
func (v *vocabulary) read(ctx context.Context, texts []string, visit func(left, word, right int32)) error {
	var tokens []text.Token
	var ids []int32
	for i, s := range texts {
		if i%1024 == 0 && ctx.Err() != nil {
			return fmt.Errorf("learning spellings from %d texts: %w", len(texts), ctx.Err())
		}
		tokens, ids = text.Tokenise(tokens[:0], s), append(ids[:0], edge)
		for _, t := range tokens {
			if t.First {
				ids = append(ids, edge)
			}
			if t.Kind == text.Word {
				ids = append(ids, v.words.Intern(text.Fold(t.In(s))))
			} else {
				ids = append(ids, edge-1-int32(t.Kind))
			}
		}
		ids = append(ids, edge)
		for k := 1; k+1 < len(ids); k++ {
			if ids[k] >= 0 {
				visit(ids[k-1], ids[k], ids[k+1])
			}
		}
	}
	return nil
}

// slips is how many slips make two words one, or 0 if they never do.
func (c Config) slips(a, b string) int {
	switch shorter := min(len(a), len(b)); {
	case shorter < c.Letters-1:
		return 0
	case shorter < c.Long:
		return 1
	}
	return 2
}

// guess finds, for each rare form on no list, the frequent words near it.
func (v *vocabulary) guess() {
	c := v.config
	index := map[string][]int32{} // what deletions leave of frequent words
	for id, n := range v.counts {
		word := v.words.String(int32(id))
		if int(n) < c.MinCount || len(word) < c.Letters-1 || !plain(word) || !meant(word, int(n), c) {
			continue
		}
		deletions(word, c.slips(word, word), func(left string) {
			if at := index[left]; len(at) == 0 || at[len(at)-1] != int32(id) {
				index[left] = append(at, int32(id))
			}
		})
	}
	v.guesses, v.targets = map[int32][]int32{}, map[int32]bool{}
	for id := range v.counts {
		form := v.words.String(int32(id))
		if len(form) < c.Letters || !plain(form) || fixed(form) || built(form) {
			continue
		}
		var near []int32
		deletions(form, c.slips(form, form), func(left string) { near = append(near, index[left]...) })
		slices.Sort(near)
		near = slices.DeleteFunc(slices.Compact(near), func(to int32) bool { return !v.near(int32(id), to) })
		if len(near) > 0 {
			v.forms = append(v.forms, int32(id))
			v.guesses[int32(id)] = near
			for _, to := range near {
				v.targets[to] = true
			}
		}
	}
	v.beside, v.known = map[int32][]int32{}, map[[2]int32]bool{}
}

// near says whether a form may be a misspelling of a word, by their letters and counts.
func (v *vocabulary) near(form, word int32) bool {
	if form == word || float64(v.counts[word]) < v.config.Ratio*float64(v.counts[form]) {
		return false
	}
	a, b := v.words.String(form), v.words.String(word)
	if a[0] != b[0] && (a[0] != b[1] || a[1] != b[0]) {
		return false // nobody misses the first letter: what differs there is another word
	}
	slips := v.config.slips(a, b)
	if medicine(b) {
		slips = min(slips, 1)
	}
	d := Distance(a, b, slips)
	return d <= slips && !opposed(a, b) && v.root(a) != v.root(b) && !(medicine(b) && lookAlike(a, b, d))
}

// lookAlike says whether a form at distance d of a medicine is nearly as near to another.
func lookAlike(form, word string, d int) bool {
	for _, other := range medicines() {
		if other != word && Distance(form, other, d+1) <= d+1 {
			return true
		}
	}
	return false
}

func (v *vocabulary) root(word string) string {
	root, ok := v.roots[word]
	if !ok {
		root = text.Stem(word)
		v.roots[word] = root
	}
	return root
}

// neighbours takes note of what stands beside forms and the words they may stand for.
func (v *vocabulary) neighbours(left, word, right int32) {
	if v.targets[word] {
		v.known[[2]int32{word, left}], v.known[[2]int32{word, right ^ side}] = true, true
	}
	if v.guesses[word] != nil {
		v.beside[word] = append(v.beside[word], left, right^side)
	}
}

// side tells a right neighbour from a left one.
const side = 1 << 30

// choose gives the one word that a form stands for, if there is one: the nearest,
// then the most frequent, if it is written in the same company and no other that is
// as near and a quarter as frequent is.
func (v *vocabulary) choose(form int32) (string, bool) {
	a := v.words.String(form)
	best, bestDistance, rival := int32(-1), 0, false
	for _, to := range v.guesses[form] {
		shared := 0
		for _, n := range v.beside[form] {
			if v.known[[2]int32{to, n}] {
				shared++
			}
		}
		if float64(shared) < v.config.Context*float64(len(v.beside[form])) {
			continue
		}
		d := Distance(a, v.words.String(to), 2)
		switch {
		case best < 0 || d < bestDistance || d == bestDistance && v.counts[to] > v.counts[best]:
			rival = best >= 0 && d == bestDistance && v.rivals(best, to)
			best, bestDistance = to, d
		case d == bestDistance && v.rivals(to, best):
			rival = true
		}
	}
	if best < 0 || rival {
		return "", false
	}
	return v.words.String(best), true
}

// rivals says whether the less frequent of two words may well be meant: it is
// another word, and not so rare.
func (v *vocabulary) rivals(less, more int32) bool {
	return 4*v.counts[less] >= v.counts[more] && v.root(v.words.String(less)) != v.root(v.words.String(more))
}

// plain says whether a form is letters only.
func plain(form string) bool {
	for i := range len(form) {
		if form[i] < 'a' || form[i] > 'z' {
			return false
		}
	}
	return true
}

// meant says whether a word that occurs n times is one to fold to: on a list of
// words, or so frequent that it must be one of the trade's own.
func meant(word string, n int, c Config) bool {
	const names = lexicon.Given | lexicon.Surname | lexicon.Ambiguous
	return lexicon.Of(word)&^names != 0 || n >= 10*c.MinCount && lexicon.Of(word) == 0 && !built(word)
}

// built says whether a form is made of words: a word with a beginning or an ending, two words run
// together, or a word as Americans spell it. It is spelt as it is meant.
func built(form string) bool {
	if british := american.Replace(form); british != form && (lexicon.Of(british) != 0 || built(british)) {
		return true
	}
	word := func(w string) bool { return len(w) >= 3 && lexicon.Of(w).Has(lexicon.Word|lexicon.Clinical) }
	for _, ending := range [...]string{"s", "es", "ed", "er", "ers", "ing", "ings", "ly", "y", "ness", "less", "ful", "able", "like"} {
		root, ok := strings.CutSuffix(form, ending)
		if !ok {
			continue
		}
		n := len(root)
		if word(root) || word(root+"e") || n > 3 && root[n-1] == root[n-2] && word(root[:n-1]) || n > 3 && root[n-1] == 'i' && word(root[:n-1]+"y") {
			return true
		}
	}
	for _, beginning := range [...]string{"re", "un", "non", "pre", "over", "under", "mis"} {
		if rest, ok := strings.CutPrefix(form, beginning); ok && len(rest) > 3 && (word(rest) || built(rest)) {
			return true
		}
	}
	for at := 3; at+3 <= len(form); at++ {
		if word(form[:at]) && word(form[at:]) {
			return true
		}
	}
	return false
}

var american = strings.NewReplacer("olor", "olour", "abor", "abour", "avor", "avour", "iz", "is", "yz", "ys", "enter", "entre")
