package knownrisk

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"psims/datasets/extract/value"
)

// The files as they are written; parse turns them into a List.
type listFile struct {
	Name     string              `toml:"name"`
	Ideas    map[string][]string `toml:"idea"`
	Risks    []riskFile          `toml:"risk"`
	Context  []contextFile       `toml:"context"`
	Ordinary []string            `toml:"ordinary"`
}

type riskFile struct {
	ID          string              `toml:"id"`
	Title       string              `toml:"title"`
	Description string              `toml:"description"`
	Anchor      []string            `toml:"anchor"`
	Terms       []string            `toml:"terms"`
	Examples    []string            `toml:"examples"`
	Ideas       map[string][]string `toml:"idea"`
	Patterns    []patternFile       `toml:"pattern"`
}

type patternFile struct {
	Name    string   `toml:"name"`
	All     []string `toml:"all"`
	None    []string `toml:"none"`
	Never   []string `toml:"never"`
	Within  int      `toml:"within"`
	Scope   string   `toml:"scope"`
	Ordered bool     `toml:"ordered"`
	Score   *float64 `toml:"score"`
	Ignore  []string `toml:"ignore"`
}

type contextFile struct {
	Name    string   `toml:"name"`
	Factor  float64  `toml:"factor"`
	Side    string   `toml:"side"`
	Within  int      `toml:"within"`
	Phrases []string `toml:"phrases"`
}

// known are the keys of each table; ideas have names of their own.
var known = map[string][]string{
	"":             {"name", "idea", "risk", "context", "ordinary"},
	"risk":         {"id", "title", "description", "anchor", "terms", "examples", "idea", "pattern"},
	"risk.pattern": {"name", "all", "none", "never", "within", "scope", "ordered", "score", "ignore"},
	"context":      {"name", "factor", "side", "within", "phrases"},
}

// What a pattern is worth when its writer does not say, and what a term is.
const (
	patternScore = 0.8
	termScore    = 0.7
)

//go:embed neverevents.toml
var neverEvents []byte

//go:embed context.toml
var contextText []byte

var standardContexts = sync.OnceValue(func() []Context {
	l, err := read("context.toml", contextText, nil)
	if err != nil {
		panic("knownrisk: the embedded contexts: " + err.Error())
	}
	return l.Contexts
})

// Default gives the 15 Never Events of the NHS list of 2018, with ids ne-2018-01
// to ne-2018-15 in its order; the words are ours.
func Default() *List {
	l, err := Parse("neverevents.toml", neverEvents)
	if err != nil {
		panic("knownrisk: the embedded list: " + err.Error())
	}
	for _, file := range []string{"first", "second", "further", "more"} {
		l.learnFrom(file + ".jsonl")
	}
	return l
}

// Parse reads a list from TOML; name is for messages, and the list's when the
// file gives none. The form is that of [Template].
//
// Errors, with the line where it can be told: it isn't TOML; a key isn't known
// (the nearest known one is named); a risk lacks an id, a title, or anything to
// be found by; an id is there twice; an idea is not known or made of itself; a
// number is out of range; a phrase has no word.
func Parse(name string, data []byte) (*List, error) {
	l, err := read(name, data, standardContexts())
	if err != nil {
		return nil, fmt.Errorf("reading known risks: %w", err)
	}
	if len(l.Risks) == 0 {
		return nil, fmt.Errorf("reading known risks: %s: there is no [[risk]]", name)
	}
	return l, nil
}

// read is Parse without a claim that there is a risk; standard are the contexts that patterns may name besides the file's own.
func read(name string, data []byte, standard []Context) (*List, error) {
	var f listFile
	md, err := toml.Decode(string(data), &f)
	var syntax toml.ParseError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("%s:%d: %s", name, syntax.Position.Line, syntax.Message)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	at := outline(name, data)
	for _, key := range md.Undecoded() {
		table, last := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
		return nil, fmt.Errorf("%s: the key %q is not known%s", at.key(table, last), key.String(), hint(last, known[table]))
	}
	l := &List{Name: f.Name, Ordinary: f.Ordinary}
	if l.Name == "" {
		l.Name = name
	}
	for i, c := range f.Context {
		ctx := Context{Name: c.Name, Factor: c.Factor, Side: Side(c.Side), Within: c.Within, Phrases: c.Phrases}
		if c.Name == "" {
			return nil, fmt.Errorf("%s: a context has no name", at.table("context", i))
		}
		if _, err := newBuilder().context(ctx); err != nil {
			return nil, fmt.Errorf("%s: context %q: %w", at.table("context", i), c.Name, err)
		}
		l.Contexts = append(l.Contexts, ctx)
	}
	return l, l.addRisks(f, at, standard)
}

func (l *List) addRisks(f listFile, at places, standard []Context) error {
	b, patterns := newBuilder(), 0
	var contexts []context // to check the names that patterns ignore
	for _, c := range append(slices.Clone(standard), l.Contexts...) {
		contexts = append(contexts, context{name: c.Name})
	}
	for i, r := range f.Risks {
		risk, err := r.risk(f.Ideas)
		if err != nil {
			return fmt.Errorf("%s: risk %q: %w", at.table("risk", i), r.ID, err)
		}
		if slices.ContainsFunc(l.Risks, func(o Risk) bool { return o.ID == risk.ID }) {
			return fmt.Errorf("%s: the id %q is there twice; give one of them another", at.table("risk", i), r.ID)
		}
		for j, p := range risk.Patterns {
			where := at.table("risk", i)
			if j < len(r.Patterns) {
				where = at.table("risk.pattern", patterns+j)
			}
			if _, err := b.pattern(p, contexts); err != nil {
				return fmt.Errorf("%s: risk %q, pattern %q: %w", where, r.ID, p.Name, err)
			}
		}
		patterns += len(r.Patterns)
		l.Risks = append(l.Risks, risk)
	}
	return nil
}

// risk resolves the ideas of a risk.
func (r riskFile) risk(shared map[string][]string) (Risk, error) {
	out := Risk{ID: r.ID, Title: r.Title, Description: r.Description, Examples: r.Examples}
	switch {
	case r.ID == "":
		return out, errors.New("it has no id")
	case r.Title == "":
		return out, errors.New("it has no title")
	case len(r.Terms)+len(r.Patterns)+len(r.Examples) == 0:
		return out, errors.New("there is nothing to find it by; give terms, a [[risk.pattern]] or examples")
	}
	ideas := maps.Clone(shared)
	if ideas == nil {
		ideas = map[string][]string{}
	}
	maps.Copy(ideas, r.Ideas)
	var err error
	if out.Anchors, err = resolveAll(r.Anchor, ideas); err != nil {
		return out, fmt.Errorf("anchor: %w", err)
	}
	for _, p := range r.Patterns {
		pattern := Pattern{Name: p.Name, Within: p.Within, Scope: Scope(p.Scope), Ordered: p.Ordered, Score: patternScore, Ignore: p.Ignore}
		if p.Score != nil {
			pattern.Score = *p.Score
		}
		var err error
		if pattern.All, err = resolveAll(p.All, ideas); err == nil {
			pattern.None, err = resolveAll(p.None, ideas)
		}
		if err == nil {
			pattern.Never, err = resolveAll(p.Never, ideas)
		}
		if err != nil {
			return out, fmt.Errorf("pattern %q: %w", p.Name, err)
		}
		out.Patterns = append(out.Patterns, pattern)
	}
	for _, term := range r.Terms {
		all, err := resolveAll(strings.Split(term, " + "), ideas)
		if err != nil {
			return out, fmt.Errorf("term %q: %w", term, err)
		}
		out.Patterns = append(out.Patterns, Pattern{Name: term, All: all, Score: termScore})
	}
	return out, nil
}

func resolveAll(slots []string, ideas map[string][]string) ([]Idea, error) {
	var out []Idea
	for _, slot := range slots {
		idea := Idea{Name: strings.TrimSpace(slot)}
		for alternative := range strings.SplitSeq(slot, "|") {
			phrases, err := resolve(strings.TrimSpace(alternative), ideas, 0)
			if err != nil {
				return nil, err
			}
			idea.Phrases = append(idea.Phrases, phrases...)
		}
		out = append(out, idea)
	}
	return out, nil
}

// maxDepth bounds how far ideas may be made of ideas.
const maxDepth = 8

// resolve gives the phrases of a phrase or of @idea.
func resolve(s string, ideas map[string][]string, depth int) ([]string, error) {
	name, isIdea := strings.CutPrefix(s, "@")
	if !isIdea {
		if s == "" {
			return nil, errors.New("a phrase is empty")
		}
		return expand(s)
	}
	phrases, ok := ideas[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("the idea %q is not known%s", name, hint(name, slices.Sorted(maps.Keys(ideas))))
	case depth == maxDepth:
		return nil, fmt.Errorf("the idea %q is made of itself, or of ideas more than %d deep", name, maxDepth)
	}
	var out []string
	for _, p := range phrases {
		more, err := resolve(p, ideas, depth+1)
		if err != nil {
			return nil, err
		}
		if out = append(out, more...); len(out) > maxPhrases {
			return nil, fmt.Errorf("the idea %q comes to more than %d phrases", name, maxPhrases)
		}
	}
	return out, nil
}

// expand gives the phrases that braces stand for: "{into,down} .. line" is
// "into .. line" and "down .. line".
func expand(s string) ([]string, error) {
	open := strings.IndexByte(s, '{')
	if open < 0 {
		if strings.Contains(s, "}") {
			return nil, fmt.Errorf("the phrase %q closes a brace that is not open", s)
		}
		return []string{s}, nil
	}
	inner, rest, ok := strings.Cut(s[open+1:], "}")
	if !ok || strings.Contains(inner, "{") {
		return nil, fmt.Errorf("the phrase %q opens a brace and does not close it; braces can't stand in braces", s)
	}
	tails, err := expand(rest)
	if err != nil {
		return nil, err
	}
	var out []string
	for word := range strings.SplitSeq(inner, ",") {
		for _, tail := range tails {
			if out = append(out, s[:open]+strings.TrimSpace(word)+tail); len(out) > maxPhrases {
				return nil, fmt.Errorf("the phrase %q comes to more than %d phrases", s, maxPhrases)
			}
		}
	}
	return out, nil
}

// maxPhrases bounds what ideas of ideas may come to.
const maxPhrases = 5000

func hint(name string, candidates []string) string {
	if h := value.DidYouMean(name, candidates); h != "" {
		return "; " + h
	}
	if len(candidates) == 0 {
		return ""
	}
	return "; known are " + strings.Join(candidates, ", ")
}
