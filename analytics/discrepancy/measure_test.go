package discrepancy_test

import (
	"cmp"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"encoding/csv"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"psims/analytics/discrepancy"
	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/synth"
	"psims/models/ordinal"
)

func invented(tb testing.TB, events int, seed uint64) (*incident.Table, synth.Truth) {
	tb.Helper()
	dir := tb.TempDir()
	c := synth.Default()
	c.Events, c.Seed = events, seed
	summary, err := synth.Write(context.Background(), dir, c)
	if err != nil {
		tb.Fatal(err)
	}
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		tb.Fatal(err)
	}
	t := &incident.Table{}
	seen := map[string]bool{}
	for _, f := range summary.Files {
		if f.Name == "organisations.csv" || strings.HasPrefix(f.Name, "truth") {
			continue
		}
		src, err := extract.Open(filepath.Join(dir, f.Name), nil)
		if err != nil {
			tb.Fatal(err)
		}
		for r, err := range src.Records() {
			if err != nil {
				tb.Fatal(err)
			}
			if r.Raw == nil || !r.Raw.Harm.Graded() || seen[r.Raw.ID] || r.Raw.System == incident.STEIS {
				continue
			}
			seen[r.Raw.ID] = true
			e := r.Raw.Release(func(s string) string { return s }) // invented, so nothing to take out
			t.ID, t.Text, t.Harm = append(t.ID, e.ID), append(t.Text, e.Texts[incident.Description]), append(t.Harm, e.Harm)
			t.Organisation.Append(e.Organisation)
		}
		if err := src.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	return t, truth
}

// lower grades a share of the moderate and worse harms at random lower, and gives their ids.
func lower(t *incident.Table, share float64, seed uint64) map[string]bool {
	chance := rand.New(rand.NewPCG(seed, 3))
	out := map[string]bool{}
	for i, h := range t.Harm {
		if h >= incident.ModerateHarm && h.Graded() && chance.Float64() < share {
			t.Harm[i] = incident.NoHarm + incident.Harm(chance.IntN(int(h-incident.NoHarm)))
			out[t.ID[i]] = true
		}
	}
	return out
}

// public opens a public file, if it is there; the test is skipped if not.
func public(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open("../../../shared/data/" + path)
	if err != nil {
		tb.Skipf("the public file %s is not on this machine", path)
	}
	tb.Cleanup(func() { f.Close() }) // read only
	if strings.HasSuffix(path, ".bz2") {
		return bzip2.NewReader(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	return z
}

// rowsOf reads a delimited file by the names of its columns.
func rowsOf(tb testing.TB, r io.Reader, comma rune, columns ...string) [][]string {
	tb.Helper()
	c := csv.NewReader(r)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord = comma, true, -1
	all, err := c.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	places := make([]int, len(columns))
	for j, name := range columns {
		if places[j] = slices.Index(all[0], name); places[j] < 0 {
			tb.Fatalf("no column %q", name)
		}
	}
	var out [][]string
	for _, row := range all[1:] {
		if len(row) != len(all[0]) {
			continue
		}
		picked := make([]string, len(columns))
		for j, at := range places {
			picked[j] = row[at]
		}
		out = append(out, picked)
	}
	return out
}

// count gives how many of the first k findings are among ids.
func count(list []discrepancy.Finding, k int, ids map[string]bool) (found int) {
	for _, f := range list[:min(k, len(list))] {
		if ids[f.ID] {
			found++
		}
	}
	return found
}

// say logs what was found of planted errors, and of all that are known.
func say(t testing.TB, what string, list []discrepancy.Finding, planted, known map[string]bool, of int) {
	t.Helper()
	for _, k := range []int{20, 50, 100, 200} {
		n := min(k, len(list))
		above, lowered := expected(list, k)
		a, b := count(list, k, planted), count(list, k, known)
		t.Logf("%s: of the first %d, %d planted (%.0f %% of them all), %d known (precision %.2f %.2f, by chance %.3f); expected: graded higher %.1f, lowered %.1f",
			what, n, a, 100*float64(a)/float64(len(planted)), b, float64(b)/float64(n), wilson(b, n), float64(len(known))/float64(of), above, lowered)
	}
}

// wilson gives the 95 % interval of a share (Wilson 1927).
func wilson(hits, n int) [2]float64 {
	const z = 1.96
	p, m := float64(hits)/float64(n), float64(n)
	half := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m)) / (1 + z*z/m)
	middle := (p + z*z/(2*m)) / (1 + z*z/m)
	return [2]float64{middle - half, middle + half}
}

// TestPlantedInInventedExtracts lowers 3 of 100 moderate and worse harms, and has one
// organisation grade everything none. The invented extracts hold some lowered harms of
// their own, which are known.
func TestPlantedInInventedExtracts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	plantedInInvented(t, 12_000)
}

// BenchmarkPlanted does the same with more events, for the figures; -v shows them.
func BenchmarkPlanted(b *testing.B) {
	for b.Loop() {
		plantedInInvented(b, 30_000)
	}
}

func plantedInInvented(t testing.TB, events int) {
	t.Helper()
	tab, truth := invented(t, events, 2)
	planted := lower(tab, .03, 5)
	known := maps.Clone(planted)
	for _, u := range truth.Undergraded {
		known[u.ID] = true
	}
	quiet, sent := tab.Organisation.Names[1], 0
	for i := range tab.Harm {
		if tab.Organisation.Value(i) == quiet {
			tab.Harm[i] = incident.NoHarm
			sent++
			delete(planted, tab.ID[i])
			delete(known, tab.ID[i])
		}
	}
	c := discrepancy.Default()
	c.Lowered = .05 // .03 were planted, .022 come with the extracts
	x, err := c.Learn(context.Background(), tab, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Find(context.Background(), tab, nil, x)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events, %d planted, %d known, %d read above their grade, %.0f by the usual graders", r.Judged, len(planted), len(known), len(r.Readings), r.Above)
	say(t, "readings", r.Readings, planted, known, r.Judged)
	say(t, "told", r.Told, planted, known, r.Judged)
	c.Top = r.Judged
	outright, err := c.Find(context.Background(), tab, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := len(outright.Told)
	t.Logf("told, all: %d planted and %d known of %d", count(outright.Told, n, planted), count(outright.Told, n, known), n)
	caught(t, tab, x)
	share := float64(len(known)) / float64(r.Judged)
	_, lowered := expected(r.Readings, 100)
	found := count(r.Readings, 100, known)
	if float64(found) < 10*share*100 {
		t.Errorf("%d known among the first 100, by chance %.2f", found, 100*share)
	}
	if lowered < float64(found)/2 || lowered > 2*float64(found) {
		t.Errorf("%d known among the first 100, %.1f expected", found, lowered)
	}
	listed := 0
	for _, f := range r.Readings[:100] {
		if f.Organisation == quiet {
			listed++
		}
	}
	h := r.Organisations[0]
	t.Logf("%d of the first 100 are of the organisation that graded its %d events none: %+v; next %+v", listed, sent, h, r.Organisations[1])
	if h.Organisation != quiet || h.Q > .01 || r.Organisations[1].Q < .05 {
		t.Errorf("%+v and %+v", h, r.Organisations[1])
	}
}

// caught logs how many severe and fatal events, and how many of those whose text says
// so outright, are among the texts that read gravest.
func caught(t testing.TB, tab *incident.Table, x *ordinal.Crossed) {
	t.Helper()
	p := x.Probabilities(nil, tab.Text)
	order := make([]int, tab.Len())
	for i := range order {
		order[i] = i
	}
	tail := func(i int) float32 { return p[i*5+3] + p[i*5+4] }
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(tail(b), tail(a)) })
	for _, load := range []float64{.01, .02, .05, 1} {
		grave, outright := 0, 0
		for _, i := range order[:int(load*float64(len(order)))] {
			if tab.Harm[i].SevereOrFatal() {
				grave++
				if discrepancy.Told(discrepancy.Cues(tab.Text[i])).SevereOrFatal() {
					outright++
				}
			}
		}
		t.Logf("among the %.0f %% that read gravest: %d events on record as severe or fatal, of which %d say so outright", 100*load, grave, outright)
	}
}

// TestPlantedInPatientFeedback takes how critical a person found a comment for its
// degree of harm, and lowers 3 of 100 of the worse half.
func TestPlantedInPatientFeedback(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	tab := &incident.Table{}
	seen := map[string]bool{}
	for _, r := range rowsOf(t, public(t, "pxtextmining/v6framework_230831.csv.gz"), ',', "Comment ID", "FFT answer", "Comment sentiment", "Trust") {
		form := strings.ToLower(strings.TrimSpace(r[1]))
		if seen[form] || form == "" || len(r[2]) != 1 || r[2] < "1" || r[2] > "5" {
			continue
		}
		seen[form] = true
		tab.ID, tab.Text = append(tab.ID, r[0]), append(tab.Text, r[1])
		tab.Harm = append(tab.Harm, incident.NoHarm+incident.Harm(r[2][0]-'1'))
		tab.Organisation.Append(r[3])
	}
	planted := lower(tab, .03, 5)
	c := discrepancy.Default()
	c.Model = ordinal.Accurate() // these are few
	r := find(t, c, tab, nil)
	t.Logf("%d comments, %d planted", r.Judged, len(planted))
	say(t, "readings", r.Readings, planted, planted, r.Judged)
	if found := count(r.Readings, 50, planted); float64(found) < 50*5*float64(len(planted))/float64(r.Judged) {
		t.Errorf("%d planted among the first 50", found)
	}
}

// TestDeathsToldInDeviceReports compares the deaths that device reports tell of with
// the type of event on record.
func TestDeathsToldInDeviceReports(t *testing.T) {
	said, died, both, all := 0, 0, 0, 0
	for _, r := range rowsOf(t, public(t, "maude/maude_random_1000.tsv.bz2"), '\t', "foi_text", "EVENT_TYPE") {
		if !slices.Contains([]string{"M", "IN", "D"}, r[1]) {
			continue
		}
		all++
		tells := discrepancy.Told(discrepancy.Cues(r[0])) == incident.Fatal
		if tells {
			said++
		}
		if r[1] == "D" {
			died++
			if tells {
				both++
			} else if testing.Verbose() {
				t.Logf("a death that is not seen: %.600s", r[0])
			}
		} else if tells && testing.Verbose() {
			t.Logf("on record as %s: %.900s", r[1], r[0])
		}
	}
	t.Logf("%d reports, %d deaths on record, %d told of, %d both: recall %.2f %.2f, precision %.2f %.2f", all, died, said, both,
		float64(both)/float64(died), wilson(both, died), float64(both)/float64(said), wilson(both, said))
	if both*2 < died { // a third of these reports do not say that the patient died
		t.Errorf("%d of %d deaths are seen", both, died)
	}
}

// TestDeathsToldByMiners lists the deaths that mine accident reports tell of, to be read.
func TestDeathsToldByMiners(t *testing.T) {
	likely := regexp.MustCompile(`(?i)\b(fatal\w*|died|dies|dead|deceased|death|killed|suicide|coroner|expired|passed away|pronounced)\b`)
	said, named, both, all := 0, 0, 0, 0
	for _, r := range rowsOf(t, public(t, "msha/msha_2010_2012.csv.gz"), ',', "narrative") {
		all++
		tells, names := discrepancy.Told(discrepancy.Cues(r[0])) == incident.Fatal, likely.MatchString(r[0])
		switch {
		case tells && names:
			both++
			t.Logf("SAID %.330s", r[0])
		case tells:
			t.Logf("SAID+ %.330s", r[0])
		case names:
			at := likely.FindStringIndex(r[0])
			t.Logf("NAMED %s", r[0][max(0, at[0]-130):min(len(r[0]), at[1]+100)])
		}
		if tells {
			said++
		}
		if names {
			named++
		}
	}
	t.Logf("%d reports: %d tell of a death, %d hold a word for it, %d both", all, said, named, both)
}

// BenchmarkTold reads what texts say outright, without a model.
func BenchmarkTold(b *testing.B) {
	tab := falls(1000)
	size := 0
	for _, s := range tab.Text {
		size += len(s)
	}
	c := discrepancy.Default()
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Find(context.Background(), tab, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFind reads and compares; its time an event is what a night costs.
func BenchmarkFind(b *testing.B) {
	tab := falls(20_000)
	c := discrepancy.Default()
	x, err := c.Learn(context.Background(), tab, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Find(context.Background(), tab, nil, x); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/20_000, "ns/event")
}

// expected says of the first k findings how many the usual graders would grade higher
// if they read such texts afresh, and how many were worse harms recorded as less, if
// Config.Lowered of all harms are. The first counts texts that usually go with worse
// harm though this event did none, so it is the upper of the two.
func expected(findings []discrepancy.Finding, k int) (above, lowered float64) {
	for _, f := range findings[:min(k, len(findings))] {
		above += f.Above
		lowered += f.Lowered
	}
	return above, lowered
}
