package synth_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"psims/datasets/incident"
	"psims/datasets/synth"
)

// TestSharesAreLikeLife compares shares with the published ones. The bands are
// wide: they catch a table that was broken, not chance.
func TestSharesAreLikeLife(t *testing.T) {
	r := defaultRun(t)
	n := map[string]float64{}
	for _, e := range r.first {
		sys := string(e.System)
		n[sys]++
		n[sys+" kind "+e.Kind.String()]++
		n[sys+" harm "+e.Harm.String()]++
		if e.System == incident.NRLS {
			n["nrls "+e.Category]++
			if e.Patients[0].AgeDays >= 0 {
				n["nrls age"]++
			}
			if e.Patients[0].Sex != "" {
				n["nrls sex"]++
			}
		}
		if e.Occurred.Known() {
			switch late := e.Submitted - e.Occurred; {
			case late < 0:
				t.Errorf("%s occurred %d days after it was reported", e.ID, -late)
			case late <= 7:
				n[sys+" within a week"]++
			}
			if d := e.Occurred - e.Occurred.Monday(); e.System == incident.LFPSE && d >= 5 {
				n["lfpse weekend"]++
			}
		}
	}
	for _, c := range []struct {
		what, of string
		lo, hi   float64 // per cent
	}{
		{"nrls Patient accident", "nrls", 22, 29},
		{"nrls Medication", "nrls", 9, 13},
		{"nrls Treatment, procedure", "nrls", 8.5, 13},
		{"nrls Other", "nrls", 2, 7},
		{"nrls harm none", "nrls", 64, 74},
		{"nrls harm low", "nrls", 20, 29},
		{"nrls harm moderate", "nrls", 3, 7},
		{"nrls harm severe", "nrls", .3, 1.5},
		{"nrls harm fatal", "nrls", .05, .5},
		{"nrls age", "nrls", 28, 32},
		{"nrls sex", "nrls", 53, 58},
		{"lfpse kind incident", "lfpse", 95.5, 97.5},
		{"lfpse within a week", "lfpse", 75, 95},
		{"lfpse weekend", "lfpse", 15, 26},
		{"steis", "nrls", .2, 2},
	} {
		if share := 100 * n[c.what] / n[c.of]; share < c.lo || share > c.hi {
			t.Errorf("%s: %.2f %%, want %g to %g", c.what, share, c.lo, c.hi)
		}
	}
	wrong := 100 * float64(len(r.truth.Miscoded)) / float64(r.cfg.Events)
	if wrong < 6 || wrong > 10 {
		t.Errorf("%.1f %% are filed under a wrong category", wrong)
	}
	if len(r.truth.NeverEvents) < 3 || len(r.truth.NeverEvents) > 30 {
		t.Errorf("%d Never Events in %d", len(r.truth.NeverEvents), r.cfg.Events)
	}
}

func TestNothingIsReportedAfterUntil(t *testing.T) {
	r := defaultRun(t)
	latest := incident.NoDay
	for _, e := range r.events {
		latest = max(latest, e.Submitted)
	}
	if latest != r.cfg.Until {
		t.Errorf("the last report is of %s, want %s", latest, r.cfg.Until)
	}
}

// TestBothSystemsAndTheBreak checks that organisations move from NRLS to LFPSE,
// each on its day, and that batches peak.
func TestBothSystemsAndTheBreak(t *testing.T) {
	r := defaultRun(t)
	moved := map[string]string{}
	for _, s := range r.truth.Switches {
		moved[s.Organisation] = s.Day
	}
	if len(moved) < 200 {
		t.Errorf("only %d organisations move", len(moved))
	}
	both := map[string]bool{}
	for _, d := range r.truth.Duplicates {
		both[d.IDs[1]] = true
	}
	weeks := map[incident.Day]int{}
	for id, e := range r.first {
		day := moved[e.Organisation]
		if e.System == incident.LFPSE && day != "" && e.Submitted.String() < day || e.System == incident.NRLS && e.Submitted.String() >= day && !both[id] {
			t.Errorf("%s of %s, reported on %s, is in %s; it moved on %q", id, e.Organisation, e.Submitted, e.System, day)
		}
		if e.System == incident.NRLS {
			weeks[e.Submitted.Monday()]++
		}
	}
	var counts []int
	for _, n := range weeks {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	if most, middle := counts[len(counts)-1], counts[len(counts)/2]; most < 4*middle {
		t.Errorf("the largest week of NRLS has %d reports, the middle one %d: no batches", most, middle)
	}
	if len(r.truth.Batches) < 20 {
		t.Errorf("only %d batches", len(r.truth.Batches))
	}
}

// TestMoveWindow places the move where it really was when the history allows.
func TestMoveWindow(t *testing.T) {
	for _, c := range []struct {
		name, until string
		want        func(day, from, until string) bool
	}{
		{"within the real years", "2024-03-31", func(day, _, _ string) bool { return day >= "2021-07-01" && day <= "2024-06-30" }},
		{"later", "2026-03-29", func(day, from, until string) bool { return day > from && day < until }},
		{"long before", "2012-12-31", func(day, from, until string) bool { return day > from && day < until }},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := synth.Default()
			cfg.Events = 2000
			cfg.Until, _ = incident.ParseDay(c.until)
			s, tr := write(t, t.TempDir(), cfg)
			if s.BySystem["lfpse"] < 200 || s.BySystem["nrls"] < 200 {
				t.Errorf("by system: %v", s.BySystem)
			}
			for _, m := range tr.Switches {
				if !c.want(m.Day, tr.From, tr.Until) {
					t.Errorf("%s moves on %s", m.Organisation, m.Day)
				}
			}
		})
	}
}

func TestIssues(t *testing.T) {
	r := defaultRun(t)
	kinds := map[string]bool{}
	descriptions := narratives(t, r)
	for _, i := range r.truth.Issues {
		kinds[i.Kind] = true
		t.Run(i.ID, func(t *testing.T) {
			onset, err := incident.ParseDay(i.Onset)
			if err != nil {
				t.Fatal(err)
			}
			weeks := float64(r.cfg.Until-onset+1) / 7
			if i.Kind != "under-recognised" && (weeks < 5.9 || weeks > 16.1) {
				t.Errorf("it begins %.1f weeks before the end", weeks)
			}
			// The ramp takes half of its weeks away.
			mean := i.Rate * (weeks - float64(i.Ramp)/2)
			if n := float64(len(i.Injected)); n < .5*mean-3 || n > 1.6*mean+3 {
				t.Errorf("%g reports in %.0f weeks at a rate of %g", n, weeks, i.Rate)
			}
			if local := i.Kind == "local-cluster"; local != (len(i.Organisations) <= 2) || !local && len(i.Organisations) < 10 {
				t.Errorf("reported by %d organisations", len(i.Organisations))
			}
			if i.Kind == "slow-rise" != (len(i.Specialties) == 1) {
				t.Errorf("in %d specialties", len(i.Specialties))
			}
			checkVariety(t, i, descriptions)
		})
	}
	for _, k := range []string{"device-fault", "wrong-route", "slow-rise", "spread-theme", "local-cluster", "under-recognised", "count-rise"} {
		if !kinds[k] {
			t.Errorf("no issue of kind %s", k)
		}
	}
}

// checkVariety wants an issue told in many ways, and yet known by its terms.
func checkVariety(t *testing.T, i synth.Issue, descriptions map[string]string) {
	t.Helper()
	seen := map[string]int{}
	var told []map[string]bool
	known := 0
	for _, in := range i.Injected {
		text, ok := descriptions[in[0]]
		if !ok {
			continue
		}
		seen[text]++
		words := map[string]bool{}
		for w := range strings.FieldsSeq(strings.ToLower(text)) {
			words[strings.Trim(w, ".,;:")] = true
		}
		told = append(told, words)
		for _, term := range i.Terms {
			if strings.Contains(strings.ToLower(text), term) {
				known++
				break
			}
		}
	}
	if len(told) < 10 {
		t.Fatalf("found the texts of %d reports", len(told))
	}
	if distinct := float64(len(seen)) / float64(len(told)); distinct < .85 {
		t.Errorf("%.0f %% of its texts are distinct", 100*distinct)
	}
	alike, pairs := 0.0, 0.0
	for a := range told {
		for b := range a {
			common := 0
			for w := range told[a] {
				if told[b][w] {
					common++
				}
			}
			alike += float64(common) / float64(len(told[a])+len(told[b])-common)
			pairs++
		}
	}
	if alike/pairs > .3 {
		t.Errorf("two of its texts share %.0f %% of their words", 100*alike/pairs)
	}
	if share := float64(known) / float64(len(told)); len(i.Terms) > 0 && share < .75 {
		t.Errorf("%.0f %% of its texts hold one of %v", 100*share, i.Terms)
	}
}

// narratives gives the descriptions of NRLS and of LFPSE's lines, by id.
func narratives(t *testing.T, r *run) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range r.truth.Files {
		b := read(t, r.dir, f.Name)
		switch {
		case strings.HasPrefix(f.Name, "nrls-"):
			reader := csv.NewReader(strings.NewReader(string(b)))
			reader.FieldsPerRecord = -1
			rows, err := reader.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			at := slices.Index(rows[0], "IN07 Description of what happened")
			for _, row := range rows[1:] {
				if _, ok := r.first[row[0]]; ok {
					out[row[0]] = row[at]
				}
			}
		case strings.HasSuffix(f.Name, ".ndjson"):
			for line := range strings.SplitSeq(string(b), "\n") {
				_, rest, ok := strings.Cut(line, `{"url":"Description","valueString":"`)
				if !ok || len(line) < 60 {
					continue
				}
				id := line[strings.Index(line, `"id":"`)+6:]
				id = id[:strings.IndexByte(id, '"')]
				if _, have := out[id]; !have {
					text, _, _ := strings.Cut(rest, `"}`)
					out[id] = text
				}
			}
		}
	}
	return out
}

// TestNarrativesAreDistinct wants fewer repeats than real extracts have (2.2 %),
// and lengths like theirs (median 35 words).
func TestNarrativesAreDistinct(t *testing.T) {
	r := defaultRun(t)
	all := narratives(t, r)
	seen := map[string]bool{}
	var lengths []int
	sum := 0
	for _, text := range all {
		seen[text] = true
		n := len(strings.Fields(text))
		lengths, sum = append(lengths, n), sum+n
	}
	if len(all) < 25_000 {
		t.Fatalf("found %d narratives", len(all))
	}
	if share := float64(len(seen)) / float64(len(all)); share < .97 {
		t.Errorf("%.1f %% of narratives are distinct", 100*share)
	}
	slices.Sort(lengths)
	median, mean := lengths[len(lengths)/2], float64(sum)/float64(len(all))
	if median < 30 || median > 40 || mean < 40 || mean > 60 || lengths[len(lengths)-1] > 720 {
		t.Errorf("words: median %d, mean %.1f, longest %d", median, mean, lengths[len(lengths)-1])
	}
}

// TestUnderRecognised wants most of the graver reports of that issue graded low.
func TestUnderRecognised(t *testing.T) {
	r := defaultRun(t)
	under := map[string]bool{}
	for _, u := range r.truth.Undergraded {
		under[u.ID] = true
	}
	for _, i := range r.truth.Issues {
		n := 0
		for _, in := range i.Injected {
			if under[in[0]] {
				n++
			}
		}
		if share := float64(n) / float64(len(i.Injected)); (i.Kind == "under-recognised") != (share > .25) {
			t.Errorf("%s: %.0f %% are graded lower than told", i.ID, 100*share)
		}
	}
}

func TestDecoys(t *testing.T) {
	r := defaultRun(t)
	texts := narratives(t, r)
	kinds := map[string]bool{}
	for _, d := range r.truth.Decoys {
		kinds[d.Kind] = true
		if len(d.Organisations) == 0 {
			continue
		}
		org, with, before := d.Organisations[0], 0, 0
		total := 0
		for id, e := range r.first {
			if e.Organisation != org {
				continue
			}
			total++
			has := d.Text != "" && strings.Contains(strings.ToLower(texts[id]), strings.ToLower(d.Text[:20]))
			if has {
				with++
			}
			if e.Submitted.String() < d.Onset && (has || d.Kind == "decoy-new-organisation") {
				before++
			}
		}
		if before > 0 || total < 10 || d.Text != "" && with < 5 {
			t.Errorf("%s at %s: %d reports, %d before its onset, %d with the text", d.Kind, org, total, before, with)
		}
	}
	for _, k := range []string{"decoy-batch", "decoy-move", "decoy-season", "decoy-new-organisation", "decoy-boilerplate"} {
		if !kinds[k] {
			t.Errorf("no %s", k)
		}
	}
}

func TestNoIssuesWhenNoneAreWanted(t *testing.T) {
	cfg := synth.Default()
	cfg.Events, cfg.Issues = 6000, 0
	_, tr := write(t, t.TempDir(), cfg)
	for _, i := range tr.Issues {
		if len(i.Injected) > 0 || i.Rate > 0 {
			t.Errorf("%s: %d reports at a rate of %g", i.ID, len(i.Injected), i.Rate)
		}
	}
}

func TestOrganisations(t *testing.T) {
	r := defaultRun(t)
	rows, err := csv.NewReader(strings.NewReader(string(read(t, r.dir, "organisations.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "code,name,type,region,icb" {
		t.Errorf("the header is %s", got)
	}
	codes, names, regions, types := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, row := range rows[1:] {
		codes[row[0]], names[row[1]], types[row[2]], regions[row[3]] = true, true, true, true
		if !strings.HasPrefix(row[0], "ZX") {
			t.Errorf("the code %s could be real", row[0])
		}
	}
	if len(codes) < 215 || len(codes) != len(rows)-1 || len(names) != len(codes) || len(regions) != 7 || len(types) != 6 {
		t.Errorf("%d organisations, %d codes, %d names, %d regions, %d types", len(rows)-1, len(codes), len(names), len(regions), len(types))
	}
	for _, e := range r.first {
		if e.System != incident.STEIS && !codes[e.Organisation] {
			t.Fatalf("%s is of %q, which isn't listed", e.ID, e.Organisation)
		}
	}
}

// TestLongListsHaveFilesOfTheirOwn in large runs.
func TestLongListsHaveFilesOfTheirOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("a large run takes some seconds")
	}
	cfg := synth.Default()
	cfg.Events = synth.LargeRun + 1
	dir := t.TempDir()
	s, tr := write(t, dir, cfg)
	if b := read(t, dir, "truth.json"); len(b) > 2_000_000 || !strings.Contains(string(b), `"identifiers":null`) {
		t.Errorf("the long lists stand in truth.json, of %d bytes", len(b))
	}
	if len(tr.Identifiers) != s.Identifiers || len(tr.Duplicates) != s.Duplicates {
		t.Errorf("read %d identifiers and %d duplicates, wrote %d and %d", len(tr.Identifiers), len(tr.Duplicates), s.Identifiers, s.Duplicates)
	}
	for name, want := range map[string]int{"identifiers": s.Identifiers, "duplicates": s.Duplicates, "revisions": s.Revisions + s.Withdrawals} {
		if got := strings.Count(string(read(t, dir, "truth-"+name+".jsonl")), "\n"); got != want {
			t.Errorf("%d lines of %s, want %d", got, name, want)
		}
	}
}

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	cfg := synth.Default()
	cfg.Events, cfg.Seed = 1000, 7
	s, err := synth.Write(context.Background(), dir, cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	files, err := filepath.Glob(filepath.Join(dir, "nrls-*.csv"))
	fmt.Println(s.Events, len(s.Issues), len(files) > 0, err)
	// Output: 1000 8 true <nil>
}
