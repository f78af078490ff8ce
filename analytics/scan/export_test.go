package scan

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// The reference program, and what chance can be worked out for exactly, know sets of
// places and no trees: the scan is held against them through Space.

// Space is places that lie near each other or belong together, and their reports.
type Space struct {
	Data
	Zones Zones
}

// Scan looks at every zone and every window. Finding.Zone is the zone's place in
// Zones. Of zones with the same ratio the shortest window is told, and then the
// zone that comes first.
//
// Errors: settings or data that can't be used. Panics on broken shapes.
//
// Cost, a replicate: the events drawn for the latest MaxWeeks, and zones ×
// MaxWeeks. Memory: 28 bytes a zone and window, and for each processor 4 more (28
// for Mixes).
func (s Space) Scan(c Config) (*Result, error) {
	if s.Zones.places != s.Places {
		panic(fmt.Sprintf("scan: zones of %d places for data of %d", s.Zones.places, s.Places))
	}
	return run(&s.Data, s.Zones, c)
}

// Sets makes one zone of each set of places, in their order: a region, an
// integrated care board, a group of similar organisations. Sets may overlap.
// Counting costs one addition a member; Tree is cheaper for a hierarchy.
//
// Panics if a set is empty, holds a place twice or one that is not among places.
func Sets(places int, sets [][]int32) Zones {
	z := newZones(places)
	for i, set := range sets {
		sorted := slices.Clone(set)
		slices.Sort(sorted)
		if len(set) == 0 || len(slices.Compact(slices.Clone(sorted))) != len(set) {
			panic(fmt.Sprintf("scan: set %d is empty or holds a place twice", i))
		}
		if sorted[0] < 0 || int(sorted[len(set)-1]) >= places {
			panic(fmt.Sprintf("scan: set %d holds a place outside of %d", i, places))
		}
		z.add(set...)
	}
	return z
}

// Circles makes the zones of Kulldorff (1997): about each place, the nearest 1, 2,
// … most places. x and y are in any unit of length on a plane. Places equally far
// enter in their order. Of equal sets only the first is kept. Cost n²·log n; there
// are at most n·most zones.
//
// Panics if x and y differ in length.
func Circles(x, y []float64, most int) Zones {
	n := len(x)
	if len(y) != n {
		panic(fmt.Sprintf("scan: %d x for %d y", n, len(y)))
	}
	z := newZones(n)
	// A set is known by the exclusive or of its places' random 128-bit words.
	type word [2]uint64
	rng := rand.NewPCG(1997, 2001)
	words := make([]word, n)
	for i := range words {
		words[i] = word{rng.Uint64(), rng.Uint64()}
	}
	known := map[word]int32{}
	near, far := make([]int32, n), make([]float64, n)
	for centre := range n {
		for i := range n {
			near[i] = int32(i)
			far[i] = (x[i]-x[centre])*(x[i]-x[centre]) + (y[i]-y[centre])*(y[i]-y[centre])
		}
		slices.SortFunc(near, func(a, b int32) int {
			return cmp.Or(cmp.Compare(far[a], far[b]), cmp.Compare(a, b))
		})
		var set word
		inner := int32(-1)
		for _, p := range near[:min(most, n)] {
			set[0] ^= words[p][0]
			set[1] ^= words[p][1]
			zone, ok := known[set]
			if !ok {
				if inner < 0 {
					zone = z.add(p)
				} else {
					zone = z.add(inner, p)
				}
				known[set] = zone
			}
			inner = zone
		}
	}
	return z
}

// FromCounts turns counts of weeks × places (row-major, oldest week first) into
// reports.
//
// Panics if the shape is wrong or a count is negative.
func FromCounts(weeks, places int, counts []int32) Data {
	if len(counts) != weeks*places {
		panic(fmt.Sprintf("scan: %d counts for %d weeks × %d places", len(counts), weeks, places))
	}
	n := 0
	for i, k := range counts {
		if k < 0 {
			panic(fmt.Sprintf("scan: count %d is %d", i, k))
		}
		n += int(k)
	}
	d := Data{Weeks: weeks, Places: places, Week: make([]int32, 0, n), Place: make([]int32, 0, n)}
	for i, k := range counts {
		for range k {
			d.Week = append(d.Week, int32(i/places))
			d.Place = append(d.Place, int32(i%places))
		}
	}
	return d
}

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
