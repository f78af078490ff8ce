package discrepancy

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/ordinal"
)

// Task is the name under which models of harm are kept.
const Task = "harm"

// Train learns how those of the rows of t that were reported by a due day are usually
// graded, and keeps it, unless that has been learnt before. It gives the version and how
// many events it has learnt from now: 0 when it was there.
//
// Errors: ErrTooFew; it can't be learnt or kept; ctx done.
func (c Config) Train(ctx context.Context, s artefact.Store, t *incident.Table, rows []int32, due incident.Day) (version string, learnt int, err error) {
	version, rows = c.Lesson(t, rows, due)
	if len(rows) < c.MinEvents {
		return "", 0, fmt.Errorf("discrepancy: %d events: %w", len(rows), ErrTooFew)
	}
	if _, _, err := s.Load(Task, version); err == nil || !missing(err) {
		return version, 0, err
	}
	readers, err := c.Learn(ctx, t, rows)
	if err != nil {
		return "", 0, err
	}
	e, err := c.Entry(readers, t, rows, due)
	if err != nil {
		return "", 0, err
	}
	_, err = s.Save(Task, version, e)
	return version, len(rows), err
}

// InUse gives the models that were learnt on a due day, and their version; none when
// there was too little to learn from.
//
// Errors: they are damaged.
func (c Config) InUse(s artefact.Store, t *incident.Table, rows []int32, due incident.Day) (*ordinal.Crossed, string, error) {
	version, _ := c.Lesson(t, rows, due)
	e, _, err := s.Load(Task, version)
	if missing(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	x, err := Open(e)
	if err != nil {
		return nil, "", err
	}
	return x, version, nil
}

// missing reports whether an error says that no such version is kept.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, artefact.ErrNone)
}
