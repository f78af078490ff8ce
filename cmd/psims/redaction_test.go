package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"psims/nlp/redact"
)

// plantedIdentifier is what truth.json says of one identifier.
type plantedIdentifier struct{ ID, Field, Kind, Text string }

// descriptions gives the narrative of every planted event by id, as the invented
// extracts hold it before the gate: of the NDJSON of LFPSE and the CSV of NRLS.
func descriptions(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ndjson, _ := filepath.Glob(filepath.Join(dir, "lfpse-20*.ndjson"))
	for _, path := range ndjson {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<22)
		for lines.Scan() {
			var r struct {
				ID         string
				Identifier struct{ Value string }
				Extension  []struct {
					Extension []struct{ URL, ValueString string }
				}
			}
			if json.Unmarshal(lines.Bytes(), &r) != nil {
				continue // one of the planted bad rows
			}
			for _, e := range r.Extension {
				for _, x := range e.Extension {
					if x.URL == "Description" {
						out[r.Identifier.Value] = x.ValueString
					}
				}
			}
		}
	}
	csvs, _ := filepath.Glob(filepath.Join(dir, "nrls-*.csv"))
	for _, path := range csvs {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := csv.NewReader(f)
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		id, text := slices.Index(rows[0], "RP01 Unique Incident ID"), slices.Index(rows[0], "IN07 Description of what happened")
		if id < 0 || text < 0 {
			t.Fatalf("%s has no column of ids or descriptions: %q", path, rows[0])
		}
		for _, row := range rows[1:] {
			if len(row) == len(rows[0]) {
				out[row[id]] = row[text]
			}
		}
	}
	return out
}

// TestPlantedIdentifiersAreRemoved measures the gate on invented extracts whose
// identifiers are known and which the gate was not built on. Run it with -v for
// the table.
func TestPlantedIdentifiersAreRemoved(t *testing.T) {
	dir := t.TempDir()
	must(t, t.TempDir(), "synth", "--out", dir, "--events", "30000", "--seed", "11")
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct{ Identifiers []plantedIdentifier }
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	raw := descriptions(t, dir)
	byID := map[string][]plantedIdentifier{}
	for _, i := range truth.Identifiers {
		byID[i.ID] = append(byID[i.ID], i)
	}
	gate, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	planted, removed := map[string]int{}, map[string]int{}
	otherWords, wrong := 0, 0
	missed := map[string][]string{}
	for id, s := range raw {
		_, spans := gate.Text(s)
		covered := make([]bool, len(s))
		for _, sp := range spans {
			for k := sp.Start; k < sp.End; k++ {
				covered[k] = true
			}
		}
		identifying := make([]bool, len(s))
		for _, p := range byID[id] {
			for from := 0; ; {
				at := strings.Index(s[from:], p.Text)
				if at < 0 {
					break
				}
				at += from
				whole := true
				for k := at; k < at+len(p.Text); k++ {
					identifying[k] = true
					whole = whole && (covered[k] || !letterOrDigit(s[k]))
				}
				planted[p.Kind]++
				if whole {
					removed[p.Kind]++
				} else if len(missed[p.Kind]) < 8 {
					missed[p.Kind] = append(missed[p.Kind], s[max(0, at-25):min(len(s), at+len(p.Text)+15)])
				}
				from = at + len(p.Text)
			}
		}
		for at := 0; at < len(s); {
			end := at
			for end < len(s) && !unicode.IsSpace(rune(s[end])) {
				end++
			}
			if end > at {
				isIdentifier, isCovered := false, false
				for k := at; k < end; k++ {
					isIdentifier, isCovered = isIdentifier || identifying[k], isCovered || covered[k]
				}
				if !isIdentifier {
					otherWords++
					if isCovered {
						wrong++
						if len(missed["other words"]) < 40 {
							missed["other words"] = append(missed["other words"], s[max(0, at-20):min(len(s), end+15)])
						}
					}
				}
			}
			at = end + 1
		}
	}
	var table strings.Builder
	all, gone := 0, 0
	for _, kind := range sortedKeys(planted) {
		fmt.Fprintf(&table, "%-16s planted %4d removed %4d %.3f\n", kind, planted[kind], removed[kind], float64(removed[kind])/float64(planted[kind]))
		all += planted[kind]
		gone += removed[kind]
	}
	fmt.Fprintf(&table, "%-16s planted %4d removed %4d %.3f\nother words %d, wrongly removed %d (%.4f %%)\n", "all", all, gone, float64(gone)/float64(all), otherWords, wrong, 100*float64(wrong)/float64(otherWords))
	for _, kind := range sortedKeys(missed) {
		fmt.Fprintf(&table, "%s: %q\n", kind, missed[kind])
	}
	t.Log("\n" + table.String())
	if all == 0 || float64(gone) < 0.9*float64(all) {
		t.Errorf("%d of %d planted identifiers are removed", gone, all)
	}
	if float64(wrong) > 0.005*float64(otherWords) {
		t.Errorf("%d of %d other words are removed", wrong, otherWords)
	}
}

func letterOrDigit(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b >= 0x80
}
