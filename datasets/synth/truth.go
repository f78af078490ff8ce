package synth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"psims/datasets/incident"
)

const (
	truthFile         = "truth.json"
	organisationsFile = "organisations.csv"
)

// truth is what truth.json holds. A list is null where it stands in a file of its
// own, truth-NAME.jsonl, a line an entry.
type truth struct {
	About         string          `json:"about"`
	Events        int             `json:"events"`
	Seed          uint64          `json:"seed"`
	From          string          `json:"from"`
	Until         string          `json:"until"`
	Files         []File          `json:"files"`
	Issues        []Issue         `json:"issues"`
	Decoys        []decoy         `json:"decoys"`
	Switches      []change        `json:"switches"` // the day on which an organisation moved from NRLS to LFPSE
	Batches       []upload        `json:"batches"`  // uploads of two months or more at once
	BadRows       []badEntry      `json:"bad_rows"`
	Identifiers   json.RawMessage `json:"identifiers"`
	Duplicates    json.RawMessage `json:"duplicates"`  // ids that tell of the same event
	Miscoded      json.RawMessage `json:"miscoded"`    // filed under a wrong category
	Undergraded   json.RawMessage `json:"undergraded"` // harm graded lower than the text tells
	NeverEvents   json.RawMessage `json:"never_events"`
	Revisions     json.RawMessage `json:"revisions"`
	Organisations int             `json:"organisations"`
}

// decoy is something that looks like an issue and must not be raised as one.
type decoy struct {
	Kind          string   `json:"kind"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Onset         string   `json:"onset,omitempty"`
	Organisations []string `json:"organisations,omitempty"`
	Text          string   `json:"text,omitempty"`
	Scenarios     []string `json:"scenarios,omitempty"`
}

type change struct {
	Organisation string `json:"organisation"`
	Day          string `json:"day"`
}

type upload struct {
	Organisation string `json:"organisation"`
	Week         string `json:"week"` // its first day
	Weeks        int    `json:"weeks"`
}

type badEntry struct {
	File   string          `json:"file"`
	Line   int             `json:"line"`
	ID     string          `json:"id,omitempty"`
	Reason incident.Reason `json:"reason"`
}

// finish writes the list of organisations and the truth, and sums up.
func (s *sink) finish() (Summary, error) {
	if err := s.writeOrganisations(); err != nil {
		return Summary{}, err
	}
	m, t := s.m, &s.truth
	t.About = "Invented data: no real person, organisation or event. Everything that was planted, for tests and measurements."
	t.Events, t.Seed, t.From, t.Until = s.summary.Events, m.cfg.Seed, m.cal.first.String(), m.cfg.Until.String()
	t.Organisations = len(m.orgs)
	for i := range t.Issues {
		t.Issues[i].Organisations, t.Issues[i].Specialties = sorted(s.members[i].orgs), sorted(s.members[i].specialties)
	}
	t.Decoys = m.decoys()
	for i, o := range m.orgs {
		if o.move > m.cal.first && o.move <= m.cfg.Until && o.from < o.move {
			t.Switches = append(t.Switches, change{o.code, o.move.String()})
		}
		for w := range m.cal.weeks {
			if n := int(m.vol.held[w][i]); n > 8 {
				t.Batches = append(t.Batches, upload{o.code, m.cal.start(w).String(), n})
			}
		}
	}
	for st, dst := range map[stream]*json.RawMessage{
		truthIdentifiers: &t.Identifiers, truthDuplicates: &t.Duplicates, truthMiscoded: &t.Miscoded,
		truthUndergraded: &t.Undergraded, truthNever: &t.NeverEvents, truthRevisions: &t.Revisions,
	} {
		if s.name(st, 0) == "" {
			*dst = list(s.lists[st].Bytes())
		}
	}
	// The truth lists itself, so that a later run removes it.
	t.Files = append(s.files, File{Name: truthFile})
	b, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return Summary{}, fmt.Errorf("encoding the truth: %w", err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, truthFile), append(b, '\n'), 0o644); err != nil {
		return Summary{}, fmt.Errorf("writing the truth: %w", err)
	}
	s.summary.Issues, s.summary.Files, s.summary.BadRows = t.Issues, t.Files, len(t.BadRows)
	return s.summary, nil
}

// list turns lines into a JSON array.
func list(lines []byte) json.RawMessage {
	lines = bytes.TrimSuffix(lines, []byte{'\n'})
	return slices.Concat([]byte{'['}, bytes.ReplaceAll(lines, []byte{'\n'}, []byte(",\n")), []byte{']'})
}

func (s *sink) writeOrganisations() error {
	b := []byte("code,name,type,region,icb\n")
	for _, o := range s.m.orgs {
		row := csvRow{b: b}
		for _, v := range []string{o.code, o.name, o.kind, o.region, o.icb} {
			row.text(v)
		}
		b = row.end()
	}
	if err := os.WriteFile(filepath.Join(s.dir, organisationsFile), b, 0o644); err != nil {
		return fmt.Errorf("writing the organisations: %w", err)
	}
	s.files = append(s.files, File{organisationsFile, int64(len(b))})
	return nil
}

// decoys describes what looks like news in this run.
func (m *model) decoys() []decoy {
	out := []decoy{{
		Kind: "decoy-batch", Title: "Six-monthly batches of NRLS",
		Description: "Organisations send half a year's reports at the cut-offs in May and November.",
	}, {
		Kind: "decoy-move", Title: "Organisations move from NRLS to LFPSE",
		Description: "The same reports arrive through another system, with other codes; see switches.",
	}}
	winter := decoy{Kind: "decoy-season", Title: "Winter themes", Description: "Norovirus, influenza, COVID-19 and care in corridors come back every winter."}
	for _, s := range m.g.Scenarios {
		if s.Family == "season" {
			winter.Scenarios = append(winter.Scenarios, s.Name)
		}
	}
	out = append(out, winter)
	for _, o := range m.orgs {
		if o.boilerplateFrom.Known() {
			out = append(out, decoy{Kind: "decoy-boilerplate", Title: "An organisation's form adds a text", Description: "From one day on, nearly every text of the organisation ends with the same sentences.",
				Onset: o.boilerplateFrom.String(), Organisations: []string{o.code}, Text: formDecoy})
		}
		if o.from > m.cal.first {
			out = append(out, decoy{Kind: "decoy-new-organisation", Title: "An organisation begins to report", Description: "All of its reports are new; none of its themes is.",
				Onset: o.from.String(), Organisations: []string{o.code}})
		}
	}
	return out
}
