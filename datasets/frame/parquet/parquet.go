// Package parquet stores a frame.Frame as a Parquet file and reads it back: names,
// types and the sentence of the data dictionary included.
package parquet

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	arrowparquet "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// batchRows is how many rows are laid out for the writer at a time, so that a long table
// is not in memory twice.
const batchRows = 1 << 16

// Write writes a table as Parquet (zstd). The same table gives the same bytes.
func Write(w io.Writer, f *frame.Frame) error {
	fields := make([]arrow.Field, len(f.Columns))
	for j, c := range f.Columns {
		fields[j] = arrow.Field{Name: c.Name, Nullable: true, Type: arrowType(c.Values),
			Metadata: arrow.NewMetadata([]string{"description"}, []string{c.Doc})}
	}
	schema := arrow.NewSchema(fields, nil)
	props := arrowparquet.NewWriterProperties(arrowparquet.WithCompression(compress.Codecs.Zstd))
	// The writer closes what it is given; the file is the caller's to close.
	fw, err := pqarrow.NewFileWriter(schema, struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("writing table %s: %w", f.Name, err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for from := 0; from < max(1, f.Len()); from += batchRows {
		for j, c := range f.Columns {
			fill(b.Field(j), c.Values, from, min(from+batchRows, f.Len()))
		}
		rec := b.NewRecordBatch()
		err := fw.WriteBuffered(rec)
		rec.Release()
		if err != nil {
			return fmt.Errorf("writing table %s: %w", f.Name, err)
		}
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

// fill lays out the values of rows from until until.
func fill(b array.Builder, values any, from, until int) {
	switch v := values.(type) {
	case []string:
		b.(*array.StringBuilder).AppendValues(v[from:until], nil)
	case []int64:
		b.(*array.Int64Builder).AppendValues(v[from:until], nil)
	case []bool:
		b.(*array.BooleanBuilder).AppendValues(v[from:until], nil)
	case []float64:
		for _, x := range v[from:until] {
			if math.IsNaN(x) {
				b.AppendNull()
			} else {
				b.(*array.Float64Builder).Append(x)
			}
		}
	case []incident.Day:
		for _, d := range v[from:until] {
			if d.Known() {
				b.(*array.Date32Builder).Append(arrow.Date32(d))
			} else {
				b.AppendNull()
			}
		}
	case *incident.Column:
		for i := from; i < until; i++ {
			b.(*array.StringBuilder).Append(v.Value(i))
		}
	}
}

// Read reads the table of a name from a file that Write wrote: all columns, or those that
// are named, in the order of the file.
//
// Errors: the file is not there, not Parquet, holds a type of column that a
// frame.Frame doesn't, or doesn't hold a column that is named.
func Read(name, path string, only ...string) (*frame.Frame, error) {
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
	columns, err := places(pf, only)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	groups := make([]int, pf.NumRowGroups())
	for k := range groups {
		groups[k] = k
	}
	tab, err := fr.ReadRowGroups(context.Background(), columns, groups)
	if err != nil {
		return nil, fmt.Errorf("reading table %s: %w", name, err)
	}
	defer tab.Release()
	f := &frame.Frame{Name: name}
	for j, field := range tab.Schema().Fields() {
		values, err := collect(tab.Column(j).Data())
		if err != nil {
			return nil, fmt.Errorf("reading table %s, column %q: %w", name, field.Name, err)
		}
		doc, _ := field.Metadata.GetValue("description")
		f.Columns = append(f.Columns, frame.Column{Name: field.Name, Doc: doc, Values: values})
	}
	return f, nil
}

// places gives the places of the named columns, ascending; of all when none is named.
func places(pf *file.Reader, only []string) ([]int, error) {
	schema := pf.MetaData().Schema
	var out []int
	for j := range schema.NumColumns() {
		if len(only) == 0 || slices.Contains(only, schema.Column(j).Name()) {
			out = append(out, j)
		}
	}
	for _, name := range only {
		if schema.ColumnIndexByName(name) < 0 {
			return nil, fmt.Errorf("it has no column %q", name)
		}
	}
	return out, nil
}

// texts gives the values of a text column, those of a chunk in one piece of memory.
func texts(c *arrow.Chunked) []string {
	out := make([]string, 0, c.Len())
	for _, chunk := range c.Chunks() {
		a := chunk.(*array.String)
		if a.Len() == 0 {
			continue
		}
		all, ends := string(a.ValueBytes()), a.ValueOffsets()
		for i := range a.Len() {
			out = append(out, all[ends[i]-ends[0]:ends[i+1]-ends[0]])
		}
	}
	return out
}

func collect(c *arrow.Chunked) (any, error) {
	switch c.DataType().ID() {
	case arrow.STRING:
		return texts(c), nil
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
