package portal

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"psims/datasets/decision"
	"psims/reports/chart"
	"psims/reports/page"
)

// Question is SQL with what it may be asked of.
type Question struct {
	SQL   string
	Scope decision.Scope
}

// Answer is a table in answer to SQL.
type Answer struct {
	Columns   []string   `json:"columns"`
	Rows      [][]string `json:"rows"`
	Truncated bool       `json:"truncated"` // there are more rows than were given
}

// Refused is why a question was not answered, in words for the person who asked.
type Refused string

func (r Refused) Error() string { return string(r) }

// questionContent is what the page of questions in SQL shows.
type questionContent struct {
	SQL, Wrong string
	Table      *page.Table
	Found      string
	Scoped     bool
	Token      string
}

// shownRows bounds how many rows of an answer stand on the page; the file has all.
const shownRows = 200

const firstQuestion = "SELECT label, count(*) AS reports\nFROM events\nGROUP BY label\nORDER BY reports DESC"

func (s *Server) question(q *request) error {
	return q.showQuestion(http.StatusOK, questionContent{SQL: firstQuestion})
}

func (q *request) showQuestion(status int, body questionContent) error {
	body.Token, body.Scoped = q.token(), !q.view.Whole()
	f := frame{Title: "Ask in SQL", Here: "/sql", Lead: "Questions to the newest run's de-identified tables, for those who know SQL. They only read."}
	if body.Wrong != "" {
		f.Errors = []page.Link{{Href: "#sql", Text: body.Wrong}}
	}
	return q.page(status, "sql", f, body)
}

// ask answers a question; it is noted who asked what, because the answer is data
// that somebody takes away.
func (s *Server) ask(q *request) error {
	text := strings.ReplaceAll(q.field("sql"), "\r\n", "\n")
	body := questionContent{SQL: text}
	if text == "" {
		body.Wrong = "Write a question"
		return q.showQuestion(http.StatusUnprocessableEntity, body)
	}
	if s.config.Ask == nil {
		return errNotFound
	}
	if err := s.config.Store.Note(q.ctx(), q.act(), decision.Entry{What: "ask in SQL", Detail: map[string]string{"sql": text}}); err != nil {
		return err
	}
	answer, err := s.config.Ask(q.ctx(), Question{text, q.person.Scope})
	var refused Refused
	if errors.As(err, &refused) {
		body.Wrong = page.Capital(refused.Error())
		return q.showQuestion(http.StatusUnprocessableEntity, body)
	}
	if err != nil {
		return err
	}
	if q.field("as") == "csv" {
		t := chart.Table{}
		for _, c := range answer.Columns {
			t.Columns = append(t.Columns, chart.Column{Heading: c})
		}
		for _, row := range answer.Rows {
			t.Rows = append(t.Rows, fileCells(row))
		}
		return q.csv("answer.csv", t)
	}
	t := page.Table{ID: "answer", Caption: "Answer", Empty: "The answer has no row."}
	for _, c := range answer.Columns {
		t.Columns = append(t.Columns, page.Column{Heading: or(c, "unnamed")})
	}
	for _, row := range answer.Rows[:min(len(answer.Rows), shownRows)] {
		var cells []page.Cell
		for _, v := range row {
			cells = append(cells, page.Cell{Text: or(v, "No data"), Muted: v == ""})
		}
		t.Rows = append(t.Rows, cells)
	}
	body.Table, body.Found = &t, page.Count(len(answer.Rows), "row", "rows")
	if answer.Truncated {
		body.Found = fmt.Sprintf("The first %s; there are more", body.Found)
	}
	if len(answer.Rows) > shownRows {
		t.Note = fmt.Sprintf("The first %d are shown; the file has %d.", shownRows, len(answer.Rows))
	}
	return q.showQuestion(http.StatusOK, body)
}

// fileCells are the cells of a row of a file.
func fileCells(row []string) []chart.Cell {
	out := make([]chart.Cell, len(row))
	for i, v := range row {
		out[i] = chart.Cell{Text: v, File: v}
	}
	return out
}
