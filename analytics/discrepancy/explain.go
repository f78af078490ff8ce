package discrepancy

import (
	"cmp"
	"context"
	"slices"

	"psims/datasets/incident"
	"psims/internal/parallel"
	"psims/models/ordinal"
	"psims/nlp/text"
)

// maxPieces is how many words of a text are looked at, those of its most telling
// sentences first; few narratives have more.
const maxPieces = 300

// explain fills in the evidence of the findings.
func (c Config) explain(ctx context.Context, t *incident.Table, list []Finding, x *ordinal.Crossed) error {
	parallel.Blocks(len(list), 1, func(_, at, _ int) {
		if ctx.Err() == nil {
			s := t.Text[list[at].Row]
			list[at].Evidence = evidence(s, x.Of(s), c.Words)
		}
	})
	return ctx.Err()
}

// evidence gives the sentence that makes a text read gravest, if it has several, and
// the words, at most so many in all, the most telling first.
func evidence(s string, m *ordinal.Model, most int) []Evidence {
	sentences := text.Sentences(nil, s)
	out := effects(s, m, sentences)
	for i := range out {
		out[i].Sentence = true
	}
	strongest(out)
	var words []text.Span
	for _, e := range out {
		if words = append(words, pieces(s, e.Span)...); len(words) >= maxPieces {
			words = words[:maxPieces]
			break
		}
	}
	out = slices.DeleteFunc(out, func(e Evidence) bool { return e.Effect <= 0 })
	out = out[:min(1, len(out))]
	if len(sentences) == 1 {
		out = nil
	}
	found := effects(s, m, words)
	strongest(found)
	for _, e := range found {
		if len(out) == most || e.Effect <= 0 {
			break
		}
		out = append(out, e)
	}
	return out
}

func strongest(e []Evidence) {
	slices.SortFunc(e, func(a, b Evidence) int {
		return cmp.Or(cmp.Compare(b.Effect, a.Effect), cmp.Compare(a.Span.Start, b.Span.Start))
	})
}

// effects gives what each span does for the reading of a text.
func effects(s string, m *ordinal.Model, spans []text.Span) []Evidence {
	texts := make([]string, len(spans)+1)
	texts[0] = s
	for i, span := range spans {
		without := []byte(s)
		for at := span.Start; at < span.End; at++ {
			if without[at] != '\n' {
				without[at] = ' '
			}
		}
		texts[i+1] = string(without)
	}
	p := m.Probabilities(nil, texts)
	mean := func(i int) (sum float64) {
		for g, v := range p[i*grades : (i+1)*grades] {
			sum += float64(g) * float64(v)
		}
		return sum
	}
	out := make([]Evidence, len(spans))
	for i, span := range spans {
		out[i] = Evidence{Span: span, Effect: mean(0) - mean(i+1)}
	}
	return out
}

// pieces gives the words of a sentence, a denial together with what it denies.
func pieces(s string, sentence text.Span) []text.Span {
	tokens := text.Tokenise(nil, sentence.In(s))
	for i := range tokens {
		tokens[i].Start += sentence.Start
		tokens[i].End += sentence.Start
	}
	p := newPassage()
	p.s = s
	p.read(tokens)
	var out []text.Span
	for at := 0; at < len(tokens); {
		until := p.denial(at)
		if until > at+1 || tokens[at].Kind != text.Placeholder && tokens[at].Kind != text.Symbol && !text.StopWord(p.words[at]) {
			out = append(out, text.Span{Start: tokens[at].Start, End: tokens[until-1].End})
		}
		at = until
	}
	return out
}

// denial gives the word after what a denial that begins at a word denies, or after
// the word itself if none begins there.
func (p *passage) denial(at int) int {
	until := at + 1
	for _, d := range p.list.denials[p.words[at]] {
		if d.back || !p.stands(d.words, at) {
			continue
		}
		end := at + len(d.words)
		last := min(len(p.words), end+min(d.reach, 5))
		for end < last && !p.stops(end, noun, d) && !p.broken(end, end, d) {
			end++
		}
		until = max(until, min(end, len(p.words)))
	}
	return until
}
