package topic

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"psims/nlp/phrase"
	"psims/nlp/text"
)

// A title's phrases have at most this many words, and stand in at least two of
// the reports.
const (
	maxPhraseWords = 4
	minPhraseUses  = 2
)

// named is a noun phrase of the reports.
type named struct {
	shown string
	stems []string
	uses  int     // reports that hold it
	score float64 // uses, more for holding the theme's own terms
}

// Name names a theme by the noun phrases that its reports share and that hold its
// distinguishing terms; by the terms themselves when there is none. texts are one
// sentence or text of each report, weights the importance of the terms by their
// stems, and shown the terms as people write them, most important first. What tells
// only of a patient, a writer, a time or an outcome ("male patient", "last night",
// "near miss") names a theme only where there is nothing else.
//
// Cost: some 10 microseconds a word, for tagging.
func Name(texts []string, weights map[string]float64, shown []string) string {
	parts := nameParts(texts, weights, shown, naming())
	if len(parts) == 0 {
		parts = nameParts(texts, weights, shown, func(words string) bool { return !text.StopWord(words) && !negation[words] })
	}
	if len(parts) == 0 {
		return "Reports alike"
	}
	name := capitals(texts).in(strings.Join(parts, ", "))
	return strings.ToUpper(name[:1]) + name[1:]
}

// nameParts gives up to three phrases and terms that say something by fit, best first.
func nameParts(texts []string, weights map[string]float64, shown []string, fit func(words string) bool) (parts []string) {
	analyser := text.NewAnalyser(text.Default())
	var used []string
	for _, p := range nounPhrases(texts, weights) {
		if len(parts) == 2 {
			break
		}
		if fit(p.shown) && !slices.ContainsFunc(p.stems, func(s string) bool { return slices.Contains(used, s) }) {
			parts = append(parts, p.shown)
			used = append(used, p.stems...)
		}
	}
	// A phrase of one word says less than a second term beside it.
	for _, s := range shown {
		if len(parts) >= 3 || len(parts) == 2 && len(used) > 2 {
			break
		}
		s = trimmed(s)
		stems := analyser.Strings(nil, s)
		if len(stems) > 0 && fit(s) && !slices.ContainsFunc(stems, func(s string) bool { return slices.Contains(used, s) }) {
			parts = append(parts, s)
			used = append(used, stems...)
		}
	}
	return parts
}

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

// nounPhrases gives the noun phrases of the texts that hold a weighted term,
// best first.
func nounPhrases(texts []string, weights map[string]float64) []named {
	analyser := text.NewAnalyser(text.Default())
	byKey := map[string]*named{}
	var order []*named
	for _, s := range texts {
		seen := map[string]bool{}
		for _, c := range phrase.Shared().NounPhrases(s) {
			words := s[c.Start:c.End]
			stems := analyser.Strings(nil, words)
			if len(stems) == 0 || len(stems) > maxPhraseWords || strings.ContainsAny(words, "[]") || clause(words) {
				continue
			}
			key := strings.Join(stems, " ")
			if seen[key] {
				continue
			}
			seen[key] = true
			if byKey[key] == nil {
				byKey[key] = &named{shown: strings.ToLower(strings.Join(strings.Fields(words), " ")), stems: stems}
				order = append(order, byKey[key])
			}
			byKey[key].uses++
		}
	}
	var out []named
	for _, p := range order {
		weight := 0.0
		for k, s := range p.stems {
			weight += weights[s]
			if k > 0 {
				weight += weights[p.stems[k-1]+" "+s]
			}
		}
		if p.uses >= minPhraseUses && weight > 0 {
			p.score = float64(p.uses) * weight
			out = append(out, *p)
		}
	}
	slices.SortStableFunc(out, func(a, b named) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(len(b.stems), len(a.stems)), cmp.Compare(a.shown, b.shown))
	})
	return out
}
