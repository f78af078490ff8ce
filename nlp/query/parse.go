package query

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	isTerm kind = iota
	isGroup
	isNot
	isAnd
	isOr
	isNear
)

// node is a part of an expression. at is the place of a term or group, or how near.
type node struct {
	kind  kind
	at    int
	parts []node
}

func (n node) each(do func(node)) {
	do(n)
	for _, p := range n.parts {
		p.each(do)
	}
}

// Limits that keep a strategy one that people can read.
const (
	maxDepth = 50
	maxNear  = 50
	maxText  = 20_000
)

// parser reads one expression.
type parser struct {
	q      *Query
	group  string
	names  []string
	tokens []token
	at     int
	depth  int
}

type token struct {
	text   string // "(", ")", "@name", a quoted phrase with its quotes, or a word
	offset int
}

func (q *Query) parse(s, group string, names []string) (node, error) {
	if len(s) > maxText || !utf8.ValidString(s) {
		return node{}, fmt.Errorf("it is longer than %d bytes, or not text", maxText)
	}
	tokens, err := lex(s)
	if err != nil {
		return node{}, err
	}
	p := &parser{q: q, group: group, names: names, tokens: tokens}
	n, err := p.or()
	if err == nil && p.at < len(p.tokens) {
		err = p.errorf("%q is not expected here", p.tokens[p.at].text)
	}
	return n, err
}

func lex(s string) ([]token, error) {
	var out []token
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r):
			i += size
		case r == '(' || r == ')':
			out = append(out, token{s[i : i+1], i})
			i++
		case r == '"':
			end := strings.IndexByte(s[i+1:], '"')
			if end < 0 {
				return nil, fmt.Errorf("at byte %d: the quotation has no end", i+1)
			}
			out = append(out, token{s[i : i+end+2], i})
			i += end + 2
		default:
			end := strings.IndexFunc(s[i:], func(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' || r == '"' })
			if end < 0 {
				end = len(s) - i
			}
			out = append(out, token{s[i : i+end], i})
			i += end
		}
	}
	return out, nil
}

func (p *parser) errorf(format string, args ...any) error {
	if p.at >= len(p.tokens) {
		return errors.New("at the end: " + fmt.Sprintf(format, args...))
	}
	return fmt.Errorf("at byte %d: %s", p.tokens[p.at].offset+1, fmt.Sprintf(format, args...))
}

// next reports whether the next token is that word, and takes it.
func (p *parser) next(word string) bool {
	if p.at < len(p.tokens) && strings.EqualFold(p.tokens[p.at].text, word) {
		p.at++
		return true
	}
	return false
}

func (p *parser) or() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return node{}, p.errorf("more than %d brackets in each other", maxDepth)
	}
	defer func() { p.depth-- }()
	left, err := p.and()
	for err == nil && p.next("or") {
		var right node
		right, err = p.and()
		left = node{kind: isOr, parts: []node{left, right}}
	}
	return left, err
}

func (p *parser) and() (node, error) {
	left, err := p.near()
	for err == nil && p.next("and") {
		var right node
		right, err = p.near()
		left = node{kind: isAnd, parts: []node{left, right}}
	}
	return left, err
}

func (p *parser) near() (node, error) {
	left, err := p.not()
	if err != nil || p.at >= len(p.tokens) {
		return left, err
	}
	how, ok := strings.CutPrefix(strings.ToLower(p.tokens[p.at].text), "near/")
	if !ok {
		return left, nil
	}
	n, err := strconv.Atoi(how)
	if err != nil || n < 1 || n > maxNear {
		return left, p.errorf("%q: want near/1 to near/%d", p.tokens[p.at].text, maxNear)
	}
	if left.kind != isTerm {
		return left, p.errorf("near joins two terms")
	}
	p.at++
	right, err := p.not()
	if err == nil && right.kind != isTerm {
		err = p.errorf("near joins two terms")
	}
	return node{kind: isNear, at: n, parts: []node{left, right}}, err
}

func (p *parser) not() (node, error) {
	times := 0
	for p.next("not") {
		times++
	}
	n, err := p.primary()
	if times%2 == 1 {
		n = node{kind: isNot, parts: []node{n}}
	}
	return n, err
}

func (p *parser) primary() (node, error) {
	if p.at >= len(p.tokens) {
		return node{}, p.errorf("a term is missing")
	}
	text := p.tokens[p.at].text
	switch lower := strings.ToLower(text); {
	case p.next("("):
		n, err := p.or()
		if err == nil && !p.next(")") {
			err = p.errorf("a bracket is not closed")
		}
		return n, err
	case lower == ")" || lower == "and" || lower == "or" || strings.HasPrefix(lower, "near/"):
		return node{}, p.errorf("%q where a term is wanted (put it in quotes to look for the word)", text)
	case text[0] == '@':
		at := slices.Index(p.names, text[1:])
		if at < 0 {
			return node{}, p.errorf("there is no group %q", text[1:])
		}
		p.at++
		return node{kind: isGroup, at: at}, nil
	}
	t, err := p.term(text)
	if err != nil {
		return node{}, err
	}
	p.at++
	p.q.terms = append(p.q.terms, t)
	return node{kind: isTerm, at: len(p.q.terms) - 1}, nil
}

// term reads a word or a quoted phrase.
func (p *parser) term(text string) (Term, error) {
	t := Term{Group: p.group, Text: text}
	for field := range strings.FieldsSeq(strings.ToLower(strings.Trim(text, `"`))) {
		field, tolerant := strings.CutPrefix(field, "~")
		field, open := strings.CutSuffix(field, "*")
		words := split(field)
		for k, w := range words {
			t.words = append(t.words, pattern{word: w, open: open && k == len(words)-1, slips: slips(w, tolerant)})
		}
	}
	if len(t.words) == 0 {
		return t, p.errorf("%q holds no word", text)
	}
	return t, nil
}

// slips gives how many letters of a word may be wrong.
func slips(word string, tolerant bool) int {
	switch n := utf8.RuneCountInString(word); {
	case !tolerant || n < 5:
		return 0
	case n < 9:
		return 1
	}
	return 2
}
