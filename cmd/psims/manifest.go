package main

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
	"syscall"
	"time"

	"psims/datasets/durable"
	"psims/datasets/quality"
	"psims/models/champion"
)

// manifest says what a run was made of, what it made, and when. Everything but
// Times is the same for the same inputs.
type manifest struct {
	RunID   string            `json:"run_id"`
	AsOf    string            `json:"as_of"`
	Version string            `json:"version"`
	Seed    uint64            `json:"seed"`
	Config  string            `json:"config"`
	Inputs  []manifestInput   `json:"inputs"`
	Quality quality.Summary   `json:"quality"`
	Models  map[string]string `json:"models"` // task: version
	Joined  manifestJoined    `json:"joined"`
	Labels  int               `json:"labels_by_people,omitempty"` // that stand in place of the senders'
	Taught  *champion.Taught  `json:"taught_by_people,omitempty"`
	Stages  []manifestStage   `json:"stages"`
	Outputs map[string]string `json:"outputs"` // file: SHA-256
	Times   manifestTimes     `json:"times"`
}

type manifestInput struct {
	Load     string `json:"load"`
	File     string `json:"file"`
	SHA256   string `json:"sha256"`
	Format   string `json:"format"`
	Read     int    `json:"rows_read"`
	Kept     int    `json:"rows_kept"`
	Rejected int    `json:"rows_rejected"`
	Events   int    `json:"events"`
}

// manifestJoined says how many events the reports tell of: each is counted once.
type manifestJoined struct {
	Reports   int     `json:"reports"`
	Events    int     `json:"events"`
	Precision float64 `json:"expected_precision"` // share of the links that is right, by estimate

	// People's answers that joined or parted reports, and those that others contradict.
	Told    int `json:"joined_by_people,omitempty"`
	Parted  int `json:"parted_by_people,omitempty"`
	Refused int `json:"contradicted_by_people,omitempty"`
}

type manifestStage struct {
	Name string `json:"name"`
	Out  int    `json:"out"`
}

// manifestTimes are the only part that differs between two equal runs.
type manifestTimes struct {
	Started  time.Time          `json:"started"`
	Finished time.Time          `json:"finished"`
	Seconds  map[string]float64 `json:"seconds"`        // by stage
	CPU      map[string]float64 `json:"cpu_seconds"`    // by stage, of all cores
	PeakMB   int                `json:"peak_memory_mb"` // of the process, by the end of the last stage
}

// clock is how much time has passed, and how much of the cores' time the process has had.
type clock struct {
	at  time.Time
	cpu float64
}

func now() clock {
	c := clock{at: time.Now()}
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		c.cpu = seconds(used.Utime) + seconds(used.Stime)
	}
	return c
}

func seconds(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }

// took notes what a stage has taken since it began.
func (t *manifestTimes) took(stage string, began clock) {
	ended := now()
	if t.CPU == nil { // an older run is gone on with
		t.CPU = map[string]float64{}
	}
	t.Seconds[stage], t.CPU[stage] = ended.at.Sub(began.at).Seconds(), ended.cpu-began.cpu
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) == nil {
		t.PeakMB = int(used.Maxrss >> 10)
	}
}

func (n *night) newManifest() manifest {
	m := manifest{RunID: n.id, AsOf: n.asOf.String(), Version: version, Seed: n.cfg.Seed, Config: n.cfg.judging(),
		Models: map[string]string{}, Times: manifestTimes{Started: time.Now().UTC(), Seconds: map[string]float64{}, CPU: map[string]float64{}}}
	for _, l := range n.loads {
		m.Inputs = append(m.Inputs, manifestInput{l.ID, l.File, l.SHA256, l.Format, l.RowsRead, l.RowsKept, l.RowsRejected, l.Events})
	}
	return m
}

func (m *manifest) done(stage string) bool {
	for _, s := range m.Stages {
		if s.Name == stage {
			return true
		}
	}
	return false
}

// finish notes a stage; stages that came after it are to be done again.
func (m *manifest) finish(stage string, out int, began clock) {
	for i, s := range m.Stages {
		if s.Name == stage {
			m.Stages = m.Stages[:i]
			break
		}
	}
	m.Stages = append(m.Stages, manifestStage{stage, out})
	m.Times.took(stage, began)
}

const manifestName = "manifest.json"

func (m *manifest) write(dir string) error {
	return durable.Write(filepath.Join(dir, manifestName), func(f *os.File) error {
		enc := json.NewEncoder(f)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

// seal adds the hash of every file of the run and writes the manifest.
func (m *manifest) seal(dir string) error {
	m.Outputs = map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == manifestName {
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
		m.Outputs[strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(path, dir)), "/")] = hex.EncodeToString(h.Sum(nil))
		return nil
	})
	if err != nil {
		return fmt.Errorf("sealing run %s: %w", m.RunID, err)
	}
	return m.write(dir)
}

// readManifest reads a run's manifest.
//
// Errors: fs.ErrNotExist when it has none.
func readManifest(dir string) (manifest, error) {
	var m manifest
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("reading manifest of %q: %w", dir, err)
	}
	return m, nil
}
