package breaks

import (
	"slices"

	"psims/analytics/glm"
	"psims/datasets/incident"
)

const (
	// pastWeeks are what a week is compared with to tell a batch, and leastWeeks how
	// many of them must have reports for a usual week to be known.
	pastWeeks  = 52
	leastWeeks = 13
)

// batches finds the weeks in which an organisation sent a batch: many times its
// usual week, or far more old reports than it usually sends. Of the latter only
// the old reports are the batch. What was a batch is no part of later usual weeks.
func (h *History) batches(s *sender) {
	old := make([]float64, len(h.Weeks))
	for _, i := range s.rows {
		if w := h.week(h.table.Reported[i]); w < len(old) && h.isOld(i) {
			old[w]++
		}
	}
	plain := make([]float64, len(old)) // old reports outside batches
	for w := max(0, h.week(s.first)); w < len(old); w++ {
		plain[w] = old[w]
		// Weeks before its first report are weeks in which it sent nothing old.
		from := max(0, w-pastWeeks)
		usual := median(s.weekly[from:w])
		many := s.whole[w] >= float64(h.cfg.BatchMin) && usual > 0 && s.whole[w] >= h.cfg.BatchTimes*usual
		late := old[w] >= float64(h.cfg.OldMin) && w > from && unusual(plain[from:w], old[w]) < h.cfg.BatchP
		if !many && !late {
			continue
		}
		// Without a usual week to compare with, as when all comes in batches, the whole upload is one.
		all := many || usual == 0
		for _, i := range s.rows {
			if h.week(h.table.Reported[i]) == w && (all || h.isOld(i)) {
				h.batch[i] = true
				s.weekly[w]--
			}
		}
		plain[w] = 0
		b := h.found(s, edge{w, Batch, 0})
		if usual > 0 {
			b.Ratio = s.whole[w] / usual
		}
		s.breaks = append(s.breaks, b)
	}
}

func (h *History) isOld(i int32) bool {
	occurred := h.table.Occurred[i]
	return occurred.Known() && h.table.Reported[i]-occurred > incident.Day(h.cfg.OldDays)
}

// unusual gives the chance of at least so many old reports, by those of the weeks before.
func unusual(past []float64, n float64) float64 {
	mean, squares := 0.5/float64(len(past)), 0.0
	for _, v := range past {
		mean += v / float64(len(past))
	}
	for _, v := range past {
		squares += (v - mean) * (v - mean)
	}
	return glm.Counts{Mean: mean, Dispersion: max(1, squares/float64(len(past))/mean)}.Upper(n)
}

// median gives the middle of the weeks with reports, 0 if there are too few to tell.
func median(weeks []float64) float64 {
	var with []float64
	for _, v := range weeks {
		if v > 0 {
			with = append(with, v)
		}
	}
	if len(with) < leastWeeks {
		return 0
	}
	slices.Sort(with)
	return with[len(with)/2]
}
