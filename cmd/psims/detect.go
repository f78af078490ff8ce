package main

import (
	"context"
	"errors"
	"strings"

	"psims/analytics/branch"
	"psims/analytics/emerging"
	"psims/analytics/pair"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/nlp/concept"
)

type detectVerb struct {
	AsOf string `help:"Judge as if that day had just ended (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run judges every stratum of the day and looks for emerging issues.
func (v *detectVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "detect", (*night).detect)
}

// detect adds signals.parquet, alerts.jsonl and the series behind them.
func (n *night) detect(ctx context.Context) (int, error) {
	if _, err := n.readLabels(ctx); err != nil {
		return 0, err
	}
	if _, err := n.readThemes(ctx); err != nil {
		return 0, err
	}
	if err := n.join(ctx); err != nil {
		return 0, err
	}
	stream, err := n.stream(ctx)
	if err != nil {
		return 0, err
	}
	chance, err := n.chance(stream)
	if err != nil {
		return 0, err
	}
	themes, alike, err := n.emerging(ctx, stream, chance)
	if err != nil {
		return 0, err
	}
	if err := n.watch(ctx); err != nil {
		return 0, err
	}
	strata := n.strata()
	weeks := strata.Judge(n.cfg.Detect.LookbackWeeks)
	r := &triage.Reports{Events: n.judged, Terms: n.terms, Counts: n.counts, AsOf: n.asOf, Rows: n.searched(), Chance: chance}
	var alerts []triage.Alert
	var series []triage.Series
	places := map[string]int{}
	for k, s := range themes {
		a := r.Theme(s)
		places[a.ID] = k
		alerts = append(alerts, a)
		series = append(series, triage.Series{Alert: a.ID, Points: r.Weeks(s, n.cfg.Detect.HistoryWeeks)})
	}
	pairings := n.pairs(strata)
	of, points := pair.Alerts(r, pairings, n.cfg.Detect.LookbackWeeks, alerts)
	alerts, series = append(alerts, of...), append(series, triage.Behind(of, points)...)
	for _, s := range triage.FollowStrata(weeks, n.cfg.Detect.FalseDiscovery) {
		s.Rows = strata.Rows(s.Stratum, s.Week)
		a := r.Stratum(s)
		if s.Stratum.Dimension == knownRiskDimension {
			a.Kind = triage.KnownRisk
		}
		alerts = append(alerts, a)
		series = append(series, triage.Series{Alert: a.ID, Points: strata.Points(s)})
	}
	scans, err := n.scans(strata)
	if err != nil {
		return 0, err
	}
	of, points = branch.Alerts(r, scans, alerts)
	alerts, series = append(alerts, of...), append(series, triage.Behind(of, points)...)
	triage.CiteFollowers(alerts, n.followers())
	alerts = triage.Resemble(triage.KeepDown(triage.Rank(alerts), dismissed(n.decided)), places, alike)
	n.alerts = alerts
	if err := n.dir.WriteTable(signal.Frame(append(weeks[len(weeks)-1], branch.Signals(scans)...)), ""); err != nil {
		return 0, err
	}
	if err := errors.Join(n.dir.WriteAlerts(alerts), n.dir.WriteForPeople(triage.WeeklyFrame(series))); err != nil {
		return 0, err
	}
	if n.dir != "" { // a replay needs no tables
		if err := errors.Join(n.dir.WriteForPeople(n.joined.Frame(n.table)), n.dir.WriteForPeople(pair.Frame(pairings)), n.dir.WriteForPeople(branch.Frame(scans)), n.surveil(strata)); err != nil {
			return 0, err
		}
	}
	return len(alerts), errors.Join(n.dir.WriteForPeople(strata.Counts.Frame()), n.dir.WriteForPeople(strata.History.Frame()))
}

// searched gives the reports that are searched for emerging issues: one of each
// event, and no examples of good care, which are no issue however alike they are.
func (n *night) searched() []int32 {
	if n.rows == nil {
		n.rows = make([]int32, 0, n.table.Len())
		for _, i := range n.incidents() {
			if n.joined.Counted(int(i)) {
				n.rows = append(n.rows, i)
			}
		}
	}
	return n.rows
}

// incidents gives the reports that tell of something that went wrong.
func (n *night) incidents() []int32 {
	rows := make([]int32, 0, n.table.Len())
	for i, k := range n.table.Kind {
		if k != incident.KindGoodCare {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// stream gives the reports that are searched.
func (n *night) stream(ctx context.Context) (*emerging.Stream, error) {
	rows := n.searched()
	order, err := n.terms.Order(ctx, n.table.Text)
	if err != nil {
		return nil, err
	}
	concepts, err := concept.Of(n.terms.Len(), n.terms.Shown)
	if err != nil {
		return nil, err
	}
	s := &emerging.Stream{Terms: n.counts, Rows: rows, Order: order, Concepts: concepts}
	for _, i := range rows {
		s.Day, s.Organisation = append(s.Day, n.table.Reported[i]), append(s.Organisation, n.table.Organisation.Codes[i])
	}
	s.Parts = make([][2]int32, n.terms.Len())
	for t := range s.Parts {
		before, last := n.terms.Parts(int32(t))
		s.Parts[t] = [2]int32{before, last}
	}
	return s, nil
}

const (
	// chanceDays is on how many due days the search is repeated on exchanged days: what
	// one day's repeats find differs too much from the next one's.
	chanceDays = 3
	// chanceRepeats is how often on each, and chanceReports how many reports are searched
	// so in all: where there are many, fewer repeats must do.
	chanceRepeats, leastRepeats, chanceReports = 12, 2, 1_200_000
	// alikeShare is how many of the last due day's reports an earlier one must have for
	// chance to find the like.
	alikeShare = 0.75
)

// repeatsOf gives how often the search is repeated as of a day with so many reports. It
// depends on nothing else, so that a day has the same chance whenever it is asked for.
func repeatsOf(reports int) int {
	return max(leastRepeats, min(chanceRepeats, chanceReports/max(1, reports)))
}

// chance gives what the search finds where nothing is new, as of the last due days:
// they lie on a fixed grid, so that nights in between need not ask again.
func (n *night) chance(s *emerging.Stream) (*triage.Chance, error) {
	var found []*triage.Chance
	due := n.due()
	reports := s.Until(due)
	for k := range chanceDays {
		day := due - incident.Day(k*n.cfg.Train.DueDays)
		if k > 0 && float64(s.Until(day)) < alikeShare*float64(reports) {
			break
		}
		c, err := n.memory.chance(n, day, func() (*triage.Chance, error) {
			return triage.Calibrate(s, n.cfg.emerging(), day, repeatsOf(s.Until(day)))
		})
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	if n.memory != nil {
		oldest := chanceOn(due - incident.Day((chanceDays-1)*n.cfg.Train.DueDays))
		if err := n.memory.shelf.Clear(func(name string) bool { return strings.HasPrefix(name, "chance-") && name < oldest }); err != nil {
			return nil, err
		}
	}
	return triage.Pool(found), nil
}

// emerging follows the emerging themes over the lookback and gives those of the day,
// and how like the reports of each two of them are.
// The lists of all days are drawn by the balance that is the day's own, unless one is
// configured.
func (n *night) emerging(ctx context.Context, s *emerging.Stream, chance *triage.Chance) (themes []triage.Standing, alike [][]float64, err error) {
	se, err := emerging.NewSearcher(s, n.cfg.emerging())
	if err != nil {
		return nil, nil, err
	}
	least := n.cfg.triage().Least()
	tc := n.cfg.balanced(chance)
	least.Balance = min(least.Balance, tc.Balance)
	var days []incident.Day
	var lists [][]triage.Scored
	step, done := n.bar(int64(n.cfg.Detect.LookbackWeeks+2), "looking for emerging issues")
	defer done()
	search := func(day incident.Day) ([]triage.Scored, error) {
		found, err := n.memory.recall(n, day, func() []triage.Scored { return triage.Shortlist(se.Search(day), se, least) })
		step(1)
		return tc.Cut(found), err
	}
	var yesterday []triage.Scored
	for w := n.cfg.Detect.LookbackWeeks; w >= 0; w-- {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if w == 0 && n.dir != "" { // a replay has no yesterday; days are remembered in their order
			if yesterday, err = search(n.asOf - 1); err != nil {
				return nil, nil, err
			}
		}
		day := n.asOf - incident.Day(7*w)
		days = append(days, day)
		found, err := search(day)
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, found)
	}
	if n.memory != nil {
		oldest := foundOn(days[0]) // no night after this one looks back further
		if err := n.memory.shelf.Clear(func(name string) bool { return strings.HasPrefix(name, "found-") && name < oldest }); err != nil {
			return nil, nil, err
		}
	}
	themes = triage.Follow(days, lists, n.terms.Name, tc)
	cited := make([][]int32, len(themes))
	for k := range themes {
		cited[k] = themes[k].Cite
	}
	return themes, se.AlikeAll(n.asOf, cited), n.dir.WriteForPeople(triage.YesterdayFrame(triage.Yesterday(themes, yesterday, tc)))
}
