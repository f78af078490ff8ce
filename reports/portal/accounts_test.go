package portal_test

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"psims/datasets/decision"
	"psims/reports/portal"
)

func TestAccounts(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, decision.User{Login: "own", Role: decision.Administrator, Scope: decision.Scope{Organisations: []string{"ZX001"}}, Active: true}); err != nil {
		t.Fatal(err)
	}
	account := func(login, role, orgs string) url.Values {
		return url.Values{"login": {login}, "role": {role}, "organisations": {orgs}, "active": {"yes"}}
	}
	for name, c := range map[string]struct {
		by   string
		form url.Values
		want int
	}{
		"a provider of one's own":          {"own", account("p1", "provider", "ZX001"), http.StatusSeeOther},
		"a provider of another":            {"own", account("p2", "provider", "ZX002"), http.StatusUnprocessableEntity},
		"a national role":                  {"own", account("p3", "national lead", ""), http.StatusUnprocessableEntity},
		"another's account":                {"own", account("reviewer", "provider", "ZX001"), http.StatusUnprocessableEntity},
		"oneself":                          {"admin", account("admin", "national lead", ""), http.StatusUnprocessableEntity},
		"a national role by the whole one": {"admin", account("p4", "national lead", ""), http.StatusSeeOther},
		"a provider without a code":        {"admin", account("p5", "provider", " \n "), http.StatusUnprocessableEntity},
		"an invented role":                 {"admin", account("p6", "root", ""), http.StatusUnprocessableEntity},
		"the public":                       {"admin", account("p7", "public", ""), http.StatusUnprocessableEntity},
	} {
		if got := s.post(c.by, "/accounts", "/accounts", c.form); got.status != c.want {
			t.Errorf("%s: %d, want %d", name, got.status, c.want)
		}
	}
	if page := s.get("own", "/accounts"); strings.Contains(page.body, "reviewer</th>") || !strings.Contains(page.body, "p1") {
		t.Error("an organisation's administrator sees other accounts than its own")
	}
	if got := s.post("own", "/accounts", "/tokens", url.Values{"organisation": {"ZX002"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a token of another organisation: %d", got.status)
	}
}

func TestLogPageShowsTampering(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	if got := s.get("admin", "/log"); !strings.Contains(got.body, "No line was changed or taken out") || !strings.Contains(got.body, "Set user") {
		t.Errorf("the log: %d", got.status)
	}
	db, err := sql.Open("sqlite3", "file:"+s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() // a test's own handle
	if _, err := db.Exec("DROP TRIGGER audit_keeps_updates_out; UPDATE audit SET who = 'eve' WHERE seq = 2"); err != nil {
		t.Fatal(err)
	}
	if got := s.get("admin", "/log"); got.status != http.StatusOK || !strings.Contains(got.body, "The log has been changed") || !strings.Contains(got.body, "line 2") {
		t.Errorf("after tampering: %d", got.status)
	}
}

// The log names what a line is about, where its reader may see it.
func TestLogNamesWhatItIsAbout(t *testing.T) {
	s := open(t, local)
	if got := s.get("", "/log"); !strings.Contains(got.body, "The log is empty") {
		t.Error("an empty log is not called so")
	}
	if got := s.post("", "/alerts/theme-1", "/alerts/theme-1/decisions", url.Values{"state": {"known"}, "reason": {"Told of in 2024."}}); got.status != http.StatusSeeOther {
		t.Fatalf("deciding: %d", got.status)
	}
	frozen := s.post("", "/search", "/snapshots", url.Values{"path": {"/search?q=battery"}, "title": {"Batteries"}})
	body := s.get("", "/log").body
	for _, want := range []string{`<a href="/alerts/theme-1">Battery flap, syringe driver</a>`, `<a href="` + frozen.to + `">Batteries</a>`} {
		if !strings.Contains(body, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

func TestUploads(t *testing.T) {
	var got []portal.Upload
	s := open(t, func(c *portal.Config) {
		c.Receive = func(_ context.Context, u portal.Upload) (portal.Receipt, error) {
			text, err := io.ReadAll(u.Body)
			if err != nil {
				return portal.Receipt{}, err
			}
			got = append(got, u)
			if strings.HasPrefix(string(text), "bad") {
				return portal.Receipt{}, portal.Refused("Line 3: it breaks there.")
			}
			return portal.Receipt{Load: "0123456789abcdef", Read: len(text)}, nil
		}
		c.Feedback = func(org, load string) ([]byte, error) {
			if load != "0123456789abcdef" || org != "ZX001" {
				return nil, decision.ErrNone
			}
			return []byte(`{"accepted": 2}`), nil
		}
	})
	s.accounts()
	made := s.post("admin", "/accounts", "/tokens", url.Values{"organisation": {"ZX001"}, "label": {"nightly"}})
	m := regexp.MustCompile(`<code>([^<]+)</code>`).FindStringSubmatch(made.body)
	if m == nil {
		t.Fatalf("no token was shown: %d", made.status)
	}
	send := func(token, method, path string, body io.Reader) answer {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return s.do(client(t), r)
	}
	if a := send(m[1], http.MethodPost, "/api/uploads?name=x", strings.NewReader(strings.Repeat("x", 1<<20))); a.status != http.StatusCreated || !strings.Contains(a.body, `"rows_read":1048576`) {
		t.Errorf("an upload of 1 MB: %d %s", a.status, a.body)
	}
	if a := send(m[1], http.MethodPost, "/api/uploads", strings.NewReader("bad")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Line 3") {
		t.Errorf("a malformed upload: %d %s", a.status, a.body)
	}
	for _, token := range []string{"", "wrong", m[1] + "x", "' OR 1=1 --"} {
		if a := send(token, http.MethodPost, "/api/uploads", strings.NewReader("x")); a.status != http.StatusUnauthorized {
			t.Errorf("with the token %q: %d", token, a.status)
		}
	}
	if len(got) != 2 || got[0].Organisation != "ZX001" {
		t.Errorf("received %+v", got)
	}
	if a := send(m[1], http.MethodGet, "/api/uploads/0123456789abcdef", nil); a.status != http.StatusOK || !strings.Contains(a.body, "accepted") {
		t.Errorf("feedback: %d %s", a.status, a.body)
	}
	if a := send(m[1], http.MethodGet, "/api/uploads/..%2F..%2Fpsims.toml", nil); a.status != http.StatusNotFound {
		t.Errorf("feedback of another file: %d %s", a.status, a.body)
	}
	// A gigabyte that says so is refused before it is read.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/uploads", endless{})
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 3 << 30
	r.Header.Set("Authorization", "Bearer "+m[1])
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		defer resp.Body.Close() // refused: nothing to read
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("3 GB: %d", resp.StatusCode)
		}
	} else if errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// A body without an end that does not say how long it is, is cut off at the limit,
// told so, and never held in memory.
func TestUploadWithoutEnd(t *testing.T) {
	const limit = 64 << 20
	var read int64
	s := open(t, func(c *portal.Config) {
		c.MaxUpload = limit
		c.Receive = func(_ context.Context, u portal.Upload) (portal.Receipt, error) {
			n, err := io.Copy(io.Discard, u.Body)
			read = n
			return portal.Receipt{}, err
		}
	})
	if err := s.store.SetToken(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, "a-token-of-many-letters", "ZX001", "", true); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/api/uploads", io.LimitReader(endless{}, 1<<30))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer a-token-of-many-letters")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	resp, err := http.DefaultClient.Do(r)
	if err == nil {
		defer resp.Body.Close() // read below
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(text), "parts of up to 64 MB") {
			t.Errorf("%d: %s", resp.StatusCode, text)
		}
	} // else the connection was closed while the client still wrote
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 32<<20 {
		t.Errorf("the memory grew by %d MB", grown>>20)
	}
	if read != limit {
		t.Errorf("%d bytes were taken, want %d", read, limit)
	}
	if s.get("", "/healthz").status != http.StatusOK {
		t.Error("nobody else is answered any more")
	}
}
