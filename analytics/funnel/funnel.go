// Package funnel answers: does an organisation report more or less than similar
// ones, by more than chance and the ordinary differences between them explain?
//
// In goes a count for each organisation with what it is to be held against: the
// number expected of its case mix, an exposure such as bed days, or the number of
// events it is a part of; and the group of similar organisations. Out comes a
// Finding each, with limits that are exact for small numbers and as wide as the
// group's own spread asks for. Findings come in the order of the organisations'
// codes and are not a ranking; more reports do not mean less safe care.
package funnel

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/datasets/caveat"
)

// Kind is what a count is held against.
type Kind uint8

const (
	Ratio      Kind = iota // the number expected, see Standardise
	Rate                   // an exposure, in any unit
	Proportion             // the number of events that the count is a part of
)

// String gives the English name.
func (k Kind) String() string { return [...]string{"ratio", "rate", "proportion"}[k] }

// Spread is how organisations are allowed to differ beyond chance.
type Spread uint8

const (
	// Additive lets the organisations' own values vary around the target, as many
	// small differences of case mix and habit do. The variance is such that the
	// winsorised z-scores have the spread they should have.
	Additive Spread = iota
	// Published is the additive variance as Spiegelhalter (2005) gives it, which
	// winsorising makes too small.
	Published
	// Multiplicative widens the limits by the same factor for all, as Spiegelhalter
	// (2005) gives it, which holds large organisations to limits too wide and small
	// ones to limits too narrow when organisations differ.
	Multiplicative
	// Chance allows for nothing but chance.
	Chance
)

// Organisation is one organisation's count.
type Organisation struct {
	Code        string
	Group       string  // judged among organisations of the same group
	Observed    float64 // whole, or NaN: not known
	Denominator float64 // expected number, exposure, or number of events
}

// Config are the settings of Judge.
type Config struct {
	Kind        Kind
	Spread      Spread
	Winsorise   float64 // share of z-scores, at either end, moved to the next
	Inner       float64 // probability of lying outside the inner limits
	Outer       float64 // and outside the outer ones, by which Status goes
	Target      float64 // the value to compare with; 0 is the group's own
	MinGroup    int     // organisations below which a group is not judged
	MinExpected float64 // events expected below which an organisation is not judged
}

// Default compares with the group's own value at limits of 95 % and 99.8 %, about
// two and three standard deviations. Among 200 organisations that differ by chance
// alone at most 0.4 lie outside the outer ones.
func Default() Config {
	return Config{Winsorise: 0.1, Inner: 0.05, Outer: 0.002, MinGroup: 10, MinExpected: 1}
}

// Validate names the setting that is out of range.
func (c Config) Validate() error {
	switch {
	case c.Kind > Proportion || c.Spread > Chance:
		return fmt.Errorf("there is no kind %d or spread %d", c.Kind, c.Spread)
	case !(c.Winsorise >= 0 && c.Winsorise < 0.5):
		return fmt.Errorf("the share to winsorise must be from 0 to below 0.5, not %v", c.Winsorise)
	case !(c.Outer > 0 && c.Outer <= c.Inner && c.Inner < 1):
		return fmt.Errorf("the probabilities outside the limits must be above 0 and below 1, the outer at most the inner, not %v and %v", c.Outer, c.Inner)
	case !(c.Target >= 0) || math.IsInf(c.Target, 1) || c.Kind == Proportion && c.Target >= 1:
		return fmt.Errorf("a target of %v can't be met", c.Target)
	case c.MinGroup < 2 || !(c.MinExpected >= 0):
		return fmt.Errorf("a group needs at least 2 organisations and 0 events expected, not %d and %v", c.MinGroup, c.MinExpected)
	}
	return nil
}

// Status is the outcome for one organisation.
type Status uint8

const (
	CannotJudge Status = iota // no count, too small, or too few similar organisations
	Inside                    // within what is usual for its group
	Above                     // more than usual
	Below                     // fewer than usual
)

// String gives the English name used in every output.
func (s Status) String() string { return [...]string{"cannot judge", "inside", "above", "below"}[s] }

// Limits are the lowest and the highest value that are not outside.
type Limits struct{ Lo, Hi float64 }

// Finding is the judgement of one organisation. What can't be had is NaN.
type Finding struct {
	Organisation
	Value    float64 // observed over denominator
	Target   float64 // what it is compared with
	Expected float64 // events, at the target
	Z        float64 // distance from the target in standard deviations, spread included
	P        float64 // probability of a count at least so far out on its side, times two
	Inner    Limits  // of Value
	Outer    Limits
	Status   Status
	Caveats  []caveat.Caveat
}

// Result is what Judge gives.
type Result struct {
	Findings []Finding // by code
	Groups   []Group   // by name
}

// Judge compares each organisation with its group, and gives a Finding each, by
// code. An error tells of a code given twice, or a count that can't be one.
// Cost linear but for sorting.
//
// Panics if the settings are not valid.
func Judge(organisations []Organisation, c Config) (Result, error) {
	if err := c.Validate(); err != nil {
		panic("funnel: " + err.Error())
	}
	sorted := slices.Clone(organisations)
	slices.SortFunc(sorted, func(a, b Organisation) int { return cmp.Compare(a.Code, b.Code) })
	members := map[string][]Organisation{}
	var names []string
	for i, o := range sorted {
		if i > 0 && o.Code == sorted[i-1].Code {
			return Result{}, fmt.Errorf("comparing organisations: %s is given twice; add its counts up first", o.Code)
		}
		if err := c.check(o); err != nil {
			return Result{}, fmt.Errorf("comparing organisations: %w", err)
		}
		if members[o.Group] == nil {
			names = append(names, o.Group)
		}
		members[o.Group] = append(members[o.Group], o)
	}
	slices.Sort(names)
	var out Result
	groups := map[string]Group{}
	for _, name := range names {
		groups[name] = c.group(name, members[name])
		out.Groups = append(out.Groups, groups[name])
	}
	for _, o := range sorted {
		out.Findings = append(out.Findings, groups[o.Group].judge(o))
	}
	return out, nil
}

func (c Config) check(o Organisation) error {
	switch {
	case o.Observed < 0 || math.IsInf(o.Observed, 0) || !math.IsNaN(o.Observed) && o.Observed != math.Floor(o.Observed):
		return fmt.Errorf("the count of %s is %v", o.Code, o.Observed)
	case o.Denominator < 0 || math.IsInf(o.Denominator, 0):
		return fmt.Errorf("the denominator of %s is %v", o.Code, o.Denominator)
	case c.Kind == Proportion && (o.Observed > o.Denominator || o.Denominator != math.Floor(o.Denominator)) && !math.IsNaN(o.Denominator):
		return fmt.Errorf("the count of %s is %v of %v", o.Code, o.Observed, o.Denominator)
	}
	return nil
}

// usable reports whether an organisation tells something of its group.
func usable(o Organisation) bool { return !math.IsNaN(o.Observed) && o.Denominator > 0 }

// Words says the finding in two sentences. The second is there whatever the first says.
func (f Finding) Words() string {
	if f.Status == CannotJudge {
		return fmt.Sprintf("%s can't be compared with similar organisations: the numbers, or the group, are too small or not known. %s", f.Code, notSafety)
	}
	side := map[Status]string{Inside: "as many as is", Above: "more than is", Below: "fewer than is"}[f.Status]
	return fmt.Sprintf("%s has %.0f reports where %.4g would be expected: %s usual among similar organisations (%.0f to %.0f). %s",
		f.Code, f.Observed, f.Expected, side, f.Outer.Lo*f.Denominator, f.Outer.Hi*f.Denominator, notSafety)
}

// notSafety rides with every comparison.
const notSafety = "More reports do not mean less safe care, nor fewer safer care: organisations that look for harm report more of it."
