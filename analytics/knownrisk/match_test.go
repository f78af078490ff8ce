package knownrisk_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/knownrisk"
)

const patterns = `
[idea]
swab = ["swab", "throat pack"]
[[risk]]
id = "sentence"
title = "x"
[[risk.pattern]]
all = ["@swab", "left inside | retained"]
none = ["for mrsa"]
[[risk]]
id = "within"
title = "x"
[[risk.pattern]]
all = ["alpha", "omega"]
within = 4
[[risk]]
id = "ordered"
title = "x"
[[risk.pattern]]
all = ["oral", "instead of", "intravenous"]
ordered = true
[[risk]]
id = "passage"
title = "x"
[[risk.pattern]]
all = ["feed", "lung"]
scope = "passage"
[[risk]]
id = "narrative"
title = "x"
[[risk.pattern]]
all = ["window", "fell"]
scope = "narrative"
[[risk]]
id = "wildcard"
title = "x"
[[risk.pattern]]
all = ["<dose> instead of <dose>"]
[[risk]]
id = "gap"
title = "x"
[[risk.pattern]]
all = ["into .. cannula"]
[[risk]]
id = "own words"
title = "x"
[[risk.pattern]]
all = ["group a cells", "cells"]
`

func TestPatterns(t *testing.T) {
	l, err := knownrisk.Parse("patterns.toml", []byte(patterns))
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t, l, knownrisk.Config{MinScore: 0.5})
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"stems and case", "SWABS RETAINED after surgery", []string{"sentence"}},
		{"another phrase of the idea", "Throat pack was left inside.", []string{"sentence"}},
		{"slips of the pen", "swab retianed, found later", []string{"sentence"}},
		{"an English word is no slip", "swap retained in the drawer", nil},
		{"not across sentences", "Swab counted. Fluid retained.", nil},
		{"excluded by another idea", "Swab for MRSA retained in the fridge", nil},
		{"denied", "no swab retained", nil},
		{"averted in another sentence", "Swab left inside. Near miss.", nil},
		{"few words between", "alpha b c omega", []string{"within"}},
		{"many words between", "alpha b c d omega", nil},
		{"in order", "oral given instead of IV", []string{"ordered"}},
		{"out of order", "IV given instead of oral", nil},
		{"a sentence and the next", "Feed started. Tube in lung.", []string{"passage"}},
		{"two sentences on", "Feed started. All well. Tube in lung.", nil},
		{"anywhere", "Window open. It was hot. Many things. He fell.", []string{"narrative"}},
		{"doses", "Given 100 mg instead of 10mg.", []string{"wildcard"}},
		{"no dose", "Given tablets instead of 10mg.", nil},
		{"three words in the gap", "put into his left arm cannula", []string{"gap"}},
		{"four words in the gap", "put into his very own left cannula", nil},
		{"one stretch is one idea", "group A cells", nil},
		{"further words for the other idea", "cells given, group A cells", []string{"own words"}},
		{"empty", "", nil},
		{"no words", " .. !! \xff", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, h := range w.Match(nil, c.text) {
				got = append(got, l.Risks[h.Risk].ID)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.text, diff)
			}
		})
	}
}

func TestReasonsSayWhichWordsAndWhere(t *testing.T) {
	l, err := knownrisk.Parse("patterns.toml", []byte(patterns))
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t, l, knownrisk.Config{})
	const s = "Bed 4. A swab was retained. Near miss."
	hits := w.Match(nil, s)
	if len(hits) != 1 {
		t.Fatalf("hits %+v", hits)
	}
	type reason struct{ words, sentence, concept, channel string }
	var got []reason
	for _, r := range hits[0].Reasons {
		got = append(got, reason{r.Span.In(s), r.Sentence.In(s), r.Concept, r.Channel.String()})
	}
	want := []reason{
		{"swab", "A swab was retained.", "@swab", "pattern"},
		{"retained", "A swab was retained.", "left inside | retained", "pattern"},
		{"Near miss", "Near miss.", "averted", "context"},
	}
	if !cmp.Equal(want, got, cmp.AllowUnexported(reason{})) || hits[0].Context != "averted" || hits[0].Score >= 0.5 {
		t.Errorf("%+v, reasons %q", hits[0], got)
	}
}

func TestLikenessIsMarked(t *testing.T) {
	const text = `
[[risk]]
id = "laser"
title = "Laser fire in the airway"
description = "A laser sets light to a tracheal tube."
examples = [
  "Laser ignited the tracheal tube, flames seen, saline poured, bronchoscopy showed soot.",
  "Airway fire during laser surgery to the larynx, the tracheal tube burnt through.",
  "During laser of the vocal cords there was a flash and smoke, tracheal tube removed alight.",
]
`
	l, err := knownrisk.Parse("laser.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	const s = "Smoke and a flash as the laser touched the tracheal tube, which was alight; larynx burnt."
	hits := watch(t, l, knownrisk.DefaultConfig()).Match(nil, s)
	if len(hits) != 1 || !hits[0].Likely || hits[0].Pattern != "" || hits[0].Reasons[0].Channel != knownrisk.ByLikeness {
		t.Errorf("likeness gives %+v", hits)
	}
	if hits := watch(t, l, knownrisk.Config{MinScore: 0.4}).Match(nil, s); len(hits) != 0 {
		t.Errorf("without the second channel: %+v", hits)
	}
}

func TestNothingFoundCostsNoAllocation(t *testing.T) {
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	const s = "Patient slipped by the bed at 03:10, no injury seen. Family told, falls review done and the doctor informed."
	var dst []knownrisk.Hit
	if dst = w.Match(dst, s); len(dst) != 0 {
		t.Fatalf("an ordinary fall gives %+v", dst)
	}
	if n := testing.AllocsPerRun(200, func() { dst = w.Match(dst[:0], s) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestMatchAppends(t *testing.T) {
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	first := w.Match(nil, "Wrong blood: group A red cells transfused to a group O patient.")
	both := w.Match(slices.Clone(first), "Swab retained in the abdomen, seen on x-ray after surgery.")
	if len(first) == 0 || len(both) <= len(first) || !cmp.Equal(first, both[:len(first)]) {
		t.Errorf("%d hits, then %d", len(first), len(both))
	}
}

func TestWatchRefuses(t *testing.T) {
	for _, c := range []knownrisk.Config{{MinScore: -0.1}, {MinScore: 1.1}} {
		if _, err := knownrisk.Default().Watch(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
