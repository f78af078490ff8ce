package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"psims/reports/portal"
)

// people are the logins of the sample's accounts, in the order of the table below;
// the last is a visitor without an account.
var people = []string{"reviewer", "lead", "specialist", "provider", "region", "analyst", "admin", ""}

// addresses lists every route with an address of it that is there, and who may use
// it: + yes, - no, in the order of people. It is written by hand, not from the code.
var addresses = []struct{ pattern, path, may string }{
	{"GET /{$}", "/", "++++++++"},
	{"GET /alerts", "/alerts", "++++-+--"},
	{"GET /alerts/{id}", "/alerts/theme-1", "++++-+--"},
	{"GET /handover", "/handover", "++------"},
	{"POST /handover", "/handover", "++------"},
	{"GET /data/{file}", "/data/a-theme-1-weekly.csv", "++++-+--"},
	{"POST /alerts/{id}/decisions", "/alerts/theme-1/decisions", "++------"},
	{"POST /decisions/{id}/undo", "/decisions/1/undo", "++------"},
	{"POST /decisions/{id}/second", "/decisions/1/second", "++------"},
	{"GET /reports/{system}/{id}", "/reports/lfpse/R-0", "++++-+--"},
	{"POST /reports/{system}/{id}/corrections", "/reports/lfpse/R-0/corrections", "++++----"},
	{"POST /corrections/{id}/undo", "/corrections/1/undo", "++++----"},
	{"GET /labels", "/labels", "++++----"},
	{"GET /themes", "/themes", "++++-+--"},
	{"GET /themes/{id}", "/themes/theme-a", "++++-+--"},
	{"GET /watch", "/watch", "++++-+--"},
	{"GET /organisations/{code}", "/organisations/ZX001", "++++-+--"},
	{"GET /organisations/{code}/data/{file}", "/organisations/ZX001/data/weekly.csv", "++++-+--"},
	{"GET /organisations/{code}/learned/{file}", "/organisations/ZX001/learned/theme-a.html", "++++-+--"},
	{"POST /organisations/{code}/files", "/organisations/ZX001/files", "++++-+--"},
	{"GET /freshness", "/freshness", "++++++--"},
	{"GET /search", "/search?q=battery", "++++-+--"},
	{"GET /search.csv", "/search.csv?q=battery", "++++-+--"},
	{"GET /analysis", "/analysis?by=region", "++++++--"},
	{"GET /analysis.csv", "/analysis.csv?by=region", "++++++--"},
	{"POST /views", "/views", "++++-+--"},
	{"POST /views/{id}/remove", "/views/1/remove", "++++-+--"},
	{"POST /snapshots", "/snapshots", "++++-+--"},
	{"GET /snapshots/{hash}", "/snapshots/none", "++++++--"},
	{"GET /sql", "/sql", "-+-+-+--"},
	{"POST /sql", "/sql", "-+-+-+--"},
	{"GET /accounts", "/accounts", "------+-"},
	{"POST /accounts", "/accounts", "------+-"},
	{"POST /tokens", "/tokens", "------+-"},
	{"GET /log", "/log", "-+----+-"},
	{"GET /record", "/record", "+++++++-"},
	{"POST /record", "/record", "+++++++-"},
	{"GET /record/{reference}", "/record/PS-1", "+++++++-"},
	{"POST /record/open", "/record/open", "+++++++-"},
	{"POST /record/remove", "/record/remove", "+++++++-"},
	{"POST /record/withdraw", "/record/withdraw", "+++++++-"},
	{"POST /api/uploads", "/api/uploads", "++++++++"},
	{"GET /api/uploads/{load}", "/api/uploads/x", "++++++++"},
	{"GET /accessibility", "/accessibility", "++++++++"},
	{"GET /sign-in", "/sign-in", "++++++++"},
	{"GET /sign-in/answer", "/sign-in/answer", "++++++++"},
	{"POST /sign-out", "/sign-out", "++++++++"},
	{"GET /static/{file}", "/static/none", "++++++++"},
	{"GET /healthz", "/healthz", "++++++++"},
	{"GET /metrics", "/metrics", "++++++++"},
	{"/", "/no-such-page", "++++++++"},
}

// Each role meets each route: refused where the table says so, and nowhere else.
func TestRolesMeetRoutes(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	listed := map[string]bool{}
	for _, a := range addresses {
		listed[a.pattern] = true
		method, _, _ := strings.Cut(a.pattern, " ")
		if method == "/" {
			method = http.MethodGet
		}
		for k, login := range people {
			var form url.Values
			if method == http.MethodPost {
				form = url.Values{}
			}
			got := s.ask(login, method, a.path, form)
			// A form without its token is refused after the right was asked for, with
			// other words; those who may, meet these.
			refused := got.status == http.StatusForbidden && !strings.Contains(got.body, "This form has expired")
			if a.path == "/" {
				refused = false // it leads on, or says that there is no account
			}
			if want := a.may[k] == '-'; refused != want {
				t.Errorf("%s as %q: status %d, refused %v, want %v", a.pattern, login, got.status, refused, want)
			}
			if refused && strings.Contains(got.body, "-secret") {
				t.Errorf("%s as %q: what was refused is told all the same", a.pattern, login)
			}
		}
	}
	for _, r := range s.server.Routes() {
		if !listed[r.Pattern] {
			t.Errorf("the route %q is not in the table of who may use it", r.Pattern)
		}
	}
}

// An organisation's user sees its own reports and nobody else's, whatever stands in
// the address.
func TestScopeHolds(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	others := []string{"ZX002-secret", "ZX003-secret", "ZX004-secret", "Foxhollow"}
	for _, path := range []string{"/alerts", "/alerts/theme-1", "/alerts/theme-2", "/themes", "/themes/theme-a", "/themes/theme-b", "/watch", "/labels", "/freshness", "/reports/lfpse/R-0", "/reports/lfpse/R-4",
		"/data/a-theme-1-weekly.csv", "/data/a-theme-1-reports.csv", "/data/a-theme-1-harm.csv", "/data/a-theme-1-regions.csv",
		"/search", "/search?q=secret", "/search?q=ZX002*+OR+battery", "/search?organisation=ZX001", "/search.csv?q=battery+OR+bed", "/analysis?by=organisation", "/analysis?by=specialty&weeks=104", "/analysis.csv?by=theme",
		"/search?from=2020-01-01&until=2030-01-01&page=3", "/alerts?state=&sort=organisations&order=descending", "/themes?sort=name&words=", "/freshness?organisation=ZX002"} {
		got := s.get("provider", path)
		if got.status != http.StatusOK {
			t.Errorf("%s: status %d", path, got.status)
		}
		for _, o := range others {
			if strings.Contains(got.body, o) {
				t.Errorf("%s shows %s to a user of ZX001", path, o)
			}
		}
	}
	for _, path := range []string{"/reports/nrls/R-1", "/reports/lfpse/R-2", "/reports/nrls/R-0", "/alerts/theme-3", "/data/a-theme-3-weekly.csv", "/data/a-theme-3-reports.csv", "/reports/lfpse/R-0%2F..%2FR-2"} {
		if got := s.get("provider", path); got.status != http.StatusNotFound {
			t.Errorf("%s: status %d to a user of ZX001, want 404", path, got.status)
		}
	}
	if got := s.get("provider", "/alerts/theme-1"); !strings.Contains(got.body, "ZX001-secret") {
		t.Error("a user of ZX001 does not see its own reports")
	}
	if got := s.get("lead", "/alerts/theme-1"); !strings.Contains(got.body, "ZX002-secret") {
		t.Error("a national lead does not see all reports")
	}
}

// Whoever is no lead of this specialty's does not see its reports either.
func TestSpecialtyScopeHolds(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for i := range 40 {
		for _, system := range []string{"lfpse", "nrls"} {
			path := "/reports/" + system + "/R-" + string(rune('0'+i%10))
			all, own := s.get("lead", path), s.get("specialist", path)
			if all.status != http.StatusOK {
				continue
			}
			if cardiology := strings.Contains(all.body, ">Cardiology<"); cardiology != (own.status == http.StatusOK) {
				t.Errorf("%s: cardiology %v, and the lead of cardiology gets %d", path, cardiology, own.status)
			}
		}
	}
}

// Whatever a header says, only a known login from this machine's proxy is somebody.
func TestProxyHeader(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, login := range []string{"nobody", "reviewer ' OR 1=1 --", "REVIEWER", "", "%72eviewer"} {
		if got := s.get(login, "/alerts"); got.status != http.StatusForbidden {
			t.Errorf("%q is let in with %d", login, got.status)
		}
	}
}

func TestLocalModeAnswersThisMachineOnly(t *testing.T) {
	s := open(t, local)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/alerts", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "elsewhere.example" // as after a name that was made to lead here
	if got := s.do(client(t), r); got.status != http.StatusMisdirectedRequest {
		t.Errorf("another host's name: %d", got.status)
	}
	if got := s.get("", "/alerts"); got.status != http.StatusOK {
		t.Errorf("this machine: %d", got.status)
	}
}

func TestPublic(t *testing.T) {
	s := open(t, func(c *portal.Config) { c.Public = true })
	if got := s.get("", "/freshness"); got.status != http.StatusOK || strings.Contains(got.body, "-secret") {
		t.Errorf("published counts: %d", got.status)
	}
	if got := s.get("", "/alerts"); got.status != http.StatusForbidden {
		t.Errorf("alerts to a visitor: %d", got.status)
	}
	// The first page says what can be done here, not how to analyse.
	s.get("", "/").has(t, "Tell us of something that happened", `href="/record?as=patient"`, `href="/analysis"`, "call 999", "Invented team")
	s.get("", "/record").has(t, "Tell us what happened", "I don&#39;t know, or would rather not say")
	s.get("", "/accessibility").has(t, "Tell Invented team", "Equality Advisory and Support Service")
}
