// Package redact is the gate that every free text passes: it replaces what
// identifies a person by placeholders such as [NAME] and [NHS-NUMBER], and is the
// only way from incident.Raw to incident.Event and from RawReject to Reject.
//
// In goes text as somebody typed it, in any case, with any bytes; out comes the
// same text with placeholders, every byte outside them unchanged, and the spans
// that were replaced. Titles stay ("Dr [NAME]"), as do medicines, devices,
// eponyms, wards and hospitals: the engine lives on them, and the organisation is
// a coded field anyhow. [Kind] lists what is replaced.
//
// Numbers are recognised by their shape and by what they are called, names by
// title, by cue, by lists of given names and surnames, by the parts of speech
// around words that are also something else, and by what stands on both sides of
// a word on no list. No recogniser finds everything: docs/methods/redaction.md has
// the recall by kind and form, measured on reports that it was not built on. The
// gate is one of the safeguards, not the only one.
//
// Source: the list of identifiers is that of the free-text policy of UCLH's
// SAFEHR platform, which asks for 95 % and a manual sample for the rest.
// Differs: dates of events stay, and hospitals unless Config.Hospitals is set.
package redact

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"psims/datasets/incident"
	"psims/nlp/lexicon"
	"psims/nlp/phrase"
)

// Config says how the gate works.
type Config struct {
	// Tagger has parts of speech decide about words that are both names and
	// English ("Grace", "Mark"). Without it such words are names only beside a
	// title, a cue or another name.
	Tagger bool
	// Hospitals has the names of hospitals, practices and homes replaced too. They
	// stay by default: a report is of little use without the place it speaks of, and
	// the organisation is a coded field anyhow.
	Hospitals bool
	// Names are further names that are always replaced, such as those of a
	// trust's staff; a word each.
	Names []string
	// Keep are further words that are never names, such as those of wards; a
	// word each.
	Keep []string
}

// Default gives the settings that are used unless something else is wanted.
func Default() Config { return Config{Tagger: true} }

// Validate reports a setting that makes no sense.
//
// Errors: a name or kept word that is not one word of letters, or that is both.
func (c Config) Validate() error {
	keep := map[string]bool{}
	for _, w := range c.Keep {
		if !oneWord(w) {
			return fmt.Errorf("reading the words to keep: %q is not one word of letters", w)
		}
		keep[folded(w)] = true
	}
	for _, w := range c.Names {
		if !oneWord(w) {
			return fmt.Errorf("reading the names to replace: %q is not one word of letters", w)
		}
		if keep[folded(w)] {
			return fmt.Errorf("reading the names to replace: %q is also a word to keep", w)
		}
	}
	return nil
}

func folded(w string) string { return string(lexicon.Fold(nil, w)) }

// oneWord reports whether w would be one token.
func oneWord(w string) bool {
	s := scan{gate: &Gate{}, text: w}
	s.tokenise()
	return len(s.toks) == 1 && s.toks[0].shape <= upper && int(s.toks[0].end-s.toks[0].start) == len(w)
}

// Gate redacts. It never changes after New: any number of goroutines may share it.
type Gate struct {
	config    Config
	tagger    *phrase.Tagger // nil: no parts of speech
	weights   *weights       // nil: no tagger of names
	threshold float32
	extra     map[string]lexicon.Class // nil: neither names nor words to keep are configured
	keep      map[string]bool
	scans     sync.Pool
	cues      map[string][]lexicon.Cue
	phrases   map[string][][]string
}

// New builds a gate.
//
// Errors: those of Config.Validate.
func New(c Config) (*Gate, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("building the redaction gate: %w", err)
	}
	g := &Gate{config: c, cues: cueIndex(), phrases: phraseIndex()}
	if len(c.Names)+len(c.Keep) > 0 {
		g.extra, g.keep = map[string]lexicon.Class{}, map[string]bool{}
	}
	g.scans.New = func() any { return &scan{gate: g} }
	for _, w := range c.Names {
		g.extra[folded(w)] = lexicon.Given | lexicon.Surname
	}
	for _, w := range c.Keep {
		g.keep[folded(w)] = true
	}
	if c.Tagger {
		g.tagger = phrase.Shared()
		g.weights, g.threshold = shippedWeights(), nameThreshold
	}
	return g, nil
}

// cueIndex and phraseIndex file the cues by their last word and the protected
// phrases by their first.
var cueIndex = sync.OnceValue(func() map[string][]lexicon.Cue {
	out := map[string][]lexicon.Cue{}
	for _, c := range lexicon.Cues() {
		last := c.Words[len(c.Words)-1]
		out[last] = append(out[last], c)
	}
	return out
})

var phraseIndex = sync.OnceValue(func() map[string][][]string {
	out := map[string][][]string{}
	for _, p := range lexicon.Phrases() {
		out[p[0]] = append(out[p[0]], p)
	}
	return out
})

// Text redacts one text and says which bytes of it were replaced, in order and
// without overlaps. Redacting the result again changes nothing.
//
// Cost: linear in the text; a text with identifiers is read again until a pass
// finds none, two or three times in practice.
func (g *Gate) Text(s string) (redacted string, spans []Span) {
	sc := g.scans.Get().(*scan)
	defer g.scans.Put(sc)
	sc.heard = sc.heard[:0]
	return sc.redact(s)
}

// redact passes over the text until nothing more is found, so that what one pass
// replaced can be the context of the next ("[NAME] (12/03/1956)").
func (s *scan) redact(text string) (string, []Span) {
	var all []Span
	for redacted := text; ; {
		s.pass(redacted)
		if len(s.spans) == 0 {
			return redacted, all
		}
		all = merge(all, s.spans)
		redacted = apply(text, all)
	}
}

// Event redacts every text of an event and counts what was replaced; counts may
// be nil. A name that one of the texts announces ("Dr …") is known in the others.
func (g *Gate) Event(raw *incident.Raw, counts *Counts) incident.Event {
	sc := g.scans.Get().(*scan)
	defer g.scans.Put(sc)
	sc.heard = sc.heard[:0]
	var found Counts
	e := raw.Release(sc.cleaner(&found))
	if len(sc.heard) > 0 {
		// What the first reading learnt about names serves the second.
		found = Counts{}
		e = raw.Release(sc.cleaner(&found))
	}
	if counts != nil {
		counts.Add(found)
	}
	return e
}

// Again redacts an event that passed an earlier gate once more, in place: what it
// takes out is counted, and placeholders stay. It reports whether anything was.
func (g *Gate) Again(e *incident.Event, counts *Counts) bool {
	sc := g.scans.Get().(*scan)
	defer g.scans.Put(sc)
	sc.heard = sc.heard[:0]
	var found Counts
	before := *e
	clean := func() {
		f := sc.cleaner(&found)
		for t := range e.Texts {
			e.Texts[t] = f(before.Texts[t])
		}
		for i, s := range before.Typed() {
			*e.Typed()[i] = f(*s)
		}
	}
	clean()
	if len(sc.heard) > 0 {
		found = Counts{}
		clean()
	}
	counts.Add(found)
	return found.Total() > 0
}

// cleaner gives the function that redacts one text and counts.
func (s *scan) cleaner(counts *Counts) func(string) string {
	return func(text string) string {
		out, spans := s.redact(text)
		if counts != nil {
			for _, sp := range spans {
				counts[sp.Kind]++
			}
		}
		return out
	}
}

// minQuoted is the length from which a value is looked for in a sentence: "1" would be found in any.
const minQuoted = 3

// Reject redacts a rejected row and counts what was replaced; counts may be nil.
// The value of a column that holds identifiers (a date of birth, a name) is
// replaced whole, and so is every quotation of it in the sentence.
func (g *Gate) Reject(raw *incident.RawReject, counts *Counts) incident.Reject {
	sc := g.scans.Get().(*scan)
	defer g.scans.Put(sc)
	sc.heard = sc.heard[:0]
	out := raw.Release(sc.cleaner(counts))
	for i := range out.Row {
		cell := &out.Row[i]
		kind, ok := columnKind(cell.Column)
		if !ok || strings.TrimSpace(cell.Value) == "" || slices.Contains(placeholders[:], cell.Value) {
			continue
		}
		if len(cell.Value) >= minQuoted {
			out.Sentence = strings.ReplaceAll(out.Sentence, cell.Value, kind.Placeholder())
		}
		cell.Value = kind.Placeholder()
		if counts != nil {
			counts[kind]++
		}
	}
	if kind, ok := columnKind(out.Column); ok {
		out.Sentence = hideQuoted(out.Sentence, kind)
	}
	return out
}
