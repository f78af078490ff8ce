package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"psims/datasets/durable"
	"psims/datasets/extract/value"
)

// series is one series of a long CSV, in the order of the file.
type series struct {
	name   string
	index  []string
	values []float64 // NaN where the cell is empty or NA
}

// readSeries reads a long CSV with a column "series", one that numbers the
// points, and one of values; other columns are passed over. Rows of a series need
// not stand together, but must be in order.
//
// Errors: a column that is not there (the nearest is named), a value that is no
// number, with file and line.
func readSeries(path, index, y string) ([]series, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading series: %w", err)
	}
	defer f.Close() // reading only: nothing is lost
	r := csv.NewReader(bufio.NewReaderSize(f, 1<<20))
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("reading series %q: %w; want a header with series, %s, %s", path, err, index, y)
	}
	header = append([]string(nil), header...)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	var at [3]int
	for k, name := range []string{"series", index, y} {
		if at[k] = find(header, name); at[k] < 0 {
			return nil, usagef("reading series %q: there is no column %q%s", path, name, value.DidYouMean(name, header))
		}
	}
	var out []series
	place := map[string]int{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading series %q: %w", path, err)
		}
		v := math.NaN()
		if cell := strings.TrimSpace(row[at[2]]); cell != "" && cell != "NA" {
			if v, err = strconv.ParseFloat(cell, 64); err != nil {
				line, _ := r.FieldPos(at[2])
				return nil, fmt.Errorf("reading series %q, line %d: %s is %q, which is no number; leave it empty when there is none", path, line, y, cell)
			}
		}
		k, seen := place[row[at[0]]]
		if !seen {
			k = len(out)
			name := strings.Clone(row[at[0]])
			place[name] = k
			out = append(out, series{name: name})
		}
		out[k].index = append(out[k].index, strings.Clone(row[at[1]]))
		out[k].values = append(out[k].values, v)
	}
}

func find(header []string, name string) int {
	for i, h := range header {
		if strings.TrimSpace(h) == name {
			return i
		}
	}
	return -1
}

// writeCSV writes a CSV whole or not at all; rows are given by calling row.
func writeCSV(path string, header []string, rows func(row func(...string) error) error) error {
	return durable.Write(path, func(f *os.File) error {
		b := bufio.NewWriterSize(f, 1<<16)
		w := csv.NewWriter(b)
		if err := w.Write(header); err != nil {
			return err
		}
		if err := rows(func(cells ...string) error { return w.Write(cells) }); err != nil {
			return err
		}
		w.Flush()
		return errors.Join(w.Error(), b.Flush())
	})
}

// number writes a value in the shortest form that reads back the same; NaN is empty.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
