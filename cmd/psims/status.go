package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"psims/reports/publication"
)

type statusVerb struct{}

// state is what "psims status" tells.
type state struct {
	Run        string    `json:"run"`
	AsOf       string    `json:"as_of"`
	Finished   time.Time `json:"finished"`
	AgeHours   float64   `json:"age_hours"`
	Alerts     int       `json:"alerts"`
	NewAlerts  int       `json:"new_alerts"`
	Running    bool      `json:"running"`
	Unfinished []string  `json:"unfinished_runs"`
}

// Run tells how old the last run is, what is running, and how many alerts stand.
func (statusVerb) Run(a *app) error {
	s := state{Running: a.home.held()}
	var err error
	if s.Unfinished, err = publication.Unfinished(a.home.dir); err != nil {
		return err
	}
	m, err := publication.Current(a.home.dir).Manifest()
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		s.Run, s.AsOf, s.Finished = m.RunID, m.AsOf, m.Times.Finished
		s.AgeHours = math.Round(time.Since(s.Finished).Hours()*10) / 10
		alerts, err := publication.Current(a.home.dir).Alerts()
		if err != nil {
			return err
		}
		for _, al := range alerts {
			s.Alerts++
			if al.Status == "new" {
				s.NewAlerts++
			}
		}
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(s)
	}
	if s.Run == "" {
		fmt.Fprintf(a.out, "No run has finished in %s.\n", a.home.dir)
	} else {
		fmt.Fprintf(a.out, "Last run %s, as of %s, finished %.1f hours ago: %d alerts, %d of them new.\n", s.Run, s.AsOf, s.AgeHours, s.Alerts, s.NewAlerts)
	}
	if s.Running {
		fmt.Fprintln(a.out, "A psims is at work in this folder now.")
	}
	for _, u := range s.Unfinished {
		fmt.Fprintf(a.out, "Unfinished: %s (\"psims run --resume\" goes on with it when its inputs are the same).\n", u)
	}
	return nil
}
