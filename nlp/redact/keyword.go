package redact

import "strings"

// keyword is what a word means to the recognisers of numbers.
type keyword uint8

const (
	keyNone     keyword = iota
	keyNumber           // "number", "no", "id": makes the word before it a context
	keyGlue             // a word that may stand between a context and its value
	keyNHS              // the contexts, one a kind …
	keyMRN              // a hospital number by its short name
	keyHospital         // a hospital number only with "number": hospital, patient, unit
	keyUnit             // the same, and six digits: unit
	keyGMC
	keyNMC
	keyPIN
	keyHCPC
	keyRegister
	keyRegistered // a registration number only with "number"
	keyPhone
	keyContact // a telephone number only with "number": contact, home, work
	keyExtension
	keyBleeped // a verb, so that four digits that are a time of day are not a number
	keyAccession
	keyReference
	keyBirth
	keyBorn
	keyPostcode
	keyLive   // lives, address: a street follows
	keyThing  // lot, serial, model: what follows belongs to a thing
	keyPlace  // bed, bay, ward: a small number belongs to it
	keyStreet // street, road
	keyMonth
	keyInitials // a patient's initials follow
	keyInternal // an extension only with "number"
	keyPractice // a general practice's code only with "number"
	keyDigit    // a digit in words
	keyDot      // the word dot
)

// keywords is the one table of them, by folded word.
var keywords = buildKeywords(map[keyword]string{
	keyNumber:   "no nos number numbers num nr id ids identifier nbr code",
	keyInternal: "internal",
	keyDot:      "dot",
	keyPractice: "gp practice surgery",
	keyDigit:    "zero nought naught oh one two three four five six seven eight nine double triple treble",

	keyGlue:       "is was of for the this that his her their its as given recorded and or with has my on to patients correct wrong same a an",
	keyNHS:        "nhs chi hcn nhsno nhsnumber nhsnum nhsid",
	keyMRN:        "mrn mrns pid hospno hosno casenote casenotes pasnumber pasno urn crn unitno",
	keyHospital:   "hospital hosp patient pt pts district medical record case note notes k rxx rio emis systmone pas epr local pat client resident ipm lorenzo cerner paris mosaic carenotes",
	keyUnit:       "unit",
	keyGMC:        "gmc",
	keyNMC:        "nmc",
	keyPIN:        "pin pins",
	keyHCPC:       "hcpc hpc",
	keyRegister:   "gphc gdc goc swe",
	keyRegistered: "registration reg professional",
	keyPhone:      "tel telephone phone tele mobile mob fax landline cell telno phoneno mobileno",
	keyContact:    "contact home work emergency switchboard call ring direct",
	keyExtension:  "ext extn extension extensions xtn bleep bleeps blp pager bleepno bleeper dect",
	keyBleeped:    "bleeped paged",
	keyAccession:  "accession acc specimen sample lab laboratory request episode spell pathology",
	keyReference:  "crime police cad complaint badge smartcard staff payroll employee passport licence license driving prison assignment personnel esr",
	keyBirth:      "dob birthdate dateofbirth birthday",
	keyBorn:       "born birth",
	keyPostcode:   "postcode postcodes postal zip",
	keyLive:       "address lives live lived living resides residing moved flat",
	keyThing:      "lot lots batch serial model catalogue catalog cat part udi gtin sn asset barcode product software version item donation order invoice article upn ref reference device pump equipment material build protocol exp expiry lotno ln mfr report mdr incident datix",
	keyPlace:      "bed bay room ward floor level theatre cubicle clinic stage grade band category bedspace side chair sideroom building corridor",
	keyInitials:   "initials",
	keyStreet:     "street road avenue lane close drive crescent gardens terrace way court place mews grove walk square hill row rise vale park view parade st rd ave cres gdns cl sq",
	keyMonth:      "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
})

func buildKeywords(lists map[keyword]string) map[string]keyword {
	out := make(map[string]keyword)
	for key, words := range lists {
		for w := range strings.FieldsSeq(words) {
			if _, twice := out[w]; twice {
				panic("redact: the keyword " + w + " stands in two lists")
			}
			out[w] = key
		}
	}
	return out
}

// contextKinds says which kind of identifier a context announces.
var contextKinds = map[keyword]Kind{
	keyNHS: NHSNumber, keyMRN: HospitalNumber, keyHospital: HospitalNumber, keyUnit: HospitalNumber, keyGMC: GMCNumber, keyNMC: NMCNumber, keyPIN: NMCNumber,
	keyHCPC: HCPCNumber, keyRegister: Registration, keyRegistered: Registration, keyPhone: Phone, keyContact: Phone, keyExtension: Extension,
	keyBleeped: Extension, keyInternal: Extension, keyPractice: PracticeCode, keyAccession: AccessionNumber, keyReference: Reference,
}

// needsNumber reports whether a context counts only with "number" or "no" beside it.
func (k keyword) needsNumber() bool {
	return k == keyInternal || k == keyPractice || k == keyHospital || k == keyUnit || k == keyContact || k == keyAccession || k == keyReference || k == keyRegistered
}
