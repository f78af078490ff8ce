package triage

import (
	"slices"

	"psims/models/topic"
	"psims/nlp/text"
)

// written gives the terms as the sentences write them most often; one that no
// sentence holds is given as it was first written anywhere. A word that only denies is
// left out: of "not" nobody learns what the reports share.
func (r *Reports) written(terms []int32, sentences []string) []string {
	stems, shown := make([]string, len(terms)), make([]string, len(terms))
	for k, t := range terms {
		stems[k], shown[k] = r.Terms.Name(t), r.Terms.Shown(t)
	}
	out := topic.Written(sentences, stems, shown)
	if said := slices.DeleteFunc(slices.Clone(out), func(s string) bool { return slices.Contains(text.Negations(), s) }); len(said) > 0 {
		out = said
	}
	return out[:min(len(out), maxTerms)]
}
