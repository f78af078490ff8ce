package redact

import (
	"strings"
	"unicode/utf8"
)

// emails finds addresses by their @.
func (s *scan) emails() {
	for at := 0; ; at++ {
		n := strings.IndexByte(s.text[at:], '@')
		if n < 0 {
			return
		}
		at += n
		from := at
		for from > 0 && localByte(s.text[from-1]) {
			from--
		}
		to := at + 1
		for to < len(s.text) && domainByte(s.text[to]) {
			to++
		}
		if spaced := s.spacedDomain(at); spaced > 0 {
			to = spaced
			if from == at && at > 0 && s.text[at-1] == ' ' {
				for from--; from > 0 && localByte(s.text[from-1]); from-- {
				}
			}
		}
		for to > at+1 && !alnumByte(s.text[to-1]) {
			to--
		}
		for from < at && !alnumByte(s.text[from]) {
			from++
		}
		if isEmail(strings.TrimSuffix(s.text[from:at], " "), strings.TrimPrefix(s.text[at+1:to], " ")) {
			s.spans = append(s.spans, Span{from, to, Email})
			at = to - 1
		}
	}
}

// mailDomains are looked for behind an @ with a blank.
var mailDomains = []string{"nhs.net", "nhs.uk", "gmail.", "hotmail.", "yahoo.", "outlook.", "icloud.", "btinternet.", "live.co", "aol.com"}

// spacedDomain gives the end of a known mail domain behind "@ ", or 0.
func (s *scan) spacedDomain(at int) int {
	if at+2 >= len(s.text) || s.text[at+1] != ' ' {
		return 0
	}
	for _, d := range mailDomains {
		if rest := s.text[at+2:]; len(rest) >= len(d) && strings.EqualFold(rest[:len(d)], d) {
			to := at + 2
			for to < len(s.text) && domainByte(s.text[to]) {
				to++
			}
			return to
		}
	}
	return 0
}

// isEmail judges what stands on both sides of an @: the domain needs a dot with
// letters after it, or the local part a dot within it (the rest cut short).
func isEmail(local, domain string) bool {
	if local == "" || len(domain) < 3 {
		return false
	}
	if i := strings.LastIndexByte(domain, '.'); i > 0 && i < len(domain)-1 {
		return byteClass[domain[i+1]] == isLower || byteClass[domain[i+1]] == isUpper
	}
	letters := 0
	for _, c := range []byte(local) {
		if byteClass[c] == isLower || byteClass[c] == isUpper {
			letters++
		}
	}
	return letters >= 3 && strings.ContainsAny(strings.Trim(local, "."), "._") && byteClass[domain[0]] != isDigit
}

func alnumByte(c byte) bool {
	k := byteClass[c]
	return k == isLower || k == isUpper || k == isDigit || c >= utf8.RuneSelf
}

func localByte(c byte) bool  { return alnumByte(c) || strings.IndexByte("._%+-'", c) >= 0 }
func domainByte(c byte) bool { return alnumByte(c) || c == '.' || c == '-' }

// topDomains end the bare web addresses that are recognised.
var topDomains = set("com org net uk")

// pathDomains are words too, so that a path must follow: youtu.be/…
var pathDomains = set("be me io ly co tv info eu ie app gl to nhs scot wales")

// linkAt recognises a web address whose host begins at token i: after a scheme,
// after "www", or ending in a common top domain.
func (s *scan) linkAt(i int) int {
	w := s.foldOf(i)
	from := int(s.toks[i].start)
	switch {
	case (w == "http" || w == "https" || w == "ftp") && strings.HasPrefix(s.text[s.toks[i].end:], "://"):
	case w == "www" && s.nextGap(i) == gapDot:
	case s.nextGap(i) == gapDot && s.domainFrom(i):
	default:
		return i
	}
	to := int(s.toks[i].end)
	for to < len(s.text) && s.text[to] > ' ' && strings.IndexByte("<>\"[]{}|", s.text[to]) < 0 && s.text[to] < utf8.RuneSelf {
		to++
	}
	for to > from && strings.IndexByte(".,;:!?)'", s.text[to-1]) >= 0 {
		to--
	}
	end := i
	for end < len(s.toks) && int(s.toks[end].start) < to {
		end++
	}
	// The span must not cut a token in two.
	to = max(to, int(s.toks[end-1].end))
	s.spans = append(s.spans, Span{from, to, Link})
	return end
}

// domainFrom reports whether the tokens from i, joined by single full stops, end
// in a top domain: nothing that a missing blank after a sentence could make.
func (s *scan) domainFrom(i int) bool {
	j := i
	for j+1 < len(s.toks) && (s.toks[j+1].gap == gapDot || s.toks[j+1].gap == gapHyphen) && j-i < 6 {
		j++
		if pathDomains[s.foldOf(j)] && s.nextGap(j) == gapSlash {
			return true
		}
		if topDomains[s.foldOf(j)] && (s.toks[j].shape == lower || s.toks[j].shape == upper && s.toks[j-1].shape == upper) && s.toks[j-1].shape != digits && s.nextGap(j) != gapDot {
			return true
		}
	}
	return false
}

// nextGap gives the gap after token i.
func (s *scan) nextGap(i int) gap {
	if i+1 < len(s.toks) {
		return s.toks[i+1].gap
	}
	return gapOther
}
