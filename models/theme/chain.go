package theme

import (
	"context"
	"encoding/json"
	"fmt"

	"psims/datasets/incident"
	"psims/models/artefact"
)

// Chain is the grid days of an installation, oldest first, with what is kept of them.
// The themes of a day are made from those of the day before.
type Chain struct {
	Days   []incident.Day
	Kept   func(k int) (*Atlas, error) // nil when they are not kept
	Lesson func(day incident.Day) (Lesson, error)
	Keep   func(k int, a *Atlas) error // of the newest days, so many as Newest
	Newest int
}

// Missing gives the newest themes that are kept, nil for none, and the first day whose
// themes are still to be made.
//
// Errors: what is kept can't be read.
func (c Chain) Missing() (*Atlas, int, error) {
	for k := len(c.Days); k > 0; k-- {
		if a, err := c.Kept(k - 1); a != nil || err != nil {
			return a, k, err
		}
	}
	return nil, 0, nil
}

// Follow makes the themes of the days from one on, after those of the day before, and
// gives the last; step is called after each day. Cost: that of [Config.Next] a day.
//
// Errors: a lesson can't be had, or themes can't be followed or kept; ctx done.
func (c Chain) Follow(ctx context.Context, settings Config, a *Atlas, from int, step func()) (*Atlas, error) {
	for k := from; k < len(c.Days); k++ {
		l, err := c.Lesson(c.Days[k])
		if err != nil {
			return nil, err
		}
		if a, err = settings.Next(ctx, a, l); err != nil {
			return nil, fmt.Errorf("following the themes of %v: %w", l.Day, err)
		}
		if k >= len(c.Days)-c.Newest {
			if err := c.Keep(k, a); err != nil {
				return nil, err
			}
		}
		step()
	}
	return a, nil
}

// Entry makes what is kept of the themes as a model: themselves, how many there are, and
// a card.
//
// Errors: they can't be stored.
func (a *Atlas) Entry() (artefact.Entry, error) {
	f, err := a.File()
	if err != nil {
		return artefact.Entry{}, err
	}
	data, err := artefact.Encode(f)
	if err != nil {
		return artefact.Entry{}, err
	}
	metrics, err := json.MarshalIndent(map[string]any{"themes": len(a.Themes), "events": a.EventsOf(a.Day)}, "", "  ")
	if err != nil {
		return artefact.Entry{}, err
	}
	card := fmt.Sprintf("# Model card: themes\n\nGroups of redacted reports that tell of like things, as of %v: %d themes. They were found without being told what to look for, and say nothing of causes. See docs/methods/themes.md.\n", a.Day, len(a.Themes))
	return artefact.Entry{Model: data, Card: []byte(card), Metrics: metrics}, nil
}

// Open gives back the themes that were kept.
//
// Errors: they are damaged, or of another kind.
func Open(e artefact.Entry) (*Atlas, error) {
	f, err := artefact.Decode(e.Model)
	if err != nil {
		return nil, err
	}
	return Restore(f)
}
