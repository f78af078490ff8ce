package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

const codedMapping = "[fields]\nincident_id = \"id\"\nreported_date = \"day\"\norganisation = \"org\"\ndescription = \"text\"\ncategory = \"type\"\n"

// TestLabelFiles labels plain files with the champion, beside and without the warehouse.
func TestLabelFiles(t *testing.T) {
	home := t.TempDir()
	write(t, home+"/psims.toml", "[train]\nmin_events = 100\n")
	mapping := write(t, home+"/m.toml", codedMapping)
	must(t, home, "load", "--mapping", mapping, write(t, home+"/train.csv", codedCSV(1200, 1, false)))
	unseen := write(t, home+"/unseen.csv", codedCSV(700, 2, false)+"E700,2026-01-02,Z01,\"\",Falls\n")

	if code, _, talk := psims(t, home, "label", "--mapping", mapping, "--out", home+"/none.csv", unseen); code != exitFailed || !strings.Contains(talk, "run train first") {
		t.Errorf("without a champion: exit code %d, %q", code, talk)
	}
	must(t, home, "train")
	said := must(t, home, "label", "--mapping", mapping, "--out", home+"/labels.csv", unseen)
	if !strings.HasPrefix(said, "700 rows labelled by ") || !strings.Contains(said, "1 rejected") {
		t.Errorf("it said %q", said)
	}
	right := 0
	rows := readCSV(t, home+"/labels.csv")
	for _, r := range rows {
		if r["predicted"] == r["target"] {
			right++
		}
	}
	if len(rows) != 700 || right < 630 {
		t.Errorf("%d of %d labels are right where the words tell", right, len(rows))
	}
	first, err := os.ReadFile(home + "/labels.csv")
	if err != nil {
		t.Fatal(err)
	}
	must(t, home, "label", "--mapping", mapping, "--out", home+"/labels.csv", unseen)
	if again, err := os.ReadFile(home + "/labels.csv"); err != nil || !bytes.Equal(first, again) {
		t.Errorf("labelling again gave other bytes (%v)", err)
	}
}
