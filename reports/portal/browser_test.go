package portal_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"psims/datasets/decision"
	"psims/internal/browser"
	"psims/reports/portal"
)

// busy is a portal of one user with a decision, an answer, a view and a frozen
// result, so that every page has something to show.
func busy(t *testing.T) (*site, []string) {
	t.Helper()
	s := open(t, func(c *portal.Config) {
		local(c)
		c.Ask = func(_ context.Context, q portal.Question) (portal.Answer, error) {
			return portal.Answer{Columns: []string{"label", "reports"}, Rows: [][]string{{"Falls", "12"}}}, nil
		}
		c.Receive = func(context.Context, portal.Upload) (portal.Receipt, error) {
			return portal.Receipt{Kept: 2, Rejected: map[string]int{"bad-date": 3}, First: "Line 7: there is no 31 June."}, nil
		}
		c.OrganisationFile = func(string, string, string) ([]byte, error) { return []byte(report), nil }
	})
	s.accounts()
	for path, form := range map[string]map[string][]string{
		"/alerts/theme-1/decisions":      {"state": {"known"}, "reason": {"Told of in 2024."}, "owner": {"B. Owner"}, "due": {"2026-04-30"}},
		"/reports/lfpse/R-0/corrections": {"category": {"Falls"}, "reason": {"It tells of a fall."}},
		"/handover":                      {"note": {"Theme 2 is with the team of anaesthetics."}},
		"/views":                         {"path": {"/search?q=battery"}, "name": {"Batteries"}},
	} {
		if got := s.post("", "/alerts/theme-1", path, form); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", path, got.status)
		}
	}
	other := decision.Act{Who: "reviewer", At: s.clock.Now(), AsOf: today, Run: "run-1"}
	if _, err := s.store.Decide(t.Context(), other, decision.Decision{Alert: "theme-2", State: decision.Published, Reason: "Out now.", Link: "https://example.org/alert", Due: today + 9}); err != nil {
		t.Fatal(err)
	}
	frozen := s.post("", "/search", "/snapshots", map[string][]string{"path": {"/search?q=battery"}, "title": {"Batteries"}})
	return s, []string{"/alerts", "/alerts?state=known&sort=due&order=descending", "/alerts?words=nothing-fits", "/alerts/theme-1", "/alerts/theme-2", "/reports/lfpse/R-0", "/reports/nrls/R-7", "/themes", "/themes/theme-a", "/watch", "/labels",
		"/search", "/search?q=battery+flap&region=North&page=2", "/search?q=NOT+x", frozen.to, "/analysis", "/analysis?by=week&measure=share&weeks=52", "/analysis?by=specialty&beside=all", "/analysis?by=dragons", "/sql", "/freshness", "/record", "/accounts", "/log", "/accessibility", "/no-such-page", "/alerts/theme-1?done=decided", "/handover", "/organisations/ZX001", "/organisations/ZX001/learned/theme-a.html"}
}

func TestPagesInABrowser(t *testing.T) {
	if os.Getenv("PSIMS_BROWSER") != "1" {
		t.Skip(`browser tests run with PSIMS_BROWSER=1 ("make e2e")`)
	}
	s, pages := busy(t)
	dir := t.TempDir()
	for i, p := range pages {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.html", i)), []byte(s.get("", p).body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	browser.Pages{Dir: dir, Base: s.URL, Names: pages, Assets: "../assets"}.CheckServed(t)
}

// answers are the pages that only a form leads to: they are asked for once, and
// kept as they came.
func answers(t *testing.T, s *site) []answer {
	t.Helper()
	whole := url.Values{"kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}, "organisation": {"ZX001"}, "day": {"2026-03-01"}, "do": {"send"}}
	with := func(v url.Values, more ...string) url.Values {
		out := maps.Clone(v)
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = []string{more[i+1]}
		}
		return out
	}
	recorded := s.post("", "/record", "/record", whole)
	ref, secret := told(t, referenceShown, recorded), told(t, secretShown, recorded)
	opened := url.Values{"reference": {ref}, "secret": {secret}, "version": {"1"}}
	out := []answer{
		recorded,
		s.post("", "/record", "/record", with(whole, "do", "draft")),
		s.post("", "/record", "/record", with(whole, "day", "soon", "happened", "no")),              // what is wrong with it
		s.post("", "/record", "/record", with(whole, "as", "patient", "organisation", "hospitals")), // which place it is
		s.get("", "/record?as=patient"),
		s.post("", "/record", "/record/open", opened),
		s.post("", "/record", "/record/open", with(opened, "secret", "another one")),
		s.post("", "/record", "/record", with(whole, "reference", ref, "secret", secret, "version", "1")), // a revision
		s.post("", "/record", "/record/withdraw", with(opened, "version", "2")),                           // the question
		s.post("", "/record", "/record/withdraw", with(opened, "version", "2", "sure", "yes")),
		s.post("", "/record", "/record/open", opened), // as it is then
		s.post("", "/record", "/record/withdraw", with(opened, "version", "2", "sure", "yes")),
		s.post("", "/alerts/theme-1", "/alerts/theme-1/decisions", url.Values{"state": {"published"}}),
		s.sendFile("", "ZX001", "march.csv", "text"),
		s.sendParts("", "ZX001", [][3]string{{"form", "", tokenField.FindStringSubmatch(s.get("", "/organisations/ZX001").body)[1]}}), // no file
		s.post("", "/sql", "/sql", url.Values{"question": {"SELECT 1"}}),
	}
	mine := told(t, referenceShown, s.post("", "/record", "/record", with(whole, "keep", "mine", "do", "draft")))
	visitors := open(t, func(c *portal.Config) { c.Public = true })
	return append(out, s.get("", "/record/"+mine), s.get("", "/record"), visitors.get("", "/"))
}

// What a form leads to is as accessible as what a link leads to.
func TestAnswersInABrowser(t *testing.T) {
	if os.Getenv("PSIMS_BROWSER") != "1" {
		t.Skip(`browser tests run with PSIMS_BROWSER=1 ("make e2e")`)
	}
	s, _ := busy(t)
	list := answers(t, s)
	dir := t.TempDir()
	mux := http.NewServeMux()
	static, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/static/", httputil.NewSingleHostReverseProxy(static))
	var names []string
	for i, a := range list {
		if a.status == http.StatusSeeOther || !strings.Contains(a.body, "</html>") {
			t.Errorf("answer %d is no page: %d", i, a.status)
		}
		names = append(names, fmt.Sprintf("/answers/%d", i))
		mux.HandleFunc(names[i], func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if _, err := w.Write([]byte(a.body)); err != nil {
				t.Error(err)
			}
		})
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.html", i)), []byte(a.body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	browser.Pages{Dir: dir, Base: server.URL, Names: names, Assets: "../assets"}.CheckServed(t)
}

// Nothing but the service's own address is asked for, nothing that a sender wrote
// runs, and every page looks the same to the last pixel with scripts off.
func TestPagesNeedNoScript(t *testing.T) {
	ctx := browser.Start(t)
	s, pages := busy(t)
	for _, p := range pages {
		var pictures [2][]byte
		var title string
		var requests []string
		for i, off := range []bool{false, true} {
			err := chromedp.Run(ctx, emulation.SetScriptExecutionDisabled(off), chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.URL+p), chromedp.Title(&title), chromedp.FullScreenshot(&pictures[i], 100))
			if err != nil {
				t.Fatalf("opening %s: %v", p, err)
			}
			if !off {
				if err := chromedp.Run(ctx, chromedp.Evaluate(`performance.getEntriesByType("resource").map(r => r.name)`, &requests)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if string(pictures[0]) != string(pictures[1]) {
			t.Errorf("%s looks different without scripts", p)
		}
		if title == "owned" {
			t.Errorf("%s: a sender's words ran as a script", p)
		}
		for _, r := range requests {
			if !strings.HasPrefix(r, s.URL+"/static/") && r != "data:," {
				t.Errorf("%s asks for %s", p, r)
			}
		}
	}
}

// A decision by keyboard alone, with scripts off: from the queue through the alert
// to the form, and back to see it in the queue.
func TestDecideByKeyboard(t *testing.T) {
	ctx := browser.Start(t)
	s := open(t, local)
	// tab moves the focus on until it is on what the selector names.
	focusOn := func(selector string) chromedp.Action {
		return chromedp.ActionFunc(func(ctx context.Context) error {
			for range 300 {
				var on bool
				if err := chromedp.Evaluate(`document.activeElement.matches(`+"`"+selector+"`"+`)`, &on).Do(ctx); err != nil {
					return err
				}
				if on {
					return nil
				}
				if err := chromedp.KeyEvent(kb.Tab).Do(ctx); err != nil {
					return err
				}
			}
			return fmt.Errorf("the keyboard never reaches %s", selector)
		})
	}
	var shown, queue string
	err := chromedp.Run(ctx,
		chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.URL+"/alerts"),
		focusOn(`a[href="/alerts/theme-3"]`), chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible("#decide"),
		focusOn("#state-0"), chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowDown),
		focusOn("#reason"), input.InsertText("Looked at by the whole team."),
		focusOn("#owner"), input.InsertText("C. Owner"),
		focusOn(`form[action$="/decisions"] button`), chromedp.KeyEvent(kb.Enter),
		chromedp.WaitVisible(".nhsuk-notification-banner"), chromedp.Text("main", &shown, chromedp.ByQuery),
		chromedp.Navigate(s.URL+"/alerts?state=focused+review"), chromedp.Text("main", &queue, chromedp.ByQuery),
	)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shown, "Your decision is stored") || !strings.Contains(shown, "Looked at by the whole team.") || !strings.Contains(queue, "1 alert of 3") || !strings.Contains(queue, "C. Owner") {
		t.Errorf("the page says %.400q, the queue %.400q", shown, queue)
	}
}

// From the sign-in through a provider to a search, a frozen result and a record.
func TestJourney(t *testing.T) {
	ctx := browser.Start(t)
	s, p := withProvider(t)
	p.claims = map[string]any{"email": "ann@trust.example", "email_verified": true}
	var who, hits, frozen, form string
	if err := chromedp.Run(ctx, chromedp.EmulateViewport(1280, 900)); err != nil { // the browser lives as long as this context
		t.Fatal(err)
	}
	for step, actions := range [][]chromedp.Action{
		{chromedp.Navigate(s.URL + "/alerts"), chromedp.Text(".psims-header__organisation", &who)},
		{chromedp.Click(`nav a[href="/search"]`), chromedp.WaitVisible("#q"), chromedp.SendKeys("#q", `"battery flap"`+kb.Enter), chromedp.WaitVisible("mark", chromedp.ByQuery), chromedp.Text("mark", &hits, chromedp.ByQuery)},
		{chromedp.Click(`form[action="/snapshots"] button`), chromedp.WaitVisible("#result-caption"), chromedp.Text("main", &frozen, chromedp.ByQuery)},
		{chromedp.Navigate(s.URL + "/record"), chromedp.SetValue("#happened", "short"), chromedp.Click(`form[action="/record"] button`), chromedp.WaitVisible(".nhsuk-error-summary"), chromedp.Text(".nhsuk-error-summary", &form)},
	} {
		soon, cancel := context.WithTimeout(ctx, 30*time.Second)
		if err := chromedp.Run(soon, actions...); err != nil {
			var at, page string
			_ = chromedp.Run(ctx, chromedp.Location(&at), chromedp.Text("body", &page)) // for the message alone
			t.Fatalf("step %d: %v, at %s: %.300s", step, err, at, page)
		}
		cancel()
	}
	if who != "Ann, national reviewer" || !strings.EqualFold(hits, "battery flap") || !strings.Contains(frozen, "Permanent link") || !strings.Contains(form, "There is a problem") {
		t.Errorf("who %q, marked %q, frozen %.200q, form %.200q", who, hits, frozen, form)
	}
}

// TestPictures keeps pictures of every page, to be looked at, in the folder that
// PSIMS_PICTURES names.
func TestPictures(t *testing.T) {
	dir := os.Getenv("PSIMS_PICTURES")
	if dir == "" {
		t.Skip("pictures are kept when PSIMS_PICTURES names a folder")
	}
	ctx := browser.Start(t)
	s, pages := busy(t)
	for _, width := range []int64{1280, 390} {
		for i, p := range pages {
			var picture []byte
			if err := chromedp.Run(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(s.URL+p), chromedp.FullScreenshot(&picture, 100)); err != nil {
				t.Fatalf("opening %s: %v", p, err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%02d-%d.png", i, width)), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
