package provider

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"

	"psims/analytics/funnel"
	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
	"psims/models/topic"
	"psims/reports/evidence"
	"psims/reports/page"
)

// Events are what the organisations' reports are gathered from.
type Events struct {
	*evidence.Events
	Site    page.Site
	Alerts  []triage.Alert    // of the run; those that are gone are left out
	AlertOf map[string]string // alert of a theme, by their ids; "" for none
	Mix     funnel.Mix        // graded events of the last weeks

	// Tables of the run: how each organisation grades, and reports that read worse.
	Grading, Doubts *frame.Frame
}

// What an organisation's report tells of.
const (
	providerThemes = 8
	leastSent      = 20 // reports of a year from which an organisation's measures count for its group
	fewSent        = 5  // those from which they count where too few of a type reach that
	leastGroup     = 10 // organisations from which a group is compared with
	leastInTheme   = 5  // reports of a year in a theme from which it is told of
)

// Sender is what is counted of one organisation.
type Sender struct {
	Organisation
	Rows     []int // counted events of a year, oldest first
	inTheme  map[int32]int
	delays   []float64
	missing  map[string]int
	weeks    map[int]bool
	own      map[string]float64 // measures by key
	Severe   int                // severe or fatal events of the last 12 weeks
	AlertIDs []string           // ids of alerts that cite its reports
}

// Gather gathers what is known of each organisation that reported within a year, in the
// order of their codes.
//
// Errors: a table is not of the form that a run publishes.
func (e *Events) Gather() ([]*Sender, error) {
	senders := e.senders()
	for code, s := range senders {
		s.Site, s.AsOf = e.Site, e.AsOf
		s.Code, s.Name = code, code
		if o, known := e.Organisations[code]; known {
			s.Name, s.Type, s.Region = o.Name, o.Type, o.Region
		}
		s.measure()
	}
	codes := sorted(senders)
	groups := map[string][]*Sender{}
	for _, code := range codes {
		groups[senders[code].Type] = append(groups[senders[code].Type], senders[code])
	}
	titles := map[string]string{}
	for _, a := range e.Alerts {
		if a.Status != triage.Gone {
			titles[a.ID] = a.Title
		}
	}
	for _, name := range sorted(groups) {
		e.besideGroup(groups[name], func(k int32) string { return titles[e.AlertOf[e.Themes.ID[k]]] })
	}
	var out []*Sender
	for _, code := range codes {
		senders[code].besidePeers(groups[senders[code].Type], senders)
		out = append(out, senders[code])
	}
	for _, a := range e.Alerts {
		if a.Status != triage.Gone {
			e.cite(senders, a)
		}
	}
	return out, errors.Join(e.shares(senders), e.harm(senders))
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// senders counts the events of each organisatioe.
func (e *Events) senders() map[string]*Sender {
	t := e.Table
	out := map[string]*Sender{}
	for i := t.Until(e.AsOf - 7*evidence.Weeks); i < t.Len(); i++ {
		code := t.Organisation.Value(i)
		if !incident.Answered(code) {
			continue
		}
		s := out[code]
		if s == nil {
			s = &Sender{inTheme: map[int32]int{}, missing: map[string]int{}, weeks: map[int]bool{}}
			s.Harm, s.Rejected = map[incident.Harm]int{}, map[incident.Reason]int{}
			out[code] = s
		}
		age := e.WeeksAgo(i)
		if age >= 52 {
			continue
		}
		s.Became.Received++
		s.weeks[age] = true
		if !e.Counted[i] {
			s.Became.Joined++
			continue
		}
		s.Rows = append(s.Rows, i)
		s.Harm[e.Harm[i]]++
		switch {
		case age < evidence.Lately:
			s.Recent++
			if e.Harm[i].SevereOrFatal() {
				s.Severe++
			}
		case age < 2*evidence.Lately:
			s.Before++
		}
		if k := e.Themes.Of[i]; k != cluster.None {
			s.inTheme[k]++
			s.Became.InThemes++
		}
		if t.Occurred[i].Known() {
			s.delays = append(s.delays, float64(max(0, t.Reported[i]-t.Occurred[i])))
		}
		for key, there := range map[string]bool{"occurred": t.Occurred[i].Known(), "harm": t.Harm[i] != incident.HarmMissing, "category": incident.Answered(t.Category.Value(i)),
			"specialty": incident.Answered(t.Specialty.Value(i)), "setting": incident.Answered(t.CareSetting.Value(i))} {
			if !there {
				s.missing[key]++
			}
		}
	}
	return out
}

// measured are the measures of reporting, in the order showe.
var measured = []struct{ key, name, unit, meaning string }{
	{"delay", "From event to report, half within", "days", "An issue can be seen only once it is reported: sooner is better."},
	{"month", "Reported within 30 days", "%", "Reports that come in batches hide when something began."},
	{"weeks", "Weeks with a report", "%", "A week without any says nothing of that week's care."},
	{"occurred", "Date of the event missing", "%", "Without it nobody knows when it happened."},
	{"harm", "Degree of harm missing", "%", "Ask for the degree of harm to each patient."},
	{"category", "Category missing", "%", "A model fills it in where it is sure enough."},
	{"specialty", "Specialty missing or not known", "%", "Without it the specialty's lead doesn't see the report."},
	{"setting", "Care setting missing or not known", "%", "Where care was given."},
}

// measure works out the measures of reporting.
func (s *Sender) measure() {
	s.own = map[string]float64{}
	for _, m := range measured {
		s.own[m.key] = math.NaN()
	}
	rows := float64(len(s.Rows))
	if rows == 0 {
		return
	}
	if len(s.delays) > 0 {
		within := 0
		for _, d := range s.delays {
			if d <= 30 {
				within++
			}
		}
		s.own["delay"], s.own["month"] = quantile(s.delays, 0.5), 100*float64(within)/float64(len(s.delays))
	}
	s.own["weeks"] = 100 * float64(len(s.weeks)) / 52
	for _, key := range []string{"occurred", "harm", "category", "specialty", "setting"} {
		s.own[key] = 100 * float64(s.missing[key]) / rows
	}
}

// arrivalDays are the days after an event at which it is shown how much was reported.
var arrivalDays = []int{0, 1, 2, 3, 7, 14, 30, 60, 90}

// arrival gives the share of a sender's reports, in percent, that had been sent so many
// days after the event; nil when there are too few.
func (s *Sender) arrival() []float64 {
	if len(s.delays) < leastSent {
		return nil
	}
	out := make([]float64, len(arrivalDays))
	for _, d := range s.delays {
		for k, days := range arrivalDays {
			if d <= float64(days) {
				out[k]++
			}
		}
	}
	for k := range out {
		out[k] = 100 * out[k] / float64(len(s.delays))
	}
	return out
}

// quantile sorts values and gives the one at that share from below.
func quantile(values []float64, share float64) float64 {
	slices.Sort(values)
	return values[min(len(values)-1, int(share*float64(len(values))))]
}

// besideGroup puts measures and themes beside those of the group's others.
func (e *Events) besideGroup(group []*Sender, alert func(theme int32) string) {
	inTheme, rows := map[int32]int{}, 0
	arrivals, inGroup := make([]float64, len(arrivalDays)), 0
	for _, s := range group {
		rows += len(s.Rows)
		for k, c := range s.inTheme {
			inTheme[k] += c
		}
		if len(s.Rows) < leastSent {
			continue
		}
		if s.arrival() != nil {
			inGroup++
			for k, share := range s.arrival() {
				arrivals[k] += share
			}
		}
	}
	for k := range arrivals {
		arrivals[k] /= max(1, float64(inGroup))
	}
	for _, s := range group {
		if own := s.arrival(); own != nil {
			s.Arrival = &Arrival{Days: arrivalDays, Own: own}
			if inGroup >= leastGroup {
				s.Arrival.Similar = arrivals
			}
		}
		for k, c := range s.inTheme {
			if c >= leastInTheme {
				s.Themes = append(s.Themes, Theme{ID: e.Themes.ID[k], Name: e.Themes.Name[k], Terms: e.Themes.Terms[k], Year: c, Alert: alert(k),
					Expected: float64(inTheme[k]) * float64(len(s.Rows)) / float64(rows)})
			}
		}
		tellingFirst(s.Themes)
		s.Themes = s.Themes[:min(len(s.Themes), providerThemes)]
		s.Weeks = e.Weekly(tally.Stratum{Dimension: "organisation", Value: s.Code}, s.Rows)
	}
}

// peers finds whom a sender's measures stand beside: of its type those with enough
// reports, else those of its type with a few, else all that sent about as many as it
// did. None of them needs a graded event. The list is empty when nobody is like it,
// or it sent nothing in a year.
func (s *Sender) peers(ofType []*Sender, all map[string]*Sender) (list []*Sender, who Peers) {
	take := func(from []*Sender, least, most int) []*Sender {
		var out []*Sender
		for _, o := range from {
			if len(o.Rows) >= least && len(o.Rows) <= most {
				out = append(out, o)
			}
		}
		return out
	}
	if len(s.Rows) == 0 {
		return nil, who
	}
	if s.Type != "" {
		for _, least := range []int{leastSent, fewSent} {
			if list = take(ofType, least, math.MaxInt); len(list) >= leastGroup {
				return list, Peers{Organisations: len(list), Type: s.Type, From: least}
			}
		}
	}
	var everybody []*Sender
	for _, code := range sorted(all) {
		everybody = append(everybody, all[code])
	}
	from, to := (len(s.Rows)+1)/2, 2*len(s.Rows)
	if list = take(everybody, from, to); len(list) >= leastGroup {
		return list, Peers{Organisations: len(list), From: from, To: to}
	}
	return nil, who
}

// besidePeers puts a sender's measures beside the middle half of its peers'.
func (s *Sender) besidePeers(ofType []*Sender, all map[string]*Sender) {
	list, who := s.peers(ofType, all)
	s.Peers = who
	for _, m := range measured {
		out := Measure{Key: m.key, Name: m.name, Unit: m.unit, Meaning: m.meaning, Own: s.own[m.key], Lo: math.NaN(), Hi: math.NaN()}
		var values []float64
		for _, o := range list {
			if v := o.own[m.key]; !math.IsNaN(v) {
				values = append(values, v)
			}
		}
		if len(values) >= leastGroup {
			out.Lo, out.Hi = quantile(values, 0.25), quantile(values, 0.75)
		}
		s.Measures = append(s.Measures, out)
	}
}

// cite tells the organisations whose reports an alert cites.
func (e *Events) cite(senders map[string]*Sender, a triage.Alert) {
	by := map[string]int{}
	cited := map[string]bool{}
	for _, id := range a.IncidentIDs {
		cited[id] = true
	}
	for code, s := range senders {
		for _, i := range s.Rows {
			if cited[e.Table.ID[i]] {
				by[code]++
			}
		}
	}
	for code, k := range by {
		senders[code].Became.InAlerts += k
		senders[code].Became.Alerts = append(senders[code].Became.Alerts, a.Title)
		senders[code].AlertIDs = append(senders[code].AlertIDs, a.ID)
	}
}

// tellingFirst puts the themes first that an organisation tells of more than others by
// more than chance, and last those of nothing but paperwork, however often they are told.
func tellingFirst(themes []Theme) {
	paperwork := map[string]bool{}
	for _, t := range themes {
		paperwork[t.ID] = topic.Paperwork(t.Name)
	}
	more := func(t Theme) float64 { return (float64(t.Year) - t.Expected) / math.Sqrt(max(t.Expected, 1)) }
	slices.SortFunc(themes, func(a, b Theme) int {
		switch {
		case paperwork[a.ID] && !paperwork[b.ID]:
			return 1
		case paperwork[b.ID] && !paperwork[a.ID]:
			return -1
		}
		return cmp.Or(cmp.Compare(more(b), more(a)), strings.Compare(a.Name, b.Name))
	})
}
