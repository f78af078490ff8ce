package main

import (
	"fmt"
	"strings"
	"testing"
)

// Never Events are patients': a file of other work has none, one of care has.
func TestNeverEventsAreOfCare(t *testing.T) {
	const mapping = "name = \"own\"\n[fields]\nincident_id = \"id\"\nreported_date = \"day\"\norganisation = \"org\"\ndescription = \"text\"\n[dates]\nlayout = \"2006-01-02\"\n"
	for _, c := range []struct {
		name, others string
		want         string
	}{
		{"other work", "Worker slipped on ice at the crusher and twisted a knee: number %d.", "0"},
		{"care", "Patient slipped on a wet floor by bed %d and was not hurt.", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := t.TempDir()
			var b strings.Builder
			b.WriteString("id,day,org,text\n")
			for k := range 130 {
				fmt.Fprintf(&b, "%d,2026-03-%02d,Z%d,%s\n", k, 1+k%28, k%4, fmt.Sprintf(c.others, k))
			}
			b.WriteString("900,2026-03-20,Z1,A swab was left in and had to be taken out again in a second operation: retained swab.\n")
			must(t, home, "load", "--mapping", write(t, home+"/m.toml", mapping), write(t, home+"/a.csv", b.String()))
			must(t, home, "run", "--as-of", "2026-03-29")
			if got := must(t, home, "sql", "SELECT count(*) FROM known_risks"); !strings.Contains(got, "\n"+c.want+"\n") {
				t.Errorf("reports of known risks: %q, want %s", got, c.want)
			}
		})
	}
}
