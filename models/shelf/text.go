package shelf

import (
	"crypto/sha256"

	"psims/internal/parallel"
)

// textKey names a text by a part of its fingerprint.
type textKey [16]byte

// Texts are texts with their names, which are worked out when they are first asked for.
type Texts struct {
	texts []string
	keys  []byte // of the texts, one after the other
}

// Name gives texts that can be named.
func Name(texts []string) *Texts { return &Texts{texts: texts} }

// Of gives the name of text i: a fingerprint of it, which other texts don't have.
func (t *Texts) Of(i int) []byte {
	const size = len(textKey{})
	return t.named()[i*size : (i+1)*size]
}

func (t *Texts) named() []byte {
	if t.keys == nil {
		t.keys = make([]byte, len(t.texts)*len(textKey{}))
		parallel.Blocks(len(t.texts), 4096, func(_, from, until int) {
			for i := from; i < until; i++ {
				sum := sha256.Sum256([]byte(t.texts[i]))
				copy(t.keys[i*len(textKey{}):], sum[:len(textKey{})])
			}
		})
	}
	return t.keys
}

// keptTexts is what was found in each of some texts, as it is kept.
type keptTexts[T any] struct {
	Keys   []byte // of the texts, one after the other
	Values []T
}

// EachText gives what is found in each text: from the shelf for those that were there
// before, and by find, which is given their places, for the others. What is found in a
// text must depend on nothing but the text and what print is of. The shelf then holds
// what was found in these texts, and in no others.
func EachText[T any](s *Shelf, kind string, print [sha256.Size]byte, texts *Texts, find func(places []int32) []T) ([]T, error) {
	var kept keptTexts[T]
	var keys []byte
	if s != nil {
		keys = texts.named()
		if !s.Read(s.Name(kind, print), &kept) || len(kept.Keys) != len(kept.Values)*len(textKey{}) {
			kept = keptTexts[T]{}
		}
	}
	out := make([]T, len(texts.texts))
	missing := kept.fill(out, keys)
	if len(missing) > 0 {
		for k, v := range find(missing) {
			out[missing[k]] = v
		}
	}
	if s == nil || len(missing) == 0 && len(kept.Values) == len(out) {
		return out, nil
	}
	return out, s.Keep(kind, print, keptTexts[T]{keys, out})
}

// ahead is how many kept texts are passed over in search of the next one.
const ahead = 64

// fill fills out with what is kept of the texts with these names, and gives the places of
// the others. Most texts are in the order in which they were before: only those that are
// not are looked for among all that have not been met.
func (k keptTexts[T]) fill(out []T, keys []byte) (missing []int32) {
	at := func(keys []byte, i int) textKey { return textKey(keys[i*len(textKey{}):]) }
	met := make([]bool, len(k.Values))
	next := 0
	var strayed []int32
each:
	for i := range out {
		for j := next; j < min(next+ahead, len(met)); j++ {
			if at(k.Keys, j) == at(keys, i) {
				out[i], met[j], next = k.Values[j], true, j+1
				continue each
			}
		}
		strayed = append(strayed, int32(i))
	}
	if len(strayed) == 0 {
		return nil
	}
	place := map[textKey]int32{}
	for j, m := range met {
		if !m {
			place[at(k.Keys, j)] = int32(j)
		}
	}
	for _, i := range strayed {
		if len(place) == 0 {
			missing = append(missing, i)
		} else if j, known := place[at(keys, int(i))]; known {
			out[i] = k.Values[j]
		} else {
			missing = append(missing, i)
		}
	}
	return missing
}
