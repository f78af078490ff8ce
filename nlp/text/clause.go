package text

import "strings"

// Clauses appends the clauses of s that hold at least one token to dst, in order
// and without overlap: stretches between commas, colons, semicolons, brackets, dashes
// and ends of sentences, and between the words and, but, although, though and
// however, which belong to no clause. It is a cut for looking closely at a hurried
// narrative, not a parse.
func Clauses(dst []Span, s string) []Span {
	sc := newScanner(s)
	start, end := int32(-1), int32(0)
	cut := func() {
		if start >= 0 {
			dst = append(dst, Span{start, end})
			start = -1
		}
	}
	for sc.next() {
		t := sc.token
		if t.First || parted(s[end:t.Start]) {
			cut()
		}
		switch {
		case t.Kind == Word && joining(t.In(s)):
			cut()
		case start < 0:
			start = t.Start
		}
		end = t.End
	}
	cut()
	return dst
}

// parted says whether what stands between two tokens parts clauses.
func parted(gap string) bool {
	return strings.ContainsAny(gap, ",;:()") || strings.Contains(gap, " - ") || strings.Contains(gap, " – ")
}

func joining(word string) bool {
	if len(word) < 3 || len(word) > 8 {
		return false
	}
	switch Fold(word) {
	case "and", "but", "although", "though", "however":
		return true
	}
	return false
}
