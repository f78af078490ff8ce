package knownrisk

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"psims/nlp/text"
)

// builder compiles the ideas of a list into one trie.
type builder struct {
	analyser *text.Analyser
	vocab    *vocabulary
	trie     trie
	names    []string         // of concepts
	byPhrase map[string]int32 // sorted phrases of a concept
}

func newBuilder() *builder {
	return &builder{analyser: newAnalyser(), vocab: newVocabulary(), trie: newTrie(), byPhrase: map[string]int32{}}
}

// concept gives the number of an idea.
func (b *builder) concept(idea Idea) (int32, error) {
	phrases := phraseSet(idea.Phrases)
	key := strings.Join(append([]string{idea.Name}, phrases...), "\n")
	if id, ok := b.byPhrase[key]; ok {
		return id, nil
	}
	if len(phrases) == 0 {
		return 0, fmt.Errorf("the idea %q has no phrase", idea.Name)
	}
	id := int32(len(b.names))
	for _, phrase := range phrases {
		words, err := compilePhrase(b.vocab, b.analyser, phrase)
		if err != nil {
			return 0, err
		}
		b.trie.add(words, id)
	}
	b.names = append(b.names, idea.Name)
	b.byPhrase[key] = id
	return id, nil
}

func (b *builder) concepts(ideas []Idea) ([]int32, error) {
	var out []int32
	for _, idea := range ideas {
		c, err := b.concept(idea)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (b *builder) context(c Context) (context, error) {
	if c.Factor < 0 || c.Factor >= 1 {
		return context{}, fmt.Errorf("its factor is %g; give 0 up to, but not including, 1", c.Factor)
	}
	near := c.Side == Before || c.Side == After
	if !near && c.Side != Sentence && c.Side != Narrative {
		return context{}, fmt.Errorf("its side is %q; give before, after, sentence or narrative", c.Side)
	}
	if near && (c.Within < 1 || c.Within > maxNear) {
		return context{}, fmt.Errorf("within is %d; give 1 to %d words", c.Within, maxNear)
	}
	id, err := b.concept(Idea{Name: c.Name, Phrases: c.Phrases})
	return context{name: c.Name, concept: id, factor: c.Factor, side: c.Side, within: int32(c.Within)}, err
}

func (b *builder) pattern(p Pattern, contexts []context) (pattern, error) {
	out := pattern{name: p.Name, within: int32(p.Within), reach: p.Scope.reach(), ordered: p.Ordered, score: p.Score}
	if err := p.validate(); err != nil {
		return out, err
	}
	var err error
	if out.slots, err = b.concepts(p.All); err != nil {
		return out, err
	}
	if out.none, err = b.concepts(p.None); err != nil {
		return out, err
	}
	if out.never, err = b.concepts(p.Never); err != nil {
		return out, err
	}
	for _, name := range p.Ignore {
		at := slices.IndexFunc(contexts, func(c context) bool { return c.name == name })
		if at < 0 {
			return out, fmt.Errorf("it ignores the context %q, which the list does not have", name)
		}
		for i := range contexts {
			if contexts[i].name == name {
				out.spared |= 1 << i
			}
		}
	}
	return out, nil
}

func (p Pattern) validate() error {
	switch {
	case len(p.All) == 0:
		return errors.New("\"all\" is empty; name at least one idea or phrase")
	case len(p.All) > maxSlots:
		return fmt.Errorf("\"all\" has %d ideas; at most %d can stand together", len(p.All), maxSlots)
	case p.Within < 0:
		return fmt.Errorf("within is %d; give a number of words, or leave it out", p.Within)
	case p.Score <= 0 || p.Score > 1:
		return fmt.Errorf("the score is %g; give a number above 0, at most 1", p.Score)
	case p.Scope != "" && p.Scope != InSentence && p.Scope != InPassage && p.Scope != InNarrative:
		return fmt.Errorf("the scope is %q; give sentence, passage or narrative", p.Scope)
	}
	return nil
}
