package text

// closing gives the end of the run of stops at byte i with the brackets and
// quotation marks that close after it.
func closing(s string, i int) int {
	for i < len(s) && (s[i] == '.' || s[i] == '!' || s[i] == '?') {
		i++
	}
	for i < len(s) {
		switch {
		case s[i] == ')' || s[i] == ']' || s[i] == '"' || s[i] == '\'':
			i++
		case i+2 < len(s) && s[i] == 0xE2 && s[i+1] == 0x80 && (s[i+2] == 0x99 || s[i+2] == 0x9D): // ’ ”
			i += 3
		default:
			return i
		}
	}
	return i
}

// endsAt says whether the full stop at byte i ends a sentence; end is where the
// stops and closing marks from i end.
func (sc *scanner) endsAt(i, end int) bool {
	s := sc.s
	if sc.pending && sc.token.End == 0 { // no token yet
		return false
	}
	if end >= len(s) {
		return true
	}
	after := classes[s[end]]
	if after&classNewline != 0 {
		return true
	}
	if after&classSpace == 0 { // fell.Staff
		return after&classUpper != 0 && i > 0 && classes[s[i-1]]&classLower != 0 &&
			end+1 < len(s) && classes[s[end+1]]&classLower != 0
	}
	next := end
	for next < len(s) && (classes[s[next]]&classSpace != 0 || s[next] == '"' || s[next] == '(' || s[next] == '\'') {
		next++
	}
	capital := next < len(s) && classes[s[next]]&classLower == 0
	if i+1 < len(s) && s[i+1] == '.' { // an ellipsis ends one only before a capital
		return capital
	}
	if int(sc.token.End) < i { // a bracket or a quotation mark stands between
		return true
	}
	switch stopOf(sc.token, s) {
	case stopNever:
		return false
	case stopCapital:
		return next >= len(s) || classes[s[next]]&classUpper != 0
	}
	return true
}

type stop uint8

const (
	stopAlways  stop = iota // an ordinary word: the stop ends the sentence
	stopCapital             // an abbreviation that can end one: it does when a capital follows
	stopNever               // a title and the like: it never does
)

// stopOf says what a full stop after the token means.
func stopOf(t Token, s string) stop {
	w := t.In(s)
	if t.Kind == Number && t.First && len(w) <= 2 { // "1. Patient fell"
		return stopNever
	}
	if t.Kind == Dose || t.Kind == Measure {
		return stopCapital
	}
	if t.Kind != Word || len(w) > 7 {
		return stopAlways
	}
	var low [8]byte
	n := 0
	for i := range len(w) {
		c := w[i]
		if c == '.' {
			continue
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		low[n] = c
		n++
	}
	if n == 1 && classes[w[0]]&classUpper != 0 && w[0] != 'I' { // J. Smith
		return stopNever
	}
	switch string(low[:n]) {
	case "dr", "mr", "mrs", "ms", "miss", "prof", "rev", "sr", "st", "eg", "ie", "vs", "cf", "viz", "fig":
		return stopNever
	case "pt", "pts", "emp", "approx", "etc", "al", "no", "nos", "inc", "ref", "ext", "tel", "dept", "hosp", "wt", "ht", "temp", "tab", "tabs", "cap", "caps", "inj",
		"rt", "lt", "hr", "hrs", "min", "mins", "sec", "secs", "yr", "yrs", "wk", "wks", "mg", "mcg", "ml", "kg", "cm", "mm", "ft", "lb", "lbs", "oz",
		"am", "pm", "po", "iv", "im", "sc", "od", "bd", "tds", "qds", "prn", "stat",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"mon", "tue", "tues", "wed", "thur", "thurs", "fri", "sat", "sun":
		return stopCapital
	}
	if len(w) > n { // letters with stops between
		return stopCapital
	}
	return stopAlways
}
