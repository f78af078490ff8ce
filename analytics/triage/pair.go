package triage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"psims/analytics/disproportion"
	"psims/datasets/incident"
)

// PairStanding is a pair of an item, such as a medicine, and a category that is
// raised on the day, and since when. Its signal tells of its growth: recent events
// against what earlier ones lead one to expect.
type PairStanding struct {
	StratumStanding                         // Rows: the recent events of the pair, oldest first
	Kind, Item, Category string             // of what kind the item is, and its name
	Link                 disproportion.Pair // how often the two come together beside what their own numbers explain
	Recent               int                // weeks called recent
	Linked               int                // weeks over which Link counts
}

// Pair writes the alert of a pair.
func (r *Reports) Pair(s PairStanding) Alert {
	a := r.Stratum(s.StratumStanding)
	a.Kind, a.ID = Pair, shortHash("pair", s.Stratum.String())
	a.Window = Window{s.Week - incident.Day(7*(s.Recent-1)), s.Week + 6}
	a.Terms = []string{s.Item, s.Category}
	a.Aspects["link"] = round(s.Link.EBGM.Value, 3)
	a.Title = fmt.Sprintf("More often together than before: %s and %q", s.Item, s.Category)
	a.Why = r.whyPair(a, s)
	return a
}

func (r *Reports) whyPair(a Alert, s PairStanding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "In the %d weeks from %s, %s with the %s %q and filed under %q, from %s.",
		s.Recent, date(a.Window.From), were(len(s.Rows)), s.Kind, s.Item, s.Category, organisations(a.Organisations))
	if len(s.Rows) > int(s.Observed) {
		fmt.Fprintf(&b, " Several from one organisation in one week count once: %.0f.", s.Observed)
	}
	fmt.Fprintf(&b, " What the same organisations sent before, and in these weeks of the year before, leads one to expect %s; up to %.0f would be usual.", about(s.Expected), math.Floor(s.Hi))
	fmt.Fprintf(&b, " Over %d weeks the two come together %.1f times as often as their own numbers explain within specialty and care setting (at least %.1f times, 95 %% sure).",
		s.Linked, s.Link.EBGM.Value, s.Link.EBGM.Lo)
	if s.Q > 0 {
		fmt.Fprintf(&b, " Of all pairs judged that night, those as unusual as this are false about %s.", inWords(s.Q))
	}
	b.WriteString(" " + harmSentence(a.Harm, len(s.Rows)))
	if s.Status == New {
		b.WriteString(" It is new on this list.")
	} else {
		fmt.Fprintf(&b, " It has been raised since the week from %s.", date(s.FirstRaised))
	}
	return b.String()
}

// Merge takes the pairs that tell of the reports of a theme into its alert, each
// with a sentence and an aspect, and gives the pairs that stand for themselves. A
// theme that has gone quiet takes none. Reports are the same when a share of the
// smaller alert's, as of like themes ([Config.Overlap]), stand in both.
func Merge(themes, pairs []Alert, c Config) (own []Alert) {
	for _, p := range pairs {
		k := slices.IndexFunc(themes, func(t Alert) bool {
			return t.Kind == Theme && t.Status != Gone && sharedIDs(t.RecentIncidentIDs, p.RecentIncidentIDs) >= c.Overlap
		})
		if k < 0 {
			own = append(own, p)
			continue
		}
		t := &themes[k]
		t.Aspects["pair: "+strings.Join(p.Terms, " with ")] = p.Aspects["link"]
		t.Why += fmt.Sprintf(" %q and %q come together more often than before: %s from %s on, where %s would be expected.",
			p.Terms[0], p.Terms[1], reports(int(p.Observed)), date(p.Window.From), about(p.Expected))
	}
	return own
}

// sharedIDs gives the share of the shorter list that stands in the other.
func sharedIDs(a, b []string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 {
		return 0
	}
	in := make(map[string]bool, len(b))
	for _, id := range b {
		in[id] = true
	}
	shared := 0
	for _, id := range a {
		if in[id] {
			shared++
		}
	}
	return float64(shared) / float64(len(a))
}
