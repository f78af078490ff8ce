package linkage

import (
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Frame lists the reports that tell of the same event, within and across the
// recording systems, with the weights that a person can
// read, as the table "linked_reports" that a run publishes.
func (j *Joined) Frame(t *incident.Table) *frame.Frame {
	var system, id, group, first, harm, why []string
	var posterior []float64
	harms := j.Judged(t).Harm
	behind := j.Followers()
	for f := range int32(t.Len()) {
		if len(behind[f]) == 0 {
			continue
		}
		least := 1.0
		for _, i := range behind[f] {
			least = min(least, j.Posterior[i])
		}
		for _, i := range append([]int32{f}, behind[f]...) {
			system, id, first = append(system, t.System.Value(int(i))), append(id, t.ID[i]), append(first, t.ID[f])
			group, harm, posterior = append(group, Name(t, f)), append(harm, harms[f].String()), append(posterior, least)
			said := ""
			if i != f {
				said = j.Why[i]
			}
			if i != f && j.ByPeople(i) {
				said = strings.TrimSuffix("a person said so; "+said, "; ")
			}
			why = append(why, said)
		}
	}
	return frame.New("linked_reports",
		frame.Column{Name: "group", Doc: "Reports of one group are taken to tell of the same event, and are counted once: its system and id are those of the report that is counted.", Values: group},
		frame.Column{Name: "system", Doc: "Recording system.", Values: system},
		frame.Column{Name: "incident_id", Doc: "The report's id, as its sender gave it.", Values: id},
		frame.Column{Name: "first", Doc: "The report of the group that came first.", Values: first},
		frame.Column{Name: "harm", Doc: "The worst harm recorded in the group.", Values: harm},
		frame.Column{Name: "posterior", Doc: "Least probability, over the links of the group, that it is the same event.", Values: posterior},
		frame.Column{Name: "why", Doc: "What agrees and differs with the first report, with the bits of evidence of each, strongest first.", Values: why},
	)
}

// FromFrame gives what Frame published of a table's reports: which of them tell of the
// same event, and no more.
//
// Errors: the table is not of the form that Frame gives.
func FromFrame(f *frame.Frame, t *incident.Table) (*Joined, error) {
	r := f.Reader()
	system, id, group := frame.Take[string](r, "system"), frame.Take[string](r, "incident_id"), frame.Take[string](r, "group")
	if r.Err() != nil {
		return nil, r.Err()
	}
	row := make(map[string]int32, t.Len())
	j := &Joined{First: make([]int32, t.Len())}
	for i := range j.First {
		j.First[i] = int32(i)
		row[Name(t, int32(i))] = int32(i)
	}
	for k := range id {
		j.First[row[system[k]+" "+id[k]]] = row[group[k]]
	}
	return j, nil
}
