package redact_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/nlp/redact"
)

func TestKinds(t *testing.T) {
	shape := regexp.MustCompile(`^\[[A-Z]+(-[A-Z]+)*\]$`)
	seen := map[string]bool{}
	for _, k := range redact.Kinds() {
		p := k.Placeholder()
		if !shape.MatchString(p) || p != "["+k.String()+"]" || k.What() == "" || seen[p] {
			t.Errorf("kind %d: placeholder %q, name %q, meaning %q", k, p, k, k.What())
		}
		seen[p] = true
	}
	if len(seen) != int(redact.KindCount) {
		t.Errorf("%d kinds listed, want %d", len(seen), redact.KindCount)
	}
}

func TestCounts(t *testing.T) {
	var a, b redact.Counts
	a[redact.Name], b[redact.Name], b[redact.Phone] = 2, 1, 4
	a.Add(b)
	if a.Total() != 7 {
		t.Errorf("total %d, want 7", a.Total())
	}
	got, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"NAME":3,"PHONE":4}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestEvent(t *testing.T) {
	raw := incident.Raw{Fields: incident.Fields{ID: "A-1", Organisation: "RXX", Category: "Patient accident", Location: "Bed of Mrs Roe", Device: "Alaris pump"}, Rows: 2}
	raw.SetText(incident.Description, "Frobisher told the nurse. NHS no 9990000018.")
	raw.SetText(incident.Actions, "Dr Frobisher reviewed.")
	var counts redact.Counts
	got := gate(t).Event(&raw, &counts)
	want := incident.Event{Fields: incident.Fields{ID: "A-1", Organisation: "RXX", Category: "Patient accident", Location: "Bed of Mrs [NAME]", Device: "Alaris pump"}, Rows: 2}
	want.Texts[incident.Description] = "[NAME] told the nurse. NHS no [NHS-NUMBER]."
	want.Texts[incident.Actions] = "Dr [NAME] reviewed."
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if counts[redact.Name] != 3 || counts[redact.NHSNumber] != 1 || counts.Total() != 4 {
		t.Errorf("counts %v", counts)
	}
	if gate(t).Event(&raw, nil).Texts != got.Texts {
		t.Error("the texts depend on whether anybody counts")
	}
}

// TestEventRemembers: a name that one text announces is known in those before it.
func TestEventRemembers(t *testing.T) {
	var raw incident.Raw
	raw.SetText(incident.Description, "The bag was changed when Sharpling came.")
	raw.SetText(incident.Actions, "Mr Sharpling apologised.")
	if got := gate(t).Event(&raw, nil).Texts[incident.Description]; strings.Contains(got, "Sharpling") {
		t.Errorf("the name survives: %q", got)
	}
}

func TestReject(t *testing.T) {
	at := incident.Place{File: "steis.csv", Line: 7}
	raw := incident.NewReject(at, "patient_date_of_birth", incident.BadDate, `reading date "31/02/1956": there is no such day; row of J Roe`, []incident.Cell{
		{Column: "log_no", Value: "2024/123"},
		{Column: "patient_date_of_birth", Value: "31/02/1956"},
		{Column: "PatientName", Value: "Zq Xy"},
		{Column: "NHS_Number", Value: "999"},
		{Column: "surname", Value: ""},
		{Column: "device name", Value: "Alaris"},
		{Column: "description", Value: "Mrs Roe fell"},
	})
	var counts redact.Counts
	got := gate(t).Reject(raw, &counts)
	want := incident.Reject{Place: at, Column: "patient_date_of_birth", Code: incident.BadDate,
		Sentence: `reading date "[DATE-OF-BIRTH]": there is no such day; row of [NAME]`,
		Row: []incident.Cell{
			{Column: "log_no", Value: "2024/123"},
			{Column: "patient_date_of_birth", Value: "[DATE-OF-BIRTH]"},
			{Column: "PatientName", Value: "[NAME]"},
			{Column: "NHS_Number", Value: "[NHS-NUMBER]"},
			{Column: "surname", Value: ""},
			{Column: "device name", Value: "Alaris"},
			{Column: "description", Value: "Mrs [NAME] fell"},
		}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if counts[redact.DateOfBirth] != 2 || // in the cell and in the sentence
		counts[redact.NHSNumber] != 1 {
		t.Errorf("counts %v", counts)
	}
	bare := incident.NewReject(at, "DOB", incident.BadDate, `reading date "1.2.3" failed`, nil)
	if got := gate(t).Reject(bare, nil).Sentence; got != `reading date "[DATE-OF-BIRTH]" failed` {
		t.Errorf("a quoted date of birth survives: %s", got)
	}
}

func TestManyGoroutines(t *testing.T) {
	g := gate(t)
	texts := make([]string, 40)
	want := make([]string, len(texts))
	for i := range texts {
		texts[i] = fmt.Sprintf("Dr Frobisher%c saw Grace in bay %d, NHS no 99900000%02d, told by Hope that Susan Hill fell", 'a'+i%26, i, i)
		want[i], _ = g.Text(texts[i])
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, text := range texts {
				if got, _ := g.Text(text); got != want[i] {
					t.Errorf("got %q, want %q", got, want[i])
				}
			}
		})
	}
	wg.Wait()
}

func Example() {
	g, err := redact.New(redact.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	text, spans := g.Text("Dr Frobisher gave Mrs Roe (NHS no 999 000 0018) Clexane by mistake.")
	fmt.Println(text)
	for _, sp := range spans {
		fmt.Println(sp.Kind, sp.Start, sp.End)
	}
	// Output:
	// Dr [NAME] gave Mrs [NAME] (NHS no [NHS-NUMBER]) Clexane by mistake.
	// NAME 3 12
	// NAME 22 25
	// NHS-NUMBER 34 46
}

func BenchmarkText(b *testing.B) {
	const plain = "Patient was found on the floor beside the bed at 0300 after trying to reach the toilet. Neuro obs started, no head injury seen, bloods sent. Moved nearer the nurses' station and the bed was lowered. Family informed. "
	const named = "Dr Frobisher reviewed Mrs Jane Roe (NHS no 999 000 0018), who told Grace that she slipped. Bleep 1234. "
	g := gate(b)
	for name, text := range map[string]string{"clean": plain, "named": named, "mixed": strings.Repeat(plain, 9) + named} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				g.Text(text)
			}
		})
	}
}
