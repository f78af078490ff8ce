package knownrisk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/nlp/text"
)

// trie holds every phrase of a list, word by word. Phrases are short and few of
// the words of a narrative begin one, so that walking from each of those is as
// fast as the failure links of Aho and Corasick, and lets a phrase have gaps.
type trie struct {
	nodes []node
	edges map[edge]int32 // while it is built
	root  []int32        // by word: the node that it leads to from the root, 0 for none
}

type node struct {
	concepts []int32 // whose phrase ends here
	gap      int32   // the node after up to gapWords words of any kind; 0 for none
	words    []int32 // that go on from here, ascending
	next     []int32 // and the nodes they lead to
}

type edge struct{ at, word int32 }

// gapWords is how many words ".." in a phrase may stand for.
const gapWords = 3

func newTrie() trie { return trie{nodes: make([]node, 1), edges: map[edge]int32{}} }

// gapWord marks ".." in a compiled phrase.
const gapWord int32 = -1

// add puts in a phrase of a concept.
func (t *trie) add(phrase []int32, concept int32) {
	at := int32(0)
	for _, word := range phrase {
		next := t.nodes[at].gap
		if word != gapWord {
			next = t.edges[edge{at, word}]
		}
		if next == 0 {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, node{})
			if word == gapWord {
				t.nodes[at].gap = next
			} else {
				t.edges[edge{at, word}] = next
			}
		}
		at = next
	}
	for _, c := range t.nodes[at].concepts {
		if c == concept {
			return
		}
	}
	t.nodes[at].concepts = append(t.nodes[at].concepts, concept)
}

// freeze turns the edges into slices, which are faster to look up than a map.
func (t *trie) freeze(words int) {
	t.root = make([]int32, words)
	edges := slices.SortedFunc(maps.Keys(t.edges), func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.word, b.word))
	})
	for _, e := range edges {
		next := t.edges[e]
		if e.at == 0 {
			t.root[e.word] = next
		}
		n := &t.nodes[e.at]
		n.words, n.next = append(n.words, e.word), append(n.next, next)
	}
	t.edges = nil
}

// after gives the node that a word leads to from node at, 0 for none.
func (t *trie) after(at, word int32) int32 {
	n := &t.nodes[at]
	if len(n.words) > 8 {
		if i, ok := slices.BinarySearch(n.words, word); ok {
			return n.next[i]
		}
		return 0
	}
	for i, w := range n.words {
		if w == word {
			return n.next[i]
		}
	}
	return 0
}

// wildcards are the kinds of token that a phrase may ask for.
var wildcards = map[string]text.Kind{
	"<number>": text.Number, "<date>": text.Date, "<time>": text.Time, "<dose>": text.Dose, "<measure>": text.Measure,
}

// compilePhrase turns a phrase into words of the vocabulary.
//
// Errors: it holds no word; a gap stands at an end; a wildcard isn't known.
func compilePhrase(v *vocabulary, a *text.Analyser, phrase string) ([]int32, error) {
	var out []int32
	for field := range strings.FieldsSeq(phrase) {
		switch {
		case field == "..":
			if len(out) == 0 || out[len(out)-1] == gapWord {
				return nil, fmt.Errorf("the phrase %q needs a word before \"..\"", phrase)
			}
			out = append(out, gapWord)
		case strings.HasPrefix(field, "<") && len(field) > 1:
			kind, ok := wildcards[field]
			if !ok {
				return nil, fmt.Errorf("the phrase %q asks for %s; known are <number>, <date>, <time>, <dose> and <measure>", phrase, field)
			}
			out = append(out, v.addKind(kind))
		default:
			// A number is read with its unit, so that "5 ml" is written "5ml".
			for _, term := range a.Strings(nil, field) {
				out = append(out, v.add(term))
			}
		}
	}
	if len(out) == 0 || out[len(out)-1] == gapWord {
		return nil, fmt.Errorf("the phrase %q does not end in a word", phrase)
	}
	return out, nil
}
