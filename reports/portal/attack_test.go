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

// What a spreadsheet would run stays text in every file that is handed out.
func TestFormulasStayText(t *testing.T) {
	formulas := []string{"=HYPERLINK(\"https://elsewhere.example\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1"}
	s := open(t, func(c *portal.Config) {
		local(c)
		c.Ask = func(context.Context, portal.Question) (portal.Answer, error) {
			var a portal.Answer
			a.Columns = []string{"=label"}
			for _, f := range formulas {
				a.Rows = append(a.Rows, []string{f})
			}
			return a, nil
		}
	})
	got := s.post("", "/sql", "/sql", url.Values{"sql": {"SELECT 1"}, "as": {"csv"}})
	if got.status != http.StatusOK {
		t.Fatal(got.status)
	}
	for _, line := range strings.Split(strings.TrimPrefix(got.body, "\ufeff"), "\n") {
		for _, begin := range []string{"=", "+", "-2", "@", "\t", "\r=", "\"=", "\"+", "\"@", "\"\t", "\"\r="} {
			if strings.HasPrefix(line, begin) {
				t.Errorf("a line of the file begins with %q: %q", begin, line)
			}
		}
	}
	for _, path := range []string{"/search.csv?q=battery", "/analysis.csv?by=category", "/data/a-theme-2-reports.csv"} {
		file := s.get("", path)
		if file.status != http.StatusOK || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") {
			t.Errorf("%s: %d, %v", path, file.status, file.header)
		}
	}
}

// SQL in anything that a person may write is stored as it was written, and nothing else happens.
func TestSQLStaysText(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const evil = `'); DROP TABLE decision; UPDATE user SET role = 'administrator'; -- "`
	for path, form := range map[string]url.Values{
		"/alerts/theme-1/decisions":      {"state": {"known"}, "reason": {evil}, "owner": {evil}},
		"/reports/lfpse/R-0/corrections": {"category": {"Falls"}, "reason": {evil}},
		"/views":                         {"path": {"/search?q=battery"}, "name": {evil}},
		"/handover":                      {"note": {evil}},
	} {
		if got := s.post("lead", "/alerts/theme-1", path, form); got.status != http.StatusSeeOther {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/alerts/" + url.PathEscape(evil), "/reports/lfpse/" + url.PathEscape(evil), "/snapshots/" + url.PathEscape(evil), "/themes/" + url.PathEscape(evil), "/record/" + url.PathEscape(evil)} {
		if got := s.get("lead", path); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	for _, path := range []string{"/search?q=" + url.QueryEscape(evil), "/analysis?by=" + url.QueryEscape(evil), "/alerts?state=" + url.QueryEscape(evil) + "&sort=" + url.QueryEscape(evil), "/log?below=" + url.QueryEscape(evil)} {
		if got := s.get("lead", path); got.status >= http.StatusInternalServerError {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	history, err := s.store.History(t.Context(), "theme-1")
	if err != nil || len(history) != 1 || history[0].Reason != evil || history[0].Owner != evil {
		t.Errorf("stored %+v, %v", history, err)
	}
	if u, err := s.store.User(t.Context(), "provider"); err != nil || u.Role != decision.Provider {
		t.Errorf("the provider is %+v, %v", u, err)
	}
	if _, err := s.store.Verify(t.Context()); err != nil {
		t.Error(err)
	}
	if page := s.get("lead", "/alerts/theme-1"); !strings.Contains(page.body, "DROP TABLE decision") {
		t.Error("what was written is not shown")
	}
}
