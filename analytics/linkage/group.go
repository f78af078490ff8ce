package linkage

import (
	"cmp"
	"context"
	"slices"

	"psims/datasets/incident"
)

// link is a pair that is judged to be one event.
type link struct {
	pair
	weight, posterior float64
}

// links compares all pairs worth it of which one was reported after a day, and keeps
// those sure enough.
func (b *blocks) links(ctx context.Context, m *model, after int32) ([]link, [BlockCount]int, error) {
	s := &sweep{blocks: b, m: m, bound: m.bound(), least: m.linkable(), after: after}
	found, compared, err := s.run(ctx)
	var out []link
	for k := range found {
		f := &found[k]
		if weight, posterior := m.judged(f.pair, &f.comparison); posterior >= b.config.Posterior {
			out = append(out, link{f.pair, weight, posterior})
		}
	}
	slices.SortFunc(out, func(x, y link) int { return cmp.Or(cmp.Compare(x.i, y.i), cmp.Compare(x.j, y.j)) })
	return out, compared, err
}

// judge gives the weight and the probability of a pair that may be a match.
func (m *model) judge(p pair) (weight, posterior float64) {
	c := m.compare(p)
	c.textLevel(m.cutsFor(p.block))
	return m.judged(p, &c)
}

// judged is judge for a pair that was compared.
func (m *model) judged(p pair, c *comparison) (weight, posterior float64) {
	weight = m.weight(p, c)
	if !c.proven(p.block) {
		return weight, 0
	}
	return weight, m.curves[p.block].at(weight)
}

// likely gives the probability that any two reports, i before j, are one event: 0
// when they are too far apart to be compared.
func (m *model) likely(i, j int32) float64 {
	p, ok := m.relate(i, j)
	if !ok {
		return 0
	}
	_, posterior := m.judge(p)
	return posterior
}

// relate gives two reports as a pair of the block in which they would be compared.
func (m *model) relate(i, j int32) (pair, bool) {
	b := blocks{reports: m.reports, config: m.config}
	gap := m.day[j] - m.day[i]
	block, ok := b.block(i, j, gap, false)
	if !ok {
		block, ok = b.block(i, j, gap, true)
	}
	return pair{i, j, 0, block}, ok
}

// group joins links, the surest first, into groups of which every two reports may
// be one event: a chain of links doesn't join what its ends contradict.
func (m *model) group(links []link) [][]int32 {
	order := slices.Clone(links)
	slices.SortFunc(order, func(x, y link) int {
		return cmp.Or(cmp.Compare(y.posterior, x.posterior), cmp.Compare(y.weight, x.weight), cmp.Compare(x.i, y.i), cmp.Compare(x.j, y.j))
	})
	members := map[int32]*[]int32{}
	of := func(i int32) *[]int32 {
		if g := members[i]; g != nil {
			return g
		}
		g := &[]int32{i}
		members[i] = g
		return g
	}
	for _, l := range order {
		a, b := of(l.i), of(l.j)
		if a == b || len(*a)+len(*b) > m.config.MaxGroup || !m.agree(*a, *b) {
			continue
		}
		*a = append(*a, *b...)
		for _, i := range *b {
			members[i] = a
		}
	}
	var out [][]int32
	for _, l := range links {
		// Each group is taken once, at the link where its first report comes up.
		g := *members[l.i]
		if len(g) > 1 && !slices.IsSorted(g) {
			slices.Sort(g)
		}
		if len(g) > 1 && g[0] == l.i && (len(out) == 0 || out[len(out)-1][0] != l.i) {
			out = append(out, g)
		}
	}
	return out
}

func (m *model) agree(a, b []int32) bool {
	for _, i := range a {
		for _, j := range b {
			if m.likely(min(i, j), max(i, j)) < m.config.Least {
				return false
			}
		}
	}
	return true
}

// result turns canonical places back into rows of the table.
func (m *model) result(in Input, links []link, compared [BlockCount]int) *Result {
	n := len(m.row)
	r := &Result{Of: make([]int32, n), First: make([]bool, n), place: make([]int32, n), model: m}
	for i, row := range m.row {
		r.Of[row], r.First[row], r.place[row] = -1, true, int32(i)
	}
	least := make([]float64, n) // by canonical place of a group's first
	first := make([]int32, n)
	for i := range n {
		least[i], first[i] = 1, int32(i)
	}
	groups := m.group(links)
	for _, g := range groups {
		for _, i := range g {
			first[i] = g[0]
		}
	}
	r.Blocks = make([]Summary, BlockCount)
	for b := range r.Blocks {
		c := &m.curves[b]
		r.Blocks[b] = Summary{Block: Block(b), Compared: compared[b], Matches: c.matches * float64(compared[b]), Threshold: c.threshold(m.config.Posterior)}
	}
	for _, l := range links {
		r.Pairs = append(r.Pairs, Pair{m.row[l.i], m.row[l.j], l.weight, l.posterior, l.block})
		r.Blocks[l.block].Links++
		r.Blocks[l.block].ExpectedFalse += 1 - l.posterior
		if f := first[l.i]; f == first[l.j] {
			least[f] = min(least[f], l.posterior)
		}
	}
	for _, g := range groups {
		out := Group{First: m.row[g[0]], Harm: incident.HarmMissing, Posterior: least[g[0]]}
		for _, i := range g {
			row := m.row[i]
			out.Rows = append(out.Rows, row)
			r.Of[row], r.First[row] = int32(len(r.Groups)), i == g[0]
			if len(in.Table.Harm) > 0 {
				out.Harm = incident.Worst(out.Harm, in.Table.Harm[row])
			}
		}
		r.Groups = append(r.Groups, out)
	}
	r.Fields = m.fields()
	return r
}
