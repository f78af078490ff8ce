package main

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/analytics/breaks"
	"psims/analytics/signal"
	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/datasets/tally"
	"psims/models/cluster"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
)

type reportVerb struct {
	AsOf string `help:"The day of the run (YYYY-MM-DD)." placeholder:"DATE"`
}

// Run writes the reports of the day's run and publishes it.
func (v *reportVerb) Run(ctx context.Context, a *app) error {
	return a.one(ctx, v.AsOf, "report", (*night).report)
}

// report writes the site from what the stages before left in the run's folder.
func (n *night) report(ctx context.Context) (int, error) {
	policy, err := disclosure.Parse(n.cfg.Report.Disclosure)
	if err != nil {
		return 0, usagef("report.disclosure: %w", err)
	}
	c := brief.Default()
	c.Policy, c.ListRows, c.Drawn = policy, n.cfg.Report.Listing, n.drawnBefore()
	w, err := brief.New(c)
	if err != nil {
		return 0, err
	}
	run, err := n.briefRun(ctx)
	if err != nil {
		return 0, err
	}
	if err := n.writeEvents(); err != nil {
		return 0, err
	}
	senders, err := n.providers(run, w)
	if err != nil {
		return 0, err
	}
	staff, err := n.staffPages(w, policy, senders)
	if err != nil {
		return 0, err
	}
	run.Organisations = directory(senders)
	s, err := w.Write(ctx, n.create("site"), run)
	if err != nil {
		return 0, err
	}
	more, outputs, err := n.writeSpecialties(ctx, w, policy, run)
	if err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writeProviders(ctx, w, senders); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writeStaff(ctx, staff, senders); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if more, err = n.writePublic(ctx, w, run); err != nil {
		return 0, err
	}
	s = s.Add(more)
	if err := n.writeDigests(run, outputs, senders); err != nil {
		return 0, err
	}
	if err := n.keepDrawn(c.Drawn); err != nil {
		return 0, err
	}
	n.writePDFs(ctx)
	n.log.Info("report written", "pages", s.Pages, "charts", s.Charts, "files", s.Files, "suppressed", s.Hidden)
	return s.Pages, nil
}

// drawnBefore gives the pictures of the run before this one: those that show nothing new
// are as they were.
func (n *night) drawnBefore() *chart.Drawn {
	var kept []chart.Kept
	if s := n.memory.onShelf(); s != nil {
		s.read(s.name("drawn", [sha256.Size]byte{}), &kept)
	}
	return chart.NewDrawn(kept)
}

// keepDrawn keeps the pictures of this run for the next one.
func (n *night) keepDrawn(d *chart.Drawn) error {
	if s := n.memory.onShelf(); s != nil {
		return s.keep("drawn", [sha256.Size]byte{}, d.Used())
	}
	return nil
}

// create opens files in a folder of the run.
func (n *night) create(folder string) book.Create {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(n.dir, folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		f, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		return &bufferedFile{bufio.NewWriterSize(f, 1<<16), f}, nil
	}
}

type bufferedFile struct {
	*bufio.Writer
	f *os.File
}

func (b *bufferedFile) Close() error { return errors.Join(b.Flush(), b.f.Close()) }

// Weeks that the report looks back on for what is recent, for a specialty, and
// for an organisation that has gone quiet.
const (
	recentWeeks    = 4
	specialtyWeeks = 12
	usualWeeks     = 26
	specialtyPages = 60
)

// briefRun gathers what the report tells of.
func (n *night) briefRun(ctx context.Context) (brief.Run, error) {
	t, err := n.events(ctx)
	if err != nil {
		return brief.Run{}, err
	}
	if _, err := n.readLabels(ctx); err != nil {
		return brief.Run{}, err
	}
	if _, err := n.readThemes(ctx); err != nil {
		return brief.Run{}, err
	}
	if err := n.readJoined(); err != nil {
		return brief.Run{}, err
	}
	alerts, err := readAlerts(filepath.Join(n.dir, "alerts.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return brief.Run{}, usagef("run %s has no alerts yet: run \"psims detect\" first", n.id)
	}
	if err != nil {
		return brief.Run{}, err
	}
	run := brief.Run{ID: n.id, AsOf: n.asOf, Organisation: n.cfg.Report.Organisation, Version: version, Alerts: alerts,
		Incidents: map[string]brief.Incident{}, Day: map[incident.Harm]int{}, Redactions: map[string]int{}, Labels: brief.Labels{Labelled: n.labelled.category.given, Abstained: n.labelled.category.abstained}}
	if run.Weekly, err = n.readWeekly(); err != nil {
		return run, err
	}
	if run.Signals, err = n.readSignals(); err != nil {
		return run, err
	}
	if run.Series, err = n.readSeries(); err != nil {
		return run, err
	}
	for i := t.Until(n.asOf - 1); i < t.Len(); i++ {
		if n.joined.Counted(i) {
			run.Day[n.judged.Harm[i]]++
		}
	}
	row := make(map[string]int, t.Len())
	for i, id := range t.ID {
		row[id] = i
	}
	cite := func(ids []string) {
		for _, id := range ids {
			if i, known := row[id]; known {
				run.Incidents[id] = n.incident(i)
			}
		}
	}
	for _, a := range alerts {
		cite(a.IncidentIDs)
	}
	run.Themes = n.briefThemes(alerts, row)
	for _, th := range run.Themes {
		cite(th.Exemplars)
	}
	for _, o := range n.specialtyNames() {
		run.Specialties = append(run.Specialties, brief.Specialty{Name: o.Name, Href: o.File})
	}
	if run.Watch, err = n.briefWatch(row, cite); err != nil {
		return run, err
	}
	run.Mix = n.mix()
	if run.Crosswalk, err = n.briefCrosswalk(); err != nil {
		return run, err
	}
	run.Freshness = n.freshness()
	for _, l := range n.loads {
		run.Loads = append(run.Loads, brief.Load{File: l.File, Format: l.Format, Read: l.RowsRead, Kept: l.Events, Rejected: l.Rejected})
		for kind, k := range l.Redacted {
			run.Redactions[kind] += k
		}
	}
	run.Notes = n.notes()
	note, err := n.driftNote()
	if err != nil {
		return run, err
	}
	if note != "" {
		run.Notes = append(run.Notes, note)
	}
	return run, nil
}

func (n *night) incident(i int) brief.Incident {
	t := n.table
	org := t.Organisation.Value(i)
	if o, known := n.orgs[org]; known {
		org = o.Name
	}
	return brief.Incident{ID: t.ID[i], System: incident.System(t.System.Value(i)), Reported: t.Reported[i], Occurred: t.Occurred[i],
		Organisation: org, Region: t.Region.Value(i), Specialty: t.Specialty.Value(i), CareSetting: t.CareSetting.Value(i),
		Category: t.Category.Value(i), Harm: t.Harm[i], Text: t.Text[i]}
}

// briefThemes lists the themes, with the alert that shares most of its reports with each.
func (n *night) briefThemes(alerts []triage.Alert, row map[string]int) []brief.Theme {
	th := n.themed
	weeks := 26
	out := make([]brief.Theme, len(th.ID))
	for k := range out {
		out[k] = brief.Theme{At: &th.At[k], ID: th.ID[k], Name: th.Name[k], Terms: th.Terms[k], Weekly: make([]int32, weeks)}
		for _, i := range th.Exemplars[k] {
			out[k].Exemplars = append(out[k].Exemplars, n.table.ID[i])
		}
	}
	for i, k := range th.Of {
		if k == cluster.None || !n.joined.Counted(i) {
			continue
		}
		out[k].Size++
		if w := int(n.asOf-n.table.Reported[i]) / 7; w < weeks {
			out[k].Weekly[weeks-1-w]++
			if w < recentWeeks {
				out[k].Recent++
			}
		}
	}
	for _, a := range alerts {
		if a.Kind != triage.Theme {
			continue
		}
		in := map[int32]int{}
		for _, id := range a.IncidentIDs {
			in[th.Of[row[id]]]++
		}
		for k := range out {
			if out[k].AlertID == "" && 2*in[int32(k)] >= len(a.IncidentIDs) {
				out[k].AlertID = a.ID
			}
		}
	}
	return out
}

// byCount gives the positions with a name and a count, largest first.
func byCount(counts []int, names []string) []int {
	var order []int
	for k, c := range counts {
		if c > 0 && incident.Answered(names[k]) {
			order = append(order, k)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(names[a], names[b]))
	})
	return order
}

// Rows and columns of the picture of categories by care settings.
const (
	mixRows    = 12
	mixColumns = 8
)

func (n *night) mix() brief.Mix {
	t := n.table
	from := t.Until(n.asOf - 7*recentWeeks)
	rows, columns := make([]int, len(n.labelled.category.Names)), make([]int, len(t.CareSetting.Names))
	for i := from; i < t.Len(); i++ {
		if !n.joined.Counted(i) {
			continue
		}
		rows[n.labelled.category.Codes[i]]++
		columns[t.CareSetting.Codes[i]]++
	}
	r, c := byCount(rows, n.labelled.category.Names), byCount(columns, t.CareSetting.Names)
	r, c = r[:min(len(r), mixRows)], c[:min(len(c), mixColumns)]
	m := brief.Mix{RowName: "Category", ColumnName: "Care setting"}
	if len(r) < 2 || len(c) < 2 {
		return m
	}
	for _, k := range c {
		m.Columns = append(m.Columns, t.CareSetting.Names[k])
	}
	for _, k := range r {
		m.Rows = append(m.Rows, n.labelled.category.Names[k])
		m.Counts = append(m.Counts, make([]int, len(c)))
	}
	for i := from; i < t.Len(); i++ {
		a, b := slices.Index(r, int(n.labelled.category.Codes[i])), slices.Index(c, int(t.CareSetting.Codes[i]))
		if a >= 0 && b >= 0 && n.joined.Counted(i) {
			m.Counts[a][b]++
		}
	}
	return m
}

// freshness says how new the data are and who has gone quiet: an organisation
// that sent at least one report a week over half a year, and none in four weeks.
func (n *night) freshness() brief.Freshness {
	t := n.table
	var f brief.Freshness
	systems := map[string]*brief.SystemDay{}
	last := make([]incident.Day, len(t.Organisation.Names))
	usual := make([]int, len(t.Organisation.Names))
	for i := range t.Len() {
		s := t.System.Value(i)
		if systems[s] == nil {
			systems[s] = &brief.SystemDay{System: incident.System(s)}
		}
		systems[s].Day = max(systems[s].Day, t.Reported[i])
		systems[s].Reports++
		o := t.Organisation.Codes[i]
		last[o] = max(last[o], t.Reported[i])
		if age := int(n.asOf - t.Reported[i]); age >= 7*recentWeeks && age < 7*(recentWeeks+usualWeeks) {
			usual[o]++
		}
	}
	for _, s := range sortedKeys(systems) {
		f.Newest = append(f.Newest, *systems[s])
	}
	for o, name := range t.Organisation.Names {
		if name == "" || last[o] == 0 {
			continue
		}
		if int(n.asOf-last[o]) < 7*recentWeeks {
			f.Reporting++
			continue
		}
		if rate := float64(usual[o]) / usualWeeks; rate >= 1 {
			if known, ok := n.orgs[name]; ok {
				name = known.Name
			}
			f.Quiet = append(f.Quiet, brief.QuietReporter{Organisation: name, Last: last[o], UsualPerWeek: rate})
		}
	}
	slices.SortStableFunc(f.Quiet, func(a, b brief.QuietReporter) int { return cmp.Compare(b.UsualPerWeek, a.UsualPerWeek) })
	return f
}

// notes says what a reader must know of the data.
func (n *night) notes() []string {
	var rebased []string
	for _, r := range n.cfg.Rebase {
		rebased = append(rebased, fmt.Sprintf("The limits of %s: %s begin anew on %s: %s (%s).", r.Dimension, r.Value, r.From, r.Reason, r.By))
	}
	notes := rebased
	if m := n.man.Joined; m.Events < m.Reports {
		notes = append(notes, fmt.Sprintf("%s of %s tell of an event that an earlier report tells of: each event is counted once, and its other reports are listed with it.", disclosure.Commas(m.Reports-m.Events), page.Count(m.Reports, "report", "reports")))
	}
	lately, batched := 0, 0
	if (n.asOf+1).Monday()-7 >= n.table.Reported[0].Monday() {
		h := breaks.Read(n.table, n.asOf, breaks.Default())
		inBatch := h.Batched()
		for i, usable := range h.Usable() {
			switch {
			case inBatch[i]:
				batched++
			case !usable:
				lately++
			}
		}
	}
	if lately > 0 {
		notes = append(notes, fmt.Sprintf("%s of organisations that began to report lately are left out of the weekly counts, because they would look like a rise. They are searched for emerging issues like all others.", page.Count(lately, "report", "reports")))
	}
	if batched > 0 {
		notes = append(notes, fmt.Sprintf("%s came in batches, many times an organisation's usual week or old when they came, and are left out of the weekly counts. They are searched for emerging issues like all others.", page.Count(batched, "report", "reports")))
	}
	if n.otherWork() {
		notes = append(notes, "The files read by a mapping hardly speak of patients: they are not searched for Never Events, only for risks of your own list.")
	}
	missing := 0
	for _, h := range n.table.Harm {
		if h == incident.HarmMissing {
			missing++
		}
	}
	if missing > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s have no degree of harm.", disclosure.Commas(missing), page.Count(n.table.Len(), "report", "reports")))
	}
	return notes
}

// readAlerts reads alerts.jsonl.
func readAlerts(path string) ([]triage.Alert, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // reading only: nothing is lost
	var out []triage.Alert
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	for {
		var a triage.Alert
		if err := dec.Decode(&a); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("reading %q, alert %d: %w", path, len(out)+1, err)
		}
		out = append(out, a)
	}
}

func (n *night) readWeekly() (map[string][]triage.Point, error) {
	f, err := n.readTable("tables", "alert_weekly")
	if err != nil {
		return nil, err
	}
	id, err1 := frame.Get[string](f, "alert_id")
	week, err2 := frame.Get[incident.Day](f, "week")
	observed, err3 := frame.Get[float64](f, "observed")
	expected, err4 := frame.Get[float64](f, "expected")
	upper, err5 := frame.Get[float64](f, "upper")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, err
	}
	out := map[string][]triage.Point{}
	for i := range id {
		out[id[i]] = append(out[id[i]], triage.Point{Week: week[i], Observed: observed[i], Expected: expected[i], Hi: upper[i]})
	}
	return out, nil
}

func (n *night) readSignals() ([]signal.Signal, error) {
	f, err := n.readTable("", "signals")
	if err != nil {
		return nil, err
	}
	var text [5][]string
	var errs []error
	for k, name := range []string{"detector", "dimension", "value", "status", "caveats"} {
		v, err := frame.Get[string](f, name)
		text[k], errs = v, append(errs, err)
	}
	week, err := frame.Get[incident.Day](f, "week")
	errs = append(errs, err)
	var num [7][]float64
	for k, name := range []string{"observed", "expected", "lo", "hi", "score", "p_value", "q_value"} {
		v, err := frame.Get[float64](f, name)
		num[k], errs = v, append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	status := map[string]signal.Status{}
	for _, s := range signal.Statuses() {
		status[s.String()] = s
	}
	out := make([]signal.Signal, len(week))
	for i := range out {
		out[i] = signal.Signal{Detector: text[0][i], Stratum: tally.Stratum{Dimension: text[1][i], Value: text[2][i]}, Status: status[text[3][i]],
			Week: week[i], Observed: num[0][i], Expected: num[1][i], Lo: num[2][i], Hi: num[3][i], Score: num[4][i], P: num[5][i], Q: num[6][i]}
		if text[4][i] != "" {
			for c := range strings.SplitSeq(text[4][i], "|") {
				out[i].Caveats = append(out[i].Caveats, caveat.Caveat(c))
			}
		}
	}
	return out, nil
}
