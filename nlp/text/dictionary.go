package text

import (
	"fmt"
	"math"
	"math/bits"
)

// Dictionary numbers distinct strings 0, 1, 2, … in the order they are first
// interned. It keeps its own copy of the bytes in one arena, so that millions of
// terms cost neither a pointer nor an allocation each.
//
// The zero value is an empty dictionary. Reading from several goroutines is safe
// as long as none interns.
type Dictionary struct {
	arena []byte
	ends  []uint32 // where string i ends in arena
	sums  []uint32 // high half of the hash of string i
	slots []int32  // open addressing: id+1, 0 when empty; length a power of two
}

// Len gives the number of strings.
func (d *Dictionary) Len() int { return len(d.ends) }

// String gives string id; panics if there is none.
func (d *Dictionary) String(id int32) string { return string(d.bytes(id)) }

func (d *Dictionary) bytes(id int32) []byte {
	from := uint32(0)
	if id > 0 {
		from = d.ends[id-1]
	}
	return d.arena[from:d.ends[id]]
}

// Lookup gives the number of s, or −1 when it was never interned.
func (d *Dictionary) Lookup(s string) int32 {
	if len(d.slots) == 0 {
		return -1
	}
	id, _ := d.find(s, hash(s))
	return id
}

// Intern gives the number of s and adds it when it is new. Panics when the
// dictionary would hold 4 GiB of text.
func (d *Dictionary) Intern(s string) int32 {
	id, _ := d.intern(s)
	return id
}

// intern is Intern that also says whether s is new.
func (d *Dictionary) intern(s string) (id int32, fresh bool) {
	if 4*(len(d.ends)+1) > 3*len(d.slots) {
		d.grow()
	}
	h := hash(s)
	id, slot := d.find(s, h)
	if id >= 0 {
		return id, false
	}
	if uint64(len(d.arena))+uint64(len(s)) > math.MaxUint32 {
		panic(fmt.Sprintf("text: a dictionary of %d strings and over 4 GiB", len(d.ends)))
	}
	id = int32(len(d.ends))
	d.arena = append(d.arena, s...)
	d.ends = append(d.ends, uint32(len(d.arena)))
	d.sums = append(d.sums, uint32(h>>32))
	d.slots[slot] = id + 1
	return id, true
}

// find gives the number of s, or −1 and the slot where it belongs.
func (d *Dictionary) find(s string, h uint64) (id int32, slot int) {
	mask := len(d.slots) - 1
	sum := uint32(h >> 32)
	for slot = int(h) & mask; ; slot = (slot + 1) & mask {
		id := d.slots[slot] - 1
		if id < 0 {
			return -1, slot
		}
		if d.sums[id] == sum && string(d.bytes(id)) == s {
			return id, slot
		}
	}
}

func (d *Dictionary) grow() {
	d.slots = make([]int32, max(64, 2*len(d.slots)))
	mask := len(d.slots) - 1
	for id := range d.ends {
		slot := int(hash(string(d.bytes(int32(id))))) & mask
		for d.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		d.slots[slot] = int32(id) + 1
	}
}

// hash mixes the bytes of s, eight at a time, as wyhash does (Wang Yi, 2019).
// It is the same on every machine and run.
func hash(s string) uint64 {
	const k0, k1, k2 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3
	h := uint64(len(s)) * k2
	for len(s) > 16 {
		h = mix(word64(s)^k0, word64(s[8:])^h)
		s = s[16:]
	}
	var a, b uint64
	switch n := len(s); {
	case n >= 8:
		a, b = word64(s), word64(s[n-8:])
	case n >= 4:
		a, b = word32(s), word32(s[n-4:])
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n/2])<<8 | uint64(s[n-1])
	}
	return mix(a^k1, b^h^k0)
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func word64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func word32(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
