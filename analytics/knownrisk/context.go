package knownrisk

// context is a compiled [Context].
type context struct {
	name    string
	concept int32
	factor  float64
	side    Side
	within  int32 // of Before and After: most words on the way
}

// cues notes where the contexts of the list are spoken of.
func (sc *scratch) cues(w *Watcher, sentences int) {
	sc.said = append(sc.said[:0], make([]uint64, sentences)...)
	sc.everSaid = 0
	sc.cueAt, sc.cueUntil = sc.cueAt[:0], sc.cueUntil[:0]
	for i := range w.contexts {
		c := &w.contexts[i]
		for m := sc.head[c.concept]; m >= 0; m = sc.mentions[m].next {
			switch at := sc.mentions[m]; c.side {
			case Narrative:
				sc.everSaid |= 1 << i
			case Sentence:
				sc.said[sc.tokens[at.from].sentence] |= 1 << i
			default:
				sc.near(m)
			}
		}
	}
}

// near notes a cue that counts only next to the words it is about.
func (sc *scratch) near(m int32) {
	for len(sc.cueAt) < len(sc.tokens) {
		sc.cueAt, sc.cueUntil = append(sc.cueAt, -1), append(sc.cueUntil, -1)
	}
	sc.cueAt[sc.mentions[m].from] = m
	sc.cueUntil[sc.mentions[m].until-1] = m
}

// lower multiplies the score of a finding by the strongest context around it.
func (sc *scratch) lower(w *Watcher, p *pattern, f *finding, first, last int32) {
	factor := 1.0
	take := func(i, cue int32) {
		if c := &w.contexts[i]; p.spared&(1<<i) == 0 && c.factor < factor && !sc.inside(p, f, cue) {
			factor, f.context, f.cue = c.factor, i, cue
		}
	}
	said := sc.everSaid
	for s := first; s <= last; s++ {
		said |= sc.said[s]
	}
	for i := range w.contexts {
		if said&(1<<i) == 0 {
			continue
		}
		for m := sc.head[w.contexts[i].concept]; m >= 0; m = sc.mentions[m].next {
			s := sc.tokens[sc.mentions[m].from].sentence
			if w.contexts[i].side == Sentence && s < first {
				continue
			}
			take(int32(i), m)
			break
		}
	}
	if len(sc.cueAt) > 0 {
		sc.besides(w, p, f, take)
	}
	f.score *= factor
}

// besides looks for cues that stand shortly before or after the words found.
func (sc *scratch) besides(w *Watcher, p *pattern, f *finding, take func(i, cue int32)) {
	for k := range p.slots {
		m := sc.mentions[f.at[k]]
		sentence := sc.tokens[m.from].sentence
		for d := int32(1); d <= maxNear; d++ {
			if at := m.from - d; at >= 0 && sc.tokens[at].sentence == sentence && sc.cueUntil[at] >= 0 {
				sc.takeNear(w, sc.cueUntil[at], Before, d, take)
			}
			if at := m.until - 1 + d; int(at) < len(sc.tokens) && sc.tokens[at].sentence == sentence && sc.cueAt[at] >= 0 {
				sc.takeNear(w, sc.cueAt[at], After, d, take)
			}
		}
	}
}

// maxNear is how many words before or after its words a cue may stand at most.
const maxNear = 8

func (sc *scratch) takeNear(w *Watcher, cue int32, side Side, d int32, take func(i, cue int32)) {
	for i := range w.contexts {
		if c := &w.contexts[i]; c.concept == sc.mentions[cue].concept && c.side == side && d <= c.within {
			take(int32(i), cue)
		}
	}
}

// inside says whether a cue is part of the words found: "not compatible" does not
// deny itself.
func (sc *scratch) inside(p *pattern, f *finding, cue int32) bool {
	c := sc.mentions[cue]
	for k := range p.slots {
		if m := sc.mentions[f.at[k]]; c.from < m.until && m.from < c.until {
			return true
		}
	}
	return false
}
