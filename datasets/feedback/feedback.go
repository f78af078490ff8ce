// Package feedback answers: what is a sender told of what it sent?
//
// In go the events and the rejected rows of one load, as they pass; out comes, for each
// organisation, how many of its reports were taken in, revised and withdrawn, which rows
// could not be used and why, what its reports lack, and how late they came.
package feedback

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/datasets/quality"
)

// Load gathers what each sending organisation is told of a load.
type Load struct {
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

// New begins a load.
func New() *Load {
	return &Load{checks: quality.Checks(), orgs: map[string]*received{}}
}

// Accept takes note of an accepted event.
func (o *Load) Accept(e *incident.Event) {
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

// Reject takes note of a rejected row.
func (o *Load) Reject(r *incident.Reject) {
	if len(o.rejects) < maxListedRejects {
		o.rejects = append(o.rejects, *r)
	}
}

// Answer is the machine-readable answer to a sending system.
type Answer struct {
	Load         string                  `json:"load"`
	File         string                  `json:"file"`
	Organisation string                  `json:"organisation"`
	Accepted     int                     `json:"accepted"`
	Revised      int                     `json:"revised"`
	Withdrawn    int                     `json:"withdrawn"`
	Rejected     int                     `json:"rejected_rows_in_file"`
	RejectedBy   map[incident.Reason]int `json:"rejected_by_reason"`
	Rejects      []Row                   `json:"rejected_rows,omitempty"`
	Missing      map[string]float64      `json:"share_missing"`
	Failed       map[string]int          `json:"failed_checks"` // events by check, beside those of missing fields
	MedianDelay  *int                    `json:"median_days_from_occurrence_to_report"`
}

// Row is a row that could not be used.
type Row struct {
	Line     int             `json:"line"`
	Column   string          `json:"column,omitempty"`
	Reason   incident.Reason `json:"reason"`
	Sentence string          `json:"sentence"`
}

// Facts are what the ledger says of the load.
type Facts struct {
	ID, File   string
	Rejected   int
	RejectedBy map[incident.Reason]int
}

// Answers gives what each organisation is told, in the order of their codes. Rejected rows
// are listed when the file came from one organisation; a national file's rejects
// can't be told apart by sender, so there only their number is given.
func (o *Load) Answers(l Facts) []Answer {
	var out []Answer
	for _, org := range slices.Sorted(maps.Keys(o.orgs)) {
		r := o.orgs[org]
		f := Answer{Load: l.ID, File: l.File, Organisation: org, Accepted: r.events, Revised: r.revisions, Withdrawn: r.withdrawals,
			Rejected: l.Rejected, RejectedBy: l.RejectedBy, Missing: map[string]float64{}, Failed: map[string]int{}}
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
				f.Rejects = append(f.Rejects, Row{j.Line, j.Column, j.Code, j.Sentence})
			}
		}
		out = append(out, f)
	}
	return out
}

// Folder makes a file name of any organisation's code, one to one: a code may be any text,
// and must not climb out of the folder that its files are in.
func Folder(s string) string {
	if s == "" || s == "." || s == ".." {
		return "%" + s
	}
	return url.PathEscape(s)
}
