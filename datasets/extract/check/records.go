package check

import (
	"iter"

	"psims/datasets/extract/delimited"
	"psims/datasets/incident"
)

// Records gives one record for each row of t: what event makes of it, or a
// reject with the columns at the positions shown. A row that can't be read
// doesn't reach event.
func Records(t *delimited.Table, shown []int, event func(*delimited.Row) (*incident.Raw, *Fault)) iter.Seq2[incident.Record, error] {
	return func(yield func(incident.Record, error) bool) {
		for row, err := range t.Rows() {
			if err != nil {
				yield(incident.Record{}, err)
				return
			}
			record, at := incident.Record{}, incident.Place{File: t.Name(), Line: row.Line}
			if row.Reason != "" {
				record.Reject = incident.NewReject(at, "", row.Reason, row.Problem, nil)
			} else if raw, fault := event(row); fault != nil {
				record.Reject = fault.Reject(at, row, t.Header, shown)
			} else {
				raw.Place, record.Raw = at, raw
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}
