package specialty

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"

	"psims/nlp/text"
	"psims/reports/quote"
)

//go:embed factors.tsv
var factorList string

// Factor is something that reporters name as having contributed, with the reports
// that name it.
type Factor struct {
	Name    string
	Reports []string // their ids
	Passage Passage  // one that says so
}

// phrase is words in a row; open ends may go on.
type phrase struct {
	factor string
	words  []string
	open   bool
	unless []phrase // of one word: none may be in the sentence
}

// phrases reads the list of factors.
func phrases() []phrase {
	var out []phrase
	for line := range strings.Lines(factorList) {
		factor, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		words, unless, _ := strings.Cut(words, "\t")
		p := parse(words)
		p.factor = factor
		for _, w := range strings.Fields(unless) {
			p.unless = append(p.unless, parse(w))
		}
		out = append(out, p)
	}
	return out
}

func parse(words string) phrase {
	stem, open := strings.CutSuffix(words, "*")
	return phrase{words: strings.Fields(stem), open: open}
}

// within reports whether the phrase is somewhere in a sentence.
func (p phrase) within(words []string) bool {
	for i := range words {
		if p.at(words[i:]) {
			return true
		}
	}
	return false
}

// Factors finds what the reports name as having contributed, most named first, and
// a sentence each: one that no other factor shows, where there is one. A sentence
// that denies it ("no delay") doesn't count. Naming is no proof of a cause. Cost
// linear in the texts.
func Factors(reports []quote.Incident) []Factor {
	type tally struct {
		Factor
		passages []Passage
	}
	by := map[string]*tally{}
	for _, e := range reports {
		seen := map[string]bool{}
		for _, span := range text.Sentences(nil, e.Text) {
			sentence := strings.TrimSpace(span.In(e.Text))
			for _, hit := range named(sentence) {
				t := by[hit.factor]
				if t == nil {
					t = &tally{Factor: Factor{Name: hit.factor}}
					by[hit.factor] = t
				}
				if !seen[hit.factor] {
					seen[hit.factor] = true
					t.Reports = append(t.Reports, e.ID)
					t.passages = append(t.passages, Passage{Report: e, Sentence: sentence, Words: []string{hit.said}})
				}
			}
		}
	}
	var all []*tally
	for _, t := range by {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *tally) int {
		return cmp.Or(cmp.Compare(len(b.Reports), len(a.Reports)), strings.Compare(a.Name, b.Name))
	})
	var out []Factor
	shown := map[string]bool{}
	for _, t := range all {
		t.Passage = t.passages[0]
		for _, p := range t.passages {
			if n := len(strings.Fields(p.Sentence)); !shown[p.Report.ID] && n >= fewestWords && n <= mostWords {
				t.Passage = p
				break
			}
		}
		shown[t.Passage.Report.ID] = true
		out = append(out, t.Factor)
	}
	return out
}

type hit struct{ factor, said string }

// named lists the factors that a sentence names, each once.
func named(sentence string) []hit {
	words := strings.FieldsFunc(strings.ToLower(sentence), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '\'')
	})
	var out []hit
	for _, p := range list {
		if slices.ContainsFunc(out, func(h hit) bool { return h.factor == p.factor }) {
			continue
		}
		if slices.ContainsFunc(p.unless, func(w phrase) bool { return w.within(words) }) {
			continue
		}
		for i := range words {
			if p.at(words[i:]) && !denied(words[:i]) {
				out = append(out, hit{p.factor, strings.Join(words[i:i+len(p.words)], " ")})
				break
			}
		}
	}
	return out
}

// list is the list of factors: it is read once and never changed.
var list = phrases()

func (p phrase) at(words []string) bool {
	if len(words) < len(p.words) {
		return false
	}
	for k, w := range p.words {
		last := k == len(p.words)-1
		if words[k] != w && !(last && p.open && strings.HasPrefix(words[k], w)) {
			return false
		}
	}
	return true
}

// denied reports whether a negation stands in the three words before.
func denied(before []string) bool {
	for _, w := range before[max(0, len(before)-3):] {
		switch w {
		case "no", "not", "without", "nil", "denies", "denied", "never":
			return true
		}
	}
	return false
}
