package warehouse_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// TestProgramEndsBeforeCommit: a transaction that the end of the program took back
// says so, so that the caller can say "try again".
func TestProgramEndsBeforeCommit(t *testing.T) {
	w := open(t, filepath.Join(t.TempDir(), "w.duckdb"))
	ctx, end := context.WithCancel(t.Context())
	err := w.InTransaction(ctx, func(tx *sql.Tx) error {
		end()
		for range 1000 { // until the database has taken it back
			if _, err := tx.ExecContext(context.Background(), "SELECT 1"); errors.Is(err, sql.ErrTxDone) {
				return nil
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatal("the transaction was not taken back within five seconds")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want one that says the program was ended", err)
	}
}
