package synth_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/extract"
	"psims/datasets/incident"
	"psims/datasets/synth"
	"psims/internal/golden"
)

func write(t testing.TB, dir string, cfg synth.Config) (synth.Summary, synth.Truth) {
	t.Helper()
	s, err := synth.Write(context.Background(), dir, cfg)
	if err != nil {
		t.Fatal(err)
	}
	out, err := synth.ReadTruth(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, out
}

// run is a run of the default size, made once for all the tests that look at it.
type run struct {
	summary synth.Summary
	truth   synth.Truth
	cfg     synth.Config
	dir     string
	first   map[string]incident.Fields // the first version of each record, by id
	events  []incident.Fields          // every version
	rejects map[incident.Place]incident.Reason
}

var (
	once   sync.Once
	shared run
)

func defaultRun(t *testing.T) *run {
	t.Helper()
	if testing.Short() {
		t.Skip("a run of the default size takes a second")
	}
	once.Do(func() {
		dir, err := os.MkdirTemp("", "synth")
		if err != nil {
			t.Fatal(err)
		}
		shared.dir, shared.cfg = dir, synth.Default()
		shared.summary, shared.truth = write(t, dir, shared.cfg)
		shared.read(t)
	})
	if shared.first == nil {
		t.Fatal("the run failed in another test")
	}
	return &shared
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.dir != "" {
		_ = os.RemoveAll(shared.dir) // a folder left in the system's own place does no harm
	}
	os.Exit(code)
}

// read reads every extract back through the readers.
func (r *run) read(t *testing.T) {
	t.Helper()
	r.rejects = map[incident.Place]incident.Reason{}
	first := map[string]incident.Fields{}
	for _, f := range r.truth.Files {
		if f.Name == "truth.json" || f.Name == "organisations.csv" {
			continue
		}
		file, err := extract.Open(filepath.Join(r.dir, f.Name), nil)
		if err != nil {
			t.Fatal(err)
		}
		for rec, err := range file.Records() {
			if err != nil {
				t.Fatal(err)
			}
			if rec.Reject != nil {
				place := rec.Reject.Place
				place.File = filepath.Base(place.File)
				r.rejects[place] = rec.Reject.Code
				continue
			}
			e := rec.Raw.Fields
			r.events = append(r.events, e)
			if _, again := first[e.ID]; !again && !e.Deleted && e.Revision <= 1 {
				first[e.ID] = e
			}
		}
	}
	r.first = first
}

func TestValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*synth.Config)
		want   string
	}{
		{"default", func(*synth.Config) {}, ""},
		{"no events", func(c *synth.Config) { c.Events = 0 }, "events"},
		{"so many events that ids would grow", func(c *synth.Config) { c.Events = 1e9 }, "events"},
		{"no last day", func(c *synth.Config) { c.Until = incident.NoDay }, "until"},
		{"half a year", func(c *synth.Config) { c.Weeks = 26 }, "weeks"},
		{"hardly an organisation", func(c *synth.Config) { c.Organisations = 3 }, "organisations"},
		{"fewer issues than none", func(c *synth.Config) { c.Issues = -1 }, "issues"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := synth.Default()
			c.change(&cfg)
			err := cfg.Validate()
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error about %q", err, c.want)
			}
			if c.want != "" {
				if _, err := synth.Write(context.Background(), t.TempDir(), cfg); err == nil {
					t.Error("Write took it")
				}
			}
		})
	}
}

// TestSameBytes wants the same files for the same seed on one core and on two.
func TestSameBytes(t *testing.T) {
	cfg := synth.Default()
	cfg.Events = 4000
	one, two, other := t.TempDir(), t.TempDir(), t.TempDir()
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	_, a := write(t, one, cfg)
	runtime.GOMAXPROCS(2)
	_, b := write(t, two, cfg)
	if d := cmp.Diff(a.Files, b.Files); d != "" {
		t.Fatalf("files differ: %s", d)
	}
	for _, f := range a.Files {
		if !bytes.Equal(read(t, one, f.Name), read(t, two, f.Name)) {
			t.Errorf("%s differs between one core and two", f.Name)
		}
	}
	cfg.Seed++
	_, c := write(t, other, cfg)
	if cmp.Equal(a.Identifiers, c.Identifiers) {
		t.Error("another seed gives the same identifiers")
	}
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSmallRun pins the bytes of a run of 50 events by their hashes, and shows the
// first lines of each format.
func TestSmallRun(t *testing.T) {
	cfg := synth.Default()
	cfg.Events, cfg.Organisations, cfg.Weeks = 50, 20, 60
	dir := t.TempDir()
	_, tr := write(t, dir, cfg)
	var out bytes.Buffer
	for _, f := range tr.Files {
		b := read(t, dir, f.Name)
		fmt.Fprintf(&out, "%s %d %x\n", f.Name, len(b), sha256.Sum256(b))
	}
	golden.Check(t, "small.txt", out.Bytes())
	nrls := slices.IndexFunc(tr.Files, func(f synth.File) bool { return strings.HasPrefix(f.Name, "nrls-") })
	lines := slices.IndexFunc(tr.Files, func(f synth.File) bool { return strings.HasSuffix(f.Name, ".ndjson") })
	golden.Check(t, "small-nrls.csv", read(t, dir, tr.Files[nrls].Name))
	line, _, _ := bytes.Cut(read(t, dir, tr.Files[lines].Name), []byte{'\n'})
	golden.Check(t, "small-line.ndjson", append(line, '\n'))
}

// TestAnyConfigGivesItsEvents holds for every valid configuration, however odd.
func TestAnyConfigGivesItsEvents(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		cfg := synth.Config{
			Events: rapid.IntRange(1, 300).Draw(r, "events"), Seed: rapid.Uint64().Draw(r, "seed"),
			Until: incident.Day(rapid.Int32Range(8000, 47000).Draw(r, "until")), Weeks: rapid.IntRange(30, 160).Draw(r, "weeks"),
			Organisations: rapid.IntRange(20, 900).Draw(r, "organisations"), Issues: rapid.Float64Range(0, 20).Draw(r, "issues"),
		}
		s, err := synth.Write(context.Background(), dir, cfg)
		if err != nil {
			r.Fatal(err)
		}
		if s.Events != cfg.Events || s.BySystem["lfpse"]+s.BySystem["nrls"]+s.BySystem["steis"] != cfg.Events {
			r.Fatalf("%d events, by system %v", s.Events, s.BySystem)
		}
	})
}

func TestAnEarlierRunIsRemoved(t *testing.T) {
	dir := t.TempDir()
	cfg := synth.Default()
	cfg.Events = 300
	_, old := write(t, dir, cfg)
	stranger := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(stranger, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Until -= 2000
	_, now := write(t, dir, cfg)
	keep := map[string]bool{"notes.txt": true}
	for _, f := range now.Files {
		keep[f.Name] = true
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !keep[e.Name()] {
			t.Errorf("%s of the earlier run is still there (it wrote %d files)", e.Name(), len(old.Files))
		}
	}
	if _, err := os.Stat(stranger); err != nil {
		t.Errorf("somebody else's file is gone: %v", err)
	}
}

func TestWriteSaysWhatWentWrong(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := synth.Write(ctx, t.TempDir(), synth.Default()); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run gives %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := synth.Write(context.Background(), filepath.Join(file, "x"), synth.Default()); err == nil || !strings.Contains(err.Error(), "making the folder") {
		t.Errorf("a folder that can't be made gives %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	cfg := synth.Default()
	dir := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		write(b, dir, cfg)
	}
	b.ReportMetric(float64(cfg.Events*b.N)/b.Elapsed().Seconds(), "events/s")
}
