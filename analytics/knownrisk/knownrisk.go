// Package knownrisk answers: does this narrative tell of a risk that is known
// already and must never be missed?
//
// In goes a [List] of risks, from TOML: the 15 Never Events of 2018 come with
// the package ([Default]), published alerts are added by their users ([Parse],
// [Load], [List.Join]). [List.Watch] compiles it into a [Watcher], which reads
// narratives one by one; out come [Hit] values, the surest first, each with the
// words that gave rise to it as byte spans.
//
// There are two channels. Patterns say which ideas must stand together, and near
// each other; words are folded, stemmed and matched in spite of slips of the pen.
// Likeness to the risk's examples, learnt against look-alikes and ordinary reports,
// is a softer second one; hits that the patterns would not have given are marked.
// Where there is much to learn from, both are judged together. What is said around the words (that it was averted, denied,
// feared, taught, or long ago) lowers the score and is named in the hit.
package knownrisk

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"psims/nlp/text"
)

// Channel says how a reason was found.
type Channel uint8

const (
	ByPattern  Channel = iota // words of a pattern of the risk
	ByLikeness                // a word that tells the risk's examples from other reports
	ByContext                 // a phrase around the words that lowers the score
)

var channelNames = [...]string{"pattern", "likeness", "context"}

// String gives the English name of the channel.
func (c Channel) String() string { return channelNames[c] }

// Reason is one stretch of the narrative that a hit rests on.
type Reason struct {
	Span     text.Span // bytes of the narrative
	Sentence text.Span // the sentence it stands in
	Concept  string    // what it was taken for, as the list names it
	Channel  Channel
}

// Hit says that a narrative may tell of a risk.
type Hit struct {
	Risk    int     // index in the list's Risks
	Score   float64 // 0 to 1: an order of sureness set by hand, not a probability
	Pattern string  // the name of the surest pattern; "" for a hit by likeness alone
	Context string  // the name of what lowered it, "" when it is told as a fact
	Likely  bool    // the patterns alone would not have given it
	Reasons []Reason
}

// Config is what a [Watcher] may be told.
type Config struct {
	MinScore float64 // hits below it are not given; 0 gives all, lowered ones too
	Likeness bool    // whether to use the second channel
}

// DefaultConfig gives hits from 0.4 upwards, of both channels: a single weak sign
// is left out, two of them are not.
func DefaultConfig() Config { return Config{MinScore: 0.4, Likeness: true} }

// Watcher is a compiled list, safe for many goroutines.
type Watcher struct {
	config   Config
	ids      []string // of the risks
	vocab    *vocabulary
	trie     trie
	concepts []string // names, for reasons
	patterns []pattern
	contexts []context
	byRisk   [][2]int32 // patterns of each risk, from and until
	anchors  [][]int32  // concepts of each risk
	like     *likeness
	mu       sync.Mutex
	free     []*scratch // one for each goroutine that has matched at a time
}

// Match appends the hits of narrative s to dst: the highest score first, then by
// the id of the risk. The order of risks in the list plays no part.
//
// A narrative without hits costs no allocation, once its spellings have been met.
// The cost is linear in the length of a report as people write them; in a text that
// repeats the words of a pattern without end, the first thousand places are weighed.
func (w *Watcher) Match(dst []Hit, s string) []Hit {
	sc := w.borrow()
	defer w.giveBack(sc)
	sc.read(w, s)
	from := len(dst)
	if w.like != nil {
		w.like.passages(sc)
	}
	for risk := range w.byRisk {
		if h, ok := sc.judge(w, s, risk); ok {
			dst = append(dst, h)
		}
	}
	hits := dst[from:]
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(w.ids[a.Risk], w.ids[b.Risk]))
	})
	return dst
}

// borrow gives a scratch that no other goroutine uses. A sync.Pool would lose them,
// and the spellings they remember, at every garbage collection.
func (w *Watcher) borrow() *scratch {
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := len(w.free); n > 0 {
		sc := w.free[n-1]
		w.free = w.free[:n-1]
		return sc
	}
	return w.newScratch()
}

func (w *Watcher) giveBack(sc *scratch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free = append(w.free, sc)
}

// judge puts together what the patterns of one risk find, and the likeness: one
// less the product of what each leaves open, so that two weak signs make a hit
// that neither does.
func (sc *scratch) judge(w *Watcher, s string, risk int) (Hit, bool) {
	open, found := 1.0, sc.found[:0]
	if len(sc.mentions) > 0 {
		for i := w.byRisk[risk][0]; i < w.byRisk[risk][1]; i++ {
			if f, ok := sc.find(w, &w.patterns[i]); ok {
				f.pattern = i
				open *= 1 - f.score
				found = append(found, f)
			}
		}
	}
	sc.found = found
	h := Hit{Risk: risk, Score: 1 - open, Likely: 1-open < w.config.MinScore || len(found) == 0}
	if like := w.like; like != nil {
		if len(found) == 0 && sc.weight.best[risk].margin < faintest {
			return Hit{}, false
		}
		h.Score = like.judge(sc, risk, open)
	}
	if h.Score == 0 || h.Score < w.config.MinScore {
		return Hit{}, false
	}
	sc.explain(&h, w, s, found)
	return h, true
}

// explain says what a hit rests on, the words of the surest pattern first.
func (sc *scratch) explain(h *Hit, w *Watcher, s string, found []finding) {
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(w.patterns[a.pattern].name, w.patterns[b.pattern].name))
	})
	lowered := int32(-1)
	for i, f := range found {
		if i == 0 {
			h.Pattern, lowered = w.patterns[f.pattern].name, f.context
		}
		h.Reasons = sc.reasons(h.Reasons, w, s, f)
	}
	if w.like != nil && sc.weight.best[h.Risk].margin >= faintest {
		if len(found) == 0 {
			lowered = sc.weight.best[h.Risk].context
		}
		h.Reasons = w.like.reasons(h.Reasons, sc, s, h.Risk)
	}
	if lowered >= 0 {
		h.Context = w.contexts[lowered].name
	}
}

func (sc *scratch) reasons(dst []Reason, w *Watcher, s string, f finding) []Reason {
	p := &w.patterns[f.pattern]
	for k := range p.slots {
		dst = sc.reason(dst, s, f.at[k], w.concepts[p.slots[k]], ByPattern)
	}
	if f.context >= 0 {
		dst = sc.reason(dst, s, f.cue, w.contexts[f.context].name, ByContext)
	}
	return dst
}

func (sc *scratch) reason(dst []Reason, s string, m int32, concept string, by Channel) []Reason {
	first, last := sc.tokens[sc.mentions[m].from], sc.tokens[sc.mentions[m].until-1]
	r := Reason{Span: text.Span{Start: first.start, End: last.end}, Concept: concept, Channel: by}
	for _, old := range dst {
		if old.Span == r.Span && old.Concept == r.Concept {
			return dst
		}
	}
	r.Sentence = sc.sentence(s, r.Span)
	return append(dst, r)
}

// sentence gives the sentence of s that a span stands in.
func (sc *scratch) sentence(s string, at text.Span) text.Span {
	if sc.sentences == nil {
		sc.sentences = text.Sentences(sc.spare[:0], s)
		sc.spare = sc.sentences
	}
	i, ok := slices.BinarySearchFunc(sc.sentences, at.Start, func(p text.Span, start int32) int { return cmp.Compare(p.Start, start) })
	if !ok && i > 0 {
		i--
	}
	return sc.sentences[i]
}
