package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/datasets/incident"
	"psims/datasets/sandbox"
)

// published writes two small tables as a run would.
func published(t testing.TB) []sandbox.Table {
	t.Helper()
	dir := t.TempDir()
	var out []sandbox.Table
	for _, f := range []*frame.Frame{
		frame.New("events",
			frame.Column{Name: "incident_id", Values: []string{"a", "b", "c", "d"}},
			frame.Column{Name: "organisation", Values: []string{"ZX001", "ZX001", "ZX002", "ZX003"}},
			frame.Column{Name: "region", Values: []string{"North", "North", "South", "North"}},
			frame.Column{Name: "specialty", Values: []string{"Cardiology", "Surgery", "Cardiology", "Cardiology"}},
			frame.Column{Name: "reported_date", Values: []incident.Day{20000, 20001, 20002, incident.NoDay}},
			frame.Column{Name: "description", Values: []string{"own", "own's", "other", "third"}}),
		frame.New("weekly_counts", frame.Column{Name: "reports", Values: []float64{1, 2}}),
	} {
		path := filepath.Join(dir, f.Name+".parquet")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(parquet.Write(file, f), file.Close()); err != nil {
			t.Fatal(err)
		}
		out = append(out, sandbox.Table{Name: f.Name, Path: path})
	}
	return out
}

func TestAsk(t *testing.T) {
	tables := published(t)
	got, err := sandbox.Ask(t.Context(), sandbox.Default(), tables, "SELECT organisation, count(*) AS n, min(reported_date) AS first FROM events GROUP BY ALL ORDER BY organisation")
	if err != nil {
		t.Fatal(err)
	}
	want := sandbox.Answer{Columns: []string{"organisation", "n", "first"}, Rows: [][]string{{"ZX001", "2", "2024-10-04"}, {"ZX002", "1", "2024-10-06"}, {"ZX003", "1", ""}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, q := range []string{"WITH x AS (SELECT * FROM events) SELECT count(*) FROM x", "select e.incident_id from EVENTS e, weekly_counts", "FROM events SELECT incident_id", "SELECT 1;"} {
		if _, err := sandbox.Ask(t.Context(), sandbox.Default(), tables, q); err != nil {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Every way out that DuckDB is known to have is closed, for those who see
// everything and for those who see a part.
func TestNothingElseIsReached(t *testing.T) {
	tables := published(t)
	outside := filepath.Join(t.TempDir(), "outside.csv")
	if err := os.WriteFile(outside, []byte("secret\nhunter2\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(t.TempDir(), "written.csv")
	before, err := os.ReadFile(tables[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	part := sandbox.Default()
	part.Only = map[string][]string{"organisation": {"ZX001"}}
	for name, c := range map[string]sandbox.Config{"whole": sandbox.Default(), "part": part} {
		for _, q := range []string{
			"SELECT * FROM read_csv('" + outside + "')", "SELECT * FROM '" + outside + "'", "SELECT * FROM read_text('" + outside + "')", "SELECT * FROM read_blob('" + outside + "')",
			"SELECT * FROM sniff_csv('" + outside + "')", "SELECT * FROM glob('/etc/*')", "SELECT * FROM read_json('/etc/passwd')", "SELECT * FROM parquet_metadata('" + outside + "')",
			"COPY events TO '" + target + "'", "COPY (SELECT 1) TO '" + tables[0].Path + "'", "EXPORT DATABASE '" + filepath.Dir(target) + "'", "ATTACH '" + target + "' AS x", "INSTALL httpfs", "LOAD httpfs",
			"SELECT * FROM 'https://elsewhere.example/x.csv'", "SET enable_external_access=true", "SET lock_configuration=false", "RESET allowed_paths", "COPY events TO '" + target + "'; SELECT 1", "COPY (SELECT 1 AS x) TO '" + tables[0].Path + "'; SELECT 1", "COPY (SELECT 1 AS x) TO '" + tables[0].Path + "' (FORMAT parquet); FROM events", "DROP VIEW IF EXISTS events; SELECT 1", "CREATE TABLE x (i INT)", "CREATE TEMP TABLE x AS SELECT 1",
			"DROP VIEW events", "INSERT INTO events SELECT * FROM events", "DELETE FROM events", "UPDATE events SET organisation = 'x'", "SELECT 1; COPY events TO '" + target + "'", "SELECT 1; SELECT 2", "CALL pragma_version()", "EXPLAIN ANALYZE COPY events TO '" + target + "'",
			"CREATE SECRET (TYPE s3)", "SELECT getenv('HOME')", "", ";", "SELEC 1", "SELECT * FROM query('COPY events TO ''" + target + "''')", "VACUUM", "CHECKPOINT", "BEGIN", "PREPARE p AS SELECT 1", "EXECUTE p", "IMPORT DATABASE '/tmp'", "USE memory",
		} {
			got, err := sandbox.Ask(t.Context(), c, tables, q)
			if err == nil {
				t.Errorf("%s: %s was answered: %v", name, q, got.Rows)
			}
		}
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("a file was written")
	}
	after, err := os.ReadFile(tables[0].Path)
	if err != nil || string(after) != string(before) {
		t.Errorf("a table of the run has changed (%v)", err)
	}
}

// Whoever sees a part sees that part, whatever they ask.
func TestPart(t *testing.T) {
	tables := published(t)
	for name, c := range map[string]struct {
		only, either map[string][]string
		want         string
	}{
		"an organisation":             {map[string][]string{"organisation": {"ZX001"}}, nil, "a,b"},
		"a specialty of it":           {map[string][]string{"organisation": {"ZX001"}, "specialty": {"Cardiology"}}, nil, "a"},
		"an organisation or a region": {nil, map[string][]string{"organisation": {"ZX002"}, "region": {"North"}}, "a,b,c,d"},
		"a name that is SQL":          {map[string][]string{"organisation": {"x') OR ('1'='1"}}, nil, ""},
		"a specialty in either place": {map[string][]string{"specialty": {"Cardiology"}}, map[string][]string{"organisation": {"ZX002"}, "region": {"South"}}, "c"},
	} {
		config := sandbox.Default()
		config.Only, config.Either = c.only, c.either
		got, err := sandbox.Ask(t.Context(), config, tables, "SELECT coalesce(string_agg(incident_id, ',' ORDER BY incident_id), '') FROM events")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Rows[0][0] != c.want {
			t.Errorf("%s: sees %q, want %q", name, got.Rows[0][0], c.want)
		}
		for _, q := range []string{"SELECT * FROM read_parquet('" + tables[0].Path + "')", "SELECT * FROM '" + tables[0].Path + "'", "SELECT * FROM weekly_counts", "SELECT * FROM read_parquet('" + filepath.Dir(tables[0].Path) + "/*')"} {
			if got, err := sandbox.Ask(t.Context(), config, tables, q); err == nil {
				t.Errorf("%s: %s was answered: %v", name, q, got.Rows)
			}
		}
	}
}

func TestLimits(t *testing.T) {
	tables := published(t)
	c := sandbox.Default()
	c.Rows = 10
	got, err := sandbox.Ask(t.Context(), c, tables, "SELECT range FROM range(100000)")
	if err != nil || len(got.Rows) != 10 || !got.Truncated {
		t.Errorf("%d rows, truncated %v, %v", len(got.Rows), got.Truncated, err)
	}
	c = sandbox.Default()
	c.Bytes = 10_000
	got, err = sandbox.Ask(t.Context(), c, tables, "SELECT repeat('x', 4000) FROM range(100)")
	if err != nil || !got.Truncated || len(got.Rows) > 5 {
		t.Errorf("%d rows of 4,000 bytes, truncated %v, %v", len(got.Rows), got.Truncated, err)
	}
	c = sandbox.Default()
	c.Time = 300 * time.Millisecond
	began := time.Now()
	if _, err := sandbox.Ask(t.Context(), c, tables, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"); err == nil {
		t.Error("a question without an end was answered")
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it was stopped after %v", took)
	}
	c = sandbox.Default()
	c.MemoryMB = 50
	if _, err := sandbox.Ask(t.Context(), c, tables, "SELECT list(range) FROM range(100000000)"); err == nil {
		t.Error("a question of 800 MB was answered with 50")
	} else if strings.Contains(err.Error(), "deadline") {
		t.Logf("stopped by time, not memory: %v", err)
	}
}

// Any text is answered or refused; none of it changes the tables.
func FuzzAsk(f *testing.F) {
	tables := published(f)
	for _, q := range []string{"SELECT 1", "SELECT * FROM events; DROP VIEW events", "'; --", "/* */ SELECT", "WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		if len(q) > 200 {
			return
		}
		c := sandbox.Default()
		c.Time, c.MemoryMB, c.Rows = time.Second, 100, 5
		c.Only = map[string][]string{"organisation": {"ZX001"}}
		got, err := sandbox.Ask(t.Context(), c, tables, q)
		if err == nil && (strings.Contains(fmt.Sprint(got.Rows), "third") || strings.Contains(fmt.Sprint(got.Rows), "other")) && !strings.Contains(q, "third") && !strings.Contains(q, "other") {
			t.Fatalf("%q gave %v", q, got.Rows)
		}
	})
}

func ExampleAsk() {
	a, err := sandbox.Ask(context.Background(), sandbox.Default(), nil, "SELECT 6 * 7 AS answer")
	if err != nil {
		panic(err)
	}
	fmt.Println(a.Columns, a.Rows)
	// Output: [answer] [[42]]
}
