package discrepancy

import (
	"encoding/json"
	"fmt"
	"strings"

	"psims/datasets/incident"
	"psims/internal/parallel"
	"psims/models/artefact"
	"psims/models/label"
	"psims/models/ordinal"
)

// Reading is how one text reads; it depends on nothing but the text and the models.
type Reading struct {
	P    [grades]float32 // probability of each degree, none first, for what usual graders say of it; zero without a model
	Told incident.Harm   // the worst harm that it says outright; HarmMissing when it says none
}

// Known is how the texts of a table read, by row, and the models that read them.
type Known struct {
	Readings []Reading
	By       *ordinal.Crossed // nil for none
}

// Read reads texts; without models only for what they say outright.
//
// Panics if the models are of other grades than Scale.
func Read(x *ordinal.Crossed, texts []string) []Reading {
	out := make([]Reading, len(texts))
	if x != nil {
		if len(x.Names()) != grades {
			panic(fmt.Sprintf("discrepancy: a model of the grades %v: want %v", x.Names(), Scale()))
		}
		for i, p := range x.Probabilities(nil, texts) {
			out[i/grades].P[i%grades] = p
		}
	}
	type room struct {
		passage *passage
		cues    []Cue
	}
	rooms := make([]room, parallel.Workers())
	parallel.Blocks(len(texts), 256, func(worker, from, until int) {
		r := &rooms[worker]
		if r.passage == nil {
			r.passage = newPassage()
		}
		for i := from; i < until; i++ {
			r.cues = r.passage.text(r.cues[:0], texts[i])
			out[i].Told = Told(r.cues)
		}
	})
	return out
}

// Expected gives the mean grade of a reading, 0 for none.
func (r Reading) Expected() float64 {
	mean := 0.0
	for g, p := range r.P {
		mean += float64(g) * float64(p)
	}
	return mean
}

// Lesson gives those of the rows that the models of a due day learn from, graded events
// with a text that were reported until then, and the name of what they learn: equal
// lessons give equal models under equal names.
func (c Config) Lesson(t *incident.Table, rows []int32, due incident.Day) (version string, learnt []int32) {
	h := artefact.NewNamer("harm", due, c.Model.Seed)
	for _, i := range rows {
		if t.Reported[i] > due {
			break
		}
		if t.Harm[i].Graded() && t.Text[i] != "" {
			learnt = append(learnt, i)
			h.Add(t.Harm[i].String(), t.Text[i])
		}
	}
	return due.String() + "-" + h.Name(), learnt
}

// Entry makes what is kept of models that learnt from rows of t until a day: themselves,
// how good they are, and a card that says so in words. Every text is judged by the model
// that has not seen it, so the figures are those of unseen texts.
//
// Errors: the models can't be stored or judged.
func (c Config) Entry(x *ordinal.Crossed, t *incident.Table, rows []int32, until incident.Day) (artefact.Entry, error) {
	f, err := x.File()
	if err != nil {
		return artefact.Entry{}, err
	}
	data, err := artefact.Encode(f)
	if err != nil {
		return artefact.Entry{}, err
	}
	report, err := c.judge(x, t, rows)
	if err != nil {
		return artefact.Entry{}, err
	}
	metrics, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return artefact.Entry{}, err
	}
	return artefact.Entry{Model: data, Metrics: metrics, Card: card(report, until)}, nil
}

// Open gives the models that were kept.
//
// Errors: they are damaged, or of another kind.
func Open(e artefact.Entry) (*ordinal.Crossed, error) {
	f, err := artefact.Decode(e.Model)
	if err != nil {
		return nil, err
	}
	return ordinal.RestoreCrossed(f)
}

// judge says how good the models are on texts that each has not seen.
func (c Config) judge(x *ordinal.Crossed, t *incident.Table, rows []int32) (*ordinal.Report, error) {
	texts, grades := make([]string, len(rows)), make([]string, len(rows))
	for k, i := range rows {
		texts[k], grades[k] = t.Text[i], t.Harm[i].String()
	}
	truth, err := label.Named(x.Names(), grades)
	if err != nil {
		return nil, err
	}
	p := x.Probabilities(nil, texts)
	said := make([]int32, len(rows))
	k := len(x.Names())
	for i, s := range texts {
		said[i] = x.Of(s).Grade(p[i*k : (i+1)*k])
	}
	judging := ordinal.DefaultJudging()
	judging.Seed = c.Model.Seed
	return ordinal.Judge(truth, said, p, judging)
}

// card is the card of the readers.
func card(r *ordinal.Report, until incident.Day) []byte {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	p("# Model card: degree of harm of a patient safety event\n\n")
	p("It reads the redacted description of an event and says how grave usual graders would call such a text, so that events graded lower than they read can be looked at by a person. It does not grade events, and is no judgement on who graded them.\n\n")
	p("## What it learnt from\n\nRedacted events reported until %v with a degree of harm. Several models, each learnt without one part of the texts, so that no text is read by a model that learnt from its own grade or a copy's.\n\n", until)
	p("## How good it is\n\nJudged on %d texts, each by the model that has not seen it. The grades are the senders' own; where they are wrong, so is the yardstick.\n\n", r.Rows)
	p("| measure | value | 95 %% interval |\n|---|---|---|\n")
	p("| quadratic weighted kappa | %.4f | %.4f to %.4f |\n", r.Kappa, r.KappaInterval[0], r.KappaInterval[1])
	p("| mean error in grades | %.4f | %.4f to %.4f |\n", r.Error, r.ErrorInterval[0], r.ErrorInterval[1])
	p("\n| grade | texts | said | recall | 95 %% interval | precision |\n|---|---|---|---|---|---|\n")
	for _, g := range r.Grades {
		if g.Support == 0 {
			p("| %s | 0 | %d | not judged | | |\n", g.Name, g.Predicted)
			continue
		}
		p("| %s | %d | %d | %.3f | %.3f to %.3f | %.3f |\n", g.Name, g.Support, g.Predicted, g.Recall, g.RecallInterval[0], g.RecallInterval[1], g.Precision)
	}
	p("\n## What a reader catches\n\nSevere and fatal events among those that read gravest:\n\n| share that is read | texts | caught | 95 %% interval |\n|---|---|---|---|\n")
	for _, l := range r.Loads {
		p("| %.0f in 100 | %d | %.3f | %.3f to %.3f |\n", 100*l.Share, l.Rows, l.Recall, l.RecallInterval[0], l.RecallInterval[1])
	}
	return []byte(b.String())
}
