// Package theme follows what narratives are about over the years: which themes
// there are, which narratives belong to each, and what became of a theme, so that
// it has the same id and name from night to night.
//
// In go term counts of all reports until a day; out comes an [Atlas]: the themes of
// that day, each with its id, name and distinguishing terms, and what happened to
// themes on the way ([Event]). An atlas assigns narratives, old and new, to its
// themes; those that resemble none stay in none, which is an answer too.
//
// Atlases are made on a fixed grid of days ([Config.Grid]), each from the one before
// and from what was reported until then ([Config.Next]). Between grid days nothing
// is learnt. So an atlas depends on what was reported and not on which nights were
// run, and a night costs what it takes to assign what is new.
//
// Sources: Dhillon & Modha (2001), Concept decompositions for large sparse text
// data, for spherical k-means; Boley (1998), Principal direction divisive
// partitioning, for splits; Spiliopoulou et al. (2006), MONIC: modelling and
// monitoring cluster transitions, for what becomes of a theme by the overlap of its
// members.
package theme

import (
	"fmt"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/models/embed"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// Config are the settings of a chain of atlases. All atlases of a chain have the same.
type Config struct {
	GridDays  int          // an atlas is made on each day whose number divides by this
	SpaceDays int          // the vector space is learnt anew on the first grid day so long after the last time
	ReachDays int          // reports of so many days until the grid day are learnt from
	Since     incident.Day // the chain's first grid day is not before; 0 for the first report's

	MinReports   int     // there are no themes before so many reports within reach
	MinDocuments int     // terms of fewer reports relate nothing
	MaxShare     float64 // nor do terms of more than this share of them
	MaxTerms     int     // at most so many terms, those of most reports
	SpaceSample  int     // reports from which the space is learnt; spread evenly over those in reach

	Embed   embed.Config
	Cluster cluster.Config // of the first themes; MinLikeness, MinSize, Groups and Sample hold for all
	Warm    int            // rounds in which known themes move to where their reports are now
	Split   float64        // a theme is split when its halves' centres are no more like each other than this
	Merge   float64        // themes are merged when their centres are at least so alike
}

// Default looks back two years, moves themes every four weeks and learns the space
// anew once a year.
func Default() Config {
	c := Config{
		GridDays: 28, SpaceDays: 364, ReachDays: 728,
		MinReports: 200, MinDocuments: 5, MaxShare: 0.3, MaxTerms: 20_000, SpaceSample: 20_000,
		Embed: embed.Default(), Cluster: cluster.Default(),
		Warm: 5, Split: 0.85, Merge: 0.95,
	}
	// What is less like a theme's centre than this is better in none.
	c.Cluster.MinLikeness = 0.5
	return c
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.GridDays < 1 || c.SpaceDays < c.GridDays || c.ReachDays < c.GridDays || c.Since < 0:
		return fmt.Errorf("theme: a grid of %d days, a space of %d, a reach of %d, since day %d", c.GridDays, c.SpaceDays, c.ReachDays, c.Since)
	case c.MinReports < 1 || c.MinDocuments < 1 || c.MaxTerms < 1 || c.SpaceSample < 1 || !(c.MaxShare > 0 && c.MaxShare <= 1):
		return fmt.Errorf("theme: at least %d reports, terms of %d reports to %v of them, %d terms, a space of %d reports", c.MinReports, c.MinDocuments, c.MaxShare, c.MaxTerms, c.SpaceSample)
	case c.Warm < 1 || !(c.Split >= -1 && c.Split < c.Merge && c.Merge <= 1):
		return fmt.Errorf("theme: %d rounds, split at %v, merge at %v: give a round or more, and split below merge", c.Warm, c.Split, c.Merge)
	case !(c.Cluster.MinLikeness > 0):
		return fmt.Errorf("theme: a likeness of %v: give more than 0, for a text without a known word has 0 to all themes", c.Cluster.MinLikeness)
	}
	if err := c.Embed.Validate(); err != nil {
		return err
	}
	return c.Cluster.Validate()
}

// Grid gives the days of the chain that a night needs: the grid days from the first
// report's, or Since, until asOf, oldest first. The days of an earlier night are the
// first of those of a later one. Panics unless GridDays is positive.
func (c Config) Grid(first, asOf incident.Day) []incident.Day {
	step := incident.Day(c.GridDays)
	from := max(first, c.Since)
	var out []incident.Day
	for day := (from + step - 1) / step * step; day <= asOf; day += step {
		out = append(out, day)
	}
	return out
}

// Lesson is what an atlas is made from. It may hold later reports than the grid
// day's, and earlier ones than are within reach: they are not looked at.
type Lesson struct {
	// Within is 0, or says that the rows are but some of so many reports within reach,
	// spread evenly, and Cluster.Sample of them: those that would be looked at.
	Within   int
	Day      incident.Day    // the grid day
	Terms    *features.Terms // v terms, as features.Count numbers them
	Counts   *sparse.CSR     // n×v
	Reported []incident.Day  // n, ascending
	Texts    []string        // n; those of typical reports are read, to name themes
}

func (l Lesson) check() error {
	n := l.Counts.Rows()
	if len(l.Reported) != n || len(l.Texts) != n || l.Counts.Cols != l.Terms.Len() {
		panic(fmt.Sprintf("theme: %d days and %d texts for %d rows, %d terms for %d columns", len(l.Reported), len(l.Texts), n, l.Terms.Len(), l.Counts.Cols))
	}
	for i := 1; i < n; i++ {
		if l.Reported[i] < l.Reported[i-1] {
			return fmt.Errorf("theme: report %d is of day %v and the one before of %v: give reports in order of day", i, l.Reported[i], l.Reported[i-1])
		}
	}
	return nil
}

// Theme is what a group of reports is about.
type Theme struct {
	ID      string       `json:"id"`      // "theme-" and eight characters; the same for as long as the theme lives
	Name    string       `json:"name"`    // in a few words; no two themes of an atlas share one
	Born    incident.Day `json:"born"`    // grid day on which it was first found
	Terms   []string     `json:"terms"`   // distinguishing terms as people write them, strongest first; never empty
	Anchor  []string     `json:"anchor"`  // the distinguishing terms, as features.Terms names them, when it was named
	Reports int          `json:"reports"` // within reach of the atlas's day; estimated where a sample was looked at
}

// Atlas holds the themes of a grid day. It is read-only and safe for many goroutines.
type Atlas struct {
	Day    incident.Day
	Themes []Theme // in order of birth; of one day, the largest first
	Events []Event // of the whole chain, oldest first

	config  Config
	space   *space    // nil while there are no themes
	centres []float32 // themes×d, unit length
}

// Config gives the settings of the chain.
func (a *Atlas) Config() Config { return a.config }

// EventsOf gives what happened to themes on a day.
func (a *Atlas) EventsOf(day incident.Day) []Event {
	var out []Event
	for _, e := range a.Events {
		if e.Day == day {
			out = append(out, e)
		}
	}
	return out
}
