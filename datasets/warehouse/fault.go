package warehouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/duckdb/duckdb-go/v2"
)

// ErrDamaged says that the warehouse file can't be read as it should. With a record
// it is made anew when it is next opened after having been moved away.
var ErrDamaged = errors.New("the warehouse file is damaged; move it away and it is made anew from the accepted loads")

// plainly marks an error of DuckDB with what it means for the caller, who can't know
// DuckDB's sentences: no space left, a file
// that may not grow or is damaged, or that it was told to stop.
func plainly(err error) error {
	switch {
	case err == nil || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, ErrDamaged):
		return err
	case says(err, "No space left on device", "failed to offload", "max_temp_directory_size"):
		return fmt.Errorf("%w (%w)", err, syscall.ENOSPC)
	case says(err, "File too large"):
		return fmt.Errorf("%w (%w)", err, syscall.EFBIG)
	case says(err, "not a valid DuckDB database file", "Could not read", "corrupt", "checksum", "WAL file", "Failed to deserialize", "Failed to read metadata"):
		return fmt.Errorf("%w (%w)", err, ErrDamaged)
	}
	var e *duckdb.Error
	if errors.As(err, &e) && e.Type == duckdb.ErrorTypeInterrupt && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w (%w)", err, context.Canceled)
	}
	if errors.As(err, &e) && (e.Type == duckdb.ErrorTypeSerialization || e.Type == duckdb.ErrorTypeFatal || e.Type == duckdb.ErrorTypeInternal) {
		return fmt.Errorf("%w (%w)", err, ErrDamaged)
	}
	return err
}

func damaged(err error) bool {
	return errors.Is(err, ErrDamaged) && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EFBIG)
}

// locked reports whether opening failed because another process has the file.
func locked(err error) bool { return says(err, "Could not set lock on file") }

// says reports whether DuckDB's message holds one of the words.
func says(err error, words ...string) bool {
	var e *duckdb.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, w := range words {
		if strings.Contains(e.Msg, w) {
			return true
		}
	}
	return false
}
