package decision

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Entry is a line of the log: who did what to what.
type Entry struct {
	What   string
	Object string
	Detail map[string]string

	// Filled by the store.
	Seq        int64 // 1, 2, … without a gap
	At         time.Time
	Who        string
	Prev, Hash string // SHA-256, in hex; Prev of the first is empty
}

// ErrTampered says that the log is not what was written.
var ErrTampered = errors.New("the audit log has been changed")

// sum is the hash of a line: of everything in it and the hash before.
func sum(seq int64, at, who, what, object, detail, prev string) string {
	text, err := json.Marshal([]any{seq, at, who, what, object, detail, prev})
	if err != nil {
		panic(fmt.Sprintf("decision: a line of strings that is no JSON: %v", err)) // it always is
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

func appendEntry(ctx context.Context, tx *sql.Tx, a Act, e Entry) error {
	var seq int64
	var prev string
	err := tx.QueryRowContext(ctx, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").Scan(&seq, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	seq++
	detail := "{}"
	if len(e.Detail) > 0 {
		text, err := json.Marshal(e.Detail) // keys come in order
		if err != nil {
			return fmt.Errorf("writing the audit log: %w", err)
		}
		detail = string(text)
	}
	at := stamp(a.At)
	_, err = tx.ExecContext(ctx, "INSERT INTO audit (seq, at, who, what, object, detail, prev, hash) VALUES (?,?,?,?,?,?,?,?)",
		seq, at, a.Who, e.What, e.Object, detail, prev, sum(seq, at, a.Who, e.What, e.Object, detail, prev))
	if err != nil {
		return fmt.Errorf("writing the audit log: %w", err)
	}
	return nil
}

// Note writes lines into the log about things that change nothing here: a sign-in,
// an export, a narrative that was read.
func (s *Store) Note(ctx context.Context, a Act, entries ...Entry) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		for _, e := range entries {
			if err := appendEntry(ctx, tx, a, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("noting in the audit log: %w", err)
	}
	return nil
}

// Log gives up to n lines from before the one numbered below, newest first; 0
// begins at the newest.
func (s *Store) Log(ctx context.Context, below int64, n int) ([]Entry, error) {
	return s.entries(ctx, "WHERE ?1 = 0 OR seq < ?1 ORDER BY seq DESC LIMIT ?2", below, n)
}

func (s *Store) entries(ctx context.Context, where string, args ...any) ([]Entry, error) {
	var out []Entry
	err := s.eachEntry(ctx, where, args, func(e Entry, _, _ string) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

func (s *Store) eachEntry(ctx context.Context, where string, args []any, do func(e Entry, at, detail string) error) error {
	rows, err := s.read.QueryContext(ctx, "SELECT seq, at, who, what, object, detail, prev, hash FROM audit "+where, args...)
	if err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	for rows.Next() {
		var e Entry
		var at, detail string
		if err := rows.Scan(&e.Seq, &at, &e.Who, &e.What, &e.Object, &detail, &e.Prev, &e.Hash); err != nil {
			return fmt.Errorf("reading the audit log: %w", err)
		}
		if e.At, err = moment(at); err != nil {
			return errors.Join(ErrTampered, err)
		}
		if err := json.Unmarshal([]byte(detail), &e.Detail); err != nil {
			return fmt.Errorf("reading the audit log, line %d: %w", e.Seq, errors.Join(ErrTampered, err))
		}
		if err := do(e, at, detail); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading the audit log: %w", err)
	}
	return nil
}

// Head is the end of the log at some time: kept elsewhere, it tells later whether
// lines were cut off.
type Head struct {
	Lines int64  `json:"lines"`
	Hash  string `json:"hash"`
}

// Verify reads the whole log and gives its head. With an earlier head, the log must
// still hold that line too: a chain alone doesn't show that its end is missing.
//
// Errors: ErrTampered, with the first line that is not what was written.
func (s *Store) Verify(ctx context.Context, earlier ...Head) (Head, error) {
	var head Head
	known := map[int64]string{}
	for _, h := range earlier {
		known[h.Lines] = h.Hash
	}
	err := s.eachEntry(ctx, "ORDER BY seq", nil, func(e Entry, at, detail string) error {
		switch {
		case e.Seq != head.Lines+1:
			return fmt.Errorf("line %d follows line %d: %w", e.Seq, head.Lines, ErrTampered)
		case e.Prev != head.Hash:
			return fmt.Errorf("line %d does not follow from the one before: %w", e.Seq, ErrTampered)
		case e.Hash != sum(e.Seq, at, e.Who, e.What, e.Object, detail, e.Prev):
			return fmt.Errorf("line %d does not match its hash: %w", e.Seq, ErrTampered)
		case known[e.Seq] != "" && known[e.Seq] != e.Hash:
			return fmt.Errorf("line %d is not the one that was seen before: %w", e.Seq, ErrTampered)
		}
		head = Head{e.Seq, e.Hash}
		return nil
	})
	if err != nil {
		return head, fmt.Errorf("verifying the audit log: %w", err)
	}
	for _, h := range earlier {
		if h.Lines > head.Lines {
			return head, fmt.Errorf("verifying the audit log: it had %d lines and has %d: %w", h.Lines, head.Lines, ErrTampered)
		}
	}
	return head, nil
}
