package shelf

import (
	"crypto/sha256"

	"psims/nlp/sparse"
)

// textKey names a text by a part of its fingerprint.
type textKey [16]byte

// keptTexts is what was found in each of some texts, as it is kept.
type keptTexts[T any] struct {
	Keys   []byte // of the texts, one after the other
	Values []T
}

// EachText gives what is found in each text: from the shelf for those that were there
// before, and by find, which is given their places, for the others. What is found in a
// text must depend on nothing but the text and what print is of. The shelf then holds
// what was found in these texts, and in no others.
func EachText[T any](s *Shelf, kind string, print [sha256.Size]byte, texts []string, find func(places []int32) []T) ([]T, error) {
	keys := make([]byte, len(texts)*len(textKey{}))
	at := func(keys []byte, i int) textKey { return textKey(keys[i*len(textKey{}):]) }
	var kept keptTexts[T]
	if s != nil {
		sparse.EachBlock(len(texts), 4096, func(_, from, until int) {
			for i := from; i < until; i++ {
				sum := sha256.Sum256([]byte(texts[i]))
				copy(keys[i*len(textKey{}):], sum[:len(textKey{})])
			}
		})
		if !s.Read(s.Name(kind, print), &kept) || len(kept.Keys) != len(kept.Values)*len(textKey{}) {
			kept = keptTexts[T]{}
		}
	}
	place := make(map[textKey]int32, len(kept.Values))
	for k := range kept.Values {
		place[at(kept.Keys, k)] = int32(k)
	}
	out := make([]T, len(texts))
	var missing []int32
	for i := range texts {
		if k, known := place[at(keys, i)]; known {
			out[i] = kept.Values[k]
		} else {
			missing = append(missing, int32(i))
		}
	}
	if len(missing) > 0 {
		for k, v := range find(missing) {
			out[missing[k]] = v
		}
	}
	if s == nil || len(missing) == 0 && len(kept.Values) == len(texts) {
		return out, nil
	}
	return out, s.Keep(kind, print, keptTexts[T]{keys, out})
}
