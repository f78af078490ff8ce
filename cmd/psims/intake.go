package main

import (
	"context"
	"iter"
	"runtime"

	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/nlp/redact"
)

// chunkRecords is how many records a redaction worker takes at once.
const chunkRecords = 512

// cleaned is a chunk of records past the gate, in the order of the file.
type cleaned struct {
	events  []incident.Event
	rejects []incident.Reject
	rows    int
	counts  redact.Counts
	err     error
}

// redacted reads a file and takes it through the gate on all cores, a chunk at a
// time, in the order of the file. Events that a rule turns away come out as
// rejected. The first error ends the chunks.
func redacted(ctx context.Context, gate *redact.Gate, rules []quality.Rule, src *extract.File) iter.Seq2[cleaned, error] {
	return func(yield func(cleaned, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		// Each chunk's result has a channel of its own, queued in order; the queue's
		// length bounds what is held in memory.
		queue := make(chan chan cleaned, 2*runtime.GOMAXPROCS(0))
		go readChunks(ctx, src, func(chunk []incident.Record) cleaned { return clean(gate, rules, chunk) }, queue)
		for result := range queue {
			if c := <-result; !yield(c, c.err) || c.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(cleaned{}, err)
		}
	}
}

// readChunks cuts the file's records into chunks and cleans each in a goroutine.
func readChunks(ctx context.Context, src *extract.File, clean func([]incident.Record) cleaned, queue chan<- chan cleaned) {
	defer close(queue)
	workers := make(chan struct{}, runtime.GOMAXPROCS(0))
	send := func(chunk []incident.Record, err error) bool {
		result := make(chan cleaned, 1)
		select {
		case queue <- result:
		case <-ctx.Done():
			return false
		}
		if err != nil {
			result <- cleaned{err: err}
			return false
		}
		workers <- struct{}{}
		go func() {
			defer func() { <-workers }()
			result <- clean(chunk)
		}()
		return true
	}
	chunk := make([]incident.Record, 0, chunkRecords)
	for rec, err := range src.Records() {
		if err != nil {
			send(nil, err)
			return
		}
		if chunk = append(chunk, rec); len(chunk) == chunkRecords {
			if !send(chunk, nil) {
				return
			}
			chunk = make([]incident.Record, 0, chunkRecords)
		}
	}
	if len(chunk) > 0 {
		send(chunk, nil)
	}
}

// clean takes a chunk through the gate.
func clean(gate *redact.Gate, rules []quality.Rule, chunk []incident.Record) cleaned {
	var c cleaned
	for _, r := range chunk {
		if r.Raw != nil {
			e := gate.Event(r.Raw, &c.counts)
			c.rows += e.Rows
			if rule, broken := quality.Broken(rules, &e); broken {
				for range max(1, e.Rows) { // each of its rows is rejected
					c.rejects = append(c.rejects, turnedAway(rule, &e, r.Raw.Place))
				}
				continue
			}
			c.events = append(c.events, e)
		} else {
			c.rejects = append(c.rejects, gate.Reject(r.Reject, &c.counts))
			c.rows++
		}
	}
	return c
}
