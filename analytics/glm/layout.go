package glm

import (
	"fmt"
	"math"
	"slices"
)

// run is a stretch of observations of one group.
type run struct {
	from, until int32
	group       uint8
}

// place is where an observation stands: its group, and its time after the first one's.
type place struct {
	group uint8
	after int32
}

// stride is a row of observations of one group at even steps in time, as the same
// week of several years.
type stride struct {
	from  int32 // the first observation
	count int32
	group uint8
}

// leastStride is how many observations a stride must have in the mean to save work.
const leastStride = 3

// Load takes n counts with their groups (0 to groups−1) and their times, in any
// order; the fit is quickest when the observations of a group stand together.
// Counts and groups are kept by reference until the next Load.
//
// Panics if the lengths do not agree or there is nothing to fit.
func (f *Factor) Load(y []float64, group []uint8, time []int32, groups int) {
	n := len(y)
	if n == 0 || len(group) != n || len(time) != n {
		panic(fmt.Sprintf("glm: %d groups and %d times for %d counts", len(group), len(time), n))
	}
	f.y, f.begun = y, false
	f.offset, f.share = nil, f.share[:0]
	if f.sameShape(group, time, groups) {
		// The next week of a series is laid out as the one before.
		f.group, f.centre, f.first = group, f.centre+time[0]-f.origin, f.first+time[0]-f.origin
		f.origin = time[0]
		return
	}
	f.group = group
	f.lay(time, groups)
}

// sameShape reports whether groups are as in the last Load, and times too but for a
// common shift.
func (f *Factor) sameShape(group []uint8, time []int32, groups int) bool {
	if len(group) != len(f.laid) || groups != len(f.level) {
		return false
	}
	for i, l := range f.laid {
		if l.group != group[i] || l.after != time[i]-time[0] {
			return false
		}
	}
	return true
}

// lay makes room for observations of these times and finds what hangs on times and
// groups alone.
func (f *Factor) lay(time []int32, groups int) {
	n := len(time)
	first, last := slices.Min(time), slices.Max(time)
	f.origin, f.first, f.centre = time[0], first, first+(last-first)/2
	span := int(last-first) + 1
	for _, s := range []*[]float64{&f.mean, &f.previous, &f.start, &f.x, &f.ones} {
		*s = resize(*s, n)
	}
	f.growth, f.root = resize(f.growth, span), resize(f.root, span)
	for _, s := range []*[]float64{&f.level, &f.base, &f.baseBefore} {
		*s = resize(*s, groups)
	}
	if cap(f.sum) < groups {
		f.sum, f.unit, f.pivot = make([]moments, groups), make([]moments, groups), make([]pivot, groups)
	}
	f.sum, f.unit, f.pivot = f.sum[:groups], f.unit[:groups], f.pivot[:groups]
	f.at, f.runs, f.laid = f.at[:0], f.runs[:0], f.laid[:0]
	for i, t := range time {
		f.x[i], f.ones[i] = float64(t-f.centre), 1
		f.at = append(f.at, t-f.first)
		f.laid = append(f.laid, place{group: f.group[i], after: t - f.origin})
		if i == 0 || f.group[i] != f.group[i-1] {
			f.runs = append(f.runs, run{from: int32(i), group: f.group[i]})
		}
		f.runs[len(f.runs)-1].until = int32(i) + 1
	}
	f.layStrides()
}

// Offset sets what is added to each observation's log mean, until the next Load;
// none for 0 throughout. Predict then tells of an offset of 0. It is kept by reference.
//
// Panics if there are offsets, but not one for each count.
func (f *Factor) Offset(offset []float64) {
	if len(offset) > 0 && len(offset) != len(f.y) {
		panic(fmt.Sprintf("glm: %d offsets for %d counts", len(offset), len(f.y)))
	}
	f.offset, f.begun = offset, false
	f.share = f.share[:0]
	for _, v := range offset {
		f.share = append(f.share, math.Exp(v))
	}
}

// layStrides finds the strides, if most observations are in long ones.
func (f *Factor) layStrides() {
	f.strides = f.strides[:0]
	if len(f.at) < 2 {
		return
	}
	f.step = f.at[1] - f.at[0]
	longest := int32(0)
	for i, a := range f.at {
		if last := len(f.strides) - 1; i == 0 || f.group[i] != f.group[i-1] || a-f.at[i-1] != f.step {
			f.strides = append(f.strides, stride{from: int32(i), count: 1, group: f.group[i]})
		} else {
			f.strides[last].count++
		}
		longest = max(longest, f.strides[len(f.strides)-1].count)
	}
	if len(f.at) < leastStride*len(f.strides) {
		f.strides = f.strides[:0]
		return
	}
	f.powers = make([]powers, longest+1)
}
