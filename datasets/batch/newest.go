package batch

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"

	"psims/datasets/incident"
)

// Newest gives the newest day on which an event of a load's Parquet file was
// submitted, incident.NoDay when the file holds none. It reads what the footer says
// of each row group, not the rows.
//
// Errors: the file can't be read or is not one that [Writer] wrote.
func Newest(path string) (day incident.Day, err error) {
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		return incident.NoDay, fmt.Errorf("reading the newest day of %q: %w", path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	column := f.MetaData().Schema.ColumnIndexByName("submitted")
	if column < 0 {
		return incident.NoDay, fmt.Errorf("reading the newest day of %q: it has no column %q", path, "submitted")
	}
	day = incident.NoDay
	for i := range f.NumRowGroups() {
		chunk, err := f.MetaData().RowGroup(i).ColumnChunk(column)
		if err != nil {
			return incident.NoDay, fmt.Errorf("reading the newest day of %q: %w", path, err)
		}
		stats, err := chunk.Statistics()
		if err != nil {
			return incident.NoDay, fmt.Errorf("reading the newest day of %q: %w", path, err)
		}
		if s, ok := stats.(*metadata.Int32Statistics); ok && s.HasMinMax() {
			day = max(day, incident.Day(s.Max()))
		}
	}
	return day, nil
}
