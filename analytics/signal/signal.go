// Package signal is the noun "finding": one stratum judged in one week, with
// what was seen, what was expected, how sure that is, and what to beware of.
package signal

import (
	"fmt"

	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Status is the outcome of looking. "Looked and found nothing" and "could not
// look" are different answers.
type Status uint8

const (
	Quiet        Status = iota // judged; nothing unusual
	Raised                     // judged; unusually many
	TooFew                     // not judged: too few events or weeks
	NotConverged               // not judged: the model could not be fitted
)

var statusNames = [...]string{"quiet", "raised", "too few", "not converged"}

// Statuses lists every status.
func Statuses() []Status { return []Status{Quiet, Raised, TooFew, NotConverged} }

// String gives the English name used in every output.
func (s Status) String() string {
	if int(s) < len(statusNames) {
		return statusNames[s]
	}
	return fmt.Sprintf("status(%d)", uint8(s))
}

// Judged reports whether an answer was had.
func (s Status) Judged() bool { return s == Quiet || s == Raised }

// Signal is the judgement of one detector on one stratum in one week. Numbers
// that can't be had are NaN, and Status says why.
type Signal struct {
	Detector string // "farrington-flexible", "xmr", …
	Stratum  tally.Stratum
	Week     incident.Day // Monday of the judged week
	Observed float64
	Expected float64
	Lo, Hi   float64 // what would be usual: below Lo or above Hi is not
	Score    float64 // larger is more unusual; 1 is on the limit
	P        float64 // P(at least Observed | nothing unusual)
	Q        float64 // false discovery rate over all strata judged that night
	Status   Status
	Caveats  []caveat.Caveat
}
