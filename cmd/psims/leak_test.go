package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/frame/parquet"
)

// TestNothingIdentifyingIsLeftInTheHome takes in texts with identifiers, in rows that
// are accepted and in rows that are not, runs a whole night and looks for them in every
// file of the home, and in what was said. The extracts themselves are the exception:
// they are as they were sent until run.keep_done_days removes them.
func TestNothingIdentifyingIsLeftInTheHome(t *testing.T) {
	secrets := []string{"Ashgrove", "Gwendoline", "Oyelaran", "999 123 4560", "9991234560", "07700 900123", "07700900123", "ashgrove@example", "12/03/1956", "GMC 7654321", "7654321"}
	text := "Nurse Gwendoline Ashgrove found Mrs Oyelaran (NHS number 999 123 4560, DOB 12/03/1956) on the floor. Son rang from 07700 900123, wrote to g.ashgrove@example.org. Dr Ashgrove, GMC 7654321, informed."
	home := t.TempDir()
	rows := history(30, 30)
	for _, day := range []string{"2025-07-21", "2025-07-22", "2025-07-23", "2025-13-45", "not a day"} { // the last two are turned away
		rows += lfpse("S-"+day, 1, day, text)
	}
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), rows)
	// A file of broken lines that hold the same, and one that can't be read at all.
	mapping := write(t, filepath.Join(home, "m.toml"), codedMapping)
	write(t, filepath.Join(home, "psims.toml"), "[load]\nmapping = \""+mapping+"\"\nwarn_rejected_share = 0.9\n")
	write(t, filepath.Join(home, "inbox", "trust.csv"), "id,day,org,text,type\nE1,2025-07-21,Z01,"+strings.ReplaceAll(text, ",", ";")+",Falls\nE2,soon,Z01,"+strings.ReplaceAll(text, ",", ";")+",Falls\n,2025-07-21,Z01,"+strings.ReplaceAll(text, ",", ";")+",Falls\n")
	code, out, talk := psims(t, home, "run")
	if code != exitDone && code != exitWarnings {
		t.Fatalf("the run ended with %d: %s", code, talk)
	}
	_, badOut, badTalk := psims(t, home, "load", write(t, filepath.Join(t.TempDir(), "broken.ndjson"), `{"resourceType":"AdverseEvent","text":"`+text+`"`+"\n"))
	leaks := func(where string, content []byte) {
		for _, s := range secrets {
			if bytes.Contains(bytes.ToLower(content), bytes.ToLower([]byte(s))) {
				t.Errorf("%s holds %q", where, s)
			}
		}
	}
	leaks("what was said", []byte(out+talk+badOut+badTalk))
	files, tables, marked := 0, 0, 0
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(home, path) // both lie in home
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(rel, "inbox") {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		leaks(rel, content)
		if filepath.Ext(path) != ".parquet" {
			return nil
		}
		// Columns are packed: their words are looked at one by one.
		f, err := parquet.Read(rel, path)
		if err != nil {
			return nil // a load's own table, which holds other kinds of column
		}
		tables++
		for _, c := range f.Columns {
			values, ok := c.Values.([]string)
			if !ok {
				continue
			}
			for _, v := range values {
				leaks(rel+", column "+c.Name, []byte(v))
				if strings.Contains(v, "[NHS-NUMBER]") {
					marked++
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if marked == 0 {
		t.Error("no text of the run holds a placeholder: the texts were not looked at")
	}
	t.Logf("%d files and %d tables were looked at; %d values hold the placeholder of an NHS number", files, tables, marked)
}
