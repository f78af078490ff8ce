package value

import (
	"strings"
	"unicode"
)

// Key is a name without what people change when they write it: lower case, each
// run of anything but letters and digits one underscore, none at the ends.
// "Type of Incident:" is "type_of_incident".
func Key(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('_')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// Nearest gives the candidate that s may have been meant for, or "": one that is
// at most a third of its letters away, or begins with s or s with it. Ties go to
// the first.
func Nearest(s string, candidates []string) string {
	key := Key(s)
	best, bestDistance := "", 0
	for _, c := range candidates {
		ck := Key(c)
		d := distance(key, ck)
		if len(key) >= 3 && len(ck) >= 3 && (strings.HasPrefix(ck, key) || strings.HasPrefix(key, ck)) {
			d = min(d, abbreviation)
		} else if d > max(len(key), len(ck))/3 {
			continue
		}
		if best == "" || d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// abbreviation is how far a name and its beginning are taken to be apart: further
// than a slip of the pen, nearer than two.
const abbreviation = 2

// DidYouMean is a hint to the candidate nearest to s, `did you mean "x"?`, or "" when none is near.
func DidYouMean(s string, candidates []string) string {
	if n := Nearest(s, candidates); n != "" {
		return `did you mean "` + n + `"?`
	}
	return ""
}

// distance is how many letters have to be put in, left out, replaced or swapped
// with their neighbour. Cost: the product of the lengths.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
