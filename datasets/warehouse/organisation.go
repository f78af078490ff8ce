package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Organisation is one line of the organisation reference.
type Organisation struct {
	Code, Name, Type, Region, ICB string
}

// SetOrganisations replaces the organisation reference, in the record and in the file.
func (w *Warehouse) SetOrganisations(ctx context.Context, all []Organisation) error {
	if w.record != "" {
		sorted := slices.SortedFunc(slices.Values(all), func(a, b Organisation) int { return strings.Compare(a.Code, b.Code) })
		if err := writeJSON(filepath.Join(w.record, organisationsName), sorted); err != nil {
			return fmt.Errorf("replacing the organisation reference: %w", err)
		}
	}
	return w.storeOrganisations(ctx, all)
}

func (w *Warehouse) storeOrganisations(ctx context.Context, all []Organisation) error {
	err := w.inTransaction(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM organisation"); err != nil {
			return err
		}
		for _, o := range all {
			if _, err := tx.ExecContext(ctx, "INSERT INTO organisation VALUES (?,?,?,?,?)", o.Code, o.Name, o.Type, o.Region, o.ICB); err != nil {
				return fmt.Errorf("organisation %q: %w", o.Code, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("replacing the organisation reference: %w", plainly(err))
	}
	return nil
}

// Organisations returns the organisation reference by code.
func (w *Warehouse) Organisations(ctx context.Context) (map[string]Organisation, error) {
	rows, err := w.db.QueryContext(ctx, "SELECT code, name, coalesce(type,''), coalesce(region,''), coalesce(icb,'') FROM organisation")
	if err != nil {
		return nil, fmt.Errorf("reading the organisation reference: %w", plainly(err))
	}
	defer rows.Close()
	out := map[string]Organisation{}
	for rows.Next() {
		var o Organisation
		if err := rows.Scan(&o.Code, &o.Name, &o.Type, &o.Region, &o.ICB); err != nil {
			return nil, fmt.Errorf("reading the organisation reference: %w", plainly(err))
		}
		out[o.Code] = o
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the organisation reference: %w", plainly(err))
	}
	return out, nil
}
