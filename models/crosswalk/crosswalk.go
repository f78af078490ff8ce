// Package crosswalk answers: which codes of one scheme stand for which of another,
// when no event was coded in both?
//
// It is for reading series side by side across a change of recording system, such
// as NRLS categories before and LFPSE's after. In go narratives coded by people in
// the old scheme with what a classifier of the new one makes of their texts, and
// narratives coded by people in the new scheme that the classifier has not learnt
// from, which show how it errs ([Sample]). Out comes a [Table] of P(new code | old
// code) with intervals, corrected for the classifier's errors, with the codes that
// have no clean counterpart marked; [Table.Translate] turns counts by old code into
// expected counts by new code.
//
// The narrative is the only thing that both schemes share, so the correction rests
// on one assumption: narratives of one new code read alike, whichever old code they
// had. [Config.Learn] says what becomes of it where that is not so.
package crosswalk

import "fmt"

// Method says how shares are estimated from what the classifier says.
type Method uint8

const (
	// Prior re-estimates the shares as the prior under which the classifier's
	// posteriors fit together, after mending the posteriors on the held-out narratives.
	//
	// Source: Saerens, Latinne and Decaestecker (2002), Adjusting the outputs of a
	// classifier to new a priori probabilities, Neural Computation 14; mended as by
	// Alexandari, Kundaje and Shrikumar (2020).
	Prior Method = iota
	// Adjusted finds the mix of new codes whose narratives would, on average, have
	// got the probabilities that the old code's narratives got. It does not need
	// posteriors that mean what they say, and is less exact when they do.
	//
	// Source: Bella et al. (2010), Quantification via probability estimators; solved
	// by expectation-maximisation over shares, which can't leave the range 0 to 1 as an
	// inverted confusion matrix does.
	Adjusted
	// Plain averages the probabilities, uncorrected: shares that the classifier's
	// errors blur.
	Plain
)

var methodNames = [...]string{"prior", "adjusted", "plain"}

// Methods lists every method.
func Methods() []Method { return []Method{Prior, Adjusted, Plain} }

// String gives the name.
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return fmt.Sprintf("method(%d)", uint8(m))
}

// Config is the settings.
type Config struct {
	Method     Method
	Resamples  int     // of the bootstrap for the intervals
	Seed       uint64  // of the resampling
	Least      int     // an old code with fewer narratives is not judged, and gets the mix of all
	Iterations int     // of the expectation-maximisation, at most
	Clean      float64 // the share from which a code has a clean counterpart
}

// Default is re-estimated priors with 100 resamples, 30 narratives at least,
// 200 iterations, and clean from 0.8.
func Default() Config {
	return Config{Method: Prior, Resamples: 100, Seed: 1, Least: 30, Iterations: 200, Clean: .8}
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if int(c.Method) >= len(methodNames) || c.Resamples < 2 || c.Least < 1 || c.Iterations < 1 || !(c.Clean > 0 && c.Clean <= 1) {
		return fmt.Errorf("crosswalk: method %v, %d resamples, %d narratives at least, %d iterations, clean from %v", c.Method, c.Resamples, c.Least, c.Iterations, c.Clean)
	}
	return nil
}

// Sample is what a crosswalk is learnt from: a old codes, b new codes.
type Sample struct {
	From, To []string // names of the a old and b new codes

	Codes []int32   // of n narratives: the old code that people gave; −1 for none, which is left out
	P     []float32 // n×b, row-major: the probabilities of the new codes

	Held  []int32   // of m narratives that the classifier has not learnt from: the new code that people gave; −1 for none
	HeldP []float32 // m×b: the probabilities of the new codes, by the same classifier
}

// check panics when shapes do not agree, and gives an error when there is nothing to learn from.
func (s Sample) check() error {
	a, b := len(s.From), len(s.To)
	if len(s.P) != len(s.Codes)*b || len(s.HeldP) != len(s.Held)*b {
		panic(fmt.Sprintf("crosswalk: %d and %d probabilities for %d and %d narratives of %d codes", len(s.P), len(s.HeldP), len(s.Codes), len(s.Held), b))
	}
	coded, held := 0, 0
	for _, set := range []struct {
		codes []int32
		most  int
		count *int
	}{{s.Codes, a, &coded}, {s.Held, b, &held}} {
		for i, c := range set.codes {
			if int(c) >= set.most || c < -1 {
				panic(fmt.Sprintf("crosswalk: code %d of %d for narrative %d", c, set.most, i))
			}
			if c >= 0 {
				*set.count++
			}
		}
	}
	for _, p := range [][]float32{s.P, s.HeldP} {
		for i, v := range p {
			if !(v >= 0 && v <= 1) {
				panic(fmt.Sprintf("crosswalk: probability %v of narrative %d", v, i/b))
			}
		}
	}
	if coded == 0 || held == 0 || b < 2 {
		return fmt.Errorf("crosswalk: %d narratives in the old scheme, %d in the new one, %d new codes", coded, held, b)
	}
	return nil
}

// Status says what sort of counterpart an old code has.
type Status uint8

const (
	Clean   Status = iota // one new code surely holds Config.Clean or more of it
	Unclear               // one may, or may not
	Split                 // surely none does: it has no clean counterpart
	TooFew                // too few narratives to say: the mix of all codes stands in
)

var statusNames = [...]string{"clean", "unclear", "split", "too few"}

// String gives the English name used in every output.
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
	for i, name := range statusNames {
		if name == string(b) {
			*s = Status(i)
			return nil
		}
	}
	return fmt.Errorf("reading status %q: want one of %q", b, statusNames)
}
