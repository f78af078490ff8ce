package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"psims/models/marked"
	"psims/nlp/redact"
)

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
	err = w.Write(marked.Columns())
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

// judge reads a marked sample and says how good the gate is.
func (v *redactVerb) judge(a *app) error {
	f, err := os.Open(v.Marked)
	if err != nil {
		return err
	}
	defer f.Close() // reading only: nothing is lost
	got, err := marked.Read(f)
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
