// Package hidden answers: which themes are not new, and yet under-recognised?
//
// A search for what is new passes over an issue that has always been there. Such an
// issue hides when its reports are filed under many categories, come from many
// organisations a few at a time, and are graded milder than they read. In go, for
// each event, its theme, category and organisation, by how many grades it reads worse
// than it was graded, and whether it tells of a known risk; out comes a standing list
// of themes with what makes each of them easy to overlook.
//
// Sources: Hill (1973), Diversity and evenness, Ecology 54, for the effective number
// of categories; Morris (1983), Parametric empirical Bayes inference, for the
// shrinkage of means.
package hidden

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
)

// Events is n events. It is only read.
type Events struct {
	Theme        []int32 // below the number of themes; negative for none
	Category     []int32 // code; 0 is not recorded
	Organisation []int32 // code; 0 is not recorded
	Reported     []incident.Day
	Excess       []float64 // expected grade of such a text less the recorded grade; NaN when not graded
	Severe       []bool    // recorded as severe or fatal
	Known        []bool    // tells of a known risk
}

// Config is the settings of Find.
type Config struct {
	AsOf             incident.Day
	Weeks            int     // newest weeks that are looked at
	Recent           int     // newest weeks whose rate is compared with them
	Growth           float64 // a theme whose recent rate is more than so many times the rate, or less than its inverse, is not steady
	MinReports       int
	MinOrganisations int
	Sure             float64 // probability that it is graded too mildly, from which a theme is listed
}

// Default looks at a year, and lists themes of 20 reports of 5 organisations that are
// graded too mildly with a probability of 0.9.
func Default(asOf incident.Day) Config {
	return Config{AsOf: asOf, Weeks: 52, Recent: 8, Growth: 2, MinReports: 20, MinOrganisations: 5, Sure: 0.9}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.Recent < 1 || c.Weeks <= c.Recent:
		return errors.New("hidden: the recent weeks must be fewer than all")
	case c.Growth < 1:
		return errors.New("hidden: growth must be 1 or more")
	case c.MinReports < 2 || c.MinOrganisations < 1:
		return errors.New("hidden: at least 2 reports of 1 organisation are needed")
	case !(c.Sure > 0 && c.Sure < 1):
		return errors.New("hidden: the probability must lie between 0 and 1")
	}
	return nil
}

// Finding is a steady theme that is easy to overlook.
type Finding struct {
	Theme         int32
	Reports       int
	Organisations int
	Largest       float64 // largest organisation's share of the reports that name one
	Categories    float64 // effective number: e to the entropy of the categories' shares
	TopCategory   int32   // the one with most
	TopShare      float64 // its share
	Severe        int     // recorded as severe or fatal
	Known         float64 // share that tells of a known risk
	RecentRatio   float64 // recent rate over the rate of all weeks
	// Excess is the mean number of grades by which the reports read worse than they were
	// graded, beyond that of all events, shrunk towards 0; Interval is its 95 % interval.
	Excess   float64
	Interval [2]float64
	// Score orders the list: the grades that are missing in all, times the share filed
	// outside the top category, times the share that tells of no known risk.
	Score float64
}

// Find gives the themes of the list, the most hidden harm first, equals by theme.
// Cost linear in events.
//
// Panics if the settings are not valid, the columns differ in length, or an event has
// a theme that is not below themes.
func Find(e Events, themes int, c Config) []Finding {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	n := len(e.Theme)
	for name, m := range map[string]int{"categories": len(e.Category), "organisations": len(e.Organisation), "days": len(e.Reported), "excesses": len(e.Excess), "severe": len(e.Severe), "known": len(e.Known)} {
		if m != n {
			panic(fmt.Sprintf("hidden: %d %s for %d events", m, name, n))
		}
	}
	all := make([]theme, themes)
	var whole moments
	for i, k := range e.Theme {
		if e.Reported[i] > c.AsOf || e.Reported[i] <= c.AsOf-incident.Day(7*c.Weeks) {
			continue
		}
		if !math.IsNaN(e.Excess[i]) {
			whole.add(e.Excess[i])
		}
		if k >= 0 {
			all[k].add(e, i, e.Reported[i] > c.AsOf-incident.Day(7*c.Recent))
		}
	}
	between := spread(all, whole)
	var out []Finding
	for k := range all {
		if f, ok := all[k].judge(int32(k), whole, between, c); ok {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return cmp.Compare(b.Score, a.Score) })
	return out
}

// moments of a set of numbers.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(v float64) { m.n, m.sum, m.squares = m.n+1, m.sum+v, m.squares+v*v }

func (m moments) mean() float64 {
	if m.n == 0 {
		return 0
	}
	return m.sum / m.n
}

func (m moments) variance() float64 {
	if m.n < 2 {
		return 0
	}
	return max(0, (m.squares-m.sum*m.sum/m.n)/(m.n-1))
}

// theme is what is counted of one theme.
type theme struct {
	reports, recent, severe, known int
	categories, organisations      map[int32]int
	excess                         moments
}

func (t *theme) add(e Events, i int, recent bool) {
	if t.categories == nil {
		t.categories, t.organisations = map[int32]int{}, map[int32]int{}
	}
	t.reports++
	if recent {
		t.recent++
	}
	if e.Severe[i] {
		t.severe++
	}
	if e.Known[i] {
		t.known++
	}
	if k := e.Category[i]; k != 0 {
		t.categories[k]++
	}
	if k := e.Organisation[i]; k != 0 {
		t.organisations[k]++
	}
	if !math.IsNaN(e.Excess[i]) {
		t.excess.add(e.Excess[i])
	}
}

// spread gives the variance of the themes' own means about the mean of all, beyond
// what chance gives (DerSimonian & Laird's estimate by moments).
func spread(all []theme, whole moments) float64 {
	within := whole.variance()
	if within == 0 {
		return 0
	}
	q, w, w2, k := 0.0, 0.0, 0.0, 0.0
	for _, t := range all {
		if t.excess.n == 0 {
			continue
		}
		weight := t.excess.n / within
		d := t.excess.mean() - whole.mean()
		q, w, w2, k = q+weight*d*d, w+weight, w2+weight*weight, k+1
	}
	if k < 2 || w == 0 {
		return 0
	}
	return max(0, (q-(k-1))/(w-w2/w))
}

func (t *theme) judge(k int32, whole moments, between float64, c Config) (Finding, bool) {
	if t.reports < c.MinReports || len(t.organisations) < c.MinOrganisations || t.excess.n < 2 || between == 0 {
		return Finding{}, false
	}
	f := Finding{Theme: k, Reports: t.reports, Organisations: len(t.organisations), Severe: t.severe, Known: float64(t.known) / float64(t.reports)}
	f.RecentRatio = float64(t.recent) / float64(c.Recent) / (float64(t.reports) / float64(c.Weeks))
	if f.RecentRatio > c.Growth || f.RecentRatio < 1/c.Growth {
		return f, false
	}
	_, f.Largest, _ = top(t.organisations)
	f.TopCategory, f.TopShare, f.Categories = top(t.categories)
	chance := whole.variance() / t.excess.n
	keep := between / (between + chance)
	f.Excess = keep * (t.excess.mean() - whole.mean())
	sd := math.Sqrt(keep * chance)
	f.Interval = [2]float64{f.Excess - 1.96*sd, f.Excess + 1.96*sd}
	f.Score = f.Excess * t.excess.n * (1 - f.TopShare) * (1 - f.Known)
	return f, 0.5*math.Erfc(-f.Excess/(sd*math.Sqrt2)) >= c.Sure
}

// top gives the code with most, the smallest of equals, its share, and the effective
// number of codes; 0, 0 and 0 of none.
func top(counts map[int32]int) (code int32, share, effective float64) {
	codes := make([]int32, 0, len(counts))
	total := 0
	for k, n := range counts {
		codes = append(codes, k)
		total += n
	}
	if total == 0 {
		return 0, 0, 0
	}
	slices.Sort(codes)
	entropy, most := 0.0, 0
	for _, k := range codes {
		p := float64(counts[k]) / float64(total)
		entropy -= p * math.Log(p)
		if counts[k] > most {
			code, most = k, counts[k]
		}
	}
	return code, float64(most) / float64(total), math.Exp(entropy)
}
