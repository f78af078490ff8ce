package triage

import (
	"cmp"
	"slices"
	"strings"

	"psims/nlp/text"
)

// maxWritten is how many bytes a term may take as it is written.
const maxWritten = 40

// written gives the terms as the sentences write them most often, with the small words
// between neighbours ("moved to separate" for the stems "move separ"), and without
// those that another among them holds. A term that no sentence holds is given as it was
// first written anywhere.
func (r *Reports) written(terms []int32, sentences []string) []string {
	uses := map[string]map[string]int{} // by stems: how often it is written how
	for _, t := range terms {
		uses[r.Terms.Name(t)] = map[string]int{}
	}
	analyser := text.NewAnalyser(text.Default())
	for _, s := range sentences {
		found := analyser.Terms(nil, s)
		for k, f := range found {
			stem := analyser.Dictionary().String(f.ID)
			if use, ok := uses[stem]; ok {
				use[folded(s[f.Start:f.End])]++
			}
			if k == 0 || f.Break || f.Start < found[k-1].End {
				continue
			}
			if use, ok := uses[analyser.Dictionary().String(found[k-1].ID)+" "+stem]; ok {
				if span := folded(s[found[k-1].Start:f.End]); len(span) <= maxWritten {
					use[span]++
				}
			}
		}
	}
	var out []string
	for _, t := range terms {
		words := commonest(uses[r.Terms.Name(t)])
		if words == "" {
			words = r.Terms.Shown(t)
		}
		if slices.ContainsFunc(out, func(o string) bool { return within(words, o) }) {
			continue
		}
		out = append(slices.DeleteFunc(out, func(o string) bool { return within(o, words) }), words)
	}
	return out[:min(len(out), maxTerms)]
}

// folded writes words in lower case with one space between.
func folded(words string) string { return strings.ToLower(strings.Join(strings.Fields(words), " ")) }

// within reports whether a stands in b, word for word.
func within(a, b string) bool { return strings.Contains(" "+b+" ", " "+a+" ") }

// commonest gives the most frequent of some writings: of equals the shorter, then the
// first in the alphabet; "" of none.
func commonest(uses map[string]int) string {
	best := ""
	for words, n := range uses {
		if best == "" || cmp.Or(cmp.Compare(n, uses[best]), cmp.Compare(len(best), len(words)), cmp.Compare(best, words)) > 0 {
			best = words
		}
	}
	return best
}
