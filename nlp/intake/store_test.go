package intake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"testing"

	"psims/datasets/feedback"
	"psims/datasets/incident"
	"psims/nlp/intake"
)

// TestStoreLosesNoRow: every row of a file is kept or rejected, in its order, and the
// senders are told of each.
func TestStoreLosesNoRow(t *testing.T) {
	n, seen := 2*intake.ChunkRecords+30, 0
	var events, rejects bytes.Buffer
	told := feedback.New()
	f := intake.Filing{File: "a.csv", Events: &events, Rejects: &rejects, Told: told, Step: func(rows int) { seen += rows }}
	got, err := f.Store(intake.Redacted(context.Background(), gate(t), nil, records(n, nil)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Read != n || got.Rejected != n/10 || got.Kept != n-got.Rejected || got.Events != got.Kept || seen != n {
		t.Errorf("of %d rows: %+v, %d of them said as done", n, got, seen)
	}
	if len(got.Redacted) == 0 {
		t.Error("nothing was redacted of texts with names")
	}
	if !bytes.HasPrefix(events.Bytes(), []byte("PAR1")) {
		t.Errorf("the events begin with %q", events.Bytes()[:4])
	}
	dec, line, lines := json.NewDecoder(&rejects), 0, 0
	for dec.More() {
		var r incident.Reject
		if err := dec.Decode(&r); err != nil {
			t.Fatal(err)
		}
		if r.File != "a.csv" || r.Line <= line {
			t.Fatalf("%+v after line %d", r, line)
		}
		line, lines = r.Line, lines+1
	}
	by := 0
	for _, k := range got.Reasons {
		by += k
	}
	if lines != got.Rejected || by != got.Rejected {
		t.Errorf("%d lines and %d by reason, of %d rejected rows", lines, by, got.Rejected)
	}
	accepted := 0
	for _, a := range told.Answers(feedback.Facts{ID: "l1", File: "a.csv", Rejected: got.Rejected, RejectedBy: got.Reasons}) {
		accepted += a.Accepted
	}
	if accepted != got.Events {
		t.Errorf("senders are told of %d of %d events", accepted, got.Events)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

func TestStoreTellsOfWhatBroke(t *testing.T) {
	fault := errors.New("damaged")
	chunks := intake.Redacted(context.Background(), gate(t), nil, records(5, fault))
	if _, err := (intake.Filing{Events: new(bytes.Buffer), Rejects: new(bytes.Buffer), Told: feedback.New()}).Store(chunks); !errors.Is(err, fault) {
		t.Errorf("a damaged file: %v", err)
	}
	for _, f := range []intake.Filing{{Events: full{}, Rejects: new(bytes.Buffer), Told: feedback.New()}, {Events: new(bytes.Buffer), Rejects: full{}, Told: feedback.New()}} {
		if _, err := f.Store(intake.Redacted(context.Background(), gate(t), nil, records(50, nil))); err == nil {
			t.Error("what could not be written is said to be stored")
		}
	}
}
