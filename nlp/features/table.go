package features

import "psims/nlp/text"

// table numbers distinct keys 0, 1, 2, … in the order they are first met.
type table struct {
	keys  []uint64
	slots []slot // open addressing; length a power of two
}

// slot holds half of a key's hash, so that eight of them lie in a line of memory
// and keys are looked at only when the halves agree.
type slot struct {
	half uint32
	id   int32 // id+1; 0 when empty
}

func (t *table) find(key uint64) (id int32, at int, half uint32) {
	h := mix64(key)
	half = uint32(h >> 32)
	mask := len(t.slots) - 1
	for at = int(h) & mask; ; at = (at + 1) & mask {
		s := t.slots[at]
		if s.id == 0 {
			return -1, at, half
		}
		if s.half == half && t.keys[s.id-1] == key {
			return s.id - 1, at, half
		}
	}
}

// lookup gives the number of a key, or −1.
func (t *table) lookup(key uint64) int32 {
	if len(t.slots) == 0 {
		return -1
	}
	id, _, _ := t.find(key)
	return id
}

// intern gives the number of a key and adds it when it is new.
func (t *table) intern(key uint64) (id int32, fresh bool) {
	if 2*(len(t.keys)+1) > len(t.slots) {
		t.grow(2 * len(t.slots))
	}
	id, at, half := t.find(key)
	if id >= 0 {
		return id, false
	}
	id = int32(len(t.keys))
	t.keys = append(t.keys, key)
	t.slots[at] = slot{half, id + 1}
	return id, true
}

func (t *table) grow(size int) {
	t.slots = make([]slot, max(64, size))
	mask := len(t.slots) - 1
	for id, key := range t.keys {
		h := mix64(key)
		at := int(h) & mask
		for t.slots[at].id != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot{uint32(h >> 32), int32(id) + 1}
	}
}

func (t *table) reset() {
	clear(t.slots)
	t.keys = t.keys[:0]
}

// mix64 is the finaliser of splitmix64 (Steele, Lea and Flood, 2014).
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Markers in place of the phrase that a phrase continues.
const (
	oneWord  int32 = -1 // the phrase is a single word
	lastWord int32 = -2 // the phrase is a single word in the last sentence of a text
)

// phraseKey makes a key of the phrase before the last word, or a marker, and that
// word, so that no phrase is ever spelled out: "chest drain fell" is ("chest drain", "fell").
func phraseKey(before, last int32) uint64 { return uint64(uint32(before))<<32 | uint64(uint32(last)) }

// phraseParts takes a key apart.
func phraseParts(key uint64) (before, last int32) {
	return int32(uint32(key >> 32)), int32(uint32(key))
}

// lastSentence gives where the last sentence of terms begins; len(terms) when
// there is only one sentence.
func lastSentence(terms []text.Term) int {
	for i := len(terms) - 1; i > 0; i-- {
		if terms[i].First {
			return i
		}
	}
	return len(terms)
}
