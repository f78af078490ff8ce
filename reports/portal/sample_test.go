package portal_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/portal"
	"psims/reports/portal/guard"
	"psims/reports/portal/view"
)

var today = incident.NewDay(2026, time.March, 29)

// hostile is what a sender could write to harm a reader; "ZX00n-secret" marks whose
// report a text is of.
const hostile = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'"> =HYPERLINK("https://elsewhere.example") "quoted" & more`

// invented makes n events of 4 invented organisations, with alerts and themes.
func invented(id string, n int) *view.Run {
	rng := rand.New(rand.NewPCG(7, 7))
	things := []string{"syringe driver stopped with the battery flap open", "patient fell from bed", "insulin pump alarmed", "sample was mislabelled", "dose was given twice"}
	e := &view.Events{Names: map[string]string{"ZX001": "Larkhaven Hospitals NHS Trust", "ZX002": "Foxhollow Hospitals NHS Trust"}}
	for i := range n {
		org := 1 + i%4
		e.ID = append(e.ID, fmt.Sprintf("R-%d", i))
		e.System.Append([]string{"lfpse", "nrls"}[i%2])
		e.Kind = append(e.Kind, incident.KindIncident)
		e.Reported = append(e.Reported, today-incident.Day((n-1-i)*200/n))
		e.Occurred = append(e.Occurred, incident.NoDay)
		e.Harm = append(e.Harm, incident.Harms()[rng.IntN(7)])
		e.Organisation.Append(fmt.Sprintf("ZX00%d", org))
		e.Region.Append([]string{"North", "South"}[org%2])
		e.Scheme.Append("lfpse")
		category := []string{"Devices", "Falls", "Medication", ""}[i%4]
		e.Category.Append(category)
		e.Label.Append(category)
		e.Predicted.Append([]string{"Devices", "Falls"}[i%2])
		e.Probability = append(e.Probability, 0.1+0.8*rng.Float64())
		e.Specialty.Append([]string{"Cardiology", "Palliative medicine"}[rng.IntN(2)])
		e.CareSetting.Append("Acute")
		e.Medication.Append([]string{"", "insulin"}[rng.IntN(2)])
		e.Device.Append("")
		e.NeverEvent.Append("")
		e.Theme = append(e.Theme, int32(i%3)-1)
		text := fmt.Sprintf("On the ward the %s. Marked ZX00%d-secret, case %d.", things[rng.IntN(len(things))], org, i)
		if i%50 == 7 {
			text = hostile + " " + text
		}
		e.Text = append(e.Text, text)
	}
	p := view.Parts{ID: id, Version: "test", Organisation: "Invented team", AsOf: today, Events: e, People: view.People{Labels: 9, Taught: &view.Taught{Before: "2026-01-01-aa", Learnt: view.Hit{Answers: 20, Before: 4, After: 19}, Unseen: view.Hit{Answers: 8, Before: 2, After: 5}}}, Weekly: map[string][]triage.Point{},
		Themes:  []view.Theme{{ID: "theme-a", Name: "Battery flap, syringe driver", Terms: []string{"battery flap", "driver"}, Exemplars: []string{"R-1"}, Born: today - 90}, {ID: "theme-b", Name: "Fall <b>from</b> bed", Terms: []string{"bed"}, Born: today - 60}},
		Loads:   []brief.Load{{File: "lfpse.ndjson", Format: "lfpse", Read: n + 1, Kept: n, Rejected: map[incident.Reason]int{"": 1}}},
		Hidden:  []view.Hidden{{ID: "theme-a", Name: "Battery flap, syringe driver", Reports: 30, Organisations: 3, Categories: 4, Score: 2}},
		Same:    [][]view.Key{{{System: "nrls", ID: "R-1"}, {System: "lfpse", ID: "R-4"}}},
		Types:   map[string]string{"ZX001": "Acute", "ZX002": "Acute", "ZX003": "Community"},
		Changes: []view.Change{{Day: today - 3, Kind: "born", ThemeID: "theme-b", Name: "Fall", Reports: 9}},
	}
	for k := range 6 { // small ones, so that there is a map
		p.Themes = append(p.Themes, view.Theme{ID: fmt.Sprintf("small-%d", k), Name: fmt.Sprintf("Small theme %d", k), Born: today - 30, At: &[2]float64{math.Cos(float64(k)), math.Sin(float64(k))}})
		for i := range 3 + k {
			e.Theme[n-60+7*k+i] = int32(len(p.Themes) - 1)
		}
	}
	for k, title := range []string{"battery flap, syringe driver", hostile, "insulin pump"} {
		a := triage.Alert{ID: fmt.Sprintf("theme-%d", k+1), Rank: k + 1, Score: 0.9, Kind: triage.Theme, Title: title, Why: "Told of in like words.", Status: []triage.Life{triage.New, triage.Grown, triage.Open}[k],
			FirstRaised: today - incident.Day(20*k), AsOf: today, Window: triage.Window{From: today - 27, Until: today}, Observed: 20, Expected: 2, Interval: [2]float64{0, 5}, PValue: 1e-6, QValue: 1e-4, Organisations: 3 + k,
			Harm: map[string]int{"none": 15, "severe": k, "severe_or_fatal": k}, Terms: []string{"battery flap"}, Aspects: map[string]float64{"excess": 6}, Caveats: []caveat.Caveat{caveat.ReportsNotSafety}}
		for i := n - 1 - 40*k; i > n-21-40*k; i-- {
			if k == 2 && i%4 == 0 {
				continue // nothing of ZX001 in the third alert
			}
			a.IncidentIDs = append(a.IncidentIDs, e.ID[i])
			a.Evidence = append(a.Evidence, triage.Evidence{IncidentID: e.ID[i], Sentence: e.Text[i]})
		}
		a.RecentIncidentIDs = a.IncidentIDs[:5]
		p.Alerts = append(p.Alerts, a)
		for w := range 30 {
			p.Weekly[a.ID] = append(p.Weekly[a.ID], triage.Point{Week: today - incident.Day(7*(30-w)) + 1, Observed: float64(w % 5), Expected: 1, Hi: math.NaN()})
		}
	}
	for i := n - 30; i < n; i++ {
		p.Suspects = append(p.Suspects, view.Suspect{System: incident.System(e.System.Value(i)), ID: e.ID[i], Risk: "Wrong site surgery", RiskID: "ne-1", Score: 0.5, Sentence: e.Text[i]})
		p.Doubts = append(p.Doubts, view.Doubt{ID: e.ID[i], Told: incident.SevereHarm, Worse: 0.8, Sentence: e.Text[i]})
	}
	return view.New(p)
}

// clock is a time that a test sets.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// site is a portal that answers on this machine, for one test.
type site struct {
	t      testing.TB
	URL    string
	server *portal.Server
	store  *decision.Store
	clock  *clock
	path   string // of the store
}

var sampleRun = sync.OnceValue(func() *view.Run { return invented("run-1", 400) })

// open starts a portal. change adapts its settings; the sign-in is by a proxy's header unless changed.
func open(t testing.TB, change func(*portal.Config)) *site {
	t.Helper()
	path := filepath.Join(t.TempDir(), "review.sqlite")
	store, err := decision.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	s := &site{t: t, store: store, clock: &clock{now: time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC)}, path: path}
	secrets := 0
	var mu sync.Mutex
	g := guard.Default()
	g.Rate, g.Burst = 1e6, 1e6
	c := portal.Config{Store: store, Clock: s.clock.Now, Guard: g, SignIn: portal.SignIn{Mode: portal.Proxy, Header: "X-Forwarded-User", Claim: "email"},
		Secret: func() string {
			mu.Lock()
			defer mu.Unlock()
			secrets++
			return fmt.Sprintf("%012d-secret-of-a-test", secrets)
		}}
	if change != nil {
		change(&c)
	}
	if s.server, err = portal.New(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.server.Show(sampleRun())
	listener := httptest.NewServer(s.server.Handler())
	t.Cleanup(listener.Close)
	s.URL = listener.URL
	return s
}

// account makes accounts, one a role, named by the role.
func (s *site) accounts() {
	s.t.Helper()
	for _, u := range []decision.User{
		{Login: "reviewer", Name: "A. Reviewer", Role: decision.NationalReviewer},
		{Login: "lead", Name: "A. Lead", Role: decision.NationalLead},
		{Login: "specialist", Name: "A. Specialist", Role: decision.SpecialtyLead, Scope: decision.Scope{Specialties: []string{"Cardiology"}}},
		{Login: "provider", Name: "A. Provider", Role: decision.Provider, Scope: decision.Scope{Organisations: []string{"ZX001"}}},
		{Login: "region", Name: "A. Reader", Role: decision.RegionReader, Scope: decision.Scope{Regions: []string{"North"}}},
		{Login: "analyst", Name: "An Analyst", Role: decision.Analyst},
		{Login: "admin", Name: "An Administrator", Role: decision.Administrator},
	} {
		u.Active = true
		if err := s.store.SetUser(s.t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, u); err != nil {
			s.t.Fatal(err)
		}
	}
}

// answer is what came back.
type answer struct {
	status int
	body   string
	header http.Header
	to     string
}

// client follows no redirect and keeps cookies.
func client(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func (s *site) ask(login, method, path string, form url.Values) answer {
	s.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if login != "" {
		r.Header.Set("X-Forwarded-User", login)
	}
	return s.do(client(s.t), r)
}

func (s *site) do(c *http.Client, r *http.Request) answer {
	s.t.Helper()
	resp, err := c.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close() // read whole below
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, string(text), resp.Header, resp.Header.Get("Location")}
}

func (s *site) get(login, path string) answer { return s.ask(login, http.MethodGet, path, nil) }

var tokenField = regexp.MustCompile(`name="form" value="([0-9a-f]+)"`)

// post sends a form with its token, taken from a page that this person may see.
func (s *site) post(login, from, path string, form url.Values) answer {
	s.t.Helper()
	page := s.get(login, from)
	m := tokenField.FindStringSubmatch(page.body)
	if m == nil {
		s.t.Fatalf("%s as %s (%d) has no form", from, login, page.status)
	}
	form.Set("form", m[1])
	return s.ask(login, http.MethodPost, path, form)
}

func local(c *portal.Config) { c.SignIn = portal.SignIn{Mode: portal.Local} }
