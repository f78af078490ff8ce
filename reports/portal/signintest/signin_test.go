// Package signintest tries the sign-in of the review pages against an OpenID provider
// that other people wrote: the one of zitadel/oidc, a certified library, started by
// the test. It is a module of its own, so that the program does not depend on what
// the provider depends on.
package signintest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"psims/analytics/triage"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/portal"
	"psims/reports/portal/guard"
	"psims/reports/portal/view"
)

// started gives the addresses of a portal and of the provider that it asks.
func started(t *testing.T, accounts ...string) (pages, provider string) {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // the provider writes to it
	there, here := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	provider, pages = "http://"+there.Listener.Addr().String(), "http://"+here.Listener.Addr().String()
	storage.RegisterClients(storage.WebClient("psims", "a secret", pages+"/sign-in/answer"))
	there.Config.Handler = exampleop.SetupServer(provider, storage.NewStorage(storage.NewUserStore(provider)), nil, false, op.WithAllowInsecure())
	there.Start()
	t.Cleanup(there.Close)

	store, err := decision.Open(t.Context(), filepath.Join(t.TempDir(), "review.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for _, login := range accounts {
		if err := store.SetUser(t.Context(), decision.Act{Who: "test", At: time.Now()}, decision.User{Login: login, Name: "Ann", Role: decision.NationalReviewer, Active: true}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	server, err := portal.New(context.Background(), portal.Config{Store: store, Clock: time.Now, Guard: guard.Default(), Secret: func() string { n++; return fmt.Sprintf("%020d-a-secret", n) },
		SignIn: portal.SignIn{Mode: portal.OIDC, Issuer: provider, ClientID: "psims", ClientSecret: "a secret", Address: pages, Claim: "sub"}})
	if err != nil {
		t.Fatal(err)
	}
	server.Show(view.New(view.Parts{ID: "run-1", AsOf: 20000, Events: &view.Events{}, Weekly: map[string][]triage.Point{}, Loads: nil, Alerts: []triage.Alert{{ID: "theme-1", Rank: 1, Title: "battery flap", FirstRaised: incident.Day(19990)}}}))
	here.Config.Handler = server.Handler()
	here.Start()
	t.Cleanup(here.Close)
	return pages, provider
}

// browser follows where it is led and keeps cookies.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}
}

func read(t *testing.T, resp *http.Response, err error) (where, body string, status int) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() // read whole below
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Request.URL.String(), string(text), resp.StatusCode
}

var requestID = regexp.MustCompile(`name="id" value="([^"]+)"`)

// signIn asks for a page, meets the provider's form, and fills it.
func signIn(t *testing.T, c *http.Client, pages, provider, user, password string) (where, body string, status int) {
	t.Helper()
	resp, err := c.Get(pages + "/alerts?state=known")
	at, form, _ := read(t, resp, err)
	m := requestID.FindStringSubmatch(form)
	if !strings.HasPrefix(at, provider+"/login/") || m == nil {
		t.Fatalf("the page led to %s: %.300s", at, form)
	}
	resp, err = c.PostForm(provider+"/login/username", url.Values{"id": {m[1]}, "username": {user}, "password": {password}})
	return read(t, resp, err)
}

func TestSignInWithAnotherPeoplesProvider(t *testing.T) {
	pages, provider := started(t, "id1")
	c := browser(t)
	where, body, status := signIn(t, c, pages, provider, "test-user@127.0.0.1", "verysecure")
	if where != pages+"/alerts?state=known" || status != http.StatusOK || !strings.Contains(body, "Ann, national reviewer") {
		t.Fatalf("after the sign-in: %d at %s: %.300s", status, where, body)
	}
	if stranger, _, _ := signIn(t, browser(t), pages, provider, "test-user@127.0.0.1", "wrong"); strings.HasPrefix(stranger, pages) {
		t.Errorf("a wrong password leads to %s", stranger)
	}
	if _, body, status := signIn(t, browser(t), pages, provider, "test-user2", "verysecure"); status != http.StatusForbidden || !strings.Contains(body, "have no account here") {
		t.Errorf("somebody without an account: %d %.300s", status, body)
	}
	resp, err := c.PostForm(pages+"/sign-out", nil)
	read(t, resp, err)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err = c.Get(pages + "/alerts")
	if _, _, status := read(t, resp, err); status != http.StatusSeeOther {
		t.Errorf("after the sign-out the alerts answer with %d", status)
	}
}

// A code that was used, or that another visit asked for, signs nobody in.
func TestCodesServeOnce(t *testing.T) {
	pages, provider := started(t, "id1")
	c := browser(t)
	var answer string
	c.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/sign-in/answer") {
			answer = r.URL.String()
		}
		return nil
	}
	if _, _, status := signIn(t, c, pages, provider, "test-user@127.0.0.1", "verysecure"); status != http.StatusOK || answer == "" {
		t.Fatalf("%d, answer %q", status, answer)
	}
	for name, visitor := range map[string]*http.Client{"the same visitor": c, "another": browser(t)} {
		resp, err := visitor.Get(answer)
		if _, _, status := read(t, resp, err); status != http.StatusBadRequest {
			t.Errorf("%s with a code that was used: %d", name, status)
		}
	}
}
