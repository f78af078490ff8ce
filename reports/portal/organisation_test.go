package portal_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/portal"
)

// report is a page as a run writes it for an organisation: in its own frame, with
// links to its files.
const report = `<!DOCTYPE html><html lang="en-GB"><head><title>Larkhaven &amp; District – psims patient safety insight</title><style>body{}</style></head><body><header>of the file</header>
<main class="nhsuk-main-wrapper" id="maincontent"><h1>Your organisation's reports: Larkhaven</h1><dl class="psims-stamp"><div><dt>Run</dt><dd>run-1</dd></div></dl>
<p>2 reports in 12 weeks. <a href="data/weekly.csv">File</a> <a href="learned/theme-a.html">Staff page</a> <a href="../index.html#top">Up</a></p></main><footer>of the file</footer></body></html>`

// withReports is a portal whose run has a page of ZX001 and takes files.
func withReports(t *testing.T, got *[]portal.Upload) *site {
	s := open(t, func(c *portal.Config) {
		c.OrganisationFile = func(run, organisation, name string) ([]byte, error) {
			switch {
			case run != "run-1" || organisation != "ZX001":
				return nil, decision.ErrNone
			case name == "index.html" || name == "learned/theme-a.html":
				return []byte(report), nil
			case name == "data/weekly.csv":
				return []byte("Week,Reports\n2026-03-23,2\n"), nil
			}
			return nil, decision.ErrNone
		}
		c.Receive = func(_ context.Context, u portal.Upload) (portal.Receipt, error) {
			text, err := io.ReadAll(u.Body)
			if err != nil {
				return portal.Receipt{}, err
			}
			if strings.HasPrefix(string(text), "bad") {
				return portal.Receipt{}, portal.Refused("Line 3: it breaks there.")
			}
			*got = append(*got, u)
			return portal.Receipt{Load: "0123456789abcdef", Read: 5, Kept: 1204, Rejected: map[string]int{string(incident.BadDate): 3}, First: "Line 7: there is no 31 June."}, nil
		}
		c.MaxUpload = 4 << 20
	})
	s.accounts()
	return s
}

// An organisation's user begins with its own report, in the portal's frame.
func TestOrganisationHasItsPage(t *testing.T) {
	s := withReports(t, new([]portal.Upload))
	if got := s.get("provider", "/"); got.to != "/organisations/ZX001" {
		t.Errorf("the first page leads to %q", got.to)
	}
	got := s.get("provider", "/organisations/ZX001")
	got.has(t, "<title>Larkhaven Hospitals NHS Trust", "2 reports in 12 weeks.", `href="/organisations/ZX001/data/weekly.csv"`, `href="/organisations/ZX001/learned/theme-a.html"`, `<a href="/search?organisation=ZX001">Read your 100 events</a>`, "Send a file of events")
	got.lacks(t, "of the file", "<style>")
	if strings.Count(got.body, "<h1") != 1 || strings.Count(got.body, `class="psims-stamp"`) != 1 {
		t.Error("the page has two headings of its own, or tells the run twice")
	}
	s.get("provider", "/organisations/ZX001/learned/theme-a.html").has(t, "<title>Larkhaven &amp; District", `href="/organisations/ZX001#top"`)
	if file := s.get("provider", "/organisations/ZX001/data/weekly.csv"); file.status != http.StatusOK || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the numbers of a chart: %d %v", file.status, file.header)
	}
	s.get("lead", "/log").has(t, "ZX001 weekly.csv")
	s.get("lead", "/organisations/ZX001").lacks(t, "Send a file") // theirs to read, not to send for
	if got := s.get("lead", "/"); got.to != "/alerts" {
		t.Errorf("a national lead begins with %q", got.to)
	}
	s.get("lead", "/organisations/ZX002").has(t, "Foxhollow Hospitals NHS Trust", "says nothing of this organisation yet")
}

// Nobody reaches another organisation's page, its files, or its inbox.
func TestOrganisationPagesKeepToTheScope(t *testing.T) {
	var got []portal.Upload
	s := withReports(t, &got)
	half := decision.User{Login: "half", Name: "Half", Role: decision.Provider, Active: true, Scope: decision.Scope{Organisations: []string{"ZX001"}, Specialties: []string{"Cardiology"}}}
	if err := s.store.SetUser(t.Context(), decision.Act{Who: "test", At: s.clock.Now()}, half); err != nil {
		t.Fatal(err)
	}
	for login, paths := range map[string][]string{
		"provider":   {"/organisations/ZX002", "/organisations/ZX002/data/weekly.csv", "/organisations/ZX002/learned/theme-a.html", "/organisations/ZX001%2F..%2FZX002", "/organisations/ZX001/data/..%2F..%2Fpsims.toml"},
		"specialist": {"/organisations/ZX001"},
		"half":       {"/organisations/ZX001"}, // sees a part of its events alone
	} {
		for _, path := range paths {
			if got := s.get(login, path); got.status != http.StatusNotFound {
				t.Errorf("%s as %s: %d", path, login, got.status)
			}
		}
	}
	if a := s.sendFile("provider", "ZX002", "x.csv", "text"); a.status != http.StatusNotFound {
		t.Errorf("a file for another organisation: %d", a.status)
	}
	if a := s.sendFile("lead", "ZX001", "x.csv", "text"); a.status != http.StatusNotFound {
		t.Errorf("a file for an organisation that is not one's own: %d", a.status)
	}
	if len(got) > 0 {
		t.Errorf("received %+v", got)
	}
}

// sendFile sends a file as the form does; the token is of the organisation's own page.
func (s *site) sendFile(login, code, name, text string) answer {
	s.t.Helper()
	token := tokenField.FindStringSubmatch(s.get(login, "/alerts").body + s.get(login, "/organisations/ZX001").body + s.get(login, "/record").body)
	if token == nil {
		s.t.Fatalf("%s has no form", login)
	}
	return s.sendParts(login, code, [][3]string{{"form", "", token[1]}, {"file", name, text}})
}

func (s *site) sendParts(login, code string, parts [][3]string) answer {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		create := func(string) (io.Writer, error) { return w.CreateFormField(p[0]) }
		if p[1] != "" {
			create = func(name string) (io.Writer, error) { return w.CreateFormFile(p[0], name) }
		}
		part, err := create(p[1])
		if err == nil {
			_, err = part.Write([]byte(p[2]))
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+"/organisations/"+code+"/files", &body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	if login != "" {
		r.Header.Set("X-Forwarded-User", login)
	}
	return s.do(client(s.t), r)
}

// A file goes from the form into the inbox, and its sender is told at once what can't
// be used and how to mend it.
func TestFilesFromTheForm(t *testing.T) {
	var got []portal.Upload
	s := withReports(t, &got)
	a := s.sendFile("provider", "ZX001", "march.csv", "text")
	a.has(t, "Your file was taken", "1,204", "Write the date as YYYY-MM-DD", "Line 7: there is no 31 June.", "march.csv")
	if len(got) != 1 || got[0].Organisation != "ZX001" || got[0].Name != "march.csv" {
		t.Fatalf("received %+v", got)
	}
	s.get("lead", "/log").has(t, "A. Provider", "Upload", "0123456789abcdef")
	if bad := s.sendFile("provider", "ZX001", "bad.csv", "bad"); bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "The file was not taken. Line 3: it breaks there.") {
		t.Errorf("a malformed file: %d", bad.status)
	}
	if large := s.sendFile("provider", "ZX001", "large.csv", strings.Repeat("x", 5<<20)); large.status != http.StatusRequestEntityTooLarge || !strings.Contains(large.body, "up to 4 MB") {
		t.Errorf("a large file: %d", large.status)
	}
	none := s.sendParts("provider", "ZX001", [][3]string{{"form", "", tokenField.FindStringSubmatch(s.get("provider", "/organisations/ZX001").body)[1]}})
	none.has(t, "Choose a file to send")
	for name, parts := range map[string][][3]string{
		"no token":             {{"file", "x.csv", "text"}},
		"another's token":      {{"form", "", "00ff"}, {"file", "x.csv", "text"}},
		"token after the file": {{"file", "x.csv", "text"}, {"form", "", "00ff"}},
	} {
		if a := s.sendParts("provider", "ZX001", parts); a.status != http.StatusForbidden || !strings.Contains(a.body, "This form has expired") {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if len(got) != 1 {
		t.Errorf("received %d files, want 1", len(got))
	}
}
