package batch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"psims/datasets/incident"
)

// readEvents is how many events are read at once.
const readEvents = 4096

// Events reads the events of a load's Parquet file in their order, some thousands at
// a time: what a [Writer] wrote. The events of a slice are the caller's to keep. The
// first error ends them.
//
// Errors: the file can't be read or is not one that Writer wrote; ctx done.
func Events(ctx context.Context, path string) iter.Seq2[[]incident.Event, error] {
	return func(yield func([]incident.Event, error) bool) {
		fail := func(err error) { yield(nil, fmt.Errorf("reading the events of %q: %w", path, err)) }
		f, err := file.OpenParquetFile(path, false)
		if err != nil {
			fail(err)
			return
		}
		defer f.Close() // reading only: nothing is lost
		r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{BatchSize: readEvents}, memory.DefaultAllocator)
		if err != nil {
			fail(err)
			return
		}
		records, err := r.GetRecordReader(ctx, nil, nil)
		if err != nil {
			fail(err)
			return
		}
		defer records.Release()
		for records.Next() {
			events, err := eventsOf(records.RecordBatch())
			if err != nil {
				fail(err)
				return
			}
			if !yield(events, nil) {
				return
			}
		}
		if err := errors.Join(records.Err(), ctx.Err()); err != nil {
			fail(err)
		}
	}
}

// eventsOf turns a record batch with all columns of Schema back into events.
func eventsOf(rec arrow.RecordBatch) ([]incident.Event, error) {
	if want := Schema(); rec.Schema().NumFields() != want.NumFields() {
		return nil, fmt.Errorf("it has %d columns, and a load's rows have %d", rec.Schema().NumFields(), want.NumFields())
	}
	for i, f := range Schema().Fields() {
		if got := rec.Schema().Field(i); got.Name != f.Name || got.Type.ID() != f.Type.ID() {
			return nil, fmt.Errorf("its column %d is %q of %v, and a load's rows have %q of %v there", i+1, got.Name, got.Type, f.Name, f.Type)
		}
	}
	d := decoder{rec: rec}
	out := make([]incident.Event, rec.NumRows())
	for i := range out {
		if err := d.event(i, &out[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// decoder reads the events of a record batch.
type decoder struct{ rec arrow.RecordBatch }

func (d decoder) text(column, i int) string {
	c := d.rec.Column(column).(*array.String)
	if c.IsNull(i) {
		return ""
	}
	return strings.Clone(c.Value(i))
}

func (d decoder) event(i int, e *incident.Event) error {
	f := &e.Fields
	f.System, f.ID = incident.System(d.text(colSystem, i)), d.text(colID, i)
	f.Revision = d.rec.Column(colRevision).(*array.Int32).Value(i)
	f.Submitted = incident.Day(d.rec.Column(colSubmitted).(*array.Date32).Value(i))
	f.Deleted = d.rec.Column(colDeleted).(*array.Boolean).Value(i)
	f.Occurred = incident.NoDay
	if c := d.rec.Column(colOccurred).(*array.Date32); !c.IsNull(i) {
		f.Occurred = incident.Day(c.Value(i))
	}
	e.Rows = int(d.rec.Column(colRows).(*array.Int32).Value(i))
	var err error
	if f.Kind, err = named(incident.Kinds(), d.text(colKind, i)); err != nil {
		return err
	}
	if f.Harm, err = named(incident.Harms(), d.text(colHarm, i)); err != nil {
		return err
	}
	if c := d.rec.Column(colLabels).(*array.List); !c.IsNull(i) {
		from, to := c.ValueOffsets(i)
		f.Labels = make([]string, 0, to-from)
		for j := from; j < to; j++ {
			f.Labels = append(f.Labels, strings.Clone(c.ListValues().(*array.String).Value(int(j))))
		}
	}
	if f.Patients, err = d.patients(i); err != nil {
		return err
	}
	for k, c := range textColumns {
		*c.get(f) = d.text(fixedColumns+k, i)
	}
	for t := range e.Texts {
		e.Texts[t] = d.text(fixedColumns+len(textColumns)+t, i)
	}
	return nil
}

func (d decoder) patients(i int) ([]incident.Patient, error) {
	c := d.rec.Column(colPatients).(*array.List)
	if c.IsNull(i) {
		return nil, nil
	}
	s := c.ListValues().(*array.Struct)
	from, to := c.ValueOffsets(i)
	out := make([]incident.Patient, 0, to-from)
	for at := from; at < to; at++ {
		j := int(at)
		p := incident.Patient{Sequence: s.Field(0).(*array.Int32).Value(j), AgeDays: -1}
		var err1, err2 error
		p.Physical, err1 = named(incident.Harms(), s.Field(1).(*array.String).Value(j))
		p.Psychological, err2 = named(incident.Harms(), s.Field(2).(*array.String).Value(j))
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		if age := s.Field(3).(*array.Int32); !age.IsNull(j) {
			p.AgeDays = age.Value(j)
		}
		if sex := s.Field(4).(*array.String); !sex.IsNull(j) {
			p.Sex = strings.Clone(sex.Value(j))
		}
		out = append(out, p)
	}
	return out, nil
}

// named gives the value with that name.
func named[T fmt.Stringer](all []T, name string) (T, error) {
	for _, v := range all {
		if v.String() == name {
			return v, nil
		}
	}
	var none T
	return none, fmt.Errorf("%q is no %T", name, none)
}
