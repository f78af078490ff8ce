package crosswalk

import (
	"fmt"
	"math"
	"slices"
)

// Disagreement checks a crosswalk without any event coded twice: back is the one
// learnt the other way round, from narratives of the new scheme by a classifier of
// the old one. Both say how many events there are of each pair of codes, given the
// counts of the a old codes. For each old code out comes the part of its events, 0 to
// 1, that the two place differently; 0 where the count is 0, NaN where back does not
// know the code.
//
// A large part says that one direction, or both, rests on an assumption that does
// not hold, or that the mix of events changed between the systems.
//
// Panics unless there is a count for every old code.
func (t *Table) Disagreement(back *Table, counts []int32) []float64 {
	a, b := len(t.From), len(t.To)
	if len(counts) != a {
		panic(fmt.Sprintf("crosswalk: %d counts for %d old codes", len(counts), a))
	}
	old := make([]int, a) // the old code in back
	for i, name := range t.From {
		old[i] = slices.Index(back.To, name)
	}
	// Events by new code, of the old codes that both know.
	new := make([]float64, b)
	for i, n := range counts {
		for j := range new {
			if old[i] >= 0 {
				new[j] += float64(n) * t.Share[i*b+j]
			}
		}
	}
	out := make([]float64, a)
	for i, n := range counts {
		if old[i] < 0 {
			out[i] = math.NaN()
		}
		if old[i] < 0 || n == 0 {
			continue
		}
		there := 0.0
		for j, name := range t.To {
			share := 0.0
			if from := slices.Index(back.From, name); from >= 0 {
				share = back.Share[from*len(back.To)+old[i]]
			}
			there += math.Abs(float64(n)*t.Share[i*b+j] - new[j]*share)
		}
		out[i] = math.Min(1, there/2/float64(n))
	}
	return out
}

// Rehearsal says how far a crosswalk lies off when its truth is known.
type Rehearsal struct {
	Rows      int     `json:"rows"`
	Corrected float64 `json:"corrected"` // part of events under the wrong new code, 0 to 1, by the method of the settings
	Plain     float64 `json:"plain"`     // the same without correction
}

// Rehearse learns a crosswalk whose truth is known from the held-out narratives
// alone, to say how exact the real one can be with this classifier. Half of them get
// made-up old codes, each of which joins every so manieth new code, three in all; the
// other half shows how the classifier errs.
//
// In a rehearsal the assumption of [Config.Learn] holds, so the real table is at best
// as exact. Panics unless the shapes agree. Errors: as for [Config.Learn].
func (c Config) Rehearse(s Sample) (Rehearsal, error) {
	if err := c.Validate(); err != nil {
		return Rehearsal{}, err
	}
	if err := s.check(); err != nil {
		return Rehearsal{}, err
	}
	b := len(s.To)
	codes := (b + 2) / 3
	known := Sample{To: s.To}
	for i := range codes {
		known.From = append(known.From, fmt.Sprintf("group %d", i+1))
	}
	truth, rows := make([]float64, codes*b), make([]float64, codes)
	var out Rehearsal
	seen := make([]int, b)
	for i, t := range s.Held {
		if t < 0 {
			continue
		}
		p := s.HeldP[i*b : (i+1)*b]
		seen[t]++
		if seen[t]%2 == 0 { // every other one of each code
			known.Held, known.HeldP = append(known.Held, t), append(known.HeldP, p...)
			continue
		}
		code := t % int32(codes)
		known.Codes, known.P = append(known.Codes, code), append(known.P, p...)
		truth[int(code)*b+int(t)]++
		rows[code]++
		out.Rows++
	}
	for _, method := range []struct {
		method Method
		off    *float64
	}{{c.Method, &out.Corrected}, {Plain, &out.Plain}} {
		c.Method, c.Resamples, c.Least = method.method, 2, 1
		table, err := c.Learn(known)
		if err != nil {
			return out, err
		}
		for i := range truth {
			*method.off += math.Abs(rows[i/b]*table.Share[i]-truth[i]) / 2 / float64(out.Rows)
		}
	}
	return out, nil
}
