package public

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/export"
	"psims/reports/quote"
)

// Export is the released tables as files for others to work with.
type Export struct {
	Tables       []Table
	Policy       disclosure.Policy
	AsOf         incident.Day
	Organisation string // that publishes
	Run, Version string // what made the numbers
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

// Tidy gives all numbers of the rows that are wanted, one a row.
func (x *Export) Tidy(want func(Row) bool) *frame.Frame {
	text := make([][]string, len(statisticsColumns))
	var events []float64
	for _, t := range x.Tables {
		for _, r := range t.Rows {
			if !want(r) {
				continue
			}
			for j := range len(r.Cells) + 1 {
				name, s := "All", r.Total
				if j < len(r.Cells) {
					name, s = t.Dimension.Values[j], r.Cells[j]
				}
				for k, v := range []string{string(r.System), r.Quarter.String(), string(t.Basis), t.Dimension.Name, name, "", s.Cell(), Mark(r.Provisional, r.Revised[j])} {
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

// Dictionary lists the columns of the files with a sentence each.
func Dictionary() *frame.Frame {
	var name, doc []string
	for _, c := range statisticsColumns {
		name, doc = append(name, c[0]), append(doc, c[1])
	}
	return frame.New("data-dictionary",
		frame.Column{Name: "column", Doc: "Name of the column in statistics.parquet; CSV files have the same in words.", Values: name},
		frame.Column{Name: "meaning", Doc: "What it holds.", Values: doc})
}

// Workbook makes the spreadsheet: one sheet a table, quarters down, values across.
func (x *Export) Workbook() export.Workbook {
	w := export.Workbook{Title: "Patient safety events by quarter", Organisation: x.Organisation, Created: x.AsOf.Time(),
		Cover: []string{
			"Number of patient safety events reported to the national systems, by quarter, degree of harm, category, care setting and region.",
			"Counts show what was reported, not how safe care is. A rise may mean more harm, better reporting, or both. Don't use these numbers to rank organisations.",
			"NRLS and LFPSE are not comparable and are never added together here.",
			strings.Replace(x.Policy.Note(), disclosure.Hidden, disclosure.Confidential, 1),
			"Data up to " + x.AsOf.Time().Format("2 January 2006") + ". Run " + x.Run + ". Made with psims " + x.Version + ".",
		},
		Notes: []string{
			"[c] stands for a number that is kept back so that nobody can be recognised.",
			"[p] marks a provisional quarter: it ended less than 90 days before the data end, and reports of events in it are still to come.",
			"[r] in the column Revised marks a quarter with a number that changed since the last release. A published number stays until it has changed enough that the change tells nothing about single events.",
			"The column All is the total of the quarter. It is rounded by itself, so the columns may not add up to it.",
			"The degree of harm of an event is the worst over its patients.",
		}}
	for _, t := range x.Tables {
		if len(t.Rows) > 0 {
			w.Sheets = append(w.Sheets, sheetOf(t))
		}
	}
	return w
}

// File is one file of an export.
type File struct {
	Name  string // with slashes
	Write func(io.Writer) error
}

// Formats are those that an export has files in.
func Formats() []string { return []string{"csv", "parquet", "xlsx", "ods"} }

// Files gives the files of an export in a format. With partition, Parquet is a file for
// each system and quarter, in folders that are named for them.
//
// Panics if the format is none of Formats.
func (x *Export) Files(format string, partition bool) []File {
	switch format {
	case "xlsx":
		return []File{{"statistics.xlsx", x.Workbook().XLSX}}
	case "ods":
		return []File{{"statistics.ods", x.Workbook().ODS}}
	case "csv":
		var out []File
		for _, t := range x.Tables {
			if len(t.Rows) > 0 {
				out = append(out, File{t.Name + ".csv", t.Tidy().CSV})
			}
		}
		return append(out, File{"data-dictionary.csv", Dictionary().WriteCSV})
	case "parquet":
		out := []File{{"data-dictionary.parquet", stored(Dictionary())}}
		if !partition {
			return append(out, File{"statistics.parquet", stored(x.Tidy(func(Row) bool { return true }))})
		}
		return append(out, x.partitions()...)
	}
	panic(fmt.Sprintf("public: an export has no format %q", format))
}

// partitions gives a Parquet file for each system and quarter.
func (x *Export) partitions() []File {
	var out []File
	seen := map[string]bool{}
	for _, t := range x.Tables {
		for _, r := range t.Rows {
			name := fmt.Sprintf("statistics/system=%s/quarter=%s/part-0.parquet", r.System, r.Quarter)
			if seen[name] {
				continue
			}
			seen[name] = true
			out = append(out, File{name, func(w io.Writer) error {
				part := x.Tidy(func(o Row) bool { return o.System == r.System && o.Quarter == r.Quarter })
				part.Columns = part.Columns[2:] // the folders' names hold them
				return parquet.Write(w, part)
			}})
		}
	}
	return out
}

// stored gives what writes a table as Parquet.
func stored(f *frame.Frame) func(io.Writer) error {
	return func(w io.Writer) error { return parquet.Write(w, f) }
}

func sheetOf(t Table) export.Sheet {
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
