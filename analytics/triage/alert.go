// Package triage merges findings into one ranked queue, with the reasons.
package triage

import (
	"psims/datasets/caveat"
	"psims/datasets/incident"
)

// Kind says what sort of finding an alert is.
type Kind string

const (
	Theme     Kind = "theme"      // reports that tell of the same thing in like words
	Stratum   Kind = "stratum"    // a count by category, specialty, setting, region
	Pair      Kind = "pair"       // a drug or device with a process
	KnownRisk Kind = "known-risk" // a Never Event or a published alert
)

// Life is where an alert stands in its life.
type Life string

const (
	New   Life = "new"   // first raised in this run
	Open  Life = "open"  // raised before, still raised
	Grown Life = "grown" // raised before, and materially larger now
	Gone  Life = "quiet" // raised before, no longer raised
)

// Window is a span of days, from inclusive, until inclusive.
type Window struct {
	From  incident.Day `json:"from"`
	Until incident.Day `json:"until"`
}

// Evidence is the sentence that made a report a member, redacted.
type Evidence struct {
	IncidentID string `json:"incident_id"`
	Sentence   string `json:"sentence"`
}

// Alert is one line of alerts.jsonl; see the outside contract.
type Alert struct {
	ID                string             `json:"id"`
	Rank              int                `json:"rank"`
	Score             float64            `json:"score"` // 0 to 1
	Kind              Kind               `json:"kind"`
	Title             string             `json:"title"`
	Why               string             `json:"why"`
	Status            Life               `json:"status"`
	FirstRaised       incident.Day       `json:"first_raised"`
	AsOf              incident.Day       `json:"as_of"`
	Window            Window             `json:"window"`
	Observed          float64            `json:"observed"`
	Expected          float64            `json:"expected"`
	Interval          [2]float64         `json:"interval"`
	PValue            float64            `json:"p_value"`
	QValue            float64            `json:"q_value"`
	Organisations     int                `json:"organisations"`
	Harm              map[string]int     `json:"harm"` // by grade, and severe_or_fatal
	Terms             []string           `json:"terms"`
	Evidence          []Evidence         `json:"evidence"`
	IncidentIDs       []string           `json:"incident_ids"`
	RecentIncidentIDs []string           `json:"recent_incident_ids"`
	Aspects           map[string]float64 `json:"aspects"`
	Caveats           []caveat.Caveat    `json:"caveats"`

	// Reports that told of it when the same was asked of the day before; 0 when it was
	// not on that day's list, nil where that was not asked. It is no part of what was
	// found as of the day, and is kept in a table of its own.
	Yesterday *int `json:"-"`

	// Other alerts over the same reports, by id, where there are any: those it took
	// over, the one that took it over, and the one it was split from.
	Merged     []string `json:"merged,omitempty"`
	MergedInto string   `json:"merged_into,omitempty"`
	SplitFrom  string   `json:"split_from,omitempty"`
	// The highest alert whose reports tell of much the same as this one's, by id: the
	// two may be parts of one issue. Empty where there is none.
	Resembles string `json:"resembles,omitempty"`
}

// Point is one week of the series behind an alert.
type Point struct {
	Week     incident.Day
	Observed float64 // NaN where the week was not observed
	Expected float64
	Hi       float64 // upper limit of what would be usual; NaN where none can be had
}
