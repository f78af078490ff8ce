package brief

import (
	"bytes"
	"context"
	"html/template"

	"psims/analytics/triage"
	"psims/reports/chart"
	"psims/reports/page"
)

// Fragment is what a report says of one alert, to stand in another frame. Its links
// to files begin with "../data/".
type Fragment struct {
	Tags    []page.Tag
	Content template.HTML
	Files   map[string]chart.Table // by the name that stands after "../data/"
}

// Alert gives the content of the page of run's only alert.
//
// Errors: ctx ended.
func (w *Writer) Alert(ctx context.Context, run Run) (Fragment, error) {
	r, err := newReport(w, run)
	if err != nil {
		return Fragment{}, err
	}
	p := r.alertPage(0)
	if err := r.draw(ctx); err != nil {
		return Fragment{}, err
	}
	var out bytes.Buffer
	if err := w.renderer.Fill(&out, p.template, p.content()); err != nil {
		return Fragment{}, err
	}
	f := Fragment{Tags: p.frame.Tags, Content: template.HTML(out.String()), Files: map[string]chart.Table{}} // escaped by the template that made it
	for _, file := range r.files {
		f.Files[file.name[len("data/"):]] = file.table
	}
	return f, nil
}

// Rated says in short how an alert stands, as the report words it: its state, what
// kind of finding it is, what was seen and expected, and the harm told of.
type Rated struct {
	State, Kind    page.Tag
	Seen, Expected string
	Harm           string
}

// Rate words an alert. A policy of the writer's that keeps counts back is kept to.
func (w *Writer) Rate(a triage.Alert) Rated {
	r := &report{config: w.config}
	tags := alertTags(a)
	return Rated{State: tags[0], Kind: tags[1], Seen: reports(r.whole(a.Observed)) + " in " + span(a.Window), Expected: expectation(a), Harm: r.harmSaid(a)}
}
