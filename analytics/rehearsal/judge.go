package rehearsal

import (
	"psims/analytics/triage"
	"psims/datasets/incident"
)

const (
	leastHit   = 3   // planted reports that a hit cites at least
	hitShare   = 0.5 // of what it cites
	falseShare = 0.2 // under which an alert is of something else
	sameFalse  = 0.3 // of the smaller one's reports, from which two alerts are one
)

// judge follows the list of one balance from week to week.
type judge struct {
	p      *plot
	c      Config
	window incident.Day // for which an alert that was shown is remembered
	level  Level
	shown  []showing // false ones, oldest first
}

// showing is what a false alert cited on a day.
type showing struct {
	day   incident.Day
	cited map[int32]bool
}

// look compares a day's list with what was planted. recent is how many reports of each
// theme had come in the last weeks.
func (j *judge) look(day incident.Day, list []triage.Scored, recent []int) {
	for len(j.shown) > 0 && j.shown[0].day <= day-j.window {
		j.shown = j.shown[1:]
	}
	for k, s := range list {
		if k == j.c.Top || s.Strength < j.level.Balance {
			return
		}
		counts := make([]int, len(recent))
		all := 0
		for _, i := range s.Cite {
			if of := j.p.of[i]; of >= 0 && j.p.stream.Day[i] > day-j.window {
				counts[of]++
				all++
			}
		}
		for of, good := range counts {
			f := &j.level.Found[of]
			if !f.Found && good >= leastHit && float64(good) >= hitShare*float64(len(s.Cite)) {
				*f = Found{Found: true, Delay: j.c.weeks(day), Precision: float64(good) / float64(len(s.Cite)), Recall: float64(good) / float64(recent[of])}
			}
		}
		if float64(all) < falseShare*float64(len(s.Cite)) {
			j.wrong(day, s.Cite)
		}
	}
}

// wrong counts an alert of something else, unless it was shown before.
func (j *judge) wrong(day incident.Day, cite []int32) {
	j.level.Load++
	now := showing{day, make(map[int32]bool, len(cite))}
	for _, i := range cite {
		now.cited[i] = true
	}
	known := false
	for _, s := range j.shown {
		shared := 0
		for i := range now.cited {
			if s.cited[i] {
				shared++
			}
		}
		if float64(shared) >= sameFalse*float64(min(len(now.cited), len(s.cited))) {
			known = true
			break
		}
	}
	if !known {
		j.level.False++
	}
	j.shown = append(j.shown, now)
}
