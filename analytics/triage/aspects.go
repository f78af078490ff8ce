package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/analytics/emerging"
)

// Config are the settings of the queue.
type Config struct {
	AlertScore float64 // from which a candidate is an alert, 0 to 1
	MaxAlerts  int     // at most so many themes stand at once
	Overlap    float64 // candidates that share so much of the smaller one's reports are one issue
	CiteWeeks  int     // weeks after which a theme that is no longer seen is forgotten
	Balance    float64 // strength that scores ½; [Config.Balanced] gives one of the installation's own
}

// Default gives the settings of a new installation.
func Default() Config {
	return Config{AlertScore: 0.5, MaxAlerts: 30, Overlap: 0.3, CiteWeeks: 8, Balance: balance}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.AlertScore < 0 || c.AlertScore > 1 || c.Overlap <= 0 || c.Overlap > 1 || c.MaxAlerts < 1 || c.CiteWeeks < 1 || !(c.Balance > 0) {
		return fmt.Errorf("triage: settings out of range: %+v", c)
	}
	return nil
}

// Scored is a candidate with its score and the aspects that it was made of.
type Scored struct {
	emerging.Candidate
	Score    float64            // 0 to 1; ½ is the balance between too many alerts and too few
	Strength float64            // the aspects' sum, in powers of ten of evidence
	Aspects  map[string]float64 // each aspect's part
}

// The strength at which an alert is balanced where it is not known what chance
// finds, and how fast the score grows about it. On streams of real coded narratives
// of 170 reports a week with nothing planted, about one theme in three weeks passes
// that balance; see docs/methods/emerging.md.
const (
	balance   = 5.65
	steepness = 1.5
	// chanceIssues is how many issues chance may put on a day's list.
	chanceIssues = 0.35
	// leastBalance is one in ten thousand, before any allowance for what was looked at.
	leastBalance = 4.0
	// fewMargin is how much more is asked for where fewer than three organisations
	// report: a batch or a house phrase can't be told by its senders there, and
	// exchanging the days takes batches apart.
	fewMargin = 0.8
	// sameThing is how like two sets of reports must be to tell of the same thing. Of
	// sixteen alerts of 300,000 invented reports, those of one planted issue are alike by
	// 0.92 to 1.2, or by its parts up to 0.38; those of different issues by 0.29 at most.
	sameThing = 0.7
)

// Balanced gives the settings with the balance at which chance puts 0.35 issues on the
// list of a day. The more reports there are, the more there is to look at, and the
// stronger is what chance finds: with one balance for all, a small installation would
// find issues late and a large one would have a list of false alerts.
func (c Config) Balanced(found *Chance) Config {
	c.Balance = max(leastBalance, found.Strength(chanceIssues))
	if found.Few {
		c.Balance += fewMargin
	}
	return c
}

// aspectNames are the parts of the evidence, in the order in which they are summed.
var aspectNames = [...]string{"excess", "concentration", "season", "repetition"}

// Score weighs a candidate. Its strength is −log10 of the chance of so many like
// reports, less what makes such a number come about for other reasons: reports
// from fewer senders than unrelated ones would come from, which count as fewer, a
// season that comes every year, and reports that repeat each other's words.
func (c Config) Score(found emerging.Candidate) Scored {
	aspects := map[string]float64{
		"excess":        found.Scan,
		"concentration": min(0, found.Evidence-found.Scan),
		"season":        -1.5 * max(0, found.Season),
		"repetition":    -6 * max(0, found.NearDuplicate-0.85),
	}
	strength := 0.0
	for _, name := range aspectNames {
		strength += aspects[name]
	}
	return Scored{Candidate: found, Score: c.scoreOf(strength), Strength: strength, Aspects: aspects}
}

func (c Config) scoreOf(strength float64) float64 {
	return 1 / (1 + math.Exp(-(strength-c.Balance)/steepness))
}

// Least gives the settings with the lowest balance that [Config.Balanced] gives.
func (c Config) Least() Config {
	c.Balance = leastBalance
	return c
}

// Cut gives what [Shortlist] gives with settings of a higher balance, from what it gave
// with those of a lower one.
func (c Config) Cut(list []Scored) []Scored {
	out := make([]Scored, 0, len(list))
	for _, s := range list {
		if s.Score = c.scoreOf(s.Strength); s.Score < c.AlertScore {
			break
		}
		out = append(out, s)
	}
	return out
}

// Likeness tells how like each other reports are; [emerging.Searcher] does.
type Likeness interface {
	Alike(a, b []int32) float64 // of two sets, see [emerging.Searcher.Alike]
	Mixed(rows []int32) bool    // whether they are about different things
}

// Shortlist scores the candidates of a day, leaves out those under the alert
// score, and keeps of candidates about the same reports only the best. That one
// cites the reports on which those candidates agree.
//
// A candidate whose reports are about different things is no issue, however many
// they are: what they share is a word such as "new". Each of the things is found by
// itself, if it is one.
//
// Of candidates about different reports that tell of the same thing, the best is kept
// too: where many reports tell of an issue, it is found by several of its words.
// likeness is nil when it is not known.
func Shortlist(found []emerging.Candidate, likeness Likeness, c Config) []Scored {
	all := make([]Scored, 0, len(found))
	for _, f := range found {
		all = append(all, c.Score(f))
	}
	slices.SortStableFunc(all, func(a, b Scored) int { return cmp.Compare(b.Strength, a.Strength) })
	var out []Scored
	var own [][]int32 // what each cited itself
	for k, s := range all {
		if len(out) == c.MaxAlerts || s.Score < c.AlertScore {
			break
		}
		if slices.ContainsFunc(own, func(cite []int32) bool { return overlap(cite, s.Cite) >= c.Overlap }) {
			continue
		}
		if likeness != nil && likeness.Mixed(s.Members) {
			continue
		}
		own = append(own, s.Cite)
		s.Cite = agree(k, all)
		if likeness == nil || !slices.ContainsFunc(out, func(o Scored) bool { return likeness.Alike(o.Cite, s.Cite) >= sameThing }) {
			out = append(out, s)
		}
	}
	return out
}

// overlap gives the share of the smaller set's members that stand in the other.
func overlap(a, b []int32) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	in := make(map[int32]bool, len(b))
	for _, i := range b {
		in[i] = true
	}
	shared := 0
	for _, i := range a {
		if in[i] {
			shared++
		}
	}
	return float64(shared) / float64(len(a))
}
