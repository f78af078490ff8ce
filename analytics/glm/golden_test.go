package glm_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"psims/analytics/glm"
)

// trace is one Farrington regression as R took it.
type trace struct {
	Series    string    `json:"series"`
	Week      int32     `json:"week"`
	Trend     bool      `json:"trend_used"`
	Time      []int32   `json:"wtime"`
	Group     []int     `json:"seasgroup"`
	Y         []float64 `json:"response"`
	Fitted    []float64 `json:"pass1_fitted"`
	Hat       []float64 `json:"pass1_hat"`
	Phi       float64   `json:"pass1_phi"`
	Anscombe  []float64 `json:"anscombe"`
	Weight    []float64 `json:"weights"`
	Refitted  []float64 `json:"final_fitted"`
	Refit     float64   `json:"final_phi"`
	PredictAt float64   `json:"eta"`
}

func traces(t *testing.T, path string) (out []trace) {
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
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAgreesWithGLMFit(t *testing.T) { agree(t, traces(t, "testdata/trace.json")) }

func TestAgreesWithAllOfGLMFit(t *testing.T) {
	agree(t, traces(t, "../../../shared/golden/farrington/ff_traces.json.gz"))
}

// agree repeats both passes of each regression, once by Factor and once by Workspace.
func agree(t *testing.T, all []trace) {
	t.Helper()
	worst := map[string]float64{}
	note := func(name string, got, want float64) {
		worst[name] = max(worst[name], math.Abs(got-want)/max(math.Abs(want), 1e-6))
	}
	for _, r := range all {
		groups, group := 0, make([]uint8, len(r.Group))
		for i, g := range r.Group {
			group[i] = uint8(g - 1)
			groups = max(groups, g)
		}
		var f glm.Factor
		f.Load(r.Y, group, r.Time, groups)
		first := f.Fit(nil, r.Trend)
		note("dispersion", max(1, first.Dispersion()), r.Phi)
		for i, mu := range f.Mean() {
			note("mean", mu, r.Fitted[i])
			note("leverage", f.Hat(i), r.Hat[i])
		}
		f.Anscombe(max(1, first.Dispersion()), func(i int, squared float64) {
			note("residual", math.Sqrt(squared), r.Anscombe[i])
		})
		second := f.Fit(r.Weight, r.Trend)
		note("dispersion", max(1, second.Dispersion()), r.Refit)
		for i, mu := range f.Mean() {
			note("mean", mu, r.Refitted[i])
		}
		eta, _ := f.Predict(uint8(groups-1), r.Week)
		note("log mean", eta, r.PredictAt)

		var w glm.Workspace
		general := w.Fit(glm.Problem{X: design(r, groups), Y: r.Y, Weight: r.Weight})
		note("general dispersion", max(1, general.Dispersion()), r.Refit)
		for i, mu := range general.Mean {
			note("general mean", mu, r.Refitted[i])
		}
	}
	t.Logf("%d regressions, largest relative differences: %v", len(all), worst)
	for name, d := range worst {
		if !(d < 1e-9) {
			t.Errorf("%s differs by %.1e", name, d)
		}
	}
	if len(all) == 0 {
		t.Error("nothing was compared")
	}
}

func design(r trace, groups int) []float64 {
	cols := groups
	if r.Trend {
		cols++
	}
	x := make([]float64, len(r.Y)*cols)
	for i, g := range r.Group {
		x[i*cols+g-1] = 1
		if r.Trend {
			x[i*cols+groups] = float64(r.Time[i])
		}
	}
	return x
}
