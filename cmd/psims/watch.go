package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"psims/analytics/discrepancy"
	"psims/analytics/knownrisk"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/models/artefact"
	"psims/models/label"
	"psims/models/ordinal"
	"psims/nlp/sparse"
	"psims/nlp/text"
	"psims/reports/brief"
)

// watched is what is found beside the search for what is new: reports that tell of
// a known risk, and reports that read as more severe than they were graded.
type watched struct {
	list *knownrisk.List
	hits [][]knownrisk.Hit // by event
	harm *discrepancy.Report
}

// watch reads every event for known risks and for harm that was graded too low,
// and writes a table of each.
func (n *night) watch(ctx context.Context) error {
	w := &watched{}
	var err error
	var print [sha256.Size]byte
	if w.list, print, err = n.knownRisks(); err != nil {
		return err
	}
	watcher, err := w.list.Watch(knownrisk.DefaultConfig())
	if err != nil {
		return err
	}
	hits, err := eachText(n.memory.onShelf(), "risks", print, n.table.Text, func(places []int32) [][]knownrisk.Hit {
		out := make([][]knownrisk.Hit, len(places))
		sparse.EachBlock(len(places), 256, func(_, from, until int) {
			for k := from; k < until; k++ {
				out[k] = watcher.Match(nil, n.table.Text[places[k]])
			}
		})
		return out
	})
	if err != nil {
		return err
	}
	w.hits = hits
	for i, k := range n.table.Kind {
		if k == incident.KindGoodCare {
			w.hits[i] = nil
		}
	}
	n.watched = w
	if n.dir == "" { // a replay: harm makes no alert
		return nil
	}
	readers, version, err := n.harmReaders()
	if err != nil {
		return err
	}
	if version != "" {
		n.man.Models[taskHarm] = version
	}
	if w.harm, err = discrepancy.Default().Find(ctx, n.table, n.incidents(), readers); err != nil {
		return err
	}
	return errors.Join(n.writeKnownRisks(), n.writeHarm(), n.hiddenThemes(readers))
}

// knownRisks is the list that is watched, the Never Events and those that the
// configuration adds, and a fingerprint of the latter.
func (n *night) knownRisks() (*knownrisk.List, [sha256.Size]byte, error) {
	list, h := knownrisk.Default(), sha256.New()
	var print [sha256.Size]byte
	for _, path := range n.cfg.Detect.KnownRisks {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, print, usagef("reading the known risks of detect.known_risks: %w", err)
		}
		more, err := knownrisk.Parse(filepath.Base(path), data)
		if err != nil {
			return nil, print, usagef("%w", err)
		}
		if list, err = list.Join(more); err != nil {
			return nil, print, usagef("joining known risks: %w", err)
		}
		fmt.Fprintln(h, path, len(data)) // a hash never fails to write
		h.Write(data)
	}
	copy(print[:], h.Sum(nil))
	return list, print, nil
}

// riskOf gives the surest known risk of each event; −1 for none.
func (w *watched) riskOf() []int32 {
	out := make([]int32, len(w.hits))
	for i, hits := range w.hits {
		out[i] = -1
		if len(hits) > 0 {
			out[i] = int32(hits[0].Risk)
		}
	}
	return out
}

// in cuts the stretches out of a text, each once, in their order.
func in(s string, spans []text.Span) []string {
	slices.SortFunc(spans, func(a, b text.Span) int { return int(a.Start) - int(b.Start) })
	var out []string
	for _, p := range spans {
		if word := strings.Join(strings.Fields(p.In(s)), " "); word != "" && !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

func (n *night) writeKnownRisks() error {
	var system, id, org, risk, title, marked, pattern, context, words, sentence []string
	var reported []incident.Day
	var score []float64
	t := n.table
	for i, hits := range n.watched.hits {
		for _, h := range hits {
			r := n.watched.list.Risks[h.Risk]
			system, id, org, reported = append(system, t.System.Value(i)), append(id, t.ID[i]), append(org, t.Organisation.Value(i)), append(reported, t.Reported[i])
			risk, title, score, marked = append(risk, r.ID), append(title, r.Title), append(score, h.Score), append(marked, t.NeverEvent.Value(i))
			pattern, context = append(pattern, h.Pattern), append(context, h.Context)
			var spans, sentences []text.Span
			for _, reason := range h.Reasons {
				spans, sentences = append(spans, reason.Span), append(sentences, reason.Sentence)
			}
			words = append(words, strings.Join(in(t.Text[i], spans), "|"))
			sentence = append(sentence, strings.Join(in(t.Text[i], sentences), " "))
		}
	}
	return n.writeTable(frame.New("known_risks",
		frame.Column{Name: "system", Doc: "Recording system.", Values: system},
		frame.Column{Name: "incident_id", Doc: "The event's id, as its sender gave it.", Values: id},
		frame.Column{Name: "reported_date", Doc: "First submission.", Values: reported},
		frame.Column{Name: "organisation", Doc: "Code of the reporting organisation.", Values: org},
		frame.Column{Name: "risk_id", Doc: "The known risk that the narrative may tell of.", Values: risk},
		frame.Column{Name: "risk", Doc: "Its title.", Values: title},
		frame.Column{Name: "score", Doc: "How sure, from 0 to 1; an order, no probability.", Values: score},
		frame.Column{Name: "never_event", Doc: "Never Event that the sender marked, if any.", Values: marked},
		frame.Column{Name: "pattern", Doc: "What it was found by; empty for likeness to the risk's examples.", Values: pattern},
		frame.Column{Name: "context", Doc: "What makes it less sure that the risk came true, if anything.", Values: context},
		frame.Column{Name: "words", Doc: "The words that gave rise to it, separated by |.", Values: words},
		frame.Column{Name: "sentences", Doc: "The sentences that they stand in, redacted.", Values: sentence},
	), "tables/", true)
}

func (n *night) writeHarm() error {
	var list, id, org, recorded, told, words, sentence []string
	var worse, far, excess []float64
	add := func(name string, findings []discrepancy.Finding) {
		for _, f := range findings {
			list, id, org = append(list, name), append(id, f.ID), append(org, f.Organisation)
			recorded, told = append(recorded, f.Recorded.String()), append(told, f.Told.String())
			worse, far, excess = append(worse, f.Above), append(far, f.Far), append(excess, f.Excess)
			w, s := n.saying(f)
			words, sentence = append(words, strings.Join(w, "|")), append(sentence, strings.Join(s, " "))
		}
	}
	add("reading", n.watched.harm.Readings)
	add("told", n.watched.harm.Told)
	err := n.writeTable(frame.New("harm_discrepancy",
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
	), "tables/", true)
	return errors.Join(err, n.writeHabits(), n.writeTable(frame.New("harm_judged",
		frame.Column{Name: "judged", Doc: "Events with a degree of harm that were read.", Values: []int64{int64(n.watched.harm.Judged)}},
		frame.Column{Name: "worse", Doc: "Of these, how many usual graders would be expected to grade worse.", Values: []float64{n.watched.harm.Above}},
	), "tables/", true))
}

// writeHabits tells how each organisation grades, in the order of their codes: it
// is no league table.
func (n *night) writeHabits() error {
	habits := slices.Clone(n.watched.harm.Organisations)
	slices.SortFunc(habits, func(a, b discrepancy.Habit) int { return strings.Compare(a.Organisation, b.Organisation) })
	var org []string
	var events []int64
	var recorded, expected, shift, lo, hi, q []float64
	for _, h := range habits {
		org, events, recorded, expected = append(org, h.Organisation), append(events, int64(h.Events)), append(recorded, h.Recorded), append(expected, h.Expected)
		shift, lo, hi, q = append(shift, h.Shift), append(lo, h.Interval[0]), append(hi, h.Interval[1]), append(q, h.Q)
	}
	return n.writeTable(frame.New("harm_grading",
		frame.Column{Name: "organisation", Doc: "Code of the reporting organisation.", Values: org},
		frame.Column{Name: "events", Doc: "Graded events.", Values: events},
		frame.Column{Name: "recorded", Doc: "Mean grade, from 0 for none to 4 for fatal.", Values: recorded},
		frame.Column{Name: "expected", Doc: "Mean grade that others would have given to such texts.", Values: expected},
		frame.Column{Name: "shift", Doc: "By how much lower (below 0) or higher it grades, on the log odds, shrunk.", Values: shift},
		frame.Column{Name: "lo", Doc: "Lower end of its 95 % interval.", Values: lo},
		frame.Column{Name: "hi", Doc: "Upper end.", Values: hi},
		frame.Column{Name: "q_value", Doc: "False discovery rate over all organisations.", Values: q},
	), "tables/", true)
}

// saying gives the words and the sentences that make a text read so grave.
func (n *night) saying(f discrepancy.Finding) (words, sentences []string) {
	s := n.table.Text[f.Row]
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
	return in(s, w), in(s, whole)
}

// Weeks over which the small picture of a known risk reaches back, and findings of
// harm that the report shows.
const (
	watchWeeks = 26
	harmShown  = 50
)

// briefWatch gathers the watch list of the report, from the tables of the run.
func (n *night) briefWatch(row map[string]int, cite func([]string)) (brief.Watch, error) {
	var out brief.Watch
	list, _, err := n.knownRisks()
	if err != nil {
		return out, err
	}
	f, err := n.readTable("tables", "known_risks")
	if err != nil {
		return out, err
	}
	var g columnReader
	id, risk, marked, context := g.get(f, "incident_id"), g.get(f, "risk_id"), g.get(f, "never_event"), g.get(f, "context")
	words, sentences := g.get(f, "words"), g.get(f, "sentences")
	score, err := frame.Get[float64](f, "score")
	if err := errors.Join(g.err, err); err != nil {
		return out, err
	}
	order := make([]int, len(id))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(score[b], score[a]) })
	for _, r := range list.Risks {
		known := brief.KnownRisk{ID: r.ID, Title: r.Title, Weekly: make([]int32, watchWeeks)}
		for _, k := range order {
			if risk[k] != r.ID {
				continue
			}
			w := int(n.asOf-n.table.Reported[row[id[k]]]) / 7
			if w < watchWeeks && n.joined.Counted(row[id[k]]) {
				known.Weekly[watchWeeks-1-w]++
			}
			if w < recentWeeks {
				known.Recent = append(known.Recent, brief.Suspect{IncidentID: id[k], Words: split(words[k]), Sentence: sentences[k], Doubt: context[k], Marked: incident.Answered(marked[k])})
				cite(id[k : k+1])
			}
		}
		out.Risks = append(out.Risks, known)
	}
	if out.Hidden, err = n.briefHidden(); err != nil {
		return out, err
	}
	return out, n.briefHarm(&out, row, cite)
}

func (n *night) briefHarm(out *brief.Watch, row map[string]int, cite func([]string)) error {
	f, err := n.readTable("tables", "harm_discrepancy")
	if err != nil {
		return err
	}
	var g columnReader
	list, id, told, words, sentences := g.get(f, "list"), g.get(f, "incident_id"), g.get(f, "told"), g.get(f, "words"), g.get(f, "sentences")
	worse, err := frame.Get[float64](f, "worse")
	if err := errors.Join(g.err, err); err != nil {
		return err
	}
	whole, err := n.readTable("tables", "harm_judged")
	if err != nil {
		return err
	}
	judged, err1 := frame.Get[int64](whole, "judged")
	above, err2 := frame.Get[float64](whole, "worse")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	if above[0] > 0 { // 0 without a model
		out.HarmJudged, out.HarmWorse = int(judged[0]), above[0]
	}
	// What reads worse and what says so outright, in turn, each report once.
	var lists [2][]int
	for k, name := range list {
		if name == "told" {
			lists[1] = append(lists[1], k)
		} else {
			lists[0] = append(lists[0], k)
		}
	}
	seen := map[string]bool{}
	for place := 0; len(out.Harm) < harmShown && place < max(len(lists[0]), len(lists[1])); place++ {
		for _, l := range lists {
			if place >= len(l) || seen[id[l[place]]] {
				continue
			}
			k := l[place]
			seen[id[k]] = true
			harm, err := incident.ParseHarm(told[k])
			if err != nil {
				return err
			}
			out.Harm = append(out.Harm, brief.HarmDoubt{IncidentID: id[k], Told: harm, Worse: worse[k], Words: split(words[k]), Sentence: sentences[k]})
			cite(id[k : k+1])
		}
	}
	return nil
}

// columnReader reads columns of text and keeps the first error.
type columnReader struct{ err error }

func (g *columnReader) get(f *frame.Frame, name string) []string {
	v, err := frame.Get[string](f, name)
	g.err = errors.Join(g.err, err)
	return v
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

// trainHarm learns how narratives are usually graded, unless it was learnt for the
// last due day already.
func (n *night) trainHarm(ctx context.Context) (int, error) {
	c := n.harmSettings()
	version, rows := n.harmVersion()
	if len(rows) < c.MinEvents {
		n.log.Info("too few graded events to learn from", "task", taskHarm, "events", len(rows), "needed", c.MinEvents)
		return 0, nil
	}
	if _, _, err := n.store().Load(taskHarm, version); err == nil {
		return 0, n.crown(artefact.Decision{Task: taskHarm, Candidate: version, Promoted: true})
	} else if !missing(err) {
		return 0, err
	}
	readers, err := c.Learn(ctx, n.table, rows)
	if errors.Is(err, discrepancy.ErrTooFew) {
		n.log.Info("too few graded events to learn from", "task", taskHarm, "events", len(rows))
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	e, err := n.harmEntry(readers, rows)
	if err != nil {
		return 0, err
	}
	if _, err := n.store().Save(taskHarm, version, e); err != nil {
		return 0, err
	}
	n.log.Info("trained", "task", taskHarm, "version", version, "events", len(rows))
	return len(rows), n.crown(artefact.Decision{Task: taskHarm, Candidate: version, Promoted: true})
}

func (n *night) harmSettings() discrepancy.Config {
	c := discrepancy.Default()
	c.Model.Seed = n.cfg.Seed
	return c
}

// harmVersion names the readers of the last due day, and lists the events that they learn from.
func (n *night) harmVersion() (string, []int32) {
	due := n.due()
	var rows []int32
	h := newNamer(taskHarm, due, n.cfg.Seed)
	for _, i := range n.incidents() {
		if n.table.Reported[i] > due {
			break
		}
		if n.table.Harm[i].Graded() && n.table.Text[i] != "" {
			rows = append(rows, i)
			h.add(n.table.Harm[i].String(), n.table.Text[i])
		}
	}
	return due.String() + "-" + h.name(), rows
}

// harmReaders gives the models that read harm on the day, and their version; none
// when there was too little to learn from.
func (n *night) harmReaders() (*ordinal.Crossed, string, error) {
	if !slices.Contains(n.cfg.Train.Tasks, taskHarm) {
		return nil, "", nil
	}
	version, _ := n.harmVersion()
	e, _, err := n.store().Load(taskHarm, version)
	if missing(err) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	f, err := artefact.Decode(e.Model)
	if err != nil {
		return nil, "", err
	}
	x, err := ordinal.RestoreCrossed(f)
	return x, version, err
}

// harmEntry makes what is kept of the readers of harm. Every text is judged by the
// model that has not seen it, so the figures are those of unseen texts.
func (n *night) harmEntry(x *ordinal.Crossed, rows []int32) (artefact.Entry, error) {
	f, err := x.File()
	if err != nil {
		return artefact.Entry{}, err
	}
	data, err := artefact.Encode(f)
	if err != nil {
		return artefact.Entry{}, err
	}
	report, err := n.judgeHarm(x, rows)
	if err != nil {
		return artefact.Entry{}, err
	}
	metrics, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return artefact.Entry{}, err
	}
	return artefact.Entry{Model: data, Metrics: metrics, Card: harmCard(report, n.due())}, nil
}

// judgeHarm says how good the readers of harm are on texts that each has not seen.
func (n *night) judgeHarm(x *ordinal.Crossed, rows []int32) (*ordinal.Report, error) {
	texts, grades := make([]string, len(rows)), make([]string, len(rows))
	for k, i := range rows {
		texts[k], grades[k] = n.table.Text[i], n.table.Harm[i].String()
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
	c := ordinal.DefaultJudging()
	c.Seed = n.cfg.Seed
	return ordinal.Judge(truth, said, p, c)
}

// harmCard is the card of the readers of harm.
func harmCard(r *ordinal.Report, until incident.Day) []byte {
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
