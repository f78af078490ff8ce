package discrepancy_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/discrepancy"
	"psims/datasets/incident"
	"psims/models/ordinal"
)

var (
	openings = []string{"Patient fell from bed.", "Found on the floor of the bay.", "Slipped in the bathroom.", "Fell while walking to the chair."}
	outcomes = [][]string{
		{"No injury seen.", "Nil injuries, observations stable.", "No harm came of it, did not die of it."},
		{"Small bruise to elbow.", "Skin tear to shin, dressed.", "Graze on the knee."},
		{"Wrist fracture on x-ray.", "Scalp wound needed stitches.", "Dislocated shoulder, reduced."},
		{"Fractured neck of femur, for theatre.", "CT showed subdural haematoma.", "Intubated and moved to intensive care."},
		{"Cardiac arrest, patient died.", "He died of the injury, coroner informed.", "Pronounced dead at the scene."},
	}
	told = []int{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4}
)

// falls invents n graded reports of ten organisations. Those of "quiet" are all graded none.
func falls(n int) *incident.Table {
	t := &incident.Table{}
	for i := range n {
		g := told[i*5%len(told)]
		grade := incident.NoHarm + incident.Harm(g)
		name := fmt.Sprintf("ZX%d", i%11)
		if i%11 == 10 {
			name, grade = "quiet", incident.NoHarm
		}
		t.ID = append(t.ID, fmt.Sprintf("E%05d", i))
		t.Text = append(t.Text, fmt.Sprintf("%s %s Report %d.", openings[i/3%4], outcomes[g][i/7%3], i))
		t.Harm = append(t.Harm, grade)
		t.Organisation.Append(name)
	}
	return t
}

func few() discrepancy.Config {
	c := discrepancy.Default()
	c.MinEvents, c.Top = 100, 20
	return c
}

func find(t testing.TB, c discrepancy.Config, tab *incident.Table, rows []int32) *discrepancy.Report {
	t.Helper()
	x, err := c.Learn(context.Background(), tab, rows)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Find(context.Background(), tab, rows, x)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestAnUndergradedEventIsFound: a death that was graded none comes first, with its words.
func TestAnUndergradedEventIsFound(t *testing.T) {
	tab := falls(1200)
	at := slices.IndexFunc(tab.Text, func(s string) bool { return strings.Contains(s, "Cardiac arrest, patient died") })
	tab.Harm[at] = incident.NoHarm
	r := find(t, few(), tab, nil)
	for name, list := range map[string][]discrepancy.Finding{"readings": r.Readings, "told": r.Told} {
		place := slices.IndexFunc(list, func(f discrepancy.Finding) bool { return f.ID == tab.ID[at] })
		if place < 0 || name == "readings" && place > 0 {
			t.Errorf("%s: place %d of %d", name, place, len(list))
			continue
		}
		f := list[place]
		if f.Told != incident.Fatal || f.Recorded != incident.NoHarm || f.Above < .8 || f.Far > f.Above || math.Abs(f.Excess-f.Above-f.Far) > 1e-6 || f.Lowered <= 0 || f.Lowered > 1 {
			t.Errorf("%s: %+v", name, f)
		}
		var words []string
		for _, e := range f.Evidence {
			if e.Effect <= 0 {
				t.Errorf("%s: evidence %+v", name, e)
			}
			words = append(words, e.Span.In(tab.Text[f.Row]))
		}
		if len(words) == 0 || len(words) > few().Words || words[0] != "Cardiac arrest, patient died." || !slices.Contains(words, "died") {
			t.Errorf("%s: evidence %q", name, words)
		}
	}
}

// TestAHabitIsAFindingOfItsOwn: the organisation that grades all of its events none
// is named, and its events do not fill the list of single events.
func TestAHabitIsAFindingOfItsOwn(t *testing.T) {
	tab := falls(2200)
	r := find(t, few(), tab, nil)
	if len(r.Organisations) != 11 {
		t.Fatalf("%d organisations", len(r.Organisations))
	}
	h := r.Organisations[0]
	if h.Organisation != "quiet" || h.Q > .05 || h.Interval[1] >= 0 || h.Recorded != 0 || h.Expected < .5 || h.Events != 200 {
		t.Errorf("%+v", h)
	}
	for _, h := range r.Organisations[1:] {
		if h.Q < .05 {
			t.Errorf("an organisation like the others: %+v", h)
		}
	}
	for _, f := range r.Readings {
		if f.Organisation != "quiet" {
			continue
		}
		reading, adjusted := 0.0, 0.0
		for g := range f.Reading {
			reading += float64(g) * f.Reading[g]
			adjusted += float64(g) * f.Adjusted[g]
		}
		if adjusted >= reading {
			t.Errorf("%s reads %.2f, by its organisation's habit %.2f", f.ID, reading, adjusted)
		}
	}
}

// TestAnEventDoesNotMakeItsOwnHabit: an organisation of one event has no other to
// tell its habit from, so the event is judged as the text reads.
func TestAnEventDoesNotMakeItsOwnHabit(t *testing.T) {
	tab := falls(900)
	tab.ID, tab.Text, tab.Harm = append(tab.ID, "alone"), append(tab.Text, "Slipped in the bathroom. Fractured neck of femur, for theatre."), append(tab.Harm, incident.NoHarm)
	tab.Organisation.Append("ZX99")
	r := find(t, few(), tab, nil)
	at := slices.IndexFunc(r.Readings, func(f discrepancy.Finding) bool { return f.ID == "alone" })
	if at < 0 {
		t.Fatal("not found")
	}
	if d := cmp.Diff(r.Readings[at].Reading, r.Readings[at].Adjusted, cmpopts.EquateApprox(0, 1e-3)); d != "" {
		t.Errorf("(-reading +adjusted) %s", d)
	}
	h := r.Organisations[slices.IndexFunc(r.Organisations, func(h discrepancy.Habit) bool { return h.Organisation == "ZX99" })]
	if h.Shift >= 0 || h.Q < .05 || h.Interval[1] < 0 {
		t.Errorf("one event makes a habit: %+v", h)
	}
}

func TestOrderOfEventsAndCoresDoNotMatter(t *testing.T) {
	tab := falls(900)
	rows := make([]int32, 900)
	for i := range rows {
		rows[i] = int32(i * 7 % 900)
	}
	slices.Reverse(rows)
	shuffled := &incident.Table{}
	for _, row := range rows {
		shuffled.ID, shuffled.Text, shuffled.Harm = append(shuffled.ID, tab.ID[row]), append(shuffled.Text, tab.Text[row]), append(shuffled.Harm, tab.Harm[row])
		shuffled.Organisation.Append(tab.Organisation.Value(int(row)))
	}
	want := find(t, few(), tab, nil)
	if len(want.Readings) == 0 || len(want.Told) == 0 {
		t.Fatal("nothing found")
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	if d := cmp.Diff(want, find(t, few(), tab, nil)); d != "" {
		t.Errorf("on one core: %s", d)
	}
	if d := cmp.Diff(want, find(t, few(), tab, rows)); d != "" {
		t.Errorf("rows in another order: %s", d)
	}
	got := find(t, few(), shuffled, nil)
	for _, f := range got.Readings {
		if shuffled.ID[f.Row] != f.ID {
			t.Fatalf("row %d is not %s", f.Row, f.ID)
		}
	}
	// Sums over events are taken in their order.
	if d := cmp.Diff(want, got, cmpopts.IgnoreFields(discrepancy.Finding{}, "Row"), cmpopts.EquateApprox(1e-9, 1e-9)); d != "" {
		t.Errorf("events in another order: %s", d)
	}
}

func TestWithoutAModel(t *testing.T) {
	tab := falls(50)
	tab.Harm[3], tab.Text[3] = incident.LowHarm, "Fractured neck of femur. The patient died."
	tab.Harm[4], tab.Text[4] = incident.HarmMissing, "The patient died."
	tab.Harm[5], tab.Text[5] = incident.Fatal, "The patient died."
	_, err := discrepancy.Default().Learn(context.Background(), tab, nil)
	if !errors.Is(err, discrepancy.ErrTooFew) {
		t.Errorf("learning from 50 events: %v", err)
	}
	r, err := discrepancy.Default().Find(context.Background(), tab, []int32{3, 4, 5}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &discrepancy.Report{Judged: 2, Told: []discrepancy.Finding{{
		Row: 3, ID: "E00003", Organisation: "ZX3", Recorded: incident.LowHarm, Told: incident.Fatal, Cues: discrepancy.Cues(tab.Text[3]),
	}}}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

// TestADeathAddedNeverRanksLower in what texts say outright.
func TestADeathAddedNeverRanksLower(t *testing.T) {
	tab := falls(220)
	for i := range tab.Harm {
		tab.Harm[i] = incident.NoHarm + incident.Harm(i*3%4)
	}
	c := discrepancy.Default()
	c.Top = 1000
	place := func() map[string]int {
		r, err := c.Find(context.Background(), tab, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]int{}
		for p, f := range r.Told {
			out[f.ID] = p + 1
		}
		return out
	}
	before := place()
	for i := 0; i < 220; i += 9 {
		old := tab.Text[i]
		tab.Text[i] += " The patient died."
		if was, is := before[tab.ID[i]], place()[tab.ID[i]]; is == 0 || was > 0 && is > was {
			t.Errorf("%q graded %v was in place %d and is in %d", tab.Text[i], tab.Harm[i], was, is)
		}
		tab.Text[i] = old
	}
}

func TestBadSettingsAndModels(t *testing.T) {
	for name, spoil := range map[string]func(*discrepancy.Config){
		"one part":          func(c *discrepancy.Config) { c.Parts = 1 },
		"no events":         func(c *discrepancy.Config) { c.MaxEvents = 0 },
		"no minimum":        func(c *discrepancy.Config) { c.MinEvents = 0 },
		"no findings":       func(c *discrepancy.Config) { c.Top = 0 },
		"no words":          func(c *discrepancy.Config) { c.Words = 0 },
		"all were lowered":  func(c *discrepancy.Config) { c.Lowered = 1 },
		"a miss of nothing": func(c *discrepancy.Config) { c.Model.Miss = 0 },
	} {
		c := discrepancy.Default()
		spoil(&c)
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := c.Find(context.Background(), falls(10), nil, nil); err == nil {
			t.Errorf("%s: found all the same", name)
		}
	}
	tab := falls(300)
	x, err := few().Learn(context.Background(), tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := few().Find(ctx, tab, nil, x); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that is done: %v", err)
	}
	if _, err := few().Find(context.Background(), tab, nil, ordinal.Whole(&ordinal.Model{})); err == nil {
		t.Error("a model of no grades was taken")
	}
}

func Example() {
	tab := falls(1200) // invented reports
	tab.Harm[47], tab.Text[47] = incident.NoHarm, "Patient fell from bed. He was seen at once. Fractured neck of femur, for theatre."
	c := discrepancy.Default()
	x, _ := c.Learn(context.Background(), tab, nil)
	report, _ := c.Find(context.Background(), tab, nil, x)
	f := report.Readings[slices.IndexFunc(report.Readings, func(f discrepancy.Finding) bool { return f.Row == 47 })]
	fmt.Println("recorded:", f.Recorded)
	fmt.Println("told:", f.Told)
	fmt.Println("because:", f.Evidence[0].Span.In(tab.Text[47]))
	// Output:
	// recorded: none
	// told: severe
	// because: Fractured neck of femur, for theatre.
}

func ExampleCues() {
	const s = "He did not have a cardiac arrest. Fractured neck of femur confirmed."
	for _, c := range discrepancy.Cues(s) {
		fmt.Println(c.Span.In(s), c.Harm, c.Denied)
	}
	// Output:
	// cardiac arrest severe true
	// Fractured neck of femur severe false
}

// A text reads the same whatever is read with it, so that readings can be kept; what is
// found by readings is what Find finds.
func TestReadingsCanBeKept(t *testing.T) {
	tab := falls(400)
	x, err := few().Learn(context.Background(), tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	known := discrepancy.Known{Readings: discrepancy.Read(x, tab.Text), By: x}
	for i := 0; i < tab.Len(); i += 37 {
		if alone := discrepancy.Read(x, tab.Text[i:i+1])[0]; alone != known.Readings[i] {
			t.Errorf("%q alone reads as %v, among others as %v", tab.Text[i], alone, known.Readings[i])
		}
	}
	var rows []int32
	for i := range int32(tab.Len()) {
		if i%5 > 0 {
			rows = append(rows, i)
		}
	}
	want, err1 := few().Find(context.Background(), tab, rows, x)
	got, err2 := few().FindRead(context.Background(), tab, rows, known)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if len(want.Readings) == 0 {
		t.Fatal("nothing is found")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
