package drift

import (
	"math"
	"math/bits"
)

// sums counts the rows of a block or window. All are whole numbers, so that they
// add up to the same in any order.
//
// One slice holds them: texts, tokens, and words (each counted once a text); texts
// by length; then of the rows with a prediction: abstentions, rows by label, rows
// by confidence, and of those with a known label rows and right ones by confidence.
type sums []int64

const (
	atTexts = iota
	atTokens
	atWords
	atAbstained
	atLengths
	exactLengths  = 64 // lengths below are counted exactly
	perOctave     = 8  // beyond them to within a ninth
	lengthBins    = exactLengths + 9*perOctave
	atSure        = atLengths + lengthBins
	sureBins      = 200 // of confidence, equally wide
	atLabelled    = atSure + sureBins
	atRight       = atLabelled + sureBins
	atClasses     = atRight + sureBins
	longestLength = 1<<15 - 1
)

func newSums(classes int) sums { return make(sums, atClasses+classes) }

func (s sums) lengths() []int64  { return s[atLengths:atSure] }
func (s sums) sure() []int64     { return s[atSure:atLabelled] }
func (s sums) labelled() []int64 { return s[atLabelled:atRight] }
func (s sums) right() []int64    { return s[atRight:atClasses] }
func (s sums) classes() []int64  { return s[atClasses:] }

// add adds another's counts, times.
func (s sums) add(o sums, times int64) {
	for i, v := range o {
		s[i] += times * v
	}
}

// count counts a row of so many tokens and words.
func (s sums) count(row Row, tokens, words int) {
	s[atTexts]++
	s[atTokens] += int64(tokens)
	s[atWords] += int64(words)
	s[atLengths+lengthBin(tokens)]++
	if row.Class < 0 {
		return
	}
	s[atClasses+int(row.Class)]++
	bin := min(sureBins-1, max(0, int(float64(row.Confidence)*sureBins)))
	s[atSure+bin]++
	if row.Abstained {
		s[atAbstained]++
	}
	if row.Truth >= 0 {
		s[atLabelled+bin]++
		if row.Truth == row.Class {
			s[atRight+bin]++
		}
	}
}

// lengthBin gives the bin of a number of tokens.
func lengthBin(n int) int {
	if n < exactLengths {
		return n
	}
	n = min(n, longestLength)
	octave := bits.Len(uint(n)) - 1 // 6 to 14
	return exactLengths + (octave-6)*perOctave + (n-1<<octave)*perOctave>>octave
}

// lengthOf gives the middle of a bin.
func lengthOf(bin int) float64 {
	if bin < exactLengths {
		return float64(bin)
	}
	octave, part := (bin-exactLengths)/perOctave+6, (bin-exactLengths)%perOctave
	return math.Exp2(float64(octave)) * (1 + (float64(part)+.5)/perOctave)
}

// sureOf gives the middle of a bin of confidence.
func sureOf(bin int) float64 { return (float64(bin) + .5) / sureBins }

func total(counts []int64) int64 {
	n := int64(0)
	for _, v := range counts {
		n += v
	}
	return n
}
