package topic

import (
	"strings"

	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/nlp/text"
)

// Reports are the reports that a title is judged by: some rows of a count of words and
// pairs of neighbours ([features.DefaultCount]).
type Reports struct {
	Terms  *features.Terms
	Counts *sparse.CSR
	Rows   []int32
}

// holding gives by report whether a phrase stands in it, and how many it stands in: its
// words side by side in one sentence, whatever their endings, small words and figures
// between them apart. Of three words and more each must stand beside the next, which
// may be in two places.
func (r Reports) holding(stems []string) (in []bool, n int) {
	in = make([]bool, len(r.Rows))
	var columns []int32
	for k, s := range stems {
		if k > 0 {
			s = stems[k-1] + " " + s
		} else if len(stems) > 1 {
			continue
		}
		t := r.Terms.Lookup(s)
		if t < 0 {
			return in, 0
		}
		columns = append(columns, t)
	}
	for i, row := range r.Rows {
		in[i] = len(columns) > 0
		for _, t := range columns {
			in[i] = in[i] && r.Counts.At(int(row), t) > 0
		}
		if in[i] {
			n++
		}
	}
	return in, n
}

// Says gives the share of the reports that the part of a name stands in that most of
// them hold.
func (r Reports) Says(name string) (share float64) {
	analyser := text.NewAnalyser(text.Default())
	for part := range strings.SplitSeq(strings.TrimPrefix(name, mixedMark), ", ") {
		if i := strings.LastIndex(part, " ("); i > 0 {
			part = part[:i]
		}
		_, n := r.holding(analyser.Strings(nil, strings.TrimPrefix(part, sometimesMark)))
		share = max(share, float64(n)/float64(max(1, len(r.Rows))))
	}
	return share
}

// Mixed reports whether a name says that its reports tell of different things.
func Mixed(name string) bool { return strings.HasPrefix(name, mixedMark) }
