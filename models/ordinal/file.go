package ordinal

import (
	"encoding/json"
	"fmt"
	"slices"

	"psims/models/artefact"
	"psims/models/classify"
)

// Kind is the kind of model file this package reads.
const Kind = "ordinal"

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
	for _, b := range classes.Blobs {
		f.Blobs = append(f.Blobs, artefact.Blob{Name: ofClasses + b.Name, Data: b.Data})
	}
	for _, b := range steps.Blobs {
		f.Blobs = append(f.Blobs, artefact.Blob{Name: ofSteps + b.Name, Data: b.Data})
	}
	return f, nil
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

// part gives the file of one half.
func part(f *artefact.File, before, kind string, about json.RawMessage) *artefact.File {
	half := &artefact.File{Kind: kind, Meta: about}
	for _, b := range f.Blobs {
		if len(b.Name) > len(before) && b.Name[:len(before)] == before {
			half.Blobs = append(half.Blobs, artefact.Blob{Name: b.Name[len(before):], Data: b.Data})
		}
	}
	return half
}
