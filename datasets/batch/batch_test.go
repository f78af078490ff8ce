package batch_test

import (
	"bytes"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"

	"psims/datasets/batch"
	"psims/datasets/incident"
)

func event() *incident.Event {
	return &incident.Event{Rows: 2, Fields: incident.Fields{System: incident.LFPSE, ID: "E1", Revision: 3, Submitted: 20000, Occurred: incident.NoDay,
		Organisation: "Z01", Category: "Falls", Labels: []string{"Falls", "Devices"}, Harm: incident.LowHarm,
		Patients: []incident.Patient{{Sequence: 1, Physical: incident.LowHarm, AgeDays: 300}, {Sequence: 2, AgeDays: -1, Sex: "Female"}}},
		Texts: [incident.TextCount]string{incident.Description: "Fell from bed."}}
}

func TestColumnsReadBack(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	b := batch.NewBuilder(mem)
	defer b.Release()
	b.Append(event())
	b.Append(&incident.Event{Fields: incident.Fields{System: incident.NRLS, ID: "E2", Submitted: 20001, Occurred: 19999}})
	if b.Len() != 2 {
		t.Errorf("%d events were collected", b.Len())
	}
	rec := b.Flush()
	defer rec.Release()
	got, err := batch.Read(rec)
	if err != nil {
		t.Fatal(err)
	}
	if got.Len() != 2 || got.String("incident_id", 0) != "E1" || got.String("description", 0) != "Fell from bed." || got.String("category", 1) != "" ||
		got.String("harm", 0) != "low" || got.Day("occurred", 0) != incident.NoDay || got.Day("occurred", 1) != 19999 || got.Day("submitted", 0) != 20000 {
		t.Error("a column reads back as something else")
	}
	if b.Len() != 0 {
		t.Error("Flush did not begin anew")
	}
}

func TestTheSameEventsGiveTheSameBytes(t *testing.T) {
	write := func() []byte {
		var out bytes.Buffer
		w, err := batch.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := w.Write(event()); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if !bytes.Equal(write(), write()) {
		t.Error("the same events gave other bytes")
	}
}

// TestHashTellsEveryFieldApart: a change of any part of an event changes its fingerprint.
func TestHashTellsEveryFieldApart(t *testing.T) {
	base := batch.Hash(event())
	for name, change := range map[string]func(*incident.Event){
		"revision":   func(e *incident.Event) { e.Revision++ },
		"submitted":  func(e *incident.Event) { e.Submitted++ },
		"occurred":   func(e *incident.Event) { e.Occurred = 1 },
		"deleted":    func(e *incident.Event) { e.Deleted = true },
		"kind":       func(e *incident.Event) { e.Kind++ },
		"harm":       func(e *incident.Event) { e.Harm++ },
		"labels":     func(e *incident.Event) { e.Labels = e.Labels[:1] },
		"patients":   func(e *incident.Event) { e.Patients[1].AgeDays = 5 },
		"category":   func(e *incident.Event) { e.Category = "" },
		"swapped":    func(e *incident.Event) { e.Category, e.Subcategory = e.Subcategory, e.Category },
		"medication": func(e *incident.Event) { e.Medication = "x" },
		"text":       func(e *incident.Event) { e.Texts[incident.Other] = "x" },
	} {
		e := event()
		change(e)
		if batch.Hash(e) == base {
			t.Errorf("a change of %s does not change the fingerprint", name)
		}
	}
	again := event()
	again.Rows = 7 // how many rows of the file it was made from is not what it says
	if batch.Hash(again) != base {
		t.Error("the number of source rows changes the fingerprint")
	}
}

func TestHashDoesNotRunTextsTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.StringN(2, 20, -1).Draw(t, "text")
		cut := rapid.IntRange(1, len(whole)-1).Draw(t, "cut")
		a, b := event(), event()
		a.Texts[incident.Actions], a.Texts[incident.Causes] = whole, ""
		b.Texts[incident.Actions], b.Texts[incident.Causes] = whole[:cut], whole[cut:]
		if batch.Hash(a) == batch.Hash(b) {
			t.Fatal("two texts run together have the fingerprint of one")
		}
	})
}
