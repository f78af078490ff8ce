package outbreak

import (
	"errors"
	"math"

	"psims/analytics/glm"
	"psims/analytics/signal"
)

// Predictive is the engine's own method: the chance of so many events under a
// negative binomial forecast that knows how unsure it is.
//
// A stratum's past gives a level, a slow trend and a yearly wave, old weeks
// counting less; past outbreaks are set down by their probability, not by a
// threshold; the dispersion is not estimated but weighed over all values the past
// leaves possible. What a short or sparse past can't tell comes from Prior, which
// Learn takes from all strata together. The tail is exact.
//
// Two things make P differ from P(at least Observed): half of the chance of
// exactly the observed count is left out (the mid-p value), so that alarms on
// small counts come at the rate Alpha and not far below; and the chance is
// weighted by the evidence of the week before (see weigh), so that a rise that
// lasts is found. Both keep the rate of false alarms near Alpha.
//
// Sources: mid-p, Lancaster (1961), JASA 56; weights, Genovese, Roeder &
// Wasserman (2006), Biometrika 93. Formulae, figures and failure modes:
// docs/methods/outbreak.md.
type Predictive struct {
	Alpha       float64 // rate of alarms when nothing is unusual
	HalfLife    float64 // weeks after which a past week counts half
	MaxWeeks    int     // weeks of history that are used at most
	NotIncluded int     // most recent weeks that are not learnt from, if there are enough others
	// PastShare is the share of past weeks taken to lie in outbreaks at least, when
	// they are set down.
	PastShare float64
	// Carry is the part of the alarm rate that is kept for the weeks after high
	// weeks; 0 judges each week alone.
	Carry     float64
	MinEvents int // fewer events in the week and the one before never raise the alarm
	Prior     Prior
}

// minWeeks is the number of observed past weeks without which nothing is judged.
const minWeeks = 6

// DefaultPredictive gives the settings of the nightly run, chosen on simulated
// series (docs/methods/outbreak.md).
func DefaultPredictive() Predictive {
	return Predictive{
		Alpha: 0.01, HalfLife: 156, MaxWeeks: 416, NotIncluded: 4,
		PastShare: 0.02, Carry: 0.75, MinEvents: 2, Prior: DefaultPrior(),
	}
}

// Name gives the name of the method in every output.
func (p Predictive) Name() string { return "predictive" }

// Validate says what is wrong with the settings.
func (p Predictive) Validate() error {
	switch {
	case !(p.HalfLife > 0):
		return errors.New("outbreak: the half-life must be positive")
	case p.MaxWeeks < minWeeks:
		return errors.New("outbreak: too short a history")
	case p.NotIncluded < 0:
		return errors.New("outbreak: weeks not included must not be negative")
	case !(p.PastShare >= 0 && p.PastShare < 0.5):
		return errors.New("outbreak: the share of past outbreaks must lie between 0 and 0.5")
	case !(p.Carry >= 0 && p.Carry <= 1):
		return errors.New("outbreak: carry must lie between 0 and 1")
	}
	if err := p.Prior.Validate(); err != nil {
		return err
	}
	return validAlpha(p.Alpha)
}

// Weeks judges every week from from on, each from the weeks before it alone. A
// week with fewer than six observed weeks before it is TooFew.
//
// Panics if the settings are not valid.
func (p Predictive) Weeks(y []float64, from int) []Week { return p.Judge(y, Exposure{}, from) }

// Judge is Weeks with a known exposure.
func (p Predictive) Judge(y []float64, e Exposure, from int) []Week {
	if err := p.Validate(); err != nil {
		panic(err.Error())
	}
	return newModel(p).weeks(y, e, from)
}

// model is the memory of one goroutine.
type model struct {
	p        Predictive
	exposure Exposure
	past     baseline
	noise    noise
	until    int // first week that was not learnt from
}

func newModel(p Predictive) *model {
	m := &model{p: p}
	m.past.init()
	m.past.prior = p.Prior.penalty()
	return m
}

func (m *model) weeks(y []float64, e Exposure, from int) []Week {
	m.exposure = e
	return judge(y, e, from, func(t int) Week { return m.judge(y, t) })
}

// learn fits the weeks before t; false if there are too few.
func (m *model) learn(y []float64, t int) bool {
	from := max(0, t-m.p.MaxWeeks)
	observed := 0
	for u := from; u < t; u++ {
		if m.exposure.tells(y, u) {
			observed++
		}
	}
	if observed < minWeeks {
		return false
	}
	// A short past is used up to the judged week.
	m.until = t
	for skipped := 0; skipped < m.p.NotIncluded && observed > 2*minWeeks; skipped++ {
		m.until--
		if m.exposure.tells(y, m.until) {
			observed--
		}
	}
	m.fit(y, from, t)
	if since := m.lastStep(); since > from {
		m.fit(y, since, t)
	}
	return true
}

// fit takes turns: means for the weights, dispersion for the means, weights for both.
func (m *model) fit(y []float64, from, t int) {
	b := &m.past
	b.load(y[:m.until], m.exposure, from, t)
	b.age(m.p.HalfLife)
	m.noise.phi = 1
	for range 2 {
		b.solve()
		m.noise.learn(b, &m.p.Prior.Dispersion)
		m.noise.reweight(b, m.p.PastShare)
		b.spread()
		b.phi = m.noise.phi
	}
	b.solve()
}

// forecast is the distribution of the count of one week.
type forecast struct {
	mean, variance float64 // of the count; of the log mean
	noise          *noise
}

func (m *model) forecast(week int) forecast {
	mean, variance := m.past.at(week, m.exposure.at(week))
	return forecast{mean: mean, variance: variance + m.exposure.SD*m.exposure.SD, noise: &m.noise}
}

// finite reports whether the fit came to anything.
func (f forecast) finite() bool {
	sum := f.mean + f.variance + f.noise.phi
	for _, w := range f.noise.weight {
		sum += w
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// counts gives the forecast for one dispersion: what is not known of the mean
// adds to the variance.
func (f forecast) counts(phi float64) glm.Counts {
	return glm.Counts{Mean: f.mean, Dispersion: phi + f.mean*f.variance}
}

// middle gives the mid-p value of a count.
func (f forecast) middle(y float64) (p float64) {
	for k, w := range f.noise.weight {
		if w > leastWeight {
			p += w * f.counts(dispersions[k]).Middle(y)
		}
	}
	return p
}

// leastWeight of a dispersion is the one below which it does not show in a tail.
const leastWeight = 1e-5

// judge gives the judgement of week t.
func (m *model) judge(y []float64, t int) Week {
	if !m.learn(y, t) {
		return blank(y, t, signal.TooFew)
	}
	f := m.forecast(t)
	if !f.finite() {
		return blank(y, t, signal.NotConverged)
	}
	weight := m.weigh(y, t)
	w := Week{
		Index: t, Observed: y[t], Expected: f.mean, Phi: m.noise.phi + f.mean*f.variance, Trend: true,
		P: max(leastP, min(1, f.middle(y[t])/weight)),
	}
	typical := f.counts(m.noise.phi)
	w.Lower = typical.Quantile(m.p.Alpha)
	least := float64(m.p.MinEvents - 1)
	if !math.IsNaN(y[t-1]) {
		least -= y[t-1]
	}
	w.Upper = max(least, f.limit(m.p.Alpha*weight, typical))
	w.Status = raise(w.Observed > w.Upper)
	w.Score = math.Log(w.P) / math.Log(m.p.Alpha)
	if w.Status != signal.Raised {
		w.Score = min(w.Score, 1)
	}
	return w
}

// leastP stands for a chance too small for a float.
const leastP = 1e-300

// limit gives the largest count whose mid-p value is not below alpha.
func (f forecast) limit(alpha float64, typical glm.Counts) float64 {
	usual := func(y float64) bool { return y < 0 || f.middle(y) >= alpha }
	// Invariant of the halving: lo is usual, hi is not.
	lo := typical.Quantile(max(0.5, 1-min(0.5, alpha)))
	hi := lo + 1
	for step := 1.0; !usual(lo); step *= 2 {
		lo, hi = max(-1, lo-step), lo
	}
	for step := 1.0; usual(hi); step *= 2 {
		lo, hi = hi, hi+step
	}
	for hi-lo > 1 {
		if mid := math.Floor(lo + (hi-lo)/2); usual(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return max(0, lo)
}
