// Package delimited reads text in columns whose first row names them: CSV and
// its relatives with a tab, a semicolon or a pipe.
//
// Columns are asked for by name, never by position. Quoting follows RFC 4180
// strictly, as encoding/csv does, with one difference: a row that breaks the
// rules costs only its own line. encoding/csv reads on to the next quote, which
// for a stray one in a large file may be its end; here reading goes on with the
// line after the one on which the broken row began. Rows know the true number
// of the line they begin on.
package delimited

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"

	"psims/datasets/extract/source"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
)

// MaxRow is how many bytes a row may have.
const MaxRow = 1 << 20

// delimiters are those that are looked for, the likeliest first.
const delimiters = ",\t;|"

// Table is an input file with a header.
type Table struct {
	Header    []string // as in the file, without blanks around
	Delimiter byte
	source    *source.Source
	skip      int // lines up to and with the header
}

// Row is one row, or what is wrong with it. It is valid until the next one.
type Row struct {
	Line    int             // on which it begins
	Reason  incident.Reason // "" when the row can be used; else bad-row or bad-encoding
	Problem string          // a sentence, when it can't be used
	fields  [][]byte
}

// Open reads the header of src. delimiter 0 finds out which of comma, tab,
// semicolon and pipe stands most often in it.
//
// Errors: the file can't be read or is empty; the header's quoting is broken;
// two columns have the same name.
func Open(src *source.Source, delimiter byte) (t *Table, err error) {
	text, err := src.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = closeAfter(text, err) }()
	w := source.NewWindow(text, MaxRow)
	said := declared(w)
	if delimiter == 0 {
		delimiter = said
	}
	if delimiter == 0 {
		if delimiter, err = sniff(w, src.Name); err != nil {
			return nil, err
		}
	}
	s := &scanner{w: w, comma: delimiter}
	if !s.next() {
		if w.Err() != nil {
			return nil, w.Err()
		}
		return nil, &source.Error{File: src.Name, Problem: "it is empty", Hint: "the first row has to name the columns"}
	}
	if s.row.Reason != "" {
		return nil, &source.Error{File: src.Name, Line: s.row.Line, Problem: "its header can't be read: " + s.row.Problem, Hint: "the first row has to name the columns"}
	}
	t = &Table{Delimiter: delimiter, source: src, skip: w.Line - 1}
	seen := map[string]bool{}
	for i := range s.row.fields {
		name := s.row.Text(i)
		if name != "" && seen[name] {
			return nil, &source.Error{File: src.Name, Line: s.row.Line, Problem: fmt.Sprintf("two columns are named %q", name), Hint: "rename or remove one of them"}
		}
		seen[name] = true
		t.Header = append(t.Header, name)
	}
	if len(w.Bytes()) == 0 && !w.More() {
		t.skip = w.Line // the header ends the file, perhaps without a line feed
	}
	return t, nil
}

// closeAfter closes c and gives the first of the two errors.
func closeAfter(c io.Closer, err error) error {
	if closing := c.Close(); err == nil {
		return closing
	}
	return err
}

// declared takes a first line "sep=;", which some spreadsheets write and read,
// and gives its delimiter; 0 if there is no such line.
func declared(w *source.Window) byte {
	n, _ := w.LineEnd()
	line := trimEnd(w.Bytes()[:n])
	if len(line) != len("sep=,") || !bytes.HasPrefix(line, []byte("sep=")) {
		return 0
	}
	delimiter := line[len(line)-1]
	w.Skip(n)
	return delimiter
}

// sniff finds the delimiter that stands most often in the first line, outside quotes.
func sniff(w *source.Window, name string) (byte, error) {
	n, _ := w.LineEnd()
	for n > 0 && len(bytes.TrimSpace(w.Bytes()[:n])) == 0 {
		w.Skip(n)
		n, _ = w.LineEnd()
	}
	if w.Err() != nil {
		return 0, w.Err()
	}
	counts := map[byte]int{}
	quoted := false
	for _, c := range w.Bytes()[:n] {
		switch {
		case c == '"':
			quoted = !quoted
		case c == 0:
			return 0, &source.Error{File: name, Line: w.Line, Problem: "it is not text", Hint: "export it as CSV in UTF-8"}
		case !quoted && strings.IndexByte(delimiters, c) >= 0:
			counts[c]++
		}
	}
	best := byte(',')
	for i := range len(delimiters) {
		if counts[delimiters[i]] > counts[best] {
			best = delimiters[i]
		}
	}
	return best, nil
}

// Name is the file's name.
func (t *Table) Name() string { return t.source.Name }

// Column gives the position of the column with that very name, or −1.
func (t *Table) Column(name string) int {
	for i, h := range t.Header {
		if h == name {
			return i
		}
	}
	return -1
}

// Fault is an error of the file as a whole.
func (t *Table) Fault(problem, hint string) error {
	return &source.Error{File: t.source.Name, Line: t.skip, Problem: problem, Hint: hint}
}

// Missing is the error of a required column that isn't there.
func (t *Table) Missing(name string) error {
	hint := value.DidYouMean(name, t.Header)
	if hint == "" {
		hint = "ask for an extract that has it"
	}
	return t.Fault(fmt.Sprintf("the required column %q is not in the file", name), hint)
}

// Rows reads the rows below the header, from the beginning at each call. Lines
// without a value are not rows. A row is valid until the next. The first error
// ends them.
func (t *Table) Rows() iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		text, err := t.source.Open()
		if err != nil {
			yield(nil, err)
			return
		}
		w := source.NewWindow(text, MaxRow)
		for w.Line <= t.skip {
			before := w.Line
			if w.SkipLine(); w.Line == before {
				break // the header ends the file
			}
		}
		s := &scanner{w: w, comma: t.Delimiter, columns: len(t.Header)}
		for s.next() {
			if !yield(&s.row, nil) {
				// The reader stopped early; what closing a file that was only read says doesn't matter then.
				_ = text.Close()
				return
			}
		}
		if err := closeAfter(text, w.Err()); err != nil {
			yield(nil, err)
		}
	}
}

// Text gives a copy of a column's text without blanks around; "" for position −1.
func (r *Row) Text(column int) string { return string(r.Bytes(column)) }

// Bytes is Text without the copy, valid as long as the row is.
func (r *Row) Bytes(column int) []byte {
	if column < 0 || column >= len(r.fields) {
		return nil
	}
	return bytes.TrimSpace(r.fields[column])
}

// Present is Text, but "" where a database wrote NULL or R wrote NA for nothing.
func (r *Row) Present(column int) string {
	b := r.Bytes(column)
	if string(b) == "NULL" || string(b) == "NA" {
		return ""
	}
	return string(b)
}
