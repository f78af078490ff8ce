package text

// number gives the end and the kind of what starts at byte i with a digit.
func number(s string, i int) (end int, kind Kind) {
	j := digits(s, i)
	if end, ok := isoDate(s, i, j); ok {
		return end, Date
	}
	if end, ok := clock(s, i, j); ok {
		return end, Time
	}
	if end, ok := datePart(s, i, j); ok {
		return end, Date
	}
	if j < len(s) && classes[s[j]]&(classLetter|classHigh) != 0 {
		if end, kind, ok := suffixed(s, i, j); ok {
			return end, kind
		}
	}
	j = figure(s, j)
	if end, ok := meridiem(s, i, j); ok {
		return end, Time
	}
	if end, kind := unit(s, j); kind != noUnit {
		if kind == doseUnit {
			return end, Dose
		}
		return end, Measure
	}
	if j < len(s) && s[j] == '-' && startsLetter(s, j+1) { // 12-lead
		return wordOrCode(s, i, j+1)
	}
	if j < len(s) && classes[s[j]]&classLetter != 0 { // 4x, 5HT
		return wordOrCode(s, i, j)
	}
	return j, Number
}

// wordOrCode gives the end of the word with digits in front whose letters begin at byte j.
func wordOrCode(s string, i, j int) (end int, kind Kind) {
	sc := scanner{s: s}
	end = sc.word(j)
	if countDigits(s[i:end]) > 3 {
		return end, Code
	}
	return end, Word
}

func digits(s string, i int) int {
	for i < len(s) && classes[s[i]]&classDigit != 0 {
		i++
	}
	return i
}

// figure gives the end of the number whose first digits end at byte j: decimals,
// thousands, a fraction, a range.
func figure(s string, j int) int {
	for j+1 < len(s) && classes[s[j+1]]&classDigit != 0 {
		switch s[j] {
		case '.', '/', '-', ':':
			j = digits(s, j+1)
		case ',':
			k := digits(s, j+1)
			if k-j != 4 {
				return j
			}
			j = k
		default:
			return j
		}
	}
	return j
}

// suffixed reads what letters directly after digits can mean: an ordinal (and
// the date that it begins), a size as in 2x4.
func suffixed(s string, i, j int) (end int, kind Kind, ok bool) {
	if k := ordinal(s, j); k > 0 {
		if end, ok := dayFirst(s, i, j, k); ok {
			return end, Date, true
		}
		return k, Number, true
	}
	if (s[j] == 'x' || s[j] == 'X') && j+1 < len(s) && classes[s[j+1]]&classDigit != 0 {
		if k := digits(s, j+1); k == len(s) || classes[s[k]]&(classLetter|classHigh) == 0 {
			return k, Number, true
		}
	}
	return 0, Number, false
}

// ordinal gives the end of st, nd, rd or th at byte j, or 0.
func ordinal(s string, j int) int {
	if j+2 > len(s) || j+2 < len(s) && classes[s[j+2]]&(classAlnum|classHigh) != 0 {
		return 0
	}
	switch lower2(s, j) {
	case "st", "nd", "rd", "th":
		return j + 2
	}
	return 0
}

func lower2(s string, j int) string {
	switch [2]byte{s[j] | 0x20, s[j+1] | 0x20} {
	case [2]byte{'s', 't'}:
		return "st"
	case [2]byte{'n', 'd'}:
		return "nd"
	case [2]byte{'r', 'd'}:
		return "rd"
	case [2]byte{'t', 'h'}:
		return "th"
	case [2]byte{'a', 'm'}:
		return "am"
	case [2]byte{'p', 'm'}:
		return "pm"
	}
	return ""
}

type unitKind uint8

const (
	noUnit unitKind = iota
	doseUnit
	measureUnit
	attachedUnit // a measure's, of one or two letters: counts only when no space stands before it
	attachedDose // likewise a dose's
)

// unit gives the end of the unit after the number that ends at byte j, and
// whether it is one of doses; noUnit when there is none.
func unit(s string, j int) (end int, kind unitKind) {
	k := j
	for k < len(s) && s[k] == ' ' && k < j+2 {
		k++
	}
	if k >= len(s) {
		return j, noUnit
	}
	spaced := k > j
	switch {
	case s[k] == '%':
		return k + 1, measureUnit
	case s[k] == 0xC2 && k+1 < len(s) && s[k+1] == 0xB0: // ° and °C
		k += 2
		if k < len(s) && (s[k]|0x20 == 'c' || s[k]|0x20 == 'f') {
			k++
		}
		return k, measureUnit
	}
	kind = noUnit
	for {
		start := k
		if k+1 < len(s) && (s[k] == 0xC2 && s[k+1] == 0xB5 || s[k] == 0xCE && s[k+1] == 0xBC) { // µg, in either of its two forms
			k += 2
		}
		for k < len(s) && classes[s[k]]&classLetter != 0 {
			k++
		}
		u := unitOf(s[start:k])
		if k < len(s) && classes[s[k]]&(classDigit|classHigh) != 0 || u == noUnit || u >= attachedUnit && spaced && kind == noUnit {
			return end, kind
		}
		if kind == noUnit {
			kind = measureUnit
			if u == doseUnit || u == attachedDose {
				kind = doseUnit
			}
		}
		end = k
		if k+1 >= len(s) || s[k] != '/' || classes[s[k+1]]&(classLetter|classHigh) == 0 {
			return end, kind
		}
		k++
	}
}

// unitOf says which unit the letters are, in any case.
func unitOf(w string) unitKind {
	var low [12]byte
	if len(w) == 0 || len(w) > len(low) {
		return noUnit
	}
	for i := range len(w) {
		c := w[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[i] = c
	}
	switch string(low[:len(w)]) {
	case "mg", "mgs", "mcg", "mcgs", "ug", "µg", "μg", "ng", "gm", "gms", "gram", "grams", "milligram", "milligrams", "microgram", "micrograms",
		"nanogram", "nanograms", "ml", "mls", "millilitre", "millilitres", "milliliter", "litre", "litres", "liter", "liters",
		"units", "iu", "mmol", "mmols", "meq", "cc", "ccs":
		return doseUnit
	case "cm", "cms", "mm", "km", "kg", "kgs", "lb", "lbs", "oz", "ft", "kpa", "mmhg", "bpm", "mph", "psi", "hz", "khz", "kv", "kw",
		"hr", "hrs", "min", "mins", "sec", "secs", "yr", "yrs", "wk", "wks", "kcal", "day", "hour", "minute":
		return measureUnit
	case "u", "g", "l", "unit": // "2 unit" is a place more often than a dose
		return attachedDose
	case "m", "s", "h", "w", "v", "c", "f", "in", "yo", "y", "d":
		return attachedUnit
	}
	return noUnit
}
