package knownrisk

import "slices"

// maxSlots bounds the ideas of one pattern.
const maxSlots = 6

// pattern is a compiled [Pattern].
type pattern struct {
	name    string
	slots   []int32 // concepts that must all be there
	none    []int32 // concepts that must not be, in the sentences of the others
	never   []int32 // concepts that must not be anywhere
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
	for _, c := range p.never {
		if sc.head[c] >= 0 {
			return best, false
		}
	}
	sc.gather(p)
	tries := 0
	try := func(row *[maxSlots]int32) {
		if tries++; tries > maxTries {
			return
		}
		if f, fits := sc.weigh(w, p, row); fits && (!ok || f.score > best.score) {
			best, ok = f, true
		}
	}
	if p.ordered {
		sc.inOrder(p, try)
	} else {
		sc.anyOrder(p, try)
	}
	return best, ok
}

// maxTries bounds what a text that repeats itself without end can cost.
const maxTries = 1000

// inOrder tries, for each mention of the last slot, the mentions before it that begin latest.
func (sc *scratch) inOrder(p *pattern, try func(*[maxSlots]int32)) {
	var chains [maxSlots][maxSlots]int32
	var reached [maxSlots]bool
	for _, code := range sc.sweep {
		at, slot := code/maxSlots, int(code%maxSlots)
		switch {
		case slot == 0:
		case reached[slot-1] && sc.mentions[chains[slot-1][slot-1]].until <= sc.mentions[at].from:
			chains[slot] = chains[slot-1]
		default:
			continue
		}
		chains[slot][slot], reached[slot] = at, true
		if slot == len(p.slots)-1 {
			try(&chains[slot])
		}
	}
}

// recent is how many mentions of each slot are remembered, so that one stretch of
// words that fills two slots leaves another to try.
const recent = 3

// anyOrder tries each mention with the newest ones of the other slots that stand on words of their own.
func (sc *scratch) anyOrder(p *pattern, try func(*[maxSlots]int32)) {
	var last [maxSlots][recent]int32
	var n [maxSlots]int
	for _, code := range sc.sweep {
		at, slot := code/maxSlots, int(code%maxSlots)
		last[slot] = [recent]int32{at, last[slot][0], last[slot][1]}
		n[slot] = min(n[slot]+1, recent)
		var row [maxSlots]int32
		row[slot] = at
		if sc.choose(p, &row, 0, slot, &last, &n) {
			try(&row)
		}
	}
}

// choose fills the slots from k on, the newest mentions first; fixed is the slot that is filled already.
func (sc *scratch) choose(p *pattern, row *[maxSlots]int32, k, fixed int, last *[maxSlots][recent]int32, n *[maxSlots]int) bool {
	if k == len(p.slots) {
		return true
	}
	if k == fixed {
		return sc.choose(p, row, k+1, fixed, last, n)
	}
	for _, m := range last[k][:n[k]] {
		free := !sc.overlap(m, row[fixed])
		for j := 0; j < k && free; j++ {
			free = j == fixed || !sc.overlap(m, row[j])
		}
		if row[k] = m; free && sc.choose(p, row, k+1, fixed, last, n) {
			return true
		}
	}
	return false
}

func (sc *scratch) overlap(a, b int32) bool {
	x, y := sc.mentions[a], sc.mentions[b]
	return x.from < y.until && y.from < x.until
}

// gather lists the mentions of the pattern's slots in the order of the narrative,
// each as mention × maxSlots + slot.
func (sc *scratch) gather(p *pattern) {
	sc.sweep = sc.sweep[:0]
	for slot, c := range p.slots {
		for m := sc.head[c]; m >= 0; m = sc.mentions[m].next {
			sc.sweep = append(sc.sweep, m*maxSlots+int32(slot))
		}
	}
	slices.Sort(sc.sweep) // mentions are numbered in the order in which they begin
}

// weigh says whether the mentions stand near enough, and how sure they make the risk.
func (sc *scratch) weigh(w *Watcher, p *pattern, at *[maxSlots]int32) (f finding, fits bool) {
	k := len(p.slots)
	from, until := sc.mentions[at[0]].from, int32(0)
	for i := range k {
		m := sc.mentions[at[i]]
		from, until = min(from, m.from), max(until, m.until)
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
