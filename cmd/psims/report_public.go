package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"psims/datasets/durable"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/public"
)

// published is the folder of what has been released: later releases follow it.
const published = "published"

// release reads what was released before under the policy of publications; an
// empty one before the first.
func (a *app) release() (*disclosure.Release, disclosure.Policy, error) {
	policy, err := disclosure.Parse(a.cfg.Report.Public)
	if err != nil {
		return nil, policy, usagef("report.public: %w", err)
	}
	f, err := os.Open(a.home.path(published, "release.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return disclosure.NewRelease(policy), policy, nil
	}
	if err != nil {
		return nil, policy, fmt.Errorf("reading the earlier release: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	r, err := disclosure.ReadRelease(f, policy)
	return r, policy, err
}

// writePublic adds the table of all counts, and the public page as it would be if
// it were released today. Only "psims export" releases anything.
func (n *night) writePublic(ctx context.Context, national *brief.Writer, run brief.Run) (book.Summary, error) {
	s := public.CountAll(n.table, n.asOf)
	if err := n.dir.WriteForPeople(s.Frame()); err != nil {
		return book.Summary{}, err
	}
	release, policy, err := n.release()
	if err != nil {
		return book.Summary{}, err
	}
	w, err := public.On(national.Press())
	if err != nil {
		return book.Summary{}, err
	}
	tables := public.Publish(s, release)
	return w.Book(national.Site(run), n.asOf, policy, tables).Write(ctx, n.dir.Create("public"))
}

// keepRelease writes what has been released, whole or not at all.
func (a *app) keepRelease(r *disclosure.Release) error {
	dir := a.home.path(published)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("keeping the release: %w", err)
	}
	return durable.Write(filepath.Join(dir, "release.json"), func(f *os.File) error { return r.Write(f) })
}
