package linkage

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// Joined says which of n reports tell of the same event. An event is counted once, by
// its first report; the others follow it, and are cited with it.
type Joined struct {
	First     []int32          // n: the report that stands for its event, often itself
	Posterior []float64        // n: of a report that follows, least probability of the links of its group
	Why       map[int32]string // by report that follows: what agrees and differs with the first

	Links   int      // pairs that are linked,
	Wrong   float64  // and how many of them wrongly, by estimate
	Weights *Weights // what was learnt

	Amended Amended // by people
}

// Counted reports whether a report stands for its event.
func (j *Joined) Counted(i int) bool { return j.First[i] == int32(i) }

// Mask says of each report whether it stands for its event.
func (j *Joined) Mask() []bool {
	out := make([]bool, len(j.First))
	for i, f := range j.First {
		out[i] = f == int32(i)
	}
	return out
}

// Followers gives the reports behind each first one, in order of report.
func (j *Joined) Followers() map[int32][]int32 {
	out := map[int32][]int32{}
	for i, f := range j.First {
		if f != int32(i) {
			out[f] = append(out[f], int32(i))
		}
	}
	return out
}

// Remember gives what is joined in a table, as it was found before or else by join.
type Remember func(t *incident.Table, join func() (*Joined, error)) (*Joined, error)

// Join finds which reports of a table tell of the same event; words are the single words
// of each narrative. What was reported until the due day is judged as of then, and the
// rest by the weights of then: thus a report that stood alone is not joined, or parted,
// from one night to the next, but on days of a fixed grid, and what was found on earlier
// days holds in between.
func Join(ctx context.Context, t *incident.Table, words *sparse.CSR, due incident.Day, remember Remember) (*Joined, error) {
	settled := t.Until(due)
	known, err := remember(t.Head(settled), func() (*Joined, error) {
		j, _, err := join(ctx, t.Head(settled), words.Slice(0, settled), nil)
		return j, err
	})
	if err != nil || settled == t.Len() {
		return known, err
	}
	weights := known.Weights
	if settled < t.Len()-settled {
		weights = nil // the greater part of a short history is yet to be learnt from
	}
	j, r, err := join(ctx, t, words, weights)
	if err != nil {
		return nil, err
	}
	j.settle(known, r)
	return j, nil
}

// Words gives the single words of each narrative, without how often they are in it.
func Words(terms *features.Terms, counts *sparse.CSR) *sparse.CSR {
	number := make([]int32, terms.Len())
	words := 0
	for id := range number {
		number[id] = -1
		if before, _ := terms.Parts(int32(id)); before < 0 {
			number[id] = int32(words)
			words++
		}
	}
	return counts.Pattern(number, words)
}

// join joins the reports of a table with these words; with weights, those after what they were learnt from.
func join(ctx context.Context, t *incident.Table, words *sparse.CSR, weights *Weights) (*Joined, *Result, error) {
	r, err := Link(ctx, Input{Table: t, AgeDays: t.AgeDays, Sex: &t.Sex, Words: words, Weights: weights}, Default())
	if err != nil {
		return nil, nil, err
	}
	j := &Joined{First: make([]int32, t.Len()), Posterior: make([]float64, t.Len()), Why: map[int32]string{}, Weights: r.Weights()}
	j.Links, j.Wrong = r.Links()
	for i := range j.First {
		j.First[i] = int32(i)
	}
	for _, g := range r.Groups {
		for _, i := range g.Rows {
			j.First[i], j.Posterior[i] = g.First, g.Posterior
			j.say(r, i)
		}
	}
	return j, r, nil
}

// say writes down why a report follows.
func (j *Joined) say(r *Result, i int32) {
	if f := j.First[i]; f != i {
		j.Why[i] = explained(r.Explain(f, i))
	}
}

// settle takes over what is known of the reports until an earlier day. A later
// report that follows one of them follows the one that stands for it.
func (j *Joined) settle(known *Joined, r *Result) {
	copy(j.First, known.First)
	copy(j.Posterior, known.Posterior)
	j.Why = maps.Clone(known.Why)
	for i := int32(len(known.First)); int(i) < len(j.First); i++ {
		j.First[i] = j.First[j.First[i]]
		j.say(r, i)
	}
	if !r.Learnt {
		j.Links, j.Wrong = j.Links+known.Links, j.Wrong+known.Wrong
	}
}

// Precision is the share of the links that is right, by estimate.
func (j *Joined) Precision() float64 {
	if j.Links == 0 {
		return 1
	}
	return 1 - j.Wrong/float64(j.Links)
}

// Amend puts people's answers over what was found. What is remembered of earlier
// nights is left as it was.
func (j *Joined) Amend(t *incident.Table, told []Told) {
	j.Amended = Amend(j.First, told, func(a, b int32) bool {
		return cmp.Or(cmp.Compare(t.Reported[a], t.Reported[b]), cmp.Compare(t.System.Value(int(a)), t.System.Value(int(b))), cmp.Compare(t.ID[a], t.ID[b])) < 0
	})
	found := j.First
	j.First = j.Amended.First
	j.Why = maps.Clone(j.Why)
	for i, f := range found {
		if j.First[i] != f { // what was found was said of another pair
			delete(j.Why, int32(i))
		}
	}
	if len(j.Amended.Touched) > 0 {
		j.Posterior = slices.Clone(j.Posterior)
	}
	for _, i := range j.Amended.Touched {
		j.Posterior[i] = 1 // somebody has read them
	}
}

// ByPeople reports whether a report stands where it does by a person's word.
func (j *Joined) ByPeople(i int32) bool {
	_, found := slices.BinarySearch(j.Amended.Touched, i)
	return found
}

// Judged gives the table with the worst harm of each event at the report that stands for it.
func (j *Joined) Judged(t *incident.Table) *incident.Table {
	out := *t
	out.Harm = slices.Clone(t.Harm)
	for i, f := range j.First {
		out.Harm[f] = incident.Worst(out.Harm[f], t.Harm[i])
	}
	return &out
}

// Name names a report by its system and id.
func Name(t *incident.Table, i int32) string {
	return t.System.Value(int(i)) + " " + t.ID[i]
}

// explained writes the parts of a match weight.
func explained(parts []Part) string {
	out := make([]string, len(parts))
	for k, p := range parts {
		out[k] = fmt.Sprintf("%s %s (%+.1f)", p.Field, p.Said, p.Bits)
	}
	return strings.Join(out, "; ")
}

// Kept is Joined as it is kept between nights: always in the same bytes.
type Kept struct {
	First     []int32
	Follow    []int32 // reports that follow another
	Posterior []float64
	Why       []string
	Links     int
	Wrong     float64
	Weights   *Weights
}

// Kept gives it as it is kept.
func (j *Joined) Kept() Kept {
	k := Kept{First: j.First, Links: j.Links, Wrong: j.Wrong, Weights: j.Weights}
	for i, p := range j.Posterior {
		if p != 0 {
			k.Follow, k.Posterior, k.Why = append(k.Follow, int32(i)), append(k.Posterior, p), append(k.Why, j.Why[int32(i)])
		}
	}
	return k
}

// Joined gives it back; people's answers are not kept.
func (k Kept) Joined() *Joined {
	j := &Joined{First: k.First, Posterior: make([]float64, len(k.First)), Why: map[int32]string{}, Links: k.Links, Wrong: k.Wrong, Weights: k.Weights}
	for at, i := range k.Follow {
		j.Posterior[i] = k.Posterior[at]
		if k.Why[at] != "" {
			j.Why[i] = k.Why[at]
		}
	}
	return j
}
