package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"psims/datasets/durable"
	"psims/datasets/incident"
	"psims/reports/evidence"
	"psims/reports/page"
	"psims/reports/review"
)

type searchVerb struct {
	Query string `help:"Search strategy (TOML)." required:"" type:"existingfile" placeholder:"FILE.toml"`
	Out   string `help:"Workbook to write: .xlsx or .ods." required:"" type:"path" placeholder:"FILE"`
	AsOf  string `help:"Search what was known at the end of that day (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run writes the workbook of a focused review: the strategy, what it found and by
// which terms, and the events themselves, or a sample with all of severe harm.
func (v *searchVerb) Run(ctx context.Context, a *app) (err error) {
	text, err := os.ReadFile(v.Query)
	if err != nil {
		return usagef("reading search strategy %q: %w", v.Query, err)
	}
	s, err := review.Parse(v.Query, string(text))
	if err != nil {
		return usagef("%w", err)
	}
	unlock, err := a.home.lock() // the warehouse has one user at a time
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	wh, err := a.warehouse(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, wh.Close()) }()
	day, err := wh.Newest(ctx)
	if err != nil {
		return err
	}
	if v.AsOf != "" {
		if day, err = incident.ParseDay(v.AsOf); err != nil {
			return usagef("--as-of: %w", err)
		}
	}
	n, err := a.nightOf(ctx, wh, day)
	if err != nil {
		return err
	}
	if _, err := n.events(ctx); err != nil {
		return err
	}
	w, found := review.Events{AsOf: n.asOf, Organisation: n.cfg.Report.Organisation, Table: n.table, Report: (&evidence.Events{Table: n.table, Organisations: n.organisations()}).Incident}.Workbook(s)
	write := map[string]func(io.Writer) error{".xlsx": w.XLSX, ".ods": w.ODS}[strings.ToLower(filepath.Ext(v.Out))]
	if write == nil {
		return usagef("--out %q: want a name that ends in .xlsx or .ods", v.Out)
	}
	if err := durable.Write(v.Out, func(f *os.File) error { return write(f) }); err != nil {
		return err
	}
	if !a.quiet {
		_, err = fmt.Fprintf(a.out, "%s found: %s\n", page.Capital(page.Count(found, "event", "events")), v.Out)
	}
	return err
}
