package portal

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/quote"
)

func (s *Server) saveView(q *request) error {
	u, err := ofPortal(q.field("path"))
	if err != nil {
		return err
	}
	values := u.Query()
	values.Del("done")
	u.RawQuery = values.Encode()
	if err := s.config.Store.SaveView(q.ctx(), q.act(), decision.View{Name: q.field("name"), Path: u.RequestURI()}); err != nil {
		if q.field("name") == "" || len(q.field("name")) > decision.MaxName {
			return failure{http.StatusUnprocessableEntity, page.Capital(err.Error()) + ". Go back to write one."}
		}
		return err
	}
	values.Set("done", "saved")
	u.RawQuery = values.Encode()
	return q.redirect(u.RequestURI())
}

func (s *Server) removeView(q *request) error {
	id, err := strconv.ParseInt(q.r.PathValue("id"), 10, 64)
	if err != nil {
		return errNotFound
	}
	if err := s.config.Store.RemoveView(q.ctx(), q.act(), id); err != nil {
		return err
	}
	return q.redirect("/search?done=removed")
}

// frozen is a result as it is kept: what was asked, of which run, and the table.
type frozen struct {
	Key       string     `json:"key"` // of the view that it was made of
	Path      string     `json:"path"`
	AsOf      string     `json:"as_of"`
	Columns   []string   `json:"columns"`
	Rows      [][]string `json:"rows"`
	Total     int        `json:"total"`
	Truncated bool       `json:"truncated"`
}

// frozenRows bounds the reports of a frozen search.
const frozenRows = 500

// freeze keeps the result of the search or the analysis at an address, as it is now.
func (s *Server) freeze(q *request) error {
	u, err := ofPortal(q.field("path"))
	if err != nil {
		return err
	}
	at := *q // the same person, at that address
	at.r = q.r.Clone(q.ctx())
	at.r.Method, at.r.URL, at.r.Form, at.r.PostForm = http.MethodGet, u, u.Query(), nil
	f := frozen{Key: q.view.Key(), Path: u.RequestURI(), AsOf: q.run().AsOf().String()}
	switch {
	case u.Path == "/search" && q.person.May(access.ReadReports):
		result, err := at.find()
		if err != nil {
			return failure{http.StatusUnprocessableEntity, page.Capital(err.Error())}
		}
		f.Columns, f.Total = listColumns, result.Len()
		for _, r := range result.Newest(0, frozenRows) {
			f.Rows = append(f.Rows, listRow(r))
		}
	case u.Path == "/analysis":
		a, err := at.analyse()
		if err != nil {
			return failure{http.StatusUnprocessableEntity, page.Capital(err.Error())}
		}
		f.Columns, f.Rows = a.file()
		f.Total = len(f.Rows)
	default:
		return failure{http.StatusBadRequest, "Only results of the search and the analysis can be frozen."}
	}
	f.Truncated = f.Total > len(f.Rows)
	content, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("freezing a result: %w", err)
	}
	hash, err := s.config.Store.Freeze(q.ctx(), q.act(), or(q.field("title"), "Result"), content)
	if err != nil {
		return err
	}
	return q.redirect("/snapshots/" + hash)
}

// snapshotContent is what the page of a frozen result shows.
type snapshotContent struct {
	Facts []page.Fact
	Table page.Table
	Again string
}

// table shows the rows of a frozen result.
func (f frozen) table() page.Table {
	t := page.Table{ID: "result", Empty: "The result has no row."}
	listing := slices.Equal(f.Columns, listColumns)
	columns := f.Columns
	if listing { // the recording system goes with the report, the region with the organisation
		columns = []string{"Report", "Reported", "Organisation", "Specialty", "Category", "Harm", "Redacted text"}
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, page.Column{Heading: c})
	}
	for _, row := range f.Rows {
		cells := make([]page.Cell, len(row))
		for k, v := range row {
			if k < len(f.Columns) {
				v = asRead(f.Columns[k], v)
			}
			cells[k] = page.Cell{Text: or(v, "Not recorded"), Muted: v == ""}
		}
		if listing && len(cells) == len(listColumns) {
			cells[1].Detail, cells[3].Detail = row[0], row[4]
			cells = append(slices.Clone(cells[1:4]), cells[5:]...)
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// asRead writes a value of a frozen result as pages have it, and not as files do.
func asRead(column, v string) string {
	switch column {
	case "Reported":
		if d, err := incident.ParseDay(v); err == nil {
			return page.Date(d)
		}
	case "Harm":
		for _, h := range incident.Harms() {
			if h.String() == v {
				return quote.HarmName(h)
			}
		}
	}
	return v
}

// snapshot shows a frozen result to those who may see what it was made of.
func (s *Server) snapshot(q *request) error {
	n, err := s.config.Store.Frozen(q.ctx(), q.r.PathValue("hash"))
	if err != nil {
		return err
	}
	var f frozen
	if err := json.Unmarshal(n.Content, &f); err != nil {
		return fmt.Errorf("reading a frozen result: %w", err)
	}
	if f.Key != q.view.Key() && !(q.view.Whole() && q.view.Reads()) {
		return errNotFound
	}
	t := f.table()
	t.Caption = n.Title
	if f.Truncated {
		t.Note = fmt.Sprintf("The newest %d of %d rows were kept.", len(f.Rows), f.Total)
	}
	u, err := url.Parse(f.Path)
	if err != nil {
		return fmt.Errorf("reading a frozen result: %w", err)
	}
	names, err := q.people()
	if err != nil {
		return err
	}
	body := snapshotContent{Again: ownPath(u.RequestURI()), Table: t, Facts: []page.Fact{{Key: "Frozen by", Value: names.of(n.Owner) + " on " + n.At.Format("2 January 2006 at 15:04")}, {Key: "Run", Value: n.Run + ", data up to " + asRead("Reported", f.AsOf)}, {Key: "Permanent link", Parts: []page.Link{{Href: "/snapshots/" + n.Hash, Text: "/snapshots/" + n.Hash}}}}}
	return q.page(http.StatusOK, "snapshot", frame{Title: n.Title, Caption: "Frozen result", Here: u.Path, Lead: "This result does not change when newer runs come."}, body)
}
