package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
)

// Finding is one broken rule.
type Finding struct {
	Rule     Rule
	Subject  string  // organisation or file; "" for all
	Value    float64 // of the measure
	Past     float64 // of the measure, where the rule is about a rise or a volume; else NaN
	Events   int     // on which it was judged
	Sentence string
}

// Judge holds the profile against the rules: first the findings that stop, then the
// others, each in the order of the rules and then of the subjects.
func Judge(p *Profile, rules []Rule) []Finding {
	var out []Finding
	figures := p.Figures()
	for _, r := range rules {
		switch {
		case r.Of == OfEvent && r.Then != Expect:
			// Such events were rejected as they were loaded.
		case r.Measure == MeasureRejected:
			out = append(out, p.rejected(r)...)
		case r.Measure == MeasureQuiet:
			out = append(out, p.quiet(r)...)
		case r.Measure == MeasureVolume:
			out = append(out, p.volume(r)...)
		case r.Measure == MeasureAhead:
			out = append(out, p.ahead(r)...)
		default:
			for _, f := range figures {
				if finding, broken := r.judge(f); broken {
					out = append(out, finding)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(rank(a.Rule.Then), rank(b.Rule.Then)) })
	return out
}

func rank(a Action) int {
	if a == Stop {
		return 0
	}
	return 1
}

// outside reports whether a value breaks the rule's above or below.
func (r Rule) outside(v float64) bool {
	return r.Above != nil && v > *r.Above || r.Below != nil && v < *r.Below
}

// judge holds a figure against a rule of shares.
func (r Rule) judge(f Figure) (Finding, bool) {
	if f.Measure != r.Measure || (f.Organisation == "") != (r.Of != OfOrganisation) || f.Recent.Events == 0 || f.Recent.Events < r.Least {
		return Finding{}, false
	}
	now, past := f.Recent.Value(), f.Past.Value()
	finding := Finding{Rule: r, Subject: f.Organisation, Value: now, Past: past, Events: f.Recent.Events}
	switch {
	case r.Of == OfEvent:
		finding.Past = math.NaN()
		finding.Sentence = fmt.Sprintf("%d of %d events of the last %d weeks.", f.Recent.Failed, f.Recent.Events, RecentWeeks)
		return finding, f.Recent.Failed > 0
	case r.Rise != nil:
		if f.Past.Events == 0 || f.Past.Events < r.Least || now-past <= *r.Rise || now-past <= 3*f.standardError() {
			return Finding{}, false
		}
		finding.Sentence = fmt.Sprintf("%s of the %d events of the last %d weeks, and %s of the %d before.", percent(now), f.Recent.Events, RecentWeeks, percent(past), f.Past.Events)
		return finding, true
	}
	finding.Past = math.NaN()
	finding.Sentence = fmt.Sprintf("%d of the %d events of the last %d weeks.", f.Recent.Failed, f.Recent.Events, RecentWeeks)
	return finding, r.outside(now)
}

// standardError is that of the difference of two shares, each moved a little towards
// a half (Agresti and Caffo 2000), so that a past of none or all is not taken for certain.
func (f Figure) standardError() float64 {
	part := func(s Share) float64 {
		n := float64(s.Events) + 2
		q := (float64(s.Failed) + 1) / n
		return q * (1 - q) / n
	}
	return math.Sqrt(part(f.Recent) + part(f.Past))
}

func percent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }

func (p *Profile) rejected(r Rule) []Finding {
	var out []Finding
	for _, l := range p.Loads {
		share := Share{l.Rejected, l.Read}
		if p.AsOf-l.Newest > LoadDays || l.Read == 0 || l.Read < r.Least || !r.outside(share.Value()) {
			continue
		}
		out = append(out, Finding{Rule: r, Subject: l.File, Value: share.Value(), Past: math.NaN(), Events: l.Read,
			Sentence: fmt.Sprintf("%d of the %d rows of %s were rejected.", l.Rejected, l.Read, l.File)})
	}
	return out
}

func (p *Profile) quiet(r Rule) []Finding {
	var out []Finding
	for _, f := range p.Freshness() {
		if f.State != Quiet || f.Events < r.Least {
			continue
		}
		out = append(out, Finding{Rule: r, Subject: f.Organisation, Value: float64(f.Silent), Past: float64(f.LongestGap), Events: f.Events,
			Sentence: fmt.Sprintf("Nothing for %d days; in the last year never more than %d days passed.", f.Silent, f.LongestGap)})
	}
	return out
}

// volume holds the last week against the median of the weeks before. Weeks in which
// nothing came count too, from the first week with anything.
func (p *Profile) volume(r Rule) []Finding {
	by := map[string]*[Weeks]int{}
	for _, w := range p.Weeks {
		name := w.Organisation
		if r.Of == OfAll {
			name = ""
		}
		if by[name] == nil {
			by[name] = &[Weeks]int{}
		}
		by[name][w.Age] += w.Events
	}
	names := make([]string, 0, len(by))
	for name := range by {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []Finding
	for _, name := range names {
		weeks := by[name]
		first := Weeks - 1
		for first > 0 && weeks[first] == 0 {
			first--
		}
		past := slices.Sorted(slices.Values(weeks[1 : first+1]))
		if len(past) < RecentWeeks {
			continue
		}
		usual := past[len(past)/2]
		if usual == 0 || usual < r.Least || !r.outside(float64(weeks[0])/float64(usual)) {
			continue
		}
		out = append(out, Finding{Rule: r, Subject: name, Value: float64(weeks[0]) / float64(usual), Past: float64(usual), Events: weeks[0],
			Sentence: fmt.Sprintf("%d events in the last 7 days; %d are usual.", weeks[0], usual)})
	}
	return out
}

// straysOneIn is how small a part of all events the last ones must be to be taken
// for misdated.
const straysOneIn = 1000

// ahead looks for the longest silence that only a few events follow: one that is
// misdated makes the newest day, and with it every count, a day of its own.
func (p *Profile) ahead(r Rule) []Finding {
	all := 0
	for _, d := range p.Totals {
		all += d.Events
	}
	var gap, strays int
	var before, from incident.Day
	after := 0
	for k := len(p.Totals) - 1; k > 0; k-- {
		if after += p.Totals[k].Events; after*straysOneIn > all {
			break
		}
		if g := int(p.Totals[k].Day - p.Totals[k-1].Day); g > gap {
			gap, strays, before, from = g, after, p.Totals[k-1].Day, p.Totals[k].Day
		}
	}
	if all < r.Least || !r.outside(float64(gap)) {
		return nil
	}
	return []Finding{{Rule: r, Value: float64(gap), Past: math.NaN(), Events: all,
		Sentence: fmt.Sprintf("%d of %d events are dated %v or later, and the one before them %v: their dates are probably wrong. Judge the day before with --as-of %v, and have them corrected.", strays, all, from, before, before)}}
}
