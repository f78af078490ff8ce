package main

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"psims/datasets/feedback"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/learned"
	"psims/reports/page"
	"psims/reports/quote"
	"psims/reports/specialty"
)

// What a page for staff looks back on.
const (
	staffHalf     = 26  // weeks that are set against those before
	voicesPool    = 30  // sentences of a theme from which each organisation gets those of others
	voicesReports = 300 // newest reports of a theme that are read for them
	leastVoices   = 3   // organisations that must have told of a theme before any is quoted
)

// staffPages gathers the pages for staff of each organisation, by its place in the
// list, and links them from its report.
func (n *night) staffPages(national *brief.Writer, policy disclosure.Policy, list []*sender) (*staff, error) {
	if len(list) == 0 {
		return nil, nil
	}
	c := learned.Default()
	var err error
	if c.Policy, err = disclosure.Parse(n.cfg.Report.Staff); err != nil {
		return nil, usagef("report.staff: %w", err)
	}
	c.Quotes = policy == disclosure.None() // else single reports are shown nowhere
	out := &staff{themes: make([][]learned.Theme, len(list))}
	if out.writer, err = learned.On(national.Press(), c); err != nil {
		return nil, err
	}
	everywhere := n.everywhere()
	for i, s := range list {
		for k := range s.Themes {
			th := &s.Themes[k]
			at := slices.Index(n.themed.ID, th.ID)
			t, err := n.learnedTheme(s, int32(at))
			if err != nil {
				return nil, err
			}
			if !out.writer.Tells(t.Year()) {
				continue
			}
			all := everywhere[at]
			t.Expected, t.Alert, t.Everywhere, t.Organisations = th.Expected, th.Alert, all.reports, len(all.senders)
			if c.Quotes && len(all.senders) >= leastVoices {
				t.Elsewhere = all.voices(n, t.Terms).besides(s.Code)
			}
			th.Page = learned.File(t.ID)
			out.themes[i] = append(out.themes[i], t)
		}
	}
	return out, nil
}

// staff are the pages for staff, by place of the organisation.
type staff struct {
	writer *learned.Writer
	themes [][]learned.Theme
}

// writeStaff writes the pages for staff into the folders of the organisations'
// reports, and the record of whose sentences they quote.
func (n *night) writeStaff(ctx context.Context, st *staff, list []*sender) (book.Summary, error) {
	var sum book.Summary
	if st == nil {
		return sum, nil
	}
	var org, theme, id, sentence []string
	for i, s := range list {
		b, err := st.writer.Book(s.Site, n.asOf, s.Name, st.themes[i])
		if err != nil {
			return sum, err
		}
		written, err := b.Write(ctx, n.create(providerFolder(s.Code)))
		if err != nil {
			return sum, err
		}
		sum = sum.Add(written)
		for _, t := range st.themes[i] {
			for _, v := range t.Elsewhere {
				org, theme, id, sentence = append(org, s.Code), append(theme, t.ID), append(id, v.IncidentID), append(sentence, v.Sentence)
			}
		}
	}
	return sum, n.writeTable(frame.New("staff_quotes",
		frame.Column{Name: "organisation", Doc: "Organisation whose page for staff quotes the sentence.", Values: org},
		frame.Column{Name: "theme_id", Doc: "Theme of the page.", Values: theme},
		frame.Column{Name: "incident_id", Doc: "Report that the sentence is from, of another organisation.", Values: id},
		frame.Column{Name: "sentence", Doc: "The sentence, redacted.", Values: sentence},
	), "tables/", false)
}

// learnedTheme describes a theme by the reports of an organisation that are in it.
func (n *night) learnedTheme(s *sender, k int32) (learned.Theme, error) {
	t := n.table
	out := learned.Theme{ID: n.themed.ID[k], Name: n.themed.Name[k], Terms: n.themed.Terms[k], Harm: map[incident.Harm]int{}}
	settings := map[string]int{}
	var members []quote.Incident
	for _, i := range slices.Backward(s.rows) {
		if n.themed.Of[i] != k {
			continue
		}
		if n.weeksAgo(i) < staffHalf {
			out.Recent++
		} else {
			out.Before++
		}
		out.Harm[n.judged.Harm[i]]++
		settings[t.CareSetting.Value(i)]++
		if len(members) < themeReports {
			members = append(members, n.incident(i))
		}
	}
	out.Settings = tallied(settings)
	out.Factors = specialty.Factors(members)
	slug := page.Slug(out.ID)
	national, err := n.home.written(slug, learned.Slots())
	if err != nil {
		return out, err
	}
	own, err := n.home.written(feedback.Folder(s.Code)+"-"+slug, learned.Slots())
	if err != nil {
		return out, err
	}
	out.Written = specialty.Written{}
	maps.Copy(out.Written, national)
	maps.Copy(out.Written, own)
	return out, nil
}

// tallied lists the answered names of a count, most first.
func tallied(counts map[string]int) []specialty.Tallied {
	var out []specialty.Tallied
	for name, reports := range counts {
		if incident.Answered(name) {
			out = append(out, specialty.Tallied{Name: name, Reports: reports})
		}
	}
	slices.SortFunc(out, func(a, b specialty.Tallied) int {
		return cmp.Or(cmp.Compare(b.Reports, a.Reports), strings.Compare(a.Name, b.Name))
	})
	return out
}

// wide is a theme in all organisations, over a year.
type wide struct {
	reports int
	senders map[int32]bool
	newest  []int // rows, newest first
	pool    voices
	chosen  bool
}

// everywhere counts each theme over all organisations.
func (n *night) everywhere() []wide {
	out := make([]wide, len(n.themed.ID))
	for i := n.table.Len() - 1; i >= 0 && n.weeksAgo(i) < 52; i-- {
		k := n.themed.Of[i]
		if k == cluster.None || !n.joined.Counted(i) {
			continue
		}
		w := &out[k]
		if w.senders == nil {
			w.senders = map[int32]bool{}
		}
		w.reports++
		w.senders[n.table.Organisation.Codes[i]] = true
		if len(w.newest) < voicesReports {
			w.newest = append(w.newest, i)
		}
	}
	return out
}

type voices []learned.Voice

// voices picks the sentences that tell a theme best, at most one of each organisation.
func (w *wide) voices(n *night, terms []string) voices {
	if w.chosen {
		return w.pool
	}
	w.chosen = true
	var list []quote.Incident
	sender := map[string]string{}
	for _, i := range w.newest {
		e := n.incident(i)
		e.Organisation = n.table.Organisation.Value(i)
		sender[e.ID] = e.Organisation
		list = append(list, e)
	}
	said := map[string]bool{}
	for _, p := range specialty.Choose(list, terms, voicesPool) {
		if from := sender[p.Report.ID]; !said[from] && learned.Quotable(p.Sentence, terms) {
			said[from] = true
			w.pool = append(w.pool, learned.Voice{IncidentID: p.Report.ID, Sender: from, Sentence: p.Sentence})
		}
	}
	return w.pool
}

// besides gives the sentences of others than that organisation.
func (v voices) besides(code string) []learned.Voice {
	var out []learned.Voice
	for _, e := range v {
		if e.Sender != code && len(out) < learned.Default().Voices {
			out = append(out, e)
		}
	}
	return out
}

// directory lists the organisations with their reports and pages, by name.
func directory(list []*sender) []brief.Organisation {
	var out []brief.Organisation
	for _, s := range list {
		from := "../organisations/" + url.PathEscape(feedback.Folder(s.Code)) // a folder's own % is escaped once more in a link
		o := brief.Organisation{Name: s.Name, Type: s.Type, Region: s.Region, Href: path.Join(from, "index.html")}
		for _, t := range s.Themes {
			if t.Page != "" {
				o.Staff = append(o.Staff, page.Link{Href: path.Join(from, t.Page), Text: page.Capital(t.Name)})
			}
		}
		out = append(out, o)
	}
	slices.SortStableFunc(out, func(a, b brief.Organisation) int { return strings.Compare(a.Name, b.Name) })
	return out
}
