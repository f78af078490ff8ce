package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"psims/datasets/durable"
)

// watch tells the systems around a nightly job how it goes: a health check is
// pinged, figures are left for Prometheus, and lineage events are written. Each is
// off unless it is configured, none can fail the job, and none is told anything of
// what the reports say.
type watch struct {
	*app
	began time.Time
	night *night // the run, once there is one
}

// watched begins the watch of a job.
func (a *app) watched(ctx context.Context) *watch {
	w := &watch{app: a, began: time.Now().UTC()}
	w.ping(ctx, "start")
	return w
}

// end tells how the job ended.
func (w *watch) end(ctx context.Context, err error) {
	code := codeOf(err)
	// The context of a job that was told to stop has ended; the news of it has still to go out.
	ctx = context.WithoutCancel(ctx)
	if code == exitDone || code == exitWarnings {
		w.ping(ctx, "")
	} else {
		w.ping(ctx, strconv.Itoa(code))
	}
	if path := w.cfg.Run.Metrics; path != "" {
		if err := durable.Write(path, func(f *os.File) error { return w.metrics(f, code) }); err != nil {
			w.log.Warn("the figures for Prometheus could not be written", "error", err.Error())
		}
	}
	if path := w.cfg.Run.Lineage; path != "" {
		if err := w.lineage(path, code, err); err != nil {
			w.log.Warn("the lineage events could not be written", "error", err.Error())
		}
	}
}

const pingSeconds = 10

// ping asks for the configured address, with "/start" behind it as the job begins,
// with the exit code when it fails, and as it is when it is done: as healthchecks.io
// and its like count it. Nothing is sent but the request.
func (w *watch) ping(ctx context.Context, event string) {
	if w.cfg.Run.Ping == "" {
		return
	}
	address, err := url.JoinPath(w.cfg.Run.Ping, event)
	if event == "" {
		address = w.cfg.Run.Ping
	}
	if err == nil {
		err = get(ctx, address)
	}
	if err != nil {
		w.log.Warn("the health check could not be pinged", "error", err.Error())
	}
}

func get(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, pingSeconds*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	if err := answer.Body.Close(); err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return errors.New(answer.Status)
	}
	return nil
}

// metrics writes the figures of the job in Prometheus' text format, for the
// textfile collector of its node exporter.
func (w *watch) metrics(to io.Writer, code int) error {
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
	ended := time.Now().UTC()
	gauge("job_end_timestamp_seconds", "When the last nightly job ended.", plain(float64(ended.Unix())))
	gauge("job_duration_seconds", "How long it took.", plain(ended.Sub(w.began).Seconds()))
	gauge("job_exit_code", "How it ended: 0 done, 3 done with warnings, 4 stopped by the data-quality gate, others failed.", plain(float64(code)))
	if m, err := readManifest(w.home.path("current")); err == nil {
		gauge("published_timestamp_seconds", "When the run that is published was finished.", plain(float64(m.Times.Finished.Unix())))
	}
	if w.night != nil {
		m := w.night.man
		gauge("run_stage_cpu_seconds", "Seconds of processor time of each stage of the last job.", labelled("stage", m.Times.CPU)...)
		gauge("run_peak_memory_bytes", "Most memory that the last job has had.", plain(float64(m.Times.PeakMB)*(1<<20)))
		gauge("run_stage_seconds", "Seconds of each stage of the last job.", labelled("stage", m.Times.Seconds)...)
		read, rejected, events := 0, 0, 0
		for _, l := range m.Inputs {
			read, rejected, events = read+l.Read, rejected+l.Rejected, events+l.Events
		}
		gauge("rows_read", "Rows of all loads of the run.", plain(float64(read)))
		gauge("rows_rejected", "Rows of them that were rejected.", plain(float64(rejected)))
		gauge("revisions", "Revisions that were made from the kept rows.", plain(float64(events)))
		gauge("alerts", "Alerts of the run.", plain(float64(len(w.night.alerts))))
		if d := w.night.digests; w.cfg.Digest.on() {
			gauge("digests", "Short messages of the last job, by what became of them.", labelled("state", map[string]int{"sent": d.sent, "failed": d.failed, "nothing_new": d.unchanged})...)
		}
		gauge("quality_findings", "Data-quality rules that are broken, by what they do.", labelled("then", m.Quality.Broken)...)
		gauge("quality_missing_share", "Share of the events of the last 4 weeks that fail a check.", labelled("check", m.Quality.Shares)...)
		gauge("organisations", "Organisations by how fresh their data are.", labelled("state", m.Quality.Organisations)...)
	}
	return b.Flush()
}

// labelled gives a sample for each key, in their order.
func labelled[V int | float64](label string, values map[string]V) []string {
	var out []string
	for _, k := range sortedKeys(values) {
		out = append(out, fmt.Sprintf("{%s=%q} %s", label, k, strconv.FormatFloat(float64(values[k]), 'g', -1, 64)))
	}
	return out
}

// The parts of an OpenLineage run event. Source: OpenLineage 2-0-2,
// https://openlineage.io/spec/2-0-2/OpenLineage.json.
type lineageEvent struct {
	Type      string           `json:"eventType"`
	Time      time.Time        `json:"eventTime"`
	Run       lineageRun       `json:"run"`
	Job       lineageDataset   `json:"job"`
	Inputs    []lineageDataset `json:"inputs"`
	Outputs   []lineageDataset `json:"outputs"`
	Producer  string           `json:"producer"`
	SchemaURL string           `json:"schemaURL"`
}

type lineageRun struct {
	ID     string                  `json:"runId"`
	Facets map[string]lineageFacet `json:"facets,omitempty"`
}

type lineageFacet struct {
	Producer  string `json:"_producer"`
	SchemaURL string `json:"_schemaURL"`
	Message   string `json:"message"`
	Language  string `json:"programmingLanguage"`
}

type lineageDataset struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

const (
	lineageProducer = "https://github.com/psims"
	lineageSchema   = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
	lineageMessage  = "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json"
)

// lineage adds two events to the file at path, a line each: that the job began, and
// how it ended. Inputs are the loads, by their files' hashes; outputs the run's tables.
func (w *watch) lineage(path string, code int, jobErr error) (err error) {
	home, err := filepath.Abs(w.home.dir)
	if err != nil {
		return err
	}
	space := "file://" + filepath.ToSlash(home)
	run := lineageRun{ID: lineageID(space, w.began)}
	event := lineageEvent{Type: "START", Time: w.began, Run: run, Job: lineageDataset{space, "psims.run"}, Inputs: []lineageDataset{}, Outputs: []lineageDataset{}, Producer: lineageProducer, SchemaURL: lineageSchema}
	events := []lineageEvent{event}
	event.Type, event.Time = "COMPLETE", time.Now().UTC()
	if code != exitDone && code != exitWarnings {
		event.Type = "FAIL"
		event.Run.Facets = map[string]lineageFacet{"errorMessage": {lineageProducer, lineageMessage, jobErr.Error(), "go"}}
	}
	if w.night != nil {
		for _, l := range w.night.man.Inputs {
			event.Inputs = append(event.Inputs, lineageDataset{space, "loads/" + l.Load + ".parquet"})
		}
		for _, name := range sortedKeys(w.night.man.Outputs) {
			if !strings.HasPrefix(name, "site/") {
				event.Outputs = append(event.Outputs, lineageDataset{space, "runs/" + w.night.id + "/" + name})
			}
		}
	}
	events = append(events, event)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	enc := json.NewEncoder(f)
	enc.SetEscapeHTML(false)
	for _, e := range events {
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return nil
}

// lineageID makes the UUID (version 8) of a job from where and when it began.
func lineageID(space string, began time.Time) string {
	h := sha256.Sum256([]byte(space + began.Format(time.RFC3339Nano)))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// clear removes what jobs that were cut off left behind, and what is older than the
// configuration keeps. It is called under the lock.
func (a *app) clear(now time.Time) error {
	for _, pattern := range []string{"loads/*.partial", "quarantine/*.partial", "current.partial"} {
		left, err := filepath.Glob(a.home.path(pattern))
		if err != nil {
			return err
		}
		for _, path := range left {
			if err := os.Remove(path); err != nil {
				return fmt.Errorf("clearing what a job left behind: %w", err)
			}
		}
	}
	replaced, err := filepath.Glob(a.home.path("runs", "*.replaced"))
	if err != nil {
		return err
	}
	for _, old := range replaced {
		// Cut off between the two renames of a publication: the old run stands again.
		if err := os.Rename(old, strings.TrimSuffix(old, ".replaced")); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("restoring run %s: %w", filepath.Base(old), err)
		}
		if err := os.RemoveAll(old); err != nil {
			return err
		}
	}
	if err := forget(a.home.path("runs", "*.partial"), now, unfinishedDays); err != nil || a.cfg.Run.KeepDoneDays == 0 {
		return err
	}
	return forget(a.home.path("inbox", "done", "*"), now, a.cfg.Run.KeepDoneDays)
}

// unfinishedDays is how long a run that was never finished can be gone on with.
const unfinishedDays = 7

// forget removes what matches the pattern and was last changed more than some days ago.
func forget(pattern string, now time.Time, days int) error {
	all, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	slices.SortFunc(all, cmp.Compare[string])
	for _, path := range all {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if now.Sub(info.ModTime()) > time.Duration(days)*24*time.Hour {
			if err := os.RemoveAll(path); err != nil {
				return fmt.Errorf("removing what is past its time: %w", err)
			}
		}
	}
	return nil
}
