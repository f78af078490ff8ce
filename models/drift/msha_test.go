package drift_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"psims/models/classify"
	"psims/models/drift"
	"psims/models/label"
)

func table(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open("../../../shared/data/" + path)
	if err != nil {
		t.Skipf("the public file %s is not on this machine", path)
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

// TestRealYear watches the mine accidents of 2012, in windows of four weeks, by a
// model of 2010 whose predictions on 2011 are the reference; and the same windows
// with comments of hospital patients in place of some narratives.
func TestRealYear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	type accident struct {
		week              int32
		text, label, mine string
	}
	var years [3][]accident
	for _, r := range table(t, "msha/msha_2010_2012.csv.gz")[1:] {
		day, err := time.Parse(time.DateOnly, r[1])
		if err != nil || r[3] == "" || r[6] == "" {
			continue
		}
		years[day.Year()-2010] = append(years[day.Year()-2010], accident{int32(day.Unix() / 86400 / 7), r[6], r[3], r[5]})
	}
	column := func(from []accident, of func(accident) string) []string {
		out := make([]string, len(from))
		for i, a := range from {
			out[i] = of(a)
		}
		return out
	}
	text, name := func(a accident) string { return a.text }, func(a accident) string { return a.label }
	model, err := classify.Default().Train(context.Background(), column(years[0], text), label.Single(column(years[0], name)))
	if err != nil {
		t.Fatal(err)
	}
	rows := func(from []accident) []drift.Row {
		truth := label.Single(column(from, name)).Conform(model.Names())
		out := make([]drift.Row, len(from))
		for i, p := range model.Predict(nil, column(from, text)) {
			out[i] = drift.Row{Text: from[i].text, Organisation: from[i].mine, Block: from[i].week, Class: p.Class, Confidence: p.P, Abstained: p.Abstained, Truth: truth.Class(i)}
		}
		return out
	}
	r := drift.NewReference(model.Names())
	for _, a := range years[0] { // learnt from: words only
		r.Add(drift.Row{Text: a.text, Organisation: a.mine, Block: a.week, Class: -1, Truth: -1})
	}
	for _, row := range rows(years[1]) {
		r.Add(row)
	}
	var windows [13][]drift.Row
	for _, row := range rows(years[2]) {
		at := int(row.Block-int32(time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC).Unix()/86400/7)) / 4
		windows[max(0, min(12, at))] = append(windows[max(0, min(12, at))], row)
	}
	var comments []accident
	for _, row := range table(t, "pxtextmining/v6framework_230831.csv.gz")[1:] {
		if long := longest(row); len(long) > 60 {
			comments = append(comments, accident{text: long, mine: "trust"})
		}
	}
	off, inside := 0.0, 0
	counts := map[drift.Status]int{}
	for at, window := range windows {
		got := report(t, r, window)
		e := got.Estimate
		counts[got.Status]++
		off += math.Abs(e.Accuracy-e.Agreement) / float64(len(windows))
		if e.Interval[0] <= e.Agreement && e.Agreement <= e.Interval[1] {
			inside++
		}
		t.Logf("window %2d, %d texts: %v; estimated accuracy %.3f (%.3f to %.3f), by mean %.3f, people say %.3f", at, got.Texts, got.Status, e.Accuracy, e.Interval[0], e.Interval[1], e.ByMean, e.Agreement)
		for _, m := range got.Measures {
			if m.Status >= drift.Watch {
				t.Logf("    %v", m)
			}
		}
	}
	t.Logf("windows by status: %v; estimate off by %.4f in the mean, interval holds what people say in %d of %d", counts, off, inside, len(windows))
	if counts[drift.Changed] > 4 || off > .03 {
		t.Errorf("%d of 13 ordinary windows changed, estimate off by %.3f", counts[drift.Changed], off)
	}
	for _, part := range []int{50, 20, 10, 5} {
		seen := 0
		for at, window := range windows {
			mixed := append([]drift.Row(nil), window...)
			for i := at; i < len(mixed); i += part {
				mixed[i] = rows(comments[(i*7)%len(comments):][:1])[0]
				mixed[i].Truth = -1
			}
			if report(t, r, mixed).Status == drift.Changed {
				seen++
			}
		}
		t.Logf("with comments of patients as 1 in %d texts: %d of %d windows changed", part, seen, len(windows))
		if part == 5 && seen < 12 {
			t.Errorf("other texts as a fifth of the window are seen in %d of %d windows", seen, len(windows))
		}
	}
}

// longest gives the longest cell, which is the comment.
func longest(row []string) string {
	out := ""
	for _, cell := range row {
		if len(cell) > len(out) {
			out = cell
		}
	}
	return strings.TrimSpace(out)
}
