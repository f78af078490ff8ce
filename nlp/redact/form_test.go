package redact_test

import "testing"

// The forms here are those that people type and that recognisers of tidy forms miss.
func TestUntidyForms(t *testing.T) {
	checkTexts(t, []textCase{
		{"cue misspelt", "hosptial nuber 4455667 not found", "hosptial nuber [HOSPITAL-NUMBER] not found"},
		{"joined to its cue and the next word", "GMC1234567was quoted", "GMC[GMC-NUMBER]was quoted"},
		{"between stars", "NHS no. *9990000018*", "NHS no. *[NHS-NUMBER]*"},
		{"over a line", "tel 07700\n900123 no reply", "tel [PHONE] no reply"},
		{"read out", "ring oh seven seven double oh nine oh oh one two three", "ring [PHONE]"},
		{"read out, then counted", "tried oh one six three two nine six oh one two three three times", "tried [PHONE] three times"},
		{"mail read out", "write to ann dot roe at example dot nhs dot uk please", "write to [EMAIL] please"},
		{"postcode read out", "postcode L S one four four A P", "postcode [POSTCODE]"},
		{"birthday in words", "dob fourth of March nineteen thirty two", "dob [DATE-OF-BIRTH]"},
		{"birthday in pieces", "DOB 4 / 3 / 32", "DOB [DATE-OF-BIRTH]"},
		{"whole date before reporting began", "card said 12/03/1956", "card said [DATE-OF-BIRTH]"},
		{"practice code", "GP code A81009", "GP code [PRACTICE-CODE]"},
		{"only called a number", "badge number 445566", "badge number [REFERENCE]"},
		{"extension by x", "rang x 4521", "rang x [EXTENSION]"},
		{"times is no extension", "2 x 500 ml given, rang x 2", "2 x 500 ml given, rang x 2"},
		{"small street", "crew sent to 14 tanyard lane", "crew sent to [ADDRESS]"},
		{"street without a word for one", "lives at 7 The Paddocks.", "lives at [ADDRESS]."},
		{"title joined", "ptFrobisher fell", "pt[NAME] fell"},
		{"split at the end of a line", "seen by Dr Frobi-\nsher today", "seen by Dr [NAME] today"},
		{"initials", "second signature K.L., given by T. Roe", "second signature [NAME]., given by [NAME]"},
		{"nurse in charge, on call", "found by NIC, seen by N.I.C, nurse i/c told, accepted by o/c consultant", "found by NIC, seen by N.I.C, nurse i/c told, accepted by o/c consultant"},
		{"short forms behind a post or a patient", "reg r/v at noon, pt c/o pain, Pt TC to ward, N.O.K told", "reg r/v at noon, pt c/o pain, Pt TC to ward, N.O.K told"},
		{"nickname", "likes to be called Bubbles", "likes to be called [NAME]"},
		{"what a thing is called stays", "Side effects (also known as Adverse Drug Reactions)", "Side effects (also known as Adverse Drug Reactions)"},
		{"person by both sides", "records merged for Frobisher and another", "records merged for [NAME] and another"},
		{"unlisted machine", "the Zentrix pump alarmed and a Zentrix was sent", "the Zentrix pump alarmed and a Zentrix was sent"},
		{"hyphenated device", "Swann-Ganz catheter not used", "Swann-Ganz catheter not used"},
		{"contraction", "Couldn't be reached and Didn’t sleep", "Couldn't be reached and Didn’t sleep"},
		{"postcode parted by a stop", "p/code: CR9.8QU", "p/code: [POSTCODE]"},
		{"postcode read out with one figure", "Lives in T R nine o S P, out of area.", "Lives in [POSTCODE], out of area."},
		{"birthday joined to its word", "DOBDecember 8, 1963/ attended", "DOB[DATE-OF-BIRTH]/ attended"},
		{"birthday in eight figures", "he was born on 08062001.", "he was born on [DATE-OF-BIRTH]."},
		{"D.O.B. with a slip", "d.k.b. 20/8/13", "d.k.b. [DATE-OF-BIRTH]"},
		{"month first, before reporting began", "card said October 18, 1987 not that", "card said [DATE-OF-BIRTH] not that"},
		{"extension read out", "put me through to x seven one nine.", "put me through to x [EXTENSION]."},
		{"house of one word", "lives 7 Paddocks.", "lives [ADDRESS]."},
		{"initials behind what only a person leaves", "initialled by ES, seen by Dr SE", "initialled by [NAME], seen by Dr [NAME]"},
		{"what the lads call him", "the lads call him hubs.", "the lads call him [NAME]."},
		{"call back is no name", "call him back. call her later.", "call him back. call her later."},
		{"words count", "one two or three four times", "one two or three four times"},
	})
}

func TestHospitalsGoIfAsked(t *testing.T) {
	const text = "moved from St Botolph's Hospital to Larkhill Cottage Hospital; the local hospital, the hospital and her surgery were told"
	if got, _ := gate(t).Text(text); got != text {
		t.Errorf("by default hospitals stay, and it became %q", got)
	}
	if got, _ := everything(t).Text("diverted to Upper Marsh Medical Pracctice."); got != "diverted to [HOSPITAL]." {
		t.Errorf("misspelt: %q", got)
	}
	const want = "moved from [HOSPITAL] to [HOSPITAL]; the local hospital, the hospital and her surgery were told"
	if got, _ := everything(t).Text(text); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
