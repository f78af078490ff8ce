package knownrisk_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"psims/analytics/knownrisk"
)

// shared gives one column of a gzipped CSV file that is no part of the repository.
func shared(t testing.TB, path, column string) []string {
	t.Helper()
	f, err := os.Open("../../../shared/" + path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("The shared data are not beside this checkout.")
	}
	if err != nil {
		t.Fatal(err)
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
	at := slices.Index(rows[0], column)
	if at < 0 {
		t.Fatalf("%s has no column %q", path, column)
	}
	var out []string
	for _, row := range rows[1:] {
		out = append(out, row[at])
	}
	return out
}

const (
	comments = "data/pxtextmining/v6framework_230831.csv.gz"
	miners   = "data/msha/msha_2010_2012.csv.gz"
)

// TestOrdinaryTexts counts hits where there is next to nothing to find: comments
// of patients and carers on their care, and accidents in mines. The bound is what
// a reader could put up with.
func TestOrdinaryTexts(t *testing.T) {
	list := knownrisk.Default()
	w := watch(t, list, knownrisk.DefaultConfig())
	for _, c := range []struct {
		name, path, column string
		most               float64 // hits per 10,000
	}{
		{"comments of patients", comments, "FFT answer", 12},
		{"mine accidents", miners, "narrative", 240},
	} {
		t.Run(c.name, func(t *testing.T) {
			texts := shared(t, c.path, c.column)
			byRisk, hits, likely, hit := make([]int, len(list.Risks)), 0, 0, 0
			var dst []knownrisk.Hit
			for _, s := range texts {
				dst = w.Match(dst[:0], s)
				if len(dst) > 0 {
					hit++
				}
				for _, h := range dst {
					byRisk[h.Risk]++
					hits++
					if h.Likely {
						likely++
					}
					if testing.Verbose() {
						t.Logf("%s %.2f %q %s: %.400s", list.Risks[h.Risk].ID, h.Score, h.Pattern, words(h, s), s)
					}
				}
			}
			rate := 1e4 * float64(hit) / float64(len(texts))
			t.Logf("%d of %d texts hit, %.1f per 10,000; %d hits, %d by likeness; by risk %v", hit, len(texts), rate, hits, likely, byRisk)
			if rate > c.most {
				t.Errorf("%.1f texts per 10,000 are hit: more than %.0f", rate, c.most)
			}
		})
	}
}

// TestOfCare: reports of patients' care speak of it often, those of other work next to never.
func TestOfCare(t *testing.T) {
	share := func(texts []string) float64 {
		n := 0
		for _, s := range texts {
			if knownrisk.OfCare(s) {
				n++
			}
		}
		return float64(n) / float64(len(texts))
	}
	var care []string
	for _, file := range []string{"first", "second", "further", "more"} {
		for _, l := range readLines(t, "narratives/"+file+".jsonl") {
			care = append(care, l.Text)
		}
	}
	in, out := share(care), share(shared(t, miners, "narrative"))
	t.Logf("%.1f %% of reports of care speak of it, and %.2f %% of mine accidents", 100*in, 100*out)
	if in < 0.3 || out > 0.005 {
		t.Errorf("%.3f and %.3f: want 0.3 or more and 0.005 or less", in, out)
	}
}

func words(h knownrisk.Hit, s string) string {
	var out []string
	for _, r := range h.Reasons {
		out = append(out, r.Span.In(s))
	}
	return "[" + strings.Join(out, "] [") + "]"
}

func BenchmarkMatch(b *testing.B) {
	texts := shared(b, miners, "narrative")
	w := watch(b, knownrisk.Default(), knownrisk.DefaultConfig())
	var dst []knownrisk.Hit
	for _, s := range texts { // fill the memory of spellings
		dst = w.Match(dst[:0], s)
	}
	b.ReportAllocs()
	b.ResetTimer()
	n, before := 0, busy(b)
	for b.Loop() {
		for _, s := range texts {
			dst = w.Match(dst[:0], s)
		}
		n += len(texts)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "narratives/s")
	b.ReportMetric(float64(n)/(busy(b)-before), "narratives/cpu-s")
}

// busy gives the seconds that the processors have worked for this program, which
// other programs on the machine don't lengthen.
func busy(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
