package topic

import (
	"strings"
	"unicode"

	"psims/nlp/text"
)

// trimmed takes words that name nothing from the beginning of a term, and small words
// and numbers from its end: "employee was moving", "waited 2". What denies stays.
func trimmed(term string) string {
	words := strings.Fields(term)
	for len(words) > 1 && (unnamed[words[0]] || text.StopWord(words[0]) || !letters(words[0])) {
		words = words[1:]
	}
	for len(words) > 1 && (text.StopWord(words[len(words)-1]) || !letters(words[len(words)-1])) {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// joins are words that begin another clause: what holds one between its words is no phrase.
var joins = map[string]bool{"and": true, "but": true, "or": true, "when": true, "which": true, "that": true, "who": true, "because": true, "as": true, "so": true}

// smooth reports whether a term reads as one phrase: no mark, figure or joining word in it.
func smooth(term string) bool {
	for w := range strings.FieldsSeq(term) {
		if joins[w] || strings.ContainsFunc(w, func(c rune) bool { return !unicode.IsLetter(c) && c != '-' && c != '\'' && c != '’' && c != '/' }) {
			return false
		}
	}
	return true
}

func letters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// acronyms are words that people write in capitals: TTO, NEWS.
type acronyms map[string]bool

// capitals gives the words of two letters or more that the texts write in capitals
// more often than not. What stands beside another word in capitals says nothing about
// that: somebody may be shouting.
func capitals(texts []string) acronyms {
	upper, lower := map[string]int{}, map[string]int{}
	for _, s := range texts {
		words := strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		loud := func(k int) bool {
			return k >= 0 && k < len(words) && len(words[k]) > 1 && words[k] != strings.ToLower(words[k]) && words[k] == strings.ToUpper(words[k])
		}
		for k, w := range words {
			switch {
			case !loud(k):
				lower[strings.ToLower(w)]++
			case !loud(k-1) && !loud(k+1) && strings.ContainsFunc(s, unicode.IsLower):
				upper[strings.ToLower(w)]++
			}
		}
	}
	out := acronyms{}
	for w, n := range upper {
		out[w] = n > lower[w]
	}
	return out
}

// in writes the acronyms of a name in capitals.
func (a acronyms) in(name string) string {
	words := strings.Split(name, " ")
	for k, w := range words {
		if bare := strings.TrimRight(w, ","); a[bare] {
			words[k] = strings.ToUpper(bare) + w[len(bare):]
		}
	}
	return strings.Join(words, " ")
}

// negation holds the words that deny: they matter in a text and name nothing.
var negation = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range text.Negations() {
		out[w] = true
	}
	return out
}()

// clause reports whether what the tagger took for a noun phrase holds a word that
// none has: it does so where somebody wrote in capitals.
func clause(words string) bool {
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if w := strings.Trim(w, ".,;:"); text.StopWord(w) || negation[w] {
			return true
		}
	}
	return false
}
