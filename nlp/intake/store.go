package intake

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"

	"psims/datasets/batch"
	"psims/datasets/feedback"
	"psims/datasets/incident"
	"psims/nlp/redact"
)

// Filing is where what passed the gate goes.
type Filing struct {
	File    string         // as rejected rows name it: without the folder that it lay in, which is nobody's business
	Events  io.Writer      // Parquet
	Rejects io.Writer      // a line of JSON each
	Told    *feedback.Load // what the senders will be told
	Step    func(rows int) // called as rows are done; may be nil
}

// Taken counts what became of a file. Every row was kept or rejected.
type Taken struct {
	Read, Kept, Rejected int                     // rows
	Reasons              map[incident.Reason]int // rejected rows
	Events               int                     // made from the kept rows
	Redacted             map[string]int          // identifiers by kind
}

// Store writes the chunks of a file, in its order.
//
// Errors: the first of the chunks, or of what is written to; what was written until
// then is then not to be kept.
func (f Filing) Store(chunks iter.Seq2[Chunk, error]) (Taken, error) {
	t := Taken{Reasons: map[incident.Reason]int{}}
	rows := bufio.NewWriterSize(f.Events, 1<<20)
	w, err := batch.NewWriter(rows)
	if err != nil {
		return t, err
	}
	var counts redact.Counts
	rejects := bufio.NewWriter(f.Rejects)
	enc := json.NewEncoder(rejects)
	enc.SetEscapeHTML(false)
	for c, err := range chunks {
		if err != nil {
			return t, err
		}
		for i := range c.Events {
			e := &c.Events[i]
			t.Events++
			t.Kept += e.Rows
			f.Told.Accept(e)
			if err := w.Write(e); err != nil {
				return t, err
			}
		}
		for i := range c.Rejects {
			r := &c.Rejects[i]
			r.File = f.File
			t.Rejected++
			t.Reasons[r.Code]++
			f.Told.Reject(r)
			if err := enc.Encode(r); err != nil {
				return t, err
			}
		}
		counts.Add(c.Counts)
		if f.Step != nil {
			f.Step(c.Rows)
		}
	}
	t.Read, t.Redacted = t.Kept+t.Rejected, counts.Named()
	return t, errors.Join(rejects.Flush(), w.Close(), rows.Flush())
}
