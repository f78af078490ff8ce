package decision

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// View is an address of the portal under a name: a search, a filter, an analysis.
type View struct {
	ID    int64
	Owner string
	Name  string
	Path  string // "/search?q=…", always within the portal
	At    time.Time
}

// SaveView stores a view under its owner's name for it; the same name again replaces it.
//
// Errors: a name that is empty or too long, an address that leads elsewhere.
func (s *Store) SaveView(ctx context.Context, a Act, v View) error {
	switch {
	case strings.TrimSpace(v.Name) == "" || len(v.Name) > MaxName:
		return fmt.Errorf("give it a name of up to %d characters", MaxName)
	case !strings.HasPrefix(v.Path, "/") || strings.HasPrefix(v.Path, "//") || strings.Contains(v.Path, `\`) || len(v.Path) > MaxLink:
		return errors.New("only addresses of this service can be saved")
	}
	return s.act(ctx, a, Entry{What: "save view", Object: v.Name, Detail: map[string]string{"path": v.Path}}, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO view (owner, name, path, at) VALUES (?,?,?,?) ON CONFLICT (owner, name) DO UPDATE SET path = excluded.path, at = excluded.at",
			a.Who, v.Name, v.Path, stamp(a.At))
		return err
	})
}

// RemoveView removes one's own view.
//
// Errors: ErrNone when there is none of that number, or it is another's.
func (s *Store) RemoveView(ctx context.Context, a Act, id int64) error {
	return s.act(ctx, a, Entry{What: "remove view", Object: fmt.Sprint(id)}, func(tx *sql.Tx) error {
		return one(tx.ExecContext(ctx, "DELETE FROM view WHERE id = ? AND owner = ?", id, a.Who))
	})
}

// Views lists the views of one person by name.
func (s *Store) Views(ctx context.Context, owner string) ([]View, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, owner, name, path, at FROM view WHERE owner = ? ORDER BY name", owner)
	if err != nil {
		return nil, fmt.Errorf("reading views: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []View
	for rows.Next() {
		var v View
		var at string
		if err := rows.Scan(&v.ID, &v.Owner, &v.Name, &v.Path, &at); err != nil {
			return nil, fmt.Errorf("reading views: %w", err)
		}
		if v.At, err = moment(at); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading views: %w", err)
	}
	return out, nil
}

// Snapshot is a result as it stood: later runs don't change it. Its name is the
// hash of its content.
type Snapshot struct {
	Hash    string
	Title   string
	Run     string
	Owner   string
	At      time.Time
	Content []byte
}

// MaxSnapshot is the most bytes that a frozen result may have.
const MaxSnapshot = 4 << 20

// Freeze stores a result and gives its name; the same content again has the same name.
//
// Errors: a content that is empty or above MaxSnapshot.
func (s *Store) Freeze(ctx context.Context, a Act, title string, content []byte) (string, error) {
	switch {
	case len(content) == 0 || len(content) > MaxSnapshot:
		return "", fmt.Errorf("freezing a result of %d bytes: want 1 to %d", len(content), MaxSnapshot)
	case len(title) > MaxReason:
		return "", fmt.Errorf("the title must be %d characters or fewer", MaxReason)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q\n", a.Run, a.Who, title) // a hash never fails to write
	h.Write(content)
	hash := hex.EncodeToString(h.Sum(nil))[:32]
	err := s.act(ctx, a, Entry{What: "freeze result", Object: hash, Detail: map[string]string{"title": title, "run": a.Run}}, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO snapshot (hash, title, run, owner, at, content) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING", hash, title, a.Run, a.Who, stamp(a.At), content)
		return err
	})
	return hash, err
}

// Frozen gives a result by its name.
//
// Errors: ErrNone.
func (s *Store) Frozen(ctx context.Context, hash string) (Snapshot, error) {
	n := Snapshot{Hash: hash}
	var at string
	err := s.read.QueryRowContext(ctx, "SELECT title, run, owner, at, content FROM snapshot WHERE hash = ?", hash).Scan(&n.Title, &n.Run, &n.Owner, &at, &n.Content)
	if errors.Is(err, sql.ErrNoRows) {
		return n, ErrNone
	}
	if err != nil {
		return n, fmt.Errorf("reading a frozen result: %w", err)
	}
	n.At, err = moment(at)
	return n, err
}
