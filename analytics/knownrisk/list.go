package knownrisk

import (
	"cmp"
	"fmt"
	"slices"
)

// Scope says how far apart the words of a pattern may stand.
type Scope string

const (
	InSentence  Scope = "sentence"  // all in one sentence; the default
	InPassage   Scope = "passage"   // in a sentence and the next
	InNarrative Scope = "narrative" // anywhere
)

// reach is how many sentences on the last word may be.
func (s Scope) reach() int32 {
	switch s {
	case InPassage:
		return 1
	case InNarrative:
		return 1 << 30
	}
	return 0
}

// Side says where the phrase of a context must stand.
type Side string

const (
	Before    Side = "before"    // at most Within words before one of the pattern's words
	After     Side = "after"     // at most Within words after one
	Sentence  Side = "sentence"  // in a sentence of the pattern's words
	Narrative Side = "narrative" // anywhere
)

// Idea is a set of phrases for one thing; any of them will do.
type Idea struct {
	Name    string
	Phrases []string
}

// Pattern is one way of telling of a risk: ideas that stand near each other.
type Pattern struct {
	Name    string
	All     []Idea   // each must be there, on words of its own
	None    []Idea   // none may be in the sentences of the others
	Never   []Idea   // none may be anywhere
	Within  int      // most words from the first to the last; 0 for any number
	Scope   Scope    // "" is InSentence
	Ordered bool     // whether the ideas must follow each other as they are given
	Score   float64  // above 0, at most 1
	Ignore  []string // contexts that do not lower the score
}

// Context is what may be said around a pattern's words that makes it less sure
// that the risk came true: that it was averted, denied, feared, taught, long ago.
type Context struct {
	Name    string
	Factor  float64 // 0 to 1, multiplies the score
	Side    Side
	Within  int // for Before and After: 1 to 8 words
	Phrases []string
}

// Risk is one thing to watch for.
type Risk struct {
	ID          string
	Title       string
	Description string
	Examples    []string // narratives that tell of it; its other words are learnt from them
	Patterns    []Pattern
	Anchors     []Idea // likeness counts in full only where each of them stands in the passage
}

// List is a set of risks, with the contexts that count for all of them.
type List struct {
	Name     string
	Risks    []Risk
	Contexts []Context // besides the standard ones, which every list has
	Ordinary []string  // narratives that tell of none of the risks, look-alikes above all
}

// Join gives a list of the risks of l and others, in that order.
//
// Errors: two risks have one id.
func (l *List) Join(others ...*List) (*List, error) {
	joined := &List{Name: l.Name, Risks: slices.Clone(l.Risks), Contexts: slices.Clone(l.Contexts), Ordinary: slices.Clone(l.Ordinary)}
	for _, o := range others {
		for _, r := range o.Risks {
			if slices.ContainsFunc(joined.Risks, func(known Risk) bool { return known.ID == r.ID }) {
				return nil, fmt.Errorf("joining known risks %q and %q: both have the risk %q; give one of them another id", l.Name, o.Name, r.ID)
			}
			joined.Risks = append(joined.Risks, r)
		}
		joined.Name += " + " + o.Name
		joined.Contexts = append(joined.Contexts, o.Contexts...)
		joined.Ordinary = append(joined.Ordinary, o.Ordinary...)
	}
	return joined, nil
}

// Watch compiles the list.
//
// Errors: a phrase has no word that can be looked for; a number is out of range.
// Cost: some tenths of a second, mostly learning from the examples; without
// likeness some tens of milliseconds, mostly the list of English words.
func (l *List) Watch(c Config) (*Watcher, error) {
	if c.MinScore < 0 || c.MinScore > 1 {
		return nil, fmt.Errorf("watching known risks %q: the lowest score is %g; give 0 to 1", l.Name, c.MinScore)
	}
	b := newBuilder()
	w := &Watcher{config: c, vocab: b.vocab}
	for _, ctx := range append(slices.Clone(standardContexts()), l.Contexts...) {
		compiled, err := b.context(ctx)
		if err != nil {
			return nil, fmt.Errorf("watching known risks %q, context %q: %w", l.Name, ctx.Name, err)
		}
		w.contexts = append(w.contexts, compiled)
	}
	if len(w.contexts) > maxContexts {
		return nil, fmt.Errorf("watching known risks %q: %d contexts; at most %d can be told apart", l.Name, len(w.contexts), maxContexts)
	}
	for _, r := range l.Risks {
		from := int32(len(w.patterns))
		for _, p := range r.Patterns {
			compiled, err := b.pattern(p, w.contexts)
			if err != nil {
				return nil, fmt.Errorf("watching known risks %q, risk %q, pattern %q: %w", l.Name, r.ID, p.Name, err)
			}
			w.patterns = append(w.patterns, compiled)
		}
		anchors, err := b.concepts(r.Anchors)
		if err != nil {
			return nil, fmt.Errorf("watching known risks %q, risk %q, anchor: %w", l.Name, r.ID, err)
		}
		w.anchors = append(w.anchors, anchors)
		w.byRisk = append(w.byRisk, [2]int32{from, int32(len(w.patterns))})
		w.ids = append(w.ids, r.ID)
	}
	if c.Likeness {
		var err error
		if w.like, err = learn(l, b.vocab, w.contexts); err != nil {
			return nil, fmt.Errorf("watching known risks %q: %w", l.Name, err)
		}
		if w.like != nil {
			w.like.anchors = w.anchors
		}
	}
	w.trie, w.concepts = b.trie, b.names
	w.trie.freeze(len(b.vocab.stems))
	return w, nil
}

// maxContexts is how many contexts fit the bits of a word.
const maxContexts = 64

// phraseSet orders and joins phrases, so that one idea under two names is compiled once.
func phraseSet(phrases []string) []string {
	out := slices.Clone(phrases)
	slices.SortFunc(out, cmp.Compare[string])
	return slices.Compact(out)
}
