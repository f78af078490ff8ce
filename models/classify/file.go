package classify

import (
	"encoding/json"
	"fmt"
	"math"

	"psims/models/artefact"
	"psims/models/calibrate"
	"psims/models/linear"
	"psims/nlp/features"
)

// The kinds of model files this package reads.
const (
	KindClassifier = "classifier"
	KindTagger     = "tagger"
)

// common is the metadata both kinds have.
type common struct {
	Names []string `json:"names"` // of the labels
	Texts int      `json:"texts"` // trained on
}

type classifierMeta struct {
	common
	Scale  float32 `json:"scale"`
	Config Config  `json:"config"`
}

type taggerMeta struct {
	common
	Config TaggerConfig `json:"config"`
}

// File gives the classifier as a model file: the same classifier, the same bytes.
func (m *Classifier) File() (*artefact.File, error) {
	config := m.config
	config.Features = m.space.Config() // with the spellings it learnt
	meta, err := json.Marshal(classifierMeta{metaOf(m.space, m.machine), m.stack.Scale(), config})
	if err != nil {
		return nil, fmt.Errorf("writing the classifier's settings: %w", err)
	}
	blobs := append(blobsOf(m.space, m.machine), artefact.Blob{Name: "stack", Data: m.stack.Weights()})
	return &artefact.File{Kind: KindClassifier, Meta: meta, Blobs: blobs}, nil
}

// RestoreClassifier gives the classifier of a model file. Errors: a file of
// another kind, or one that no classifier could have written.
func RestoreClassifier(f *artefact.File) (*Classifier, error) {
	var meta classifierMeta
	if err := artefact.ReadMeta(f, KindClassifier, &meta); err != nil {
		return nil, err
	}
	if err := meta.Config.Validate(); err != nil {
		return nil, fmt.Errorf("restoring classifier: %w", err)
	}
	machines, err := restore(f, meta.common, meta.Config.Features)
	if err != nil {
		return nil, fmt.Errorf("restoring classifier: %w", err)
	}
	weights, err := floats(f, "stack")
	if err != nil {
		return nil, err
	}
	machines.strongest = meta.Config.Strongest
	stack, err := calibrate.RestoreStack(meta.Scale, machines.width(), len(meta.Names), weights)
	if err != nil {
		return nil, fmt.Errorf("restoring classifier: %w", err)
	}
	return assemble(meta.Config, machines, stack), nil
}

// File gives the tagger as a model file: the same tagger, the same bytes.
func (m *Tagger) File() (*artefact.File, error) {
	config := m.config
	config.Features = m.space.Config()
	meta, err := json.Marshal(taggerMeta{metaOf(m.space, m.machine), config})
	if err != nil {
		return nil, fmt.Errorf("writing the tagger's settings: %w", err)
	}
	curves := make([]float32, 0, 2*len(m.stack.Curves))
	for _, c := range m.stack.Curves {
		curves = append(curves, c.Slope, c.Offset)
	}
	blobs := append(blobsOf(m.space, m.machine),
		artefact.Blob{Name: "curves", Data: curves},
		artefact.Blob{Name: "stack", Data: m.stack.Weights},
		artefact.Blob{Name: "mean", Data: m.stack.Mean},
		artefact.Blob{Name: "size", Data: m.stack.Size},
		artefact.Blob{Name: "thresholds", Data: m.thresholds})
	return &artefact.File{Kind: KindTagger, Meta: meta, Blobs: blobs}, nil
}

// RestoreTagger gives the tagger of a model file. Errors: a file of another kind,
// or one that no tagger could have written.
func RestoreTagger(f *artefact.File) (*Tagger, error) {
	var meta taggerMeta
	if err := artefact.ReadMeta(f, KindTagger, &meta); err != nil {
		return nil, err
	}
	if err := meta.Config.Validate(); err != nil {
		return nil, fmt.Errorf("restoring tagger: %w", err)
	}
	machines, err := restore(f, meta.common, meta.Config.Features)
	if err != nil {
		return nil, fmt.Errorf("restoring tagger: %w", err)
	}
	var parts [5][]float32
	for i, name := range []string{"curves", "stack", "mean", "size", "thresholds"} {
		if parts[i], err = floats(f, name); err != nil {
			return nil, err
		}
	}
	stack := &calibrate.LabelStack{Weights: parts[1], Mean: parts[2], Size: parts[3]}
	for c := 0; c+1 < len(parts[0]); c += 2 {
		stack.Curves = append(stack.Curves, calibrate.Platt{Slope: parts[0][c], Offset: parts[0][c+1]})
	}
	if err := stack.Check(); err != nil {
		return nil, fmt.Errorf("restoring tagger: %w", err)
	}
	if k := len(meta.Names); len(stack.Curves) != k || len(parts[4]) != k {
		return nil, fmt.Errorf("restoring tagger: %d curves and %d thresholds for %d labels", len(stack.Curves), len(parts[4]), k)
	}
	for c, t := range parts[4] {
		if !(t > 0) {
			return nil, fmt.Errorf("restoring tagger: the threshold of label %d is %v", c, t)
		}
	}
	machines.passages = meta.Config.Passages
	return &Tagger{scorer: machines, config: meta.Config, stack: stack, thresholds: parts[4]}, nil
}

func metaOf(space *features.Space, machine *linear.Model) common {
	return common{Names: machine.Names(), Texts: space.Texts()}
}

func blobsOf(space *features.Space, machine *linear.Model) []artefact.Blob {
	n := space.Snapshot()
	return []artefact.Blob{
		{Name: "words", Data: n.Words},
		{Name: "phrases", Data: n.Phrases},
		{Name: "columns", Data: n.Columns},
		{Name: "pieces", Data: n.Pieces},
		{Name: "docs", Data: n.Docs},
		{Name: "feature weights", Data: n.Weights},
		{Name: "weights", Data: machine.Weights()},
		{Name: "intercept", Data: machine.Intercept()},
	}
}

// restore gives the features and machines of a file.
func restore(f *artefact.File, meta common, c features.Config) (*scorer, error) {
	n := features.Snapshot{Config: c, Texts: meta.Texts}
	var weights, intercept []float32
	var err error
	for _, get := range []func() error{
		func() error { n.Words, err = artefact.Get[byte](f, "words"); return err },
		func() error { n.Phrases, err = artefact.Get[uint64](f, "phrases"); return err },
		func() error { n.Columns, err = artefact.Get[int32](f, "columns"); return err },
		func() error { n.Pieces, err = artefact.Get[uint64](f, "pieces"); return err },
		func() error { n.Docs, err = artefact.Get[int32](f, "docs"); return err },
		func() error { n.Weights, err = floats(f, "feature weights"); return err },
		func() error { weights, err = floats(f, "weights"); return err },
		func() error { intercept, err = floats(f, "intercept"); return err },
	} {
		if err := get(); err != nil {
			return nil, err
		}
	}
	space, err := features.Restore(n)
	if err != nil {
		return nil, err
	}
	machine, err := linear.Restore(meta.Names, weights, intercept)
	if err != nil {
		return nil, err
	}
	if len(meta.Names) < 2 || machine.Features() != space.Len() {
		return nil, fmt.Errorf("%d labels, machines of %d features for %d", len(meta.Names), machine.Features(), space.Len())
	}
	return &scorer{space: space, machine: machine}, nil
}

// floats gives a blob whose numbers are all finite.
func floats(f *artefact.File, name string) ([]float32, error) {
	data, err := artefact.Get[float32](f, name)
	if err != nil {
		return nil, err
	}
	for i, v := range data {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			return nil, fmt.Errorf("classify: number %d of %q is %v: %w", i, name, v, artefact.ErrCorrupt)
		}
	}
	return data, nil
}
