package disclosure

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Release keeps what was published, row by row, so that a later release of the
// same rows tells nothing by what changed. Start with NewRelease, or ReadRelease
// what an earlier one wrote. Not safe for many goroutines.
type Release struct {
	policy Policy
	rows   map[string]map[string]Shown // row → column → what was published
}

// NewRelease makes an empty release under a policy.
func NewRelease(p Policy) *Release {
	return &Release{policy: p, rows: map[string]map[string]Shown{}}
}

// totalName is the total's column in a stored row; a column can't have that name.
const totalName = ""

// Row gives the cells of a row and their total as they may be published after
// what was published of that row before, and remembers them. names are the row's
// columns; revised says which cells changed, and last whether the total did. A row
// that was never published is as Counts gives it, and nothing in it is revised.
//
// A published number stays until it has changed by at least the smallest count
// that shows, so that no small change can be read off two releases: 30 stays 30
// until the count rounds to 40 or to 20, and a hidden count stays hidden until it
// is twice what would show. Under None numbers change as they are.
//
// Panics if names and counts differ in number.
func (r *Release) Row(key string, names []string, counts []int) (cells []Shown, total Shown, revised []bool) {
	if len(names) != len(counts) {
		panic(fmt.Sprintf("disclosure: %d names for %d counts", len(names), len(counts)))
	}
	before, known := r.rows[key]
	cells, total = r.policy.Counts(counts)
	revised = make([]bool, len(counts)+1)
	if known && r.policy != None() {
		cells, total = r.after(before, names, counts)
	}
	now := map[string]Shown{totalName: total}
	for j, c := range cells {
		now[names[j]] = c
	}
	for j, name := range append(slices.Clone(names), totalName) {
		old, was := before[name]
		revised[j] = was && old.Text != now[name].Text
	}
	r.rows[key] = now
	return cells, total, revised
}

// after moves the cells that have changed enough, and then the total.
func (r *Release) after(before map[string]Shown, names []string, counts []int) ([]Shown, Shown) {
	p := r.policy
	cells, spans := make([]Shown, len(counts)), make([]span, len(counts))
	sum, shown, anyHidden := 0, 0, false
	for j, n := range counts {
		cells[j] = p.Count(n)
		spans[j] = p.span(cells[j])
		if old, was := before[names[j]]; was {
			cells[j] = p.revise(old, n)
			spans[j] = p.spanAfter(old, cells[j])
		}
		sum += n
		if cells[j].IsHidden() {
			anyHidden = true
		} else {
			shown += int(cells[j].Value)
		}
	}
	switch {
	case p.nearer != 0:
		old := before[totalName]
		return cells, p.safeTotal(spans, sum, &old)
	case anyHidden && shown == 0:
		return cells, hidden()
	case anyHidden:
		return cells, AtLeast(shown)
	}
	return cells, Shown{Text: Commas(shown), Value: float64(shown)} // every cell shows: they add up
}

// revise gives what is published of a count when old was published before.
func (p Policy) revise(old Shown, n int) Shown {
	if old.IsHidden() {
		if n >= 2*p.below-1 {
			return p.Count(n)
		}
		return old
	}
	now := p.Count(n)
	if now.IsHidden() && int(old.Value) < 2*p.below || math.Abs(now.Value-old.Value) < p.step() {
		return old
	}
	return now
}

// step is by how much a published number changes at least.
func (p Policy) step() float64 {
	return float64(max(p.below, 2*p.nearer))
}

// releaseFile is how a release is kept.
type releaseFile struct {
	Policy string                       `json:"policy"`
	Rows   map[string]map[string]string `json:"rows"`
}

// Write writes the release as JSON, the same bytes for the same release.
func (r *Release) Write(w io.Writer) error {
	f := releaseFile{Policy: r.policy.String(), Rows: map[string]map[string]string{}}
	for key, row := range r.rows {
		f.Rows[key] = map[string]string{}
		for name, s := range row {
			f.Rows[key][name] = s.Text
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(f)
}

// ErrOtherPolicy says that an earlier release was published under another policy.
var ErrOtherPolicy = errors.New("an earlier release was published under another disclosure policy")

// ReadRelease reads an earlier release, to go on under the same policy.
//
// Errors: ErrOtherPolicy, because two policies for one table could tell more than
// either; text that is no release.
func ReadRelease(in io.Reader, p Policy) (*Release, error) {
	var f releaseFile
	dec := json.NewDecoder(in)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fmt.Errorf("reading an earlier release: %w", err)
	}
	if f.Policy != p.String() {
		return nil, fmt.Errorf("reading an earlier release: it has %q, this one %q: %w; keep to it, or move the earlier release aside to begin anew", f.Policy, p, ErrOtherPolicy)
	}
	r := NewRelease(p)
	for key, row := range f.Rows {
		r.rows[key] = map[string]Shown{}
		for name, text := range row {
			s, err := parse(text)
			if err != nil {
				return nil, fmt.Errorf("reading an earlier release, row %q: %w", key, err)
			}
			r.rows[key][name] = s
		}
	}
	return r, nil
}

// parse reads what was published.
func parse(text string) (Shown, error) {
	if text == Hidden {
		return hidden(), nil
	}
	digits, more := strings.CutPrefix(text, atLeast)
	n, err := strconv.Atoi(strings.ReplaceAll(digits, ",", ""))
	switch {
	case err != nil || n < 0 || Commas(n) != digits:
		return Shown{}, fmt.Errorf("%q is no published count", text)
	case more:
		return AtLeast(n), nil
	}
	return Shown{Text: text, Value: float64(n)}, nil
}
