package knownrisk

import (
	"cmp"
	"slices"
)

// maxSlots bounds the ideas of one pattern.
const maxSlots = 6

// pattern is a compiled [Pattern].
type pattern struct {
	name    string
	slots   []int32 // concepts that must all be there
	none    []int32 // concepts that must not be, in the sentences of the others
	within  int32   // most words from the first to the last, 0 for any number
	reach   int32   // how many sentences further the last may stand than the first
	ordered bool
	score   float64
	spared  uint64 // contexts that do not lower it
}

// finding is where a pattern was found, and how surely.
type finding struct {
	pattern int32
	score   float64
	at      [maxSlots]int32 // the mention of each slot
	context int32           // what lowered the score, −1 for nothing
	cue     int32           // the mention of that context
}

// find looks for the pattern's surest place.
func (sc *scratch) find(w *Watcher, p *pattern) (best finding, ok bool) {
	for _, c := range p.slots {
		if sc.head[c] < 0 {
			return best, false
		}
	}
	sc.gather(p)
	k := len(p.slots)
	var chains [maxSlots][maxSlots]int32 // for each slot, the mentions up to it that begin latest
	var reached [maxSlots]bool
	for _, code := range sc.sweep {
		at, slot := code/maxSlots, int(code%maxSlots)
		m := sc.mentions[at]
		if !p.ordered {
			chains[0][slot], reached[slot] = at, true
		} else if slot == 0 {
			chains[0][0], reached[0] = at, true
		} else if reached[slot-1] && sc.mentions[chains[slot-1][slot-1]].until <= m.from {
			chains[slot], reached[slot] = chains[slot-1], true
			chains[slot][slot] = at
		} else {
			continue
		}
		if p.ordered && slot < k-1 || !all(reached[:k]) {
			continue
		}
		row := &chains[0]
		if p.ordered {
			row = &chains[k-1]
		}
		if f, fits := sc.weigh(w, p, row); fits && (!ok || f.score > best.score) {
			best, ok = f, true
		}
	}
	return best, ok
}

func all(bs []bool) bool { return !slices.Contains(bs, false) }

// gather lists the mentions of the pattern's slots in the order of the narrative,
// each as mention × maxSlots + slot.
func (sc *scratch) gather(p *pattern) {
	sc.sweep = sc.sweep[:0]
	for slot, c := range p.slots {
		for m := sc.head[c]; m >= 0; m = sc.mentions[m].next {
			sc.sweep = append(sc.sweep, m*maxSlots+int32(slot))
		}
	}
	// Mentions are numbered in the order in which they begin. Where one phrase
	// fills several slots, a later slot must not take it from an earlier.
	slices.SortFunc(sc.sweep, func(a, b int32) int {
		return cmp.Or(cmp.Compare(sc.mentions[a/maxSlots].from, sc.mentions[b/maxSlots].from), cmp.Compare(a, b))
	})
}

// weigh says whether the mentions stand near enough, and how sure they make the risk.
func (sc *scratch) weigh(w *Watcher, p *pattern, at *[maxSlots]int32) (f finding, fits bool) {
	k := len(p.slots)
	from, until := sc.mentions[at[0]].from, int32(0)
	for i := range k {
		m := sc.mentions[at[i]]
		from, until = min(from, m.from), max(until, m.until)
		for j := range i { // one stretch of words is one idea
			if o := sc.mentions[at[j]]; m.from < o.until && o.from < m.until {
				return f, false
			}
		}
	}
	first, last := sc.tokens[from].sentence, sc.tokens[until-1].sentence
	if p.within > 0 && until-from > p.within || last-first > p.reach {
		return f, false
	}
	for _, c := range p.none {
		for m := sc.head[c]; m >= 0; m = sc.mentions[m].next {
			if s := sc.tokens[sc.mentions[m].from].sentence; s > last {
				break
			} else if s >= first {
				return f, false
			}
		}
	}
	f = finding{score: p.score, at: *at, context: -1, cue: -1}
	sc.lower(w, p, &f, first, last)
	return f, true
}
