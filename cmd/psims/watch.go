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
	"psims/models/artefact"
	"psims/models/ordinal"
	"psims/models/shelf"
	"psims/reports/brief"
)

// watched is what is found beside the search for what is new: reports that tell of
// a known risk, and reports that read as more severe than they were graded.
type watched struct {
	list *knownrisk.List
	hits [][]knownrisk.Hit // by event
	harm *discrepancy.Report
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
		return watcher.MatchAll(n.pick(places))
	})
	if err != nil {
		return err
	}
	knownrisk.Admit(n.table, hits)
	w.hits = hits
	n.watched = w
	if n.dir == "" { // a replay: harm makes no alert
		return nil
	}
	readers, version, err := n.harmReaders()
	if err != nil {
		return err
	}
	if version != "" {
		n.man.Models[discrepancy.Task] = version
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
	version, learnt, err := c.Train(ctx, n.store(), n.table, n.incidents(), n.due())
	if errors.Is(err, discrepancy.ErrTooFew) {
		n.log.Info("too few graded events to learn from", "task", discrepancy.Task, "why", err.Error(), "needed", c.MinEvents)
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if learnt > 0 {
		n.log.Info("trained", "task", discrepancy.Task, "version", version, "events", learnt)
	}
	return learnt, n.crown(artefact.Decision{Task: discrepancy.Task, Candidate: version, Promoted: true})
}

// harmReaders gives the models that read harm on the day, and their version; none
// when there was too little to learn from.
func (n *night) harmReaders() (*ordinal.Crossed, string, error) {
	if !slices.Contains(n.cfg.Train.Tasks, discrepancy.Task) {
		return nil, "", nil
	}
	return n.harmSettings().InUse(n.store(), n.table, n.incidents(), n.due())
}
