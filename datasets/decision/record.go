package decision

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"psims/datasets/incident"
)

// Record is an event that somebody records through the forms: a draft, or what was
// sent last. It belongs to an account, or to whoever knows its secret. Neither the
// log nor the record tells who or from where, and no time of day is kept: it could
// tell who was on duty.
type Record struct {
	Reference string
	Owner     string            // login; "" for an anonymous one
	Version   int               // revisions sent so far
	Draft     bool              // there is something that has not been sent
	Fields    map[string]string // of the form, redacted
	Day       incident.Day      // of the last change
}

// withdrawn is the one field that is left of a record that its author withdrew.
const withdrawn = "withdrawn"

// Withdrawn reports whether its author took it back. Then nothing of its words is
// kept here, and it stays as it is.
func (r Record) Withdrawn() bool { return r.Fields[withdrawn] != "" }

// Limits of records.
const (
	MaxFields  = 64 << 10 // bytes of all fields of a record
	DraftDays  = 30       // a draft that nobody touches for longer goes
	minSecret  = 16
	maxRecords = 200 // listed of one account
)

// KeepRecord stores a record: a new one, or what has become of one that was read
// with the same owner or secret, if nobody has changed it since: r.Version must be
// the version that is stored, or one more. Drafts that were left for DraftDays go.
//
// Errors: ErrNone when there is such a record and it is another's, or it was
// changed or withdrawn meanwhile; a record without owner and without a secret, or too large.
func (s *Store) KeepRecord(ctx context.Context, r Record, secret string) error {
	fields, err := json.Marshal(r.Fields)
	switch {
	case err != nil:
		return fmt.Errorf("keeping a record: %w", err)
	case r.Reference == "" || len(r.Reference) > MaxName:
		return errors.New("keeping a record: it has no reference")
	case r.Owner == "" && len(secret) < minSecret:
		return errors.New("keeping a record: it has neither an owner nor a secret")
	case len(fields) > MaxFields:
		return fmt.Errorf("keeping a record: %d bytes, want %d or fewer", len(fields), MaxFields)
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM record WHERE draft AND version = 0 AND day < ?", int64(r.Day)-DraftDays); err != nil {
			return err
		}
		held, key, err := recordOf(ctx, tx, r.Reference)
		if errors.Is(err, ErrNone) {
			_, err = tx.ExecContext(ctx, "INSERT INTO record (reference, owner, secret, version, draft, fields, day) VALUES (?,?,?,?,?,?,?)",
				r.Reference, r.Owner, hidden(r.Owner, secret), r.Version, r.Draft, string(fields), int64(r.Day))
			return err
		}
		if err != nil {
			return err
		}
		if !opens(held.Owner, key, r.Owner, secret) || held.Withdrawn() || r.Version != held.Version && r.Version != held.Version+1 {
			return ErrNone
		}
		_, err = tx.ExecContext(ctx, "UPDATE record SET version = ?, draft = ?, fields = ?, day = ? WHERE reference = ?", r.Version, r.Draft, string(fields), int64(r.Day), r.Reference)
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping a record: %w", err)
	}
	return nil
}

// hidden is what is kept of an anonymous record's secret: its hash. An account's
// record has none.
func hidden(owner, secret string) string {
	if owner != "" {
		return ""
	}
	h := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(h[:])
}

// opens reports whether a record of that owner and key is that of whoever asks.
func opens(owner, key, asker, secret string) bool {
	if owner != "" {
		return owner == asker
	}
	return subtle.ConstantTimeCompare([]byte(key), []byte(hidden("", secret))) == 1
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func recordOf(ctx context.Context, db querier, reference string) (r Record, key string, err error) {
	var fields string
	var day int64
	r.Reference = reference
	err = db.QueryRowContext(ctx, "SELECT owner, secret, version, draft, fields, day FROM record WHERE reference = ?", reference).Scan(&r.Owner, &key, &r.Version, &r.Draft, &fields, &day)
	if errors.Is(err, sql.ErrNoRows) {
		return Record{}, "", ErrNone
	}
	if err == nil {
		err = json.Unmarshal([]byte(fields), &r.Fields)
	}
	r.Day = incident.Day(day)
	return r, key, err
}

// Record gives a record to its owner, or to whoever knows the secret of an
// anonymous one.
//
// Errors: ErrNone when there is none, or it is another's: the two are not told apart.
func (s *Store) Record(ctx context.Context, reference, owner, secret string) (Record, error) {
	r, key, err := recordOf(ctx, s.read, reference)
	if errors.Is(err, ErrNone) {
		return Record{}, ErrNone
	}
	if err != nil {
		return Record{}, fmt.Errorf("reading a record: %w", err)
	}
	if !opens(r.Owner, key, owner, secret) {
		return Record{}, ErrNone
	}
	return r, nil
}

// Records lists the records of an account, the last changed first, 200 at most.
func (s *Store) Records(ctx context.Context, owner string) ([]Record, error) {
	if owner == "" {
		return nil, nil // anonymous ones are nobody's list
	}
	rows, err := s.read.QueryContext(ctx, "SELECT reference, version, draft, fields, day FROM record WHERE owner = ? ORDER BY day DESC, reference LIMIT ?", owner, maxRecords)
	if err != nil {
		return nil, fmt.Errorf("reading records: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []Record
	for rows.Next() {
		r := Record{Owner: owner}
		var fields string
		var day int64
		if err := rows.Scan(&r.Reference, &r.Version, &r.Draft, &fields, &day); err != nil {
			return nil, fmt.Errorf("reading records: %w", err)
		}
		if err := json.Unmarshal([]byte(fields), &r.Fields); err != nil {
			return nil, fmt.Errorf("reading records: %w", err)
		}
		r.Day = incident.Day(day)
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading records: %w", err)
	}
	return out, nil
}

// RemoveRecord removes a draft of which nothing was sent yet.
//
// Errors: ErrNone when there is none, or it is another's, or was sent.
func (s *Store) RemoveRecord(ctx context.Context, reference, owner, secret string) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		held, key, err := recordOf(ctx, tx, reference)
		if err != nil {
			return err
		}
		if !opens(held.Owner, key, owner, secret) || held.Version > 0 {
			return ErrNone
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM record WHERE reference = ?", reference)
		return err
	})
	if err != nil {
		return fmt.Errorf("removing a draft: %w", err)
	}
	return nil
}

// WithdrawRecord notes that the withdrawal of a record went out as its next
// revision, and keeps nothing of its words. version is the one that was sent last.
// The log tells of it, with the day alone and without saying whose it was: that a
// record went must be seen, and who wrote it must not.
//
// Errors: ErrNone when there is none, it is another's, was never sent, was sent
// again since, or is withdrawn already.
func (s *Store) WithdrawRecord(ctx context.Context, reference, owner, secret string, version int, day incident.Day) error {
	a := Act{Who: "the author of the record", At: day.Time()}
	e := Entry{What: "withdraw record", Object: reference, Detail: map[string]string{"revision": fmt.Sprint(version + 1)}}
	return s.act(ctx, a, e, func(tx *sql.Tx) error {
		held, key, err := recordOf(ctx, tx, reference)
		if err != nil {
			return err
		}
		if !opens(held.Owner, key, owner, secret) || held.Version < 1 || held.Version != version || held.Withdrawn() {
			return ErrNone
		}
		fields, err := json.Marshal(map[string]string{withdrawn: "yes"})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE record SET version = ?, draft = ?, fields = ?, day = ? WHERE reference = ?", version+1, false, string(fields), int64(day), reference)
		return err
	})
}
