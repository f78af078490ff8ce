package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"psims/datasets/durable"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/public"
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
	dir := a.home.path("current")
	man, err := readManifest(dir)
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
	f, err := parquet.Read("statistics", filepath.Join(dir, "tables", "statistics.parquet"))
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
	x := exported{dir: v.Out, Export: public.Export{Tables: public.Publish(s, release), Policy: policy, AsOf: asOf, Organisation: a.cfg.Report.Organisation, Run: man.RunID, Version: man.Version}}
	for _, format := range []string{"csv", "parquet", "xlsx", "ods"} {
		if slices.Contains(v.Format, format) {
			if err := x.write(format, v.Partition); err != nil {
				return err
			}
		}
	}
	if !v.Draft {
		if err := a.keepRelease(release); err != nil {
			return err
		}
	}
	return a.sayExported(x)
}

func (a *app) sayExported(x exported) error {
	if a.quiet {
		return nil
	}
	for _, name := range x.files {
		if _, err := fmt.Fprintln(a.out, filepath.Join(x.dir, name)); err != nil {
			return err
		}
	}
	return nil
}

// exported is an export in the making.
type exported struct {
	dir string
	public.Export
	files []string // written, relative
}

func (x *exported) write(format string, partition bool) error {
	switch format {
	case "xlsx":
		return x.file("statistics.xlsx", x.Workbook().XLSX)
	case "ods":
		return x.file("statistics.ods", x.Workbook().ODS)
	case "csv":
		for _, t := range x.Tables {
			if len(t.Rows) == 0 {
				continue
			}
			if err := x.file(t.Name+".csv", t.Tidy().CSV); err != nil {
				return err
			}
		}
		return x.file("data-dictionary.csv", public.Dictionary().WriteCSV)
	}
	if err := x.file("data-dictionary.parquet", stored(public.Dictionary())); err != nil {
		return err
	}
	if !partition {
		return x.file("statistics.parquet", stored(x.Tidy(func(public.Row) bool { return true })))
	}
	seen := map[string]bool{}
	for _, t := range x.Tables {
		for _, r := range t.Rows {
			name := fmt.Sprintf("statistics/system=%s/quarter=%s/part-0.parquet", r.System, r.Quarter)
			if seen[name] {
				continue
			}
			seen[name] = true
			part := x.Tidy(func(o public.Row) bool { return o.System == r.System && o.Quarter == r.Quarter })
			part.Columns = part.Columns[2:] // the folders' names hold them
			if err := x.file(name, stored(part)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exported) file(name string, write func(io.Writer) error) error {
	path := filepath.Join(x.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("making the folder for the export: %w", err)
	}
	if err := durable.Write(path, func(f *os.File) error { return write(f) }); err != nil {
		return err
	}
	x.files = append(x.files, name)
	return nil
}

// stored gives what writes a table as Parquet.
func stored(f *frame.Frame) func(io.Writer) error {
	return func(w io.Writer) error { return parquet.Write(w, f) }
}
