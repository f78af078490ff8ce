package scan_test

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/scan"
)

// reference are the brute-force scans of one folder.
type reference struct{ counts, geo, best, top []map[string]string }

func readReference(t *testing.T, dir string) reference {
	t.Helper()
	return reference{table(t, dir+"/counts.csv"), table(t, dir+"/geo.csv"), table(t, dir+"/scan_golden.csv"), table(t, dir+"/scan_top50.csv")}
}

func table(t *testing.T, path string) (out []map[string]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("The reference outputs are not beside this checkout: %v.", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// space is one data set: populations are the baselines, the same in every week.
func (r reference) space(t *testing.T, name string, weeks, places int) scan.Space {
	t.Helper()
	var x, y, pop []float64
	for _, row := range r.geo {
		if row["dataset"] == name {
			x, y, pop = append(x, number(t, row["x"])), append(y, number(t, row["y"])), append(pop, number(t, row["pop"]))
		}
	}
	counts := make([]int32, weeks*places)
	for _, row := range r.counts {
		if row["dataset"] == name {
			counts[(int(number(t, row["time"]))-1)*places+int(number(t, row["loc"]))-1] = int32(number(t, row["cases"]))
		}
	}
	d := scan.FromCounts(weeks, places, counts)
	for range weeks {
		d.Baseline = append(d.Baseline, pop...)
	}
	return scan.Space{Data: d, Zones: scan.Circles(x, y, places/2)}
}

// called writes a zone as the reference does: its places from 1, ascending.
func called(places []int32) string {
	places = slices.Clone(places)
	slices.Sort(places)
	words := make([]string, len(places))
	for i, p := range places {
		words[i] = fmt.Sprint(p + 1)
	}
	return strings.Join(words, " ")
}

func TestAgreesWithReference(t *testing.T) { compare(t, readReference(t, "testdata")) }
func TestAgreesWithAllOfReference(t *testing.T) {
	compare(t, readReference(t, "../../../shared/golden/scan"))
}

func compare(t *testing.T, ref reference) {
	t.Logf("%-6s %-11s %5s %5s %4s %9s %9s %9s %6s %6s", "data", "model", "zones", "weeks", "rows", "LLR", "expected", "top LLRs", "p", "theirs")
	for _, want := range ref.best {
		weeks, places := int(number(t, want["n_time"])), int(number(t, want["n_loc"]))
		s := ref.space(t, want["dataset"], weeks, places)
		c := scan.Default()
		c.Model, c.Exchange, c.MinEvents, c.MaxWeeks, c.Stop, c.Seed = scan.Permutation, scan.Reports, 1, weeks/4, 0, 1
		if want["type"] == "poisson" {
			c.Model = scan.Poisson
		}
		r, err := s.Scan(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Zones.Len(); got != int(number(t, want["n_zones"])) || c.MaxWeeks != int(number(t, want["max_dur"])) || r.Events != int(number(t, want["total"])) {
			t.Errorf("%s: %d zones, %d weeks, %d events; want %v", want["dataset"], got, c.MaxWeeks, r.Events, want)
		}
		best := r.Clusters[0]
		llr, mean := number(t, want["mlc_llr"]), number(t, want["expected"])
		offLLR, offMean := math.Abs(best.LLR-llr)/llr, math.Abs(best.Expected-mean)/mean
		if offLLR > 1e-6 || offMean > 1e-6 || best.Observed != int(number(t, want["cases"])) ||
			best.Weeks != int(number(t, want["duration"])) || called(best.Places) != want["zone"] {
			t.Errorf("%s %s: %+v, want %v", want["dataset"], want["type"], best, want)
		}
		theirs := number(t, want["mc_p"])
		// Both p-values are estimates: theirs of 199 replicates, ours of 999.
		if sd := math.Sqrt(theirs * (1 - theirs) * (1.0/199 + 1.0/999)); math.Abs(best.P-theirs) > 4*sd+1.0/200 {
			t.Errorf("%s %s: p %v, reference %v", want["dataset"], want["type"], best.P, theirs)
		}
		rows, off := ref.compareTop(t, want, s, c)
		t.Logf("%-6s %-11s %5d %5d %4d %9.1e %9.1e %9.1e %6.3f %6.3f", want["dataset"], want["type"], s.Zones.Len(), c.MaxWeeks, rows, offLLR, offMean, off, best.P, theirs)
	}
	if len(ref.best) == 0 {
		t.Error("nothing was compared")
	}
}

// compareTop holds the fifty largest ratios against ours, in order.
func (ref reference) compareTop(t *testing.T, want map[string]string, s scan.Space, c scan.Config) (rows int, worst float64) {
	ours := s.Ratios(c)
	slices.SortStableFunc(ours, func(a, b scan.Ratio) int { return cmp.Compare(b.LLR, a.LLR) })
	for _, row := range ref.top {
		if row["dataset"] != want["dataset"] || row["type"] != want["type"] {
			continue
		}
		got := ours[rows]
		llr := number(t, row["llr"])
		rows++
		worst = max(worst, math.Abs(got.LLR-llr)/max(llr, 1e-6))
		if worst > 1e-6 || got.Weeks != int(number(t, row["duration"])) || called(s.Zones.Members(got.Zone)) != row["zone"] {
			t.Errorf("%s %s: rank %d is %s in %d weeks with %v, want %v", row["dataset"], row["type"], rows, called(s.Zones.Members(got.Zone)), got.Weeks, got.LLR, row)
		}
	}
	if rows == 0 {
		t.Errorf("%s %s: no ratio to compare with", want["dataset"], want["type"])
	}
	return rows, worst
}
