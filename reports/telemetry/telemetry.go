// Package telemetry answers: what are the systems around a nightly job told of it?
//
// In go plain facts of a job and its run; out come figures for Prometheus and events of
// OpenLineage. Neither holds anything of what the reports say.
package telemetry

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"psims/datasets/quality"
)

// Job is a nightly job.
type Job struct {
	Home         string // URI of the home folder
	Began, Ended time.Time
	Code         int       // with which it ended
	Failed       string    // why, in words; "" when it didn't
	Published    time.Time // when the run that is published was finished; zero when there is none
	Run          *Run      // nil when it came to none
}

// Run is the run of a job.
type Run struct {
	Seconds, CPU              map[string]float64 // by stage
	PeakMB                    int
	Read, Rejected, Revisions int // rows of all loads
	Alerts                    int
	Digests                   map[string]int // by what became of them; nil where none are sent
	Quality                   quality.Summary
	Inputs, Outputs           []string // files, relative to the home folder
}

// Metrics writes the figures of the job in Prometheus' text format, for the
// textfile collector of its node exporter.
func (j Job) Metrics(to io.Writer) error {
	b := bufio.NewWriter(to)
	gauge := func(name, help string, samples ...string) {
		if len(samples) == 0 {
			return
		}
		fmt.Fprintf(b, "# HELP psims_%s %s\n# TYPE psims_%s gauge\n", name, help, name) // a failed write is told by Flush
		for _, s := range samples {
			fmt.Fprintf(b, "psims_%s%s\n", name, s)
		}
	}
	plain := func(v float64) string { return " " + strconv.FormatFloat(v, 'g', -1, 64) }
	gauge("job_end_timestamp_seconds", "When the last nightly job ended.", plain(float64(j.Ended.Unix())))
	gauge("job_duration_seconds", "How long it took.", plain(j.Ended.Sub(j.Began).Seconds()))
	gauge("job_exit_code", "How it ended: 0 done, 3 done with warnings, 4 stopped by the data-quality gate, others failed.", plain(float64(j.Code)))
	if !j.Published.IsZero() {
		gauge("published_timestamp_seconds", "When the run that is published was finished.", plain(float64(j.Published.Unix())))
	}
	if m := j.Run; m != nil {
		gauge("run_stage_cpu_seconds", "Seconds of processor time of each stage of the last job.", labelled("stage", m.CPU)...)
		gauge("run_peak_memory_bytes", "Most memory that the last job has had.", plain(float64(m.PeakMB)*(1<<20)))
		gauge("run_stage_seconds", "Seconds of each stage of the last job.", labelled("stage", m.Seconds)...)
		gauge("rows_read", "Rows of all loads of the run.", plain(float64(m.Read)))
		gauge("rows_rejected", "Rows of them that were rejected.", plain(float64(m.Rejected)))
		gauge("revisions", "Revisions that were made from the kept rows.", plain(float64(m.Revisions)))
		gauge("alerts", "Alerts of the run.", plain(float64(m.Alerts)))
		gauge("digests", "Short messages of the last job, by what became of them.", labelled("state", m.Digests)...)
		gauge("quality_findings", "Data-quality rules that are broken, by what they do.", labelled("then", m.Quality.Broken)...)
		gauge("quality_missing_share", "Share of the events of the last 4 weeks that fail a check.", labelled("check", m.Quality.Shares)...)
		gauge("organisations", "Organisations by how fresh their data are.", labelled("state", m.Quality.Organisations)...)
	}
	return b.Flush()
}

// labelled gives a sample for each key, in their order.
func labelled[V int | float64](label string, values map[string]V) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(values)) {
		out = append(out, fmt.Sprintf("{%s=%q} %s", label, k, strconv.FormatFloat(float64(values[k]), 'g', -1, 64)))
	}
	return out
}

// The parts of an OpenLineage run event. Source: OpenLineage 2-0-2,
// https://openlineage.io/spec/2-0-2/OpenLineage.json.

// Event is one run event.
type Event struct {
	Type      string    `json:"eventType"`
	Time      time.Time `json:"eventTime"`
	Run       EventRun  `json:"run"`
	Job       Dataset   `json:"job"`
	Inputs    []Dataset `json:"inputs"`
	Outputs   []Dataset `json:"outputs"`
	Producer  string    `json:"producer"`
	SchemaURL string    `json:"schemaURL"`
}

// EventRun is the run that an event is of.
type EventRun struct {
	ID     string           `json:"runId"`
	Facets map[string]Facet `json:"facets,omitempty"`
}

// Facet is why a run failed.
type Facet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
	Message   string `json:"message"`
	Language  string `json:"programmingLanguage"`
}

// Dataset is a file that was read or made, or the job itself.
type Dataset struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

const (
	lineageProducer = "https://github.com/psims"
	lineageSchema   = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
	lineageMessage  = "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json"
)

// Lineage writes two events, a line each: that the job began, and how it ended. Inputs
// are the loads, outputs the run's tables.
func (j Job) Lineage(to io.Writer) error {
	run := EventRun{ID: lineageID(j.Home, j.Began)}
	event := Event{Type: "START", Time: j.Began, Run: run, Job: Dataset{j.Home, "psims.run"}, Inputs: []Dataset{}, Outputs: []Dataset{}, Producer: lineageProducer, SchemaURL: lineageSchema}
	events := []Event{event}
	event.Type, event.Time = "COMPLETE", j.Ended
	if j.Failed != "" {
		event.Type = "FAIL"
		event.Run.Facets = map[string]Facet{"errorMessage": {lineageProducer, lineageMessage, j.Failed, "go"}}
	}
	if j.Run != nil {
		for _, name := range j.Run.Inputs {
			event.Inputs = append(event.Inputs, Dataset{j.Home, name})
		}
		for _, name := range j.Run.Outputs {
			event.Outputs = append(event.Outputs, Dataset{j.Home, name})
		}
	}
	events = append(events, event)
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	var err error
	for _, e := range events {
		err = errors.Join(err, enc.Encode(e))
	}
	return err
}

// lineageID makes the UUID (version 8) of a job from where and when it began.
func lineageID(space string, began time.Time) string {
	h := sha256.Sum256([]byte(space + began.Format(time.RFC3339Nano)))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
