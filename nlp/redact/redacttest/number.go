package redacttest

import (
	"fmt"
	"strings"
)

var numberKinds = []string{
	"telephone", "e-mail", "web link", "hospital number", "address line", "postcode", "date of birth", "NHS number", "HCPC number",
	"accession number", "GMC number", "NMC number", "extension", "GP number", "hospital name", "reference",
}

var numberForms = []string{"plain", "no cue", "small letters", "capitals", "telegram", "cue misspelt", "joined", "punctuation", "split over a line", "odd spacing", "written out"}

// occurs says whether people write the kind in the form.
func occurs(kind, form string) bool {
	place := kind == "hospital name"
	web := kind == "e-mail" || kind == "web link"
	switch form {
	case "no cue":
		return web || kind == "telephone" || kind == "postcode" || kind == "address line"
	case "odd spacing", "split over a line":
		return !web && !place
	case "written out":
		return !place && kind != "web link" && kind != "address line"
	case "joined", "cue misspelt":
		return !place && !web && kind != "address line" || place && form == "cue misspelt"
	}
	return true
}

func (a *author) numberCase(kind, form string) Case {
	frame := a.pick(a.frames[kind])
	for wanted := form == "cue misspelt" || form == "joined"; kind != "hospital name" && (wanted && !strings.Contains(frame, "{c}") || form == "no cue" && strings.Contains(frame, "{c}")); {
		frame = a.pick(a.frames[kind])
	}
	cue := ""
	if a.cues[kind] != nil {
		cue = a.pick(a.cues[kind])
	}
	x := slot{secret: a.value(kind)}
	if strings.HasPrefix(frame, "{x}") && kind == "hospital name" {
		x.secret = strings.ToUpper(x.secret[:1]) + x.secret[1:]
	}
	switch form {
	case "cue misspelt":
		cue = a.mistyped(cue)
		if kind == "hospital name" {
			x.secret = a.mistyped(x.secret)
		}
	case "joined":
		frame = strings.Replace(frame, "{c} {x}", "{c}{x}", 1)
		x.before = a.one("", "", "-", ":", ".", "=")
		x.after = a.one("", "", "was", "/", "?")
		if kind == "telephone" || kind == "e-mail" {
			x.after = ""
		}
	case "punctuation":
		x.before, x.after = a.one("(", "*", "\"", "<", "=", "[", "'"), a.one(")", "*", "\"", ">", ";", "]", "'", "!!")
	case "split over a line":
		x.secret = split(x.secret)
	case "odd spacing":
		x.secret = a.spaced(kind, x.secret)
	case "written out":
		x.secret = a.spelled(kind, x.secret)
	}
	return a.write(kind, form, frame, map[string]slot{"c": {after: cue}, "x": x})
}

// split breaks the line at the blank nearest to the middle, where there is none
// after a hyphen or stroke, and failing that in the middle.
func split(s string) string {
	mid := len(s) / 2
	for d := range mid {
		for _, at := range []int{mid - d, mid + d} {
			if at < len(s) && s[at] == ' ' {
				return s[:at] + "\n" + s[at+1:]
			}
		}
	}
	for d := range mid { // where a line is wrapped
		for _, at := range []int{mid - d, mid + d} {
			if at < len(s) && (s[at-1] == '-' || s[at-1] == '/') {
				return s[:at] + "\n" + s[at:]
			}
		}
	}
	for mid < len(s) && s[mid]&0xC0 == 0x80 {
		mid++
	}
	return s[:mid] + "\n" + s[mid:]
}

func (a *author) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + a.rng.IntN(10))
	}
	return string(b)
}

// nhs gives a number of the range 999, which is never issued, with its check digit.
func (a *author) nhs() string {
	for {
		d := "999" + a.digits(6)
		sum := 0
		for i, c := range []byte(d) {
			sum += int(c-'0') * (10 - i)
		}
		if check := (11 - sum%11) % 11; check < 10 {
			return d + fmt.Sprint(check)
		}
	}
}

// value writes an identifier as the tidy write it.
func (a *author) value(kind string) string {
	letter := func(from string) string { return string(from[a.rng.IntN(len(from))]) }
	switch kind {
	case "telephone":
		return a.one("07700 900"+a.digits(3), "07700900"+a.digits(3), "01632 960"+a.digits(3), "(01632) 960 "+a.digits(3), "020 7946 0"+a.digits(3), "0161 496 0"+a.digits(3),
			"+44 7700 900"+a.digits(3), "0044 1632 960"+a.digits(3), "0113 4960"+a.digits(3), "+44 (0)20 7946 0"+a.digits(3), "07700-900-"+a.digits(3))
	case "e-mail":
		g, s := strings.ToLower(plain(a.pick(a.english.given))), strings.ToLower(plain(a.pick(a.english.surname)))
		return a.one(g, s, g+"."+s, g[:1]+"."+s, s+a.digits(2), g+"_"+s, g+"-"+s) + "@" + a.one("example.org", "example.nhs.uk", "example.co.uk", "mail.example.com")
	case "web link":
		s := strings.ToLower(plain(a.pick(a.english.surname)))
		return a.one("https://www.example.org/", "http://example.com/", "www.example.co.uk/", "example.org/users/", "facebook.com/", "instagram.com/", "tinyurl.com/", "youtu.be/", "twitter.com/") + s + a.one("", a.digits(3), "?id="+a.digits(2))
	case "hospital number":
		return a.one(a.digits(7), letter("ABKMRSX")+a.digits(6), "R"+letter("ABCX")+letter("AHQY")+a.digits(7), a.digits(8), letter("ABDGHN")+a.digits(7), a.digits(6)+letter("ABCD"), a.digits(3)+"/"+a.digits(5))
	case "address line":
		n := 1 + a.rng.IntN(190)
		return fmt.Sprint(a.one("", "", "", "Flat "+fmt.Sprint(1+a.rng.IntN(20))+", "), n, a.one("", "", "", "a", "B"), a.one(" ", " ", ", "), a.pick(a.street))
	case "postcode":
		return a.one("LS"+a.digits(1)+letter("123456"), "B"+letter("123456789"), "SW1A", "CR"+letter("123456789"), "M"+letter("123456789")+a.digits(1), "PL"+letter("123456789"), "TR"+letter("123456789"), "EC1A", "NE"+letter("123456789")) +
			a.one(" ", " ", "") + a.digits(1) + letter("ABDEFGHJLNPQRSTUWXYZ") + letter("ABDEFGHJLNPQRSTUWXYZ")
	case "date of birth":
		return a.date()
	case "NHS number":
		d := a.nhs()
		return a.one(d, d[:3]+" "+d[3:6]+" "+d[6:], d[:3]+"-"+d[3:6]+"-"+d[6:])
	case "HCPC number":
		return a.one("PA", "PH", "RA", "OT", "ODP", "DT", "CS", "BS") + a.digits(5+a.rng.IntN(2))
	case "accession number":
		return a.one(a.digits(2)+letter("BHMCX")+a.digits(6), letter("HCB")+a.digits(2)+"-"+a.digits(5), "R"+letter("AJX")+letter("1234")+a.digits(8), a.digits(2)+"."+a.digits(7)+"."+letter("ABKX"), a.digits(9), "S/"+a.digits(2)+"/"+a.digits(5))
	case "GMC number":
		return a.one(a.digits(7), letter("4567")+a.digits(6))
	case "NMC number":
		return a.digits(2) + letter("ABCDEFGHI") + a.digits(4) + letter("EONSW")
	case "extension":
		return letter("123456789") + a.digits(2+a.rng.IntN(3))
	case "GP number":
		return a.one("G"+a.digits(7), letter("ABCDEFGHJKLMNPY")+a.digits(5))
	case "hospital name":
		return a.pick(a.place)
	}
	return a.one(a.digits(6+a.rng.IntN(4)), letter("ABCDE")+letter("FGHJK")+"/"+a.digits(4)+"/"+a.digits(2), a.digits(2)+letter("ABCDE")+letter("FGHJK")+"/"+a.digits(5)+"/"+a.digits(2))
}

var months = strings.Fields("January February March April May June July August September October November December")

func (a *author) date() string {
	y, m, d := 1924+a.rng.IntN(95), a.rng.IntN(12), 1+a.rng.IntN(28)
	name := months[m]
	return a.one(fmt.Sprintf("%02d/%02d/%d", d, m+1, y), fmt.Sprintf("%d.%d.%02d", d, m+1, y%100), fmt.Sprintf("%d-%02d-%02d", y, m+1, d), fmt.Sprintf("%d %s %d", d, name, y),
		fmt.Sprintf("%s %d, %d", name, d, y), fmt.Sprintf("%02d-%s-%d", d, name[:3], y), fmt.Sprintf("%dth of %s %d", d, name, y), fmt.Sprintf("%02d%02d%d", d, m+1, y), fmt.Sprintf("%d/%d/%02d", d, m+1, y%100))
}

// spaced writes an identifier with blanks and dashes where nobody expects them.
func (a *author) spaced(kind, s string) string {
	if kind == "date of birth" {
		return fmt.Sprintf("%d %s %d %s %02d", 1+a.rng.IntN(28), a.one("/", ".", "-"), 1+a.rng.IntN(12), a.one("/", ".", "-"), a.rng.IntN(100))
	}
	if kind == "address line" || kind == "hospital name" {
		return strings.ReplaceAll(s, " ", "  ")
	}
	bare := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(s)
	sep := a.one(" ", " ", "-", ".")
	if kind == "postcode" {
		return bare[:len(bare)-3] + a.one("  ", "-", ".") + bare[len(bare)-3:]
	}
	step := 2 + a.rng.IntN(3)
	var parts []string
	for len(bare) > step+1 {
		parts = append(parts, bare[:step])
		bare = bare[step:]
	}
	return strings.Join(append(parts, bare), sep)
}

var digitWords = strings.Fields("zero one two three four five six seven eight nine")

// spelled writes an identifier as it is read out over the telephone.
func (a *author) spelled(kind, s string) string {
	switch kind {
	case "date of birth":
		return a.one("first", "second", "third", "fourth", "ninth", "twelfth", "twenty first", "thirtieth") + " of " + a.pick(months) + " nineteen " +
			a.one("thirty two", "forty", "fifty seven", "sixty one", "seventy eight", "eighty", "ninety five", "twenty nine")
	case "e-mail":
		return strings.NewReplacer("@", " at ", ".", " dot ", "_", " underscore ", "-", " dash ").Replace(s)
	}
	nought := a.one("oh", "zero", "nought", "o")
	var out []string
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '0':
			out = append(out, nought)
		case c >= '1' && c <= '9':
			if i+1 < len(s) && s[i+1] == c && a.rng.IntN(2) == 0 {
				out = append(out, "double")
				i++
			}
			out = append(out, digitWords[c-'0'])
		case c >= 'A' && c <= 'Z':
			out = append(out, string(c))
		case c == '+':
			out = append(out, "plus")
		}
	}
	return strings.Join(out, " ")
}
