package chart_test

import (
	"math"
	"sync"
	"testing"

	"psims/datasets/incident"
	"psims/reports/assets"
	"psims/reports/chart"
	"psims/reports/disclosure"
)

// shared is one engine for all tests: compiling ECharts takes a while.
var shared = sync.OnceValues(func() (*chart.Engine, error) {
	source, err := assets.ECharts()
	if err != nil {
		return nil, err
	}
	return chart.NewEngine(source, nil)
})

func engine(t testing.TB) *chart.Engine {
	t.Helper()
	e, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func weeks(n int) []incident.Day {
	last := incident.NewDay(2026, 11, 16)
	out := make([]incident.Day, n)
	for i := range out {
		out[i] = last - incident.Day(7*(n-1-i))
	}
	return out
}

func shown(ns ...int) []disclosure.Shown {
	out := make([]disclosure.Shown, len(ns))
	for i, n := range ns {
		out[i] = disclosure.None().Count(n)
	}
	return out
}

func noData() disclosure.Shown { return disclosure.Shown{Text: "No data", Value: math.NaN()} }

// epidemic is two years of a rare event that has begun to be reported weekly.
func epidemic() chart.Epidemic {
	const n = 104
	e := chart.Epidemic{Weeks: weeks(n), Unit: "Reports", From: incident.NewDay(2026, 9, 28), Until: incident.NewDay(2026, 11, 22)}
	for i := range n {
		count := [...]int{0, 1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 3}[i%13]
		if i >= n-8 {
			count = [...]int{1, 3, 2, 4, 3, 5, 4, 6}[i-n+8]
		}
		e.Observed = append(e.Observed, disclosure.None().Count(count))
		e.Expected = append(e.Expected, 0.7+0.2*math.Sin(float64(i)/8))
		e.Hi = append(e.Hi, 3)
	}
	for i := 40; i < 43; i++ {
		e.Observed[i] = noData()
	}
	return e
}

func xmr() chart.XmR {
	const n = 52
	x := chart.XmR{Weeks: weeks(n), Unit: "Reports"}
	for i := range n {
		v := 40 + [...]int{0, 3, -4, 5, -2, 1, -6, 2, 4, -3, 0, -1, 6}[i%13]
		state := chart.Usual
		switch {
		case i == 20:
			v, state = 14, chart.Low
		case i >= n-3:
			v, state = 66+i-n, chart.High
		}
		x.Values = append(x.Values, disclosure.None().Count(v))
		x.Mean, x.Lower, x.Upper = append(x.Mean, 41.2), append(x.Lower, 25.1), append(x.Upper, 57.3)
		x.Variation = append(x.Variation, state)
	}
	return x
}

func bars() chart.Bars {
	return chart.Bars{
		Heading: "Region", Unit: "Organisations",
		Labels: []string{"London", "Midlands", "North East and Yorkshire", "South West"},
		Counts: shown(9, 5, 2, 0),
	}
}

func heat() chart.Heat {
	return chart.Heat{
		RowHeading: "Category", ColumnHeading: "Care setting", Unit: "Reports",
		Rows:    []string{"Medication", "Medical device or equipment", "Patient accident"},
		Columns: []string{"Acute or general hospital", "Community nursing", "Mental health service", "General practice"},
		Counts:  [][]disclosure.Shown{shown(1204, 210, 95, 66), shown(330, 12, 0, 3), shown(2210, 540, 300, 0)},
	}
}

func beside() chart.Funnel {
	p := chart.Funnel{Of: "severe or fatal events expected", Unit: "severe or fatal events", Name: "Northmoor Hospitals", Part: disclosure.None().Count(12), Whole: 6.4, Target: 1, Group: "Acute organisations",
		Others: [][2]float64{{4, 2.5}, {9, 1.11}, {16, 0.94}, {25, 1.2}}}
	for k := range 30 {
		n := float64(k + 1)
		spread := 3.1 / math.Sqrt(n)
		p.Sizes, p.Lo, p.Hi = append(p.Sizes, n), append(p.Lo, max(0, 1-spread)), append(p.Hi, 1+spread)
	}
	return p
}

func figures() []chart.Figure {
	return []chart.Figure{
		{ID: "weekly", Title: "Reports of pump tubing that came apart, by week", Plot: epidemic()},
		{ID: "process", Title: "Reports in anaesthetics, by week", Plot: xmr()},
		{ID: "regions", Title: "Organisations by region", Plot: bars()},
		{ID: "funnel", Title: "Severe and fatal harm beside similar organisations", Plot: beside()},
		{ID: "mix", Title: "Reports by category and care setting", Plot: heat()},
		{ID: "multiples", Title: "Themes by week", Plot: multiples()},
		{ID: "timeline", Title: "When themes were told of", Plot: timeline()},
		{ID: "map", Title: "Map of themes", Plot: themeMap()},
		{ID: "arrival", Title: "How soon events are reported", Plot: arrival()},
		{ID: "flow", Title: "Old and new categories", Plot: flow()},
	}
}

func strips(n int) ([]string, [][]disclosure.Shown) {
	names := []string{"Pump tubing, connector came apart", "Falls", "Insulin given twice after a handover between wards", "Lost samples"}
	var counts [][]disclosure.Shown
	for i := range names {
		var row []disclosure.Shown
		for w := range n {
			row = append(row, disclosure.None().Count((w*(i+2)+w*w)%(5+4*i)))
		}
		counts = append(counts, row)
	}
	counts[3][2] = noData()
	counts[3][3] = disclosure.HES5().Count(3)
	return names, counts
}

func multiples() chart.Multiples {
	names, counts := strips(26)
	return chart.Multiples{Unit: "Reports", Weeks: weeks(26), Names: names, Counts: counts}
}

func timeline() chart.Timeline {
	names, counts := strips(52)
	w := weeks(52)
	return chart.Timeline{Heading: "Theme", Unit: "Reports", Weeks: w, Names: names, Counts: counts, Totals: shown(140, 1200, 60, 31), Raised: []incident.Day{w[40] + 3, incident.NoDay, w[0] - 1, w[51]}}
}

func themeMap() chart.Map {
	return chart.Map{Heading: "Theme", Unit: "Reports", Names: []string{"Falls", "Falls from bed at night", "Insulin", "Pump tubing, connector came apart", "Lost samples"},
		At: [][2]float64{{0, 0}, {0.1, 0.05}, {1, 0.2}, {-0.4, 1}, {0.5, -0.8}}, Counts: []disclosure.Shown{disclosure.None().Count(1200), disclosure.None().Count(300), disclosure.None().Count(420), disclosure.None().Count(60), disclosure.HES5().Count(3)},
		Focus: []bool{false, false, true, false, false}, Meaning: "An alert is raised for it"}
}

func arrival() chart.Arrival {
	return chart.Arrival{Unit: "Reports", Days: []int{0, 1, 2, 3, 7, 14, 30, 60, 90}, Names: []string{"Northmoor Hospitals", "Similar organisations"},
		Shares: [][]float64{{22, 40, 52, 60, 78, 88, 95, 98, 99}, {30, 51, 60, 70, 82, 90, 93, 96, 97}}}
}

func flow() chart.Flow {
	return chart.Flow{FromHeading: "NRLS category", ToHeading: "LFPSE category", Unit: "Events", From: []string{"Patient accident", "Medication", "Medical device or equipment"}, To: []string{"Falls", "Medication", "Devices and their consumables", "Other"},
		Counts: shown(1200, 640, 210), Shares: [][]float64{{0.81, 0, 0.02, 0.17}, {0, 0.97, 0.03, 0}, {0.06, 0.11, 0.7, 0.1}}}
}
