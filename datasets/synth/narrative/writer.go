package narrative

import (
	"strconv"

	"psims/datasets/synth/chance"
)

// Text is a narrative. It is valid until the writer's next call.
type Text struct {
	Bytes []byte
	Marks []Mark // the planted identifiers, in order
	Told  bool   // whether the text tells what came of it
}

// Mark is the place of a planted identifier: Bytes[Start:End].
type Mark struct {
	Kind       Kind
	Start, End int
}

// Writer writes narratives, one after the other. It is not safe for several
// goroutines; its memory is used again for each text.
type Writer struct {
	g   *Grammar
	src *chance.Source
	c   *Case
	st  *Style
	dom *domain

	buf      []byte
	out      []byte
	marks    []Mark
	from     int // where the fragment in hand begins
	clock    int // the last time that was named, in minutes
	mentions int // of the patient
	spoken   int // the length of the text with the space after the last pronoun
	noun     seq
	still    *chance.Source // for what a case says the same way each time
	used     []*node        // fragments that this text has already, by their first node
	plan     plan
	told     bool // what came of it
	last     part // of the fragments written
}

// NewWriter returns a writer of g's narratives.
func (g *Grammar) NewWriter() *Writer { return &Writer{g: g, still: chance.New(0)} }

// begin forgets the last text.
func (w *Writer) begin(src *chance.Source, c *Case, st *Style) {
	w.src, w.c, w.st = src, c, st
	w.dom = w.g.domains[c.domain]
	w.buf, w.marks, w.used = w.buf[:0], w.marks[:0], w.used[:0]
	w.from, w.clock, w.mentions, w.spoken, w.plan, w.told = 0, c.Minute, 0, -1, plan{}, false
	nouns := w.dom.nouns
	if c.AgeDays < 16*365 && c.AgeDays > 28 && c.domain != "neonatal" {
		nouns = w.g.domains["child"].nouns
	}
	w.noun = nouns.alts[src.Intn(len(nouns.alts))]
}

// text appends s, so that spaces never double and none stands before a comma.
func (w *Writer) text(s string) {
	if s == "" {
		return
	}
	n := len(w.buf)
	if n == w.from {
		if s[0] == ' ' || s[0] == ',' {
			s = s[1:]
			if s != "" && s[0] == ' ' {
				s = s[1:]
			}
		}
	} else if w.buf[n-1] == ' ' {
		switch s[0] {
		case ' ':
			s = s[1:]
		case ',', '.', ';', ')':
			w.buf = w.buf[:n-1]
		}
	}
	w.buf = append(w.buf, s...)
}

func (w *Writer) number(n int) { w.text(strconv.Itoa(n)) }

// seq writes the nodes of a fragment.
func (w *Writer) seq(s seq) {
	for i := range s {
		n := &s[i]
		switch n.op {
		case opText:
			w.text(n.text)
		case opDrop:
			// After a pronoun even the hasty write the verb.
			if w.st.Drop == 0 || len(w.buf) == w.spoken && n.text[0] != 't' && n.text[0] != 'a' || w.src.Float() >= w.st.Drop {
				w.text(n.text)
			}
		case opLexeme:
			w.text(w.lexeme(n.a))
		case opChoose:
			w.seq(n.alts[w.src.Intn(len(n.alts))])
		case opRule:
			r := &w.g.rules[n.a]
			w.seq(r.alts[w.src.Intn(len(r.alts))])
		case opVariable:
			v := &w.c.Scenario.vars[n.a]
			w.same(v.values[w.c.picked[n.a]][n.b], uint64(w.c.bed)+uint64(n.a*8+n.b))
		case opValue:
			w.value(value(n.a), n.b, n.c)
		}
	}
}

// same writes a fragment with the choices that key settles.
func (w *Writer) same(s seq, key uint64) {
	src := w.src
	w.still.Reset(key)
	w.src = w.still
	w.seq(s)
	w.src = src
}

// lexeme picks the form of a word. A writer mostly keeps to one form.
func (w *Writer) lexeme(i int) string {
	forms := w.g.lexicon.forms[i]
	h := (w.st.hand + uint32(i)*2654435761) * 2246822519
	if w.src.Uint64()&15 == 0 {
		h = uint32(w.src.Uint64())
	}
	if float64(h>>16&0xffff) >= w.st.Abbreviate*65536 {
		return forms[0]
	}
	return forms[1+int(h&0xffff)%(len(forms)-1)]
}

// pick writes one of a rule's alternatives, one that this text doesn't have yet
// if three draws find it. It reports whether there was one. few is the number of
// whole sentences at which notes are as likely as they are, for a writer of prose;
// 0 for none.
func (w *Writer) pick(r *rule, few float64) bool {
	alts := r.alts
	if n := float64(len(r.prose)); n > 0 {
		// Where there are few sentences, notes are mixed in, so that none is worn out.
		if len(alts) == 0 || w.src.Bool(w.st.Prose*n/(n+few)) {
			alts = r.prose
		}
	}
	if len(alts) == 0 {
		return false
	}
	for range 4 {
		s := alts[w.src.Intn(len(alts))]
		if len(s) == 0 || w.has(&s[0]) {
			continue
		}
		w.used = append(w.used, &s[0])
		w.seq(s)
		return true
	}
	return false
}

func (w *Writer) has(n *node) bool {
	for _, u := range w.used {
		if u == n {
			return true
		}
	}
	return false
}

// value writes a value of the case.
func (w *Writer) value(v value, lo, hi int) {
	c, src := w.c, w.src
	switch v {
	case valuePatient:
		w.patient(lo == 1)
	case valueHe:
		if w.mentions == 0 {
			w.patient(false)
			return
		}
		w.subject()
	case valueHim:
		if w.mentions == 0 || src.Bool(.4) {
			w.patientNoun()
			return
		}
		w.text(c.pronoun("him", "her"))
	case valueHis:
		w.text(c.pronoun("his", "her"))
	case valueHimself:
		w.text(c.pronoun("himself", "herself"))
	case valuePossess:
		w.patientNoun()
		w.text("'s")
	case valueAge, valueAnAge:
		if v == valueAnAge {
			w.article()
		}
		w.mentions++
		w.describeAge()
	case valueYears:
		w.number(c.Years())
	case valueNurse, valueDoctor, valueRelative:
		w.role(v)
	case valueWard:
		w.same(c.Specialty.wards.alts[int(c.ward)%len(c.Specialty.wards.alts)], uint64(c.ward))
	case valueOther:
		s := c.Specialty
		for _, o := range [2]*Specialty{w.otherWard(), w.otherWard()} {
			if o.Domain == s.Domain {
				s = o
			}
		}
		w.seq(s.wards.alts[src.Intn(len(s.wards.alts))])
	case valueBed:
		w.bed()
	case valueDiagnosis:
		w.same(c.Specialty.diagnoses.alts[int(c.diagnosis)%len(c.Specialty.diagnoses.alts)], uint64(c.diagnosis))
	case valueSide:
		side := "left"
		if c.right {
			side = "right"
		}
		if w.st.Drop > 0 && src.Bool(.5) {
			side = map[string]string{"left": "L", "right": "R"}[side]
		}
		w.text(side)
	case valueTime, valueLater, valueEarlier, valueDate, valueWeekday:
		w.when(v)
	case valueNumber:
		w.number(src.Between(lo, hi))
	default:
		if v >= valueNHS {
			w.identifier(v)
			return
		}
		w.measure(v)
	}
}

func (w *Writer) otherWard() *Specialty {
	s := w.c.Scenario.specialties
	return s[w.src.Intn(len(s))]
}

func (c *Case) pronoun(he, she string) string {
	if c.Female {
		return she
	}
	return he
}

// patient writes the patient as the subject of a sentence.
func (w *Writer) patient(modified bool) {
	w.mentions++
	if w.plan.patient && w.src.Bool(.7) {
		w.plan.patient = false
		w.patientName(true)
		return
	}
	if w.mentions > 1 && !modified && w.src.Bool(.4) {
		w.subject()
		return
	}
	w.patientNoun()
}

func (w *Writer) subject() {
	w.text(w.c.pronoun("he", "she"))
	w.spoken = len(w.buf) + 1
}

func (w *Writer) patientNoun() {
	w.mentions++
	if w.st.Drop == 0 || w.src.Float() > w.st.Drop {
		w.text("the ")
	}
	w.seq(w.noun)
}

func (w *Writer) bed() {
	n := w.c.bed
	k := strconv.Itoa(int(n>>8)%28 + 1)
	switch n % 6 {
	case 0, 1:
		w.text("bed " + k)
	case 2:
		w.text("bay " + string(rune('A'+n>>4%6)))
	case 3:
		w.text("bay " + strconv.Itoa(int(n>>8)%6+1) + " bed " + strconv.Itoa(int(n>>16)%6+1))
	case 4:
		w.text("side room " + strconv.Itoa(int(n>>8)%9+1))
	default:
		w.text("bed space " + k)
	}
}

// measure writes a clinical measurement or a number of a thing.
func (w *Writer) measure(v value) {
	b := w.src.Between
	switch v {
	case valueBP:
		s := b(104, 178)
		w.text(strconv.Itoa(s) + "/" + strconv.Itoa(s*b(50, 64)/100))
	case valueLowBP:
		s := b(62, 92)
		w.text(strconv.Itoa(s) + "/" + strconv.Itoa(s*b(48, 62)/100))
	case valueHeart:
		w.number(b(96, 148))
	case valueSats:
		w.text(strconv.Itoa(b(71, 91)) + "%")
	case valueNEWS:
		w.number(b(5, 13))
	case valueGCS:
		w.number(b(6, 14))
	case valueTemp:
		w.text(strconv.Itoa(b(37, 39)) + "." + strconv.Itoa(b(5, 9)))
	case valueLowSugar:
		w.text(strconv.Itoa(b(1, 3)) + "." + strconv.Itoa(b(2, 9)))
	case valueHighSugar:
		w.text(strconv.Itoa(b(17, 32)) + "." + strconv.Itoa(b(0, 9)))
	case valueSerial:
		// Six digits at the most, so that no serial reads as an NHS number.
		w.text([]string{"EQ", "MP-", "asset no ", "serial ", "A"}[w.src.Intn(5)] + strconv.Itoa(b(10000, 999999)))
	case valueLot:
		w.text(string(rune('A'+b(0, 25))) + string(rune('A'+b(0, 25))) + strconv.Itoa(b(1000, 99999)))
	}
}

// when writes a time or a day as this writer does.
func (w *Writer) when(v value) {
	switch v {
	case valueDate:
		t := w.c.Occurred.Time()
		w.text(t.Format([]string{"2/1/06", "02/01/2006", "2.1.06", "2 January", "02/01", "2nd Jan"}[int(w.st.hand>>3)%5]))
		return
	case valueWeekday:
		w.text(w.c.Occurred.Time().Weekday().String())
		return
	case valueLater:
		w.clock += w.src.Between(4, 75)
	}
	m := w.clock
	switch v {
	case valueTime:
		m = w.c.Minute
	case valueEarlier:
		m = w.c.Minute - w.src.Between(20, 300)
	}
	m = (m + 2880) % 1440
	h, min := m/60, m%60
	if w.st.hand&1 == 0 {
		min = min / 5 * 5
	}
	var b [12]byte
	t := b[:0]
	two := func(n int) { t = append(t, byte('0'+n/10), byte('0'+n%10)) }
	form := int(w.st.hand>>5) % 7
	if form == 5 {
		t = strconv.AppendInt(t, int64((h+11)%12+1), 10)
		t = append(t, '.')
		two(min)
		t = append(t, "ap"[h/12], 'm')
		w.buf = append(w.buf, t...)
		return
	}
	two(h)
	if sep := []string{":", "", ".", ":", "", "", ":"}[form]; sep != "" {
		t = append(t, sep...)
	}
	two(min)
	w.buf = append(w.buf, t...)
	if form == 1 || form == 4 {
		w.buf = append(w.buf, "hrs"...)
	}
}
