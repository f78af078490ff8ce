package funnel

import (
	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Mix is the graded events of which organisations are compared by their share of
// severe and fatal ones.
type Mix struct {
	Table    *incident.Table  // with the worst harm of each event at the row that stands for it
	Rows     []int32          // that stand for an event of the time that is compared
	Category *incident.Column // the category that counts
	Type     func(organisation string) string
}

// Severe is how each organisation's severe and fatal events stand to what similar
// organisations, those of its type, would have had of the same mix: events of the same
// category in the same recording system. It ranks nobody.
type Severe struct {
	Result
	graded map[string]float64 // events with a degree of harm, by organisation
}

// JudgeSevere compares them.
//
// Errors: the settings are not valid.
func (m Mix) JudgeSevere(c Config) (*Severe, error) {
	organisations, graded := m.Expected()
	r, err := Judge(organisations, c)
	if err != nil {
		return nil, err
	}
	return &Severe{r, graded}, nil
}

// Expected gives each organisation's severe and fatal events with those expected of its
// mix, and its events with a degree of harm by code.
func (m Mix) Expected() (organisations []Organisation, graded map[string]float64) {
	type cell struct {
		code             string
		system, category int32
	}
	t := m.Table
	at := map[cell]int{}
	graded = map[string]float64{}
	var mix []CaseMix
	for _, i := range m.Rows {
		code := t.Organisation.Value(int(i))
		if code == "" || !t.Harm[i].Graded() {
			continue
		}
		c := cell{code, t.System.Codes[i], m.Category.Codes[i]}
		k, known := at[c]
		if !known {
			k = len(mix)
			at[c] = k
			mix = append(mix, CaseMix{Code: code, Group: m.Type(code), Stratum: t.System.Value(int(i)) + ": " + m.Category.Value(int(i))})
		}
		graded[code]++
		mix[k].Exposure++
		if t.Harm[i].SevereOrFatal() {
			mix[k].Observed++
		}
	}
	return Standardise(mix), graded
}

// Frame gives the comparison as the table "severe_share" that a run publishes.
func (s *Severe) Frame() *frame.Frame {
	var org, group, status, words []string
	var observed, events, expected, lo, hi []float64
	for _, f := range s.Findings {
		org, group, status, words = append(org, f.Code), append(group, f.Group), append(status, f.Status.String()), append(words, f.Words())
		observed, events, expected = append(observed, f.Observed), append(events, s.graded[f.Code]), append(expected, f.Denominator)
		lo, hi = append(lo, f.Outer.Lo*f.Denominator), append(hi, f.Outer.Hi*f.Denominator)
	}
	return frame.New("severe_share",
		frame.Column{Name: "organisation", Doc: "Code of the organisation; the table is in their order and ranks nobody.", Values: org},
		frame.Column{Name: "type", Doc: "Organisations of the same type are compared.", Values: group},
		frame.Column{Name: "severe_or_fatal", Doc: "Severe and fatal events of the last 52 weeks.", Values: observed},
		frame.Column{Name: "graded", Doc: "Events with a degree of harm.", Values: events},
		frame.Column{Name: "expected", Doc: "Severe and fatal ones if, of each category and recording system, it had the share of its type.", Values: expected},
		frame.Column{Name: "lo", Doc: "Fewest that are usual for a member of that size and mix (99.8 % limits).", Values: lo},
		frame.Column{Name: "hi", Doc: "Most.", Values: hi},
		frame.Column{Name: "status", Doc: "inside, above, below or cannot judge.", Values: status},
		frame.Column{Name: "words", Doc: "In words, with what it does not mean.", Values: words},
	)
}
