package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"psims/datasets/tally"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/specialty"
)

// writeSpecialties writes the learning output of each specialty beside the
// national report.
func (n *night) writeSpecialties(ctx context.Context, national *brief.Writer, policy disclosure.Policy, run brief.Run) (sum book.Summary, outputs []specialty.Output, err error) {
	c := specialty.Default()
	c.Policy = policy
	w, err := specialty.On(national.Press(), c)
	if err != nil {
		return sum, nil, err
	}
	if outputs, err = n.outputs(run); err != nil {
		return sum, nil, err
	}
	common := specialty.Run{Site: national.Site(run), AsOf: n.asOf, All: n.evidence().Harms()}
	for _, o := range outputs {
		b, err := w.Book(common, o)
		if err != nil {
			return sum, nil, err
		}
		s, err := b.Write(ctx, n.dir.Create("site"))
		if err != nil {
			return sum, nil, err
		}
		sum = sum.Add(s)
	}
	return sum, outputs, nil
}

// outputs gathers what the run found in each specialty.
func (n *night) outputs(run brief.Run) ([]specialty.Output, error) {
	e := specialty.Events{Events: n.evidence(), Alerts: run.Alerts, Files: brief.AlertFiles(run.Alerts), Cited: run.Incidents, Series: map[tally.Stratum]book.Series{},
		Written: func(file string) (specialty.Written, error) { return n.home.written(file, specialty.Slots()) }}
	for _, s := range run.Series {
		e.Series[s.Stratum] = s
	}
	var err1, err2 error
	e.Doubts, err1 = n.dir.Table("tables", "harm_discrepancy")
	e.KnownRisks, err2 = n.dir.Table("tables", "known_risks")
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	return e.Gather()
}

// commentary is the folder of clinicians' texts: people write there, runs only read.
const commentary = "commentary"

// written reads what people have written for a page into those slots; nil when nobody
// has.
func (h home) written(file string, slots []specialty.Slot) (specialty.Written, error) {
	name := h.path(commentary, strings.TrimSuffix(path.Base(file), ".html")+".toml")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading commentary: %w", err)
	}
	w, err := specialty.ParseWritten(name, string(text), slots)
	if err != nil {
		return nil, usagef("%w", err)
	}
	return w, nil
}

// commentaries gives name and content of each file of clinicians' texts, in order:
// a run's name depends on them.
func (h home) commentaries() ([][2]string, error) {
	names, err := filepath.Glob(h.path(commentary, "*.toml"))
	if err != nil {
		return nil, err
	}
	var out [][2]string
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading commentary: %w", err)
		}
		out = append(out, [2]string{filepath.Base(name), string(text)})
	}
	return out, nil
}
