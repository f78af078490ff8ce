// Package warehouse keeps every redacted event, with all its revisions and
// withdrawals, in one DuckDB file that only the nightly job writes.
//
// What goes in is a load: the accepted rows of one extract, already in a Parquet
// file of their own. What comes out are the events as they stood at the end of a
// day, as Arrow record batches or as an [incident.Table]. The ledger remembers
// each load by the hash of its content, so the same file twice adds nothing, and
// the file can be rebuilt from the loads at any time.
package warehouse

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/duckdb/duckdb-go/v2"
)

//go:embed migration/*.sql
var migrations embed.FS

// Warehouse is an open warehouse file. One process at a time may hold it.
type Warehouse struct {
	path     string
	record   string
	memory   string // the SQL that sets DuckDB's memory limit
	restored Restored
	conn     *duckdb.Connector
	db       *sql.DB
}

// Config are the settings of an open warehouse.
type Config struct {
	Record   string // folder of the accepted loads; "" keeps none beside the file
	MemoryMB int    // soft limit of DuckDB's memory; 0 is DuckDB's own default
	Threads  int    // 0 is all cores
}

// ErrBusy says that another process has the file open.
var ErrBusy = errors.New("the warehouse is open in another process")

// Open opens the file at path, makes it when it is not there, brings its tables up
// to date, and takes in the accepted loads of the record that it lacks. A file that
// is damaged is set aside (path + ".damaged") and made anew when there is a record
// to make it from. [Warehouse.Restored] tells what was mended. Close it.
//
// Errors: ErrBusy when another process has it; the file is not a warehouse and
// there is no record; it was written by a newer version.
func Open(ctx context.Context, path string, c Config) (*Warehouse, error) {
	w, err := open(ctx, path, c)
	if !damaged(err) || c.Record == "" {
		return w, err
	}
	recorded, readErr := readRecord(c.Record)
	if readErr != nil || len(recorded) == 0 {
		return nil, errors.Join(err, readErr)
	}
	aside := path + ".damaged"
	for _, suffix := range []string{"", ".wal"} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("setting the damaged warehouse aside: %w", err)
		}
	}
	if w, err = open(ctx, path, c); err != nil {
		return nil, err
	}
	w.restored.SetAside = aside
	return w, nil
}

func open(ctx context.Context, path string, c Config) (*Warehouse, error) {
	conn, err := duckdb.NewConnector(path, nil)
	if err != nil {
		if locked(err) {
			return nil, fmt.Errorf("opening warehouse %q: %w", path, ErrBusy)
		}
		return nil, fmt.Errorf("opening warehouse %q: %w", path, plainly(err))
	}
	w := &Warehouse{path: path, record: c.Record, conn: conn, db: sql.OpenDB(conn)}
	err = w.prepare(ctx, c)
	if err == nil && c.Record != "" {
		err = w.restore(ctx, c.Record)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening warehouse %q: %w", path, plainly(err)), w.Close())
	}
	return w, nil
}

func (w *Warehouse) prepare(ctx context.Context, c Config) error {
	settings := []string{
		"SET autoinstall_known_extensions=false",
		"SET autoload_known_extensions=false",
		fmt.Sprintf("SET temp_directory='%s'", quote(filepath.Join(filepath.Dir(w.path), "warehouse.tmp"))),
	}
	w.memory = "RESET memory_limit"
	if c.MemoryMB > 0 {
		w.memory = fmt.Sprintf("SET memory_limit='%dMB'", c.MemoryMB)
		settings = append(settings, w.memory)
	}
	if c.Threads > 0 {
		settings = append(settings, fmt.Sprintf("SET threads=%d", c.Threads))
	}
	for _, s := range settings {
		if _, err := w.db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("applying %q: %w", s, err)
		}
	}
	return w.migrate(ctx)
}

// migrate applies, each in a transaction, the numbered migrations that the file has not had.
func (w *Warehouse) migrate(ctx context.Context) error {
	if _, err := w.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS migration (name VARCHAR PRIMARY KEY)"); err != nil {
		return fmt.Errorf("reading which migrations were applied: %w", plainly(err))
	}
	names, err := fs.Glob(migrations, "migration/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		var applied bool
		if err := w.db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM migration WHERE name = ?", name).Scan(&applied); err != nil {
			return fmt.Errorf("reading which migrations were applied: %w", plainly(err))
		}
		if applied {
			continue
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		err = w.inTransaction(ctx, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO migration VALUES (?)", name)
			return err
		})
		if err != nil {
			return fmt.Errorf("applying migration %s: %w", name, err)
		}
	}
	return nil
}

func (w *Warehouse) inTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", plainly(err))
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	err = tx.Commit()
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		err = ctx.Err() // the transaction was taken back because the program is to end
	}
	if err != nil {
		return fmt.Errorf("committing: %w", plainly(err))
	}
	return nil
}

// shrink gives back the memory in which DuckDB keeps what it has read: a night reads
// its events once, and needs the room for what it does with them.
func (w *Warehouse) shrink(ctx context.Context) error {
	// Refused while more than that is in use; then only less is given back.
	_, _ = w.db.ExecContext(ctx, "SET memory_limit='64MB'")
	if _, err := w.db.ExecContext(ctx, w.memory); err != nil {
		return fmt.Errorf("giving memory back: %w", plainly(err))
	}
	return nil
}

// Close closes the file.
func (w *Warehouse) Close() error {
	return errors.Join(w.db.Close(), w.conn.Close())
}

// quote doubles the quotes of a text that goes between single quotes in SQL.
func quote(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if s[i] == '\'' {
			out = append(out, '\'')
		}
		out = append(out, s[i])
	}
	return string(out)
}
