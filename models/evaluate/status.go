package evaluate

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Status says whether a figure could be judged. "Looked and found none right" and
// "there was nothing to look at" must never read the same.
type Status uint8

const (
	Judged    Status = iota
	TooFew           // there are rows, but fewer than [Config.Least]: the interval is too wide to act on
	NoneThere        // none in the test data
)

var statusNames = [...]string{"judged", "too few", "not judged: none in the test data"}

// Statuses lists every status.
func Statuses() []Status { return []Status{Judged, TooFew, NoneThere} }

// String gives the words used in every output.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// MarshalText writes what String gives.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Status) UnmarshalText(b []byte) error {
	i := slices.Index(statusNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("reading status %q: want one of %q", b, statusNames)
	}
	*s = Status(i)
	return nil
}

// statusOf says whether so many rows can be judged.
func (c Config) statusOf(rows int) Status {
	switch {
	case rows == 0:
		return NoneThere
	case rows < c.Least:
		return TooFew
	}
	return Judged
}

// Wilson gives the 95 % interval of a share: right of rows. Of no rows it is 0 to 1.
//
// Source: Wilson (1927), Probable inference; Brown, Cai and DasGupta (2001),
// Interval estimation for a binomial proportion, who recommend it.
func Wilson(right, rows int) [2]float64 { return wilson(float64(right), float64(rows), z95) }

// z95 is the standard normal deviate of a two-sided 95 % interval.
const z95 = 1.959963984540054

func wilson(right, rows, z float64) [2]float64 {
	if rows == 0 {
		return [2]float64{0, 1}
	}
	share, add := right/rows, z*z/rows
	centre := (share + add/2) / (1 + add)
	half := z / (1 + add) * math.Sqrt(share*(1-share)/rows+add/(4*rows))
	return [2]float64{max(0, centre-half), min(1, centre+half)}
}

// newcombe gives the interval of the difference of two independent shares.
//
// Source: Newcombe (1998), Interval estimation for the difference between
// independent proportions, method 10.
func newcombe(right, rows, right2, rows2, z float64) [2]float64 {
	if rows == 0 || rows2 == 0 {
		return [2]float64{-1, 1}
	}
	p, q := right/rows, right2/rows2
	a, b := wilson(right, rows, z), wilson(right2, rows2, z)
	return [2]float64{p - q - math.Hypot(p-a[0], b[1]-q), p - q + math.Hypot(a[1]-p, q-b[0])}
}

// jointDeviate is the normal deviate at which so many intervals hold together 95 % of the time (Bonferroni).
func jointDeviate(intervals int) float64 {
	return distuv.UnitNormal.Quantile(1 - .025/float64(max(1, intervals)))
}
