package specialty

import (
	"fmt"
	"slices"
	"strings"

	"psims/datasets/caveat"
	"psims/datasets/incident"
	"psims/reports/book"
	"psims/reports/chart"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/quote"
)

// view is an output on its way to its page.
type view struct {
	*book.Book
	Output
	run    Run
	config Config
	key    string // begins the ids of figures and files
}

// content is what the page shows.
type content struct {
	Name        string
	Saw         []string
	Themes      page.Table
	Why         []string
	WhyNote     *page.Note
	Harm        *page.Figure
	Doubts      []page.Quote
	Risks       page.Table
	Gravest     []page.Quote
	GravestSays string
	How         []happening
	Unnamed     string // that nothing is said to have contributed, in any theme
	Listed      bool
	Weekly      *page.Figure
	Caveats     []string
	ThemedSays  string
	Themed      *page.Figure // themes by week; nil where all are too few for a chart
	Changing    page.Table
	Alerts      page.Table
	Good        []page.Quote
	GoodSays    string
	Others      *page.Note
	Do          *page.Note
	Empty       string // where a clinician's text is to be put
	Limits      []string
}

// happening tells how one theme happens.
type happening struct {
	ID, Name string
	Says     string
	Quotes   []page.Quote
	Factors  page.Table
	File     page.Link
}

func (v *view) page() book.Page {
	v.AskSeries(v.Weeks, v.config.Weeks, v.key+"-weekly", "Reports by week: "+v.Name)
	v.askThemes()
	if _, graded := moderateOrWorse(v.Harm); graded > 0 { // a chart of noughts would read as if nobody was harmed
		v.AskHarm(v.Harm, v.key+"-harm", "Reports by degree of harm: "+v.Name)
	}
	for i, t := range v.Themes {
		if v.Lists() && len(t.Members) > 0 {
			v.Files = append(v.Files, book.File{Name: v.themeFile(i), Table: members(t)})
		}
	}
	f := page.Frame{Site: v.run.Site, Title: v.Name, Caption: "Learning from reports", Root: "../", Here: "index.html#specialties",
		Crumbs: []page.Link{{Href: "index.html", Text: "Alerts"}, {Href: "index.html#specialties", Text: "Specialties"}},
		Lead:   v.lead(),
		Contents: []page.Link{{Href: "#saw", Text: "What we saw"}, {Href: "#why", Text: "Why it matters"}, {Href: "#how", Text: "How it happens"}, {Href: "#changing", Text: "What is changing"},
			{Href: "#others", Text: "What went well, and what others did"}, {Href: "#do", Text: "What you can do"}, {Href: "#limits", Text: "Data and limits"}}}
	return book.Page{Name: v.File, Template: "specialty.html", Frame: f, Content: func() any { return v.content() }}
}

func (v *view) content() content {
	c := content{
		Name: v.Name, Saw: v.saw(), Themes: v.themeTable(), Why: v.why(), WhyNote: Noted(v.Written, WhyItMatters),
		Harm: v.Figure(v.key+"-harm", v.harmHeadline(), "Reports of the last 12 weeks by degree of harm", "../"), Risks: v.riskTable(), Listed: v.Lists(),
		Weekly: v.Figure(v.key+"-weekly", v.ProcessHeadline(v.Weeks), v.weeklySubtitle(), "../"), Caveats: book.ProcessCaveats(v.Weeks.Process),
		Themed: v.Figure(v.key+"-themes", v.themesHeadline(), "Reports by week in this specialty, last 26 whole weeks, all on one scale", "../"), Changing: v.changeTable(), Alerts: v.alertTable(),
		Others: Noted(v.Written, WhatOthersDid), Do: Noted(v.Written, WhatYouCanDo),
		Empty:  "commentary/" + strings.TrimSuffix(strings.TrimPrefix(v.File, "specialty/"), ".html") + ".toml",
		Limits: v.limits(),
	}
	for i, t := range v.Themes {
		c.How = append(c.How, v.happening(i, t))
	}
	c.Unnamed = nothingNamed(c.How)
	if c.Themed == nil && len(v.Themes) > 0 {
		c.ThemedSays = v.themesHeadline() + "."
	}
	c.GoodSays = "No report of good care came from this specialty in the last 52 weeks."
	if v.holds(incident.LFPSE) {
		c.GoodSays += " LFPSE takes reports of what went well: they show what to do more of."
	}
	if n := len(v.GoodCare); n > 0 {
		c.GoodSays = fmt.Sprintf("%s of good care came from this specialty in the last 52 weeks.", page.Capital(book.Reports(v.Count(n))))
	}
	if v.Lists() {
		c.Gravest = v.gravestQuotes()
		if len(c.Gravest) < len(v.Gravest) {
			c.GravestSays = fmt.Sprintf("%d of %d are shown, fatal before severe, the newest first. The others: %s.", len(c.Gravest), len(v.Gravest), page.Join(v.unquoted(c.Gravest)))
		}
		c.Doubts, c.Good = v.quotes(v.Doubts[:min(len(v.Doubts), v.config.Listed)]), v.good()
	}
	return c
}

// lead is the output in a sentence or two.
func (v *view) lead() string {
	s := page.Capital(book.Reports(v.Count(v.Recent))) + " in the 12 weeks to " + page.Date(v.run.AsOf)
	if n := v.Organisations; n > 0 {
		s += ", from " + page.Count(n, "organisation", "organisations")
	}
	s += "."
	if severe := v.Harm[incident.SevereHarm] + v.Harm[incident.Fatal]; severe > 0 {
		s += fmt.Sprintf(" %s of severe or fatal harm.", page.Capital(book.Reports(v.Count(severe))))
	}
	if len(v.Themes) > 0 {
		says := " Most often told: "
		if ownTheme(v.Themes[0]) {
			says = " What is told here more than elsewhere: "
		}
		s += says + lowered(v.Themes[0].Name) + "."
	}
	return s
}

// lowered begins a theme's name with a small letter within a sentence, but leaves "A&E" and the like.
func lowered(s string) string {
	r := []rune(s)
	if len(r) < 2 || strings.ToUpper(string(r[1])) == string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}

func (v *view) saw() []string {
	var out []string
	switch now, before := v.Count(v.Recent), v.Count(v.Before); {
	case v.Before == 0:
		out = append(out, fmt.Sprintf("%s in the last 12 weeks, and none in the 12 weeks before.", page.Capital(book.Reports(now))))
	case before.IsHidden() || now.IsHidden():
		out = append(out, fmt.Sprintf("%s in the last 12 weeks; %s in the 12 weeks before.", page.Capital(book.Reports(now)), before.Text))
	default:
		out = append(out, fmt.Sprintf("%s in the last 12 weeks: %s the %s of the 12 weeks before. The newest weeks are not complete.", page.Capital(book.Reports(now)), compared(now, before), before.Text))
	}
	if len(v.Settings) > 1 { // where all happened in one there is nothing to tell apart
		var parts []string
		for _, s := range v.Settings[:min(3, len(v.Settings))] {
			parts = append(parts, fmt.Sprintf("%s (%s)", lowered(quote.Short(quote.OrNone(s.Name))), v.Count(s.Reports).Text))
		}
		out = append(out, "Where it happened most: "+page.Join(parts)+".")
	}
	return out
}

// compared puts a number beside the one before in words.
func compared(now, before disclosure.Shown) string {
	switch ratio := now.Value / before.Value; {
	case ratio >= 1.75:
		return "about " + page.Number(ratio) + " times"
	case ratio > 1.1:
		return "more than"
	case ratio >= 0.9:
		return "about as many as"
	}
	return "fewer than"
}

func (v *view) themeTable() page.Table {
	t := page.Table{ID: "themes-table", Caption: "Themes in this specialty", Empty: "The reports of this specialty form no theme that is large enough to tell of.",
		Columns: []page.Column{{Heading: "Theme"}, {Heading: "Last 12 weeks", Numeric: true}, {Heading: "12 weeks before", Numeric: true}, {Heading: "Beside all specialties"}, {Heading: "Moderate harm or worse"}},
		Note:    "The last two columns are about the last 52 weeks. A theme is a group of reports that tell of similar things in similar words. Those that are told more here than elsewhere come first."}
	graded := slices.ContainsFunc(v.Themes, func(th Theme) bool { _, n := moderateOrWorse(th.Harm); return n > 0 })
	if !graded { // a column that says "not graded" in every row says nothing
		t.Columns = t.Columns[:len(t.Columns)-1]
		t.Note = strings.Replace(t.Note, "The last two columns are", "The last column is", 1)
	}
	for i, th := range v.Themes {
		row := []page.Cell{
			{Text: page.Capital(th.Name), Href: "#" + v.themeID(i), Detail: inWords(th)},
			{Text: v.Count(th.Recent).Text}, {Text: v.Count(th.Before).Text}, {Text: v.often(th)},
		}
		if graded {
			row = append(row, page.Cell{Text: v.harmed(th.Harm)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shownTerms is how many of a theme's terms stand under its name.
const shownTerms = 5

// inWords says a theme's terms, and its name among all specialties where that is another.
func inWords(t Theme) string {
	s := strings.Join(t.Terms[:min(shownTerms, len(t.Terms))], ", ")
	if t.Whole != "" {
		s += ". Elsewhere in this report: " + t.Whole
	}
	return s
}

// often puts how often a theme is told here beside how often it is elsewhere.
func (v *view) often(t Theme) string {
	n := v.Count(t.Year)
	switch ratio := n.Value / t.Expected; {
	case n.IsHidden():
		return disclosure.Hidden
	case t.Expected < 0.5:
		return "Hardly told elsewhere"
	case ratio >= 1.75:
		return "About " + page.Number(ratio) + " times as often"
	case ratio >= 1.25:
		return "More often"
	case ratio > 0.8:
		return "As often"
	}
	return "Less often"
}

// harmed says in how many graded reports the harm was moderate or worse.
func (v *view) harmed(by map[incident.Harm]int) string {
	moderate, graded := moderateOrWorse(by)
	if graded == 0 {
		return "Not graded"
	}
	share := v.Policy.OneIn(moderate, graded)
	if share.IsHidden() || moderate == 0 {
		return page.Capital(share.Text)
	}
	return fmt.Sprintf("%s of %s graded", v.Count(moderate).Text, v.Count(graded).Text)
}

func moderateOrWorse(by map[incident.Harm]int) (moderate, graded int) {
	for h, n := range by {
		if h.Graded() {
			graded += n
		}
		if h >= incident.ModerateHarm {
			moderate += n
		}
	}
	return moderate, graded
}

// why says how grave the reports are, and beside what.
func (v *view) why() []string {
	var out []string
	here, graded := moderateOrWorse(v.Harm)
	all, allGraded := moderateOrWorse(v.run.All)
	if graded > 0 {
		s := fmt.Sprintf("Moderate harm or worse is recorded in %s of the reports with a grade", v.Policy.OneIn(here, graded).Text)
		if share := v.Policy.OneIn(all, allGraded); !share.IsHidden() {
			s += fmt.Sprintf("; in all specialties together it is %s", share.Text)
		}
		out = append(out, s+".")
	}
	severe := v.Harm[incident.SevereHarm] + v.Harm[incident.Fatal]
	switch shown := v.Count(severe); {
	case graded == 0: // nothing is recorded: that is no comfort
	case severe == 0:
		out = append(out, "No report of the last 12 weeks is recorded as severe or fatal harm.")
	default:
		out = append(out, page.Capital(book.Reports(shown))+" of the last 12 weeks "+pick(severe == 1, "is", "are")+" recorded as severe or fatal harm.")
	}
	missing := v.Harm[incident.HarmMissing]
	switch {
	case missing > 0 && graded == 0:
		out = append(out, "The degree of harm is not recorded in any of the reports of the last 12 weeks, so how grave they are can't be told.")
	case missing > 0:
		out = append(out, fmt.Sprintf("In %s the degree of harm was not recorded.", book.Reports(v.Count(missing))))
	}
	if worst := v.gravest(); worst != nil {
		m, g := moderateOrWorse(worst.Harm)
		out = append(out, fmt.Sprintf("Of the themes with %d graded reports or more, \"%s\" has the largest share of moderate harm or worse: %s of those with a grade in the last 52 weeks.", enoughGraded, lowered(worst.Name), v.Policy.OneIn(m, g).Text))
	}
	return out
}

// gravestQuotes gives the reports of severe or fatal harm that are shown.
func (v *view) gravestQuotes() []page.Quote {
	var out []page.Quote
	for _, e := range v.Gravest[:min(len(v.Gravest), v.config.Listed)] {
		if e.Text != "" {
			out = append(out, page.Quote{Spans: []page.Span{{Text: e.Text}}, From: from(e), ID: e.ID})
		}
	}
	return out
}

// mostNamed is how many reports are named that are not quoted.
const mostNamed = 30

// unquoted names the reports of severe or fatal harm that are not among those quoted.
func (v *view) unquoted(quoted []page.Quote) (ids []string) {
	for _, e := range v.Gravest {
		if slices.ContainsFunc(quoted, func(q page.Quote) bool { return q.ID == e.ID }) {
			continue
		}
		if len(ids) == mostNamed {
			return append(ids, "more")
		}
		ids = append(ids, e.ID)
	}
	return ids
}

// enoughGraded is how many graded reports of a theme make a share that means something.
const enoughGraded = 10

// gravest is the theme with the largest share of moderate harm or worse, of those
// with enough graded reports to say so.
func (v *view) gravest() *Theme {
	var best *Theme
	most := 0.0
	for i := range v.Themes {
		m, g := moderateOrWorse(v.Themes[i].Harm)
		if g < enoughGraded || v.Policy.OneIn(m, g).IsHidden() {
			continue
		}
		if share := float64(m) / float64(g); share > most {
			best, most = &v.Themes[i], share
		}
	}
	return best
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (v *view) harmHeadline() string {
	severe := v.Harm[incident.SevereHarm] + v.Harm[incident.Fatal]
	if severe == 0 {
		return "No severe or fatal harm recorded"
	}
	return "Severe or fatal harm in " + book.Reports(v.Count(severe))
}

func (v *view) riskTable() page.Table {
	t := page.Table{ID: "risks", Caption: "Known risks that reports of the last 12 weeks may tell of", Empty: "No recent report of this specialty is known to tell of a Never Event or another known risk.",
		Columns: []page.Column{{Heading: "Known risk"}, {Heading: "Reports", Numeric: true}, {Heading: "Report ids, and what the first says"}}, Note: "Found by their words, to be read by a person: some tell of something else."}
	for _, k := range v.Risks {
		var ids []string
		for _, p := range k.Passages[:min(len(k.Passages), v.config.Listed)] {
			ids = append(ids, p.Report.ID)
		}
		cell := page.Cell{Text: strings.Join(ids, ", ")}
		if len(k.Passages) > 0 {
			cell.Detail = shortened(k.Passages[0].Sentence)
		}
		if !v.Lists() {
			cell = page.Cell{Text: "Not listed", Muted: true}
		}
		t.Rows = append(t.Rows, []page.Cell{{Text: k.Title}, {Text: v.Count(len(k.Passages)).Text}, cell})
	}
	return t
}

// Noted gives a person's text as a page shows it; nil where nobody has written.
func Noted(w Written, s Slot) *page.Note {
	n, ok := w[s]
	if !ok {
		return nil
	}
	out := page.Note{By: "Written by " + n.By}
	if n.On.Known() {
		out.By += ", " + page.Date(n.On)
	}
	for p := range strings.SplitSeq(strings.ReplaceAll(n.Text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out.Paragraphs = append(out.Paragraphs, p)
		}
	}
	return &out
}

// limits are the sentences that end every output.
func (v *view) limits() []string {
	out := []string{
		caveat.ReportsNotSafety.Sentence(),
		"The specialty is the one that the reporter chose.",
		"Themes and what is said to have contributed are found by a program from words. It can put a report in the wrong place, and a report that names a cause is no proof of it.",
		caveat.RecentIncomplete.Sentence(),
		"Reports are added, changed and withdrawn after the event. This page shows what was known at the end of " + page.Date(v.run.AsOf) + ".",
	}
	if v.holds(incident.LFPSE, incident.NRLS) {
		out = append(out, "Counts from NRLS and from LFPSE are not comparable.")
	}
	return out
}

// holds reports whether a report that the output tells of came through one of some
// systems: what is true of these alone is not said of others.
func (v *view) holds(systems ...incident.System) bool {
	of := func(e quote.Incident) bool { return slices.Contains(systems, e.System) }
	return slices.ContainsFunc(v.Gravest, of) || slices.ContainsFunc(v.GoodCare, of) || slices.ContainsFunc(v.Themes, func(t Theme) bool { return slices.ContainsFunc(t.Members, of) })
}

// themeID is a theme's anchor, and themeFile the file of its reports.
func (v *view) themeID(i int) string   { return fmt.Sprintf("theme-%d", i+1) }
func (v *view) themeFile(i int) string { return fmt.Sprintf("data/%s-theme-%d.csv", v.key, i+1) }

// members lists the reports behind a theme, for its file.
func members(t Theme) chart.Table {
	out := chart.Table{}
	for _, h := range []string{"Report", "System", "Reported", "Organisation", "Care setting", "Harm", "Redacted text"} {
		out.Columns = append(out.Columns, chart.Column{Heading: h})
	}
	for _, e := range t.Members {
		var row []chart.Cell
		for _, s := range []string{e.ID, string(e.System), e.Reported.String(), e.Organisation, e.CareSetting, e.Harm.String(), e.Text} {
			if s == "" {
				s = "[x]"
			}
			row = append(row, chart.Cell{Text: s, File: s})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
