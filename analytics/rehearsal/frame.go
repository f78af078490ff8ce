package rehearsal

import (
	"math"

	"psims/datasets/frame"
)

// FoundFrame has a row for each planted theme and balance.
func FoundFrame(results []*Result) *frame.Frame {
	var repeat, pool, fed, floor []int64
	var name []string
	var rate, balance, delay, precision, recall []float64
	for k, r := range results {
		for j, p := range r.Planted {
			for _, l := range r.Levels {
				repeat, name, rate, pool, fed = append(repeat, int64(k+1)), append(name, p.Name), append(rate, p.Rate), append(pool, int64(p.Pool)), append(fed, int64(p.Fed))
				floor, balance = append(floor, int64(p.Floor)), append(balance, l.Balance)
				f := l.Found[j]
				d, good, all := math.NaN(), math.NaN(), math.NaN()
				if f.Found {
					d, good, all = float64(f.Delay), f.Precision, f.Recall
				}
				delay, precision, recall = append(delay, d), append(precision, good), append(recall, all)
			}
		}
	}
	return frame.New("rehearsal",
		frame.Column{Name: "repeat", Doc: "Which repeat.", Values: repeat},
		frame.Column{Name: "theme", Doc: "What was planted.", Values: name},
		frame.Column{Name: "rate", Doc: "Reports a week, once grown.", Values: rate},
		frame.Column{Name: "reports", Doc: "Reports that it had.", Values: pool},
		frame.Column{Name: "fed_back", Doc: "Of them, fed back.", Values: fed},
		frame.Column{Name: "floor", Doc: "Weeks until three of them had come; −1 when they never had.", Values: floor},
		frame.Column{Name: "balance", Doc: "Of the queue.", Values: balance},
		frame.Column{Name: "delay", Doc: "Weeks until it stood on the list; empty when it never did.", Values: delay},
		frame.Column{Name: "precision", Doc: "Share of the cited reports that were of the theme.", Values: precision},
		frame.Column{Name: "recall", Doc: "Share of the theme's reports of the last 8 weeks that were cited.", Values: recall},
	)
}

// LevelFrame has a row for each balance and rate.
func LevelFrame(totals []Total) *frame.Frame {
	var balance, wrong, load, rate, floor, delay, precision, recall []float64
	var weeks, planted, found []int64
	for _, t := range totals {
		for _, r := range t.Rates {
			balance, wrong, load, weeks = append(balance, t.Balance), append(wrong, float64(t.False)/float64(t.Weeks)), append(load, t.Load), append(weeks, int64(t.Weeks))
			rate, planted, found = append(rate, r.Rate), append(planted, int64(r.Planted)), append(found, int64(r.Found))
			floor, delay, precision, recall = append(floor, r.Floor), append(delay, r.Delay), append(precision, r.Precision), append(recall, r.Recall)
		}
	}
	return frame.New("rehearsal_levels",
		frame.Column{Name: "balance", Doc: "Of the queue.", Values: balance},
		frame.Column{Name: "weeks", Doc: "Lists that were looked at.", Values: weeks},
		frame.Column{Name: "false_alerts_per_week", Doc: "New alerts about nothing planted.", Values: wrong},
		frame.Column{Name: "false_alerts_standing", Doc: "Those that stood on a day, in the mean.", Values: load},
		frame.Column{Name: "rate", Doc: "Planted reports a week, once grown.", Values: rate},
		frame.Column{Name: "planted", Doc: "Themes.", Values: planted},
		frame.Column{Name: "found", Doc: "Of them, found.", Values: found},
		frame.Column{Name: "floor", Doc: "Median weeks until three reports had come.", Values: floor},
		frame.Column{Name: "delay", Doc: "Median weeks until found, of those found.", Values: delay},
		frame.Column{Name: "precision", Doc: "Median precision of the first hit.", Values: precision},
		frame.Column{Name: "recall", Doc: "Median recall of the first hit.", Values: recall},
	)
}
