package theme

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"psims/datasets/incident"
	"psims/models/artefact"
)

// Kind is the kind of the model files of atlases.
const Kind = "themes"

type meta struct {
	Config     Config       `json:"config"`
	Day        incident.Day `json:"day"`
	Themes     []Theme      `json:"themes"`
	Events     []Event      `json:"events"`
	SpaceDay   incident.Day `json:"space_day"`
	Dimensions int          `json:"dimensions"` // 0 while there is no space
}

// File gives the atlas as a model file: the same atlas, the same bytes.
func (a *Atlas) File() (*artefact.File, error) {
	m := meta{Config: a.config, Day: a.Day, Themes: a.Themes, Events: a.Events}
	s := a.space
	if s == nil {
		s = &space{}
	}
	m.SpaceDay, m.Dimensions = s.day, s.d
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("writing themes of %v: %w", a.Day, err)
	}
	return &artefact.File{Kind: Kind, Meta: data, Blobs: []artefact.Blob{
		{Name: "terms", Data: []byte(strings.Join(s.terms, "\n"))},
		{Name: "weights", Data: s.weights},
		{Name: "scales", Data: s.scales},
		{Name: "directions", Data: s.directions},
		{Name: "centres", Data: a.centres},
	}}, nil
}

// Restore gives the atlas of a model file. Errors: a file of another kind, or one
// that no atlas could have written.
func Restore(f *artefact.File) (*Atlas, error) {
	var m meta
	if err := artefact.ReadMeta(f, Kind, &m); err != nil {
		return nil, err
	}
	if err := m.Config.Validate(); err != nil {
		return nil, fmt.Errorf("restoring themes: %w", err)
	}
	a := &Atlas{Day: m.Day, Themes: m.Themes, Events: m.Events, config: m.Config}
	s := &space{day: m.SpaceDay, d: m.Dimensions}
	terms, err := artefact.Get[byte](f, "terms")
	if err != nil {
		return nil, err
	}
	if len(terms) > 0 {
		s.terms = strings.Split(string(terms), "\n")
	}
	if s.directions, err = artefact.Get[byte](f, "directions"); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name string
		to   *[]float32
	}{{"weights", &s.weights}, {"scales", &s.scales}, {"centres", &a.centres}} {
		if *part.to, err = artefact.Get[float32](f, part.name); err != nil {
			return nil, err
		}
		for i, v := range *part.to {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return nil, fmt.Errorf("theme: number %d of %q is %v: %w", i, part.name, v, artefact.ErrCorrupt)
			}
		}
	}
	if s.d > 0 {
		a.space = s
	}
	if err := a.check(s); err != nil {
		return nil, fmt.Errorf("restoring themes of %v: %w: %w", a.Day, err, artefact.ErrCorrupt)
	}
	return a, nil
}

// check says what no atlas has.
func (a *Atlas) check(s *space) error {
	v := len(s.terms)
	// Lengths are compared by division: a product may overflow.
	switch {
	case a.Day < 0 || int(a.Day)%a.config.GridDays != 0 || s.day > a.Day || s.d < 0 || s.d > 1<<20:
		return fmt.Errorf("day %d, space of %d dimensions of day %d", a.Day, s.d, s.day)
	case len(s.weights) != v || len(s.scales) != v || s.d == 0 && v > 0 || s.d > 0 && v == 0:
		return fmt.Errorf("%d terms, %d weights, %d scales, %d dimensions", v, len(s.weights), len(s.scales), s.d)
	case len(s.directions) != v*s.d || len(a.centres) != len(a.Themes)*s.d:
		return fmt.Errorf("%d entries of directions and %d of centres for %d terms, %d themes, %d dimensions", len(s.directions), len(a.centres), v, len(a.Themes), s.d)
	case s.d == 0 && len(a.Themes) > 0:
		return fmt.Errorf("%d themes without a space", len(a.Themes))
	}
	ids, names := map[string]bool{}, map[string]bool{}
	for _, t := range a.Themes {
		if t.ID == "" || t.Name == "" || ids[t.ID] || names[t.Name] || len(t.Terms) == 0 {
			return fmt.Errorf("theme %q, %q, lacks a name or terms or comes twice", t.ID, t.Name)
		}
		ids[t.ID], names[t.Name] = true, true
	}
	return nil
}
