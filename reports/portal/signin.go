package portal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"psims/datasets/decision"
	"psims/reports/portal/access"
	"psims/reports/portal/guard"
)

// Mode is how people say who they are.
type Mode string

const (
	Local Mode = "local" // one user on this machine
	Proxy Mode = "proxy" // a proxy on this machine has asked them, and says so in a header
	OIDC  Mode = "oidc"  // an OpenID Connect provider asks them
)

// Modes lists every way.
func Modes() []Mode { return []Mode{Local, Proxy, OIDC} }

// SignIn holds the settings of the sign-in.
type SignIn struct {
	Mode         Mode
	Header       string // of Proxy: that names the login, "X-Forwarded-User"
	Issuer       string // of OIDC
	ClientID     string
	ClientSecret string
	Address      string // of this portal as browsers reach it: "https://psims.example"
	Claim        string // of OIDC: that names the login, "email" or "sub"
}

// provider is an OpenID Connect provider that was asked about itself.
type provider struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	claim    string
}

func discover(ctx context.Context, c SignIn) (*provider, error) {
	p, err := oidc.NewProvider(ctx, c.Issuer)
	if err != nil {
		return nil, fmt.Errorf("asking the sign-in provider %q about itself: %w", c.Issuer, err)
	}
	return &provider{
		oauth: oauth2.Config{ClientID: c.ClientID, ClientSecret: c.ClientSecret, Endpoint: p.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
			RedirectURL: strings.TrimSuffix(c.Address, "/") + "/sign-in/answer"},
		verifier: p.Verifier(&oidc.Config{ClientID: c.ClientID}),
		claim:    c.Claim,
	}, nil
}

// who tells who asks; known is false for a visitor without an account.
func (s *Server) who(r *http.Request) (p access.Person, known bool, err error) {
	login := ""
	switch s.config.SignIn.Mode {
	case Local:
		return access.Local(), true, nil
	case Proxy:
		// Only the proxy on this machine may say who somebody is.
		if fromHere(r) {
			login = strings.TrimSpace(r.Header.Get(s.config.SignIn.Header))
		}
	case OIDC:
		if n := s.sessions.Of(r); n != nil {
			login = n.Login
		}
	}
	if login != "" {
		u, err := s.config.Store.User(r.Context(), login)
		if err == nil {
			return access.Of(u), true, nil
		}
		if !errors.Is(err, decision.ErrNone) {
			return p, false, err
		}
	}
	if s.config.Public {
		p.Role = decision.Public
	}
	return p, false, nil
}

func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// askToSignIn sends a visitor to the sign-in, and back to where they were going.
func (q *request) askToSignIn() error {
	if q.server.config.SignIn.Mode != OIDC {
		return failure{http.StatusForbidden, "You have no account here. Ask an administrator for one."}
	}
	to := "/"
	if q.r.Method == http.MethodGet {
		to = q.r.URL.RequestURI()
	}
	return q.redirect("/sign-in?to=" + url.QueryEscape(to))
}

// ownPath gives an address if it leads within the portal, else the first page.
func ownPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") {
		return "/"
	}
	return s
}

func (s *Server) signIn(q *request) error {
	if s.oidc == nil {
		return q.redirect("/")
	}
	n := &guard.Session{Notes: map[string]string{"state": s.config.Secret(), "nonce": s.config.Secret(), "verifier": oauth2.GenerateVerifier(), "to": ownPath(q.r.URL.Query().Get("to"))}}
	s.sessions.Begin(q.w, q.r, n)
	address := s.oidc.oauth.AuthCodeURL(n.Notes["state"], oidc.Nonce(n.Notes["nonce"]), oauth2.S256ChallengeOption(n.Notes["verifier"]))
	http.Redirect(q.w, q.r, address, http.StatusFound)
	return nil
}

// signedIn takes the provider's answer. Everything in it is checked against what
// was asked for in this visitor's own session.
func (s *Server) signedIn(q *request) error {
	n := s.sessions.Of(q.r)
	if s.oidc == nil || n == nil || n.Notes["state"] == "" || q.r.URL.Query().Get("state") != n.Notes["state"] {
		return failure{http.StatusBadRequest, "This sign-in has grown old. Start again from the first page."}
	}
	notes := n.Notes
	s.sessions.End(q.w, q.r) // an answer serves once
	token, err := s.oidc.oauth.Exchange(q.ctx(), q.r.URL.Query().Get("code"), oauth2.VerifierOption(notes["verifier"]))
	if err != nil {
		return failure{http.StatusForbidden, "The sign-in provider did not confirm who you are."}
	}
	login, err := s.oidc.login(q.ctx(), token, notes["nonce"])
	if err != nil {
		return failure{http.StatusForbidden, "The sign-in provider did not say who you are."}
	}
	if _, err := s.config.Store.User(q.ctx(), login); errors.Is(err, decision.ErrNone) {
		return failure{http.StatusForbidden, "You are signed in with your provider, but have no account here. Ask an administrator for one."}
	} else if err != nil {
		return err
	}
	if err := s.config.Store.Note(q.ctx(), decision.Act{Who: login, At: s.config.Clock()}, decision.Entry{What: "sign in"}); err != nil {
		return err
	}
	s.sessions.Begin(q.w, q.r, &guard.Session{Login: login})
	return q.redirect(notes["to"])
}

func (p *provider) login(ctx context.Context, token *oauth2.Token, nonce string) (string, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return "", errors.New("signing in: the answer has no id token")
	}
	id, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		return "", err
	}
	if id.Nonce != nonce {
		return "", errors.New("signing in: the id token was made for another sign-in")
	}
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return "", err
	}
	if verified, told := claims["email_verified"].(bool); p.claim == "email" && told && !verified {
		return "", errors.New("signing in: the provider has not verified the address")
	}
	login, _ := claims[p.claim].(string)
	if login == "" {
		return "", fmt.Errorf("signing in: the id token has no claim %q", p.claim)
	}
	return login, nil
}

func (s *Server) signOut(q *request) error {
	// No form token: the cross-site check has passed, and all that can happen is a sign-out.
	s.sessions.End(q.w, q.r)
	return q.page(http.StatusOK, "message", frame{Title: "You are signed out"}, "Close the window if others use this computer.")
}
