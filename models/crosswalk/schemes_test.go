package crosswalk_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"psims/datasets/codes"
	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
	"psims/models/classify"
	"psims/models/crosswalk"
	"psims/models/label"
)

// twice is narratives of which both codes are known; only one may be seen.
type twice struct{ texts, old, new []string }

// part gives the sample that an engine would have: the first third is coded in the
// old scheme, the classifier learns from half of the rest, coded in the new one,
// and the other half shows how it errs. truth is the true table of the first third,
// and hidden the new code of each of its narratives.
func (d twice) part(t *testing.T) (s crosswalk.Sample, truth [][]float64, hidden []int32) {
	t.Helper()
	n := len(d.texts)
	order := rand.New(rand.NewPCG(7, 0)).Perm(n)
	pick := func(from []string, rows []int) []string {
		out := make([]string, len(rows))
		for at, i := range rows {
			out[at] = from[i]
		}
		return out
	}
	first, learn, held := order[:n/3], order[n/3:2*n/3], order[2*n/3:]
	model, err := classify.Default().Train(context.Background(), pick(d.texts, learn), label.Single(pick(d.new, learn)))
	if err != nil {
		t.Fatal(err)
	}
	old := label.Single(pick(d.old, first))
	both := label.Single(pick(d.new, first)).Conform(model.Names())
	s = crosswalk.Sample{From: old.Names(), To: model.Names(), P: model.Probabilities(nil, pick(d.texts, first)), HeldP: model.Probabilities(nil, pick(d.texts, held))}
	right := label.Single(pick(d.new, held)).Conform(model.Names())
	predicted := model.Predict(nil, pick(d.texts, held))
	accuracy := 0.0
	for i := range held {
		if int(right.Class(i)) < len(s.To) {
			s.Held = append(s.Held, right.Class(i))
		} else {
			s.Held = append(s.Held, -1) // too rare for the classifier to have seen
		}
		if predicted[i].Class == right.Class(i) {
			accuracy += 1 / float64(len(held))
		}
	}
	truth = make([][]float64, old.Classes())
	counts := old.Counts()
	for a := range truth {
		truth[a] = make([]float64, both.Classes())
	}
	for i := range first {
		s.Codes, hidden = append(s.Codes, old.Class(i)), append(hidden, both.Class(i))
		truth[old.Class(i)][both.Class(i)] += 1 / float64(counts[old.Class(i)])
	}
	t.Logf("%d old codes, %d new ones, %d narratives; the classifier of new codes has accuracy %.3f", len(s.From), len(s.To), len(s.Codes), accuracy)
	return s, truth, hidden
}

// translated learns the table from the first half of the coded narratives, and
// translates the counts of the second half, in weeks of 150. It gives how many of the
// counts of new codes with 1 or more expected lie in their intervals.
func translated(t *testing.T, s crosswalk.Sample, hidden []int32) (held, looked int) {
	t.Helper()
	half := len(s.Codes) / 2
	learnt := s
	learnt.Codes, learnt.P = s.Codes[:half], s.P[:half*len(s.To)]
	c := crosswalk.Default()
	c.Resamples = 20
	table := learn(t, c, learnt)
	const week = 150
	for from := half; from+week <= len(s.Codes); from += week {
		counts, truth := make([]int32, len(s.From)), make([]float64, len(s.To)+1)
		for i := from; i < from+week; i++ {
			counts[s.Codes[i]]++
			truth[min(int(hidden[i]), len(s.To))]++
		}
		series := table.Translate(counts)
		for j, expected := range series.Expected {
			if expected < 1 {
				continue
			}
			looked++
			if series.Low[j] <= truth[j] && truth[j] <= series.High[j] {
				held++
			}
		}
	}
	t.Logf("translated weeks of %d: intervals hold %d of %d counts", week, held, looked)
	return held, looked
}

// report logs how far each method's table lies from the truth, each old code
// counted by its narratives, and gives the distances by method.
func report(t *testing.T, s crosswalk.Sample, truth [][]float64) map[crosswalk.Method]float64 {
	t.Helper()
	rehearsal, err := crosswalk.Default().Rehearse(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("rehearsal on held-out narratives: %+v", rehearsal)
	b := len(s.To)
	out := map[crosswalk.Method]float64{}
	for _, m := range crosswalk.Methods() {
		c := crosswalk.Default()
		c.Method, c.Resamples = m, 20
		table := learn(t, c, s)
		rows, held, looked, top := 0, 0, 0, 0
		for a, mapping := range table.Mappings {
			rows += mapping.Rows
			best := 0
			for j, p := range truth[a][:b] {
				out[m] += float64(mapping.Rows) * max(p-table.Share[a*b+j], table.Share[a*b+j]-p) / 2
				if p > truth[a][best] {
					best = j
				}
				if mapping.Status != crosswalk.TooFew && p >= .02 {
					looked++
					if table.Low[a*b+j] <= p && p <= table.High[a*b+j] {
						held++
					}
				}
			}
			if mapping.Best == s.To[best] {
				top++
			}
		}
		out[m] /= float64(rows)
		t.Logf("%-8v total variation distance %.4f; the main counterpart right for %d of %d codes; intervals hold %d of %d true shares of 2 %% or more", m, out[m], top, len(truth), held, looked)
	}
	return out
}

// invented writes narratives of the same scenarios that the invented extracts are
// made of, with the codes that each scenario has in both national schemes.
func invented(t *testing.T, n int) twice {
	t.Helper()
	g, err := narrative.Load()
	if err != nil {
		t.Fatal(err)
	}
	var scenarios []*narrative.Scenario
	var weights []float64
	for _, s := range g.Scenarios {
		if (s.Family == "" || s.Family == "season") && s.Types[narrative.Acute] > 0 {
			scenarios, weights = append(scenarios, s), append(weights, s.Types[narrative.Acute])
		}
	}
	src, w, share := chance.New(11), g.NewWriter(), chance.NewWeights(weights)
	var d twice
	for range n {
		s := scenarios[share.Draw(src)]
		old, new := s.Category, lfpse(s)
		if old == "" || new == "" {
			continue
		}
		c := narrative.Case{Scenario: s, Specialty: s.Specialty(src, narrative.Acute), AgeDays: 1 + src.Intn(33000), Female: src.Bool(.5), Minute: src.Intn(1440), Occurred: incident.NewDay(2025, 3, 4)}
		g.NewCase(src, &c)
		st := narrative.NewStyle(src, &narrative.House{Typo: 1})
		text := w.Describe(src, &c, narrative.Wanted{Style: &st, Words: narrative.Length(src)})
		d.texts, d.old, d.new = append(d.texts, string(text.Bytes)), append(d.old, old), append(d.new, new)
	}
	return d
}

// lfpse sums a scenario's LFPSE codes up as a reader does: the safety challenge,
// else the first agent, else the process; codes 6, 10 and 12 say that there is none.
func lfpse(s *narrative.Scenario) string {
	name := func(list, code string) string {
		l, _ := codes.Lookup(list, code)
		return l
	}
	if s.Challenge != "" && s.Challenge != "6" {
		return name("safety-challenges-6", s.Challenge)
	}
	for _, a := range s.Agents {
		if a != "10" {
			return name("agent-type-6", a)
		}
	}
	if s.Process == "12" {
		return ""
	}
	return name("healthcare-process-6", s.Process)
}

// TestNationalSchemes measures the crosswalk from NRLS to LFPSE codes on invented
// narratives. Within an LFPSE code, narratives read otherwise by NRLS code, as they
// will in life, so this is not the ideal case.
func TestNationalSchemes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	s, truth, hidden := invented(t, 18000).part(t)
	got := report(t, s, truth)
	if best := got[crosswalk.Default().Method]; best > got[crosswalk.Plain] {
		t.Errorf("corrected tables are off by %.4f, uncorrected ones by %.4f", best, got[crosswalk.Plain])
	}
	if held, looked := translated(t, s, hidden); float64(held) < .88*float64(looked) {
		t.Errorf("intervals hold %d of %d translated counts", held, looked)
	}
}

// TestRecodedAccidents recodes real narratives by a known rule, partly by chance:
// body parts merge in groups of three, and the first of each group is parted
// between its own group and the next.
func TestRecodedAccidents(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		t.Skip("the public file of mine accidents is not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var d twice
	var parts []string
	for _, r := range rows[1:] {
		if r[3] != "" && r[6] != "" && !slices.Contains(parts, r[3]) {
			parts = append(parts, r[3])
		}
	}
	slices.Sort(parts)
	coin := rand.New(rand.NewPCG(3, 0))
	groups := (len(parts) + 2) / 3
	group := names("group", groups)
	for _, r := range rows[1:] {
		at := slices.Index(parts, r[3])
		if r[6] == "" || at < 0 {
			continue
		}
		to := at / 3
		if at%3 == 0 && coin.Float64() < .4 {
			to = (to + 1) % groups
		}
		d.texts, d.new, d.old = append(d.texts, r[6]), append(d.new, r[3]), append(d.old, group[to])
	}
	s, truth, hidden := d.part(t)
	got := report(t, s, truth)
	if best := got[crosswalk.Default().Method]; best > got[crosswalk.Plain]/1.5 {
		t.Errorf("corrected tables are off by %.4f, uncorrected ones by %.4f", best, got[crosswalk.Plain])
	}
	if held, looked := translated(t, s, hidden); float64(held) < .88*float64(looked) {
		t.Errorf("intervals hold %d of %d translated counts", held, looked)
	}
}
