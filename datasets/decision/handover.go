package decision

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"psims/datasets/incident"
)

// Handover is what one reviewer leaves the next: where things stand, in their words.
type Handover struct {
	ID   int64
	Note string

	// Filled by the store.
	Who  string
	At   time.Time
	AsOf incident.Day
	Run  string
}

// HandOver stores a note for the next reviewer. Earlier ones stay.
//
// Errors: a note that is empty or longer than MaxReason.
func (s *Store) HandOver(ctx context.Context, a Act, note string) error {
	if note = strings.TrimSpace(note); note == "" || len(note) > MaxReason {
		return fmt.Errorf("write a note of up to %d characters", MaxReason)
	}
	return s.act(ctx, a, Entry{What: "hand over", Detail: map[string]string{"note": note, "run": a.Run}}, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO handover (note, run, as_of, who, at) VALUES (?,?,?,?,?)", note, a.Run, int64(a.AsOf), a.Who, stamp(a.At))
		return err
	})
}

// Handovers gives the last n notes, newest first.
func (s *Store) Handovers(ctx context.Context, n int) ([]Handover, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, note, run, as_of, who, at FROM handover ORDER BY id DESC LIMIT ?", n)
	if err != nil {
		return nil, fmt.Errorf("reading hand-over notes: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []Handover
	for rows.Next() {
		var h Handover
		var asOf int64
		var at string
		if err := rows.Scan(&h.ID, &h.Note, &h.Run, &asOf, &h.Who, &at); err != nil {
			return nil, fmt.Errorf("reading hand-over notes: %w", err)
		}
		if h.At, err = moment(at); err != nil {
			return nil, err
		}
		h.AsOf = incident.Day(asOf)
		out = append(out, h)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading hand-over notes: %w", err)
	}
	return out, nil
}
