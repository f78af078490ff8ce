// Package drift answers, each night: are recent texts and the predictions made of
// them still like those that the champion was trained and judged on?
//
// In go a [Reference], a summary of the training texts and of predictions on texts
// the model had not learnt from, made in one pass, merged from parts, and stored
// with the model; and a [Window], the same summary of recent texts. Out comes a
// [Report]: words the reference does not hold, the length of texts, the mix of
// predicted labels, how sure the model is and how often it abstains, and how
// accurate it probably is, though nobody has labelled the recent texts. Each measure
// is steady, to be watched, or changed.
//
// What counts as changed is not a number from a book. The reference's own weeks
// differ from each other too: every stretch of it as large as the window is set
// against the rest, and the window must differ more than those do. The rate of false
// alarms is a setting.
package drift

import (
	"fmt"
	"slices"
)

// Row is one text and what the model said of it.
type Row struct {
	Text         string
	Organisation string // who sent it; "" when not recorded
	// Block says in which stretch of time it lies, such as the number of the week;
	// only the order counts. A reference needs many.
	Block int32
	// Class is the predicted label by number, and Confidence its probability. −1: there
	// is no prediction, or, in a reference, the model has learnt from the text, which
	// makes it too sure of itself.
	Class      int32
	Confidence float32
	Abstained  bool
	Truth      int32 // the label that people gave, −1 when unknown
}

// Config is the settings of a report.
type Config struct {
	// WatchRate and ChangedRate are the shares of windows in which nothing has
	// changed, and yet some measure is called watch or worse, or changed.
	WatchRate, ChangedRate float64
	Least                  int // fewer texts are too few to judge
	Words                  int // list at most so many new words
	Senders                int // a new word is listed when at least so many organisations use it …
	WordTexts              int // … in at least so many texts
	Resamples              int // for the interval of the estimated accuracy
	Seed                   uint64
}

// Default is a false watch in one window of 20, a false change in one of 200, 100
// texts at least, and 20 new words that stand in 3 or more texts.
func Default() Config {
	return Config{WatchRate: .05, ChangedRate: .005, Least: 100, Words: 20, Senders: 1, WordTexts: 3, Resamples: 500, Seed: 1}
}

// Validate says what is wrong with the settings, if anything.
func (c Config) Validate() error {
	if !(c.ChangedRate > 0 && c.ChangedRate <= c.WatchRate && c.WatchRate < 1) {
		return fmt.Errorf("drift: false alarms in %v and %v of windows: give two rates between 0 and 1, the first for watching", c.WatchRate, c.ChangedRate)
	}
	if c.Least < 1 || c.Words < 0 || c.Senders < 1 || c.WordTexts < 1 || c.Resamples < 2 {
		return fmt.Errorf("drift: %d texts at least, %d words of %d organisations and %d texts, %d resamples", c.Least, c.Words, c.Senders, c.WordTexts, c.Resamples)
	}
	return nil
}

// Status says what became of a measure.
type Status uint8

const (
	TooFew  Status = iota // there is too little to judge: no news, good or bad
	Steady                // within what the reference's own windows do
	Watch                 // beyond what all but a few of them do
	Changed               // beyond what chance and the reference's own ways explain
)

var statusNames = [...]string{"too few", "steady", "watch", "changed"}

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
	i := slices.Index(statusNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("reading status %q: want one of %q", b, statusNames)
	}
	*s = Status(i)
	return nil
}
