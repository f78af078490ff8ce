package text

// isoDate reads 2013-04-03, 2013/4/3 or 2013.04.03, with a time after T if there is one.
func isoDate(s string, i, j int) (end int, ok bool) {
	if j-i != 4 || j+3 >= len(s) || !dateMark(s[j]) {
		return 0, false
	}
	k := digits(s, j+1)
	if !between(s[j+1:k], 1, 12) || k >= len(s) || s[k] != s[j] {
		return 0, false
	}
	end = digits(s, k+1)
	if !between(s[k+1:end], 1, 31) {
		return 0, false
	}
	if end+3 < len(s) && s[end] == 'T' && classes[s[end+1]]&classDigit != 0 {
		h := digits(s, end+1)
		if stop, ok := clock(s, end+1, h); ok {
			end = stop
			if end < len(s) && s[end] == 'Z' {
				end++
			}
		}
	}
	return end, true
}

// datePart reads dates that begin with the day (or, as elsewhere, the month):
// 3/4/2013, 03-Apr-13, 3 April 2013.
func datePart(s string, i, j int) (end int, ok bool) {
	if !between(s[i:j], 1, 31) || j >= len(s) {
		return 0, false
	}
	if dateMark(s[j]) && j+1 < len(s) {
		if classes[s[j+1]]&classDigit != 0 {
			return dayMonthYear(s, i, j)
		}
		if m := month(s, j+1); m > 0 && m < len(s) && s[m] == s[j] { // 03-Apr-13
			if k := digits(s, m+1); k-m == 3 || k-m == 5 {
				return k, true
			}
		}
	}
	return dayFirst(s, i, j, j)
}

func dayMonthYear(s string, i, j int) (end int, ok bool) {
	k := digits(s, j+1)
	if !between(s[j+1:k], 1, 31) || k >= len(s) || s[k] != s[j] {
		return 0, false
	}
	if !between(s[i:j], 1, 12) && !between(s[j+1:k], 1, 12) {
		return 0, false
	}
	end = digits(s, k+1)
	if n := end - k - 1; n != 2 && n != 4 {
		return 0, false
	}
	return end, true
}

// dayFirst reads a month, and a year if there is one, after the day from i to j
// whose suffix ends at byte k: 3 April, 3rd of April 2013, 3Apr13.
func dayFirst(s string, i, j, k int) (end int, ok bool) {
	if !between(s[i:j], 1, 31) {
		return 0, false
	}
	k = blanks(s, k)
	if k+3 < len(s) && s[k]|0x20 == 'o' && s[k+1]|0x20 == 'f' && s[k+2] == ' ' {
		k = blanks(s, k+2)
	}
	m := month(s, k)
	if m == 0 {
		return 0, false
	}
	return year(s, m), true
}

// monthFirst gives the end of the date that starts with the word from i to end,
// or 0: April 2013, Apr 3, April 3rd, 2013.
func monthFirst(s string, i, end int) int {
	k := end
	if s[k] == '.' {
		k++
	}
	k = blanks(s, k)
	if k >= len(s) || classes[s[k]]&classDigit == 0 || month(s, i) != end {
		return 0
	}
	if y := year(s, end); y > end {
		return y
	}
	j := digits(s, k)
	if !between(s[k:j], 1, 31) {
		return 0
	}
	if o := ordinal(s, j); o > 0 {
		j = o
	}
	if j < len(s) && (classes[s[j]]&(classLetter|classHigh) != 0 || (s[j] == ':' || s[j] == '.') && j+1 < len(s) && classes[s[j+1]]&classDigit != 0) {
		return 0
	}
	return year(s, j)
}

// year gives the end of a year of four digits after byte j, a comma and blanks
// between allowed, or of two digits directly at j; j itself when there is none.
func year(s string, j int) int {
	if k := digits(s, j); k-j == 2 || k-j == 4 {
		return k
	}
	k := j
	if k < len(s) && (s[k] == ',' || s[k] == '.') {
		k++
	}
	k = blanks(s, k)
	if e := digits(s, k); e-k == 4 && (s[k:k+2] == "19" || s[k:k+2] == "20") && (e == len(s) || classes[s[e]]&classLetter == 0) {
		return e
	}
	return j
}

// clock reads 03:10, 3:10pm, 03:10:22, 0310hrs, 3pm: the digits from i to j begin it.
func clock(s string, i, j int) (end int, ok bool) {
	if j < len(s) && s[j] == ':' && j-i <= 2 && between(s[i:j], 0, 24) {
		k := digits(s, j+1)
		if k-j != 3 || !between(s[j+1:k], 0, 59) {
			return 0, false
		}
		if k+2 < len(s) && s[k] == ':' {
			if e := digits(s, k+1); e-k == 3 {
				k = e
			}
		}
		if e, ok := meridiem(s, i, k); ok {
			return e, true
		}
		return k, true
	}
	if j-i == 4 && between(s[i:i+2], 0, 24) && between(s[i+2:j], 0, 59) { // 0310hrs
		if e := hours(s, blanks(s, j)); e > 0 {
			return e, true
		}
	}
	return 0, false
}

// meridiem reads am, pm or hrs after the clock time from i to j (3, 3.10, 03:10).
func meridiem(s string, i, j int) (end int, ok bool) {
	d := digits(s, i)
	if !between(s[i:d], 0, 24) || d < j && (j-d != 3 && j-d != 6 || s[d] != '.' && s[d] != ':') {
		return 0, false
	}
	k := blanks(s, j)
	if d < j {
		if e := hours(s, k); e > 0 {
			return e, true
		}
	}
	if k+2 <= len(s) {
		if w := lower2(s, k); (w == "am" || w == "pm") && (k+2 == len(s) || classes[s[k+2]]&(classAlnum|classHigh) == 0) {
			return k + 2, true
		}
	}
	if k+4 <= len(s) && (s[k]|0x20 == 'a' || s[k]|0x20 == 'p') && s[k+1] == '.' && s[k+2]|0x20 == 'm' && s[k+3] == '.' {
		return k + 4, true
	}
	return 0, false
}

// hours gives the end of h, hr or hrs at byte k, or 0.
func hours(s string, k int) int {
	for _, w := range [...]string{"hours", "hrs", "hr", "h"} {
		if len(s)-k >= len(w) && equalFold(s[k:k+len(w)], w) && (k+len(w) == len(s) || classes[s[k+len(w)]]&(classAlnum|classHigh) == 0) {
			return k + len(w)
		}
	}
	return 0
}

func dateMark(c byte) bool { return c == '/' || c == '-' || c == '.' }

// between says whether the one or two digits of s make a number from lo to hi.
func between(s string, lo, hi int) bool {
	if len(s) == 0 || len(s) > 2 {
		return false
	}
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n >= lo && n <= hi
}

// blanks skips at most two spaces from byte k.
func blanks(s string, k int) int {
	for stop := k + 2; k < len(s) && k < stop && s[k] == ' '; k++ {
	}
	return k
}

var months = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept"}

// month gives the end of the month's name, whole or its first three letters, at
// byte k, or 0.
func month(s string, k int) int {
	e := k
	for e < len(s) && e-k < 10 && classes[s[e]]&classLetter != 0 {
		e++
	}
	if e-k < 3 || e < len(s) && classes[s[e]]&(classLetter|classHigh) != 0 {
		return 0
	}
	for _, m := range months {
		if equalFold(s[k:e], m) || e-k == 3 && equalFold(s[k:e], m[:3]) {
			return e
		}
	}
	return 0
}

// equalFold compares letters in any case with w in lower case.
func equalFold(s, w string) bool {
	if len(s) != len(w) {
		return false
	}
	for i := range len(s) {
		if s[i]|0x20 != w[i] {
			return false
		}
	}
	return true
}
