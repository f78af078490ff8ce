package warehouse

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"psims/datasets/incident"
)

// Load is one line of the ledger.
type Load struct {
	Seq          int
	ID           string // hash of the content and of the mapping
	File         string // base name
	SHA256       string // of the file's bytes
	Format       string
	System       incident.System
	RowsRead     int
	RowsKept     int
	RowsRejected int
	Events       int // revisions made from the kept rows
	Added        int // revisions that were not stored before
	Rejected     map[incident.Reason]int
	Redacted     map[string]int
	LoadedAt     time.Time
	Passes       []Pass `json:",omitempty"` // later readings that took something out
}

// Pass is a later reading of a load's accepted rows by a better gate, which took
// something out of some of them.
type Pass struct {
	At       time.Time      `json:"at"`
	Events   int            `json:"events"`
	Redacted map[string]int `json:"redacted"`
}

// takeQuery adds the rows that are new. Columns are matched by name; within the load,
// too, a revision counts once, its first row. Only keys are grouped and joined, and
// the load's are the smaller side, so that memory grows with the load's rows and not
// with their texts or with what is stored.
//
//go:embed query/take.sql
var takeQuery string

// Find returns the load with that id.
func (w *Warehouse) Find(ctx context.Context, id string) (Load, bool, error) {
	all, err := w.loads(ctx, "WHERE load_id = ?", id)
	if err != nil || len(all) == 0 {
		return Load{}, false, err
	}
	return all[0], true, nil
}

// Loads returns the whole ledger in the order of the loads.
func (w *Warehouse) Loads(ctx context.Context) ([]Load, error) { return w.loads(ctx, "") }

// LoadsUntil returns the loads that hold an event submitted by the end of asOf.
func (w *Warehouse) LoadsUntil(ctx context.Context, asOf incident.Day) ([]Load, error) {
	return w.loads(ctx, "WHERE seq IN (SELECT load_seq FROM event WHERE submitted <= CAST(? AS DATE))", asOf.String())
}

func (w *Warehouse) loads(ctx context.Context, where string, args ...any) ([]Load, error) {
	rows, err := w.db.QueryContext(ctx, `SELECT seq, load_id, file, sha256, format, system, rows_read, rows_kept, rows_rejected,
		events, added, rejected, redacted, loaded_at, passes FROM load `+where+` ORDER BY seq`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the load ledger: %w", plainly(err))
	}
	defer rows.Close()
	var out []Load
	for rows.Next() {
		var l Load
		var rejected, redacted, passes string
		if err := rows.Scan(&l.Seq, &l.ID, &l.File, &l.SHA256, &l.Format, &l.System, &l.RowsRead, &l.RowsKept, &l.RowsRejected,
			&l.Events, &l.Added, &rejected, &redacted, &l.LoadedAt, &passes); err != nil {
			return nil, fmt.Errorf("reading the load ledger: %w", plainly(err))
		}
		if err := errors.Join(json.Unmarshal([]byte(rejected), &l.Rejected), json.Unmarshal([]byte(redacted), &l.Redacted), json.Unmarshal([]byte(passes), &l.Passes)); err != nil {
			return nil, fmt.Errorf("reading the load ledger, load %s: %w", l.ID, plainly(err))
		}
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the load ledger: %w", plainly(err))
	}
	return out, nil
}

// Commit accepts a load whose rows are in the file parquet: it writes the load's
// line of the ledger beside the rows, and adds both to the warehouse in one
// transaction. Once the line is written the load is accepted, whatever happens
// then: a warehouse that lacks it takes it in when it is next opened. A revision
// that is stored already, to the letter, is not stored again. It returns the load
// with Seq and Added filled.
//
// Errors: the load is in the ledger already; the file can't be read; there is no
// space left (syscall.ENOSPC).
func (w *Warehouse) Commit(ctx context.Context, l Load, parquet string) (Load, error) {
	if err := w.db.QueryRowContext(ctx, "SELECT coalesce(max(seq), 0) + 1 FROM load").Scan(&l.Seq); err != nil {
		return l, fmt.Errorf("committing load %s of %q: %w", l.ID, l.File, plainly(err))
	}
	l, err := w.take(ctx, l, parquet, func(l Load) error { return writeLine(parquet, l) })
	if err != nil {
		return l, fmt.Errorf("committing load %s of %q: %w", l.ID, l.File, plainly(err))
	}
	return l, nil
}

// take adds a load's rows and its line to the file. accept, if any, is called when
// both are in the transaction and nothing but its end is left.
func (w *Warehouse) take(ctx context.Context, l Load, parquet string, accept func(Load) error) (Load, error) {
	rejected, err := json.Marshal(l.Rejected)
	if err != nil {
		return l, err
	}
	redacted, err := json.Marshal(l.Redacted)
	if err != nil {
		return l, err
	}
	passes, err := json.Marshal(l.Passes)
	if err != nil {
		return l, err
	}
	err = w.inTransaction(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, strings.NewReplacer("$seq", strconv.Itoa(l.Seq), "$rows", "'"+quote(parquet)+"'").Replace(takeQuery))
		if err != nil {
			return fmt.Errorf("adding the rows of %q: %w", parquet, err)
		}
		added, err := res.RowsAffected()
		if err != nil {
			return err
		}
		l.Added = int(added)
		if _, err = tx.ExecContext(ctx, "INSERT INTO load VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			l.Seq, l.ID, l.File, l.SHA256, l.Format, string(l.System), l.RowsRead, l.RowsKept, l.RowsRejected,
			l.Events, l.Added, string(rejected), string(redacted), l.LoadedAt.UTC(), string(passes)); err != nil || accept == nil {
			return err
		}
		return accept(l)
	})
	return l, plainly(err)
}
