// Package query answers: which narratives does a search strategy find, and which of
// its terms found them?
//
// In goes a strategy as national analysts write them: named groups of terms, joined
// by and, or, not and near, and a search that joins the groups. Out comes for each
// narrative whether it is found, with every group and term that is in it, so that
// each can be tallied. Tallies of terms may not add up: a narrative may have several.
//
// The language:
//
//	word            the word, whatever its case
//	word*           a word that begins so
//	~word           the word or a misspelling: 1 letter wrong from 5 letters, 2 from 9
//	"two words"     words in a row; each may have * or ~
//	a near/5 b      both within 5 words of each other, either first
//	a and b, a or b, not a, (a or b)
//	@group          the group of that name
//
// "not" binds tightest, then near, then and, then or.
//
// Source: NHS England, patient-safety-data-request-template (2026): named groups of
// patterns joined by boolean expressions, with tallies for each term.
// Differs: terms are words and not regular expressions, so that an analyst can read
// a strategy and nobody can write one that never ends.
package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"psims/nlp/spelling"
)

// Query is a search strategy, ready to be asked. It is safe for many goroutines.
type Query struct {
	search node
	groups []group
	terms  []Term
}

type group struct {
	name string
	expr node
}

// Term is one term of a strategy, with the group it stands in; "" for the search.
type Term struct {
	Group string
	Text  string
	words []pattern
}

// Found says what of a strategy is in a narrative.
type Found struct {
	Search bool   // the whole strategy finds it
	Groups []bool // by Groups
	Terms  []bool // by Terms
}

// Parse reads a strategy: the expression of each group by name, and the search.
//
// Errors: text that is not in the language, with the place; a group that is not
// there, or that leads back to itself.
func Parse(groups map[string]string, search string) (*Query, error) {
	q := &Query{}
	var names []string
	for name := range groups {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		e, err := q.parse(groups[name], name, names)
		if err != nil {
			return nil, fmt.Errorf("reading group %q: %w", name, err)
		}
		q.groups = append(q.groups, group{name, e})
	}
	e, err := q.parse(search, "", names)
	if err != nil {
		return nil, fmt.Errorf("reading the search: %w", err)
	}
	q.search = e
	for i := range q.groups {
		if err := q.circle(i, nil); err != nil {
			return nil, err
		}
	}
	return q, nil
}

// circle reports a group that leads back to itself.
func (q *Query) circle(i int, via []string) error {
	name := q.groups[i].name
	if slices.Contains(via, name) {
		return fmt.Errorf("reading group %q: it leads back to itself, by %s", name, strings.Join(via, ", "))
	}
	via = append(via, name)
	var err error
	q.groups[i].expr.each(func(n node) {
		if n.kind == isGroup && err == nil {
			err = q.circle(n.at, via)
		}
	})
	return err
}

// Groups lists the names of the groups, in order.
func (q *Query) Groups() []string {
	out := make([]string, len(q.groups))
	for i, g := range q.groups {
		out[i] = g.name
	}
	return out
}

// Terms lists every term, in the order of the groups, the search's own last.
func (q *Query) Terms() []Term { return slices.Clone(q.terms) }

// Ask asks the strategy of a narrative. Cost: words of the narrative times words of
// the strategy.
func (q *Query) Ask(text string) Found {
	words := split(text)
	a := answer{q: q, at: make([][]span, len(q.terms)), groups: make([]int8, len(q.groups))}
	f := Found{Terms: make([]bool, len(q.terms)), Groups: make([]bool, len(q.groups))}
	for k, t := range q.terms {
		a.at[k] = t.find(words)
		f.Terms[k] = len(a.at[k]) > 0
	}
	for i := range q.groups {
		f.Groups[i] = a.group(i)
	}
	f.Search = a.is(q.search)
	return f
}

// answer is a strategy being asked of one narrative.
type answer struct {
	q      *Query
	at     [][]span // places of each term
	groups []int8   // 0 not asked, 1 no, 2 yes
}

func (a *answer) group(i int) bool {
	if a.groups[i] == 0 {
		a.groups[i] = 1
		if a.is(a.q.groups[i].expr) {
			a.groups[i] = 2
		}
	}
	return a.groups[i] == 2
}

func (a *answer) is(n node) bool {
	switch n.kind {
	case isTerm:
		return len(a.at[n.at]) > 0
	case isGroup:
		return a.group(n.at)
	case isNot:
		return !a.is(n.parts[0])
	case isAnd:
		return a.is(n.parts[0]) && a.is(n.parts[1])
	case isOr:
		return a.is(n.parts[0]) || a.is(n.parts[1])
	}
	for _, x := range a.at[n.parts[0].at] {
		for _, y := range a.at[n.parts[1].at] {
			if y.from-x.until < n.at && x.from-y.until < n.at && x != y {
				return true
			}
		}
	}
	return false
}

// span is a run of words: from the first to after the last.
type span struct{ from, until int }

// pattern is one word of a term.
type pattern struct {
	word  string
	open  bool // may go on
	slips int  // letters that may be wrong
}

func (p pattern) is(word string) bool {
	switch {
	case word == p.word:
		return true
	case p.open && strings.HasPrefix(word, p.word):
		return true
	case p.slips == 0:
		return false
	}
	return spelling.Distance(word, p.word, p.slips) <= p.slips
}

func (t Term) find(words []string) []span {
	var out []span
	for i := 0; i+len(t.words) <= len(words); i++ {
		all := true
		for k, p := range t.words {
			if !p.is(words[i+k]) {
				all = false
				break
			}
		}
		if all {
			out = append(out, span{i, i + len(t.words)})
		}
	}
	return out
}

// split gives the words of a text in small letters: runs of letters and digits.
func split(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// Tally counts narratives.
type Tally struct {
	Asked, Found int
	Groups       []int // by Groups
	Terms        []int // by Terms
}

// Tally asks the strategy of every text. found lists the texts that it finds.
func (q *Query) Tally(texts []string) (t Tally, found []int) {
	t = Tally{Groups: make([]int, len(q.groups)), Terms: make([]int, len(q.terms))}
	for i, s := range texts {
		f := q.Ask(s)
		t.Asked++
		if f.Search {
			t.Found++
			found = append(found, i)
		}
		for k, is := range f.Groups {
			if is {
				t.Groups[k]++
			}
		}
		for k, is := range f.Terms {
			if is {
				t.Terms[k]++
			}
		}
	}
	return t, found
}
