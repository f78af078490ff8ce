package brief

import (
	"context"
	"embed"
	"errors"
	"fmt"

	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
)

//go:embed templates/*.html
var templates embed.FS

// Config holds the settings of the report.
type Config struct {
	Policy     disclosure.Policy
	Weeks      int // weeks that charts and small tables show
	FullAlerts int // alerts with chart and quotations on the first page; the others have a row
	Quotes     int // quotations on an alert's page
	ListRows   int // reports listed on a page; the file has them all
	// Aspects names what an alert's score is made of, beside the names known here.
	Aspects map[string]Aspect
	Drawn   *chart.Drawn // what was drawn before, so that it needn't be drawn again; may be nil
}

// Default gives the settings of the national team's own report.
func Default() Config {
	return Config{Policy: disclosure.None(), Weeks: 53, FullAlerts: 10, Quotes: 8, ListRows: 50}
}

// Validate says what is wrong with the settings.
func (c Config) Validate() error {
	switch {
	case c.Weeks < 8:
		return fmt.Errorf("checking report settings: charts of %d weeks: want 8 or more", c.Weeks)
	case c.FullAlerts < 1 || c.Quotes < 1 || c.ListRows < 1:
		return errors.New("checking report settings: alerts, quotations and listed reports must each be 1 or more")
	}
	return nil
}

// Writer writes reports. Making one takes a while: keep it for the next run. It
// is safe for many goroutines.
type Writer struct {
	config Config
	press  *book.Press
}

// New makes a writer.
//
// Errors: settings that can't be, or a program built without its assets.
func New(c Config) (*Writer, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	press, err := book.NewPress(templates, "templates/*.html", c.Drawn)
	if err != nil {
		return nil, err
	}
	return &Writer{config: c, press: press}, nil
}

// Press gives the writer's press, for other reports to share its chart engine.
func (w *Writer) Press() *book.Press { return w.press }

// Site gives what the pages of a run's reports have in common.
func (w *Writer) Site(run Run) page.Site { return run.site(w.config) }

// Write writes the whole report of a run. Files are made one after the other,
// in an order that depends on the run alone. Cost: about 0.1 seconds of one core a chart.
//
// Errors: ids that are given twice, ctx ended, or create's own.
func (w *Writer) Write(ctx context.Context, create book.Create, run Run) (book.Summary, error) {
	r, err := newReport(w, run)
	if err != nil {
		return book.Summary{}, err
	}
	r.Pages = r.pages()
	return r.Book.Write(ctx, create)
}
