package redact

// postcodeAreas are the letters that British postcodes begin with.
// Source: Royal Mail, the 124 postcode areas, and those of the Crown dependencies;
// ZZ is the health service's own, for no fixed abode.
var postcodeAreas = set("zz ab al b ba bb bd bf bh bl bn br bs bt bx ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze")

// inwardQuantities are inward codes that are also an ordinal or a quantity, so
// that after an outward code such as L5 or S1 they prove nothing.
var inwardQuantities = set("st nd rd th hr yr lt ug ng dy ed ft bd gy")

// postcodeAt recognises a full postcode that begins at token i, in one token or
// two, and an outward code alone when it is called a postcode. Two letters that
// are no area (mistyped, or ZZ99 for no fixed abode) do in two tokens of capitals
// or where a postcode or an address is spoken of.
func (s *scan) postcodeAt(i int) int {
	t := &s.toks[i]
	if t.shape != alnum || t.end-t.start > 7 || s.ofThing(i) {
		return i
	}
	w := s.foldOf(i)
	called := s.nearPostcode(i)
	if n := len(w) - 3; n >= 2 && n <= 4 && inward(w[n:]) && s.halves(i, n) {
		if area := outward(w[:n]); area == knownArea && (called || !s.vague(i, w[:n], w[n:])) || area == pairOfLetters && called {
			return s.add(Postcode, i, i+1)
		}
	}
	area := outward(w)
	if area == noOutward {
		if i+1 < len(s.toks) && s.partedPostcode(i, called) {
			return s.add(Postcode, i, i+2)
		}
		return i
	}
	if i+1 < len(s.toks) && (s.toks[i+1].gap == gapSpace || s.toks[i+1].gap == gapHyphen && called || s.toks[i+1].gap == gapLine) {
		in := s.foldOf(i + 1)
		sure := area == knownArea && (!s.vague(i, w, in) || called) || area == pairOfLetters && (called || s.capitals(i) && s.capitals(i+1) && !inwardQuantities[in[1:]])
		if inward(in) && s.oneCase(i+1) && s.sameCase(i, i+1) && sure {
			return s.add(Postcode, i, i+2)
		}
	}
	if i+1 < len(s.toks) && s.partedPostcode(i, called) {
		return s.add(Postcode, i, i+2)
	}
	if area == knownArea && s.calledPostcode(i) {
		return s.add(Postcode, i, i+1)
	}
	return i
}

// partedPostcode reports whether the tokens i and i+1 make a postcode together,
// though parted where nobody would or by a hyphen or a stop: "SW1 A1AA", "B4.0YL".
func (s *scan) partedPostcode(i int, called bool) bool {
	led := i > 0 && (placePrepositions[s.foldOf(i-1)] || s.foldOf(i-1) == "for" || s.foldOf(i-1) == "in")
	upper := s.hasUpper(i) && s.oneCase(i) && (s.capitals(i+1) || s.toks[i+1].shape == initial)
	whole := s.foldOf(i) + s.foldOf(i+1)
	n := len(whole) - 3
	// Five letters and digits are too few without a word for a place: L5-1ST.
	if s.toks[i+1].gap == gapSpace || !s.loose(i+1) || !called && !(upper && (led || n >= 3)) {
		return false
	}
	if s.nextGap(i+1) == gapNone || i+2 < len(s.toks) && s.toks[i+2].gap == gapComma && s.toks[i+2].key == keyThing {
		return false
	}
	return n >= 2 && n <= 4 && inward(whole[n:]) && outward(whole[:n]) == knownArea
}

// halves reports whether the letters on either side of byte n of token i are of one size each.
func (s *scan) halves(i, n int) bool {
	w := s.word(i)
	return oneSize(w[:n]) && oneSize(w[n:])
}

// area says how an outward code begins.
type area uint8

const (
	noOutward     area = iota
	pairOfLetters      // two letters that are no postcode area
	knownArea
)

// outward checks a folded outward code: area letters, one or two digits, and in
// some London districts a letter.
func outward(w string) area {
	n := 0
	for n < len(w) && byteClass[w[n]] == isLower {
		n++
	}
	if n == 0 || n > 2 || n == 1 && !postcodeAreas[w[:n]] {
		return noOutward
	}
	kind := pairOfLetters
	if postcodeAreas[w[:n]] {
		kind = knownArea
	}
	switch rest := w[n:]; {
	case len(rest) == 1 && byteClass[rest[0]] == isDigit:
		return kind
	case len(rest) == 2 && byteClass[rest[0]] == isDigit && (byteClass[rest[1]] == isDigit || byteClass[rest[1]] == isLower && oneOf(w[0], "ewns")):
		return kind
	}
	return noOutward
}

// inward checks a folded inward code: a digit and two letters other than CIKMOV.
func inward(w string) bool {
	return len(w) == 3 && byteClass[w[0]] == isDigit && inwardLetter(w[1]) && inwardLetter(w[2])
}

func inwardLetter(c byte) bool { return byteClass[c] == isLower && !oneOf(c, "cikmov") }

// vague reports whether the two halves may be something else: a vertebra, a dose, a date.
func (s *scan) vague(i int, out, in string) bool {
	if i > 0 && s.hasUpper(i) && !ordinals[in[1:]] && (placePrepositions[s.foldOf(i-1)] || s.foldOf(i-1) == "for") {
		return false // moved to B4 8GY
	}
	return inwardQuantities[in[1:]] && len(out) == 2
}

var ordinals = set("st nd rd th")

// calledPostcode reports whether the word postcode leads up to token i.
func (s *scan) calledPostcode(i int) bool {
	for j := i - 1; j >= max(0, i-4) && s.toks[j+1].gap != gapOther && s.toks[j+1].gap != gapDotSp; j-- {
		if t := &s.toks[j]; s.postcodeWord(j) {
			return true
		} else if t.key != keyGlue && t.key != keyNumber {
			return false
		}
	}
	return false
}

// postcodeWord reports whether token j is the word postcode, or the last of "post code" or "p/code".
func (s *scan) postcodeWord(j int) bool {
	t := &s.toks[j]
	return t.key == keyPostcode || t.slip == keyPostcode || j > 0 && s.foldOf(j) == "code" && (s.foldOf(j-1) == "post" || s.foldOf(j-1) == "p")
}

// nearPostcode reports whether a postcode or an address is spoken of before token i.
func (s *scan) nearPostcode(i int) bool {
	for j := i - 1; j >= max(0, i-5); j-- {
		t := &s.toks[j]
		if s.postcodeWord(j) || t.key == keyLive || t.shape == placeholder && s.word(j) == placeholders[Address] {
			return true
		}
		if t.key != keyGlue && t.key != keyNumber && s.foldOf(j) != "should" && s.foldOf(j) != "be" || s.toks[j+1].gap == gapOther || s.toks[j+1].gap == gapDotSp {
			return false
		}
	}
	return false
}

// oneCase reports whether the letters of token i are all capitals or all small.
func (s *scan) oneCase(i int) bool { return oneSize(s.word(i)) }

func oneSize(w string) bool {
	var lowers, uppers bool
	for _, c := range []byte(w) {
		lowers = lowers || byteClass[c] == isLower
		uppers = uppers || byteClass[c] == isUpper
	}
	return lowers != uppers
}

// capitals reports whether token i has capitals and no small letters.
func (s *scan) capitals(i int) bool {
	return s.oneCase(i) && s.hasUpper(i)
}

func (s *scan) hasUpper(i int) bool {
	for _, c := range []byte(s.word(i)) {
		if byteClass[c] == isUpper {
			return true
		}
	}
	return false
}

// sameCase reports whether the letters of both tokens are of one size, or the
// first half's are capitals: "SW1A 1aa" is a postcode, "l5 1ST" hardly.
func (s *scan) sameCase(i, j int) bool { return s.hasUpper(i) || !s.hasUpper(j) }
