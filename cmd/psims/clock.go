package main

import (
	"syscall"
	"time"

	"psims/reports/publication"
)

// clock is how much time has passed, and how much of the cores' time the process has had.
type clock struct {
	at  time.Time
	cpu float64
}

func now() clock {
	c := clock{at: time.Now()}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		c.cpu = seconds(used.Utime) + seconds(used.Stime)
	}
	return c
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// took gives what has been taken since then.
func (c clock) took() publication.Took {
	ended := now()
	t := publication.Took{Seconds: ended.at.Sub(c.at).Seconds(), CPU: ended.cpu - c.cpu}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		t.PeakMB = int(used.Maxrss >> 10)
	}
	return t
}
