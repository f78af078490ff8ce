package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/quote"
)

// flowCategories is how many old categories the picture of the crosswalk shows.
const flowCategories = 12

// briefCrosswalk gives how the categories of the other scheme with most events go over
// into the counted scheme's; empty when no crosswalk was learnt.
func (n *night) briefCrosswalk() (brief.Crosswalk, error) {
	f, err := n.readTable("tables", "crosswalk")
	if errors.Is(err, fs.ErrNotExist) {
		return brief.Crosswalk{}, nil
	}
	if err != nil {
		return brief.Crosswalk{}, err
	}
	var g columnReader
	scheme, from, to := g.get(f, "scheme"), g.get(f, "from"), g.get(f, "to")
	share, err := frame.Get[float64](f, "share")
	if err := errors.Join(g.err, err); err != nil {
		return brief.Crosswalk{}, fmt.Errorf("reading the crosswalk: %w", err)
	}
	events := map[[2]string]int{}
	total := map[string]int{}
	for i := range n.table.Len() {
		if s, c := n.table.Scheme.Value(i), n.table.Category.Value(i); incident.Answered(c) {
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
	out := brief.Crosswalk{FromScheme: quote.SystemName(incident.System(best)), ToScheme: quote.SystemName(incident.System(n.scheme()))}
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
	out.To = sortedKeys(inflow)
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

// leastFlow is the smallest share of an old category that its picture shows.
const leastFlow = 0.05
