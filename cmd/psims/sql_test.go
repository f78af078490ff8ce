package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/decision"
	"psims/reports/portal"
)

// asked is a home with a finished run of two organisations and more.
func asked(t *testing.T) string {
	t.Helper()
	home := swiftHome(t)
	must(t, home, "run")
	return home
}

func TestSQL(t *testing.T) {
	home := asked(t)
	out := must(t, home, "sql", "SELECT organisation, count(*) AS n FROM events GROUP BY 1 ORDER BY 1 LIMIT 1")
	if !strings.HasPrefix(out, "organisation,n\nZ01,") {
		t.Errorf("got %q", out)
	}
	if out := must(t, home, "sql", "SELECT '=1+1' AS x"); out != "x\n'=1+1\n" {
		t.Errorf("a formula came out as %q", out)
	}
	var answer struct {
		Columns   []string
		Rows      [][]string
		Truncated bool
	}
	if err := json.Unmarshal([]byte(must(t, home, "--json", "sql", "--rows", "2", "SELECT incident_id FROM events")), &answer); err != nil || len(answer.Rows) != 2 || !answer.Truncated {
		t.Errorf("%+v, %v", answer, err)
	}
	for _, q := range []string{"DROP TABLE events", "COPY events TO 'x.csv'", "SELECT 1; SELECT 2"} {
		if code, _, talk := psims(t, home, "sql", q); code != exitUsage {
			t.Errorf("%s: exit %d: %s", q, code, talk)
		}
	}
	if code, _, _ := psims(t, home, "sql", "SELECT * FROM read_text('"+filepath.Join(home, "lock")+"')"); code != exitFailed {
		t.Errorf("a file outside: exit %d", code)
	}
	if code, _, talk := psims(t, home, "sql", "--within", "200ms", "SELECT count(*) FROM range(100000000) a, range(100000000) b"); code != exitFailed || !strings.Contains(talk, "longer than") {
		t.Errorf("a question without an end: exit %d: %s", code, talk)
	}
	if code, _, talk := psims(t, t.TempDir(), "sql", "SELECT 1"); code != exitUsage || !strings.Contains(talk, "psims run") {
		t.Errorf("without a run: exit %d: %s", code, talk)
	}
}

// The pages ask in a process of its own that sees only the scope.
func TestPagesAskInSQL(t *testing.T) {
	home := asked(t)
	ask := opened(t, home).asker(asProgram + "=1")
	a, err := ask(t.Context(), portal.Question{SQL: "SELECT DISTINCT organisation FROM events", Scope: decision.Scope{Organisations: []string{"Z01"}}})
	if err != nil || len(a.Rows) != 1 || a.Rows[0][0] != "Z01" {
		t.Errorf("%+v, %v", a, err)
	}
	for _, q := range []string{"SELECT * FROM weekly_counts", "SELECT * FROM read_parquet('" + filepath.Join(home, "current", "tables", "events.parquet") + "')", "nonsense"} {
		var refused portal.Refused
		if _, err := ask(t.Context(), portal.Question{SQL: q, Scope: decision.Scope{Organisations: []string{"Z01"}}}); !errors.As(err, &refused) || strings.Contains(string(refused), home) {
			t.Errorf("%s: %v", q, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ask(ctx, portal.Question{SQL: "SELECT 1"}); err == nil {
		t.Error("a question that nobody waits for was answered")
	}
	if _, err := os.Stat(filepath.Join(home, "current", "tables", "events.parquet")); err != nil {
		t.Error(err)
	}
}
