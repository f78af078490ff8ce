package synth

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"psims/datasets/incident"
	"psims/datasets/synth/narrative"
)

const (
	truthFile         = "truth.json"
	organisationsFile = "organisations.csv"
)

// Truth is what truth.json holds: everything that was planted. In runs of more
// than LargeRun events the lists from Identifiers on, but for NeverEvents, stand
// in files of their own, truth-NAME.jsonl, and are null in truth.json; ReadTruth
// reads both. Days are ISO dates, ids as the systems write them.
type Truth struct {
	About         string        `json:"about"`
	Events        int           `json:"events"`
	Seed          uint64        `json:"seed"`
	From          string        `json:"from"`
	Until         string        `json:"until"`
	Organisations int           `json:"organisations"`
	Files         []File        `json:"files"`
	Issues        []Issue       `json:"issues"`
	Decoys        []Decoy       `json:"decoys"`
	Switches      []Switch      `json:"switches"`
	Batches       []Batch       `json:"batches"`
	BadRows       []BadRow      `json:"bad_rows"`
	Identifiers   []Identifier  `json:"identifiers"`
	Duplicates    []Duplicate   `json:"duplicates"`
	Miscoded      []Miscoded    `json:"miscoded"`
	Undergraded   []Undergraded `json:"undergraded"`
	NeverEvents   []NeverEvent  `json:"never_events"`
	Revisions     []Revision    `json:"revisions"`
}

// Decoy is something that looks like an issue and must not be raised as one.
type Decoy struct {
	Kind          string   `json:"kind"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Onset         string   `json:"onset,omitempty"`
	Organisations []string `json:"organisations,omitempty"`
	Text          string   `json:"text,omitempty"`
	Scenarios     []string `json:"scenarios,omitempty"`
}

// Switch is the first day on which an organisation reports to LFPSE instead of NRLS.
type Switch struct {
	Organisation string `json:"organisation"`
	Day          string `json:"day"`
}

// Batch is an upload to NRLS of more than two months at once.
type Batch struct {
	Organisation string `json:"organisation"`
	Week         string `json:"week"`  // the first day of the week in which it was sent
	Weeks        int    `json:"weeks"` // of events that it holds
}

// BadRow is a row that a reader is to refuse. ID is "" where it has none.
type BadRow struct {
	File   string          `json:"file"`
	Line   int             `json:"line"` // 1 is the first
	ID     string          `json:"id,omitempty"`
	Reason incident.Reason `json:"reason"`
}

// Identifier is a planted identifier, with the exact text that stands in the field.
type Identifier struct {
	ID    string         `json:"id"`
	Field string         `json:"field"` // as incident.Text names it
	Kind  narrative.Kind `json:"kind"`
	Text  string         `json:"text"`
}

// Duplicate is two records that tell of the same event, the first report first.
type Duplicate struct {
	IDs []string `json:"ids"`
}

// Miscoded is a record under a wrong category: for NRLS level 1, for LFPSE what a
// reader makes of the codes.
type Miscoded struct {
	ID       string `json:"id"`
	Right    string `json:"right"`
	Recorded string `json:"recorded"`
}

// Undergraded is a record whose text tells of worse harm than is recorded, in
// incident's words.
type Undergraded struct {
	ID       string `json:"id"`
	Told     string `json:"told"`
	Recorded string `json:"recorded"`
}

// NeverEvent is a record of a Never Event; Ticked says whether the sender said so.
type NeverEvent struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Ticked bool   `json:"ticked"`
}

// Revision is a later version of a record, or its withdrawal.
type Revision struct {
	ID        string `json:"id"`
	Revision  int    `json:"revision"`
	Day       string `json:"day"`
	Withdrawn bool   `json:"withdrawn"`
}

// ReadTruth reads the truth that Write left in dir.
//
// Errors: a file can't be read or isn't what Write writes.
func ReadTruth(dir string) (Truth, error) {
	var t Truth
	b, err := os.ReadFile(filepath.Join(dir, truthFile))
	if err != nil {
		return t, fmt.Errorf("reading the truth: %w", err)
	}
	if err := json.Unmarshal(b, &t); err != nil {
		return t, fmt.Errorf("reading %s: %w", truthFile, err)
	}
	return t, errors.Join(
		readList(dir, truthIdentifiers, &t.Identifiers), readList(dir, truthDuplicates, &t.Duplicates),
		readList(dir, truthMiscoded, &t.Miscoded), readList(dir, truthUndergraded, &t.Undergraded), readList(dir, truthRevisions, &t.Revisions))
}

// readList reads a list from its own file, unless truth.json had it.
func readList[E any](dir string, st stream, into *[]E) error {
	if *into != nil {
		return nil
	}
	name := listFile(st)
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("reading a list of the truth: %w", err)
	}
	// Nothing is written, so closing can't lose anything.
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		var e E
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("reading %s, line %d: %w", name, n, err)
		}
		*into = append(*into, e)
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

var listNames = map[stream]string{
	truthIdentifiers: "identifiers", truthDuplicates: "duplicates", truthMiscoded: "miscoded",
	truthUndergraded: "undergraded", truthRevisions: "revisions",
}

func listFile(st stream) string { return "truth-" + listNames[st] + ".jsonl" }

// onDisk is truth.json as it is written: the long lists are at hand as lines, and
// shadow those of Truth.
type onDisk struct {
	Truth
	Identifiers json.RawMessage `json:"identifiers"`
	Duplicates  json.RawMessage `json:"duplicates"`
	Miscoded    json.RawMessage `json:"miscoded"`
	Undergraded json.RawMessage `json:"undergraded"`
	NeverEvents json.RawMessage `json:"never_events"`
	Revisions   json.RawMessage `json:"revisions"`
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
	t.Switches, t.Batches = m.moves()
	// The truth lists itself, so that a later run removes it.
	t.Files = append(s.files, File{Name: truthFile})
	out := onDisk{Truth: *t}
	for st, dst := range map[stream]*json.RawMessage{
		truthIdentifiers: &out.Identifiers, truthDuplicates: &out.Duplicates, truthMiscoded: &out.Miscoded,
		truthUndergraded: &out.Undergraded, truthNever: &out.NeverEvents, truthRevisions: &out.Revisions,
	} {
		if s.name(st, 0) == "" {
			*dst = list(s.lists[st].Bytes())
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return Summary{}, fmt.Errorf("encoding the truth: %w", err)
	}
	// A line for each entry: easy to read and to compare.
	b = bytes.ReplaceAll(b, []byte(`},{`), []byte("},\n{"))
	b = bytes.ReplaceAll(b, []byte(`:[{`), []byte(":[\n{"))
	if err := os.WriteFile(filepath.Join(s.dir, truthFile), append(b, '\n'), 0o644); err != nil {
		return Summary{}, fmt.Errorf("writing the truth: %w", err)
	}
	s.summary.Issues, s.summary.Files, s.summary.BadRows = t.Issues, t.Files, len(t.BadRows)
	return s.summary, nil
}

// list turns lines into a JSON array.
func list(lines []byte) json.RawMessage {
	lines = bytes.TrimSuffix(lines, []byte{'\n'})
	return slices.Concat([]byte{'['}, bytes.ReplaceAll(lines, []byte{'\n'}, []byte{','}), []byte{']'})
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

// moves gives the days on which organisations move, and the batches before.
func (m *model) moves() (switches []Switch, batches []Batch) {
	const twoMonths = 8
	for i, o := range m.orgs {
		if o.move > m.cal.first && o.move <= m.cfg.Until && o.from < o.move {
			switches = append(switches, Switch{o.code, o.move.String()})
		}
		for w := range m.cal.weeks {
			if n := int(m.vol.held[w][i]); n > twoMonths {
				batches = append(batches, Batch{o.code, m.cal.start(w).String(), n})
			}
		}
	}
	return switches, batches
}

// decoys describes what looks like news in this run.
func (m *model) decoys() []Decoy {
	out := []Decoy{{
		Kind: "decoy-batch", Title: "Six-monthly batches of NRLS",
		Description: "Organisations send half a year's reports at the cut-offs in May and November.",
	}, {
		Kind: "decoy-move", Title: "Organisations move from NRLS to LFPSE",
		Description: "The same reports arrive through another system, with other codes; see switches.",
	}}
	winter := Decoy{Kind: "decoy-season", Title: "Winter themes", Description: "Norovirus, influenza, COVID-19 and care in corridors come back every winter."}
	for _, s := range m.g.Scenarios {
		if s.Family == "season" {
			winter.Scenarios = append(winter.Scenarios, s.Name)
		}
	}
	out = append(out, winter)
	for _, o := range m.orgs {
		if o.boilerplateFrom.Known() {
			out = append(out, Decoy{Kind: "decoy-boilerplate", Title: "An organisation's form adds a text", Description: "From one day on, nearly every text of the organisation ends with the same sentences.",
				Onset: o.boilerplateFrom.String(), Organisations: []string{o.code}, Text: formDecoy})
		}
		if o.from > m.cal.first {
			out = append(out, Decoy{Kind: "decoy-new-organisation", Title: "An organisation begins to report", Description: "All of its reports are new; none of its themes is.",
				Onset: o.from.String(), Organisations: []string{o.code}})
		}
	}
	return out
}
