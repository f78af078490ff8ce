package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"psims/analytics/funnel"
	"psims/analytics/triage"
	"psims/datasets/feedback"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/provider"
)

// What an organisation's report tells of.
const (
	providerThemes = 8
	leastSent      = 20 // reports of a year from which an organisation's measures count for its group
	fewSent        = 5  // those from which they count where too few of a type reach that
	leastGroup     = 10 // organisations from which a group is compared with
)

// writeProviders writes each organisation's report into a folder of its own, with
// its machine-readable twin, which the sending system finds in feedback too.
func (n *night) writeProviders(ctx context.Context, national *brief.Writer, list []*sender) (book.Summary, error) {
	var sum book.Summary
	w, err := provider.On(national.Press(), provider.Default())
	if err != nil {
		return sum, err
	}
	for _, s := range list {
		o := s.Organisation
		b, err := w.Book(o)
		if err != nil {
			return sum, err
		}
		folder := providerFolder(o.Code)
		written, err := b.Write(ctx, n.create(folder))
		if err != nil {
			return sum, err
		}
		var twin bytes.Buffer
		if err := w.Twin(&twin, o); err != nil {
			return sum, fmt.Errorf("writing the report of %s: %w", o.Code, err)
		}
		if err := os.WriteFile(filepath.Join(n.dir, filepath.FromSlash(folder), "report.json"), twin.Bytes(), 0o644); err != nil {
			return sum, err
		}
		if n.asOf == n.newest { // an older day must not replace what was told of a newer one
			if err := os.MkdirAll(n.home.path("feedback", feedback.Folder(o.Code)), 0o755); err != nil {
				return sum, err
			}
			if err := os.WriteFile(n.home.path("feedback", feedback.Folder(o.Code), "report.json"), twin.Bytes(), 0o644); err != nil {
				return sum, fmt.Errorf("writing feedback: %w", err)
			}
		}
		sum = sum.Add(written)
	}
	return sum, nil
}

// providerFolder is the folder of an organisation's report in the run's.
func providerFolder(code string) string { return path.Join("organisations", feedback.Folder(code)) }

// sender is what is counted of one organisation.
type sender struct {
	provider.Organisation
	rows    []int // counted events of a year, oldest first
	inTheme map[int32]int
	delays  []float64
	missing map[string]int
	weeks   map[int]bool
	own     map[string]float64 // measures by key
	severe  int                // severe or fatal events of the last 12 weeks
	alerts  []string           // ids of alerts that cite its reports
}

// providers gathers what the run knows of each organisation that reported within
// a year, by code; nothing where they get no reports.
func (n *night) providers(run brief.Run, national *brief.Writer) ([]*sender, error) {
	if !n.cfg.Report.Providers {
		return nil, nil
	}
	senders := n.senders()
	for code, s := range senders {
		s.Site, s.AsOf = national.Site(run), n.asOf
		s.Code, s.Name = code, code
		if o, known := n.orgs[code]; known {
			s.Name, s.Type, s.Region = o.Name, o.Type, o.Region
		}
		n.measure(s)
	}
	codes := sortedKeys(senders)
	groups := map[string][]*sender{}
	for _, code := range codes {
		groups[senders[code].Type] = append(groups[senders[code].Type], senders[code])
	}
	alertOf := map[string]string{}
	titles := map[string]string{}
	for _, th := range run.Themes {
		alertOf[th.ID] = th.AlertID
	}
	for _, a := range run.Alerts {
		if a.Status != triage.Gone {
			titles[a.ID] = a.Title
		}
	}
	for _, name := range sortedKeys(groups) {
		n.besideGroup(groups[name], func(k int32) string { return titles[alertOf[n.themed.ID[k]]] })
	}
	for _, code := range codes {
		senders[code].besidePeers(groups[senders[code].Type], senders)
	}
	for _, a := range run.Alerts {
		if a.Status != triage.Gone {
			citeSenders(senders, n, a)
		}
	}
	err := errors.Join(n.providerShares(senders), n.providerHarm(senders), n.providerFiles(senders))
	var out []*sender
	for _, code := range codes {
		out = append(out, senders[code])
	}
	return out, err
}

// senders counts the events of each organisation.
func (n *night) senders() map[string]*sender {
	t := n.table
	out := map[string]*sender{}
	for i := t.Until(n.asOf - 7*outputWeeks); i < t.Len(); i++ {
		code := t.Organisation.Value(i)
		if !incident.Answered(code) {
			continue
		}
		s := out[code]
		if s == nil {
			s = &sender{inTheme: map[int32]int{}, missing: map[string]int{}, weeks: map[int]bool{}}
			s.Harm, s.Rejected = map[incident.Harm]int{}, map[incident.Reason]int{}
			out[code] = s
		}
		age := n.weeksAgo(i)
		if age >= 52 {
			continue
		}
		s.Became.Received++
		s.weeks[age] = true
		if !n.joined.Counted(i) {
			s.Became.Joined++
			continue
		}
		s.rows = append(s.rows, i)
		s.Harm[n.judged.Harm[i]]++
		switch {
		case age < specialtyWeeks:
			s.Recent++
			if n.judged.Harm[i].SevereOrFatal() {
				s.severe++
			}
		case age < 2*specialtyWeeks:
			s.Before++
		}
		if k := n.themed.Of[i]; k != cluster.None {
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

// measured are the measures of reporting, in the order shown.
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
func (n *night) measure(s *sender) {
	s.own = map[string]float64{}
	for _, m := range measured {
		s.own[m.key] = math.NaN()
	}
	rows := float64(len(s.rows))
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
func (s *sender) arrival() []float64 {
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
func (n *night) besideGroup(group []*sender, alert func(theme int32) string) {
	inTheme, rows := map[int32]int{}, 0
	arrivals, inGroup := make([]float64, len(arrivalDays)), 0
	for _, s := range group {
		rows += len(s.rows)
		for k, c := range s.inTheme {
			inTheme[k] += c
		}
		if len(s.rows) < leastSent {
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
			s.Arrival = &provider.Arrival{Days: arrivalDays, Own: own}
			if inGroup >= leastGroup {
				s.Arrival.Similar = arrivals
			}
		}
		for k, c := range s.inTheme {
			if c >= leastInTheme {
				s.Themes = append(s.Themes, provider.Theme{ID: n.themed.ID[k], Name: n.themed.Name[k], Terms: n.themed.Terms[k], Year: c, Alert: alert(k),
					Expected: float64(inTheme[k]) * float64(len(s.rows)) / float64(rows)})
			}
		}
		more := func(t provider.Theme) float64 { return (float64(t.Year) - t.Expected) / math.Sqrt(max(t.Expected, 1)) }
		slices.SortFunc(s.Themes, func(a, b provider.Theme) int {
			return cmp.Or(cmp.Compare(more(b), more(a)), strings.Compare(a.Name, b.Name))
		})
		s.Themes = s.Themes[:min(len(s.Themes), providerThemes)]
		n.weeklyOf(s)
	}
}

// peers finds whom a sender's measures stand beside: of its type those with enough
// reports, else those of its type with a few, else all that sent about as many as it
// did. None of them needs a graded event. The list is empty when nobody is like it,
// or it sent nothing in a year.
func (s *sender) peers(ofType []*sender, all map[string]*sender) (list []*sender, who provider.Peers) {
	take := func(from []*sender, least, most int) []*sender {
		var out []*sender
		for _, o := range from {
			if len(o.rows) >= least && len(o.rows) <= most {
				out = append(out, o)
			}
		}
		return out
	}
	if len(s.rows) == 0 {
		return nil, who
	}
	if s.Type != "" {
		for _, least := range []int{leastSent, fewSent} {
			if list = take(ofType, least, math.MaxInt); len(list) >= leastGroup {
				return list, provider.Peers{Organisations: len(list), Type: s.Type, From: least}
			}
		}
	}
	var everybody []*sender
	for _, code := range sortedKeys(all) {
		everybody = append(everybody, all[code])
	}
	from, to := (len(s.rows)+1)/2, 2*len(s.rows)
	if list = take(everybody, from, to); len(list) >= leastGroup {
		return list, provider.Peers{Organisations: len(list), From: from, To: to}
	}
	return nil, who
}

// besidePeers puts a sender's measures beside the middle half of its peers'.
func (s *sender) besidePeers(ofType []*sender, all map[string]*sender) {
	list, who := s.peers(ofType, all)
	s.Peers = who
	for _, m := range measured {
		out := provider.Measure{Key: m.key, Name: m.name, Unit: m.unit, Meaning: m.meaning, Own: s.own[m.key], Lo: math.NaN(), Hi: math.NaN()}
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

// weeklyOf counts an organisation's events by week and judges them.
func (n *night) weeklyOf(s *sender) {
	last := (n.asOf + 1).Monday() - 7
	s.Weeks = book.Series{Stratum: tally.Stratum{Dimension: "organisation", Value: s.Code}, Counts: make([]int32, outputWeeks), Observed: make([]bool, outputWeeks)}
	for w := range outputWeeks {
		s.Weeks.Weeks = append(s.Weeks.Weeks, last-incident.Day(7*(outputWeeks-1-w)))
		s.Weeks.Observed[w] = true
	}
	for _, i := range s.rows {
		if w := int(n.table.Reported[i]-s.Weeks.Weeks[0]) / 7; n.table.Reported[i] >= s.Weeks.Weeks[0] && w < outputWeeks {
			s.Weeks.Counts[w]++
		}
	}
	judged := n.process(&s.Weeks)
	s.Weeks.Process = &judged
}

// citeSenders tells the organisations whose reports an alert cites.
func citeSenders(senders map[string]*sender, n *night, a triage.Alert) {
	by := map[string]int{}
	cited := map[string]bool{}
	for _, id := range a.IncidentIDs {
		cited[id] = true
	}
	for code, s := range senders {
		for _, i := range s.rows {
			if cited[n.table.ID[i]] {
				by[code]++
			}
		}
	}
	for code, k := range by {
		senders[code].Became.InAlerts += k
		senders[code].Became.Alerts = append(senders[code].Became.Alerts, a.Title)
		senders[code].alerts = append(senders[code].alerts, a.ID)
	}
}

// providerShares sets severe and fatal events against what similar organisations
// would have had of the same mix.
func (n *night) providerShares(senders map[string]*sender) error {
	organisations, graded := n.severeMix().Expected()
	r, err := funnel.Judge(organisations, funnel.Default())
	if err != nil {
		return err
	}
	groups := map[string]funnel.Group{}
	for _, g := range r.Groups {
		groups[g.Name] = g
	}
	members := map[string][]funnel.Finding{}
	for _, f := range r.Findings {
		members[f.Group] = append(members[f.Group], f)
	}
	for _, f := range r.Findings {
		if s := senders[f.Code]; s != nil {
			s.Share = &provider.Share{Finding: f, Graded: int(graded[f.Code]), Group: groups[f.Group], Others: slices.DeleteFunc(slices.Clone(members[f.Group]), func(o funnel.Finding) bool { return o.Code == f.Code })}
		}
	}
	return nil
}

// providerHarm adds how each organisation grades, and its recent reports that read worse.
func (n *night) providerHarm(senders map[string]*sender) error {
	f, err := n.readTable("tables", "harm_grading")
	if err != nil {
		return err
	}
	doubts, err := n.readTable("tables", "harm_discrepancy")
	if err != nil {
		return err
	}
	var g columnReader
	org := g.get(f, "organisation")
	id, words, sentences := g.get(doubts, "incident_id"), g.get(doubts, "words"), g.get(doubts, "sentences")
	events, err1 := frame.Get[int64](f, "events")
	var num [5][]float64
	errs := []error{g.err, err1}
	for k, name := range []string{"recorded", "expected", "lo", "hi", "q_value"} {
		num[k], err = frame.Get[float64](f, name)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i, code := range org {
		if s := senders[code]; s != nil {
			s.Grading = &provider.Grading{Events: int(events[i]), Recorded: num[0][i], Expected: num[1][i], Interval: [2]float64{num[2][i], num[3][i]}, Q: num[4][i]}
		}
	}
	row := make(map[string]int, n.table.Len())
	for i, name := range n.table.ID {
		row[name] = i
	}
	seen := map[string]bool{}
	for k, name := range id {
		i, known := row[name]
		if !known || seen[name] || n.weeksAgo(i) >= specialtyWeeks {
			continue
		}
		seen[name] = true
		if s := senders[n.table.Organisation.Value(i)]; s != nil {
			s.Doubts = append(s.Doubts, provider.Doubt{ID: name, Reported: n.table.Reported[i], Recorded: n.table.Harm[i], Sentence: sentences[k], Words: frame.Parts(words[k])})
		}
	}
	return nil
}

// providerFiles adds what the loads say: rows revised, withdrawn and rejected.
func (n *night) providerFiles(senders map[string]*sender) error {
	for _, l := range slices.Backward(n.loads) { // newest first
		for code, s := range senders {
			text, err := os.ReadFile(n.home.path("feedback", feedback.Folder(code), l.ID+".json"))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("reading feedback: %w", err)
			}
			var told feedback.Answer
			if err := json.Unmarshal(text, &told); err != nil {
				return fmt.Errorf("reading feedback of %s on load %s: %w", code, l.ID, err)
			}
			s.Became.Revised += told.Revised
			s.Became.Withdrawn += told.Withdrawn
		}
		if err := n.providerRejects(l.ID, senders); err != nil {
			return err
		}
	}
	return nil
}

// quarantined is a line of the quarantine, as far as it is read here.
type quarantined struct {
	provider.Reject
	Row []struct{ Column, Value string } `json:"row"`
}

// providerRejects gives each organisation the rows of a load that name it and could
// not be used.
func (n *night) providerRejects(load string, senders map[string]*sender) error {
	f, err := os.Open(n.home.path("quarantine", load+".jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the quarantine: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	dec := json.NewDecoder(bufio.NewReader(f))
	for dec.More() {
		var q quarantined
		if err := dec.Decode(&q); err != nil {
			return fmt.Errorf("reading the quarantine of load %s: %w", load, err)
		}
		for _, cell := range q.Row {
			if !strings.Contains(strings.ToLower(cell.Column), "organisation") {
				continue
			}
			code := cell.Value
			if open := strings.LastIndexByte(code, '('); open >= 0 && strings.HasSuffix(code, ")") { // "Name (CODE)", as StEIS writes it
				code = code[open+1 : len(code)-1]
			}
			if s := senders[code]; s != nil {
				s.Rejects = append(s.Rejects, q.Reject)
				s.Rejected[q.Reason]++
				break
			}
		}
	}
	return nil
}
