package quality

import (
	"encoding/json"
	"fmt"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Rejecting gives the rules by which single events are turned away as they are loaded.
func Rejecting(rules []Rule) []Rule {
	var out []Rule
	for _, r := range rules {
		if r.Of == OfEvent && r.Then != Expect {
			out = append(out, r)
		}
	}
	return out
}

// TurnAway describes an event that a rule rejects. Its words are past the gate; a
// dropped event keeps none of them.
func (r Rule) TurnAway(e *incident.Event, at incident.Place) incident.Reject {
	check, _ := CheckOf(r.Measure) // the rule was validated
	out := incident.Reject{Place: at, Code: incident.QualityRule, Sentence: fmt.Sprintf("Rule %q: %s", r.Name, check.Sentence)}
	if r.Then == Drop {
		return out
	}
	for _, c := range []incident.Cell{{Column: "incident_id", Value: e.ID}, {Column: "organisation", Value: e.Organisation}, {Column: "reported_date", Value: e.Submitted.String()},
		{Column: "occurred_date", Value: e.Occurred.String()}, {Column: "category", Value: e.Category}, {Column: "harm", Value: e.Harm.String()}, {Column: "description", Value: e.Texts[incident.Description]}} {
		if c.Value != "" {
			out.Row = append(out.Row, c)
		}
	}
	return out
}

// Text is what a run's or a load's name takes of rules.
func Text(rules []Rule) string {
	text, err := json.Marshal(rules)
	if err != nil {
		panic(fmt.Sprintf("quality: rules that can't be written as JSON: %v", err)) // texts and numbers always can
	}
	return string(text)
}

// Summary is what the manifest says of the data behind a run.
type Summary struct {
	Rules         int                `json:"rules"`
	Broken        map[string]int     `json:"broken"` // findings by what the rule does
	Stopped       []string           `json:"stopped,omitempty"`
	Organisations map[string]int     `json:"organisations"`   // by freshness
	Batch         int                `json:"send_in_batches"` // organisations
	Shares        map[string]float64 `json:"shares"`          // of the events of the last weeks, by measure
}

// Summarise sums up what was found of the data by rules.
func Summarise(rules []Rule, findings []Finding, figures []Figure, fresh []Fresh) Summary {
	q := Summary{Rules: len(rules), Broken: map[string]int{}, Organisations: map[string]int{}, Shares: map[string]float64{}}
	for _, f := range findings {
		q.Broken[string(f.Rule.Then)]++
		if f.Rule.Then == Stop {
			q.Stopped = append(q.Stopped, f.Rule.Name+": "+f.Sentence)
		}
	}
	for _, f := range fresh {
		q.Organisations[string(f.State)]++
		if f.Batch {
			q.Batch++
		}
	}
	for _, f := range figures {
		if f.Organisation == "" {
			q.Shares[f.Measure] = f.Recent.Value()
		}
	}
	return q
}

// FindingFrame lists what was found, as the table "quality_findings" that a run publishes.
func FindingFrame(findings []Finding) *frame.Frame {
	var rule, then, of, subject, measure, sentence []string
	var value, past []float64
	var events []int64
	for _, f := range findings {
		rule, then, of, subject, measure = append(rule, f.Rule.Name), append(then, string(f.Rule.Then)), append(of, string(f.Rule.Of)), append(subject, f.Subject), append(measure, f.Rule.Measure)
		value, past, events, sentence = append(value, f.Value), append(past, f.Past), append(events, int64(f.Events)), append(sentence, f.Sentence)
	}
	return frame.New("quality_findings",
		frame.Column{Name: "rule", Doc: "The rule that is broken.", Values: rule},
		frame.Column{Name: "then", Doc: "What the rule does: expect (says so) or stop (the run is not published).", Values: then},
		frame.Column{Name: "of", Doc: "What was judged: all, organisation, load or event.", Values: of},
		frame.Column{Name: "subject", Doc: "The organisation or the file; empty for all.", Values: subject},
		frame.Column{Name: "measure", Doc: "What was measured.", Values: measure},
		frame.Column{Name: "value", Doc: "The measure.", Values: value},
		frame.Column{Name: "past", Doc: "The same before, where the rule compares; else empty.", Values: past},
		frame.Column{Name: "events", Doc: "Events or rows on which it was judged.", Values: events},
		frame.Column{Name: "sentence", Doc: "The finding in words.", Values: sentence},
	)
}

// FigureFrame lists the measures, as the table "quality" that a run publishes.
func FigureFrame(figures []Figure) *frame.Frame {
	var org, measure []string
	var failed, events, pastFailed, pastEvents []int64
	var share, pastShare []float64
	for _, f := range figures {
		org, measure = append(org, f.Organisation), append(measure, f.Measure)
		failed, events, share = append(failed, int64(f.Recent.Failed)), append(events, int64(f.Recent.Events)), append(share, f.Recent.Value())
		pastFailed, pastEvents, pastShare = append(pastFailed, int64(f.Past.Failed)), append(pastEvents, int64(f.Past.Events)), append(pastShare, f.Past.Value())
	}
	return frame.New("quality",
		frame.Column{Name: "organisation", Doc: "The sender; empty for all.", Values: org},
		frame.Column{Name: "measure", Doc: "What the events were asked.", Values: measure},
		frame.Column{Name: "failed", Doc: "Events of the last 4 weeks that fail.", Values: failed},
		frame.Column{Name: "events", Doc: "Events of the last 4 weeks.", Values: events},
		frame.Column{Name: "share", Doc: "The one of the other; 0 when there are none.", Values: share},
		frame.Column{Name: "past_failed", Doc: "Events of the 26 weeks before that fail.", Values: pastFailed},
		frame.Column{Name: "past_events", Doc: "Events of the 26 weeks before.", Values: pastEvents},
		frame.Column{Name: "past_share", Doc: "The one of the other; 0 when there are none.", Values: pastShare},
	)
}

// FreshFrame tells of each sender how fresh its data are, as the table "freshness" that a
// run publishes; typeOf gives a sender's type.
func FreshFrame(fresh []Fresh, typeOf func(organisation string) string) *frame.Frame {
	var org, kind, state []string
	var last []incident.Day
	var silent, events, days, usual, longest, half []int64
	var batch []bool
	for _, f := range fresh {
		org, kind = append(org, f.Organisation), append(kind, typeOf(f.Organisation))
		state, last, batch = append(state, string(f.State)), append(last, f.Last), append(batch, f.Batch)
		silent, events, days = append(silent, int64(f.Silent)), append(events, int64(f.Events)), append(days, int64(f.Days))
		usual, longest, half = append(usual, int64(f.UsualGap)), append(longest, int64(f.LongestGap)), append(half, int64(f.HalfOn))
	}
	return frame.New("freshness",
		frame.Column{Name: "organisation", Doc: "The sender.", Values: org},
		frame.Column{Name: "type", Doc: "Its type; empty when the reference doesn't know it.", Values: kind},
		frame.Column{Name: "state", Doc: "as usual, late, quiet, new or too few (not judged).", Values: state},
		frame.Column{Name: "last", Doc: "Day of the last submission.", Values: last},
		frame.Column{Name: "silent_days", Doc: "Days since.", Values: silent},
		frame.Column{Name: "events", Doc: "Submitted in the last 53 weeks.", Values: events},
		frame.Column{Name: "days", Doc: "With a submission in the last 53 weeks.", Values: days},
		frame.Column{Name: "usual_gap", Doc: "Days from one submission to the next, median; 0 when not judged.", Values: usual},
		frame.Column{Name: "longest_gap", Doc: "The longest, before the present silence.", Values: longest},
		frame.Column{Name: "half_on_days", Doc: "Fewest days that hold half of the events.", Values: half},
		frame.Column{Name: "batch", Doc: "Half of at least 50 events came on at most 6 days.", Values: batch},
	)
}
