package warehouse

import (
	"context"
	"database/sql"
)

// InTransaction lets a test see what a transaction that is interrupted comes to.
func (w *Warehouse) InTransaction(ctx context.Context, do func(*sql.Tx) error) error {
	return w.inTransaction(ctx, do)
}
