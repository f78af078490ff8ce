package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"psims/analytics/discrepancy"
	"psims/analytics/hidden"
	"psims/analytics/knownrisk"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/ordinal"
	"psims/models/shelf"
	"psims/nlp/sparse"
	"psims/reports/brief"
)

// watched is what is found beside the search for what is new: reports that tell of
// a known risk, and reports that read as more severe than they were graded.
type watched struct {
	list *knownrisk.List
	hits [][]knownrisk.Hit // by event
	harm *discrepancy.Report

	otherWork bool // mapped files are of other work than care
}

// watch reads every event for known risks and for harm that was graded too low,
// and writes a table of each.
func (n *night) watch(ctx context.Context) error {
	w := &watched{}
	var err error
	var print [sha256.Size]byte
	if w.list, print, err = n.knownRisks(); err != nil {
		return err
	}
	watcher, err := w.list.Watch(knownrisk.DefaultConfig())
	if err != nil {
		return err
	}
	hits, err := shelf.EachText(n.memory.onShelf(), "risks", print, n.texts(), func(places []int32) [][]knownrisk.Hit {
		out := make([][]knownrisk.Hit, len(places))
		sparse.EachBlock(len(places), 256, func(_, from, until int) {
			for k := from; k < until; k++ {
				out[k] = watcher.Match(nil, n.table.Text[places[k]])
			}
		})
		return out
	})
	if err != nil {
		return err
	}
	w.hits, w.otherWork = hits, n.otherWork()
	patients := len(knownrisk.Default().Risks) // they stand first
	for i, k := range n.table.Kind {
		if k == incident.KindGoodCare {
			w.hits[i] = nil
		}
		if w.otherWork && n.table.System.Value(i) == string(incident.Mapped) { // a list of the deployer's own may be of that work
			w.hits[i] = slices.DeleteFunc(slices.Clone(w.hits[i]), func(h knownrisk.Hit) bool { return h.Risk < patients })
		}
	}
	n.watched = w
	if n.dir == "" { // a replay: harm makes no alert
		return nil
	}
	readers, version, err := n.harmReaders()
	if err != nil {
		return err
	}
	if version != "" {
		n.man.Models[taskHarm] = version
	}
	known := discrepancy.Known{By: readers}
	known.Readings, err = shelf.EachText(n.memory.onShelf(), "harm", sha256.Sum256([]byte(version)), n.texts(), func(places []int32) []discrepancy.Reading {
		return discrepancy.Read(readers, n.pick(places))
	})
	if err != nil {
		return err
	}
	if w.harm, err = discrepancy.Default().FindRead(ctx, n.table, n.incidents(), known); err != nil {
		return err
	}
	return n.writeWatched(known)
}

// leastCare is the least share of reports that speak of care among those of patients'
// care: of invented ones nearly half do, of accidents at mines 1 in 400.
// Of fewer than enoughTexts none can be told.
const (
	leastCare   = 0.05
	enoughTexts = 100
)

// otherWork reports whether the mapped files are of other work than care: the risks
// that are watched are patients'. It is judged of all of them together, because a
// single report of care need not name the patient.
func (n *night) otherWork() bool {
	mapped, care := 0, 0
	for i, s := range n.table.Text {
		if n.table.System.Value(i) == string(incident.Mapped) {
			if mapped++; knownrisk.OfCare(s) {
				care++
			}
		}
	}
	return mapped >= enoughTexts && float64(care) < leastCare*float64(mapped)
}

// knownRisks is the list that is watched, the Never Events and those that the
// configuration adds, and a fingerprint of the latter.
func (n *night) knownRisks() (*knownrisk.List, [sha256.Size]byte, error) {
	list, h := knownrisk.Default(), sha256.New()
	var print [sha256.Size]byte
	for _, path := range n.cfg.Detect.KnownRisks {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, print, usagef("reading the known risks of detect.known_risks: %w", err)
		}
		more, err := knownrisk.Parse(filepath.Base(path), data)
		if err != nil {
			return nil, print, usagef("%w", err)
		}
		if list, err = list.Join(more); err != nil {
			return nil, print, usagef("joining known risks: %w", err)
		}
		fmt.Fprintln(h, path, len(data)) // a hash never fails to write
		h.Write(data)
	}
	copy(print[:], h.Sum(nil))
	return list, print, nil
}

// writeWatched writes the tables of what was found, with the themes that are steady and
// yet easy to overlook: none without models that read harm.
func (n *night) writeWatched(harm discrepancy.Known) error {
	w := n.watched
	tables := append([]*frame.Frame{w.list.Frame(n.table, w.hits)}, w.harm.Frames(n.table.Text)...)
	var found []hidden.Finding
	if harm.By != nil {
		c := hidden.Default(n.asOf)
		known := make([]bool, len(w.hits))
		for i, hits := range w.hits {
			known[i] = len(hits) > 0
		}
		r := hidden.Reports{Table: n.judged, Rows: n.searched(), Theme: n.themed.Of, Category: &n.labelled.category.Column, Known: known, Readings: harm.Readings}
		found = hidden.Find(r.Events(c), len(n.themed.ID), c)
	}
	tables = append(tables, hidden.Frame(found, n.themed.ID, n.themed.Name, n.labelled.category.Names))
	for _, f := range tables {
		if err := n.dir.WriteForPeople(f); err != nil {
			return err
		}
	}
	return nil
}

// briefWatch gathers the watch list of the report, from the tables of the run.
func (n *night) briefWatch(row map[string]int, cite func([]string)) (brief.Watch, error) {
	list, _, err := n.knownRisks()
	if err != nil {
		return brief.Watch{}, err
	}
	tables := brief.WatchTables{AsOf: n.asOf, Table: n.table, Row: row, Counted: n.joined.Mask()}
	for _, r := range list.Risks {
		tables.Risks = append(tables.Risks, brief.KnownRisk{ID: r.ID, Title: r.Title})
	}
	for _, f := range []struct {
		name string
		to   **frame.Frame
	}{{"known_risks", &tables.KnownRisks}, {"harm_discrepancy", &tables.Harm}, {"harm_judged", &tables.HarmJudged}, {"hidden_themes", &tables.Hidden}} {
		if *f.to, err = n.dir.Table("tables", f.name); err != nil {
			return brief.Watch{}, err
		}
	}
	return tables.Watch(cite)
}

func (n *night) harmSettings() discrepancy.Config {
	c := discrepancy.Default()
	c.Model.Seed = n.cfg.Seed
	return c
}

// trainHarm learns how narratives are usually graded, unless it was learnt for the
// last due day already.
func (n *night) trainHarm(ctx context.Context) (int, error) {
	c := n.harmSettings()
	version, rows := c.Lesson(n.table, n.incidents(), n.due())
	if len(rows) < c.MinEvents {
		n.log.Info("too few graded events to learn from", "task", taskHarm, "events", len(rows), "needed", c.MinEvents)
		return 0, nil
	}
	if _, _, err := n.store().Load(taskHarm, version); err == nil {
		return 0, n.crown(artefact.Decision{Task: taskHarm, Candidate: version, Promoted: true})
	} else if !missing(err) {
		return 0, err
	}
	readers, err := c.Learn(ctx, n.table, rows)
	if errors.Is(err, discrepancy.ErrTooFew) {
		n.log.Info("too few graded events to learn from", "task", taskHarm, "events", len(rows))
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	e, err := c.Entry(readers, n.table, rows, n.due())
	if err != nil {
		return 0, err
	}
	if _, err := n.store().Save(taskHarm, version, e); err != nil {
		return 0, err
	}
	n.log.Info("trained", "task", taskHarm, "version", version, "events", len(rows))
	return len(rows), n.crown(artefact.Decision{Task: taskHarm, Candidate: version, Promoted: true})
}

// harmReaders gives the models that read harm on the day, and their version; none
// when there was too little to learn from.
func (n *night) harmReaders() (*ordinal.Crossed, string, error) {
	if !slices.Contains(n.cfg.Train.Tasks, taskHarm) {
		return nil, "", nil
	}
	version, _ := n.harmSettings().Lesson(n.table, n.incidents(), n.due())
	e, _, err := n.store().Load(taskHarm, version)
	if missing(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	x, err := discrepancy.Open(e)
	if err != nil {
		return nil, "", err
	}
	return x, version, nil
}
