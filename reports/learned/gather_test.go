package learned_test

import (
	"errors"
	"testing"

	"psims/datasets/frame"
	"psims/reports/evidence/evidencetest"
	"psims/reports/learned"
	"psims/reports/provider"
	"psims/reports/specialty"
)

func TestThemesAreToldHereAndEverywhere(t *testing.T) {
	e := evidencetest.Year()
	all := learned.Everywhere(e)
	if len(all) != 2 || all[evidencetest.Pumps].Organisations() != 12 {
		t.Fatalf("%d themes, pumps in %d organisations", len(all), all[evidencetest.Pumps].Organisations())
	}
	sum := all[0].Reports + all[1].Reports
	if want := e.Table.Len() - 2; sum != want { // one in no theme, one counted with another
		t.Errorf("%d reports are in themes, want %d", sum, want)
	}
	seen := map[string]bool{}
	voices := all[evidencetest.Falls].Voices(e, e.Themes.Terms[evidencetest.Falls])
	for _, v := range voices {
		if seen[v.Sender] {
			t.Errorf("%s is quoted twice", v.Sender)
		}
		seen[v.Sender] = true
	}
	for _, v := range voices.Besides("Z01") {
		if v.Sender == "Z01" {
			t.Error("its own sentence is quoted to Z01")
		}
	}
	if len(voices) == 0 || len(voices.Besides("Z01")) > learned.Default().Voices {
		t.Errorf("%d voices, %d of them for one", len(voices), len(voices.Besides("Z01")))
	}
	var rows []int
	for i := range e.Table.Len() {
		if e.Counted[i] && e.Table.Organisation.Value(i) == "Z02" {
			rows = append(rows, i)
		}
	}
	th := learned.Describe(e, rows, evidencetest.Falls)
	if th.ID != "t-falls" || th.Recent != 13 || th.Before != 13 || len(th.Settings) != 1 || th.Settings[0].Name != "Ward" {
		t.Errorf("%s: %d recent, %d before, %v", th.ID, th.Recent, th.Before, th.Settings)
	}
}

// Each sender is told of its own themes that enough reports tell of, with sentences of
// others alone, and the record has each of those.
func TestGatherForEachSender(t *testing.T) {
	e := evidencetest.Year()
	sender := func(code string) *provider.Sender {
		s := &provider.Sender{}
		s.Code = code
		s.Themes = []provider.Theme{{ID: "t-falls", Name: "falls at night", Expected: 20}, {ID: "t-pumps", Name: "pump alarms"}}
		for i := range e.Table.Len() {
			if e.Counted[i] && e.Table.Organisation.Value(i) == code {
				s.Rows = append(s.Rows, i)
			}
		}
		return s
	}
	c := learned.Default()
	c.Quotes = true
	p, err := press()
	if err != nil {
		t.Fatal(err)
	}
	w, err := learned.On(p, c)
	if err != nil {
		t.Fatal(err)
	}
	senders := []*provider.Sender{sender("Z02"), sender("Z03"), sender("Z99")}
	senders[1].Themes[1].Name = "and" // says nothing
	asked := 0
	themes, err := w.Gather(e, senders, func(organisation, theme string) (specialty.Written, error) {
		asked++
		return specialty.Written{specialty.WhatYouCanDo: {Text: organisation + " " + theme, By: "A"}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(themes[0]) != 2 || len(themes[1]) != 1 || len(themes[2]) != 0 || asked != 6 {
		t.Fatalf("%d, %d and %d pages, asked %d times what was written", len(themes[0]), len(themes[1]), len(themes[2]), asked)
	}
	first := themes[0][0]
	if first.Year() != 26 || first.Expected != 20 || first.Organisations != 12 || first.Written[specialty.WhatYouCanDo].Text != "Z02 t-falls" || len(first.Elsewhere) == 0 {
		t.Errorf("%+v", first)
	}
	if senders[0].Themes[0].Page != learned.File("t-falls") || senders[1].Themes[1].Page != "" {
		t.Errorf("pages %q and %q", senders[0].Themes[0].Page, senders[1].Themes[1].Page)
	}
	quotes := learned.Quotes(senders, themes)
	want := 0
	for _, list := range themes {
		for _, th := range list {
			want += len(th.Elsewhere)
		}
	}
	org, err := frame.Get[string](quotes, "organisation")
	if err != nil || quotes.Len() != want || org[0] != "Z02" {
		t.Errorf("%d sentences are on record, want %d (%v)", quotes.Len(), want, err)
	}
	broken := errors.New("broken")
	if _, err := w.Gather(e, senders, func(string, string) (specialty.Written, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("what can't be read gave %v", err)
	}
}
