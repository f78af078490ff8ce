package text

// spellingLimit bounds the spellings one analyser remembers: at most 8 MB.
const spellingLimit = 1 << 17

// spellings is a table from spelling and kind to a code. A key of up to 16 bytes
// is held whole in two words, so that a look-up touches one line of memory.
type spellings struct {
	slots []spellingSlot
	n     int
}

type spellingSlot struct {
	key  spellingKey
	code int32
}

// spellingKey holds a spelling of 1 to 16 bytes exactly: with the length known,
// the first and last eight (or four) bytes tell all of them.
type spellingKey struct {
	a, b uint64
	size uint32 // with the kind; 0 in an empty slot
}

// keyOf gives the key of a spelling; longer ones have none.
func keyOf(k Kind, s string) (spellingKey, bool) {
	n := len(s)
	key := spellingKey{size: uint32(n) | uint32(k)<<8}
	switch {
	case n > 16 || n == 0:
		return key, false
	case n >= 8:
		key.a, key.b = word64(s), word64(s[n-8:])
	case n >= 4:
		key.a, key.b = word32(s), word32(s[n-4:])
	default:
		key.a = uint64(s[0])<<16 | uint64(s[n/2])<<8 | uint64(s[n-1])
	}
	return key, true
}

func (k spellingKey) hash() uint64 {
	return mix(k.a^0xa0761d6478bd642f, k.b^uint64(k.size)*0xe7037ed1a0b428db)
}

func (t *spellings) get(k spellingKey) (int32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(t.slots) - 1)
	for i := k.hash() & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.key == k {
			return s.code, true
		}
		if s.key.size == 0 {
			return 0, false
		}
	}
}

// put adds a key that is not there.
func (t *spellings) put(k spellingKey, code int32) {
	if 2*(t.n+1) > len(t.slots) {
		old := t.slots
		t.slots = make([]spellingSlot, max(1024, 2*len(old)))
		for i := range old {
			if old[i].key.size != 0 {
				t.place(old[i])
			}
		}
	}
	t.place(spellingSlot{k, code})
	t.n++
}

func (t *spellings) place(s spellingSlot) {
	mask := uint64(len(t.slots) - 1)
	i := s.key.hash() & mask
	for t.slots[i].key.size != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = s
}

func (t *spellings) reset() {
	clear(t.slots)
	t.n = 0
}
