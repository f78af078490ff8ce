package warehouse

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"psims/datasets/batch"
	"psims/datasets/incident"
)

//go:embed query/current.sql
var currentQuery string

// Current streams the events that stood at the end of asOf, ordered by reported
// day, system and id: of each the newest revision submitted by then, and none
// that was withdrawn by then. A batch is valid until the iterator moves on; the
// first error ends it.
func (w *Warehouse) Current(ctx context.Context, asOf incident.Day) iter.Seq2[*batch.Batch, error] {
	return func(yield func(*batch.Batch, error) bool) {
		conn, err := w.conn.Connect(ctx)
		if err != nil {
			yield(nil, fmt.Errorf("reading events as of %v: %w", asOf, plainly(err)))
			return
		}
		defer conn.Close() // reading only: nothing is lost
		arrowConn, err := duckdb.NewArrowFromConn(conn)
		if err != nil {
			yield(nil, fmt.Errorf("reading events as of %v: %w", asOf, plainly(err)))
			return
		}
		reader, err := arrowConn.QueryContext(ctx, strings.ReplaceAll(currentQuery, "$1", "DATE '"+asOf.String()+"'"))
		if err != nil {
			yield(nil, fmt.Errorf("reading events as of %v: %w", asOf, plainly(err)))
			return
		}
		defer reader.Release()
		for reader.Next() {
			b, err := batch.Read(reader.RecordBatch())
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(b, nil) {
				return
			}
		}
		if err := reader.Err(); err != nil {
			yield(nil, fmt.Errorf("reading events as of %v: %w", asOf, plainly(err)))
		}
	}
}

// Table collects Current into memory, and has DuckDB give back its own.
func (w *Warehouse) Table(ctx context.Context, asOf incident.Day) (*incident.Table, error) {
	kinds, harms := map[string]incident.Kind{}, map[string]incident.Harm{}
	for _, k := range incident.Kinds() {
		kinds[k.String()] = k
	}
	for _, h := range incident.Harms() {
		harms[h.String()] = h
	}
	t := &incident.Table{}
	var kept arena
	columns := []struct {
		name string
		to   *incident.Column
	}{
		{"system", &t.System}, {"organisation", &t.Organisation}, {"region", &t.Region}, {"scheme", &t.Scheme},
		{"category", &t.Category}, {"subcategory", &t.Subcategory}, {"specialty", &t.Specialty}, {"care_setting", &t.CareSetting},
		{"medication", &t.Medication}, {"device", &t.Device}, {"never_event", &t.NeverEvent}, {"sex", &t.Sex},
	}
	for b, err := range w.Current(ctx, asOf) {
		if err != nil {
			return nil, err
		}
		for i := range b.Len() {
			t.ID = append(t.ID, kept.keep(b.String("incident_id", i)))
			t.Kind = append(t.Kind, kinds[b.String("kind", i)])
			t.Reported = append(t.Reported, b.Day("reported", i))
			t.Occurred = append(t.Occurred, b.Day("occurred", i))
			t.Harm = append(t.Harm, harms[b.String("harm", i)])
			t.AgeDays = append(t.AgeDays, b.Number("age_days", i, -1))
			t.Text = append(t.Text, kept.keep(b.String("description", i)))
			for _, c := range columns {
				c.to.Append(b.String(c.name, i))
			}
		}
	}
	return t, w.shrink(ctx)
}

//go:embed query/sample.sql
var sampleQuery string

// Sample is some of the events of a day, spread evenly over those they are taken from.
type Sample struct {
	Of       int            // how many events they are taken from
	Reported []incident.Day // by event of the sample, ascending
	Text     []string
}

// Sample gives about size of the events of [Warehouse.Table] as of a day that were
// reported after another day: of n, those in the places ⌊k·n/size⌋; all when there
// are no more. It reads no other event's text.
func (w *Warehouse) Sample(ctx context.Context, asOf, after incident.Day, size int) (Sample, error) {
	var out Sample
	query := strings.NewReplacer("$1", "DATE '"+asOf.String()+"'", "$2", "DATE '"+after.String()+"'", "$3", strconv.Itoa(size)).Replace(sampleQuery)
	rows, err := w.db.QueryContext(ctx, query)
	if err != nil {
		return out, fmt.Errorf("sampling events as of %v: %w", asOf, plainly(err))
	}
	defer rows.Close() // reading only: nothing is lost
	for rows.Next() {
		var reported time.Time
		var text string
		if err := rows.Scan(&out.Of, &reported, &text); err != nil {
			return out, fmt.Errorf("sampling events as of %v: %w", asOf, plainly(err))
		}
		out.Reported, out.Text = append(out.Reported, incident.DayOf(reported)), append(out.Text, text)
	}
	if err := rows.Err(); err != nil {
		return out, fmt.Errorf("sampling events as of %v: %w", asOf, plainly(err))
	}
	return out, w.shrink(ctx)
}

// Settled reports whether the events of [Warehouse.Table] as of day are still the
// first ones as of a later day: nothing submitted between the two revises or
// withdraws one of them.
func (w *Warehouse) Settled(ctx context.Context, day, later incident.Day) (bool, error) {
	var settled bool
	err := w.db.QueryRowContext(ctx, `SELECT count(*) = 0 FROM event AS e WHERE e.submitted > CAST(? AS DATE) AND e.submitted <= CAST(? AS DATE)
		AND EXISTS (SELECT 1 FROM event AS f WHERE f.system = e.system AND f.incident_id = e.incident_id AND f.submitted <= CAST(? AS DATE))`,
		day.String(), later.String(), day.String()).Scan(&settled)
	if err != nil {
		return false, fmt.Errorf("reading whether events as of %v have been revised: %w", day, plainly(err))
	}
	return settled, nil
}

// ErrEmpty says that the warehouse holds no event.
var ErrEmpty = errors.New("the warehouse holds no event: load an extract first")

// Newest gives the newest submission day in the warehouse, the default as-of day.
//
// Errors: ErrEmpty.
func (w *Warehouse) Newest(ctx context.Context) (incident.Day, error) {
	var day *string
	if err := w.db.QueryRowContext(ctx, "SELECT strftime(max(submitted), '%Y-%m-%d') FROM event").Scan(&day); err != nil {
		return incident.NoDay, fmt.Errorf("reading the newest day: %w", plainly(err))
	}
	if day == nil {
		return incident.NoDay, ErrEmpty
	}
	return incident.ParseDay(*day)
}
