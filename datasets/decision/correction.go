package decision

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"psims/datasets/incident"
)

// Field is a label of an event that a person may correct.
type Field string

const (
	Category   Field = "category"
	Harm       Field = "harm"        // a name that incident.ParseHarm reads
	NeverEvent Field = "never_event" // its title, or "none"
	SameEvent  Field = "same_event"  // the other report's system and id, with a space between
	OtherEvent Field = "other_event" // the same, of a report that tells of another event
)

// Fields lists every field.
func Fields() []Field { return []Field{Category, Harm, NeverEvent, SameEvent, OtherEvent} }

// ofPair reports whether an answer is about two reports.
func (f Field) ofPair() bool { return f == SameEvent || f == OtherEvent }

// Correction is one person's answer to what a label should be. An answer that
// equals Was confirms the label.
type Correction struct {
	ID       int64
	System   incident.System
	Incident string
	Field    Field
	Was      string
	Value    string
	Reason   string

	// Filled by the store.
	Who    string
	At     time.Time
	AsOf   incident.Day
	Undone incident.Day // NoDay while it stands
}

// Check says what is wrong with c, in a sentence for the person who fills the form.
func (c Correction) Check() error {
	switch {
	case !slices.Contains(Fields(), c.Field):
		return fmt.Errorf("choose what to correct")
	case c.System == "" || c.Incident == "":
		return fmt.Errorf("the report is not named")
	case strings.TrimSpace(c.Value) == "":
		return fmt.Errorf("choose or write what it should be")
	case len(c.Value) > MaxName || len(c.Was) > MaxName:
		return fmt.Errorf("a label must be %d characters or fewer", MaxName)
	case len(c.Reason) > MaxReason:
		return fmt.Errorf("the reason must be %d characters or fewer", MaxReason)
	}
	if c.Field == Harm {
		if _, err := incident.ParseHarm(c.Value); err != nil {
			return fmt.Errorf("choose a degree of harm from the list")
		}
	}
	return nil
}

// Correct stores an answer. A person's later answer to the same question replaces
// the earlier one; other people's stand beside it. Whether two reports tell of the
// same event is one question for each two.
func (s *Store) Correct(ctx context.Context, a Act, c Correction) (int64, error) {
	if err := c.Check(); err != nil {
		return 0, err
	}
	var id int64
	e := Entry{What: "correct label", Object: string(c.System) + " " + c.Incident, Detail: map[string]string{"field": string(c.Field), "was": c.Was, "value": c.Value, "reason": c.Reason}}
	err := s.act(ctx, a, e, func(tx *sql.Tx) error {
		question, args := "field = ?", []any{int64(a.AsOf), string(c.System), c.Incident, a.Who, string(c.Field)}
		if c.Field.ofPair() {
			question, args = "field IN (?, ?) AND value = ?", append(args[:4], string(SameEvent), string(OtherEvent), c.Value)
		}
		_, err := tx.ExecContext(ctx, "UPDATE correction SET undone = ? WHERE system = ? AND incident = ? AND who = ? AND undone IS NULL AND "+question, args...)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, "INSERT INTO correction (system, incident, field, was, value, reason, as_of, who, at) VALUES (?,?,?,?,?,?,?,?,?)",
			string(c.System), c.Incident, string(c.Field), c.Was, c.Value, c.Reason, int64(a.AsOf), a.Who, stamp(a.At))
		if err != nil {
			return err
		}
		id, err = r.LastInsertId()
		return err
	})
	return id, err
}

// UndoCorrection takes an answer back.
//
// Errors: ErrNone when there is no such answer or it is undone already.
func (s *Store) UndoCorrection(ctx context.Context, a Act, id int64) error {
	return s.act(ctx, a, Entry{What: "undo correction", Object: fmt.Sprint(id)}, func(tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "UPDATE correction SET undone = ? WHERE id = ? AND undone IS NULL", int64(a.AsOf), id))
	})
}

// Corrections gives the answers that stand now, oldest first.
func (s *Store) Corrections(ctx context.Context) ([]Correction, error) {
	return s.corrections(ctx, "WHERE undone IS NULL")
}

// CorrectionsOf gives the answers on one report that stand now, oldest first.
func (s *Store) CorrectionsOf(ctx context.Context, system incident.System, id string) ([]Correction, error) {
	return s.corrections(ctx, "WHERE undone IS NULL AND system = ? AND incident = ?", string(system), id)
}

// CorrectionsAt gives the answers that stood when the day began to be judged,
// oldest first: where people differ, the last one is the label.
func (s *Store) CorrectionsAt(ctx context.Context, day incident.Day) ([]Correction, error) {
	return s.corrections(ctx, "WHERE as_of < ?1 AND (undone IS NULL OR undone >= ?1)", int64(day))
}

func (s *Store) corrections(ctx context.Context, where string, args ...any) ([]Correction, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, system, incident, field, was, value, reason, as_of, who, at, undone FROM correction "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, fmt.Errorf("reading corrections: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []Correction
	for rows.Next() {
		var c Correction
		var made string
		var asOf int64
		var undone sql.NullInt64
		if err := rows.Scan(&c.ID, &c.System, &c.Incident, &c.Field, &c.Was, &c.Value, &c.Reason, &asOf, &c.Who, &made, &undone); err != nil {
			return nil, fmt.Errorf("reading corrections: %w", err)
		}
		if c.At, err = moment(made); err != nil {
			return nil, err
		}
		c.AsOf, c.Undone = incident.Day(asOf), dayOf(undone)
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading corrections: %w", err)
	}
	return out, nil
}

// Agreement sums up how often two people who answered the same question gave the
// same answer.
type Agreement struct {
	Questions int // answered by two people or more
	Agreed    int // of these, all answers alike
}

// Agree counts, by field, over the answers given.
func Agree(list []Correction) map[Field]Agreement {
	type question struct {
		system   incident.System
		incident string
		field    Field
	}
	answers := map[question]map[string]string{} // who → value
	for _, c := range list {
		q, answer := question{c.System, c.Incident, c.Field}, c.Value
		if c.Field.ofPair() { // whichever of the two reports a person was at
			one, other := string(c.System)+" "+c.Incident, c.Value
			q, answer = question{"", min(one, other) + "\n" + max(one, other), SameEvent}, string(c.Field)
		}
		if answers[q] == nil {
			answers[q] = map[string]string{}
		}
		answers[q][c.Who] = answer
	}
	out := map[Field]Agreement{}
	for q, by := range answers {
		if len(by) < 2 {
			continue
		}
		values := map[string]bool{}
		for _, v := range by {
			values[v] = true
		}
		a := out[q.field]
		a.Questions++
		if len(values) == 1 {
			a.Agreed++
		}
		out[q.field] = a
	}
	return out
}
