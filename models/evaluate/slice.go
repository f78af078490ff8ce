package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"unicode"

	"psims/models/label"
)

// Cut is one way to divide rows: by organisation, care setting, specialty, length
// of the text. Values holds what each row has; "" is not recorded.
type Cut struct {
	Name   string
	Values []string
}

// Slice says how good predictions are on the rows of one value of a cut.
type Slice struct {
	Cut        string     `json:"cut"`
	Value      string     `json:"value"`
	Rows       int        `json:"rows"`
	Accuracy   float64    `json:"accuracy"`
	Interval   [2]float64 `json:"interval"`   // Wilson
	Difference float64    `json:"difference"` // accuracy less that of all the other rows of the cut
	// Joint is the interval of the difference, wide enough that those of all the
	// slices of the cut that could be judged hold together 95 % of the time: with 200
	// organisations, some would else look bad by chance every night.
	Joint  [2]float64 `json:"difference_interval"`
	Status Status     `json:"status"`
}

// Worse says whether the slice is surely worse served than the others. One that
// has too few rows never is: look at its Status.
func (s Slice) Worse() bool { return s.Status == Judged && s.Joint[1] < 0 }

// String says it in words.
func (s Slice) String() string {
	value := s.Value
	if value == "" {
		value = "not recorded"
	}
	switch {
	case s.Worse():
		return fmt.Sprintf("%s, %s: accuracy %.3f (%.3f to %.3f) of %d, lower than elsewhere by %.3f", s.Cut, value, s.Accuracy, s.Interval[0], s.Interval[1], s.Rows, -s.Difference)
	case s.Status == Judged:
		return fmt.Sprintf("%s, %s: accuracy %.3f (%.3f to %.3f) of %d", s.Cut, value, s.Accuracy, s.Interval[0], s.Interval[1], s.Rows)
	}
	return fmt.Sprintf("%s, %s: %v (%d)", s.Cut, value, s.Status, s.Rows)
}

// Slices judges predictions on each value of each cut, in the order of the cuts,
// most rows first. Rows without a label are left out; a value all of whose rows
// lack one comes last, not judged.
//
// Panics unless there is a prediction and a value for every row. Errors: settings that do not validate.
func Slices(truth *label.Table, predicted []int32, cuts []Cut, c Config) ([]Slice, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if len(predicted) != truth.Rows() {
		panic(fmt.Sprintf("evaluate: %d predictions for %d rows", len(predicted), truth.Rows()))
	}
	var out []Slice
	for _, cut := range cuts {
		if len(cut.Values) != truth.Rows() {
			panic(fmt.Sprintf("evaluate: %d values of %s for %d rows", len(cut.Values), cut.Name, truth.Rows()))
		}
		out = append(out, cut.judge(truth, predicted, c)...)
	}
	return out, nil
}

func (cut Cut) judge(truth *label.Table, predicted []int32, c Config) []Slice {
	type count struct{ rows, right int }
	counts := map[string]*count{}
	var all count
	for i, v := range cut.Values {
		n := counts[v]
		if n == nil {
			n = &count{}
			counts[v] = n
		}
		t := truth.Class(i)
		if t < 0 {
			continue
		}
		n.rows++
		all.rows++
		if t == predicted[i] {
			n.right++
			all.right++
		}
	}
	judged := 0
	for _, n := range counts {
		if c.statusOf(n.rows) == Judged {
			judged++
		}
	}
	z := jointDeviate(judged)
	out := make([]Slice, 0, len(counts))
	for v, n := range counts {
		rest, restRight := all.rows-n.rows, all.right-n.right
		s := Slice{Cut: cut.Name, Value: v, Rows: n.rows, Interval: Wilson(n.right, n.rows), Status: c.statusOf(n.rows)}
		s.Accuracy = share(n.right, n.rows)
		if rest > 0 && n.rows > 0 {
			s.Difference = s.Accuracy - share(restRight, rest)
		}
		s.Joint = newcombe(float64(n.right), float64(n.rows), float64(restRight), float64(rest), z)
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Slice) int { return cmp.Or(b.Rows-a.Rows, cmp.Compare(a.Value, b.Value)) })
	return out
}

func share(part, whole int) float64 { return float64(part) / float64(max(1, whole)) }

// DefaultBands is the numbers of words from which bands of length begin: reports
// range from a few words to a page.
func DefaultBands() []int { return []int{10, 25, 50, 100, 200} }

// Lengths cuts rows by the number of words of their texts, into bands that begin
// at the given numbers, which must ascend; nil for [DefaultBands]. Words are what
// stands between spaces.
func Lengths(texts []string, from []int) Cut {
	if from == nil {
		from = DefaultBands()
	}
	names := make([]string, len(from)+1)
	for i := range names {
		switch {
		case len(from) == 0:
			names[i] = "any number of words"
		case i == 0:
			names[i] = fmt.Sprintf("under %d words", from[0])
		case i == len(from):
			names[i] = fmt.Sprintf("%d words or more", from[i-1])
		default:
			names[i] = fmt.Sprintf("%d to %d words", from[i-1], from[i]-1)
		}
	}
	cut := Cut{Name: "length", Values: make([]string, len(texts))}
	for i, t := range texts {
		n, within := 0, false
		for _, r := range t {
			space := unicode.IsSpace(r)
			if !space && !within {
				n++
			}
			within = !space
		}
		band, exact := slices.BinarySearch(from, n)
		if exact {
			band++
		}
		cut.Values[i] = names[band]
	}
	return cut
}
