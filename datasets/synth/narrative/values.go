package narrative

import (
	"strconv"

	"psims/datasets/incident"
	"psims/datasets/synth/chance"
)

// value is something that a fragment may name and that belongs to the case.
type value uint8

const (
	valuePatient   value = iota // the patient as a subject; by name if one is planted
	valueHe                     // he or she
	valueHim                    // him or her, or "patient"
	valueHis                    // his or her, or "patient's"
	valueHimself                //
	valuePossess                // patient's
	valueAge                    // "84 year old lady"
	valueAnAge                  // "an 84 year old lady"
	valueYears                  // 84
	valueNurse                  // a nurse or other carer
	valueDoctor                 //
	valueRelative               //
	valueWard                   // the case's ward
	valueOther                  // another ward
	valueBed                    //
	valueTime                   // when it happened
	valueLater                  // a time after the last that was named
	valueEarlier                // a time before it happened
	valueDate                   // the day it happened
	valueWeekday                //
	valueDiagnosis              //
	valueSide                   // left or right, the same throughout
	valueBP                     //
	valueLowBP                  //
	valueHeart                  //
	valueSats                   //
	valueNEWS                   //
	valueGCS                    //
	valueTemp                   //
	valueLowSugar               //
	valueHighSugar              //
	valueNumber                 // <n low high>
	valueSerial                 // of a device: no person's
	valueLot                    // of a drug
	valueNHS                    // the rest are planted identifiers
	valuePhone
	valueEmail
	valuePostcode
	valueBirth
	valueHospital
	valueGMC
	valueNMC
	valueStaffName
	valuePatientName
	valueRelativeName
	valueInitials
)

var values = map[string]value{
	"pt": valuePatient, "he": valueHe, "him": valueHim, "his": valueHis, "himself": valueHimself, "pts": valuePossess,
	"age": valueAge, "anage": valueAnAge, "years": valueYears, "nurse": valueNurse, "doctor": valueDoctor, "relative": valueRelative,
	"ward": valueWard, "otherward": valueOther, "bed": valueBed, "time": valueTime, "later": valueLater, "earlier": valueEarlier,
	"date": valueDate, "weekday": valueWeekday, "dx": valueDiagnosis, "side": valueSide, "bp": valueBP, "lowbp": valueLowBP,
	"hr": valueHeart, "sats": valueSats, "news": valueNEWS, "gcs": valueGCS, "temp": valueTemp, "lowbm": valueLowSugar,
	"highbm": valueHighSugar, "serial": valueSerial, "lot": valueLot,
	"nhs": valueNHS, "phone": valuePhone, "email": valueEmail, "postcode": valuePostcode, "dob": valueBirth, "hospno": valueHospital,
	"gmc": valueGMC, "nmc": valueNMC, "staffname": valueStaffName, "ptname": valuePatientName, "relname": valueRelativeName, "initials": valueInitials,
}

// Case is one invented event: what every account of it has in common.
type Case struct {
	Scenario  *Scenario
	Specialty *Specialty
	AgeDays   int  // as a calendar counts them
	Female    bool //
	Minute    int  // of the day on which it happened
	Occurred  incident.Day
	Grade     int // 0 none … 4 fatal
	domain    string
	ward      uint32
	diagnosis uint32
	bed       uint32
	right     bool
	born      incident.Day
	person    person
	picked    [6]uint8 // the value of each variable of the scenario
}

// NewCase draws what a case has beyond what the caller sets in c.
func (g *Grammar) NewCase(src *chance.Source, c *Case) {
	c.ward, c.diagnosis, c.bed = uint32(src.Uint64()), uint32(src.Uint64()), uint32(src.Uint64())
	c.right = src.Bool(.5)
	c.born = c.Occurred - incident.Day(c.AgeDays)
	c.person = drawPerson(src, c.Female)
	c.domain = c.Scenario.domain
	switch c.domain {
	case "ward", "mental", "community", "practice", "ambulance", "child":
		c.domain = c.Specialty.Domain // the same thing is told otherwise elsewhere
	}
	for i, v := range c.Scenario.vars {
		c.picked[i] = uint8(src.Intn(len(v.values)))
	}
}

// Value returns the case's value of a variable such as "drug" in its first
// spelling, or "" if its scenario has none of that name.
func (g *Grammar) Value(c *Case, name string) string {
	for i, v := range c.Scenario.vars {
		for j, n := range v.names {
			if n == name {
				return g.plain(v.values[c.picked[i]][j])
			}
		}
	}
	return ""
}

// plain writes a fragment without choices in full.
func (g *Grammar) plain(s seq) string {
	out := ""
	for _, n := range s {
		switch n.op {
		case opText, opDrop:
			out += n.text
		case opLexeme:
			out += g.lexicon.forms[n.a][0]
		}
	}
	return out
}

// Years is the age in whole years.
func (c *Case) Years() int { return c.AgeDays * 100 / 36525 }

// describeAge appends "84 year old lady" in one of its forms.
func (w *Writer) describeAge() {
	c := w.c
	y := c.Years()
	n := w.src.Intn(6)
	switch {
	case c.AgeDays <= 28:
		w.text(strconv.Itoa(max(1, c.AgeDays)))
		w.text([]string{" day old baby", " day old", " day old infant", "/7 old baby", " day old neonate", " day old baby"}[n])
		return
	case c.AgeDays < 730:
		w.text(strconv.Itoa(max(1, c.AgeDays/30)))
		w.text([]string{" month old", " month old infant", "/12 old", " month old baby", "m old", " month old child"}[n])
		return
	}
	w.text(strconv.Itoa(y))
	w.text([]string{" year old", " yr old", "yo", " year old", "-year-old", " y/o"}[n])
	adult := [2][]string{
		{" man", " gentleman", " male", " male patient", " gent", " M"},
		{" lady", " woman", " female", " female patient", " lady", " F"},
	}
	child := [2][]string{{" boy", " male", " child"}, {" girl", " female", " child"}}
	sex := 0
	if c.Female {
		sex = 1
	}
	if y < 16 {
		w.text(child[sex][w.src.Intn(3)])
		return
	}
	w.text(adult[sex][w.src.Intn(6)])
}

// article appends "a " or "an " as the number that follows is spoken.
func (w *Writer) article() {
	n := w.c.Years()
	if w.c.AgeDays < 730 {
		n = w.c.AgeDays / 30
		if w.c.AgeDays <= 28 {
			n = w.c.AgeDays
		}
	}
	if n == 8 || n == 11 || n == 18 || n/10 == 8 {
		w.text("an ")
	} else {
		w.text("a ")
	}
}
