package scan

import "slices"

// exchange is the permutation of dates within groups. A unit is what moves as one:
// a report, or all that a group reported in a week. Units are in order of group
// and, within it, of week.
type exchange struct {
	place  []int32 // of each report, in order of unit
	start  []int32 // unit u holds place[start[u]:start[u+1]]; nil: it holds place[u]
	age    []int32 // weeks before the last, of each unit
	sized  bool    // a unit weighs as much as it holds reports, not 1
	blocks []block // the groups that have a unit in some window
	mix    []share // of the blocks, one after the other
	units  int
	most   int // units in the windows, of the block that has most
}

// block is a group: its units, of which the last so many lie in the windows.
type block struct {
	from, until, recent int32
	mixFrom, mixUntil   int32
}

// share is how many reports of a place a group sent in all weeks.
type share struct {
	place   int32
	reports float64
}

func newExchange(d *Data, c Config) *exchange {
	order := sorted(identity(len(d.Week)), d.Week)
	group := func(int32) int32 { return 0 }
	if d.Group != nil {
		order = sorted(order, d.Group)
		group = func(i int32) int32 { return d.Group[i] }
	}
	ex := &exchange{place: make([]int32, len(order)), sized: c.Exchange == Mixes}
	var owner []int32 // group of each unit
	for k, i := range order {
		ex.place[k] = d.Place[i]
		age := int32(d.Weeks-1) - d.Week[i]
		last := len(ex.age) - 1
		if c.Exchange != Reports && last >= 0 && ex.age[last] == age && owner[last] == group(i) {
			continue
		}
		ex.age, owner = append(ex.age, age), append(owner, group(i))
		if c.Exchange != Reports {
			ex.start = append(ex.start, int32(k))
		}
	}
	if c.Exchange != Reports {
		ex.start = append(ex.start, int32(len(order)))
	}
	ex.units = len(ex.age)
	ex.divide(owner, int32(c.MaxWeeks))
	ex.mixes(d.Places)
	return ex
}

func identity(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// sorted puts reports in order of their key, a small number of at least 0; those
// of equal key stay in order.
func sorted(reports, key []int32) []int32 {
	if len(reports) == 0 {
		return nil
	}
	next := make([]int32, slices.Max(key)+2)
	for _, k := range key {
		next[k+1]++
	}
	for k := range len(next) - 1 {
		next[k+1] += next[k]
	}
	out := make([]int32, len(reports))
	for _, i := range reports {
		out[next[key[i]]] = i
		next[key[i]]++
	}
	return out
}

// divide finds the blocks.
func (ex *exchange) divide(owner []int32, width int32) {
	for from := 0; from < ex.units; {
		until := from
		recent := 0
		for until < ex.units && owner[until] == owner[from] {
			if ex.age[until] < width {
				recent++
			}
			until++
		}
		if recent > 0 {
			ex.blocks = append(ex.blocks, block{from: int32(from), until: int32(until), recent: int32(recent)})
			ex.most = max(ex.most, recent)
		}
		from = until
	}
}

// content is what unit u holds.
func (ex *exchange) content(u int32) []int32 {
	if ex.start == nil {
		return ex.place[u : u+1]
	}
	return ex.place[ex.start[u]:ex.start[u+1]]
}

// mixes counts the places of each block.
func (ex *exchange) mixes(places int) {
	at := make([]int32, places) // 1 + where in mix the place is, of this block
	for i := range ex.blocks {
		b := &ex.blocks[i]
		b.mixFrom = int32(len(ex.mix))
		for u := b.from; u < b.until; u++ {
			for _, p := range ex.content(u) {
				if at[p] <= b.mixFrom {
					ex.mix = append(ex.mix, share{place: p})
					at[p] = int32(len(ex.mix))
				}
				ex.mix[at[p]-1].reports++
			}
		}
		b.mixUntil = int32(len(ex.mix))
	}
}

// weight of unit u.
func (ex *exchange) weight(u int32) float64 {
	if !ex.sized {
		return 1
	}
	return float64(ex.start[u+1] - ex.start[u])
}

// expect adds, for each place and age, its reports of a block times the share of
// that age in the weight of the block, the units having been dealt the last slots
// in the order of own. part is scratch of a number for each age.
func (ex *exchange) expect(mean []float64, b block, own []int32, part []float64) {
	width := len(part)
	clear(part)
	for i := len(own) - int(b.recent); i < len(own); i++ {
		part[ex.age[int(b.from)+i]] += ex.weight(own[i])
	}
	all := float64(b.until - b.from)
	if ex.sized {
		all = float64(ex.start[b.until] - ex.start[b.from])
	}
	for a := range part {
		part[a] /= all
	}
	for _, s := range ex.mix[b.mixFrom:b.mixUntil] {
		row := mean[int(s.place)*width:][:len(part)]
		for a, w := range part {
			row[a] += s.reports * w
		}
	}
}

// expectAsDated is expect with the dates as they are.
func (ex *exchange) expectAsDated(mean []float64, width int) {
	unit, part := identity(ex.units), make([]float64, width)
	for _, b := range ex.blocks {
		ex.expect(mean, b, unit[b.from:b.until], part)
	}
}

// draw adds one exchange to the rows of places, and what it makes one expect to
// mean where that depends on it. unit is 0, 1, 2, … and is left so.
func (ex *exchange) draw(d *dice, unit, rows []int32, mean []float64) {
	width := len(d.part)
	for _, b := range ex.blocks {
		own, slots := unit[b.from:b.until], ex.age[b.from:b.until]
		d.choose(own, int(b.recent))
		for i := len(own) - int(b.recent); i < len(own); i++ {
			for _, p := range ex.content(own[i]) {
				rows[int(p)*width+int(slots[i])]++
			}
		}
		if ex.sized {
			ex.expect(mean, b, own, d.part)
		}
		d.restore(own, int(b.recent))
	}
}
