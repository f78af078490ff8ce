package ordinal_test

import (
	"compress/bzip2"
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/synth"
	"psims/models/label"
)

// split is narratives with an ordered grade each, cut into those to learn from and
// those to judge on.
type split struct {
	texts, later []string
	y, truth     *label.Table
}

var harms = []string{"none", "low", "moderate", "severe", "fatal"}

// invented writes the invented extracts and reads them back: the first version of
// each graded record, those of the last quarter of the days to judge on.
func invented(tb testing.TB, events int, seed uint64) split {
	tb.Helper()
	dir := tb.TempDir()
	c := synth.Default()
	c.Events, c.Seed = events, seed
	summary, err := synth.Write(context.Background(), dir, c)
	if err != nil {
		tb.Fatal(err)
	}
	type report struct {
		day   incident.Day
		text  string
		grade incident.Harm
	}
	var all []report
	seen := map[string]bool{}
	for _, f := range summary.Files {
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
			if r.Raw == nil || !r.Raw.Harm.Graded() || seen[r.Raw.ID] {
				continue
			}
			seen[r.Raw.ID] = true
			e := r.Raw.Release(func(s string) string { return s }) // invented, so nothing to take out
			all = append(all, report{e.Submitted, e.Texts[incident.Description], e.Harm})
		}
		if err := src.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	slices.SortStableFunc(all, func(a, b report) int { return int(a.day - b.day) })
	var out split
	var classes, later []int32
	for i, r := range all {
		if i < len(all)*3/4 {
			out.texts, classes = append(out.texts, r.text), append(classes, int32(r.grade-incident.NoHarm))
		} else {
			out.later, later = append(out.later, r.text), append(later, int32(r.grade-incident.NoHarm))
		}
	}
	out.y, out.truth = label.Of(harms, classes), label.Of(harms, later)
	return out
}

// cut puts a random part of graded texts aside to judge on.
func cut(texts []string, classes []int32, names []string, parts int, seed uint64) split {
	var out split
	var learnt, judged []int32
	for place, i := range rand.New(rand.NewPCG(seed, 9)).Perm(len(texts)) {
		if place < len(texts)/parts {
			out.later, judged = append(out.later, texts[i]), append(judged, classes[i])
		} else {
			out.texts, learnt = append(out.texts, texts[i]), append(learnt, classes[i])
		}
	}
	out.y, out.truth = label.Of(names, learnt), label.Of(names, judged)
	return out
}

// public opens a public file, if it is there; the test is skipped if not.
func public(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open("../../../shared/data/" + path)
	if err != nil {
		tb.Skipf("the public file %s is not on this machine", path)
	}
	tb.Cleanup(func() { f.Close() }) // read only
	if strings.HasSuffix(path, ".bz2") {
		return bzip2.NewReader(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// rowsOf reads a delimited file by the names of its columns.
func rowsOf(tb testing.TB, r io.Reader, comma rune, columns ...string) [][]string {
	tb.Helper()
	c := csv.NewReader(r)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord = comma, true, -1
	all, err := c.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	places := make([]int, len(columns))
	for j, name := range columns {
		if places[j] = slices.Index(all[0], name); places[j] < 0 {
			tb.Fatalf("no column %q", name)
		}
	}
	var out [][]string
	for _, row := range all[1:] {
		if len(row) != len(all[0]) {
			continue
		}
		picked := make([]string, len(columns))
		for j, at := range places {
			picked[j] = row[at]
		}
		out = append(out, picked)
	}
	return out
}

// feedback reads distinct comments of NHS patients with how critical a person
// found each, from 1 (very positive) to 5 (very negative).
func feedback(tb testing.TB) (texts []string, classes []int32, names []string) {
	tb.Helper()
	seen := map[string]bool{}
	for _, r := range rowsOf(tb, public(tb, "pxtextmining/v6framework_230831.csv.gz"), ',', "FFT answer", "Comment sentiment") {
		form := strings.ToLower(strings.TrimSpace(r[0]))
		if seen[form] || form == "" || len(r[1]) != 1 || r[1] < "1" || r[1] > "5" {
			continue
		}
		seen[form] = true
		texts, classes = append(texts, r[0]), append(classes, int32(r[1][0]-'1'))
	}
	return texts, classes, []string{"1", "2", "3", "4", "5"}
}

// devices reads device reports graded malfunction, injury or death.
func devices(tb testing.TB) (texts []string, classes []int32, names []string) {
	tb.Helper()
	names = []string{"malfunction", "injury", "death"}
	for _, r := range rowsOf(tb, public(tb, "maude/maude_random_1000.tsv.bz2"), '\t', "foi_text", "EVENT_TYPE") {
		if c := slices.Index([]string{"M", "IN", "D"}, r[1]); c >= 0 && r[0] != "" {
			texts, classes = append(texts, r[0]), append(classes, int32(c))
		}
	}
	return texts, classes, names
}
