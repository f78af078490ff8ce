package redact

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Kind says what kind of identifier a span is.
type Kind uint8

const (
	Name Kind = iota
	NHSNumber
	Phone
	Extension
	Email
	Link
	Postcode
	Address
	DateOfBirth
	HospitalNumber
	GMCNumber
	NMCNumber
	HCPCNumber
	Registration
	InsuranceNumber
	AccessionNumber
	Reference
	PracticeCode
	Hospital
	KindCount // how many there are
)

// kinds is the one table of kinds: String, Placeholder, the counts and the documentation use it.
var kinds = [KindCount]struct{ name, what string }{
	Name:            {"NAME", "a person's name or initials; the title before it stays"},
	NHSNumber:       {"NHS-NUMBER", "an NHS, CHI or Health and Care number"},
	Phone:           {"PHONE", "a telephone or fax number"},
	Extension:       {"EXTENSION", "an extension, bleep or pager number"},
	Email:           {"EMAIL", "an e-mail address"},
	Link:            {"WEB-LINK", "a web address"},
	Postcode:        {"POSTCODE", "a full postcode, or half of one that is called a postcode"},
	Address:         {"ADDRESS", "house number and street"},
	DateOfBirth:     {"DATE-OF-BIRTH", "a date that is called a date of birth, or stands beside a name and lies before 2003"},
	HospitalNumber:  {"HOSPITAL-NUMBER", "a number that is called a hospital, patient, unit or case-note number"},
	GMCNumber:       {"GMC-NUMBER", "a doctor's registration number"},
	NMCNumber:       {"NMC-NUMBER", "a nurse's or midwife's registration PIN"},
	HCPCNumber:      {"HCPC-NUMBER", "an allied health professional's registration number"},
	Registration:    {"REGISTRATION-NUMBER", "a pharmacist's, dentist's, optician's or social worker's registration number"},
	InsuranceNumber: {"NI-NUMBER", "a national insurance number"},
	AccessionNumber: {"ACCESSION-NUMBER", "a number that is called an accession, laboratory, specimen, sample, request or episode number"},
	Reference:       {"REFERENCE", "a number that is called a crime, police, staff, payroll, passport, licence or complaint number, or only a number"},
	PracticeCode:    {"PRACTICE-CODE", "the code of a general practice or practitioner"},
	Hospital:        {"HOSPITAL", "the name of a hospital, practice or home, if the settings say so"},
}

// Kinds lists every kind.
func Kinds() []Kind {
	out := make([]Kind, KindCount)
	for i := range out {
		out[i] = Kind(i)
	}
	return out
}

// String gives the name used in every output, such as NHS-NUMBER.
func (k Kind) String() string {
	if k < KindCount {
		return kinds[k].name
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// What says in words what the kind covers.
func (k Kind) What() string { return kinds[k].what }

// Placeholder is what stands in a redacted text for an identifier of this kind.
func (k Kind) Placeholder() string { return placeholders[k] }

var placeholders = func() (out [KindCount]string) {
	for k := range out {
		out[k] = "[" + kinds[k].name + "]"
	}
	return out
}()

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Counts holds how many identifiers of each kind were replaced, never their
// text. The zero value is ready for use; it is not safe for several goroutines:
// give each its own and Add them.
type Counts [KindCount]int64

// Named gives the kinds of which something was removed, by name.
func (c *Counts) Named() map[string]int {
	out := map[string]int{}
	for k, n := range c {
		if n > 0 {
			out[Kind(k).String()] = int(n)
		}
	}
	return out
}

// Add adds the counts of o to c.
func (c *Counts) Add(o Counts) {
	for k, n := range o {
		c[k] += n
	}
}

// Total is the sum over the kinds.
func (c Counts) Total() int64 {
	var sum int64
	for _, n := range c {
		sum += n
	}
	return sum
}

// MarshalJSON writes an object of the kinds that occurred, in alphabetical order.
func (c Counts) MarshalJSON() ([]byte, error) {
	m := make(map[string]int64, KindCount)
	for k, n := range c {
		if n != 0 {
			m[Kind(k).String()] = n
		}
	}
	return json.Marshal(m)
}

// Span is an identifier in a text: text[Start:End], in bytes.
type Span struct {
	Start int  `json:"start"`
	End   int  `json:"end"`
	Kind  Kind `json:"kind"`
}

// Tally counts the placeholders of a redacted text and its other words.
func Tally(text string) (placed, words int) {
	for w := range strings.FieldsSeq(text) {
		n := 0
		for i := 0; i < len(w); i++ {
			if w[i] == '[' && placeholderAt(w[i:]) > 0 {
				n++
			}
		}
		if placed += n; n == 0 {
			words++
		}
	}
	return placed, words
}
