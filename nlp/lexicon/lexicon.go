// Package lexicon answers what kinds of word a word is in a British incident
// report: an English word, a clinical one, a medicine, a device, an eponym, a
// place, a short form, a given name, a surname, a title, or several of these.
//
// In goes a word, folded to lower case and plain letters by [Fold]; out comes a
// [Class], a set. The lists are plain-text files in the folder list, each with
// its source in its first lines; they are read once, on first use, and never
// change. No list is complete: a word on none of them has class 0.
package lexicon

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Class is the set of lists on which a word stands.
type Class uint32

const (
	Word         Class = 1 << iota // an English word
	Clinical                       // a clinical word that English lists lack
	Drug                           // a medicine, generic or brand
	Device                         // a device, its maker, or a record system
	Eponym                         // a person's name that stands for a thing, without the possessive
	Place                          // a place, nationality, month or day
	Abbreviation                   // a short form met in reports
	Given                          // a given name
	Surname                        // a surname
	Ambiguous                      // a name that is more often something else, beyond English words
	Title                          // Dr, Mrs: a name follows
	Role                           // nurse, consultant: a name may follow
	Subject                        // patient, resident, baby
	Relation                       // wife, son, neighbour
	Says                           // a verb that only a person does
	Auxiliary                      // is, was, had
	State                          // agitated, admitted: said of persons only
	FindingHead                    // disease, score: the name before it labels a finding or method
	ThingHead                      // catheter, mask: the name before it labels a thing
	PlaceHead                      // ward, hospital: the name before it labels a place
	CueEnd                         // the last word of a phrase that a name follows (Cues)
	PhraseStart                    // the first word of a protected phrase (Phrases)
)

// Name is either kind of personal name.
const Name = Given | Surname

// Head is any noun before which a name is a label.
const Head = FindingHead | ThingHead | PlaceHead

// Thing is any word that names a thing, a place or a clinical idea.
const Thing = Clinical | Drug | Device | Eponym | Place | Abbreviation

// classNames is the one table of names, in the order of the bits.
var classNames = [...]string{
	"word", "clinical", "drug", "device", "eponym", "place", "abbreviation", "given", "surname", "ambiguous",
	"title", "role", "subject", "relation", "says", "auxiliary", "state", "finding-head", "thing-head", "place-head", "cue-end", "phrase-start",
}

// String lists the names of the classes, joined by "+"; the empty set is "none".
func (c Class) String() string {
	var names []string
	for i, name := range classNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	if names == nil {
		return "none"
	}
	return strings.Join(names, "+")
}

// Has reports whether c shares a class with any.
func (c Class) Has(any Class) bool { return c&any != 0 }

// FirmGiven reports whether the word is a given name and nothing else that
// reports speak of, so that it needs no other sign of a person.
func (c Class) FirmGiven() bool { return c.Has(Given) && !c.Has(Word|Ambiguous|Thing|notPerson) }

// FirmSurname is FirmGiven for surnames.
func (c Class) FirmSurname() bool { return c.Has(Surname) && !c.Has(Word|Ambiguous|Thing|notPerson) }

const notPerson = Title | Role | Subject | Relation

//go:embed list/*.txt
var files embed.FS

// plain lists the files whose every word is of one class.
var plain = []struct {
	name  string
	class Class
}{
	{"words", Word}, {"clinical", Clinical}, {"drug", Drug}, {"device", Device}, {"eponym", Eponym}, {"place", Place},
	{"abbreviation", Abbreviation}, {"given", Given}, {"surname", Surname}, {"ambiguous", Ambiguous},
}

// classed names the lines of the files that hold several classes.
var classed = map[string]Class{
	"title": Title, "role": Role, "subject": Subject, "relation": Relation, "says": Says, "aux": Auxiliary, "state": State,
	"finding": FindingHead, "thing": ThingHead, "place": PlaceHead, "named": CueEnd, "person": CueEnd, "listing": CueEnd, "before": CueEnd,
}

type tables struct {
	classes   map[string]Class
	cues      []Cue
	phrases   [][]string
	negations []Negation
}

var loaded = sync.OnceValue(load)

// load reads every list. The lists are part of the program, so a fault in one is a panic.
func load() *tables {
	t := &tables{classes: make(map[string]Class, 1<<16)}
	for _, p := range plain {
		for _, line := range lines(p.name) {
			for w := range strings.FieldsSeq(line) {
				t.classes[w] |= p.class
				// A reader that parts words at hyphens meets the whole as a phrase.
				if parts := strings.Split(w, "-"); len(parts) > 1 && p.class.Has(Drug|Device|Eponym) {
					t.addPhrase(parts)
				}
			}
		}
	}
	for w := range expansions() {
		t.classes[w] |= Abbreviation
	}
	for w, c := range t.classes {
		// Two letters are too few for a sure name: Jo, Ed, Li.
		if len(w) <= 2 && c.Has(Name) {
			t.classes[w] = c | Ambiguous
		}
	}
	for _, line := range append(lines("cue"), lines("head")...) {
		t.addClassed(line)
	}
	for _, line := range lines("phrase") {
		t.addPhrase(strings.Fields(line))
	}
	for _, line := range lines("negation") {
		t.negations = append(t.negations, parseNegation(line))
	}
	return t
}

func (t *tables) addPhrase(words []string) {
	t.phrases = append(t.phrases, words)
	t.classes[words[0]] |= PhraseStart
}

func (t *tables) addClassed(line string) {
	name, rest, ok := strings.Cut(line, ":")
	class, known := classed[name]
	if !ok || !known {
		panic(fmt.Sprintf("lexicon: a line names no known class: %q", line))
	}
	for w := range strings.FieldsSeq(rest) {
		words := strings.Split(w, "+")
		if class == CueEnd {
			t.cues = append(t.cues, Cue{Words: words, Trust: Trust(slices.Index(trustNames[:], name))})
		}
		t.classes[words[len(words)-1]] |= class
	}
}

// lines gives the lines of a list without comments and blanks.
func lines(name string) []string {
	b, err := files.ReadFile("list/" + name + ".txt")
	if err != nil {
		panic(fmt.Sprintf("lexicon: reading an embedded list: %v", err))
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, line)
		}
	}
	return out
}

// Of gives the class of a folded word.
func Of(folded string) Class { return loaded().classes[folded] }

// OfBytes is Of for bytes; it makes no copy.
func OfBytes(folded []byte) Class { return loaded().classes[string(folded)] }

// Words lists the words that have any class of c, sorted.
func Words(c Class) []string {
	var out []string
	for w, class := range loaded().classes {
		if class.Has(c) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return out
}

// Trust says what a cue lets pass for a name.
type Trust uint8

const (
	Listed  Trust = iota // a listed name with its capital: "seen by"
	Person               // any word with its capital that is nothing else: "spoke to"
	Named                // in small letters too: "name is"
	Listing              // several, parted by commas: "staff on duty"
)

// trustNames are the names of the lines in the list, in the order of Trust.
var trustNames = [...]string{"before", "person", "named", "listing"}

// Cue is a phrase that a name follows.
type Cue struct {
	Words []string
	Trust Trust
}

// Cues lists the cues in the order of the file. Don't change what it gives.
func Cues() []Cue { return loaded().cues }

// Phrases lists the names of several words that stand for things, places and
// bodies, each as its words. Don't change what it gives.
func Phrases() [][]string { return loaded().phrases }

// drugStems are the endings that the World Health Organization gives to families
// of medicines, as far as no name or everyday word of the lists ends so.
//
// Source: WHO, The use of stems in the selection of International
// Nonproprietary Names (INN) for pharmaceutical substances (2018).
var drugStems = []string{
	"mab", "tinib", "ciclib", "parib", "zomib", "prazole", "conazole", "azole", "cillin", "mycin", "micin", "oxacin",
	"cycline", "statin", "sartan", "pril", "olol", "dipine", "parin", "xaban", "gatran", "gliptin", "gliflozin",
	"glutide", "natide", "zepam", "zolam", "azepine", "triptan", "caine", "curonium", "curium", "setron", "dronate",
	"dronic", "afil", "oxetine", "azine", "peridol", "idone", "apine", "vir", "platin", "rubicin", "taxel", "trexed",
	"bactam", "penem", "thiazide", "semide", "lukast", "terol", "sone", "olone", "fentanil", "profen", "oxib", "kinra",
	"cept", "grastim", "poetin", "mustine", "lidomide", "limus", "fungin", "quine", "prost", "relin", "gestrel", "tidine",
}

// DrugLike reports whether a folded word that is on no list ends as medicines
// do. Words under eight letters are too short to tell.
func DrugLike(folded string) bool {
	if len(folded) < 8 {
		return false
	}
	return slices.ContainsFunc(drugStems, func(stem string) bool { return strings.HasSuffix(folded, stem) })
}
