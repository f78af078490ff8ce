package redact

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Lesson is a text and the places of all names in it.
type Lesson struct {
	Text  string
	Names []Span
}

// instance is a token that may be a name: its features and whether it is one.
type instance struct {
	from, to int32 // of the features
	name     bool
}

// pupil holds the instances of all lessons and what is learnt from them.
type pupil struct {
	feats     []uint32
	instances []instance
	w, g      []float32 // weights, and the sums of the squares of their gradients
}

const (
	epochs = 6
	rate   = 0.1  // of AdaGrad (Duchi et al., JMLR 12:2121, 2011)
	decay  = 2e-6 // of the weights, towards 0, each time a feature is met
)

// Learn gives the weights of the tagger, as list/tagger.bin holds them, from texts
// with known names. The same lessons and seed give the same bytes.
//
// Cost: linear in the texts; some 50,000 of a line take ten seconds.
func Learn(lessons []Lesson, seed uint64) []byte {
	g := &Gate{config: Default(), cues: cueIndex(), phrases: phraseIndex()}
	p := &pupil{w: make([]float32, 1<<tagBits), g: make([]float32, 1<<tagBits)}
	s := &scan{gate: g}
	for _, l := range lessons {
		p.read(s, l)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	order := rng.Perm(len(p.instances))
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			p.step(&p.instances[at])
		}
	}
	return p.quantised()
}

// read adds the candidates of a lesson.
func (p *pupil) read(s *scan, l Lesson) {
	s.text, s.toks, s.spans, s.spelt, s.dots = l.Text, s.toks[:0], s.spans[:0], 0, false
	s.tokenise()
	s.judgeCapitals()
	for i := 0; i < len(s.toks); {
		i = s.identifierAt(i)
	}
	s.emails()
	s.protect()
	for i := range s.toks {
		t := &s.toks[i]
		at := int(t.start)
		for _, n := range l.Names {
			t.named = t.named || at >= n.Start && at < n.End
		}
	}
	for i := range s.toks {
		name := s.toks[i].named
		if !s.candidate(i) {
			continue
		}
		// What comes after is not known yet when the gate reads from the left.
		after := i+1 < len(s.toks) && s.toks[i+1].named
		if after {
			s.toks[i+1].named = false
		}
		from := len(p.feats)
		p.feats = s.features(p.feats, i)
		if s.slipped(i) {
			p.feats = append(p.feats, s.slipFeature(i))
		}
		if after {
			s.toks[i+1].named = true
		}
		p.instances = append(p.instances, instance{int32(from), int32(len(p.feats)), name})
	}
}

// step moves the weights by one instance: the gradient of the logistic loss.
func (p *pupil) step(in *instance) {
	feats := p.feats[in.from:in.to]
	var sum float32
	for _, f := range feats {
		sum += p.w[f]
	}
	slope := float32(1 / (1 + math.Exp(-float64(sum))))
	if in.name {
		slope--
	}
	for _, f := range feats {
		d := slope + float32(decay*p.w[f])
		p.g[f] += float32(d * d)
		p.w[f] -= float32(rate*d) / (float32(math.Sqrt(float64(p.g[f]))) + 1e-6)
	}
}

// quantised writes the weights a byte each, after the scale.
func (p *pupil) quantised() []byte {
	var largest float32
	for _, w := range p.w {
		largest = max(largest, w, -w)
	}
	scale := max(largest, 1e-6) / 127
	out := binary.LittleEndian.AppendUint32(make([]byte, 0, 4+len(p.w)), math.Float32bits(scale))
	for _, w := range p.w {
		out = append(out, byte(int8(math.Round(float64(w/scale)))))
	}
	return out
}
