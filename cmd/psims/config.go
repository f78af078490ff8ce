package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"psims/analytics/emerging"
	"psims/analytics/triage"
	"psims/datasets/extract/value"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/theme"
	"psims/reports/digest"
	"psims/reports/disclosure"
	"psims/reports/evidence"
)

// config is psims.toml. Every key has a default; an unknown key is an error.
type config struct {
	Seed    uint64        `toml:"seed"` // of everything that is drawn by chance
	Load    loadConfig    `toml:"load"`
	Quality qualityConfig `toml:"quality"`
	Train   trainConfig   `toml:"train"`
	Label   labelConfig   `toml:"label"`
	Group   groupConfig   `toml:"group"`
	Detect  detectConfig  `toml:"detect"`
	Report  reportConfig  `toml:"report"`
	Run     runConfig     `toml:"run"`
	DuckDB  duckdbConfig  `toml:"duckdb"`
	Serve   serveConfig   `toml:"serve,omitempty"`
	Digest  digest.Config `toml:"digest,omitempty"`

	Rebase []rebaseConfig `toml:"rebase,omitempty"` // where limits of charts begin anew: people's choices, with their reasons
}

// rebaseConfig is a choice that the limits of a chart begin anew. Nothing begins anew
// by itself.
type rebaseConfig struct {
	Dimension string `toml:"dimension"`
	Value     string `toml:"value"`
	From      string `toml:"from"` // first day of the new limits
	Reason    string `toml:"reason"`
	By        string `toml:"by"`
}

// rebases gives the choices that were made.
func (c config) rebases() []evidence.Rebase {
	var out []evidence.Rebase
	for _, r := range c.Rebase {
		from, err := incident.ParseDay(r.From)
		if err != nil {
			panic(fmt.Sprintf("config: rebase from %q was not validated", r.From))
		}
		out = append(out, evidence.Rebase{Stratum: tally.Stratum{Dimension: r.Dimension, Value: r.Value}, From: from})
	}
	return out
}

type loadConfig struct {
	WarnRejectedShare float64 `toml:"warn_rejected_share"` // exit code 3 above it
	Mapping           string  `toml:"mapping"`             // for files of the inbox that are in no national format
	Organisations     string  `toml:"organisations"`       // CSV of the organisation reference, read anew each night
	RedactHospitals   bool    `toml:"redact_hospitals"`    // the gate replaces names of hospitals, practices and homes too
}

type trainConfig struct {
	Tasks      []string `toml:"tasks"`       // what is learnt
	Model      string   `toml:"model"`       // words or accurate
	DueDays    int      `toml:"due_days"`    // the nightly job trains when the champion is older, in reported days
	Scheme     string   `toml:"scheme"`      // whose categories are learnt: nrls, lfpse, steis or a mapping's name; "" is the scheme with most labelled events
	MinEvents  int      `toml:"min_events"`  // fewer labelled events train nothing
	MinClass   int      `toml:"min_class"`   // categories with fewer events are left out
	TestShare  float64  `toml:"test_share"`  // newest share of the events, kept to score on
	MaxEvents  int      `toml:"max_events"`  // newest events learnt from
	SideEvents int      `toml:"side_events"` // the same for what only fills gaps (specialty, care setting, other schemes)
}

type labelConfig struct {
	Abstain float64 `toml:"abstain"` // below this probability the label is "unsure"
}

type groupConfig struct {
	Dimensions  int     `toml:"dimensions"`
	Groups      int     `toml:"groups"` // 0 chooses by the number of events
	MinLikeness float64 `toml:"min_likeness"`
	MinSize     int     `toml:"min_size"`
	Sample      int     `toml:"sample"` // narratives from which directions and centres are learnt
}

type detectConfig struct {
	Windows          []int    `toml:"windows"`           // weeks
	MinReports       int      `toml:"min_reports"`       // of an emerging issue
	MinOrganisations int      `toml:"min_organisations"` // of an emerging issue
	AlertScore       float64  `toml:"alert_score"`       // from which a candidate is an alert
	Balance          float64  `toml:"balance"`           // strength, in powers of ten of evidence, that scores a half; 0 is the installation's own; 0 for the installation's own
	MaxAlerts        int      `toml:"max_alerts"`
	FalseDiscovery   float64  `toml:"false_discovery"` // share of false ones put up with among strata
	LookbackWeeks    int      `toml:"lookback_weeks"`  // how far an alert's life is followed back
	KnownRisks       []string `toml:"known_risks"`     // TOML files of risks to watch for beside the Never Events
	HistoryWeeks     int      `toml:"history_weeks"`   // newest weeks that are judged against
}

type reportConfig struct {
	Organisation string `toml:"organisation"` // whose installation this is; shown on every page
	Disclosure   string `toml:"disclosure"`   // none, hes5 or threshold-n
	Listing      int    `toml:"listing"`      // cited reports listed for each alert
	Providers    bool   `toml:"providers"`    // whether each organisation gets its own report
	PDF          bool   `toml:"pdf"`          // whether pages are printed as PDF too, where there is a Chromium
	Staff        string `toml:"staff"`        // disclosure policy of organisations' pages for their staff
	Public       string `toml:"public"`       // disclosure policy of what is published: none, hes5 or threshold-n
}

type runConfig struct {
	Keep         int    `toml:"keep"`           // finished runs that are kept
	MemoryMB     int    `toml:"memory_mb"`      // soft limit of memory beside DuckDB's; 0 for none
	KeepDoneDays int    `toml:"keep_done_days"` // loaded extracts are removed after so many days; 0 keeps them
	Metrics      string `toml:"metrics"`        // file for Prometheus
	Ping         string `toml:"ping"`           // address of a health check
	Lineage      string `toml:"lineage"`        // file of OpenLineage events
}

type duckdbConfig struct {
	MemoryMB int `toml:"memory_mb"`
	Threads  int `toml:"threads"`
}

func defaultConfig() config {
	e, th := emerging.Default(), theme.Default()
	return config{
		Seed:   1,
		Load:   loadConfig{WarnRejectedShare: 0.05},
		Train:  trainConfig{Tasks: taskNames, Model: "words", DueDays: 28, MinEvents: 500, MinClass: 20, TestShare: 0.2, MaxEvents: 300_000, SideEvents: 10_000},
		Label:  labelConfig{Abstain: 0.4},
		Group:  groupConfig{Dimensions: th.Embed.Dimensions, MinLikeness: th.Cluster.MinLikeness, MinSize: th.Cluster.MinSize, Sample: th.Cluster.Sample},
		Detect: detectConfig{Windows: e.Windows, MinReports: e.MinReports, MinOrganisations: e.MinOrganisations, AlertScore: 0.5, MaxAlerts: 30, FalseDiscovery: 0.01, LookbackWeeks: 26, HistoryWeeks: 156, KnownRisks: []string{}},
		Report: reportConfig{Organisation: "National patient safety team", Disclosure: "none", Listing: 40, Providers: true, Staff: "hes5", Public: "hes5"},
		Run:    runConfig{Keep: 30, MemoryMB: 5120},
		DuckDB: duckdbConfig{MemoryMB: 2048},
		Serve:  defaultServe(),
		Digest: digest.Default(),
	}
}

func (c config) emerging() emerging.Config {
	e := emerging.Default()
	e.Windows, e.MinReports, e.MinOrganisations = c.Detect.Windows, c.Detect.MinReports, c.Detect.MinOrganisations
	return e
}

func (c config) triage() triage.Config {
	t := triage.Default()
	t.AlertScore, t.MaxAlerts = c.Detect.AlertScore, c.Detect.MaxAlerts
	return t
}

// balanced gives the settings of the queue with the configured balance, or else with
// the installation's own.
func (c config) balanced(found *triage.Chance) triage.Config {
	t := c.triage().Balanced(found)
	if c.Detect.Balance > 0 {
		t.Balance = c.Detect.Balance
	}
	return t
}

// validate says what is wrong with a value, naming its key.
func (c config) validate() error {
	var errs []error
	within := func(key string, v, lo, hi float64) {
		if v < lo || v > hi {
			errs = append(errs, fmt.Errorf("%s is %g: want %g to %g", key, v, lo, hi))
		}
	}
	within("load.warn_rejected_share", c.Load.WarnRejectedShare, 0, 1)
	for _, t := range c.Train.Tasks {
		if !slices.Contains(taskNames, t) {
			errs = append(errs, fmt.Errorf("train.tasks has %q: want some of %s", t, strings.Join(taskNames, ", ")))
		}
	}
	if c.Train.Model != "words" && c.Train.Model != "accurate" {
		errs = append(errs, fmt.Errorf("train.model is %q: want words or accurate", c.Train.Model))
	}
	for _, r := range c.Rebase {
		if _, err := incident.ParseDay(r.From); err != nil {
			errs = append(errs, fmt.Errorf("rebase of %s %q: from: %w", r.Dimension, r.Value, err))
		}
		if r.Dimension == "" || r.Value == "" || r.Reason == "" || r.By == "" {
			errs = append(errs, fmt.Errorf("rebase from %q: dimension, value, reason and by must all be given: it is a choice that readers will see", r.From))
		}
	}
	within("train.due_days", float64(c.Train.DueDays), 1, 3650)
	within("train.min_events", float64(c.Train.MinEvents), 10, 1e9)
	within("train.min_class", float64(c.Train.MinClass), 2, 1e9)
	within("train.test_share", c.Train.TestShare, 0.01, 0.9)
	within("train.max_events", float64(c.Train.MaxEvents), 100, 1e9)
	within("train.side_events", float64(c.Train.SideEvents), 100, 1e9)
	within("label.abstain", c.Label.Abstain, 0, 1)
	within("group.dimensions", float64(c.Group.Dimensions), 2, 1000)
	within("group.groups", float64(c.Group.Groups), 0, 10000)
	within("group.min_likeness", c.Group.MinLikeness, -1, 1)
	within("group.min_size", float64(c.Group.MinSize), 1, 1e6)
	within("group.sample", float64(c.Group.Sample), 100, 1e8)
	within("detect.alert_score", c.Detect.AlertScore, 0, 1)
	within("detect.balance", c.Detect.Balance, 0, 300)
	within("detect.max_alerts", float64(c.Detect.MaxAlerts), 1, 1000)
	within("detect.false_discovery", c.Detect.FalseDiscovery, 0, 1)
	within("detect.lookback_weeks", float64(c.Detect.LookbackWeeks), 0, 260)
	within("detect.history_weeks", float64(c.Detect.HistoryWeeks), 8, 2600)
	within("report.listing", float64(c.Report.Listing), 1, 10000)
	within("run.keep", float64(c.Run.Keep), 1, 100000)
	within("run.memory_mb", float64(c.Run.MemoryMB), 0, 1e7)
	within("run.keep_done_days", float64(c.Run.KeepDoneDays), 0, 100000)
	if u, err := url.Parse(c.Run.Ping); c.Run.Ping != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		errs = append(errs, fmt.Errorf("run.ping is %q: want an address such as https://host/id", c.Run.Ping))
	}
	if _, err := disclosure.Parse(c.Report.Disclosure); err != nil {
		errs = append(errs, fmt.Errorf("report.disclosure: %w", err))
	}
	if err := c.Digest.Validate(); err != nil {
		errs = append(errs, err)
	}
	if err := c.Serve.validate(); err != nil {
		errs = append(errs, err)
	}
	if _, err := disclosure.Parse(c.Report.Staff); err != nil {
		errs = append(errs, fmt.Errorf("report.staff: %w", err))
	}
	if _, err := disclosure.Parse(c.Report.Public); err != nil {
		errs = append(errs, fmt.Errorf("report.public: %w", err))
	}
	if err := errors.Join(c.emerging().Validate(), c.triage().Validate()); err != nil {
		errs = append(errs, fmt.Errorf("detect: %w", err))
	}
	return errors.Join(errs...)
}

// readConfig reads psims.toml over the defaults; an absent file is the defaults.
//
// Errors: the file is not TOML, has a key that is not known (the nearest known
// one is named), or a value out of range.
func readConfig(path string) (config, error) {
	c := defaultConfig()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, usagef("reading configuration: %w", err)
	}
	meta, err := toml.Decode(string(text), &c)
	if err != nil {
		return c, usagef("reading configuration %q: %w", path, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0].String()
		return c, usagef("reading configuration %q: unknown key %q; %s (\"psims config\" prints all keys)", path, key, value.DidYouMean(key, configKeys()))
	}
	if err := c.validate(); err != nil {
		return c, usagef("reading configuration %q: %w", path, err)
	}
	return c, nil
}

// text gives the effective configuration as TOML.
func (c config) text() string {
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(c); err != nil {
		panic(fmt.Sprintf("config: encoding to memory: %v", err)) // the struct is ours: it can't fail
	}
	return b.String()
}

// judging gives the part of the configuration that a run's results can depend on,
// as TOML: how the pages are served, who is told of them, what room the program has and
// what it keeps is none of it.
func (c config) judging() string {
	c.Serve, c.Digest, c.Run, c.DuckDB = serveConfig{}, digest.Config{}, runConfig{}, duckdbConfig{}
	return c.text()
}

// configKeys lists every known key.
func configKeys() []string {
	var keys []string
	section := ""
	for line := range strings.Lines(defaultConfig().text()) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			section = strings.TrimSuffix(name, "]") + "."
			keys = append(keys, strings.TrimSuffix(section, "."))
		} else if key, _, ok := strings.Cut(line, " = "); ok {
			keys = append(keys, section+key)
		}
	}
	return keys
}

type configVerb struct{}

// Run prints the effective configuration.
func (configVerb) Run(a *app) error {
	_, err := fmt.Fprint(a.out, a.cfg.text())
	return err
}
