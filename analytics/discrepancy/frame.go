package discrepancy

import (
	"slices"
	"strings"

	"psims/datasets/frame"
	"psims/nlp/text"
)

// Frames gives the report as the tables that a run publishes: the two lists of events,
// each organisation's habit, and how many events were read. texts are those of all
// events, by row.
func (r *Report) Frames(texts []string) []*frame.Frame {
	return []*frame.Frame{r.events(texts), r.habits(), frame.New("harm_judged",
		frame.Column{Name: "judged", Doc: "Events with a degree of harm that were read.", Values: []int64{int64(r.Judged)}},
		frame.Column{Name: "worse", Doc: "Of these, how many usual graders would be expected to grade worse.", Values: []float64{r.Above}},
	)}
}

func (r *Report) events(texts []string) *frame.Frame {
	var list, id, org, recorded, told, words, sentence []string
	var worse, far, excess []float64
	add := func(name string, findings []Finding) {
		for _, f := range findings {
			list, id, org = append(list, name), append(id, f.ID), append(org, f.Organisation)
			recorded, told = append(recorded, f.Recorded.String()), append(told, f.Told.String())
			worse, far, excess = append(worse, f.Above), append(far, f.Far), append(excess, f.Excess)
			w, s := f.saying(texts[f.Row])
			words, sentence = append(words, strings.Join(w, "|")), append(sentence, strings.Join(s, " "))
		}
	}
	add("reading", r.Readings)
	add("told", r.Told)
	return frame.New("harm_discrepancy",
		frame.Column{Name: "list", Doc: "reading: by how much graver the text reads than its grade; told: by what the text says outright.", Values: list},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: id},
		frame.Column{Name: "organisation", Doc: "Code of the reporting organisation.", Values: org},
		frame.Column{Name: "recorded", Doc: "Degree of harm that was recorded.", Values: recorded},
		frame.Column{Name: "told", Doc: "Worst harm that the text says outright.", Values: told},
		frame.Column{Name: "worse", Doc: "Probability that usual graders would give a worse grade to such a text.", Values: worse},
		frame.Column{Name: "far_worse", Doc: "Probability of a grade at least two worse.", Values: far},
		frame.Column{Name: "excess", Doc: "Expected grades by which it should be worse.", Values: excess},
		frame.Column{Name: "words", Doc: "The words that say so, separated by |.", Values: words},
		frame.Column{Name: "sentences", Doc: "The sentences that say so, redacted.", Values: sentence},
	)
}

// saying gives the words and the sentences that make a text read so grave.
func (f Finding) saying(s string) (words, sentences []string) {
	var w, whole []text.Span
	for _, c := range f.Cues {
		if !c.Denied {
			w = append(w, c.Span)
		}
	}
	for _, e := range f.Evidence {
		if e.Sentence {
			whole = append(whole, e.Span)
		} else {
			w = append(w, e.Span)
		}
	}
	if len(whole) == 0 && len(w) > 0 {
		for _, sentence := range text.Sentences(nil, s) {
			if slices.ContainsFunc(w, func(p text.Span) bool { return p.Start >= sentence.Start && p.End <= sentence.End }) {
				whole = append(whole, sentence)
			}
		}
	}
	return text.Pieces(s, w), text.Pieces(s, whole)
}

// habits tells how each organisation grades, in the order of their codes: it is no
// league table.
func (r *Report) habits() *frame.Frame {
	habits := slices.Clone(r.Organisations)
	slices.SortFunc(habits, func(a, b Habit) int { return strings.Compare(a.Organisation, b.Organisation) })
	var org []string
	var events []int64
	var recorded, expected, shift, lo, hi, q []float64
	for _, h := range habits {
		org, events, recorded, expected = append(org, h.Organisation), append(events, int64(h.Events)), append(recorded, h.Recorded), append(expected, h.Expected)
		shift, lo, hi, q = append(shift, h.Shift), append(lo, h.Interval[0]), append(hi, h.Interval[1]), append(q, h.Q)
	}
	return frame.New("harm_grading",
		frame.Column{Name: "organisation", Doc: "Code of the reporting organisation.", Values: org},
		frame.Column{Name: "events", Doc: "Graded events.", Values: events},
		frame.Column{Name: "recorded", Doc: "Mean grade, from 0 for none to 4 for fatal.", Values: recorded},
		frame.Column{Name: "expected", Doc: "Mean grade that others would have given to such texts.", Values: expected},
		frame.Column{Name: "shift", Doc: "By how much lower (below 0) or higher it grades, on the log odds, shrunk.", Values: shift},
		frame.Column{Name: "lo", Doc: "Lower end of its 95 % interval.", Values: lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: hi},
		frame.Column{Name: "q_value", Doc: "False discovery rate over all organisations.", Values: q},
	)
}
