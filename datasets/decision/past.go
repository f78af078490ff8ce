package decision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"

	"psims/datasets/incident"
)

// Past is what people had decided when a day began to be judged. A decision carries the
// day of the run that was on show, and counts for later days alone: a run that is
// repeated for a past day knows nothing of what was decided later.
type Past struct {
	Standing    map[string]Decision // by alert
	Corrections []Correction        // oldest first
}

// PastOf reads what was known when a day began, from the store at path; nothing when
// nobody has decided anything.
func PastOf(ctx context.Context, path string, day incident.Day) (p Past, err error) {
	store, err := OpenReadOnly(ctx, path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if p.Standing, err = store.StandingAt(ctx, day); err != nil {
		return p, err
	}
	p.Corrections, err = store.CorrectionsAt(ctx, day)
	return p, err
}

// Fingerprint writes all of it that a run's results depend on, always in the same order;
// nothing when nothing was decided. Who decided, and why, is none of it.
func (p Past) Fingerprint(w io.Writer) error {
	var err error
	line := func(format string, args ...any) {
		_, failed := fmt.Fprintf(w, format, args...)
		err = errors.Join(err, failed)
	}
	for _, alert := range slices.Sorted(maps.Keys(p.Standing)) {
		s := p.Standing[alert]
		line("%q %s %v %g %d %d\n", alert, s.State, s.AsOf, s.Observed, s.Severe, s.Organisations)
	}
	for _, c := range p.Corrections {
		line("%s %q %s %q\n", c.System, c.Incident, c.Field, c.Value)
	}
	return err
}
