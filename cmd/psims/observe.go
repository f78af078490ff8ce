package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"psims/datasets/durable"
	"psims/reports/publication"
	"psims/reports/telemetry"
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
		if err := durable.Write(path, func(f *os.File) error { return w.job(code, err).Metrics(f) }); err != nil {
			w.log.Warn("the figures for Prometheus could not be written", "error", err.Error())
		}
	}
	if path := w.cfg.Run.Lineage; path != "" {
		if err := w.lineage(path, w.job(code, err)); err != nil {
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

// job gives the facts of the job that has ended.
func (w *watch) job(code int, err error) telemetry.Job {
	j := telemetry.Job{Began: w.began, Ended: time.Now().UTC(), Code: code}
	if code != exitDone && code != exitWarnings {
		j.Failed = err.Error()
	}
	if m, err := publication.Current(w.home.dir).Manifest(); err == nil {
		j.Published = m.Times.Finished
	}
	if w.night == nil {
		return j
	}
	m := w.night.man
	j.Run = &telemetry.Run{Seconds: m.Times.Seconds, CPU: m.Times.CPU, PeakMB: m.Times.PeakMB, Alerts: len(w.night.alerts), Quality: m.Quality}
	for _, l := range m.Inputs {
		j.Run.Read, j.Run.Rejected, j.Run.Revisions = j.Run.Read+l.Read, j.Run.Rejected+l.Rejected, j.Run.Revisions+l.Events
		j.Run.Inputs = append(j.Run.Inputs, "loads/"+l.Load+".parquet")
	}
	for _, name := range sortedKeys(m.Outputs) {
		if !strings.HasPrefix(name, "site/") {
			j.Run.Outputs = append(j.Run.Outputs, "runs/"+w.night.id+"/"+name)
		}
	}
	if d := w.night.digests; w.cfg.Digest.On() {
		j.Run.Digests = map[string]int{"sent": d.sent, "failed": d.failed, "nothing_new": d.unchanged}
	}
	return j
}

// lineage adds the events of the job to the file at path.
func (w *watch) lineage(path string, j telemetry.Job) (err error) {
	home, err := filepath.Abs(w.home.dir)
	if err != nil {
		return err
	}
	j.Home = "file://" + filepath.ToSlash(home)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(j.Lineage(f), f.Close())
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
	if err := publication.Restore(a.home.dir); err != nil {
		return err
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
