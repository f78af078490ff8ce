package guard_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"psims/reports/portal/guard"
)

// moment is a clock that a test moves.
type moment struct{ now time.Time }

func (m *moment) Now() time.Time { return m.now }

func guarded(t *testing.T, change func(*guard.Config)) (http.Handler, *guard.Guard, *moment, *bytes.Buffer) {
	t.Helper()
	clock := &moment{time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)}
	var log bytes.Buffer
	c := guard.Default()
	c.Clock, c.Log = clock.Now, slog.New(slog.NewTextHandler(&log, nil))
	if change != nil {
		change(&c)
	}
	g := guard.New(c)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /read/{id}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "read") })
	mux.HandleFunc("POST /write", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		}
	})
	mux.HandleFunc("POST /large", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
		}
	})
	mux.HandleFunc("GET /broken", func(http.ResponseWriter, *http.Request) { panic("a secret of the inside") })
	return g.Wrap(mux, func(r *http.Request) bool { return r.URL.Path == "/large" }), g, clock, &log
}

func ask(h http.Handler, method, path string, header http.Header, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	for k, v := range header {
		r.Header[k] = v
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestRefusals(t *testing.T) {
	h, _, _, _ := guarded(t, func(c *guard.Config) { c.MaxBody = 1000 })
	for _, c := range []struct {
		name, method, path string
		header             http.Header
		body               string
		want               int
	}{
		{"a page", "GET", "/read/1", nil, "", http.StatusOK},
		{"a link from elsewhere", "GET", "/read/1", http.Header{"Sec-Fetch-Site": {"cross-site"}}, "", http.StatusOK},
		{"a form", "POST", "/write", http.Header{"Sec-Fetch-Site": {"same-origin"}}, "x", http.StatusOK},
		{"a form from elsewhere", "POST", "/write", http.Header{"Sec-Fetch-Site": {"cross-site"}}, "x", http.StatusForbidden},
		{"a form from a neighbour's name", "POST", "/write", http.Header{"Sec-Fetch-Site": {"same-site"}}, "x", http.StatusForbidden},
		{"a form of another origin", "POST", "/write", http.Header{"Origin": {"https://elsewhere.example"}}, "x", http.StatusForbidden},
		{"a program with a token", "POST", "/write", http.Header{"Origin": {"https://elsewhere.example"}, "Authorization": {"Bearer x"}}, "x", http.StatusOK},
		{"a form that is too large", "POST", "/write", nil, strings.Repeat("x", 1001), http.StatusRequestEntityTooLarge},
		{"a file", "POST", "/large", nil, strings.Repeat("x", 5000), http.StatusOK},
	} {
		if got := ask(h, c.method, c.path, c.header, strings.NewReader(c.body)); got.Code != c.want {
			t.Errorf("%s: %d, want %d", c.name, got.Code, c.want)
		}
	}
}

func TestLocalNames(t *testing.T) {
	h, _, _, _ := guarded(t, func(c *guard.Config) { c.Local = true })
	for host, want := range map[string]int{"localhost": 200, "localhost:8321": 200, "127.0.0.1:8321": 200, "127.9.9.9": 200, "[::1]:8321": 200, "[::1]": 200,
		"elsewhere.example": 421, "localhost.elsewhere.example": 421, "10.0.0.1:8321": 421, "": 421, "127.0.0.1.elsewhere.example:80": 421} {
		r := httptest.NewRequest("GET", "/read/1", nil)
		r.Host = host
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
}

// Who asks too often waits, alone, and not for long.
func TestRate(t *testing.T) {
	h, _, clock, _ := guarded(t, func(c *guard.Config) { c.Rate, c.Burst = 2, 5 })
	from := func(address, session string) int {
		r := httptest.NewRequest("GET", "/read/1", nil)
		r.RemoteAddr = address
		if session != "" {
			r.AddCookie(&http.Cookie{Name: "psims-session", Value: session})
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("it is not said how long to wait")
		}
		return w.Code
	}
	for k := range 7 {
		if got, want := from("192.0.2.1:5", ""), map[bool]int{true: 200, false: 429}[k < 5]; got != want {
			t.Errorf("request %d: %d, want %d", k, got, want)
		}
	}
	if from("192.0.2.2:5", "") != 200 || from("192.0.2.1:6", "another-session") != 200 {
		t.Error("others wait too")
	}
	clock.now = clock.now.Add(time.Second)
	if a, b, c := from("192.0.2.1:7", ""), from("192.0.2.1:8", ""), from("192.0.2.1:9", ""); a != 200 || b != 200 || c != 429 {
		t.Errorf("a second later: %d %d %d, want two more", a, b, c)
	}
}

// The log tells what was asked for by route, and neither who asked, from where, nor
// for which words.
func TestLogTellsNothingPersonal(t *testing.T) {
	h, g, _, log := guarded(t, nil)
	ask(h, "GET", "/read/jane-okafor?q=okafor", http.Header{"X-Forwarded-User": {"okafor"}}, nil)
	broken := ask(h, "GET", "/broken", nil, nil)
	if broken.Code != http.StatusInternalServerError || strings.Contains(broken.Body.String(), "secret") {
		t.Errorf("a panic: %d %s", broken.Code, broken.Body)
	}
	ask(h, "GET", "/no-such-page", nil, nil)
	text := log.String()
	if strings.Contains(text, "okafor") || strings.Contains(text, "192.0.2.") || !strings.Contains(text, `route="GET /read/{id}"`) || !strings.Contains(text, "a secret of the inside") {
		t.Errorf("the log says %s", text)
	}
	var metrics strings.Builder
	if err := g.Metrics.Write(&metrics); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`psims_requests_total{route="GET /read/{id}",status="200"} 1`, `psims_requests_total{route="GET /broken",status="500"} 1`, `psims_request_seconds_count{route="GET /read/{id}"} 1`, `le="+Inf"} 1`} {
		if !strings.Contains(metrics.String(), want) {
			t.Errorf("the counters lack %s:\n%s", want, metrics.String())
		}
	}
	if strings.Contains(metrics.String(), "okafor") {
		t.Error("the counters tell who or what was sought")
	}
}

func TestHeadersOnRefusalsToo(t *testing.T) {
	h, _, _, _ := guarded(t, func(c *guard.Config) { c.Local = true })
	r := httptest.NewRequest("GET", "/read/1", nil)
	r.Host = "elsewhere.example"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cache-Control"} {
		if w.Header().Get(name) == "" {
			t.Errorf("a refusal has no %s", name)
		}
	}
}

func TestSessions(t *testing.T) {
	clock := &moment{time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)}
	names := 0
	s := &guard.Sessions{Clock: clock.Now, Secret: func() string { names++; return strings.Repeat(string(rune('a'+names)), 20) }, Idle: 30 * time.Minute, Most: 2 * time.Hour, Secure: true}
	begin := func(planted string, n *guard.Session) *http.Cookie {
		r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
		if planted != "" {
			r.AddCookie(&http.Cookie{Name: "psims-session", Value: planted})
		}
		s.Begin(w, r, n)
		cookies := w.Result().Cookies()
		return cookies[len(cookies)-1]
	}
	of := func(value string) *guard.Session {
		r := httptest.NewRequest("GET", "/", nil)
		r.AddCookie(&http.Cookie{Name: "psims-session", Value: value})
		return s.Of(r)
	}
	c := begin("planted-by-somebody", &guard.Session{Login: "ann"})
	if c.Value == "planted-by-somebody" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || of("planted-by-somebody") != nil {
		t.Errorf("cookie %+v", c)
	}
	if n := of(c.Value); n == nil || n.Login != "ann" {
		t.Fatalf("session %+v", n)
	}
	again := begin(c.Value, &guard.Session{Login: "ann"})
	if again.Value == c.Value || of(c.Value) != nil {
		t.Error("the session before goes on after a new sign-in")
	}
	for range 5 { // used all along
		clock.now = clock.now.Add(20 * time.Minute)
		if of(again.Value) == nil {
			t.Fatalf("a session in use has ended at %v", clock.now)
		}
	}
	if clock.now = clock.now.Add(25 * time.Minute); of(again.Value) != nil {
		t.Error("a session goes on for longer than any may")
	}
	idle := begin("", &guard.Session{Login: "ann"})
	if clock.now = clock.now.Add(31 * time.Minute); of(idle.Value) != nil {
		t.Error("an unused session has not ended")
	}
	out := begin("", &guard.Session{Login: "ann"})
	r, w := httptest.NewRequest("POST", "/", nil), httptest.NewRecorder()
	r.AddCookie(out)
	if s.End(w, r); of(out.Value) != nil || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("a session goes on after the sign-out")
	}
}

// A form's token serves the one that it was made for and nobody else.
func TestFormToken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret, other, who, else_ := rapid.StringN(1, 20, 40).Draw(t, "secret"), rapid.StringN(1, 20, 40).Draw(t, "other"), rapid.String().Draw(t, "who"), rapid.String().Draw(t, "else")
		token := guard.FormToken(secret, who)
		if !guard.FormTokenIs(token, secret, who) {
			t.Fatal("the token does not serve its own reader")
		}
		if who != else_ && guard.FormTokenIs(token, secret, else_) || secret != other && guard.FormTokenIs(token, other, who) || guard.FormTokenIs("", secret, who) || guard.FormTokenIs(token+"0", secret, who) {
			t.Fatalf("the token %s serves others", token)
		}
	})
}
