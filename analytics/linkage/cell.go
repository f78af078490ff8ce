package linkage

import "math"

// cellTable holds what is learnt of one coded field: how often values agree, and
// which stand side by side, in matches and in chance pairs. Agreement within an
// organisation tells the more the rarer the value is there; two values of two
// code lists are a translation, which is learnt.
type cellTable struct {
	field   *coded
	systems int32
	index   map[key]int32
	keys    []key
	of      []int32 // by example: its cell, agreed or missing
	chance  []float64
	match   []float64
	// by group
	allChance, allMatch []float64
	differ              [kinds]float64 // share of matches of which the values differ
	agree               [kinds]float64 // share of chance pairs of which they agree
	logSame, logAgree   [kinds]float64 // log2 of 1−differ and of agree
	bitsOf              []float64      // by cell
}

const (
	agreed   = -1
	unknown  = -2
	kinds    = int(BlockCount / 2)
	pseudo   = 0.3 // pairs that what is expected counts for in a cell
	pairwise = 2   // blocks of a kind: one system, two systems
)

func newCellTable(f *coded, r *reports, sample []example) cellTable {
	groups := kinds * len(r.systems) * len(r.systems)
	t := cellTable{field: f, systems: int32(len(r.systems)), index: map[key]int32{}, allChance: make([]float64, groups), allMatch: make([]float64, groups)}
	t.attach(r, sample)
	t.learnChance(r, sample)
	return t
}

// attach finds the cells of the examples.
func (t *cellTable) attach(r *reports, sample []example) {
	t.of = make([]int32, len(sample))
	for k := range sample {
		cell, ok := t.field.key(r, sample[k].pair)
		switch {
		case !ok:
			t.of[k] = unknown
			continue
		case cell.a == cell.b:
			t.of[k] = agreed
			continue
		}
		at, seen := t.index[cell]
		if !seen {
			at = int32(len(t.keys))
			t.index[cell], t.keys = at, append(t.keys, cell)
			t.chance, t.match, t.bitsOf = append(t.chance, 0), append(t.match, 0), append(t.bitsOf, 0)
		}
		t.of[k] = at
	}
}

func (t *cellTable) learnChance(r *reports, sample []example) {
	var alike, all [kinds]float64
	for k := range sample {
		e, at := &sample[k], t.of[k]
		if e.shift == 0 || at == unknown {
			continue
		}
		kind := e.block / pairwise
		group, _ := r.group(e.pair)
		t.allChance[group]++
		if at == agreed {
			alike[kind]++
		} else {
			t.chance[at]++
			if _, common := t.field.expected(t.keys[at], t.systems); !common {
				continue
			}
		}
		all[kind]++
	}
	for k := range kinds {
		t.differ[k], t.agree[k] = differ, (alike[k]+1)/(all[k]+2)
	}
	t.refresh()
}

// learn counts what the fields of matches say.
func (t *cellTable) learn(r *reports, sample []example) {
	clear(t.match)
	clear(t.allMatch)
	var apart, together [kinds]float64
	for k := range kinds {
		apart[k], together[k] = prior/3*differ, prior/3*(1-differ)
	}
	for k := range sample {
		at, e := t.of[k], &sample[k]
		if at == unknown || e.shift != 0 || e.posterior == 0 {
			continue
		}
		kind := e.block / pairwise
		group, _ := r.group(e.pair)
		t.allMatch[group] += e.posterior
		if at == agreed {
			together[kind] += e.posterior
			continue
		}
		cell := t.keys[at]
		t.match[at] += e.posterior
		if _, common := t.field.expected(cell, t.systems); common {
			apart[kind] += e.posterior
		}
	}
	for k := range kinds {
		t.differ[k] = max(apart[k]/(apart[k]+together[k]), t.field.doubt)
	}
	t.refresh()
}

// refresh makes the bits ready.
func (t *cellTable) refresh() {
	for k := range kinds {
		t.logSame[k], t.logAgree[k] = math.Log2(1-t.differ[k]), math.Log2(t.agree[k])
	}
	for at, k := range t.keys {
		t.bitsOf[at] = t.cellBits(k, t.match[at], t.chance[at])
	}
}

// cellBits gives log2 of how much oftener two different values stand side by side
// in matches than by chance. Both are counts over expected counts, each drawn
// towards what is expected without: independence for chance; for matches the share
// of disagreement where both systems know both values, else chance, which says
// nothing.
func (t *cellTable) cellBits(k key, match, chance float64) float64 {
	share, common := t.field.expected(k, t.systems)
	u := share * (chance + pseudo) / (t.allChance[k.group]*share + pseudo)
	expected := 1.0
	if common {
		expected = t.differ[k.group/(t.systems*t.systems)]
	}
	// One of the matches of the cell may be the pair that is judged: it must not
	// vouch for itself.
	less := min(match, 1)
	return max(math.Log2((match-less+pseudo*expected)/((t.allMatch[k.group]-less)*u+pseudo)), math.Log2(t.field.doubt))
}

// agreedBits gives the bits of agreement. Where pairs are compared for their days,
// chance agreement is as common as the value is in the organisation (Winkler);
// where they are compared for their words it is what chance pairs show, because
// reports in the same words mostly have the same codes.
func (t *cellTable) agreedBits(p pair) float64 {
	kind := p.block / pairwise
	chance := t.logAgree[kind]
	if !p.block.words() {
		chance = -float64(t.field.rarity[p.i]+t.field.rarity[p.j]) / 2
	}
	return t.logSame[kind] - chance
}

// ofExample gives the bits of the field for an example.
func (t *cellTable) ofExample(k int, p pair) float64 {
	switch at := t.of[k]; at {
	case unknown:
		return 0
	case agreed:
		return t.agreedBits(p)
	default:
		return t.bitsOf[at]
	}
}

// bits gives the bits of the field for a pair; 0 when either value is missing.
func (t *cellTable) bits(r *reports, p pair) float64 {
	switch a, b := t.field.codes[p.i], t.field.codes[p.j]; {
	case a == 0 || b == 0:
		return 0
	case a == b:
		return t.agreedBits(p)
	}
	k, _ := t.field.key(r, p)
	if at, seen := t.index[k]; seen {
		return t.bitsOf[at]
	}
	return t.cellBits(k, 0, 0)
}
