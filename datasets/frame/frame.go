// Package frame is a small table of named, typed, documented columns: the form
// in which a run publishes what it found, as Parquet for programs and CSV for
// people, and reads it back.
package frame

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"psims/datasets/incident"
)

// Column is one column: Values is a []string, []int64, []float64, []bool or
// []incident.Day. NaN and NoDay are stored as null; Doc is one sentence for the
// data dictionary.
type Column struct {
	Name   string
	Doc    string
	Values any
}

// Frame is a table of columns of equal length, in the order in which they are published.
type Frame struct {
	Name    string // file name without its ending
	Columns []Column
}

// New returns a table.
//
// Panics if the columns are not of equal length or of an unknown type.
func New(name string, columns ...Column) *Frame {
	f := &Frame{Name: name, Columns: columns}
	for _, c := range columns {
		if n := length(c.Values); n != f.Len() {
			panic(fmt.Sprintf("frame: %s: column %s has %d values for %d rows", name, c.Name, n, f.Len()))
		}
	}
	return f
}

func length(values any) int {
	switch v := values.(type) {
	case []string:
		return len(v)
	case []int64:
		return len(v)
	case []float64:
		return len(v)
	case []bool:
		return len(v)
	case []incident.Day:
		return len(v)
	}
	panic(fmt.Sprintf("frame: column of type %T", values))
}

// Len gives the number of rows.
func (f *Frame) Len() int {
	if len(f.Columns) == 0 {
		return 0
	}
	return length(f.Columns[0].Values)
}

// Get returns the values of the named column.
//
// Errors: there is no such column, or it is of another type.
func Get[T string | int64 | float64 | bool | incident.Day](f *Frame, name string) ([]T, error) {
	for _, c := range f.Columns {
		if c.Name == name {
			if v, ok := c.Values.([]T); ok {
				return v, nil
			}
			return nil, fmt.Errorf("reading table %s: column %q is %T", f.Name, name, c.Values)
		}
	}
	return nil, fmt.Errorf("reading table %s: it has no column %q", f.Name, name)
}

// WriteCSV writes the table with a header. Dates are ISO, null is empty, and
// numbers are in the shortest form that reads back the same. A text that a
// spreadsheet would run as a formula is kept from it by a leading apostrophe.
func (f *Frame) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	row := make([]string, len(f.Columns))
	for j, c := range f.Columns {
		row[j] = c.Name
	}
	if err := out.Write(row); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	for i := range f.Len() {
		for j, c := range f.Columns {
			row[j] = cell(c.Values, i)
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("writing table %s: %w", f.Name, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	return nil
}

func cell(values any, i int) string {
	switch v := values.(type) {
	case []string:
		if s := v[i]; s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
			return "'" + s
		}
		return v[i]
	case []int64:
		return strconv.FormatInt(v[i], 10)
	case []float64:
		if math.IsNaN(v[i]) {
			return ""
		}
		return strconv.FormatFloat(v[i], 'g', -1, 64)
	case []bool:
		return strconv.FormatBool(v[i])
	case []incident.Day:
		return v[i].String()
	}
	return ""
}

// WriteParquet writes the table as Parquet (zstd). The same table gives the same bytes.
func (f *Frame) WriteParquet(w io.Writer) error {
	fields := make([]arrow.Field, len(f.Columns))
	for j, c := range f.Columns {
		fields[j] = arrow.Field{Name: c.Name, Nullable: true, Type: arrowType(c.Values),
			Metadata: arrow.NewMetadata([]string{"description"}, []string{c.Doc})}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for j, c := range f.Columns {
		fill(b.Field(j), c.Values)
	}
	rec := b.NewRecordBatch()
	defer rec.Release()
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd))
	// The writer closes what it is given; the file is the caller's to close.
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	if err := fw.Write(rec); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	if err := fw.Close(); err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	return nil
}

func arrowType(values any) arrow.DataType {
	switch values.(type) {
	case []int64:
		return arrow.PrimitiveTypes.Int64
	case []float64:
		return arrow.PrimitiveTypes.Float64
	case []bool:
		return arrow.FixedWidthTypes.Boolean
	case []incident.Day:
		return arrow.FixedWidthTypes.Date32
	}
	return arrow.BinaryTypes.String
}

func fill(b array.Builder, values any) {
	switch v := values.(type) {
	case []string:
		b.(*array.StringBuilder).AppendValues(v, nil)
	case []int64:
		b.(*array.Int64Builder).AppendValues(v, nil)
	case []bool:
		b.(*array.BooleanBuilder).AppendValues(v, nil)
	case []float64:
		for _, x := range v {
			if math.IsNaN(x) {
				b.AppendNull()
			} else {
				b.(*array.Float64Builder).Append(x)
			}
		}
	case []incident.Day:
		for _, d := range v {
			if d.Known() {
				b.(*array.Date32Builder).Append(arrow.Date32(d))
			} else {
				b.AppendNull()
			}
		}
	}
}

// ReadParquet reads a table that WriteParquet wrote.
//
// Errors: the file is not there, not Parquet, or holds a type of column that a
// Frame doesn't.
func ReadParquet(name, path string) (*Frame, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	defer in.Close() // reading only: nothing is lost
	pf, err := file.NewParquetReader(in)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	defer pf.Close() // reading only: nothing is lost
	fr, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	tab, err := fr.ReadTable(context.Background())
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	defer tab.Release()
	f := &Frame{Name: name}
	for j, field := range tab.Schema().Fields() {
		values, err := collect(tab.Column(j).Data())
		if err != nil {
			return nil, fmt.Errorf("reading table %s, column %q: %w", name, field.Name, err)
		}
		doc, _ := field.Metadata.GetValue("description")
		f.Columns = append(f.Columns, Column{field.Name, doc, values})
	}
	return f, nil
}

func collect(c *arrow.Chunked) (any, error) {
	switch c.DataType().ID() {
	case arrow.STRING:
		return gather(c, func(a arrow.Array, i int) string { return string([]byte(a.(*array.String).Value(i))) }, "")
	case arrow.INT64:
		return gather(c, func(a arrow.Array, i int) int64 { return a.(*array.Int64).Value(i) }, 0)
	case arrow.FLOAT64:
		return gather(c, func(a arrow.Array, i int) float64 { return a.(*array.Float64).Value(i) }, math.NaN())
	case arrow.BOOL:
		return gather(c, func(a arrow.Array, i int) bool { return a.(*array.Boolean).Value(i) }, false)
	case arrow.DATE32:
		return gather(c, func(a arrow.Array, i int) incident.Day { return incident.Day(a.(*array.Date32).Value(i)) }, incident.NoDay)
	}
	return nil, fmt.Errorf("unexpected type %v", c.DataType())
}

func gather[T any](c *arrow.Chunked, value func(arrow.Array, int) T, null T) ([]T, error) {
	out := make([]T, 0, c.Len())
	for _, chunk := range c.Chunks() {
		for i := range chunk.Len() {
			if chunk.IsNull(i) {
				out = append(out, null)
			} else {
				out = append(out, value(chunk, i))
			}
		}
	}
	return out, nil
}
