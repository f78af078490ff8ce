// Package breaks answers where the way of reporting changed, and what a series of
// counts must be compared with because of it.
//
// In go the events of an as-of day; out come, for each organisation, its breaks: a
// move to another recording system, a beginning, a silence, a batch of old
// reports, a lasting change of level. From them Rebase works out, for each series,
// how much was reported in each past week relative to now (its exposure), how
// unsure that is, and the caveats. A break never raises an alert: it moves what is
// expected.
//
// Method: docs/methods/breaks.md.
package breaks

import (
	"errors"
	"fmt"

	"psims/datasets/incident"
)

// Kind is what changed.
type Kind uint8

const (
	Switch Kind = iota // an organisation moved to another recording system
	Joined             // it began to report, at all or in one more system
	Left               // it has gone quiet
	Batch              // it sent many old reports at once
	Level              // it reports lastingly more, or less
)

var kindNames = [...]string{"switch", "joined", "left", "batch", "level"}

// Kinds lists every kind.
func Kinds() []Kind { return []Kind{Switch, Joined, Left, Batch, Level} }

// String gives the English name used in every output.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Break is one change of one organisation's reporting.
type Break struct {
	Organisation string
	System       string       // the system moved to or joined; "" where all are meant
	Week         incident.Day // Monday of the first week after the change; of the week of a batch
	Kind         Kind
	Detected     bool // found in the counts; otherwise known by rule from first days
	// Ratio is reports a week after over before, with a 90 % interval; of a batch,
	// its week over a usual one, without. NaN where it can't be had.
	Ratio, Lo, Hi float64
}

// Config holds the settings of Read.
type Config struct {
	From, To   incident.System // a first report in To after one in From is a move
	StartWeeks int             // who reports in the first weeks of the data has always reported
	Window     int             // weeks on each side of a break that are compared
	Recent     int             // newest weeks in which a series says nothing of its own breaks
	OldDays    int             // from event to report: older reports are old
	BatchMin   int             // a week is a batch with so many reports at least,
	BatchTimes float64         // … if they are so many times the usual week;
	OldMin     int             // … or with so many old reports at least,
	BatchP     float64         // … if the chance of so many is below
	MinSegment int             // weeks that a level must last to be one
	Penalty    float64         // log likelihood that a change of level must gain, in log weeks
	SwitchSD   float64         // how far a move may shift all organisations alike, on the log scale
	SpreadSD   float64         // … and each for itself, before any is seen
	DriftSD    float64         // what changes in Window weeks without a break
	StratumSD  float64         // how far one series may shift unlike its organisations
}

// Default gives the settings of the nightly run.
func Default() Config {
	return Config{
		From: incident.NRLS, To: incident.LFPSE, StartWeeks: 8, Window: 13, Recent: 5,
		OldDays: 56, BatchMin: 20, BatchTimes: 6, OldMin: 6, BatchP: 1e-6,
		MinSegment: 8, Penalty: 4, SwitchSD: 0.3, SpreadSD: 0.1, DriftSD: 0.03, StratumSD: 0.05,
	}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.From == c.To:
		return errors.New("breaks: a move needs two systems")
	case c.Window < 1 || c.MinSegment < 2 || c.Recent < 1 || c.StartWeeks < 0:
		return errors.New("breaks: windows and segments must be of a week or more")
	case c.OldDays < 1 || c.BatchMin < 1 || c.OldMin < 1 || !(c.BatchTimes > 1) || !(c.BatchP > 0 && c.BatchP < 1):
		return errors.New("breaks: a batch must be larger and older than usual")
	case !(c.Penalty > 0):
		return errors.New("breaks: without a penalty every week is a break")
	case !(c.SwitchSD > 0) || !(c.SpreadSD > 0) || !(c.DriftSD >= 0) || !(c.StratumSD >= 0):
		return errors.New("breaks: spreads must be positive")
	}
	return nil
}
