package triage

import "fmt"

// Numbers are what an alert is judged to have changed by.
type Numbers struct {
	Observed      float64
	Severe        int // reports of severe or fatal harm
	Organisations int
}

// Numbers gives those of an alert.
func (a Alert) Numbers() Numbers {
	return Numbers{a.Observed, a.Harm["severe_or_fatal"], a.Organisations}
}

// Since says what has changed materially since before, a phrase each; nil when
// nothing has. Reports and organisations have when they are half as many again and
// at least 3 more, as when an alert has grown; severe and fatal harm by one more.
func (n Numbers) Since(before Numbers) []string {
	var out []string
	if grown(int(before.Observed), int(n.Observed)) {
		out = append(out, fmt.Sprintf("%.0f reports then, %.0f now", before.Observed, n.Observed))
	}
	if n.Severe > before.Severe {
		out = append(out, fmt.Sprintf("%d of severe or fatal harm then, %d now", before.Severe, n.Severe))
	}
	if grown(before.Organisations, n.Organisations) {
		out = append(out, fmt.Sprintf("%d organisations then, %d now", before.Organisations, n.Organisations))
	}
	return out
}
