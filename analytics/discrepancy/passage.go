package discrepancy

import (
	"strings"

	"psims/nlp/text"
)

// passage is one sentence as it is searched for cues, with room to read another. Use
// one for each goroutine.
type passage struct {
	s      string
	list   *phrases
	tokens []text.Token
	words  []string // folded; "" for a placeholder
	all    []text.Token
	found  []match
	folded map[string]string // capitalised words met before
}

// mostFolded bounds what a passage remembers.
const mostFolded = 1 << 14

func newPassage() *passage { return &passage{list: lists(), folded: map[string]string{}} }

// text appends the cues of a text to out.
func (p *passage) text(out []Cue, s string) []Cue {
	p.s, p.all = s, text.Tokenise(p.all[:0], s)
	for from := 0; from < len(p.all); {
		until := from + 1
		for until < len(p.all) && !p.all[until].First {
			until++
		}
		p.read(p.all[from:until])
		out = p.cues(out)
		from = until
	}
	return out
}

func (p *passage) read(sentence []text.Token) {
	p.tokens, p.words = sentence, p.words[:0]
	for _, t := range sentence {
		switch t.Kind {
		case text.Placeholder:
			p.words = append(p.words, "")
		case text.Symbol:
			p.words = append(p.words, t.In(p.s))
		default:
			p.words = append(p.words, p.fold(t.In(p.s)))
		}
	}
}

// fold is text.Fold, which allocates for a word with capitals, from memory.
func (p *passage) fold(word string) string {
	if c := word[0]; c >= 'a' && c <= 'z' {
		return text.Fold(word)
	}
	folded, ok := p.folded[word]
	if !ok {
		folded = text.Fold(word)
		if len(p.folded) < mostFolded {
			p.folded[strings.Clone(word)] = folded
		}
	}
	return folded
}

// match is a pattern that stands at words from up to until.
type match struct {
	pattern
	from, until int
}

// cues appends the cues of the sentence to out.
func (p *passage) cues(out []Cue) []Cue {
	p.found = p.found[:0]
	for at, w := range p.words {
		for _, c := range p.list.patterns[w] {
			if until := p.matches(c.words, at, c.manner); until > 0 {
				p.found = append(p.found, match{c, at, until})
			}
		}
	}
	for i, m := range p.found {
		if m.manner == veto || hidden(p.found, i) {
			continue
		}
		out = append(out, Cue{
			Span:   text.Span{Start: p.tokens[m.from].Start, End: p.tokens[m.until-1].End},
			Harm:   m.harm,
			Denied: p.denied(m),
		})
	}
	return out
}

// matches gives the word after the words of a pattern if they stand at word at, and 0
// if they do not. A gap takes as few words as it can, and none across punctuation or that turns
// the sense around.
func (p *passage) matches(words [][]string, at int, of manner) int {
	for i, alternatives := range words {
		if alternatives == nil {
			for gap := at; gap <= at+mostGap && gap < len(p.words) && !strings.ContainsAny(p.before(gap), ",;:."); gap++ {
				if until := p.matches(words[i+1:], gap, of); until > 0 {
					return until
				}
				if turns(p.words[gap], of) {
					break
				}
			}
			return 0
		}
		if at >= len(p.words) || !p.is(alternatives, at) {
			return 0
		}
		at++
	}
	return at
}

// turns says whether a word in a gap makes the phrase another: "transferred from". What
// is no cue must not reach on to somebody else: "pump alarm, patient found dead".
func turns(word string, of manner) bool {
	switch word {
	case "from", "not", "no", "never", "without", "or", "by":
		return true
	case "patient", "pt", "patients", "pts", "resident", "client", "baby", "infant", "he", "she", "they", "and", "then", "when", "who", "that":
		return of == veto
	}
	return false
}

// before gives what stands between a word and the one before it.
func (p *passage) before(at int) string {
	if at == 0 {
		return ""
	}
	return p.s[p.tokens[at-1].End:p.tokens[at].Start]
}

func (p *passage) is(alternatives []string, at int) bool {
	for _, a := range alternatives {
		if a == p.words[at] || a == p.tokens[at].In(p.s) {
			return true
		}
	}
	return false
}

// No phrase of the lists, with its gaps, and no reach is longer than so many words.
const (
	mostGap  = 3
	mostNear = 24
)

// hidden says whether a match lies under another: one that is no cue, or one at least
// as grave that is longer, or as long and found earlier. Matches are in the order in
// which they begin.
func hidden(found []match, i int) bool {
	m := found[i]
	from := i
	for from > 0 && found[from-1].from > m.from-mostNear {
		from--
	}
	for j := from; j < len(found) && found[j].from < m.until; j++ {
		o := found[j]
		if j == i || o.until <= m.from {
			continue
		}
		if o.manner == veto {
			return true
		}
		longer := o.until-o.from > m.until-m.from
		if o.from <= m.from && m.until <= o.until && !m.harm.WorseThan(o.harm) && (longer || j < i) {
			return true
		}
	}
	return false
}

// denied says whether the sentence takes a cue back.
func (p *passage) denied(m match) bool {
	if p.queried(m.from) && m.manner == noun {
		return true
	}
	for at := max(0, m.from-mostNear); at < min(len(p.words), m.until+mostNear); at++ {
		for _, d := range p.list.denials[p.words[at]] {
			if m.manner == verb && !d.verbs || m.manner == noun && !d.nouns || !p.stands(d.words, at) {
				continue
			}
			until := at + len(d.words)
			if d.back {
				if at >= m.until && at-m.until < d.reach && !p.ends(m.until, at, m, d) {
					return true
				}
			} else if until <= m.from && m.from-until < d.reach && !p.ends(until, m.from, m, d) {
				return true
			}
		}
	}
	return false
}

// queried says whether a question mark of its own stands before a word: "? fracture".
func (p *passage) queried(at int) bool {
	before := strings.TrimRight(p.s[:p.tokens[at].Start], " ")
	before, ok := strings.CutSuffix(before, "?")
	return ok && (before == "" || strings.ContainsRune(" \n\t(,;:?", rune(before[len(before)-1])))
}

// stands says whether the words stand at a place.
func (p *passage) stands(words []string, at int) bool {
	if at+len(words) > len(p.words) {
		return false
	}
	for i, w := range words {
		if p.words[at+i] != w {
			return false
		}
	}
	return true
}

// ends says whether the reach of a denial ends between two words.
func (p *passage) ends(from, until int, m match, d denial) bool {
	for at := from; at < until; at++ {
		if p.stops(at, m.manner, d) {
			return true
		}
	}
	return p.broken(from, until, d)
}

// stops says whether the reach of a denial ends at a word.
func (p *passage) stops(at int, of manner, d denial) bool {
	for _, stop := range p.list.stops[p.words[at]] {
		if p.stands(stop, at) {
			return true
		}
	}
	switch p.words[at] {
	case "then", "so", "when", "later", "subsequently", "led", "leading", "resulting", "resulted":
		return true
	case "and", "&", "+":
		return of == verb || !d.lists
	}
	return false
}

// broken says whether punctuation parts the words from up to until from each other.
// A comma does not within a list that ends with "or": no pain, bleeding or fracture.
func (p *passage) broken(from, until int, d denial) bool {
	for at := max(1, from); at <= until && at < len(p.tokens); at++ {
		between := p.before(at)
		if strings.ContainsAny(between, ";:.") || strings.Contains(between, " - ") {
			return true
		}
		if strings.Contains(between, ",") && !(d.lists && p.listed(at)) {
			return true
		}
	}
	return false
}

// listed says whether a list that ends with "or" or "nor" goes on after a comma before word at.
func (p *passage) listed(at int) bool {
	for until := min(len(p.words), at+mostNear); at < until; at++ {
		if w := p.words[at]; w == "or" || w == "nor" {
			return true
		}
		if len(p.list.stops[p.words[at]]) > 0 {
			return false
		}
	}
	return false
}
