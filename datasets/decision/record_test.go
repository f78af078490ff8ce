package decision_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/decision"
)

const secret = "a-secret-of-many-letters"

func TestRecordsBelongToTheirMakers(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	mine := decision.Record{Reference: "PS-1", Owner: "ann", Draft: true, Fields: map[string]string{"happened": "It fell."}, Day: 20000}
	nameless := decision.Record{Reference: "PS-2", Version: 1, Fields: map[string]string{"happened": "It rang."}, Day: 20001}
	if err := errors.Join(s.KeepRecord(ctx, mine, ""), s.KeepRecord(ctx, nameless, secret)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, reference, owner, secret string
		want                           *decision.Record
	}{
		{"its owner", "PS-1", "ann", "", &mine},
		{"its owner with a secret too", "PS-1", "ann", secret, &mine},
		{"another account", "PS-1", "bea", "", nil},
		{"nobody", "PS-1", "", "", nil},
		{"nobody with a secret", "PS-1", "", secret, nil},
		{"the secret", "PS-2", "", secret, &nameless},
		{"the secret from an account", "PS-2", "ann", secret, &nameless},
		{"another secret", "PS-2", "", secret + "x", nil},
		{"no secret", "PS-2", "ann", "", nil},
		{"no such record", "PS-3", "ann", secret, nil},
	} {
		got, err := s.Record(ctx, c.reference, c.owner, c.secret)
		if c.want == nil {
			if !errors.Is(err, decision.ErrNone) {
				t.Errorf("%s: %+v, %v, want ErrNone", c.name, got, err)
			}
			continue
		}
		if diff := cmp.Diff(*c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
	if list, err := s.Records(ctx, "ann"); err != nil || len(list) != 1 || list[0].Reference != "PS-1" {
		t.Errorf("records of ann: %+v, %v", list, err)
	}
	if list, err := s.Records(ctx, ""); err != nil || len(list) != 0 {
		t.Errorf("records of nobody: %+v, %v", list, err)
	}
	if log, err := s.Log(ctx, 0, 10); err != nil || len(log) != 0 {
		t.Errorf("the log tells of records: %+v, %v", log, err)
	}
}

func TestRecordsChangeStepByStep(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	r := decision.Record{Reference: "PS-1", Owner: "ann", Draft: true, Fields: map[string]string{"happened": "It fell."}, Day: 20000}
	keep := func(change func(*decision.Record)) error {
		c := r
		change(&c)
		return s.KeepRecord(ctx, c, "")
	}
	for _, c := range []struct {
		name   string
		change func(*decision.Record)
		want   bool
	}{
		{"a draft", func(r *decision.Record) {}, true},
		{"the draft again", func(r *decision.Record) { r.Fields = map[string]string{"happened": "It fell over."} }, true},
		{"another's", func(r *decision.Record) { r.Owner = "bea" }, false},
		{"sent", func(r *decision.Record) { r.Version, r.Draft = 1, false }, true},
		{"from a window that is behind", func(r *decision.Record) {}, false},
		{"with changes", func(r *decision.Record) { r.Version = 1 }, true},
		{"two revisions at once", func(r *decision.Record) { r.Version = 3 }, false},
		{"revised", func(r *decision.Record) { r.Version, r.Draft = 2, false }, true},
		{"too large", func(r *decision.Record) {
			r.Version, r.Fields = 2, map[string]string{"x": strings.Repeat("x", decision.MaxFields)}
		}, false},
		{"without a name", func(r *decision.Record) { r.Version, r.Reference = 2, "" }, false},
		{"nobody's", func(r *decision.Record) { r.Reference, r.Owner = "PS-9", "" }, false},
	} {
		if err := keep(c.change); (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := s.RemoveRecord(ctx, "PS-1", "ann", ""); !errors.Is(err, decision.ErrNone) {
		t.Errorf("removing what was sent: %v, want ErrNone", err)
	}
	if got, err := s.Record(ctx, "PS-1", "ann", ""); err != nil || got.Version != 2 || got.Draft {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDraftsGo(t *testing.T) {
	s, _ := open(t)
	ctx := t.Context()
	draft := func(reference string) decision.Record {
		return decision.Record{Reference: reference, Owner: "ann", Draft: true, Day: 20000}
	}
	old, sent := draft("PS-old"), draft("PS-sent")
	sent.Version = 1
	if err := errors.Join(s.KeepRecord(ctx, old, ""), s.KeepRecord(ctx, sent, ""), s.KeepRecord(ctx, draft("PS-mine"), "")); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveRecord(ctx, "PS-mine", "bea", ""); !errors.Is(err, decision.ErrNone) {
		t.Errorf("another's draft: %v", err)
	}
	if err := s.RemoveRecord(ctx, "PS-mine", "ann", ""); err != nil {
		t.Error(err)
	}
	later := draft("PS-new")
	later.Day = old.Day + decision.DraftDays + 1
	if err := s.KeepRecord(ctx, later, ""); err != nil {
		t.Fatal(err)
	}
	list, err := s.Records(ctx, "ann")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range list {
		names = append(names, r.Reference)
	}
	if diff := cmp.Diff([]string{"PS-new", "PS-sent"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A file of the first version takes what later ones added, and keeps what it has; a
// reader of the nightly job takes it as it is.
func TestOlderFilesAreTaken(t *testing.T) {
	first, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "review.sqlite")
	db, err := sql.Open("sqlite3", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(string(first) + "PRAGMA user_version = 1; INSERT INTO view (owner, name, path, at) VALUES ('ann', 'Pumps', '/search?q=pump', '2026-03-30T08:00:00Z');")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	old, err := decision.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatalf("reading a file of version 1: %v", err)
	}
	if _, err := old.StandingAt(t.Context(), 20000); err != nil {
		t.Error(err)
	}
	if err := old.Close(); err != nil {
		t.Error(err)
	}
	s, err := decision.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() // a test's own
	if views, err := s.Views(t.Context(), "ann"); err != nil || len(views) != 1 {
		t.Errorf("views after the upgrade: %+v, %v", views, err)
	}
	if err := s.KeepRecord(t.Context(), decision.Record{Reference: "PS-1", Owner: "ann", Day: 20000}, ""); err != nil {
		t.Error(err)
	}
}
