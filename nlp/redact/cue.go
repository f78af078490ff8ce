package redact

import "psims/nlp/lexicon"

// relativeAt looks for a name after "her son", "wife," or "daughter called".
func (s *scan) relativeAt(i int) int {
	j := i + 1
	if s.toks[j].class.Has(lexicon.CueEnd) && s.toks[j].gap == gapSpace && j+1 < len(s.toks) {
		if w := s.foldOf(j); w == "called" || w == "named" || w == "is" {
			j++
		}
	}
	switch s.toks[j].gap {
	case gapSpace, gapComma, gapOpen, gapColon:
		if end := s.nameAt(j, byRelation); end > j {
			return end
		}
	}
	return i
}

// cuedAt looks for a name after the cue that ends at token i.
func (s *scan) cuedAt(i int) int {
	next := &s.toks[i+1]
	switch next.gap {
	case gapSpace, gapColon, gapOpen, gapComma:
	default:
		return i
	}
	if next.shape >= digits || next.shape == lower && next.end-next.start > 1 && next.class.Has(lexicon.Word) && !next.class.Has(lexicon.Name) {
		return i
	}
	best, found := lexicon.Listed, false
	for _, cue := range s.gate.cues[s.foldOf(i)] {
		if s.cueEndsAt(i, cue.Words) && (cue.Words[0] != "name" || len(cue.Words) > 1 || next.gap == gapColon) {
			best, found = max(best, cue.Trust), true
		}
	}
	if !found || next.gap == gapComma && best != lexicon.Person {
		return i
	}
	if best == lexicon.Listing {
		return s.listOf(i)
	}
	mode := [...]mode{lexicon.Listed: byCue, lexicon.Person: byRelation, lexicon.Named: byNaming}[best]
	if best == lexicon.Named && s.namesThing(i) {
		return i
	}
	if end := s.nameAt(i+1, mode); end > i+1 {
		return end
	}
	return i
}

// speaksOfStaff reports whether "staff" stands at token i or up to two before it.
func (s *scan) speaksOfStaff(i int) bool {
	for j := i; j >= max(0, i-2); j-- {
		if s.foldOf(j) == "staff" {
			return true
		}
		if s.toks[j].gap != gapSpace {
			break
		}
	}
	return false
}

// listOf takes the names that follow token i one by one: "Staff on duty: G. Chen,
// hall and HCA Roe". Each must be closed by a comma, "and" or the sentence's end.
func (s *scan) listOf(i int) int {
	end := i
	for j := i + 1; j < len(s.toks); {
		t := &s.toks[j]
		switch {
		case j == i+1 && t.gap != gapColon && t.gap != gapSpace, j > i+1 && t.gap != gapComma && t.gap != gapSpace && t.gap != gapSlash && t.gap != gapOther:
			return end
		case t.class.Has(lexicon.Role|lexicon.Title) || t.shape == placeholder || s.foldOf(j) == "and" || s.staffNurse(j) || s.staffNurse(j+1):
			j++
			continue
		}
		last := s.listed(j)
		if last == j {
			return end
		}
		end = s.addName(j, last, false)
		j = end
	}
	return end
}

// listed gives the token after the name that begins at token j of a list, or j.
func (s *scan) listed(j int) int {
	k := j
	for k+1 < len(s.toks) && k-j < 3 && s.toks[k].end-s.toks[k].start == 1 && (s.toks[k+1].gap == gapSpace || s.toks[k+1].gap == gapDot || s.toks[k+1].gap == gapDotSp) {
		k++
	}
	if c := s.toks[k].class; s.toks[k].taken || s.toks[k].shape > upper || !c.Has(lexicon.Name) && !s.unknown(k) || c.Has(lexicon.Subject|lexicon.Relation) {
		return j
	}
	end := s.extend(k, byNaming)
	if end < len(s.toks) && !s.closes(end-1) && s.toks[end].gap != gapSlash && s.foldOf(end) != "and" {
		return j
	}
	return end
}

// cueEndsAt reports whether the words of a cue end at token i, with only blanks within.
func (s *scan) cueEndsAt(i int, words []string) bool {
	for k := len(words) - 1; k >= 0; k-- {
		j := i - (len(words) - 1 - k)
		if j < 0 || s.foldOf(j) != words[k] || k < len(words)-1 && s.toks[j+1].gap != gapSpace && s.toks[j+1].gap != gapColon {
			return false
		}
	}
	return true
}

// namesThing reports whether the naming cue at token i speaks of a thing: "the
// device name is …".
func (s *scan) namesThing(i int) bool {
	for j := i; j >= max(0, i-4); j-- {
		if t := &s.toks[j]; t.key == keyThing || t.key == keyPlace || thingsWithNames[s.foldOf(j)] {
			return true
		}
	}
	return false
}

var thingsWithNames = set("drug brand device product trade generic medication medicine company manufacturer hospital file user test procedure syndrome condition scheme project system form tablet antibiotic tool technique organism bacteria infection disease road street")
