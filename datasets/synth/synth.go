// Package synth writes invented extracts of all national systems, with planted
// issues and planted identifiers whose truth is known: what a newcomer runs
// first, and what the engine is tested on. In go a number of events, a seed and a
// last day; out come files as LFPSE, NRLS and StEIS send them, a list of
// organisations, and truth.json.
//
// # What is written
//
//   - lfpse-2026q1.ndjson …: FHIR AdverseEvents of version 6, a quarter a file,
//     with revisions and withdrawals. A quarter holds the weeks that begin in it.
//   - lfpse-bundle-2026q1.json …: Bundles, from a few organisations.
//   - lfpse-v5.ndjson, lfpse-flat.csv: version 5 and the flat analysis extract,
//     from a few organisations each.
//   - nrls-2024q1.csv …, steis.csv.
//   - organisations.csv: code, name, type, region, icb.
//   - truth.json, and in runs of more than [LargeRun] events truth-identifiers.jsonl
//     and its like for the long lists.
//
// # How like life it is
//
// Volumes by organisation (log-normal), specialty and category follow published
// shares; there is a weekly dip, a winter peak, and growth. Reports come days or
// weeks after the event. A quarter of organisations sent NRLS their reports in
// two batches a year, others weekly or monthly. Every organisation moves from
// NRLS to LFPSE on a day of its own; see [Config.Until] for when. About one event
// in 9,000 is a Never Event. Categories are wrong in 6 to 10 of 100, fields are
// missing as in real extracts, and harm is now and then graded lower than the
// text says. Package narrative writes the texts.
//
// # Truth
//
// [Issue] describes planted issues and decoys; the package's issues.go holds their
// rates and onsets. Nothing here is about a real person, organisation or device
// brand: organisation codes begin with ZX, which no real code of that length
// does, names of places are made up, and identifiers come from reserved ranges
// (see narrative.Kind).
//
// Output depends on [Config] alone: weeks are drawn from streams of their own, so
// the number of cores makes no difference.
package synth

import (
	"context"
	"errors"
	"fmt"

	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

// LargeRun is the number of events above which the long lists of truth are
// written to files of their own, a line an entry.
const LargeRun = 200_000

// Config says what to invent.
type Config struct {
	Events int    // records with an id of their own, over all systems; duplicates are records too, revisions and bad rows are not
	Seed   uint64 //
	// Until is the last day on which anything is reported. Where it lies between
	// July 2022 and June 2024, organisations move from NRLS to LFPSE when they really
	// could: from July 2021 to June 2024. For any other day the move is placed within
	// the invented history, between 30 and 65 per cent of it, so that both systems
	// and the break between them are there.
	Until         incident.Day
	Weeks         int     // length of the history
	Organisations int     // about 220 in the default
	Issues        float64 // factor on the weekly rates of planted issues; 0 plants none, for counting false alarms
}

// Default is a run of a few seconds: 30,000 events over 130 weeks until 29 March 2026.
func Default() Config {
	return Config{Events: 30_000, Seed: 1, Until: incident.NewDay(2026, 3, 29), Weeks: 130, Organisations: 220, Issues: 1}
}

// Validate reports every setting that can't be used.
func (c Config) Validate() error {
	var errs []error
	if c.Events < 1 || c.Events > maxEvents {
		errs = append(errs, fmt.Errorf("events: %d isn't between 1 and %d", c.Events, maxEvents))
	}
	if !c.Until.Known() || c.Until < incident.NewDay(1990, 1, 1) || c.Until > incident.NewDay(2100, 1, 1) {
		errs = append(errs, fmt.Errorf("until: %q isn't a day between 1990 and 2100", c.Until))
	}
	if c.Weeks < 30 || c.Weeks > 1000 {
		errs = append(errs, fmt.Errorf("weeks: %d isn't between 30 and 1000", c.Weeks))
	}
	if c.Organisations < 20 || c.Organisations > 900 {
		errs = append(errs, fmt.Errorf("organisations: %d isn't between 20 and 900", c.Organisations))
	}
	if !(c.Issues >= 0 && c.Issues <= 20) {
		errs = append(errs, fmt.Errorf("issues: %g isn't between 0 and 20", c.Issues))
	}
	return errors.Join(errs...)
}

// maxEvents keeps ids at eight digits, two short of an NHS number.
const maxEvents = 25_000_000

// Summary says what was written.
type Summary struct {
	Events      int            // records with an id of their own
	BySystem    map[string]int // the same by system: lfpse, nrls, steis
	Revisions   int
	Withdrawals int
	BadRows     int
	Duplicates  int // records that tell of an event which another record tells too
	Identifiers int
	Issues      []Issue
	Files       []File
}

// File is a file that was written.
type File struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Write invents the extracts and writes them into dir, which is made if need be.
// Files of an earlier run in dir, as its truth.json lists them, are removed first.
//
// Cost is linear in events; memory holds some chunks of 4,096 events and, up to
// LargeRun events, the truth.
//
// Errors: cfg isn't valid; a file can't be written; ctx is done.
func Write(ctx context.Context, dir string, cfg Config) (Summary, error) {
	if err := cfg.Validate(); err != nil {
		return Summary{}, fmt.Errorf("checking the settings: %w", err)
	}
	g, err := narrative.Load()
	if err != nil {
		return Summary{}, fmt.Errorf("reading the grammar: %w", err)
	}
	m := newModel(g, cfg)
	return m.write(ctx, dir)
}
