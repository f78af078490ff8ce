package linkage

import (
	"context"
	"math/bits"
	"slices"
	"sync"

	"psims/internal/parallel"
	"psims/nlp/text"
)

const (
	shingleWords = 3
	sketchSize   = 32
	// copyShare is the share of shingles from which two texts are copies of one.
	copyShare = 0.3
)

// shingles gives the hashes of the runs of three words of a text, ascending and
// without repeats; a shorter text is one run. Figures count by their kind, so that
// a copy with another time of day stays a copy.
func shingles(s string, tokens []text.Token) []uint32 {
	words := make([]uint64, 0, len(tokens))
	for _, k := range tokens {
		switch {
		case k.Kind == text.Symbol:
		case k.Kind == text.Word:
			words = append(words, hashWord(text.Fold(k.In(s))))
		default:
			words = append(words, uint64(k.Kind)+1)
		}
	}
	if len(words) == 0 {
		return nil
	}
	size := min(shingleWords, len(words))
	out := make([]uint32, 0, len(words)-size+1)
	for i := 0; i+size <= len(words); i++ {
		h := uint64(size)
		for _, w := range words[i : i+size] {
			h = mix(h ^ w)
		}
		out = append(out, uint32(h>>32))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sketches are the lowest sketchSize hashes of each report, ascending, one after the other.
type sketches struct {
	bounds []int64
	hashes []uint32
}

func (s *sketches) of(i int32) []uint32 { return s.hashes[s.bounds[i]:s.bounds[i+1]] }

// sketch reads the texts' shingles, and counts them all.
func (r *reports) sketch(ctx context.Context, texts []string) (sketches, error) {
	n := len(texts)
	type part struct{ hashes, ends []uint32 }
	parts := make([]part, (n+stretch-1)/stretch)
	heaps := make([]heap, parallel.Workers())
	parallel.Blocks(n, stretch, func(worker, from, until int) {
		if ctx.Err() != nil {
			return
		}
		p := part{make([]uint32, 0, sketchSize*(until-from)), make([]uint32, 0, until-from)}
		var tokens []text.Token
		for _, s := range texts[from:until] {
			tokens = text.Tokenise(tokens[:0], s)
			all := shingles(s, tokens)
			heaps[worker].add(&r.frequent, all)
			p.hashes = append(p.hashes, all[:min(len(all), sketchSize)]...)
			p.ends = append(p.ends, uint32(len(p.hashes)))
		}
		parts[from/stretch] = p
	})
	for w := range heaps {
		heaps[w].empty(&r.frequent)
	}
	total := 0
	for _, p := range parts {
		total += len(p.hashes)
	}
	out := sketches{make([]int64, 1, n+1), make([]uint32, 0, total)}
	for _, p := range parts {
		for _, end := range p.ends {
			out.bounds = append(out.bounds, int64(len(out.hashes))+int64(end))
		}
		out.hashes = append(out.hashes, p.hashes...)
	}
	return out, ctx.Err()
}

// hashWord is FNV-1a.
func hashWord(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix spreads a number over all bits; source: Steele, Lea and Flood (2014), SplitMix64.
func mix(h uint64) uint64 {
	h += 0x9e3779b97f4a7c15
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// resemblance gives the share of shingles that two sketches have in common, out of
// the lowest sketchSize of both together, and how many reports have the shared one
// in the middle of those shared, by frequency: a form's wording is in many.
func (r *reports) resemblance(i, j int32) (share float64, frequency uint32) {
	a, b := r.shingles.of(i), r.shingles.of(j)
	union, common := 0, 0
	var of [sketchSize]uint32
	for len(a)+len(b) > 0 && union < sketchSize {
		union++
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			a = a[1:]
		case len(a) == 0 || b[0] < a[0]:
			b = b[1:]
		default:
			of[common] = r.frequent.of(a[0])
			common++
			a, b = a[1:], b[1:]
		}
	}
	if common == 0 {
		return 0, 0
	}
	slices.Sort(of[:common])
	return float64(common) / float64(union), of[common/2]
}

// counter counts hashes in a table of fixed size: two that share a place are
// counted together, so a count is never too low.
type counter struct {
	counts []uint32
	shift  int
	locks  *[regions]sync.Mutex // of the parts of the table
}

// The table is larger than a processor's cache. What is to be counted is put on heaps,
// one for each part of it, and a part is gone through when its heap is full.
const (
	regionBits = 8
	regions    = 1 << regionBits
	fullHeap   = 1 << 13
)

func newCounter(n int) counter {
	width := min(26, max(10, bits.Len(uint(n)*32)))
	return counter{make([]uint32, 1<<width), 32 - width, new([regions]sync.Mutex)}
}

func (c *counter) of(h uint32) uint32 { return c.counts[h>>c.shift] }

// heap is what one goroutine has yet to count.
type heap [regions][]uint32

// add counts hashes, now or later; sums don't depend on the order of the goroutines.
func (p *heap) add(c *counter, hashes []uint32) {
	for _, h := range hashes {
		k := h >> (32 - regionBits)
		if p[k] = append(p[k], h); len(p[k]) == fullHeap {
			p.count(c, k)
		}
	}
}

// empty counts what is left.
func (p *heap) empty(c *counter) {
	for k := range uint32(regions) {
		p.count(c, k)
	}
}

func (p *heap) count(c *counter, k uint32) {
	c.locks[k].Lock()
	for _, h := range p[k] {
		c.counts[h>>c.shift]++
	}
	c.locks[k].Unlock()
	p[k] = p[k][:0]
}
