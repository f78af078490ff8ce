package linkage

import (
	"math"
	"math/bits"
)

// card is what is cheap to compare of a report, close together in memory.
type card struct {
	at, org, system    int32
	day, reported, age int32
	occurred, worded   bool // worded: it has content words
	sketch, clashes    uint8
	marks              [4]uint64 // of its sketch, a bit for each hash
	codes              [mostCoded]int32
	rarity             [mostCoded]float32
	// rest is by coded field the most that it and those behind it can weigh, in a pair
	// of one system that is compared for its days.
	rest [mostCoded]float64
}

// mostCoded is how many coded fields there are at most.
const mostCoded = 8

// card gives what is cheap to compare of report i, but for the marks.
func (r *reports) card(i int32) card {
	c := card{at: i, org: r.org[i], system: r.system[i], day: r.day[i], reported: r.reported[i], age: r.age[i], occurred: r.occurred[i], worded: r.length[i] != 0}
	for f := range r.coded {
		if code := r.coded[f].codes[i]; code != 0 {
			c.codes[f], c.rarity[f] = code, r.coded[f].rarity[i]
		}
	}
	return c
}

// marked gives a card with the marks.
func (r *reports) marked(i int32) card {
	c := r.card(i)
	hashes := r.shingles.of(i)
	c.sketch = uint8(len(hashes))
	for _, h := range hashes {
		at := mix(uint64(h)) // a sketch's hashes are the lowest, and alike in their high bits
		word, bit := at>>6&3, uint64(1)<<(at&63)
		if c.marks[word]&bit != 0 {
			c.clashes++
		}
		c.marks[word] |= bit
	}
	return c
}

// copies reports whether two marked reports can be copies; false only when they are
// none. Hashes that both hold have their bits in both, and share them as far as they do
// in either.
func (c *card) copies(d *card) bool {
	common := int(min(c.clashes, d.clashes))
	for k := range c.marks {
		common += bits.OnesCount64(c.marks[k] & d.marks[k])
	}
	return float64(common) >= copyShare*float64(max(c.sketch, d.sketch))
}

// bound gives the most that the weight of a pair can be before words are compared and
// cells looked up: what is cheap to tell is taken as it is, the rest at its best. It
// spares nearly all pairs of an organisation's days everything else.
type bound struct {
	m      *model
	level  [BlockCount][3][maxLevels]float64 // bits: occurred, reported, age
	region [BlockCount]float64               // at its best
	text   [BlockCount]float64               // best of texts that are no copies
	copied [BlockCount]float64               // best of copies
	cells  [][2][]float64                    // by coded field, whether the greater system's, group and code: best of the cells with another code
}

// slack is more than sums of the same bits in two orders can differ by, with those of a
// wording kept in single precision.
const slack = 1e-5

func (m *model) bound() *bound {
	w := &bound{m: m}
	best := func(b, f int, levels int) float64 {
		out := math.Inf(-1)
		for l := range levels {
			out = max(out, m.logM[b][f][l]-m.logU[b][f][l])
		}
		return out
	}
	for b := range w.level {
		for k, f := range cheapLevels {
			for l := range maxLevels {
				w.level[b][k][l] = m.logM[b][f][l] - m.logU[b][f][l]
			}
		}
		if Block(b) >= Elsewhere {
			w.region[b] = max(0, best(b, regionField, 2))
		}
		w.text[b] = best(b, textField, copied)
		w.copied[b] = m.logM[b][textField][copied] + math.Log2(2*float64(max(1, len(m.row))))
		if Block(b).words() {
			w.copied[b] = m.logM[b][textField][copied] - m.logU[b][textField][copied]
		}
		w.copied[b] = max(w.copied[b], w.text[b])
	}
	for f := range m.cells {
		w.cells = append(w.cells, m.cells[f].best())
	}
	return w
}

var cheapLevels = [3]int{occurredField, reportedField, ageField}

// best gives for each group and code the most bits of a cell with another code: for
// codes of the lesser system, and of the greater. Where both are one system, a cell
// stands for both its codes. A cell that was never seen says no more than that the codes
// differ.
func (t *cellTable) best() (out [2][]float64) {
	names := int32(len(t.field.names))
	for side := range out {
		out[side] = make([]float64, len(t.allChance)*int(names))
		for at := range out[side] {
			group := int32(at) / names
			if s := group % (t.systems * t.systems); s/t.systems == s%t.systems {
				out[side][at] = math.Log2(max(t.differ[group/(t.systems*t.systems)], t.field.doubt))
			}
		}
	}
	for at, k := range t.keys {
		s := k.group % (t.systems * t.systems)
		for side, code := range [2]int32{k.a, k.b} {
			row := k.group * names
			out[side][row+code] = max(out[side][row+code], t.bitsOf[at])
			if s/t.systems == s%t.systems {
				out[1-side][row+code] = max(out[1-side][row+code], t.bitsOf[at])
			}
		}
	}
	return out
}

// limit sets what the rest of a card's fields can weigh.
func (w *bound) limit(c *card) {
	group, sum := c.system*int32(len(w.m.systems))+c.system, 0.0
	for f := len(w.cells) - 1; f >= 0; f-- {
		if code := c.codes[f]; code != 0 {
			k := &w.m.cells[f]
			sum += max(0, k.logSame[0]+float64(c.rarity[f]), w.cells[f][0][group*int32(len(k.field.names))+code])
		}
		c.rest[f] = sum
	}
}

// near reports whether a pair of marked cards of one organisation's days can weigh so
// much; false only when it can't.
func (w *bound) near(least float64, p pair, a, b *card) bool {
	least -= slack
	if a.worded && b.worded {
		if a.copies(b) {
			least -= w.copied[p.block]
		} else {
			least -= w.text[p.block]
		}
	}
	enough := math.Inf(-1)
	if p.block == SameDays {
		enough = least
	}
	return w.wordless(p, a, b, enough) >= least
}

// wordless gives the most that a pair can weigh but for its words, or −Inf when that
// can't be enough; a and b are p.i and p.j.
func (w *bound) wordless(p pair, a, b *card, enough float64) float64 {
	sum := w.region[p.block]
	levels := &w.level[p.block]
	if a.occurred && b.occurred {
		sum += levels[0][step(occurredSteps, b.day-a.day-p.shift)]
	}
	raw := b.reported - a.reported
	sum += levels[1][min(step(reportedSteps, raw), step(reportedSteps, raw-p.shift))]
	if a.age >= 0 && b.age >= 0 {
		sum += levels[2][step(ageSteps, b.age-a.age)]
	}
	kind := p.block / pairwise
	s, t := a.system, b.system
	x, y := &a.codes, &b.codes
	if s > t {
		s, t, x, y = t, s, y, x
	}
	n := int32(len(w.m.systems))
	group := (int32(kind)*n+s)*n + t
	for f := range w.cells {
		if sum+a.rest[f] < enough {
			return math.Inf(-1)
		}
		switch k := &w.m.cells[f]; {
		case x[f] == 0 || y[f] == 0:
		case x[f] != y[f]:
			row := group * int32(len(k.field.names))
			sum += min(w.cells[f][0][row+x[f]], w.cells[f][1][row+y[f]])
		case p.block.words():
			sum += k.logSame[kind] - k.logAgree[kind]
		default:
			sum += k.logSame[kind] + float64(a.rarity[f]+b.rarity[f])/2
		}
	}
	return sum
}

// reaches reports whether a pair can weigh so much; false only when it can't. copies
// is asked whether the two can be copies.
func (w *bound) reaches(least float64, p pair, a, b *card, copies func() bool) bool {
	least -= w.wordless(p, a, b, math.Inf(-1)) + slack
	if !a.worded || !b.worded {
		return least <= 0
	}
	return w.text[p.block] >= least || w.copied[p.block] >= least && copies()
}

// linkable gives for each block a weight below which no pair is sure enough to be linked.
func (m *model) linkable() (least [BlockCount]float64) {
	const step = 0.125 // of the search for a threshold
	for b := range least {
		switch t := m.curves[b].threshold(m.config.Posterior); {
		case !math.IsInf(t, 1):
			least[b] = t - step
		case m.curves[b].posterior[bins-1] < m.config.Posterior:
			least[b] = t
		default:
			least[b] = highBits
		}
	}
	return least
}
