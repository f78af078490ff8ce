package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/shelf"
	"psims/models/theme"
	"psims/nlp/features"
	"psims/nlp/sparse"
	"psims/reports/publication"
)

type groupVerb struct {
	AsOf string `help:"Judge as if that day had just ended (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run groups the narratives of the day.
func (v *groupVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "group", (*night).group)
}

// group puts the narratives into the themes of the last grid day, and follows the
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
	places, err := n.places(atlas, terms, counts)
	if err != nil {
		return 0, err
	}
	n.themed = atlas.Group(counts, places)
	members := n.themed.MemberFrame(&n.table.System, n.table.ID)
	return len(n.themed.ID), errors.Join(n.dir.WriteTable(n.themed.Frame(n.table.ID), ""), n.dir.WriteForPeople(n.themed.EventFrame()), n.dir.WriteTable(members, publication.Tables))
}

// places gives the place of each narrative among the themes: of those that were there the
// night before from what is kept, where the themes are still the same.
func (n *night) places(atlas *theme.Atlas, terms *features.Terms, counts *sparse.CSR) ([]theme.Place, error) {
	if atlas == nil {
		return nil, nil
	}
	e, err := atlas.Entry()
	if err != nil {
		return nil, err
	}
	return shelf.EachText(n.memory.onShelf(), "place", sha256.Sum256(e.Model), n.texts(), func(rows []int32) []theme.Place {
		if len(rows) < counts.Rows() {
			return atlas.Places(terms, counts.Gather(rows))
		}
		return atlas.Places(terms, counts)
	})
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
	if err != nil || len(days) == 0 {
		return nil, err
	}
	chain := theme.Chain{Days: days, Newest: keptAtlases,
		Kept:   func(k int) (*theme.Atlas, error) { return n.keptAtlas(versions[k]) },
		Lesson: func(day incident.Day) (theme.Lesson, error) { return n.themeLesson(ctx, day) },
		Keep:   func(k int, a *theme.Atlas) error { return n.keepAtlas(versions[k], a) }}
	atlas, from, err := chain.Missing()
	if err != nil {
		return nil, err
	}
	step, done := n.bar(int64(len(days)-from), "following themes")
	defer done()
	n.man.Models[taskThemes] = versions[len(days)-1]
	return chain.Follow(ctx, c, atlas, from, func() { step(1) })
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
	return theme.Open(e)
}

// keepAtlas keeps the themes of a grid day, in memory in a replay, else as a model,
// and lets go of those of days long past.
func (n *night) keepAtlas(version string, a *theme.Atlas) error {
	if n.dir == "" {
		n.memory.keep(version, a)
		return nil
	}
	e, err := a.Entry()
	if err != nil {
		return err
	}
	s := n.store()
	if _, err := s.Save(taskThemes, version, e); err != nil {
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

// readThemes gives the themes that group found, from memory or from the run's folder.
func (n *night) readThemes(ctx context.Context) (*theme.Grouped, error) {
	if n.themed != nil {
		return n.themed, nil
	}
	if _, err := n.events(ctx); err != nil {
		return nil, err
	}
	f, err := n.dir.Table("", "themes")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef("run %s has no themes yet: run \"psims group\" first", n.id)
	}
	if err != nil {
		return nil, err
	}
	m, err := n.dir.Table("tables", "theme_members")
	if err != nil {
		return nil, err
	}
	if n.themed, err = theme.FromFrames(f, m, n.table.ID); errors.Is(err, theme.ErrOther) {
		err = fmt.Errorf("reading themes of run %s: %w: run \"psims group\" again", n.id, err)
	}
	return n.themed, err
}
