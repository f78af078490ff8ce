// Package decision keeps what people decided: the state of each alert with its
// reason, corrected labels, saved views and frozen results, who may see what, and
// a log of all of it that only grows.
//
// It is one SQLite file, review.sqlite, that no run ever writes or rebuilds. What
// goes in is on the disk before the call returns (write-ahead log, full sync), so
// that nothing acknowledged is lost when the process or the machine dies. What
// comes out can be asked for as of a day: a run that is repeated for a past day
// must not know what was decided later.
package decision

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"psims/datasets/incident"
)

// The schema as it was first, and what later versions added. A step is never
// changed once it is out: files in use have taken it.
var (
	//go:embed schema.sql
	schema string
	//go:embed upgrade-2.sql
	upgrade2 string
	//go:embed upgrade-3.sql
	upgrade3 string

	steps = []string{schema, upgrade2, upgrade3}
)

// schemaVersion is the number of the schema in the file's user_version.
const schemaVersion = 3

// Store is an open review.sqlite. It is safe for many goroutines, and several
// processes may have the same file open.
type Store struct {
	write *sql.DB // one connection: SQLite has one writer at a time
	read  *sql.DB
}

// Act says who did something, when, and on what: the day that the run on show
// judged is the day from after which the act counts.
type Act struct {
	Who  string    // the login
	At   time.Time // only shown, and part of the log; nothing is ordered by it
	AsOf incident.Day
	Run  string
}

// ErrNone says that what was asked for is not there.
var ErrNone = errors.New("there is no such entry")

// Open opens the file at path and makes it when it is not there, readable by its
// owner alone. Close it.
//
// Errors: it is no SQLite file, was written by a newer version, or can't be made.
func Open(ctx context.Context, path string) (*Store, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening decisions: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("opening decisions: %w", err)
	}
	s := &Store{}
	if s.write, err = connect(path, "_txlock=immediate"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = connect(path, "_query_only=1"); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(max(2, runtime.NumCPU()))
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("opening decisions %q: %w", path, err), s.Close())
	}
	return s, nil
}

// OpenReadOnly opens a file that is there, without the right to change it.
//
// Errors: fs.ErrNotExist when nobody has decided anything yet.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("opening decisions: %w", err)
	}
	db, err := connect(path, "_query_only=1")
	if err != nil {
		return nil, err
	}
	s := &Store{read: db}
	version := 0
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return nil, errors.Join(fmt.Errorf("opening decisions %q: %w", path, err), s.Close())
	}
	switch {
	case version == 0: // made, and not filled yet
		return nil, errors.Join(fmt.Errorf("opening decisions %q: %w", path, fs.ErrNotExist), s.Close())
	case version > schemaVersion: // an older one only lacks tables, which no reader of the nightly job asks for
		return nil, errors.Join(fmt.Errorf("opening decisions %q: it has version %d, this program knows %d", path, version, schemaVersion), s.Close())
	}
	return s, nil
}

func connect(path, more string) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening decisions: %w", err)
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute), RawQuery: "_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000&_foreign_keys=1&" + more}
	db, err := sql.Open("sqlite3", u.String())
	if err != nil {
		return nil, fmt.Errorf("opening decisions: %w", err)
	}
	return db, nil
}

// Close closes the file. What was acknowledged is on the disk already.
func (s *Store) Close() error {
	err := s.read.Close()
	if s.write != nil {
		err = errors.Join(err, s.write.Close())
	}
	return err
}

func (s *Store) migrate(ctx context.Context) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		version := 0
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
			return err
		}
		if version == schemaVersion {
			return nil
		}
		if version > schemaVersion {
			return fmt.Errorf("it has version %d, this program knows %d", version, schemaVersion)
		}
		for _, step := range steps[version:] {
			if _, err := tx.ExecContext(ctx, step); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", schemaVersion))
		return err
	})
}

// transact runs do in a transaction that is on the disk when it returns nil.
func (s *Store) transact(ctx context.Context, do func(*sql.Tx) error) (err error) {
	if s.write == nil {
		return errors.New("changing decisions: the file was opened for reading only")
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	if err = do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// act changes something and writes it into the log, both or neither.
func (s *Store) act(ctx context.Context, a Act, e Entry, do func(*sql.Tx) error) error {
	if a.Who == "" {
		return fmt.Errorf("%s: it is not said who does it", e.What)
	}
	err := s.transact(ctx, func(tx *sql.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return appendEntry(ctx, tx, a, e)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", e.What, err)
	}
	return nil
}

// nullDay stores NoDay as null.
func nullDay(d incident.Day) any {
	if !d.Known() {
		return nil
	}
	return int64(d)
}

func dayOf(v sql.NullInt64) incident.Day {
	if !v.Valid {
		return incident.NoDay
	}
	return incident.Day(v.Int64)
}

// stamp writes a time as the file keeps it; read reads it back.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func moment(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, fmt.Errorf("reading a time of the decisions: %w", err)
	}
	return t, nil
}
