package features

import "math"

// weigher gives the weight of a feature from how many texts hold it.
type weigher struct {
	texts     int
	prior     []float64 // π_c; nil without labels
	idf       bool
	power     float64
	smooth    float64
	eachLabel bool
}

func newWeigher(texts int, y Labels, c Config, d Divergence) weigher {
	w := weigher{texts: texts, idf: c.IDF, power: d.Power, smooth: d.Prior, eachLabel: c.EachLabel}
	if y == nil || d.Power == 0 {
		return w
	}
	w.prior = make([]float64, y.Classes())
	labelled := 0
	for i := range y.Rows() {
		row := y.Row(i)
		for _, c := range row {
			w.prior[c]++
		}
		if len(row) > 0 || c.EachLabel {
			labelled++
		}
	}
	for c := range w.prior {
		w.prior[c] /= float64(max(1, labelled))
	}
	return w
}

// weight takes the number of texts that hold the feature and, by class, how many
// of those belong to it.
func (w weigher) weight(docs int32, classes []int32) float32 {
	weight := 1.0
	if w.idf {
		weight = math.Log((1+float64(w.texts))/(1+float64(docs))) + 1
	}
	if w.prior == nil {
		return float32(weight)
	}
	labelled := float64(docs)
	if !w.eachLabel { // texts without a class tell nothing of classes
		labelled = 0
		for _, n := range classes {
			labelled += float64(n)
		}
	}
	divergence := 0.0
	for c, pi := range w.prior {
		p := (float64(classes[c]) + w.smooth*pi) / (labelled + w.smooth)
		divergence += term(p, pi)
		if w.eachLabel {
			divergence += term(1-p, 1-pi)
		}
	}
	if w.eachLabel {
		// A feature that tells nothing keeps a little weight: with few texts,
		// telling nothing is often chance.
		divergence = divergence/float64(len(w.prior)) + 1e-4
	}
	return float32(weight * math.Pow(max(0, divergence), w.power))
}

func term(p, pi float64) float64 {
	if p <= 0 || pi <= 0 {
		return 0
	}
	return p * math.Log(p/pi)
}
