package disclosure_test

import (
	"fmt"
	"strings"
	"testing"

	"psims/reports/disclosure"
)

// A reader who knows every rule of the policy can work out of a publication which
// counts would have been published in just this way, and no more. So every table
// of a shape is published, and of all that read the same each hidden small count
// must take several values.
func TestNothingHiddenCanBeWorkedOut(t *testing.T) {
	tests := []struct {
		why        string
		rows, wide int
		most       int // each count runs from 0 to this
	}{
		{"two counts and their total", 1, 2, 60},
		{"three counts and their total", 1, 3, 32},
		{"four counts and their total", 1, 4, 15},
		{"two by two with all totals", 2, 2, 18},
	}
	for _, policy := range []disclosure.Policy{disclosure.HES5(), disclosure.Below(5)} {
		for _, tt := range tests {
			t.Run(policy.String()+" "+tt.why, func(t *testing.T) {
				if testing.Short() && tt.rows > 1 {
					t.Skip("every table of this shape is too many for a short run")
				}
				seen := reading{}
				for counts := range tables(tt.rows*tt.wide, tt.most) {
					seen.add(publication(policy, counts, tt.wide), counts)
				}
				seen.check(t, policy, tt.most)
			})
		}
	}
}

// publication prints all that is published of a table: cells, totals and the
// share of each cell in its row.
func publication(p disclosure.Policy, counts []int, wide int) string {
	var b strings.Builder
	if len(counts) == wide {
		cells, total := p.Counts(counts)
		for _, c := range cells {
			b.WriteString(c.Text + " ")
		}
		return b.String() + "= " + total.Text
	}
	var rows [][]int
	for i := 0; i < len(counts); i += wide {
		rows = append(rows, counts[i:i+wide])
	}
	tb := p.Table(rows)
	for i, row := range tb.Cells {
		for _, c := range row {
			b.WriteString(c.Text + " ")
		}
		b.WriteString("= " + tb.Rows[i].Text + " / ")
	}
	for _, c := range tb.Columns {
		b.WriteString(c.Text + " ")
	}
	return b.String() + "= " + tb.Total.Text
}

// tables runs through every list of n counts from 0 to most.
func tables(n, most int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		counts := make([]int, n)
		for {
			if !yield(counts) {
				return
			}
			k := 0
			for ; k < n && counts[k] == most; k++ {
				counts[k] = 0
			}
			if k == n {
				return
			}
			counts[k]++
		}
	}
}

// reading holds, for each publication, the values that each count may have: a bit
// each, the last for all from 63.
type reading map[string][]uint64

func (r reading) add(text string, counts []int) {
	v := r[text]
	if v == nil {
		v = make([]uint64, len(counts))
		r[text] = v
	}
	for k, n := range counts {
		v[k] |= 1 << min(n, 63)
	}
}

// check fails for each publication out of which a small count can be told. Those
// that larger counts than were tried would give too are left out.
func (r reading) check(t *testing.T, p disclosure.Policy, most int) {
	t.Helper()
	tried, told, first := 0, 0, ""
	for text, v := range r {
		if r.larger(text, most) {
			continue
		}
		tried++
		for _, may := range v {
			if small(p, may) && bits(may) < 4 {
				if told++; first == "" || text < first {
					first = text
				}
			}
		}
	}
	if told > 0 {
		t.Errorf("%d hidden counts can be told, for one of: %q", told, first)
	}
	if tried < 8 {
		t.Errorf("only %d publications: that is no trial", tried)
	}
}

// larger reports whether counts above most would read the same.
func (r reading) larger(text string, most int) bool {
	var all uint64
	for _, may := range r[text] {
		all |= may
	}
	return all>>(most-2) != 0
}

// small reports whether a count shows as hidden whatever value it has of those it may.
func small(p disclosure.Policy, may uint64) bool {
	for n := range 64 {
		if may&(1<<n) != 0 && !p.Count(n).IsHidden() {
			return false
		}
	}
	return true
}

func bits(v uint64) int {
	n := 0
	for ; v != 0; v &= v - 1 {
		n++
	}
	return n
}

func ExamplePolicy_Counts() {
	cells, total := disclosure.HES5().Counts([]int{1, 13, 13})
	fmt.Println(cells[0].Text, cells[1].Text, cells[2].Text, total.Text)
	// Output: * 15 15 30
}
