package digest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/digest"
	"psims/reports/disclosure"
	"psims/reports/evidence/evidencetest"
	"psims/reports/provider"
	"psims/reports/specialty"
)

// What there is to say of a run counts what stands, and only the reports of its scope.
func TestGather(t *testing.T) {
	s := &provider.Sender{}
	s.Code, s.Name, s.Recent, s.Before, s.Severe, s.AlertIDs = "Z01", "Trust Z01", 12, 11, 0, []string{"a2"}
	alerts := []triage.Alert{{ID: "a1", Status: triage.New}, {ID: "a2", Status: triage.Grown}, {ID: "a3", Status: triage.Gone}}
	r := digest.Run{ID: "r1", Policy: disclosure.None(), Events: evidencetest.Year(), Alerts: alerts,
		Specialties:   []specialty.Output{{Name: "Medicine", File: "specialty/medicine.html", Recent: 66, Before: 70, Harm: map[incident.Harm]int{incident.Fatal: 2}}},
		Organisations: []*provider.Sender{s}, Page: func(code string) string { return "organisations/" + code + "/index.html" }}
	list := r.Gather()
	if len(list) != 3 {
		t.Fatalf("%d digests, want the country's, a specialty's and an organisation's", len(list))
	}
	all, own, trust := list[0], list[1], list[2]
	if all.Kind != digest.National || all.Raised != 2 || all.New != 1 || all.Grown != 1 || all.RunID != "r1" || all.Page != "site/index.html" {
		t.Errorf("of the country: %+v", all)
	}
	// Twelve organisations, eleven in the last six weeks, one report each a week; the second report of an event is not counted.
	if all.Reports != "138" || all.Before != "144" {
		t.Errorf("%s reports after %s, want 138 after 144", all.Reports, all.Before)
	}
	if own.Name != "Medicine" || own.Severe != "2" || own.Raised != 0 || own.Page != "site/specialty/medicine.html" {
		t.Errorf("of a specialty: %+v", own)
	}
	if trust.Name != "Z01" || trust.Raised != 1 || trust.New != 0 || trust.Grown != 1 || trust.Page != "organisations/Z01/index.html" {
		t.Errorf("of an organisation: %+v", trust)
	}
	r.Policy = disclosure.HES5()
	if kept := r.Gather()[1]; kept.Severe == "2" {
		t.Error("a count of 2 is told under a policy that keeps it back")
	}
	var b bytes.Buffer
	if err := digest.Write(&b, list); err != nil {
		t.Fatal(err)
	}
	back, err := digest.Read(&b)
	if d := cmp.Diff(list, back); d != "" || err != nil {
		t.Errorf("read back, %v (-want +got):\n%s", err, d)
	}
	if _, err := digest.Read(strings.NewReader("[{")); err == nil {
		t.Error("half a record is read")
	}
}
