package portal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"psims/reports/portal"
)

func TestRecordForm(t *testing.T) {
	var got []string
	s := open(t, func(c *portal.Config) {
		c.Public = true
		c.Receive = func(_ context.Context, u portal.Upload) (portal.Receipt, error) {
			text, err := io.ReadAll(u.Body)
			got = append(got, string(text))
			return portal.Receipt{}, err
		}
	})
	s.accounts()
	good := func() url.Values {
		return url.Values{"kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}, "organisation": {"zx009"}, "day": {"2026-03-01"}}
	}
	for name, change := range map[string]func(url.Values){
		"nothing told":       func(v url.Values) { v.Set("happened", "no") },
		"a day to come":      func(v url.Values) { v.Set("day", "2027-01-01") },
		"no day":             func(v url.Values) { v.Set("day", "soon") },
		"no organisation":    func(v url.Values) { v.Del("organisation") },
		"no name of a place": func(v url.Values) { v.Set("organisation", "../x") },
		"a kind that isnt":   func(v url.Values) { v.Set("kind", "9") },
	} {
		v := good()
		change(v)
		if a := s.post("", "/record", "/record", v); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "There is a problem") {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	if len(got) != 0 {
		t.Fatalf("%d faulty records were taken", len(got))
	}
	a := s.post("", "/record", "/record", good())
	if a.status != http.StatusOK || !strings.Contains(a.body, "reference number") || len(got) != 1 || !strings.Contains(got[0], `"ZX009"`) {
		t.Fatalf("a record: %d %v", a.status, got)
	}
	v := good()
	if a := s.post("provider", "/record", "/record", v); a.status != http.StatusOK || !strings.Contains(got[1], `"ZX001"`) || strings.Contains(got[1], "rovider") {
		t.Errorf("a provider's record is of its own organisation and names nobody: %d %v", a.status, fmt.Sprint(got))
	}
}

// Nobody has to know a code: a place is found by its name, asked for where several may
// be meant, and kept as it was named where it is not known.
func TestPlacesAreNamed(t *testing.T) {
	s, sent := recording(t)
	form := func(more ...string) url.Values {
		v := url.Values{"as": {"patient"}, "kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}}
		for k := 0; k < len(more); k += 2 {
			v.Set(more[k], more[k+1])
		}
		return v
	}
	sends := func(why, want string, v url.Values) {
		t.Helper()
		before := len(*sent)
		a := s.post("", "/record", "/record", v)
		if a.status != http.StatusOK || len(*sent) != before+1 || !strings.Contains((*sent)[before], `{"url":"Organisation","valueCode":"`+want+`"}`) {
			t.Errorf("%s: %d, %v", why, a.status, (*sent)[before:])
		}
	}
	names := map[string]string{"ZX001": "Larkhaven Hospitals NHS Trust", "ZX002": "Foxhollow Hospitals NHS Trust"}
	name := names["ZX002"]
	sends("its name", "ZX002", form("organisation", strings.ToUpper(name)))
	sends("its code", "ZX002", form("organisation", "zx002"))
	sends("a place that is not known, with a name taken out", "Surgery of [name], Elm Road", form("organisation", "  Surgery of Jane Okafor,  Elm Road "))
	a := s.post("", "/record", "/record", form("organisation", "hosp"))
	for code, n := range names {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Which of these is it?") || !strings.Contains(a.body, `value="`+code+`"`) || !strings.Contains(a.body, n) {
			t.Errorf("several may be meant: %d, without %s", a.status, n)
		}
	}
	sends("one of them", "ZX001", form("organisation", "hosp", "which", "ZX001"))
	sends("none of them", "hosp", form("organisation", "hosp", "which", "none"))
	for _, bad := range []string{"", "=1+1", "<b>", "a/../..\\x", strings.Repeat("x", 101)} {
		if a := s.post("", "/record", "/record", form("organisation", bad)); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%q is taken as a place: %d", bad, a.status)
		}
	}
}

// Patients are not asked what only staff can answer, and each can have the other questions.
func TestQuestionsFitWhoAnswers(t *testing.T) {
	s, _ := recording(t)
	for _, c := range []struct {
		login, path string
		patient     bool
	}{{"", "/record", true}, {"", "/record?as=staff", false}, {"provider", "/record", false}, {"provider", "/record?as=patient", true}} {
		text := s.get(c.login, c.path).body
		if strings.Contains(text, "you, or the person you care for") != c.patient || strings.Contains(text, ">Specialty<") == c.patient || strings.Contains(text, "work in health or care?") != c.patient {
			t.Errorf("%q at %s: the questions are not those of its reader", c.login, c.path)
		}
		if strings.Contains(text, "ode of the organisation") {
			t.Errorf("%q at %s is asked for a code", c.login, c.path)
		}
	}
}

// recording opens a portal that keeps what is sent.
func recording(t *testing.T) (s *site, sent *[]string) {
	t.Helper()
	sent = new([]string)
	s = open(t, func(c *portal.Config) {
		c.Public = true
		c.Redact = func(s string) string { return strings.ReplaceAll(s, "Jane Okafor", "[name]") }
		c.Receive = func(_ context.Context, u portal.Upload) (portal.Receipt, error) {
			text, err := io.ReadAll(u.Body)
			if strings.Contains(string(text), "no room") {
				return portal.Receipt{}, errors.New("the disk is full")
			}
			*sent = append(*sent, string(text))
			return portal.Receipt{}, err
		}
	})
	s.accounts()
	return s, sent
}

var (
	referenceShown = regexp.MustCompile(`reference number is <b>([^<]+)</b>`)
	secretShown    = regexp.MustCompile(`<code>([^<]+)</code>`)
)

func told(t *testing.T, pattern *regexp.Regexp, a answer) string {
	t.Helper()
	m := pattern.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("status %d: the page does not say %s", a.status, pattern)
	}
	return m[1]
}

// A draft is kept for its account, changed, sent, and revised; nobody else sees it.
func TestRecordsOfAnAccount(t *testing.T) {
	s, sent := recording(t)
	form := url.Values{"kind": {"1"}, "happened": {"Jane Okafor"}, "keep": {"mine"}, "do": {"draft"}, "day": {"not yet known"}}
	a := s.post("provider", "/record", "/record", form)
	ref := told(t, referenceShown, a)
	if a.status != http.StatusOK || len(*sent) != 0 || secretShown.MatchString(a.body) {
		t.Fatalf("a draft: %d, sent %v", a.status, *sent)
	}
	path := "/record/" + ref
	if page := s.get("provider", path); page.status != http.StatusOK || !strings.Contains(page.body, "[name]</textarea>") || strings.Contains(page.body, "Okafor") || !strings.Contains(page.body, "not yet known") {
		t.Errorf("the draft: %d", page.status)
	}
	if page := s.get("provider", "/record"); !strings.Contains(page.body, path) || !strings.Contains(page.body, "Draft") {
		t.Error("the draft is not among the account's records")
	}
	for _, login := range []string{"reviewer", "lead", "admin", ""} {
		if page := s.get(login, path); page.status != http.StatusNotFound || strings.Contains(page.body, "[name]") {
			t.Errorf("%q gets another's draft: %d", login, page.status)
		}
		if page := s.get(login, "/record"); strings.Contains(page.body, ref) {
			t.Errorf("%q has another's draft among its own", login)
		}
		if got := s.post(login, "/record", "/record", url.Values{"reference": {ref}, "version": {"0"}, "kind": {"1"}, "happened": {"I change what is not mine."}, "organisation": {"ZX001"}}); got.status != http.StatusConflict {
			t.Errorf("%q changes another's draft: %d", login, got.status)
		}
	}
	whole := url.Values{"reference": {ref}, "version": {"0"}, "kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}, "day": {"2026-03-01"}, "do": {"send"}}
	if got := s.post("provider", path, "/record", whole); got.status != http.StatusOK || len(*sent) != 1 || !strings.Contains((*sent)[0], `"versionId":"1"`) || !strings.Contains((*sent)[0], ref) || strings.Contains((*sent)[0], "rovider") {
		t.Fatalf("sending the draft: %d %v", got.status, *sent)
	}
	if got := s.post("provider", path, "/record", whole); got.status != http.StatusConflict || len(*sent) != 1 {
		t.Errorf("the form of before once more: %d", got.status)
	}
	whole.Set("version", "1")
	whole.Set("happened", "The pump alarmed twice and nobody heard it.")
	if got := s.post("provider", path, "/record", whole); got.status != http.StatusOK || len(*sent) != 2 || !strings.Contains((*sent)[1], `"versionId":"2"`) || !strings.Contains((*sent)[1], "twice") || !strings.Contains(got.body, "this change") {
		t.Errorf("a revision: %d %v", got.status, *sent)
	}
	if got := s.post("provider", path, "/record/remove", url.Values{"reference": {ref}}); got.status != http.StatusNotFound {
		t.Errorf("removing what was sent: %d", got.status)
	}
}

// An anonymous record is opened with its reference and secret by whoever has both,
// and by nobody else.
func TestRecordsOfNobody(t *testing.T) {
	s, sent := recording(t)
	a := s.post("provider", "/record", "/record", url.Values{"kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}})
	ref, secret := told(t, referenceShown, a), told(t, secretShown, a)
	if page := s.get("provider", "/record"); strings.Contains(page.body, ref) {
		t.Error("an anonymous record stands under the account that sent it")
	}
	open := func(login, ref, secret string) answer {
		return s.post(login, "/record", "/record/open", url.Values{"reference": {ref}, "secret": {secret}})
	}
	for name, c := range map[string][3]string{"another secret": {"", ref, secret + "x"}, "no secret": {"provider", ref, ""}, "another reference": {"", "PS-X", secret}, "a quote": {"", ref, "' OR 1=1 --"}} {
		if got := open(c[0], c[1], c[2]); got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "nobody heard") {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	got := open("", strings.ToLower(ref), secret)
	if got.status != http.StatusOK || !strings.Contains(got.body, "nobody heard it") || !strings.Contains(got.body, "Send the change") {
		t.Fatalf("with both: %d", got.status)
	}
	revision := url.Values{"reference": {ref}, "secret": {secret}, "version": {"1"}, "kind": {"1"}, "happened": {"The pump alarmed and was heard late."}, "organisation": {"ZX001"}}
	if got := s.post("", "/record", "/record", revision); got.status != http.StatusOK || len(*sent) != 2 || !strings.Contains((*sent)[1], `"versionId":"2"`) || secretShown.MatchString(got.body) {
		t.Errorf("a revision: %d %v", got.status, *sent)
	}
	log, err := s.store.Log(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log {
		if e.What != "set user" {
			t.Errorf("the log tells of it: %+v", e)
		}
	}
}

// What was sent is taken back by its author alone, after a question; the withdrawal
// goes the way of a revision, nothing of the words stays, and the log tells of it
// without saying whose it was.
func TestRecordsAreWithdrawn(t *testing.T) {
	s, sent := recording(t)
	mine := told(t, referenceShown, s.post("provider", "/record", "/record", url.Values{"kind": {"1"}, "happened": {"The pump alarmed and nobody heard it."}, "keep": {"mine"}}))
	a := s.post("", "/record", "/record", url.Values{"kind": {"1"}, "happened": {"The lift stood still with a patient in it."}, "organisation": {"ZX001"}})
	anonymous, secret := told(t, referenceShown, a), told(t, secretShown, a)
	draft := told(t, referenceShown, s.post("provider", "/record", "/record", url.Values{"kind": {"1"}, "happened": {"A draft."}, "keep": {"mine"}, "do": {"draft"}}))
	withdraw := func(login, ref, secret, version, sure string) answer {
		return s.post(login, "/record", "/record/withdraw", url.Values{"reference": {ref}, "secret": {secret}, "version": {version}, "sure": {sure}})
	}
	for name, c := range map[string][5]string{
		"another account": {"reviewer", mine, "", "1", "yes"}, "a visitor": {"", mine, "", "1", "yes"}, "another secret": {"", anonymous, secret + "x", "1", "yes"},
		"an account without the secret": {"provider", anonymous, "", "1", "yes"}, "a draft": {"provider", draft, "", "0", "yes"}, "an older version": {"provider", mine, "", "0", "yes"}, "none": {"provider", "", "", "0", "yes"},
	} {
		if got := withdraw(c[0], c[1], c[2], c[3], c[4]); got.status != http.StatusConflict || len(*sent) != 2 {
			t.Errorf("%s: %d, sent %d", name, got.status, len(*sent))
		}
	}
	if got := withdraw("provider", mine, "", "1", ""); got.status != http.StatusOK || len(*sent) != 2 || !strings.Contains(got.body, "Do you want to withdraw this record?") || !strings.Contains(got.body, "nobody heard it") {
		t.Errorf("the question: %d", got.status)
	}
	for _, c := range [][3]string{{"provider", mine, ""}, {"", anonymous, secret}} {
		got := withdraw(c[0], c[1], c[2], "1", "yes")
		last := (*sent)[len(*sent)-1]
		if got.status != http.StatusOK || !strings.Contains(got.body, "is withdrawn") || !strings.Contains(last, `"entered-in-error"`) || !strings.Contains(last, `"versionId":"2"`) || !strings.Contains(last, c[1]) || strings.Contains(last, "provider") || strings.Contains(last, "Description") {
			t.Errorf("%s: %d %s", c[1], got.status, last)
		}
		if again := withdraw(c[0], c[1], c[2], "2", "yes"); again.status != http.StatusConflict {
			t.Errorf("%s once more: %d", c[1], again.status)
		}
		if revised := s.post(c[0], "/record", "/record", url.Values{"reference": {c[1]}, "secret": {c[2]}, "version": {"2"}, "kind": {"1"}, "happened": {"It comes back after all."}, "organisation": {"ZX001"}}); revised.status != http.StatusConflict {
			t.Errorf("%s is revised: %d", c[1], revised.status)
		}
		if r, err := s.store.Record(t.Context(), c[1], c[0], c[2]); err != nil || !r.Withdrawn() || r.Fields["happened"] != "" {
			t.Errorf("%s is kept as %+v, %v", c[1], r, err)
		}
	}
	if len(*sent) != 4 {
		t.Errorf("%d were sent", len(*sent))
	}
	if page := s.get("provider", "/record/"+mine); page.status != http.StatusOK || !strings.Contains(page.body, "is withdrawn") || strings.Contains(page.body, "<textarea") {
		t.Errorf("its page: %d", page.status)
	}
	if page := s.get("provider", "/record"); !strings.Contains(page.body, "Withdrawn") || strings.Contains(page.body, "nobody heard it") {
		t.Error("the list of one's records does not say that it is withdrawn")
	}
	log, err := s.store.Log(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	noted := 0
	for _, e := range log {
		if e.What == "withdraw record" {
			noted++
			if e.Who != "the author of the record" || e.Object != mine && e.Object != anonymous || e.At.Hour() != 0 || e.At.Minute() != 0 {
				t.Errorf("the log tells %+v", e)
			}
		}
	}
	if noted != 2 {
		t.Errorf("the log tells of %d withdrawals", noted)
	}
}

// What could not be sent is a draft still, and is not said to be recorded.
func TestRecordThatCannotBeSentIsADraft(t *testing.T) {
	s, sent := recording(t)
	a := s.post("provider", "/record", "/record", url.Values{"kind": {"1"}, "happened": {"There was no room in the recovery."}, "keep": {"mine"}})
	if a.status != http.StatusInternalServerError || referenceShown.MatchString(a.body) || len(*sent) != 0 {
		t.Errorf("status %d, sent %v", a.status, *sent)
	}
	list, err := s.store.Records(t.Context(), "provider")
	if err != nil || len(list) != 1 || !list[0].Draft || list[0].Version != 0 {
		t.Errorf("kept %+v, %v", list, err)
	}
}
