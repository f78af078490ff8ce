// Package sandbox answers SQL that a stranger wrote, over the published tables of a
// run and nothing else.
//
// Files of tables and a question go in; rows of text come out. The question is
// refused unless it is one that only reads. It reaches no file but those of the
// tables, no network and no setting, and is stopped by time, memory and rows.
// DuckDB draws no line of privilege inside a process, so run it in one of its own
// that ends with the answer.
package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// Table is a table that may be asked for.
type Table struct {
	Name string
	Path string // of its Parquet file
}

// Config holds what a question may use.
type Config struct {
	MemoryMB int
	Rows     int // of the answer; further ones are left off
	Bytes    int // of the answer's texts; rows beyond are left off
	Time     time.Duration

	// Only limits the events that may be seen: column → values, any of which must
	// stand in the row. With it, no table but those that have all these columns is there.
	Only map[string][]string
	// Either limits them too: one of the columns must hold one of its values.
	Either map[string][]string
}

// Default gives limits for a person who waits.
func Default() Config {
	return Config{MemoryMB: 512, Rows: 1000, Bytes: 4 << 20, Time: 20 * time.Second}
}

// Answer is what a question gave. Null is "".
type Answer struct {
	Columns   []string   `json:"columns"`
	Rows      [][]string `json:"rows"`
	Truncated bool       `json:"truncated"` // there were more rows
}

// ErrRefused says that a question is not one that only reads.
var ErrRefused = errors.New("only one question that reads, SELECT or WITH … SELECT, is answered")

// identifier is a name of a table that may stand in SQL as it is.
var identifier = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Ask answers a question.
//
// Errors: ErrRefused, what DuckDB says of the question, or ctx's own.
func Ask(ctx context.Context, c Config, tables []Table, question string) (Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Time)
	defer cancel()
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return Answer{}, fmt.Errorf("starting DuckDB: %w", err)
	}
	db := sql.OpenDB(connector)
	defer db.Close() // in memory: nothing is lost
	conn, err := db.Conn(ctx)
	if err != nil {
		return Answer{}, fmt.Errorf("starting DuckDB: %w", err)
	}
	defer conn.Close() // as above
	if err := prepare(ctx, conn, c, tables, question); err != nil {
		return Answer{}, err
	}
	if err := onlyReads(ctx, conn, question); err != nil {
		return Answer{}, err
	}
	return ask(ctx, conn, c, question)
}

// prepare makes the tables and then closes everything else.
func prepare(ctx context.Context, conn *sql.Conn, c Config, tables []Table, question string) error {
	statements := []string{
		"SET autoinstall_known_extensions=false", "SET autoload_known_extensions=false", "SET allow_community_extensions=false",
		fmt.Sprintf("SET memory_limit='%dMB'", c.MemoryMB), "SET threads=1", "SET temp_directory=''", "SET max_temp_directory_size='0MB'",
		"SET preserve_insertion_order=false",
	}
	lower := strings.ToLower(question)
	var paths []string
	for _, t := range tables {
		if !identifier.MatchString(t.Name) {
			return fmt.Errorf("preparing table %q: no name for a table", t.Name)
		}
		if !strings.Contains(lower, t.Name) && !strings.Contains(lower, "information_schema") && !strings.Contains(lower, "duckdb_") {
			continue // it is not asked for: nothing of it need be read
		}
		source := "read_parquet('" + quote(t.Path) + "')"
		if len(c.Only)+len(c.Either) == 0 {
			paths = append(paths, "'"+quote(t.Path)+"'")
			statements = append(statements, fmt.Sprintf("CREATE VIEW %s AS SELECT * FROM %s", t.Name, source))
			continue
		}
		where, ok, err := c.where(ctx, conn, source)
		if err != nil {
			return err
		}
		if ok { // a copy: a view could be got round by reading its file
			statements = append(statements, fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM %s WHERE %s", t.Name, source, where))
		}
	}
	statements = append(statements, "SET allowed_paths=["+strings.Join(paths, ",")+"]", "SET enable_external_access=false", "SET lock_configuration=true")
	for _, s := range statements {
		if _, err := conn.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("preparing the tables: %w", err)
		}
	}
	return nil
}

// where gives the condition that keeps the rows which may be seen; ok is false for
// a table that lacks one of its columns.
func (c Config) where(ctx context.Context, conn *sql.Conn, source string) (condition string, ok bool, err error) {
	rows, err := conn.QueryContext(ctx, "DESCRIBE SELECT * FROM "+source)
	if err != nil {
		return "", false, fmt.Errorf("reading the columns of a table: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	has := map[string]bool{}
	for rows.Next() {
		var name string
		var rest [5]any
		if err := rows.Scan(&name, &rest[0], &rest[1], &rest[2], &rest[3], &rest[4]); err != nil {
			return "", false, fmt.Errorf("reading the columns of a table: %w", err)
		}
		has[name] = true
	}
	if err := rows.Err(); err != nil {
		return "", false, fmt.Errorf("reading the columns of a table: %w", err)
	}
	in := func(column string, values []string) string {
		quoted := make([]string, len(values))
		for i, v := range values {
			quoted[i] = "'" + quote(v) + "'"
		}
		return `"` + column + `" IN (` + strings.Join(quoted, ",") + ")"
	}
	var all, any []string
	for _, column := range sorted(c.Only) {
		if !has[column] {
			return "", false, nil
		}
		all = append(all, in(column, c.Only[column]))
	}
	for _, column := range sorted(c.Either) {
		if !has[column] {
			return "", false, nil
		}
		any = append(any, in(column, c.Either[column]))
	}
	if len(any) > 0 {
		all = append(all, "("+strings.Join(any, " OR ")+")")
	}
	return strings.Join(all, " AND "), true, nil
}

func sorted(m map[string][]string) []string {
	var out []string
	for k, v := range m {
		if len(v) > 0 {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out
}

func quote(s string) string { return strings.ReplaceAll(s, "'", "''") }

// onlyReads asks DuckDB's own parser what the question is, without running any of
// it: the parser writes SELECT statements as JSON, and no others. Preparing the
// question would not do, because of several statements all but the last are run.
func onlyReads(ctx context.Context, conn *sql.Conn, question string) error {
	var text string
	if err := conn.QueryRowContext(ctx, "SELECT json_serialize_sql(?::VARCHAR)::VARCHAR", question).Scan(&text); err != nil {
		return fmt.Errorf("reading the question: %w", err)
	}
	var parsed struct {
		Error      bool              `json:"error"`
		Kind       string            `json:"error_type"`
		Message    string            `json:"error_message"`
		Statements []json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		return fmt.Errorf("reading the question: %w", err)
	}
	switch {
	case parsed.Error && parsed.Kind == "parser":
		return fmt.Errorf("reading the question: %s", parsed.Message)
	case parsed.Error || len(parsed.Statements) != 1:
		return ErrRefused
	}
	return nil
}

func ask(ctx context.Context, conn *sql.Conn, c Config, question string) (Answer, error) {
	rows, err := conn.QueryContext(ctx, question)
	if err != nil {
		return Answer{}, fmt.Errorf("answering: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	a := Answer{Rows: [][]string{}}
	if a.Columns, err = rows.Columns(); err != nil {
		return a, fmt.Errorf("answering: %w", err)
	}
	bytes := 0
	values, into := make([]any, len(a.Columns)), make([]any, len(a.Columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if len(a.Rows) == c.Rows || bytes > c.Bytes {
			a.Truncated = true
			break
		}
		if err := rows.Scan(into...); err != nil {
			return a, fmt.Errorf("answering: %w", err)
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = text(v)
			bytes += len(row[i])
		}
		a.Rows = append(a.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return a, fmt.Errorf("answering: %w", err)
	}
	return a, nil
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.Format(time.DateOnly)
		}
		return v.Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}
