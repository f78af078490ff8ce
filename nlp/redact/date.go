package redact

import (
	"strconv"
	"strings"
)

// birthReach is how many tokens after "born" or "DOB" its date is looked for.
const birthReach = 9

// lastBirthYear is the last year of a date beside a patient's name that is taken
// for a date of birth though nothing calls it so: national reporting began in
// 2003, so that an earlier date is hardly the date of an event.
const lastBirthYear = 2002

// birthAt looks for the date that the keyword at token i announces and gives the
// token after it, or i+1.
func (s *scan) birthAt(i int) int {
	called := s.toks[i].key == keyBirth || s.toks[i].slip == keyBirth || s.dateOfBirth(i)
	// "date of birth" or "DOB" may also stand after its date, in brackets or not.
	for j := i + 1; j < len(s.toks) && j <= i+birthReach; j++ {
		t := &s.toks[j]
		if t.gap == gapOther && !s.soft(j-1) || t.gap == gapDotSp && j > i+1 {
			break
		}
		if t.shape == digits || t.shape == alnum || t.key == keyMonth || ordinalWords[s.foldOf(j)] {
			if end := s.calledDateAt(j); end > j && (called || t.gap <= gapSpace || t.gap == gapOpen || t.gap == gapOther) {
				return s.add(DateOfBirth, j, end)
			}
		}
		if t.shape == digits || t.shape == alnum || t.key == keyMonth {
			if end, _, full := s.dateAt(j, called); end > j && (full || called) {
				return s.add(DateOfBirth, j, end)
			}
			if (called || len(s.word(j)) == 8 && j <= i+2) && t.shape == digits && birthDigits(s.word(j)) {
				return s.add(DateOfBirth, j, j+1)
			}
			continue
		}
		if t.shape == placeholder || t.key == keyBirth {
			break
		}
	}
	if called {
		s.birthBefore(i)
	}
	return i + 1
}

// dateOfBirth reports whether token i is the last word of "date of birth" or "birth date".
func (s *scan) dateOfBirth(i int) bool {
	if s.foldOf(i) != "birth" && s.toks[i].slip != keyBorn {
		return false
	}
	return i >= 2 && s.foldOf(i-1) == "of" || i+1 < len(s.toks) && s.foldOf(i+1) == "date"
}

// birthBefore takes a date that ends right before the keyword at token i:
// "12/03/1956 (DOB)".
func (s *scan) birthBefore(i int) {
	first := i
	for first > 0 && i-first < 3 && (s.toks[first-1].key == keyGlue || s.foldOf(first-1) == "date") {
		first--
	}
	for j := max(0, first-4); j < first; j++ {
		if end, _, full := s.dateAt(j, false); full && end == first && (s.toks[first].gap == gapOpen || s.toks[first].gap == gapSpace) {
			s.add(DateOfBirth, j, end)
			return
		}
	}
}

// birthDigits reports whether w is a date in six or eight digits.
func birthDigits(w string) bool { return len(w) == 6 || len(w) == 8 }

// nameDateAt takes a whole date up to lastBirthYear that follows a placeholder
// for a patient's name or number.
func (s *scan) nameDateAt(i int) int {
	g := s.toks[i+1].gap
	if g != gapSpace && g != gapOpen && g != gapComma && g != gapColon {
		return i + 1
	}
	text := s.word(i)
	if text != placeholders[Name] && text != placeholders[NHSNumber] && text != placeholders[HospitalNumber] {
		return i + 1
	}
	end, year, full := s.dateAt(i+1, false)
	if !full {
		return i + 1
	}
	// A date between a name and a number is a date of birth whatever its year.
	between := end < len(s.toks) && (s.toks[end].key == keyNHS || s.toks[end].key == keyMRN || s.toks[end].shape == placeholder) && (s.toks[end].gap == gapComma || s.toks[end].gap == gapSpace)
	if year > 0 && year <= lastBirthYear || between {
		return s.add(DateOfBirth, i+1, end)
	}
	return i + 1
}

// dateAt reads a date that begins at token i: the token after it, its year when
// that has four digits, and whether day, month and year are all there. loose
// also allows blanks between numbers, and day and month alone.
func (s *scan) dateAt(i int, loose bool) (end, year int, full bool) {
	p, n, end := s.readDate(i, func(j int, last datePart) bool {
		return dateGap(s.toks[j].gap, loose || last.month || last.ordinal || s.toks[j].key == keyMonth || s.toks[i].key == keyMonth && j == i+2)
	})
	year, full, ok := judgeDate(p[:n])
	if !ok || !full && !loose {
		return i, 0, false
	}
	return end, year, full
}

// readDate reads up to three parts of a date from token i: how many they are and
// the token behind them. goesOn says whether token j may follow the last part.
func (s *scan) readDate(i int, goesOn func(j int, last datePart) bool) (p [3]datePart, n, end int) {
	end = i
	for j := i; j < len(s.toks) && n < 3; j++ {
		if j > i && !goesOn(j, p[max(0, n-1)]) {
			break
		}
		if w := s.foldOf(j); j > i && (w == "of" || w == "the") {
			continue
		}
		got := s.datePartAt(j, p[n:])
		if got == 0 {
			break
		}
		n += got
		end = j + 1
	}
	return p, n, end
}

// dateGap reports whether g may stand between the parts of a date. Blanks are
// fine beside a month's name, not between bare numbers.
func dateGap(g gap, blanks bool) bool {
	switch g {
	case gapSlash, gapHyphen, gapDot:
		return true
	case gapSpace, gapComma, gapDotSp, gapNone:
		return blanks
	}
	return false
}

// datePart is one part of a date.
type datePart struct {
	value, width   int
	month, ordinal bool
}

// datePartAt reads token j as one part of a date, or as several when day, month
// and year are written together (12Mar1956), and gives how many.
func (s *scan) datePartAt(j int, into []datePart) int {
	t := &s.toks[j]
	w := s.foldOf(j)
	switch {
	case t.key == keyMonth:
		into[0] = datePart{value: monthOf(w), month: true}
		return 1
	case t.shape == digits && len(w) <= 4:
		v, _ := strconv.Atoi(w) // at most four digits
		into[0] = datePart{value: v, width: len(w)}
		return 1
	case t.shape != alnum:
		return 0
	}
	n := 0
	for n < len(w) && byteClass[w[n]] == isDigit {
		n++
	}
	if n == 0 || n > 2 {
		return 0
	}
	day, _ := strconv.Atoi(w[:n]) // one or two digits
	rest := w[n:]
	if rest == "st" || rest == "nd" || rest == "rd" || rest == "th" {
		into[0] = datePart{value: day, width: n, ordinal: true}
		return 1
	}
	k := strings.IndexAny(rest, "0123456789")
	if k < 0 {
		k = len(rest)
	}
	if keywords[rest[:k]] != keyMonth || len(into) < 2 {
		return 0
	}
	into[0], into[1] = datePart{value: day, width: n}, datePart{value: monthOf(rest[:k]), month: true}
	if year := rest[k:]; year != "" {
		v, err := strconv.Atoi(year)
		if err != nil || len(year) > 4 || len(into) < 3 {
			return 0
		}
		into[2] = datePart{value: v, width: len(year)}
		return 3
	}
	return 2
}

// monthOf gives the number of a month's name.
func monthOf(w string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	return strings.Index(names, w[:3])/3 + 1
}

// judgeDate reports whether the parts are a possible date: its year when that
// has four digits, and whether day, month and year are all there.
func judgeDate(p []datePart) (year int, full, ok bool) {
	// One letter a part: m a month's name, y a year of four digits, n any shorter number.
	var sig [3]byte
	for i, part := range p {
		switch {
		case part.month:
			sig[i] = 'm'
		case part.width == 4 && part.value >= 1890 && part.value <= 2100:
			sig[i], year = 'y', part.value
		case part.width <= 2:
			sig[i] = 'n'
		default:
			return 0, false, false
		}
	}
	day := func(i int) bool { return p[i].value >= 1 && p[i].value <= 31 }
	dayMonth := func(i, j int) bool { return day(i) && day(j) && min(p[i].value, p[j].value) <= 12 }
	switch string(sig[:len(p)]) {
	case "nny", "nnn":
		full = dayMonth(0, 1)
	case "ynn":
		full = dayMonth(1, 2)
	case "nmy", "nmn":
		full = day(0)
	case "mny", "mnn":
		full = day(1)
	case "ymn":
		full = day(2)
	case "nm":
		return 0, false, day(0)
	case "mn":
		return 0, false, day(1)
	case "my":
		return year, false, true
	case "ny":
		return year, false, p[0].value >= 1 && p[0].value <= 12
	case "nn":
		return 0, false, dayMonth(0, 1)
	}
	return year, full, full
}
