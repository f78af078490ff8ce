package outbreak_test

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"psims/analytics/outbreak"
	"psims/analytics/signal"
)

const golden = "../../../shared/golden"

// table reads a CSV, gzipped or not, as one map a row. It skips the test when
// there is none: the whole reference outputs are not in the repository.
func table(t testing.TB, path string) []map[string]string {
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
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]map[string]string, 0, len(rows))
	for _, row := range rows[1:] {
		m := make(map[string]string, len(row))
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// number reads R's numbers; NA, and what lies outside the range of floats, is NaN.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// counts reads series, oldest week first.
func counts(t testing.TB, path string) (ids []string, y map[string][]float64) {
	t.Helper()
	y = map[string][]float64{}
	for _, r := range table(t, path) {
		if y[r["series"]] == nil {
			ids = append(ids, r["series"])
		}
		y[r["series"]] = append(y[r["series"]], number(r["observed"]))
	}
	return ids, y
}

func flexible(change func(f *outbreak.Flexible)) outbreak.Flexible {
	f := outbreak.DefaultFlexible()
	change(&f)
	return f
}

// farringtonSettings are those of the reference outputs.
var farringtonSettings = map[string]outbreak.Detector{
	"nb01":    outbreak.DefaultFlexible(),
	"nb005":   flexible(func(f *outbreak.Flexible) { f.Alpha = 0.005 }),
	"delta01": flexible(func(f *outbreak.Flexible) { f.Threshold = outbreak.Delta }),
	"muan01":  flexible(func(f *outbreak.Flexible) { f.Threshold = outbreak.Muan }),
	"np1_pT05_nb01": flexible(func(f *outbreak.Flexible) {
		f.Periods, f.TrendP = 1, 0.05
	}),
	"pkgdefault_delta05": flexible(func(f *outbreak.Flexible) {
		f.Periods, f.TrendP, f.NotIncluded, f.Alpha, f.Threshold = 1, 0.05, 3, 0.05, outbreak.Delta
	}),
	"b3w2np5_nb01": flexible(func(f *outbreak.Flexible) {
		f.Years, f.HalfWindow, f.Periods, f.TrendP = 3, 2, 5, 0.05
	}),
	"b3w2np5_muan01": flexible(func(f *outbreak.Flexible) {
		f.Years, f.HalfWindow, f.Periods, f.TrendP, f.Threshold = 3, 2, 5, 0.05, outbreak.Muan
	}),
	"norw_notrend_nb01":    flexible(func(f *outbreak.Flexible) { f.WeightsThreshold, f.TrendP = math.Inf(1), 0 }),
	"b1np1_past26_nb01":    flexible(func(f *outbreak.Flexible) { f.Years, f.Periods = 1, 1 }),
	"b1np1_past26_muan01":  flexible(func(f *outbreak.Flexible) { f.Years, f.Periods, f.Threshold = 1, 1, outbreak.Muan }),
	"b1np1_past26_delta01": flexible(func(f *outbreak.Flexible) { f.Years, f.Periods, f.Threshold = 1, 1, outbreak.Delta }),
	"b1np1_past4_nb01":     flexible(func(f *outbreak.Flexible) { f.Years, f.Periods, f.NotIncluded = 1, 1, 4 }),
	"b1np1_past4_muan01": flexible(func(f *outbreak.Flexible) {
		f.Years, f.Periods, f.NotIncluded, f.Threshold = 1, 1, 4, outbreak.Muan
	}),
	"b1np5_past4_nb01": flexible(func(f *outbreak.Flexible) { f.Years, f.Periods, f.NotIncluded = 1, 5, 4 }),
}

// otherSettings are those of the other methods; R's CUSUM has no reset.
var otherSettings = map[string]outbreak.Detector{
	"ears_C1_a001":    outbreak.EARS{Variant: 1, Alpha: 0.001},
	"ears_C1_a01":     outbreak.EARS{Variant: 1, Alpha: 0.01},
	"ears_C2_a001":    outbreak.EARS{Variant: 2, Alpha: 0.001},
	"ears_C2_a01":     outbreak.EARS{Variant: 2, Alpha: 0.01},
	"ears_C3_a025":    outbreak.EARS{Variant: 3, Alpha: 0.025},
	"ears_C3_a01":     outbreak.EARS{Variant: 3, Alpha: 0.01},
	"bayes1_b0w6":     outbreak.Bayes{HalfWindow: 6, Alpha: 0.01},
	"bayes2_b1w6":     outbreak.Bayes{Years: 1, HalfWindow: 6, Alpha: 0.01},
	"cusum_rossi":     outbreak.CUSUM{K: 1.04, H: 2.26},
	"cusum_rossi_glm": outbreak.CUSUM{K: 1.04, H: 2.26, Seasonal: true},
}

// agreement is how far one setting lies from the reference.
type agreement struct {
	rows, alarms, missing int
	worst                 map[string]float64
}

// tiny is the size below which a difference is not taken relative to the value:
// a score on the expected count is 0 up to rounding.
const tiny = 1e-6

func (a *agreement) add(name string, want, got float64) {
	switch {
	case math.IsNaN(want):
		return
	case math.IsNaN(got):
		a.missing++
		return
	}
	if d := math.Abs(got-want) / max(math.Abs(want), tiny); d > a.worst[name] {
		a.worst[name] = d
	}
}

// tolerance of every number; the references have 14 digits.
const tolerance = 1e-6

// compare judges the series by the settings and holds the weeks against R's rows.
func compare(t *testing.T, y map[string][]float64, rows []map[string]string, settings map[string]outbreak.Detector, from int) {
	t.Helper()
	type key struct{ series, config string }
	judged, all := map[key][]outbreak.Week{}, map[string]*agreement{}
	for _, r := range rows {
		name := r["config"] + r["method"]
		d, ok := settings[name]
		if !ok {
			continue
		}
		k := key{r["series"], name}
		if judged[k] == nil {
			judged[k] = d.Weeks(y[k.series], from)
		}
		a := all[name]
		if a == nil {
			a = &agreement{worst: map[string]float64{}}
			all[name] = a
		}
		week, err := strconv.Atoi(r["week"])
		if err != nil {
			t.Fatal(err)
		}
		w := judged[k][week-1-from]
		a.rows++
		if (r["alarm"] == "1") != (w.Status == signal.Raised) {
			a.alarms++
		}
		// Beyond such a mean R's limit is rounding; its own alarm can't be raised.
		if number(r["mu0_quantile"]) > 1e12 {
			continue
		}
		// Without a single event the CUSUM has no scale: R's limit of 0 is not one.
		if name == "cusum_rossi" && r["alarm"] == "NA" {
			continue
		}
		expected := r["mu"]
		if expected == "" {
			expected = r["expected"]
		}
		a.add("expected", number(expected), w.Expected)
		a.add("phi", number(r["phi"]), w.Phi)
		a.add("lower", number(r["lower"]), w.Lower)
		a.add("upper", number(r["upper"]), w.Upper)
		a.add("score", number(r["score"]), w.Score)
		a.add("p_value", number(r["pvalue"]), w.P)
	}
	report(t, all)
}

func report(t *testing.T, all map[string]*agreement) {
	t.Helper()
	columns := []string{"expected", "phi", "lower", "upper", "score", "p_value"}
	t.Logf("%-22s %5s %6s %7s  largest relative difference of %s", "configuration", "rows", "alarms", "missing", strings.Join(columns, ", "))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		a := all[name]
		var worst strings.Builder
		for _, c := range columns {
			fmt.Fprintf(&worst, " %7.1e", a.worst[c])
			if a.worst[c] > tolerance {
				t.Errorf("%s: %s differs by %.1e", name, c, a.worst[c])
			}
		}
		t.Logf("%-22s %5d %6d %7d %s", name, a.rows, a.alarms, a.missing, worst.String())
		if a.alarms > 0 || a.missing > 0 {
			t.Errorf("%s: %d alarms differ, %d numbers are missing", name, a.alarms, a.missing)
		}
	}
	if len(all) == 0 {
		t.Error("no row was compared")
	}
}

func TestAgreesWithR(t *testing.T) {
	_, y := counts(t, "testdata/series.csv")
	compare(t, y, table(t, "testdata/farrington.csv"), farringtonSettings, 0)
	compare(t, y, table(t, "testdata/others.csv"), otherSettings, 58)
}

func TestAgreesWithAllOfR(t *testing.T) {
	t.Run("long series", func(t *testing.T) {
		_, y := counts(t, golden+"/farrington/series.csv.gz")
		compare(t, y, table(t, golden+"/farrington/ff_outputs.csv.gz"), farringtonSettings, 0)
	})
	t.Run("short series", func(t *testing.T) {
		_, y := counts(t, golden+"/nhs_short/series.csv.gz")
		compare(t, y, table(t, golden+"/nhs_short/ff_outputs.csv.gz"), farringtonSettings, 0)
	})
	t.Run("other methods", func(t *testing.T) {
		_, y := counts(t, golden+"/nhs_short/series.csv.gz")
		compare(t, y, table(t, golden+"/nhs_short/other_outputs.csv.gz"), otherSettings, 58)
	})
}

// The surveillance package's own test values for its two threshold functions.
func TestThresholdKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		f    outbreak.Flexible
		mean float64
		se   float64
		phi  float64
		y    float64
		want [4]float64 // lower, upper, p, score
	}{
		{"delta, no transformation", outbreak.Flexible{Threshold: outbreak.Delta, Power: outbreak.None}, 5, 0.2 / 5, 1, 8, [4]float64{1.3073128, 8.6926872, 0.0907246, 0.8124165}},
		{"delta, square root", outbreak.Flexible{Threshold: outbreak.Delta, Power: outbreak.Half}, 5, 0.2 / 5, 1, 8, [4]float64{1.9891097, 9.3744842, 0.1189986, 0.6857951}},
		{"delta, two thirds", outbreak.Flexible{Threshold: outbreak.Delta, Power: outbreak.TwoThirds}, 5, 0.2 / 5, 1, 8, [4]float64{1.8084477, 9.1154825, 0.1094727, 0.7289546}},
		{"muan", outbreak.Flexible{Threshold: outbreak.Muan}, 5, math.Log(2), 1.5, 11, [4]float64{8, 24, 0.8597797, 0.4193982}},
		{"muan, Poisson", outbreak.Flexible{Threshold: outbreak.Muan}, 5, math.Log(2), 1, 11, [4]float64{9, 22, 0.9093099, 0.4605347}},
		{"nb plugin", outbreak.Flexible{Threshold: outbreak.NBPlugin}, 5, math.Log(2), 1.5, 11, [4]float64{1, 10, 0.03763657, 1.11918153}},
		{"nb plugin, Poisson", outbreak.Flexible{Threshold: outbreak.NBPlugin}, 5, math.Log(2), 1, 11, [4]float64{2, 9, 0.01369527, 1.27061541}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.Alpha = 0.05
			w := outbreak.Week{Observed: c.y, Expected: c.mean, Phi: c.phi}
			outbreak.Limit(c.f, &w, math.Log(c.mean), c.se)
			for i, got := range [4]float64{w.Lower, w.Upper, w.P, w.Score} {
				if math.Abs(got-c.want[i]) > 1e-6 {
					t.Errorf("%v, want %v", [4]float64{w.Lower, w.Upper, w.P, w.Score}, c.want)
					break
				}
			}
		})
	}
}
