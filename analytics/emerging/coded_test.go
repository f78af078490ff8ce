package emerging_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"psims/analytics/emerging"
	"psims/datasets/incident"
	"psims/nlp/features"
)

// wordOf are words, as stems, for parts of the body as coders name them.
var wordOf = map[string]string{
	"neck": "NECK", "head": "HEAD,NEC", "chest": "CHEST", "rib": "CHEST", "hip": "HIPS", "groin": "HIPS", "ear": "EAR(S)",
	"knee": "KNEE", "shoulder": "SHOULDERS", "foot": "FOOT(", "forearm": "FOREARM", "face": "FACE,NEC", "cheek": "FACE,NEC",
	"elbow": "ELBOW", "nose": "NOSE", "thigh": "THIGH", "ankl": "ANKLE", "wrist": "WRIST", "toe": "TOE(S)", "hand": "HAND (",
	"finger": "FINGER(S)", "back": "BACK (",
}

// TestFocusOnCodedReports asks how well the focus scan's degree tells reports that
// coders gave to a part of the body from others that mention it, by the area under
// the curve, in the mine accidents of 2010 and 2011.
func TestFocusOnCodedReports(t *testing.T) {
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		t.Skip("the mine accidents are not there")
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
	s := &emerging.Stream{}
	var texts, codes []string
	for _, r := range rows[1:] { // in order of day
		if day, err := incident.ParseDay(r[1]); err == nil && r[1] < "2012" {
			s.Day, s.Organisation = append(s.Day, day), append(s.Organisation, 0)
			codes, texts = append(codes, r[3]), append(texts, r[6])
		}
	}
	terms, counts, err := features.Count(context.Background(), texts, features.DefaultCount())
	if err != nil {
		t.Fatal(err)
	}
	s.Terms = counts
	if s.Order, err = terms.Order(context.Background(), texts); err != nil {
		t.Fatal(err)
	}
	id := map[string]int32{}
	for j := range int32(terms.Len()) {
		before, last := terms.Parts(j)
		s.Parts = append(s.Parts, [2]int32{before, last})
		id[terms.Name(j)] = j
	}
	se, err := emerging.NewSearcher(s, emerging.Default())
	if err != nil {
		t.Fatal(err)
	}
	mean := 0.0
	for _, word := range slices.Sorted(maps.Keys(wordOf)) {
		in, about := se.AboutOf(id[word], s.Day[len(s.Day)-1])
		var coded, others []float64
		for k, i := range in {
			if strings.HasPrefix(codes[i], wordOf[word]) {
				coded = append(coded, about[k])
			} else {
				others = append(others, about[k])
			}
		}
		a := areaUnderCurve(coded, others)
		t.Logf("%-9s %4d of %4d reports are coded so: %.3f", word, len(coded), len(in), a)
		mean += a / float64(len(wordOf))
	}
	t.Logf("mean %.3f", mean)
	if mean < 0.72 {
		t.Errorf("the mean area under the curve is %.3f", mean)
	}
}

// areaUnderCurve gives the chance that one of a is higher than one of b.
func areaUnderCurve(a, b []float64) float64 {
	sum := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				sum++
			case x == y:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(a)*len(b))
}
