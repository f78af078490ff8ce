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
// stems, and shown the terms as people write them, most important first.
//
// Cost: some 10 microseconds a word, for tagging.
func Name(texts []string, weights map[string]float64, shown []string) string {
	var parts []string
	var used []string
	for _, p := range nounPhrases(texts, weights) {
		if len(parts) == 2 {
			break
		}
		if !slices.ContainsFunc(p.stems, func(s string) bool { return slices.Contains(used, s) }) {
			parts = append(parts, p.shown)
			used = append(used, p.stems...)
		}
	}
	// A phrase of one word says less than a second term beside it.
	for _, s := range shown {
		if len(parts) >= 3 || len(parts) == 2 && len(used) > 2 {
			break
		}
		stems := text.NewAnalyser(text.Default()).Strings(nil, s)
		if len(stems) > 0 && !text.StopWord(s) && !negation[s] && !slices.ContainsFunc(stems, func(s string) bool { return slices.Contains(used, s) }) {
			parts = append(parts, s)
			used = append(used, stems...)
		}
	}
	if len(parts) == 0 {
		return "Reports alike"
	}
	name := capitals(texts).in(strings.Join(parts, ", "))
	return strings.ToUpper(name[:1]) + name[1:]
}

// acronyms are words that people write in capitals: TTO, NEWS.
type acronyms map[string]bool

// capitals gives the words of two letters or more that the texts write in capitals
// more often than not. A text that is all in capitals says nothing about that.
func capitals(texts []string) acronyms {
	upper, lower := map[string]int{}, map[string]int{}
	for _, s := range texts {
		if !strings.ContainsFunc(s, unicode.IsLower) {
			continue
		}
		for w := range strings.FieldsFuncSeq(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			folded := strings.ToLower(w)
			if len(w) > 1 && w != folded && w == strings.ToUpper(w) {
				upper[folded]++
			} else {
				lower[folded]++
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
			if len(stems) == 0 || len(stems) > maxPhraseWords || strings.ContainsAny(words, "[]") {
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
