package brief

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"

	"psims/reports/assets"
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

// Create opens a file of the report for writing. Its name is relative, with
// forward slashes: "index.html", "alerts/a-1.html", "data/a-1-weekly.csv".
type Create func(name string) (io.WriteCloser, error)

// Summary says what was written.
type Summary struct {
	Pages  int
	Charts int
	Files  int // of numbers, to download
	Hidden int // counts that the policy kept back
}

// Writer writes reports. Making one takes a while: keep it for the next run. It
// is safe for many goroutines.
type Writer struct {
	config   Config
	engine   *chart.Engine
	renderer *page.Renderer
}

// New makes a writer.
//
// Errors: settings that can't be, or a program built without its assets.
func New(c Config) (*Writer, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	source, err := assets.ECharts()
	if err != nil {
		return nil, err
	}
	style, err := assets.Style()
	if err != nil {
		return nil, err
	}
	engine, err := chart.NewEngine(source)
	if err != nil {
		return nil, err
	}
	renderer, err := page.New(style, templates, "templates/*.html")
	if err != nil {
		return nil, err
	}
	return &Writer{config: c, engine: engine, renderer: renderer}, nil
}

// Write writes the whole report of a run. Files are made one after the other,
// in an order that depends on the run alone. Cost: about 0.1 seconds of one core a chart.
//
// Errors: ids that are given twice, ctx ended, or create's own.
func (w *Writer) Write(ctx context.Context, create Create, run Run) (Summary, error) {
	r, err := newReport(w, run)
	if err != nil {
		return Summary{}, err
	}
	pages := r.pages()
	if err := r.draw(ctx); err != nil {
		return Summary{}, err
	}
	for _, p := range pages {
		content := p.content() // after the drawings are there
		if err := r.write(create, p, content); err != nil {
			return Summary{}, err
		}
	}
	for _, f := range r.files {
		if err := writeFile(create, f.name, f.table.CSV); err != nil {
			return Summary{}, err
		}
	}
	return Summary{Pages: len(pages), Charts: len(r.figures), Files: len(r.files), Hidden: r.hidden}, nil
}

func (r *report) write(create Create, p pageOf, content any) error {
	return writeFile(create, p.name, func(out io.Writer) error {
		return r.writer.renderer.Write(out, p.template, p.frame, content)
	})
}

func writeFile(create Create, name string, fill func(io.Writer) error) (err error) {
	out, err := create(name)
	if err != nil {
		return fmt.Errorf("making report file %q: %w", name, err)
	}
	defer func() {
		if closing := out.Close(); closing != nil {
			err = errors.Join(err, fmt.Errorf("closing report file %q: %w", name, closing))
		}
	}()
	if err := fill(out); err != nil {
		return fmt.Errorf("writing report file %q: %w", name, err)
	}
	return nil
}
