package redact

import (
	"iter"
	"sync"

	"psims/nlp/lexicon"
)

// longBits is the size of the table of the long lists as a power of two: it is
// less than half full.
const longBits = 19

// longLists says of a hash on which of the long lists a word with it is: its lowest
// two bits are not the hash's, but inNames and inWords.
type longLists [1 << longBits]uint32

const (
	inNames uint32 = 1 // among the rare names
	inWords uint32 = 2 // among the scarce words
)

// longTable files the rare names and the scarce words in open addressing, so that a
// word that no other list has is looked up by the hash that its token has anyhow.
var longTable = sync.OnceValue(func() *longLists {
	table := new(longLists)
	table.file(lexicon.RareNames(), inNames)
	table.file(lexicon.ScarceWords(), inWords)
	return table
})

func (l *longLists) file(words iter.Seq[string], list uint32) {
	for w := range words {
		h := hash([]byte(w))
		at := l.slot(h)
		l[at] = h&^3 | l[at]&3 | list
	}
}

// slot gives where the hash is, or the free place where it would be.
func (l *longLists) slot(h uint32) uint32 {
	at := h * golden >> (32 - longBits)
	for l[at] != 0 && (l[at]^h)&^3 != 0 {
		at = (at + 1) % (1 << longBits)
	}
	return at
}

// longList gives the long lists on which a word with the hash is.
func longList(h uint32) uint32 {
	l := longTable()
	return l[l.slot(h)] & 3
}
