package quality

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"psims/datasets/incident"
)

// Action says what is done when a rule is broken.
type Action string

const (
	Expect     Action = "expect"     // it is said, and nothing else
	Drop       Action = "drop"       // the event is rejected; its place and the rule are kept, its content is not
	Quarantine Action = "quarantine" // the event is rejected and kept, redacted, in quarantine
	Stop       Action = "stop"       // the night is not published; what was accepted stays
)

// Scope says what a rule is about.
type Scope string

const (
	OfEvent        Scope = "event"        // each event by itself, as it is loaded
	OfLoad         Scope = "load"         // each extract of the last days
	OfOrganisation Scope = "organisation" // each sender
	OfAll          Scope = "all"          // all senders together
)

// Measures beside the shares of events.
const (
	MeasureRejected = "rejected" // of load: share of its rows
	MeasureVolume   = "volume"   // of organisation, all: events of the last week beside the median of the weeks before
	MeasureQuiet    = "quiet"    // of organisation: its state is quiet
	MeasureAhead    = "ahead"    // of all: days of silence before the last, at most 1 in 1000 of the events
)

// Rule is one expectation and what is done when it is not met. Exactly one of
// Above, Below and Rise is set, and none for quiet and for rules of single events.
type Rule struct {
	Name    string   `toml:"name"`
	Measure string   `toml:"measure"`
	Of      Scope    `toml:"of"`
	Above   *float64 `toml:"above"` // broken when the measure is greater
	Below   *float64 `toml:"below"` // broken when the measure is less
	Rise    *float64 `toml:"rise"`  // broken when it is greater than the past by more than this, and by more than 3 standard errors
	Least   int      `toml:"least"` // fewest events (rows of a load) on which it is judged
	Then    Action   `toml:"then"`
}

//go:embed default.toml
var defaultRules string

// Default returns the rules that hold when there are no others.
func Default() []Rule {
	rules, err := Parse(defaultRules)
	if err != nil {
		panic(fmt.Sprintf("quality: the built-in rules: %v", err))
	}
	return rules
}

// Parse reads rules from TOML: a [[rule]] each.
//
// Errors: it is not TOML, a key is not known, or a rule makes no sense.
func Parse(text string) ([]Rule, error) {
	var file struct {
		Rule []Rule `toml:"rule"`
	}
	meta, err := toml.Decode(text, &file)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("unknown key %q: a rule has name, measure, of, above, below, rise, least and then", unknown[0])
	}
	var errs []error
	names := map[string]bool{}
	for k, r := range file.Rule {
		if err := r.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("rule %d, %q: %w", k+1, r.Name, err))
		}
		if names[r.Name] {
			errs = append(errs, fmt.Errorf("rule %d: the name %q stands twice", k+1, r.Name))
		}
		names[r.Name] = true
	}
	return file.Rule, errors.Join(errs...)
}

// Validate says what makes no sense in a rule.
func (r Rule) Validate() error {
	scopes := map[string][]Scope{MeasureRejected: {OfLoad}, MeasureVolume: {OfOrganisation, OfAll}, MeasureQuiet: {OfOrganisation}, MeasureAhead: {OfAll}, MeasureRepeated: {OfOrganisation, OfAll}}
	_, isCheck := CheckOf(r.Measure)
	if isCheck {
		scopes[r.Measure] = []Scope{OfEvent, OfOrganisation, OfAll}
	}
	limits := 0
	for _, l := range []*float64{r.Above, r.Below, r.Rise} {
		if l != nil {
			limits++
		}
	}
	share := isCheck || r.Measure == MeasureRepeated
	switch {
	case strings.TrimSpace(r.Name) == "":
		return errors.New("it has no name")
	case scopes[r.Measure] == nil:
		return fmt.Errorf("measure %q is not known: want %s", r.Measure, strings.Join(append(Measures(), MeasureRejected, MeasureVolume, MeasureQuiet, MeasureAhead), ", "))
	case !slices.Contains(scopes[r.Measure], r.Of):
		return fmt.Errorf("measure %q can't be taken of %q: want one of %v", r.Measure, r.Of, scopes[r.Measure])
	case !slices.Contains([]Action{Expect, Drop, Quarantine, Stop}, r.Then):
		return fmt.Errorf("then is %q: want expect, drop, quarantine or stop", r.Then)
	case r.Of == OfEvent && r.Then == Stop:
		return errors.New("a single event can't stop a night: use a rule of all with above = 0")
	case r.Of != OfEvent && (r.Then == Drop || r.Then == Quarantine):
		return fmt.Errorf("only single events (of = %q) can be dropped or quarantined", OfEvent)
	case (r.Of == OfEvent || r.Measure == MeasureQuiet) && limits > 0:
		return errors.New("it takes no above, below or rise")
	case r.Of != OfEvent && r.Measure != MeasureQuiet && limits != 1:
		return errors.New("give one of above, below and rise")
	case r.Rise != nil && !share:
		return fmt.Errorf("measure %q has no past to rise above: use above or below", r.Measure)
	case r.Least < 0:
		return fmt.Errorf("least is %d: want 0 or more", r.Least)
	}
	return nil
}

// Broken gives the first rule of single events that rejects e, if any.
func Broken(rules []Rule, e *incident.Event) (Rule, bool) {
	for _, r := range rules {
		if r.Of != OfEvent || r.Then == Expect {
			continue
		}
		if c, known := CheckOf(r.Measure); known && c.Fails(e) {
			return r, true
		}
	}
	return Rule{}, false
}
