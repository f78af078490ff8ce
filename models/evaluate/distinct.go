package evaluate

import (
	"crypto/sha256"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// key stands for a text after folding case and space. Two texts share one by
// chance less than once in 2^64 nights.
type key [16]byte

// keyer makes keys and keeps its memory.
type keyer struct{ folded []byte }

// of folds runs of white space to one space, none at the ends, and letters to lower case.
func (k *keyer) of(text string) key {
	k.folded = k.folded[:0]
	gap := false
	for _, r := range text {
		if unicode.IsSpace(r) {
			gap = len(k.folded) > 0
			continue
		}
		if gap {
			k.folded = append(k.folded, ' ')
			gap = false
		}
		k.folded = utf8.AppendRune(k.folded, unicode.ToLower(r))
	}
	sum := sha256.Sum256(k.folded)
	return key(sum[:16])
}

// Repeats gives each text the number of the first text that is the same but for
// case and space; its own if there is none before it. As groups for [Folds] it keeps
// repeats together.
func Repeats(texts []string) []int32 {
	first := make(map[key]int32, len(texts))
	out := make([]int32, len(texts))
	var k keyer
	for i, t := range texts {
		id := k.of(t)
		at, seen := first[id]
		if !seen {
			at = int32(i)
			first[id] = at
		}
		out[i] = at
	}
	return out
}

// Unseen gives the rows of test whose text is not one of train, but for case and
// space, and no repeat of an earlier row of test: a model that has learnt a text by
// heart is not good at it, and one text sent a hundred times is one text.
func Unseen(train, test []string) []int32 {
	seen := make(map[key]struct{}, len(train)+len(test))
	var k keyer
	for _, t := range train {
		seen[k.of(t)] = struct{}{}
	}
	var rows []int32
	for i, t := range test {
		id := k.of(t)
		if _, there := seen[id]; !there {
			seen[id] = struct{}{}
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// Parted is rows parted by time: those to learn from and those to judge on.
type Parted struct {
	Train, Test []int32
	Repeats     int // rows from the day on that are left out of Test because their text was there before
}

// Part parts rows by day, as [Since] does, and leaves out of the test what is a
// repeat of a text that stands earlier, in either part.
//
// Panics unless there is a day for every text.
func Part[D ~int32 | ~int64 | ~int](texts []string, days []D, day D) Parted {
	if len(texts) != len(days) {
		panic(fmt.Sprintf("evaluate: %d days for %d texts", len(days), len(texts)))
	}
	before, since := Since(days, day)
	gather := func(rows []int32) []string {
		out := make([]string, len(rows))
		for at, i := range rows {
			out[at] = texts[i]
		}
		return out
	}
	p := Parted{Train: before}
	for _, at := range Unseen(gather(before), gather(since)) {
		p.Test = append(p.Test, since[at])
	}
	p.Repeats = len(since) - len(p.Test)
	return p
}
