package lfpse

import (
	"bytes"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"psims/datasets/extract/check"
	"psims/datasets/extract/source"
	"psims/datasets/incident"
)

// MaxResource is how many bytes a resource may have.
const MaxResource = 16 << 20

// Shape says how a file holds its resources.
type Shape uint8

const (
	NotFHIR  Shape = iota
	Lines          // NDJSON: a resource or a Bundle a line
	Bundle         // one Bundle
	Resource       // one resource on several lines
)

// names are how an event's parts are called in sentences for the sender.
var names = check.Columns{ID: "identifier", Submitted: "meta.lastUpdated", Occurred: "date", Organisation: "Organisation or ReporterOrganisation", Description: "Description"}

// FHIR reads the resources of src: an event or a reject for each.
//
// A resource without meta.versionId is the next revision of its id in the file
// that has no number yet.
// The same revision of an id twice: the first is kept, every other is a reject.
//
// The iterator's errors: the file can't be read; a Bundle is cut short, so that
// what follows can't be told.
func FHIR(src *source.Source, shape Shape) iter.Seq2[incident.Record, error] {
	return func(yield func(incident.Record, error) bool) {
		text, err := src.Open()
		if err != nil {
			yield(incident.Record{}, err)
			return
		}
		r := &reader{file: src.Name, yield: yield, latest: incident.NoDay, revisions: map[check.Key]int32{}, lists: map[string]*lists{"5": newLists("5"), "6": newLists("6")}}
		w := source.NewWindow(text, MaxResource)
		switch shape {
		case Lines:
			err = r.lines(w)
		case Bundle:
			err = r.bundles(w)
		default:
			err = r.whole(w)
		}
		if err == nil {
			err = w.Err()
		}
		if closing := text.Close(); err == nil {
			err = closing
		}
		if err != nil && !r.stopped {
			yield(incident.Record{}, err)
		}
	}
}

// reader reads one file.
type reader struct {
	file      string
	yield     func(incident.Record, error) bool
	stopped   bool // the caller wants no more
	resource  resource
	lists     map[string]*lists // by taxonomy version
	latest    incident.Day      // the latest day on which anything in the file, so far, was submitted
	seen      check.Seen
	revisions map[check.Key]int32 // the last revision counted, of ids without versionId
}

// lines reads a value a line.
func (r *reader) lines(w *source.Window) error {
	for !r.stopped {
		n, ok := w.LineEnd()
		if n == 0 || w.Err() != nil {
			return nil
		}
		at := incident.Place{File: r.file, Line: w.Line}
		if !ok {
			r.reject(at, &check.Fault{Reason: incident.BadRow, Sentence: fmt.Sprintf("The line is longer than %d MiB.", MaxResource>>20)})
			w.SkipLine()
			continue
		}
		line := bytes.TrimSpace(w.Bytes()[:n])
		switch {
		case len(line) == 0:
		case isBundle(line):
			inside := source.NewWindow(bytes.NewReader(line), MaxResource)
			inside.Line = w.Line
			if err := r.bundles(inside); err != nil {
				r.reject(at, &check.Fault{Reason: incident.BadRow, Sentence: "The Bundle on this line is cut short or is not JSON: what follows its last whole entry is lost. Send it again."})
			}
		default:
			r.one(&cursor{b: line}, at)
		}
		w.Skip(n)
	}
	return nil
}

// whole reads the file as one resource.
func (r *reader) whole(w *source.Window) error {
	for w.More() {
	}
	if w.Full() {
		return &source.Error{File: r.file, Problem: fmt.Sprintf("it is one resource of more than %d MiB", MaxResource>>20), Hint: "send a resource a line (NDJSON) or a Bundle"}
	}
	if w.Err() == nil {
		r.one(&cursor{b: w.Bytes()}, incident.Place{File: r.file, Line: 1})
	}
	return nil
}

// one reads one resource that stands by itself.
func (r *reader) one(c *cursor, at incident.Place) {
	r.resource.read(c)
	if c.space(); c.i < len(c.b) {
		c.fail()
	}
	r.finish(c, at)
}

// entry reads one entry of a Bundle.
func (r *reader) entry(c *cursor, at incident.Place) {
	method, address, held := "", "", false
	r.resource.clear()
	c.object(func(key []byte) {
		switch string(key) {
		case "resource":
			held = true
			r.resource.read(c)
		case "request":
			if c.space() != '{' {
				c.skip()
				return
			}
			c.object(func(key []byte) {
				switch string(key) {
				case "method":
					method = strings.ToUpper(c.scalar().String())
				case "url":
					address = strings.TrimSpace(c.scalar().String())
				default:
					c.skip()
				}
			})
		default:
			c.skip()
		}
	})
	switch {
	case c.bad:
		r.finish(c, at)
	case method == "DELETE":
		r.withdraw(at, address)
	case !held:
		r.reject(at, &check.Fault{Reason: incident.NotAnEvent, Sentence: "The entry holds no resource and its request does not delete one."})
	default:
		if r.resource.resourceID == "" {
			r.resource.resourceID, _ = addressed(address)
		}
		r.finish(c, at)
	}
}

// withdraw makes the withdrawal of the event at an address.
func (r *reader) withdraw(at incident.Place, address string) {
	id, revision := addressed(address)
	raw := &incident.Raw{Rows: 1, Place: at}
	raw.Fields = incident.Fields{System: incident.LFPSE, ID: id, Revision: revision, Submitted: incident.NoDay, Deleted: true, Occurred: incident.NoDay, Scheme: "lfpse", Harm: incident.HarmMissing}
	r.keep(raw)
}

// addressed takes the id and the revision, 0 if there is none, out of
// "AdverseEvent/ID", "AdverseEvent/ID/_history/2" or "AdverseEvent?identifier=system|ID".
func addressed(address string) (id string, revision int32) {
	u, err := url.Parse(address)
	if err != nil {
		return "", 0
	}
	if id = u.Query().Get("identifier"); id != "" {
		return strings.TrimSpace(id[strings.LastIndexByte(id, '|')+1:]), 0
	}
	_, path, found := strings.Cut("/"+strings.Trim(u.Path, "/"), "/AdverseEvent/")
	if !found {
		return "", 0
	}
	id, history, _ := strings.Cut(path, "/_history/")
	if n, err := strconv.ParseInt(history, 10, 32); err == nil && n > 0 {
		revision = int32(n)
	}
	if strings.Contains(id, "/") {
		return "", 0
	}
	return id, revision
}

// finish turns the resource that was read into a record.
func (r *reader) finish(c *cursor, at incident.Place) {
	if c.bad {
		r.reject(at, &check.Fault{Reason: incident.BadRow, Sentence: fmt.Sprintf("The text is not JSON: it breaks at byte %d of the line or entry.", c.i+1)})
		return
	}
	res := &r.resource
	if res.resourceType != "AdverseEvent" {
		r.reject(at, &check.Fault{Column: "resourceType", Reason: incident.NotAnEvent, Sentence: fmt.Sprintf("The resource is of type %q; only AdverseEvent is a patient safety event.", res.resourceType)})
		return
	}
	if fault := res.finish(r.nextRevision); fault != nil {
		r.reject(at, fault)
		return
	}
	raw, ok := res.answers.raw(r.lists[res.version])
	if !ok {
		r.reject(at, &check.Fault{Column: "event", Reason: incident.BadCode, Sentence: fmt.Sprintf("The type of event %q is not known; it is 1 incident, 2 risk, 3 outcome or 4 good care.", res.answers.kind)})
		return
	}
	raw.Place = at
	r.keep(raw)
}

// nextRevision counts the revisions of an id that names none, past those that
// the file has numbered.
func (r *reader) nextRevision(id string) int32 {
	k := check.NewKey(id)
	r.revisions[k]++
	for r.seen.Has(id, strconv.Itoa(int(r.revisions[k])), "false") {
		r.revisions[k]++
	}
	return r.revisions[k]
}

func (r *reader) keep(raw *incident.Raw) {
	if raw.Deleted && !raw.Submitted.Known() {
		raw.Submitted = r.latest
	}
	r.latest = max(r.latest, raw.Submitted)
	fault := check.Event(raw, names)
	if fault == nil {
		fault = r.seen.Again(names.ID, raw.Place.Line, raw.ID, strconv.Itoa(int(raw.Revision)), strconv.FormatBool(raw.Deleted))
	}
	if fault != nil {
		r.reject(raw.Place, fault)
		return
	}
	r.send(incident.Record{Raw: raw})
}

// reject sends a reject with what was read of the resource, never with what its
// text says where it can't be read: that may hold the reporter's name.
func (r *reader) reject(at incident.Place, fault *check.Fault) {
	var row check.Values = none{}
	if fault.Reason != incident.BadRow && fault.Reason != incident.NotAnEvent {
		row = &r.resource
	}
	r.send(incident.Record{Reject: fault.Reject(at, row, shownNames, shown)})
}

func (r *reader) send(record incident.Record) {
	if !r.stopped && !r.yield(record, nil) {
		r.stopped = true
	}
}

type none struct{}

func (none) Text(int) string { return "" }

// shownNames are what a rejected resource shows of itself, in the order of Text.
var shownNames = []string{"identifier", "meta.versionId", "meta.lastUpdated", "date", "Organisation or ReporterOrganisation", "event", "Description", "ImmediateActions"}

var shown = []int{0, 1, 2, 3, 4, 5, 6, 7}

// Text gives one of shownNames.
func (r *resource) Text(column int) string {
	a := &r.answers
	organisation := a.organisation
	if organisation == "" {
		organisation = a.reporter
	}
	return []string{a.id, r.versionID, r.lastUpdated, r.date, organisation, a.kind, a.description, a.actions}[column]
}
