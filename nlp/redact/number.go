package redact

import (
	"strings"

	"psims/nlp/lexicon"
)

// digitRun takes the tokens from i whose digits belong together, as far as most
// digits. gaps says what may stand between two of them.
func (s *scan) digitRun(i, most int, gaps func(gap) bool) (end, total int) {
	for end = i; end < len(s.toks); end++ {
		t := &s.toks[end]
		n := int(t.end - t.start)
		if t.shape != digits || end > i && !gaps(t.gap) || total+n > most {
			break
		}
		total += n
	}
	return end, total
}

func tight(g gap) bool { return g == gapSpace || g == gapHyphen || g == gapDot || g == gapNone }

// numberAt tries every recogniser of numbers at token i and gives the token
// after what was found, or i.
func (s *scan) numberAt(i int) int {
	called := s.context(i)
	if called == keyReference { // the general word: the shapes know better
		if end := s.shapedAt(i); end > i {
			return end
		}
	}
	for _, key := range [...]keyword{called, s.contextBehind(i)} {
		if end := s.valueAt(i, key); end > i {
			return end
		}
	}
	if end := s.shapedAt(i); end > i {
		return end
	}
	for _, try := range []func(*scan, int) int{(*scan).addressAt, (*scan).oldDateAt, (*scan).longNumberAt} {
		if end := try(s, i); end > i {
			return end
		}
	}
	return i
}

// shapedAt tries the recognisers that go by the shape of a number.
func (s *scan) shapedAt(i int) int {
	for _, try := range []func(*scan, int) int{(*scan).postcodeAt, (*scan).registrationAt, (*scan).insuranceAt, (*scan).bareNHSAt, (*scan).phoneAt} {
		if end := try(s, i); end > i {
			return end
		}
	}
	return i
}

// valueAt reads the value at token i that a context has announced.
func (s *scan) valueAt(i int, key keyword) int {
	switch key {
	case keyNHS:
		if end, n := s.digitRun(i, 12, func(g gap) bool { return tight(g) || g == gapSlash || g == gapLine }); n >= 8 {
			return s.add(NHSNumber, i, s.trimRun(i, end, 10))
		}
	case keyPhone, keyContact:
		return s.phoneInContext(i)
	case keyExtension, keyBleeped, keyInternal:
		return s.extensionAt(i, key)
	case keyPIN:
		if s.toks[i].shape != alnum && !(i+1 < len(s.toks) && s.toks[i+1].shape == alnum && s.toks[i].end-s.toks[i].start == 2 && s.digitsAhead(i) == 6) {
			return i
		}
	}
	if n, ok := codeDigits[key]; ok {
		return s.codeAt(i, contextKinds[key], n.least, n.most)
	}
	return i
}

// codeDigits says how many digits a code has that is read by codeAt; a digit more
// or less than the register issues allows for a slip.
var codeDigits = map[keyword]struct{ least, most int }{
	keyGMC: {6, 8}, keyHCPC: {4, 7}, keyRegister: {5, 8}, keyRegistered: {5, 8}, keyNMC: {5, 8}, keyPIN: {5, 8},
	keyPractice: {5, 8},
	keyMRN:      {4, 14}, keyHospital: {4, 14}, keyUnit: {6, 14}, keyAccession: {4, 16}, keyReference: {4, 16},
}

// trimRun shortens a run of digits to the tokens that make exactly want digits, if some do.
func (s *scan) trimRun(i, end, want int) int {
	total := 0
	for j := i; j < end; j++ {
		if total += int(s.toks[j].end - s.toks[j].start); total == want {
			return j + 1
		}
	}
	return end
}

// codeAt takes a code of letters and digits at token i with at least and at
// most so many digits, and the letters just before it. Groups may be parted by
// blanks, strokes, stops, hyphens and a line break.
func (s *scan) codeAt(i int, kind Kind, least, most int) int {
	count, end := s.digitsIn(i), i+1
	if s.unit(i) {
		return i
	}
	stroked := false // a stroke in a code: what looks like a date is its end
	for first := count; end < len(s.toks) && s.loose(end); end++ {
		t := &s.toks[end]
		n := s.digitsIn(end)
		blank := t.gap == gapSpace || t.gap == gapLine || t.gap == gapOther
		letters := n == 0 && t.end-t.start <= 3 && (t.shape == initial || t.shape == upper || t.shape == lower && t.end-t.start == 1)
		short := n > 0 && n <= 4 && first <= 4 && (s.toks[end-1].gap != gapSpace || count < most/2+2 || end == i+1)
		stroked = stroked || strings.Contains(s.text[s.toks[end-1].end:t.start], "/")
		switch between := s.text[s.toks[end-1].end:t.start]; {
		case n == 0 && letters && count >= least && t.end-t.start == 1 && between == " .":
			continue
		case n == 0 && (t.gap == gapDotSp || t.gap == gapLine):
		case stroked && n > 0 && n <= 2 && t.gap == gapSpace && s.dated(end) && count+n <= most:
			count += n
			continue
		case count+n > most, t.taken, n == 0 && !letters, n == 0 && blank && !s.codeGoesOn(end):
		case !blank && (n > 0 || letters), n == 0, count < least+2 && !s.unit(end) && (!s.dated(end) || count < least), short && !s.unit(end) && !s.dated(end):
			count += n
			continue
		}
		break
	}
	if count < least {
		return i
	}
	start := i
	for start > 0 && i-start < 2 && s.loose(start) && s.prefixOf(start) {
		start--
	}
	s.addTokens(kind, start, end)
	return end
}

// prefixOf reports whether the token before token i may be the letters with which
// its code begins.
func (s *scan) prefixOf(i int) bool {
	t := &s.toks[i-1]
	if t.slip != keyNone || t.taken {
		return false
	}
	glued := s.toks[i].gap == gapHyphen || s.toks[i].gap == gapSlash || s.toks[i].gap == gapDot && t.key == keyNone
	return s.prefixLetters(i-1) || glued && t.shape == lower && t.end-t.start <= 3 && t.key == keyNone
}

// codeGoesOn reports whether digits follow the letters at token i of a code.
func (s *scan) codeGoesOn(i int) bool {
	return i+1 < len(s.toks) && s.loose(i+1) && s.digitsIn(i+1) > 0 && s.toks[i].shape != lower
}

// digitsIn counts the digits of a token.
func (s *scan) digitsIn(i int) int {
	n := 0
	for _, c := range []byte(s.word(i)) {
		if byteClass[c] == isDigit {
			n++
		}
	}
	return n
}

// dated reports whether token i begins a date or a time of day.
func (s *scan) dated(i int) bool {
	if i+1 >= len(s.toks) || s.toks[i+1].shape != digits {
		return false
	}
	g := s.toks[i+1].gap
	if s.toks[i+1].end-s.toks[i+1].start > 4 {
		return false
	}
	return g == gapSlash || g == gapColon || g == gapDot || g == gapHyphen
}

// unit reports whether token i is a quantity: digits with a unit, or before one.
func (s *scan) unit(i int) bool {
	if s.toks[i].shape == digits {
		if i+1 < len(s.toks) && s.toks[i+1].gap <= gapSpace {
			return units[s.foldOf(i+1)]
		}
		return false
	}
	w := s.foldOf(i)
	n := 0
	for n < len(w) && byteClass[w[n]] == isDigit {
		n++
	}
	return n > 0 && units[w[n:]]
}

var units = set("mg mcg g kg ml mls l litre litres cm mm m hr hrs hour hours min mins minutes minute days day weeks week months years year yrs yr degrees deg units iu mmol kcal kpa mmhg bpm times pts patients st nd rd th am pm gy ug ng lt ft od bd tds qds")

// registrationAt recognises the shapes that need no context: an NMC PIN (two
// digits, a letter for the month, four digits, a letter for the country) and an
// HCPC number of the commonest professions.
func (s *scan) registrationAt(i int) int {
	t := &s.toks[i]
	if t.shape != alnum || s.ofThing(i) {
		return i
	}
	w := s.foldOf(i)
	switch {
	case len(w) == 8 && pattern(w, "00a0000a") && w[2] <= 'l' && oneOf(w[7], "eswnioc"):
		return s.add(NMCNumber, i, i+1)
	case (len(w) == 7 || len(w) == 8) && pattern(w[2:], "000000"[:len(w)-2]) && (w[:2] == "ra" || w[:2] == "ph" || w[:2] == "pa") && s.capitals(i):
		return s.add(HCPCNumber, i, i+1)
	}
	return i
}

// longNumberAt takes a number that nothing announces but that is too long for a
// measure, a time or a date: seven digits or more, or six and up to four letters.
// The numbers of things are called lot, serial or the like.
func (s *scan) longNumberAt(i int) int {
	t, n := &s.toks[i], s.digitsIn(i)
	letters := int(t.end-t.start) - n
	if n < 6 || n > 14 || letters == 0 && n < 7 || letters > 4 || s.unit(i) || s.ofThing(i) || s.before(i, '\xa3') || s.nextGap(i) == gapDot && s.dated(i) {
		return i
	}
	if _, _, full := s.dateAt(i, false); full || letters == 0 && n == 8 && dayFirst(s.word(i)) {
		return i // 12032024 may be the day of the event
	}
	return s.add(Reference, i, i+1)
}

// dayFirst reports whether eight digits are a day, a month and a year of this
// century, or the same with the year first.
func dayFirst(w string) bool {
	month := func(m string) bool { return m >= "01" && m <= "12" }
	day := func(d string) bool { return d >= "01" && d <= "31" }
	return day(w[:2]) && month(w[2:4]) && w[4:6] == "20" || w[:2] == "20" && month(w[4:6]) && day(w[6:])
}

// insuranceAt recognises a national insurance number: AB123456C, also spaced in pairs.
func (s *scan) insuranceAt(i int) int {
	if w := s.foldOf(i); len(w) == 9 && pattern(w, "aa000000a") && w[8] <= 'd' && !s.ofThing(i) {
		return s.add(InsuranceNumber, i, i+1)
	}
	if i == 0 || i+3 >= len(s.toks) || s.toks[i-1].shape != upper || s.toks[i-1].end-s.toks[i-1].start != 2 {
		return i
	}
	last := &s.toks[i+3]
	end, n := s.digitRun(i, 6, tight)
	if n == 6 && end == i+3 && last.shape == initial && last.gap <= gapHyphen && s.text[last.start] <= 'D' {
		s.addTokens(InsuranceNumber, i-1, i+4)
		return i + 4
	}
	return i
}

// pattern reports whether w has digits where p has 0 and letters where p has a.
func pattern(w, p string) bool {
	if len(w) != len(p) {
		return false
	}
	for i := range len(w) {
		if digit := byteClass[w[i]] == isDigit; digit != (p[i] == '0') || !digit && byteClass[w[i]] != isLower {
			return false
		}
	}
	return true
}

func oneOf(c byte, of string) bool {
	for i := range len(of) {
		if of[i] == c {
			return true
		}
	}
	return false
}

// bareNHSAt recognises an NHS number that nothing announces: grouped 3-3-4, or
// ten digits with a right check digit beside a word for a patient. Ten bare
// digits prove nothing: one random number in eleven has a right check digit.
func (s *scan) bareNHSAt(i int) int {
	t := &s.toks[i]
	if t.shape != digits {
		return i
	}
	switch t.end - t.start {
	case 10:
		if validNHS(s.word(i)) && s.besidePatient(i) && !s.ofThing(i) {
			return s.add(NHSNumber, i, i+1)
		}
	case 3:
		if i+2 >= len(s.toks) {
			return i
		}
		b, c := &s.toks[i+1], &s.toks[i+2]
		if b.shape != digits || c.shape != digits || b.end-b.start != 3 || c.end-c.start != 4 || b.gap != c.gap || b.gap != gapSpace && b.gap != gapHyphen && b.gap != gapDot {
			return i
		}
		if s.digitsBeside(i, i+3, b.gap) || s.ofThing(i) {
			return i
		}
		all := s.word(i) + s.word(i+1) + s.word(i+2)
		// With a wrong check digit only the ranges in use count (4, 6, 7 and the test range 9).
		if validNHS(all) || oneOf(all[0], "4679") {
			return s.add(NHSNumber, i, i+3)
		}
	}
	return i
}

// digitsBeside reports whether more digits are joined to the tokens i to end by the same gap.
func (s *scan) digitsBeside(i, end int, g gap) bool {
	before := i > 0 && s.toks[i].gap == g && s.toks[i-1].shape == digits
	after := end < len(s.toks) && s.toks[end].gap == g && s.toks[end].shape == digits
	return before || after
}

// besidePatient reports whether a word for a patient or a placeholder stands
// within three tokens before token i, or "NHS" after it.
func (s *scan) besidePatient(i int) bool {
	for j := i - 1; j >= max(0, i-3); j-- {
		t := &s.toks[j]
		if t.shape == placeholder || t.class.Has(lexicon.Subject) {
			return true
		}
		if s.toks[j+1].gap == gapOther {
			return false
		}
	}
	return s.nextKey(i+1) == keyNHS
}

// validNHS checks ten digits by modulus 11: weights 10 to 2 on the first nine, 11
// minus the remainder is the tenth, 11 counts as 0 and 10 is never issued.
//
// Source: NHS Data Model and Dictionary, NHS NUMBER.
func validNHS(d string) bool {
	sum := 0
	for i := range 9 {
		sum += int(d[i]-'0') * (10 - i)
	}
	check := 11 - sum%11
	return check != 10 && check%11 == int(d[9]-'0')
}
