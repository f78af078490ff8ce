package portal_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"psims/reports/portal"
	"psims/reports/portal/guard"
)

func TestHeadersStandOnEveryAnswer(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, path := range []string{"/", "/alerts", "/alerts/theme-1", "/no-such-page", "/healthz", "/data/a-theme-1-weekly.csv", "/reports/lfpse/R-0"} {
		got := s.get("reviewer", path)
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"} {
			if !strings.HasPrefix(got.header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, got.header.Get(name))
			}
		}
		if strings.Contains(got.header.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy allows something unsafe", path)
		}
	}
}

// Nothing that a sender wrote runs, and no page has a script or a style of its own.
func TestHostileTextIsInert(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, path := range []string{"/alerts", "/alerts/theme-2", "/reports/nrls/R-7", "/themes/theme-b", "/watch", "/labels", "/alerts?words=%3Cscript%3E%22"} {
		got := s.get("lead", path)
		if got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
		for _, bad := range []string{"<script", "<img", "onerror=\"", "<style", " style=\"", "<b>from"} {
			if strings.Contains(got.body, bad) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
	// A spreadsheet must not run a cell.
	got := s.get("lead", "/data/a-theme-1-reports.csv")
	for line := range strings.Lines(got.body) {
		for cell := range strings.SplitSeq(line, ",") {
			if strings.HasPrefix(strings.Trim(cell, `"`), "=") {
				t.Errorf("a cell begins with =: %.60s", line)
			}
		}
	}
}

func TestEveryPageTellsItsRun(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, a := range addresses {
		if !strings.HasPrefix(a.pattern, "GET /") || strings.HasPrefix(a.pattern, "GET /sign-in") || a.pattern == "GET /static/{file}" || a.pattern == "GET /metrics" || a.pattern == "GET /{$}" || strings.HasPrefix(a.pattern, "GET /data/") || strings.Contains(a.path, ".csv") || strings.Contains(a.path, "/api/") {
			continue
		}
		if got := s.get("lead", a.path); !strings.Contains(got.body, "run-1") {
			t.Errorf("%s (%d) does not tell the run", a.path, got.status)
		}
	}
}

func TestDecisionsByForm(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const path = "/alerts/theme-1"
	bad := s.post("reviewer", path, path+"/decisions", url.Values{"state": {"known"}, "reason": {" "}, "due": {"soon"}, "owner": {"B. Owner"}})
	if bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "There is a problem") || !strings.Contains(bad.body, "B. Owner") {
		t.Errorf("a form with faults: %d; what was filled in must stand again", bad.status)
	}
	good := s.post("reviewer", path, path+"/decisions", url.Values{"state": {"known"}, "reason": {"Told of in 2024 <b>"}, "due": {"30/4/2026"}, "owner": {"B. Owner"}})
	if good.status != http.StatusSeeOther || good.to != path+"?done=decided" {
		t.Fatalf("a decision: %d to %q", good.status, good.to)
	}
	shown := s.get("reviewer", good.to)
	for _, want := range []string{"Your decision is stored", "Told of in 2024 &lt;b&gt;", "30 April 2026", "B. Owner", "Known"} {
		if !strings.Contains(shown.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if queue := s.get("reviewer", "/alerts?state=known"); !strings.Contains(queue.body, "1 alert of 3") || !strings.Contains(queue.body, "30 April 2026") {
		t.Error("the queue does not know the decision")
	}
	if own := s.post("reviewer", path, "/decisions/1/second", url.Values{"agrees": {"yes"}}); own.status != http.StatusNotFound {
		t.Errorf("a second reading of one's own: %d", own.status)
	}
	if other := s.post("lead", path, "/decisions/1/second", url.Values{"agrees": {"no"}, "note": {"It has spread."}}); other.status != http.StatusSeeOther {
		t.Errorf("a second reading: %d", other.status)
	}
	if got := s.get("lead", path); !strings.Contains(got.body, "A. Lead does not agree: It has spread.") {
		t.Error("the second reading is not shown")
	}
	if got := s.post("lead", path, "/decisions/1/undo", url.Values{}); got.status != http.StatusSeeOther {
		t.Errorf("undo: %d", got.status)
	}
	if got := s.get("lead", path); !strings.Contains(got.body, "Nobody has decided") || !strings.Contains(got.body, "undone by A. Lead") {
		t.Error("after the undo the history does not tell it")
	}
	if head, err := s.store.Verify(t.Context()); err != nil || head.Lines == 0 {
		t.Errorf("the log: %v %v", head, err)
	}
}

func TestCorrectionsByForm(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const path = "/reports/lfpse/R-0"
	for name, form := range map[string]url.Values{"nothing": {}, "unknown category": {"category": {"Dragons"}}, "unknown harm": {"harm": {"awful"}}, "itself": {"same_event": {"R-0"}}, "another's report": {"same_event": {"R-1"}}} {
		if got := s.post("provider", path, path+"/corrections", form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	got := s.post("provider", path, path+"/corrections", url.Values{"category": {"Falls"}, "harm": {"low"}, "reason": {"It tells of a fall."}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("a correction: %d", got.status)
	}
	if page := s.get("provider", path); strings.Count(page.body, "It tells of a fall.") != 2 {
		t.Error("the page does not show both answers")
	}
	if other := s.post("lead", path, "/corrections/1/undo", url.Values{}); other.status != http.StatusNotFound {
		t.Errorf("undoing another's answer: %d", other.status)
	}
	if own := s.post("provider", path, "/corrections/1/undo", url.Values{}); own.status != http.StatusSeeOther {
		t.Errorf("undoing one's own: %d", own.status)
	}
	if foreign := s.post("provider", path, "/reports/nrls/R-1/corrections", url.Values{"category": {"Falls"}}); foreign.status != http.StatusNotFound {
		t.Errorf("correcting another organisation's report: %d", foreign.status)
	}
}

// A form from another site, or without its token, or with somebody else's, changes nothing.
func TestForgedForms(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const path = "/alerts/theme-1/decisions"
	form := url.Values{"state": {"known"}, "reason": {"forged"}}
	if got := s.ask("reviewer", http.MethodPost, path, form); got.status != http.StatusForbidden {
		t.Errorf("without a token: %d", got.status)
	}
	other := tokenField.FindStringSubmatch(s.get("lead", "/alerts/theme-1").body)[1]
	form.Set("form", other)
	if got := s.ask("reviewer", http.MethodPost, path, form); got.status != http.StatusForbidden || !strings.Contains(got.body, "This form has expired") || !strings.Contains(got.body, "Nothing was stored") {
		t.Errorf("with another's token: %d, and the page says what happened: %s", got.status, got.body)
	}
	own := tokenField.FindStringSubmatch(s.get("reviewer", "/alerts/theme-1").body)[1]
	form.Set("form", own)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-User", "reviewer")
	r.Header.Set("Origin", "https://elsewhere.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := s.do(client(t), r); got.status != http.StatusForbidden {
		t.Errorf("from another site: %d", got.status)
	}
	if all, err := s.store.Decisions(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%d forged decisions are stored (%v)", len(all), err)
	}
}

func TestLimits(t *testing.T) {
	s := open(t, func(c *portal.Config) { c.Guard = guard.Config{Rate: 1, Burst: 5, MaxBody: 1000} })
	s.accounts()
	large := s.ask("reviewer", http.MethodPost, "/alerts/theme-1/decisions", url.Values{"reason": {strings.Repeat("x", 5000)}})
	if large.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of 5,000 bytes: %d", large.status)
	}
	refused := 0
	for range 10 {
		if s.get("reviewer", "/alerts").status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 6 {
		t.Errorf("%d of 10 more requests at once were refused, want 6 after 1 of a burst of 5", refused)
	}
	s.clock.pass(10 * time.Second)
	if got := s.get("reviewer", "/alerts"); got.status != http.StatusOK {
		t.Errorf("after a while: %d", got.status)
	}
}

// A new run is shown while people ask, without an error and without a restart.
func TestNewRunWhilePeopleWork(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	next := invented("run-2", 300)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	var failed sync.Map
	for range 4 {
		group.Go(func() {
			for ctx.Err() == nil {
				for _, path := range []string{"/alerts", "/themes", "/reports/lfpse/R-0"} {
					r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
					if err != nil {
						return
					}
					r.Header.Set("X-Forwarded-User", "reviewer")
					resp, err := http.DefaultClient.Do(r)
					if errors.Is(err, context.Canceled) {
						return
					}
					if err != nil || resp.StatusCode != http.StatusOK {
						failed.Store(path, fmt.Sprint(resp, err))
					}
					if resp != nil {
						resp.Body.Close()
					}
				}
			}
		})
	}
	for k := range 10 {
		if k%2 == 0 {
			s.server.Show(next)
		} else {
			s.server.Show(sampleRun())
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.server.Show(next)
	stop()
	group.Wait()
	failed.Range(func(path, what any) bool { t.Errorf("%v: %v", path, what); return true })
	if got := s.get("reviewer", "/alerts"); !strings.Contains(got.body, "run-2") {
		t.Error("the new run is not shown")
	}
}

func TestStoreFailureIsNotTold(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	if err := s.store.Close(); err != nil {
		t.Fatal(err)
	}
	got := s.get("reviewer", "/alerts")
	if got.status != http.StatusInternalServerError || strings.Contains(got.body, "sql") {
		t.Errorf("%d: %s", got.status, got.body)
	}
}

// Alerts that were drawn ahead are not drawn again for those who see everything.
func TestWarmDrawsAlertsAhead(t *testing.T) {
	s := open(t, local)
	if err := s.server.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, id := range []string{"theme-1", "theme-2", "theme-3"} {
		if got := s.get("", "/alerts/"+id); got.status != http.StatusOK || !strings.Contains(got.body, "<svg") {
			t.Errorf("alert %s: %d", id, got.status)
		}
	}
	t.Logf("three alerts drawn ahead answered in %v", time.Since(began))
}

// What is said of two reports is stored by system and number, shown with what the
// run on show makes of it, and told to nobody who may not see both.
func TestSayingWhichReportsAreOneEvent(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const path = "/reports/lfpse/R-4"
	for name, form := range map[string]url.Values{"itself": {"other_event": {"R-4"}}, "none": {"same_event": {"R-9999"}}, "another system": {"same_event": {"nrls R-4"}}} {
		if got := s.post("lead", path, path+"/corrections", form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	for _, form := range []url.Values{{"other_event": {"R-1"}}, {"same_event": {"LFPSE R-8"}}} { // the run has R-1 with R-4
		if got := s.post("lead", path, path+"/corrections", form); got.status != http.StatusSeeOther {
			t.Fatalf("%v: %d", form, got.status)
		}
	}
	all, err := s.store.Corrections(t.Context())
	if err != nil || len(all) != 2 || all[0].Value != "nrls R-1" || all[1].Value != "lfpse R-8" {
		t.Fatalf("stored %+v, %v", all, err)
	}
	if page := s.get("lead", "/labels"); strings.Count(page.body, "From the next run") != 2 || !strings.Contains(page.body, "Another event") {
		t.Error("the answers and their effect are not shown")
	}
	// are of ZX001, R-1 is not.
	if page := s.get("provider", path); strings.Contains(page.body, "nrls R-1") || !strings.Contains(page.body, "lfpse R-8") {
		t.Error("a provider sees an answer about another organisation's report, or misses one about its own")
	}
	if page := s.get("provider", "/labels"); strings.Contains(page.body, ">R-1<") || !strings.Contains(page.body, ">R-8<") {
		t.Error("the list of answers shows another organisation's report, or misses one's own")
	}
}

// The next reviewer finds where the queue stands, and the note on the queue itself.
func TestHandover(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	decide := func(alert, state, due string) {
		if got := s.post("reviewer", "/alerts/"+alert, "/alerts/"+alert+"/decisions", url.Values{"state": {state}, "reason": {"Asked for more of " + alert + "."}, "owner": {"B. Owner"}, "due": {due}}); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", alert, got.status)
		}
	}
	decide("theme-1", "focused review", "2026-04-02")
	decide("theme-2", "under review", "2026-03-01")
	for id, agrees := range map[string]string{"1": "yes", "2": "no"} {
		if got := s.post("lead", "/alerts/theme-"+id, "/decisions/"+id+"/second", url.Values{"agrees": {agrees}}); got.status != http.StatusSeeOther {
			t.Fatalf("second reading: %d", got.status)
		}
	}
	if got := s.post("reviewer", "/handover", "/handover", url.Values{"note": {"  "}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "There is a problem") {
		t.Errorf("an empty note: %d", got.status)
	}
	if got := s.post("reviewer", "/handover", "/handover", url.Values{"note": {"Theme 2 <b>waits</b> for pharmacy."}}); got.status != http.StatusSeeOther {
		t.Fatalf("a note: %d", got.status)
	}
	got := s.get("lead", "/handover")
	for _, want := range []string{"Theme 2 &lt;b&gt;waits&lt;/b&gt; for pharmacy.", "Asked for more of theme-2.", "2, of which all agree on 1", "A. Lead does not agree", "A. Reviewer, 30 March 2026"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the hand-over lacks %q", want)
		}
	}
	if first, second := strings.Index(got.body, "Asked for more of theme-2."), strings.Index(got.body, "Asked for more of theme-1."); first > second {
		t.Error("what is overdue does not stand first")
	}
	queue := s.get("lead", "/alerts")
	if !strings.Contains(queue.body, "waits&lt;/b&gt; for pharmacy") || !strings.Contains(queue.body, "second reader does not agree") || !strings.Contains(queue.body, "second reader agrees") {
		t.Error("the queue shows neither the note nor what second readers think")
	}
	if got := s.get("provider", "/alerts"); strings.Contains(got.body, "for pharmacy") {
		t.Error("a provider reads the reviewers' note")
	}
}
