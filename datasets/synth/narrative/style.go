package narrative

import "psims/datasets/synth/chance"

// Letters says how a writer uses capitals.
type Letters uint8

const (
	Sentence Letters = iota
	Small            // no capitals at all
	Capitals         // nothing but capitals
	Careless         // capitals now and then
)

// Form is the outward shape of a narrative.
type Form uint8

const (
	Flow Form = iota
	Labelled
	Bullets
)

// Style is how one reporter writes.
type Style struct {
	Abbreviate float64 // share of words with a short form that are shortened
	Drop       float64 // share of articles and auxiliaries left out
	Prose      float64 // share of fragments in whole sentences rather than notes
	Typo       float64 // share of words misspelt
	Letters    Letters
	Form       Form
	Join       string // between fragments
	Stop       bool   // ends with a full stop
	Prefix     string // the organisation's own words, before
	Suffix     string // and after
	hand       uint32 // settles the choices that a writer always makes alike
}

// House is what the reporters of one organisation have in common.
type House struct {
	Haste  float64 // 0 to 1: how terse its reporters are
	Typo   float64 // factor on their misspellings, 1 for the usual
	Prefix string
	Suffix string
	Share  float64 // of narratives that carry prefix and suffix
	Forms  float64 // share of labelled narratives
}

var joins = []struct {
	text  string
	share float64
}{{". ", 66}, {". ", 6}, {", ", 7}, {" - ", 3}, {"; ", 2}, {"\n", 6}, {".  ", 4}, {".", 1.5}, {"\n\n", 2}, {" / ", .5}, {"... ", 1}, {". \n", 1}}

var joinWeights = func() chance.Weights {
	var w []float64
	for _, j := range joins {
		w = append(w, j.share)
	}
	return chance.NewWeights(w)
}()

// NewStyle draws a reporter of that house.
func NewStyle(src *chance.Source, h *House) Style {
	s := Style{hand: uint32(src.Uint64()), Stop: src.Bool(.7)}
	haste := h.Haste*.5 + src.Float()*.75
	switch {
	case haste > .8:
		s.Abbreviate, s.Drop, s.Prose = .75, .8, .08
	case haste > .5:
		s.Abbreviate, s.Drop, s.Prose = .5, .35, .4
	case haste > .3:
		s.Abbreviate, s.Drop, s.Prose = .25, .08, .75
	default:
		s.Abbreviate, s.Drop, s.Prose = .06, 0, .93
	}
	switch x := src.Float(); {
	case x < .5:
		s.Typo = .0008
	case x < .8:
		s.Typo = .008
	case x < .96:
		s.Typo = .025
	default:
		s.Typo = .07
	}
	s.Typo *= h.Typo
	switch x := src.Float(); {
	case x < .02:
		s.Letters = Capitals
	case x < .08:
		s.Letters = Small
	case x < .15:
		s.Letters = Careless
	}
	s.Join = joins[joinWeights.Draw(src)].text
	switch x := src.Float(); {
	case x < h.Forms:
		s.Form = Labelled
	case x < h.Forms+.02:
		s.Form = Bullets
	}
	if h.Share > 0 && src.Bool(h.Share) {
		s.Prefix, s.Suffix = h.Prefix, h.Suffix
	}
	return s
}

// Formal returns the style of a considered report, such as a StEIS entry.
func Formal(src *chance.Source) Style {
	return Style{Abbreviate: .08, Prose: .95, Typo: .002, Join: ". ", Stop: true, hand: uint32(src.Uint64())}
}
