package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/cluster"
	"psims/models/theme"
	"psims/models/topic"
	"psims/nlp/features"
)

type groupVerb struct {
	AsOf string `help:"Judge as if that day had just ended (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run groups the narratives of the day.
func (v *groupVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "group", (*night).group)
}

// themes are the groups of narratives: what each is about and who is in it.
type themes struct {
	id        []string
	name      []string
	terms     [][]string
	born      []incident.Day
	size      []int
	exemplars [][]int      // rows of the event table, most typical first
	of        []int32      // theme of each event; cluster.None for none
	at        [][2]float64 // places on a map: what lies near is alike
	events    []theme.Event
}

// group assigns the narratives to the themes of the last grid day, and follows the
// themes up to it where that has not been done; it adds themes.parquet, the
// membership, and what became of themes.
func (n *night) group(ctx context.Context) (int, error) {
	if _, err := n.events(ctx); err != nil {
		return 0, err
	}
	atlas, err := n.atlas(ctx) // first, so that the counts of other days are gone before those of the day are there
	if err != nil {
		return 0, err
	}
	terms, counts, err := n.count(ctx)
	if err != nil {
		return 0, err
	}
	n.themed = &themes{of: make([]int32, counts.Rows())}
	for i := range n.themed.of {
		n.themed.of[i] = cluster.None
	}
	if atlas == nil || len(atlas.Themes) == 0 {
		// So few narratives, or so like each other, that no word relates any: there are no themes.
		return 0, n.writeThemes()
	}
	g := atlas.Assign(terms, counts)
	n.themed.of, n.themed.events, n.themed.at = g.Of, atlas.Events, atlas.Map()
	exemplars := topic.Exemplars(counts, g, topic.Default().Exemplars)
	for k, t := range atlas.Themes {
		n.themed.id, n.themed.name, n.themed.terms, n.themed.born = append(n.themed.id, t.ID), append(n.themed.name, t.Name), append(n.themed.terms, t.Terms), append(n.themed.born, t.Born)
		n.themed.size = append(n.themed.size, g.Sizes[k])
		rows := make([]int, len(exemplars[k]))
		for j, i := range exemplars[k] {
			rows[j] = int(i)
		}
		n.themed.exemplars = append(n.themed.exemplars, rows)
	}
	return len(n.themed.id), n.writeThemes()
}

// taskThemes is the folder of the themes under models.
const taskThemes = "themes"

// keptAtlases is how many grid days' themes are kept; the next is made from the last.
const keptAtlases = 3

// themeSettings are the configured settings of the themes.
func (n *night) themeSettings() theme.Config {
	c, g := theme.Default(), n.cfg.Group
	c.Embed.Dimensions, c.Embed.Seed = g.Dimensions, n.cfg.Seed
	c.Cluster.Groups, c.Cluster.MinLikeness, c.Cluster.MinSize, c.Cluster.Sample, c.Cluster.Seed = g.Groups, g.MinLikeness, g.MinSize, g.Sample, n.cfg.Seed
	return c
}

// atlas gives the themes of the last grid day, nil before the first. They are made
// grid day by grid day, from the newest that is kept and was made of the same reports.
func (n *night) atlas(ctx context.Context) (*theme.Atlas, error) {
	c := n.themeSettings()
	days := c.Grid(n.table.Reported[0], n.asOf)
	versions, err := n.themeVersions(ctx, c, days)
	if err != nil {
		return nil, err
	}
	var atlas *theme.Atlas
	from := len(days)
	for from > 0 && atlas == nil {
		var err error
		if atlas, err = n.keptAtlas(versions[from-1]); err != nil {
			return nil, err
		}
		if atlas == nil {
			from--
		}
	}
	step, done := n.bar(int64(len(days)-from), "following themes")
	defer done()
	for k := from; k < len(days); k++ {
		l, err := n.themeLesson(ctx, days[k])
		if err != nil {
			return nil, err
		}
		next, err := c.Next(ctx, atlas, l)
		if err != nil {
			return nil, fmt.Errorf("following the themes of %v: %w", l.Day, err)
		}
		atlas = next
		if k >= len(days)-keptAtlases {
			if err := n.keepAtlas(versions[k], atlas); err != nil {
				return nil, err
			}
		}
		step(1)
	}
	if len(days) == 0 {
		return nil, nil
	}
	n.man.Models[taskThemes] = versions[len(days)-1]
	return atlas, nil
}

// themeLesson is what the themes of a grid day are made from: what was known then.
// What was revised or withdrawn later counts as it stood, so that themes once made
// stay as they are. Where only a sample is looked at, only that is read.
func (n *night) themeLesson(ctx context.Context, day incident.Day) (theme.Lesson, error) {
	c := n.themeSettings()
	events := 0
	for _, l := range n.loads {
		events += l.Events
	}
	if events > c.Cluster.Sample { // else there can't be more than are looked at
		s, err := n.wh.Sample(ctx, day, day-incident.Day(c.ReachDays), c.Cluster.Sample)
		if err != nil {
			return theme.Lesson{}, err
		}
		if s.Of > c.Cluster.Sample {
			terms, counts, err := features.Count(ctx, s.Text, features.DefaultCount())
			return theme.Lesson{Within: s.Of, Day: day, Terms: terms, Counts: counts, Reported: s.Reported, Texts: s.Text}, err
		}
	}
	settled, err := n.wh.Settled(ctx, day, n.asOf)
	if err != nil {
		return theme.Lesson{}, err
	}
	if settled {
		terms, counts, err := n.count(ctx)
		return theme.Lesson{Day: day, Terms: terms, Counts: counts, Reported: n.table.Reported, Texts: n.table.Text}, err
	}
	t, err := n.wh.Table(ctx, day)
	if err != nil {
		return theme.Lesson{}, err
	}
	terms, counts, err := features.Count(ctx, t.Text, features.DefaultCount())
	return theme.Lesson{Day: day, Terms: terms, Counts: counts, Reported: t.Reported, Texts: t.Text}, err
}

// themeVersions names the themes of each grid day by all that they depend on: the
// settings, and the loads that hold what was known then.
func (n *night) themeVersions(ctx context.Context, c theme.Config, days []incident.Day) ([]string, error) {
	out := make([]string, len(days))
	for k, day := range days {
		loads, err := n.wh.LoadsUntil(ctx, day)
		if err != nil {
			return nil, err
		}
		h := artefact.NewNamer(fmt.Sprintf("%+v", c))
		for _, l := range loads {
			h.Add(l.ID)
		}
		out[k] = day.String() + "-" + h.Name()
	}
	return out, nil
}

// keptAtlas gives the themes of a version, nil when they are not kept.
func (n *night) keptAtlas(version string) (*theme.Atlas, error) {
	if a := n.memory.atlas(version); a != nil {
		return a, nil
	}
	e, _, err := n.store().Load(taskThemes, version)
	if missing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f, err := artefact.Decode(e.Model)
	if err != nil {
		return nil, err
	}
	return theme.Restore(f)
}

// keepAtlas keeps the themes of a grid day, in memory in a replay, else as a model,
// and lets go of those of days long past.
func (n *night) keepAtlas(version string, a *theme.Atlas) error {
	if n.dir == "" {
		n.memory.keep(version, a)
		return nil
	}
	f, err := a.File()
	if err != nil {
		return err
	}
	data, err := artefact.Encode(f)
	if err != nil {
		return err
	}
	metrics, err := json.MarshalIndent(map[string]any{"themes": len(a.Themes), "events": a.EventsOf(a.Day)}, "", "  ")
	if err != nil {
		return err
	}
	card := fmt.Sprintf("# Model card: themes\n\nGroups of redacted reports that tell of like things, as of %v: %d themes. They were found without being told what to look for, and say nothing of causes. See docs/methods/themes.md.\n", a.Day, len(a.Themes))
	s := n.store()
	if _, err := s.Save(taskThemes, version, artefact.Entry{Model: data, Card: []byte(card), Metrics: metrics}); err != nil {
		return err
	}
	versions, err := s.Versions(taskThemes)
	if err != nil {
		return err
	}
	for len(versions) > keptAtlases {
		if err := os.RemoveAll(n.home.path("models", taskThemes, versions[0])); err != nil {
			return err
		}
		versions = versions[1:]
	}
	return nil
}

func (n *night) writeThemes() error {
	t := n.themed
	var terms, exemplars []string
	sizes := make([]int64, len(t.size))
	for k := range t.id {
		terms = append(terms, strings.Join(t.terms[k], "|"))
		var ids []string
		for _, i := range t.exemplars[k] {
			ids = append(ids, n.table.ID[i])
		}
		exemplars = append(exemplars, strings.Join(ids, "|"))
		sizes[k] = int64(t.size[k])
	}
	var x, y []float64
	for _, at := range t.at {
		x, y = append(x, at[0]), append(y, at[1])
	}
	err := n.writeTable(frame.New("themes",
		frame.Column{Name: "theme_id", Doc: "The theme, the same from run to run.", Values: t.id},
		frame.Column{Name: "name", Doc: "The theme in a few words: noun phrases that its typical reports share.", Values: t.name},
		frame.Column{Name: "terms", Doc: "Distinguishing terms, strongest first, separated by |.", Values: terms},
		frame.Column{Name: "born", Doc: "Day on which it was first found.", Values: t.born},
		frame.Column{Name: "reports", Doc: "Reports in the theme.", Values: sizes},
		frame.Column{Name: "exemplars", Doc: "Ids of the most typical reports, separated by |.", Values: exemplars},
		frame.Column{Name: "x", Doc: "Place on a map on which themes that are alike lie near each other; the axes mean nothing.", Values: x},
		frame.Column{Name: "y", Doc: "The same.", Values: y},
	), "", false)
	if err != nil {
		return err
	}
	if err := n.writeThemeEvents(); err != nil {
		return err
	}
	member := make([]string, len(t.of))
	for i, k := range t.of {
		if k != cluster.None {
			member[i] = t.id[k]
		}
	}
	return n.writeTable(frame.New("theme_members",
		frame.Column{Name: "system", Doc: "Recording system.", Values: values(&n.table.System)},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: n.table.ID},
		frame.Column{Name: "theme_id", Doc: "Its theme; empty when it is in none.", Values: member},
	), "tables/", false)
}

// writeThemeEvents lists what became of themes.
func (n *night) writeThemeEvents() error {
	var kind, id, other, name, before []string
	var day []incident.Day
	var reports []int64
	for _, e := range n.themed.events {
		day, kind, id, other = append(day, e.Day), append(kind, string(e.Kind)), append(id, e.Theme), append(other, e.Other)
		name, before, reports = append(name, e.Name), append(before, e.Before), append(reports, int64(e.Reports))
	}
	return n.writeTable(frame.New("theme_events",
		frame.Column{Name: "day", Doc: "Day on which the themes were looked at.", Values: day},
		frame.Column{Name: "kind", Doc: "born, split, merged, retired or renamed.", Values: kind},
		frame.Column{Name: "theme_id", Doc: "The theme.", Values: id},
		frame.Column{Name: "other", Doc: "The theme that it was split from or merged into.", Values: other},
		frame.Column{Name: "name", Doc: "Its name on that day.", Values: name},
		frame.Column{Name: "before", Doc: "Its name until then, when renamed.", Values: before},
		frame.Column{Name: "reports", Doc: "Its reports then.", Values: reports},
	), "tables/", true)
}

// readThemes gives the themes that group found, from memory or from the run's folder.
func (n *night) readThemes(ctx context.Context) (*themes, error) {
	if n.themed != nil {
		return n.themed, nil
	}
	if _, err := n.events(ctx); err != nil {
		return nil, err
	}
	f, err := n.readTable("", "themes")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("run %s has no themes yet: run \"psims group\" first", n.id)
	}
	if err != nil {
		return nil, err
	}
	m, err := n.readTable("tables", "theme_members")
	if err != nil {
		return nil, err
	}
	t, err := n.parseThemes(f, m)
	if err != nil {
		return nil, err
	}
	n.themed = t
	return t, nil
}

func (n *night) parseThemes(f, m *frame.Frame) (*themes, error) {
	t := &themes{of: make([]int32, n.table.Len())}
	var err error
	if t.id, err = frame.Get[string](f, "theme_id"); err != nil {
		return nil, err
	}
	if t.name, err = frame.Get[string](f, "name"); err != nil {
		return nil, err
	}
	sizes, err := frame.Get[int64](f, "reports")
	if err != nil {
		return nil, err
	}
	terms, err := frame.Get[string](f, "terms")
	if err != nil {
		return nil, err
	}
	exemplars, err := frame.Get[string](f, "exemplars")
	if err != nil {
		return nil, err
	}
	member, err := frame.Get[string](m, "theme_id")
	if err != nil {
		return nil, err
	}
	x, err1 := frame.Get[float64](f, "x")
	y, err2 := frame.Get[float64](f, "y")
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	for k := range x {
		t.at = append(t.at, [2]float64{x[k], y[k]})
	}
	if len(member) != n.table.Len() {
		return nil, fmt.Errorf("reading themes of run %s: made of %d events, and there are %d: run \"psims group\" again", n.id, len(member), n.table.Len())
	}
	row := make(map[string]int, n.table.Len())
	for i, id := range n.table.ID {
		row[id] = i
	}
	index := map[string]int32{"": cluster.None}
	for k, id := range t.id {
		index[id] = int32(k)
		t.size = append(t.size, int(sizes[k]))
		t.terms = append(t.terms, strings.Split(terms[k], "|"))
		var rows []int
		for id := range strings.SplitSeq(exemplars[k], "|") {
			if id != "" { // a theme without reports today has none
				rows = append(rows, row[id])
			}
		}
		t.exemplars = append(t.exemplars, rows)
	}
	for i, id := range member {
		t.of[i] = index[id]
	}
	return t, nil
}
