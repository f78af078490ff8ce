package champion

import (
	"slices"

	"psims/models/artefact"
	"psims/models/classify"
)

// Taught is what a classifier makes of the reports whose category people gave, beside
// the version that it took over from.
type Taught struct {
	Version string `json:"version"`
	Before  string `json:"before"`
	Learnt  Hit    `json:"learnt"` // reports that the version in use has learnt from: that it knows them is to be expected
	Unseen  Hit    `json:"unseen"` // reports that it has not learnt from, nor will: what it has become better at
}

// Hit is how often a first choice is people's answer.
type Hit struct {
	Answers int `json:"answers"`
	Before  int `json:"before"`
	After   int `json:"after"`
}

// Answered is a report whose label people have given.
type Answered struct {
	Row  int32
	Text string
	Said string // by people
	Now  string // by the version in use
}

// Taught compares a version in use with the one before it on the reports that people
// answered. It is nil where nobody answered, or there is none before.
//
// An answer that the sender had given already is none of this: both versions may
// have learnt it from the sender. Cost: the earlier version reads those reports.
func (l Lesson) Taught(s artefact.Store, version string, answered []Answered) (*Taught, error) {
	if len(answered) == 0 {
		return nil, nil
	}
	d, err := s.Decision(l.Task.Name, version)
	if err != nil || d.Trial.Against == "" {
		return nil, err
	}
	model, err := Load(s, l.Task.Name, d.Trial.Against)
	if err != nil {
		return nil, err
	}
	out := &Taught{Version: version, Before: d.Trial.Against}
	for k, p := range before(model, answered) {
		a := answered[k]
		hit := &out.Unseen
		if _, learnt := slices.BinarySearch(l.Rows, a.Row); learnt { // oldest first
			hit = &out.Learnt
		}
		hit.Answers++
		if model.Names()[p.Class] == a.Said {
			hit.Before++
		}
		if a.Now == a.Said {
			hit.After++
		}
	}
	return out, nil
}

func before(model *classify.Classifier, answered []Answered) []classify.Prediction {
	texts := make([]string, len(answered))
	for k, a := range answered {
		texts[k] = a.Text
	}
	return model.Predict(nil, texts)
}
