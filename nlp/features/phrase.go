package features

import "psims/nlp/text"

// Markers in place of the phrase that a phrase continues.
const (
	oneWord  int32 = -1 // the phrase is a single word
	lastWord int32 = -2 // the phrase is a single word in the last sentence of a text
)

// phrases numbers phrases 0, 1, 2, … in the order they are first met. A phrase is
// the phrase before its last word and that word, so that no phrase is ever
// spelled out: "chest drain fell" is ("chest drain", "fell").
type phrases struct {
	parts []part
	slots []phraseSlot // open addressing; length a power of two
}

type part struct{ before, last int32 }

type phraseSlot struct {
	key uint64
	id  int32 // id+1; 0 when empty
}

func keyOf(p part) uint64 { return uint64(uint32(p.before))<<32 | uint64(uint32(p.last)) }

func (t *phrases) find(p part) (id int32, slot int) {
	key := keyOf(p)
	mask := len(t.slots) - 1
	for slot = int(mix64(key)) & mask; ; slot = (slot + 1) & mask {
		s := &t.slots[slot]
		if s.id == 0 {
			return -1, slot
		}
		if s.key == key {
			return s.id - 1, slot
		}
	}
}

// lookup gives the number of p, or −1.
func (t *phrases) lookup(p part) int32 {
	if len(t.slots) == 0 {
		return -1
	}
	id, _ := t.find(p)
	return id
}

// intern gives the number of p and adds it when it is new.
func (t *phrases) intern(p part) (id int32, fresh bool) {
	if 2*(len(t.parts)+1) > len(t.slots) {
		t.grow(2 * len(t.slots))
	}
	id, slot := t.find(p)
	if id >= 0 {
		return id, false
	}
	id = int32(len(t.parts))
	t.parts = append(t.parts, p)
	t.slots[slot] = phraseSlot{keyOf(p), id + 1}
	return id, true
}

func (t *phrases) grow(size int) {
	t.slots = make([]phraseSlot, max(64, size))
	mask := len(t.slots) - 1
	for id, p := range t.parts {
		slot := int(mix64(keyOf(p))) & mask
		for t.slots[slot].id != 0 {
			slot = (slot + 1) & mask
		}
		t.slots[slot] = phraseSlot{keyOf(p), int32(id) + 1}
	}
}

func (t *phrases) reset() {
	clear(t.slots)
	t.parts = t.parts[:0]
}

// mix64 is the finaliser of splitmix64 (Steele, Lea and Flood, 2014).
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
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
