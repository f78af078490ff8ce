package synth_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

// TestReadBack reads every file with the readers of package extract: each record
// is read, and the rows that were spoilt are refused for the reason that is on
// record.
func TestReadBack(t *testing.T) {
	r := defaultRun(t)
	if len(r.first) != r.cfg.Events || r.summary.Events != r.cfg.Events || r.truth.Events != r.cfg.Events {
		t.Errorf("read %d records, the summary has %d, the truth %d; want %d", len(r.first), r.summary.Events, r.truth.Events, r.cfg.Events)
	}
	bySystem := map[string]int{}
	for _, e := range r.first {
		bySystem[string(e.System)]++
	}
	if d := cmp.Diff(r.summary.BySystem, bySystem); d != "" {
		t.Errorf("by system (-summary +read): %s", d)
	}
	if want := r.cfg.Events + r.summary.Revisions + r.summary.Withdrawals; len(r.events) != want {
		t.Errorf("read %d versions, want %d", len(r.events), want)
	}
	want := map[incident.Place]incident.Reason{}
	for _, b := range r.truth.BadRows {
		want[incident.Place{File: b.File, Line: b.Line}] = b.Reason
	}
	if d := cmp.Diff(want, r.rejects); d != "" {
		t.Errorf("rejects (-truth +read): %s", d)
	}
	if len(want) < 10 {
		t.Errorf("only %d bad rows: the quarantine would show nothing", len(want))
	}
}

func TestRevisionsAndWithdrawalsAreRead(t *testing.T) {
	r := defaultRun(t)
	type version struct {
		id       string
		revision int32
		deleted  bool
	}
	read := map[version]incident.Day{}
	for _, e := range r.events {
		read[version{e.ID, e.Revision, e.Deleted}] = e.Submitted
	}
	if len(r.truth.Revisions) < 200 {
		t.Errorf("only %d revisions and withdrawals", len(r.truth.Revisions))
	}
	for _, v := range r.truth.Revisions {
		day, ok := read[version{v.ID, int32(v.Revision), v.Withdrawn}]
		if !ok && v.Withdrawn { // a Bundle's DELETE names no revision
			day, ok = read[version{v.ID, 0, true}]
		}
		if !ok || day.String() != v.Day {
			t.Errorf("%+v was read as submitted on %q (found: %v)", v, day, ok)
		}
	}
}

func TestTruthNamesRecordsThatExist(t *testing.T) {
	r := defaultRun(t)
	has := func(what, id string) incident.Fields {
		e, ok := r.first[id]
		if !ok {
			t.Errorf("%s: no record %q", what, id)
		}
		return e
	}
	for _, i := range r.truth.Issues {
		for _, in := range i.Injected {
			if e := has(i.ID, in[0]); e.Submitted.String() != in[1] {
				t.Errorf("%s: %s was reported on %s, the truth says %s", i.ID, in[0], e.Submitted, in[1])
			}
		}
	}
	for _, d := range r.truth.Duplicates {
		if len(d.IDs) != 2 || d.IDs[0] == d.IDs[1] {
			t.Errorf("a duplicate of %v", d.IDs)
		}
		a, b := has("duplicates", d.IDs[0]), has("duplicates", d.IDs[1])
		if a.Organisation != b.Organisation && b.System != incident.STEIS {
			t.Errorf("%v are of %s and %s", d.IDs, a.Organisation, b.Organisation)
		}
	}
	for _, m := range r.truth.Miscoded {
		if e := has("miscoded", m.ID); e.Category != m.Recorded || m.Right == m.Recorded {
			t.Errorf("%+v: the record says %q", m, e.Category)
		}
	}
	for _, u := range r.truth.Undergraded {
		if e := has("undergraded", u.ID); e.System != incident.STEIS && len(e.Patients) > 0 && e.Patients[0].Physical.String() != u.Recorded {
			t.Errorf("%+v: the record says %s", u, e.Patients[0].Physical)
		}
	}
	for _, n := range r.truth.NeverEvents {
		if e := has("never events", n.ID); (e.NeverEvent != "") != (n.Ticked && e.System != incident.NRLS) {
			t.Errorf("%+v: the record ticks %q", n, e.NeverEvent)
		}
	}
	for _, d := range r.truth.Identifiers {
		has("identifiers", d.ID)
	}
}

// TestIdentifiersStandInTheFiles finds the exact text of each planted identifier
// in the row or line of its record.
func TestIdentifiersStandInTheFiles(t *testing.T) {
	r := defaultRun(t)
	texts := rowTexts(t, r)
	kinds := map[narrative.Kind]int{}
	for _, d := range r.truth.Identifiers {
		kinds[d.Kind]++
		if !strings.Contains(texts[d.ID], d.Text) {
			t.Errorf("%s holds no %s %q", d.ID, d.Kind, d.Text)
		}
	}
	for _, k := range narrative.Kinds() {
		if kinds[k] < 10 {
			t.Errorf("only %d identifiers of kind %s", kinds[k], k)
		}
	}
	with := map[string]bool{}
	for _, d := range r.truth.Identifiers {
		with[d.ID] = true
	}
	if share := float64(len(with)) / float64(r.cfg.Events); share < .04 || share > .06 {
		t.Errorf("%.1f %% of narratives hold identifiers, want 4 to 6", 100*share)
	}
}

// rowTexts gives, by id, all that the files say of a record.
func rowTexts(t *testing.T, r *run) map[string]string {
	t.Helper()
	out := map[string]string{}
	id := regexp.MustCompile(`LF-\d{8}`)
	start := regexp.MustCompile(`^(6\d{7}|LF-\d{8}|\d{4}/\d+),`)
	for _, f := range r.truth.Files {
		if f.Name == "truth.json" || f.Name == "organisations.csv" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(r.dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(b))
		lines.Buffer(nil, 1<<20)
		current := ""
		for lines.Scan() {
			line := lines.Text()
			if strings.HasSuffix(f.Name, ".csv") {
				if m := start.FindStringSubmatch(line); m != nil {
					current = m[1]
				}
				out[current] += strings.ReplaceAll(line, `""`, `"`) + "\n"
			} else if k := id.FindString(line); k != "" {
				out[k] += line + "\n"
			}
		}
		if lines.Err() != nil {
			t.Fatal(lines.Err())
		}
	}
	return out
}

var tenDigits = regexp.MustCompile(`(?:^|[^0-9])(\d{3})[ -]?(\d{3})[ -]?(\d{4})(?:[^0-9]|$)`)

// TestNoNHSNumberOutsideTheTestRange scans every byte that is written.
func TestNoNHSNumberOutsideTheTestRange(t *testing.T) {
	r := defaultRun(t)
	found := 0
	for _, f := range r.truth.Files {
		b, err := os.ReadFile(filepath.Join(r.dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tenDigits.FindAllSubmatch(b, -1) {
			n := string(m[1]) + string(m[2]) + string(m[3])
			if !validNHS(n) {
				continue
			}
			found++
			if !strings.HasPrefix(n, "999") {
				t.Errorf("%s holds %s, a plausible NHS number", f.Name, n)
			}
		}
	}
	if found < 40 {
		t.Errorf("found %d NHS numbers of the test range: the scan is blind", found)
	}
}

func validNHS(n string) bool {
	sum := 0
	for i := range 9 {
		sum += int(n[i]-'0') * (10 - i)
	}
	return (11-sum%11)%11 == int(n[9]-'0')
}
