package digest

import (
	"encoding/json"
	"fmt"
	"io"

	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/evidence"
	"psims/reports/provider"
	"psims/reports/specialty"
)

// Run is a run of which there is something to say.
type Run struct {
	ID     string
	Policy disclosure.Policy // for what is published: mail leaves the house
	Events *evidence.Events
	Alerts []triage.Alert

	Specialties   []specialty.Output
	Organisations []*provider.Sender
	Page          func(organisation string) string // of an organisation's report, from the run's folder
}

// Gather gives what there is to say of the country, then of each specialty and each
// organisation.
func (r Run) Gather() []Digest {
	alerts := map[string]triage.Alert{}
	var ids []string
	for _, a := range r.Alerts {
		if a.Status != triage.Gone {
			ids, alerts[a.ID] = append(ids, a.ID), a
		}
	}
	about := func(d Digest, ids []string) Digest {
		for _, id := range ids {
			d.Raised++
			switch alerts[id].Status {
			case triage.New:
				d.New++
			case triage.Grown:
				d.Grown++
			}
		}
		return d
	}
	asOf := r.Events.AsOf
	recent, before := r.Events.Harms(), r.Events.Before()
	all := Counts{Before: before, Severe: recent[incident.SevereHarm] + recent[incident.Fatal]}
	for _, k := range recent {
		all.Recent += k
	}
	out := []Digest{about(New(National, "", "", "site/index.html", asOf, r.ID, all, r.Policy), ids)}
	for _, o := range r.Specialties {
		c := Counts{Recent: o.Recent, Before: o.Before, Severe: o.Harm[incident.SevereHarm] + o.Harm[incident.Fatal]}
		var touching []string
		for _, a := range o.Alerts {
			touching = append(touching, a.ID)
		}
		out = append(out, about(New(Specialty, o.Name, o.Name, "site/"+o.File, asOf, r.ID, c, r.Policy), touching))
	}
	for _, s := range r.Organisations {
		c := Counts{Recent: s.Recent, Before: s.Before, Severe: s.Severe}
		out = append(out, about(New(Organisation, s.Code, s.Name, r.Page(s.Code), asOf, r.ID, c, r.Policy), s.AlertIDs))
	}
	return out
}

// Write writes digests as JSON, for the run's folder.
func Write(w io.Writer, list []Digest) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(list)
}

// Read reads what Write wrote.
func Read(r io.Reader) ([]Digest, error) {
	var out []Digest
	if err := json.NewDecoder(r).Decode(&out); err != nil {
		return nil, fmt.Errorf("reading digests: %w", err)
	}
	return out, nil
}
