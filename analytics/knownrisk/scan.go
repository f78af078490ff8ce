package knownrisk

import "psims/nlp/text"

// token is one word of a narrative, as the list's vocabulary sees it.
type token struct {
	word       int32 // −1 when no phrase holds it
	kind       int32 // the wildcard word of its kind (<dose>), −1 for none
	start, end int32 // bytes
	sentence   int32
}

// mention is a phrase found: tokens from up to, but not including, until.
type mention struct {
	concept     int32
	from, until int32
	next        int32 // the next mention of the concept, −1 after the last
}

// scratch is what one goroutine needs to read a narrative.
type scratch struct {
	analyser *text.Analyser
	words    []int32 // the analyser's term to the vocabulary's word
	terms    []text.Term
	tokens   []token
	mentions []mention
	head     []int32 // first mention of each concept, −1 for none
	tail     []int32
	touched  []int32 // concepts with a mention

	said      []uint64 // contexts of each sentence
	everSaid  uint64   // contexts of the narrative
	cueAt     []int32  // a mention of a near cue that begins at the token, −1 for none
	cueUntil  []int32  // … or ends before it
	found     []finding
	sweep     []int32
	sentences []text.Span // of this narrative, when asked for
	spare     []text.Span
	weight    likenessScratch
}

func (w *Watcher) newScratch() *scratch {
	sc := &scratch{analyser: newAnalyser(), head: make([]int32, len(w.concepts)), tail: make([]int32, len(w.concepts))}
	for i := range sc.head {
		sc.head[i] = -1
	}
	return sc
}

// termLimit bounds what a stream of misspellings can fill.
const termLimit = 1 << 17

// newAnalyser makes the terms that both lists and narratives are read in: stop
// words are kept, since "in" and "not" tell a risk from its look-alike, and so
// are figures.
func newAnalyser() *text.Analyser {
	short := text.NHSAbbreviations()
	for from, to := range text.Sides() {
		short[from] = to
	}
	return text.NewAnalyser(text.Config{Abbreviations: short, Stem: true, SplitParts: true, Symbols: true, Figures: text.KeepFigures})
}

// read finds the tokens and mentions of s.
func (sc *scratch) read(w *Watcher, s string) {
	if sc.analyser.Dictionary().Len() > termLimit {
		sc.analyser, sc.words = newAnalyser(), sc.words[:0]
	}
	for _, c := range sc.touched {
		sc.head[c] = -1
	}
	sc.touched, sc.mentions, sc.tokens = sc.touched[:0], sc.mentions[:0], sc.tokens[:0]
	sc.sentences = nil
	sc.terms = sc.analyser.Terms(sc.terms[:0], s)
	dict := sc.analyser.Dictionary()
	for id := len(sc.words); id < dict.Len(); id++ {
		sc.words = append(sc.words, w.vocab.nearest(dict.String(int32(id))))
	}
	sentence := int32(-1)
	for _, t := range sc.terms {
		if t.First {
			sentence++
		}
		sc.tokens = append(sc.tokens, token{word: sc.words[t.ID], kind: w.vocab.kinds[t.Kind], start: t.Start, end: t.End, sentence: sentence})
	}
	for i := range sc.tokens {
		t := &sc.tokens[i]
		if t.word >= 0 && w.trie.root[t.word] > 0 {
			sc.walk(&w.trie, w.trie.root[t.word], i, i+1)
		}
		if t.kind >= 0 && w.trie.root[t.kind] > 0 {
			sc.walk(&w.trie, w.trie.root[t.kind], i, i+1)
		}
	}
	if len(sc.mentions) > 0 {
		sc.cues(w, int(sentence)+1)
	}
}

// walk follows the phrases that go on from a node with token i; from is where they began.
func (sc *scratch) walk(t *trie, at int32, from, i int) {
	for _, concept := range t.nodes[at].concepts {
		sc.mention(concept, from, i)
	}
	if gap := t.nodes[at].gap; gap > 0 {
		for skip := 0; skip <= gapWords && i+skip < len(sc.tokens); skip++ {
			if sc.tokens[i+skip].sentence != sc.tokens[from].sentence {
				break
			}
			sc.walk(t, gap, from, i+skip)
		}
	}
	if len(t.nodes[at].words) == 0 || i >= len(sc.tokens) || sc.tokens[i].sentence != sc.tokens[from].sentence {
		return
	}
	if word := sc.tokens[i].word; word >= 0 {
		if next := t.after(at, word); next > 0 {
			sc.walk(t, next, from, i+1)
		}
	}
	if kind := sc.tokens[i].kind; kind >= 0 {
		if next := t.after(at, kind); next > 0 {
			sc.walk(t, next, from, i+1)
		}
	}
}

func (sc *scratch) mention(concept int32, from, until int) {
	m := mention{concept: concept, from: int32(from), until: int32(until), next: -1}
	at := int32(len(sc.mentions))
	switch last := sc.tail[concept]; {
	case sc.head[concept] < 0:
		sc.head[concept] = at
		sc.touched = append(sc.touched, concept)
	case sc.mentions[last].from == m.from && sc.mentions[last].until >= m.until: // a shorter phrase in the one just found
		return
	default:
		sc.mentions[last].next = at
	}
	sc.tail[concept] = at
	sc.mentions = append(sc.mentions, m)
}
