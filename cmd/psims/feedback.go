package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/datasets/warehouse"
)

// loadOutput gathers what each sending organisation is told of a load.
type loadOutput struct {
	home    home
	id      string
	checks  []quality.Check
	orgs    map[string]*received
	rejects []incident.Reject
}

// received is what one organisation sent in a load.
type received struct {
	events, revisions, withdrawals int
	failed                         []int // events that fail each of quality.Checks
	delays                         []int // days from occurrence to report
}

// maxListedRejects is how many rejected rows a feedback file lists one by one;
// the quarantine holds all of them.
const maxListedRejects = 1000

func newLoadOutput(h home, id string) *loadOutput {
	return &loadOutput{home: h, id: id, checks: quality.Checks(), orgs: map[string]*received{}}
}

func (o *loadOutput) accept(e *incident.Event) {
	r := o.orgs[e.Organisation]
	if r == nil {
		r = &received{failed: make([]int, len(o.checks))}
		o.orgs[e.Organisation] = r
	}
	switch {
	case e.Deleted:
		r.withdrawals++
		return
	case e.Revision > 1:
		r.revisions++
	}
	r.events++
	for k, c := range o.checks {
		if c.Fails(e) {
			r.failed[k]++
		}
	}
	if e.Occurred.Known() && e.Submitted >= e.Occurred {
		r.delays = append(r.delays, int(e.Submitted-e.Occurred))
	}
}

func (o *loadOutput) reject(r *incident.Reject) {
	if len(o.rejects) < maxListedRejects {
		o.rejects = append(o.rejects, *r)
	}
}

// feedback is the machine-readable answer to a sending system.
type feedback struct {
	Load         string                  `json:"load"`
	File         string                  `json:"file"`
	Organisation string                  `json:"organisation"`
	Accepted     int                     `json:"accepted"`
	Revised      int                     `json:"revised"`
	Withdrawn    int                     `json:"withdrawn"`
	Rejected     int                     `json:"rejected_rows_in_file"`
	RejectedBy   map[incident.Reason]int `json:"rejected_by_reason"`
	Rejects      []rejectedRow           `json:"rejected_rows,omitempty"`
	Missing      map[string]float64      `json:"share_missing"`
	Failed       map[string]int          `json:"failed_checks"` // events by check, beside those of missing fields
	MedianDelay  *int                    `json:"median_days_from_occurrence_to_report"`
}

type rejectedRow struct {
	Line     int             `json:"line"`
	Column   string          `json:"column,omitempty"`
	Reason   incident.Reason `json:"reason"`
	Sentence string          `json:"sentence"`
}

// write writes a feedback file for each organisation of the load. Rejected rows
// are listed when the file came from one organisation; a national file's rejects
// can't be told apart by sender, so there only their number is given.
func (o *loadOutput) write(l warehouse.Load) error {
	for _, org := range sortedKeys(o.orgs) {
		r := o.orgs[org]
		f := feedback{Load: l.ID, File: l.File, Organisation: org, Accepted: r.events, Revised: r.revisions, Withdrawn: r.withdrawals,
			Rejected: l.RowsRejected, RejectedBy: l.Rejected, Missing: map[string]float64{}, Failed: map[string]int{}}
		for k, c := range o.checks {
			field, isMissing := strings.CutPrefix(c.Name, "missing-")
			switch {
			case r.failed[k] == 0:
			case isMissing:
				f.Missing[strings.ReplaceAll(field, "-", "_")] = float64(r.failed[k]) / float64(r.events)
			default:
				f.Failed[c.Name] = r.failed[k]
			}
		}
		if len(r.delays) > 0 {
			slices.Sort(r.delays)
			f.MedianDelay = &r.delays[len(r.delays)/2]
		}
		if len(o.orgs) == 1 {
			for _, j := range o.rejects {
				f.Rejects = append(f.Rejects, rejectedRow{j.Line, j.Column, j.Code, j.Sentence})
			}
		}
		// An organisation code may be any text: it must not climb out of the folder.
		dir := o.home.path("feedback", folderName(org))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
		text, err := json.MarshalIndent(f, "", "  ")
		if err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
		// Not flushed to the disk one by one: a national file has thousands of
		// senders, and the loads hold all that is needed to write them again.
		if err := os.WriteFile(filepath.Join(dir, l.ID+".json"), append(text, '\n'), 0o644); err != nil {
			return fmt.Errorf("writing feedback: %w", err)
		}
	}
	return nil
}

// folderName makes a file name of any text, one to one.
func folderName(s string) string {
	if s == "" || s == "." || s == ".." {
		return "%" + s
	}
	return url.PathEscape(s)
}
