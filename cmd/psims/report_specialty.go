package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"psims/analytics/triage"
	"psims/datasets/extract/value"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/quote"
	"psims/reports/specialty"
)

// What a learning output looks back on and tells of.
const (
	outputWeeks  = 53
	outputThemes = 5
	themeReports = 200 // newest reports of a theme that are read for what they say
	leastInTheme = 5   // reports in a year from which a theme is told of
)

// specialtyNames lists the specialties with reports in the last weeks, the largest
// first, with their files.
func (n *night) specialtyNames() []specialty.Output {
	t := n.table
	counts := make([]int, len(t.Specialty.Names))
	for i := t.Until(n.asOf - incident.Day(7*specialtyWeeks)); i < t.Len(); i++ {
		if n.joined.Counted(i) {
			counts[t.Specialty.Codes[i]]++
		}
	}
	order := byCount(counts, t.Specialty.Names)
	order = order[:min(len(order), specialtyPages)]
	names := make([]string, len(order))
	for k, code := range order {
		names[k] = t.Specialty.Names[code]
	}
	out := make([]specialty.Output, len(order))
	for k, file := range specialty.Names(names) {
		out[k].Name, out[k].File = names[k], file
	}
	return out
}

// writeSpecialties writes the learning output of each specialty beside the
// national report.
func (n *night) writeSpecialties(ctx context.Context, national *brief.Writer, policy disclosure.Policy, run brief.Run) (sum book.Summary, outputs []specialty.Output, err error) {
	c := specialty.Default()
	c.Policy = policy
	w, err := specialty.On(national.Press(), c)
	if err != nil {
		return sum, nil, err
	}
	if outputs, err = n.outputs(run); err != nil {
		return sum, nil, err
	}
	common := specialty.Run{Site: national.Site(run), AsOf: n.asOf, All: map[incident.Harm]int{}}
	for i := n.table.Until(n.asOf - incident.Day(7*specialtyWeeks)); i < n.table.Len(); i++ {
		if n.joined.Counted(i) {
			common.All[n.judged.Harm[i]]++
		}
	}
	for _, o := range outputs {
		b, err := w.Book(common, o)
		if err != nil {
			return sum, nil, err
		}
		s, err := b.Write(ctx, n.create("site"))
		if err != nil {
			return sum, nil, err
		}
		sum = sum.Add(s)
	}
	return sum, outputs, nil
}

// outputs gathers what the run found in each specialty.
func (n *night) outputs(run brief.Run) ([]specialty.Output, error) {
	out := n.specialtyNames()
	at := map[string]int{}
	rows := make([][]int, len(out)) // of a year, oldest first
	for k := range out {
		at[out[k].Name] = k
		out[k].Harm = map[incident.Harm]int{}
	}
	t := n.table
	code := make([]int, len(t.Specialty.Names))
	for c, name := range t.Specialty.Names {
		k, known := at[name]
		code[c] = k
		if !known {
			code[c] = -1
		}
	}
	from := t.Until(n.asOf - 7*outputWeeks)
	inAll := make([]int, len(n.themed.ID))
	sum := 0
	for i := from; i < t.Len(); i++ {
		if !n.joined.Counted(i) {
			continue
		}
		sum++
		if k := n.themed.Of[i]; k != cluster.None {
			inAll[k]++
		}
		if k := code[t.Specialty.Codes[i]]; k >= 0 {
			rows[k] = append(rows[k], i)
		}
	}
	series := map[tally.Stratum]book.Series{}
	for _, s := range run.Series {
		series[s.Stratum] = s
	}
	for k := range out {
		out[k].Weeks = series[tally.Stratum{Dimension: "specialty", Value: out[k].Name}]
		n.describe(&out[k], rows[k], inAll, sum)
		n.outputAlerts(&out[k], run)
		written, err := n.home.written(out[k].File, specialty.Slots())
		if err != nil {
			return nil, err
		}
		out[k].Written = written
	}
	return out, n.outputWatch(out, at)
}

// describe fills in what the rows of a specialty amount to, beside how many reports
// of a year each theme has in all specialties, and their sum.
func (n *night) describe(o *specialty.Output, rows []int, inAll []int, sum int) {
	t := n.table
	senders, settings := map[int32]bool{}, map[string]int{}
	inTheme := map[int32][]int{}
	for _, i := range rows {
		age := n.weeksAgo(i)
		switch {
		case age < specialtyWeeks:
			o.Recent++
			o.Harm[n.judged.Harm[i]]++
			senders[t.Organisation.Codes[i]] = true
			settings[t.CareSetting.Value(i)]++
			if n.judged.Harm[i].SevereOrFatal() {
				o.Gravest = append(o.Gravest, n.incident(i))
			}
		case age < 2*specialtyWeeks:
			o.Before++
		}
		if t.Kind[i] == incident.KindGoodCare && len(o.GoodCare) < themeReports {
			o.GoodCare = append(o.GoodCare, n.incident(i))
		}
		if k := n.themed.Of[i]; k != cluster.None {
			inTheme[k] = append(inTheme[k], i)
		}
	}
	slices.Reverse(o.GoodCare)
	slices.Reverse(o.Gravest)
	slices.SortStableFunc(o.Gravest, func(a, b quote.Incident) int { return cmp.Compare(b.Harm, a.Harm) })
	o.Organisations = len(senders)
	o.Settings = tallied(settings)
	for k, members := range inTheme {
		if len(members) >= leastInTheme {
			th := n.themeOf(int(k), members)
			th.Expected = float64(inAll[k]) * float64(len(rows)) / float64(sum)
			o.Themes = append(o.Themes, th)
		}
	}
	o.Themes = specialty.Tell(specialty.Own(o.Name, o.Themes), outputThemes)
}

// weeksAgo gives the whole weeks before the day judged in which a row was reported.
func (n *night) weeksAgo(i int) int { return int(n.asOf-n.table.Reported[i]) / 7 }

// themeOf describes a theme by the rows of a specialty that are in it, oldest first.
func (n *night) themeOf(k int, rows []int) specialty.Theme {
	t := n.table
	th := specialty.Theme{ID: n.themed.ID[k], Name: n.themed.Name[k], Terms: n.themed.Terms[k], Harm: map[incident.Harm]int{}, Year: len(rows)}
	last := (n.asOf + 1).Monday() - 7 // of the last whole week
	th.Weeks = book.Series{Stratum: tally.Stratum{Dimension: "theme", Value: th.ID}, Counts: make([]int32, outputWeeks)}
	for w := range outputWeeks {
		th.Weeks.Weeks = append(th.Weeks.Weeks, last-incident.Day(7*(outputWeeks-1-w)))
	}
	senders := map[int32]bool{}
	for _, i := range rows {
		switch age := n.weeksAgo(i); {
		case age < specialtyWeeks:
			th.Recent++
		case age < 2*specialtyWeeks:
			th.Before++
		}
		if w := int(t.Reported[i]-th.Weeks.Weeks[0]) / 7; t.Reported[i] >= th.Weeks.Weeks[0] && w < outputWeeks {
			th.Weeks.Counts[w]++
		}
		th.Harm[n.judged.Harm[i]]++
		senders[t.Organisation.Codes[i]] = true
	}
	th.Organisations = len(senders)
	th.Weeks.Observed = make([]bool, outputWeeks)
	for w := range th.Weeks.Observed {
		th.Weeks.Observed[w] = true
	}
	judged := n.process(&th.Weeks)
	th.Weeks.Process = &judged
	for _, i := range slices.Backward(rows[max(0, len(rows)-themeReports):]) {
		th.Members = append(th.Members, n.incident(i))
	}
	return th
}

// outputAlerts lists the alerts raised today that cite reports of the specialty.
func (n *night) outputAlerts(o *specialty.Output, run brief.Run) {
	files := brief.AlertFiles(run.Alerts)
	for i, a := range run.Alerts {
		if a.Status == triage.Gone {
			continue
		}
		here := 0
		worst := incident.HarmMissing
		for _, id := range a.IncidentIDs {
			e := run.Incidents[id]
			worst = incident.Worst(worst, e.Harm)
			if e.Specialty == o.Name {
				here++
			}
		}
		if here > 0 {
			o.Alerts = append(o.Alerts, specialty.Alert{ID: a.ID, Rank: a.Rank, Title: a.Title, Href: files[i], Status: a.Status, Here: here, Total: len(a.IncidentIDs), Worst: worst})
		}
	}
}

// outputWatch adds recent reports that read worse than they were graded, and those
// that may tell of a known risk.
func (n *night) outputWatch(out []specialty.Output, at map[string]int) error {
	row := make(map[string]int, n.table.Len())
	for i, id := range n.table.ID {
		row[id] = i
	}
	find := func(id, words, sentence string) (*specialty.Output, specialty.Passage) {
		i, known := row[id]
		if !known || n.weeksAgo(i) >= specialtyWeeks {
			return nil, specialty.Passage{}
		}
		k, known := at[n.table.Specialty.Value(i)]
		if !known {
			return nil, specialty.Passage{}
		}
		return &out[k], specialty.Passage{Report: n.incident(i), Sentence: sentence, Words: frame.Parts(words)}
	}
	harm, err := n.readTable("tables", "harm_discrepancy")
	if err != nil {
		return err
	}
	risks, err := n.readTable("tables", "known_risks")
	if err != nil {
		return err
	}
	var g columnReader
	id, words, sentences := g.get(harm, "incident_id"), g.get(harm, "words"), g.get(harm, "sentences")
	riskID, risk, riskWords, riskSentences := g.get(risks, "incident_id"), g.get(risks, "risk"), g.get(risks, "words"), g.get(risks, "sentences")
	score, err := frame.Get[float64](risks, "score")
	if err := errors.Join(g.err, err); err != nil {
		return err
	}
	seen := map[string]bool{}
	for k := range id {
		if o, p := find(id[k], words[k], sentences[k]); o != nil && !seen[id[k]] && sentences[k] != "" {
			seen[id[k]] = true
			o.Doubts = append(o.Doubts, p)
		}
	}
	order := make([]int, len(riskID))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	for _, k := range order {
		o, p := find(riskID[k], riskWords[k], riskSentences[k])
		if o == nil {
			continue
		}
		r := slices.IndexFunc(o.Risks, func(r specialty.Risk) bool { return r.Title == risk[k] })
		if r < 0 {
			o.Risks = append(o.Risks, specialty.Risk{Title: risk[k]})
			r = len(o.Risks) - 1
		}
		o.Risks[r].Passages = append(o.Risks[r].Passages, p)
	}
	return nil
}

// commentary is the folder of clinicians' texts: people write there, runs only read.
const commentary = "commentary"

// written reads what people have written for a page into those slots.
//
// Errors: a file that is not TOML, or has a slot or a key that is not known.
func (h home) written(file string, slots []specialty.Slot) (specialty.Written, error) {
	name := h.path(commentary, strings.TrimSuffix(path.Base(file), ".html")+".toml")
	var notes map[string]struct {
		Text string
		By   string
		On   string
	}
	meta, err := toml.DecodeFile(name, &notes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading commentary %q: %w", name, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, usagef("reading commentary %q: there is no key %q; a slot has text, by and on", name, extra[0])
	}
	var known []string
	for _, s := range slots {
		known = append(known, string(s))
	}
	out := specialty.Written{}
	for slot, n := range notes {
		if !slices.Contains(known, slot) {
			return nil, usagef("reading commentary %q: there is no slot %q; %s (there are %s)", name, slot, value.DidYouMean(slot, known), strings.Join(known, ", "))
		}
		if strings.TrimSpace(n.Text) == "" {
			continue
		}
		if strings.TrimSpace(n.By) == "" {
			return nil, usagef("reading commentary %q: slot %q doesn't say who wrote it (by = \"…\")", name, slot)
		}
		note := specialty.Note{Text: n.Text, By: n.By}
		if n.On != "" {
			if note.On, err = incident.ParseDay(n.On); err != nil {
				return nil, usagef("reading commentary %q, slot %q: %w", name, slot, err)
			}
		}
		out[specialty.Slot(slot)] = note
	}
	return out, nil
}

// commentaries gives name and content of each file of clinicians' texts, in order:
// a run's name depends on them.
func (h home) commentaries() ([][2]string, error) {
	names, err := filepath.Glob(h.path(commentary, "*.toml"))
	if err != nil {
		return nil, err
	}
	var out [][2]string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading commentary: %w", err)
		}
		out = append(out, [2]string{filepath.Base(name), string(text)})
	}
	return out, nil
}
