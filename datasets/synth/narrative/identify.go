package narrative

import (
	"strconv"
	"strings"

	"psims/datasets/synth/chance"
)

// Kind is the kind of a planted identifier.
//
// All are invented, in ranges that belong to nobody: NHS numbers of the range 999,
// which is kept for tests; telephone numbers that Ofcom keeps for drama (07700
// 900xxx, 020 7946 0xxx, 01632 960xxx); e-mail at example.org, .net and .com
// (RFC 2606); postcodes of the area ZZ99, which the health service uses for "no
// fixed abode" and the like, and of areas QX and XX, which don't exist; names
// joined at random from lists of common ones; numbers of professions and
// hospitals in the usual shape with random digits.
type Kind string

const (
	NHSNumber    Kind = "nhs_number"
	Phone        Kind = "phone"
	Email        Kind = "email"
	Postcode     Kind = "postcode"
	DateOfBirth  Kind = "date_of_birth"
	Hospital     Kind = "hospital_number"
	GMC          Kind = "gmc_number"
	NMC          Kind = "nmc_number"
	StaffName    Kind = "staff_name"
	PatientName  Kind = "patient_name"
	RelativeName Kind = "relative_name"
	Initials     Kind = "initials"
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{NHSNumber, Phone, Email, Postcode, DateOfBirth, Hospital, GMC, NMC, StaffName, PatientName, RelativeName, Initials}
}

// plan says which identifiers a text is to hold; what the account has no place
// for is said in a clause of its own at the end.
type plan struct {
	patient, relative bool
	staff             int
	clause            string // a rule "id.…"; "" for none
}

func drawPlan(src *chance.Source, c *Case) plan {
	var p plan
	switch x := src.Float(); {
	case x < .33:
		p.staff = 1 + src.Intn(2)
	case x < .45:
		p.patient = true
	case x < .51:
		p.relative = true
	case x < .56:
		p.staff, p.patient = 1, true
	default:
		p.clause = idClauses[src.Intn(len(idClauses))]
		p.staff = src.Intn(4) / 3
		p.patient = src.Bool(.25)
	}
	if p.patient && c.AgeDays <= 28 {
		p.patient = false
		p.staff = 1
	}
	return p
}

var idClauses = []string{"id.nhs", "id.nhs", "id.phone", "id.phone", "id.email", "id.postcode", "id.dob", "id.hospital", "id.hospital", "id.gmc", "id.nmc", "id.initials", "id.header"}

// leftover says in clauses of their own what the account had no place for.
func (w *Writer) leftover() {
	if w.plan.clause != "" {
		w.clause(w.plan.clause)
	}
	for range w.plan.staff {
		w.clause("id.staff")
	}
	if w.plan.patient {
		w.clause("id.patient")
	}
	if w.plan.relative {
		w.clause("id.relative")
	}
	w.plan = plan{}
}

func (w *Writer) clause(name string) {
	if len(w.buf) > 0 {
		w.join(course)
	}
	start := len(w.buf)
	w.from = start
	r := &w.g.rules[w.g.names[name]]
	w.seq(r.alts[w.src.Intn(len(r.alts))])
	w.capital(start)
}

// mark appends s and records it as an identifier.
func (w *Writer) mark(k Kind, s string) {
	w.text("") // spacing is settled by what stands before
	start := len(w.buf)
	w.buf = append(w.buf, s...)
	w.marks = append(w.marks, Mark{k, start, len(w.buf)})
}

func digits(src *chance.Source, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + src.Intn(10))
	}
	return string(b)
}

// nhsNumber returns ten digits of the reserved range 999 with a valid check digit.
func nhsNumber(src *chance.Source) string {
	for {
		s := "999" + digits(src, 6)
		sum := 0
		for i := range 9 {
			sum += int(s[i]-'0') * (10 - i)
		}
		check := (11 - sum%11) % 11
		if check < 10 {
			return s + string(rune('0'+check))
		}
	}
}

// identifier writes a planted identifier.
func (w *Writer) identifier(v value) {
	src := w.src
	n := src.Intn
	switch v {
	case valueNHS:
		s := nhsNumber(src)
		switch n(3) {
		case 0:
			s = s[:3] + " " + s[3:6] + " " + s[6:]
		case 1:
			if n(3) == 0 {
				s = s[:3] + "-" + s[3:6] + "-" + s[6:]
			}
		}
		w.mark(NHSNumber, s)
	case valuePhone:
		d := digits(src, 3)
		w.mark(Phone, []string{"07700 900" + d, "07700900" + d, "020 7946 0" + d, "01632 960" + d, "01632960" + d, "+44 7700 900" + d, "07700-900-" + d, "(01632) 960" + d}[n(8)])
	case valueEmail:
		p := drawPerson(src, src.Bool(.6))
		host := []string{"example.org", "example.net", "example.com", "nhs.example.org", "trust.example.net"}[n(5)]
		user := []string{p.first + "." + p.last, p.first[:1] + "." + p.last, p.first + p.last + strconv.Itoa(n(90)), p.last + "." + p.first}[n(4)]
		user = strings.NewReplacer(" ", "", "'", "").Replace(user)
		w.mark(Email, strings.ToLower(user)+"@"+host)
	case valuePostcode:
		in := strconv.Itoa(n(10)) + string("ABDEFGHJLNPQRSTUWXYZ"[n(20)]) + string("ABDEFGHJLNPQRSTUWXYZ"[n(20)])
		out := []string{"ZZ99 ", "ZZ99 ", "QX" + strconv.Itoa(1+n(20)) + " ", "XX" + strconv.Itoa(1+n(30)) + " ", "zz99"}[n(5)]
		w.mark(Postcode, out+in)
	case valueBirth:
		t := w.c.born.Time()
		w.mark(DateOfBirth, t.Format([]string{"02/01/2006", "2/1/06", "02.01.2006", "2 January 2006", "02-01-2006", "2 Jan 2006"}[n(6)]))
	case valueHospital:
		w.mark(Hospital, []string{string(rune('A'+n(26))) + digits(src, 6), "M" + digits(src, 7), digits(src, 6), "H" + digits(src, 5) + string(rune('A'+n(26))), "RX" + digits(src, 6)}[n(5)])
	case valueGMC:
		w.mark(GMC, strconv.Itoa(1+n(8))+digits(src, 6))
	case valueNMC:
		w.mark(NMC, strconv.Itoa(80+n(19))+string("ACDEFGHI"[n(8)])+digits(src, 4)+"E")
	case valueStaffName:
		w.staffName()
	case valuePatientName:
		w.patientName(false)
	case valueRelativeName:
		w.relativeName(w.src.Bool(.6))
	case valueInitials:
		p := w.c.person
		w.mark(Initials, p.first[:1]+[]string{".", "", ". "}[n(3)]+p.last[:1])
	}
}

// role writes a nurse, doctor or relative, by name if one is planted.
func (w *Writer) role(v value) {
	src := w.src
	switch {
	case v == valueRelative:
		w.relative()
	case v == valueDoctor && w.plan.staff > 0:
		w.plan.staff--
		w.text([]string{"Dr ", "Dr ", "Dr. ", "dr ", "consultant ", "Mr ", "Prof ", "registrar Dr ", "Miss "}[src.Intn(9)])
		w.staffName()
	case v == valueNurse && w.plan.staff > 0:
		w.plan.staff--
		title := []string{"Sister ", "SN ", "S/N ", "staff nurse ", "nurse ", "Charge Nurse ", "HCA ", "RN ", "Nurse ", "matron ", "", ""}[src.Intn(12)]
		w.text(title)
		w.staffName()
		if title == "" {
			w.text([]string{" (NIC)", " (RN)", " in charge", " from the site team"}[src.Intn(4)])
		}
	default:
		// Who writes in sentences gives the role its article.
		if w.st.Prose > .5 {
			w.text("the ")
		}
		r := &w.dom.nurse
		if v == valueDoctor {
			r = &w.dom.doctor
		}
		w.seq(r.alts[src.Intn(len(r.alts))])
	}
}

var (
	kin    = []string{"daughter", "daughter", "son", "son", "sister", "brother", "niece", "mother", "partner", "husband", "wife"}
	others = []string{"next of kin", "family", "relatives", "carer", "family"}
)

// relative writes a member of the family, by name if one is planted. A partner's
// word agrees with nothing: couples differ.
func (w *Writer) relative() {
	if !w.plan.relative && w.src.Bool(.4) {
		if w.st.Prose > .5 {
			w.text("the ")
		}
		w.text(others[w.src.Intn(len(others))])
		return
	}
	words := kin
	switch y := w.c.Years(); {
	case y < 18:
		words = []string{"mother", "mum", "father", "dad", "grandmother"}
	case y > 60:
		words = []string{"daughter", "son", "sister", "niece", "husband", "wife", "daughter in law"}
	}
	if w.st.Prose > .5 || w.src.Bool(.5) {
		w.text(w.c.pronoun("his ", "her "))
	}
	word := words[w.src.Intn(len(words))]
	w.text(word)
	if w.plan.relative {
		w.plan.relative = false
		w.text(" ")
		w.relativeName(strings.Contains("daughter in law sister niece mother mum wife grandmother", word))
	}
}

func (w *Writer) staffName() {
	p := drawPerson(w.src, w.src.Bool(.7))
	s := []string{p.last, p.last, p.first + " " + p.last, p.first + " " + p.last, p.first[:1] + " " + p.last, p.first[:1] + ". " + p.last, p.first}[w.src.Intn(7)]
	w.mark(StaffName, w.spelt(s))
}

func (w *Writer) relativeName(female bool) {
	p := drawPerson(w.src, female)
	p.last = w.c.person.last
	w.mark(RelativeName, w.spelt([]string{p.first, p.first, p.first + " " + p.last, p.first + " " + p.last}[w.src.Intn(4)]))
}

func (w *Writer) patientName(subject bool) {
	p := w.c.person
	n := w.src.Intn(8)
	adult := w.c.AgeDays >= 16*365
	if n < 4 && adult {
		title := "Mr "
		if w.c.Female {
			title = []string{"Mrs ", "Mrs ", "Miss ", "Ms "}[w.src.Intn(4)]
		}
		if w.src.Uint64()&7 == 0 {
			title = strings.ToLower(title)
		}
		w.text(title)
	}
	s := []string{p.last, p.last, p.first + " " + p.last, p.first[:1] + " " + p.last, p.first, p.first + " " + p.last, p.first + " " + p.last, p.first}[n]
	if n == 7 && !subject {
		s = strings.ToUpper(p.last) + ", " + p.first
	}
	if !adult && n < 4 {
		s = p.first
	}
	w.mark(PatientName, w.spelt(s))
}

// spelt returns a name as careless writers may write it.
func (w *Writer) spelt(s string) string {
	switch x := w.src.Float(); {
	case x < .07:
		s = strings.ToLower(s)
	case x < .11 && len(s) > 5:
		i := len(s) - 3
		if letter(s[i]) && letter(s[i+1]) {
			s = s[:i] + string(s[i+1]) + string(s[i]) + s[i+2:]
		}
	case x < .14 && len(s) > 5 && letter(s[len(s)-2]):
		s = s[:len(s)-2] + s[len(s)-1:]
	}
	return s
}
