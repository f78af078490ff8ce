package drift

import "psims/models/artefact"

// File is the name under which a reference is kept beside its model.
const File = "drift.bin"

// Side gives the reference as a file to be kept beside its model.
func (r *Reference) Side() (artefact.Side, error) {
	f, err := r.File()
	if err != nil {
		return artefact.Side{}, err
	}
	data, err := artefact.Encode(f)
	return artefact.Side{Name: File, Data: data}, err
}

// Beside gives the reference that is kept beside a model; nil when none is.
//
// Errors: as [Restore].
func Beside(e artefact.Entry) (*Reference, error) {
	for _, side := range e.Beside {
		if side.Name != File {
			continue
		}
		f, err := artefact.Decode(side.Data)
		if err != nil {
			return nil, err
		}
		return Restore(f)
	}
	return nil, nil
}
