package scan

import (
	"cmp"
	"math"
	"slices"
)

// run is the scan: what is expected, what stands out, how often chance does that.
func run(d *Data, z Zones, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := d.check(c); err != nil {
		return nil, err
	}
	var ex *exchange
	all, keep := d, []bool(nil)
	if c.Model == Permutation {
		if c.Exchange != Reports && c.Spread > 0 {
			d, keep = d.capped(c.Spread)
		}
		ex = newExchange(d, c)
	}
	g := newGrid(d, z, c, ex)
	found := make([]Finding, z.Len())
	ceiling := g.ceiling(d, c)
	top := 0.0
	for i := range found {
		f := &found[i]
		window, llr := g.top(z.places + i)
		at := (z.places+i)*g.width + window
		*f = Finding{Zone: i, Weeks: window + 1, Observed: int(g.observed[at]), Expected: g.mean[at], LLR: llr, P: math.NaN(), Gumbel: math.NaN()}
		if g.reports != nil {
			f.Reports = int(g.reports[at])
		}
		f.TooFew = ceiling[z.places+i] < g.least
		top = max(top, llr)
	}
	r := &Result{Config: c, Events: int(g.events), Capped: len(all.Week) - len(d.Week), Weeks: d.Weeks}
	r.Maxima, r.Stopped = replicate(g, newNull(d, c, ex, g), c, top)
	k := newRanks(r.Maxima, r.Stopped)
	r.Critical = k.critical(c)
	for i := range found {
		f := &found[i]
		f.Usual = g.usual((z.places+i)*g.width+f.Weeks-1, r.Critical)
		if !f.TooFew {
			f.P, f.Gumbel = k.p(f.LLR), k.gumbel(f.LLR)
		}
	}
	r.Clusters = g.apart(found, c.Clusters)
	all.describe(r.Clusters, keep)
	r.Zones = make([]Finding, len(found))
	for i, f := range found {
		f.Zone = int(z.name[i])
		r.Zones[f.Zone] = f
	}
	return r, nil
}

// ceiling is the most events that each row could have had in a window, had its
// dates, or the cases, fallen otherwise. Where it lies below MinEvents, nothing
// could have been found.
func (g *grid) ceiling(d *Data, c Config) []int32 {
	most := make([]int32, len(g.observed)/g.width)
	switch c.Model {
	case Permutation:
		for _, p := range d.Place {
			most[p]++
		}
		accumulate(g.zones, most, 1)
	case Poisson:
		for i := range most {
			if g.mean[(i+1)*g.width-1] > 0 {
				most[i] = math.MaxInt32
			}
		}
	case Bernoulli:
		for i := range most {
			most[i] = int32(min(g.events, g.reports[(i+1)*g.width-1]))
		}
	}
	return most
}

// apart gives the strongest findings of which no two share a place, told in full.
func (g *grid) apart(found []Finding, most int) []Finding {
	order := make([]int, 0, len(found))
	for i, f := range found {
		if f.LLR > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(found[b].LLR, found[a].LLR), cmp.Compare(found[a].Weeks, found[b].Weeks), cmp.Compare(a, b))
	})
	taken := make([]bool, g.zones.places)
	var out []Finding
	for _, i := range order {
		if len(out) == most {
			break
		}
		f := found[i]
		f.Places = g.zones.Members(i)
		if slices.ContainsFunc(f.Places, func(p int32) bool { return taken[p] }) {
			continue
		}
		for _, p := range f.Places {
			taken[p] = true
		}
		f.Zone = int(g.zones.name[i])
		f.Parts = g.parts(i, f)
		out = append(out, f)
	}
	return out
}

// parts tells what zone i consists of in the window of f. A tree's leaf has none.
func (g *grid) parts(i int, f Finding) []Part {
	rows := f.Places
	if g.zones.tree {
		rows = g.zones.parts(i)
	}
	if len(rows) < 2 {
		return nil
	}
	out := make([]Part, 0, len(rows))
	for _, row := range rows {
		at := int(row)*g.width + f.Weeks - 1
		p := Part{Zone: int(row), Own: g.zones.tree, Observed: int(g.observed[at]), Expected: g.mean[at], LLR: g.ratio(at, float64(g.observed[at]))}
		if int(row) >= g.zones.places {
			p.Zone, p.Own = int(g.zones.name[int(row)-g.zones.places]), false
		}
		if p.Observed > 0 || p.Expected > 0 {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(float64(b.Observed)-b.Expected, float64(a.Observed)-a.Expected), cmp.Compare(a.Zone, b.Zone))
	})
	return out
}

// describe counts the groups that each cluster's events come from, and what of
// them was capped: the reports that are not in keep.
func (d *Data) describe(clusters []Finding, keep []bool) {
	if d.Group == nil || len(clusters) == 0 {
		return
	}
	owner := make([]int, d.Places)
	for i, f := range clusters {
		for _, p := range f.Places {
			owner[p] = i + 1
		}
	}
	type filing struct {
		cluster     int
		group, week int32
	}
	filings := map[filing]int{}
	groups := map[filing]bool{}
	for i, p := range d.Place {
		k := owner[p] - 1
		if k < 0 || int(d.Week[i]) < d.Weeks-clusters[k].Weeks || d.Case != nil && !d.Case[i] {
			continue
		}
		f := &clusters[k]
		if keep != nil && !keep[i] {
			f.Capped++
			continue
		}
		this := filing{k, d.Group[i], d.Week[i]}
		filings[this]++
		f.Filing = max(f.Filing, filings[this])
		this.week = -1
		if !groups[this] {
			groups[this] = true
			f.Groups++
		}
	}
}
