package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"psims/reports/portal"
)

func TestSearchAndKeep(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	got := s.get("lead", "/search?q=%22battery+flap%22+NOT+bed&region=North")
	if got.status != http.StatusOK || !strings.Contains(got.body, "<mark>battery flap</mark>") || !strings.Contains(got.body, "Region: North") {
		t.Fatalf("a search: %d", got.status)
	}
	if bad := s.get("lead", "/search?q=NOT+bed"); bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "There is a problem") {
		t.Errorf("a question that can't be: %d", bad.status)
	}
	if bad := s.get("lead", "/search?from=yesterday"); bad.status != http.StatusUnprocessableEntity {
		t.Errorf("a day that can't be: %d", bad.status)
	}
	file := s.get("lead", "/search.csv?q=battery")
	if !strings.HasPrefix(file.body, "System,Report,Reported") || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file begins %.60q", file.body)
	}
	const path = "/search?q=battery&region=North"
	if kept := s.post("lead", "/search", "/views", url.Values{"path": {path}, "name": {"Batteries"}}); kept.status != http.StatusSeeOther || !strings.HasPrefix(kept.to, "/search?") {
		t.Errorf("saving a view: %d to %q", kept.status, kept.to)
	}
	if page := s.get("lead", "/search"); !strings.Contains(page.body, "Batteries") {
		t.Error("the saved view is not offered")
	}
	if other := s.get("reviewer", "/search"); strings.Contains(other.body, "Batteries") {
		t.Error("another's view is offered")
	}
	for _, away := range []string{"https://elsewhere.example/", "//elsewhere.example/x", "/\\elsewhere.example", "javascript:alert(1)"} {
		if got := s.post("lead", "/search", "/views", url.Values{"path": {away}, "name": {"x"}}); got.status != http.StatusBadRequest {
			t.Errorf("an address elsewhere, %q: %d", away, got.status)
		}
	}
	if gone := s.post("lead", "/search", "/views/1/remove", url.Values{}); gone.status != http.StatusSeeOther {
		t.Errorf("removing a view: %d", gone.status)
	}
}

// A frozen result stays as it was when a newer run comes, and is seen only by those
// who may see what it was made of.
// On a telephone, what was found comes before the ways to narrow it.
func TestFoundReportsComeFirst(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	body := s.get("lead", "/search?q=battery").body
	if hit, nav := strings.Index(body, "psims-hit"), strings.Index(body, "Narrow the search"); hit < 0 || nav < hit {
		t.Errorf("the first report stands at %d, the facets at %d", hit, nav)
	}
}

func TestSnapshots(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	all := s.post("lead", "/search", "/snapshots", url.Values{"path": {"/search?q=battery"}, "title": {"Batteries"}})
	own := s.post("provider", "/search", "/snapshots", url.Values{"path": {"/search?q=battery"}, "title": {"Ours"}})
	table := s.post("lead", "/analysis", "/snapshots", url.Values{"path": {"/analysis?by=region"}, "title": {"Regions"}})
	for name, a := range map[string]answer{"search": all, "own search": own, "analysis": table} {
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, "/snapshots/") {
			t.Fatalf("freezing %s: %d to %q", name, a.status, a.to)
		}
	}
	before := s.get("lead", all.to)
	s.server.Show(invented("run-2", 300))
	after := s.get("lead", all.to)
	if rows := strings.Count(before.body, "<tr"); rows < 5 || rows != strings.Count(after.body, "<tr") || !strings.Contains(after.body, "run-1, data up to") {
		t.Error("the frozen result has changed with the run")
	}
	if strings.Contains(before.body, ">System<") || strings.Contains(before.body, ">none<") || !strings.Contains(before.body, "No harm") || !strings.Contains(before.body, " 2026</") {
		t.Error("the frozen result shows values as files have them")
	}
	if got := s.get("provider", all.to); got.status != http.StatusNotFound {
		t.Errorf("a provider sees a national result: %d", got.status)
	}
	if got := s.get("provider", own.to); got.status != http.StatusOK || strings.Contains(got.body, "ZX002-secret") {
		t.Errorf("a provider's own result: %d", got.status)
	}
	if got := s.get("region", table.to); got.status != http.StatusNotFound {
		t.Errorf("a region reader sees true counts: %d", got.status)
	}
	if got := s.post("lead", "/search", "/snapshots", url.Values{"path": {"/users"}}); got.status != http.StatusBadRequest {
		t.Errorf("freezing another page: %d", got.status)
	}
}

func TestAnalysis(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, by := range []string{"week", "category", "harm", "specialty", "care setting", "region", "organisation", "system", "kind", "theme", "medication", "device"} {
		for _, measure := range []string{"reports", "severe", "share"} {
			path := "/analysis?" + url.Values{"by": {by}, "measure": {measure}, "weeks": {"13"}}.Encode()
			if got := s.get("lead", path); got.status != http.StatusOK || !strings.Contains(got.body, "<table") {
				t.Errorf("%s: %d", path, got.status)
			}
		}
	}
	for _, bad := range []string{"by=dragons", "measure=x", "weeks=7", "weeks=999999999999999999999"} {
		if got := s.get("lead", "/analysis?"+bad); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, got.status)
		}
	}
	whole := s.get("lead", "/analysis.csv?by=region&weeks=26")
	if !strings.Contains(whole.body, "North,") {
		t.Errorf("the file: %q", whole.body)
	}
	// Who may see counts only gets them controlled: hidden, or in fives.
	part := s.get("region", "/analysis.csv?by=specialty&weeks=4")
	lines := strings.Split(strings.TrimSpace(part.body), "\n")
	if len(lines) < 3 {
		t.Errorf("the controlled file: %q", part.body)
	}
	for _, line := range lines[1:] {
		cells := strings.Split(line, ",")
		for _, k := range []int{1, 2, 4} {
			if n, err := strconv.Atoi(cells[k]); cells[k] != "[c]" && (err != nil || n%5 != 0) {
				t.Errorf("line %q shows %s", line, cells[k])
			}
		}
	}
}

func TestQuestionsInSQL(t *testing.T) {
	var asked []portal.Question
	s := open(t, func(c *portal.Config) {
		c.Ask = func(_ context.Context, q portal.Question) (portal.Answer, error) {
			asked = append(asked, q)
			if strings.HasPrefix(q.SQL, "bad") {
				return portal.Answer{}, portal.Refused("no such table <b>")
			}
			return portal.Answer{Columns: []string{"x", ""}, Rows: [][]string{{"=1+1", "<script>"}, {"", "b"}}, Truncated: true}, nil
		}
	})
	s.accounts()
	got := s.post("provider", "/sql", "/sql", url.Values{"sql": {"SELECT x FROM events"}})
	if got.status != http.StatusOK || !strings.Contains(got.body, "The first 2 rows; there are more") || strings.Contains(got.body, "<script") {
		t.Errorf("an answer: %d", got.status)
	}
	if len(asked) != 1 || strings.Join(asked[0].Scope.Organisations, "") != "ZX001" {
		t.Errorf("asked within the scope %+v", asked)
	}
	if got := s.post("lead", "/sql", "/sql", url.Values{"sql": {"bad"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "No such table &lt;b&gt;") {
		t.Errorf("a refused question: %d", got.status)
	}
	if file := s.post("lead", "/sql", "/sql", url.Values{"sql": {"SELECT x"}, "as": {"csv"}}); !strings.Contains(file.body, "'=1+1") {
		t.Errorf("the file: %q", file.body)
	}
	log, err := s.store.Log(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	noted := 0
	for _, e := range log {
		if e.What == "ask in SQL" && e.Detail["sql"] != "" {
			noted++
		}
	}
	if noted != 3 {
		t.Errorf("%d of 3 questions are in the log", noted)
	}
}

// Whatever stands in the address, an organisation's user gets an answer without
// another's words, and never a failure of the server.
func FuzzScope(f *testing.F) {
	for _, seed := range []string{"q=battery&page=2", "q=ZX002*", "organisation=ZX002", "by=organisation&weeks=104", "q=%22a+b%22+NEAR/3", "from=2026-01-01&until=9999-12-31", "sort=rank&order=descending&page=-1", "region=South&theme=theme-a", "q=(((", "measure=share&by=theme"} {
		f.Add(uint8(0), seed)
		f.Add(uint8(3), seed)
	}
	paths := []string{"/search", "/analysis", "/alerts", "/themes", "/search.csv", "/analysis.csv", "/watch", "/freshness", "/labels", "/reports/lfpse/", "/reports/nrls/", "/data/", "/alerts/", "/themes/", "/snapshots/"}
	s := open(f, nil)
	s.accounts()
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		path := paths[int(which)%len(paths)]
		if strings.HasSuffix(path, "/") {
			path += url.PathEscape(query)
		} else {
			v, err := url.ParseQuery(query)
			if err != nil {
				return
			}
			path += "?" + v.Encode()
		}
		meet := *s
		meet.t = t
		got := meet.get("provider", path)
		if got.status >= 500 {
			t.Fatalf("%s: %d", path, got.status)
		}
		body := strings.ReplaceAll(got.body, query, "")
		for _, other := range []string{"ZX002-secret", "ZX003-secret", "ZX004-secret"} {
			if strings.Contains(body, other) && !strings.Contains(query, "secret") {
				t.Fatalf("%s shows %s to a user of ZX001", path, other)
			}
		}
	})
}

// A result can be set beside another time and other organisations. Of others an
// organisation's user learns shares that pass disclosure control, and no name.
func TestComparators(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	for _, c := range []struct {
		path, want string
		status     int
	}{
		{"?by=specialty&weeks=26", "Reports in the 26 weeks before", http.StatusOK},
		{"?by=specialty&weeks=4&beside=year", "Reports in the same weeks a year before", http.StatusOK},
		{"?by=week&weeks=4&beside=year", "Reports in the week 52 weeks before", http.StatusOK},
		{"?by=specialty&weeks=26&beside=all", "Share of reports: all organisations", http.StatusOK},
		{"?by=specialty&weeks=26&beside=similar", "Share of reports: similar organisations (Acute)", http.StatusOK},
		{"?by=specialty&weeks=26&beside=similar&measure=share", "Share severe or fatal: similar organisations (Acute)", http.StatusOK},
		{"?by=specialty&weeks=26&beside=all&measure=severe", "Share of severe or fatal reports: all organisations", http.StatusOK},
		{"?by=organisation&beside=all", "choose another breakdown", http.StatusUnprocessableEntity},
		{"?by=week&beside=similar", "choose another breakdown", http.StatusUnprocessableEntity},
		{"?by=specialty&beside=dragons", "from the list", http.StatusUnprocessableEntity},
	} {
		got := s.get("provider", "/analysis"+c.path)
		if got.status != c.status || !strings.Contains(got.body, c.want) || strings.Contains(got.body, "Foxhollow") {
			t.Errorf("%s: %d, want %d with %q", c.path, got.status, c.status, c.want)
		}
	}
	if got := s.get("lead", "/analysis?by=specialty&beside=similar"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("similar to no organisation in particular: %d", got.status)
	}
	if got := s.get("lead", "/analysis?by=specialty&beside=similar&organisation=ZX003"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("similar to the only one of its type: %d", got.status)
	}
	// The file has the numbers: the shares of all four organisations, worked out here.
	rows := strings.Split(strings.TrimSpace(s.get("provider", "/analysis.csv?by=category&weeks=26&beside=all").body), "\n")
	whole := strings.Split(strings.TrimSpace(s.get("lead", "/analysis.csv?by=category&weeks=26").body), "\n")
	total, devices := 0, 0
	for _, r := range whole[1:] {
		cells := strings.Split(strings.TrimSpace(r), ",")
		n, err := strconv.Atoi(cells[1])
		if err != nil {
			t.Fatal(err)
		}
		if total += n; cells[0] == "Devices" {
			devices = n
		}
	}
	five := func(n int) float64 { return float64((n + 2) / 5 * 5) }
	want := fmt.Sprintf(",%.0f", 100*five(devices)/five(total))
	if !strings.HasPrefix(rows[1], "Devices,") || !strings.HasSuffix(strings.TrimSpace(rows[1]), want) {
		t.Errorf("the row %q does not end with %q: %d of %d", rows[1], want, devices, total)
	}
}

// The themes listed stand on a map when they have places there and are enough for one.
func TestThemeMap(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	got := s.get("lead", "/themes")
	for _, want := range []string{`id="theme-map-wide"`, "Small theme 5", "6 largest themes", "Nearest on the map"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page of themes lacks %q", want)
		}
	}
	if got := s.get("lead", "/themes?words=battery"); got.status != http.StatusOK || strings.Contains(got.body, "theme-map") {
		t.Errorf("one theme has a map: %d", got.status)
	}
}

// "None" beside a report would read as if nothing had been recorded.
func TestHarmIsSaidInWords(t *testing.T) {
	s := open(t, local)
	for _, path := range []string{"/reports/lfpse/R-0", "/search?q=battery", "/themes/theme-a", "/analysis?by=harm", "/watch"} {
		body := s.get("", path).body
		for _, wrong := range []string{"harm: none", "<dd class=\"nhsuk-summary-list__value\">None</dd>", ">None</a>", ">Not applicable<", ">not applicable<"} {
			if strings.Contains(body, wrong) {
				t.Errorf("%s says %q", path, wrong)
			}
		}
	}
	if body := s.get("", "/analysis?by=harm").body; !strings.Contains(body, "No harm") {
		t.Error("the analysis by harm does not name no harm")
	}
}

// What the model made of people's answers is said apart for the reports that it has
// learnt from, and to those alone who see every report.
func TestWhatWasTaughtIsSaid(t *testing.T) {
	s := open(t, nil)
	s.accounts()
	const said = "5 of 8 that it has not learnt from are its first choice, where the version before had 2. 19 of 20 that it has learnt from are, where the version before had 4; these only show that it took them in"
	if !strings.Contains(s.get("reviewer", "/labels").body, said) {
		t.Error("the page does not say what the model learnt")
	}
	if body := s.get("provider", "/labels").body; strings.Contains(body, "has not learnt from") {
		t.Error("a provider is told of all organisations' answers")
	}
}
