// Package marked answers: how good is the redaction gate, by what a person marked in a
// sample of its texts?
//
// A sample is a CSV with a row a text: how many placeholders and words it has, and two
// columns for a person to fill in. In goes the marked sample, out comes a [Verdict] of
// shares with their intervals.
package marked

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"psims/models/evaluate"
)

// Columns are those of the file that a person marks: what it is, its text, and two to
// fill in.
func Columns() []string {
	return []string{"number", "system", "incident_id", "removed", "words", "text", "missed", "wrongly_removed"}
}

// Share is how many of how many, with its 95 % interval (Wilson).
type Share struct {
	Count    int        `json:"count"`
	Of       int        `json:"of"`
	Interval [2]float64 `json:"interval"`
}

// ShareOf gives a share with its interval.
func ShareOf(count, of int) Share { return Share{count, of, evaluate.Wilson(count, of)} }

func (s Share) String() string {
	if s.Of == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d, %.2f %% (95 %% interval %.2f to %.2f)", s.Count, s.Of, 100*float64(s.Count)/float64(s.Of), 100*s.Interval[0], 100*s.Interval[1])
}

// Verdict is what the marks of a sample say about the gate.
type Verdict struct {
	Texts       int   `json:"texts"`
	Unmarked    int   `json:"unmarked"`
	LeftIn      Share `json:"texts_with_an_identifier_left"` // of the marked texts
	Recall      Share `json:"identifiers_removed"`           // of those removed rightly and those left
	WrongWords  Share `json:"wrongly_removed"`               // of the words that identify nobody
	WrongPlaces Share `json:"placeholders_wrong"`            // of all placeholders
}

// Read tallies a marked sample. A row in which nothing is marked counts as not
// looked at; where one of the two columns is, the other is nought.
//
// Errors: no such columns; a mark that is neither a number nor yes or no.
func Read(r io.Reader) (Verdict, error) {
	var v Verdict
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1 // spreadsheets leave empty cells out
	head, err := in.Read()
	if err != nil {
		return v, err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff") // as spreadsheets begin files
	var at [4]int
	for i, name := range []string{"removed", "words", "missed", "wrongly_removed"} {
		if at[i] = slices.Index(head, name); at[i] < 0 {
			return v, fmt.Errorf("there is no column %q: it is not a sample that psims redact --sample wrote, separated by commas", name)
		}
	}
	var removed, words, missed, wrong, with int
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return v, err
		}
		var n [4]int
		marked := false
		for i, column := range at {
			if column >= len(row) || strings.TrimSpace(row[column]) == "" {
				continue
			}
			if n[i], err = markOf(row[column]); err != nil {
				line, _ := in.FieldPos(0)
				return v, fmt.Errorf("line %d, column %s: %w", line, head[column], err)
			}
			marked = marked || i >= 2
		}
		v.Texts++
		if !marked {
			v.Unmarked++
			continue
		}
		if n[3] > n[0] {
			line, _ := in.FieldPos(0)
			return v, fmt.Errorf("line %d: %d placeholders are marked as wrong, and the text has %d", line, n[3], n[0])
		}
		removed, words, missed, wrong = removed+n[0], words+n[1], missed+n[2], wrong+n[3]
		if n[2] > 0 {
			with++
		}
	}
	v.LeftIn = ShareOf(with, v.Texts-v.Unmarked)
	v.Recall = ShareOf(removed-wrong, removed-wrong+missed)
	v.WrongPlaces, v.WrongWords = ShareOf(wrong, removed), ShareOf(wrong, words+wrong)
	return v, nil
}

// markOf reads a number, or yes for one and no for none.
func markOf(s string) (int, error) {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case "yes", "y":
		return 1, nil
	case "no", "n":
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1e6 {
		return 0, fmt.Errorf("%q is neither a number nor yes or no", s)
	}
	return n, nil
}
