package brief

import (
	"psims/reports/book"
	"psims/reports/page"
	"psims/reports/quote"
)

// organisationsContent is what the page of organisations shows.
type organisationsContent struct {
	Organisations []organisationRow
}

// organisationRow is an organisation with its reports.
type organisationRow struct {
	Name, Href, Type, Region string
	Staff                    []page.Link
}

// organisationsPage lists the reports of organisations, by name: never by a number.
func (r *report) organisationsPage() book.Page {
	f := r.frame("Organisations", "")
	f.Here = "organisations.html"
	f.Crumbs = []page.Link{{Href: "index.html", Text: "Alerts"}}
	f.Lead = "Each organisation has a report of its own, and pages for its staff. Their order is that of the alphabet, and says nothing."
	return book.Page{Name: "organisations.html", Template: "organisations.html", Frame: f, Content: func() any {
		var c organisationsContent
		for _, o := range r.Organisations {
			c.Organisations = append(c.Organisations, organisationRow{Name: o.Name, Href: o.Href, Type: page.Capital(quote.OrNone(o.Type)), Region: quote.OrNone(o.Region), Staff: o.Staff})
		}
		return c
	}}
}
