package disclosure

// spare is how many values each count that may be small must keep in the eyes of
// a reader who has its row with the total.
const spare = 4

// span is what a reader knows of a count, ends included, from its own cell.
type span struct{ lo, hi int }

// span of a cell that was never published before.
func (p Policy) span(s Shown) span {
	switch {
	case s.IsHidden():
		return span{1, p.below - 1}
	case s.Value == 0:
		return span{0, 0}
	}
	return span{int(s.Value) - p.nearer/2, int(s.Value) + p.nearer/2}
}

func (p Policy) spans(cells []Shown) []span {
	out := make([]span, len(cells))
	for j, c := range cells {
		out[j] = p.span(c)
	}
	return out
}

// spanAfter is what a reader knows of a count from what was published of it
// before and now: see revise.
func (p Policy) spanAfter(old, now Shown) span {
	switch {
	case old.IsHidden() && now.IsHidden():
		return span{0, 2*p.below - 2}
	case old.IsHidden():
		s := p.span(now)
		return span{max(s.lo, 2*p.below-1), s.hi}
	case old.Text != now.Text:
		return p.span(now)
	}
	v := int(old.Value)
	s := span{max(1, v-p.nearer-p.nearer/2), v + p.nearer + p.nearer/2}
	if v < 2*p.below {
		s.lo = min(s.lo, 1)
	}
	if v < int(p.step()) {
		s.lo = 0
	}
	if v == 0 {
		s.hi = p.below - 1
	}
	return s
}

// safeTotal rounds the total of a row, and moves it to the nearest that tells no
// count which may be small to fewer than spare values. What is published then
// fits, besides others, every row of which that is the plain total: so the move
// itself tells nothing. old is the total that was published before, nil for none.
// Where no total is safe, whatever the counts, it is hidden.
func (p Policy) safeTotal(cells []span, sum int, old *Shown) Shown {
	plain := p.Count(sum)
	if old != nil {
		plain = p.revise(*old, sum)
	}
	start := 0 // where a hidden one is tried
	if !plain.IsHidden() {
		start = int(plain.Value)
	}
	for far := 0; far < 100*p.nearer; far += p.nearer {
		for _, n := range []int{start - far, start + far} {
			if n < 0 {
				continue
			}
			if t, ok := p.candidate(n, old); ok && p.safe(cells, t, old) {
				return t
			}
		}
	}
	return hidden()
}

// candidate gives the total that may be published at a rounded number; 0 stands
// for a hidden one too, as a row with a count that may be small is seldom empty.
func (p Policy) candidate(n int, old *Shown) (Shown, bool) {
	t := Shown{Text: Commas(n), Value: float64(n)}
	if n < p.below {
		t = hidden()
	}
	if old == nil || t.Text == old.Text {
		return t, n == 0 || n >= p.below
	}
	moved := t.Value - old.Value
	return t, !(moved < p.step() && -moved < p.step())
}

// safe reports whether every cell keeps enough values beside the total.
func (p Policy) safe(cells []span, total Shown, old *Shown) bool {
	t := p.span(total)
	if old != nil {
		t = p.spanAfter(*old, total)
	}
	lo, hi := 0, 0
	for _, c := range cells {
		lo, hi = lo+c.lo, hi+c.hi
	}
	for _, c := range cells {
		if c.lo >= p.below || c.hi == 0 {
			continue // surely not small
		}
		low, high := max(c.lo, t.lo-(hi-c.hi)), min(c.hi, t.hi-(lo-c.lo))
		if high-low+1 < min(spare, c.hi-c.lo+1) {
			return false
		}
	}
	return true
}
