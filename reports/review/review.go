// Package review answers: what did a search strategy find, by which terms, and which
// events should a person read?
//
// In go a strategy, as its file has it, and the events of a day; out comes a workbook:
// the strategy in words, how many events each group and term found, what was retrieved
// and sampled of each recording system, and the events themselves, or a sample with all
// of severe harm.
package review

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"psims/datasets/extract/value"
	"psims/datasets/incident"
	"psims/nlp/query"
	"psims/reports/export"
	"psims/reports/page"
	"psims/reports/quote"
)

// Events are the events that are searched.
type Events struct {
	AsOf         incident.Day
	Organisation string // whose workbook it is
	Table        *incident.Table
	Report       func(row int) quote.Incident // a row as it is shown
}

// How many of the found events a workbook holds, and when that is a sample.
const (
	sampleAbove = 300 // found events from which the default takes a sample
	sampleEach  = 100 // of moderate harm, and of all that is milder or not graded
	sampleFOI   = 30  // for a request under the Freedom of Information Act
	sampleSeed  = 123 // the national team's
)

// Strategy is a search strategy as its file has it.
type Strategy struct {
	Name      string            `toml:"name"`
	Reference string            `toml:"reference"`
	By        string            `toml:"by"`
	Date      string            `toml:"date"` // reported or occurred
	From      string            `toml:"from"`
	Until     string            `toml:"until"`
	Systems   []string          `toml:"systems"` // none: all
	Search    string            `toml:"search"`
	Groups    map[string]string `toml:"groups"`
	Sample    string            `toml:"sample"` // default, all or foi
	Seed      uint64            `toml:"seed"`

	from, until incident.Day
	query       *query.Query
}

// Parse reads a search strategy; name is that of its file.
//
// Errors: a key that is not known (the nearest is named), or a value that can't be.
func Parse(name, text string) (Strategy, error) {
	s := Strategy{Date: "reported", Sample: "default", Seed: sampleSeed, from: incident.NoDay, until: incident.NoDay}
	meta, err := toml.Decode(text, &s)
	if err != nil {
		return s, fmt.Errorf("reading search strategy %q: %w", name, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		keys := []string{"name", "reference", "by", "date", "from", "until", "systems", "search", "groups", "sample", "seed"}
		return s, fmt.Errorf("reading search strategy %q: unknown key %q; %s", name, extra[0], value.DidYouMean(extra[0].String(), keys))
	}
	for _, d := range []struct {
		text string
		to   *incident.Day
	}{{s.From, &s.from}, {s.Until, &s.until}} {
		if d.text != "" {
			if *d.to, err = incident.ParseDay(d.text); err != nil {
				return s, fmt.Errorf("reading search strategy %q: %w", name, err)
			}
		}
	}
	switch {
	case s.Name == "":
		return s, fmt.Errorf("reading search strategy %q: it has no name", name)
	case s.Date != "reported" && s.Date != "occurred":
		return s, fmt.Errorf("reading search strategy %q: date is %q: want reported or occurred", name, s.Date)
	case s.Sample != "default" && s.Sample != "all" && s.Sample != "foi":
		return s, fmt.Errorf("reading search strategy %q: sample is %q: want default, all or foi", name, s.Sample)
	}
	if s.query, err = query.Parse(s.Groups, s.Search); err != nil {
		return s, fmt.Errorf("reading search strategy %q: %w", name, err)
	}
	return s, nil
}

// Workbook searches the events and makes the workbook; events are those found.
func (n Events) Workbook(s Strategy) (w export.Workbook, events int) {
	t := n.Table
	var rows []int
	var texts []string
	for i := range t.Len() {
		day := t.Reported[i]
		if s.Date == "occurred" {
			day = t.Occurred[i]
		}
		switch {
		case s.from.Known() && (!day.Known() || day < s.from), s.until.Known() && (!day.Known() || day > s.until):
		case len(s.Systems) > 0 && !slices.Contains(s.Systems, t.System.Value(i)):
		default:
			rows, texts = append(rows, i), append(texts, t.Text[i])
		}
	}
	tally, at := s.query.Tally(texts)
	found := make([]int, len(at))
	for k, i := range at {
		found[k] = rows[i]
	}
	taken := n.sampled(s, found)
	w = export.Workbook{Title: "CONFIDENTIAL. Focused review: " + s.Name, Organisation: n.Organisation, Created: n.AsOf.Time(),
		Cover: s.cover(n, tally, len(taken)),
		Notes: []string{"An event may have several of the terms: tallies of terms and groups do not sum to the events found.", "The degree of harm of an event is the worst over its patients.", "Texts are redacted by a program, which can miss some identifying details: treat them as confidential.",
			"Retrieved is what the search found; sampled is what the data worksheets hold."},
		Sheets: []export.Sheet{s.terms(tally)}}
	for _, system := range []incident.System{incident.LFPSE, incident.NRLS, incident.STEIS, incident.Mapped} {
		of := func(list []int) []int {
			return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return t.System.Value(i) != string(system) })
		}
		if retrieved := of(found); len(retrieved) > 0 {
			w.Sheets = append(w.Sheets, n.summary(system, retrieved, of(taken)), n.data(s, system, of(taken)))
		}
	}
	return w, len(found)
}

// sampled picks the events that the workbook holds, in their order. The default
// takes all severe and fatal ones, and some of the others.
func (n Events) sampled(s Strategy, found []int) []int {
	r := rand.New(rand.NewPCG(s.Seed, 0))
	pick := func(list []int, most int) []int {
		list = slices.Clone(list)
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		return list[:min(len(list), most)]
	}
	var out []int
	switch {
	case s.Sample == "foi":
		out = pick(found, sampleFOI)
	case s.Sample == "all" || len(found) <= sampleAbove:
		out = slices.Clone(found)
	default:
		var moderate, other []int
		for _, i := range found {
			switch h := n.Table.Harm[i]; {
			case h.SevereOrFatal():
				out = append(out, i)
			case h == incident.ModerateHarm:
				moderate = append(moderate, i)
			default:
				other = append(other, i)
			}
		}
		out = append(append(out, pick(moderate, sampleEach)...), pick(other, sampleEach)...)
	}
	slices.Sort(out)
	return out
}

// cover is the search strategy in words.
func (s Strategy) cover(n Events, t query.Tally, taken int) []string {
	or := func(text, none string) string {
		if text == "" {
			return none
		}
		return text
	}
	period := "All dates"
	if s.from.Known() || s.until.Known() {
		period = fmt.Sprintf("%s from %s to %s", page.Capital(s.Date), or(s.From, "the first event"), or(s.Until, "the last"))
	}
	how := map[string]string{"all": "Every event found.", "foi": fmt.Sprintf("%d events at random, for redaction.", sampleFOI),
		"default": fmt.Sprintf("Every event where %d or fewer are found; else all of severe or fatal harm, %d of moderate harm and %d of the others at random.", sampleAbove, sampleEach, sampleEach)}[s.Sample]
	out := []string{
		"Search strategy. Reference: " + or(s.Reference, "none") + ". Made by: " + or(s.By, "not said") + ".",
		"Data up to " + n.AsOf.Time().Format("2 January 2006") + ". Systems: " + or(strings.Join(s.Systems, ", "), "all") + ". Period: " + period + ".",
		"Search: " + s.Search,
	}
	for _, name := range s.query.Groups() {
		out = append(out, "Group "+name+": "+s.Groups[name])
	}
	return append(out, fmt.Sprintf("%s searched, %s found, %s in this workbook. Sample: %s Seed %d.", page.Count(t.Asked, "event", "events"), page.Count(t.Found, "event", "events"), page.Count(taken, "event", "events"), how, s.Seed),
		"Counts show what was reported, not how safe care is. Only the description of each event was searched.")
}

// terms tallies what each group and each term found.
func (s Strategy) terms(t query.Tally) export.Sheet {
	out := export.Sheet{Name: "Search terms", Title: "Events with each group and each term", Lines: []string{"They may not sum: see [note 1]. Events that the whole search does not find are counted too."},
		Columns: []export.Column{{Heading: "Group"}, {Heading: "Term"}, {Heading: "Events", Numeric: true}}}
	for k, name := range s.query.Groups() {
		out.Rows = append(out.Rows, []export.Cell{export.Text(name), export.Text("The whole group"), export.Number(float64(t.Groups[k]))})
	}
	for k, term := range s.query.Terms() {
		group := term.Group
		if group == "" {
			group = "The search itself"
		}
		out.Rows = append(out.Rows, []export.Cell{export.Text(group), export.Text(term.Text), export.Number(float64(t.Terms[k]))})
	}
	return out
}

func (n Events) summary(system incident.System, retrieved, taken []int) export.Sheet {
	out := export.Sheet{Name: quote.SystemName(system) + " - Summary", Title: quote.SystemName(system) + ": events retrieved and sampled", Lines: []string{"For retrieved and sampled see [note 4], for harm [note 2]."},
		Columns: []export.Column{{Heading: "Split by"}, {Heading: "Value"}, {Heading: "Retrieved", Numeric: true}, {Heading: "Sampled", Numeric: true}}}
	t := n.Table
	for _, by := range []struct {
		name string
		of   func(int) string
	}{
		{"Degree of harm", func(i int) string { return quote.HarmName(t.Harm[i]) }},
		{"Category", func(i int) string { return t.Category.Value(i) }},
		{"Specialty", func(i int) string { return t.Specialty.Value(i) }},
		{"Year reported", func(i int) string { return t.Reported[i].Time().Format("2006") }},
	} {
		counts := map[string][2]int{}
		for k, list := range [][]int{retrieved, taken} {
			for _, i := range list {
				name := quote.OrNone(by.of(i))
				c := counts[name]
				c[k]++
				counts[name] = c
			}
		}
		names := slices.Sorted(maps.Keys(counts))
		slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(counts[b][0], counts[a][0]) })
		for _, name := range names {
			out.Rows = append(out.Rows, []export.Cell{export.Text(by.name), export.Text(name), export.Number(float64(counts[name][0])), export.Number(float64(counts[name][1]))})
		}
	}
	out.Rows = append(out.Rows, []export.Cell{export.Text("All"), export.Text("All"), export.Number(float64(len(retrieved))), export.Number(float64(len(taken)))})
	return out
}

func (n Events) data(s Strategy, system incident.System, taken []int) export.Sheet {
	out := export.Sheet{Name: quote.SystemName(system) + " - Data", Title: quote.SystemName(system) + ": events sampled", Lines: []string{"CONFIDENTIAL. For texts see [note 3]. [x] is not recorded."}}
	for _, h := range []string{"Report", "Reported", "Occurred", "Organisation", "Region", "Specialty", "Care setting", "Category", "Degree of harm", "Terms found", "Description"} {
		out.Columns = append(out.Columns, export.Column{Heading: h})
	}
	terms := s.query.Terms()
	for _, i := range taken {
		e := n.Report(i)
		var found []string
		for k, is := range s.query.Ask(e.Text).Terms {
			if is && !slices.Contains(found, terms[k].Text) {
				found = append(found, terms[k].Text)
			}
		}
		occurred := ""
		if e.Occurred.Known() {
			occurred = e.Occurred.String()
		}
		var row []export.Cell
		for _, text := range []string{e.ID, e.Reported.String(), occurred, e.Organisation, e.Region, e.Specialty, e.CareSetting, e.Category, quote.HarmName(e.Harm), strings.Join(found, ", "), e.Text} {
			if strings.TrimSpace(text) == "" {
				text = "[x]"
			}
			row = append(row, export.Text(text))
		}
		out.Rows = append(out.Rows, row)
	}
	if len(out.Rows) == 0 {
		row := make([]export.Cell, len(out.Columns))
		for j := range row {
			row[j] = export.Text("[z]")
		}
		out.Rows = append(out.Rows, row) // an empty worksheet helps nobody
	}
	return out
}
