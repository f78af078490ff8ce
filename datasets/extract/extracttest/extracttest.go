// Package extracttest holds what the tests of the readers share.
package extracttest

import (
	"bytes"
	"compress/gzip"
	"io"
	"iter"
	"strings"
	"testing"

	"psims/datasets/extract/delimited"
	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

// T is what testing.T, testing.B and rapid.T have in common.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Stream is a source that holds text.
func Stream(t T, name, text string) *source.Source {
	t.Helper()
	src, err := source.Stream(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// Gzip compresses text.
func Gzip(t T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Table opens text, whose header has to be right.
func Table(t T, name, text string) *delimited.Table {
	t.Helper()
	table, err := delimited.Open(Stream(t, name, text), 0)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Records passes the records of a reader that opened.
func Records(t T) func(iter.Seq2[incident.Record, error], error) iter.Seq2[incident.Record, error] {
	t.Helper()
	return func(records iter.Seq2[incident.Record, error], err error) iter.Seq2[incident.Record, error] {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return records
	}
}

// Fuzz feeds texts to a reader of delimited files and checks that each row is in
// one event or one reject. A text that the reader refuses as a whole is passed over.
func Fuzz(f *testing.F, open func(*delimited.Table) (iter.Seq2[incident.Record, error], error), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		table, err := delimited.Open(Stream(t, "fuzz.csv", text), 0)
		if err != nil {
			return
		}
		records, err := open(table)
		if err != nil {
			return
		}
		rows, accounted := 0, 0
		for range table.Rows() {
			rows++
		}
		for r, err := range records {
			switch {
			case err != nil || (r.Raw == nil) == (r.Reject == nil):
				t.Fatal(err, r)
			case r.Raw != nil:
				accounted += r.Raw.Rows
			default:
				accounted++
			}
		}
		if rows != accounted {
			t.Fatalf("%d rows, %d accounted for", rows, accounted)
		}
	})
}

// Benchmark times a reader on rows that it all keeps.
func Benchmark(b *testing.B, size int, records iter.Seq2[incident.Record, error]) {
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for r, err := range records {
			if err != nil || r.Raw == nil {
				b.Fatal(err, r.Reject)
			}
		}
	}
}
