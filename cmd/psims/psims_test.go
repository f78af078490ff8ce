package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/reports/publication"
)

// psims runs the program as the shell would and gives its exit code, results and talk.
func psims(t testing.TB, home string, args ...string) (code int, out, talk string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(context.Background(), append([]string{"--home", home}, args...), strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// must runs the program and fails the test unless it ends with exit code 0.
func must(t testing.TB, home string, args ...string) string {
	t.Helper()
	code, out, talk := psims(t, home, args...)
	if code != exitDone {
		t.Fatalf("psims %s ended with %d:\n%s%s", strings.Join(args, " "), code, out, talk)
	}
	return out
}

// lfpse gives one event as a line of NDJSON.
func lfpse(id string, version int, day, description string) string {
	return fmt.Sprintf(`{"resourceType":"AdverseEvent","id":%q,"meta":{"profile":["x/patient-safety-adverse-event-6"],"versionId":"%d","lastUpdated":"%sT09:00:00Z"},"identifier":{"value":%q},"contained":[{"resourceType":"Location","id":"location1","extension":[{"url":"x/location-details-6","extension":[{"url":"Organisation","valueCode":"Z01"}]}]}],"extension":[{"url":"x/adverse-event-core-6","extension":[{"url":"Description","valueString":%q}]}],"actuality":"actual","event":{"coding":[{"code":"1"}]},"date":%q}`,
		id, version, day, id, description, day) + "\n"
}

func write(t testing.TB, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheSameFileTwiceAddsNothing(t *testing.T) {
	home := t.TempDir()
	f := write(t, filepath.Join(t.TempDir(), "a.ndjson"), lfpse("L1", 1, "2026-01-05", "Fell from bed.")+lfpse("L2", 1, "2026-01-06", "Wrong dose given."))
	if out := must(t, home, "load", f); !strings.Contains(out, "2 rows read, 2 kept, 0 rejected; 2 events, 2 new") {
		t.Errorf("first load: %s", out)
	}
	if out := must(t, home, "load", f); !strings.Contains(out, "0 new") {
		t.Errorf("second load: %s", out)
	}
}

func TestRevisionWithdrawalAndAsOf(t *testing.T) {
	home, in := t.TempDir(), t.TempDir()
	must(t, home, "load", write(t, in+"/1.ndjson", lfpse("L1", 1, "2026-01-05", "Fell from bed.")+lfpse("L2", 1, "2026-01-05", "Given twice.")))
	must(t, home, "load", write(t, in+"/2.ndjson", lfpse("L1", 2, "2026-01-12", "Fell from chair.")))
	bundle := `{"resourceType":"Bundle","type":"transaction","timestamp":"2026-01-14T02:00:00Z","entry":[{"request":{"method":"DELETE","url":"AdverseEvent/L2"}}]}`
	must(t, home, "load", write(t, in+"/3.json", bundle))
	for _, c := range []struct {
		asOf string
		want map[string]string
	}{
		{"2026-01-06", map[string]string{"L1": "Fell from bed.", "L2": "Given twice."}},
		{"2026-01-13", map[string]string{"L1": "Fell from chair.", "L2": "Given twice."}},
		{"2026-01-14", map[string]string{"L1": "Fell from chair."}},
	} {
		a := opened(t, home)
		n, err := a.openNight(context.Background(), c.asOf, true)
		if err != nil {
			t.Fatal(err)
		}
		tab, err := n.events(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for i, id := range tab.ID {
			got[id] = tab.Text[i]
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("as of %s: %v, want %v", c.asOf, got, c.want)
		}
		if err := n.close(); err != nil {
			t.Fatal(err)
		}
	}
}

func opened(t testing.TB, home string) *app {
	t.Helper()
	a, err := (&cli{Home: home, Quiet: true, Progress: "never"}).open(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// words from which narratives of the test's small history are made.
var words = strings.Fields("patient nurse ward bed fall dose insulin tablet chart doctor theatre swab record pump oxygen mask blood sample label result scan transfer discharge family pain wound dressing catheter line cannula")

// history gives weeks of invented events, and a theme of its own in the last four.
func history(weeks, perWeek int) string {
	rng := rand.New(rand.NewPCG(7, 7))
	start := incident.NewDay(2025, 1, 6)
	var b strings.Builder
	id := 0
	add := func(day incident.Day, text string) {
		id++
		line := lfpse(fmt.Sprintf("L%05d", id), 1, day.String(), text)
		b.WriteString(strings.Replace(line, `"valueCode":"Z01"`, fmt.Sprintf(`"valueCode":"Z%02d"`, 1+rng.IntN(12)), 1))
	}
	for w := range weeks {
		for range perWeek {
			var s []string
			for range 12 {
				s = append(s, words[rng.IntN(len(words))])
			}
			add(start+incident.Day(7*w+rng.IntN(7)), strings.Join(s, " ")+".")
		}
		if w >= weeks-4 {
			for range 3 {
				add(start+incident.Day(7*w+rng.IntN(7)), "The battery hatch of the Zephyrline driver sprang open. "+words[rng.IntN(len(words))]+" "+words[rng.IntN(len(words))]+".")
			}
		}
	}
	return b.String()
}

func TestRunFromExtractToReport(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "inbox", "lfpse.ndjson"), history(30, 30))
	out := must(t, home, "--json", "run")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var done struct{ Run, Report, Alerts string }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &done); err != nil {
		t.Fatalf("result is no JSON: %s", out)
	}
	page, err := os.ReadFile(done.Report)
	if err != nil {
		t.Fatal(err)
	}
	alerts, err := publication.Folder(filepath.Dir(done.Alerts)).Alerts()
	if err != nil {
		t.Fatal(err)
	}
	if len(alerts) == 0 || !strings.Contains(strings.Join(alerts[0].Terms, " "), "zephyrline") {
		t.Fatalf("the planted theme is not the first alert: %+v", alerts)
	}
	if !bytes.Contains(page, []byte(alerts[0].Title)) {
		t.Error("the first page does not show the first alert")
	}
	if entries, _ := os.ReadDir(filepath.Join(home, "inbox")); len(entries) != 1 {
		t.Errorf("the inbox still holds %v", entries)
	}
	if _, err := os.Stat(filepath.Join(home, "feedback", "Z01")); err != nil {
		t.Errorf("no feedback for the sender: %v", err)
	}
	if out := must(t, home, "status"); !strings.Contains(out, done.Run) {
		t.Errorf("status does not name the run: %s", out)
	}
	linksHold(t, filepath.Join(home, "runs", done.Run))
	sameBytes(t, home, done.Run)
}

// sameBytes runs the stages by themselves in a second home and compares the runs.
func sameBytes(t *testing.T, home, run string) {
	t.Helper()
	other := t.TempDir()
	must(t, other, "load", write(t, filepath.Join(t.TempDir(), "lfpse.ndjson"), history(30, 30)))
	for _, verb := range []string{"train", "label", "group", "detect", "report"} {
		must(t, other, verb)
	}
	a, err := publication.Folder(filepath.Join(home, "runs", run)).Manifest()
	if err != nil {
		t.Fatal(err)
	}
	b, err := publication.Current(other).Manifest()
	if err != nil {
		t.Fatal(err)
	}
	a.Times, b.Times = publication.Times{}, publication.Times{}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("the stages one by one made another run than \"run\":\n%v\n%v", a, b)
	}
}

func TestAsOfDoesNotLookAhead(t *testing.T) {
	whole, part := t.TempDir(), t.TempDir()
	text := history(30, 30)
	asOf := "2025-07-13"
	var known strings.Builder
	for line := range strings.Lines(text) {
		if at := strings.Index(line, `"lastUpdated":"`); line[at+15:at+25] <= asOf {
			known.WriteString(line)
		}
	}
	must(t, whole, "load", write(t, t.TempDir()+"/a.ndjson", text))
	must(t, part, "load", write(t, t.TempDir()+"/a.ndjson", known.String()))
	must(t, whole, "run", "--as-of", asOf)
	must(t, part, "run")
	for _, name := range []string{"alerts.jsonl", "signals.parquet", "themes.parquet", "labels.parquet"} {
		a, err := os.ReadFile(filepath.Join(whole, "current", name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(part, "current", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s as of %s differs when later reports are in the warehouse", name, asOf)
		}
	}
}

// TestSmallestRuns: a first day's few reports, and reports that are all alike,
// make a report like any others.
func TestSmallestRuns(t *testing.T) {
	for name, text := range map[string]string{
		"one report":    lfpse("L1", 1, "2026-01-05", "Fell from bed."),
		"all alike":     alike(20),
		"no words":      lfpse("L1", 1, "2026-01-05", "..."),
		"one good care": strings.Replace(lfpse("L1", 1, "2026-01-05", "Well done."), `"code":"1"`, `"code":"4"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			must(t, home, "load", write(t, t.TempDir()+"/a.ndjson", text))
			must(t, home, "run")
			page, err := os.ReadFile(filepath.Join(home, "current", "site", "index.html"))
			if err != nil || len(page) == 0 {
				t.Errorf("no first page: %v", err)
			}
		})
	}
}

func alike(n int) string {
	var b strings.Builder
	for k := range n {
		b.WriteString(lfpse(fmt.Sprintf("L%d", k), 1, fmt.Sprintf("2026-01-%02d", 5+k%7), "Patient fell from bed near the window."))
	}
	return b.String()
}

func TestExitCodesAndRemedies(t *testing.T) {
	home := t.TempDir()
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no such verb", []string{"lod"}, exitUsage, "lod"},
		{"no file", []string{"load"}, exitUsage, "at least one file"},
		{"nothing loaded", []string{"detect"}, exitFailed, "load an extract first"},
		{"unreadable", []string{"load", write(t, t.TempDir()+"/x.csv", "a,b\n1,2\n")}, exitFailed, "mapping"},
		{"nothing to run on", []string{"run"}, exitFailed, "load an extract first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, talk := psims(t, home, c.args...)
			if code != c.code || !strings.Contains(talk, c.says) {
				t.Errorf("exit %d, want %d; said: %s", code, c.code, talk)
			}
		})
	}
}

func TestLockIsHeldByOne(t *testing.T) {
	home := t.TempDir()
	h := opened(t, home).home
	unlock, err := h.lock()
	if err != nil {
		t.Fatal(err)
	}
	code, _, talk := psims(t, home, "run")
	if code != exitLocked || !strings.Contains(talk, "another psims") {
		t.Errorf("exit %d: %s", code, talk)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := psims(t, home, "run"); code == exitLocked {
		t.Error("the lock is still held")
	}
}

func TestRejectedRowsGoToQuarantine(t *testing.T) {
	home := t.TempDir()
	text := lfpse("L1", 1, "2026-01-05", "Fell from bed.") + "{broken\n" + lfpse("L2", 1, "2026-01-06", "")
	code, out, _ := psims(t, home, "load", write(t, t.TempDir()+"/a.ndjson", text))
	if code != exitWarnings || !strings.Contains(out, "3 rows read, 1 kept, 2 rejected") {
		t.Fatalf("exit %d: %s", code, out)
	}
	files, _ := filepath.Glob(filepath.Join(home, "quarantine", "*.jsonl"))
	if len(files) != 1 {
		t.Fatalf("quarantine files: %v", files)
	}
	q, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(q)) {
		var r incident.Reject
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Line == 0 || r.Code == "" || r.Sentence == "" || r.File != "a.ndjson" {
			t.Errorf("quarantined row %q: %v", line, err)
		}
	}
}

// What room a run has, and what is kept of it, is nothing that its results depend on: it
// keeps its name, and what earlier nights worked out holds.
func TestRoomIsNoPartOfARun(t *testing.T) {
	a, b := defaultConfig(), defaultConfig()
	b.Run.MemoryMB, b.Run.Keep, b.DuckDB.Threads = 9999, 3, 1
	if a.judging() != b.judging() {
		t.Error("memory makes another run")
	}
	if b.Detect.HistoryWeeks++; a.judging() == b.judging() {
		t.Error("another history makes the same run")
	}
}

func TestConfigurationIsStrict(t *testing.T) {
	home := t.TempDir()
	write(t, home+"/psims.toml", "[detect]\nmin_report = 5\n")
	code, _, talk := psims(t, home, "config")
	if code != exitUsage || !strings.Contains(talk, "detect.min_report") || !strings.Contains(talk, "min_reports") {
		t.Errorf("unknown key: exit %d: %s", code, talk)
	}
	write(t, home+"/psims.toml", "[detect]\nalert_score = 5\n")
	if code, _, talk := psims(t, home, "config"); code != exitUsage || !strings.Contains(talk, "detect.alert_score") {
		t.Errorf("value out of range: exit %d: %s", code, talk)
	}
	write(t, home+"/psims.toml", "[detect]\nmin_reports = 5\n")
	if out := must(t, home, "config"); !strings.Contains(out, "min_reports = 5") {
		t.Errorf("effective configuration: %s", out)
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range configKeys() {
		if !strings.Contains(string(page), "`"+key+"`") {
			t.Errorf("docs/configuration.md does not tell of %s", key)
		}
	}
}

func TestEveryReasonAndCaveatIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	row := func(code, sentence string) {
		if want := fmt.Sprintf("| `%s` | %s |", code, sentence); !strings.Contains(string(page), want) {
			t.Errorf("docs/reference.md lacks the row %q", want)
		}
	}
	for reason, sentence := range incident.Reasons() {
		row(string(reason), sentence)
	}
	for c, sentence := range caveat.All() {
		row(string(c), sentence)
	}
}

// TestReadmeMappingIsRead: the mapping that the README shows is one that works.
func TestReadmeMappingIsRead(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```toml\n")
	mapping, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README shows no mapping")
	}
	dir := t.TempDir()
	out := must(t, dir, "load", "--mapping", write(t, dir+"/m.toml", mapping), write(t, dir+"/a.csv", "ref,entered,site,what,degree\n1,2026-01-02,A,Fell from bed.,1\n"))
	if !strings.Contains(out, "1 rows read, 1 kept") {
		t.Errorf("loaded: %s", out)
	}
}

// TestNoReportIsHidden: whatever the alerts are, every event of the night is in the
// run's table with its text and its harm: one of which nothing else tells, copies of
// one event, and one that a newer revision replaced.
func TestNoReportIsHidden(t *testing.T) {
	home := t.TempDir()
	write(t, filepath.Join(home, "psims.toml"), swift)
	fatal := strings.Replace(lfpse("L900", 1, "2026-01-08", "Collapsed in the corridor and could not be revived."), `"contained":[`,
		`"contained":[{"resourceType":"Patient","id":"patient","extension":[{"url":"x/patient-information-6","extension":[{"url":"PhysicalHarm","valueCode":"1"}]}]},`, 1)
	text := alike(20) + fatal + lfpse("L901", 1, "2026-01-08", "Wrong label.") + lfpse("L901", 2, "2026-01-09", "Wrong label on the sample.") + lfpse("L902", 1, "2026-01-09", "Left the ward.")
	must(t, home, "load", write(t, filepath.Join(t.TempDir(), "a.ndjson"), text))
	must(t, home, "run")
	out := must(t, home, "sql", "SELECT incident_id, harm, description FROM events ORDER BY incident_id")
	if rows := strings.Count(strings.TrimSpace(out), "\n"); rows != 23 {
		t.Errorf("%d events in the table, 23 were reported:\n%s", rows, out)
	}
	for _, want := range []string{"L0,", "L19,", "L900,fatal,Collapsed in the corridor", "L901,", "Wrong label on the sample.", "L902,"} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}
