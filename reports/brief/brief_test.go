package brief_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"math"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"psims/analytics/spc"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/internal/golden"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/page"
)

// national is one writer for all tests: making one takes a while.
var national = sync.OnceValues(func() (*brief.Writer, error) { return brief.New(brief.Default()) })

func write(t testing.TB, r brief.Run) *folder {
	t.Helper()
	w, err := national()
	if err != nil {
		t.Fatal(err)
	}
	return writeWith(t, w, r)
}

func writeWith(t testing.TB, w *brief.Writer, r brief.Run) *folder {
	t.Helper()
	var f folder
	if _, err := w.Write(context.Background(), f.create, r); err != nil {
		t.Fatal(err)
	}
	return &f
}

// written is the report of the invented run, for tests that only look at it.
var written = sync.OnceValues(func() (*folder, error) {
	w, err := national()
	if err != nil {
		return nil, err
	}
	var f folder
	_, err = w.Write(context.Background(), f.create, run())
	return &f, err
})

func whole(t testing.TB) *folder {
	t.Helper()
	f, err := written()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// small is a run with one part of each kind, for files that a person can read.
func small() brief.Run {
	r := run()
	r.Alerts = slices.Delete(r.Alerts[:2:2], 1, 2)
	r.Alerts = append(r.Alerts, run().Alerts[5])
	r.Alerts[1].Rank = 2
	r.Specialties = r.Specialties[1:2]
	r.Themes = r.Themes[:2]
	return r
}

var styleBlock = regexp.MustCompile(`(?s)<style>.*?</style>`)

var policyLine = regexp.MustCompile(`sha256-.*?=&#39;`)

// The golden pages leave out the style sheet, which has its own tests.
func TestPagesAreGolden(t *testing.T) {
	c := brief.Default()
	c.Weeks = 10
	w, err := brief.New(c)
	if err != nil {
		t.Fatal(err)
	}
	f := writeWith(t, w, small())
	golden.Check(t, "files.txt", []byte(strings.Join(f.names, "\n")+"\n"))
	for _, name := range []string{"index.html", "alerts/alert-1-pump-tubing.html", "alerts/alert-quiet.html", "watch.html", "themes.html", "organisations.html", "about.html"} {
		page := styleBlock.ReplaceAll(f.files[name].Bytes(), []byte("<style></style>"))
		page = policyLine.ReplaceAll(page, []byte("sha256-&#39;"))
		golden.Check(t, path.Base(name), page)
	}
	golden.Check(t, "reports.csv", f.files["data/a-alert-1-pump-tubing-reports.csv"].Bytes())
}

func TestSameRunGivesSameBytes(t *testing.T) {
	first := whole(t)
	before := runtime.GOMAXPROCS(1)
	again := write(t, run())
	runtime.GOMAXPROCS(before)
	if !slices.Equal(first.names, again.names) {
		t.Fatalf("files %v, then %v", first.names, again.names)
	}
	for _, name := range first.names {
		if !bytes.Equal(first.files[name].Bytes(), again.files[name].Bytes()) {
			t.Errorf("%s differs from the first time", name)
		}
	}
}

// element is what the tests look at in a page.
type element struct {
	name string
	attr map[string]string
}

// elements reads a page; it fails on markup that doesn't nest.
func elements(t testing.TB, name string, page []byte) []element {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	var out []element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatalf("reading page %s: %v", name, err)
		}
		if start, ok := token.(xml.StartElement); ok {
			e := element{start.Name.Local, map[string]string{}}
			for _, a := range start.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			out = append(out, e)
		}
	}
}

func TestLinksAndIDsHold(t *testing.T) {
	f := whole(t)
	ids := map[string]map[string]bool{}
	for name, page := range f.files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		ids[name] = map[string]bool{}
		for _, e := range elements(t, name, page.Bytes()) {
			id := e.attr["id"]
			if id != "" && ids[name][id] {
				t.Errorf("%s gives the id %q twice", name, id)
			}
			ids[name][id] = true
		}
	}
	for name := range ids {
		for _, e := range elements(t, name, f.files[name].Bytes()) {
			for _, key := range []string{"aria-labelledby", "aria-describedby"} {
				if to := e.attr[key]; to != "" && !ids[name][to] {
					t.Errorf("%s: %s names %q, which is not there", name, key, to)
				}
			}
			href := e.attr["href"]
			if e.name != "a" {
				continue
			}
			file, place, _ := strings.Cut(href, "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if strings.HasPrefix(target, "specialty/") || strings.HasPrefix(target, "../organisations/") {
				continue // reports/specialty, provider and learned write them
			}
			if f.files[target] == nil || place != "" && !ids[target][place] {
				t.Errorf("%s links to %q, which is not there", name, href)
			}
		}
	}
}

// Nothing of a page may come from elsewhere, run, or be styled past its policy.
func TestPagesStandAlone(t *testing.T) {
	for name, page := range whole(t).files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		text := strings.ReplaceAll(page.String(), `xmlns="http://www.w3.org/2000/svg"`, "")
		for _, banned := range []string{"http://", "https://", "<script", "<iframe", "<object", "@import", "javascript:"} {
			if strings.Contains(text, banned) {
				t.Errorf("%s has %q", name, banned)
			}
		}
		if outside := regexp.MustCompile(`url\([^#]`).FindString(text); outside != "" {
			t.Errorf("%s has %q", name, outside)
		}
		headings := 0
		for _, e := range elements(t, name, page.Bytes()) {
			if _, ok := e.attr["style"]; ok {
				t.Errorf("%s: <%s> has a style attribute", name, e.name)
			}
			for key := range e.attr {
				if strings.HasPrefix(key, "on") {
					t.Errorf("%s: <%s> has the handler %s", name, e.name, key)
				}
			}
			if e.name == "h1" {
				headings++
			}
		}
		if headings != 1 {
			t.Errorf("%s has %d main headings", name, headings)
		}
		for _, want := range []string{`lang="en-GB"`, "20261123-0200-7f3a", "22 November 2026", "Counts show what was reported, not how safe care is."} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// Whatever an extract holds must reach the reader as text.
func TestHostileRunIsInert(t *testing.T) {
	const hostile = `</script><script>alert(1)</script> "><img src=x onerror=alert(1)> javascript:alert(1) {{.}} ]]> <!-- ` + "\x00\u2028"
	r := run()
	for i := range r.Alerts {
		a := &r.Alerts[i]
		a.Title, a.Why, a.Terms = hostile, hostile, []string{hostile}
		a.Kind, a.Status, a.Aspects = triage.Kind(hostile), triage.Life(hostile), map[string]float64{hostile: 1}
		for j := range a.Evidence {
			a.Evidence[j].Sentence = hostile
		}
	}
	weekly := r.Weekly[r.Alerts[0].ID]
	r.Alerts[0].ID = "../../etc/passwd"
	r.Weekly[r.Alerts[0].ID] = weekly
	for id, e := range r.Incidents {
		e.System, e.Organisation, e.Region, e.Specialty, e.CareSetting, e.Category, e.Text = incident.System(hostile), hostile, hostile, hostile, hostile, hostile, hostile
		r.Incidents[id] = e
	}
	r.Specialties[0].Name, r.Themes[0].Name, r.Themes[0].Terms = hostile, hostile, []string{hostile}
	r.Series[0].Stratum.Value = hostile
	r.Loads[0].File, r.Loads[0].Format, r.Notes = hostile, hostile, []string{hostile}
	r.Loads[0].Rejected = map[incident.Reason]int{incident.Reason(hostile): 3}
	r.Mix.Rows[0] = hostile
	r.Freshness.Quiet[0].Organisation, r.Organisation = hostile, hostile
	f := write(t, r)
	for name, page := range f.files {
		if path.Clean(name) != name || strings.HasPrefix(name, "..") || strings.Contains(name, "etc/") {
			t.Errorf("the run writes the file %q", name)
		}
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		for _, e := range elements(t, name, page.Bytes()) {
			if e.name == "script" || e.name == "img" || e.attr["onerror"] != "" || strings.HasPrefix(e.attr["href"], "javascript") {
				t.Errorf("a text became the element %v on %s", e, name)
			}
		}
	}
}

// plain is a run of one alert without charts.
func plain() brief.Run {
	r := small()
	a := r.Alerts[0]
	a.Harm, a.IncidentIDs = nil, nil
	return brief.Run{ID: r.ID, AsOf: r.AsOf, Incidents: r.Incidents, Alerts: []triage.Alert{a}}
}

func TestMarkedWords(t *testing.T) {
	tests := []struct {
		why      string
		terms    []string
		sentence string
		want     string
	}{
		{"a word and its endings", []string{"pump"}, "Pumps failed; the pump stopped, pumping ended.", `<mark>Pumps</mark> failed; the <mark>pump</mark> stopped, <mark>pumping</mark> ended.`},
		{"a short word only as it is", []string{"iv"}, "IV given, ivory not.", `<mark>IV</mark> given, ivory not.`},
		{"words in order, any mark between", []string{"look_alike"}, "They look-alike, alike they look.", `They <mark>look-alike</mark>, alike they look.`},
		{"the longest term wins", []string{"bed", "bed rail"}, "The bed rail of the bed.", `The <mark>bed rail</mark> of the <mark>bed</mark>.`},
		{"neighbours are one mark", []string{"came", "apart"}, "It came apart.", `It <mark>came apart</mark>.`},
		{"short words between", []string{"process installing", "seal broke"}, "In the process of installing it. The seal that night broke; the seal of the pump broke.", `In the <mark>process of installing</mark> it. The seal that night broke; the <mark>seal of the pump broke</mark>.`},
		{"markup stays text", []string{"ward"}, "On <b>ward</b> 7.", `On &lt;b&gt;<mark>ward</mark>&lt;/b&gt; 7.`},
		{"no term", nil, "Nothing here.", `Nothing here.`},
		{"a term without a word", []string{"--"}, "Nothing -- here.", `Nothing -- here.`},
		{"letters with accents", []string{"café"}, "In the Café.", `In the <mark>Café</mark>.`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			r := plain()
			r.Alerts[0].Terms = tt.terms
			r.Alerts[0].Evidence = []triage.Evidence{{IncidentID: "INV-1000", Sentence: tt.sentence}}
			page := write(t, r).files["alerts/alert-1-pump-tubing.html"].String()
			if !strings.Contains(page, "<blockquote><p>"+tt.want+"</p></blockquote>") {
				t.Errorf("the page does not quote %s", tt.want)
			}
		})
	}
}

// Marking adds nothing to a quotation and takes nothing away.
func TestMarkingKeepsTheWords(t *testing.T) {
	w, err := national()
	if err != nil {
		t.Fatal(err)
	}
	quoted := regexp.MustCompile(`(?s)<blockquote><p>(.*?)</p></blockquote>`)
	marks := strings.NewReplacer("<mark>", "", "</mark>", "")
	rapid.Check(t, func(t *rapid.T) {
		sentence := strings.Join(strings.Fields("x "+rapid.StringOf(rapid.RuneFrom([]rune("aB é-,_<&'7."))).Draw(t, "sentence")), " ")
		r := plain()
		r.Alerts[0].Terms = rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("ab é-_"))), 0, 4).Draw(t, "terms")
		r.Alerts[0].Evidence = []triage.Evidence{{IncidentID: "INV-1000", Sentence: sentence}}
		var f folder
		if _, err := w.Write(context.Background(), f.create, r); err != nil {
			t.Fatal(err)
		}
		found := quoted.FindSubmatch(f.files["alerts/alert-1-pump-tubing.html"].Bytes())
		if found == nil || html.UnescapeString(marks.Replace(string(found[1]))) != sentence {
			t.Errorf("%q is quoted as %q", sentence, found)
		}
	})
}

// The first screen says what to read first and why, and what is other than a day before.
func TestFirstScreenSaysWhatToReadFirst(t *testing.T) {
	said := func(r brief.Run) string {
		index := write(t, r).files["index.html"].String()
		from, until := strings.Index(index, `id="today"`), strings.Index(index, `id="alerts"`)
		return html.UnescapeString(regexp.MustCompile(`\s+`).ReplaceAllString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(index[from:until], " "), " "))
	}
	for name, c := range map[string]struct {
		change func(r *brief.Run)
		want   []string
	}{
		"an issue that joined goes before a higher one": {func(*brief.Run) {}, []string{"Read first " + page.Capital(run().Alerts[1].Title), "It was not on the list a day before; by priority it is number 2 of 5.", "1 issue has joined the list", "1 has more reports",
			"84 reports so far, of them 1 fatal and 2 severe.", "2 reports of the last 7 days may tell of a known risk, 1 not marked as such by the sender: Mis-selection of a strong potassium solution. See the watch list"}},
		"none joined":       {func(r *brief.Run) { *r.Alerts[1].Yesterday = 12 }, []string{"Read first " + page.Capital(run().Alerts[0].Title), "It is the highest on the list."}},
		"nothing is other":  {func(r *brief.Run) { *r.Alerts[0].Yesterday, *r.Alerts[1].Yesterday = 14, 12 }, []string{"No issue joined the list, none has more reports, and none has left it."}},
		"one left":          {func(r *brief.Run) { n := 4; r.Alerts[len(r.Alerts)-1].Yesterday = &n }, []string{"1 has left the list"}},
		"nothing is raised": {func(r *brief.Run) { r.Alerts = nil }, []string{"No issue is raised. Begin with the watch list ."}},
		"nothing came":      {func(r *brief.Run) { r.Day = nil; r.Watch.Risks = nil }, []string{"No report.", "No report of the last 7 days is taken to tell of a known risk."}},
	} {
		t.Run(name, func(t *testing.T) {
			r := run()
			c.change(&r)
			got := said(r)
			for _, want := range c.want {
				if !strings.Contains(strings.ReplaceAll(got, " .", " ."), want) {
					t.Errorf("%q is not in\n%s", want, got)
				}
			}
		})
	}
}

// "Looked and found nothing" and "could not look" must not read alike.
func TestWhatCouldNotBeJudgedIsSaid(t *testing.T) {
	index := whole(t).files["index.html"].String()
	for _, want := range []string{
		"Of 9 weekly counts, 2 could not be judged. For these, no alert does not mean that nothing is wrong.",
		"1 count has too few reports or too short a history.",
		"For 1 count the model of what to expect could not be fitted.",
		"Fenwick Park Hospitals", "An issue there would not show in this report.",
		"<span>Not judged</span></td>",
	} {
		if !strings.Contains(index, want) {
			t.Errorf("the first page does not say %q", want)
		}
	}
	r := plain()
	if index := write(t, r).files["index.html"].String(); !strings.Contains(index, "The run does not say which counts were judged.") {
		t.Error("a run without signals reads as if all had been judged")
	}
}

func TestHowSureIsSaid(t *testing.T) {
	tests := []struct {
		why  string
		q    float64
		want string
	}{
		{"very sure", 1e-9, "Fewer than 1 in 1,000 findings like this"},
		{"sure", 0.004, "Fewer than 1 in 200 findings like this"},
		{"at the usual limit", 0.05, "Fewer than 1 in 20 findings like this"},
		{"unsure", 0.25, "About 1 in 4 findings like this"},
		{"hardly sure", 0.8, "More than half of findings like this"},
		{"not known, so from the chance of it alone", math.NaN(), "Chance alone would give a finding like this less than 1 time in 1,000."},
		{"never set, so from the chance of it alone", 0, "Chance alone would give a finding like this less than 1 time in 1,000."},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			r := plain()
			r.Alerts[0].QValue = tt.q
			if page := write(t, r).files["alerts/alert-1-pump-tubing.html"].String(); !strings.Contains(page, tt.want) {
				t.Errorf("for q = %v the page does not say %q", tt.q, tt.want)
			}
		})
	}
}

func TestUnknownChanceIsSaid(t *testing.T) {
	r := plain()
	r.Alerts[0].QValue, r.Alerts[0].PValue = 0, math.NaN()
	if page := write(t, r).files["alerts/alert-1-pump-tubing.html"].String(); !strings.Contains(page, "has not been worked out") {
		t.Error("the page does not say that the chance of it is not known")
	}
}

// That no harm is recorded as severe must not reassure where none was recorded.
func TestHarmThatIsNotRecordedIsSaid(t *testing.T) {
	tests := []struct {
		why  string
		harm map[string]int
		want string
	}{
		{"none recorded", map[string]int{"missing": 9, "severe_or_fatal": 0}, "The degree of harm was not recorded"},
		{"no harm given at all", nil, "The degree of harm was not recorded"},
		{"some recorded", map[string]int{"missing": 5, "none": 4, "severe_or_fatal": 0}, "No severe or fatal harm recorded; the degree was not recorded in 5 of the 9 reports"},
		{"all recorded", map[string]int{"low": 5, "none": 4}, "No severe or fatal harm recorded<"},
		{"no patient", map[string]int{"not applicable": 5}, "No patient was affected"},
		{"severe", map[string]int{"severe": 1, "fatal": 1, "missing": 3, "severe_or_fatal": 2}, "Severe or fatal in 2 reports; the worst is fatal"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			r := plain()
			r.Alerts[0].Harm = tt.harm
			if page := write(t, r).files["alerts/alert-1-pump-tubing.html"].String(); !strings.Contains(page, tt.want) {
				t.Errorf("the page does not say %q", tt.want)
			}
		})
	}
	r := plain()
	r.Incidents = nil
	r.Alerts[0].IncidentIDs = []string{"a", "b"}
	if page := write(t, r).files["index.html"].String(); !strings.Contains(page, "No report behind an alert is recorded as severe or fatal harm. The degree of harm was not recorded in 2 reports.") {
		t.Error("the first page does not say that harm was not recorded")
	}
}

// A run with nothing in it is a report that says so, on every page.
func TestEmptyRun(t *testing.T) {
	f := write(t, brief.Run{ID: "empty", AsOf: asOf, Version: "0.1.0"})
	index := f.files["index.html"].String()
	for _, want := range []string{"No issue is raised in reports received up to 22 November 2026.", "No file was read in this run.", "The run has no specialties.", "The run does not say how new its data are."} {
		if !strings.Contains(index, want) {
			t.Errorf("the first page of an empty run does not say %q", want)
		}
	}
	if want := []string{"index.html", "watch.html", "themes.html", "about.html"}; !slices.Equal(f.names, want) {
		t.Errorf("files %v, want %v", f.names, want)
	}
}

// An alert may cite what the run does not hold, and lack all that can be lacking.
func TestBareAlert(t *testing.T) {
	nan := math.NaN()
	r := brief.Run{ID: "bare", AsOf: asOf, Version: "0.1.0", Alerts: []triage.Alert{{
		ID: "x", Rank: 1, Title: "something", Kind: triage.Theme, Status: triage.New, AsOf: asOf, FirstRaised: incident.NoDay,
		Window: triage.Window{From: incident.NoDay, Until: incident.NoDay}, Observed: nan, Expected: nan, Interval: [2]float64{nan, nan}, PValue: nan, QValue: nan, Score: 0.5,
		IncidentIDs: []string{"unknown-1"}, Evidence: []triage.Evidence{{IncidentID: "unknown-1", Sentence: "It broke."}},
	}}}
	page := write(t, r).files["alerts/x.html"].String()
	for _, want := range []string{"unknown-1", "It broke.", "The run has no weekly counts for this alert.", "Not recorded"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if text := styleBlock.ReplaceAllString(page, ""); strings.Contains(text, "NaN") || strings.Contains(text, "-5877641") {
		t.Error("the page shows a number that is none")
	}
}

// Under a policy no small count, and nothing from which one could be counted, may show.
func TestPolicyHoldsEverywhere(t *testing.T) {
	c := brief.Default()
	c.Policy = disclosure.HES5()
	w, err := brief.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r := run()
	two := writeWith(t, w, r)
	for name, page := range two.files {
		for _, id := range []string{"INV-1000", "INV-2003"} {
			if strings.Contains(page.String(), id) {
				t.Errorf("%s shows the single report %s", name, id)
			}
		}
		for _, s := range []string{"Patient found with wet bedding", "Nurse in charge"} {
			if strings.Contains(page.String(), s) {
				t.Errorf("%s quotes a report", name)
			}
		}
	}
	// Other small numbers in the same places give the same report.
	other := run()
	for i := range other.Mix.Counts {
		for j, n := range other.Mix.Counts[i] {
			if n > 0 && n < 8 {
				other.Mix.Counts[i][j] = 8 - n
			}
		}
	}
	again := writeWith(t, w, other)
	for _, name := range two.names {
		if !bytes.Equal(two.files[name].Bytes(), again.files[name].Bytes()) {
			t.Errorf("%s tells small counts apart", name)
		}
	}
	if page := two.files["index.html"].String(); !strings.Contains(page, "Counts from 1 to 7 are shown as *.") {
		t.Error("the page does not tell readers of the policy")
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
func (b broken) Close() error              { return nil }

type unclosable struct{ bytes.Buffer }

var errDisk = errors.New("disk full")

func (*unclosable) Close() error { return errDisk }

func TestWriteReportsWhatWentWrong(t *testing.T) {
	w, err := national()
	if err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	twice := run()
	twice.Alerts[1].ID = twice.Alerts[0].ID
	same := run()
	same.Specialties[1].Name = same.Specialties[0].Name
	ragged := run()
	ragged.Series[0].Counts = ragged.Series[0].Counts[1:]
	points := run()
	points.Series[1].Process = &spc.Chart{}
	tests := []struct {
		why    string
		ctx    context.Context
		create book.Create
		run    brief.Run
		want   string
	}{
		{"file can't be made", t.Context(), func(string) (io.WriteCloser, error) { return nil, errDisk }, plain(), `making report file "index.html": disk full`},
		{"file can't be written", t.Context(), func(string) (io.WriteCloser, error) { return broken{errDisk}, nil }, plain(), `writing report file "index.html"`},
		{"file can't be closed", t.Context(), func(string) (io.WriteCloser, error) { return &unclosable{}, nil }, plain(), `closing report file "index.html": disk full`},
		{"stopped", cancelled, (&folder{}).create, run(), "context canceled"},
		{"an alert twice", t.Context(), (&folder{}).create, twice, "is given twice"},
		{"a specialty twice", t.Context(), (&folder{}).create, same, "is given twice"},
		{"counts and weeks differ", t.Context(), (&folder{}).create, ragged, "59 counts for 60 weeks"},
		{"points and weeks differ", t.Context(), (&folder{}).create, points, "differ in number"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if _, err := w.Write(tt.ctx, tt.create, tt.run); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

func TestConfig(t *testing.T) {
	for _, spoil := range []func(*brief.Config){
		func(c *brief.Config) { c.Weeks = 7 }, func(c *brief.Config) { c.FullAlerts = 0 },
		func(c *brief.Config) { c.Quotes = 0 }, func(c *brief.Config) { c.ListRows = 0 },
	} {
		c := brief.Default()
		spoil(&c)
		if _, err := brief.New(c); err == nil {
			t.Errorf("settings %+v are taken", c)
		}
	}
}

// Ids that are alike once cut down to a file name must not share a file.
func TestAlikeIDsHaveTheirOwnFiles(t *testing.T) {
	r := plain()
	r.Alerts = append(r.Alerts, r.Alerts[0], r.Alerts[0])
	r.Alerts[0].ID, r.Alerts[1].ID, r.Alerts[2].ID = "a b", "a-b", "A_B"
	f := write(t, r)
	var got []string
	for _, name := range slices.Sorted(maps.Keys(f.files)) {
		if strings.HasPrefix(name, "alerts/a-b") {
			got = append(got, name)
		}
	}
	if len(got) != 3 {
		t.Errorf("3 alerts have the files %v", got)
	}
}

// large is a run of so many alerts and specialties, for timing.
func large(alerts, specialties int) brief.Run {
	r := run()
	first := r.Alerts[0]
	r.Alerts = nil
	weekly := r.Weekly[first.ID]
	for i := range alerts {
		a := first
		a.ID, a.Rank = fmt.Sprintf("alert %d", i), i+1
		r.Alerts = append(r.Alerts, a)
		r.Weekly[a.ID] = weekly
	}
	sp, s := r.Specialties[1], r.Series[1]
	r.Specialties, r.Series = nil, nil
	for i := range specialties {
		sp.Name = fmt.Sprintf("Specialty %d", i)
		s.Stratum.Value = sp.Name
		r.Specialties, r.Series = append(r.Specialties, sp), append(r.Series, s)
	}
	return r
}

func BenchmarkWrite(b *testing.B) {
	w, err := national()
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []struct{ alerts, specialties int }{{10, 10}, {25, 35}} {
		r := large(size.alerts, size.specialties)
		b.Run(fmt.Sprintf("%dalerts%dspecialties", size.alerts, size.specialties), func(b *testing.B) {
			for b.Loop() {
				var f folder
				if _, err := w.Write(context.Background(), f.create, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Where a part stands beside the whole, the two go through the policy together: 13 and
// a hidden 1 must not read as a total of 14.
func TestPartsAndWholesGoTogether(t *testing.T) {
	c := brief.Default()
	c.Policy = disclosure.Below(8)
	w, err := brief.New(c)
	if err != nil {
		t.Fatal(err)
	}
	r := small()
	risk := brief.KnownRisk{ID: "ne-1", Title: "A known risk"}
	for i := range 14 {
		risk.Recent = append(risk.Recent, brief.Suspect{IncidentID: "INV-1000", Marked: i == 0})
	}
	r.Watch.Risks = []brief.KnownRisk{risk}
	text := writeWith(t, w, r).files["watch.html"].String()
	_, row, found := strings.Cut(text, "A known risk")
	row, _, _ = strings.Cut(row, "</tr>")
	if !found || strings.Contains(row, ">14<") || !strings.Contains(row, "at least 13") {
		t.Errorf("13 of 14 reports read %q", row)
	}
}

// What a reader can't know is not shown: no id of an alert that is no longer listed,
// and reasons one by one instead of a wall of words.
func TestReasonsAndFormerAlertsReadWell(t *testing.T) {
	r := small()
	a := &r.Alerts[0]
	a.Why = "In 4 weeks, 9 reports. Chance would rarely give it. 2 earlier reports are alike. None is severe. Filed under 2 categories. 5 specialties. First raised in May. A pair too."
	a.Merged, a.SplitFrom = []string{"theme-gone"}, "theme-gone"
	a.Aspects = map[string]float64{"pair: morphine with Devices": 4.8, "pair: furosemide with Medications": 3}
	f := write(t, r)
	alert, index, about := f.files["alerts/alert-1-pump-tubing.html"].String(), f.files["index.html"].String(), f.files["about.html"].String()
	if strings.Contains(alert, "theme-gone") || strings.Count(alert, "an alert of an earlier day that is no longer listed") != 1 {
		t.Error("the page of an alert names a former alert by its id, or twice")
	}
	if !strings.Contains(alert, "<li>A pair too.</li>") || strings.Contains(index, "A pair too.") || !strings.Contains(index, "<li>Filed under 2 categories.</li>") {
		t.Error("the first page should give the first reasons, and the alert's page all of them, one by one")
	}
	if !strings.Contains(alert, "Pair: morphine with Devices") || strings.Count(about, "How many times as often the two come together") != 1 || strings.Contains(alert+about, "a part of the score") {
		t.Error("aspects of one kind should be told by name on the alert's page, and once on the page that explains")
	}
}

// Two lists with one order each: what the text says outright, newest first, and what
// usual graders would grade worse, surest first.
func TestDoubtsAreInAnOrderThatCanBeSeen(t *testing.T) {
	r := small()
	day := r.AsOf
	r.Watch.Harm = nil
	for i, told := range []incident.Harm{incident.HarmMissing, incident.Fatal, incident.HarmMissing, incident.SevereHarm} {
		id := fmt.Sprintf("DOUBT-%d", i)
		r.Incidents[id] = brief.Incident{Reported: day - incident.Day(10-i), Harm: incident.NoHarm, Text: "The patient died."}
		r.Watch.Harm = append(r.Watch.Harm, brief.HarmDoubt{IncidentID: id, Told: told, Worse: []float64{0.4, 0.1, 0.9, 0.2}[i], Sentence: "The patient died."})
	}
	f := write(t, r)
	watch := f.files["watch.html"].String()
	last := 0
	for _, id := range []string{"DOUBT-3", "DOUBT-1", "DOUBT-2", "DOUBT-0"} {
		at := strings.Index(watch, id)
		if at < last {
			t.Errorf("%s stands at %d, before %d", id, at, last)
		}
		last = at
	}
	if strings.Contains(watch, "ne-2018-") {
		t.Error("the watch list shows a code where a list could be named")
	}
}

// Where two alerts may be about one issue, the list says so, and so do both pages.
func TestPartsOfAnIssueAreNamed(t *testing.T) {
	f := write(t, run())
	for name, want := range map[string]string{
		"index.html":                      "Perhaps a part of 1. Infusion pump tubing",
		"alerts/alert-1-pump-tubing.html": "Perhaps with <a href=",
	} {
		if !strings.Contains(f.files[name].String(), want) {
			t.Errorf("%s lacks %q", name, want)
		}
	}
}
