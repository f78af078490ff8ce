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

	"psims/datasets/durable"
	"psims/datasets/plain"
	"psims/datasets/series"
)

// readPlain reads a plain CSV.
//
// Errors: exit code 2 when a column is not there.
func readPlain[T any](what, path string, read func(io.Reader, string) (T, error)) (all T, err error) {
	f, err := os.Open(path)
	if err != nil {
		return all, fmt.Errorf("reading %s: %w", what, err)
	}
	defer f.Close() // reading only: nothing is lost
	all, err = read(f, path)
	if missing, ok := errors.AsType[*plain.ColumnError](err); ok {
		err = usagef("%w", missing)
	}
	return all, err
}

// readSeries reads the series of a long CSV.
func readSeries(path, index, value string) ([]series.Series, error) {
	return readPlain("series", path, func(r io.Reader, path string) ([]series.Series, error) {
		return series.Read(r, path, index, value)
	})
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
