package redact_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/datasets/incident"
	"psims/nlp/redact"
)

// No rule and no list has these names: only what stands around them, and how they
// are written, tells them.
func TestTaggerFindsNamesOnNoList(t *testing.T) {
	checkTexts(t, []textCase{
		{"small letters in a text of small letters", "obs missed, told hedrewick and the family", "obs missed, told [NAME] and the family"},
		{"capitals in a text of capitals", "STAFF NURSE QUENDOLINE OFF SICK", "STAFF NURSE [NAME] OFF SICK"},
		{"beginning of a sentence", "Brelandick didn't answer the bell.", "[NAME] didn't answer the bell."},
		{"typing is no name", "Pateint stated that teh pump alarmd. Docter informed.", "Pateint stated that teh pump alarmd. Docter informed."},
		{"letters of a list", "S: fell. B: frail. A: stable. R: scan. Plasma-Lyte, 1 L over 8 hours.", "S: fell. B: frail. A: stable. R: scan. Plasma-Lyte, 1 L over 8 hours."},
		{"short forms with a stroke", "S/N aware, T/C ward, R/V in am", "S/N aware, T/C ward, R/V in am"},
	})
}

// A medicine or a device that is new is on no list either, and is what the engine is for.
func TestNewProductsStay(t *testing.T) {
	var cases []textCase
	for _, text := range []string{
		"new Solvane driver alarmed", "given Zentrix instead", "switched to Velonax last week", "VELONAX NOT GIVEN", "velonax given twice", "Velonax was given",
		"Allergic to Velonax but given it.", "Reaction to Velonax.", "Two doses of Velonax.", "Took Velonax with alcohol.", "Nurse gave Velonax instead of Orbitrel.", "Faulty Orbitrel.",
		"Third time this week that Velonax has switched itself off with the battery flap open.", "I found that Orbitrel was not running and the screen was blank, no alarm.",
		"syringe driver (Velonax) stopped", "THE ORBITREL CATHETER KINKED", "THE PATIENT REPORTED THAT THE VELONAX PUMP DID NOT ALARM", "SERVICE ENGINEER (VNX) FOUND A LOOSE CABLE ON THE ORBITREL",
		"Velonax 10 mg omitted at 0800.", "Orbitrel inhaler empty.", "Patient was prescribed Velonax 5 mg twice daily.",
	} {
		cases = append(cases, textCase{text, text, text})
	}
	checkTexts(t, append(cases, textCase{"who was given something is a person", "Hedrewick was given the wrong dose.", "[NAME] was given the wrong dose."}))
}

// A report speaks of few people: who was named once is known by a part of it.
func TestOneReportOnePerson(t *testing.T) {
	checkTexts(t, []textCase{
		{"initials of a full name", "Spoke to Emma Braithwaite. Later EB rang.", "Spoke to [NAME]. Later [NAME] rang."},
		{"initials of nobody", "Spoke to Emma Braithwaite. Later ECG done.", "Spoke to [NAME]. Later ECG done."},
		{"short form that is a word", "Patient William Frobisher fell. I asked Bill again.", "Patient [NAME] fell. I asked [NAME] again."},
		{"a bill is none", "Patient Emma Frobisher fell. The Bill was unpaid.", "Patient [NAME] fell. The Bill was unpaid."},
		{"half behind a hyphen", "Dr Min-jun Park came", "Dr [NAME] came"},
	})
}

func TestLearnIsTheSameTwice(t *testing.T) {
	lessons := []redact.Lesson{
		{Text: "Told Hedrewick at once.", Names: []redact.Span{{Start: 5, End: 14}}},
		{Text: "Told Pharmacy at once."},
	}
	a, b := redact.Learn(lessons, 1), redact.Learn(lessons, 1)
	if !bytes.Equal(a, b) {
		t.Error("the same lessons gave other weights")
	}
	if bytes.Equal(a, redact.Learn(lessons[1:], 1)) {
		t.Error("lessons with and without names gave the same weights")
	}
}

func TestTally(t *testing.T) {
	for text, want := range map[string][2]int{
		"":                                  {0, 0},
		"Dr [NAME], [NAME]-[NAME] rang [x]": {3, 3},
		"[NHS-NUMBER][DATE-OF-BIRTH]":       {2, 0},
	} {
		if placed, words := redact.Tally(text); [2]int{placed, words} != want {
			t.Errorf("%q: %d placeholders, %d words, want %v", text, placed, words, want)
		}
	}
}

// TestAgain: a second reading takes out what the first left, in every text and typed
// field, keeps what the first put in, and says what it did.
func TestAgain(t *testing.T) {
	g := gate(t)
	e := incident.Event{Rows: 1, Fields: incident.Fields{System: incident.LFPSE, ID: "E1", Category: "Other: Dr Frobisher", Organisation: "Z01"},
		Texts: [incident.TextCount]string{incident.Description: "[NAME] told Dr Frobisher, ext 4521.", incident.Other: "Bed rails were up."}}
	var counts redact.Counts
	if !g.Again(&e, &counts) {
		t.Error("it says that nothing was taken out")
	}
	want := incident.Event{Rows: 1, Fields: incident.Fields{System: incident.LFPSE, ID: "E1", Category: "Other: Dr [NAME]", Organisation: "Z01"},
		Texts: [incident.TextCount]string{incident.Description: "[NAME] told Dr [NAME], ext [EXTENSION].", incident.Other: "Bed rails were up."}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Error(diff)
	}
	if counts[redact.Name] != 2 || counts[redact.Extension] != 1 || counts.Total() != 3 {
		t.Errorf("counts %v", counts)
	}
	if g.Again(&e, &counts) || counts.Total() != 3 {
		t.Error("a third reading found something")
	}
}
