package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"psims/datasets/incident"
	"psims/datasets/quality"
)

// Profile counts what was submitted until the end of asOf, for the data-quality
// gate: by day, by sender and day of the last year, by sender and week of the last
// weeks, and the loads with their rejected rows.
func (w *Warehouse) Profile(ctx context.Context, asOf incident.Day) (*quality.Profile, error) {
	p := &quality.Profile{AsOf: asOf}
	day := "DATE '" + asOf.String() + "'"
	checks := quality.Checks()
	var failed []string
	for _, c := range checks {
		failed = append(failed, "count(*) FILTER ("+c.SQL+")")
	}
	for _, q := range []struct {
		query string
		scan  func(*sql.Rows) error
	}{
		{"SELECT submitted - DATE '1970-01-01', count(*) FROM event WHERE submitted <= " + day + " GROUP BY 1 ORDER BY 1",
			func(r *sql.Rows) error {
				var d quality.DayCount
				err := r.Scan(&d.Day, &d.Events)
				p.Totals = append(p.Totals, d)
				return err
			}},
		{fmt.Sprintf("SELECT coalesce(organisation, ''), submitted - DATE '1970-01-01', count(*) FROM event WHERE submitted <= %s AND submitted > %s - %d AND organisation IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2", day, day, quality.YearDays),
			func(r *sql.Rows) error {
				var d quality.SenderDay
				err := r.Scan(&d.Organisation, &d.Day, &d.Events)
				p.Days = append(p.Days, d)
				return err
			}},
		{fmt.Sprintf(`SELECT coalesce(organisation, ''), (%s - submitted) // 7, count(*), count(*) - count(DISTINCT coalesce(description, '')), %s
			FROM event WHERE submitted <= %s AND submitted > %s - %d AND NOT deleted GROUP BY 1, 2 ORDER BY 1, 2`, day, strings.Join(failed, ", "), day, day, 7*quality.Weeks),
			func(r *sql.Rows) error {
				s := quality.SenderWeek{Failed: make([]int, len(checks))}
				into := []any{&s.Organisation, &s.Age, &s.Events, &s.Repeated}
				for k := range s.Failed {
					into = append(into, &s.Failed[k])
				}
				err := r.Scan(into...)
				p.Weeks = append(p.Weeks, s)
				return err
			}},
		{fmt.Sprintf(`SELECT l.load_id, l.file, max(e.submitted) - DATE '1970-01-01', l.rows_read, l.rows_rejected
			FROM load l JOIN event e ON e.load_seq = l.seq WHERE e.submitted <= %s GROUP BY ALL ORDER BY min(l.seq)`, day),
			func(r *sql.Rows) error {
				var l quality.Load
				err := r.Scan(&l.ID, &l.File, &l.Newest, &l.Read, &l.Rejected)
				p.Loads = append(p.Loads, l)
				return err
			}},
	} {
		if err := w.each(ctx, q.query, q.scan); err != nil {
			return nil, fmt.Errorf("counting what was submitted until %v: %w", asOf, plainly(err))
		}
	}
	return p, nil
}

func (w *Warehouse) each(ctx context.Context, query string, scan func(*sql.Rows) error) error {
	rows, err := w.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
