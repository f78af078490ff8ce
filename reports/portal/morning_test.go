package portal_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"psims/datasets/decision"
	"psims/reports/portal"
)

// has fails for each text that a page lacks.
func (a answer) has(t *testing.T, texts ...string) {
	t.Helper()
	for _, want := range texts {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page (%d) lacks %q", a.status, want)
		}
	}
}

// lacks fails for each text that a page has.
func (a answer) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the page (%d) has %q", a.status, text)
		}
	}
}

// People are called by name wherever they did something; the log keeps the login too,
// and two people of one name are told apart.
func TestPeopleAreCalledByName(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	decide := func(login string) {
		t.Helper()
		if got := s.post(login, "/alerts/theme-1", "/alerts/theme-1/decisions", url.Values{"state": {"under review"}, "reason": {"Read it."}}); got.status != http.StatusSeeOther {
			t.Fatalf("deciding as %s: %d", login, got.status)
		}
	}
	decide("reviewer")
	s.get("reviewer", "/alerts/theme-1").has(t, "decided by A. Reviewer on 30 March 2026 at 09:00")
	s.get("lead", "/reports/lfpse/R-0")
	s.get("lead", "/log").has(t, "A. Reviewer<span class=\"psims-detail\">reviewer</span>", `<a href="/reports/lfpse/R-0">R-0</a>`)
	unnamed := decision.User{Login: "keeper", Role: decision.Administrator, Active: true}
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, unnamed); err != nil {
		t.Fatal(err)
	}
	s.get("keeper", "/accounts").has(t, "keeper, administrator")
	if got := s.get("keeper", "/"); got.to != "/accounts" {
		t.Errorf("an administrator begins with %q", got.to)
	}
	twin := decision.User{Login: "reviewer-2", Name: "A. Reviewer", Role: decision.NationalReviewer, Active: true}
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, twin); err != nil {
		t.Fatal(err)
	}
	decide("reviewer-2")
	s.get("lead", "/alerts/theme-1").has(t, "decided by A. Reviewer (reviewer-2)", "by A. Reviewer (reviewer) on")
}

// Whoever has decided is led to the next alert on which nobody has, past those decided.
func TestNextAlert(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	s.get("reviewer", "/alerts/theme-3").has(t, `<a href="/alerts/theme-1">Next: 1. Battery flap, syringe driver</a>`)
	if got := s.post("reviewer", "/alerts/theme-1", "/alerts/theme-1/decisions", url.Values{"state": {"known"}, "reason": {"Told of in 2024."}}); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	s.get("reviewer", "/alerts/theme-3").has(t, `<a href="/alerts/theme-2">Next: 2. `)
	s.get("reviewer", "/alerts/theme-2").has(t, `<a href="/alerts/theme-3">Next: 3. Insulin pump</a>`)
	s.get("reviewer", "/alerts/theme-1").has(t, `<a href="/alerts">All alerts</a>`)
}

// A report leads back to the alert that it stands behind, for those who may see it.
func TestReportLeadsToItsAlerts(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	s.get("reviewer", "/reports/nrls/R-399").has(t, `alert <a href="/alerts/theme-1">1. Battery flap, syringe driver</a>`)
	s.get("reviewer", "/reports/lfpse/R-0").lacks(t, "reports behind")
}

// The list comes before the filter, which is open only while it narrows the list; where
// there is nothing to filter the page says why.
func TestFilterStandsBack(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	s.get("reviewer", "/alerts").has(t, `<details class="nhsuk-details">`, "Filter the alerts")
	s.get("reviewer", "/alerts").lacks(t, "Clear filters")
	s.get("reviewer", "/alerts?state=known").has(t, `<details class="nhsuk-details" open>`, "Clear filters", "Choose other filters")
	small := decision.User{Login: "small", Name: "Small", Role: decision.Provider, Active: true, Scope: decision.Scope{Organisations: []string{"ZX099"}}}
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, small); err != nil {
		t.Fatal(err)
	}
	got := s.get("small", "/alerts")
	got.has(t, "No alert has a report of yours behind it")
	got.lacks(t, "0 alerts", "Choose other filters")
}

// A question that finds nothing says what could find more; an empty answer is no file.
func TestSearchThatFindsNothing(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	got := s.get("reviewer", "/search?q=battery+near+flap")
	got.has(t, "No report fits.", "Write OR, NOT and NEAR in capitals", "Try fewer words")
	got.lacks(t, "Download the found reports")
	s.get("reviewer", "/search?q=unheardof").lacks(t, "capitals", "fewer words")
	s.get("reviewer", "/search?q=battery+NEAR/3+flap").has(t, "Download the found reports")
}

// Days may be written as people here write them.
func TestDaysAreWrittenInMoreThanOneWay(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	want := s.get("reviewer", "/search?from=2026-03-28")
	for _, day := range []string{"28/3/2026", "28/03/2026", "28.3.2026", "28-3-2026", "28 March 2026", "28 Mar 2026", "28 3 2026", " 28/3/2026 "} {
		got := s.get("reviewer", "/search?from="+url.QueryEscape(day))
		if found(got.body) == "" || found(got.body) != found(want.body) {
			t.Errorf("%q: found %q, want %q", day, found(got.body), found(want.body))
		}
	}
	for _, day := range []string{"3/28/2026", "31/2/2026", "28/3/26", "soon"} {
		if got := s.get("reviewer", "/search?from="+url.QueryEscape(day)); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", day, got.status)
		}
	}
}

// found is the heading that counts the found reports.
func found(body string) string {
	_, after, _ := strings.Cut(body, `<h2 class="nhsuk-heading-m">`)
	before, _, _ := strings.Cut(after, "<")
	return before
}

// Whoever does not know the tables can have them listed, as a question like any other.
func TestTablesCanBeListed(t *testing.T) {
	asked := ""
	s := open(t, func(c *portal.Config) {
		c.Ask = func(_ context.Context, q portal.Question) (portal.Answer, error) {
			asked = q.SQL
			return portal.Answer{Columns: []string{"table_name"}, Rows: [][]string{{"events"}}}, nil
		}
	})
	s.accounts()
	page := s.get("lead", "/sql")
	page.has(t, "List the tables and their columns")
	_, value, _ := strings.Cut(page.body, `name="sql" value="`)
	value, _, _ = strings.Cut(value, `"`)
	s.post("lead", "/sql", "/sql", url.Values{"sql": {value}}).has(t, "1 row", "events")
	if !strings.Contains(asked, "FROM information_schema.columns") {
		t.Errorf("asked %q", asked)
	}
}
