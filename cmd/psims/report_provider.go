package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	"psims/datasets/feedback"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/provider"
)

// writeProviders writes each organisation's report into a folder of its own, with
// its machine-readable twin, which the sending system finds in feedback too.
func (n *night) writeProviders(ctx context.Context, national *brief.Writer, list []*provider.Sender) (book.Summary, error) {
	var sum book.Summary
	w, err := provider.On(national.Press(), provider.Default())
	if err != nil {
		return sum, err
	}
	for _, s := range list {
		o := s.Organisation
		b, err := w.Book(o)
		if err != nil {
			return sum, err
		}
		folder := providerFolder(o.Code)
		written, err := b.Write(ctx, n.dir.Create(folder))
		if err != nil {
			return sum, err
		}
		var twin bytes.Buffer
		if err := w.Twin(&twin, o); err != nil {
			return sum, fmt.Errorf("writing the report of %s: %w", o.Code, err)
		}
		if err := os.WriteFile(n.dir.Path(folder+"/report.json"), twin.Bytes(), 0o644); err != nil {
			return sum, err
		}
		if n.asOf == n.newest { // an older day must not replace what was told of a newer one
			if err := os.MkdirAll(n.home.path("feedback", feedback.Folder(o.Code)), 0o755); err != nil {
				return sum, err
			}
			if err := os.WriteFile(n.home.path("feedback", feedback.Folder(o.Code), "report.json"), twin.Bytes(), 0o644); err != nil {
				return sum, fmt.Errorf("writing feedback: %w", err)
			}
		}
		sum = sum.Add(written)
	}
	return sum, nil
}

// providerFolder is the folder of an organisation's report in the run's.
func providerFolder(code string) string { return path.Join("organisations", feedback.Folder(code)) }

// providers gathers what the run knows of each organisation that reported within
// a year, by code; nothing where they get no reports.
func (n *night) providers(run brief.Run, national *brief.Writer) ([]*provider.Sender, error) {
	if !n.cfg.Report.Providers {
		return nil, nil
	}
	e := provider.Events{Events: n.evidence(), Site: national.Site(run), Alerts: run.Alerts, AlertOf: map[string]string{}, Mix: n.severeMix()}
	for _, th := range run.Themes {
		e.AlertOf[th.ID] = th.AlertID
	}
	var err1, err2 error
	e.Grading, err1 = n.dir.Table("tables", "harm_grading")
	e.Doubts, err2 = n.dir.Table("tables", "harm_discrepancy")
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	list, err := e.Gather()
	if err != nil {
		return nil, err
	}
	return list, n.providerFiles(list)
}

// providerFiles adds what the loads say: rows revised, withdrawn and rejected.
func (n *night) providerFiles(list []*provider.Sender) error {
	senders := map[string]*provider.Sender{}
	for _, s := range list {
		senders[s.Code] = s
	}
	for _, l := range slices.Backward(n.loads) { // newest first
		for code, s := range senders {
			text, err := os.ReadFile(n.home.path("feedback", feedback.Folder(code), l.ID+".json"))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("reading feedback: %w", err)
			}
			var told feedback.Answer
			if err := json.Unmarshal(text, &told); err != nil {
				return fmt.Errorf("reading feedback of %s on load %s: %w", code, l.ID, err)
			}
			s.Became.Revised += told.Revised
			s.Became.Withdrawn += told.Withdrawn
		}
		if err := n.providerRejects(l.ID, senders); err != nil {
			return err
		}
	}
	return nil
}

// providerRejects gives each organisation the rows of a load that name it and could
// not be used.
func (n *night) providerRejects(load string, senders map[string]*provider.Sender) error {
	f, err := os.Open(n.home.path("quarantine", load+".jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the quarantine: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	if err := provider.Rejects(f, senders); err != nil {
		return fmt.Errorf("load %s: %w", load, err)
	}
	return nil
}
