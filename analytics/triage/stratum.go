package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
)

// StratumStanding is a stratum that is raised on the day, and since when.
type StratumStanding struct {
	signal.Signal
	FirstRaised incident.Day // Monday of the first raised week of the spell
	Status      Life
	Rows        []int32 // rows of Events counted in the judged week, oldest first
}

// maxGap is how many quiet weeks a spell of raised ones may hold.
const maxGap = 2

// FollowStrata tells since when each stratum that is raised in the last week has
// been raised. weeks[i] are the judgements of successive weeks, oldest first, each
// in the same order of strata; maxQ is the share of false findings put up with.
// Rows is left empty.
func FollowStrata(weeks [][]signal.Signal, maxQ float64) []StratumStanding {
	if len(weeks) == 0 {
		return nil
	}
	raised := func(s signal.Signal) bool { return s.Status == signal.Raised && s.Q <= maxQ }
	var out []StratumStanding
	for k, s := range weeks[len(weeks)-1] {
		if !raised(s) {
			continue
		}
		st := StratumStanding{Signal: s, FirstRaised: s.Week, Status: New}
		gap := 0
		for w := len(weeks) - 2; w >= 0 && gap <= maxGap; w-- {
			if k >= len(weeks[w]) || weeks[w][k].Stratum != s.Stratum {
				break
			}
			if !raised(weeks[w][k]) {
				gap++
				continue
			}
			gap = 0
			st.FirstRaised, st.Status = weeks[w][k].Week, Open
			if w == len(weeks)-2 && grown(int(weeks[w][k].Observed-weeks[w][k].Expected), int(s.Observed-s.Expected)) {
				st.Status = Grown
			}
		}
		out = append(out, st)
	}
	return out
}

// Ongoing reports whether, of successive weeks' judgements, oldest first and in one
// order, a stratum raised in the last week may have been raised before the first of
// them too: whether an earlier week could tell more of since when.
func Ongoing(weeks [][]signal.Signal) bool {
	last := weeks[len(weeks)-1]
	for k := range last {
		if last[k].Status != signal.Raised {
			continue
		}
		quiet := 0
		for w := 0; w < len(weeks) && weeks[w][k].Status != signal.Raised; w++ {
			quiet++
		}
		if quiet <= maxGap {
			return true
		}
	}
	return false
}

// known gives v, or other where v could not be had.
func known(v, other float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return other
	}
	return v
}

// maxCited bounds the reports that a stratum alert cites.
const maxCited = 200

// Stratum writes the alert of a stratum: a count that is higher than its past
// leads one to expect.
func (r *Reports) Stratum(s StratumStanding) Alert {
	a := Alert{ID: shortHash("stratum", s.Stratum.String()), Kind: Stratum, Status: s.Status, FirstRaised: s.FirstRaised, AsOf: r.AsOf,
		Window: Window{s.Week, s.Week + 6}, Observed: s.Observed, Expected: round(s.Expected, 3), Interval: [2]float64{round(known(s.Lo, 0), 3), round(known(s.Hi, s.Observed), 3)},
		PValue: s.P, QValue: s.Q, Harm: map[string]int{"severe_or_fatal": 0}, Terms: []string{s.Stratum.Value}}
	// Evidence of a count is weaker than evidence of like words: a week's count
	// says that something rose, not what. It is balanced at one in a million.
	evidence := -math.Log10(max(s.P, 1e-30))
	ratio := s.Observed / max(s.Expected, 0.5)
	a.Score = round(1/(1+math.Exp(-(evidence-6)/2)), 4)
	a.Aspects = map[string]float64{"excess": round(evidence, 3), "ratio": round(ratio, 3)}
	orgs := map[int32]bool{}
	for _, i := range s.Rows {
		h := r.Events.Harm[i]
		a.Harm[h.String()]++
		if h.SevereOrFatal() {
			a.Harm["severe_or_fatal"]++
		}
		orgs[r.Events.Organisation.Codes[i]] = true
	}
	a.Organisations = len(orgs)
	// The worst harmed first, then the newest: what a reviewer reads first.
	rows := slices.Clone(s.Rows)
	slices.SortStableFunc(rows, func(x, y int32) int {
		return cmp.Or(cmp.Compare(r.Events.Harm[y], r.Events.Harm[x]), cmp.Compare(y, x))
	})
	for _, i := range rows[:min(len(rows), maxCited)] {
		a.IncidentIDs = append(a.IncidentIDs, r.Events.ID[i])
	}
	a.RecentIncidentIDs = a.IncidentIDs
	for _, i := range rows[:min(len(rows), maxEvidence)] {
		a.Evidence = append(a.Evidence, Evidence{r.Events.ID[i], bestSentence(r.Events.Text[i], nil)})
	}
	a.Caveats = append(slices.Clone(s.Caveats), caveat.ReportsNotSafety)
	a.Title = fmt.Sprintf("More reports than usual: %s", describe(s.Stratum.Dimension, s.Stratum.Value))
	a.Why = r.whyStratum(a, s)
	return a
}

func describe(dimension, value string) string {
	if dimension == "all" {
		return "all events"
	}
	return dimension + " " + fmt.Sprintf("%q", value)
}

func (r *Reports) whyStratum(a Alert, s StratumStanding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "In the week from %s, %s recorded with %s, from %s. Its past leads one to expect %s; up to %.0f would be usual.",
		date(s.Week), were(int(s.Observed)), describe(s.Stratum.Dimension, s.Stratum.Value), organisations(a.Organisations), about(s.Expected), math.Floor(s.Hi))
	if s.Q > 0 {
		fmt.Fprintf(&b, " Of all counts judged that night, those as unusual as this are false about %s.", inWords(s.Q))
	}
	b.WriteString(" " + harmSentence(a.Harm, len(s.Rows)))
	if s.Status == New {
		b.WriteString(" It is new on this list.")
	} else {
		fmt.Fprintf(&b, " It has been raised since the week from %s.", date(s.FirstRaised))
	}
	b.WriteString(" A count says that more was recorded, not what happened: the reports are listed below, the most harmed first.")
	return b.String()
}

// were gives "1 report was" or "3 reports were".
func were(n int) string {
	if n == 1 {
		return "1 report was"
	}
	return fmt.Sprintf("%d reports were", n)
}

// inWords writes a share as 1 time in n.
func inWords(q float64) string {
	if q < 1e-6 {
		return "less than 1 time in 1 million"
	}
	return "1 time in " + commas(math.Round(1/q))
}
