package rehearsal

import (
	"math"
	"slices"
)

// Total is what one balance gave in all repeats of a rehearsal.
type Total struct {
	Balance float64
	False   int     // alerts of something else
	Weeks   int     // lists that were looked at
	Load    float64 // of those alerts, standing on a day, in the mean
	Rates   []AtRate
}

// AtRate is what one balance gave of the themes of one rate. Medians are of the themes
// that were found, NaN when none was.
type AtRate struct {
	Rate                     float64
	Planted, Found           int
	Delay, Precision, Recall float64
	Floor                    float64 // median of the soonest that could be; NaN when no theme ever had three reports
}

// Sum adds up repeats of a rehearsal with the same balances. nil gives nil.
func Sum(results []*Result, rates []float64) []Total {
	var out []Total
	for k := range levels(results) {
		t := Total{Balance: results[0].Levels[k].Balance}
		for _, r := range results {
			t.False, t.Weeks = t.False+r.Levels[k].False, t.Weeks+r.Weeks
			t.Load += r.Levels[k].Load / float64(len(results))
		}
		for _, rate := range rates {
			t.Rates = append(t.Rates, atRate(results, k, rate))
		}
		out = append(out, t)
	}
	return out
}

func levels(results []*Result) []Level {
	if len(results) == 0 {
		return nil
	}
	return results[0].Levels
}

func atRate(results []*Result, level int, rate float64) AtRate {
	a := AtRate{Rate: rate}
	var delays, precisions, recalls, floors []float64
	for _, r := range results {
		for k, p := range r.Planted {
			if p.Rate != rate {
				continue
			}
			a.Planted++
			if p.Floor >= 0 {
				floors = append(floors, float64(p.Floor))
			}
			if f := r.Levels[level].Found[k]; f.Found {
				a.Found++
				delays, precisions, recalls = append(delays, float64(f.Delay)), append(precisions, f.Precision), append(recalls, f.Recall)
			}
		}
	}
	a.Delay, a.Precision, a.Recall, a.Floor = median(delays), median(precisions), median(recalls), median(floors)
	return a
}

// Balance gives the lowest of the balances at which no more than so many alerts a week
// stood for something else, and false when each of them had more.
func Balance(totals []Total, perWeek float64) (balance float64, ok bool) {
	for k := len(totals) - 1; k >= 0; k-- {
		if float64(totals[k].False) > perWeek*float64(totals[k].Weeks) {
			break
		}
		balance, ok = totals[k].Balance, true
	}
	return balance, ok
}

// median gives the middle value, or the mean of the two; NaN of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	m := len(values) / 2
	if len(values)%2 == 1 {
		return values[m]
	}
	return (values[m-1] + values[m]) / 2
}
