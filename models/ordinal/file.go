package ordinal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"psims/models/artefact"
	"psims/models/classify"
)

// The kinds of model files this package reads.
const (
	Kind        = "ordinal"
	KindCrossed = "ordinal-crossed"
)

type meta struct {
	Names   []string        `json:"names"`
	Rates   []float32       `json:"rates"`
	Miss    float64         `json:"miss"`
	Classes json.RawMessage `json:"classes"` // metadata of the halves
	Steps   json.RawMessage `json:"steps"`
}

// The blobs of the halves stand in one file under names with these before them.
const (
	ofClasses = "classes/"
	ofSteps   = "steps/"
)

// File gives the model as a model file: the same model, the same bytes.
func (m *Model) File() (*artefact.File, error) {
	classes, err := m.classes.File()
	if err != nil {
		return nil, err
	}
	steps, err := m.steps.File()
	if err != nil {
		return nil, err
	}
	about, err := json.Marshal(meta{m.names, m.rates, m.miss, classes.Meta, steps.Meta})
	if err != nil {
		return nil, fmt.Errorf("writing the settings of grades: %w", err)
	}
	f := &artefact.File{Kind: Kind, Meta: about}
	take(f, ofClasses, classes)
	take(f, ofSteps, steps)
	return f, nil
}

// take puts the blobs of a part into a file.
func take(f *artefact.File, before string, of *artefact.File) {
	for _, b := range of.Blobs {
		f.Blobs = append(f.Blobs, artefact.Blob{Name: before + b.Name, Data: b.Data})
	}
}

// Restore gives the model of a model file. Errors: a file of another kind, or one
// that no model could have written.
func Restore(f *artefact.File) (*Model, error) {
	var about meta
	if err := artefact.ReadMeta(f, Kind, &about); err != nil {
		return nil, err
	}
	classes, err := classify.RestoreClassifier(part(f, ofClasses, classify.KindClassifier, about.Classes))
	if err != nil {
		return nil, fmt.Errorf("restoring grades: %w", err)
	}
	steps, err := classify.RestoreTagger(part(f, ofSteps, classify.KindTagger, about.Steps))
	if err != nil {
		return nil, fmt.Errorf("restoring grades: %w", err)
	}
	k := len(about.Names)
	if !slices.Equal(classes.Names(), about.Names) || len(steps.Names()) != k-1 || len(about.Rates) != k || !(about.Miss > 0) {
		return nil, fmt.Errorf("restoring grades: %d grades, %d labels, %d steps, %d rates, a miss of %v: %w",
			k, len(classes.Names()), len(steps.Names()), len(about.Rates), about.Miss, artefact.ErrCorrupt)
	}
	for g, r := range about.Rates {
		if !(r > 0 && r <= 1) {
			return nil, fmt.Errorf("restoring grades: grade %d was learnt from a share of %v: %w", g, r, artefact.ErrCorrupt)
		}
	}
	return &Model{about.Names, classes, steps, about.Rates, about.Miss}, nil
}

// part gives the file of which take put the blobs into f.
func part(f *artefact.File, before, kind string, about json.RawMessage) *artefact.File {
	of := &artefact.File{Kind: kind, Meta: about}
	for _, b := range f.Blobs {
		if name, ok := strings.CutPrefix(b.Name, before); ok {
			of.Blobs = append(of.Blobs, artefact.Blob{Name: name, Data: b.Data})
		}
	}
	return of
}

type crossedMeta struct {
	Seed   uint64            `json:"seed"`
	Models []json.RawMessage `json:"models"` // metadata by part
}

// File gives the models as one model file: the same models, the same bytes.
func (x *Crossed) File() (*artefact.File, error) {
	about := crossedMeta{Seed: x.seed}
	f := &artefact.File{Kind: KindCrossed}
	for i, m := range x.models {
		of, err := m.File()
		if err != nil {
			return nil, err
		}
		about.Models = append(about.Models, of.Meta)
		take(f, fmt.Sprintf("%d/", i), of)
	}
	var err error
	if f.Meta, err = json.Marshal(about); err != nil {
		return nil, fmt.Errorf("writing the settings of grades: %w", err)
	}
	return f, nil
}

// RestoreCrossed gives the models of a model file. Errors: a file of another kind, or
// one that File could not have written.
func RestoreCrossed(f *artefact.File) (*Crossed, error) {
	var about crossedMeta
	if err := artefact.ReadMeta(f, KindCrossed, &about); err != nil {
		return nil, err
	}
	if len(about.Models) == 0 || len(about.Models) > mostParts {
		return nil, fmt.Errorf("restoring grades: models of %d parts: %w", len(about.Models), artefact.ErrCorrupt)
	}
	x := &Crossed{seed: about.Seed}
	for i, meta := range about.Models {
		m, err := Restore(part(f, fmt.Sprintf("%d/", i), Kind, meta))
		if err != nil {
			return nil, fmt.Errorf("part %d: %w", i+1, err)
		}
		if x.models = append(x.models, m); !slices.Equal(m.names, x.models[0].names) {
			return nil, fmt.Errorf("restoring grades: part %d has the grades %v: %w", i+1, m.names, artefact.ErrCorrupt)
		}
	}
	return x, nil
}
