package disclosure_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"psims/reports/disclosure"
)

func TestCount(t *testing.T) {
	tests := []struct {
		why    string
		policy disclosure.Policy
		n      int
		want   string
		cell   string
	}{
		{"nothing is hidden nationally", disclosure.None(), 3, "3", "3"},
		{"thousands have commas on pages only", disclosure.None(), 1234567, "1,234,567", "1234567"},
		{"0 stays 0", disclosure.HES5(), 0, "0", "0"},
		{"1 is hidden", disclosure.HES5(), 1, "*", "[c]"},
		{"7 is hidden", disclosure.HES5(), 7, "*", "[c]"},
		{"8 is the least that shows", disclosure.HES5(), 8, "10", "10"},
		{"12 rounds down", disclosure.HES5(), 12, "10", "10"},
		{"13 rounds up", disclosure.HES5(), 13, "15", "15"},
		{"below the threshold", disclosure.Below(10), 9, "*", "[c]"},
		{"on the threshold", disclosure.Below(10), 10, "10", "10"},
		{"a threshold rounds nothing", disclosure.Below(10), 11, "11", "11"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			got := tt.policy.Count(tt.n)
			if got.Text != tt.want || got.Cell() != tt.cell {
				t.Errorf("%v.Count(%d) shows %q and %q, want %q and %q", tt.policy, tt.n, got.Text, got.Cell(), tt.want, tt.cell)
			}
		})
	}
}

func TestShares(t *testing.T) {
	tests := []struct {
		why         string
		policy      disclosure.Policy
		part, whole int
		percent     string
		oneIn       string
	}{
		{"plain", disclosure.None(), 1, 7, "14%", "1 in 7"},
		{"more than 4 in 10", disclosure.None(), 3, 5, "60%", "6 in 10"},
		{"nothing of something", disclosure.None(), 0, 9, "0%", "none"},
		{"little is not nothing", disclosure.None(), 1, 253, "under 1%", "1 in 253"},
		{"little of a large base", disclosure.None(), 1, 4000, "under 0.1%", "1 in 4,000"},
		{"all", disclosure.None(), 9, 9, "100%", "all"},
		{"nearly all is not all", disclosure.None(), 98, 100, "98%", "nearly all"},
		{"something of nothing", disclosure.None(), 0, 0, "not applicable", "not applicable"},
		{"a large base earns a decimal place", disclosure.None(), 1234, 4000, "30.9%", "1 in 3"},
		{"from rounded counts: 10 of 15", disclosure.HES5(), 8, 13, "67%", "7 in 10"},
		{"a hidden part hides the share", disclosure.HES5(), 7, 100, "*", "*"},
		{"a hidden whole hides the share of none", disclosure.HES5(), 0, 7, "*", "*"},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if got := tt.policy.Percent(tt.part, tt.whole).Text; got != tt.percent {
				t.Errorf("Percent(%d, %d) = %q, want %q", tt.part, tt.whole, got, tt.percent)
			}
			if got := tt.policy.OneIn(tt.part, tt.whole).Text; got != tt.oneIn {
				t.Errorf("OneIn(%d, %d) = %q, want %q", tt.part, tt.whole, got, tt.oneIn)
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, name := range []string{"none", "hes5", "threshold-5", "threshold-10"} {
		p, err := disclosure.Parse(name)
		if err != nil || p.String() != name {
			t.Errorf("Parse(%q) = %v, %v", name, p, err)
		}
		if p.Note() == "" {
			t.Errorf("%v has no note for readers", p)
		}
	}
	for _, name := range []string{"", "HES5", "threshold-", "threshold-1", "threshold-0", "threshold--4", "threshold-99999999999999999999"} {
		if p, err := disclosure.Parse(name); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", name, p)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"none", "hes5", "threshold-10", "threshold-1", "threshold-+5", "threshold-05"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := disclosure.Parse(s)
		if err != nil {
			return
		}
		if again, err := disclosure.Parse(p.String()); err != nil || again != p {
			t.Errorf("%q is read as %v, and that as %v, %v", s, p, again, err)
		}
		if s != "none" && !p.Count(1).IsHidden() {
			t.Errorf("the policy %q shows a count of 1", s)
		}
	})
}

func TestNoSmallCountShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 5000).Draw(t, "n")
		got := disclosure.HES5().Count(n)
		switch {
		case n == 0 && got.Text != "0",
			n >= 1 && n <= 7 && !got.IsHidden(),
			n >= 8 && (got.IsHidden() || math.Mod(got.Value, 5) != 0 || math.Abs(got.Value-float64(n)) > 2.5):
			t.Errorf("HES5 shows %d as %q", n, got.Text)
		}
		if got.IsHidden() != math.IsNaN(got.Value) {
			t.Errorf("%d is shown as %q with the value %v", n, got.Text, got.Value)
		}
	})
}

// A share must tell no more than the counts it is published with.
func TestShareComesFromShownCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := disclosure.HES5()
		whole := rapid.IntRange(0, 9000).Draw(t, "whole")
		part := rapid.IntRange(0, whole).Draw(t, "part")
		a, b := p.Count(part), p.Count(whole)
		for _, share := range []disclosure.Shown{p.Percent(part, whole), p.OneIn(part, whole)} {
			if (a.IsHidden() || b.IsHidden()) != share.IsHidden() {
				t.Fatalf("%d of %d shows as %q, the counts as %q and %q", part, whole, share.Text, a.Text, b.Text)
			}
			if share.Value > 100 {
				t.Fatalf("%d of %d is %v", part, whole, share.Value)
			}
		}
		if !a.IsHidden() && !b.IsHidden() {
			same := p.Percent(int(a.Value), max(int(a.Value), int(b.Value)))
			if diff := cmp.Diff(same, p.Percent(part, whole), cmpopts.EquateNaNs()); diff != "" {
				t.Fatalf("%d of %d tells more than %s of %s: %s", part, whole, a.Text, b.Text, diff)
			}
		}
	})
}

// Whatever the hidden counts are, a row with a threshold is published in the
// same way: so nothing can be worked out of it, by any reader.
func TestThresholdRowGivesNothingAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := disclosure.Below(10)
		counts := rapid.SliceOfN(rapid.IntRange(0, 25), 1, 6).Draw(t, "counts")
		other := slices.Clone(counts)
		for i, n := range counts {
			if n > 0 && n < 10 {
				other[i] = rapid.IntRange(1, 9).Draw(t, "other")
			}
		}
		cells, total := p.Counts(counts)
		otherCells, otherTotal := p.Counts(other)
		if diff := cmp.Diff(append(cells, total), append(otherCells, otherTotal), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%v and %v are published in different ways: %s", counts, other, diff)
		}
	})
}

func TestCounts(t *testing.T) {
	tests := []struct {
		why    string
		policy disclosure.Policy
		counts []int
		want   []string // the cells, then the total
	}{
		{"a total is added, then rounded", disclosure.HES5(), []int{3, 4, 12, 0}, []string{"*", "*", "10", "0", "20"}},
		{"a small total is hidden", disclosure.HES5(), []int{3, 4}, []string{"*", "*", "*"}},
		{"nothing hidden, true total", disclosure.Below(10), []int{12, 0, 30}, []string{"12", "0", "30", "42"}},
		{"a hidden count leaves a least total", disclosure.Below(10), []int{1200, 3, 30}, []string{"1,200", "*", "30", "at least 1,230"}},
		{"only hidden counts and none", disclosure.Below(10), []int{0, 9, 9}, []string{"0", "*", "*", "*"}},
		{"nationally all shows", disclosure.None(), []int{1, 2}, []string{"1", "2", "3"}},
		{"an empty row", disclosure.Below(10), nil, []string{"0"}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			cells, total := tt.policy.Counts(tt.counts)
			var got []string
			for _, c := range append(cells, total) {
				got = append(got, c.Text)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func ExamplePolicy() {
	p, _ := disclosure.Parse("hes5")
	fmt.Println(p.Count(4).Text, p.Count(1233).Text, p.OneIn(190, 1233).Text)
	fmt.Println(p.Note())
	// Output:
	// * 1,235 1 in 7
	// Counts from 1 to 7 are shown as *. Other counts are rounded to the nearest 5, and totals are rounded after adding, so they may not add up.
}
