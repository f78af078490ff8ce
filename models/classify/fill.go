package classify

import (
	"math"

	"psims/datasets/frame"
	"psims/datasets/incident"
)

// Answers is what a classifier says of n texts: nil Predictions without a classifier.
type Answers struct {
	Names       []string // of the classes
	Predictions []Prediction
}

// Filled is a column of n labels in which a classifier fills what senders left out.
type Filled struct {
	incident.Column          // "" when unsure
	Source          []string // sender, classifier, unsure, or "" for nothing known
	Given           int      // by the classifier
	Abstained       int
}

// Fill takes the sender's own word where there is one, else the classifier's if it is at
// least so sure. said gives the sender's word for a row, and fallback, if any, stands for
// it without a classifier.
func (a Answers) Fill(n int, said func(i int) string, fallback func(i int) string, sure float64) Filled {
	f := Filled{Source: make([]string, n)}
	for i := range n {
		v := said(i)
		if v == "" && a.Predictions == nil && fallback != nil {
			v = fallback(i)
		}
		switch {
		case v != "":
			f.Source[i] = "sender"
		case a.Predictions == nil:
		case float64(a.Predictions[i].P) >= sure:
			v, f.Source[i] = a.Names[a.Predictions[i].Class], "classifier"
			f.Given++
		default:
			f.Source[i] = "unsure"
			f.Abstained++
		}
		f.Append(v)
	}
	return f
}

// Refill gives back what was filled, from the labels and their sources.
func Refill(labels, source []string) Filled {
	f := Filled{Source: source}
	for i, v := range labels {
		f.Append(v)
		switch source[i] {
		case "classifier":
			f.Given++
		case "unsure":
			f.Abstained++
		}
	}
	return f
}

// Columns are what the classifier makes of each of n texts, whatever the sender said.
func (a Answers) Columns(n int, sure float64) []frame.Column {
	p, p2 := make([]float64, n), make([]float64, n)
	abstained := make([]bool, n)
	for i := range n {
		p[i], p2[i] = math.NaN(), math.NaN()
		if a.Predictions != nil {
			pr := a.Predictions[i]
			p[i], p2[i] = float64(pr.P), float64(pr.SecondP)
			abstained[i] = p[i] < sure
		}
	}
	choice := func(class func(Prediction) int32) *incident.Column {
		return incident.Spelt(n, func(i int) string {
			if a.Predictions == nil {
				return ""
			}
			return a.Names[class(a.Predictions[i])]
		})
	}
	return []frame.Column{
		{Name: "predicted", Doc: "The classifier's first choice.", Values: choice(func(p Prediction) int32 { return p.Class })},
		{Name: "probability", Doc: "Its probability.", Values: p},
		{Name: "second", Doc: "The classifier's second choice.", Values: choice(func(p Prediction) int32 { return p.Second })},
		{Name: "second_probability", Doc: "Its probability.", Values: p2},
		{Name: "abstained", Doc: "The probability is below the configured one.", Values: abstained},
	}
}
