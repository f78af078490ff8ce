package specialty_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"psims/analytics/spc"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/internal/browser"
	"psims/internal/folder"
	"psims/internal/golden"
	"psims/reports/book"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
	"psims/reports/specialty"
)

var asOf = incident.NewDay(2026, 11, 22)

var press = sync.OnceValues(func() (*book.Press, error) {
	return book.NewPress(fstest.MapFS{"none.html": {Data: []byte("none")}}, "*.html", nil)
})

func common() specialty.Run {
	return specialty.Run{AsOf: asOf, All: map[incident.Harm]int{incident.NoHarm: 9000, incident.LowHarm: 3000, incident.ModerateHarm: 600, incident.SevereHarm: 60, incident.Fatal: 20},
		Site: page.Site{Organisation: "Invented Safety Agency", RunID: "run-1", AsOf: page.Date(asOf), Newest: page.Date(asOf), Version: "0.1.0", Policy: "Counts are shown as they are.",
			Nav: []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "index.html#specialties", Text: "Specialties"}}}}
}

var told = []string{
	"The connector of the pump tubing came apart when the patient was turned. No harm to patient.",
	"Found pump tubing apart at the connector, ward was short staffed and nobody had checked it since handover. Doctor informed.",
	"Connector leaking <b>again</b>. Pump tubing changed, lot kept.",
	"Pump alarm off; tubing had come apart at the connector and the bed was wet, no spare tubing on the ward. Ward short staffed.",
	"No delay, but the tubing connector was not checked before the patient left theatre.",
	"Patient confused and pulled at pump tubing, connector came apart, blood pressure fell to 60 systolic before it was seen.",
}

func weekly(mean int) book.Series {
	s := book.Series{Stratum: tally.Stratum{Dimension: "specialty", Value: "Anaesthetics"}}
	var y []float64
	for w := range 53 {
		n := mean + []int{0, 2, -1, 1, -2, 1, 0, -1}[w%8]
		if w > 50 {
			n += 9
		}
		s.Weeks = append(s.Weeks, asOf.Monday()-incident.Day(7*(52-w)))
		s.Counts, s.Observed = append(s.Counts, int32(n)), append(s.Observed, w != 10)
		y = append(y, float64(n))
	}
	judged := spc.Default().Chart(y)
	s.Process = &judged
	return s
}

func reports(n int, prefix string) []quote.Incident {
	var out []quote.Incident
	for k := range n {
		out = append(out, quote.Incident{ID: fmt.Sprintf("%s-%03d", prefix, k), System: incident.LFPSE, Reported: asOf - incident.Day(3*k), Organisation: []string{"Northmoor Hospitals", "Kestrel Coast Hospitals", "Marsh End Hospitals"}[k%3],
			Specialty: "Anaesthetics", CareSetting: "Operating theatre", Harm: []incident.Harm{incident.NoHarm, incident.LowHarm, incident.NoHarm, incident.ModerateHarm, incident.NoHarm, incident.SevereHarm}[k%6], Text: told[k%len(told)]})
	}
	return out
}

func output() specialty.Output {
	members := reports(12, "INV")
	return specialty.Output{
		Name: "Anaesthetics & \"theatres\"", File: "specialty/anaesthetics.html", Weeks: weekly(14), Recent: 171, Before: 140, Organisations: 31,
		Harm:     map[incident.Harm]int{incident.NoHarm: 110, incident.LowHarm: 40, incident.ModerateHarm: 12, incident.SevereHarm: 3, incident.HarmMissing: 6},
		Settings: []specialty.Tallied{{Name: "Operating theatre", Reports: 120}, {Name: "Recovery", Reports: 41}},
		Themes: []specialty.Theme{
			{ID: "t1", Name: "pump tubing, connector", Terms: []string{"pump tubing", "connector", "came apart", "no harm"}, Recent: 9, Before: 2, Year: 12, Expected: 1.5, Organisations: 3,
				Harm: map[incident.Harm]int{incident.NoHarm: 6, incident.LowHarm: 2, incident.ModerateHarm: 2, incident.SevereHarm: 2}, Weeks: weekly(2), Members: members},
			{ID: "t2", Name: "list, emergency case", Terms: []string{"list"}, Recent: 3, Before: 3, Year: 6, Expected: 5, Organisations: 2, Harm: map[incident.Harm]int{incident.NoHarm: 6}, Weeks: weekly(3)},
		},
		GoodCare: reports(4, "GOOD"),
		Gravest:  members[5:6],
		Alerts:   []specialty.Alert{{Rank: 1, Title: "infusion pump tubing", Href: "alerts/a-1.html", Status: triage.New, Here: 9, Total: 14, Worst: incident.SevereHarm}},
		Doubts:   []specialty.Passage{{Report: members[5], Sentence: "Patient confused and pulled at pump tubing.", Words: []string{"pulled"}}},
		Risks:    []specialty.Risk{{Title: "Mis-selection of a strong potassium solution", Passages: []specialty.Passage{{Report: members[0]}}}},
		Written:  specialty.Written{specialty.WhatYouCanDo: {By: "Dr A. Example, clinical lead", On: incident.NewDay(2026, 11, 1), Text: "Look at every connector at handover.\n\nKeep the lot number of one that <i>came</i> apart."}},
	}
}

func write(t *testing.T, c specialty.Config, o specialty.Output) *folder.Folder {
	t.Helper()
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	w, err := specialty.On(p, c)
	if err != nil {
		t.Fatal(err)
	}
	b, err := w.Book(common(), o)
	if err != nil {
		t.Fatal(err)
	}
	var f folder.Folder
	if _, err := b.Write(t.Context(), f.Create); err != nil {
		t.Fatal(err)
	}
	return &f
}

func TestOutputIsGolden(t *testing.T) {
	c := specialty.Default()
	c.Weeks = 10
	f := write(t, c, output())
	golden.Check(t, "files.txt", []byte(strings.Join(f.Names, "\n")+"\n"))
	golden.Check(t, "anaesthetics.html", f.Page(t, "specialty/anaesthetics.html"))
	golden.Check(t, "theme.csv", f.Files["data/s-anaesthetics-theme-1.csv"].Bytes())
}

func TestOutputIsTheSameEachTime(t *testing.T) {
	a, b := write(t, specialty.Default(), output()), write(t, specialty.Default(), output())
	for _, name := range a.Names {
		if !bytes.Equal(a.Files[name].Bytes(), b.Files[name].Bytes()) {
			t.Errorf("%s differs from the first time", name)
		}
	}
}

// Every quoted sentence names a report, and stands in it.
func TestStatementsCanBeTraced(t *testing.T) {
	members := reports(12, "INV")
	by := map[string]string{}
	for _, e := range members {
		by[e.ID] = e.Text
	}
	passages := specialty.Choose(members, output().Themes[0].Terms, 4)
	if len(passages) < 3 {
		t.Fatalf("%d passages, want 3 or more", len(passages))
	}
	for _, p := range passages {
		if !strings.Contains(by[p.Report.ID], p.Sentence) {
			t.Errorf("report %s does not say %q", p.Report.ID, p.Sentence)
		}
		if strings.Contains(p.Sentence, "No harm") {
			t.Errorf("a sentence about the outcome was chosen: %q", p.Sentence)
		}
	}
	for _, f := range specialty.Factors(members) {
		if !strings.Contains(by[f.Passage.Report.ID], f.Passage.Sentence) {
			t.Errorf("report %s does not say %q", f.Passage.Report.ID, f.Passage.Sentence)
		}
	}
}

func TestFactors(t *testing.T) {
	tests := []struct {
		why, text string
		want      []string
	}{
		{"named", "The ward was short staffed.", []string{"Staffing and workload"}},
		{"an ending", "Staff shortages again.", []string{"Staffing and workload"}},
		{"denied", "There was no staff shortage.", nil},
		{"a plain handover is no factor", "Handed over to the night team at 20:00. Discussed at handover.", nil},
		{"a handover that failed is one", "The allergy was lost in handover.", []string{"Communication and handover"}},
		{"confusion of staff is not the patient's", "There was confusion about who should review him.", []string{"Communication and handover"}},
		{"a patient's confusion is", "New confusion overnight.", []string{"Patient's own condition"}},
		{"a broken bone is no broken device", "Finger was broken but returned to full duty.", nil},
		{"a broken device is", "The printer had broken, so the records came later.", []string{"Equipment and supplies"}},
		{"where somebody lay is no lack of beds", "Found lying in the corridor near the dining room.", nil},
		{"a denial of its own is no denial", "The doctor was not informed.", []string{"Communication and handover"}},
		{"part of another word", "The patient is a bankstaffer.", nil},
		{"two in a sentence", "Pump faulty and no training given.", []string{"Equipment and supplies", "Training and experience"}},
		{"none", "The patient fell.", nil},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			got := specialty.Factors([]quote.Incident{{ID: "INV-1", Text: tt.text}})
			var names []string
			for _, f := range got {
				names = append(names, f.Name)
				if len(f.Reports) != 1 || f.Reports[0] != "INV-1" {
					t.Errorf("%s is named by %v", f.Name, f.Reports)
				}
			}
			if strings.Join(names, "|") != strings.Join(tt.want, "|") {
				t.Errorf("%q names %v, want %v", tt.text, names, tt.want)
			}
		})
	}
}

// Under a policy nothing is quoted, and other small counts give the same page.
func TestPolicyHolds(t *testing.T) {
	c := specialty.Default()
	c.Policy = disclosure.HES5()
	one := output()
	f := write(t, c, one)
	text := string(f.Page(t, one.File))
	for _, s := range []string{"INV-0", "GOOD-0", "came apart when", "Northmoor"} {
		if strings.Contains(text, s) {
			t.Errorf("the page shows %q", s)
		}
	}
	two := output()
	two.Harm = map[incident.Harm]int{incident.NoHarm: 110, incident.LowHarm: 40, incident.ModerateHarm: 12, incident.SevereHarm: 5, incident.HarmMissing: 4}
	two.Themes[1].Recent, two.Themes[0].Before = 5, 7
	if other := string(write(t, c, two).Page(t, two.File)); other != text {
		t.Error("other small counts give another page")
	}
}

// Where nothing is graded, that none is severe is no comfort.
func TestUngradedIsNotHarmless(t *testing.T) {
	o := output()
	o.Harm = map[incident.Harm]int{incident.HarmMissing: 93}
	text := string(write(t, specialty.Default(), o).Page(t, o.File))
	if strings.Contains(text, "No severe or fatal harm") || strings.Contains(text, "as severe or fatal harm") || !strings.Contains(text, "The degree of harm is not recorded") {
		t.Error("reports without a degree of harm are called harmless")
	}
}

// Within a specialty, a theme is named by what distinguishes it there.
func TestOwnNames(t *testing.T) {
	for _, c := range []struct {
		why, specialty, name string
		terms                []string
		want                 string
		repeats              bool
	}{
		{"the specialty's own word leads", "FINGER(S)/THUMB", "Left index finger, laceration", []string{"index finger", "laceration", "pinch"}, "laceration, pinch", true},
		{"nothing else is told", "FINGER(S)/THUMB", "Fingers", []string{"left finger"}, "Fingers", true},
		{"it stands behind", "Ophthalmology and eye care", "Needle, eye", []string{"needle", "eye", "needle stick", "sharps bin"}, "Needle, sharps bin", true},
		{"a general word is not the specialty's", "Intensive Care Medicine", "Wrong care, handover sheet", nil, "Wrong care, handover sheet", false},
		{"another subject", "Cardiology", "ECG, changes", nil, "ECG, changes", false},
	} {
		t.Run(c.why, func(t *testing.T) {
			got := specialty.Own(c.specialty, []specialty.Theme{{Name: c.name, Terms: c.terms}})[0]
			if got.Name != c.want || got.Repeats != c.repeats || (got.Whole == "") != (got.Name == c.name) {
				t.Errorf("%q (%q, %t), want %q, %t", got.Name, got.Whole, got.Repeats, c.want, c.repeats)
			}
		})
	}
}

// Themes that repeat the specialty come after all others.
func TestThemesThatRepeatComeLast(t *testing.T) {
	got := specialty.Tell([]specialty.Theme{{ID: "a", Name: "Hand", Repeats: true, Year: 90, Expected: 1}, {ID: "b", Name: "Ladder", Year: 5, Expected: 6, Recent: 1}}, 2)
	if got[0].ID != "b" {
		t.Errorf("%q comes first", got[0].ID)
	}
	got = specialty.Tell([]specialty.Theme{{ID: "a", Name: "Form completed", Year: 90, Expected: 1}, {ID: "b", Name: "Catheter pulled", Year: 5, Expected: 6, Recent: 1}}, 2)
	if got[0].ID != "b" {
		t.Error("a theme of paperwork comes first")
	}
}

// A lead sees the gravest reports, and no table of what 1 or 2 reports name.
func TestPageShowsWhatIsWorthIt(t *testing.T) {
	o := output()
	text := string(write(t, specialty.Default(), o).Page(t, o.File))
	for _, want := range []string{"Reports of severe or fatal harm", "Report " + o.Gravest[0].ID, "3 reports of severe or fatal harm.", "What is told here more than elsewhere: pump tubing, connector."} {
		if !strings.Contains(strings.ReplaceAll(text, "\n", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	few := output()
	few.Themes[0].Members = few.Themes[0].Members[1:3]
	named := "In no theme is anything that may have contributed named in 3 reports or more."
	if text := string(write(t, specialty.Default(), few).Page(t, few.File)); strings.Contains(text, "What reporters name as having contributed") || strings.Count(text, named) != 1 {
		t.Error("what 2 reports name is a table, or it is not said once that there is none")
	}
	if strings.Contains(text, named) {
		t.Error("it is said that nothing is named although something is")
	}
}

// Nothing is said that is true of other data alone, nor again what the page's title
// says, nor what every row of a table would.
func TestPageSaysNothingTwiceOrOfOthers(t *testing.T) {
	o := output()
	o.Name = "Hand"
	o.GoodCare, o.Gravest, o.Doubts = nil, nil, nil
	for i := range o.Themes {
		th := &o.Themes[i]
		th.Recent, th.Before = 2, 2
		th.Harm, th.Weeks.Counts = map[incident.Harm]int{incident.HarmMissing: 9}, make([]int32, len(th.Weeks.Weeks))
		for k := range th.Members {
			th.Members[k].System, th.Members[k].Specialty = incident.Mapped, "Hand"
		}
	}
	text := string(write(t, specialty.Default(), o).Page(t, o.File))
	for _, not := range []string{", Hand<", ", Hand,", "LFPSE", "NRLS", "Moderate harm or worse</th>", "all on one scale"} {
		if strings.Contains(text, not) {
			t.Errorf("the page of reports that came by a mapping says %q", not)
		}
	}
	for _, want := range []string{"The last column is about the last 52 weeks", "No theme is told of clearly more than in the 12 weeks before."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	plain := string(write(t, specialty.Default(), output()).Page(t, output().File))
	for _, want := range []string{"Counts from NRLS and from LFPSE are not comparable.", "Moderate harm or worse</th>", "all on one scale"} {
		if !strings.Contains(plain, want) {
			t.Errorf("the page of national reports does not say %q", want)
		}
	}
}

// Of the gravest reports those that are not quoted are named, a known risk says what the
// first report of it says, and one setting alone is not told.
func TestNothingGraveIsLeftUnnamed(t *testing.T) {
	o := output()
	o.Gravest = nil
	for k := range 8 {
		o.Gravest = append(o.Gravest, quote.Incident{ID: fmt.Sprintf("GRAVE-%d", k), Harm: incident.Fatal, Text: "Found without a pulse.", Reported: incident.NoDay})
	}
	o.Settings = o.Settings[:1]
	o.Risks[0].Passages[0].Sentence = "Potassium taken from the drawer."
	text := string(write(t, specialty.Default(), o).Page(t, o.File))
	for _, want := range []string{"6 of 8 are shown, fatal before severe, the newest first. The others: GRAVE-6 and GRAVE-7.", "Potassium taken from the drawer."} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(text, "Where it happened most") {
		t.Error("the page tells where most happened although all happened in one setting")
	}
}

func TestNames(t *testing.T) {
	got := specialty.Names([]string{"A & E", "A/E", "Eyes"})
	want := "specialty/a-e.html specialty/a-e--2.html specialty/eyes.html"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestBookRefusesWhatDoesNotFit(t *testing.T) {
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	w, err := specialty.On(p, specialty.Default())
	if err != nil {
		t.Fatal(err)
	}
	o := output()
	o.Weeks.Counts = o.Weeks.Counts[1:]
	if _, err := w.Book(common(), o); err == nil || !strings.Contains(err.Error(), "52 counts for 53 weeks") {
		t.Errorf("error %v", err)
	}
	if _, err := specialty.On(p, specialty.Config{}); err == nil {
		t.Error("settings without weeks are taken")
	}
}

func TestPageInABrowser(t *testing.T) {
	f := write(t, specialty.Default(), output())
	bare := specialty.Output{Name: "Empty", File: "specialty/empty.html"}
	for name, buffer := range write(t, specialty.Default(), bare).Files {
		f.Names, f.Files[name] = append(f.Names, name), buffer
	}
	browser.Pages{Dir: f.Disk(t), Names: []string{"specialty/anaesthetics.html", "specialty/empty.html"}, Assets: "../assets"}.Check(t)
}

func ExampleFactors() {
	for _, f := range specialty.Factors([]quote.Incident{{ID: "INV-7", Text: "Ward short staffed. Pump was faulty, no spare."}}) {
		fmt.Println(f.Name, f.Reports, f.Passage.Sentence)
	}
	// Output:
	// Equipment and supplies [INV-7] Pump was faulty, no spare.
	// Staffing and workload [INV-7] Ward short staffed.
}

func BenchmarkChoose(b *testing.B) {
	list := reports(300, "INV")
	terms := []string{"pump tubing", "connector", "came apart", "checked", "handover"}
	b.ReportAllocs()
	for b.Loop() {
		specialty.Choose(list, terms, 30)
	}
}
