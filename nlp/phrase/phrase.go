// Package phrase tells the parts of speech of a short English text, and from
// them its noun phrases and the runs of words that may be names.
//
// In goes a sentence or two; out come tokens with Penn Treebank tags and byte
// offsets. It serves the words shown to people (names of themes) and, on small
// windows, the redaction gate; at some hundred thousand words a second it is not
// for every row.
//
// Source: the averaged perceptron tagger of Honnibal (2013), A good
// part-of-speech tagger in about 200 lines of Python, with the weights that
// github.com/jdkato/prose ships.
//
// Differs: only prose's weights are used, not its code. prose adds the scores in
// the order of a Go map and takes the first of equal ones, so that its tags can
// change from run to run; it keeps no offsets; it gives every repeat of a word
// the tag of the last; and it panics on some bytes that are not UTF-8. Here the
// order is fixed, equal scores go to the tag that is first in the alphabet, and
// any bytes may come in.
package phrase

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jdkato/prose/v2"
)

// Tagger is the trained model. It never changes: any number of goroutines may share it.
type Tagger struct {
	tags    []string            // in alphabetical order
	sure    map[string]uint8    // words with one tag only
	weights map[string][]weight // by feature, in the order of tags
}

type weight struct {
	tag uint8
	w   float64
}

var shared = sync.OnceValue(load)

// Shared returns the one tagger, reading its weights (17 MB, about a third of a
// second) on the first call.
func Shared() *Tagger { return shared() }

// load decodes the weights that are part of the program; a fault in them is a panic.
func load() *Tagger {
	var weights map[string]map[string]float64
	var sure map[string]string
	var classes []string
	decode("classes", &classes)
	decode("tags", &sure)
	decode("weights", &weights)

	slices.Sort(classes)
	t := &Tagger{tags: slices.Compact(classes), sure: make(map[string]uint8, len(sure)), weights: make(map[string][]weight, len(weights))}
	for word, tag := range sure {
		t.sure[word] = t.index(tag)
	}
	for feature, byTag := range weights {
		list := make([]weight, 0, len(byTag))
		for tag, w := range byTag {
			if w != 0 {
				list = append(list, weight{t.index(tag), w})
			}
		}
		slices.SortFunc(list, func(a, b weight) int { return int(a.tag) - int(b.tag) })
		t.weights[feature] = list
	}
	return t
}

func decode(name string, into any) {
	b, err := prose.Asset("model/AveragedPerceptron/" + name + ".gob")
	if err == nil {
		err = gob.NewDecoder(bytes.NewReader(b)).Decode(into)
	}
	if err != nil {
		panic(fmt.Sprintf("phrase: reading the tagger's %s: %v", name, err))
	}
}

// index gives the place of a tag, adding none: a tag without a class is an error of the model.
func (t *Tagger) index(tag string) uint8 {
	i, ok := slices.BinarySearch(t.tags, tag)
	if !ok {
		panic(fmt.Sprintf("phrase: the model knows no tag %q", tag))
	}
	return uint8(i)
}

// Token is a word or mark of a text: Text is text[Start:End] of what was tagged.
type Token struct {
	Text       string
	Start, End int
	Tag        string // Penn Treebank: NN, NNP, JJ, VBD, …
}

// Tags splits text into tokens and tags them. Empty text has none.
func (t *Tagger) Tags(text string) []Token {
	tokens := split(text)
	context := make([]string, 0, len(tokens)+4)
	context = append(context, "-START-", "-START2-")
	for _, tok := range tokens {
		context = append(context, normalise(tok.Text))
	}
	context = append(context, "-END-", "-END2-")

	one, two := "-START-", "-START2-" // the tags of the two tokens before
	scores := make([]float64, len(t.tags))
	for i := range tokens {
		tok := &tokens[i]
		if tok.Text == "-" {
			tok.Tag = "-"
		} else if tag, ok := t.sure[tok.Text]; ok {
			tok.Tag = t.tags[tag]
		} else {
			tok.Tag = t.predict(scores, tok.Text, context[i:i+5], one, two)
		}
		one, two = tok.Tag, one
	}
	return tokens
}

// predict gives the best tag of word. context holds the normalised words from
// two before to two after; one and two are the tags of the words before.
func (t *Tagger) predict(scores []float64, word string, context []string, one, two string) string {
	clear(scores)
	var buf [96]byte
	add := func(parts ...string) {
		key := buf[:0]
		for i, p := range parts {
			if i > 0 {
				key = append(key, ' ')
			}
			key = append(key, p...)
		}
		for _, w := range t.weights[string(key)] {
			scores[w.tag] += w.w
		}
	}
	add("bias")
	add("i suffix", suffix(word))
	add("i pref1", string(rune(word[0])))
	add("i-1 tag", one)
	add("i-2 tag", two)
	add("i tag+i-2 tag", one, two)
	add("i word", context[2])
	add("i-1 tag+i word", one, context[2])
	add("i-1 word", context[1])
	add("i-1 suffix", suffix(context[1]))
	add("i-2 word", context[0])
	add("i+1 word", context[3])
	add("i+1 suffix", suffix(context[3]))
	add("i+2 word", context[4])
	best := 0
	for i, s := range scores {
		if s > scores[best] {
			best = i
		}
	}
	return t.tags[best]
}

// suffix gives the last three bytes of w.
func suffix(w string) string { return w[max(0, len(w)-3):] }

func normalise(word string) string {
	switch digit := '0' <= word[0] && word[0] <= '9'; {
	case strings.Contains(word, "-") && word[0] != '-':
		return "!HYPHEN"
	case digit && len(word) == 4 && isNumber(word):
		return "!YEAR"
	case digit:
		return "!DIGITS"
	}
	return strings.ToLower(word)
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}
