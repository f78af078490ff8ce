package linkage_test

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"psims/analytics/linkage"
	"psims/datasets/incident"
)

// TestRepeatsOfRealComments: more than a quarter of real patients' comments are word
// for word what another patient wrote. They are not one event.
func TestRepeatsOfRealComments(t *testing.T) {
	rows := public(t, "pxtextmining/v6framework_230831.csv.gz")
	at := map[string]int{}
	for k, name := range rows[0] {
		at[name] = k
	}
	var events []event
	respondent := map[string]string{}
	for _, row := range rows[1:] {
		day, err := time.Parse("02/01/2006", row[at["Date"]])
		if err != nil || row[at["FFT answer"]] == "" {
			continue
		}
		var e event
		e.ID, e.System, e.Organisation, e.Specialty = row[at["Comment ID"]], incident.Mapped, row[at["Trust"]], row[at["Service type 1"]]
		e.Submitted, e.Occurred = incident.DayOf(day), incident.NoDay
		e.Texts[incident.Description] = row[at["FFT answer"]]
		respondent[e.ID] = e.Organisation + "/" + row[at["Respondent ID"]]
		events = append(events, e)
	}
	sorted(events)
	in := input(events)
	r, err := linkage.Link(context.Background(), in, linkage.Default())
	if err != nil {
		t.Fatal(err)
	}
	folded := func(i int32) string { return strings.Join(strings.Fields(strings.ToLower(in.Table.Text[i])), " ") }
	with := map[string][]int32{}
	for i := range in.Table.Text {
		with[folded(int32(i))] = append(with[folded(int32(i))], int32(i))
	}
	repeats, followers := 0, 0
	var common []string
	for text, of := range with {
		repeats += len(of) - 1
		if len(of) > 1 {
			common = append(common, text)
		}
	}
	for _, first := range r.First {
		if !first {
			followers++
		}
	}
	t.Logf("%d comments of %d organisations; %d (%.1f %%) repeat an earlier one word for word; %d are judged to repeat an earlier one", len(events), len(in.Table.Organisation.Names)-1, repeats, 100*float64(repeats)/float64(len(events)), followers)
	slices.SortFunc(common, func(a, b string) int { return cmp.Or(cmp.Compare(len(with[b]), len(with[a])), cmp.Compare(a, b)) })
	for _, text := range common[:12] {
		left := 0
		for _, i := range with[text] {
			if !r.First[i] {
				left++
			}
		}
		t.Logf("%4d times, %d left out: %s", len(with[text]), left, text)
	}
	same, samePair := 0, 0
	for _, p := range r.Pairs {
		if respondent[in.Table.ID[p.First]] == respondent[in.Table.ID[p.Second]] {
			same++
		}
		if samePair++; samePair <= 12 {
			t.Logf("%.1f bits, %.3f, %v: %.150q / %.150q", p.Weight, p.Posterior, r.Explain(p.First, p.Second), in.Table.Text[p.First], in.Table.Text[p.Second])
		}
	}
	for _, b := range r.Blocks {
		t.Logf("%+v", b)
	}
	t.Logf("%d pairs linked, %d of them of one respondent", len(r.Pairs), same)
	if followers > len(events)/100 {
		t.Errorf("%d of %d comments are taken for repeats of one event", followers, len(events))
	}
	for _, text := range common[:12] {
		for _, i := range with[text] {
			if !r.First[i] {
				t.Errorf("a patient's %q is taken for another's", text)
				break
			}
		}
	}
}

// public reads a table of ../shared, with its header.
func public(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("../../../shared/data/" + name)
	if err != nil {
		t.Skipf("the public file %s is not on this machine", name)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestRepeatsOfRealAccidents links three years of real mine accidents, of which the
// operator and a contractor may each report one, or one has several injured. What
// is linked can only be judged by reading: -v prints every thirtieth pair.
func TestRepeatsOfRealAccidents(t *testing.T) {
	var events []event
	for _, row := range public(t, "msha/msha_2010_2012.csv.gz")[1:] {
		day, err := incident.ParseDay(row[1])
		if err != nil || row[6] == "" {
			continue
		}
		var e event
		e.ID, e.System, e.Category, e.Organisation = row[0], incident.Mapped, row[3], row[5]
		e.Submitted, e.Occurred = day, day
		e.Texts[incident.Description] = row[6]
		events = append(events, e)
	}
	sorted(events)
	in := input(events)
	r := link(t, in, linkage.Default())
	left := 0
	for _, first := range r.First {
		if !first {
			left++
		}
	}
	for k, p := range r.Pairs {
		if k%30 == 0 {
			t.Logf("%.1f bits, %.3f\n  %.250s\n  %.250s", p.Weight, p.Posterior, in.Table.Text[p.First], in.Table.Text[p.Second])
		}
	}
	t.Logf("%d accidents, %d pairs linked, %.1f wrong by estimate, %d left out", len(events), len(r.Pairs), (1-r.Precision())*float64(len(r.Pairs)), left)
	if left == 0 || left > len(events)/20 {
		t.Errorf("%d of %d are left out", left, len(events))
	}
}
