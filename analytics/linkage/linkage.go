// Package linkage answers: which reports tell of the same event? Near-copies
// within a system, and several reports of one event within and across NRLS, StEIS
// and LFPSE.
//
// In go the events of a table, with ages and sexes where they are known. Out come
// the pairs that are judged to be one event, each with a weight in bits that
// [Result.Explain] takes apart field by field, the probability of being right,
// and groups of which one report is to be counted.
//
// Nothing is learnt from labels. Pairs of the same organisation whose dates lie
// weeks apart, compared as if they lay together, show what agreement means by
// chance; the excess over that is the matches.
//
// Sources: Fellegi and Sunter (1969), A theory for record linkage, JASA 64, for
// the weights; Winkler (1989), Frequency-based matching in the Fellegi-Sunter
// model, for agreement on rare values; Dempster, Laird and Rubin (1977) for EM;
// Efron (2004), Large-scale simultaneous hypothesis testing, JASA 99, for the
// probability out of an empirical null, in place of Fellegi and Sunter's
// independence of the fields; Broder (1997), On the resemblance and containment
// of documents, for the sketches of shingles.
package linkage

import (
	"context"
	"errors"
	"fmt"
	"math"

	"psims/datasets/incident"
	"psims/nlp/sparse"
)

// Config says what is compared and how sure a link must be.
type Config struct {
	Days      int     // within an organisation, all reports of events so many days apart are compared
	TextDays  int     // reports that share rare wording are compared up to so many days apart, wherever they come from
	Posterior float64 // a link is at least so probable
	Least     float64 // no two reports of a group are a less probable pair than this
	MaxGroup  int     // reports in a group at most
	MaxBucket int     // a wording that more reports share is no reason to compare them
	Sample    int     // about so many pairs of either kind of block are learnt from
}

// Default asks for nine tenths, because a wrong link hides an event while a
// missed one counts it twice.
func Default() Config {
	return Config{Days: 3, TextDays: 10, Posterior: 0.9, Least: 0.2, MaxGroup: 12, MaxBucket: 16, Sample: 100_000}
}

// Validate reports every setting that can't be used.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf("linkage: "+format, args...))
		}
	}
	check(c.Days >= 0 && c.Days <= 3, "days is %d, want 0 to 3, for the weeks beside it show what chance does", c.Days)
	check(c.TextDays >= c.Days && c.TextDays <= 180, "text days is %d, want %d to 180", c.TextDays, c.Days)
	check(c.Posterior > 0.5 && c.Posterior < 1, "posterior is %v, want a probability over one half", c.Posterior)
	check(c.Least >= 0 && c.Least <= c.Posterior, "least is %v, want a probability up to the posterior", c.Least)
	check(c.MaxGroup >= 2 && c.MaxGroup <= 100, "largest group is %d, want 2 to 100", c.MaxGroup)
	check(c.MaxBucket >= 2 && c.MaxBucket <= 1000, "largest bucket is %d, want 2 to 1000", c.MaxBucket)
	check(c.Sample >= 1000, "sample is %d pairs, want 1000 or more", c.Sample)
	return errors.Join(errs...)
}

// Input is what is compared: n events. Empty columns of the table count as not
// recorded, and so do AgeDays and Sex when nil.
type Input struct {
	Table   *incident.Table
	AgeDays []int32          // −1 when not recorded
	Sex     *incident.Column // in any code list: what goes with what between systems is learnt
	// Words are the content words of each text, a row for each event of the table, as
	// [features.Count] gives them for single words; values are not looked at. nil counts them.
	Words *sparse.CSR
	// Weights learnt from the first reports of this same table, or nil. With them
	// nothing is learnt, and only pairs of which one was reported after Weights.Until are
	// compared. They are passed over where they know nothing of one of the recording systems.
	Weights *Weights
}

// Pair is two reports judged to tell of one event, as rows of the table. First
// was reported before Second, or on the same day with the lesser system and id.
type Pair struct {
	First, Second int32
	Weight        float64 // bits for being one event: log2 of the likelihood ratio, summed over fields
	Posterior     float64 // probability of being one event
	Block         Block
}

// Group is two or more reports of one event.
type Group struct {
	First int32   // first reported: the one to count
	Rows  []int32 // all of them, First first, in order of report
	Harm  incident.Harm
	// Posterior is the least probability among the pairs of the group that were linked.
	Posterior float64
}

// Result is what was found among n events.
type Result struct {
	Pairs  []Pair  // by First, then Second, in order of report
	Groups []Group // by First, in order of report
	// Of is the group of each row, −1 for a report that stands alone.
	Of []int32
	// First is whether a row is to be counted: it stands alone or is the first of its group.
	First  []bool
	Blocks []Summary // by Block
	Fields []Field   // what was learnt, for people to read
	Learnt bool      // all pairs were compared, and learnt from; false with Input.Weights

	model *model
	place []int32 // row of the table to canonical place
}

// Summary is what came of one kind of comparison.
type Summary struct {
	Block         Block
	Compared      int     // pairs compared
	Matches       float64 // pairs that are one event, by estimate, linked or not
	Threshold     float64 // least weight of a link; +Inf when no weight was enough
	Links         int
	ExpectedFalse float64 // links that are wrong, by estimate
}

// Links gives how many pairs were linked, and how many of them are expected to be wrong.
func (r *Result) Links() (links int, wrong float64) {
	for _, s := range r.Blocks {
		links, wrong = links+s.Links, wrong+s.ExpectedFalse
	}
	return links, wrong
}

// Precision is the share of links expected to be right, 1 when there are none.
func (r *Result) Precision() float64 {
	links, wrong := r.Links()
	if links == 0 {
		return 1
	}
	return 1 - wrong/float64(links)
}

// Link compares the reports and joins those that tell of the same event. The
// result depends on the events given and not on their order: as of a day, give
// the events reported until then. It is the same on any number of cores.
//
// Cost: linear in the words, and in the pairs within an organisation that
// occurred up to Config.Days apart; with national volumes that is some hundred
// comparisons a report.
//
// Errors: settings that do not validate; ctx done. Panics unless all columns
// that are not empty have n entries.
func Link(ctx context.Context, in Input, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	reports, err := prepare(ctx, in, c)
	if err != nil {
		return nil, fmt.Errorf("reading what the reports say: %w", err)
	}
	blocks := newBlocks(reports, c)
	if w := in.Weights; w != nil {
		if m := w.restored(reports, c); m != nil {
			return m.compareAll(ctx, in, blocks, w.Until)
		}
	}
	sample, err := blocks.sample(ctx)
	if err != nil {
		return nil, fmt.Errorf("sampling pairs: %w", err)
	}
	m := newModel(reports, c, sample)
	if err := m.learn(ctx, blocks); err != nil {
		return nil, fmt.Errorf("learning the weights: %w", err)
	}
	r, err := m.compareAll(ctx, in, blocks, math.MinInt32)
	if err == nil {
		r.Learnt = true
	}
	return r, err
}

// compareAll compares the pairs of which one was reported after a day.
func (m *model) compareAll(ctx context.Context, in Input, blocks *blocks, after incident.Day) (*Result, error) {
	links, compared, err := blocks.links(ctx, m, int32(after))
	if err != nil {
		return nil, fmt.Errorf("comparing pairs: %w", err)
	}
	return m.result(in, links, compared), nil
}
