package redacttest

import "strings"

// nameForm is a way in which names are written.
type nameForm struct {
	kind   string // of the frame and of the case
	form   string
	titled bool // only frames with a title before the name
}

var nameForms = []nameForm{
	{"name", "given name and surname", false}, {"name", "given name", false}, {"name", "surname, title", true}, {"name", "surname, no title", false},
	{"name", "small letters", false}, {"name", "capitals", false}, {"name", "misspelt", false}, {"name", "hyphenated", false}, {"name", "foreign", false},
	{"name", "joined to a word", false}, {"name", "split over a line", false}, {"name", "punctuation", false}, {"name", "telegram", false}, {"name", "two names", false},
	{"name", "also a word", false}, {"name", "also a word, title", true}, {"name", "possessive", false},
	{"spoken", "", false}, {"telegram", "", false}, {"relative", "", false}, {"relative", "small letters", false}, {"nickname", "", false}, {"nickname", "small letters", false},
	{"initials", "", false}, {"initials", "small letters", false},
}

func (a *author) nameCase(f nameForm) Case {
	frame := a.pick(a.frames[f.kind])
	for f.kind == "name" && (f.titled != strings.Contains(frame, "{s}")) {
		frame = a.pick(a.frames[f.kind])
	}
	s := map[string]slot{"k": {secret: a.nickname()}, "i": {secret: a.initials()}, "n2": {secret: a.pick(a.english.given)}}
	if f.titled {
		s["s"] = a.named(f)
	} else {
		s["n"] = a.named(f)
	}
	kind, form := f.kind, f.form
	if kind == "spoken" || kind == "telegram" {
		kind, form = "name", kind+" frame"
	}
	if form == "" {
		form = "plain"
	}
	return a.write(kind, form, frame, s)
}

// named writes a name in the form.
func (a *author) named(f nameForm) slot {
	from := &a.english
	if f.form == "foreign" || a.rng.IntN(4) == 0 {
		from = &a.foreign
	}
	g, s := a.pick(from.given), a.pick(from.surname)
	if a.rng.IntN(3) == 0 {
		g, s = plain(g), plain(s)
	}
	any := a.one(g+" "+s, g, s)
	switch f.form {
	case "given name and surname":
		return slot{secret: g + " " + s}
	case "given name":
		return slot{secret: g}
	case "surname, title", "surname, no title":
		return slot{secret: s}
	case "misspelt":
		return slot{secret: a.mistyped(any)}
	case "hyphenated":
		return slot{secret: a.one(g+"-"+a.pick(a.english.given)+" "+s, g+" "+s+"-"+a.pick(a.english.surname), s+"-"+a.pick(a.english.surname), g+"-"+a.pick(a.english.given))}
	case "joined to a word":
		one := a.one(g, s)
		return slot{a.one("pt", "Dr", "mr", "for", "nurse", "notes_", "re:", ""), one, a.one("was", "2", "_v2.doc", ".pdf", "bed4", "/RN")}
	case "split over a line":
		half := len(s) / 2
		for half < len(s) && s[half]&0xC0 == 0x80 {
			half++
		}
		return slot{secret: a.one(g+"\n"+s, g+" "+s[:half]+"-\n"+s[half:], g+"\r\n"+s)}
	case "punctuation":
		return slot{a.one("(", "/", "*", "...", "\"", "-", "<", "'"), any, a.one(")", "/", "*", "...", "\"", "-", ">", ",then", ".")}
	case "two names":
		g2, s2 := a.pick(a.english.given), a.pick(a.english.surname)
		return slot{secret: a.one(g+" "+s+" "+g2+" "+s2, g+" "+g2, s+" "+s2, g+" "+s+", "+g2+" "+s2)}
	case "also a word":
		return slot{secret: a.one(a.pick(a.word.given), a.pick(a.word.given)+" "+a.pick(a.word.surname), a.pick(a.word.given)+" "+s, g+" "+a.pick(a.word.surname))}
	case "also a word, title":
		return slot{secret: a.one(a.pick(a.word.surname), a.pick(a.word.given)+" "+a.pick(a.word.surname))}
	case "possessive":
		return slot{secret: any, after: a.one("'s mother", "’s drip", "s tablets", "' notes", "'s")}
	}
	return slot{secret: any}
}

// nickname shortens a given name, doubles it or takes a pet name.
func (a *author) nickname() string {
	g := []rune(a.pick(a.english.given))
	for len(g) < 4 {
		g = []rune(a.pick(a.english.given))
	}
	short := string(g[:3])
	return a.one(short+a.one("ie", "y", "s", "o", "sy"), short, short, a.one("Bunty", "Ginge", "Nobby", "Dusty", "Chalky", "Titch", "Bubbles", "Smudge", "Jonty", "Babs", "Lofty", "Sparky"))
}

// initials gives two or three letters in a usual way, or one and a surname.
func (a *author) initials() string {
	l := func() string { return string("ABCDEFGHJKLMNPRSTW"[a.rng.IntN(18)]) }
	x, y, z := l(), l(), l()
	return a.one(x+y, x+"."+y+".", x+" "+y, x+y+z, x+". "+a.pick(a.english.surname), x+" "+y+" "+a.pick(a.english.surname), a.pick(a.english.surname)+" "+x, x+"/"+y)
}
