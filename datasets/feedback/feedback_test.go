package feedback_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"psims/datasets/feedback"
	"psims/datasets/incident"
)

func event(org string, occurred, submitted incident.Day, revision int32) *incident.Event {
	e := &incident.Event{}
	e.Organisation, e.Occurred, e.Submitted, e.Revision, e.Category, e.Harm = org, occurred, submitted, revision, "Falls", incident.LowHarm
	e.Texts[incident.Description] = "The patient fell from the bed during the night shift."
	return e
}

func TestEachSenderIsToldOfItsOwn(t *testing.T) {
	l := feedback.New()
	l.Accept(event("Z02", 100, 101, 1))
	l.Accept(event("Z01", 100, 110, 1))
	l.Accept(event("Z01", 100, 104, 2))
	missing := event("Z01", incident.NoDay, 104, 1)
	missing.Category = ""
	l.Accept(missing)
	gone := event("Z01", 100, 104, 3)
	gone.Deleted = true
	l.Accept(gone)
	l.Reject(&incident.Reject{Place: incident.Place{Line: 7}, Column: "harm", Code: incident.QualityRule, Sentence: "Why."})
	answers := l.Answers(feedback.Facts{ID: "abc", File: "a.csv", Rejected: 1, RejectedBy: map[incident.Reason]int{incident.QualityRule: 1}})
	if len(answers) != 2 || answers[0].Organisation != "Z01" || answers[1].Organisation != "Z02" {
		t.Fatalf("%+v", answers)
	}
	a := answers[0]
	if a.Accepted != 3 || a.Revised != 1 || a.Withdrawn != 1 || a.Rejected != 1 || a.Missing["category"] != 1.0/3 || *a.MedianDelay != 10 {
		t.Errorf("%+v, median delay %d", a, *a.MedianDelay)
	}
	if a.Rejects != nil {
		t.Error("the rejected rows of a file of two senders are told to one")
	}
	one := feedback.New()
	one.Accept(event("Z01", 100, 101, 1))
	for line := range 1200 {
		one.Reject(&incident.Reject{Place: incident.Place{Line: line + 1}, Code: incident.QualityRule})
	}
	if rows := one.Answers(feedback.Facts{})[0].Rejects; len(rows) != 1000 || rows[999].Line != 1000 {
		t.Errorf("%d rejected rows are listed, want the first thousand", len(rows))
	}
}

func ExampleLoad_Answers() {
	l := feedback.New()
	l.Accept(event("Z01", 100, 102, 1))
	for _, a := range l.Answers(feedback.Facts{ID: "abc", File: "a.csv"}) {
		text, err := json.Marshal(map[string]any{"organisation": a.Organisation, "accepted": a.Accepted, "days": a.MedianDelay})
		fmt.Println(string(text), err)
	}
	// Output: {"accepted":1,"days":2,"organisation":"Z01"} <nil>
}
