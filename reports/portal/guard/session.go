package guard

import (
	"net/http"
	"sync"
	"time"
)

// cookieName is the session's cookie. It holds a random name and nothing else.
const cookieName = "psims-session"

// Session is what is remembered of a visitor who signs in.
type Session struct {
	Login string            // "" until signed in
	Notes map[string]string // of the sign-in under way

	began, seen time.Time
}

// Sessions remembers visitors, in memory alone: after a restart they sign in again.
type Sessions struct {
	Clock  func() time.Time
	Secret func() string // a new random name
	Idle   time.Duration // after which an unused session ends
	Most   time.Duration // after which any session ends
	Secure bool          // cookies only over HTTPS

	mu   sync.Mutex
	held map[string]*Session
}

// maxSessions bounds how many there may be.
const maxSessions = 20_000

// Of gives the session of a request; nil when it has none, or it has ended.
func (s *Sessions) Of(r *http.Request) *Session {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return nil
	}
	now := s.Clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.held[c.Value]
	if n == nil {
		return nil
	}
	if s.over(n, now) {
		delete(s.held, c.Value)
		return nil
	}
	n.seen = now
	return n
}

func (s *Sessions) over(n *Session, now time.Time) bool {
	return now.Sub(n.seen) > s.Idle || now.Sub(n.began) > s.Most
}

// Begin gives the visitor a new session under a new name, and ends the one before:
// a name that somebody else has planted is worth nothing after sign-in.
func (s *Sessions) Begin(w http.ResponseWriter, r *http.Request, n *Session) {
	s.End(w, r)
	now := s.Clock()
	n.began, n.seen = now, now
	name := s.Secret()
	s.mu.Lock()
	if s.held == nil {
		s.held = map[string]*Session{}
	}
	if len(s.held) >= maxSessions {
		for k, old := range s.held {
			if s.over(old, now) || old.Login == "" {
				delete(s.held, k)
			}
		}
	}
	s.held[name] = n
	s.mu.Unlock()
	http.SetCookie(w, s.cookie(name, int(s.Most.Seconds())))
}

// End ends the session of a request.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return
	}
	s.mu.Lock()
	delete(s.held, c.Value)
	s.mu.Unlock()
	http.SetCookie(w, s.cookie("", -1))
}

func (s *Sessions) cookie(value string, age int) *http.Cookie {
	// Lax: the provider's answer to a sign-in comes as a link from its site.
	return &http.Cookie{Name: cookieName, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
}
