package specialty

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
	"psims/reports/book"
	"psims/reports/evidence"
	"psims/reports/quote"
)

// What a learning output tells of.
const (
	maxOutputs   = 60
	outputThemes = 5
	themeReports = 200 // newest reports of a theme that are read for what they say
	leastInTheme = 5   // reports in a year from which a theme is told of
)

// Events are what the learning outputs are gathered from.
type Events struct {
	*evidence.Events
	Alerts  []triage.Alert                     // of the run, in order; those that are gone are left out
	Files   []string                           // page of each alert
	Cited   map[string]quote.Incident          // reports that alerts cite, by id
	Series  map[tally.Stratum]book.Series      // weekly counts of the run
	Written func(file string) (Written, error) // what people wrote for a page

	// Tables of the run: reports that read worse than they were graded, and that may
	// tell of known risks.
	Doubts, KnownRisks *frame.Frame
}

// Largest lists the specialties with reports in the last weeks, the largest
// first, with their files.
func Largest(e *evidence.Events) []Output {
	t := e.Table
	counts := make([]int, len(t.Specialty.Names))
	for i := t.Until(e.AsOf - incident.Day(7*evidence.Lately)); i < t.Len(); i++ {
		if e.Counted[i] {
			counts[t.Specialty.Codes[i]]++
		}
	}
	order := evidence.Largest(counts, t.Specialty.Names)
	order = order[:min(len(order), maxOutputs)]
	names := make([]string, len(order))
	for k, code := range order {
		names[k] = t.Specialty.Names[code]
	}
	out := make([]Output, len(order))
	for k, file := range Names(names) {
		out[k].Name, out[k].File = names[k], file
	}
	return out
}

// Gather gathers what the run found in each
func (e *Events) Gather() ([]Output, error) {
	out := Largest(e.Events)
	at := map[string]int{}
	rows := make([][]int, len(out)) // of a year, oldest first
	for k := range out {
		at[out[k].Name] = k
		out[k].Harm = map[incident.Harm]int{}
	}
	t := e.Table
	code := make([]int, len(t.Specialty.Names))
	for c, name := range t.Specialty.Names {
		k, known := at[name]
		code[c] = k
		if !known {
			code[c] = -1
		}
	}
	from := t.Until(e.AsOf - 7*evidence.Weeks)
	inAll := make([]int, len(e.Themes.ID))
	sum := 0
	for i := from; i < t.Len(); i++ {
		if !e.Counted[i] {
			continue
		}
		sum++
		if k := e.Themes.Of[i]; k != cluster.None {
			inAll[k]++
		}
		if k := code[t.Specialty.Codes[i]]; k >= 0 {
			rows[k] = append(rows[k], i)
		}
	}
	for k := range out {
		out[k].Weeks = e.Series[tally.Stratum{Dimension: "specialty", Value: out[k].Name}]
		e.describe(&out[k], rows[k], inAll, sum)
		e.alerts(&out[k])
		written, err := e.Written(out[k].File)
		if err != nil {
			return nil, err
		}
		out[k].Written = written
	}
	return out, e.watch(out, at)
}

// describe fills in what the rows of a specialty amount to, beside how many reports
// of a year each theme has in all specialties, and their sum.
func (e *Events) describe(o *Output, rows []int, inAll []int, sum int) {
	t := e.Table
	senders, settings := map[int32]bool{}, map[string]int{}
	inTheme := map[int32][]int{}
	for _, i := range rows {
		age := e.WeeksAgo(i)
		switch {
		case age < evidence.Lately:
			o.Recent++
			o.Harm[e.Harm[i]]++
			senders[t.Organisation.Codes[i]] = true
			settings[t.CareSetting.Value(i)]++
			if e.Harm[i].SevereOrFatal() {
				o.Gravest = append(o.Gravest, e.Incident(i))
			}
		case age < 2*evidence.Lately:
			o.Before++
		}
		if t.Kind[i] == incident.KindGoodCare && len(o.GoodCare) < themeReports {
			o.GoodCare = append(o.GoodCare, e.Incident(i))
		}
		if k := e.Themes.Of[i]; k != cluster.None {
			inTheme[k] = append(inTheme[k], i)
		}
	}
	slices.Reverse(o.GoodCare)
	slices.Reverse(o.Gravest)
	slices.SortStableFunc(o.Gravest, func(a, b quote.Incident) int { return cmp.Compare(b.Harm, a.Harm) })
	o.Organisations = len(senders)
	o.Settings = Tally(settings)
	for k, members := range inTheme {
		if len(members) >= leastInTheme {
			th := e.themeOf(int(k), members)
			th.Expected = float64(inAll[k]) * float64(len(rows)) / float64(sum)
			o.Themes = append(o.Themes, th)
		}
	}
	o.Themes = Tell(Own(o.Name, o.Themes), outputThemes)
}

// themeOf describes a theme by the rows of a specialty that are in it, oldest first.
func (e *Events) themeOf(k int, rows []int) Theme {
	t := e.Table
	th := Theme{ID: e.Themes.ID[k], Name: e.Themes.Name[k], Terms: e.Themes.Terms[k], Harm: map[incident.Harm]int{}, Year: len(rows)}
	th.Weeks = e.Weekly(tally.Stratum{Dimension: "theme", Value: th.ID}, rows)
	senders := map[int32]bool{}
	for _, i := range rows {
		switch age := e.WeeksAgo(i); {
		case age < evidence.Lately:
			th.Recent++
		case age < 2*evidence.Lately:
			th.Before++
		}
		th.Harm[e.Harm[i]]++
		senders[t.Organisation.Codes[i]] = true
	}
	th.Organisations = len(senders)
	for _, i := range slices.Backward(rows[max(0, len(rows)-themeReports):]) {
		th.Members = append(th.Members, e.Incident(i))
	}
	return th
}

// alerts lists the alerts raised today that cite reports of the
func (e *Events) alerts(o *Output) {
	for i, a := range e.Alerts {
		if a.Status == triage.Gone {
			continue
		}
		here := 0
		worst := incident.HarmMissing
		for _, id := range a.IncidentIDs {
			e := e.Cited[id]
			worst = incident.Worst(worst, e.Harm)
			if e.Specialty == o.Name {
				here++
			}
		}
		if here > 0 {
			o.Alerts = append(o.Alerts, Alert{ID: a.ID, Rank: a.Rank, Title: a.Title, Href: e.Files[i], Status: a.Status, Here: here, Total: len(a.IncidentIDs), Worst: worst})
		}
	}
}

// watch adds recent reports that read worse than they were graded, and those
// that may tell of a known risk.
func (e *Events) watch(out []Output, at map[string]int) error {
	row := e.Rows()
	find := func(id, words, sentence string) (*Output, Passage) {
		i, known := row[id]
		if !known || e.WeeksAgo(i) >= evidence.Lately {
			return nil, Passage{}
		}
		k, known := at[e.Table.Specialty.Value(i)]
		if !known {
			return nil, Passage{}
		}
		return &out[k], Passage{Report: e.Incident(i), Sentence: sentence, Words: frame.Parts(words)}
	}
	h, r := e.Doubts.Reader(), e.KnownRisks.Reader()
	id, words, sentences := frame.Take[string](h, "incident_id"), frame.Take[string](h, "words"), frame.Take[string](h, "sentences")
	riskID, risk, riskWords, riskSentences := frame.Take[string](r, "incident_id"), frame.Take[string](r, "risk"), frame.Take[string](r, "words"), frame.Take[string](r, "sentences")
	score := frame.Take[float64](r, "score")
	if err := errors.Join(h.Err(), r.Err()); err != nil {
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
		r := slices.IndexFunc(o.Risks, func(r Risk) bool { return r.Title == risk[k] })
		if r < 0 {
			o.Risks = append(o.Risks, Risk{Title: risk[k]})
			r = len(o.Risks) - 1
		}
		o.Risks[r].Passages = append(o.Risks[r].Passages, p)
	}
	return nil
}

// Tally lists the answered names of a count, most first.
func Tally(counts map[string]int) []Tallied {
	var out []Tallied
	for name, reports := range counts {
		if incident.Answered(name) {
			out = append(out, Tallied{Name: name, Reports: reports})
		}
	}
	slices.SortFunc(out, func(a, b Tallied) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), strings.Compare(a.Name, b.Name))
	})
	return out
}
