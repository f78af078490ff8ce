package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// columnKind says which identifier a column of that name holds, if any: its
// values lack the words around them that a recogniser needs.
func columnKind(column string) (Kind, bool) {
	words := columnWords(column)
	has := func(ws ...string) bool {
		for _, w := range ws {
			if !strings.Contains(words, " "+w+" ") {
				return false
			}
		}
		return true
	}
	switch {
	case has("dob"), has("birth"), has("birthdate"), has("dateofbirth"):
		return DateOfBirth, true
	case has("nhs", "number"), has("nhs", "no"), has("nhsno"), has("nhsnumber"), has("chi"), has("chi", "number"):
		return NHSNumber, true
	case has("hospital", "number"), has("hospital", "no"), has("mrn"), has("patient", "id"), has("patient", "number"), has("unit", "number"), has("case", "note", "number"):
		return HospitalNumber, true
	case has("postcode"), has("post", "code"):
		return Postcode, true
	case has("email"), has("e", "mail"):
		return Email, true
	case has("phone"), has("telephone"), has("tel"), has("mobile"), has("fax"):
		return Phone, true
	case has("address"):
		return Address, true
	case has("gmc"):
		return GMCNumber, true
	case has("nmc"):
		return NMCNumber, true
	case has("surname"), has("forename"), has("forenames"), has("firstname"), has("lastname"), has("initials"):
		return Name, true
	case has("name") && (has("patient") || has("person") || has("first") || has("last") || has("given") || has("family") || has("full") || has("reporter") || has("staff") || has("contact") || has("clinician") || has("consultant") || has("gp") || has("handler") || has("reported")):
		return Name, true
	}
	return 0, false
}

// columnWords spells a header out as lower-case words between blanks: capitals
// within a word, underscores and points part words.
func columnWords(column string) string {
	var b strings.Builder
	b.WriteByte(' ')
	lastLower := false
	for _, r := range column {
		upperCase := r >= 'A' && r <= 'Z'
		letter := upperCase || r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
		if !letter || upperCase && lastLower {
			b.WriteByte(' ')
		}
		if letter {
			b.WriteRune(r)
		}
		lastLower = letter && !upperCase
	}
	b.WriteByte(' ')
	return string(lexicon.Fold(nil, b.String()))
}

// hideQuoted replaces what stands between double quotes.
func hideQuoted(sentence string, kind Kind) string {
	var b strings.Builder
	for {
		from := strings.IndexByte(sentence, '"')
		if from < 0 {
			break
		}
		n := strings.IndexByte(sentence[from+1:], '"')
		if n < 0 {
			break
		}
		b.WriteString(sentence[:from+1])
		b.WriteString(kind.Placeholder())
		sentence = sentence[from+1+n:]
		b.WriteByte('"')
		sentence = sentence[1:]
	}
	return b.String() + sentence
}
