package main

import (
	"fmt"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/models/champion"
)

// Names of the tasks that a classifier is learnt for; configuration, folders under
// models and manifests use them.
const (
	taskCategory    = "category"
	taskSpecialty   = "specialty"
	taskCareSetting = "care_setting"
	taskHarm        = "harm"
)

// taskNames are the tasks that can be switched on.
var taskNames = []string{taskCategory, taskSpecialty, taskCareSetting, taskHarm}

// categoryTask is the task of a scheme's categories. The counted scheme's has the
// plain name; the others serve the crosswalk between schemes.
func (n *night) categoryTask(scheme string) champion.Task {
	t := champion.Task{Name: taskCategory, Subject: fmt.Sprintf("category in the scheme %q", scheme), Scheme: scheme, Counted: scheme == n.scheme()}
	if !t.Counted {
		t.Name += "-" + scheme
	}
	return t
}

// classifierTasks are the tasks of the night that have one label a narrative, in a
// fixed order: categories of each scheme, specialty, care setting.
func (n *night) classifierTasks() []champion.Task {
	var out []champion.Task
	for _, name := range n.cfg.Train.Tasks {
		switch name {
		case taskCategory:
			for _, scheme := range n.schemes() {
				out = append(out, n.categoryTask(scheme))
			}
		case taskSpecialty:
			out = append(out, champion.Task{Name: name, Subject: "specialty"})
		case taskCareSetting:
			out = append(out, champion.Task{Name: name, Subject: "care setting"})
		}
	}
	return out
}

// saidOf gives what the sender said of event i for a task, "" for nothing.
func saidOf(t champion.Task, tab *incident.Table, i int) string {
	v := ""
	switch t.Name {
	case taskSpecialty:
		v = tab.Specialty.Value(i)
	case taskCareSetting:
		v = tab.CareSetting.Value(i)
	default:
		if tab.Scheme.Value(i) == t.Scheme {
			v = tab.Category.Value(i)
		}
	}
	if !incident.Answered(v) {
		return ""
	}
	return v
}

// schemes are the schemes of the events' categories: the counted one, then the
// others by name. A scheme whose name can't be a folder's is not learnt.
func (n *night) schemes() []string {
	first := n.scheme()
	if first == "" {
		return nil
	}
	out := []string{first}
	for _, s := range slices.Sorted(slices.Values(n.table.Scheme.Names)) {
		if s != "" && s != first && !strings.ContainsAny(s, "/\\. ") {
			out = append(out, s)
		}
	}
	return out
}

// due is the last day on which classifiers were due.
func (n *night) due() incident.Day { return champion.DueDay(n.asOf, n.cfg.Train.DueDays) }

// lesson gathers the labelled events of the last due day, once.
func (n *night) lesson(t champion.Task) champion.Lesson {
	l, gathered := n.lessons[t]
	if !gathered {
		c := champion.Config{Model: n.cfg.Train.Model, MinEvents: n.cfg.Train.MinEvents, MinClass: n.cfg.Train.MinClass, MaxEvents: n.cfg.Train.MaxEvents, TestShare: n.cfg.Train.TestShare, Seed: n.cfg.Seed}
		if !t.Counted {
			c.MaxEvents = min(c.MaxEvents, n.cfg.Train.SideEvents)
		}
		m := n.table.Until(n.due())
		said := make([]string, m)
		for i := range said {
			said[i] = saidOf(t, n.table, i)
		}
		l = champion.Gather(t, n.due(), n.table.Text[:m], said, c)
		if n.lessons == nil {
			n.lessons = map[champion.Task]champion.Lesson{}
		}
		n.lessons[t] = l
	}
	return l
}
