package triage

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mathext"

	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/models/topic"
	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/nlp/text"
)

// Reports is what the alerts are written from: the events of the run, their
// terms, and the day that is judged.
type Reports struct {
	Events *incident.Table
	Terms  *features.Terms
	Counts *sparse.CSR // n×v
	AsOf   incident.Day
	// The searched reports are these of the events; nil when all are.
	Rows []int32
	// What the search finds by chance in these reports; nil when it was not tried.
	Chance *Chance

	holding []int32 // by term, events that hold it; counted when first asked for
}

// event gives the row of Events that searched report i is.
func (r *Reports) event(i int32) int {
	if r.Rows == nil {
		return int(i)
	}
	return int(r.Rows[i])
}

// Limits of what an alert carries.
const (
	maxEvidence = 12
	maxTerms    = 8
)

// Theme writes the alert of a theme.
func (r *Reports) Theme(s Standing) Alert {
	weeks := incident.Day(7 * s.Window)
	a := Alert{ID: s.ID, Score: round(s.Score, 4), Kind: Theme, Status: s.Status, FirstRaised: s.FirstRaised, AsOf: r.AsOf,
		Window: Window{s.LastSeen - weeks + 1, s.LastSeen}, Observed: float64(s.Observed), Expected: round(s.Expected, 3),
		Organisations: s.Organisations, Harm: map[string]int{}, Aspects: map[string]float64{},
		Merged: s.Merged, MergedInto: s.MergedInto, SplitFrom: s.SplitFrom}
	rows := union(s.Cite, s.Members)
	told := r.telling(s.Terms, rows)
	weights := r.weights(s.Terms)
	sentences := r.sentences(rows, weights)
	a.Terms = r.written(told, sentences)
	a.Interval = predicted(s.Expected, s.Before)
	a.PValue = r.chanceOf(s)
	for name, v := range s.Aspects {
		a.Aspects[name] = round(v, 3)
	}
	for name, v := range map[string]float64{"novelty": s.Novelty, "likeness": s.MeanScore, "largest organisation's share": s.LargestShare,
		"share in newer half": s.NewerHalf, "earlier reports alike": float64(s.Before)} {
		a.Aspects[name] = round(v, 3)
	}
	for _, i := range s.Cite {
		a.RecentIncidentIDs = append(a.RecentIncidentIDs, r.Events.ID[r.event(i)])
	}
	for _, i := range rows {
		e := r.event(i)
		a.IncidentIDs = append(a.IncidentIDs, r.Events.ID[e])
		h := r.Events.Harm[e]
		a.Harm[h.String()]++
		if h.SevereOrFatal() {
			a.Harm["severe_or_fatal"]++
		}
	}
	if a.Harm["severe_or_fatal"] == 0 {
		a.Harm["severe_or_fatal"] = 0 // always present, so that none is said and not left out
	}
	for k, i := range rows[:min(len(rows), maxEvidence)] {
		a.Evidence = append(a.Evidence, Evidence{r.Events.ID[r.event(i)], sentences[k]})
	}
	if s.Observed < 6 {
		a.Caveats = append(a.Caveats, caveat.SmallSample)
	}
	if s.LargestShare > 0.5 {
		a.Caveats = append(a.Caveats, caveat.FewOrganisations)
	}
	a.Caveats = append(a.Caveats, caveat.ReportsNotSafety)
	title := r.counted(rows).Name(sentences, r.weights(told), a.Terms)
	a.Title = title.Text
	a.Why = r.whyTheme(a, s, rows)
	if title.Mixed {
		a.Why += " No one phrase stands in half of its reports: they may tell of different things."
	}
	return a
}

// chanceOf gives the chance of a candidate so unusual anywhere that was looked
// at: as often as the same search finds one where the dates are exchanged. Where
// that was not tried, by Bonferroni over the window's terms, the two scans, and
// the members whose likeness was tried as the limit.
func (r *Reports) chanceOf(s Standing) float64 {
	if r.Chance != nil {
		return r.Chance.P(s.Strength)
	}
	looks := 2 * float64(s.Looks) * float64(max(1, s.Observed))
	return min(1, math.Pow(10, -s.Evidence)*looks)
}

// predicted gives the central 95 % of the number of like reports that the
// history predicts: gamma-Poisson with shape before+½ and that mean.
func predicted(mean float64, before int) [2]float64 {
	shape := float64(before) + 0.5
	p := shape / (shape + mean) // success probability of the negative binomial
	quantile := func(q float64) float64 {
		k := 0.0
		for mathext.RegIncBeta(shape, k+1, p) < q {
			k++
		}
		return k
	}
	return [2]float64{quantile(0.025), quantile(0.975)}
}

// union gives a, then what b holds beside it.
func union(a, b []int32) []int32 {
	in := make(map[int32]bool, len(a))
	for _, i := range a {
		in[i] = true
	}
	out := slices.Clone(a)
	for _, i := range b {
		if !in[i] {
			out = append(out, i)
		}
	}
	return out
}

// leastLift is how many times as large a share of the theme's reports as of all
// holds a term that tells what the theme is about.
const leastLift = 3

// telling gives the terms that the theme's reports hold more often than others do:
// its sum has the words of every report in it too, such as "patient". The first, which
// the theme was found by, always stays.
func (r *Reports) telling(terms, rows []int32) []int32 {
	if r.holding == nil {
		r.holding = make([]int32, r.Counts.Cols)
		r.Counts.ColumnCounts(r.holding)
	}
	within := map[int32]int{}
	for _, i := range rows {
		columns, _ := r.Counts.Row(r.event(i))
		for _, t := range columns {
			within[t]++
		}
	}
	var out []int32
	for k, t := range terms {
		if k == 0 || float64(within[t])*float64(r.Counts.Rows()) >= leastLift*float64(r.holding[t])*float64(len(rows)) {
			out = append(out, t)
		}
	}
	return out
}

// maxNaming bounds the reports from whose sentences a theme is named.
const maxNaming = 40

// sentences gives the sentence of each report that holds most of the weighted terms.
func (r *Reports) sentences(rows []int32, weights map[string]float64) []string {
	rows = rows[:min(len(rows), maxNaming)]
	out := make([]string, len(rows))
	for k, i := range rows {
		out[k] = bestSentence(r.Events.Text[r.event(i)], weights)
	}
	return out
}

// counted gives reports as what a title is judged by.
func (r *Reports) counted(rows []int32) topic.Reports {
	out := topic.Reports{Terms: r.Terms, Counts: r.Counts, Rows: make([]int32, len(rows))}
	for k, i := range rows {
		out.Rows[k] = int32(r.event(i))
	}
	return out
}

// weights gives each term's importance by its stems, the first most.
func (r *Reports) weights(terms []int32) map[string]float64 {
	out := make(map[string]float64, len(terms))
	for k, t := range terms {
		out[r.Terms.Name(t)] = 1 / float64(1+k)
	}
	return out
}

// maxSentence is how many bytes of a sentence are shown.
const maxSentence = 320

// bestSentence gives the sentence of s that holds most of the weighted terms, the
// first of equals. Where none holds any, it is the longest: "Drives." tells nothing.
func bestSentence(s string, weights map[string]float64) string {
	analyser := text.NewAnalyser(text.Default())
	best, most := "", -1.0
	for _, span := range text.Sentences(nil, s) {
		sentence := span.In(s)
		stems := analyser.Strings(nil, sentence)
		sum := 0.0
		for k, w := range stems {
			sum += weights[w]
			if k > 0 {
				sum += weights[stems[k-1]+" "+w]
			}
		}
		if sum > most || sum == 0 && most == 0 && len(sentence) > len(best) {
			best, most = sentence, sum
		}
	}
	return shorten(strings.Join(strings.Fields(best), " "), maxSentence)
}

// shorten cuts a text at a space before n bytes and says so.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if i := strings.LastIndexByte(s[:n], ' '); i > n/2 {
		return s[:i] + " …"
	}
	return strings.ToValidUTF8(s[:n], "") + " …"
}

// tops gives the values of a column over events, most frequent first, leaving out "".
func (r *Reports) tops(col *incident.Column, rows []int32) []counted {
	counts := map[int32]int{}
	for _, i := range rows {
		counts[col.Codes[r.event(i)]]++
	}
	var out []counted
	for code, n := range counts {
		if v := col.Names[code]; v != "" {
			out = append(out, counted{v, n})
		}
	}
	slices.SortFunc(out, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.value, b.value)) })
	return out
}

type counted struct {
	value string
	n     int
}

func round(v float64, places int) float64 {
	scale := math.Pow10(places)
	return math.Round(v*scale) / scale
}
