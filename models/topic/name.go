package topic

import (
	"cmp"
	"slices"
	"strings"

	"psims/nlp/phrase"
	"psims/nlp/text"
)

// A title's phrases have at most this many words.
const maxPhraseWords = 4

// A title says what most of the reports say: its first part stands in at least half
// of them, each further one in at least a quarter. Where no phrase stands in half, the
// title says that they are mixed.
const (
	mostReports = 0.5
	someReports = 0.25
	aFewReports = 0.1 // what a second part stands in, at least, beside a first of one word
	fewReports  = 2   // reports that any part stands in, at least
)

// mixedMark stands before the parts of a title of which none holds for half of the reports.
const mixedMark = "Mixed: "

// sometimesMark stands before a part that holds for fewer than a quarter of the reports:
// beside one word that says little by itself ("floor", "wrong") it says what is often meant.
const sometimesMark = "sometimes "

// Title is what a group of reports is called.
type Title struct {
	Text  string
	Parts []Part
	Mixed bool // no part stands in half of the reports
}

// Part is a phrase of a title and the share of the reports that it stands in.
type Part struct {
	Words string
	Share float64

	stems []string
	in    []bool // by report
	score float64
}

// Name names reports by the phrases that most of them share and that hold their
// distinguishing terms. typical are sentences or texts of some of them, from which
// noun phrases are taken, weights the importance of the terms by their stems, and shown
// the terms as people write them, most important first. What tells only of a patient, a
// writer, a time or an outcome ("male patient", "last night", "near miss") names
// reports only where there is nothing else.
//
// Of phrases that stand in half of the reports the one with the most weight comes
// first, however many more hold it: "battery door" rather than "door". What stands in
// fewer loses weight in proportion.
//
// Cost: some 10 microseconds a word of typical, for tagging, and phrases × reports.
func (r Reports) Name(typical []string, weights map[string]float64, shown []string) Title {
	all := r.candidates(typical, weights, shown)
	var t Title
	for _, fit := range []func(string) bool{naming(), func(words string) bool { return !text.StopWord(words) && !negation[words] }} {
		if t = entitle(all, fit); len(t.Parts) > 0 {
			break
		}
	}
	if len(t.Parts) == 0 {
		return Title{Text: "Reports alike"}
	}
	words := spelled(typical, t.Parts)
	for k, p := range t.Parts {
		t.Parts[k].Words = words[k]
		if !t.Mixed && p.Share < someReports {
			words[k] = sometimesMark + words[k]
		}
	}
	t.Text = capitals(typical).in(strings.Join(words, ", "))
	if t.Text = strings.ToUpper(t.Text[:1]) + t.Text[1:]; t.Mixed {
		t.Text = mixedMark + t.Text
	}
	return t
}

// entitle chooses up to three parts that fit among the candidates, best first.
func entitle(all []Part, fit func(words string) bool) (t Title) {
	all = slices.DeleteFunc(slices.Clone(all), func(p Part) bool { return !fit(p.Words) })
	first := slices.IndexFunc(all, func(p Part) bool { return p.Share >= mostReports })
	if first < 0 {
		return Title{Parts: apart(all), Mixed: len(all) > 0}
	}
	t.Parts = []Part{all[first]}
	for _, p := range all {
		// A phrase of one word says less than a second term beside it.
		if len(t.Parts) == 3 || len(t.Parts) == 2 && len(t.Parts[0].stems)+len(t.Parts[1].stems) > 2 {
			break
		}
		if p.Share >= someReports && !overlaps(t.Parts, p) {
			t.Parts = append(t.Parts, p)
		}
	}
	if len(t.Parts) > 1 || len(t.Parts[0].stems) > 1 {
		return t
	}
	for _, p := range all {
		if p.Share >= aFewReports && !overlaps(t.Parts, p) {
			t.Parts = append(t.Parts, p)
			break
		}
	}
	return t
}

// apart chooses up to three parts that stand in different reports.
func apart(all []Part) (parts []Part) {
	var told []bool // by report, whether a chosen part stands in it
	for len(parts) < 3 {
		best, most := -1, 0.0
		for k, p := range all {
			fresh := 0
			for i, in := range p.in {
				if in && (told == nil || !told[i]) {
					fresh++
				}
			}
			if v := float64(fresh) * p.score; fresh >= fewReports && v > most && !overlaps(parts, p) {
				best, most = k, v
			}
		}
		if best < 0 {
			break
		}
		parts = append(parts, all[best])
		if told == nil {
			told = make([]bool, len(all[best].in))
		}
		for i, in := range all[best].in {
			told[i] = told[i] || in
		}
	}
	return parts
}

// overlaps reports whether a part has a word in common with others.
func overlaps(others []Part, p Part) bool {
	return slices.ContainsFunc(others, func(o Part) bool {
		return slices.ContainsFunc(p.stems, func(s string) bool { return slices.Contains(o.stems, s) })
	})
}

// candidates gives the phrases that hold a weighted term and stand in at least two
// reports, best first.
func (r Reports) candidates(typical []string, weights map[string]float64, shown []string) (out []Part) {
	analyser := text.NewAnalyser(text.Default())
	known := map[string]bool{}
	add := func(words string) {
		p := Part{Words: words, stems: analyser.Strings(nil, words)}
		key, weight := strings.Join(p.stems, " "), weightOf(p.stems, weights)
		if known[key] || weight <= 0 {
			return
		}
		known[key] = true
		n := 0
		if p.in, n = r.holding(p.stems); n < fewReports {
			return
		}
		p.Share = float64(n) / float64(len(p.in))
		p.score = min(p.Share, mostReports) * weight
		out = append(out, p)
	}
	for _, s := range typical {
		for _, c := range phrase.Shared().NounPhrasesWithin(s, maxPhraseWords) {
			if words := s[c.Start:c.End]; !strings.ContainsAny(words, "[].") && !clause(words) {
				add(strings.ToLower(strings.Join(strings.Fields(words), " ")))
			}
		}
	}
	for _, s := range shown {
		if s = trimmed(s); smooth(s) {
			add(s)
		}
	}
	slices.SortStableFunc(out, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(b.Share, a.Share), cmp.Compare(len(b.stems), len(a.stems)), cmp.Compare(a.Words, b.Words))
	})
	return out
}

// weightOf adds up the weights of the words and neighbours of a phrase.
func weightOf(stems []string, weights map[string]float64) (sum float64) {
	for k, s := range stems {
		sum += weights[s]
		if k > 0 {
			sum += weights[stems[k-1]+" "+s]
		}
	}
	return sum
}
