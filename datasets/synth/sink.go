package synth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"psims/datasets/incident"
)

// write draws all chunks, on every core, and writes them in order.
func (m *model) write(ctx context.Context, dir string) (Summary, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Summary{}, fmt.Errorf("making the folder for the extracts: %w", err)
	}
	if err := sweep(dir); err != nil {
		return Summary{}, err
	}
	s := newSink(m, dir)
	err := m.each(ctx, s.take)
	if err = errors.Join(err, s.close()); err != nil {
		return Summary{}, fmt.Errorf("writing the extracts into %q: %w", dir, err)
	}
	return s.finish()
}

// each hands the output of every chunk to take, in order. Chunks are drawn by as
// many goroutines as there are cores; a few more chunks than cores are in memory.
func (m *model) each(ctx context.Context, take func(*output) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type job struct {
		chunk chunk
		done  chan *output
	}
	workers := runtime.GOMAXPROCS(0)
	jobs, queue := make(chan job), make(chan job, 2*workers)
	free := make(chan *output, 4*workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			w := newWorker(m)
			for j := range jobs {
				var out *output
				select {
				case out = <-free:
					out.empty()
				default:
					out = &output{}
				}
				w.run(j.chunk, out)
				j.done <- out
			}
		})
	}
	group.Go(func() {
		defer close(jobs)
		defer close(queue)
		for _, c := range m.chunks() {
			j := job{c, make(chan *output, 1)}
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
			jobs <- j
		}
	})
	var err error
	for j := range queue {
		out := <-j.done
		if err == nil {
			if err = ctx.Err(); err == nil {
				err = take(out)
			}
			if err != nil {
				cancel()
			}
		}
		select {
		case free <- out:
		default:
		}
	}
	group.Wait()
	return errors.Join(err, context.Cause(ctx))
}

func (o *output) empty() {
	data := o.data
	for i := range data {
		data[i] = data[i][:0]
	}
	*o = output{data: data, bad: o.bad[:0], planted: o.planted[:0]}
}

// sink is where outputs go: the files that are open, and the truth so far.
type sink struct {
	m       *model
	dir     string
	open    [streamCount]*os.File
	lines   [streamCount]int // written to the open file
	files   []File
	lists   [streamCount]bytes.Buffer // of truth that is kept in memory
	truth   Truth
	summary Summary
	members []members // by planting
}

// members are the organisations and specialties of an issue.
type members struct{ orgs, specialties map[string]bool }

func newSink(m *model, dir string) *sink {
	s := &sink{m: m, dir: dir, members: make([]members, len(m.plantings))}
	s.summary.BySystem = map[string]int{}
	for i := range m.plantings {
		s.truth.Issues = append(s.truth.Issues, m.describe(&m.plantings[i]))
		s.members[i] = members{map[string]bool{}, map[string]bool{}}
	}
	return s
}

// name gives the name of the file of a stream in a week; "" for truth that is kept
// in memory.
func (s *sink) name(st stream, week int) string {
	q := s.m.quarter(week)
	switch st {
	case streamLines:
		return "lfpse-" + q + ".ndjson"
	case streamBundle:
		return "lfpse-bundle-" + q + ".json"
	case streamV5:
		return "lfpse-v5.ndjson"
	case streamFlat:
		return "lfpse-flat.csv"
	case streamNRLS:
		return "nrls-" + q + ".csv"
	case streamSTEIS:
		return "steis.csv"
	case truthNever:
		return ""
	}
	if s.m.cfg.Events <= LargeRun {
		return ""
	}
	return listFile(st)
}

// take writes the output of the next chunk.
func (s *sink) take(o *output) error {
	for st := range streamCount {
		if len(o.data[st]) == 0 {
			continue
		}
		name := s.name(st, o.week)
		if name == "" {
			s.lists[st].Write(o.data[st])
			continue
		}
		if err := s.turn(st, name, o.week); err != nil {
			return err
		}
		data := o.data[st]
		for _, b := range o.bad {
			if b.stream == st {
				s.truth.BadRows = append(s.truth.BadRows, BadRow{name, s.lines[st] + b.line + 1, b.id, b.reason})
			}
		}
		if st == streamBundle && s.lines[st] == 1 {
			data = data[2:] // the comma before the first entry, and its line feed
		}
		s.lines[st] += bytes.Count(o.data[st], []byte{'\n'})
		if err := s.put(st, data); err != nil {
			return err
		}
	}
	s.count(o)
	return nil
}

func (s *sink) count(o *output) {
	for i, sys := range []incident.System{incident.LFPSE, incident.NRLS, incident.STEIS} {
		s.summary.BySystem[string(sys)] += o.bySystem[i]
		s.summary.Events += o.bySystem[i]
	}
	s.summary.Revisions += o.revised
	s.summary.Withdrawals += o.deleted
	s.summary.Duplicates += o.copies
	s.summary.Identifiers += o.marks
	for _, p := range o.planted {
		s.members[p.issue].orgs[s.m.orgs[p.org].code] = true
		s.members[p.issue].specialties[p.specialty] = true
		if p.submitted >= s.m.cal.start(s.m.plantings[p.issue].onset) {
			s.truth.Issues[p.issue].Injected = append(s.truth.Issues[p.issue].Injected, [2]string{p.id, p.submitted.String()})
		}
	}
}

// turn opens the file of that name, if it isn't the one that is open.
func (s *sink) turn(st stream, name string, week int) error {
	if f := s.open[st]; f != nil && filepath.Base(f.Name()) == name {
		return nil
	}
	if err := s.shut(st); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(s.dir, name))
	if err != nil {
		return err
	}
	s.open[st], s.lines[st] = f, 0
	s.files = append(s.files, File{Name: name})
	head := ""
	switch st {
	case streamNRLS:
		head = nrlsHeader
	case streamSTEIS:
		head = steisHeader
	case streamFlat:
		head = flatHeader
	case streamBundle:
		head = `{"resourceType":"Bundle","type":"transaction","timestamp":"` + s.m.bundleDay(week).String() + `T02:00:00Z","entry":[` + "\n"
	}
	s.lines[st] = strings.Count(head, "\n")
	return s.put(st, []byte(head))
}

func (s *sink) put(st stream, b []byte) error {
	n, err := s.open[st].Write(b)
	name := filepath.Base(s.open[st].Name())
	for i := len(s.files) - 1; i >= 0; i-- {
		if s.files[i].Name == name {
			s.files[i].Bytes += int64(n)
			break
		}
	}
	return err
}

// shut closes the file of a stream, if one is open.
func (s *sink) shut(st stream) error {
	f := s.open[st]
	if f == nil {
		return nil
	}
	var err error
	if st == streamBundle {
		err = s.put(st, []byte("\n]}\n"))
	}
	s.open[st] = nil
	return errors.Join(err, f.Close())
}

func (s *sink) close() error {
	var errs []error
	for st := range streamCount {
		errs = append(errs, s.shut(st))
	}
	return errors.Join(errs...)
}

// sweep removes the files that an earlier run's truth.json lists, so that none of
// them is taken for part of this one.
func sweep(dir string) error {
	b, err := os.ReadFile(filepath.Join(dir, truthFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the truth of an earlier run: %w", err)
	}
	var old struct{ Files []File }
	if err := json.Unmarshal(b, &old); err != nil {
		return fmt.Errorf("reading the truth of an earlier run in %q: %w; empty the folder", dir, err)
	}
	for _, f := range old.Files {
		if f.Name != filepath.Base(f.Name) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("removing a file of an earlier run: %w", err)
		}
	}
	return nil
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
