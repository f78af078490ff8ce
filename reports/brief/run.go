// Package brief writes the report that a national safety team reads in the
// morning: what is new, why it was flagged, how sure that is and where to look.
//
// In goes a finished run as plain values; out come a first page with the ranked
// alerts, a page for each alert, the themes, and how to read it all, with a file of numbers for every chart. Pages stand alone and link to one
// another by relative addresses. The same run gives the same bytes.
//
// Every count passes the report's disclosure policy, and every text is escaped as
// the words of a stranger.
package brief

import (
	"fmt"

	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/page"
	"psims/reports/quote"
)

// Run is what the report tells of: the findings of one finished run. Its slices
// and maps are only read. Order: Alerts best first, the rest as it should be shown.
type Run struct {
	ID           string
	AsOf         incident.Day
	Organisation string // who runs the service; may be empty
	Version      string // of the program

	Alerts      []triage.Alert
	Weekly      map[string][]triage.Point // by alert id, oldest week first
	Incidents   map[string]Incident       // every cited report, by id
	Signals     []signal.Signal           // every stratum judged, and those that could not be
	Series      []Series                  // weekly counts, with their process charts
	Themes      []Theme
	Specialties []Specialty

	Organisations []Organisation // that have a report of their own (reports/provider), by name

	Mix       Mix // two categories against each other; may be empty
	Crosswalk Crosswalk
	Watch     Watch

	Day map[incident.Harm]int // reports recorded on AsOf, by harm

	Loads      []Load
	Redactions map[string]int // how often each kind of identifier was taken out
	Freshness  Freshness
	Labels     Labels
	Notes      []string // what the data-quality checks say, in sentences
}

// Incident is a report as the report's reader may see it: redacted.
type Incident = quote.Incident

// Series is one weekly count.
type Series = book.Series

// Theme is a group of reports that tell of like things.
type Theme struct {
	ID        string
	Name      string
	Terms     []string
	Size      int         // reports
	Recent    int         // reports of the last 4 weeks
	Weekly    []int32     // the last weeks, oldest first, for a small picture
	Exemplars []string    // ids of typical reports, in Incidents
	AlertID   string      // of the alert raised for it; "" for none
	At        *[2]float64 // place on the map of themes; nil for none
}

// Specialty is a specialty that has a learning output (reports/specialty).
type Specialty struct {
	Name string // as in the strata of Series with the dimension "specialty"
	Href string // of its page, from the first page's folder
}

// Organisation is an organisation that has a report of its own.
type Organisation struct {
	Name, Type, Region string
	Href               string      // of its report, from the first page's folder
	Staff              []page.Link // its pages for staff, the same
}

// Mix is reports of the last 4 weeks by two categories.
type Mix struct {
	RowName, ColumnName string // "Category", "Care setting"
	Rows, Columns       []string
	Counts              [][]int
}

// Crosswalk is how the categories of an older scheme go over into those counted now.
type Crosswalk struct {
	From, To   []string // From with most events first
	FromScheme string   // as people call it: "NRLS"
	ToScheme   string
	Events     []int       // of each of From
	Shares     [][]float64 // of each of From, the share that each of To stands for
}

// Load is one file read.
type Load struct {
	File     string
	Format   string
	Read     int // rows
	Kept     int // events
	Rejected map[incident.Reason]int
}

// Freshness says how new the data are and who has sent them.
type Freshness struct {
	Newest    []SystemDay
	Reporting int             // organisations that reported in the last 4 weeks
	Quiet     []QuietReporter // organisations that usually report and have stopped
}

// SystemDay is the newest report of a recording system.
type SystemDay struct {
	System  incident.System
	Day     incident.Day
	Reports int // in all
}

// QuietReporter is an organisation from which nothing has come for longer than usual.
type QuietReporter struct {
	Organisation string
	Last         incident.Day
	UsualPerWeek float64
}

// Labels sums up what the models did with reports that came without a category.
type Labels struct {
	Labelled  int
	Abstained int // too unsure: left to a person
}

// Watch is what a person should read beside the alerts.
type Watch struct {
	Risks  []KnownRisk   // in the order of their list
	Harm   []HarmDoubt   // gravest doubt first
	Hidden []HiddenTheme // most hidden harm first
	// HarmJudged of the reports with a grade were read; HarmWorse of them would be
	// graded worse by usual graders. 0 when no model could be learnt.
	HarmJudged int
	HarmWorse  float64
}

// KnownRisk is a risk that is known and must not be missed.
type KnownRisk struct {
	ID, Title string
	Weekly    []int32   // reports that may tell of it, the last weeks, oldest first
	Recent    []Suspect // of the last 4 weeks, surest first
}

// Suspect is a report that may tell of a known risk.
type Suspect struct {
	IncidentID string   // in Incidents
	Words      []string // that gave rise to it
	Sentence   string   // that they stand in
	Doubt      string   // what makes it less sure; "" for nothing
	Marked     bool     // whether the sender marked it as such an event
}

// HarmDoubt is a report that reads as more severe than it was graded.
type HarmDoubt struct {
	IncidentID string        // in Incidents
	Told       incident.Harm // the worst harm that the text says outright; HarmMissing when none
	Worse      float64       // probability that usual graders would grade such a text worse; NaN without a model
	Words      []string
	Sentence   string
}

// HiddenTheme is a theme that is steady, and yet easy to overlook.
type HiddenTheme struct {
	ThemeID       string // in Themes
	Reports       int    // of the last 52 weeks
	Organisations int
	Categories    float64 // effective number that its reports are filed under
	TopCategory   string
	TopShare      float64    // of its reports
	Excess        float64    // mean grades by which its reports read worse than they were graded
	Interval      [2]float64 // 95 %
}

// AlertFiles gives each alert the name of its page's file, from the first page's
// folder. Names that read alike get a number.
func AlertFiles(alerts []triage.Alert) []string {
	out := make([]string, len(alerts))
	used := map[string]int{}
	for i, a := range alerts {
		slug := page.Slug(a.ID)
		if used[slug]++; used[slug] > 1 {
			slug = fmt.Sprintf("%s--%d", slug, used[slug]) // a slug has no two hyphens in a row
		}
		out[i] = "alerts/" + slug + ".html"
	}
	return out
}
