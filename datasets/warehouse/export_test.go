package warehouse

import (
	"context"
	"database/sql"
	"errors"
)

// InTransaction lets a test see what a transaction that is interrupted comes to.
func (w *Warehouse) InTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	return w.inTransaction(ctx, do)
}

// FinishingSteps is how many steps FinishRewriting has.
const FinishingSteps = 7

// CutOff prepares a rewriting and takes the first n steps of finishing it.
func (r Rewriting) CutOff(ctx context.Context, n int) error {
	_, err := r.prepare(ctx)
	for _, step := range finishing(r.Path, r.Config.Record, r.Beside)[:n] {
		err = errors.Join(err, step())
	}
	return err
}
