package triage

import "psims/models/topic"

// written gives the terms as the sentences write them most often; one that no
// sentence holds is given as it was first written anywhere.
func (r *Reports) written(terms []int32, sentences []string) []string {
	stems, shown := make([]string, len(terms)), make([]string, len(terms))
	for k, t := range terms {
		stems[k], shown[k] = r.Terms.Name(t), r.Terms.Shown(t)
	}
	out := topic.Written(sentences, stems, shown)
	return out[:min(len(out), maxTerms)]
}
