// Package rehearsal answers: what would the search for emerging issues find in these
// reports, how soon, and at how many false alerts?
//
// An installation's own past is replayed with issues whose beginning is known. Themes
// whose reports people have coded, such as a category or a medicine, are taken out of
// the past, and their reports fed back a few a week from a certain day, under new days
// and otherwise as they were sent. The search sees the stream week by week, as it would
// have, and its lists are compared with what was planted. In go the reports and the
// themes; out come, for each of several balances of the queue, which themes were found
// and when, and how many alerts stood for something else.
//
// What counts as false holds what was truly new in that past and was not planted, so
// the number of false alerts is an upper bound. A theme that people coded is as hard to
// find as its words are like other themes'; one that was made by likeness of words
// ([psims/models/theme]) is easier to find than most.
//
// Sources: the rules by which a list is judged are those of the benchmark in
// docs/methods/emerging.md. Planting cases of known beginning to measure a detector's
// timeliness: Buckeridge (2007), Outbreak detection through automated surveillance,
// J. Biomed. Inform. 40.
package rehearsal

import (
	"errors"
	"fmt"
	"slices"

	"psims/analytics/emerging"
	"psims/analytics/triage"
	"psims/datasets/incident"
)

// Theme is reports that tell of one thing.
type Theme struct {
	Name string
	Rows []int32 // of the stream
}

// Config is the settings of a rehearsal.
type Config struct {
	From, Until incident.Day // first and last day on which the list is looked at, a week apart each
	Onset       incident.Day // from which planted reports come
	Rates       []float64    // mean planted reports a week, once grown
	Ramp        int          // weeks over which a theme grows to its rate
	Themes      int          // planted at each rate, at most
	Top         int          // alerts of the list that are looked at, the best
	Balances    []float64    // of the queue, ascending
	Seed        uint64
}

// Default replays the 52 weeks until a day, with four themes at each of 2, 4 and 8
// reports a week from the 13th week on, and looks at the ten best alerts.
func Default(until incident.Day) Config {
	return Config{From: until - 7*52, Until: until, Onset: until - 7*39 + 1, Rates: []float64{2, 4, 8}, Ramp: 4, Themes: 4, Top: 10,
		Balances: []float64{3.5, 4, 4.5, 4.75, 5, 5.25, 5.5, 5.75, 6, 6.25, 6.5, 7, 7.5}, Seed: 1}
}

// With gives the settings with one more balance, in its place.
func (c Config) With(balance float64) Config {
	if at, there := slices.BinarySearch(c.Balances, balance); !there {
		c.Balances = slices.Insert(slices.Clone(c.Balances), at, balance)
	}
	return c
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.Onset < c.From || c.Until < c.Onset:
		return fmt.Errorf("rehearsal: reports are planted from %v, which is not within %v to %v", c.Onset, c.From, c.Until)
	case len(c.Rates) == 0 || slices.Min(c.Rates) <= 0:
		return errors.New("rehearsal: reports a week must be above 0")
	case c.Ramp < 1 || c.Themes < 0 || c.Top < 1:
		return errors.New("rehearsal: growth over a week or more, and a list of at least 1 alert are needed")
	case len(c.Balances) == 0 || !slices.IsSorted(c.Balances) || c.Balances[0] <= 0:
		return errors.New("rehearsal: balances must be above 0 and ascending")
	}
	return nil
}

// Result is what a rehearsal showed.
type Result struct {
	Weeks   int // lists that were looked at
	Planted []Planted
	Levels  []Level // by balance
}

// Planted is a theme that was fed back.
type Planted struct {
	Name string
	Rate float64
	Pool int // its reports before
	Fed  int // of them, fed back
	// Floor is after how many weeks three of its reports had come: no search that
	// asks for three can be sooner. −1 when they never had.
	Floor int
}

// Level is what one balance of the queue gives.
type Level struct {
	Balance float64
	Found   []Found // by planted theme
	False   int     // alerts of something else, each counted once while it stands
	Load    float64 // of those, standing on a day, in the mean
}

// Found says whether and when a theme stood on the list.
type Found struct {
	Found     bool
	Delay     int     // weeks from the onset
	Precision float64 // share of the cited reports that are of the theme
	Recall    float64 // share of the theme's reports of the last weeks that are cited
}

// Run rehearses. Cost: a search for each week; see [emerging.Searcher.Search].
//
// A theme with too few reports for any of the rates, or with more than a thirtieth of
// all, is not planted; nor are more than a fifth of all reports taken out. With none
// left the false alerts are counted all the same.
//
// Errors: settings that are wrong, or a past so short that no window of the search fits.
func Run(s *emerging.Stream, themes []Theme, search emerging.Config, queue triage.Config, c Config) (*Result, error) {
	if err := errors.Join(c.Validate(), queue.Validate()); err != nil {
		return nil, err
	}
	p := c.plant(s, themes)
	se, err := emerging.NewSearcher(p.stream, search)
	if err != nil {
		return nil, fmt.Errorf("rehearsing: %w", err)
	}
	if n := len(p.stream.Day); n == 0 || p.stream.Day[0] > c.Until-incident.Day(7*(slices.Min(search.Windows)+search.MinHistoryWeeks)) {
		return nil, errors.New("rehearsing: the reports do not reach back far enough for any window of the search")
	}
	// The list of a higher balance is the beginning of that of a lower one.
	queue.Balance, queue.AlertScore = c.Balances[0], 0.5
	judges := make([]judge, len(c.Balances))
	for k := range judges {
		judges[k] = judge{p: p, c: c, window: incident.Day(7 * search.CiteWeeks), level: Level{Balance: c.Balances[k], Found: make([]Found, len(p.planted))}}
	}
	out := &Result{Planted: p.planted}
	for day := c.From; day <= c.Until; day += 7 {
		list := triage.Shortlist(se.Search(day), se, queue)
		recent := p.recent(day, day-judges[0].window)
		for k := range judges {
			judges[k].look(day, list, recent)
		}
		out.Weeks++
	}
	for _, j := range judges {
		j.level.Load /= float64(out.Weeks)
		out.Levels = append(out.Levels, j.level)
	}
	return out, nil
}
