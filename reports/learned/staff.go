package learned

import (
	"slices"

	"psims/datasets/frame"
	"psims/models/topic"
	"psims/reports/evidence"
	"psims/reports/provider"
	"psims/reports/specialty"
)

// Written gives what people have written of a theme for an organisation.
type Written func(organisation, theme string) (specialty.Written, error)

// Gather tells of the themes of each sender that have a page, by the sender's place in
// the list, and names each page in the sender's own theme. A theme of which too few
// reports tell, or whose name says to no reader what it is about, has none.
//
// Errors: those of written. Cost: the sentences of each theme are looked through once
// for each sender that has a page of it.
func (w *Writer) Gather(e *evidence.Events, senders []*provider.Sender, written Written) ([][]Theme, error) {
	everywhere := Everywhere(e)
	out := make([][]Theme, len(senders))
	for i, s := range senders {
		for k := range s.Themes {
			th := &s.Themes[k]
			at := slices.Index(e.Themes.ID, th.ID)
			t := Describe(e, s.Rows, int32(at))
			var err error
			if t.Written, err = written(s.Code, t.ID); err != nil {
				return nil, err
			}
			if !w.Tells(t.Year()) || !topic.Tells(th.Name) {
				continue
			}
			all := &everywhere[at]
			t.Expected, t.Alert, t.Everywhere, t.Organisations = th.Expected, th.Alert, all.Reports, all.Organisations()
			if w.config.Quotes && all.Organisations() >= LeastVoices {
				t.Elsewhere = all.Voices(e, t.Terms).Besides(s.Code)
			}
			th.Page = File(t.ID)
			out[i] = append(out[i], t)
		}
	}
	return out, nil
}

// Quotes lists whose sentences the pages quote, as the table "staff_quotes" that a run
// publishes. Themes are by the place of their sender.
func Quotes(senders []*provider.Sender, themes [][]Theme) *frame.Frame {
	var org, theme, id, sentence []string
	for i, s := range senders {
		for _, t := range themes[i] {
			for _, v := range t.Elsewhere {
				org, theme, id, sentence = append(org, s.Code), append(theme, t.ID), append(id, v.IncidentID), append(sentence, v.Sentence)
			}
		}
	}
	return frame.New("staff_quotes",
		frame.Column{Name: "organisation", Doc: "Organisation whose page for staff quotes the sentence.", Values: org},
		frame.Column{Name: "theme_id", Doc: "Theme of the page.", Values: theme},
		frame.Column{Name: "incident_id", Doc: "Report that the sentence is from, of another organisation.", Values: id},
		frame.Column{Name: "sentence", Doc: "The sentence, redacted.", Values: sentence},
	)
}
