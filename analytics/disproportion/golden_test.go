package disproportion_test

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"math"
	"os"
	"slices"
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
	interval("ic", "ic025_approx", "ic975_approx", p.ICApproximate())
	mean, variance, lower := p.BCPNN()
	a.add(t, "bcpnn_eic", r["bcpnn_eic"], mean)
	a.add(t, "bcpnn_vic", r["bcpnn_vic"], variance)
	a.add(t, "bcpnn_ic025", r["bcpnn_ic025"], lower)
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
func caersCells(t testing.TB) []disproportion.Cell {
	const total = 3356
	var cells []disproportion.Cell
	for _, r := range rows(t, golden+"caers_all_cells.csv.gz") {
		a, row, col := int(r["N"]), int(r["n1"]), int(r["m1"])
		cells = append(cells, disproportion.Cell{A: a, B: row - a, C: col - a, D: total - row - col + a, Expected: r["E"]})
	}
	return cells
}

// siteTable is the table that the excerpt comes from.
func siteTable(t testing.TB) *disproportion.Table {
	t.Helper()
	f, err := os.Open("testdata/site_counts.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	count := make([][]int, len(lines))
	inRow, inCol, total := make([]int, len(lines)), make([]int, len(lines[0])), 0
	for i, line := range lines {
		for j, field := range line {
			n, err := strconv.Atoi(field)
			if err != nil {
				t.Fatal(err)
			}
			count[i] = append(count[i], n)
			inRow[i] += n
			inCol[j] += n
			total += n
		}
	}
	var cells []disproportion.Cell
	for i := range count {
		for j, a := range count[i] {
			cells = append(cells, disproportion.Cell{
				Row: int32(i + 1), Col: int32(j + 1),
				A: a, B: inRow[i] - a, C: inCol[j] - a, D: total - inRow[i] - inCol[j] + a,
			})
		}
	}
	return tableOf(t, cells)
}

func tableOf(t testing.TB, cells []disproportion.Cell) *disproportion.Table {
	t.Helper()
	table, err := disproportion.NewTable(cells)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// edges holds two-by-two tables, each on its own, against the reference.
func edges(t *testing.T, rs []row) {
	var a agreement
	for _, r := range rs {
		pairs, _ := tableOf(t, []disproportion.Cell{r.cell()}).Judge(disproportion.Default())
		a.ratios(t, r, pairs[0])
	}
	a.report(t, exact)
}

// site holds pairs of a complete table against the reference, with the reference's
// prior and with our own, fitted to all pairs and to those with an event.
func site(t *testing.T, table *disproportion.Table, rs, hypers []row) {
	pairs, fit := table.Judge(disproportion.Default())
	at := map[[2]int32]disproportion.Pair{}
	for _, p := range pairs {
		at[[2]int32{p.Row, p.Col}] = p
	}
	var plain agreement
	for _, r := range rs {
		plain.ratios(t, r, at[[2]int32{int32(r["row"]), int32(r["col"])}])
	}
	plain.report(t, exact)
	for k, suffix := range []string{"", "_trunc"} {
		if k == 1 {
			fit = disproportion.FitPrior(table.Cells, disproportion.DefaultFit())
		}
		priors(t, rs, suffix, hypers[k], fit)
	}
}

// priors compares the likelihoods reached, and what both priors make of the rows.
func priors(t *testing.T, rs []row, suffix string, theirHyper row, fit disproportion.Fit) {
	t.Helper()
	theirs, nll := hyper(theirHyper)
	t.Logf("ours: %+v", fit)
	t.Logf("the reference's: %+v, log-likelihood %.12g, ours %+.1e above", theirs, -nll, fit.LogLikelihood+nll)
	if fit.Status != disproportion.Fitted || math.Abs(fit.LogLikelihood+nll) > 1e-8*nll || fit.Reached != fit.Starts {
		t.Errorf("log-likelihood %v (%v), want %v", fit.LogLikelihood, fit.Status, -nll)
	}
	var a, b agreement
	for _, r := range rs {
		a.bayes(t, r, suffix, theirs, r.cell())
		b.bayes(t, r, suffix, fit.Prior, r.cell())
	}
	t.Log("with the reference's prior:")
	a.report(t, exact)
	t.Log("with ours:")
	b.report(t, shrunk)
}

func TestAgreesWithR(t *testing.T) {
	edges(t, rows(t, "testdata/edges.csv"))
	site(t, siteTable(t), rows(t, "testdata/site.csv"), rows(t, "testdata/site_hyper.csv"))
}

func TestAgreesWithAllOfR(t *testing.T) {
	t.Run("edges", func(t *testing.T) { edges(t, rows(t, golden+"edge2x2_golden.csv.gz")) })
	t.Run("site", func(t *testing.T) {
		rs := rows(t, golden+"siteA_golden.csv.gz")
		site(t, tableOf(t, cellsOf(rs)), rs, rows(t, golden+"siteA_hyper.csv"))
	})
	t.Run("caers", func(t *testing.T) {
		rs := rows(t, golden+"caers_subset_golden.csv.gz")
		cells := cellsOf(rs)
		pairs, _ := tableOf(t, cells).Judge(disproportion.Default())
		var plain agreement
		for i, r := range rs {
			plain.ratios(t, r, pairs[i])
		}
		plain.report(t, exact)
		fit := disproportion.FitPrior(caersCells(t), disproportion.DefaultFit())
		priors(t, rs, "", rows(t, golden+"caers_hyper.csv")[0], fit)
	})
}

// openEBGM's own printed figures for the same pairs (its vignettes 2 and 4), by the
// prior it prints. Its search for a quantile stops within a hundredth.
func TestAgreesWithOpenEBGM(t *testing.T) {
	prior := disproportion.Prior{Shape1: 3.25379356, Rate1: 0.39988854, Shape2: 2.02612692, Rate2: 1.90807970, Share: 0.06534557}
	for _, c := range []struct {
		n                int
		expected, qn     float64
		ebgm, eb05, eb95 float64
	}{
		{1, 0.0360548272, 0.2819737, 2.23, 0.49, 13.85},
		{1, 0.0038736591, 0.3409653, 2.58, 0.52, 15.78},
		{1, 0.0002979738, 0.3482317, 2.63, 0.52, 16.02},
		{16, 0.40643623, math.NaN(), 23.26, 15.68, 33.48},
		{19, 0.89690107, math.NaN(), 16.78, 11.65, 23.55},
		{6, 0.07866508, math.NaN(), 18.28, 10.16, 30.83},
		{8, 0.30482718, math.NaN(), 15.25, 9.00, 24.52},
		{11, 0.56317044, math.NaN(), 14.28, 8.98, 21.78},
	} {
		post := prior.Posterior(c.n, c.expected)
		for _, pair := range [][3]float64{
			{post.GeometricMean(), c.ebgm, 0.005}, {post.Quantile(0.05), c.eb05, 0.01}, {post.Quantile(0.95), c.eb95, 0.01}, {post.Q, c.qn, 5e-7},
		} {
			if math.Abs(pair[0]-pair[1]) > pair[2]*1.01 {
				t.Errorf("%d of %v: %v, want %v", c.n, c.expected, pair[0], pair[1])
			}
		}
	}
	// The summary of all 17,189 pairs.
	var qn []float64
	over := 0
	for _, c := range caersCells(t) {
		post := prior.Posterior(c.A, c.Expected)
		qn = append(qn, post.Q)
		if math.Round(100*post.Quantile(0.05)) >= 200 { // it prints, and counts, two decimals
			over++
		}
	}
	slices.Sort(qn)
	if math.Abs(qn[0]-0.0001205) > 5e-8 || math.Abs(qn[len(qn)/2]-0.3089649) > 5e-8 || math.Abs(qn[len(qn)-1]-0.9999997) > 5e-8 || over != 131 {
		t.Errorf("least, median and largest Qn %v, %v, %v and %d pairs of EB05 ≥ 2; want 0.0001205, 0.3089649, 0.9999997 and 131",
			qn[0], qn[len(qn)/2], qn[len(qn)-1], over)
	}
}
