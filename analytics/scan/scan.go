// Package scan asks whether reports came together: did more of them than chance
// explains fall, in the latest weeks, into one branch of a hierarchy?
//
// In go reports (a week and a place each), what is known of how many to expect,
// and a hierarchy of what they are coded to or come from (Tree). Out comes a
// Finding for every branch, with the window of latest weeks in which it stands out
// most, and a p-value that allows for having looked at every branch and window.
//
// Sources: Kulldorff (1997), Communications in Statistics 26, and (2001), JRSS A
// 164 (prospective space-time scan); Kulldorff et al. (2005), PLoS Medicine 2
// (permutation model); Kulldorff, Fang & Walsh (2003), Biometrics 59 (tree).
package scan

import (
	"fmt"
	"math"
)

// Model says what is expected, and what chance does when nothing is unusual.
type Model uint8

const (
	// Permutation takes the reports as they are and exchanges their dates within
	// each Group: how many reports a group sent in a week, and what it reports over
	// the whole time, are held fixed. Needs no baseline.
	Permutation Model = iota
	// Poisson scatters the reports over places and weeks in proportion to Baseline.
	// The baseline is taken for the truth: if it is unsure, or counts vary more
	// than Poisson ones, there are more false alarms than announced.
	Poisson
	// Bernoulli holds the reports fixed and deals out which of them are a Case: is
	// the share of cases higher in this group lately than elsewhere?
	Bernoulli
)

var modelNames = [...]string{"permutation", "poisson", "bernoulli"}

// String gives the model's name.
func (m Model) String() string {
	if int(m) < len(modelNames) {
		return modelNames[m]
	}
	return fmt.Sprintf("model(%d)", uint8(m))
}

// Exchange says what moves as one when Permutation exchanges dates, and what is
// expected.
type Exchange uint8

const (
	// Mixes moves all that a Group reported in one week together, among the weeks
	// in which the group reported, and judges what was reported, not how much: in a
	// window a place is expected to have its usual share of what the group sent in
	// it. Neither a batch of the usual kind, nor growth, nor a new reporter is news.
	// For hierarchies of kinds: categories, drugs, devices.
	Mixes Exchange = iota
	// Filings moves the same, and judges how much: a group's window is expected to
	// hold as much as the same number of its filings do at other times. For
	// hierarchies of organisations, each its own Group.
	Filings
	// Reports moves each report by itself and expects what Mixes does (the model of
	// the paper). It finds more where the reports of a group are independent, and
	// takes a batch of one kind for a cluster where they are not.
	Reports
)

// Config are the settings of a scan.
type Config struct {
	Model      Model
	Exchange   Exchange // of the Permutation model
	MaxWeeks   int      // windows are the last 1, 2, … MaxWeeks weeks
	MinEvents  int      // a window with fewer events is never a finding
	Replicates int      // data sets drawn at random for the p-value
	Stop       int      // draw no more once so many reached the strongest finding; 0 draws all
	Alpha      float64  // a finding of at most this p-value is raised
	Clusters   int      // at most so many findings are told in full
	Gumbel     bool     // below the smallest p that Replicates can give, take the fitted one
	// Of a group's reports of one place in one week, mean + Spread·√mean count, and
	// never fewer than 2; the mean is that of its other filings. 0: all count.
	// Mixes and Filings only.
	Spread float64
	Seed   uint64
}

// Default gives the nightly settings. Alpha 0.01 is a false alarm about every two
// years of weekly scans. With Stop at Alpha·(Replicates+1) what is raised is what
// all replicates would raise.
func Default() Config {
	return Config{Model: Permutation, Exchange: Mixes, MaxWeeks: 13, MinEvents: 2,
		Replicates: 999, Stop: 10, Alpha: 0.01, Clusters: 10, Spread: 3}
}

// Validate tells which setting can't be used, and what can.
func (c Config) Validate() error {
	switch {
	case c.Model > Bernoulli:
		return fmt.Errorf("scan: there is no %v", c.Model)
	case c.Exchange > Reports:
		return fmt.Errorf("scan: there is no exchange %d", c.Exchange)
	case c.MaxWeeks < 1:
		return fmt.Errorf("scan: MaxWeeks is %d: at least 1", c.MaxWeeks)
	case c.MinEvents < 1:
		return fmt.Errorf("scan: MinEvents is %d: at least 1", c.MinEvents)
	case !(c.Alpha > 0 && c.Alpha < 1):
		return fmt.Errorf("scan: Alpha is %v: between 0 and 1", c.Alpha)
	case c.reach(c.Replicates) < 1:
		return fmt.Errorf("scan: %d replicates can't give a p-value of %v: at least %.0f", c.Replicates, c.Alpha, math.Ceil(1/c.Alpha)-1)
	case c.Stop != 0 && c.Stop < c.reach(c.Replicates):
		return fmt.Errorf("scan: stopping after %d would change what is raised: 0 or at least %d", c.Stop, c.reach(c.Replicates))
	case !(c.Spread >= 0):
		return fmt.Errorf("scan: Spread is %v: at least 0", c.Spread)
	case c.Clusters < 0:
		return fmt.Errorf("scan: Clusters is %d: at least 0", c.Clusters)
	}
	return nil
}

// reach is how many of n replicates and the data themselves may lie as high for p ≤ Alpha.
func (c Config) reach(n int) int { return int(c.Alpha*float64(n+1) + 1e-9) }

// Finding is one zone or node, in the window in which it stands out most.
type Finding struct {
	Zone     int // which set of the Zones, or which node of the Tree
	Weeks    int // the window is so many latest weeks
	Observed int // events in it (cases, under Bernoulli)
	Expected float64
	Reports  int     // reports in it, under Bernoulli; else 0
	LLR      float64 // log likelihood ratio; 0 when not above expectation
	P        float64 // share of random data with so large a ratio anywhere; NaN when TooFew
	Gumbel   float64 // the same from a Gumbel distribution fitted to the replicates; NaN when it can't be
	Usual    int     // most events in this window that would not be raised
	TooFew   bool    // never enough events to be a finding, whenever they had happened
	Places   []int32 // of which it consists; clusters only
	Parts    []Part  // what it consists of, the largest excess first; clusters only
	Groups   int     // groups (organisations) with events in the window; clusters only, 0 without Group
	Filing   int     // most events that one group sent in one week of the window; as Groups
	Capped   int     // reports there that did not count, because of Spread; as Groups
}

// Excess is how many events there are above those expected.
func (f Finding) Excess() float64 { return float64(f.Observed) - f.Expected }

// Part is a child of a node (or the reports coded to the node itself), or a place
// of a zone, in the window of the finding: it tells which one carries it.
type Part struct {
	Zone     int // node of the tree, or place
	Own      bool
	Observed int
	Expected float64
	LLR      float64
}

// Result is what a scan saw.
type Result struct {
	Config   Config
	Zones    []Finding // every zone or node, in its order: nothing is left out
	Clusters []Finding // the strongest that share no place, strongest first
	Events   int       // in all weeks; those capped are not among them
	Capped   int       // reports that did not count because their filing held too many of a place
	Weeks    int       // of data
	Maxima   []float64 // largest ratio of each replicate, in order
	Critical float64   // a larger ratio than this is raised
	Stopped  bool      // early: nothing could be raised any more
}

// Raised gives the clusters of at most Alpha.
func (r *Result) Raised() []Finding {
	for i, f := range r.Clusters {
		if !(f.LLR > r.Critical) {
			return r.Clusters[:i]
		}
	}
	return r.Clusters
}
