package publication

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"psims/analytics/triage"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/reports/book"
)

// Folder is the folder of a run in the making or of a published one. "" keeps nothing:
// what is written to it is gone.
type Folder string

// Tables is the folder, within a run's, of the tables for people and other programs.
const Tables = "tables"

// alerts is the file of the alerts, a line of JSON each.
const alerts = "alerts.jsonl"

// Path gives the path of a file of the run, whose name has forward slashes.
func (d Folder) Path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

// Write writes one file of the run, whole or not at all.
func (d Folder) Write(name string, write func(io.Writer) error) error {
	if d == "" {
		return nil
	}
	file := d.Path(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	f, err := os.Create(file + ".partial")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<16)
	if err := errors.Join(write(b), b.Flush(), f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return os.Rename(file+".partial", file)
}

// WriteTable writes a table of the run as Parquet into a folder within it, "" or Tables.
func (d Folder) WriteTable(f *frame.Frame, folder string) error {
	return d.Write(path.Join(folder, f.Name+".parquet"), func(w io.Writer) error { return parquet.Write(w, f) })
}

// WriteForPeople writes a table into Tables, as Parquet and as CSV.
func (d Folder) WriteForPeople(f *frame.Frame) error {
	if err := d.WriteTable(f, Tables); err != nil {
		return err
	}
	return d.Write(path.Join(Tables, f.Name+".csv"), f.WriteCSV)
}

// Table reads a table of the run: all its columns, or those that are named.
//
// Errors: fs.ErrNotExist when the run has none of that name.
func (d Folder) Table(folder, name string, only ...string) (*frame.Frame, error) {
	return parquet.Read(name, d.Path(path.Join(folder, name+".parquet")), only...)
}

// Create opens files in a folder of the run, for a report.
func (d Folder) Create(folder string) book.Create {
	return func(name string) (io.WriteCloser, error) {
		file := filepath.Join(d.Path(folder), filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		f, err := os.Create(file)
		if err != nil {
			return nil, err
		}
		return &bufferedFile{bufio.NewWriterSize(f, 1<<16), f}, nil
	}
}

type bufferedFile struct {
	*bufio.Writer
	f *os.File
}

func (b *bufferedFile) Close() error { return errors.Join(b.Flush(), b.f.Close()) }

// WriteAlerts writes the alerts in their order.
func (d Folder) WriteAlerts(list []triage.Alert) error {
	return d.Write(alerts, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i := range list {
			if err := enc.Encode(&list[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Alerts reads the alerts.
//
// Errors: fs.ErrNotExist when the run has none yet.
func (d Folder) Alerts() ([]triage.Alert, error) {
	f, err := os.Open(d.Path(alerts))
	if err != nil {
		return nil, err
	}
	defer f.Close() // reading only: nothing is lost
	var out []triage.Alert
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	for {
		var a triage.Alert
		if err := dec.Decode(&a); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading %q, alert %d: %w", f.Name(), len(out)+1, err)
		}
		out = append(out, a)
	}
}
