package knownrisk_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/synth"
)

// told is one invented report, with the Never Event that it tells of, "" for none.
type told struct{ id, text, never string }

// invented gives the narratives of an invented extract of 30,000 events.
func invented(t testing.TB, seed uint64) []told {
	t.Helper()
	dir := t.TempDir()
	cfg := synth.Default()
	cfg.Seed = seed
	if _, err := synth.Write(context.Background(), dir, cfg); err != nil {
		t.Fatal(err)
	}
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	never := map[string]string{}
	for _, n := range truth.NeverEvents {
		never[n.ID] = n.Type
	}
	var out []told
	add := func(id, text string) { out = append(out, told{id, text, never[id]}) }
	for _, f := range truth.Files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.HasPrefix(f.Name, "nrls-"):
			r := csv.NewReader(strings.NewReader(string(b)))
			r.FieldsPerRecord = -1
			rows, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows[1:] {
				for i, head := range rows[0][:min(len(row), len(rows[0]))] {
					if head == "IN07 Description of what happened" {
						add(row[0], row[i])
					}
				}
			}
		case strings.HasSuffix(f.Name, ".ndjson"):
			for line := range strings.Lines(string(b)) {
				if id, text, ok := description(line); ok {
					add(id, text)
				}
			}
		}
	}
	return out
}

// description finds the id and the description in a line of an LFPSE extract.
func description(line string) (id, text string, ok bool) {
	_, rest, ok := strings.Cut(line, `{"url":"Description","valueString":`)
	if !ok || json.NewDecoder(strings.NewReader(rest)).Decode(&text) != nil {
		return "", "", false
	}
	_, rest, _ = strings.Cut(line, `"id":`)
	return id, text, json.NewDecoder(strings.NewReader(rest)).Decode(&id) == nil
}
