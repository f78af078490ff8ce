// Package batch holds stored events as Arrow columns: the form in which they
// leave the redaction gate for a load's Parquet file, and come back from the
// warehouse.
//
// A [Builder] takes events that passed the gate and gives record batches; a
// [Batch] reads them back through typed accessors. The schema is written once,
// here; columns are found by name, never by position.
package batch

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"psims/datasets/incident"
)

var patientType = arrow.StructOf(
	arrow.Field{Name: "sequence", Type: arrow.PrimitiveTypes.Int32},
	arrow.Field{Name: "physical", Type: arrow.BinaryTypes.String},
	arrow.Field{Name: "psychological", Type: arrow.BinaryTypes.String},
	arrow.Field{Name: "age_days", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
	arrow.Field{Name: "sex", Type: arrow.BinaryTypes.String, Nullable: true},
)

// textColumns are the coded fields that are plain strings; "" is stored as null.
var textColumns = []struct {
	name string
	get  func(*incident.Fields) *string
}{
	{"organisation", func(f *incident.Fields) *string { return &f.Organisation }},
	{"scheme", func(f *incident.Fields) *string { return &f.Scheme }},
	{"category", func(f *incident.Fields) *string { return &f.Category }},
	{"subcategory", func(f *incident.Fields) *string { return &f.Subcategory }},
	{"specialty", func(f *incident.Fields) *string { return &f.Specialty }},
	{"care_setting", func(f *incident.Fields) *string { return &f.CareSetting }},
	{"location", func(f *incident.Fields) *string { return &f.Location }},
	{"medication", func(f *incident.Fields) *string { return &f.Medication }},
	{"device", func(f *incident.Fields) *string { return &f.Device }},
	{"never_event", func(f *incident.Fields) *string { return &f.NeverEvent }},
}

// Fixed columns come first, then textColumns, then the free texts.
const (
	colSystem = iota
	colID
	colRevision
	colSubmitted
	colDeleted
	colKind
	colOccurred
	colRows
	colHash
	colHarm
	colLabels
	colPatients
	fixedColumns
)

// Schema returns the columns of a stored event.
func Schema() *arrow.Schema {
	fields := []arrow.Field{
		{Name: "system", Type: arrow.BinaryTypes.String},
		{Name: "incident_id", Type: arrow.BinaryTypes.String},
		{Name: "revision", Type: arrow.PrimitiveTypes.Int32},
		{Name: "submitted", Type: arrow.FixedWidthTypes.Date32},
		{Name: "deleted", Type: arrow.FixedWidthTypes.Boolean},
		{Name: "kind", Type: arrow.BinaryTypes.String},
		{Name: "occurred", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "rows", Type: arrow.PrimitiveTypes.Int32},
		{Name: "content_hash", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "harm", Type: arrow.BinaryTypes.String},
		{Name: "labels", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "patients", Type: arrow.ListOf(patientType), Nullable: true},
	}
	for _, c := range textColumns {
		fields = append(fields, arrow.Field{Name: c.name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	for t := range incident.TextCount {
		fields = append(fields, arrow.Field{Name: t.String(), Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return arrow.NewSchema(fields, nil)
}

// Builder collects events into record batches. It is not safe for many goroutines.
type Builder struct {
	b *array.RecordBuilder
	n int
}

// NewBuilder returns an empty builder; Release it when done.
func NewBuilder(mem memory.Allocator) *Builder {
	return &Builder{b: array.NewRecordBuilder(mem, Schema())}
}

// Len gives the number of events collected since the last Flush.
func (b *Builder) Len() int { return b.n }

// Release frees what the builder holds.
func (b *Builder) Release() { b.b.Release() }

// Append adds one event.
func (b *Builder) Append(e *incident.Event) {
	f := &e.Fields
	str := func(i int) *array.StringBuilder { return b.b.Field(i).(*array.StringBuilder) }
	str(colSystem).Append(string(f.System))
	str(colID).Append(f.ID)
	b.b.Field(colRevision).(*array.Int32Builder).Append(f.Revision)
	b.b.Field(colSubmitted).(*array.Date32Builder).Append(arrow.Date32(f.Submitted))
	b.b.Field(colDeleted).(*array.BooleanBuilder).Append(f.Deleted)
	str(colKind).Append(f.Kind.String())
	if f.Occurred.Known() {
		b.b.Field(colOccurred).(*array.Date32Builder).Append(arrow.Date32(f.Occurred))
	} else {
		b.b.Field(colOccurred).AppendNull()
	}
	b.b.Field(colRows).(*array.Int32Builder).Append(int32(e.Rows))
	b.b.Field(colHash).(*array.Uint64Builder).Append(Hash(e))
	str(colHarm).Append(f.Harm.String())
	b.appendLabels(f.Labels)
	b.appendPatients(f.Patients)
	for i, c := range textColumns {
		appendText(str(fixedColumns+i), *c.get(f))
	}
	for t, s := range e.Texts {
		appendText(str(fixedColumns+len(textColumns)+t), s)
	}
	b.n++
}

func appendText(b *array.StringBuilder, s string) {
	if s == "" {
		b.AppendNull()
		return
	}
	b.Append(s)
}

func (b *Builder) appendLabels(labels []string) {
	list := b.b.Field(colLabels).(*array.ListBuilder)
	if labels == nil {
		list.AppendNull()
		return
	}
	list.Append(true)
	for _, l := range labels {
		list.ValueBuilder().(*array.StringBuilder).Append(l)
	}
}

func (b *Builder) appendPatients(patients []incident.Patient) {
	list := b.b.Field(colPatients).(*array.ListBuilder)
	if len(patients) == 0 {
		list.AppendNull()
		return
	}
	list.Append(true)
	s := list.ValueBuilder().(*array.StructBuilder)
	for _, p := range patients {
		s.Append(true)
		s.FieldBuilder(0).(*array.Int32Builder).Append(p.Sequence)
		s.FieldBuilder(1).(*array.StringBuilder).Append(p.Physical.String())
		s.FieldBuilder(2).(*array.StringBuilder).Append(p.Psychological.String())
		if p.AgeDays < 0 {
			s.FieldBuilder(3).AppendNull()
		} else {
			s.FieldBuilder(3).(*array.Int32Builder).Append(p.AgeDays)
		}
		appendText(s.FieldBuilder(4).(*array.StringBuilder), p.Sex)
	}
}

// Flush returns the events collected so far and begins anew. The caller
// releases the record.
func (b *Builder) Flush() arrow.RecordBatch {
	b.n = 0
	return b.b.NewRecordBatch()
}

// Batch reads current events as the warehouse hands them out: the columns of
// Schema that it holds, and the day of the first submission. Strings are views
// of the record's memory, valid until it is released: clone what is kept.
type Batch struct {
	n       int
	strings map[string]*array.String
	days    map[string]*array.Date32
	numbers map[string]*array.Int32
}

// Read wraps a record batch.
//
// Errors: a column is of another type than the schema says.
func Read(rec arrow.RecordBatch) (*Batch, error) {
	b := &Batch{n: int(rec.NumRows()), strings: map[string]*array.String{}, days: map[string]*array.Date32{}, numbers: map[string]*array.Int32{}}
	for i, f := range rec.Schema().Fields() {
		switch c := rec.Column(i).(type) {
		case *array.String:
			b.strings[f.Name] = c
		case *array.Date32:
			b.days[f.Name] = c
		case *array.Int32:
			b.numbers[f.Name] = c
		case *array.List, *array.Uint64, *array.Boolean:
		default:
			return nil, fmt.Errorf("reading column %q of a batch: unexpected type %v", f.Name, f.Type)
		}
	}
	return b, nil
}

// Len gives the number of events.
func (b *Batch) Len() int { return b.n }

// String returns column of event i, "" when it is null.
//
// Panics if there is no such text column.
func (b *Batch) String(column string, i int) string {
	c := b.strings[column]
	if c == nil {
		panic(fmt.Sprintf("batch: no text column %q", column))
	}
	if c.IsNull(i) {
		return ""
	}
	return c.Value(i)
}

// Day returns a date column of event i, NoDay when it is null.
//
// Panics if there is no such date column.
func (b *Batch) Day(column string, i int) incident.Day {
	c := b.days[column]
	if c == nil {
		panic(fmt.Sprintf("batch: no date column %q", column))
	}
	if c.IsNull(i) {
		return incident.NoDay
	}
	return incident.Day(c.Value(i))
}

// Number returns a number column of event i, none when it is null.
//
// Panics if there is no such number column.
func (b *Batch) Number(column string, i int, none int32) int32 {
	c := b.numbers[column]
	if c == nil {
		panic(fmt.Sprintf("batch: no number column %q", column))
	}
	if c.IsNull(i) {
		return none
	}
	return c.Value(i)
}
