package warehouse

import (
	"context"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed query/draw.sql
var drawQuery string

// Drawn is an event of a random sample with all its free texts.
type Drawn struct{ System, ID, Text string }

// Draw gives size of the events that stand and have a text, at random, each as likely
// as any other; all when there are no more. The same seed draws the same events of
// the same warehouse.
//
// Cost: linear in the events, whose keys are read; texts of the sample alone.
func (w *Warehouse) Draw(ctx context.Context, size int, seed uint64) ([]Drawn, error) {
	query := strings.NewReplacer("$1", strconv.Itoa(size), "$2", "'"+strconv.FormatUint(seed, 10)+"'").Replace(drawQuery)
	rows, err := w.db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("drawing a sample of events: %w", plainly(err))
	}
	defer rows.Close() // reading only: nothing is lost
	var out []Drawn
	for rows.Next() {
		var d Drawn
		if err := rows.Scan(&d.System, &d.ID, &d.Text); err != nil {
			return nil, fmt.Errorf("drawing a sample of events: %w", plainly(err))
		}
		out = append(out, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("drawing a sample of events: %w", plainly(err))
	}
	return out, nil
}
