package main

import (
	"context"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"psims/datasets/feedback"
	"psims/datasets/frame"
	"psims/models/topic"
	"psims/reports/book"
	"psims/reports/brief"
	"psims/reports/disclosure"
	"psims/reports/learned"
	"psims/reports/page"
	"psims/reports/provider"
	"psims/reports/publication"
	"psims/reports/specialty"
)

// staffPages gathers the pages for staff of each organisation, by its place in the
// list, and links them from its report.
func (n *night) staffPages(national *brief.Writer, policy disclosure.Policy, list []*provider.Sender) (*staff, error) {
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
	e := n.evidence()
	everywhere := learned.Everywhere(e)
	for i, s := range list {
		for k := range s.Themes {
			th := &s.Themes[k]
			at := slices.Index(n.themed.ID, th.ID)
			t := learned.Describe(e, s.Rows, int32(at))
			if t.Written, err = n.home.writtenOf(s.Code, t.ID); err != nil {
				return nil, err
			}
			if !out.writer.Tells(t.Year()) || !topic.Tells(th.Name) {
				continue // too few reports, or a name of which no reader learns what it is about
			}
			all := &everywhere[at]
			t.Expected, t.Alert, t.Everywhere, t.Organisations = th.Expected, th.Alert, all.Reports, all.Organisations()
			if c.Quotes && all.Organisations() >= learned.LeastVoices {
				t.Elsewhere = all.Voices(e, t.Terms).Besides(s.Code)
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
func (n *night) writeStaff(ctx context.Context, st *staff, list []*provider.Sender) (book.Summary, error) {
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
		written, err := b.Write(ctx, n.dir.Create(providerFolder(s.Code)))
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
	return sum, n.dir.WriteTable(frame.New("staff_quotes",
		frame.Column{Name: "organisation", Doc: "Organisation whose page for staff quotes the sentence.", Values: org},
		frame.Column{Name: "theme_id", Doc: "Theme of the page.", Values: theme},
		frame.Column{Name: "incident_id", Doc: "Report that the sentence is from, of another organisation.", Values: id},
		frame.Column{Name: "sentence", Doc: "The sentence, redacted.", Values: sentence},
	), publication.Tables)
}

// writtenOf reads what people have written of a theme: for the country and, in its place,
// for an organisation.
func (h home) writtenOf(organisation, theme string) (specialty.Written, error) {
	slug := page.Slug(theme)
	national, err := h.written(slug, learned.Slots())
	if err != nil {
		return nil, err
	}
	own, err := h.written(feedback.Folder(organisation)+"-"+slug, learned.Slots())
	if err != nil {
		return nil, err
	}
	out := specialty.Written{}
	maps.Copy(out, national)
	maps.Copy(out, own)
	return out, nil
}

// directory lists the organisations with their reports and pages, by name.
func directory(list []*provider.Sender) []brief.Organisation {
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
