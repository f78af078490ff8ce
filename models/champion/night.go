package champion

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/classify"
	"psims/models/evaluate"
)

// Names of the tasks that a night can have. Configuration, folders of versions and
// manifests use them.
const (
	Category    = "category"
	Specialty   = "specialty"
	CareSetting = "care_setting"
)

// Plan is which tasks a night has, and what may be learnt for them.
type Plan struct {
	Tasks      []string // of the names above; others are passed over
	Scheme     string   // whose categories are counted; "" is the scheme with most labelled events
	EveryDays  int      // the grid of due days
	SideEvents int      // newest that are learnt from for tasks that only fill gaps
	Sure       float64  // below this probability an answer is none
	Lesson     Config
}

// Night is the tasks of one night, with what is learnt for each and which version
// answers. It is not for use by several goroutines at once.
type Night struct {
	plan    Plan
	table   *incident.Table
	asOf    incident.Day
	store   artefact.Store
	scheme  string
	lessons map[Task]Lesson
}

// NewNight prepares the tasks of a night from the events that were known at the end of
// a day. Which scheme is counted is settled by the table as it is now: what people
// correct in it afterwards does not move it.
func NewNight(t *incident.Table, asOf incident.Day, p Plan, s artefact.Store) *Night {
	n := &Night{plan: p, table: t, asOf: asOf, store: s, scheme: p.Scheme, lessons: map[Task]Lesson{}}
	if n.scheme == "" {
		n.scheme = mostLabelled(t)
	}
	return n
}

// mostLabelled is the scheme with most labelled events, the first by name of equals; ""
// where none is labelled.
func mostLabelled(t *incident.Table) string {
	counts := make([]int, len(t.Scheme.Names))
	for i, code := range t.Scheme.Codes {
		if t.Category.Codes[i] != 0 {
			counts[code]++
		}
	}
	best, most := "", 0
	for code, k := range counts {
		if name := t.Scheme.Names[code]; name != "" && (k > most || k > 0 && k == most && name < best) {
			best, most = name, k
		}
	}
	return best
}

// Scheme is whose categories are counted.
func (n *Night) Scheme() string { return n.scheme }

// Schemes are the schemes of the events' categories: the counted one, then the others
// by name. A scheme whose name can't be a folder's is not learnt.
func (n *Night) Schemes() []string {
	if n.scheme == "" {
		return nil
	}
	out := []string{n.scheme}
	for _, s := range slices.Sorted(slices.Values(n.table.Scheme.Names)) {
		if s != "" && s != n.scheme && !strings.ContainsAny(s, "/\\. ") {
			out = append(out, s)
		}
	}
	return out
}

// Categories is the task of a scheme's categories. The counted scheme's has the plain
// name; the others serve the crosswalk between schemes.
func (n *Night) Categories(scheme string) Task {
	t := Task{Name: Category, Subject: fmt.Sprintf("category in the scheme %q", scheme), Scheme: scheme, Counted: scheme == n.scheme}
	if !t.Counted {
		t.Name += "-" + scheme
	}
	return t
}

// Tasks are the tasks of the night in a fixed order: as they are planned, categories of
// each scheme.
func (n *Night) Tasks() []Task {
	var out []Task
	for _, name := range n.plan.Tasks {
		switch name {
		case Category:
			for _, scheme := range n.Schemes() {
				out = append(out, n.Categories(scheme))
			}
		case Specialty:
			out = append(out, Task{Name: name, Subject: "specialty"})
		case CareSetting:
			out = append(out, Task{Name: name, Subject: "care setting"})
		}
	}
	return out
}

// Said gives what the sender said of event i for a task, "" for nothing.
func (n *Night) Said(t Task, i int) string {
	v := ""
	switch t.Name {
	case Specialty:
		v = n.table.Specialty.Value(i)
	case CareSetting:
		v = n.table.CareSetting.Value(i)
	default:
		if n.table.Scheme.Value(i) == t.Scheme {
			v = n.table.Category.Value(i)
		}
	}
	if !incident.Answered(v) {
		return ""
	}
	return v
}

// Due is the last day on which classifiers were due.
func (n *Night) Due() incident.Day { return DueDay(n.asOf, n.plan.EveryDays) }

// Lesson gathers the labelled events of the last due day, once.
func (n *Night) Lesson(t Task) Lesson {
	l, gathered := n.lessons[t]
	if !gathered {
		c := n.plan.Lesson
		if !t.Counted {
			c.MaxEvents = min(c.MaxEvents, n.plan.SideEvents)
		}
		m := n.table.Until(n.Due())
		said := make([]string, m)
		for i := range said {
			said[i] = n.Said(t, i)
		}
		l = Gather(t, n.Due(), n.table.Text[:m], said, c)
		n.lessons[t] = l
	}
	return l
}

// Train learns the version of a task's lesson and says what was decided; the report is
// nil where it was learnt and decided before.
//
// Errors: it can't be learnt or kept; ctx done. Panics if the lesson is not enough.
func (n *Night) Train(ctx context.Context, t Task) (artefact.Decision, *evaluate.Report, error) {
	l := n.Lesson(t)
	if !l.Enough() {
		panic(fmt.Sprintf("champion: %d texts of %s are not enough to learn from", len(l.Texts), t.Name))
	}
	d, err := n.store.Decision(t.Name, l.Version())
	if !errors.Is(err, fs.ErrNotExist) {
		return d, nil, err
	}
	return l.Train(ctx, n.store, n.cuts, func(model *classify.Classifier) ([]artefact.Side, error) {
		if !t.Counted {
			return nil, nil
		}
		reference, err := n.reference(model, l)
		return []artefact.Side{reference}, err
	})
}

// cuts are the ways in which a model's mistakes are looked at part by part.
func (n *Night) cuts(rows []int32, texts []string) []evaluate.Cut {
	column := func(name string, c *incident.Column) evaluate.Cut {
		cut := evaluate.Cut{Name: name, Values: make([]string, len(rows))}
		for k, i := range rows {
			cut.Values[k] = c.Value(int(i))
		}
		return cut
	}
	t := n.table
	return []evaluate.Cut{column("organisation", &t.Organisation), column("recording system", &t.System), column("care setting", &t.CareSetting),
		column("specialty", &t.Specialty), evaluate.Lengths(texts, evaluate.DefaultBands())}
}

// ErrUntrained says that the version of a lesson has not been learnt.
var ErrUntrained = errors.New("has not been trained")

// InUse gives the classifier in use on the day and its name; none when its task is not
// of the night or there is too little to learn from.
//
// Errors: ErrUntrained when it should be there.
func (n *Night) InUse(t Task) (*classify.Classifier, string, error) {
	if !slices.Contains(n.Tasks(), t) {
		return nil, "", nil
	}
	l := n.Lesson(t)
	if !l.Enough() {
		return nil, "", nil
	}
	d, err := n.store.Decision(t.Name, l.Version())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, "", fmt.Errorf("the classifier of %s of %v %w", t.Subject, l.Until, ErrUntrained)
	}
	version := d.InUse()
	if err != nil || version == "" {
		return nil, "", err
	}
	model, err := Load(n.store, t.Name, version)
	return model, version, err
}

// Taught compares the version in use with the one before it on the reports of some
// rows, whose category people gave. It is nil where there is nothing to compare.
func (n *Night) Taught(t Task, version string, said classify.Answers, rows []int32) (*Taught, error) {
	if said.Predictions == nil {
		return nil, nil
	}
	var answered []Answered
	for _, i := range rows {
		answered = append(answered, Answered{Row: i, Text: n.table.Text[i], Said: n.table.Category.Value(int(i)), Now: said.Names[said.Predictions[i].Class]})
	}
	return n.Lesson(t).Taught(n.store, version, answered)
}
