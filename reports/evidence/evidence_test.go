package evidence_test

import (
	"math"
	"slices"
	"testing"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/reports/evidence"
	"psims/reports/evidence/evidencetest"
)

// A week that was not looked at has no count: the mean must not move.
func TestUnobservedWeekHasNoCount(t *testing.T) {
	var dimension, value []string
	var week []incident.Day
	var reports []float64
	for w := range 30 {
		dimension, value = append(dimension, "specialty"), append(value, "Anaesthetics")
		week, reports = append(week, incident.NewDay(2025, 9, 1)+incident.Day(7*w)), append(reports, float64(4+w%3))
	}
	reports[3] = math.NaN()
	f := frame.New("weekly_counts", frame.Column{Name: "dimension", Doc: "d", Values: dimension}, frame.Column{Name: "value", Doc: "v", Values: value},
		frame.Column{Name: "week", Doc: "w", Values: week}, frame.Column{Name: "reports", Doc: "r", Values: reports})
	e := &evidence.Events{}
	out, err := e.Series(f)
	if err != nil || len(out) != 1 {
		t.Fatalf("%d series, %v", len(out), err)
	}
	if s := out[0]; s.Observed[3] || s.Counts[3] != 0 || !s.Observed[4] {
		t.Errorf("week 4 is observed: %v, with %d reports", s.Observed[3], s.Counts[3])
	}
	chart := e.Process(&out[0])
	if mean := chart.Band(chart.Points[29]).Mean; math.Abs(mean-5) > 0.2 {
		t.Errorf("the mean is %v, want about 5", mean)
	}
}

func TestEventsOfAYear(t *testing.T) {
	e := evidencetest.Year()
	last := e.Table.Len() - 1
	if e.WeeksAgo(last) != 0 || e.WeeksAgo(0) != 51 {
		t.Errorf("the last report is %d weeks old, the first %d", e.WeeksAgo(last), e.WeeksAgo(0))
	}
	recent := 0
	for _, k := range e.Harms() {
		recent += k
	}
	// Twelve weeks of eleven organisations, and six of the one that fell silent.
	if want := 12*11 + 6; recent != want || e.Before() != 12*12 {
		t.Errorf("%d recent events and %d before, want %d and %d", recent, e.Before(), want, 12*12)
	}
	if i := e.Rows()[e.Table.ID[7]]; i != 7 || e.Incident(i).Organisation != "Trust Z07" || e.Incident(11).Organisation != "Z11" {
		t.Errorf("row %d, organisations %s and %s", i, e.Incident(i).Organisation, e.Incident(11).Organisation)
	}
	var rows []int
	for i := range last {
		if e.Table.Organisation.Value(i) == "Z01" {
			rows = append(rows, i)
		}
	}
	stratum := tally.Stratum{Dimension: "organisation", Value: "Z01"}
	s := e.Weekly(stratum, rows)
	if len(s.Weeks) != evidence.Weeks || s.Counts[evidence.Weeks-1] != 1 || s.Counts[0] != 0 || s.Process == nil {
		t.Errorf("counts %v", s.Counts)
	}
	for i := range s.Counts {
		s.Counts[i] = int32(1 + 4*min(1, i/26))
	}
	before := e.Process(&s)
	e.Rebase = []evidence.Rebase{{Stratum: stratum, From: s.Weeks[26]}, {Stratum: tally.Stratum{Dimension: "organisation", Value: "Z02"}, From: s.Weeks[40]}}
	if after := e.Process(&s); before.Band(before.Points[52]).Mean == after.Band(after.Points[52]).Mean || after.Band(after.Points[52]).Mean != 5 {
		t.Errorf("the last mean is %v, want that of the new limits", after.Band(after.Points[52]).Mean)
	}
	if got := evidence.Largest([]int{1, 3, 0, 3, 9}, []string{"c", "b", "none", "a", ""}); !slices.Equal(got, []int{3, 1, 0}) {
		t.Errorf("largest first: %v", got)
	}
}

// The table has every report, also one that is counted with another, and says what is
// known of each in words.
func TestEveryReportIsInTheTable(t *testing.T) {
	e := evidencetest.Year()
	n := e.Table.Len()
	predicted, probability := make([]string, n), make([]float64, n)
	predicted[1], probability[1] = "Falls", 0.9
	f := e.Frame(predicted, probability)
	r := f.Reader()
	id, theme, name, label := frame.Take[string](r, "incident_id"), frame.Take[string](r, "theme_id"), frame.Take[string](r, "organisation_name"), frame.Take[string](r, "label")
	harm, said := frame.Take[string](r, "harm"), frame.Take[string](r, "predicted")
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if f.Len() != n || id[1] != e.Table.ID[1] || harm[1] != e.Table.Harm[1].String() || said[1] != "Falls" || label[1] != "Equipment" {
		t.Errorf("%d of %d reports; the second is %s, %s, %s, %s", f.Len(), n, id[1], harm[1], said[1], label[1])
	}
	if theme[0] != "" || theme[1] != "t-pumps" || name[1] != "Trust Z01" || name[11] != "" {
		t.Errorf("themes %q and %q, names %q and %q", theme[0], theme[1], name[1], name[11])
	}
	for _, c := range f.Columns {
		if c.Doc == "" {
			t.Errorf("nobody says what %s holds", c.Name)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for labels of other reports")
		}
	}()
	e.Frame(predicted[:1], probability)
}
