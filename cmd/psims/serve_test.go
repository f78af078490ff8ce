package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"psims/datasets/decision"
	"psims/datasets/frame"
	"psims/datasets/frame/parquet"
	"psims/reports/portal"
)

func TestListenOutsideThisMachineIsRefused(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":8321", "192.0.2.1:80", "nonsense"} {
		if code, _, talk := psims(t, t.TempDir(), "serve", "--listen", listen); code != exitUsage {
			t.Errorf("%s: exit %d: %s", listen, code, talk)
		}
	}
}

// served starts the pages on a home and gives their address.
func served(t *testing.T, home string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	var talk bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"--home", home, "--quiet", "serve", "--listen", address}, strings.NewReader(""), io.Discard, &talk)
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("serve ended with %d: %s", code, talk.String())
		}
	})
	return "http://" + address
}

// until asks for a page until it holds a text.
func until(t *testing.T, url, text string) string {
	t.Helper()
	last := ""
	for range 300 {
		resp, err := http.Get(url)
		if err == nil {
			body, err := io.ReadAll(resp.Body)
			if closing := resp.Body.Close(); err != nil || closing != nil {
				t.Fatal(err, closing)
			}
			if last = string(body); strings.Contains(last, text) {
				return last
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s never held %q: %.500s", url, text, last)
	return ""
}

// The pages wait for the first run, show it, and show the next one by themselves.
func TestServeFollowsTheRuns(t *testing.T) {
	home := swiftHome(t)
	url := served(t, home)
	until(t, url+"/alerts", "No run has finished yet")
	must(t, home, "run", "--as-of", "2025-05-10")
	until(t, url+"/alerts", "10 May 2025")
	must(t, home, "run", "--as-of", "2025-05-20")
	until(t, url+"/alerts", "20 May 2025")
	if body := until(t, url+"/healthz", "as_of 2025-05-20"); !strings.Contains(body, "ok") {
		t.Errorf("health: %s", body)
	}
	until(t, url+"/metrics", "psims_requests_total")
}

// What is sent takes the way of every extract: into the inbox, and with the next
// night into the warehouse.
func TestReceive(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	a := opened(t, home)
	good := lfpse("L1", 1, "2026-01-05", "Fell from bed.") + "nonsense\n" + lfpse("L2", 1, "2026-01-06", "Given twice.")
	r, err := a.receive(t.Context(), portal.Upload{Organisation: "Z01", Name: "../../etc/passwd", Body: strings.NewReader(good)})
	if err != nil || r.Read != 3 || r.Kept != 2 || !strings.HasPrefix(r.First, "line 2: ") {
		t.Fatalf("%+v, %v", r, err)
	}
	var refused portal.Refused
	if _, err := a.receive(t.Context(), portal.Upload{Organisation: "Z02", Body: strings.NewReader(good)}); !errors.As(err, &refused) || !strings.Contains(string(refused), "Line 1") {
		t.Errorf("another organisation's events: %v", err)
	}
	entries, err := os.ReadDir(filepath.Join(home, "inbox"))
	if err != nil || len(entries) != 2 { // done/ and the one good file
		t.Errorf("the inbox holds %v (%v)", entries, err)
	}
	if _, err := a.feedbackOf("Z01", r.Load); !errors.Is(err, decision.ErrNone) {
		t.Errorf("feedback before the night: %v", err)
	}
	if code, _, talk := psims(t, home, "run"); code != exitDone && code != exitWarnings {
		t.Fatalf("the night ended with %d: %s", code, talk)
	}
	if text, err := a.feedbackOf("Z01", r.Load); err != nil || !bytes.Contains(text, []byte(`"accepted": 2`)) {
		t.Errorf("feedback after the night: %s %v", text, err)
	}
	for _, load := range []string{"../../psims.toml", "..", r.Load + "/..", strings.ToUpper(r.Load)} {
		if _, err := a.feedbackOf("Z01", load); err == nil {
			t.Errorf("feedback of %q was found", load)
		}
	}
	if _, err := a.feedbackOf("Z02", r.Load); !errors.Is(err, decision.ErrNone) {
		t.Errorf("another's feedback: %v", err)
	}
}

// A record from the form is read back as LFPSE has it, and nothing in it or in the
// store tells who sent it.
func TestRecordBecomesAnEvent(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	url := served(t, home)
	write(t, filepath.Join(home, "inbox", "a.ndjson"), lfpse("L1", 1, "2026-01-05", "Fell from bed."))
	must(t, home, "run")
	form := until(t, url+"/record", `name="form"`)
	_, token, _ := strings.Cut(form, `name="form" value="`)
	token, _, _ = strings.Cut(token, `"`)
	resp, err := http.PostForm(url+"/record", map[string][]string{"form": {token}, "kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}, "actions": {"Moved the patient."}, "organisation": {"z07"}, "harm": {"4"}, "day": {"2026-01-02"}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v %d: %s", err, resp.StatusCode, body)
	}
	_, reference, _ := strings.Cut(string(body), "Your reference number is <b>")
	reference, _, _ = strings.Cut(reference, "<")
	_, secret, _ := strings.Cut(string(body), "<code>")
	secret, _, _ = strings.Cut(secret, "<")
	must(t, home, "run")
	// Its maker changes it, and it goes in as a revision.
	resp, err = http.PostForm(url+"/record", map[string][]string{"form": {token}, "reference": {reference}, "secret": {secret}, "version": {"1"}, "kind": {"1"}, "happened": {"The pump alarmed and nobody heard it for an hour."}, "organisation": {"z07"}, "harm": {"4"}, "day": {"2026-01-02"}})
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusOK {
		t.Fatalf("a revision: %d", resp.StatusCode)
	}
	must(t, home, "run")
	f, err := parquet.Read("events", filepath.Join(home, "current", "tables", "events.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	g := f.Reader()
	id, org, harm, text := frame.Take[string](g, "incident_id"), frame.Take[string](g, "organisation"), frame.Take[string](g, "harm"), frame.Take[string](g, "description")
	found := false
	for i := range id {
		if id[i] == reference {
			found = org[i] == "Z07" && harm[i] == "low" && strings.Contains(text[i], "nobody heard it for an hour")
			if !found {
				t.Errorf("the record came back as %s %s %q", org[i], harm[i], text[i])
			}
		}
	}
	if !found {
		t.Errorf("record %q is not among the events %v", reference, id)
	}
	store, err := decision.OpenReadOnly(t.Context(), filepath.Join(home, "review.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() // reading only
	log, err := store.Log(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log {
		if strings.Contains(e.Object+e.What, "record") {
			t.Errorf("the log tells of the record: %+v", e)
		}
	}
}

// A client that sends nothing is cut off, and others are answered meanwhile.
func TestSlowClient(t *testing.T) {
	home := swiftHome(t)
	url := served(t, home)
	until(t, url+"/healthz", "no run")
	var slow []net.Conn
	for range 50 {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close() // the server has closed it already
		if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	began := time.Now()
	until(t, url+"/healthz", "no run")
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("others waited %v", took)
	}
	if err := slow[0].SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(slow[0]); err != nil {
		t.Errorf("a slow client was not cut off within 20 seconds: %v", err)
	}
}

// A record goes from the form through the night into the counts, and its withdrawal
// takes the same way out of them.
func TestRecordIsWithdrawnFromTheCounts(t *testing.T) {
	home := swiftHome(t)
	if code, _, talk := psims(t, home, "run"); code != exitDone && code != exitWarnings {
		t.Fatalf("the first night ended with %d: %s", code, talk)
	}
	url := served(t, home)
	until(t, url+"/record", "What happened?")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	ask := func(r *http.Request) string {
		t.Helper()
		r.Header.Set("Origin", url)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %v: %.500s", r.URL.Path, resp.StatusCode, err, body)
		}
		return string(body)
	}
	between := func(text, from, to string) string {
		_, rest, _ := strings.Cut(text, from)
		found, _, _ := strings.Cut(rest, to)
		return found
	}
	token := ""
	post := func(path string, form neturl.Values) string {
		form.Set("form", token)
		r, err := http.NewRequest(http.MethodPost, url+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return ask(r)
	}
	first, err := http.NewRequest(http.MethodGet, url+"/record", nil)
	if err != nil {
		t.Fatal(err)
	}
	token = between(ask(first), `name="form" value="`, `"`)
	recorded := post("/record", neturl.Values{"kind": {"1"}, "happened": {"The lift stood still with a patient in it."}, "organisation": {"Z01"}, "do": {"send"}})
	reference, secret := between(recorded, "reference number is <b>", "</b>"), between(recorded, "<code>", "</code>")
	counted := func() bool {
		t.Helper()
		if code, _, talk := psims(t, home, "run"); code != exitDone && code != exitWarnings {
			t.Fatalf("the night ended with %d: %s", code, talk)
		}
		code, out, talk := psims(t, home, "sql", "SELECT incident_id FROM events WHERE incident_id = '"+reference+"'")
		if code != exitDone {
			t.Fatalf("asking for the record: %d: %s", code, talk)
		}
		return strings.Contains(out, reference)
	}
	if reference == "" || !counted() {
		t.Fatalf("record %q is not counted", reference)
	}
	if got := post("/record/withdraw", neturl.Values{"reference": {reference}, "secret": {secret}, "version": {"1"}, "sure": {"yes"}}); !strings.Contains(got, "is withdrawn") {
		t.Fatalf("withdrawing: %.500s", got)
	}
	if counted() {
		t.Error("the record is counted after its withdrawal")
	}
}

// A page finds the files that a run made for an organisation, as the night writes them,
// and none beside them.
func TestOrganisationFiles(t *testing.T) {
	home := swiftHome(t)
	must(t, home, "run", "--as-of", "2025-05-20")
	a := opened(t, home)
	run, err := os.Readlink(filepath.Join(home, "current"))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := os.ReadDir(filepath.Join(home, run, "organisations"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("the run has pages of %d organisations: %v", len(folders), err)
	}
	code, id := folders[0].Name(), filepath.Base(run)
	page, err := a.organisationFile(id, code, "index.html")
	if err != nil || !bytes.Contains(page, []byte(`id="maincontent">`)) || !bytes.Contains(page, []byte(`<dl class="psims-stamp">`)) {
		t.Errorf("the page of %s: %d bytes, %v", code, len(page), err)
	}
	for _, name := range []string{"report.json", "../index.html", "data/../index.html", "data/../../../manifest.json", "learned/..%2Findex.html", "data/none.csv", ""} {
		if _, err := a.organisationFile(id, code, name); !errors.Is(err, decision.ErrNone) {
			t.Errorf("%q was found: %v", name, err)
		}
	}
	if _, err := a.organisationFile(id, "../../"+id+"/organisations/"+code, "index.html"); !errors.Is(err, decision.ErrNone) {
		t.Errorf("an organisation's code climbed out of its folder: %v", err)
	}
}
