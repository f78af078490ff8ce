package outbreak

import (
	"fmt"
	"math"

	"psims/analytics/signal"
	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/internal/parallel"
)

// Config holds the settings of Watch.
type Config struct {
	AsOf       incident.Day // the last day that counts; the week judged is the last whole one
	Predictive Predictive
	// Detector, if there is one, judges in the place of Predictive.
	Detector Detector
	// Exposure, if there is any, is that of each stratum, week by week of the table.
	// A Detector must then be Exposed.
	Exposure []Exposure
}

// Default gives the settings of the nightly run for that day.
func Default(asOf incident.Day) Config {
	return Config{AsOf: asOf, Predictive: DefaultPredictive()}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	if c.Detector != nil {
		if _, ok := c.Detector.(Exposed); !ok && c.Exposure != nil {
			return fmt.Errorf("outbreak: %s takes no exposure", c.Detector.Name())
		}
		return c.Detector.Validate()
	}
	return c.Predictive.Validate()
}

// fewExpected is the number of events, seen and expected together, below which a
// finding carries caveat.SmallSample.
const fewExpected = 5

// Watch judges every stratum in the last week that was over by the end of c.AsOf,
// and gives exactly one Signal for each, in the order of the table. Later weeks are
// not looked at. A stratum that was not observed in that week, or has too short a
// past, is TooFew. Predictive first learns from all strata what they have in
// common. Q is left to signal.FalseDiscovery. Cost linear in strata and weeks.
//
// Panics if the settings are not valid, or there are exposures, but not one for
// each stratum and week.
func Watch(counts *tally.Table, c Config) []signal.Signal {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
	if c.Exposure != nil && len(c.Exposure) != len(counts.Strata) {
		panic(fmt.Sprintf("outbreak: %d exposures for %d strata", len(c.Exposure), len(counts.Strata)))
	}
	monday := (c.AsOf - 6).Monday()
	t := -1
	if len(counts.Weeks) > 0 && monday >= counts.Weeks[0] {
		t = int(monday-counts.Weeks[0]) / 7
	}
	out := make([]signal.Signal, len(counts.Strata))
	if t < 0 || t >= len(counts.Weeks) {
		for s, stratum := range counts.Strata {
			w := blank([]float64{math.NaN()}, 0, signal.TooFew)
			out[s] = w.signal(stratum, monday, c.name())
		}
		return out
	}
	for _, e := range c.Exposure {
		e.check(len(counts.Weeks))
	}
	judges := c.judges(counts, t)
	each(len(out), func() func(s int) {
		read, judge := c.reader(counts, t), judges()
		return func(s int) {
			y, e := read(s)
			w := judge(y, e)
			out[s] = w.signal(counts.Strata[s], monday, c.name())
			out[s].Caveats = caveats(y[:t], w)
		}
	})
	return out
}

// reader gives a function that reads the weeks of a stratum up to t, NaN where it
// was not observed, and their exposure. The weeks hold until it is called again.
func (c Config) reader(counts *tally.Table, t int) func(s int) ([]float64, Exposure) {
	y := make([]float64, t+1)
	return func(s int) ([]float64, Exposure) {
		for w := range y {
			y[w] = math.NaN()
			if counts.Observed(w, s) {
				y[w] = float64(counts.Counts[w*len(counts.Strata)+s])
			}
		}
		if c.Exposure == nil {
			return y, Exposure{}
		}
		return y, c.Exposure[s].until(t + 1)
	}
}

func (c Config) name() string {
	if c.Detector != nil {
		return c.Detector.Name()
	}
	return c.Predictive.Name()
}

// judges gives what makes, for each goroutine, the function that judges week t.
func (c Config) judges(counts *tally.Table, t int) func() func(y []float64, e Exposure) Week {
	if c.Detector == nil {
		p := c.Predictive
		p.Prior = learn(len(counts.Strata), t, p, func() func(s int) ([]float64, Exposure) { return c.reader(counts, t) })
		return func() func(y []float64, e Exposure) Week {
			m := newModel(p)
			return func(y []float64, e Exposure) Week { return m.weeks(y, e, t)[0] }
		}
	}
	judge := func(y []float64, _ Exposure) Week { return c.Detector.Weeks(y, t)[0] }
	if d, ok := c.Detector.(Exposed); ok {
		judge = func(y []float64, e Exposure) Week { return d.Judge(y, e, t)[0] }
	}
	return func() func(y []float64, e Exposure) Week { return judge }
}

func (w Week) signal(s tally.Stratum, monday incident.Day, detector string) signal.Signal {
	return signal.Signal{
		Detector: detector, Stratum: s, Week: monday, Observed: w.Observed, Expected: w.Expected,
		Lo: w.Lower, Hi: w.Upper, Score: w.Score, P: w.P, Q: math.NaN(), Status: w.Status,
	}
}

// caveats says what to beware of in a judgement that rests on the past given.
func caveats(past []float64, w Week) (out []caveat.Caveat) {
	observed := 0
	for _, v := range past {
		if !math.IsNaN(v) {
			observed++
		}
	}
	if observed < WeeksPerYear {
		out = append(out, caveat.ShortHistory)
	}
	if w.Status.Judged() && w.Observed+w.Expected < fewExpected {
		out = append(out, caveat.SmallSample)
	}
	if w.Status == signal.NotConverged {
		out = append(out, caveat.NotConverged)
	}
	return out
}

// chunk is how many strata one goroutine takes at a time.
const chunk = 16

// each calls a worker for every i below n, on every core. Each goroutine makes its own
// worker, and a worker writes only what belongs to i, so the result does not depend on
// the number of cores.
func each(n int, worker func() func(i int)) {
	workers := make([]func(int), parallel.Workers())
	parallel.Blocks(n, chunk, func(w, from, until int) {
		if workers[w] == nil {
			workers[w] = worker()
		}
		for i := from; i < until; i++ {
			workers[w](i)
		}
	})
}
