package batch_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/batch"
	"psims/datasets/incident"
)

func written(t interface {
	Helper()
	Fatal(...any)
}, events []incident.Event) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := batch.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	for i := range events {
		if err := w.Write(&events[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestEventsReadBack: what is read is what was written, and gives the same bytes again.
func TestEventsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "a", "Fell.\nTwice.", "naïve ☃"})
		harm := rapid.SampledFrom(incident.Harms())
		want := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) incident.Event {
			e := incident.Event{Rows: rapid.IntRange(1, 3).Draw(t, "rows"), Fields: incident.Fields{
				System: incident.LFPSE, ID: text.Draw(t, "id"), Revision: rapid.Int32Range(0, 9).Draw(t, "revision"), Submitted: incident.Day(rapid.Int32Range(1, 30000).Draw(t, "submitted")),
				Deleted: rapid.Bool().Draw(t, "deleted"), Kind: rapid.SampledFrom(incident.Kinds()).Draw(t, "kind"), Harm: harm.Draw(t, "harm"),
				Occurred: rapid.SampledFrom([]incident.Day{incident.NoDay, 19000}).Draw(t, "occurred"), Organisation: text.Draw(t, "organisation"), Scheme: text.Draw(t, "scheme"),
				Labels: rapid.SampledFrom([][]string{nil, {}, {"Falls", "Devices"}}).Draw(t, "labels"),
			}}
			for _, s := range e.Typed() {
				*s = text.Draw(t, "typed")
			}
			for i := range e.Texts {
				e.Texts[i] = text.Draw(t, "text")
			}
			for k := range rapid.IntRange(0, 2).Draw(t, "patients") {
				e.Patients = append(e.Patients, incident.Patient{Sequence: int32(k + 1), Physical: harm.Draw(t, "physical"), Psychological: harm.Draw(t, "psychological"),
					AgeDays: rapid.SampledFrom([]int32{-1, 0, 30000}).Draw(t, "age"), Sex: text.Draw(t, "sex")})
			}
			return e
		}), 0, 5).Draw(t, "events")
		first := written(t, want)
		if err := os.WriteFile(path, first, 0o644); err != nil {
			t.Fatal(err)
		}
		var got []incident.Event
		for events, err := range batch.Events(context.Background(), path) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, events...)
		}
		if len(got) != len(want) {
			t.Fatalf("%d events of %d", len(got), len(want))
		}
		if diff := cmp.Diff(want, got); len(want) > 0 && diff != "" {
			t.Fatal(diff)
		}
		if !bytes.Equal(written(t, got), first) {
			t.Fatal("written again, the events give other bytes")
		}
	})
}

func TestEventsOfWhatIsNoRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := os.WriteFile(path, []byte("PAR1 and nothing else PAR1"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + ".not there"} {
		failed := false
		for _, err := range batch.Events(context.Background(), p) {
			failed = err != nil
		}
		if !failed {
			t.Errorf("%s was read", p)
		}
	}
}
