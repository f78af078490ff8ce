package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"psims/nlp/lexicon"
	"psims/nlp/redact"
)

// Every name here is invented.
func TestNames(t *testing.T) {
	checkTexts(t, []textCase{
		{"title", "Dr Sharples attended, Mr. J. K. Rowe and Prof Ng too", "Dr [NAME] attended, Mr. [NAME] and Prof [NAME] too"},
		{"title and an English word", "Dr Sharp reviewed; later Sharp left", "Dr [NAME] reviewed; later [NAME] left"},
		{"small letters", "mrs o'connor seen by dr kowalczyk and dr frobisher", "mrs [NAME] seen by dr [NAME] and dr [NAME]"},
		{"capitals", "PATIENT MARY BROWN FELL. DR JONES INFORMED.", "PATIENT [NAME] FELL. DR [NAME] INFORMED."},
		{"glued title", "DrSmith and Mrs.Jones", "Dr[NAME] and Mrs.[NAME]"},
		{"initial for a name", "Mr X and Dr B. were present", "Mr [NAME] and Dr [NAME]. were present"},
		{"role", "Staff Nurse Gray, S/N Mai and Sister Lane were there", "Staff Nurse [NAME], S/N [NAME] and Sister [NAME] were there"},
		{"role in small letters", "nurse shabnam gave it, hca karen helped", "nurse [NAME] gave it, hca [NAME] helped"},
		{"relative", "her son, Ignatius, and wife (Hope) rang", "her son, [NAME], and wife ([NAME]) rang"},
		{"called", "pt known as Smudge, daughter called Blossom", "pt known as [NAME], daughter called [NAME]"},
		{"name is", "The patient's name is john q frobisher", "The patient's name is [NAME]"},
		{"spoke to", "Spoke to Oyinkansola about it", "Spoke to [NAME] about it"},
		{"salutation", "Dear Grace, thank you. Regards, Mabel", "Dear [NAME], thank you. Regards, [NAME]"},
		{"hyphen and prefix", "Anne-Marie Fox-Davies, McAllister and O’Shaughnessy met", "[NAME], [NAME] and [NAME] met"},
		{"particles", "Mr van der Berg and Omar bin Rashid", "Mr [NAME] and [NAME]"},
		{"surname first", "SMITH, John; FROBISHER, Jasper", "[NAME]; [NAME]"},
		{"initials before", "Present: P. Gray, J Frobisher, and A Patel", "Present: [NAME], [NAME], and [NAME]"},
		{"both parts on no list", "The notes of Jarvinia Frobisher were lost", "The notes of [NAME] were lost"},
		{"possessive", "Rose's mother and Susan's bed", "[NAME]'s mother and [NAME]'s bed"},
		{"accents", "Zoë Łukaszewska and Siân rang", "[NAME] and [NAME] rang"},
		{"Windows-1252 bytes", "Dr M\xfcller and Ren\xe9e said", "Dr [NAME] and [NAME] said"},
		{"hidden marks", "spoke to Su\u00adsan and Pe\u200bter", "spoke to [NAME] and [NAME]"},
		{"no-break space", "Dr\u00a0Smith attended", "Dr\u00a0[NAME] attended"},
		{"ambiguous given names at work", "Grace said no. June was very agitated. It was told by Hope that", "[NAME] said no. [NAME] was very agitated. It was told by [NAME] that"},
		{"a person on a ward", "John Smith ward 5 fell", "[NAME] ward 5 fell"},
		{"second time unannounced", "Mrs Frobisher fell. Frobisher was helped up.", "Mrs [NAME] fell. [NAME] was helped up."},
	})
}

func TestNamesThatAreNone(t *testing.T) {
	for _, text := range []string{
		"Parkinson's disease, Crohn's, Wilson's disease, Bell's palsy, Murphy's sign positive, Downs syndrome, Graves disease",
		"Hartmanns 1L, Foley catheter, Yankauer sucker, Hudson mask, Zimmer frame, Bair Hugger, Doppler, Kerlix, Thomas splint",
		"Waterlow 15, Braden score, Glasgow Coma Scale, Abbey Pain Scale, Barthel index, Norton scale, Bristol stool chart",
		"Smith & Nephew pump, Johnson and Johnson, Fisher & Paykel, Becton Dickinson, Boston Scientific, St Jude",
		"Guillain-Barre, Stevens-Johnson syndrome, Ehlers-Danlos, Wolff-Parkinson-White, Robert Jones bandage",
		"Nelson Ward, transferred to Elizabeth Ward, Queen Elizabeth Hospital, St Mary's, John Radcliffe, Alder Hey",
		"The nurse called the doctor. Sister informed. Nurse in charge aware. Dr on call. Consultant reviewed. DR INFORMED, NURSE CALLED",
		"dr will review, dr may have, sister ward, nurse call bell, mr scan, MR angiogram, ms patient, hit and miss service",
		"Will the patient mark the site? Hope to review in May. Rose from the chair. Sharp pain. Bell not in reach. Price list.",
		"Patient was given Clexane, Tazocin, Actrapid, Humalog, Apixaban and co-amoxiclav by Alaris pump and Graseby driver",
		"Called Security, Switchboard, Radiology and Theatre. Reported to MHRA, Datix completed. Informed Matron and Site Manager.",
		"E. coli, E Coli, C Diff, Group B Strep, vitamin B. Hepatitis B. Young patient. Plan A. May need review.",
		"Macmillan nurse, Gillick competent, Caldicott guardian, Mental Health Act, Marie Curie, Jehovah's Witness, Black British",
		"PATIENT FELL IN BATHROOM. BED LOW. WARD SISTER AWARE. NO INJURY SEEN. HARTMANNS GIVEN",
		"patient fell out of bed, wife informed, son aware, no injury, neuro obs started, bloods sent, moved to hdu",
		"Patient Fell From Bed. Nurse Found Patient On Floor. Doctor Informed And Reviewed Patient.",
		"Brian scan done. patinet feel on the brian injury unit. Pateint stated. Docter informed.",
		"o'clock, I'd, can't, don't, they're",
		"Victoria line, Manchester, Great Ormond Street, in Lincoln, from Durham, on Christmas Day, a Polish interpreter",
	} {
		if got, _ := gate(t).Text(text); got != text {
			t.Errorf("changed\n %s\nto\n %s", text, got)
		}
	}
}

// TestThingsSurvive puts every medicine, device and eponym of the lexicon in
// sentences of the kind that reports hold: none may be lost, whatever the case.
func TestThingsSurvive(t *testing.T) {
	g := gate(t)
	frames := []string{"The patient was given %s instead.", "%s was not given at 0800.", "Nurse gave %s without checking.", "informed that %s had been stopped", "the %s alarmed and stopped", "checked with %s guideline"}
	for _, w := range lexicon.Words(lexicon.Drug | lexicon.Device | lexicon.Eponym) {
		if c := lexicon.Of(w); c.Has(lexicon.Name) && !c.Has(lexicon.Drug|lexicon.Device) {
			continue // Paget, Weber: names first of all, kept before what they label
		}
		for i, frame := range frames {
			word := w
			if i%2 == 0 {
				word = strings.ToUpper(w[:1]) + w[1:]
			}
			for _, text := range []string{fmt.Sprintf(frame, word), strings.ToUpper(fmt.Sprintf(frame, w))} {
				if got, _ := g.Text(text); got != text {
					t.Errorf("%s became %s", text, got)
				}
			}
		}
	}
}

func TestWithoutTagger(t *testing.T) {
	g, err := redact.New(redact.Config{})
	if err != nil {
		t.Fatal(err)
	}
	const in, want = "Dr Grace and Susan Hill met. It was told by Hope that Mark left.", "Dr [NAME] and [NAME] met. It was told by [NAME] that Mark left."
	if got, _ := g.Text(in); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestConfiguredWords(t *testing.T) {
	g, err := redact.New(redact.Config{Names: []string{"Zorbtax"}, Keep: []string{"Florence"}})
	if err != nil {
		t.Fatal(err)
	}
	const in, want = "ask zorbtax about florence and Florence", "ask [NAME] about florence and Florence"
	if got, _ := g.Text(in); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for name, c := range map[string]redact.Config{
		"two words":     {Names: []string{"Jane Roe"}},
		"empty":         {Keep: []string{""}},
		"digits":        {Keep: []string{"B12"}},
		"in both lists": {Names: []string{"Rowan"}, Keep: []string{"rowan"}},
	} {
		if _, err := redact.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
