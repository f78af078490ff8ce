package knownrisk_test

import (
	"strings"
	"testing"

	"psims/analytics/knownrisk"
	"psims/datasets/frame"
	"psims/datasets/incident/incidenttest"
)

func TestFrame(t *testing.T) {
	tab := incidenttest.Table(incidenttest.Event{ID: "a", Text: "Patient slipped in the corridor."},
		incidenttest.Event{ID: "b", Organisation: "Z01", Reported: 20_000, Text: "Central line placed overnight. CXR this morning: guidewire left in situ, tip in the right atrium."})
	list := knownrisk.Default()
	watcher, err := list.Watch(knownrisk.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	var hits [][]knownrisk.Hit
	for _, s := range tab.Text {
		hits = append(hits, watcher.Match(nil, s))
	}
	surest := knownrisk.Surest(hits)
	if surest[0] != -1 || surest[1] < 0 || list.Risks[surest[1]].Title != "Retained foreign object after a procedure" {
		t.Errorf("surest risks %v", surest)
	}
	r := list.Frame(tab, hits).Reader()
	id, risk, words, sentences := frame.Take[string](r, "incident_id"), frame.Take[string](r, "risk"), frame.Take[string](r, "words"), frame.Take[string](r, "sentences")
	if r.Err() != nil || len(id) != len(hits[1]) || id[0] != "b" || risk[0] != list.Risks[surest[1]].Title {
		t.Fatalf("%v tell of %v: %v", id, risk, r.Err())
	}
	if !strings.Contains(words[0], "guidewire left in") || !strings.Contains(sentences[0], "CXR this morning: guidewire left in situ, tip in the right atrium.") {
		t.Errorf("words %q, sentences %q", words[0], sentences[0])
	}
}
