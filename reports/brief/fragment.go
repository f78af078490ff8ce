package brief

import (
	"context"

	"psims/analytics/triage"
	"psims/reports/book"
	"psims/reports/page"
)

// Fragment is what a report says of one alert, to stand in another frame. Its links
// to files begin with "../data/".
type Fragment struct {
	book.Leaf
	Tags []page.Tag
}

// Alert gives the content of the page of run's only alert.
//
// Errors: ctx ended, or a figure that can't be drawn.
func (w *Writer) Alert(ctx context.Context, run Run) (Fragment, error) {
	r, err := newReport(w, run)
	if err != nil {
		return Fragment{}, err
	}
	p := r.alertPage(0)
	leaf, err := r.Leaf(ctx, p)
	return Fragment{leaf, p.Frame.Tags}, err
}

// Rated says in short how an alert stands, as the report words it: its state, what
// kind of finding it is, what was seen and expected, and the harm told of.
type Rated struct {
	State, Kind    page.Tag
	Seen, Expected string
	Harm           string
}

// Rate words an alert.
func (w *Writer) Rate(a triage.Alert) Rated {
	r := &report{Book: w.press.New(w.config.Policy), config: w.config}
	tags := alertTags(a)
	return Rated{State: tags[0], Kind: tags[1], Seen: book.Reports(r.Whole(a.Observed)) + " in " + span(a.Window), Expected: expectation(a), Harm: r.harmSaid(a)}
}
