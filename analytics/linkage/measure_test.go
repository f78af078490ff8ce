package linkage_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"psims/analytics/linkage"
	"psims/datasets/incident"
	"psims/datasets/synth"
)

// measured counts the pairs of one kind.
type measured struct{ planted, found, wrong int }

// interval is Wilson's, of 95 %.
func interval(k, n int) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.96
	p, m := float64(k)/float64(n), float64(n)
	mid, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return (mid - half) / (1 + z*z/m), (mid + half) / (1 + z*z/m)
}

// edited gives another wording of a text: a tenth of the words left out, some
// written wrong, some by other words, and a sentence put before or after.
func edited(s string, chance *rand.Rand) string {
	swap := map[string]string{"patient": "pt", "pt": "patient", "staff": "team", "was": "had been", "informed": "told", "ward": "unit", "noted": "seen", "the": "this"}
	var out []string
	for _, w := range strings.Fields(s) {
		switch draw := chance.Float64(); {
		case draw < 0.1:
			continue
		case draw < 0.14 && len(w) > 4:
			w = w[:2] + w[3:]
		case swap[strings.ToLower(w)] != "" && draw < 0.5:
			w = swap[strings.ToLower(w)]
		}
		out = append(out, w)
	}
	more := []string{"Reported for information.", "Team leader aware.", "See previous form.", "Entered on behalf of colleague."}[chance.IntN(4)]
	if chance.IntN(2) == 0 {
		return more + " " + strings.Join(out, " ")
	}
	return strings.Join(out, " ") + " " + more
}

const template = "Pressure ulcer present on admission. Datix completed."

// plant adds known duplicates of random events, 100 of each kind, and 300 reports
// of one wording that are not of one event.
func plant(events []event, seed uint64) (all []event, kind map[[2]string]string) {
	chance := rand.New(rand.NewPCG(seed, 5))
	kind = map[[2]string]string{}
	all = slices.Clone(events)
	last := events[len(events)-1].Submitted
	orgs := map[string][]string{}
	for _, e := range events {
		orgs[e.region] = append(orgs[e.region], e.Organisation)
	}
	long := func() event {
		for {
			e := events[chance.IntN(len(events))]
			if e.Submitted < last-7 && e.Occurred.Known() && len(strings.Fields(e.Texts[incident.Description])) >= 12 {
				return e
			}
		}
	}
	add := func(what string, of event, change func(*event)) {
		e := of
		e.ID = fmt.Sprintf("P%s-%d", what[:2], len(all))
		e.Submitted += incident.Day(chance.IntN(4))
		change(&e)
		all = append(all, e)
		kind[[2]string{min(of.ID, e.ID), max(of.ID, e.ID)}] = what
	}
	for range 100 {
		add("exact copy", long(), func(*event) {})
		add("edited text, a field lost", long(), func(e *event) {
			e.Texts[incident.Description] = edited(e.Texts[incident.Description], chance)
			for _, f := range []*string{&e.Category, &e.Specialty, &e.Medication, &e.Device} {
				if chance.IntN(4) == 0 {
					*f = ""
				}
			}
		})
		add("shifted 1 to 7 days, edited text", long(), func(e *event) {
			e.Texts[incident.Description] = edited(e.Texts[incident.Description], chance)
			e.Occurred -= incident.Day(1 + chance.IntN(7))
		})
		add("two organisations, edited text", long(), func(e *event) {
			e.Texts[incident.Description] = edited(e.Texts[incident.Description], chance)
			for from := e.Organisation; e.Organisation == from; {
				e.Organisation = orgs[e.region][chance.IntN(len(orgs[e.region]))]
			}
		})
	}
	for k := range 300 {
		// Of one event the codes, of another the patient, of a third the place and days.
		e, patient, place := long(), long(), long()
		for patient.System != e.System || place.System != e.System {
			patient, place = long(), long()
		}
		e.ID, e.Patients = fmt.Sprintf("T%d", k), patient.Patients
		e.Organisation, e.Occurred, e.Submitted = place.Organisation, place.Occurred, place.Submitted
		e.Texts[incident.Description] = template
		all = append(all, e)
	}
	sorted(all)
	return all, kind
}

func sorted(events []event) {
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.Submitted, b.Submitted), cmp.Compare(a.System, b.System), cmp.Compare(a.ID, b.ID))
	})
}

// truthOf names the kind of every pair that is one event.
func truthOf(events []event, pairs [][]string, planted map[[2]string]string) map[[2]string]string {
	system := map[string]string{}
	for _, e := range events {
		system[e.ID] = string(e.System)
	}
	out := map[[2]string]string{}
	for _, p := range pairs {
		s := []string{system[p[0]], system[p[1]]}
		slices.Sort(s)
		what := "another reporter, " + s[0]
		if s[0] != s[1] {
			what = "two systems, " + s[0] + " and " + s[1]
		}
		out[[2]string{min(p[0], p[1]), max(p[0], p[1])}] = what
	}
	for p, what := range planted {
		out[p] = what
	}
	// A copy of a report is one event with whatever that report repeats.
	direct := slices.Collect(maps.Keys(out))
	for p := range planted {
		for _, q := range direct {
			if q == p {
				continue
			}
			for _, x := range [][2][2]string{{p, q}, {{p[1], p[0]}, q}, {p, {q[1], q[0]}}, {{p[1], p[0]}, {q[1], q[0]}}} {
				if a, b := x[0][1], x[1][1]; x[0][0] == x[1][0] && a != b {
					if k := [2]string{min(a, b), max(a, b)}; out[k] == "" {
						out[k] = "by way of a third"
					}
				}
			}
		}
	}
	return out
}

// TestFindsPlantedDuplicates measures precision and recall on seeds that nothing
// was chosen on. Run with -v for the tables of docs/methods/linkage.md.
func TestFindsPlantedDuplicates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some twenty seconds")
	}
	var all []run
	for _, seed := range []uint64{301, 302, 303} {
		events, pairs := invented(t, 30_000, seed)
		events, planted := plant(events, seed)
		all = append(all, run{seed, input(events), truthOf(events, pairs, planted)})
	}
	for name, c := range map[string]struct {
		ages      bool
		precision float64
		recall    map[string]float64
	}{
		"with ages and sexes": {true, 0.95, map[string]float64{"exact copy": 0.97, "edited text, a field lost": 0.95, "shifted 1 to 7 days, edited text": 0.7, "two organisations, edited text": 0.75,
			"two systems, lfpse and nrls": 0.85, "two systems, lfpse and steis": 0.85, "two systems, nrls and steis": 0.65, "another reporter, lfpse": 0.75}},
		"without": {false, 0.9, map[string]float64{"exact copy": 0.95, "edited text, a field lost": 0.9, "two systems, lfpse and nrls": 0.7, "two systems, lfpse and steis": 0.7}},
	} {
		t.Run(name, func(t *testing.T) {
			by, templates := measure(t, all, c.ages)
			if templates > 6 {
				t.Errorf("%d pairs of one generic wording are linked", templates)
			}
			sum := by["all"]
			if p := 1 - float64(sum.wrong)/float64(sum.found+sum.wrong); p < c.precision {
				t.Errorf("precision %.3f", p)
			}
			for kind, want := range c.recall {
				if m := by[kind]; float64(m.found) < want*float64(m.planted) {
					t.Errorf("%s: %d of %d found", kind, m.found, m.planted)
				}
			}
		})
	}
}

// run is a run of the generator with planted duplicates, and the kind of each pair
// that is one event.
type run struct {
	seed  uint64
	in    linkage.Input
	truth map[[2]string]string
}

// measure links the runs and counts by kind.
func measure(t *testing.T, all []run, ages bool) (by map[string]*measured, templates int) {
	by = map[string]*measured{"all": {}}
	of := func(kind string) *measured {
		if by[kind] == nil {
			by[kind] = &measured{}
		}
		return by[kind]
	}
	expected := 0.0
	for _, run := range all {
		in, truth := run.in, run.truth
		if !ages {
			in.AgeDays, in.Sex = nil, nil
		}
		r := link(t, in, linkage.Default())
		for _, what := range truth {
			of(what).planted++
			of("all").planted++
		}
		for p := range named(in, r) {
			what, right := truth[[2]string{min(p[0], p[1]), max(p[0], p[1])}]
			if right {
				of(what).found++
				of("all").found++
				continue
			}
			of("all").wrong++
			if p[0][0] == 'T' && p[1][0] == 'T' {
				templates++
			}
		}
		for _, b := range r.Blocks {
			t.Logf("seed %d: %v: compared %d, estimated matches %.0f, threshold %.1f bits, links %d", run.seed, b.Block, b.Compared, b.Matches, b.Threshold, b.Links)
		}
		expected += (1 - r.Precision()) * float64(len(r.Pairs))
	}
	for _, kind := range slices.Sorted(maps.Keys(by)) {
		m := by[kind]
		lo, hi := interval(m.found, m.planted)
		t.Logf("%-50s planted %4d, found %4d: recall %5.1f %% (%.1f to %.1f)", kind, m.planted, m.found, 100*float64(m.found)/float64(m.planted), 100*lo, 100*hi)
	}
	sum := by["all"]
	links := sum.found + sum.wrong
	lo, hi := interval(sum.found, links)
	t.Logf("links %d, wrong %d (expected %.1f): precision %.1f %% (%.1f to %.1f); links of the generic wording %d", links, sum.wrong, expected, 100*float64(sum.found)/float64(links), 100*lo, 100*hi, templates)
	return by, templates
}

// TestKeepsPlantedIssuesApart: reports of a planted issue tell the same story in
// many places. Leaving them out as repeats would blind the search for issues.
func TestKeepsPlantedIssuesApart(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	dir := t.TempDir()
	c := synth.Default()
	c.Seed = 205
	events, pairs := inventedIn(t, dir, c)
	truth, err := synth.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	in := input(events)
	r := link(t, in, linkage.Default())
	repeat, at := map[string]bool{}, map[string]int{}
	for _, p := range pairs {
		repeat[p[0]], repeat[p[1]] = true, true
	}
	for i, id := range in.Table.ID {
		at[id] = i
	}
	reports, lost := 0, 0
	for _, issue := range truth.Issues {
		mine := 0
		for _, injected := range issue.Injected {
			if i, ok := at[injected[0]]; ok && !repeat[injected[0]] {
				reports++
				if !r.First[i] {
					mine++
				}
			}
		}
		lost += mine
		t.Logf("%s, %s: %d reports, %d wrongly left out", issue.ID, issue.Kind, len(issue.Injected), mine)
	}
	if reports < 200 || lost*50 > reports {
		t.Errorf("%d of %d reports of planted issues are left out", lost, reports)
	}
}
