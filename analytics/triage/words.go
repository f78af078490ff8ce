package triage

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"psims/datasets/incident"
)

// whyTheme says in sentences why the theme is on the list.
func (r *Reports) whyTheme(a Alert, s Standing, rows []int32) string {
	var b strings.Builder
	fmt.Fprintf(&b, "In the %d weeks to %s, %s from %s told of this in like words; from the history before, %s would be expected, and up to %.0f would be usual.",
		s.Window, date(a.Window.Until), reports(s.Observed), organisations(s.Organisations), about(a.Expected), a.Interval[1])
	if s.Before == 0 {
		b.WriteString(" No earlier report reads like them.")
	} else {
		fmt.Fprintf(&b, " %s like them.", earlier(s.Before))
	}
	if words := r.kinds(s, rows); len(words) > 1 {
		fmt.Fprintf(&b, " What they share are words for kinds or parts of one thing: %s.", strings.Join(words, ", "))
	}
	if more := len(rows) - s.Observed; more > 0 {
		fmt.Fprintf(&b, " %d more that the finding rests on are listed too: %s in all.", more, reports(len(rows)))
	}
	if c := r.tops(&r.Events.Category, rows); len(c) > 1 {
		fmt.Fprintf(&b, " They are filed under %d categories, most often %q (%d of %d).", len(c), c[0].value, c[0].n, len(rows))
	}
	if c := r.tops(&r.Events.Specialty, rows); len(c) > 1 {
		fmt.Fprintf(&b, " They come from %d specialties, most often %s (%d).", len(c), c[0].value, c[0].n)
	}
	switch a.Status {
	case New:
		b.WriteString(" It is new on this list.")
	case Grown:
		fmt.Fprintf(&b, " It was first raised in the week to %s and has grown since.", date(a.FirstRaised))
	case Open:
		fmt.Fprintf(&b, " It was first raised in the week to %s.", date(a.FirstRaised))
	case Gone:
		fmt.Fprintf(&b, " It was first raised on %s and is no longer unusual; these are the figures of %s, when it last was.", date(a.FirstRaised), date(s.LastSeen))
	}
	likely := chance(-math.Log10(max(a.PValue, 1e-30)))
	if r.Chance != nil {
		fmt.Fprintf(&b, " If the same reports had come on other days at random, the search would find something as unusual %s.", likely)
	} else {
		fmt.Fprintf(&b, " Allowing for the %s terms looked at, chance alone would give so many %s.", commas(float64(s.Looks)), likely)
	}
	if s.Independent < 0.8*float64(s.Observed) {
		fmt.Fprintf(&b, " They come from fewer organisations than unrelated reports would, and so count as about %.0f.", s.Independent)
	}
	b.WriteString(" " + harmSentence(a.Harm, len(rows)))
	return b.String()
}

// maxKinds is how many words of a concept are told.
const maxKinds = 5

// kinds gives the words of a theme's concept that rows hold, those of the most first.
func (r *Reports) kinds(s Standing, rows []int32) []string {
	count := map[int32]int{}
	for _, i := range rows {
		columns, _ := r.Counts.Row(r.event(i))
		for _, t := range s.Kinds {
			if _, holds := slices.BinarySearch(columns, t); holds {
				count[t]++
			}
		}
	}
	held := slices.DeleteFunc(slices.Clone(s.Kinds), func(t int32) bool { return count[t] == 0 })
	slices.SortStableFunc(held, func(a, b int32) int { return cmp.Compare(count[b], count[a]) })
	out := make([]string, 0, maxKinds)
	for _, t := range held[:min(len(held), maxKinds)] {
		out = append(out, r.Terms.Shown(t))
	}
	return out
}

// harmSentence tells how many of n reports are graded severe or fatal, and how
// many are not graded: none of the graded is not none.
func harmSentence(harm map[string]int, n int) string {
	ungraded := harm[incident.HarmMissing.String()]
	switch severe := harm["severe_or_fatal"]; {
	case ungraded == n:
		return "None of them has a degree of harm."
	case severe == 0 && ungraded == 0:
		return "None is graded severe or fatal."
	case severe == 0:
		return fmt.Sprintf("None is graded severe or fatal; %s no degree of harm.", some(ungraded, n))
	case severe == 1:
		return fmt.Sprintf("1 of the %d is graded severe or fatal.", n)
	default:
		return fmt.Sprintf("%d of the %d are graded severe or fatal.", severe, n)
	}
}

// date writes a day as people do: 2 January 2026.
func date(d incident.Day) string { return d.Time().Format("2 January 2006") }

func reports(n int) string {
	if n == 1 {
		return "1 report"
	}
	return fmt.Sprintf("%d reports", n)
}

func earlier(n int) string {
	if n == 1 {
		return "1 earlier report reads"
	}
	return fmt.Sprintf("%d earlier reports read", n)
}

func organisations(n int) string {
	if n == 1 {
		return "1 organisation"
	}
	return fmt.Sprintf("%d organisations", n)
}

// about writes an expected number.
func about(v float64) string {
	switch {
	case v < 0.1:
		return "fewer than 0.1"
	case v < 10:
		return "about " + strconv.FormatFloat(v, 'f', 1, 64)
	}
	return fmt.Sprintf("about %.0f", v)
}

// chance writes a probability given as −log10.
func chance(tail float64) string {
	switch {
	case tail < 1:
		return fmt.Sprintf("about 1 time in %.0f", math.Pow(10, tail))
	case tail < 6:
		return "about 1 time in " + commas(math.Pow(10, math.Round(tail)))
	}
	return "less than 1 time in 1 million"
}

// commas writes a whole number with commas over 999.
func commas(v float64) string {
	s := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// some gives "1 of 51 has" or "3 of 51 have".
func some(k, n int) string {
	if k == 1 {
		return fmt.Sprintf("1 of %d has", n)
	}
	return fmt.Sprintf("%d of %d have", k, n)
}
