package intake_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/nlp/intake"
	"psims/nlp/redact"
)

func gate(t *testing.T) *redact.Gate {
	t.Helper()
	g, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// records gives n records, every tenth rejected by the reader, and then an error if any.
func records(n int, last error) iter.Seq2[incident.Record, error] {
	return func(yield func(incident.Record, error) bool) {
		for i := range n {
			r := incident.Record{Reject: &incident.RawReject{Place: incident.Place{Line: i + 1}, Code: incident.QualityRule}}
			if i%10 != 9 {
				raw := &incident.Raw{Rows: 1}
				raw.ID, raw.Category = fmt.Sprintf("e%05d", i), "Falls"
				raw.SetText(incident.Description, fmt.Sprintf("Mr Smith of 999 000 0018 fell, report %d.", i))
				r = incident.Record{Raw: raw}
			}
			if !yield(r, nil) {
				return
			}
		}
		if last != nil {
			yield(incident.Record{}, last)
		}
	}
}

// TestOrderOfTheFile: whichever core takes which chunk, events and rejects come out in the
// order of the file, redacted, and none is lost.
func TestOrderOfTheFile(t *testing.T) {
	n := 3*intake.ChunkRecords + 17
	events, rejects, rows := 0, 0, 0
	last, line := "", 0
	for c, err := range intake.Redacted(context.Background(), gate(t), nil, records(n, nil)) {
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Events {
			if e.ID <= last || strings.Contains(e.Texts[incident.Description], "Smith") {
				t.Fatalf("%s after %s: %q", e.ID, last, e.Texts[incident.Description])
			}
			last = e.ID
		}
		for _, r := range c.Rejects {
			if r.Line <= line {
				t.Fatalf("line %d after %d", r.Line, line)
			}
			line = r.Line
		}
		events, rejects, rows = events+len(c.Events), rejects+len(c.Rejects), rows+c.Rows
	}
	if rows != n || rejects != n/10 || events != n-n/10 {
		t.Errorf("%d events and %d rejects of %d rows, want %d rows", events, rejects, rows, n)
	}
}

func TestFirstErrorEndsTheChunks(t *testing.T) {
	fault := errors.New("damaged")
	var last error
	chunks := 0
	for _, err := range intake.Redacted(context.Background(), gate(t), nil, records(intake.ChunkRecords, fault)) {
		chunks, last = chunks+1, err
	}
	if chunks != 2 || !errors.Is(last, fault) {
		t.Errorf("%d chunks, and the last with %v", chunks, last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range intake.Redacted(ctx, gate(t), nil, records(100*intake.ChunkRecords, nil)) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("told to stop, it ends with %v", last)
	}
}

// TestRulesTurnEventsAway: what a rule turns away is a reject with the rule's name.
func TestRulesTurnEventsAway(t *testing.T) {
	rules := []quality.Rule{{Name: "short", Measure: "short-description", Of: quality.OfEvent, Then: quality.Drop}}
	n := 40
	for c, err := range intake.Redacted(context.Background(), gate(t), rules, records(n, nil)) {
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Events)+len(c.Rejects) != n {
			t.Errorf("%d events and %d rejects of %d", len(c.Events), len(c.Rejects), n)
		}
		for _, r := range c.Rejects {
			if r.Sentence != "" && !strings.Contains(r.Sentence, `"short"`) {
				t.Errorf("%q", r.Sentence)
			}
		}
	}
}
