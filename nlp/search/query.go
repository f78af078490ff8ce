package search

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"psims/nlp/text"
)

// Query is a question that was understood.
type Query struct{ root *node }

// op says how the parts of a node go together.
type op uint8

const (
	leaf   op = iota
	both      // every part
	either    // any part
	not       // the first part and not the others
	near      // every part, within n words of one another, in any order
	phrase    // every part, one after the other
)

// node is a question: a leaf holds a word, others hold their parts.
type node struct {
	op    op
	word  string // folded
	wild  bool   // any word that begins so
	loose bool   // any word that is nearly so
	n     int    // of near: words between the first and the last, plus one
	parts []*node
}

// Limits of a question.
const (
	MaxQuery = 1000 // bytes
	maxDepth = 20
	maxNear  = 50
	someNear = 5 // NEAR without a number
)

// Parse reads a question.
//
//	insulin pump          both words, with any ending
//	insulin OR pump       either
//	insulin NOT pump      the first without the second; also insulin -pump
//	"switched off"        one after the other
//	pump NEAR/5 alarm     within 5 words of one another, in any order
//	anaesth*              any word that begins so
//	anaesthetist~         any word that is nearly so, for misspellings
//	(pump OR driver) off  round brackets keep parts together
//
// Errors: in a sentence for the person who asked.
func Parse(s string) (Query, error) {
	if len(s) > MaxQuery {
		return Query{}, fmt.Errorf("the question must be %d characters or fewer", MaxQuery)
	}
	if !utf8.ValidString(s) {
		return Query{}, errors.New("the question holds bytes that are not text")
	}
	p := parser{words: lex(s)}
	root, err := p.either(0)
	switch {
	case err != nil:
		return Query{}, err
	case p.at < len(p.words):
		return Query{}, errors.New("there is a closing bracket too many")
	case root == nil:
		return Query{}, errors.New("write at least one word to search for")
	}
	return Query{root}, nil
}

// lexeme is a piece of a question: a word, a quoted text, or a bracket.
type lexeme struct {
	text   string
	quoted bool
}

func lex(s string) []lexeme {
	var out []lexeme
	s = strings.NewReplacer("“", `"`, "”", `"`).Replace(s)
	for s != "" {
		s = strings.TrimLeft(s, " \t\r\n")
		if s == "" {
			break
		}
		switch s[0] {
		case '(', ')':
			out = append(out, lexeme{text: s[:1]})
			s = s[1:]
		case '"':
			inside, rest, _ := strings.Cut(s[1:], `"`)
			out = append(out, lexeme{inside, true})
			s = rest
		default:
			end := strings.IndexAny(s, " \t\r\n()\"")
			if end < 0 {
				end = len(s)
			}
			out = append(out, lexeme{text: s[:end]})
			s = s[end:]
		}
	}
	return out
}

type parser struct {
	words []lexeme
	at    int
}

func (p *parser) peek() (lexeme, bool) {
	if p.at == len(p.words) {
		return lexeme{}, false
	}
	return p.words[p.at], true
}

func (p *parser) is(text string) bool {
	w, ok := p.peek()
	return ok && !w.quoted && w.text == text
}

func (p *parser) either(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errors.New("there are too many brackets within brackets")
	}
	var parts []*node
	for {
		n, err := p.both(depth)
		if err != nil {
			return nil, err
		}
		if n != nil {
			parts = append(parts, n)
		}
		if !p.is("OR") {
			return join(either, parts), nil
		}
		p.at++
	}
}

func (p *parser) both(depth int) (*node, error) {
	var wanted, unwanted []*node
	for {
		w, ok := p.peek()
		if !ok || !w.quoted && (w.text == ")" || w.text == "OR") {
			break
		}
		if p.is("AND") {
			p.at++
			continue
		}
		negated := false
		if p.is("NOT") {
			p.at++
			negated = true
		} else if !w.quoted && len(w.text) > 1 && w.text[0] == '-' {
			p.words[p.at].text = w.text[1:]
			negated = true
		}
		n, err := p.nearly(depth)
		if err != nil {
			return nil, err
		}
		switch {
		case n == nil:
		case negated:
			unwanted = append(unwanted, n)
		default:
			wanted = append(wanted, n)
		}
	}
	if len(unwanted) == 0 {
		return join(both, wanted), nil
	}
	if len(wanted) == 0 {
		return nil, errors.New("say what to search for beside what to leave out")
	}
	return &node{op: not, parts: append([]*node{join(both, wanted)}, unwanted...)}, nil
}

// nearly reads a part and what it stands near.
func (p *parser) nearly(depth int) (*node, error) {
	first, err := p.part(depth)
	if err != nil {
		return nil, err
	}
	for {
		w, ok := p.peek()
		if !ok || w.quoted || w.text != "NEAR" && !strings.HasPrefix(w.text, "NEAR/") {
			return first, nil
		}
		n := someNear
		if digits, ok := strings.CutPrefix(w.text, "NEAR/"); ok {
			if n, err = strconv.Atoi(digits); err != nil || n < 1 || n > maxNear {
				return nil, fmt.Errorf("after NEAR/ comes a number from 1 to %d", maxNear)
			}
		}
		p.at++
		second, err := p.part(depth)
		if err != nil {
			return nil, err
		}
		if !plain(first) || !plain(second) {
			return nil, errors.New("NEAR stands between two words")
		}
		first = &node{op: near, n: n, parts: []*node{first, second}}
	}
}

func plain(n *node) bool { return n != nil && n.op == leaf }

func (p *parser) part(depth int) (*node, error) {
	w, ok := p.peek()
	if !ok {
		return nil, nil
	}
	if !w.quoted && w.text == ")" {
		return nil, nil
	}
	p.at++
	if !w.quoted && w.text == "(" {
		n, err := p.either(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.is(")") {
			return nil, errors.New("a bracket is not closed")
		}
		p.at++
		return n, nil
	}
	return words(w), nil
}

// words reads a lexeme as the index reads texts: one word is a leaf, several are a
// phrase, none is nothing.
func words(w lexeme) *node {
	wild := !w.quoted && strings.HasSuffix(w.text, "*")
	loose := !w.quoted && strings.HasSuffix(w.text, "~")
	s := w.text
	if wild || loose {
		s = s[:len(s)-1]
	}
	var parts []*node
	for _, t := range text.Tokenise(nil, s) {
		parts = append(parts, &node{word: form(t.In(s))})
	}
	if len(parts) > 0 {
		last := parts[len(parts)-1]
		last.wild, last.loose = wild, loose
	}
	return join(phrase, parts)
}

// join puts parts together; none are nil, one is itself.
func join(o op, parts []*node) *node {
	switch len(parts) {
	case 0:
		return nil
	case 1:
		return parts[0]
	}
	return &node{op: o, parts: parts}
}
