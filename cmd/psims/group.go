package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"psims/datasets/frame"
	"psims/models/cluster"
	"psims/models/embed"
	"psims/models/topic"
	"psims/nlp/sparse"
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
	size      []int
	exemplars [][]int // rows of the event table, most typical first
	of        []int32 // theme of each event; cluster.None for none
}

// group embeds the narratives and groups them; it adds themes.parquet and the membership.
func (n *night) group(ctx context.Context) (int, error) {
	_, counts, err := n.count(ctx)
	if err != nil {
		return 0, err
	}
	x := embed.Weigh(counts, minDocuments, maxShare)
	if x.Cols == 0 {
		// So few narratives, or so like each other, that no word relates any: there are no themes.
		n.themed = &themes{of: make([]int32, counts.Rows())}
		for i := range n.themed.of {
			n.themed.of[i] = cluster.None
		}
		return 0, n.writeThemes()
	}
	ec := embed.Default()
	ec.Dimensions, ec.Seed = n.cfg.Group.Dimensions, n.cfg.Seed
	sample := every(x, n.cfg.Group.Sample)
	model, err := ec.Fit(ctx, sample)
	if err != nil {
		return 0, err
	}
	cc := cluster.Default()
	cc.Groups, cc.MinLikeness, cc.MinSize, cc.Sample, cc.Seed = n.cfg.Group.Groups, n.cfg.Group.MinLikeness, n.cfg.Group.MinSize, n.cfg.Group.Sample, n.cfg.Seed
	g, err := cc.Fit(ctx, model.Vectors(x), model.Dimensions())
	if err != nil {
		return 0, err
	}
	n.themed = n.describe(counts, g)
	return len(n.themed.id), n.writeThemes()
}

// Terms of fewer than minDocuments narratives, or of more than maxShare of them,
// relate nothing.
const (
	minDocuments = 5
	maxShare     = 0.3
)

// every gives about size rows of x at equal distances; all when there are no more.
func every(x *sparse.CSR, size int) *sparse.CSR {
	if x.Rows() <= size {
		return x
	}
	rows := make([]int32, size)
	for k := range rows {
		rows[k] = int32(int64(k) * int64(x.Rows()) / int64(size))
	}
	return x.Gather(rows)
}

// namingTexts is how many typical reports a theme is named from.
const namingTexts = 15

// describe names the groups.
func (n *night) describe(counts *sparse.CSR, g *cluster.Grouping) *themes {
	t := &themes{of: g.Of}
	tc := topic.Default()
	shown := tc.Exemplars
	tc.Exemplars = namingTexts
	for k, d := range topic.Describe(counts, g, tc) {
		var words, texts []string
		weights := map[string]float64{}
		for _, term := range d.Terms {
			word := n.terms.Shown(term)
			// A phrase says all that its words say.
			repeats := false
			for _, w := range words {
				repeats = repeats || strings.Contains(" "+w+" ", " "+word+" ")
			}
			if !repeats {
				words = append(words, word)
			}
		}
		if len(words) == 0 {
			words = []string{"no word of its own"}
		}
		t.id = append(t.id, fmt.Sprintf("theme-%03d", k+1))
		for i, term := range d.Terms {
			weights[n.terms.Name(term)] = d.Weights[i]
		}
		for _, i := range d.Exemplars {
			texts = append(texts, n.table.Text[i])
		}
		t.name = append(t.name, topic.Name(texts, weights, words))
		t.terms = append(t.terms, words)
		t.size = append(t.size, g.Sizes[k])
		var rows []int
		for _, i := range d.Exemplars[:min(shown, len(d.Exemplars))] {
			rows = append(rows, int(i))
		}
		t.exemplars = append(t.exemplars, rows)
	}
	distinguish(t.name)
	return t
}

// distinguish numbers the names that stand more than once: a theme's name is the
// name of its stratum.
func distinguish(names []string) {
	seen := map[string]int{}
	for k, name := range names {
		seen[name]++
		if seen[name] > 1 {
			names[k] = fmt.Sprintf("%s (%d)", name, seen[name])
		}
	}
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
	err := n.writeTable(frame.New("themes",
		frame.Column{Name: "theme_id", Doc: "Identity of the theme within this run.", Values: t.id},
		frame.Column{Name: "name", Doc: "The theme in a few words: noun phrases that its typical reports share.", Values: t.name},
		frame.Column{Name: "terms", Doc: "Distinguishing terms, strongest first, separated by |.", Values: terms},
		frame.Column{Name: "reports", Doc: "Reports in the theme.", Values: sizes},
		frame.Column{Name: "exemplars", Doc: "Ids of the most typical reports, separated by |.", Values: exemplars},
	), "", false)
	if err != nil {
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
			rows = append(rows, row[id])
		}
		t.exemplars = append(t.exemplars, rows)
	}
	for i, id := range member {
		t.of[i] = index[id]
	}
	return t, nil
}
