package redact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"psims/nlp/redact"
)

func gate(t testing.TB) *redact.Gate {
	t.Helper()
	g, err := redact.New(redact.Default())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

type textCase struct{ name, in, want string }

func checkTexts(t *testing.T, cases []textCase) {
	t.Helper()
	g := gate(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, _ := g.Text(c.in)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// NHS numbers here are from the range 999 that is never issued.
func TestNHSNumbers(t *testing.T) {
	checkTexts(t, []textCase{
		{"called so", "NHS number: 9990000018.", "NHS number: [NHS-NUMBER]."},
		{"short and small", "nhs no 9990000018", "nhs no [NHS-NUMBER]"},
		{"number sign", "NHS# 999-000-0018 fell", "NHS# [NHS-NUMBER] fell"},
		{"no word for number", "(NHS 999 000 0018)", "(NHS [NHS-NUMBER])"},
		{"mistyped: wrong check digit", "NHS No. 999 000 0017", "NHS No. [NHS-NUMBER]"},
		{"mistyped: a digit short", "NHS number is 999 000 001 today", "NHS number is [NHS-NUMBER] today"},
		{"words between", "The NHS number for this patient is 9990000018", "The NHS number for this patient is [NHS-NUMBER]"},
		{"the name between", "NHS number of Mr John Smith is 9990000018", "NHS number of Mr [NAME] is [NHS-NUMBER]"},
		{"behind", "9990000018 (NHS number)", "[NHS-NUMBER] (NHS number)"},
		{"grouped, nothing said", "label read 999 000 0018 instead", "label read [NHS-NUMBER] instead"},
		{"beside a patient", "Pt 9990000018 was given the wrong dose", "Pt [NHS-NUMBER] was given the wrong dose"},
		{"two of them", "NHS numbers 999 000 0018 and 999 123 4560 were swapped", "NHS numbers [NHS-NUMBER] and [NHS-NUMBER] were swapped"},
		{"odd grouping with context", "NHS no 99 90 00 00 18", "NHS no [NHS-NUMBER]"},
		{"on the next line", "NHS Number\n9990000018\nFell in bay", "NHS Number\n[NHS-NUMBER]\nFell in bay"},
		{"Scottish and Irish numbers", "CHI 9990000018, HCN: 9990000018", "CHI [NHS-NUMBER], HCN: [NHS-NUMBER]"},
		{"bare digits with a right check digit prove nothing", "Pump serial 9990000018 and order 9990000018", "Pump serial 9990000018 and order 9990000018"},
		{"NHS 111 is a service", "Rang NHS 111 twice and NHS Direct", "Rang NHS 111 twice and NHS Direct"},
	})
}

func TestPhones(t *testing.T) {
	checkTexts(t, []textCase{
		{"mobile", "rang him on 07700 900123 twice", "rang him on [PHONE] twice"},
		{"mobile in one", "mob:07700900123", "mob:[PHONE]"},
		{"land line in brackets", "tel (01632) 960001", "tel [PHONE]"},
		{"London with hyphens", "020-7946-0018 no reply", "[PHONE] no reply"},
		{"international", "call +44 (0)7700 900123.", "call [PHONE]."},
		{"international in one", "call +447700900123", "call [PHONE]"},
		{"foreign", "her son in Ireland +353 1 555 0123", "her son in Ireland [PHONE]"},
		{"local with context", "Telephone number is 960001", "Telephone number is [PHONE]"},
		{"dots", "0163.296.0001", "[PHONE]"},
		{"bleep", "bleep 1234, no reply", "bleep [EXTENSION], no reply"},
		{"bleep number", "Bleep no. 0451 tried", "Bleep no. [EXTENSION] tried"},
		{"extension", "ext. 4567 / extension 23456 / x-ray 12", "ext. [EXTENSION] / extension [EXTENSION] / x-ray 12"},
		{"crash and emergency calls stay", "Crash call 2222 put out, 999 and 111 called, bleep 2222", "Crash call 2222 put out, 999 and 111 called, bleep 2222"},
		{"a time after bleeped", "Bleeped 1430, SHO came 1500", "Bleeped 1430, SHO came 1500"},
		{"times are no number", "Obs at 0800 0900 1000 1100 and 0830", "Obs at 0800 0900 1000 1100 and 0830"},
		{"lot and serial numbers stay", "Lot 01632960001, serial no 07700900123", "Lot 01632960001, serial no 07700900123"},
		{"quantities stay", "Contact no: 5 mls, extension 120 degrees", "Contact no: 5 mls, extension 120 degrees"},
	})
}

func TestAddresses(t *testing.T) {
	checkTexts(t, []textCase{
		{"e-mail", "mail to jane.roe@example.nhs.uk, please", "mail to [EMAIL], please"},
		{"e-mail with blanks", "jane.roe @ nhs.net", "[EMAIL]"},
		{"an at sign is no e-mail", "5mg@10ml/hr and seen @ 10am", "5mg@10ml/hr and seen @ 10am"},
		{"web", "see https://www.example.com/a?b=c.", "see [WEB-LINK]."},
		{"bare web", "posted on facebook.com/jane.roe", "posted on [WEB-LINK]"},
		{"a missing blank is no web address", "fell on ward.No injury", "fell on ward.No injury"},
		{"postcode", "at LS14 4AP", "at [POSTCODE]"},
		{"small postcode", "sw1a 1aa", "[POSTCODE]"},
		{"joined postcode", "Leeds LS144AP", "Leeds [POSTCODE]"},
		{"outward code by name", "post code unknown, postcode LS14", "post code unknown, postcode [POSTCODE]"},
		{"codes that are no postcode", "NEWS2 5, ST1 doctor, B12, M25, T12 vertebra, L5 1st, SpO2 9", "NEWS2 5, ST1 doctor, B12, M25, T12 vertebra, L5 1st, SpO2 9"},
		{"assays and lots are no postcode", "CA19-9XR, lot NE12AB, S1 2HR", "CA19-9XR, lot NE12AB, S1 2HR"},
		{"street", "lives at 22 Acacia Avenue, Leeds", "lives at [ADDRESS], Leeds"},
		{"small street with context", "home address 7b high street", "home address [ADDRESS]"},
		{"flat", "Flat 3, 10 Mill Lane", "[ADDRESS]"},
		{"wards are no street", "Bed 4 Willow Court, Ward 12 Park View", "Bed 4 Willow Court, Ward 12 Park View"},
		{"small numbers before words", "3 way tap, 2 nurses close by, 4 hours drive", "3 way tap, 2 nurses close by, 4 hours drive"},
	})
}

func TestDatesOfBirth(t *testing.T) {
	checkTexts(t, []textCase{
		{"DOB", "DOB 12/03/1956", "DOB [DATE-OF-BIRTH]"},
		{"dotted", "d.o.b. 12.3.56 noted", "d.o.b. [DATE-OF-BIRTH] noted"},
		{"words", "date of birth: 12th of March 1956", "date of birth: [DATE-OF-BIRTH]"},
		{"American words", "Date of birth is March 12, 1956", "Date of birth is [DATE-OF-BIRTH]"},
		{"in one", "DoB 12Mar56; dob 120356", "DoB [DATE-OF-BIRTH]; dob [DATE-OF-BIRTH]"},
		{"ISO", "D.O.B: 1956-03-12", "D.O.B: [DATE-OF-BIRTH]"},
		{"blanks", "dob 12 03 1956", "dob [DATE-OF-BIRTH]"},
		{"born", "a man born on 12-Mar-1956", "a man born on [DATE-OF-BIRTH]"},
		{"born at a time", "Baby born at 14:05 on 12/03/2023 by section", "Baby born at 14:05 on [DATE-OF-BIRTH] by section"},
		{"behind", "12/03/1956 (DOB)", "[DATE-OF-BIRTH] (DOB)"},
		{"beside a name", "John Smith (12/03/1956)", "[NAME] ([DATE-OF-BIRTH])"},
		{"day of an event beside a name", "Dr Smith 12/03/2019", "Dr [NAME] 12/03/2019"},
		{"dates of events stay", "Admitted 12/03/2024, fell on 13th March at 0300, hip 1998", "Admitted 12/03/2024, fell on 13th March at 0300, hip 1998"},
		{"birth is not a date", "at birth 6-8 weeks ago, born by section, birth weight 3.2", "at birth 6-8 weeks ago, born by section, birth weight 3.2"},
		{"age stays", "an 84 year old man", "an 84 year old man"},
	})
}

func TestCodes(t *testing.T) {
	checkTexts(t, []textCase{
		{"hospital number", "hospital number K123456", "hospital number [HOSPITAL-NUMBER]"},
		{"split letters", "Hosp. no. RXX 123 456", "Hosp. no. [HOSPITAL-NUMBER]"},
		{"MRN", "MRN: 00123456 fell", "MRN: [HOSPITAL-NUMBER] fell"},
		{"patient id", "patient ID 4455667", "patient ID [HOSPITAL-NUMBER]"},
		{"unit number", "Unit No 123456", "Unit No [HOSPITAL-NUMBER]"},
		{"case note number", "case note number A/123456", "case note number [HOSPITAL-NUMBER]"},
		{"K number", "K number 1234567", "K number [HOSPITAL-NUMBER]"},
		{"GMC", "Dr Jones (GMC 1234567)", "Dr [NAME] (GMC [GMC-NUMBER])"},
		{"GMC number", "GMC reg. number is 1234567", "GMC reg. number is [GMC-NUMBER]"},
		{"NMC PIN", "pin 12A3456E, also NMC 98I7654S", "pin [NMC-NUMBER], also NMC [NMC-NUMBER]"},
		{"NMC PIN by its shape", "signed 12A3456E", "signed [NMC-NUMBER]"},
		{"HCPC", "HCPC no PA12345, physio PH123456", "HCPC no [HCPC-NUMBER], physio [HCPC-NUMBER]"},
		{"other registers", "GPhC 2012345, GDC number 123456", "GPhC [REGISTRATION-NUMBER], GDC number [REGISTRATION-NUMBER]"},
		{"national insurance", "NI QQ123456C and QQ 12 34 56 C", "NI [NI-NUMBER] and [NI-NUMBER]"},
		{"accession", "accession no 22B0012345; lab number 7654321", "accession no [ACCESSION-NUMBER]; lab number [ACCESSION-NUMBER]"},
		{"crime reference", "crime ref no 12345/24, payroll number 123456", "crime ref no [REFERENCE], payroll number [REFERENCE]"},
		{"numbers of things stay", "Model no 123456, lot no 7654321, bed no 12, ward number 1234, order number 556677, incident no 123456", "Model no 123456, lot no 7654321, bed no 12, ward number 1234, order number 556677, incident no 123456"},
		{"measures stay", "BP 120/80, sats 94%, 5000 units, INR 2.5, K 3.4, Hb 102", "BP 120/80, sats 94%, 5000 units, INR 2.5, K 3.4, Hb 102"},
		{"PIN of a thing", "locking pin 123456 and pin number 4", "locking pin 123456 and pin number 4"},
	})
}
