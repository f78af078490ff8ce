// Package pair answers: which medicines and devices come with which categories too
// often, and oftener than before?
//
// In go the events of a night with the category that counts; out come, for each kind of
// item, the pairs that were judged up to the last whole week, those that are raised and
// since when, and the alerts about them. How a pair is judged is
// analytics/disproportion's: together too often in a year, within specialty and care
// setting, and oftener of late than the same organisations' past leads one to expect.
package pair

import (
	"math"

	"psims/analytics/disproportion"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// shuffles is how often items and weeks are shuffled to see what chance gives.
const shuffles = 39

// Events are the n events of a night.
type Events struct {
	Table    *incident.Table
	Category *incident.Column // n: the category that counts
	Compared []bool           // n: events that may be compared with the past
	Weeks    []incident.Day   // Mondays of the whole weeks, oldest first
}

// Config holds the settings.
type Config struct {
	HistoryWeeks   int     // that a pair's past reaches back, if it can
	FalseDiscovery float64 // of a night, over all kinds of item
	Seed           uint64  // of the shuffles
}

// Pairing is the events of a night as pairs of an item with a category.
type Pairing struct {
	Kind string // of the items: medicine or device
	News []disproportion.News

	events   Events
	items    *incident.Column
	dated    disproportion.Dated
	rows     []int32 // of the events
	settings disproportion.NewsConfig
	week     incident.Day // Monday of the last whole week
}

// Judge judges the pairs of each kind of item up to the last whole week.
func Judge(e Events, c Config) []*Pairing {
	kinds := []struct {
		name string
		of   *incident.Column
	}{{"medicine", &e.Table.Medication}, {"device", &e.Table.Device}}
	var out []*Pairing
	for _, k := range kinds {
		p := &Pairing{Kind: k.name, events: e, items: k.of, settings: disproportion.DefaultNews(), week: e.Weeks[len(e.Weeks)-1]}
		p.settings.History = max(c.HistoryWeeks, p.settings.Linked, p.settings.Recent+1)
		p.settings.Q = c.FalseDiscovery / float64(len(kinds)) // over the night
		p.gather()
		p.News = p.dated.News(weekNumber(p.week), p.settings)
		p.dated.Check(p.News, weekNumber(p.week), p.settings, disproportion.NullConfig{Runs: shuffles, Seed: c.Seed, MinCount: p.settings.Link.MinCount})
		out = append(out, p)
	}
	return out
}

// gather numbers the items, categories and senders of the events that are compared.
func (p *Pairing) gather() {
	t, d, sender := p.events.Table, &p.dated, p.events.Table.Reporters()
	within := map[[2]int32]int32{}
	for i := range t.Len() {
		if !p.events.Compared[i] || t.Kind[i] == incident.KindGoodCare {
			continue
		}
		s := [2]int32{t.Specialty.Codes[i], t.CareSetting.Codes[i]}
		if _, seen := within[s]; !seen {
			within[s] = int32(len(within))
		}
		d.Row, d.Col = append(d.Row, answeredCode(p.items, i)), append(d.Col, answeredCode(p.events.Category, i))
		d.Stratum, d.Sender, d.Week = append(d.Stratum, within[s]), append(d.Sender, sender[i]), append(d.Week, weekNumber(t.Reported[i]))
		p.rows = append(p.rows, int32(i))
	}
}

// weekNumber numbers the weeks.
func weekNumber(d incident.Day) int32 { return int32(d.Monday()) / 7 }

// answeredCode gives the code of a row; −1 when it says nothing.
func answeredCode(c *incident.Column, i int) int32 {
	if c.Codes[i] == 0 || !incident.Answered(c.Value(i)) {
		return -1
	}
	return c.Codes[i]
}

// Stratum names a pair in words.
func (p *Pairing) Stratum(x disproportion.News) tally.Stratum {
	return tally.Stratum{Dimension: p.Kind + " with category", Value: p.items.Names[x.Link.Row] + " with " + p.events.Category.Names[x.Link.Col]}
}

// signals gives a signal for each pair of the last week, as judged in the week that
// news is of.
func (p *Pairing) signals(news []disproportion.News, week incident.Day) []signal.Signal {
	at := map[[2]int32]disproportion.News{}
	for _, x := range news {
		at[[2]int32{x.Link.Row, x.Link.Col}] = x
	}
	out := make([]signal.Signal, len(p.News))
	for k, last := range p.News {
		x, judged := at[[2]int32{last.Link.Row, last.Link.Col}]
		if !judged {
			out[k] = signal.Signal{Stratum: p.Stratum(last), Week: week, Status: signal.TooFew}
			continue
		}
		out[k] = x.Growth.Signal("", week, p.settings.EB05)
		out[k].Stratum, out[k].Status = p.Stratum(last), x.Status
		if x.Senders < p.settings.Senders {
			out[k].Caveats = append(out[k].Caveats, caveat.FewOrganisations)
		}
	}
	return out
}

// Standing gives the pairs that are raised, and since when: weeks are looked back on
// for as long as one of them was raised.
func (p *Pairing) Standing(lookback int) []triage.PairStanding {
	weeks := [][]signal.Signal{p.signals(p.News, p.week)}
	for w := 1; w <= lookback && triage.Ongoing(weeks); w++ {
		week := p.week - incident.Day(7*w)
		weeks = append([][]signal.Signal{p.signals(p.dated.News(weekNumber(week), p.settings), week)}, weeks...)
	}
	var out []triage.PairStanding
	for _, s := range triage.FollowStrata(weeks, 1) {
		for k := range p.News {
			x := p.News[k]
			if p.Stratum(x) != s.Stratum {
				continue
			}
			s.Rows = p.Recent(x)
			out = append(out, triage.PairStanding{StratumStanding: s, Kind: p.Kind, Item: p.items.Names[x.Link.Row], Category: p.events.Category.Names[x.Link.Col],
				Link: x.Link, Recent: p.settings.Recent, Linked: p.settings.Linked})
		}
	}
	return out
}

// Recent gives the recent events of a pair.
func (p *Pairing) Recent(x disproportion.News) (rows []int32) {
	for i, w := range p.dated.Week {
		if p.dated.Row[i] == x.Link.Row && p.dated.Col[i] == x.Link.Col && w <= weekNumber(p.week) && w > weekNumber(p.week)-int32(p.settings.Recent) {
			rows = append(rows, p.rows[i])
		}
	}
	return rows
}

// Points gives the weekly counts of a pair.
func (p *Pairing) Points(s triage.PairStanding) []triage.Point {
	weeks, reported := p.events.Weeks, p.events.Table.Reported
	out := make([]triage.Point, len(weeks))
	for w, week := range weeks {
		out[w] = triage.Point{Week: week, Expected: math.NaN(), Hi: math.NaN()}
		if w >= len(weeks)-s.Recent {
			out[w].Expected = s.Expected / float64(s.Recent)
		}
	}
	for i, row := range p.rows {
		w := int(reported[row]-weeks[0]) / 7
		if p.dated.Row[i] >= 0 && p.items.Names[p.dated.Row[i]] == s.Item && p.dated.Col[i] >= 0 && p.events.Category.Names[p.dated.Col[i]] == s.Category && reported[row] >= weeks[0] && w < len(weeks) {
			out[w].Observed++
		}
	}
	return out
}

// Alerts gives the alerts of the raised pairs, after those that tell of a theme's
// reports have been merged into its alert, and the series behind each by its id.
func Alerts(r *triage.Reports, pairings []*Pairing, lookback int, themes []triage.Alert) ([]triage.Alert, map[string][]triage.Point) {
	var alerts []triage.Alert
	points := map[string][]triage.Point{}
	for _, p := range pairings {
		for _, s := range p.Standing(lookback) {
			a := r.Pair(s)
			alerts, points[a.ID] = append(alerts, a), p.Points(s)
		}
	}
	return triage.Merge(themes, alerts, triage.Default()), points
}

// Frame lists every pair that was judged, as the table "pairs" that a run publishes.
func Frame(pairings []*Pairing) *frame.Frame {
	var kind, item, category, status []string
	var recent, senders, events []int64
	var expected, growth, growthQ, linked, ebgm, eb05, ic025, q, chance []float64
	for _, p := range pairings {
		for _, x := range p.News {
			kind, item, category, status = append(kind, p.Kind), append(item, p.items.Names[x.Link.Row]), append(category, p.events.Category.Names[x.Link.Col]), append(status, x.Status.String())
			recent, senders, events = append(recent, int64(x.Events)), append(senders, int64(x.Senders)), append(events, int64(x.Link.A))
			expected, growth, growthQ = append(expected, x.Growth.Expected), append(growth, x.Growth.EBGM.Lo), append(growthQ, x.Growth.Q)
			linked, ebgm, eb05 = append(linked, x.Link.Expected), append(ebgm, x.Link.EBGM.Value), append(eb05, x.Link.EBGM.Lo)
			ic025, q, chance = append(ic025, x.Link.IC.Lo), append(q, x.Link.Q), append(chance, max(x.ChanceLink, x.ChanceGrowth))
		}
	}
	return frame.New("pairs",
		frame.Column{Name: "kind", Doc: "medicine or device.", Values: kind},
		frame.Column{Name: "item", Doc: "Which one.", Values: item},
		frame.Column{Name: "category", Doc: "The category that it comes with.", Values: category},
		frame.Column{Name: "status", Doc: "raised: together too often, and more often than before; quiet; too few: under 3 events of the last 8 weeks.", Values: status},
		frame.Column{Name: "recent", Doc: "Events with both in the last 8 whole weeks.", Values: recent},
		frame.Column{Name: "organisations", Doc: "Organisations that sent them, each recording system for itself.", Values: senders},
		frame.Column{Name: "recent_expected", Doc: "As many as the same organisations' earlier events, or the same weeks of the year before, lead one to expect.", Values: expected},
		frame.Column{Name: "growth_eb05", Doc: "5 % point of the shrunken ratio of the two; several events of an organisation's week count once.", Values: growth},
		frame.Column{Name: "growth_q_value", Doc: "False discovery rate of the growth over all pairs of the kind.", Values: growthQ},
		frame.Column{Name: "events", Doc: "Events with both in the last 52 weeks.", Values: events},
		frame.Column{Name: "expected", Doc: "Events if they had nothing to do with each other, within specialty and care setting; empty where there was none.", Values: linked},
		frame.Column{Name: "ebgm", Doc: "Shrunken ratio of the two (DuMouchel); empty when too few pairs to learn from.", Values: ebgm},
		frame.Column{Name: "eb05", Doc: "Its 5 % point.", Values: eb05},
		frame.Column{Name: "ic025", Doc: "Lower end of the information component's 95 % interval.", Values: ic025},
		frame.Column{Name: "q_value", Doc: "False discovery rate of the link over all pairs of the kind.", Values: q},
		frame.Column{Name: "chance", Doc: "Where a pair stood out: share of pairs as sure that shuffled items and weeks give; empty elsewhere.", Values: chance},
	)
}
