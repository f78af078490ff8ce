package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"psims/models/evaluate"
	"psims/nlp/redact"
)

// sampleColumns are those of the file that a person marks: what it is, its text, and
// two to fill in.
var sampleColumns = []string{"number", "system", "incident_id", "removed", "words", "text", "missed", "wrongly_removed"}

// draw writes a random sample of the stored texts for a person to mark.
func (v *redactVerb) draw(ctx context.Context, a *app) (err error) {
	if v.Out == "" {
		return usagef("--sample needs --out FILE.csv")
	}
	unlock, err := a.home.lock()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	wh, err := a.warehouse(ctx)
	if err != nil {
		return err
	}
	drawn, err := wh.Draw(ctx, v.Sample, v.Seed)
	if err := errors.Join(err, wh.Close()); err != nil {
		return err
	}
	// What the gate missed stands in it: it is for this account alone, and marks that
	// somebody made are never written over.
	f, err := os.OpenFile(v.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return usagef("%q is there already, and may hold somebody's marks: name another file", v.Out)
	}
	if err != nil {
		return fmt.Errorf("writing the sample: %w", err)
	}
	w := csv.NewWriter(f)
	err = w.Write(sampleColumns)
	for i, d := range drawn {
		removed, words := redact.Tally(d.Text)
		err = errors.Join(err, w.Write([]string{strconv.Itoa(i + 1), d.System, inert(d.ID), strconv.Itoa(removed), strconv.Itoa(words), inert(d.Text), "", ""}))
	}
	w.Flush()
	if err := errors.Join(err, w.Error(), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("writing the sample: %w", err)
	}
	if a.quiet {
		return nil
	}
	_, err = fmt.Fprintf(a.out, "%d texts for marking in %s: in the column missed how many identifiers are left (0 for none), in wrongly_removed how many placeholders stand for what identifies nobody. Then: psims redact --marked FILE.csv\n", len(drawn), v.Out)
	return err
}

// share is how many of how many, with its 95 % interval (Wilson).
type share struct {
	Count    int        `json:"count"`
	Of       int        `json:"of"`
	Interval [2]float64 `json:"interval"`
}

func shareOf(count, of int) share { return share{count, of, evaluate.Wilson(count, of)} }

func (s share) String() string {
	if s.Of == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d, %.2f %% (95 %% interval %.2f to %.2f)", s.Count, s.Of, 100*float64(s.Count)/float64(s.Of), 100*s.Interval[0], 100*s.Interval[1])
}

// verdict is what the marks of a sample say about the gate.
type verdict struct {
	Texts       int   `json:"texts"`
	Unmarked    int   `json:"unmarked"`
	LeftIn      share `json:"texts_with_an_identifier_left"` // of the marked texts
	Recall      share `json:"identifiers_removed"`           // of those removed rightly and those left
	WrongWords  share `json:"wrongly_removed"`               // of the words that identify nobody
	WrongPlaces share `json:"placeholders_wrong"`            // of all placeholders
}

// judge reads a marked sample and says how good the gate is.
func (v *redactVerb) judge(a *app) error {
	f, err := os.Open(v.Marked)
	if err != nil {
		return err
	}
	defer f.Close() // reading only: nothing is lost
	got, err := readMarks(f)
	if err != nil {
		return fmt.Errorf("reading the marked sample %q: %w", v.Marked, err)
	}
	if a.json {
		return json.NewEncoder(a.out).Encode(got)
	}
	_, err = fmt.Fprintf(a.out, "marked texts: %d (%d more not marked)\ntexts with an identifier left: %v\nidentifiers removed: %v\nplaceholders that stand for what identifies nobody: %v\nwords wrongly removed: %v\n",
		got.Texts-got.Unmarked, got.Unmarked, got.LeftIn, got.Recall, got.WrongPlaces, got.WrongWords)
	return err
}

// readMarks tallies a marked sample. A row in which nothing is marked counts as not
// looked at; where one of the two columns is, the other is nought.
//
// Errors: no such columns; a mark that is neither a number nor yes or no.
func readMarks(r io.Reader) (verdict, error) {
	var v verdict
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
	v.LeftIn = shareOf(with, v.Texts-v.Unmarked)
	v.Recall = shareOf(removed-wrong, removed-wrong+missed)
	v.WrongPlaces, v.WrongWords = shareOf(wrong, removed), shareOf(wrong, words+wrong)
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
