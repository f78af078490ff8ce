package scan

// Ratio is the log likelihood ratio of a zone in a window of so many weeks.
type Ratio struct {
	Zone, Weeks int
	LLR         float64
}

// Ratios gives all of them, the windows of one week first.
func (s Space) Ratios(c Config) []Ratio {
	var ex *exchange
	if c.Model == Permutation {
		ex = newExchange(&s.Data, c)
	}
	g := newGrid(&s.Data, s.Zones, c, ex)
	var out []Ratio
	for a := range g.width {
		for z := range s.Zones.Len() {
			at := (s.Places+z)*g.width + a
			out = append(out, Ratio{z, a + 1, g.ratio(at, float64(g.observed[at]))})
		}
	}
	return out
}

// Drawn gives the counts of places by week before the last (places × MaxWeeks) of
// so many random data sets.
func (s Space) Drawn(c Config, times int) [][]int32 {
	var ex *exchange
	if c.Model == Permutation {
		ex = newExchange(&s.Data, c)
	}
	g := newGrid(&s.Data, s.Zones, c, ex)
	n := newNull(&s.Data, c, ex, g)
	w := n.worker(g)
	out := make([][]int32, times)
	for r := range out {
		w.dice.rng.Seed(c.Seed, uint64(r))
		out[r] = make([]int32, s.Places*c.MaxWeeks)
		n.draw(&w.dice, w.list, out[r], w.grid.mean)
	}
	return out
}
