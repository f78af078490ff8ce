package portal

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"psims/datasets/codes"
	"psims/datasets/decision"
	"psims/datasets/incident"
	"psims/reports/disclosure"
	"psims/reports/page"
	"psims/reports/portal/view"
)

// recordContent is the form for those without a system of their own.
type recordContent struct {
	Kind, Harm, Specialty, Service choices
	Fields                         map[string]string // what was filled in
	Wrong                          map[string]string // what is wrong with it, by field
	Reference, Secret              string            // of a record that goes on; "" for a new one
	Version                        int
	Draft                          bool
	Token                          string
	OwnCode                        bool         // the account's own organisation: not asked for
	Own                            choices      // of an account with several organisations; none for others
	Maybe                          []view.Place // organisations that the place may be: one of them, or none, is to be chosen
	Patient                        bool         // the questions are those for patients and people close to them
	Other                          page.Link    // to the questions for others
	Keep                           bool         // a new record may be kept under the account
	Mine                           page.Table
}

// recordFields are the fields of the form that are kept.
var recordFields = []string{"as", "kind", "happened", "actions", "day", "organisation", "service", "specialty", "harm"}

// asPatient and asStaff say who answers: which questions fit.
const (
	asPatient = "patient"
	asStaff   = "staff"
)

// The event types of LFPSE with the words in which people are asked.
var recordKinds = [][2]string{{"1", "An incident: something unexpected happened that did or could have harmed a patient"}, {"2", "A risk: nobody was affected yet"}, {"3", "A poor outcome: it is not known yet what caused it"}, {"4", "Good care that others can learn from"}}

// What patients and people close to them are asked to choose from.
var patientKinds = [][2]string{{"1", "Something went wrong, or could have"}, {"2", "Something that could harm somebody one day"}, {"3", "It turned out badly, and nobody knows yet why"}, {"4", "Good care that others can learn from"}}

// Lists of LFPSE's taxonomy, version 6, that the form offers.
func recordLists() (harm, specialty, service [][2]string) {
	read := func(name, none string) [][2]string {
		out := [][2]string{{"", none}}
		for _, c := range codes.Get(name).Codes {
			out = append(out, [2]string{c.Code, c.Label})
		}
		return out
	}
	return read("level-of-physical-harm-6", "No patient was affected, or not known"), read("specialty-6", "Not known"), read("service-type-6", "Not known")
}

func (s *Server) record(q *request) error {
	return q.showRecord(http.StatusOK, recordContent{Fields: map[string]string{"as": q.field("as")}}, nil)
}

// ownCode is the organisation that an account records for, when it has just one.
func (q *request) ownCode() string {
	if o := q.person.Scope.Organisations; len(o) == 1 {
		return o[0]
	}
	return ""
}

func (q *request) showRecord(status int, body recordContent, wrong []page.Link) error {
	harm, specialty, service := recordLists()
	f, title := body.Fields, "Record an event"
	as := f["as"]
	if as != asPatient && as != asStaff {
		as = asStaff
		if q.person.Login == "" {
			as = asPatient
		}
	}
	body.Patient = as == asPatient
	kinds, harmed := recordKinds, "How much was the patient harmed?"
	body.Other = page.Link{Href: "/record?as=" + asPatient, Text: "You are a patient, or close to one? Other questions fit you better"}
	lead := "For staff without a recording system of their own. Don't write names, dates of birth or NHS numbers."
	if body.Patient {
		kinds, harmed, title = patientKinds, "How much were you, or the person you care for, harmed?", "Tell us what happened"
		harm[0][1] = "I don't know, or would rather not say"
		body.Other = page.Link{Href: "/record?as=" + asStaff, Text: "You work in health or care? Other questions fit you better"}
		lead = "For patients and those close to them. What you write helps to make care safer for others; it is not a complaint, and nobody answers it. Don't write names, dates of birth or NHS numbers."
	}
	body.Kind = choose("kind", "What do you want to tell us?", or(f["kind"], "1"), kinds...)
	body.Harm = choose("harm", harmed, f["harm"], harm...)
	body.Specialty = choose("specialty", "Specialty", f["specialty"], specialty...)
	body.Service = choose("service", "What kind of place was it?", f["service"], service...)
	if codes := q.person.Scope.Organisations; len(codes) > 1 {
		options := [][2]string{{"", "Choose one"}}
		for _, code := range codes {
			options = append(options, [2]string{code, q.run().Place(code).Name})
		}
		body.Own = choose("organisation", "Which of your organisations?", f["organisation"], options...)
	} else if code := f["organisation"]; code != "" {
		f = maps.Clone(f)
		f["organisation"] = q.run().Place(code).Name
		body.Fields = f
	}
	body.Token, body.OwnCode = q.token(), q.ownCode() != ""
	body.Keep = q.person.Login != "" && body.Reference == ""
	frame := frame{Title: title, Here: "/record", Errors: wrong, Lead: lead}
	if body.Reference != "" {
		frame.Title, frame.Caption = "Record "+body.Reference, "Your record"
		return q.page(status, "record", frame, body)
	}
	mine, err := q.server.config.Store.Records(q.ctx(), q.person.Login)
	if err != nil {
		return err
	}
	body.Mine = page.Table{ID: "mine", Caption: "Your records and drafts", Columns: []page.Column{{Heading: "Record"}, {Heading: "Last changed"}, {Heading: "State"}, {Heading: "What it says"}}}
	for _, r := range mine {
		state := page.Tag{Text: "Sent", Colour: "green"}
		switch {
		case r.Withdrawn():
			state = page.Tag{Text: "Withdrawn", Colour: "grey"}
		case r.Draft:
			state = page.Tag{Text: "Draft", Colour: "yellow"}
		}
		body.Mine.Rows = append(body.Mine.Rows, []page.Cell{{Text: r.Reference, Href: "/record/" + url.PathEscape(r.Reference)}, {Text: page.Date(r.Day)}, {Tag: &state, Detail: revised(r)}, {Text: or(excerpt(r.Fields["happened"]), "Nothing is kept"), Muted: r.Fields["happened"] == ""}})
	}
	return q.page(status, "record", frame, body)
}

// revised says how often a record was sent.
func revised(r decision.Record) string {
	switch {
	case r.Withdrawn():
		return ""
	case r.Version == 0:
		return "Not sent yet"
	case r.Draft:
		return "Sent before; with changes that are not sent"
	case r.Version > 1:
		return fmt.Sprintf("Sent %d times", r.Version)
	}
	return ""
}

// ownRecord shows a record to the account that it belongs to.
func (s *Server) ownRecord(q *request) error {
	return q.openRecord(q.r.PathValue("reference"), "")
}

// askRecord shows an anonymous record to whoever has its reference and its secret.
func (s *Server) askRecord(q *request) error {
	err := q.openRecord(strings.ToUpper(q.field("reference")), q.field("secret"))
	if errors.Is(err, decision.ErrNone) {
		const text = "There is no record with this reference and secret. Drafts that are left for 30 days are removed."
		return q.showRecord(http.StatusUnprocessableEntity, recordContent{Fields: map[string]string{}, Wrong: map[string]string{"open": text}}, []page.Link{{Href: "#reference", Text: text}})
	}
	return err
}

func (q *request) openRecord(reference, secret string) error {
	r, err := q.server.config.Store.Record(q.ctx(), reference, q.person.Login, secret)
	if err != nil {
		return err
	}
	if r.Withdrawn() {
		return q.page(http.StatusOK, "withdrawn", frame{Title: "Record " + r.Reference, Caption: "Your record", Here: "/record"}, withdrawnContent{Reference: r.Reference, Done: true})
	}
	return q.showRecord(http.StatusOK, recordContent{Fields: r.Fields, Reference: r.Reference, Secret: secret, Version: r.Version, Draft: r.Draft}, nil)
}

// removeRecord removes a draft of which nothing was sent.
func (s *Server) removeRecord(q *request) error {
	if err := s.config.Store.RemoveRecord(q.ctx(), q.field("reference"), q.person.Login, q.field("secret")); err != nil {
		return err
	}
	return q.redirect("/record?done=removed")
}

// withdrawnContent asks whether a record shall be withdrawn, or says that it is.
type withdrawnContent struct {
	Reference, Secret, Token string
	Version                  int
	What                     string // the beginning of what it says
	Done, Now                bool
}

// withdrawRecord takes back a record that was sent: it asks first, then sends an
// event that was "entered in error" as the next revision, as LFPSE has it, and keeps
// nothing of its words.
func (s *Server) withdrawRecord(q *request) error {
	if s.config.Receive == nil {
		return errNotFound
	}
	r, secret, _, err := q.recordOf()
	if err == nil && (q.field("reference") == "" || r.Version == 0 || r.Withdrawn()) {
		err = q.notKept(decision.ErrNone)
	}
	if err != nil {
		return err
	}
	body := withdrawnContent{Reference: r.Reference, Secret: secret, Token: q.token(), Version: r.Version, What: excerpt(r.Fields["happened"])}
	if q.field("sure") != "yes" {
		return q.page(http.StatusOK, "withdrawn", frame{Title: "Withdraw record " + r.Reference, Caption: "Your record", Here: "/record"}, body)
	}
	today := incident.DayOf(s.config.Clock())
	text, err := withdrawal(r.Reference, r.Version+1, today)
	if err != nil {
		return err
	}
	if _, err := s.config.Receive(q.ctx(), Upload{Name: "record.ndjson", Body: strings.NewReader(text)}); err != nil {
		return err
	}
	if err := s.config.Store.WithdrawRecord(q.ctx(), r.Reference, q.person.Login, secret, r.Version, today); err != nil {
		return q.notKept(err)
	}
	return q.page(http.StatusOK, "withdrawn", frame{Title: "Your record is withdrawn", Here: "/record"}, withdrawnContent{Reference: r.Reference, Done: true, Now: true})
}

// maxHappened is how many bytes an account of an event may have.
const maxHappened = 20_000

// filled gives what a form holds, with the identifiers taken out of its texts: what
// is kept here and what is sent on are the same.
func (q *request) filled() map[string]string {
	f := map[string]string{}
	for _, name := range recordFields {
		f[name] = q.field(name)
	}
	f["organisation"] = q.placeOf(f["organisation"])
	if q.server.config.Redact != nil {
		f["happened"], f["actions"] = q.server.config.Redact(f["happened"]), q.server.config.Redact(f["actions"])
	}
	return f
}

// checkRecord says what is wrong with a record that is to be sent, by field, and
// gives the day on which it happened. A draft need only be small enough.
func (q *request) checkRecord(f map[string]string, draft bool, today incident.Day) (day incident.Day, wrong []page.Link) {
	note := func(field, text string) {
		wrong = append(wrong, page.Link{Href: "#" + field, Text: text})
	}
	day = incident.NoDay
	if len(f["happened"]) > maxHappened || !draft && len(f["happened"]) < 10 {
		note("happened", fmt.Sprintf("Tell what happened in 10 to %s characters", disclosure.Commas(maxHappened)))
	}
	if len(f["actions"]) > maxHappened {
		note("actions", fmt.Sprintf("What was done must have %s characters or fewer", disclosure.Commas(maxHappened)))
	}
	if draft {
		return day, wrong
	}
	if f["day"] != "" {
		var err error
		if day, err = readDay(f["day"]); err != nil {
			note("day", "Write the day as day, month and year. "+dayHint)
		} else if day > today || day < today-36525 {
			note("day", "The day must be today or in the past")
		}
	}
	switch org := f["organisation"]; {
	case len(q.person.Scope.Organisations) > 0 && !slices.Contains(q.person.Scope.Organisations, org):
		note("choose-organisation", "Choose one of your organisations")
	case len(q.person.Scope.Organisations) > 0:
	case utf8.RuneCountInString(org) > maxPlace || utf8.RuneCountInString(org) < 3 || !placeName.MatchString(org):
		note("organisation", fmt.Sprintf("Name the place where it happened in words, in 3 to %d characters", maxPlace))
	}
	if !slices.ContainsFunc(recordKinds, func(o [2]string) bool { return o[0] == f["kind"] }) {
		note("choose-kind", "Choose what you want to record")
	}
	return day, wrong
}

// maxPlace is how many characters the name of a place may have; mostPlaces how many
// places are offered where several may be meant, and noneOfThem the answer that it is
// another.
const (
	maxPlace   = 100
	mostPlaces = 10
	noneOfThem = "none"
)

// placeOf gives the code of the place that a form names, or its name as it was written,
// with identifiers taken out.
func (q *request) placeOf(written string) string {
	if own := q.ownCode(); own != "" {
		return own
	}
	if which := q.field("which"); which != "" && which != noneOfThem {
		written = which
	}
	written = strings.Join(strings.Fields(written), " ")
	if found := q.run().Places(written, 1); len(found) == 1 && (strings.EqualFold(found[0].Name, written) || strings.EqualFold(found[0].Code, written)) {
		return found[0].Code
	}
	switch {
	case placeCode.MatchString(written):
		return strings.ToUpper(written)
	case q.server.config.Redact != nil:
		return q.server.config.Redact(written)
	}
	return written
}

// A place is named by its code, as the Organisation Data Service gives it, or in words.
var (
	placeCode = regexp.MustCompile(`^[A-Za-z]*[0-9][A-Za-z0-9]{1,9}$`)
	placeName = regexp.MustCompile(`^[\pL\pN][\pL\pN .,'’&()/\[\]-]*$`)
)

// maybe gives the organisations of which the place of a record may be one, to be asked
// which; none where its code is known, or it was said to be none of them.
func (q *request) maybe(place string) []view.Place {
	if len(q.person.Scope.Organisations) > 0 || q.field("which") == noneOfThem || q.run().Place(place).Name != place {
		return nil
	}
	return q.run().Places(place, mostPlaces)
}

// recordedContent is what is said once a record is kept.
type recordedContent struct {
	Reference, Secret string // the secret of an anonymous one, shown once
	Draft, Again      bool
	Path              string // of one that belongs to an account
}

// sendRecord keeps the form as a draft or turns it into a record as LFPSE has it
// and sends it the way that an upload takes; one that was sent before goes as its
// next revision. Nothing that is sent tells who sent it: no login, no address.
func (s *Server) sendRecord(q *request) error {
	if s.config.Receive == nil {
		return errNotFound
	}
	today, draft := incident.DayOf(s.config.Clock()), q.field("do") == "draft"
	f := q.filled()
	day, wrong := q.checkRecord(f, draft, today)
	r, secret, fresh, err := q.recordOf()
	if err != nil {
		return err
	}
	var maybe []view.Place
	if len(wrong) == 0 && !draft {
		if maybe = q.maybe(f["organisation"]); len(maybe) > 0 {
			wrong = append(wrong, page.Link{Href: "#which-0", Text: "Choose which place you mean"})
		}
	}
	if len(wrong) > 0 {
		body := recordContent{Maybe: maybe, Fields: f, Wrong: map[string]string{}, Reference: q.field("reference"), Secret: q.field("secret"), Version: r.Version}
		for _, w := range wrong {
			body.Wrong[strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(w.Href, "#"), "choose-"), "-0")] = w.Text
		}
		return q.showRecord(http.StatusUnprocessableEntity, body, wrong)
	}
	// First as a draft: whatever happens on its way, nothing that was written is lost.
	r.Fields, r.Day, r.Draft = f, today, true
	if err := s.config.Store.KeepRecord(q.ctx(), r, secret); err != nil {
		return q.notKept(err)
	}
	if !draft {
		text, err := resource(f, r.Reference, r.Version+1, today, day)
		if err != nil {
			return err
		}
		if _, err := s.config.Receive(q.ctx(), Upload{Name: "record.ndjson", Body: strings.NewReader(text)}); err != nil {
			return err
		}
		r.Version, r.Draft = r.Version+1, false
		if err := s.config.Store.KeepRecord(q.ctx(), r, secret); err != nil {
			return q.notKept(err)
		}
	}
	body := recordedContent{Reference: r.Reference, Draft: draft, Again: r.Version > 1}
	title := "Thank you: it is recorded"
	if draft {
		title = "Your draft is kept"
	}
	if r.Owner != "" {
		body.Path = "/record/" + url.PathEscape(r.Reference)
	} else if fresh {
		body.Secret = secret
	}
	return q.page(http.StatusOK, "recorded", frame{Title: title, Here: "/record"}, body)
}

// recordOf gives the record that a form goes on with, or a new one, and its secret.
func (q *request) recordOf() (r decision.Record, secret string, fresh bool, err error) {
	if reference := q.field("reference"); reference != "" {
		secret = q.field("secret")
		r, err = q.server.config.Store.Record(q.ctx(), reference, q.person.Login, secret)
		if err == nil && q.field("version") != strconv.Itoa(r.Version) {
			err = decision.ErrNone
		}
		return r, secret, false, q.notKept(err)
	}
	r.Reference = "PS-" + strings.ToUpper(q.server.config.Secret()[:12])
	if q.field("keep") == "mine" {
		r.Owner = q.person.Login
	}
	if r.Owner == "" {
		secret = q.server.config.Secret()
	}
	return r, secret, true, nil
}

// notKept tells why a record could not be kept.
func (q *request) notKept(err error) error {
	if errors.Is(err, decision.ErrNone) {
		return failure{http.StatusConflict, "This record is not yours, or it was changed in another window since you opened it. Open it again to see how it stands."}
	}
	return err
}
