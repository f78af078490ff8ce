package outbreak

import "fmt"

// Judge gives the weeks of several series from the first judged week of each on, in
// their order, on all cores. A [Predictive] detector first learns what the series have in
// common, before the first judged week of the first of them.
//
// Panics if there are not as many first weeks as series.
func Judge(d Detector, series [][]float64, from []int) [][]Week {
	if len(from) != len(series) {
		panic(fmt.Sprintf("outbreak: %d first weeks for %d series", len(from), len(series)))
	}
	if p, ok := d.(Predictive); ok && len(series) > 0 {
		p.Prior = Learn(series, from[0], p)
		d = p
	}
	judged := make([][]Week, len(series))
	each(len(series), func() func(int) {
		return func(k int) { judged[k] = d.Weeks(series[k], from[k]) }
	})
	return judged
}
