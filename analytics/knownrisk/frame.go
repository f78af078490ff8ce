package knownrisk

import (
	"fmt"
	"strings"

	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/nlp/text"
)

// Frame lists the hits of each event, as the table "known_risks" that a run publishes.
//
// Panics if there are not as many lists of hits as events.
func (l *List) Frame(t *incident.Table, hits [][]Hit) *frame.Frame {
	if len(hits) != t.Len() {
		panic(fmt.Sprintf("knownrisk: hits of %d texts for %d events", len(hits), t.Len()))
	}
	var system, id, org, risk, title, marked, pattern, context, words, sentence []string
	var reported []incident.Day
	var score []float64
	for i, hits := range hits {
		for _, h := range hits {
			r := l.Risks[h.Risk]
			system, id, org, reported = append(system, t.System.Value(i)), append(id, t.ID[i]), append(org, t.Organisation.Value(i)), append(reported, t.Reported[i])
			risk, title, score, marked = append(risk, r.ID), append(title, r.Title), append(score, h.Score), append(marked, t.NeverEvent.Value(i))
			pattern, context = append(pattern, h.Pattern), append(context, h.Context)
			var spans, sentences []text.Span
			for _, reason := range h.Reasons {
				spans, sentences = append(spans, reason.Span), append(sentences, reason.Sentence)
			}
			words = append(words, strings.Join(text.Pieces(t.Text[i], spans), "|"))
			sentence = append(sentence, strings.Join(text.Pieces(t.Text[i], sentences), " "))
		}
	}
	return frame.New("known_risks",
		frame.Column{Name: "system", Doc: "Recording system.", Values: system},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: id},
		frame.Column{Name: "reported_date", Doc: "First submission.", Values: reported},
		frame.Column{Name: "organisation", Doc: "Code of the reporting organisation.", Values: org},
		frame.Column{Name: "risk_id", Doc: "The known risk that the narrative may tell of.", Values: risk},
		frame.Column{Name: "risk", Doc: "Its title.", Values: title},
		frame.Column{Name: "score", Doc: "How sure, from 0 to 1; an order, no probability.", Values: score},
		frame.Column{Name: "never_event", Doc: "Never Event that the sender marked, if any.", Values: marked},
		frame.Column{Name: "pattern", Doc: "What it was found by; empty for likeness to the risk's examples.", Values: pattern},
		frame.Column{Name: "context", Doc: "What makes it less sure that the risk came true, if anything.", Values: context},
		frame.Column{Name: "words", Doc: "The words that gave rise to it, separated by |.", Values: words},
		frame.Column{Name: "sentences", Doc: "The sentences that they stand in, redacted.", Values: sentence},
	)
}

// Surest gives the surest known risk of each event by its number in the list; −1 for none.
func Surest(hits [][]Hit) []int32 {
	out := make([]int32, len(hits))
	for i, h := range hits {
		out[i] = -1
		if len(h) > 0 {
			out[i] = int32(h[0].Risk)
		}
	}
	return out
}
