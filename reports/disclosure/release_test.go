package disclosure_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"psims/reports/disclosure"
)

var letters = []string{"a", "b", "c", "d", "e", "f"}

// A reader who has two releases of a row and knows every rule can't tell a hidden
// count of either, nor how many were added in between when that is a few.
func TestTwoReleasesGiveNothingAway(t *testing.T) {
	if testing.Short() {
		t.Skip("every pair of rows is too many for a short run")
	}
	const most = 26
	for _, policy := range []disclosure.Policy{disclosure.HES5(), disclosure.Below(5)} {
		t.Run(policy.String(), func(t *testing.T) {
			counts, added := reading{}, map[string]map[int]bool{}
			for four := range tables(4, most) {
				r := disclosure.NewRelease(policy)
				text := ""
				for _, row := range [][]int{four[:2], four[2:]} {
					cells, total, _ := r.Row("row", letters[:2], row)
					text += cells[0].Text + " " + cells[1].Text + " = " + total.Text + " / "
				}
				counts.add(text, four)
				if added[text] == nil {
					added[text] = map[int]bool{}
				}
				added[text][four[2]-four[0]] = true
			}
			counts.check(t, policy, most)
			for text, by := range added {
				few := !counts.larger(text, most)
				for n := range by {
					few = few && n != 0 && policy.Count(max(n, -n)).IsHidden()
				}
				if few && len(by) < 2 {
					t.Fatalf("a few events must have been added or withdrawn, of %v: %s", by, text)
				}
			}
		})
	}
}

// farthest is how far a published number may be from the count: a 15 under HES5, or
// a 19 under a threshold of 10, stays while the count falls to 1.
var farthest = map[disclosure.Policy]float64{disclosure.HES5(): 14, disclosure.Below(10): 18}

// Longer rows, more releases: no published number moves by less than what shows.
func TestPublishedNumbersMoveFarOrNotAtAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]disclosure.Policy{disclosure.HES5(), disclosure.Below(10)}).Draw(t, "policy")
		counts := rapid.SliceOfN(rapid.IntRange(0, 60), 1, 6).Draw(t, "counts")
		r := disclosure.NewRelease(p)
		names := letters[:len(counts)]
		before, _, _ := r.Row("k", names, counts)
		for range 4 {
			for j := range counts {
				counts[j] = max(0, counts[j]+rapid.IntRange(-15, 15).Draw(t, "change"))
			}
			now, _, revised := r.Row("k", names, counts)
			for j := range now {
				moved := now[j].Text != before[j].Text
				if moved != revised[j] {
					t.Fatalf("%q became %q, said to be revised: %v", before[j].Text, now[j].Text, revised[j])
				}
				if far := math.Abs(now[j].Value - before[j].Value); moved && far < 8 {
					t.Fatalf("%v: %q became %q", p, before[j].Text, now[j].Text)
				}
				if far := math.Abs(now[j].Value - float64(counts[j])); far > farthest[p] {
					t.Fatalf("%v: %d is published as %q", p, counts[j], now[j].Text)
				}
			}
			before = slices.Clone(now)
		}
	})
}

func TestReleaseIsKept(t *testing.T) {
	p := disclosure.HES5()
	r := disclosure.NewRelease(p)
	r.Row("2025 quarter 1", []string{"Low", "Fatal"}, []int{1230, 3})
	var file, again bytes.Buffer
	if err := r.Write(&file); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	if strings.Contains(text, ": 3") || strings.Contains(text, `"3"`) {
		t.Errorf("the file holds a hidden count: %s", text)
	}
	kept, err := disclosure.ReadRelease(&file, p)
	if err != nil {
		t.Fatal(err)
	}
	if err := kept.Write(&again); err != nil || again.String() != text {
		t.Errorf("read and written again, the release is %s, %v; want %s", again.String(), err, text)
	}
	cells, total, revised := kept.Row("2025 quarter 1", []string{"Low", "Fatal"}, []int{1241, 8})
	if cells[0].Text != "1,240" || cells[1].Text != "*" || total.Text != "1,250" || !slices.Equal(revised, []bool{true, false, true}) {
		t.Errorf("revised to %q, %q, %q, %v", cells[0].Text, cells[1].Text, total.Text, revised)
	}
	if _, err := disclosure.ReadRelease(strings.NewReader(text), disclosure.Below(5)); !errors.Is(err, disclosure.ErrOtherPolicy) {
		t.Errorf("another policy gives %v", err)
	}
}

func FuzzReadRelease(f *testing.F) {
	f.Add([]byte(`{"policy":"hes5","rows":{"k":{"":"10","a":"*","b":"at least 1,230"}}}`))
	f.Add([]byte(`{"policy":"hes5","rows":{"k":{"":"-1"}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := disclosure.ReadRelease(bytes.NewReader(b), disclosure.HES5())
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := r.Write(&first); err != nil {
			t.Fatal(err)
		}
		text := first.String()
		again, err := disclosure.ReadRelease(&first, disclosure.HES5())
		if err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		if err := again.Write(&second); err != nil || second.String() != text {
			t.Fatalf("%s became %s", text, second.String())
		}
	})
}

func ExampleRelease() {
	r := disclosure.NewRelease(disclosure.HES5())
	for _, counts := range [][]int{{31, 4}, {33, 8}, {52, 15}} {
		cells, total, _ := r.Row("January to March 2026", []string{"Low harm", "Fatal"}, counts)
		fmt.Println(cells[0].Text, cells[1].Text, total.Text)
	}
	// Output:
	// 30 * 35
	// 30 * 35
	// 50 15 65
}
