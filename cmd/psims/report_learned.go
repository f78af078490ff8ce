package main

import (
	"context"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"psims/datasets/feedback"
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
	w, err := learned.On(national.Press(), c)
	if err != nil {
		return nil, err
	}
	themes, err := w.Gather(n.evidence(), list, n.home.writtenOf)
	return &staff{w, themes}, err
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
	}
	return sum, n.dir.WriteTable(learned.Quotes(list, st.themes), publication.Tables)
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
