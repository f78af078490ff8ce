package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/reports/brief"
	"psims/reports/portal/view"
	"psims/reports/publication"
)

// readRun reads the newest finished run for the portal.
func (h home) readRun(organisation string) (*view.Run, error) {
	now, err := filepath.EvalSymlinks(string(publication.Current(h.dir)))
	if err != nil {
		return nil, err
	}
	dir := publication.Folder(now) // the same to the end, whatever is published meanwhile
	m, err := dir.Manifest()
	if err != nil {
		return nil, err
	}
	p := view.Parts{ID: m.RunID, Version: m.Version, Organisation: organisation, People: view.People{Labels: m.Labels, Joined: m.Joined.Told, Parted: m.Joined.Parted, Contradicted: m.Joined.Refused}}
	if t := m.Taught; t != nil {
		p.People.Taught = &view.Taught{Before: t.Before, Learnt: view.Hit(t.Learnt), Unseen: view.Hit(t.Unseen)}
	}
	if p.AsOf, err = incident.ParseDay(m.AsOf); err != nil {
		return nil, err
	}
	for _, in := range m.Inputs {
		p.Loads = append(p.Loads, brief.Load{File: in.File, Format: in.Format, Read: in.Read, Kept: in.Events, Rejected: map[incident.Reason]int{"": in.Rejected}})
	}
	if p.Alerts, err = dir.Alerts(); err != nil {
		return nil, err
	}
	err = tablesOf(dir).Read(&p)
	if errors.Is(err, view.ErrNoEvents) {
		return nil, fmt.Errorf("run %s: %w: run \"psims run\" again with this program", filepath.Base(now), err)
	}
	if err != nil {
		return nil, err
	}
	return view.New(p), nil
}

// tablesOf gives the tables of a run; one that an older program did not write is nil.
func tablesOf(dir publication.Folder) view.Tables {
	return func(name string) (*frame.Frame, error) {
		folder := publication.Tables
		if name == "themes" {
			folder = ""
		}
		f, err := dir.Table(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return f, err
	}
}
