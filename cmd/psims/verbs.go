package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"runtime/debug"
	"time"

	"psims/analytics/spc"
	"psims/datasets/incident"
	"psims/datasets/synth"
)

// version is what "psims version" prints; the build sets it from git.
var version = "development"

type versionVerb struct{}

// Run prints the version.
func (versionVerb) Run(a *app) error {
	goVersion := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(map[string]string{"version": version, "go": goVersion})
	}
	_, err := fmt.Fprintf(a.out, "psims %s (%s)\n", version, goVersion)
	return err
}

type synthVerb struct {
	Out    string `help:"Folder to write into." required:"" type:"path" placeholder:"DIR"`
	Events int    `help:"How many events." default:"30000"`
	Seed   uint64 `help:"Seed: the same seed gives the same bytes." default:"1"`
	Until  string `help:"Last reported day (YYYY-MM-DD); default: 2026-03-29." placeholder:"DATE"`
}

// Run writes invented extracts.
func (v *synthVerb) Run(ctx context.Context, a *app) error {
	c := synth.Default()
	c.Events, c.Seed = v.Events, v.Seed
	if v.Until != "" {
		until, err := incident.ParseDay(v.Until)
		if err != nil {
			return usagef("--until: %w", err)
		}
		c.Until = until
	}
	if err := c.Validate(); err != nil {
		return usagef("%w", err)
	}
	s, err := synth.Write(ctx, v.Out, c)
	if err != nil {
		return err
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(s)
	}
	if a.quiet {
		return nil
	}
	_, err = fmt.Fprintf(a.out, "Wrote %d invented events into %s: %d files, %d planted issues and decoys, %d planted identifiers (truth.json says which).\n",
		s.Events, v.Out, len(s.Files), len(s.Issues), s.Identifiers)
	return err
}

type spcVerb struct {
	Series string `help:"CSV with series, idx, y; for p and u charts also n: cases or exposure." required:"" type:"existingfile" placeholder:"FILE.csv"`
	Chart  string `help:"xmr: values; t: days between rare events; g: cases between them; p: y of n cases; u: y in an exposure of n." enum:"xmr,t,g,p,u" default:"xmr"`
	Screen bool   `help:"Set aside moving ranges above 3.267 times their mean."`
	Spread bool   `help:"For p and u charts: allow for more variation than chance (Laney)."`
	Trend  int    `help:"Points in a row, rising or falling, that make a trend: 5, 6 or 7." default:"7"`
	Rebase []int  `help:"Points, by number from 1, at which new limits begin." placeholder:"POINT"`
	Out    string `help:"CSV to write." required:"" type:"path" placeholder:"FILE.csv"`
}

// Run charts every series of a plain CSV.
func (v *spcVerb) Run() error {
	c := spc.Default()
	c.Screen, c.Spread, c.Trend = v.Screen, v.Spread, v.Trend
	for _, at := range v.Rebase {
		c.Rebase = append(c.Rebase, at-1)
	}
	if err := c.Validate(); err != nil {
		return usagef("%w", err)
	}
	all, err := readSeries(v.Series, "idx", "y")
	if err != nil {
		return err
	}
	var of []series
	if v.Chart == "p" || v.Chart == "u" {
		if of, err = readSeries(v.Series, "idx", "n"); err != nil {
			return err
		}
	}
	return writeCSV(v.Out, []string{"series", "idx", "y", "mean", "lpl", "upl", "special_cause_type", "variation"}, func(row func(...string) error) error {
		for k, s := range all {
			var n []float64
			if of != nil {
				n = of[k].values
			}
			chart, err := v.chart(c, s, n)
			if err != nil {
				return err
			}
			for i, p := range chart.Points {
				b := chart.Band(p)
				if err := row(s.name, s.index[i], number(s.values[i]), number(b.Mean), number(b.Lower), number(b.Upper), p.Kind.Label(c.Trend), chart.Variation.String()); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// chart draws the asked kind of chart. n is the denominators of p and u charts.
func (v *spcVerb) chart(c spc.Config, s series, n []float64) (spc.Chart, error) {
	if v.Chart != "xmr" {
		for i, y := range s.values {
			if y < 0 || n != nil && (n[i] < 0 || v.Chart == "p" && y > n[i]) {
				return spc.Chart{}, fmt.Errorf("reading series %q, series %q, point %s: y is %g%s, which a %s chart can't have", v.Series, s.name, s.index[i], y, outOf(n, i), v.Chart)
			}
		}
	}
	switch v.Chart {
	case "t":
		return c.TimeBetween(s.values), nil
	case "g":
		return c.CasesBetween(s.values), nil
	case "p":
		return c.Proportions(s.values, n), nil
	case "u":
		return c.Rates(s.values, n), nil
	}
	return c.Chart(s.values), nil
}

func outOf(n []float64, i int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprintf(" of %g", n[i])
}

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
	unfinished, err := filepath.Glob(a.home.path("runs", "*.partial"))
	if err != nil {
		return err
	}
	for _, u := range unfinished {
		s.Unfinished = append(s.Unfinished, filepath.Base(u))
	}
	m, err := readManifest(a.home.path("current"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		s.Run, s.AsOf, s.Finished = m.RunID, m.AsOf, m.Times.Finished
		s.AgeHours = math.Round(time.Since(s.Finished).Hours()*10) / 10
		alerts, err := readAlerts(a.home.path("current", "alerts.jsonl"))
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
