package redact

import "strings"

// calledDateAt reads the date that was called a date of birth and begins at token
// i, however it is parted: "4 / 3 / 32", "12.3.\n1956", "0304\n1956", "the fourth
// of March nineteen thirty two". It gives the token after it, or i.
func (s *scan) calledDateAt(i int) int {
	if end := s.spelledDate(i); end > i {
		return end
	}
	p, n, end := s.readDate(i, func(j int, _ datePart) bool { return s.dateParts(j) })
	if _, full, ok := judgeDate(p[:n]); ok && full {
		return s.cutYear(end, p[n-1])
	}
	return s.cutDigits(i)
}

// dateParts reports whether token j may go on a date: nothing but blanks and one
// mark or two before it.
func (s *scan) dateParts(j int) bool {
	between := s.text[s.toks[j-1].end:s.toks[j].start]
	return len(between) <= 4 && strings.Trim(between, " \t\r\n-./,") == ""
}

// cutYear takes in the rest of a year that a line break cut: "12/03/19\n56".
func (s *scan) cutYear(end int, last datePart) int {
	if end >= len(s.toks) || s.toks[end].shape != digits || s.toks[end].end-s.toks[end].start != 2 {
		return end
	}
	if g := s.toks[end].gap; g == gapLine && last.width == 2 || g == gapDot || g == gapSlash || g == gapHyphen {
		return end + 1 // 12/03/19 56, 9.1 0.95
	}
	return end
}

// cutDigits takes digits that make a date in six or eight together, parted by a
// line break or stops where no part of a date ends.
func (s *scan) cutDigits(i int) int {
	total, j := 0, i
	for j < len(s.toks) && s.toks[j].shape == digits && (j == i || s.dateParts(j)) && total < 8 {
		total += int(s.toks[j].end - s.toks[j].start)
		j++
	}
	if j > i+1 && (total == 8 || total == 6 || total == 7) {
		return j
	}
	return i
}

// oldDateAt takes a whole date of a year before national reporting began: nobody
// reports an event of that day.
func (s *scan) oldDateAt(i int) int {
	if s.toks[i].shape != digits && s.toks[i].shape != alnum && s.toks[i].key != keyMonth || s.ofThing(i) {
		return i
	}
	end, year, full := s.dateAt(i, false)
	if !full || end == i || end < len(s.toks) && s.toks[end].shape == digits && s.toks[end].gap == s.toks[end-1].gap {
		return i
	}
	if year == 0 && end-i == 3 && s.toks[end-1].end-s.toks[end-1].start == 2 { // 11.9.55
		if w := s.word(end - 1); s.toks[end-1].shape == digits && w > "30" {
			year = 1900 + int(w[0]-'0')*10 + int(w[1]-'0')
		}
	}
	if year >= firstBirthYear && year <= lastBirthYear {
		return s.add(DateOfBirth, i, end)
	}
	return i
}

// firstBirthYear is the first year of a date that may be of somebody alive.
const firstBirthYear = 1905

var ordinalWords = set("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth twenty thirty")

var yearWords = set(`nineteen twenty hundred thousand and oh ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen thirty forty
fourty fifty sixty seventy eighty ninety one two three four five six seven eight nine`)

// spelledDate reads a date in words: a day, a month's name and a year.
func (s *scan) spelledDate(i int) int {
	j := i
	for j < len(s.toks) && j < i+3 && (ordinalWords[s.foldOf(j)] || s.foldOf(j) == "the") {
		j++
	}
	if j == i || j >= len(s.toks) {
		return i
	}
	if s.foldOf(j) == "of" {
		j++
	}
	if s.nextKey(j) != keyMonth {
		return i
	}
	for j++; j < len(s.toks) && s.dateParts(j) && (yearWords[s.foldOf(j)] || s.toks[j].shape == digits && s.toks[j].end-s.toks[j].start <= 4); j++ {
	}
	return j
}
