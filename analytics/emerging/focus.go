package emerging

// otherKin is how much a word of the same kind takes off, for each unit of its
// likeness, in multiples of its own weight. 3 and 8 found the same.
const otherKin = 3

// focus scans the reports that hold the lead term by how much they are about it:
// its share of the report, less the shares of other words of its kind. A report of
// an ankle is about it; one of neck, back, shoulder and ankle is not. The degree
// does not depend on when a report came, so that recent and earlier reports are
// compared fairly. It needs 4 recent and 2 earlier reports, and the stream's Parts.
func (v view) focus(g seed, c centroid) (Candidate, bool) {
	lead := g.terms[0]
	p := &v.se.posts[lead]
	before := p.before(v.from)
	rows := p.rows[:p.before(v.n)]
	if v.se.s.Parts == nil || len(rows)-before < 4 || before < 2 {
		return Candidate{}, false
	}
	return v.choose(Focus, g, c, v.about(lead, rows))
}

// about gives how much each of the rows, which hold the lead term, is about it.
func (v view) about(lead int32, rows []int32) []scored {
	se := v.se
	if se.kin == nil {
		se.kin = se.findKin()
	}
	// The kind of a pair is that of its rarer word.
	word, other := lead, int32(-1)
	if parts := se.s.Parts[lead]; parts[0] >= 0 {
		word, other = parts[1], parts[0]
		if se.idf[other] > se.idf[word] {
			word, other = other, word
		}
	}
	less := se.dense[0]
	relatives := se.kin.of(word)
	for _, r := range relatives {
		if r.word != other {
			less[r.word] = otherKin * r.likeness
		}
	}
	scores := make([]scored, len(rows))
	for k, row := range rows {
		about := 0.0
		v.eachWeight(row, func(term int32, w float64) {
			if term == lead {
				about += w
			} else {
				about -= less[term] * w
			}
		})
		scores[k] = scored{row, about}
	}
	for _, r := range relatives {
		less[r.word] = 0
	}
	return scores
}
