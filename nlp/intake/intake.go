// Package intake answers: what of a file may be stored?
//
// In go the records of a file, as datasets/extract reads them; they pass the redaction
// gate on all cores, and out come, chunk by chunk in the order of the file, the redacted
// events and the rows that are rejected, those that a data-quality rule turns away among
// them.
package intake

import (
	"context"
	"iter"
	"runtime"

	"psims/datasets/incident"
	"psims/datasets/quality"
	"psims/nlp/redact"
)

// ChunkRecords is how many records a redaction worker takes at once.
const ChunkRecords = 512

// Chunk is a chunk of records past the gate, in the order of the file.
type Chunk struct {
	Events  []incident.Event
	Rejects []incident.Reject
	Rows    int
	Counts  redact.Counts

	err error
}

// Redacted takes the records of a file through the gate on all cores, a chunk at a
// time, in the order of the file. Events that a rule turns away come out as
// rejected. The first error ends the chunks.
func Redacted(ctx context.Context, gate *redact.Gate, rules []quality.Rule, records iter.Seq2[incident.Record, error]) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		// Each chunk's result has a channel of its own, queued in order; the queue's
		// length bounds what is held in memory.
		queue := make(chan chan Chunk, 2*runtime.GOMAXPROCS(0))
		go readChunks(ctx, records, func(chunk []incident.Record) Chunk { return clean(gate, rules, chunk) }, queue)
		for result := range queue {
			if c := <-result; !yield(c, c.err) || c.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Chunk{}, err)
		}
	}
}

// readChunks cuts the file's records into chunks and cleans each in a goroutine.
func readChunks(ctx context.Context, records iter.Seq2[incident.Record, error], clean func([]incident.Record) Chunk, queue chan<- chan Chunk) {
	defer close(queue)
	workers := make(chan struct{}, runtime.GOMAXPROCS(0))
	send := func(chunk []incident.Record, err error) bool {
		result := make(chan Chunk, 1)
		select {
		case queue <- result:
		case <-ctx.Done():
			return false
		}
		if err != nil {
			result <- Chunk{err: err}
			return false
		}
		workers <- struct{}{}
		go func() {
			defer func() { <-workers }()
			result <- clean(chunk)
		}()
		return true
	}
	chunk := make([]incident.Record, 0, ChunkRecords)
	for rec, err := range records {
		if err != nil {
			send(nil, err)
			return
		}
		if chunk = append(chunk, rec); len(chunk) == ChunkRecords {
			if !send(chunk, nil) {
				return
			}
			chunk = make([]incident.Record, 0, ChunkRecords)
		}
	}
	if len(chunk) > 0 {
		send(chunk, nil)
	}
}

// clean takes a chunk through the gate.
func clean(gate *redact.Gate, rules []quality.Rule, chunk []incident.Record) Chunk {
	var c Chunk
	for _, r := range chunk {
		if r.Raw != nil {
			e := gate.Event(r.Raw, &c.Counts)
			c.Rows += e.Rows
			if rule, broken := quality.Broken(rules, &e); broken {
				for range max(1, e.Rows) { // each of its rows is rejected
					c.Rejects = append(c.Rejects, rule.TurnAway(&e, r.Raw.Place))
				}
				continue
			}
			c.Events = append(c.Events, e)
		} else {
			c.Rejects = append(c.Rejects, gate.Reject(r.Reject, &c.Counts))
			c.Rows++
		}
	}
	return c
}
