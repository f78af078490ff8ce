package triage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"psims/analytics/signal"
	"psims/datasets/incident"
)

// BranchFinding is a branch of a hierarchy with more events lately than chance
// gives, as a scan over all branches and windows found it. Its signal's P allows
// for all of them.
type BranchFinding struct {
	signal.Signal
	Weeks     int     // newest weeks in which it stands out
	Hierarchy string  // what was scanned
	Branch    string  // which branch, with those above it
	CarriedBy string  // the part with the largest excess; "" for none
	Rows      []int32 // its events in these weeks, oldest first
}

// Branch writes the alert of a branch. A scan looks anew each week, and keeps no
// memory: the alert's first day is that of the window, and its life is New when
// the window is the last week alone.
func (r *Reports) Branch(f BranchFinding) Alert {
	st := StratumStanding{Signal: f.Signal, FirstRaised: f.Week - incident.Day(7*(f.Weeks-1)), Status: Open, Rows: f.Rows}
	if f.Weeks == 1 {
		st.Status = New
	}
	a := r.Stratum(st)
	a.ID = shortHash("stratum", f.Stratum.String())
	a.Window.From = st.FirstRaised
	a.QValue = a.PValue
	// A p-value of so many replicates can't be small, and allows for all that was
	// looked at: the ratio to its limit says how far beyond chance it lies.
	a.Score = round(1-1/(1+math.Pow(max(f.Score, 0), 2)), 4)
	a.Aspects["beyond the limit"] = round(f.Score, 3)
	delete(a.Aspects, "excess")
	a.Terms = strings.Split(f.Branch, " / ")
	a.Title = fmt.Sprintf("More reports than usual: %s", strings.Join(a.Terms, ", "))
	a.Why = r.whyBranch(a, f)
	return a
}

func (r *Reports) whyBranch(a Alert, f BranchFinding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "In the %d weeks from %s, %s of %s (%s), from %s, where %s would be expected; up to %.0f would be usual.",
		f.Weeks, date(a.Window.From), were(int(f.Observed)), quoted(f.Branch), f.Hierarchy, organisations(a.Organisations), about(f.Expected), math.Floor(f.Hi))
	fmt.Fprintf(&b, " All branches of that hierarchy and all windows up to 13 weeks were looked at; chance gives so large an excess anywhere %s.", inWords(f.P))
	if f.CarriedBy != "" {
		fmt.Fprintf(&b, " Most of the excess is in %s.", quoted(f.CarriedBy))
	}
	b.WriteString(" " + harmSentence(a.Harm, len(f.Rows)))
	return b.String()
}

// quoted writes a branch as people say it.
func quoted(branch string) string {
	return fmt.Sprintf("%q", strings.ReplaceAll(branch, " / ", ", "))
}

// Explain takes branches whose excess is the reports of other alerts (themes and
// pairs) into these, with a sentence at the one that shares most, and gives the
// branches that stand for themselves. An excess is explained when the others'
// reports in the branch make up half of it or more, or as large a share of the branch
// as makes two themes one ([Config.Overlap]), or when half of a smaller branch's
// reports already stand in a branch that was kept.
func Explain(others, branches []Alert, c Config) (own []Alert) {
	for _, b := range branches {
		excess := b.Observed - b.Expected
		told := map[string]bool{}
		best, most := -1, 0
		for k, o := range others {
			if o.Status == Gone {
				continue
			}
			shared := 0
			for _, id := range o.IncidentIDs {
				if slices.Contains(b.IncidentIDs, id) {
					told[id] = true
					shared++
				}
			}
			if shared > most {
				best, most = k, shared
			}
		}
		switch {
		case best >= 0 && float64(len(told)) >= min(excess/2, c.Overlap*float64(len(b.IncidentIDs))):
			o := &others[best]
			o.Aspects["scan: "+strings.Join(b.Terms, ", ")] = b.Aspects["beyond the limit"]
			// Two hierarchies may have a branch of the same name: it is told of once.
			if said := fmt.Sprintf(" Recent counts by category, device, medicine and organisation show the excess too: %s, ", quoted(strings.Join(b.Terms, " / "))); !strings.Contains(o.Why, said) {
				o.Why += said + fmt.Sprintf("%.0f reports from %s on, where %s would be expected.", b.Observed, date(b.Window.From), about(b.Expected))
			}
		case slices.ContainsFunc(own, func(o Alert) bool { return sharedIDs(o.IncidentIDs, b.IncidentIDs) >= 0.5 }):
		default:
			own = append(own, b)
		}
	}
	return own
}
