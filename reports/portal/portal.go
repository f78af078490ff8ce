// Package portal serves the pages on which people go through the alerts, decide,
// correct, ask questions of their own data, and send in events.
//
// A finished run and the people's decisions go in; pages come out that work
// without scripts, ask nothing of the outside, and show each person only what
// their account allows. [Server.Show] puts a new run on show while people work.
package portal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"psims/datasets/decision"
	"psims/reports/assets"
	"psims/reports/brief"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/guard"
	"psims/reports/portal/view"
)

//go:embed templates/*.html portal.css
var files embed.FS

// Config is what a server needs of its surroundings.
type Config struct {
	Store  *decision.Store
	Clock  func() time.Time
	Secret func() string // a new random name of 20 characters or more
	Log    *slog.Logger  // access log; nil for none
	SignIn SignIn
	Guard  guard.Config
	Public bool // visitors without an account may see published counts and record events

	// Receive takes a file into the inbox; Ask answers SQL in a process of its own;
	// Feedback gives what an organisation is told of a load. Nil switches the pages off.
	Receive  func(ctx context.Context, u Upload) (Receipt, error)
	Ask      func(ctx context.Context, q Question) (Answer, error)
	Feedback func(organisation, load string) ([]byte, error)

	// OrganisationFile gives a file that a run made for an organisation: its page, the
	// numbers behind a chart, or what its staff are told. decision.ErrNone when there is none.
	OrganisationFile func(run, organisation, name string) ([]byte, error)

	// MaxUpload is how many bytes an extract may have; 0 for 2 GB.
	MaxUpload int64

	// Redact takes identifiers out of what people write into the recording form,
	// before it is kept; nil leaves the texts as they are.
	Redact func(string) string
}

// Server serves the portal. It is safe for many goroutines.
type Server struct {
	config   Config
	guard    *guard.Guard
	sessions *guard.Sessions
	secret   string // of form tokens
	shown    atomic.Pointer[shown]
	writer   *brief.Writer
	renderer *page.Renderer
	style    asset
	oidc     *provider
}

// shown is a run with what was made of it.
type shown struct {
	run   *view.Run
	cache *cache
}

// asset is a file that pages refer to by a name that changes with its content.
type asset struct{ path, text string }

// New makes a server that has no run to show yet.
//
// Errors: a program built without its assets, or a sign-in that can't be set up.
func New(ctx context.Context, c Config) (*Server, error) {
	s := &Server{config: c, secret: c.Secret()}
	if s.config.MaxUpload == 0 {
		s.config.MaxUpload = maxUpload
	}
	c.Guard.Clock, c.Guard.Log, c.Guard.Local = c.Clock, c.Log, c.SignIn.Mode == Local
	s.guard = guard.New(c.Guard)
	s.sessions = &guard.Sessions{Clock: c.Clock, Secret: c.Secret, Idle: 30 * time.Minute, Most: 12 * time.Hour, Secure: strings.HasPrefix(c.SignIn.Address, "https://")}
	var err error
	if s.writer, err = brief.New(brief.Default()); err != nil {
		return nil, err
	}
	base, err := assets.Style()
	if err != nil {
		return nil, err
	}
	if s.style, err = sheet(base); err != nil {
		return nil, err
	}
	if s.renderer, err = page.New(base, files, "templates/*.html"); err != nil {
		return nil, err
	}
	if c.SignIn.Mode == OIDC {
		if s.oidc, err = discover(ctx, c.SignIn); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func sheet(base string) (asset, error) {
	whole, err := page.Sheet(base)
	if err != nil {
		return asset{}, err
	}
	forms, err := assets.PortalStyle()
	if err != nil {
		return asset{}, err
	}
	ours, err := files.ReadFile("portal.css")
	if err != nil {
		return asset{}, fmt.Errorf("reading the portal's own style: %w", err)
	}
	text := whole + forms + string(ours)
	sum := sha256.Sum256([]byte(text))
	return asset{"/static/psims-" + hex.EncodeToString(sum[:6]) + ".css", text}, nil
}

// Show puts a run on show. Requests under way end with the run that they began with.
func (s *Server) Show(run *view.Run) {
	s.shown.Store(&shown{run, newCache()})
}

// Handler gives the whole portal, guarded.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.Routes() {
		mux.Handle(r.Pattern, s.serve(r))
	}
	return s.guard.Wrap(mux, func(r *http.Request) bool { return r.URL.Path == uploadPath || isFile(r) })
}

// serve answers one route: who asks, may they, what of the run may they see.
func (s *Server) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := &request{server: s, w: w, r: r}
		err := func() error {
			if route.bare {
				return route.handle(q)
			}
			shown := s.shown.Load()
			if shown == nil {
				return failure{http.StatusServiceUnavailable, "No run has finished yet. The pages appear by themselves when the first one has."}
			}
			person, known, err := s.who(r)
			if err != nil {
				return err
			}
			q.person, q.shown, q.view = person, shown, shown.run.For(person)
			switch {
			case q.person.May(route.Right):
			case !known:
				return q.askToSignIn()
			default:
				return failure{http.StatusForbidden, "Your account does not give you this page. Ask an administrator if you need it."}
			}
			if r.Method == http.MethodPost && !route.parts {
				if err := q.checkForm(); err != nil {
					return err
				}
			}
			return route.handle(q)
		}()
		if err != nil {
			q.fail(err)
		}
	})
}

// failure is an error that is told to the person who asked.
type failure struct {
	status  int
	message string
}

func (f failure) Error() string { return f.message }

// errOldForm answers a form whose token is not its reader's: most often one that was left
// open while the service restarted or somebody else signed in.
var errOldForm = failure{http.StatusForbidden, "Nothing was stored: this form was opened in an earlier session or by another account. Go back, copy what you wrote, load the page again and send it from there."}

var errNotFound = failure{http.StatusNotFound, "There is no such page, or your account does not give it to you."}

// request is one question and what belongs to it.
type request struct {
	server *Server
	w      http.ResponseWriter
	r      *http.Request
	person access.Person
	shown  *shown
	view   *view.View
}

func (q *request) ctx() context.Context { return q.r.Context() }

func (q *request) run() *view.Run { return q.shown.run }

// act is what the store wants to know of a change.
func (q *request) act() decision.Act {
	return decision.Act{Who: q.person.Login, At: q.server.config.Clock(), AsOf: q.run().AsOf(), Run: q.run().ID()}
}

func (q *request) token() string { return guard.FormToken(q.server.secret, q.person.Login) }

func (q *request) checkForm() error {
	if err := q.r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return failure{http.StatusRequestEntityTooLarge, "What was sent is too large."}
		}
		return failure{http.StatusBadRequest, "The form could not be read."}
	}
	if !guard.FormTokenIs(q.r.PostForm.Get("form"), q.server.secret, q.person.Login) {
		return errOldForm
	}
	return nil
}

// field gives what a form or the address holds under a name, without space around it.
func (q *request) field(name string) string { return strings.TrimSpace(q.r.FormValue(name)) }

// frame is what stands around a page's own content.
type frame struct {
	Title, Caption, Lead string
	Tags                 []page.Tag
	Crumbs               []page.Link
	Contents             []page.Link
	Here                 string
	Notice               string
	Head                 template.HTML // in place of the title and what follows it, where a page of the run has its own
	Errors               []page.Link   // what is wrong with a form: where, and a sentence

	// Filled by page.
	Service, ServiceLong, Organisation  string
	Style, Version, RunID, AsOf, Newest string
	Policy, Person, Role, Token         string
	Nav                                 []page.Link
	SignOut, HasRun                     bool
	Content                             template.HTML
}

// notices are what pages say after a change, by the word in the address.
var notices = map[string]string{
	"decided":    "Your decision is stored.",
	"undone":     "It is undone. It stays in the history.",
	"read":       "Your second reading is stored.",
	"corrected":  "Your answer is stored. The next run that learns will use it.",
	"saved":      "Saved.",
	"noted":      "Your note is stored.",
	"removed":    "Removed.",
	"signed-out": "You are signed out.",
}

// page answers with a page. It is filled whole before anything is sent.
func (q *request) page(status int, name string, f frame, body any) error {
	var content, out bytes.Buffer
	if err := q.server.renderer.Fill(&content, name, body); err != nil {
		return err
	}
	f.Content = template.HTML(content.String()) // escaped by the template that made it
	f.Service, f.ServiceLong, f.Style = page.Service, page.ServiceLong, q.server.style.path
	if f.Notice == "" {
		f.Notice = notices[q.r.URL.Query().Get("done")]
	}
	if q.shown != nil {
		run := q.run()
		f.HasRun, f.Organisation, f.Version, f.RunID = true, run.Organisation(), run.Version(), run.ID()
		f.AsOf, f.Newest, f.Policy = page.Date(run.AsOf()), page.Date(run.Newest()), q.view.Policy().Note()
		f.Person, f.Role, f.Token = or(q.person.Name, q.person.Login), string(q.person.Role), q.token()
		f.Nav = menu(q.person)
		f.SignOut = q.server.config.SignIn.Mode == OIDC && q.person.Login != ""
	}
	if err := q.server.renderer.Fill(&out, "portal.html", f); err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	q.w.WriteHeader(status)
	_, err := q.w.Write(tidy(out.Bytes()))
	return err
}

// tidy drops the blank lines that templates leave behind.
func tidy(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for line := range bytes.Lines(b) {
		if len(bytes.TrimSpace(line)) > 0 {
			out = append(out, line...)
		}
	}
	return out
}

// menu lists the parts of the portal that a person may use.
func menu(p access.Person) []page.Link {
	var out []page.Link
	if own, ok := ownPage(p); ok {
		out = append(out, own)
	}
	for _, m := range []struct {
		right      access.Right
		href, text string
	}{
		{access.SeeAlerts, "/alerts", "Alerts"},
		{access.SeeAlerts, "/watch", "Watch list"},
		{access.SeeAlerts, "/themes", "Themes"},
		{access.ReadReports, "/search", "Search"},
		{access.Analyse, "/analysis", "Analysis"},
		{access.Correct, "/labels", "Labels"},
		{access.Ask, "/sql", "SQL"},
		{access.Analyse, "/freshness", "Data"},
		{access.Record, "/record", "Record"},
		{access.Manage, "/accounts", "Accounts"},
		{access.ReadLog, "/log", "Log"},
	} {
		if p.May(m.right) {
			out = append(out, page.Link{Href: m.href, Text: m.text})
		}
	}
	return out
}

// fail tells what went wrong. The person sees a sentence; what is not theirs to
// know goes to the log.
func (q *request) fail(err error) {
	var f failure
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
	case errors.Is(err, decision.ErrNone):
		f = errNotFound
	case errors.As(err, &large):
		f = failure{http.StatusRequestEntityTooLarge, "What was sent is too large."}
	case errors.Is(err, context.Canceled):
		return // nobody waits for the answer any more
	default:
		f = failure{http.StatusInternalServerError, "Something went wrong. Try again, and tell whoever runs this service if it does not help."}
		if q.server.config.Log != nil {
			q.server.config.Log.Error("request failed", "route", q.r.Pattern, "error", err.Error())
		}
	}
	title := map[int]string{http.StatusNotFound: "Page not found", http.StatusForbidden: "Not allowed", http.StatusServiceUnavailable: "Not ready yet", http.StatusUnauthorized: "Sign in", http.StatusRequestEntityTooLarge: "Too large", http.StatusBadRequest: "This can't be done", http.StatusConflict: "Not stored"}[f.status]
	switch {
	case f == errOldForm:
		title = "This form has expired"
	case title == "":
		title = "Something went wrong"
	}
	if err := q.page(f.status, "message", frame{Title: title}, f.message); err != nil && q.server.config.Log != nil {
		q.server.config.Log.Error("answering", "route", q.r.Pattern, "error", err.Error())
	}
}

// redirect sends the browser on after a change, so that reloading repeats nothing.
func (q *request) redirect(path string) error {
	http.Redirect(q.w, q.r, path, http.StatusSeeOther)
	return nil
}

func (s *Server) home(q *request) error {
	if q.person.Role == decision.Public {
		f := frame{Title: "Patient safety events", Here: "/", Lead: "What goes wrong in health care, or nearly does, is written down so that it happens less often."}
		return q.page(http.StatusOK, "welcome", f, welcomeContent{Organisation: q.run().Organisation(), SignIn: s.oidc != nil})
	}
	if q.person.May(access.Manage) && !q.person.May(access.SeeAlerts) {
		return q.redirect("/accounts")
	}
	for _, to := range menu(q.person) {
		return q.redirect(to.Href)
	}
	return q.askToSignIn()
}

// welcomeContent is what a visitor without an account is shown first.
type welcomeContent struct {
	Organisation string // whose installation it is
	SignIn       bool   // there is a way to sign in here
}

func (s *Server) nothing(*request) error { return errNotFound }

func (s *Server) static(q *request) error {
	if q.r.URL.Path != s.style.path {
		http.NotFound(q.w, q.r)
		return nil
	}
	q.w.Header().Set("Content-Type", "text/css; charset=utf-8")
	q.w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // its name changes with its content
	_, err := io.WriteString(q.w, s.style.text)
	return err
}

func (s *Server) health(q *request) error {
	q.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	shown := s.shown.Load()
	if shown == nil {
		q.w.WriteHeader(http.StatusServiceUnavailable)
		_, err := io.WriteString(q.w, "no run on show\n")
		return err
	}
	_, err := fmt.Fprintf(q.w, "ok\nrun %s\nas_of %s\n", shown.run.ID(), shown.run.AsOf())
	return err
}

func (s *Server) metrics(q *request) error {
	q.w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	if err := s.guard.Metrics.Write(q.w); err != nil {
		return err
	}
	if shown := s.shown.Load(); shown != nil {
		_, err := fmt.Fprintf(q.w, "# HELP psims_as_of_seconds Day that the run on show judged, as seconds since 1970.\n# TYPE psims_as_of_seconds gauge\npsims_as_of_seconds %d\n", shown.run.AsOf().Time().Unix())
		return err
	}
	return nil
}

func (s *Server) accessibility(q *request) error {
	return q.page(http.StatusOK, "accessibility", frame{Title: "Accessibility statement"}, or(q.run().Organisation(), "the organisation"))
}
