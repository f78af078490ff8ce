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

// State is what a reviewer made of an alert.
type State string

const (
	UnderReview   State = "under review"
	FocusedReview State = "focused review" // a possible new or under-recognised issue, looked into by the whole team
	Known         State = "known"          // true, and known already: nothing new to say
	NotAnIssue    State = "not an issue"
	Published     State = "published" // an alert or a case study is out; Link says where
)

// States lists every state in the order in which a reviewer is offered them.
func States() []State { return []State{UnderReview, FocusedReview, Known, NotAnIssue, Published} }

// Dismisses reports whether an alert in this state stays down until it changes.
func (s State) Dismisses() bool { return s == Known || s == NotAnIssue || s == Published }

// Decision is what one person decided about one alert. Observed, Severe and
// Organisations are the alert's numbers at that moment: what a change is told by.
type Decision struct {
	ID            int64
	Alert         string
	State         State
	Reason        string
	Owner         string       // who goes on with it; may be empty
	Due           incident.Day // NoDay when none is set
	Link          string       // where it was published
	Observed      float64
	Severe        int // reports of severe or fatal harm
	Organisations int

	// Filled by the store.
	Who      string
	At       time.Time
	AsOf     incident.Day
	Run      string
	Undone   incident.Day // NoDay while it stands
	UndoneBy string
	Second   []Reading // in the order in which they were given
}

// Reading is a second reader's answer to a decision.
type Reading struct {
	Who    string
	At     time.Time
	Agrees bool
	Note   string
}

// Limits of what a person may write, in bytes.
const (
	MaxReason = 4000
	MaxLink   = 2000
	MaxName   = 200
)

// Check says in a sentence for the person who fills the form what is wrong with d.
func (d Decision) Check() error {
	switch {
	case !slices.Contains(States(), d.State):
		return fmt.Errorf("choose what you decided")
	case strings.TrimSpace(d.Reason) == "":
		return fmt.Errorf("say why: the next reader has nothing else to go by")
	case len(d.Reason) > MaxReason:
		return fmt.Errorf("the reason must be %d characters or fewer", MaxReason)
	case len(d.Owner) > MaxName:
		return fmt.Errorf("the owner must be %d characters or fewer", MaxName)
	case d.State == Published && d.Link == "":
		return fmt.Errorf("give the address of what was published")
	case d.Link != "" && !strings.HasPrefix(d.Link, "https://"):
		return fmt.Errorf("the address must begin with https://")
	case len(d.Link) > MaxLink:
		return fmt.Errorf("the address must be %d characters or fewer", MaxLink)
	}
	return nil
}

// Decide stores a decision and gives its number. The one before it, if any, stays
// in the history.
//
// Errors: what Check says, or the disk's.
func (s *Store) Decide(ctx context.Context, a Act, d Decision) (int64, error) {
	if err := d.Check(); err != nil {
		return 0, err
	}
	var id int64
	e := Entry{What: "decide", Object: d.Alert, Detail: map[string]string{"state": string(d.State), "reason": d.Reason, "owner": d.Owner, "due": d.Due.String(), "link": d.Link, "run": a.Run}}
	err := s.act(ctx, a, e, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO decision (alert, run, as_of, state, reason, owner, due, link, observed, severe, organisations, who, at)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
			d.Alert, a.Run, int64(a.AsOf), string(d.State), d.Reason, d.Owner, nullDay(d.Due), d.Link, d.Observed, d.Severe, d.Organisations, a.Who, stamp(a.At))
		if err != nil {
			return err
		}
		id, err = r.LastInsertId()
		return err
	})
	return id, err
}

// Undo takes a decision back. It stays in the history, marked.
//
// Errors: ErrNone when there is no such decision or it is undone already.
func (s *Store) Undo(ctx context.Context, a Act, id int64) error {
	return s.act(ctx, a, Entry{What: "undo decision", Object: fmt.Sprint(id)}, func(tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "UPDATE decision SET undone = ?, undone_by = ? WHERE id = ? AND undone IS NULL", int64(a.AsOf), a.Who, id))
	})
}

// SecondRead stores whether another person agrees with a decision; a later answer
// of the same person replaces the earlier.
//
// Errors: ErrNone when there is no such decision, or it is undone, or one's own.
func (s *Store) SecondRead(ctx context.Context, a Act, id int64, r Reading) error {
	if len(r.Note) > MaxReason {
		return fmt.Errorf("the note must be %d characters or fewer", MaxReason)
	}
	e := Entry{What: "second reading", Object: fmt.Sprint(id), Detail: map[string]string{"agrees": fmt.Sprint(r.Agrees), "note": r.Note}}
	return s.act(ctx, a, e, func(tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, `INSERT INTO second_reading (decision, who, at, agrees, note)
			SELECT id, ?, ?, ?, ? FROM decision WHERE id = ? AND undone IS NULL AND who <> ?
			ON CONFLICT (decision, who) DO UPDATE SET at = excluded.at, agrees = excluded.agrees, note = excluded.note`,
			a.Who, stamp(a.At), r.Agrees, r.Note, id, a.Who))
	})
}

// one turns "no row changed" into ErrNone.
func one(r sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		return ErrNone
	}
	return err
}

// Decisions gives every decision ever made, oldest first, those that were undone too.
func (s *Store) Decisions(ctx context.Context) ([]Decision, error) {
	return s.decisions(ctx, "", nil)
}

// History gives the decisions of one alert, oldest first.
func (s *Store) History(ctx context.Context, alert string) ([]Decision, error) {
	return s.decisions(ctx, "WHERE alert = ?", []any{alert})
}

// Standing gives the decision that stands for each alert now: the newest that was
// not undone.
func (s *Store) Standing(ctx context.Context) (map[string]Decision, error) {
	all, err := s.decisions(ctx, "WHERE undone IS NULL", nil)
	return newest(all), err
}

// StandingAt gives the decision that stood for each alert when the day began to be
// judged: made on the run of an earlier day, and not undone on one.
func (s *Store) StandingAt(ctx context.Context, day incident.Day) (map[string]Decision, error) {
	all, err := s.decisions(ctx, "WHERE as_of < ? AND (undone IS NULL OR undone >= ?)", []any{int64(day), int64(day)})
	return newest(all), err
}

func newest(all []Decision) map[string]Decision {
	out := map[string]Decision{}
	for _, d := range all {
		out[d.Alert] = d
	}
	return out
}

func (s *Store) decisions(ctx context.Context, where string, args []any) ([]Decision, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT id, alert, run, as_of, state, reason, owner, due, link, observed, severe, organisations, who, at, undone, undone_by FROM decision `+where+` ORDER BY id`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading decisions: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []Decision
	at := map[int64]int{}
	for rows.Next() {
		var d Decision
		var made string
		var asOf int64
		var due, undone sql.NullInt64
		if err := rows.Scan(&d.ID, &d.Alert, &d.Run, &asOf, &d.State, &d.Reason, &d.Owner, &due, &d.Link, &d.Observed, &d.Severe, &d.Organisations, &d.Who, &made, &undone, &d.UndoneBy); err != nil {
			return nil, fmt.Errorf("reading decisions: %w", err)
		}
		if d.At, err = moment(made); err != nil {
			return nil, err
		}
		d.AsOf, d.Due, d.Undone = incident.Day(asOf), dayOf(due), dayOf(undone)
		at[d.ID] = len(out)
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading decisions: %w", err)
	}
	return out, s.readings(ctx, out, at)
}

// readings adds the second readings to the decisions at those places.
func (s *Store) readings(ctx context.Context, list []Decision, at map[int64]int) error {
	if len(list) == 0 {
		return nil
	}
	rows, err := s.read.QueryContext(ctx, "SELECT decision, who, at, agrees, note FROM second_reading ORDER BY decision, at, who")
	if err != nil {
		return fmt.Errorf("reading second readings: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	for rows.Next() {
		var id int64
		var r Reading
		var made string
		if err := rows.Scan(&id, &r.Who, &made, &r.Agrees, &r.Note); err != nil {
			return fmt.Errorf("reading second readings: %w", err)
		}
		if r.At, err = moment(made); err != nil {
			return err
		}
		if i, ok := at[id]; ok {
			list[i].Second = append(list[i].Second, r)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading second readings: %w", err)
	}
	return nil
}
