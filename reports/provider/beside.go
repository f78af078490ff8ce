package provider

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"psims/analytics/funnel"
	"psims/datasets/frame"
	"psims/reports/evidence"
)

// shares sets severe and fatal events against what similar organisations
// would have had of the same mix.
func (e *Events) shares(senders map[string]*Sender) error {
	organisations, graded := e.Mix.Expected()
	r, err := funnel.Judge(organisations, funnel.Default())
	if err != nil {
		return err
	}
	groups := map[string]funnel.Group{}
	for _, g := range r.Groups {
		groups[g.Name] = g
	}
	members := map[string][]funnel.Finding{}
	for _, f := range r.Findings {
		members[f.Group] = append(members[f.Group], f)
	}
	for _, f := range r.Findings {
		if s := senders[f.Code]; s != nil {
			s.Share = &Share{Finding: f, Graded: int(graded[f.Code]), Group: groups[f.Group], Others: slices.DeleteFunc(slices.Clone(members[f.Group]), func(o funnel.Finding) bool { return o.Code == f.Code })}
		}
	}
	return nil
}

// harm adds how each organisation grades, and its recent reports that read worse.
func (e *Events) harm(senders map[string]*Sender) error {
	r, d := e.Grading.Reader(), e.Doubts.Reader()
	org, events := frame.Take[string](r, "organisation"), frame.Take[int64](r, "events")
	var num [5][]float64
	for k, name := range []string{"recorded", "expected", "lo", "hi", "q_value"} {
		num[k] = frame.Take[float64](r, name)
	}
	id, words, sentences := frame.Take[string](d, "incident_id"), frame.Take[string](d, "words"), frame.Take[string](d, "sentences")
	if err := errors.Join(r.Err(), d.Err()); err != nil {
		return err
	}
	for i, code := range org {
		if s := senders[code]; s != nil {
			s.Grading = &Grading{Events: int(events[i]), Recorded: num[0][i], Expected: num[1][i], Interval: [2]float64{num[2][i], num[3][i]}, Q: num[4][i]}
		}
	}
	row := e.Rows()
	seen := map[string]bool{}
	for k, name := range id {
		i, known := row[name]
		if !known || seen[name] || e.WeeksAgo(i) >= evidence.Lately {
			continue
		}
		seen[name] = true
		if s := senders[e.Table.Organisation.Value(i)]; s != nil {
			s.Doubts = append(s.Doubts, Doubt{ID: name, Reported: e.Table.Reported[i], Recorded: e.Table.Harm[i], Sentence: sentences[k], Words: frame.Parts(words[k])})
		}
	}
	return nil
}

// quarantined is a line of the quarantine, as far as it is read here.
type quarantined struct {
	Reject
	Row []struct{ Column, Value string } `json:"row"`
}

// Rejects gives each sender, by its code, the rows of a load's quarantine that name it and
// could not be used.
//
// Errors: the lines are not those of a quarantine.
func Rejects(lines io.Reader, senders map[string]*Sender) error {
	dec := json.NewDecoder(bufio.NewReader(lines))
	for dec.More() {
		var q quarantined
		if err := dec.Decode(&q); err != nil {
			return fmt.Errorf("reading the quarantine: %w", err)
		}
		for _, cell := range q.Row {
			if !strings.Contains(strings.ToLower(cell.Column), "organisation") {
				continue
			}
			code := cell.Value
			if open := strings.LastIndexByte(code, '('); open >= 0 && strings.HasSuffix(code, ")") { // "Name (CODE)", as StEIS writes it
				code = code[open+1 : len(code)-1]
			}
			if s := senders[code]; s != nil {
				s.Rejects = append(s.Rejects, q.Reject)
				s.Rejected[q.Reason]++
				break
			}
		}
	}
	return nil
}
