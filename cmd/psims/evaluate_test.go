package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// codedCSV gives invented narratives whose words tell their label; with several,
// every fifth has two.
func codedCSV(n int, seed uint64, several bool) string {
	rng := rand.New(rand.NewPCG(seed, 1))
	own := map[string][]string{
		"Falls":      {"slipped", "floor", "bed", "walking", "stairs"},
		"Medication": {"dose", "tablet", "insulin", "chart", "syringe"},
		"Documents":  {"letter", "notes", "record", "label", "form"},
	}
	names := []string{"Falls", "Medication", "Documents"}
	var b strings.Builder
	b.WriteString("id,day,org,text,type\n")
	for i := range n {
		k := rng.IntN(3)
		var s []string
		add := func(k int) {
			for range 3 {
				s = append(s, own[names[k]][rng.IntN(5)])
			}
		}
		add(k)
		label := names[k]
		if several && i%5 == 0 {
			add((k + 1) % 3)
			label += "|" + names[(k+1)%3]
		}
		for range 4 {
			s = append(s, words[rng.IntN(3)])
		}
		fmt.Fprintf(&b, "E%d,2026-01-%02d,Z01,%s,%s\n", i, 1+i%28, strings.Join(s, " "), label)
	}
	return b.String()
}

func TestEvaluateClassify(t *testing.T) {
	for _, c := range []struct {
		name, mapping string
		several       bool
		measure       string
	}{
		{"one label", "", false, "accuracy"},
		{"several labels", "[multi.category]\nseparator = \"|\"\n", true, "micro_f1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			mapping := write(t, dir+"/m.toml", codedMapping+c.mapping)
			train := write(t, dir+"/train.csv", codedCSV(300, 1, c.several))
			test := write(t, dir+"/test.csv", codedCSV(100, 2, c.several))
			must(t, dir, "evaluate", "classify", "--train", train, "--test", test, "--mapping", mapping, "--out", dir+"/out", "--model", "words")
			var m map[string]any
			text, err := os.ReadFile(dir + "/out/metrics.json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &m); err != nil {
				t.Fatal(err)
			}
			for _, key := range []string{"n_train", "n_test", "macro_f1", "micro_f1", "weighted_f1", "train_seconds", "predict_docs_per_second", "peak_rss_mb", "classes", c.measure} {
				if _, there := m[key]; !there {
					t.Errorf("metrics.json has no %s", key)
				}
			}
			if got := m[c.measure].(float64); got < 0.9 {
				t.Errorf("%s is %.3f on labels that the words tell", c.measure, got)
			}
			rows := readCSV(t, filepath.Join(dir, "out", "predictions.csv"))
			if len(rows) != 100 || rows[0]["incident_id"] != "E0" || rows[0]["predicted"] == "" || rows[0]["probability"] == "" {
				t.Errorf("%d predictions, the first %v", len(rows), rows[0])
			}
		})
	}
}
