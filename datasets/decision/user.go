package decision

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Role says what a person may do.
type Role string

const (
	NationalReviewer Role = "national reviewer"
	NationalLead     Role = "national lead"
	SpecialtyLead    Role = "specialty lead" // scope: specialties
	Provider         Role = "provider"       // scope: organisations
	RegionReader     Role = "region reader"  // scope: organisations or regions; counts only
	Analyst          Role = "analyst"
	Administrator    Role = "administrator" // with organisations as scope: of these alone
	Public           Role = "public"        // without an account; published counts only
)

// Roles lists every role.
func Roles() []Role {
	return []Role{NationalReviewer, NationalLead, SpecialtyLead, Provider, RegionReader, Analyst, Administrator, Public}
}

// Scope says which events a person may see: those of any of the organisations or
// regions, and of any of the specialties. An empty list does not limit.
type Scope struct {
	Organisations []string `json:"organisations,omitempty"` // codes
	Regions       []string `json:"regions,omitempty"`
	Specialties   []string `json:"specialties,omitempty"`
}

// Whole reports whether the scope limits nothing.
func (s Scope) Whole() bool {
	return len(s.Organisations) == 0 && len(s.Regions) == 0 && len(s.Specialties) == 0
}

// User is an account.
type User struct {
	Login  string
	Name   string
	Role   Role
	Scope  Scope
	Active bool
}

// Check says what is wrong with an account. A role that needs a scope must have
// one: an empty list would let it see everything.
func (u User) Check() error {
	switch {
	case u.Login == "" || len(u.Login) > MaxName || strings.TrimSpace(u.Login) != u.Login:
		return fmt.Errorf("the login must have 1 to %d characters, and no space around it", MaxName)
	case len(u.Name) > MaxName:
		return fmt.Errorf("the name must be %d characters or fewer", MaxName)
	case !slices.Contains(Roles(), u.Role) || u.Role == Public:
		return errors.New("choose a role")
	case u.Role == Provider && len(u.Scope.Organisations) == 0:
		return errors.New("a provider's account needs the code of at least one organisation")
	case u.Role == RegionReader && len(u.Scope.Organisations) == 0 && len(u.Scope.Regions) == 0:
		return errors.New("a region reader's account needs a region, or the codes of organisations")
	case u.Role == SpecialtyLead && len(u.Scope.Specialties) == 0:
		return errors.New("a specialty lead's account needs at least one specialty")
	case (u.Role == NationalReviewer || u.Role == NationalLead || u.Role == Analyst) && !u.Scope.Whole():
		return fmt.Errorf("a %s sees everything: leave the scope empty, or choose another role", u.Role)
	}
	for _, list := range [][]string{u.Scope.Organisations, u.Scope.Regions, u.Scope.Specialties} {
		for _, v := range list {
			if v == "" || len(v) > MaxName || strings.ContainsAny(v, "\r\n") {
				return fmt.Errorf("a code or name in the scope must have 1 to %d characters, on one line", MaxName)
			}
		}
	}
	return nil
}

// SetUser stores an account, new or changed.
func (s *Store) SetUser(ctx context.Context, a Act, u User) error {
	if err := u.Check(); err != nil {
		return err
	}
	scope, err := json.Marshal(u.Scope)
	if err != nil {
		return fmt.Errorf("setting user: %w", err)
	}
	e := Entry{What: "set user", Object: u.Login, Detail: map[string]string{"role": string(u.Role), "scope": string(scope), "active": fmt.Sprint(u.Active)}}
	return s.act(ctx, a, e, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO user (login, name, role, organisations, regions, specialties, active) VALUES (?,?,?,?,?,?,?)
			ON CONFLICT (login) DO UPDATE SET name = excluded.name, role = excluded.role, organisations = excluded.organisations, regions = excluded.regions, specialties = excluded.specialties, active = excluded.active`,
			u.Login, u.Name, string(u.Role), list(u.Scope.Organisations), list(u.Scope.Regions), list(u.Scope.Specialties), u.Active)
		return err
	})
}

// list keeps names in one column; none holds a line break.
func list(names []string) string { return strings.Join(names, "\n") }

func unlist(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// User gives an account by its login.
//
// Errors: ErrNone when there is none, or it is switched off.
func (s *Store) User(ctx context.Context, login string) (User, error) {
	all, err := s.users(ctx, "WHERE login = ? AND active", login)
	if err == nil && len(all) == 0 {
		err = ErrNone
	}
	if err != nil {
		return User{}, err
	}
	return all[0], nil
}

// Users lists every account by login.
func (s *Store) Users(ctx context.Context) ([]User, error) { return s.users(ctx, "ORDER BY login") }

func (s *Store) users(ctx context.Context, where string, args ...any) ([]User, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT login, name, role, organisations, regions, specialties, active FROM user "+where, args...)
	if err != nil {
		return nil, fmt.Errorf("reading users: %w", err)
	}
	defer rows.Close() // its error is rows.Err's
	var out []User
	for rows.Next() {
		var u User
		var o, r, sp string
		if err := rows.Scan(&u.Login, &u.Name, &u.Role, &o, &r, &sp, &u.Active); err != nil {
			return nil, fmt.Errorf("reading users: %w", err)
		}
		u.Scope = Scope{unlist(o), unlist(r), unlist(sp)}
		out = append(out, u)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading users: %w", err)
	}
	return out, nil
}

// SetToken lets whoever has the token send extracts of an organisation, or no
// longer. Only its hash is kept.
func (s *Store) SetToken(ctx context.Context, a Act, token, organisation, label string, active bool) error {
	switch {
	case len(token) < 20:
		return errors.New("a token must have at least 20 characters")
	case organisation == "" || len(organisation) > MaxName || len(label) > MaxName:
		return errors.New("say whose token it is")
	}
	h := sha256.Sum256([]byte(token))
	e := Entry{What: "set token", Object: organisation, Detail: map[string]string{"label": label, "active": fmt.Sprint(active)}}
	return s.act(ctx, a, e, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO token (hash, organisation, label, active) VALUES (?,?,?,?) ON CONFLICT (hash) DO UPDATE SET organisation = excluded.organisation, label = excluded.label, active = excluded.active",
			hex.EncodeToString(h[:]), organisation, label, active)
		return err
	})
}

// Sender gives the organisation of a token.
//
// Errors: ErrNone when nobody has it, or it is switched off.
func (s *Store) Sender(ctx context.Context, token string) (string, error) {
	h := sha256.Sum256([]byte(token))
	var organisation string
	err := s.read.QueryRowContext(ctx, "SELECT organisation FROM token WHERE hash = ? AND active", hex.EncodeToString(h[:])).Scan(&organisation)
	if errors.Is(err, sql.ErrNoRows) {
		return "", ErrNone
	}
	if err != nil {
		return "", fmt.Errorf("reading tokens: %w", err)
	}
	return organisation, nil
}
