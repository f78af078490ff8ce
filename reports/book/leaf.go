package book

import (
	"bytes"
	"context"
	"html/template"

	"psims/reports/chart"
)

// Leaf is the content of one page, to stand in a frame of another's, and its files
// of numbers by name.
type Leaf struct {
	Content template.HTML
	Files   map[string]chart.Table // "data/a-1-weekly.csv"
}

// Leaf draws the figures and fills the content of the only page p.
//
// Errors: ctx ended, a figure that can't be drawn, or content that doesn't fit.
func (b *Book) Leaf(ctx context.Context, p Page) (Leaf, error) {
	drawings, err := b.press.engine.Draw(ctx, b.figures)
	if err != nil {
		return Leaf{}, err
	}
	b.drawings = make(map[string]chart.Drawing, len(drawings))
	l := Leaf{Files: map[string]chart.Table{}}
	for i, f := range b.figures {
		b.drawings[f.ID] = drawings[i]
		l.Files[DataName(f.ID)] = drawings[i].Table
	}
	var out bytes.Buffer
	if err := b.press.renderer.Fill(&out, p.Template, p.Content()); err != nil {
		return Leaf{}, err
	}
	for _, f := range b.Files {
		l.Files[f.Name] = f.Table
	}
	l.Content = template.HTML(out.String()) // escaped by the template that made it
	return l, nil
}

// Draw draws one figure.
//
// Errors: ctx ended, or a figure that can't be drawn.
func (p *Press) Draw(ctx context.Context, f chart.Figure) (chart.Drawing, error) {
	list, err := p.engine.Draw(ctx, []chart.Figure{f})
	if err != nil {
		return chart.Drawing{}, err
	}
	return list[0], nil
}
