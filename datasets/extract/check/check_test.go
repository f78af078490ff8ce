package check_test

import (
	"strings"
	"testing"

	"psims/datasets/extract/check"
	"psims/datasets/incident"
)

var columns = check.Columns{ID: "no", Submitted: "received", Occurred: "happened", Organisation: "site", Description: "story"}

func TestEvent(t *testing.T) {
	good := func(change func(*incident.Raw)) *incident.Raw {
		r := &incident.Raw{Fields: incident.Fields{ID: "A1", Submitted: 100, Occurred: 99, Organisation: "RZZ"}}
		r.SetText(incident.Description, "Something happened")
		change(r)
		return r
	}
	for _, c := range []struct {
		name   string
		change func(*incident.Raw)
		reason incident.Reason
		column string
	}{
		{"whole", func(*incident.Raw) {}, "", ""},
		{"no id", func(r *incident.Raw) { r.ID = "" }, incident.MissingID, "no"},
		{"no dates", func(r *incident.Raw) { r.Submitted, r.Occurred = incident.NoDay, incident.NoDay }, incident.MissingDate, "received"},
		{"occurred only", func(r *incident.Raw) { r.Submitted = incident.NoDay }, "", ""},
		{"reported only", func(r *incident.Raw) { r.Occurred = incident.NoDay }, "", ""},
		{"no organisation", func(r *incident.Raw) { r.Organisation = "" }, incident.MissingOrganisation, "site"},
		{"no description", func(r *incident.Raw) { r.SetText(incident.Description, "") }, incident.MissingDescription, "story"},
		{"reported a day early", func(r *incident.Raw) { r.Occurred = 101 }, "", ""},
		{"reported two days early", func(r *incident.Raw) { r.Occurred = 102 }, incident.FutureDate, "happened"},
		{"grouped NHS number", func(r *incident.Raw) { r.ID = "999 000 0018" }, incident.IdentifierAsID, "no"},
		{"with hyphens", func(r *incident.Raw) { r.ID = "999-000-0018" }, incident.IdentifierAsID, "no"},
		{"wrong check digit", func(r *incident.Raw) { r.ID = "999 000 0019" }, "", ""},
		{"mixed separators", func(r *incident.Raw) { r.ID = "999 000-0018" }, "", ""},
		{"ten bare digits may be a report number", func(r *incident.Raw) { r.ID = "9990000018" }, "", ""},
		{"letters", func(r *incident.Raw) { r.ID = "ABC-DEF-GHIJ" }, "", ""},
		{"a withdrawal needs no more", func(r *incident.Raw) { r.Deleted, r.Organisation = true, ""; r.SetText(incident.Description, "") }, "", ""},
		{"a withdrawal needs an id", func(r *incident.Raw) { r.Deleted, r.ID = true, "" }, incident.MissingID, "no"},
		{"a withdrawal needs a day", func(r *incident.Raw) { r.Deleted, r.Submitted, r.Occurred = true, incident.NoDay, incident.NoDay }, incident.MissingDate, "received"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := good(c.change)
			f := check.Event(r, columns)
			switch {
			case f == nil && c.reason == "":
				if !r.Submitted.Known() {
					t.Error("the event has no submitted day")
				}
			case f == nil || f.Reason != c.reason || f.Column != c.column:
				t.Errorf("got %+v, want %q in %q", f, c.reason, c.column)
			case !strings.Contains(f.Sentence, c.column) || !strings.HasSuffix(f.Sentence, "."):
				t.Errorf("the sentence %q doesn't name %q", f.Sentence, c.column)
			case strings.Contains(f.Sentence, "0018"):
				t.Errorf("the sentence %q holds the number", f.Sentence)
			}
		})
	}
}

func TestSeen(t *testing.T) {
	var s check.Seen
	if f := s.Again("no", 2, "a", "bc"); f != nil || !s.Has("a", "bc") || s.Has("ab", "c") {
		t.Errorf("the first: %v", f)
	}
	if f := s.Again("no", 3, "ab", "c"); f != nil {
		t.Errorf("other parts with the same letters: %v", f)
	}
	if f := s.Again("no", 4, "a", "bc"); f == nil || f.Reason != incident.DuplicateID || !strings.Contains(f.Sentence, "line 2 ") {
		t.Errorf("the second: %+v", f)
	}
}

type row []string

func (r row) Text(i int) string { return r[i] }

func TestRejectLeavesOutAnIdentifier(t *testing.T) {
	f := &check.Fault{Column: "no", Reason: incident.IdentifierAsID, Sentence: "It is one."}
	r := f.Reject(incident.Place{File: "f", Line: 2}, row{"999 000 0018", "", "story"}, []string{"no", "empty", "text"}, []int{0, 1, 2})
	got := r.Release(func(s string) string { return s })
	if len(got.Row) != 1 || got.Row[0] != (incident.Cell{Column: "text", Value: "story"}) {
		t.Errorf("the reject shows %v", got.Row)
	}
}
