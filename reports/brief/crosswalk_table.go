package brief

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/quote"
)

// flowCategories is how many old categories the picture of the crosswalk shows.
const flowCategories = 12

// leastFlow is the smallest share of an old category that its picture shows.
const leastFlow = 0.05

// CrosswalkOf gives how the categories of the other scheme with most events go over
// into those of the counted scheme, from the table "crosswalk".
//
// Errors: it is not of the form that a run publishes.
func CrosswalkOf(crosswalk *frame.Frame, t *incident.Table, counted string) (Crosswalk, error) {
	r := crosswalk.Reader()
	scheme, from, to := frame.Take[string](r, "scheme"), frame.Take[string](r, "from"), frame.Take[string](r, "to")
	share := frame.Take[float64](r, "share")
	if r.Err() != nil {
		return Crosswalk{}, fmt.Errorf("reading the crosswalk: %w", r.Err())
	}
	events := map[[2]string]int{}
	total := map[string]int{}
	for i := range t.Len() {
		if s, c := t.Scheme.Value(i), t.Category.Value(i); incident.Answered(c) {
			events[[2]string{s, c}]++
			total[s]++
		}
	}
	best := ""
	for _, s := range scheme {
		if best == "" || total[s] > total[best] || total[s] == total[best] && s < best {
			best = s
		}
	}
	out := Crosswalk{FromScheme: quote.SystemName(incident.System(best)), ToScheme: quote.SystemName(incident.System(counted))}
	inflow := map[string]float64{}
	shares := map[[2]string]float64{}
	for k := range scheme {
		if scheme[k] != best {
			continue
		}
		if !slices.Contains(out.From, from[k]) {
			out.From = append(out.From, from[k])
		}
		shares[[2]string{from[k], to[k]}] = share[k]
	}
	slices.SortStableFunc(out.From, func(a, b string) int {
		return cmp.Or(cmp.Compare(events[[2]string{best, b}], events[[2]string{best, a}]), strings.Compare(a, b))
	})
	out.From = out.From[:min(len(out.From), flowCategories)]
	for _, a := range out.From {
		out.Events = append(out.Events, events[[2]string{best, a}])
		for k := range scheme {
			if scheme[k] == best && from[k] == a && share[k] >= leastFlow {
				inflow[to[k]] += share[k] * float64(events[[2]string{best, a}])
			}
		}
	}
	out.To = slices.Sorted(maps.Keys(inflow))
	slices.SortStableFunc(out.To, func(a, b string) int { return cmp.Compare(inflow[b], inflow[a]) })
	for _, a := range out.From {
		row := make([]float64, len(out.To))
		for j, b := range out.To {
			row[j] = shares[[2]string{a, b}]
		}
		out.Shares = append(out.Shares, row)
	}
	return out, nil
}
