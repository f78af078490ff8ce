package phrase

import (
	"strings"
	"unicode/utf8"
)

// Chunk is a run of tokens: Text is text[Start:End] of what was tagged.
type Chunk struct {
	Text       string
	Start, End int
}

// Names gives the runs of proper nouns (NNP, NNPS): candidates for the names of
// persons, no more. The tags lean on capitals, so that brands, places and words
// with a stray capital are among them.
func (t *Tagger) Names(text string) []Chunk {
	return runs(text, t.Tags(text), func(tok Token) bool { return strings.HasPrefix(tok.Tag, "NNP") }, nil)
}

// NounPhrases gives the noun phrases of text in order: adjectives and nouns that
// end in a noun, (JJ|NN|NNS|NNP|NNPS)* (NN|NNS|NNP|NNPS), as long as they go.
func (t *Tagger) NounPhrases(text string) []Chunk {
	return runs(text, t.Tags(text), partOfNoun, noun)
}

// NounPhrasesWithin gives the noun phrases of text of up to most words in order,
// those that stand in longer ones too: of "syringe driver battery" also "driver
// battery", "syringe driver" and each word. What ends in an adjective is none.
func (t *Tagger) NounPhrasesWithin(text string, most int) []Chunk {
	tokens := t.Tags(text)
	var out []Chunk
	for i := range tokens {
		for j := i; j < len(tokens) && j < i+most && partOfNoun(tokens[j]); j++ {
			if noun(tokens[j]) {
				from, to := tokens[i].Start, tokens[j].End
				out = append(out, Chunk{Text: text[from:to], Start: from, End: to})
			}
		}
	}
	return out
}

func noun(tok Token) bool { return strings.HasPrefix(tok.Tag, "NN") && letters(tok.Text) }

func partOfNoun(tok Token) bool { return noun(tok) || tok.Tag == "JJ" && letters(tok.Text) }

// runs gives the longest runs of tokens that are in, each cut after its last
// token that may be the last (nil: any).
func runs(text string, tokens []Token, in, last func(Token) bool) []Chunk {
	var out []Chunk
	for i := 0; i < len(tokens); i++ {
		if !in(tokens[i]) {
			continue
		}
		end := -1
		j := i
		for ; j < len(tokens) && in(tokens[j]); j++ {
			if last == nil || last(tokens[j]) {
				end = j
			}
		}
		if end >= 0 {
			from, to := tokens[i].Start, tokens[end].End
			out = append(out, Chunk{Text: text[from:to], Start: from, End: to})
		}
		i = j
	}
	return out
}

// letters reports whether a token begins with a letter or digit: marks are
// sometimes tagged as nouns.
func letters(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return isWord(r, n)
}
