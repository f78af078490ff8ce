package specialty

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/models/topic"
	"psims/nlp/text"
	"psims/reports/quote"
)

// Tell picks the themes to tell of: those that are told here more than in other
// specialties, by how much more than chance that is, then the largest. A theme that
// is told alike everywhere says little about the specialty, and one that repeats it or
// is of nothing but paperwork less: such come last.
func Tell(themes []Theme, n int) []Theme {
	rank := func(t Theme) (own bool, weight float64) {
		if ownTheme(t) {
			return true, (float64(t.Year) - t.Expected) / math.Sqrt(max(t.Expected, 1))
		}
		return false, float64(t.Recent)
	}
	sorted := slices.Clone(themes)
	for k := range sorted {
		sorted[k].Repeats = sorted[k].Repeats || topic.Paperwork(sorted[k].Name)
	}
	slices.SortFunc(sorted, func(a, b Theme) int {
		if a.Repeats != b.Repeats {
			if b.Repeats {
				return -1
			}
			return 1
		}
		ownA, weightA := rank(a)
		ownB, weightB := rank(b)
		if ownA != ownB {
			if ownA {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(weightB, weightA), strings.Compare(a.ID, b.ID))
	})
	return sorted[:min(len(sorted), n)]
}

// ownTheme reports whether a theme is told here more than elsewhere.
func ownTheme(t Theme) bool {
	const more = 1.5
	return float64(t.Year) >= more*t.Expected
}

// A passage reads well between these numbers of words.
const (
	fewestWords = 8
	mostWords   = 40
)

// Choose picks up to n sentences that tell best what the reports have in common,
// each from another report: sentences with many of the terms, the first terms
// counting most, that don't repeat each other. Moderate harm or worse counts for
// more, another report of the same organisation for less. Terms about the outcome
// ("no harm") tell nothing of how it happens and don't count. Cost linear in the
// texts times n.
func Choose(reports []quote.Incident, terms []string, n int) []Passage {
	telling := slices.DeleteFunc(slices.Clone(terms), func(t string) bool {
		return slices.ContainsFunc(strings.Fields(strings.ToLower(strings.ReplaceAll(t, "_", " "))), func(w string) bool { return outcome[w] })
	})
	if len(telling) == 0 {
		telling = terms
	}
	var all []candidate
	sought := quote.Read(telling)
	for i, e := range reports {
		if best, ok := bestSentence(e.Text, sought); ok {
			best.report = i
			best.words = strings.Fields(strings.ToLower(best.text))
			slices.Sort(best.words)
			best.words = slices.Compact(best.words)
			if e.Harm >= incident.ModerateHarm {
				best.score *= 1.5
			}
			all = append(all, best)
		}
	}
	var out []Passage
	senders := map[string]int{}
	for len(out) < n {
		best, most := -1, 0.0
		for k, c := range all {
			if score := c.score / float64(1+senders[reports[c.report].Organisation]); score > most+1e-9 {
				best, most = k, score
			}
		}
		if best < 0 || most < leastScore {
			return out
		}
		c := all[best]
		senders[reports[c.report].Organisation]++
		out = append(out, Passage{Report: reports[c.report], Sentence: c.text, Words: terms})
		for k := range all {
			all[k].score *= 1 - overlap(all[k].words, c.words)
		}
		all[best].score = 0
	}
	return out
}

// outcome are words that say what came of an event, not how it happened.
var outcome = map[string]bool{"harm": true, "harmed": true, "injury": true, "injuries": true, "apparent": true}

// leastScore is less than a sentence of fair length with one of the last terms
// has, and more than one that repeats another.
const leastScore = 0.05

type candidate struct {
	report int
	text   string
	words  []string // sorted, each once
	score  float64
}

// bestSentence gives the sentence of a text that has most of the terms.
func bestSentence(s string, terms quote.Terms) (best candidate, ok bool) {
	for _, span := range text.Sentences(nil, s) {
		sentence := strings.TrimSpace(span.In(s))
		score := 0.0
		for k, there := range terms.In(sentence) {
			if there {
				score += 1 / float64(k+2)
			}
		}
		switch n := len(strings.Fields(sentence)); {
		case n < fewestWords:
			score *= float64(n) / fewestWords / 4
		case n > mostWords:
			score *= mostWords / float64(n)
		}
		if score > best.score {
			best, ok = candidate{text: sentence, score: score}, true
		}
	}
	return best, ok
}

// overlap is the share of the shorter list's words that the other has. Both are
// sorted, each word once.
func overlap(a, b []string) float64 {
	least := min(len(a), len(b))
	if least == 0 {
		return 0
	}
	both := 0
	for len(a) > 0 && len(b) > 0 {
		switch strings.Compare(a[0], b[0]) {
		case 0:
			both++
			a, b = a[1:], b[1:]
		case -1:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return float64(both) / float64(least)
}
