package learned_test

import (
	"testing"

	"psims/reports/evidence/evidencetest"
	"psims/reports/learned"
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
