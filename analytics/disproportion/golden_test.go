package disproportion_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/disproportion"
	"psims/analytics/glm"
)

const golden = "../../../shared/golden/disproportion/"

// row is one line of a reference table; numbers that R could not have are NaN.
type row map[string]float64

// rows reads a CSV of numbers, gzipped or not. It skips the test when there is
// none: the whole reference outputs are not in the repository.
func rows(t testing.TB, path string) []row {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("The reference outputs are not beside this checkout: %v.", err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]row, 0, len(lines))
	for _, line := range lines[1:] {
		m := row{}
		for i, name := range lines[0] {
			v, err := strconv.ParseFloat(line[i], 64)
			if err != nil {
				v = math.NaN()
			}
			m[name] = v
		}
		out = append(out, m)
	}
	return out
}

func (r row) cell() disproportion.Cell {
	return disproportion.Cell{
		Row: int32(r["row"]), Col: int32(r["col"]),
		A: int(r["a"]), B: int(r["b"]), C: int(r["c"]), D: int(r["d"]), Expected: r["E"],
	}
}

func cellsOf(rs []row) []disproportion.Cell {
	cells := make([]disproportion.Cell, len(rs))
	for i, r := range rs {
		cells[i] = r.cell()
	}
	return cells
}

// agreement is how far the columns lie from the reference.
type agreement struct {
	names []string
	worst map[string]float64
	n     map[string]int
}

func (a *agreement) add(t *testing.T, name string, want, got float64) {
	if a.worst == nil {
		a.worst, a.n = map[string]float64{}, map[string]int{}
	}
	if a.n[name] == 0 {
		a.names = append(a.names, name)
	}
	a.n[name]++
	switch {
	case math.IsNaN(want) || math.IsInf(want, 0) || math.IsNaN(got) || math.IsInf(got, 0):
		if want != got && !(math.IsNaN(want) && math.IsNaN(got)) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		return
	}
	// A difference of logarithms that vanishes has no relative error; below 1e-6
	// we take the difference itself.
	if d := math.Abs(got-want) / max(math.Abs(want), 1e-6); d > a.worst[name] && got != want {
		a.worst[name] = d
	}
}

func (a *agreement) report(t *testing.T, tolerance func(name string) float64) {
	t.Helper()
	t.Logf("%-18s %6s %s", "column", "rows", "largest relative difference")
	for _, name := range a.names {
		t.Logf("%-18s %6d %.1e", name, a.n[name], a.worst[name])
		if a.worst[name] > tolerance(name) {
			t.Errorf("%s differs by %.1e", name, a.worst[name])
		}
	}
	if len(a.names) == 0 {
		t.Error("no row was compared")
	}
}

func exact(string) float64 { return 1e-6 }

// shrunk allows EBGM and its limits what two searches may leave between them.
func shrunk(name string) float64 {
	if strings.HasPrefix(name, "qn") {
		return 1e-4
	}
	if strings.HasPrefix(name, "eb") {
		return 1e-5
	}
	return 1e-6
}

func (a *agreement) ratios(t *testing.T, r row, p disproportion.Pair) {
	interval := func(name, lo, hi string, i disproportion.Interval) {
		a.add(t, name, r[name], i.Value)
		a.add(t, lo, r[lo], i.Lo)
		a.add(t, hi, r[hi], i.Hi)
	}
	a.add(t, "E", r["E"], p.Expected)
	a.add(t, "rrr", r["rrr"], p.Relative())
	interval("prr", "prr_lo", "prr_hi", p.PRR)
	interval("ror", "ror_lo", "ror_hi", p.ROR)
	interval("ror_haldane", "ror_h_lo", "ror_h_hi", p.Haldane())
	interval("ic", "ic025", "ic975", p.IC)
	a.add(t, "chi2_yates", r["chi2_yates"], p.ChiYates)
	a.add(t, "chi2", r["chi2"], p.ChiSquared(false))
	a.add(t, "fisher_p_greater", r["fisher_p_greater"], p.FisherP)
	a.add(t, "poisson_p", r["poisson_p"], glm.Counts{Mean: p.Expected, Dispersion: 1}.Upper(float64(p.A)))
}

func (a *agreement) bayes(t *testing.T, r row, suffix string, prior disproportion.Prior, c disproportion.Cell) {
	post := prior.Posterior(c.A, c.Expected)
	a.add(t, "qn"+suffix, r["qn"+suffix], post.Q)
	a.add(t, "ebgm"+suffix, r["ebgm"+suffix], post.GeometricMean())
	a.add(t, "eb05"+suffix, r["eb05"+suffix], post.Quantile(0.05))
	a.add(t, "eb95"+suffix, r["eb95"+suffix], post.Quantile(0.95))
}

// hyper reads a reference prior and its negative log-likelihood.
func hyper(r row) (disproportion.Prior, float64) {
	return disproportion.Prior{Shape1: r["alpha1"], Rate1: r["beta1"], Shape2: r["alpha2"], Rate2: r["beta2"], Share: r["P"]}, r["nll"]
}

// caersCells are the pairs that the reference's prior was fitted to.
func caersCells(t testing.TB, path string) []disproportion.Cell {
	const total = 3356
	var cells []disproportion.Cell
	for _, r := range rows(t, path) {
		a, row, col := int(r["N"]), int(r["n1"]), int(r["m1"])
		cells = append(cells, disproportion.Cell{A: a, B: row - a, C: col - a, D: total - row - col + a, Expected: r["E"]})
	}
	return cells
}

func TestAgreesWithAllOfR(t *testing.T) {
	t.Run("edges", func(t *testing.T) {
		var a agreement
		for _, r := range rows(t, golden+"edge2x2_golden.csv.gz") {
			table, err := disproportion.NewTable([]disproportion.Cell{r.cell()})
			if err != nil {
				t.Fatal(err)
			}
			pairs, _ := table.Judge(disproportion.Default())
			a.ratios(t, r, pairs[0])
		}
		a.report(t, exact)
	})
	t.Run("site", func(t *testing.T) {
		rs, hypers := rows(t, golden+"siteA_golden.csv.gz"), rows(t, golden+"siteA_hyper.csv")
		table, err := disproportion.NewTable(cellsOf(rs))
		if err != nil {
			t.Fatal(err)
		}
		pairs, fit := table.Judge(disproportion.Default())
		var plain agreement
		for i, r := range rs {
			plain.ratios(t, r, pairs[i])
		}
		plain.report(t, exact)
		for k, suffix := range []string{"", "_trunc"} {
			theirs, nll := hyper(hypers[k])
			if k == 1 {
				fit = disproportion.FitPrior(table.Cells, disproportion.DefaultFit())
			}
			t.Logf("ours %+v, theirs %+v, their negative log-likelihood %.10f", fit, theirs, nll)
			var a, b agreement
			for _, r := range rs {
				a.bayes(t, r, suffix, theirs, r.cell())
				b.bayes(t, r, suffix, fit.Prior, r.cell())
			}
			a.report(t, exact)
			b.report(t, shrunk)
		}
	})
	t.Run("caers", func(t *testing.T) {
		rs := rows(t, golden+"caers_subset_golden.csv.gz")
		theirs, nll := hyper(rows(t, golden+"caers_hyper.csv")[0])
		fit := disproportion.FitPrior(caersCells(t, golden+"caers_all_cells.csv.gz"), disproportion.DefaultFit())
		t.Logf("ours %+v, theirs %+v, their negative log-likelihood %.10f", fit, theirs, nll)
		cells := cellsOf(rs)
		table, err := disproportion.NewTable(cells)
		if err != nil {
			t.Fatal(err)
		}
		pairs, _ := table.Judge(disproportion.Default())
		var plain, a, b agreement
		for i, r := range rs {
			plain.ratios(t, r, pairs[i])
			a.bayes(t, r, "", theirs, cells[i])
			b.bayes(t, r, "", fit.Prior, cells[i])
		}
		plain.report(t, exact)
		a.report(t, exact)
		b.report(t, shrunk)
	})
}
