package theme

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/nlp/sparse"
)

// ErrSettings is in the error when an atlas was made with other settings than the next one is to be.
var ErrSettings = errors.New("the settings of themes have changed: make the chain anew from its first day")

// Next makes the atlas of the lesson's day from the one of the grid day before; prev
// is nil for the first of the chain. It looks at reports until that day only, and at
// nothing else, so that equal reports give equal atlases. Where fewer than
// MinReports are within reach, or no term relates any, nothing is learnt: themes
// stay as they were, or there are none.
//
// What it does: known centres move to where their reports are now; themes that have
// become alike are merged, reports that are in none are grouped by themselves, themes
// of two parts are split; groups that have become too small end. Then ids go to the
// groups that hold most of a theme's reports (see [Event]).
//
// The result does not depend on the number of cores. Cost: that of a few rounds of
// k-means on at most Cluster.Sample reports; once every SpaceDays that of learning
// a space.
//
// Errors: settings that Validate refuses or that are not those of prev; a day not
// after prev's or not of the grid; reports out of order; a cancelled context.
// Panics unless the lesson's parts have the same numbers of rows and columns.
func (c Config) Next(ctx context.Context, prev *Atlas, l Lesson) (*Atlas, error) {
	if err := errors.Join(c.Validate(), l.check()); err != nil {
		return nil, err
	}
	if l.Day < 0 || int(l.Day)%c.GridDays != 0 {
		return nil, fmt.Errorf("theme: %v is not on the grid of %d days", l.Day, c.GridDays)
	}
	if prev == nil {
		prev = &Atlas{Day: -1, config: c}
	}
	if prev.config != c {
		return nil, fmt.Errorf("making themes of %v from those of %v: %w", l.Day, prev.Day, ErrSettings)
	}
	if prev.Day >= l.Day {
		return nil, fmt.Errorf("theme: themes of %v can't come from those of %v", l.Day, prev.Day)
	}
	s := newStep(c, prev, l)
	unchanged := *prev
	unchanged.Day = l.Day
	if s.within < c.MinReports {
		return &unchanged, nil
	}
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	if s.space == nil {
		return &unchanged, nil
	}
	if err := s.move(ctx); err != nil {
		return nil, err
	}
	return s.finish(), nil
}

// step is the making of one atlas.
type step struct {
	config Config
	prev   *Atlas
	lesson Lesson

	within int         // reports within reach
	rows   []int32     // of the lesson: those looked at
	counts *sparse.CSR // of rows

	before  *cluster.Grouping // themes of prev
	space   *space
	vectors []float32 // rows×d

	centres []centre
	after   *cluster.Grouping // of the centres as they were last moved
	members [][]int32         // by group of after
}

// centre is the middle of a theme in the making.
type centre struct {
	at    []float32 // d, unit length
	known bool      // it has come here from one of prev's
	group int       // of step.after; −1 when it has come up since
}

// newStep chooses the reports that are looked at: all within reach, or so many at equal distances.
func newStep(c Config, prev *Atlas, l Lesson) *step {
	s := &step{config: c, prev: prev, lesson: l}
	if l.Within > 0 {
		s.within, s.counts = l.Within, l.Counts
		s.rows = evenly(l.Counts.Rows(), l.Counts.Rows())
		return s
	}
	after := func(day incident.Day) int {
		return sort.Search(len(l.Reported), func(i int) bool { return l.Reported[i] > day })
	}
	from, until := after(l.Day-incident.Day(c.ReachDays)), after(l.Day)
	s.within = until - from
	s.rows = evenly(s.within, c.Cluster.Sample)
	for k := range s.rows {
		s.rows[k] += int32(from)
	}
	s.counts = l.Counts.Gather(s.rows)
	return s
}

// evenly gives about size of n positions at equal distances; all when there are no more.
func evenly(n, size int) []int32 {
	size = min(n, size)
	rows := make([]int32, size)
	for k := range rows {
		rows[k] = int32(int64(k) * int64(n) / int64(size))
	}
	return rows
}

// enter brings the reports and the known themes into the space of the day.
func (s *step) enter(ctx context.Context) error {
	s.before = s.prev.Assign(s.lesson.Terms, s.counts)
	s.space = s.prev.space
	renewed := s.space == nil || int(s.lesson.Day-s.space.day) >= s.config.SpaceDays
	if renewed {
		var err error
		sample := s.counts.Gather(evenly(s.counts.Rows(), s.config.SpaceSample))
		if s.space, err = s.config.newSpace(ctx, s.lesson.Day, s.lesson.Terms, sample); err != nil || s.space == nil {
			return err
		}
	}
	s.vectors = s.space.vectors(s.lesson.Terms, s.counts)
	centres := s.prev.centres
	if renewed {
		// A theme is where its reports are.
		centres = cluster.Middles(s.vectors, s.space.d, s.before.Of, s.before.Groups)
	}
	s.take(centres, true)
	return nil
}

// settling is how many rounds themes move once new ones have come up beside them.
const settling = 3

// take adds centres, k×d.
func (s *step) take(centres []float32, known bool) {
	for from := 0; from < len(centres); from += s.space.d {
		s.centres = append(s.centres, centre{centres[from : from+s.space.d], known, -1})
	}
}

// matrix gives the centres one after the other.
func (s *step) matrix() []float32 {
	var out []float32
	for _, c := range s.centres {
		out = append(out, c.at...)
	}
	return out
}

// move lets centres follow their reports, come up, merge, split and end.
func (s *step) move(ctx context.Context) error {
	cc := s.config.Cluster
	most := cc.GroupsFor(s.within)
	if len(s.centres) == 0 {
		first := cc
		first.Groups = most
		g, err := first.Fit(ctx, s.vectors, s.space.d)
		if err != nil {
			return err
		}
		s.take(g.Centres, false)
	}
	if err := s.refine(ctx, s.config.Warm); err != nil {
		return err
	}
	s.merge()
	// New themes may go a little beyond the number that old ones are split to.
	if err := s.bear(ctx, most+most/2-len(s.centres)); err != nil {
		return err
	}
	s.split(most - len(s.centres))
	if err := s.refine(ctx, settling); err != nil {
		return err
	}
	s.centres = slices.DeleteFunc(s.centres, func(c centre) bool {
		least := cc.MinSize
		if c.known { // what has been a theme is not ended for a report less
			least = (least + 1) / 2
		}
		return s.after.Sizes[c.group] < least
	})
	// Reports of what has ended go to the nearest that is left; centres stay.
	s.after = cc.Assign(s.vectors, s.space.d, s.matrix())
	return nil
}

// refine moves the centres for some rounds.
func (s *step) refine(ctx context.Context, rounds int) (err error) {
	cc := s.config.Cluster
	cc.Iterations = rounds
	if s.after, err = cc.Refine(ctx, s.vectors, s.space.d, s.matrix()); err != nil {
		return err
	}
	for j := range s.centres {
		s.centres[j].at, s.centres[j].group = s.after.Centres[j*s.space.d:(j+1)*s.space.d], j
	}
	return nil
}

// merge drops the smaller of two centres that have become alike.
func (s *step) merge() {
	order := slices.Clone(s.centres)
	slices.SortStableFunc(order, func(a, b centre) int { return s.after.Sizes[b.group] - s.after.Sizes[a.group] })
	gone := make([]bool, len(order)) // by group
	for x, a := range order {
		for _, b := range order[x+1:] {
			if !gone[a.group] && !gone[b.group] && float64(sparse.DotDense(a.at, b.at)) >= s.config.Merge {
				gone[b.group] = true
			}
		}
	}
	s.centres = slices.DeleteFunc(s.centres, func(c centre) bool { return gone[c.group] })
}

// bear groups the reports that are in no theme, and adds up to room centres, the largest first.
func (s *step) bear(ctx context.Context, room int) error {
	d := s.space.d
	var points []float32
	for i, j := range s.after.Of {
		if j == cluster.None {
			points = append(points, s.vectors[i*d:(i+1)*d]...)
		}
	}
	n := len(points) / d
	if room < 1 || n < s.config.Cluster.MinSize {
		return nil
	}
	// Few groups, so that what is new comes up whole (it is split later if it has parts),
	// and larger ones than a theme may have later: a few reports alike are no theme yet.
	cc := s.config.Cluster
	cc.Groups = max(1, int(math.Sqrt(float64(n))/3))
	cc.MinSize *= 2
	g, err := cc.Fit(ctx, points, d)
	if err != nil {
		return err
	}
	s.take(g.Centres[:min(room, g.Groups)*d], false)
	return nil
}
