package discrepancy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"psims/datasets/incident"
	"psims/nlp/lexicon"
	"psims/nlp/text"
)

// Cue is a phrase of a narrative that says outright how grave the harm was.
type Cue struct {
	Span   text.Span
	Harm   incident.Harm // moderate, severe or fatal
	Denied bool          // the text denies, doubts or only fears it, or tells of another time
}

// Told gives the worst harm that cues tell of and none of them denies; HarmMissing
// when there is none.
func Told(cues []Cue) incident.Harm {
	worst := incident.HarmMissing
	for _, c := range cues {
		if !c.Denied {
			worst = incident.Worst(worst, c.Harm)
		}
	}
	return worst
}

// Cues gives the cues of a narrative in the order in which they begin, the longest
// where several stand in one place. A sentence is read by itself: what stands in others makes no
// difference. The phrases, and what denies them, are listed in cue.txt, unreal.txt
// and nlp/lexicon. Cost: linear. Panics if s is 2 GiB or longer.
func Cues(s string) []Cue {
	return newPassage().text(nil, s)
}

// manner is how a cue is denied.
type manner uint8

const (
	verb manner = iota
	noun
	veto // looks like a cue and is none
)

// pattern is one line of cue.txt.
type pattern struct {
	harm   incident.Harm
	manner manner
	words  [][]string // the alternatives of each word; nil for a gap
}

// denial is a phrase that takes what follows, or precedes, for not having happened.
type denial struct {
	words []string
	back  bool // reaches back
	reach int  // in words
	verbs bool // reaches verbs
	nouns bool // reaches nouns
	lists bool // reaches over "and", and over commas of a list that ends with "or"
}

type phrases struct {
	patterns map[string][]pattern // by each alternative of the first word
	denials  map[string][]denial  // by first word
	stops    map[string][][]string
}

//go:embed cue.txt
var cueList string

//go:embed unreal.txt
var unrealList string

// lists reads the lists once.
var lists = sync.OnceValue(func() *phrases {
	l := &phrases{patterns: map[string][]pattern{}, denials: map[string][]denial{}, stops: map[string][][]string{}}
	for line := range strings.Lines(cueList) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			l.pattern(line)
		}
	}
	for line := range strings.Lines(unrealList) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			l.unreal(line)
		}
	}
	for _, n := range lexicon.Negations() {
		l.negation(n)
	}
	return l
})

func (l *phrases) pattern(line string) {
	fields := strings.Fields(line)
	var p pattern
	switch fields[0] {
	case "not":
		p.manner, fields = veto, fields[1:]
	default:
		harm, err := incident.ParseHarm(fields[0])
		if err != nil || len(fields) < 3 || fields[1] != "verb" && fields[1] != "noun" {
			panic(fmt.Sprintf("discrepancy: a cue needs a degree of harm, verb or noun, and a phrase: %q", line))
		}
		p.harm = harm
		if fields[1] == "noun" {
			p.manner = noun
		}
		fields = fields[2:]
	}
	for _, f := range fields {
		if f == "~" {
			p.words = append(p.words, nil)
		} else {
			p.words = append(p.words, strings.Split(f, "|"))
		}
	}
	for _, first := range p.words[0] {
		key := strings.ToLower(first)
		l.patterns[key] = append(l.patterns[key], p)
	}
}

func (l *phrases) unreal(line string) {
	fields := strings.Fields(line)
	d := denial{reach: int(line[0] - '0'), verbs: true, nouns: true, lists: true}
	fields = fields[1:]
	if fields[0] == "*" {
		d.verbs, fields = false, fields[1:]
	}
	d.words = fields
	l.denials[fields[0]] = append(l.denials[fields[0]], d)
}

// happened lists the denials of package lexicon which say that something was not
// done or not found in time: "fracture missed" is a fracture.
var happened = []string{"missed", "omitted", "resolved", "not documented", "not administered", "not done", "not available", "failed to", "failure to", "unable to"}

// negation takes over a negation of package lexicon. "No", "without" and "denies"
// speak of things, and of lists of them; "did not" and the like of what follows at once.
func (l *phrases) negation(n lexicon.Negation) {
	words := make([]string, len(n.Words))
	for i, w := range n.Words {
		words[i] = text.Fold(w)
	}
	first := words[0]
	switch {
	case n.Reach == lexicon.Stop:
		l.stops[first] = append(l.stops[first], words)
	case slices.Contains(happened, strings.Join(n.Words, " ")):
	case n.Reach == lexicon.Backward:
		l.denials[first] = append(l.denials[first], denial{words: words, back: true, reach: 3, nouns: true})
	case verbal(words):
		l.denials[first] = append(l.denials[first], denial{words: words, reach: 3, verbs: true, nouns: true})
	default:
		l.denials[first] = append(l.denials[first], denial{words: words, reach: 5, nouns: true, lists: true})
	}
}

// verbal says whether a negation denies what is done rather than what is there.
func verbal(words []string) bool {
	switch words[0] {
	case "nobody", "nothing", "never", "cannot":
		return true
	case "no":
		return len(words) > 1 && (words[1] == "one" || words[1] == "longer")
	}
	last := words[len(words)-1]
	return last == "not" || strings.HasSuffix(last, "n't")
}
