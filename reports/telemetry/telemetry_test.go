package telemetry_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"psims/datasets/quality"
	"psims/reports/telemetry"
)

func job() telemetry.Job {
	began := time.Date(2026, 3, 30, 1, 0, 0, 0, time.UTC)
	return telemetry.Job{Home: "file:///srv/psims", Began: began, Ended: began.Add(90 * time.Second), Published: began,
		Run: &telemetry.Run{Seconds: map[string]float64{"train": 2, "label": 1.5}, PeakMB: 2, Read: 10, Rejected: 1, Revisions: 9, Alerts: 3, Quality: quality.Summary{Broken: map[string]int{"expect": 2}},
			Inputs: []string{"loads/a.parquet"}, Outputs: []string{"runs/r/alerts.jsonl"}}}
}

func TestMetrics(t *testing.T) {
	var b bytes.Buffer
	if err := job().Metrics(&b); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"psims_job_duration_seconds 90", "psims_job_exit_code 0", "psims_run_peak_memory_bytes 2.097152e+06", "psims_rows_read 10", "psims_alerts 3",
		`psims_run_stage_seconds{stage="label"} 1.5` + "\n" + `psims_run_stage_seconds{stage="train"} 2`, `psims_quality_findings{then="expect"} 2`} {
		if !strings.Contains(b.String(), line+"\n") {
			t.Errorf("there is no line %s", line)
		}
	}
	if strings.Contains(b.String(), "digests") {
		t.Error("digests are told of, and none are sent")
	}
	b.Reset()
	early := telemetry.Job{Code: 1}
	if err := early.Metrics(&b); err != nil || strings.Contains(b.String(), "published") || strings.Contains(b.String(), "rows_read") {
		t.Errorf("a job without a run tells %s, %v", b.String(), err)
	}
}

func TestLineage(t *testing.T) {
	lines := func(j telemetry.Job) (out [2]telemetry.Event) {
		t.Helper()
		var b bytes.Buffer
		if err := j.Lineage(&b); err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(&b)
		for k := range out {
			if err := dec.Decode(&out[k]); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	got := lines(job())
	if got[0].Type != "START" || got[1].Type != "COMPLETE" || got[0].Run.ID != got[1].Run.ID || len(got[0].Run.ID) != 36 || got[0].Run.ID[14] != '8' {
		t.Errorf("%+v", got)
	}
	if len(got[0].Inputs) != 0 || got[1].Inputs[0].Name != "loads/a.parquet" || got[1].Outputs[0] != (telemetry.Dataset{Namespace: "file:///srv/psims", Name: "runs/r/alerts.jsonl"}) {
		t.Errorf("inputs %+v, outputs %+v", got[1].Inputs, got[1].Outputs)
	}
	failed := job()
	failed.Failed = "no more room"
	if got := lines(failed); got[1].Type != "FAIL" || got[1].Run.Facets["errorMessage"].Message != "no more room" || got[0].Run.Facets != nil {
		t.Errorf("%+v", got)
	}
}
