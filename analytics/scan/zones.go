package scan

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

// Members gives the places of zone i.
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
