package scan

import "slices"

// exchange is the permutation of dates within groups. A unit is what moves as one:
// a report, or all that a group reported in a week. Units are in order of group
// and, within it, of week.
type exchange struct {
	place  []int32 // of each report, in order of unit
	start  []int32 // unit u holds place[start[u]:start[u+1]]; nil: it holds place[u]
	age    []int32 // weeks before the last, of each unit
	blocks []block // the groups that have a unit in some window
	units  int
	most   int // units in the windows, of the block that has most
}

// block is a group: its units, of which the last so many lie in the windows.
type block struct{ from, until, recent int32 }

func newExchange(d *Data, c Config) *exchange {
	order := sorted(identity(len(d.Week)), d.Week)
	group := func(int32) int32 { return 0 }
	if d.Group != nil {
		order = sorted(order, d.Group)
		group = func(i int32) int32 { return d.Group[i] }
	}
	ex := &exchange{place: make([]int32, len(order)), age: make([]int32, 0, len(order))}
	var owner []int32 // group of each unit
	for k, i := range order {
		ex.place[k] = d.Place[i]
		age := int32(d.Weeks-1) - d.Week[i]
		last := len(ex.age) - 1
		if c.Exchange == Filings && last >= 0 && ex.age[last] == age && owner[last] == group(i) {
			continue
		}
		ex.age, owner = append(ex.age, age), append(owner, group(i))
		if c.Exchange == Filings {
			ex.start = append(ex.start, int32(k))
		}
	}
	if c.Exchange == Filings {
		ex.start = append(ex.start, int32(len(order)))
	}
	ex.units = len(ex.age)
	ex.divide(owner, int32(c.MaxWeeks))
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
			ex.blocks = append(ex.blocks, block{int32(from), int32(until), int32(recent)})
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

// expect adds, for each place and age, the mean over all exchanges: of a group's
// reports of a place, the share of its units that have that age.
func (ex *exchange) expect(mean []float64, width int) {
	share := make([]float64, width)
	for _, b := range ex.blocks {
		clear(share)
		for _, age := range ex.age[b.until-b.recent : b.until] {
			share[age]++
		}
		for a := range share {
			share[a] /= float64(b.until - b.from)
		}
		for u := b.from; u < b.until; u++ {
			for _, p := range ex.content(u) {
				row := mean[int(p)*width : int(p)*width+width]
				for a, s := range share {
					row[a] += s
				}
			}
		}
	}
}

// draw adds one exchange to the rows of places. unit is 0, 1, 2, … and is left so.
func (ex *exchange) draw(d *dice, unit []int32, rows []int32, width int) {
	for _, b := range ex.blocks {
		own, slots := unit[b.from:b.until], ex.age[b.from:b.until]
		d.choose(own, int(b.recent))
		for i := len(own) - int(b.recent); i < len(own); i++ {
			for _, p := range ex.content(own[i]) {
				rows[int(p)*width+int(slots[i])]++
			}
		}
		d.restore(own, int(b.recent))
	}
}
