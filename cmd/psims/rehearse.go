package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"psims/analytics/rehearsal"
	"psims/datasets/durable"
	"psims/datasets/frame"
	"psims/datasets/incident"
)

type rehearseVerb struct {
	AsOf        string    `help:"Rehearse on what was known on that day (YYYY-MM-DD); default: the newest reported day." placeholder:"DATE"`
	By          string    `help:"What is planted: codes (categories, subcategories, medicines and devices that people gave), themes (made by likeness of words), or auto: codes where there are enough." enum:"auto,codes,themes" default:"auto"`
	Rates       []float64 `help:"Planted reports a week, once grown." default:"2,4,8"`
	Themes      int       `help:"Themes planted at each rate." default:"4"`
	Times       int       `help:"How often it is repeated, each time with other themes." default:"1"`
	FalseAlerts float64   `help:"False alerts a week that are put up with." default:"0.35"`
	Out         string    `help:"Folder for rehearsal.csv and rehearsal_levels.csv." default:"." type:"path" placeholder:"DIR"`
}

// Run plants themes in the installation's own past, looks for them, and says what was
// found, how soon, and at how many false alerts, for several balances of the queue.
func (v *rehearseVerb) Run(ctx context.Context, a *app) (err error) {
	n, err := a.pastOf(ctx, v.AsOf)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	themes := rehearsal.Coded(n.table, n.searched())
	if v.By == "themes" {
		themes = nil
	}
	if v.By == "themes" || v.By == "auto" && rehearsal.Plantable(themes, len(n.searched())) < v.Themes*len(v.Rates) {
		if _, err := n.group(ctx); err != nil {
			return err
		}
		themes = rehearsal.Grouped(n.themed, n.searched())
	}
	stream, err := n.stream(ctx)
	if err != nil {
		return err
	}
	chance, err := n.chance(stream)
	if err != nil {
		return err
	}
	now := n.cfg.balanced(chance).Balance
	c := rehearsal.Default(n.asOf).With(now)
	c.Rates, c.Themes, c.Seed = v.Rates, v.Themes, n.cfg.Seed
	if err := c.Validate(); err != nil {
		return usagef("evaluate emerging: %w", err)
	}
	if v.Times < 1 {
		return usagef("evaluate emerging: --times %d: 1 or more", v.Times)
	}
	var results []*rehearsal.Result
	step, done := n.bar(int64(v.Times), "rehearsing")
	for range v.Times {
		r, err := rehearsal.Run(stream, themes, n.cfg.emerging(), n.cfg.triage(), c)
		if err != nil {
			return err
		}
		results = append(results, r)
		c.Seed++
		step(1)
	}
	done()
	if err := os.MkdirAll(v.Out, 0o755); err != nil {
		return err
	}
	totals := rehearsal.Sum(results, v.Rates)
	if err := errors.Join(v.write(rehearsal.FoundFrame(results)), v.write(rehearsal.LevelFrame(totals))); err != nil {
		return err
	}
	return v.say(a, totals, now)
}

// pastOf prepares a night that keeps nothing, with the stream that it searches.
func (a *app) pastOf(ctx context.Context, asOf string) (n *night, err error) {
	wh, err := a.warehouse(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, wh.Close())
		}
	}()
	day, err := wh.Newest(ctx)
	if err != nil {
		return nil, err
	}
	if asOf != "" {
		if day, err = incident.ParseDay(asOf); err != nil {
			return nil, usagef("--as-of: %w", err)
		}
	}
	if n, err = a.nightOf(ctx, wh, day); err != nil {
		return nil, err
	}
	if len(n.loads) == 0 {
		return nil, usagef("nothing had been reported by %v", day)
	}
	if _, _, err = n.count(ctx); err != nil {
		return nil, err
	}
	return n, n.join(ctx)
}

// say prints what was found in words and a table, for the present balance and others.
func (v *rehearseVerb) say(a *app, totals []rehearsal.Total, now float64) error {
	if a.quiet {
		return nil
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	head := []string{"balance", "false a week", "standing"}
	for _, r := range v.Rates {
		head = append(head, fmt.Sprintf("found at %g a week", r), "after weeks")
	}
	fmt.Fprintln(w, strings.Join(head, "\t"))
	for _, t := range totals {
		balance := fmt.Sprintf("%.2f", t.Balance)
		if t.Balance == now {
			balance += " (now)"
		}
		cells := []string{balance, fmt.Sprintf("%.2f", float64(t.False)/float64(t.Weeks)), fmt.Sprintf("%.2f", t.Load)}
		for _, r := range t.Rates {
			cells = append(cells, fmt.Sprintf("%d of %d", r.Found, r.Planted), dash(r.Delay))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if !slices.ContainsFunc(totals[0].Rates, func(r rehearsal.AtRate) bool { return r.Planted > 0 }) {
		fmt.Fprintln(a.out, "\nNothing was planted: no code or theme has enough reports, or each has more than a thirtieth of all. Only false alerts were counted; --by themes may have some.")
	}
	advice := fmt.Sprintf("Each of these balances raised more than %g false alerts a week.", v.FalseAlerts)
	if b, ok := rehearsal.Balance(totals, v.FalseAlerts); ok {
		advice = fmt.Sprintf("At most %g false alerts a week: balance = %.2f under [detect] in psims.toml (now %.2f).", v.FalseAlerts, b, now)
	}
	_, err := fmt.Fprintf(a.out, "\n%s\nWhat counts as false holds what was truly new in these weeks and was not planted: read some before you raise the balance.\nEach planted theme: %s\n", advice, filepath.Join(v.Out, "rehearsal.csv"))
	return err
}

// dash writes a number, or a dash for none.
func dash(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// write writes a table as CSV into the folder.
func (v *rehearseVerb) write(f *frame.Frame) error {
	return durable.Write(filepath.Join(v.Out, f.Name+".csv"), func(file *os.File) error { return f.WriteCSV(file) })
}
