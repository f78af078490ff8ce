package portal_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"psims/datasets/decision"
	"psims/reports/portal"
)

// provider is an OpenID Connect provider of our own: it lets in whoever asks, as
// whom the test says, and holds to the code flow with PKCE.
type provider struct {
	t      *testing.T
	url    string
	key    *rsa.PrivateKey
	claims map[string]any        // of the next sign-in
	asked  map[string]url.Values // by code
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, claims: map[string]any{}, asked: map[string]url.Values{}}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, body any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"issuer": p.url, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys", "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) {
		code := fmt.Sprintf("code-%d", len(p.asked))
		p.asked[code] = r.URL.Query()
		http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {r.URL.Query().Get("state")}}.Encode(), http.StatusFound)
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		asked := p.asked[r.FormValue("code")]
		delete(p.asked, r.FormValue("code"))
		sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
		if asked == nil || b64(sum[:]) != asked.Get("code_challenge") || asked.Get("code_challenge_method") != "S256" {
			http.Error(w, `{"error":"invalid_grant"}`, http.StatusBadRequest)
			return
		}
		reply(w, map[string]any{"access_token": "x", "token_type": "Bearer", "id_token": p.token(asked.Get("nonce"))})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *provider) token(nonce string) string {
	claims := map[string]any{"iss": p.url, "aud": "psims", "sub": "1", "nonce": nonce, "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	for k, v := range p.claims {
		claims[k] = v
	}
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Fatal(err)
	}
	signed := b64([]byte(`{"alg":"RS256","kid":"k"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Fatal(err)
	}
	return signed + "." + b64(signature)
}

// withProvider starts a portal that this provider signs people in to.
func withProvider(t *testing.T) (*site, *provider) {
	t.Helper()
	p := newProvider(t)
	// The portal must know its own address before it listens: a listener is opened first.
	front := httptest.NewUnstartedServer(nil)
	address := "http://" + front.Listener.Addr().String()
	s := open(t, func(c *portal.Config) {
		c.SignIn = portal.SignIn{Mode: portal.OIDC, Issuer: p.url, ClientID: "psims", ClientSecret: "s", Address: address, Claim: "email"}
		c.Receive = func(context.Context, portal.Upload) (portal.Receipt, error) { return portal.Receipt{}, nil }
	})
	s.accounts()
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, decision.User{Login: "ann@trust.example", Name: "Ann", Role: decision.NationalReviewer, Active: true}); err != nil {
		t.Fatal(err)
	}
	front.Config.Handler = s.server.Handler()
	front.Start()
	t.Cleanup(front.Close)
	s.URL = address
	return s, p
}

// visit asks as a browser with its cookies, without following.
func (s *site) visit(c *http.Client, address string) answer {
	s.t.Helper()
	if !strings.HasPrefix(address, "http") {
		address = s.URL + address
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.do(c, r)
}

// through signs a browser in and gives the portal's answer to the provider's.
func (s *site) through(c *http.Client, to string) answer {
	s.t.Helper()
	asked := s.visit(c, "/sign-in?to="+url.QueryEscape(to))
	back := s.visit(c, asked.to)
	return s.visit(c, back.to)
}

func TestSignIn(t *testing.T) {
	s, p := withProvider(t)
	browser := client(t)
	first := s.visit(browser, "/alerts?state=known")
	if first.status != http.StatusSeeOther || first.to != "/sign-in?to=%2Falerts%3Fstate%3Dknown" {
		t.Fatalf("a visitor: %d to %q", first.status, first.to)
	}
	p.claims = map[string]any{"email": "ann@trust.example", "email_verified": true}
	in := s.through(browser, "/alerts?state=known")
	if in.status != http.StatusSeeOther || in.to != "/alerts?state=known" {
		t.Fatalf("signed in: %d to %q %s", in.status, in.to, in.body)
	}
	if got := s.visit(browser, in.to); got.status != http.StatusOK || !strings.Contains(got.body, "Ann, national reviewer") {
		t.Errorf("after the sign-in: %d", got.status)
	}
	s.clock.pass(29 * time.Minute)
	if got := s.visit(browser, "/alerts"); got.status != http.StatusOK {
		t.Errorf("after 29 minutes: %d", got.status)
	}
	s.clock.pass(31 * time.Minute)
	if got := s.visit(browser, "/alerts"); got.status != http.StatusSeeOther {
		t.Errorf("after 31 minutes without use: %d", got.status)
	}
	s.through(browser, "/")
	for range 30 {
		s.clock.pass(25 * time.Minute)
		s.visit(browser, "/alerts")
	}
	if got := s.visit(browser, "/alerts"); got.status != http.StatusSeeOther {
		t.Errorf("after 12 hours of use: %d", got.status)
	}
}

func TestSignInRefuses(t *testing.T) {
	s, p := withProvider(t)
	for name, claims := range map[string]map[string]any{
		"an unknown login":         {"email": "eve@elsewhere.example"},
		"an address not verified":  {"email": "ann@trust.example", "email_verified": false},
		"no address":               {},
		"a token for another":      {"email": "ann@trust.example", "aud": "other"},
		"a token of another":       {"email": "ann@trust.example", "iss": "https://elsewhere.example"},
		"a token that is over":     {"email": "ann@trust.example", "exp": time.Now().Add(-time.Hour).Unix()},
		"a token of another visit": {"email": "ann@trust.example", "nonce": "stale"},
	} {
		p.claims = claims
		browser := client(t)
		if got := s.through(browser, "/"); got.status != http.StatusForbidden {
			t.Errorf("%s: %d to %q", name, got.status, got.to)
		}
		if got := s.visit(browser, "/alerts"); got.status == http.StatusOK {
			t.Errorf("%s is let in", name)
		}
	}
	p.claims = map[string]any{"email": "ann@trust.example"}
	// An answer that this browser did not ask for: somebody else's sign-in is planted.
	mine, theirs := client(t), client(t)
	back := s.visit(theirs, s.visit(theirs, "/sign-in").to)
	if got := s.visit(mine, back.to); got.status != http.StatusBadRequest {
		t.Errorf("a planted answer: %d", got.status)
	}
	if got := s.visit(theirs, back.to); got.status != http.StatusSeeOther {
		t.Errorf("their own answer: %d", got.status)
	}
	if got := s.visit(theirs, back.to); got.status != http.StatusBadRequest {
		t.Errorf("an answer a second time: %d", got.status)
	}
	for _, to := range []string{"https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"} {
		if got := s.through(client(t), to); got.to != "/" {
			t.Errorf("after the sign-in it leads to %q, not the first page", got.to)
		}
	}
}

// A session's name that somebody planted is worth nothing after the sign-in.
func TestSessionFixation(t *testing.T) {
	s, p := withProvider(t)
	p.claims = map[string]any{"email": "ann@trust.example"}
	at, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	victim, attacker := client(t), client(t)
	s.visit(attacker, "/sign-in")
	planted := attacker.Jar.Cookies(at)
	victim.Jar.SetCookies(at, planted)
	if got := s.through(victim, "/"); got.status != http.StatusSeeOther {
		t.Fatalf("sign-in: %d", got.status)
	}
	if got := s.visit(attacker, "/alerts"); got.status == http.StatusOK {
		t.Error("who planted the session's name is signed in too")
	}
	if now := victim.Jar.Cookies(at); len(now) != 1 || now[0].Value == planted[0].Value {
		t.Error("the session keeps its name over the sign-in")
	}
	page := s.visit(victim, "/alerts/theme-1")
	token := tokenField.FindStringSubmatch(page.body)[1]
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/sign-out", strings.NewReader(url.Values{"form": {token}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	old := victim.Jar.Cookies(at)
	s.do(victim, r)
	again := client(t)
	again.Jar.SetCookies(at, old)
	if got := s.visit(again, "/alerts"); got.status == http.StatusOK {
		t.Error("after the sign-out the session goes on")
	}
}
