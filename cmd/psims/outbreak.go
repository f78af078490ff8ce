package main

import (
	"math"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
)

type outbreakVerb struct {
	Series           string  `help:"CSV with series, week, observed." required:"" type:"existingfile" placeholder:"FILE.csv"`
	Method           string  `help:"How to judge." enum:"farrington-flexible,farrington,ears-c1,ears-c2,ears-c3,cusum,bayes,predictive" default:"farrington-flexible"`
	Start            int     `help:"First week that is judged (as in the column week, from 1)." required:"" placeholder:"WEEK"`
	Alpha            float64 `help:"Chance of an alarm when nothing is unusual; default: the method's own." placeholder:"A"`
	Years            int     `help:"Years of reference; default: the method's own." placeholder:"B"`
	HalfWindow       int     `help:"Weeks either side of the same week; default: the method's own." default:"-1" placeholder:"W"`
	Periods          int     `help:"Parts of the year (farrington-flexible)." placeholder:"P"`
	NotIncluded      int     `help:"Newest weeks that are left out of the reference (farrington-flexible)." default:"-1" placeholder:"N"`
	Threshold        string  `help:"How the upper limit is found (farrington-flexible)." enum:"nb-plugin,delta,muan" default:"nb-plugin"`
	WeightsThreshold float64 `help:"Anscombe residual above which a past week counts less." default:"-1" placeholder:"X"`
	PTrend           float64 `help:"A trend is kept when its p is below." name:"p-trend" default:"-1" placeholder:"X"`
	Power            string  `help:"Transformation of the delta threshold." enum:"none,half,two-thirds" default:"two-thirds"`
	Limit54          bool    `help:"No alarm on fewer than 5 events in the last 4 weeks." name:"limit54" default:"true" negatable:""`
	Out              string  `help:"CSV to write." required:"" type:"path" placeholder:"FILE.csv"`
}

// Run judges every series of a plain CSV.
func (v *outbreakVerb) Run() error {
	d := v.detector()
	if err := d.Validate(); err != nil {
		return usagef("%w", err)
	}
	all, err := readSeries(v.Series, "week", "observed")
	if err != nil {
		return err
	}
	values, from := make([][]float64, len(all)), make([]int, len(all))
	for k, s := range all {
		values[k], from[k] = s.Values, s.From(v.Start)
	}
	judged := outbreak.Judge(d, values, from)
	header := []string{"series", "week", "observed", "expected", "upper", "score", "p_value", "phi", "trend", "alarm", "status"}
	return writeCSV(v.Out, header, func(row func(...string) error) error {
		for k, s := range all {
			for _, w := range judged[k] {
				// A week with a p-value and too few events for an alarm has none; one
				// without could not be judged.
				alarm := ""
				if w.Status.Judged() || !math.IsNaN(w.P) {
					alarm = flag(w.Status == signal.Raised)
				}
				if err := row(s.Name, s.Index[w.Index], number(w.Observed), number(w.Expected), number(w.Upper), number(w.Score),
					number(w.P), number(w.Phi), flag(w.Trend), alarm, w.Status.String()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// detector gives the method with the settings that the flags change.
func (v *outbreakVerb) detector() outbreak.Detector {
	set := func(to *float64, flag float64, given bool) {
		if given {
			*to = flag
		}
	}
	weights := v.WeightsThreshold
	if weights == 0 {
		weights = math.Inf(1)
	}
	switch v.Method {
	case "farrington":
		d := outbreak.DefaultFarrington()
		d.Limit54 = v.Limit54
		d.Power = powers[v.Power]
		set(&d.Alpha, v.Alpha, v.Alpha > 0)
		set(&d.WeightsThreshold, weights, v.WeightsThreshold >= 0)
		set(&d.TrendP, v.PTrend, v.PTrend >= 0)
		v.years(&d.Years, &d.HalfWindow)
		return d
	case "ears-c1", "ears-c2", "ears-c3":
		d := outbreak.DefaultEARS(int(v.Method[len(v.Method)-1] - '0'))
		set(&d.Alpha, v.Alpha, v.Alpha > 0)
		return d
	case "cusum":
		return outbreak.DefaultCUSUM()
	case "predictive":
		d := outbreak.DefaultPredictive()
		set(&d.Alpha, v.Alpha, v.Alpha > 0)
		return d
	case "bayes":
		d := outbreak.DefaultBayes()
		set(&d.Alpha, v.Alpha, v.Alpha > 0)
		v.years(&d.Years, &d.HalfWindow)
		return d
	}
	d := outbreak.DefaultFlexible()
	d.Limit54, d.Threshold, d.Power = v.Limit54, thresholds[v.Threshold], powers[v.Power]
	set(&d.Alpha, v.Alpha, v.Alpha > 0)
	set(&d.WeightsThreshold, weights, v.WeightsThreshold >= 0)
	set(&d.TrendP, v.PTrend, v.PTrend >= 0)
	v.years(&d.Years, &d.HalfWindow)
	if v.Periods > 0 {
		d.Periods = v.Periods
	}
	if v.NotIncluded >= 0 {
		d.NotIncluded = v.NotIncluded
	}
	return d
}

func (v *outbreakVerb) years(years, halfWindow *int) {
	if v.Years > 0 {
		*years = v.Years
	}
	if v.HalfWindow >= 0 {
		*halfWindow = v.HalfWindow
	}
}

var (
	thresholds = map[string]outbreak.Threshold{"nb-plugin": outbreak.NBPlugin, "delta": outbreak.Delta, "muan": outbreak.Muan}
	powers     = map[string]outbreak.Power{"none": outbreak.None, "half": outbreak.Half, "two-thirds": outbreak.TwoThirds}
)
