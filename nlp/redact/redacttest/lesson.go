package redacttest

import (
	"math/rand/v2"
	"slices"
	"strings"

	"psims/nlp/lexicon"
	"psims/nlp/redact"
)

// pupils' names are drawn from the lexicon, without those of the adversary.
type pool struct{ given, surname, word, rare, thing []string }

func newPool() pool {
	own := map[string]bool{}
	for _, list := range []string{"name-english", "name-foreign", "word-name", "fresh-name-english", "fresh-name-foreign", "fresh-word-name"} {
		for _, line := range lines(list) {
			for name := range strings.FieldsSeq(line) {
				for _, part := range strings.Split(name, "-") {
					own[string(lexicon.Fold(nil, part))] = true
				}
			}
		}
	}
	var p pool
	const other = lexicon.Word | lexicon.Ambiguous | lexicon.Thing | lexicon.Title | lexicon.Role | lexicon.Subject | lexicon.Relation
	for _, w := range lexicon.Words(lexicon.Name) {
		c := lexicon.Of(w)
		switch {
		case own[w] || len(w) < 3:
		case c.Has(lexicon.Word|lexicon.Ambiguous) && !c.Has(lexicon.Auxiliary|lexicon.Role|lexicon.Relation|lexicon.Drug):
			p.word = append(p.word, w)
		case c.Has(other):
		case c.Has(lexicon.Given):
			p.given = append(p.given, w)
		default:
			p.surname = append(p.surname, w)
		}
	}
	for w := range lexicon.RareNames() {
		if !own[w] {
			p.rare = append(p.rare, w)
		}
	}
	p.thing = lexicon.Words(lexicon.Drug | lexicon.Device | lexicon.Place | lexicon.Abbreviation | lexicon.Clinical | lexicon.Eponym)
	return p
}

// teacher writes the lessons.
type teacher struct {
	author
	pool pool
}

// Lessons writes texts for the tagger of names to learn from, from frames of their
// own and with no name of the adversary: each texts of every frame with names, and
// half as many with something else in their places. The same arguments give the
// same texts.
func Lessons(seed uint64, each int) []redact.Lesson {
	t := teacher{author{rng: rand.New(rand.NewPCG(seed, 17)), neutral: lines("train-neutral")}, newPool()}
	var out []redact.Lesson
	for _, line := range lines("train-frame-name") {
		kind, frame, _ := strings.Cut(line, "|")
		for range each {
			out = append(out, t.lesson(kind, frame, true))
		}
		for range each / 2 {
			out = append(out, t.lesson(kind, frame, false))
		}
	}
	// What recognisers may be mended by, the tagger may learn from.
	for _, c := range Cases(Development, seed+1, each) {
		if slices.ContainsFunc(nameForms, func(f nameForm) bool { return f.kind == c.Kind }) {
			out = append(out, t.marred(c))
		}
	}
	return out
}

// lesson fills a frame with names or with things.
func (t *teacher) lesson(kind, frame string, named bool) redact.Lesson {
	slots := map[string]slot{}
	for _, k := range []string{"n", "s", "k", "i", "n2", "i2"} {
		switch {
		case !named:
			slots[k] = slot{after: t.something()}
		case k == "k":
			slots[k] = slot{secret: t.shortName()}
		case k[0] == 'i':
			slots[k] = slot{secret: t.someInitials()}
		case k == "s":
			slots[k] = slot{secret: t.surname()}
		default:
			slots[k] = t.person()
		}
	}
	form := t.one("", "", "", "", "small letters", "small letters", "capitals", "telegram")
	if form == "telegram" && strings.HasPrefix(frame, "{") {
		form = ""
	}
	c := t.write(kind, form, frame, slots)
	return t.marred(c)
}

// marred misspells a word outside the names now and then, and turns the case into a lesson.
func (t *teacher) marred(c Case) redact.Lesson {
	l := redact.Lesson{Text: c.Text}
	for _, s := range c.Secrets {
		l.Names = append(l.Names, redact.Span{Start: s.Start, End: s.End})
	}
	if t.rng.IntN(3) > 0 {
		return l
	}
	last := 0
	if n := len(c.Secrets); n > 0 {
		last = c.Secrets[n-1].End
	}
	if tail := strings.Fields(c.Text[last:]); len(tail) > 2 {
		w := t.pick(tail)
		l.Text = c.Text[:last] + strings.Replace(c.Text[last:], w, t.mistyped(w), 1)
	}
	return l
}

// capitalised writes a folded name as people write names.
func capitalised(w string) string { return strings.ToUpper(w[:1]) + w[1:] }

func (t *teacher) given() string { return t.oneName(t.pool.given) }

func (t *teacher) surname() string { return t.oneName(t.pool.surname) }

// oneName draws a name from a list, the long list, the words, or one on no list.
func (t *teacher) oneName(from []string) string {
	switch t.rng.IntN(20) {
	case 0, 1, 2, 3, 4:
		return capitalised(t.pick(t.pool.rare))
	case 5, 6, 7, 8:
		return capitalised(t.mistyped(t.pick(t.pool.rare)))
	case 9, 10, 11, 12:
		return capitalised(t.mistyped(t.pick(from)))
	case 13, 14, 15, 16:
		return capitalised(t.pick(t.pool.word))
	}
	return capitalised(t.pick(from))
}

// person writes a name in one of the usual ways; a part of it may be replaced already.
func (t *teacher) person() slot {
	g, s := t.given(), t.surname()
	switch t.rng.IntN(26) {
	case 0, 1, 2, 3, 4, 5:
		return slot{secret: g + " " + s}
	case 6, 7, 8, 9, 10, 11:
		return slot{secret: g}
	case 12, 13, 14, 15, 16, 17:
		return slot{secret: s}
	case 18:
		return slot{secret: t.one(g+"-"+t.given(), s+"-"+t.surname(), g+" "+s+"-"+t.surname())}
	case 19:
		return slot{before: t.one("(", "*", "\"", "'", "/", "-", "<"), secret: t.one(g, s, g+" "+s), after: t.one(")", "*", "\"", "'", "/", "-", ">")}
	case 20:
		return slot{before: t.one("[NAME] ", "[NAME] ", "[NAME]\n", "[NAME]-", "[NAME], "), secret: s}
	case 21:
		return slot{secret: g, after: t.one(" [NAME]", " [NAME]", "\n[NAME]", "-[NAME]")}
	case 23:
		return slot{t.one("pt", "Dr", "for", "notes_", "re:", "nurse", ""), t.one(g, s), t.one("_v2.doc", ".pdf", "bed4", "2", "/RN", "was")}
	case 22:
		return slot{secret: t.one(g+"\n"+s, s+" "+s[:1], g[:1]+" "+s)}
	}
	return slot{secret: t.one(g, s), after: t.one("'s", "’s", "s", "'")}
}

// shortName is what somebody may be called: a short form, a name, or any word.
func (t *teacher) shortName() string {
	g := t.pick(t.pool.given)
	switch t.rng.IntN(4) {
	case 0:
		return t.given()
	case 1:
		return capitalised(t.pick(t.pool.word))
	case 2:
		return capitalised(t.mistyped(g))
	}
	n := min(len(g), 2+t.rng.IntN(3))
	return capitalised(g[:n]) + t.one("", "", "", "y", "ie", "o", "s", "z", "ers")
}

// someInitials writes initials, or an initial and a surname.
func (t *teacher) someInitials() string {
	l := func() string { return string(rune('A' + t.rng.IntN(26))) }
	x, y, z := l(), l(), l()
	return t.one(x+y, x+y, x+"."+y+".", x+"."+y, x+" "+y, x+y+z, x+"."+y+"."+z, x+". "+t.surname(), x+" "+t.surname(), x+"."+t.surname(), t.surname()+" "+x, x+"/"+y)
}

// something is what may stand in the place of a name and is none.
func (t *teacher) something() string {
	thing := t.pick(t.pool.thing)
	switch t.rng.IntN(8) {
	case 0:
		return capitalised(thing)
	case 1:
		return thing
	case 2:
		return strings.ToUpper(thing)
	case 3:
		return t.one("the ", "a ", "her ", "this ", "another ") + t.mistyped(thing)
	case 4:
		return t.one("the patient", "staff", "patient", "pt", "the nurse in charge", "night staff", "the family", "she", "he", "they", "nobody", "ward staff", "mum", "the daughter", "Staff", "Nurse")
	case 5:
		return t.one("the doctor", "nurse", "doctor", "pharmacy", "Pharmacy", "switchboard", "the lab", "theatre staff", "day staff", "security", "police", "the GP", "two nurses", "the on call team", "SHO", "HCA")
	case 6:
		return t.one("it", "this", "both", "two tablets", "a dose", "medication", "Medication", "blood", "the pump", "equipment", "bed 4", "wrong patient", "Wrong patient", "everyone", "someone", "nothing")
	}
	return t.mistyped(t.one("patient", "nurse", "doctor", "medication", "staff", "family", "consultant", "pharmacist", "daughter", "resident", "physio", "relative", "manager", "ambulance"))
}
