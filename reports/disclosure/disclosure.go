// Package disclosure decides which numbers may be shown, and how. It is the one
// choke point for every published surface: page text, tables, charts, their text
// alternatives and files to download. A count of people or events goes in, with
// the policy of the report; what may be printed comes out.
//
// A table is published with its totals by Counts or Table, so that no hidden count
// can be worked out of them; a later release of the same table by Revise, so that
// none can be worked out of the two together.
//
// The national team's own report uses None: those who read it see the records
// themselves. Reports for organisations and the public use HES5 or Below.
//
// Source: NHS Digital, "Change to disclosure control methodology for Hospital
// Episode Statistics and Emergency Care Data Set" (2018).
package disclosure

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Policy is a rule for counts. The zero value is None.
type Policy struct {
	below  int // counts from 1 to below−1 are hidden; 0 hides none
	nearer int // other counts are rounded to the nearest multiple; 0 rounds none
}

// None shows every count as it is.
func None() Policy { return Policy{} }

// HES5 hides counts from 1 to 7 and rounds the others to the nearest 5. Totals
// are computed and then rounded, so a table may not add up. Differs: the method
// relies on that alone; Counts and Table move a total that would still give a
// hidden count away.
func HES5() Policy { return Policy{below: 8, nearer: 5} }

// Below hides counts from 1 to n−1 and shows the others as they are. The total
// of a row with a hidden count is given as a least value (see Counts).
//
// Panics if n is less than 2, which would hide nothing.
func Below(n int) Policy {
	if n < 2 {
		panic(fmt.Sprintf("disclosure: threshold %d hides nothing", n))
	}
	return Policy{below: n}
}

// Parse reads what String gives: "none", "hes5" or "threshold-10".
//
// Errors: any other text, or a threshold under 2.
func Parse(s string) (Policy, error) {
	switch s {
	case "none":
		return None(), nil
	case "hes5":
		return HES5(), nil
	}
	if digits, ok := strings.CutPrefix(s, "threshold-"); ok {
		if n, err := strconv.Atoi(digits); err == nil && n >= 2 && n <= 1000 {
			return Below(n), nil
		}
	}
	return Policy{}, fmt.Errorf(`reading disclosure policy %q: want "none", "hes5" or "threshold-N" with N from 2 to 1000`, s)
}

// String gives the policy's name as the configuration has it.
func (p Policy) String() string {
	switch p {
	case None():
		return "none"
	case HES5():
		return "hes5"
	}
	return "threshold-" + strconv.Itoa(p.below)
}

// Note tells a reader what the policy did to the numbers.
func (p Policy) Note() string {
	switch p {
	case None():
		return "Counts are shown as they are."
	case HES5():
		return "Counts from 1 to 7 are shown as *. Other counts are rounded to the nearest 5, and totals are rounded after adding, so they may not add up."
	}
	return fmt.Sprintf("Counts from 1 to %d are shown as *, and a total that has such a count in it is given as a least value.", p.below-1)
}

// Hidden is what stands in place of a count on a page, and Confidential in a
// file for a spreadsheet.
const (
	Hidden       = "*"
	Confidential = "[c]"
)

// Shown is a number as it may be published.
type Shown struct {
	Text  string  // for a page: "1,230", "*", "14%"
	Value float64 // what Text says; NaN when it is hidden or there is none
}

// IsHidden reports whether the policy keeps the number back.
func (s Shown) IsHidden() bool { return s.Text == Hidden }

// Cell gives the number for a spreadsheet: no thousands commas, and hidden as "[c]".
func (s Shown) Cell() string {
	if s.IsHidden() {
		return Confidential
	}
	if math.IsNaN(s.Value) {
		return s.Text
	}
	return strconv.FormatFloat(s.Value, 'f', -1, 64)
}

// AtLeast is a total of which only so many may be told, and About one that is made
// of rounded parts.
func AtLeast(n int) Shown { return Shown{Text: atLeast + Commas(n), Value: math.NaN()} }

// About is a total that is made of rounded parts: see Table.
func About(n int) Shown { return Shown{Text: about + Commas(n), Value: float64(n)} }

const (
	atLeast = "at least "
	about   = "about "
)

// number reads what shows: a number, whether more may be hidden beside it, and
// whether there is one at all.
func (s Shown) number() (n int, more, known bool) {
	if !math.IsNaN(s.Value) {
		return int(s.Value), false, true
	}
	digits, more := strings.CutPrefix(s.Text, atLeast)
	n, err := strconv.Atoi(strings.ReplaceAll(digits, ",", ""))
	return n, more, more && err == nil
}

func hidden() Shown { return Shown{Text: Hidden, Value: math.NaN()} }

// Count gives a count as it may be published. 0 stays 0.
//
// Panics if n is negative.
func (p Policy) Count(n int) Shown {
	if n < 0 {
		panic(fmt.Sprintf("disclosure: count %d", n))
	}
	if n > 0 && n < p.below {
		return hidden()
	}
	n = p.round(n)
	return Shown{Text: Commas(n), Value: float64(n)}
}

func (p Policy) round(n int) int {
	if p.nearer == 0 {
		return n
	}
	return (n + p.nearer/2) / p.nearer * p.nearer
}

// Mean gives a mean of n measurements to one decimal place: hidden when n is a
// count that is, and not applicable when n is 0. Under None any n will do.
//
// Panics if n is negative.
func (p Policy) Mean(sum float64, n int) Shown {
	switch c := p.Count(n); {
	case c.IsHidden():
		return hidden()
	case n == 0:
		return Shown{Text: NoShare, Value: math.NaN()}
	}
	text := strconv.FormatFloat(sum/float64(n), 'f', 1, 64)
	value, _ := strconv.ParseFloat(text, 64) // text is a number: it was just formatted
	return Shown{Text: strings.TrimSuffix(text, ".0"), Value: value}
}

// NoShare is what a share of nothing reads.
const NoShare = "not applicable"

// Percent gives part of whole in percent, from the counts as they are published.
// It is hidden when either count is, and has one decimal place only when whole
// is 4,000 or more. A share of 0 is not applicable.
//
// Panics if part is more than whole, or either is negative.
func (p Policy) Percent(part, whole int) Shown {
	a, b := p.pair(part, whole)
	return PercentOf(a, b)
}

// PercentOf gives one published count in percent of another: of the total of its
// row, as Counts gave it. Hidden when either has no number, at most 100%.
func PercentOf(part, whole Shown) Shown {
	share, state := shareOf(part, whole)
	if state.Text != "" {
		return state
	}
	places := 0
	if whole.Value >= 4000 {
		places = 1
	}
	text := strconv.FormatFloat(100*share, 'f', places, 64)
	value, _ := strconv.ParseFloat(text, 64) // text is a number: it was just formatted
	if value == 0 && part.Value > 0 {
		return Shown{Text: []string{"under 1%", "under 0.1%"}[places]} // some are not none
	}
	return Shown{Text: strings.TrimSuffix(text, ".0") + "%", Value: value}
}

// OneIn gives part of whole as people read it, "1 in 7" or "6 in 10", from the
// counts as they are published. Value is the share itself.
//
// Panics if part is more than whole, or either is negative.
func (p Policy) OneIn(part, whole int) Shown {
	a, b := p.pair(part, whole)
	return OneInOf(a, b)
}

// OneInOf is OneIn of counts that are published already.
func OneInOf(part, whole Shown) Shown {
	share, state := shareOf(part, whole)
	if state.Text != "" {
		return state
	}
	switch {
	case share == 0:
		return Shown{Text: "none", Value: 0}
	case share >= 1:
		return Shown{Text: "all", Value: 1}
	case share > 0.95:
		return Shown{Text: "nearly all", Value: share}
	case share > 0.4:
		return Shown{Text: fmt.Sprintf("%.0f in 10", 10*share), Value: share}
	}
	return Shown{Text: "1 in " + Commas(int(math.Round(1/share))), Value: share}
}

// pair gives the two counts of a share. Under a threshold they are both hidden
// when the rest is: 29 of 30 would tell it.
func (p Policy) pair(part, whole int) (a, b Shown) {
	if part > whole {
		panic(fmt.Sprintf("disclosure: %d of %d", part, whole))
	}
	a, b = p.Count(part), p.Count(whole)
	if p.nearer == 0 && p.Count(whole-part).IsHidden() {
		return hidden(), hidden()
	}
	return a, b
}

// shareOf divides published counts; state is set when there is no number to give.
func shareOf(part, whole Shown) (share float64, state Shown) {
	switch {
	case math.IsNaN(part.Value) || math.IsNaN(whole.Value):
		return 0, hidden()
	case whole.Value == 0:
		return 0, Shown{Text: NoShare, Value: math.NaN()}
	}
	return min(part.Value/whole.Value, 1), Shown{}
}

// Commas writes n with a comma at each thousand.
func Commas(n int) string {
	if n < 0 {
		return "−" + Commas(-n)
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
