package redact

import "strings"

// phoneGap says what may stand between the groups of a telephone number.
func phoneGap(g gap) bool {
	return tight(g) || g == gapOpen || g == gapClose || g == gapSlash || g == gapLine
}

// publicNumbers are called by everyone and name nobody: emergencies, the crash
// call, NHS 111.
var publicNumbers = set("999 111 112 101 119 2222 3333")

// phoneInContext takes the number at token i that was called a telephone number:
// five to fifteen digits.
func (s *scan) phoneInContext(i int) int {
	if publicNumbers[s.word(i)] || s.unit(i) {
		return i
	}
	end, n := s.digitRun(i, 15, phoneGap)
	if n > 11 && s.word(i)[0] == '0' {
		end = s.trimRun(i, end, 11)
	}
	if n < 5 || s.dated(i) && n <= 8 {
		return i
	}
	return s.addPhone(i, end)
}

// phoneAt recognises a British number by its shape: 10 or 11 digits from 01, 02,
// 03, 05, 07, 08 or 09, and any number in the international form.
func (s *scan) phoneAt(i int) int {
	t := &s.toks[i]
	if t.shape != digits || s.ofThing(i) {
		return i
	}
	first := s.word(i)
	if first == "00" || first == "004" {
		if end, n := s.digitRun(i, 15, phoneGap); n >= 12 && n <= 15 && strings.HasPrefix(strings.NewReplacer(" ", "", "-", "", ".", "", "\n", "").Replace(s.text[s.toks[i].start:s.toks[end-1].end]), "0044") {
			return s.addPhone(i, end)
		}
	}
	if s.before(i, '+') || len(first) > 4 && first[:4] == "0044" || first == "0044" {
		end, n := s.digitRun(i, 15, phoneGap)
		if n >= 9 {
			want := 12
			if d := s.digitsOf(i, end); strings.HasPrefix(d, "440") || strings.HasPrefix(d, "0044") {
				want = len(d[:min(len(d), 14)]) // +44 (0)20 …
			}
			return s.addPhone(i, s.trimRun(i, end, want))
		}
		return i
	}
	if len(first) < 2 || first[0] != '0' || !oneOf(first[1], "1235789") {
		return i
	}
	end, n := s.digitRun(i, 11, phoneGap)
	if len(first) == 2 && (n != 11 || end < i+4) || s.shortGroups(i, end) || n != 11 && !(n == 10 && oneOf(first[1], "18") && end > i+1) {
		return i
	}
	if first[1] == '7' && n != 11 || s.clockTimes(i, end) {
		return i
	}
	return s.addPhone(i, end)
}

// digitsOf gives the digits of the tokens from i to end.
func (s *scan) digitsOf(i, end int) string {
	var b strings.Builder
	for j := i; j < end; j++ {
		b.WriteString(s.word(j))
	}
	return b.String()
}

// shortGroups reports whether a group after the first has one digit only.
func (s *scan) shortGroups(i, end int) bool {
	for j := i + 1; j < end; j++ {
		if s.toks[j].end-s.toks[j].start < 2 {
			return true
		}
	}
	return false
}

// clockTimes reports whether every group is a time of day in four digits.
func (s *scan) clockTimes(i, end int) bool {
	for j := i; j < end; j++ {
		if !clockTime(s.word(j)) {
			return false
		}
	}
	return true
}

func clockTime(w string) bool {
	return len(w) == 4 && (w[0] < '2' || w[0] == '2' && w[1] < '4') && w[2] < '6'
}

// addPhone adds the tokens i to end with the plus sign and bracket before them.
func (s *scan) addPhone(i, end int) int {
	from, to := int(s.toks[i].start), int(s.toks[end-1].end)
	if s.before(i, '+') {
		from--
	}
	if from > 0 && s.text[from-1] == '(' {
		for _, c := range []byte(s.text[from:to]) {
			if c == ')' {
				from--
				break
			}
		}
	}
	s.spans = append(s.spans, Span{from, to, Phone})
	return end
}

// before reports whether the byte c stands directly before token i.
func (s *scan) before(i int, c byte) bool {
	at := s.toks[i].start
	return at > 0 && s.text[at-1] == c
}

// extensionAt takes three to six digits that were called an extension or bleep.
// After the verb ("bleeped 1430") a time of day is not one.
func (s *scan) extensionAt(i int, key keyword) int {
	w := s.word(i)
	if s.toks[i].shape != digits || publicNumbers[w] || s.unit(i) || key == keyBleeped && clockTime(w) {
		return i
	}
	end, n := i+1, len(w)
	if n <= 3 || end < len(s.toks) && (s.toks[end].gap == gapHyphen || s.toks[end].gap == gapDot) {
		for end < len(s.toks) && s.toks[end].shape == digits && s.loose(end) && n < 5 && s.toks[end].end-s.toks[end].start <= 3 && !s.unit(end) && !s.dated(end) {
			n += int(s.toks[end].end - s.toks[end].start)
			end++
		}
	}
	if n < 3 || n > 6 {
		return i
	}
	return s.add(Extension, i, end)
}
