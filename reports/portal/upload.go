package portal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"psims/datasets/decision"
)

// uploadPath takes extracts from programs.
const uploadPath = "/api/uploads"

// Upload is a file on its way into the inbox.
type Upload struct {
	Organisation string // whose token sent it; "" for a record from the forms
	Name         string // as the sender calls it: for show, never for a path
	Body         io.Reader
}

// Receipt is what the sender of a file is told at once.
type Receipt struct {
	Load     string         `json:"load"`
	SHA256   string         `json:"sha256"`
	Format   string         `json:"format"`
	Read     int            `json:"rows_read"`
	Kept     int            `json:"rows_kept"`
	Rejected map[string]int `json:"rejected_by_reason"`
	First    string         `json:"first_problem,omitempty"` // line and sentence
}

// Limits of an upload unless others are set: bytes, and time to send them.
const (
	maxUpload  = 2 << 30
	uploadTime = 30 * time.Minute
)

// sender gives the organisation whose token a program has sent.
func (q *request) sender() (string, error) {
	token, ok := strings.CutPrefix(q.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return "", failure{http.StatusUnauthorized, "Send the token of your organisation: Authorization: Bearer TOKEN."}
	}
	org, err := q.server.config.Store.Sender(q.ctx(), token)
	if errors.Is(err, decision.ErrNone) {
		return "", failure{http.StatusUnauthorized, "Nobody has this token, or it has been switched off."}
	}
	return org, err
}

// told answers a program: as JSON, errors too.
func (q *request) told(status int, body any) error {
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	q.w.WriteHeader(status)
	return json.NewEncoder(q.w).Encode(body)
}

func (q *request) tellFailure(err error) error {
	var f failure
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &f):
	case errors.As(err, &large):
		f = q.tooLarge()
	default:
		return err
	}
	return q.told(f.status, map[string]string{"error": f.message})
}

func (q *request) tooLarge() failure {
	return failure{http.StatusRequestEntityTooLarge, fmt.Sprintf("The file is too large: send it in parts of up to %d MB.", q.server.config.MaxUpload>>20)}
}

// upload streams an extract into the inbox.
func (s *Server) upload(q *request) error {
	org, err := q.sender()
	if err != nil {
		return q.tellFailure(err)
	}
	if s.config.Receive == nil {
		return q.tellFailure(errNotFound)
	}
	if q.r.ContentLength > s.config.MaxUpload {
		return q.tellFailure(q.tooLarge())
	}
	receipt, err := q.receive(Upload{org, q.r.URL.Query().Get("name"), http.MaxBytesReader(q.w, q.r.Body, s.config.MaxUpload)}, "token of "+org)
	if err != nil {
		return q.tellFailure(err)
	}
	return q.told(http.StatusCreated, receipt)
}

// receive takes a file into the inbox, and writes into the log who sent it.
func (q *request) receive(u Upload, who string) (Receipt, error) {
	// A large file takes longer than a page may; where the connection knows no
	// deadlines there is none to move.
	control := http.NewResponseController(q.w)
	_ = control.SetReadDeadline(time.Time{})
	_ = control.SetWriteDeadline(time.Time{})
	over := time.AfterFunc(uploadTime, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) })
	defer over.Stop()
	receipt, err := q.server.config.Receive(q.ctx(), u)
	var refused Refused
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &refused):
		return receipt, failure{http.StatusUnprocessableEntity, refused.Error()}
	case errors.As(err, &large):
		return receipt, q.tooLarge()
	case err != nil:
		return receipt, err
	}
	act := decision.Act{Who: who, At: q.server.config.Clock()}
	return receipt, q.server.config.Store.Note(q.ctx(), act, decision.Entry{What: "upload", Object: receipt.Load, Detail: map[string]string{"sha256": receipt.SHA256}})
}

// feedback answers with what an organisation is told of a load, once it is in.
func (s *Server) feedback(q *request) error {
	org, err := q.sender()
	if err != nil {
		return q.tellFailure(err)
	}
	if s.config.Feedback == nil {
		return q.tellFailure(errNotFound)
	}
	text, err := s.config.Feedback(org, q.r.PathValue("load"))
	if errors.Is(err, decision.ErrNone) {
		return q.tellFailure(failure{http.StatusNotFound, "This load is not in yet, or it is not yours. The nightly job takes it in."})
	}
	if err != nil {
		return err
	}
	q.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = q.w.Write(text)
	return err
}
