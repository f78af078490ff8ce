// Package delay answers how many events of each recent week will be known in the
// end, when reports are still to come, and until which week a series is complete.
//
// In goes a Triangle: events counted by the week they occurred and the weeks until
// they were reported, as known at the as-of day. Out comes a Series for each
// stratum: for each week the count so far, the share of the final count that is
// in, the expected final count with 50 and 90 % intervals, and the last week that
// is complete.
//
// Method: docs/methods/delay.md.
package delay

import (
	"errors"
	"math"

	"psims/analytics/glm"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
)

// Config holds the settings of Nowcast.
type Config struct {
	// HalfLife is the number of weeks after which what was reported counts half in
	// the delay distribution: short follows a drift, long is steadier.
	HalfLife float64
	// LevelHalfLife is the same for the level of counts that a week is taken to be near.
	LevelHalfLife float64
	Complete      float64 // share of the final count from which a week is complete
	LookBack      int     // past weeks whose nowcasts are compared with what came
	MinWeeks      int     // weeks of history without which nothing is said
}

// Default gives the settings of the nightly run, chosen on simulated triangles
// (docs/methods/delay.md).
func Default() Config {
	return Config{HalfLife: 6, LevelHalfLife: 8, Complete: 0.95, LookBack: 26, MinWeeks: 8}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case !(c.HalfLife > 0) || !(c.LevelHalfLife > 0):
		return errors.New("delay: half-lives must be positive")
	case !(c.Complete > 0 && c.Complete < 1):
		return errors.New("delay: the share that is complete must lie between 0 and 1")
	case c.LookBack < 0:
		return errors.New("delay: weeks looked back on must not be negative")
	case c.MinWeeks < 2:
		return errors.New("delay: fewer than two weeks of history tell nothing of delays")
	}
	return nil
}

// Week is what is known of one week of one stratum.
type Week struct {
	Monday   incident.Day
	Counted  int     // events known so far
	Complete float64 // expected share of the final count that is in, above 0, at most 1
	// LogSD is the standard error of log Complete: with Complete it makes the
	// exposure of the week's count.
	LogSD      float64
	Expected   float64 // final count
	Lo50, Hi50 float64 // the final count lies within with a chance of at least 50 %
	Lo90, Hi90 float64 // … and of at least 90 %
}

// Series is what is known of one stratum, oldest week first, ending with the last
// whole week before the as-of day.
type Series struct {
	Stratum tally.Stratum
	Weeks   []Week
	// CompleteUntil is the last day of the last week that is complete, as are all
	// before it; NoDay if there is none or nothing can be said.
	CompleteUntil incident.Day
	// Judged is false when there are fewer than MinWeeks weeks, or no report to
	// learn from; the weeks then hold the counts so far, and every other number is NaN.
	Judged  bool
	Caveats []caveat.Caveat
}

// Nowcast gives a Series for every stratum of the triangle, in its order. Strata
// with few reports borrow the delays of all strata together. The final count is
// that of reports within the triangle's MaxDelay weeks. Nothing depends on the
// order of events. Cost strata × weeks × (MaxDelay + LookBack).
//
// Panics if the settings are not valid.
//
// Sources: reverse-time hazards, Lawless (1994), Canadian Journal of Statistics
// 22; their shrinkage by the generalised Dirichlet distribution, Höhle & an der
// Heiden (2014), Biometrics 70; widths from past nowcasts, Wolffram et al. (2023),
// PLoS Computational Biology 19.
func Nowcast(t *Triangle, c Config) []Series {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	fits := make([]*fit, len(t.Strata))
	for s := range fits {
		fits[s] = newFit(t, s, c)
	}
	common := pool(fits, t.MaxDelay)
	for _, f := range fits {
		f.shrink(common)
	}
	errorOf := lookBack(fits, c)
	out := make([]Series, len(fits))
	for s, f := range fits {
		out[s] = f.series(t, c, errorOf[s])
		out[s].Stratum = t.Strata[s]
	}
	return out
}

// series writes the weeks of one stratum out.
func (f *fit) series(t *Triangle, c Config, errorOf [ageGroups]float64) Series {
	out := Series{Weeks: make([]Week, f.weeks), CompleteUntil: incident.NoDay, Judged: f.weeks >= c.MinWeeks && f.total > 0 && f.known}
	now := f.at(f.weeks-1, c)
	open := false
	for w := range out.Weeks {
		week := &out.Weeks[w]
		counted := f.seen(w, f.weeks-1)
		*week = Week{Monday: t.Weeks[w], Counted: int(counted)}
		if !out.Judged {
			nan := math.NaN()
			week.Complete, week.LogSD, week.Expected = nan, nan, nan
			week.Lo50, week.Hi50, week.Lo90, week.Hi90 = nan, nan, nan, nan
			continue
		}
		age := f.weeks - 1 - w
		week.forecast(now, counted, age, errorOf[ageGroup(age)])
		// The week is complete while no younger one is short of the share.
		if !open && week.Complete >= c.Complete {
			out.CompleteUntil = t.Weeks[w] + 6
		} else {
			open = true
		}
	}
	if !out.Judged || out.CompleteUntil < t.Weeks[f.weeks-1] {
		out.Caveats = append(out.Caveats, caveat.RecentIncomplete)
	}
	if f.weeks < t.MaxDelay+c.LookBack {
		out.Caveats = append(out.Caveats, caveat.ShortHistory)
	}
	if f.clamped {
		out.Caveats = append(out.Caveats, caveat.BatchReporting)
	}
	return out
}

func (w *Week) forecast(now state, counted float64, age int, extra float64) {
	share, variance := now.share(age)
	w.Complete = share
	if share == 1 {
		w.Expected, w.Lo50, w.Hi50, w.Lo90, w.Hi90 = counted, counted, counted, counted, counted
		return
	}
	// What the share still lacks is what is uncertain of it.
	w.LogSD = math.Sqrt(variance + extra*(1-share)*(1-share))
	to := now.toCome(counted, share, variance, extra)
	rest := glm.Counts{Mean: to.mean, Dispersion: to.variance / to.mean}
	w.Expected = counted + to.mean
	w.Lo50, w.Hi50 = counted+rest.Quantile(0.25), counted+rest.Quantile(0.75)
	w.Lo90, w.Hi90 = counted+rest.Quantile(0.05), counted+rest.Quantile(0.95)
}
