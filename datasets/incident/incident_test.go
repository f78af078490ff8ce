package incident_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"psims/datasets/incident"
)

func TestDaysAndWeeks(t *testing.T) {
	for _, c := range []struct{ day, monday string }{
		{"2026-11-22", "2026-11-16"}, // a Sunday
		{"2026-11-16", "2026-11-16"}, // a Monday
		{"1969-12-31", "1969-12-29"}, // before the first day counted
		{"2024-02-29", "2024-02-26"},
	} {
		d, err := incident.ParseDay(c.day)
		if err != nil {
			t.Fatal(err)
		}
		if d.String() != c.day || d.Monday().String() != c.monday {
			t.Errorf("%s reads as %v in the week of %v, want %s", c.day, d, d.Monday(), c.monday)
		}
	}
	for _, s := range []string{"2026-02-29", "26-01-01", "", "2026-1-1"} {
		if _, err := incident.ParseDay(s); err == nil {
			t.Errorf("%q gave no error", s)
		}
	}
	if incident.NoDay.Known() || incident.NoDay.String() != "" || incident.NoDay.Monday() != incident.NoDay {
		t.Error("NoDay is taken for a day")
	}
}

func TestDayOfKeepsTheCalendarDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-2e9, 4e9).Draw(t, "at"), 0).In(time.FixedZone("x", rapid.IntRange(-12*3600, 14*3600).Draw(t, "zone")))
		if got, want := incident.DayOf(at).String(), at.Format(time.DateOnly); got != want {
			t.Fatalf("%v is %s, want %s", at, got, want)
		}
	})
}

func TestHarmOrder(t *testing.T) {
	graded := []incident.Harm{incident.NoHarm, incident.LowHarm, incident.ModerateHarm, incident.SevereHarm, incident.Fatal}
	for i, a := range graded {
		for j, b := range graded {
			if a.WorseThan(b) != (i > j) {
				t.Errorf("%v worse than %v: %v", a, b, a.WorseThan(b))
			}
		}
		for _, none := range []incident.Harm{incident.HarmMissing, incident.HarmNotApplicable} {
			if a.WorseThan(none) || none.WorseThan(a) {
				t.Errorf("%v and %v are compared, and one of them is no grade", a, none)
			}
			if incident.Worst(a, none) != a || incident.Worst(none, a) != a {
				t.Errorf("%v hides the grade %v", none, a)
			}
		}
	}
	p := incident.Patient{Physical: incident.LowHarm, Psychological: incident.SevereHarm}
	if p.Harm() != incident.SevereHarm {
		t.Errorf("the patient's worst harm is %v", p.Harm())
	}
}

func TestEveryNameReadsBack(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range incident.Harms() {
		if got, err := incident.ParseHarm(h.String()); err != nil || got != h || seen[h.String()] {
			t.Errorf("harm %q reads back as %v, %v", h, got, err)
		}
		seen[h.String()] = true
	}
	for _, k := range incident.Kinds() {
		if k.String() == "" || seen[k.String()] {
			t.Errorf("kind %d has the name %q", k, k)
		}
		seen[k.String()] = true
	}
	for r, sentence := range incident.Reasons() {
		if r == "" || !strings.HasSuffix(sentence, ".") {
			t.Errorf("reason %q has the sentence %q", r, sentence)
		}
	}
}

// TestRawShowsNoText: whatever is printed of a raw event or reject, its words are not.
func TestRawShowsNoText(t *testing.T) {
	const secret = "Mrs Example"
	raw := &incident.Raw{Place: incident.Place{File: "a.csv", Line: 3}}
	raw.SetText(incident.Description, secret)
	raw.AppendText(incident.Description, secret)
	reject := incident.NewReject(raw.Place, "x", incident.BadDate, secret, []incident.Cell{{Column: "x", Value: secret}})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, v := range []any{raw, reject} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, secret) || !strings.Contains(s, "a.csv:3") {
				t.Errorf("%s shows %q", verb, s)
			}
		}
	}
}

func TestReleaseCleansEveryTextAndTypedField(t *testing.T) {
	raw := &incident.Raw{Rows: 1, Fields: incident.Fields{ID: "E1", Organisation: "Z01", Category: "c", Subcategory: "s", Specialty: "p", CareSetting: "q", Location: "l", Medication: "m", Device: "d", NeverEvent: "n"}}
	for text := range incident.TextCount {
		raw.SetText(text, text.String())
	}
	e := raw.Release(func(s string) string { return "<" + s + ">" })
	for text := range incident.TextCount {
		if want := "<" + text.String() + ">"; e.Texts[text] != want {
			t.Errorf("%v is %q, want %q", text, e.Texts[text], want)
		}
	}
	for _, v := range []string{e.Category, e.Subcategory, e.Specialty, e.CareSetting, e.Location, e.Medication, e.Device, e.NeverEvent} {
		if !strings.HasPrefix(v, "<") {
			t.Errorf("a field went through uncleaned: %q", v)
		}
	}
	if e.ID != "E1" || e.Organisation != "Z01" || e.Rows != 1 {
		t.Errorf("event %+v", e.Fields)
	}
}

func TestTableUntil(t *testing.T) {
	tab := &incident.Table{Reported: []incident.Day{3, 3, 5, 9}}
	for d, want := range map[incident.Day]int{2: 0, 3: 2, 4: 2, 5: 3, 9: 4, 10: 4} {
		if got := tab.Until(d); got != want {
			t.Errorf("until %d: %d rows, want %d", d, got, want)
		}
	}
}

func TestHeadKnowsNothingLater(t *testing.T) {
	whole := &incident.Table{ID: []string{"a", "b", "c"}, Reported: []incident.Day{3, 4, 9}, AgeDays: []int32{-1, 5, 7}}
	for _, v := range []string{"fall", "", "burn"} {
		whole.Category.Append(v)
	}
	head := whole.Head(2)
	if head.Len() != 2 || len(head.Reported) != 2 || len(head.AgeDays) != 2 || len(head.Text) != 0 || len(head.Sex.Codes) != 0 {
		t.Errorf("head of two: %+v", head)
	}
	if got := fmt.Sprint(head.Category.Names); got != "[ fall]" {
		t.Errorf("names of the head: %s", got)
	}
	if whole.Head(3) != whole || whole.Head(0).Len() != 0 || whole.Category.Value(2) != "burn" {
		t.Error("the whole, nothing, or the table itself is not as it was")
	}
}

func TestColumnCodes(t *testing.T) {
	var c incident.Column
	for _, v := range []string{"", "b", "a", "b"} {
		c.Append(v)
	}
	if c.Codes[0] != 0 || c.Value(1) != "b" || c.Codes[1] != c.Codes[3] || c.Codes[2] != 2 {
		t.Errorf("names %q, codes %v", c.Names, c.Codes)
	}
}
