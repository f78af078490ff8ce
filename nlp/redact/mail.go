package redact

// spelledMail finds e-mail addresses that are written as they are read out:
// "joan dot roe at example dot org".
func (s *scan) spelledMail() {
	for i := 2; i+2 < len(s.toks); i++ {
		if s.foldOf(i) != "at" || s.toks[i].gap != gapSpace {
			continue
		}
		end := s.mailHost(i + 1)
		if end == 0 || s.toks[i-1].shape == placeholder {
			continue
		}
		start := i - 1
		for start >= 2 && mailJoints[s.foldOf(start-1)] && s.toks[start].gap == gapSpace && s.toks[start-1].gap == gapSpace {
			start -= 2
		}
		for start > 0 && s.toks[start].key == keyDigit && (s.toks[start-1].key == keyDigit || s.toks[start-1].shape == lower && !functionWords[s.foldOf(start-1)]) && s.toks[start].gap == gapSpace {
			start--
		}
		for start > 0 && s.toks[start-1].end == s.toks[start].start { // ann27
			start--
		}
		s.addTokens(Email, start, end)
	}
}

var mailJoints = set("dot underscore dash hyphen point")

// mailHost gives the end of "example dot org" from token i, or 0.
func (s *scan) mailHost(i int) int {
	for j := i + 1; j+1 < len(s.toks) && j < i+9 && s.toks[j].gap == gapSpace; j += 2 {
		if s.foldOf(j) != "dot" {
			return 0
		}
		last := s.foldOf(j + 1)
		goesOn := j+2 < len(s.toks) && s.foldOf(j+2) == "dot"
		if (topDomains[last] || last == "nhs") && !goesOn {
			return j + 2
		}
	}
	return 0
}
