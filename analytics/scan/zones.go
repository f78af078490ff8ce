package scan

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
)

// Zones are the sets of places to look at. Each is kept as the sum of places and
// of earlier zones, so that counting all of them costs little more than one
// addition a zone.
type Zones struct {
	places int
	start  []int32 // zone z is part[start[z]:start[z+1]]
	part   []int32 // below places: a place; else places + an earlier zone
	name   []int32 // by which a finding calls the zone: its node, for a tree
	tree   bool    // the parts are what a finding is told in, not the places
}

func newZones(places int) Zones { return Zones{places: places, start: []int32{0}} }

// add appends a zone made of these parts and returns its part number.
func (z *Zones) add(parts ...int32) int32 {
	z.name = append(z.name, int32(len(z.name)))
	z.part = append(z.part, parts...)
	z.start = append(z.start, int32(len(z.part)))
	return int32(z.places + z.Len() - 1)
}

// Len is how many zones there are.
func (z Zones) Len() int { return len(z.start) - 1 }

func (z Zones) parts(i int) []int32 { return z.part[z.start[i]:z.start[i+1]] }

// Members gives the places of zone i; for a circle, the centre first.
func (z Zones) Members(i int) []int32 { return z.members(nil, int32(z.places+i)) }

func (z Zones) members(dst []int32, part int32) []int32 {
	if int(part) < z.places {
		return append(dst, part)
	}
	for _, p := range z.parts(int(part) - z.places) {
		dst = z.members(dst, p)
	}
	return dst
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

// accumulate fills the rows of the zones from those of the places: row i has
// width numbers, places first.
func accumulate[T int32 | float64](z Zones, rows []T, width int) {
	for i := range z.Len() {
		at := (z.places + i) * width
		into := rows[at : at+width]
		for k, p := range z.parts(i) {
			from := rows[int(p)*width : int(p)*width+width]
			if k == 0 {
				copy(into, from)
				continue
			}
			for a, v := range from {
				into[a] += v
			}
		}
	}
}
