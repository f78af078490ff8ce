package topic

import (
	"cmp"
	"slices"
	"strings"

	"psims/nlp/text"
)

// maxWritten is how many bytes a term may take as it is written.
const maxWritten = 40

// Written gives terms as the texts write them most often, with the small words
// between neighbours ("moved to separate" for the stems "move separ"), and without
// those that another among them holds. stems and shown are the terms by their stems
// and as they may be shown where no text holds them.
//
// Cost: linear in the texts.
func Written(texts, stems, shown []string) []string {
	uses := map[string]map[string]int{} // by stems: how often it is written how
	for _, t := range stems {
		uses[t] = map[string]int{}
	}
	analyser := text.NewAnalyser(text.Default())
	for _, s := range texts {
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
	for k, t := range stems {
		words := commonest(uses[t])
		if words == "" {
			words = shown[k]
		}
		if slices.ContainsFunc(out, func(o string) bool { return within(words, o) }) {
			continue
		}
		out = append(slices.DeleteFunc(out, func(o string) bool { return within(o, words) }), words)
	}
	return out
}

// spelled gives the parts of a title as the texts write them most often, with the small
// words between: "imported" where one says "import" and ten "imported". A writing that
// would not read as one phrase is passed over.
//
// Cost: linear in the texts, for each part.
func spelled(texts []string, parts []Part) []string {
	analyser := text.NewAnalyser(text.Default())
	uses := make([]map[string]int, len(parts))
	for k := range parts {
		uses[k] = map[string]int{}
	}
	for _, s := range texts {
		found := analyser.Terms(nil, s)
		for k, p := range parts {
			for from := 0; from+len(p.stems) <= len(found); from++ {
				span := found[from : from+len(p.stems)]
				if !stands(analyser, span, p.stems) {
					continue
				}
				if words := folded(s[span[0].Start:span[len(span)-1].End]); len(words) <= maxWritten && smooth(words) {
					uses[k][words]++
				}
			}
		}
	}
	out := make([]string, len(parts))
	for k, p := range parts {
		if out[k] = commonest(uses[k]); out[k] == "" {
			out[k] = p.Words
		}
	}
	return out
}

// stands reports whether terms of a text are the given stems, side by side in one sentence.
func stands(analyser *text.Analyser, span []text.Term, stems []string) bool {
	for k, f := range span {
		if k > 0 && (f.Break || f.Start < span[k-1].End) || analyser.Dictionary().String(f.ID) != stems[k] {
			return false
		}
	}
	return true
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
