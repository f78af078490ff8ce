package synth

import (
	"psims/datasets/incident"
	"psims/datasets/synth/chance"
	"psims/datasets/synth/narrative"
)

// stream is one of the outputs: a kind of file, or a list of the truth.
type stream uint8

const (
	streamLines stream = iota
	streamBundle
	streamV5
	streamFlat
	streamNRLS
	streamSTEIS
	truthIdentifiers
	truthDuplicates
	truthMiscoded
	truthUndergraded
	truthNever
	truthRevisions
	streamCount
)

// chunkSize is the largest number of records that are drawn from one stream of
// chance.
const chunkSize = 4096

// chunk is a piece of a week.
type chunk struct {
	week, part int
	first      int // index of its first record
	records    int
	items      []item
}

// chunks cuts the history into pieces. The planted events of a week are dealt out
// to its pieces.
func (m *model) chunks() []chunk {
	var out []chunk
	first := 0
	for week, n := range m.vol.count {
		parts := max(1, (n+chunkSize-1)/chunkSize)
		dealt := make([][]item, parts)
		for i, it := range m.items[week] {
			dealt[i%parts] = append(dealt[i%parts], it)
		}
		for part := range parts {
			size := n*(part+1)/parts - n*part/parts
			out = append(out, chunk{week, part, first, size, dealt[part][:min(size, len(dealt[part]))]})
			first += size
		}
	}
	return out
}

// output is what a chunk gave.
type output struct {
	week     int
	data     [streamCount][]byte
	bad      []badRow
	planted  []planted
	bySystem [3]int // LFPSE, NRLS, StEIS
	revised  int
	deleted  int
	copies   int
	marks    int
}

// planted is a report of a planted issue.
type planted struct {
	issue     int
	id        string
	submitted incident.Day
	org       int
	specialty string
}

// badRow is a row that a reader is to refuse.
type badRow struct {
	stream stream
	line   int // line feeds before it in the chunk
	id     string
	reason incident.Reason
}

// worker draws chunks, one after the other.
type worker struct {
	m       *model
	g       *narrative.Writer
	src     *chance.Source
	week    int
	weights [narrative.SettingCount]chance.Weights
	out     *output
	r       record
	copy    record
	again   []again
	order   []int32
	scratch []byte
	row     csvRow
	next    int // index of the next record
	left    int // records that the chunk still takes
}

func newWorker(m *model) *worker {
	return &worker{m: m, g: m.g.NewWriter(), src: chance.New(0), week: -1}
}

// run draws a chunk into out, which is empty.
func (w *worker) run(c chunk, out *output) {
	w.out, out.week = out, c.week
	w.src.Reset(w.m.cfg.Seed, 3, uint64(c.week), uint64(c.part))
	if w.week != c.week {
		w.week, w.weights = c.week, w.m.weekWeights(c.week)
	}
	// The planted events stand anywhere among the others.
	w.order = w.order[:0]
	for i := range c.records {
		at := int32(-1)
		if i < len(c.items) {
			at = int32(i)
		}
		w.order = append(w.order, at)
	}
	w.src.Shuffle(len(w.order), func(i, j int) { w.order[i], w.order[j] = w.order[j], w.order[i] })
	w.next, w.left = c.first, c.records
	w.again = w.again[:0]
	for slot := 0; w.left > len(w.again); slot++ {
		var it *item
		if at := w.order[slot]; at >= 0 {
			it = &c.items[at]
		}
		r := &w.r
		w.draw(r, it)
		style := w.style(r)
		w.write(r, &style)
		w.others(r)
	}
	w.repeat()
}

// style draws the reporter.
func (w *worker) style(r *record) narrative.Style {
	house := r.org.house
	if r.org.boilerplateFrom.Known() && r.submitted < r.org.boilerplateFrom {
		house.Share = 0
	}
	return narrative.NewStyle(w.src, &house)
}

// write settles the texts of a record, writes it, and notes its truth.
func (w *worker) write(r *record, st *narrative.Style) {
	r.index, r.days = w.next, w.m.dates
	w.next++
	w.left--
	told := w.texts(r, st)
	grade := r.grade
	if told && w.lower(r) {
		w.note(truthUndergraded, r)
		b := w.out.data[truthUndergraded]
		b = append(append(b, `,"told":"`...), gradeNames[grade]...)
		b = append(append(b, `","recorded":"`...), gradeNames[r.grade]...)
		w.out.data[truthUndergraded] = append(b, "\"}\n"...)
	}
	if right := w.miscode(r); right != "" {
		w.note(truthMiscoded, r)
		b := append(w.out.data[truthMiscoded], `,"right":`...)
		b = append(appendJSON(b, []byte(right)), `,"recorded":`...)
		recorded := r.category
		if r.system == incident.LFPSE {
			recorded = lfpseCategory(r.challenge, r.agents, r.process)
		}
		w.out.data[truthMiscoded] = append(appendJSON(b, []byte(recorded)), "}\n"...)
	}
	if never := r.c.Scenario.Never; never != "" {
		w.note(truthNever, r)
		b := append(w.out.data[truthNever], `,"type":`...)
		b = appendJSON(b, []byte(label("never-event-type-6", never)))
		if r.neverTicked {
			w.out.data[truthNever] = append(b, ",\"ticked\":true}\n"...)
		} else {
			w.out.data[truthNever] = append(b, ",\"ticked\":false}\n"...)
		}
	}
	if r.issue >= 0 {
		w.out.planted = append(w.out.planted, planted{r.issue, string(r.appendID(nil)), r.submitted, r.orgIndex, r.c.Specialty.Label})
	}
	w.encode(r)
}

// note begins an entry of a list of the truth with the record's id.
func (w *worker) note(s stream, r *record) {
	b := append(w.out.data[s], `{"id":"`...)
	w.out.data[s] = append(r.appendID(b), '"')
}

// texts writes the record's free texts, and reports whether the description tells
// what came of the event.
func (w *worker) texts(r *record, st *narrative.Style) bool {
	src := w.src
	words := narrative.Length(src)
	if r.system == incident.STEIS {
		words = 40 + words*3/2
	}
	t := w.g.Describe(src, &r.c, narrative.Wanted{Style: st, Words: words, Identify: src.Bool(identifyShare)})
	r.texts[incident.Description] = append(r.texts[incident.Description], t.Bytes...)
	w.marks(r, incident.Description, t)
	told := t.Told
	actions, causes, result := .72, 0., .25
	switch r.system {
	case incident.NRLS:
		actions, causes, result = .38, .215, 0
	case incident.STEIS:
		actions, causes, result = .9, .4, 0
	}
	plain := *st
	plain.Prefix, plain.Suffix, plain.Form = "", "", narrative.Flow
	if src.Bool(actions) {
		if t, ok := w.g.Actions(src, &r.c, &plain); ok {
			r.texts[incident.Actions] = append(r.texts[incident.Actions], t.Bytes...)
		}
	}
	if src.Bool(causes) {
		if t, ok := w.g.Causes(src, &r.c, &plain); ok {
			r.texts[incident.Causes] = append(r.texts[incident.Causes], t.Bytes...)
		}
	}
	if r.patients > 0 && src.Bool(result) {
		if t, ok := w.g.Result(src, &r.c, &plain); ok {
			r.texts[incident.Outcome] = append(r.texts[incident.Outcome], t.Bytes...)
			told = true
		}
	}
	return told
}

// marks notes the planted identifiers of a text.
func (w *worker) marks(r *record, field incident.Text, t narrative.Text) {
	for _, k := range t.Marks {
		w.note(truthIdentifiers, r)
		b := append(w.out.data[truthIdentifiers], `,"field":"`...)
		b = append(append(b, field.String()...), `","kind":"`...)
		b = append(append(b, k.Kind...), `","text":`...)
		w.out.data[truthIdentifiers] = append(appendJSON(b, t.Bytes[k.Start:k.End]), "}\n"...)
		w.out.marks++
	}
}

// again is another report of an event that is written already.
type again struct {
	r     record
	of    []byte // the id of the first report
	style narrative.Style
}

// others settles what else is sent about the event: another report in the same
// system, one in the other system around the organisation's move, and a StEIS
// entry for the gravest. Each takes a record of the chunk, if one is left.
func (w *worker) others(r *record) {
	if r.kind != '1' {
		return
	}
	if w.src.Bool(.006) {
		w.once(r, r.system, w.src.Intn(4), w.style(r))
	}
	if gap := r.submitted - r.org.move; gap >= 0 && gap < 45 && r.system == incident.LFPSE && r.org.from < r.org.move && w.src.Bool(.06) {
		w.once(r, incident.NRLS, w.src.Intn(3), w.style(r))
	}
	if p := steisShare(r); p > 0 && w.src.Bool(p) {
		w.once(r, incident.STEIS, w.src.Intn(9), narrative.Formal(w.src))
	}
}

// once puts another report of r by for the end of the chunk, so that its id is not
// the next one.
func (w *worker) once(r *record, system incident.System, days int, st narrative.Style) {
	day := r.submitted + incident.Day(days)
	if w.left <= len(w.again) || day > w.m.cfg.Until {
		return
	}
	a := again{r: *r, of: r.appendID(nil), style: st}
	a.r.system, a.r.submitted, a.r.grade = system, day, max(r.c.Grade, 0)
	w.again = append(w.again, a)
}

// repeat writes the other reports.
func (w *worker) repeat() {
	for i := range w.again {
		a := &w.again[i]
		w.copy.reset()
		texts := w.copy.texts
		w.copy = a.r
		w.copy.texts = texts
		w.write(&w.copy, &a.style)
		b := append(w.out.data[truthDuplicates], `{"ids":["`...)
		b = append(append(b, a.of...), `","`...)
		w.out.data[truthDuplicates] = append(w.copy.appendID(b), "\"]}\n"...)
		w.out.copies++
	}
}

// steisShare is how likely an event is also entered into StEIS.
func steisShare(r *record) float64 {
	if r.c.Scenario.Steis == "" {
		return 0
	}
	switch {
	case r.c.Scenario.Never != "":
		return .85
	case r.c.Grade >= 3:
		return .5
	case r.c.Grade == 2:
		return .05
	}
	return 0
}
