// Package publication answers: what is a run made of, what does its folder hold, and how
// is it published?
//
// In go the files and tables of the stages, and what a run was made from. A [Folder]
// holds them while the run is made; its [Manifest] says what went in, what came out and
// how long it took. [Publish] gives the folder its name and shows it in one step: who
// reads "current" sees the old run or the new one, whole.
package publication

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"psims/datasets/durable"
	"psims/datasets/quality"
	"psims/models/champion"
)

// Manifest says what a run was made of, what it made, and when. Everything but
// Times is the same for the same inputs.
type Manifest struct {
	RunID   string            `json:"run_id"`
	AsOf    string            `json:"as_of"`
	Version string            `json:"version"`
	Seed    uint64            `json:"seed"`
	Config  string            `json:"config"`
	Inputs  []Input           `json:"inputs"`
	Quality quality.Summary   `json:"quality"`
	Models  map[string]string `json:"models"` // task: version
	Joined  Joined            `json:"joined"`
	Labels  int               `json:"labels_by_people,omitempty"` // that stand in place of the senders'
	Taught  *champion.Taught  `json:"taught_by_people,omitempty"`
	Stages  []Stage           `json:"stages"`
	Outputs map[string]string `json:"outputs"` // file: SHA-256
	Times   Times             `json:"times"`
}

// Input is a load that the run read.
type Input struct {
	Load     string `json:"load"`
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Format   string `json:"format"`
	Read     int    `json:"rows_read"`
	Kept     int    `json:"rows_kept"`
	Rejected int    `json:"rows_rejected"`
	Events   int    `json:"events"`
}

// Joined says how many events the reports tell of: each is counted once.
type Joined struct {
	Reports   int     `json:"reports"`
	Events    int     `json:"events"`
	Precision float64 `json:"expected_precision"` // share of the links that is right, by estimate

	// People's answers that joined or parted reports, and those that others contradict.
	Told    int `json:"joined_by_people,omitempty"`
	Parted  int `json:"parted_by_people,omitempty"`
	Refused int `json:"contradicted_by_people,omitempty"`
}

// Stage is a stage that has been done.
type Stage struct {
	Name string `json:"name"`
	Out  int    `json:"out"`
}

// Times are the only part that differs between two equal runs.
type Times struct {
	Started  time.Time          `json:"started"`
	Finished time.Time          `json:"finished"`
	Seconds  map[string]float64 `json:"seconds"`        // by stage
	CPU      map[string]float64 `json:"cpu_seconds"`    // by stage, of all cores
	PeakMB   int                `json:"peak_memory_mb"` // of the process, by the end of the last stage
}

// Took is what a stage has taken.
type Took struct {
	Seconds float64 // that passed
	CPU     float64 // seconds of all cores
	PeakMB  int     // most memory of the process until then
}

// Add notes what a stage has taken.
func (t *Times) Add(stage string, took Took) {
	if t.CPU == nil { // an older run is gone on with
		t.CPU = map[string]float64{}
	}
	t.Seconds[stage], t.CPU[stage] = took.Seconds, took.CPU
	if took.PeakMB > 0 {
		t.PeakMB = took.PeakMB
	}
}

// Done reports whether a stage has been done.
func (m *Manifest) Done(stage string) bool {
	for _, s := range m.Stages {
		if s.Name == stage {
			return true
		}
	}
	return false
}

// Finish notes a stage, what came out of it and what it took; stages that came after it
// are to be done again.
func (m *Manifest) Finish(stage string, out int, took Took) {
	for i, s := range m.Stages {
		if s.Name == stage {
			m.Stages = m.Stages[:i]
			break
		}
	}
	m.Stages = append(m.Stages, Stage{stage, out})
	m.Times.Add(stage, took)
}

// Name is the name of a manifest in the run's folder.
const Name = "manifest.json"

// Write writes the manifest, whole or not at all.
func (m *Manifest) Write(dir Folder) error {
	return durable.Write(dir.Path(Name), func(f *os.File) error {
		enc := json.NewEncoder(f)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

// Seal adds the hash of every file of the run and writes the manifest.
func (m *Manifest) Seal(dir Folder) error {
	m.Outputs = map[string]string{}
	err := filepath.WalkDir(string(dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == Name {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() // reading only: nothing is lost
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return err
		}
		// What is published outlives a loss of power.
		if err := f.Sync(); err != nil {
			return err
		}
		m.Outputs[strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(path, string(dir))), "/")] = hex.EncodeToString(h.Sum(nil))
		return nil
	})
	if err != nil {
		return fmt.Errorf("sealing run %s: %w", m.RunID, err)
	}
	return m.Write(dir)
}

// Manifest reads the run's manifest.
//
// Errors: fs.ErrNotExist when it has none.
func (d Folder) Manifest() (Manifest, error) {
	var m Manifest
	text, err := os.ReadFile(d.Path(Name))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("reading manifest of %q: %w", string(d), err)
	}
	return m, nil
}
