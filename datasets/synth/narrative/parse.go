package narrative

import (
	"fmt"
	"strconv"
	"strings"
)

type blockKind uint8

const (
	ruleBlock blockKind = iota
	specialtyBlock
	scenarioBlock
)

// block is a rule, specialty or scenario as it stands in a file.
type block struct {
	kind  blockKind
	name  string
	at    string // file:line
	keys  map[string]string
	lines []line
}

type line struct {
	mark   string
	weight int
	text   string
	number int
}

var blockMarks = map[byte]blockKind{'@': ruleBlock, '%': specialtyBlock, '=': scenarioBlock}

// splitBlocks cuts a file into its blocks. A block begins with a line
// "@ name", "% name | key: value | …" or "= name | key: value | …".
func splitBlocks(file, text string) ([]block, error) {
	var out []block
	for i, l := range strings.Split(text, "\n") {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		if kind, ok := blockMarks[l[0]]; ok && len(l) > 1 && l[1] == ' ' {
			b := block{kind: kind, at: fmt.Sprintf("%s:%d", file, i+1), keys: map[string]string{}}
			fields := strings.Split(l[2:], "|")
			b.name = strings.TrimSpace(fields[0])
			for _, f := range fields[1:] {
				k, v, ok := strings.Cut(f, ":")
				if !ok {
					return nil, fmt.Errorf("%s: %q isn't key: value", b.at, f)
				}
				b.keys[strings.TrimSpace(k)] = strings.TrimSpace(v)
			}
			out = append(out, b)
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("%s:%d: a line stands before the first block", file, i+1)
		}
		mark, rest, ok := strings.Cut(l, " ")
		if !ok {
			return nil, fmt.Errorf("%s:%d: %q has no text", file, i+1, l)
		}
		if mark == "~" {
			mark = "~-"
		}
		weight := 1
		if n := strings.TrimRight(mark, "-*<!?>.~"); n != "" && n != mark {
			w, err := strconv.Atoi(n)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %q isn't a mark", file, i+1, mark)
			}
			mark, weight = mark[len(n):], w
		}
		if !strings.Contains(" - * < ! ? > . + +0 +1 +2 +3 +4 let ", " "+strings.TrimPrefix(mark, "~")+" ") {
			return nil, fmt.Errorf("%s:%d: %q isn't a mark", file, i+1, mark)
		}
		last := &out[len(out)-1]
		last.lines = append(last.lines, line{mark: mark, weight: weight, text: strings.TrimSpace(rest), number: i + 1})
	}
	return out, nil
}

// joinBlocks adds the lines of each block without keys to the block that has the
// same kind and name and stands before it.
func joinBlocks(blocks []block) ([]block, error) {
	type key struct {
		kind blockKind
		name string
	}
	at := map[key]int{}
	var out []block
	for _, b := range blocks {
		k := key{b.kind, b.name}
		i, dup := at[k]
		switch {
		case !dup:
			at[k] = len(out)
			out = append(out, b)
		case len(b.keys) == 0:
			out[i].lines = append(out[i].lines, b.lines...)
		default:
			return nil, fmt.Errorf("%s: %q stands twice", b.at, b.name)
		}
	}
	return out, nil
}

// op is what a node of a fragment does.
type op uint8

const (
	opText     op = iota // write text
	opDrop               // write text, unless the writer is hasty
	opLexeme             // write a word or one of its short forms
	opChoose             // write one of the alternatives
	opRule               // write an alternative of a rule
	opVariable           // write the case's value of a variable
	opValue              // write a value of the case
)

// seq is a fragment or a piece of one.
type seq []node

type node struct {
	op   op
	a, b int // rule; lexeme; variable and its place in the tuple; value and its arguments
	c    int
	text string
	alts []seq
}

// compile turns the text of a fragment into nodes.
func (g *Grammar) compile(text string, vars []variable) (seq, error) {
	p := parser{g: g, vars: vars, text: text}
	s, err := p.sequence("")
	if err == nil && p.pos < len(text) {
		err = fmt.Errorf("%q: %q closes nothing", text, text[p.pos])
	}
	return s, err
}

type parser struct {
	g    *Grammar
	vars []variable
	text string
	pos  int
}

// sequence reads until one of the characters in stop, or the end.
func (p *parser) sequence(stop string) (seq, error) {
	var out seq
	start := p.pos
	flush := func() { out = p.g.lexicon.split(out, p.text[start:p.pos]) }
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case strings.IndexByte(stop, c) >= 0, c == '}' || c == ']':
			flush()
			return out, nil
		case c == '{' || c == '[':
			flush()
			n, err := p.choice(c)
			if err != nil {
				return nil, err
			}
			out, start = append(out, n), p.pos
		case c == '<':
			flush()
			end := strings.IndexByte(p.text[p.pos:], '>')
			if end < 0 {
				return nil, fmt.Errorf("%q: < is not closed", p.text)
			}
			n, err := p.reference(p.text[p.pos+1 : p.pos+end])
			if err != nil {
				return nil, err
			}
			p.pos += end + 1
			if n.op == opValue && value(n.a) == valuePatient && p.modified() {
				n.b = 1
			}
			out, start = append(out, n), p.pos
		default:
			p.pos++
		}
	}
	flush()
	if stop != "" {
		return nil, fmt.Errorf("%q: a bracket is not closed", p.text)
	}
	return out, nil
}

// modified reports whether what follows qualifies the patient, as in "patient with
// COPD": a pronoun can't stand there.
func (p *parser) modified() bool {
	word, _, _ := strings.Cut(strings.TrimPrefix(p.text[p.pos:], " "), " ")
	switch word {
	case "with", "on", "in", "under", "known", "detained", "at", "who", "whose", "from", "as", "due", "when", "and", "in.", "":
		return true
	}
	return false
}

// choice reads {a|b} or [a].
func (p *parser) choice(open byte) (node, error) {
	closing, stop := byte('}'), "|}"
	if open == '[' {
		closing, stop = ']', "]"
	}
	n := node{op: opChoose}
	for {
		p.pos++
		s, err := p.sequence(stop)
		if err != nil {
			return n, err
		}
		n.alts = append(n.alts, s)
		if p.pos >= len(p.text) {
			return n, fmt.Errorf("%q: a bracket is not closed", p.text)
		}
		if p.text[p.pos] == closing {
			break
		}
		if p.text[p.pos] != '|' {
			return n, fmt.Errorf("%q: brackets cross", p.text)
		}
	}
	p.pos++
	if open == '[' {
		n.alts = append(n.alts, nil)
	}
	return n, nil
}

func (p *parser) reference(name string) (node, error) {
	for i, v := range p.vars {
		for j, n := range v.names {
			if n == name {
				return node{op: opVariable, a: i, b: j}, nil
			}
		}
	}
	if v, ok := values[name]; ok {
		return node{op: opValue, a: int(v)}, nil
	}
	if f := strings.Fields(name); len(f) == 3 && f[0] == "n" {
		lo, err1 := strconv.Atoi(f[1])
		hi, err2 := strconv.Atoi(f[2])
		if err1 != nil || err2 != nil || hi < lo {
			return node{}, fmt.Errorf("<%s>: want <n low high>", name)
		}
		return node{op: opValue, a: int(valueNumber), b: lo, c: hi}, nil
	}
	if i, ok := p.g.names[name]; ok {
		return node{op: opRule, a: i}, nil
	}
	return node{}, fmt.Errorf("nothing is called <%s>", name)
}
