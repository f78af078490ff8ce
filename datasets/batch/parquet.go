package batch

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"psims/datasets/incident"
)

// groupEvents is how many events go into one row group: large enough to
// compress well, small enough that a writer holds little.
const groupEvents = 1 << 16

// Writer streams accepted events into a Parquet file (zstd), the record from
// which the warehouse can be rebuilt. The same events in the same order give the
// same bytes.
type Writer struct {
	w *pqarrow.FileWriter
	b *Builder
	n int
}

// NewWriter begins a Parquet file on w.
func NewWriter(w io.Writer) (*Writer, error) {
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithMaxRowGroupLength(groupEvents))
	fw, err := pqarrow.NewFileWriter(Schema(), w, props, pqarrow.DefaultWriterProps())
	if err != nil {
		return nil, fmt.Errorf("beginning a Parquet file: %w", err)
	}
	return &Writer{w: fw, b: NewBuilder(memory.DefaultAllocator)}, nil
}

// Write adds one event.
func (w *Writer) Write(e *incident.Event) error {
	w.b.Append(e)
	w.n++
	if w.b.Len() < groupEvents {
		return nil
	}
	return w.flush()
}

func (w *Writer) flush() error {
	rec := w.b.Flush()
	defer rec.Release()
	if err := w.w.Write(rec); err != nil {
		return fmt.Errorf("writing a Parquet row group: %w", err)
	}
	return nil
}

// Len gives the number of events written.
func (w *Writer) Len() int { return w.n }

// Close writes what is left and the footer. It closes the underlying writer
// when that is an io.Closer.
func (w *Writer) Close() error {
	defer w.b.Release()
	if w.b.Len() > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.w.Close(); err != nil {
		return fmt.Errorf("ending a Parquet file: %w", err)
	}
	return nil
}
