package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"psims/datasets/durable"
	"psims/datasets/incident"
	"psims/reports/public"
	"psims/reports/publication"
)

type exportVerb struct {
	Format    []string `help:"Formats: csv, parquet, xlsx, ods." default:"csv,parquet,xlsx,ods" enum:"csv,parquet,xlsx,ods"`
	Out       string   `help:"Folder to write to." required:"" type:"path" placeholder:"DIR"`
	Partition bool     `help:"Parquet as a file for each system and quarter (system=lfpse/quarter=2026-Q1/)."`
	Draft     bool     `help:"Don't remember these numbers as released."`
}

// Run releases the public statistics of the newest run: tables with small-number
// control, each number as it was published before until it has changed enough.
func (v *exportVerb) Run(_ context.Context, a *app) (err error) {
	unlock, err := a.home.lock() // two releases at once would not know of each other
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	dir := publication.Current(a.home.dir)
	man, err := dir.Manifest()
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("there is no finished run to export from: run \"psims run\" first")
	}
	if err != nil {
		return err
	}
	asOf, err := incident.ParseDay(man.AsOf)
	if err != nil {
		return fmt.Errorf("reading the manifest: %w", err)
	}
	f, err := dir.Table(publication.Tables, "statistics")
	if err != nil {
		return err
	}
	s, err := public.FromFrame(f, asOf)
	if err != nil {
		return err
	}
	release, policy, err := a.release()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(v.Out, 0o755); err != nil {
		return fmt.Errorf("making the folder for the export: %w", err)
	}
	x := public.Export{Tables: public.Publish(s, release), Policy: policy, AsOf: asOf, Organisation: a.cfg.Report.Organisation, Run: man.RunID, Version: man.Version}
	var written []string
	for _, format := range public.Formats() {
		if !slices.Contains(v.Format, format) {
			continue
		}
		for _, f := range x.Files(format, v.Partition) {
			path := filepath.Join(v.Out, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return fmt.Errorf("making the folder for the export: %w", err)
			}
			if err := durable.Write(path, func(file *os.File) error { return f.Write(file) }); err != nil {
				return err
			}
			written = append(written, path)
		}
	}
	if !v.Draft {
		if err := a.keepRelease(release); err != nil {
			return err
		}
	}
	if a.quiet {
		return nil
	}
	for _, path := range written {
		if _, err := fmt.Fprintln(a.out, path); err != nil {
			return err
		}
	}
	return nil
}
