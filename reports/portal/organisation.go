package portal

import (
	"errors"
	"fmt"
	"html"
	"html/template"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/access"
	"psims/reports/portal/guard"
	"psims/reports/portal/view"
	organisation "psims/reports/provider"
)

// organisationContent is what stands on the page of an organisation beside its report.
type organisationContent struct {
	Report template.HTML // what the run says of it; empty when there is none
	Events string        // how many of its events the run holds
	All    string        // address of all of these
	Others []page.Link   // further organisations of the same account
	Send   string        // address to which files are sent; "" when they are not taken
	Token  string
	Most   string // how large a file may be
	Wrong  string
	Got    *gotFile
}

// gotFile is what became of a file that was sent.
type gotFile struct {
	Facts    []page.Fact
	Rejected page.Table
	First    string
}

// organisationsPath leads to an organisation's page.
func organisationsPath(code string) string { return "/organisations/" + url.PathEscape(code) }

// isFile marks the requests that carry a file from a person.
func isFile(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/organisations/") && strings.HasSuffix(r.URL.Path, "/files")
}

// ownOrganisation gives the code in the address, if all of its events are this person's
// to read.
func (q *request) ownOrganisation() (string, error) {
	code := q.r.PathValue("code")
	if !q.person.SeesAllOf(code) || !q.view.Reads() {
		return "", errNotFound
	}
	return code, nil
}

func (s *Server) organisation(q *request) error {
	code, err := q.ownOrganisation()
	if err != nil {
		return err
	}
	return q.showOrganisation(http.StatusOK, code, organisationContent{})
}

func (q *request) showOrganisation(status int, code string, body organisationContent) error {
	own := q.view.All().Where(view.ByOrganisation, code)
	name := q.view.Name(view.ByOrganisation, code)
	f := frame{Title: name, Caption: "Your organisation's reports", Here: organisationsPath(code)}
	leaf, err := q.leaf(code, "index.html")
	switch {
	case errors.Is(err, decision.ErrNone):
		f.Lead = "The run on show says nothing of this organisation yet: it appears in the night after its first report."
	case err != nil:
		return err
	default:
		f.Head, body.Report = leaf.head, leaf.rest
	}
	body.Events, body.All = page.Count(own.Len(), "event", "events"), "/search?"+facetKey(view.ByOrganisation)+"="+url.QueryEscape(code)
	for _, o := range q.person.Scope.Organisations {
		if o != code && q.person.SeesAllOf(o) {
			body.Others = append(body.Others, page.Link{Href: organisationsPath(o), Text: q.view.Name(view.ByOrganisation, o)})
		}
	}
	if q.maySend(code) {
		body.Send, body.Token = organisationsPath(code)+"/files", q.token()
		body.Most = fmt.Sprintf("%d MB", q.server.config.MaxUpload>>20)
	}
	if body.Wrong != "" {
		f.Errors = []page.Link{{Href: "#file", Text: body.Wrong}}
	}
	return q.page(status, "organisation", f, body)
}

// maySend reports whether a person may send files for an organisation: its own users, and
// the one user of the local mode, who may do everything.
func (q *request) maySend(code string) bool {
	return q.server.config.Receive != nil && (q.person.Local || slices.Contains(q.person.Scope.Organisations, code))
}

// learnt shows what staff are told of a theme.
func (s *Server) learnt(q *request) error {
	code, err := q.ownOrganisation()
	if err != nil {
		return err
	}
	leaf, err := q.leaf(code, "learned/"+q.r.PathValue("file"))
	if err != nil {
		return err
	}
	f := frame{Title: leaf.title, Head: leaf.head, Here: organisationsPath(code), Crumbs: []page.Link{{Href: organisationsPath(code), Text: "Your organisation"}}}
	return q.page(http.StatusOK, "organisation", f, organisationContent{Report: leaf.rest})
}

// organisationFile answers with the numbers behind a chart of an organisation's report.
func (s *Server) organisationFile(q *request) error {
	code, err := q.ownOrganisation()
	if err != nil {
		return err
	}
	text, err := q.ofRun(code, "data/"+q.r.PathValue("file"))
	if err != nil {
		return err
	}
	if err := q.noteExport(code+" "+q.r.PathValue("file"), strings.Count(string(text), "\n")-1); err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	q.w.Header().Set("Content-Disposition", `attachment; filename="`+page.Slug(strings.TrimSuffix(q.r.PathValue("file"), ".csv"))+`.csv"`)
	_, err = q.w.Write(text)
	return err
}

// ofRun reads a file that the run on show made for an organisation.
func (q *request) ofRun(code, name string) ([]byte, error) {
	if q.server.config.OrganisationFile == nil {
		return nil, decision.ErrNone
	}
	return q.server.config.OrganisationFile(q.run().ID(), code, name)
}

// leaf is a page of the run, taken out of its own frame: what stands above its first
// part, and the rest.
type leaf struct {
	title      string
	head, rest template.HTML
}

// leaf takes a page that the run made for an organisation out of its frame, and turns
// its links to the addresses of the portal. The page is the program's own: its texts
// were escaped when it was written.
func (q *request) leaf(code, name string) (leaf, error) {
	text, err := q.ofRun(code, name)
	if err != nil {
		return leaf{}, err
	}
	_, title, _ := strings.Cut(string(text), "<title>")
	title, _, _ = strings.Cut(title, " – ")
	_, inner, began := strings.Cut(string(text), `id="maincontent">`)
	inner, _, ended := strings.Cut(inner, "</main>")
	head, rest, split := strings.Cut(inner, "</dl>") // the end of what tells the run
	if !began || !ended || !split {
		return leaf{}, fmt.Errorf("reading page %s of %s: it has no frame to take it out of", name, code)
	}
	own := organisationsPath(code)
	links := strings.NewReplacer(`href="data/`, `href="`+own+`/data/`, `href="learned/`, `href="`+own+`/learned/`, `href="../index.html`, `href="`+own, `href="index.html`, `href="`+own)
	return leaf{html.UnescapeString(title), template.HTML(head + "</dl>"), template.HTML(links.Replace(rest))}, nil
}

// sendFile takes a file that a person chose into the inbox: the form's token comes
// before the file, so that nothing is read of one that a stranger sent.
func (s *Server) sendFile(q *request) error {
	code, err := q.ownOrganisation()
	if err != nil {
		return err
	}
	if !q.maySend(code) {
		return errNotFound
	}
	parts, err := q.r.MultipartReader()
	if err != nil {
		return errOldForm
	}
	token, err := nextField(parts, "form")
	if err != nil || !guard.FormTokenIs(token, s.secret, q.person.Login) {
		return errOldForm
	}
	file, err := parts.NextPart()
	if err != nil || file.FormName() != "file" || file.FileName() == "" {
		return q.showOrganisation(http.StatusUnprocessableEntity, code, organisationContent{Wrong: "Choose a file to send"})
	}
	receipt, err := q.receive(Upload{code, file.FileName(), http.MaxBytesReader(q.w, io.NopCloser(file), s.config.MaxUpload)}, q.person.Login)
	var f failure
	if errors.As(err, &f) {
		return q.showOrganisation(f.status, code, organisationContent{Wrong: "The file was not taken. " + f.message})
	}
	if err != nil {
		return err
	}
	return q.showOrganisation(http.StatusOK, code, organisationContent{Got: told(file.FileName(), receipt)})
}

// nextField reads a short field of a form that comes in parts.
func nextField(parts *multipart.Reader, name string) (string, error) {
	p, err := parts.NextPart()
	if err != nil || p.FormName() != name {
		return "", errOldForm
	}
	text, err := io.ReadAll(io.LimitReader(p, 1000))
	return string(text), err
}

// told words a receipt: what was read, and how to mend what was not.
func told(name string, r Receipt) *gotFile {
	rejected := 0
	t := page.Table{ID: "rejected", Caption: "Rows that can't be used, and how to mend them", Columns: []page.Column{{Heading: "What is wrong"}, {Heading: "Rows", Numeric: true}, {Heading: "How to mend it"}}}
	for _, reason := range slices.Sorted(maps.Keys(r.Rejected)) {
		n := r.Rejected[reason]
		rejected += n
		known := incident.Reason(reason)
		t.Rows = append(t.Rows, []page.Cell{{Text: or(incident.Reasons()[known], reason), Detail: reason}, {Text: disclosure.Commas(n)}, {Text: organisation.Mend(known)}})
	}
	return &gotFile{First: r.First, Rejected: t, Facts: []page.Fact{{Key: "File", Value: name}, {Key: "Events taken", Value: disclosure.Commas(r.Kept)}, {Key: "Rows that can't be used", Value: disclosure.Commas(rejected)},
		{Key: "What happens now", Value: "Tonight's run takes the events in. From tomorrow this page counts them."}, {Key: "Number of the receipt", Value: r.Load}}}
}

// ownPage leads a user of an organisation to its page, the first where there are several.
func ownPage(p access.Person) (page.Link, bool) {
	for _, code := range p.Scope.Organisations {
		if p.SeesAllOf(code) && p.May(access.ReadReports) {
			return page.Link{Href: organisationsPath(code), Text: "Your organisation"}, true
		}
	}
	return page.Link{}, false
}
