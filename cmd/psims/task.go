package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/label"
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

// task is one thing that a classifier says of a narrative.
type task struct {
	name    string // folder under models
	subject string // in words
	scheme  string // whose categories; "" for the other tasks
}

// categoryTask is the task of a scheme's categories. The counted scheme's has the
// plain name; the others serve the crosswalk between schemes.
func (n *night) categoryTask(scheme string) task {
	t := task{taskCategory, fmt.Sprintf("category in the scheme %q", scheme), scheme}
	if scheme != n.scheme() {
		t.name += "-" + scheme
	}
	return t
}

// classifierTasks are the tasks of the night that have one label a narrative, in a
// fixed order: categories of each scheme, specialty, care setting.
func (n *night) classifierTasks() []task {
	var out []task
	for _, name := range n.cfg.Train.Tasks {
		switch name {
		case taskCategory:
			for _, scheme := range n.schemes() {
				out = append(out, n.categoryTask(scheme))
			}
		case taskSpecialty:
			out = append(out, task{name: name, subject: "specialty"})
		case taskCareSetting:
			out = append(out, task{name: name, subject: "care setting"})
		}
	}
	return out
}

// value gives what the sender said of event i, "" for nothing.
func (t task) value(tab *incident.Table, i int) string {
	v := ""
	switch t.name {
	case taskSpecialty:
		v = tab.Specialty.Value(i)
	case taskCareSetting:
		v = tab.CareSetting.Value(i)
	default:
		if tab.Scheme.Value(i) == t.scheme {
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

// lesson is what a classifier is learnt from and tried on. Its name depends on
// nothing else, so that equal lessons give equal models under equal names.
type lesson struct {
	task  task
	until incident.Day
	rows  []int32 // of the events, oldest first
	texts []string
	y     *label.Table

	// Never learnt from, by any version: what a new version and the champion are tried on.
	frozenRows  []int32
	frozenTexts []string
	frozenY     []string
}

const (
	frozenOneIn = 20     // one text in so many is never learnt from, by any version
	maxFrozen   = 20_000 // newest of them that versions are tried on
)

// frozen reports whether a text is kept out of every lesson. It depends on the
// text alone, so that repeats of one stay on one side, on every day.
func frozen(text string) bool {
	h := fnv.New64a()
	h.Write([]byte(strings.ToLower(strings.Join(strings.Fields(text), " ")))) // a hash never fails to write
	return h.Sum64()%frozenOneIn == 0
}

// due is the last day on which classifiers were due.
func (n *night) due() incident.Day { return dueDay(n.asOf, n.cfg.Train.DueDays) }

// dueDay gives the last due day until a day: due days lie on a fixed grid, so that the
// model of a day does not depend on which nights were run.
func dueDay(day incident.Day, every int) incident.Day { return day - incident.Day(int(day)%every) }

// lesson gathers the labelled events of the last due day, once: in classes with enough
// events, the newest when there are too many.
func (n *night) lesson(t task) lesson {
	l, gathered := n.lessons[t]
	if !gathered {
		l = n.gather(t)
		if n.lessons == nil {
			n.lessons = map[task]lesson{}
		}
		n.lessons[t] = l
	}
	return l
}

func (n *night) gather(t task) lesson {
	l := lesson{task: t, until: n.due()}
	m := n.table.Until(l.until)
	said := make([]string, m)
	counts := map[string]int{}
	for i := range m {
		if n.table.Text[i] == "" {
			continue
		}
		if said[i] = t.value(n.table, i); said[i] != "" {
			counts[said[i]]++
		}
	}
	var names []string
	most := n.most(t)
	for i := m - 1; i >= 0 && (len(l.rows) < most || len(l.frozenRows) < maxFrozen); i-- {
		if said[i] == "" || counts[said[i]] < n.cfg.Train.MinClass {
			continue
		}
		if frozen(n.table.Text[i]) {
			if len(l.frozenTexts) < maxFrozen {
				l.frozenRows, l.frozenTexts, l.frozenY = append(l.frozenRows, int32(i)), append(l.frozenTexts, n.table.Text[i]), append(l.frozenY, said[i])
			}
			continue
		}
		if len(l.rows) == most {
			continue
		}
		l.rows, l.texts, names = append(l.rows, int32(i)), append(l.texts, n.table.Text[i]), append(names, said[i])
	}
	// Oldest first again: the test share is the newest.
	slices.Reverse(l.rows)
	slices.Reverse(l.texts)
	slices.Reverse(names)
	l.y = label.Single(names)
	return l
}

// enough reports whether there is anything to learn: enough events and two classes.
func (n *night) enough(l lesson) bool {
	return len(l.texts) >= n.cfg.Train.MinEvents && l.y.Classes() >= 2
}

// version names the model of a lesson.
func (n *night) version(l lesson) string {
	h := artefact.NewNamer(l.task.name, l.task.scheme, l.until, n.cfg.Seed, n.cfg.Train.Model, n.cfg.Train.TestShare)
	for i, t := range l.texts {
		h.Add(l.y.String(i), t)
	}
	return l.until.String() + "-" + h.Name()
}

// counted reports whether it is the task whose answers are counted and judged. The
// others only fill gaps, so less is spent on them.
func (t task) counted() bool { return t.name == taskCategory }

// settings are those of the classifier of a task.
func (n *night) settings(t task) classify.Config {
	c := classify.Default()
	if n.cfg.Train.Model == "accurate" && t.counted() {
		c = classify.Accurate()
	}
	if !t.counted() {
		c.Folds = 2
	}
	c.Seed = n.cfg.Seed
	return c
}

// most gives the number of events that a task learns from at most.
func (n *night) most(t task) int {
	if t.counted() {
		return n.cfg.Train.MaxEvents
	}
	return min(n.cfg.Train.MaxEvents, n.cfg.Train.SideEvents)
}
