package linkage_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/analytics/linkage"
	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/synth"
)

// event is a row of a table, with what the table doesn't hold.
type event struct {
	incident.Event
	region string
}

// invented gives the events of a run of the generator, in the order of a table,
// and the pairs of ids that tell of one event.
func invented(tb testing.TB, events int, seed uint64) ([]event, [][]string) {
	tb.Helper()
	c := synth.Default()
	c.Events, c.Seed = events, seed
	return inventedIn(tb, tb.TempDir(), c)
}

func inventedIn(tb testing.TB, dir string, c synth.Config) ([]event, [][]string) {
	tb.Helper()
	if _, err := synth.Write(context.Background(), dir, c); err != nil {
		tb.Fatal(err)
	}
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		tb.Fatal(err)
	}
	regions := regionsOf(tb, filepath.Join(dir, "organisations.csv"))
	var out []event
	seen := map[string]bool{}
	for _, f := range truth.Files {
		if f.Name == "organisations.csv" || strings.HasPrefix(f.Name, "truth") {
			continue
		}
		src, err := extract.Open(filepath.Join(dir, f.Name), nil)
		if err != nil {
			tb.Fatal(err)
		}
		for r, err := range src.Records() {
			if err != nil {
				tb.Fatal(err)
			}
			if r.Raw == nil || seen[r.Raw.ID] || r.Raw.Deleted {
				continue
			}
			seen[r.Raw.ID] = true
			e := r.Raw.Release(func(s string) string { return s }) // invented, so nothing to take out
			out = append(out, event{e, regions[e.Organisation]})
		}
		if err := src.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	slices.SortFunc(out, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.Submitted, b.Submitted), cmp.Compare(a.System, b.System), cmp.Compare(a.ID, b.ID))
	})
	var pairs [][]string
	for _, d := range truth.Duplicates {
		pairs = append(pairs, d.IDs)
	}
	return out, pairs
}

func regionsOf(tb testing.TB, path string) map[string]string {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	out := map[string]string{}
	for _, row := range rows[1:] {
		out[row[0]] = row[3]
	}
	return out
}

// input makes a table of events, with ages and sexes.
func input(events []event) linkage.Input {
	t := &incident.Table{}
	in := linkage.Input{Table: t, Sex: &incident.Column{}}
	for _, e := range events {
		t.ID, t.Reported, t.Occurred = append(t.ID, e.ID), append(t.Reported, e.Submitted), append(t.Occurred, e.Occurred)
		t.Harm, t.Kind, t.Text = append(t.Harm, e.Harm), append(t.Kind, e.Kind), append(t.Text, e.Texts[incident.Description])
		t.System.Append(string(e.System))
		t.Organisation.Append(e.Organisation)
		t.Region.Append(e.region)
		t.Scheme.Append(e.Scheme)
		t.Category.Append(e.Category)
		t.Specialty.Append(e.Specialty)
		t.CareSetting.Append(e.CareSetting)
		t.Medication.Append(e.Medication)
		t.Device.Append(e.Device)
		t.NeverEvent.Append(e.NeverEvent)
		age, sex := int32(-1), ""
		if len(e.Patients) > 0 {
			age, sex = e.Patients[0].AgeDays, e.Patients[0].Sex
		}
		in.AgeDays = append(in.AgeDays, age)
		in.Sex.Append(sex)
	}
	return in
}
