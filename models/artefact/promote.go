package artefact

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const promotionFile = "promotion.json"

// Measure is one figure by which a candidate and the champion were judged on the
// same rows. Higher is better.
type Measure struct {
	Name      string     `json:"name"`
	Candidate float64    `json:"candidate"`
	Champion  float64    `json:"champion"`
	Interval  [2]float64 `json:"interval"` // 95 %, of Candidate − Champion
	// Margin is how much worse the candidate may be at the very most and still count
	// as no worse: the lower end of the interval must not lie below −Margin.
	Margin float64 `json:"margin"`
	// Floor is what a candidate must reach whatever the champion does, so that many
	// small steps down do not add up; 0 for none.
	Floor float64 `json:"floor"`
}

// Trial is what a candidate and the champion did on the frozen evaluation rows,
// which neither has learnt from and which stay the same from one trial to the next.
type Trial struct {
	Against  string    `json:"against"`  // the version that was champion when it was held; "" when there was none
	Rows     int       `json:"rows"`     // judged
	Frozen   string    `json:"frozen"`   // which rows, such as a hash of their ids
	Measures []Measure `json:"measures"` // all must hold
}

// Validate says what is wrong with the trial, if anything.
func (t Trial) Validate() error {
	var seen []string
	for _, m := range t.Measures {
		for _, v := range []float64{m.Candidate, m.Champion, m.Interval[0], m.Interval[1], m.Margin, m.Floor} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("artefact: measure %q holds %v", m.Name, v)
			}
		}
		if m.Name == "" || slices.Contains(seen, m.Name) || m.Margin < 0 || m.Interval[0] > m.Interval[1] {
			return fmt.Errorf("artefact: measure %q has no name or comes twice, or has margin %v and interval %v", m.Name, m.Margin, m.Interval)
		}
		seen = append(seen, m.Name)
	}
	if t.Rows < 0 || t.Against != "" && (t.Rows == 0 || len(t.Measures) == 0) {
		return fmt.Errorf("artefact: a trial against %q on %d rows by %d measures", t.Against, t.Rows, len(t.Measures))
	}
	return nil
}

// Decision is what came of a trial and why.
type Decision struct {
	Task      string `json:"task"`
	Candidate string `json:"candidate"`
	Promoted  bool   `json:"promoted"`
	Reason    string `json:"reason"`
	Trial     Trial  `json:"trial"`
}

// Decide judges a version by its trial and writes promotion.json beside it, whichever
// way it goes; aliases stay as they are. When there is no champion the version is
// promoted if it reaches the floors. Otherwise every measure must reach its floor,
// and the lower end of the interval of its difference must not lie below −Margin: a
// trial of too few rows to tell leaves the champion where it is, and says so.
//
// The same version and trial give the same bytes.
//
// Errors: a version that is not there, or the one it was tried against, a trial that
// does not validate, the disk.
func (s Store) Decide(task, version string, t Trial) (Decision, error) {
	if err := t.Validate(); err != nil {
		return Decision{}, err
	}
	needed := []string{version}
	if t.Against != "" {
		needed = append(needed, t.Against)
	}
	for _, v := range needed {
		if err := check(task, v); err != nil {
			return Decision{}, err
		}
		if _, err := os.Stat(filepath.Join(s.Dir, task, v, sumsFile)); err != nil {
			return Decision{}, fmt.Errorf("deciding on %s %s: %w", task, version, err)
		}
	}
	d := Decision{Task: task, Candidate: version, Trial: t}
	d.Promoted, d.Reason = t.judge()
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return d, fmt.Errorf("writing the decision on %s %s: %w", task, version, err)
	}
	if err := replace(filepath.Join(s.Dir, task, version, promotionFile), append(text, '\n')); err != nil {
		return d, fmt.Errorf("writing the decision on %s %s: %w", task, version, err)
	}
	return d, nil
}

// InUse gives the version that is in use after the trial; "" for none.
func (d Decision) InUse() string {
	if d.Promoted {
		return d.Candidate
	}
	return d.Trial.Against
}

// Decision reads what came of the last trial of a version. The error holds
// [fs.ErrNotExist] when it had none.
func (s Store) Decision(task, version string) (d Decision, err error) {
	if err := check(task, version); err != nil {
		return d, err
	}
	text, err := os.ReadFile(filepath.Join(s.Dir, task, version, promotionFile))
	if err != nil {
		return d, fmt.Errorf("reading the decision on %s %s: %w", task, version, err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("reading the decision on %s %s: %w: %w", task, version, err, ErrCorrupt)
	}
	return d, nil
}

// judge says whether the candidate is no worse, and why.
func (t Trial) judge() (promoted bool, reason string) {
	var against, said []string
	for _, m := range t.Measures {
		by := m.Candidate - m.Champion
		figures := fmt.Sprintf("%s %.4f against %.4f (difference %+.4f, interval %+.4f to %+.4f)", m.Name, m.Candidate, m.Champion, by, m.Interval[0], m.Interval[1])
		switch {
		case m.Candidate < m.Floor:
			against = append(against, fmt.Sprintf("%s of %.4f lies under the floor of %.4f", m.Name, m.Candidate, m.Floor))
		case t.Against == "":
			said = append(said, fmt.Sprintf("%s %.4f", m.Name, m.Candidate))
		case m.Interval[1] < 0 && m.Interval[0] < -m.Margin:
			against = append(against, figures+" is worse")
		case m.Interval[0] < -m.Margin:
			against = append(against, fmt.Sprintf("%s may be worse by more than the %.4f that is allowed: too few rows to tell", figures, m.Margin))
		default:
			said = append(said, figures)
		}
	}
	switch {
	case t.Against == "" && len(against) == 0:
		return true, list("There was no champion yet", said)
	case t.Against == "":
		return false, list("There is no champion, and this is none either", against)
	case len(against) == 0:
		return true, list(fmt.Sprintf("No worse than %s on the same %d rows", t.Against, t.Rows), said)
	}
	return false, list(fmt.Sprintf("%s stays champion, judged on the same %d rows", t.Against, t.Rows), against)
}

func list(head string, items []string) string {
	if len(items) == 0 {
		return head + "."
	}
	return head + ": " + strings.Join(items, "; ") + "."
}
