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
	"strings"

	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/export"
	"psims/reports/public"
	"psims/reports/quote"
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
	x := exported{dir: v.Out, man: man, asOf: asOf, policy: policy, tables: public.Publish(s, release), organisation: a.cfg.Report.Organisation}
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
	dir          string
	man          manifest
	asOf         incident.Day
	policy       disclosure.Policy
	tables       []public.Table
	organisation string
	files        []string // written, relative
}

func (x *exported) write(format string, partition bool) error {
	switch format {
	case "xlsx":
		return x.file("statistics.xlsx", x.workbook().XLSX)
	case "ods":
		return x.file("statistics.ods", x.workbook().ODS)
	case "csv":
		for _, t := range x.tables {
			if len(t.Rows) == 0 {
				continue
			}
			if err := x.file(t.Name+".csv", t.Tidy().CSV); err != nil {
				return err
			}
		}
		return x.file("data-dictionary.csv", x.dictionary().WriteCSV)
	}
	if err := x.file("data-dictionary.parquet", stored(x.dictionary())); err != nil {
		return err
	}
	if !partition {
		return x.file("statistics.parquet", stored(x.tidy(func(public.Row) bool { return true })))
	}
	seen := map[string]bool{}
	for _, t := range x.tables {
		for _, r := range t.Rows {
			name := fmt.Sprintf("statistics/system=%s/quarter=%s/part-0.parquet", r.System, r.Quarter)
			if seen[name] {
				continue
			}
			seen[name] = true
			part := x.tidy(func(o public.Row) bool { return o.System == r.System && o.Quarter == r.Quarter })
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
	if err := writeFile(path, func(f *os.File) error { return write(f) }); err != nil {
		return err
	}
	x.files = append(x.files, name)
	return nil
}

// statisticsColumns are the columns of the tidy table, for the data dictionary too.
var statisticsColumns = [][2]string{
	{"system", "Recording system. Counts of two systems are not comparable and must not be added."},
	{"quarter", "Quarter of a calendar year, as 2026-Q1."},
	{"by_date", "Whether the quarter is that in which the event occurred or was reported."},
	{"dimension", "What the events are split by."},
	{"value", "Value of the dimension; All is the row's total, rounded by itself."},
	{"events", "Events under the disclosure policy; null when kept back."},
	{"events_text", "The same as text; [c] when kept back."},
	{"mark", "[p] provisional, [r] revised since the release before, empty for neither."},
}

// tidy gives all numbers of the rows that are wanted, one a row.
func (x *exported) tidy(want func(public.Row) bool) *frame.Frame {
	text := make([][]string, len(statisticsColumns))
	var events []float64
	for _, t := range x.tables {
		for _, r := range t.Rows {
			if !want(r) {
				continue
			}
			for j := range len(r.Cells) + 1 {
				name, s := "All", r.Total
				if j < len(r.Cells) {
					name, s = t.Dimension.Values[j], r.Cells[j]
				}
				for k, v := range []string{string(r.System), r.Quarter.String(), string(t.Basis), t.Dimension.Name, name, "", s.Cell(), public.Mark(r.Provisional, r.Revised[j])} {
					text[k] = append(text[k], v)
				}
				events = append(events, s.Value)
			}
		}
	}
	f := &frame.Frame{Name: "statistics"}
	for k, c := range statisticsColumns {
		column := frame.Column{Name: c[0], Doc: c[1], Values: text[k]}
		if c[0] == "events" {
			column.Values = events
		}
		f.Columns = append(f.Columns, column)
	}
	return f
}

// dictionary lists the columns of the files with a sentence each.
func (x *exported) dictionary() *frame.Frame {
	var name, doc []string
	for _, c := range statisticsColumns {
		name, doc = append(name, c[0]), append(doc, c[1])
	}
	return frame.New("data-dictionary",
		frame.Column{Name: "column", Doc: "Name of the column in statistics.parquet; CSV files have the same in words.", Values: name},
		frame.Column{Name: "meaning", Doc: "What it holds.", Values: doc})
}

// workbook makes the spreadsheet: one sheet a table, quarters down, values across.
func (x *exported) workbook() export.Workbook {
	w := export.Workbook{Title: "Patient safety events by quarter", Organisation: x.organisation, Created: x.asOf.Time(),
		Cover: []string{
			"Number of patient safety events reported to the national systems, by quarter, degree of harm, category, care setting and region.",
			"Counts show what was reported, not how safe care is. A rise may mean more harm, better reporting, or both. Don't use these numbers to rank organisations.",
			"NRLS and LFPSE are not comparable and are never added together here.",
			strings.Replace(x.policy.Note(), disclosure.Hidden, disclosure.Confidential, 1),
			"Data up to " + x.asOf.Time().Format("2 January 2006") + ". Run " + x.man.RunID + ". Made with psims " + x.man.Version + ".",
		},
		Notes: []string{
			"[c] stands for a number that is kept back so that nobody can be recognised.",
			"[p] marks a provisional quarter: it ended less than 90 days before the data end, and reports of events in it are still to come.",
			"[r] in the column Revised marks a quarter with a number that changed since the last release. A published number stays until it has changed enough that the change tells nothing about single events.",
			"The column All is the total of the quarter. It is rounded by itself, so the columns may not add up to it.",
			"The degree of harm of an event is the worst over its patients.",
		}}
	for _, t := range x.tables {
		if len(t.Rows) > 0 {
			w.Sheets = append(w.Sheets, sheetOf(t))
		}
	}
	return w
}

func sheetOf(t public.Table) export.Sheet {
	s := export.Sheet{Name: strings.ReplaceAll(t.Name, "_by_quarter_", "_by_"), Title: t.Title,
		Lines:   []string{"Some cells refer to notes, which can be found on the Notes worksheet: [c] is [note 1], [p] is [note 2], [r] is [note 3]. For the column All see [note 4]."},
		Columns: []export.Column{{Heading: "System"}, {Heading: "Quarter"}, {Heading: "Provisional"}, {Heading: "Revised"}}}
	headings := map[string]bool{"system": true, "quarter": true, "provisional": true, "revised": true, "all": true}
	for _, v := range t.Dimension.Values {
		h := strings.TrimSpace(v)
		for headings[strings.ToLower(h)] { // two values that differ in case alone
			h += " (2)"
		}
		headings[strings.ToLower(h)] = true
		s.Columns = append(s.Columns, export.Column{Heading: h, Numeric: true})
	}
	s.Columns = append(s.Columns, export.Column{Heading: "All", Numeric: true})
	for _, r := range t.Rows {
		mark := func(on bool, sign string) export.Cell {
			if on {
				return export.Text(sign)
			}
			return export.Text("No")
		}
		row := []export.Cell{export.Text(quote.SystemName(r.System)), export.Text(r.Quarter.Words()), mark(r.Provisional, "[p]"), mark(slices.Contains(r.Revised, true), "[r]")}
		for _, c := range append(slices.Clone(r.Cells), r.Total) {
			row = append(row, export.Read(c.Cell()))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// stored gives what writes a table as Parquet.
func stored(f *frame.Frame) func(io.Writer) error {
	return func(w io.Writer) error { return parquet.Write(w, f) }
}
