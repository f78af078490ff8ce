package narrative

import (
	"bytes"
	"math"
	"strings"

	"psims/datasets/synth/chance"
)

// The mean lengths of fragments in words; the length of a narrative is given by
// how many it has.
const (
	wordsPerNote     = 5.3
	wordsPerSentence = 13.5
)

// Length draws a number of words: median 35, range 1 to 700, mean about 50.
//
// Source: the lengths of a real extract of 7,114 NRLS reports (median 35, range
// 1 to 730); the spread is ours.
func Length(src *chance.Source) int {
	return int(min(700, max(1, src.LogNormal(35, .85))))
}

// orders are the ways of telling a thing, with their shares in per cent.
var orders = []struct {
	parts string
	share float64
}{
	{"EFOAQ", 16}, {"EPCFOAQ", 14}, {"EOCFAQ", 8}, {"PCEFOAQ", 17}, {"CPEFAOQ", 8}, {"FECPOAQ", 8},
	{"OECPFAQ", 6}, {"AECPFOQ", 5}, {"PCETFTOAQ", 12}, {"EAOCPQ", 6},
}

var (
	orderWeights = func() chance.Weights {
		var w []float64
		for _, o := range orders {
			w = append(w, o.share)
		}
		return chance.NewWeights(w)
	}()
	partOf = map[byte]part{'E': event, 'C': before, 'F': found, 'Q': why, 'A': action, 'P': patient, 'T': course, 'O': outcome}
	// extra says which parts are added to the event, how likely and how often.
	extra = []struct {
		p      part
		weight float64
		most   int
	}{{before, 3, 3}, {found, 1.6, 1}, {outcome, 3, 2}, {action, 3, 4}, {why, .9, 2}, {patient, 1.6, 1}, {course, .3, 60}}
)

// Wanted is what a description is to be like.
type Wanted struct {
	Style    *Style
	Words    int  // about how many
	Identify bool // whether it holds at least one planted identifier
}

// Describe writes what happened.
func (w *Writer) Describe(src *chance.Source, c *Case, as Wanted) Text {
	st, words := as.Style, as.Words
	w.begin(src, c, st)
	if as.Identify {
		w.plan = drawPlan(src, c)
	}
	w.text(st.Prefix)
	w.from = len(w.buf)
	switch {
	case len(c.Scenario.parts[headline].alts) == 0 && words <= 8:
		w.fragment(event, true)
	case words <= 2 && !as.Identify:
		w.tiny(words)
	case words <= 8:
		w.fragment(headline, true)
	default:
		per := st.Prose*wordsPerSentence + (1-st.Prose)*wordsPerNote
		w.account(int(math.Round(float64(words) / per)))
	}
	w.leftover()
	w.close()
	return w.finish()
}

// Actions writes what was done, in a few fragments. ok is false when there is nothing to say.
func (w *Writer) Actions(src *chance.Source, c *Case, st *Style) (Text, bool) {
	return w.list(src, c, st, action, 1+src.Intn(3))
}

// Causes writes the apparent causes.
func (w *Writer) Causes(src *chance.Source, c *Case, st *Style) (Text, bool) {
	return w.list(src, c, st, why, 1+src.Intn(2))
}

// Result writes what came of it to the patient.
func (w *Writer) Result(src *chance.Source, c *Case, st *Style) (Text, bool) {
	return w.list(src, c, st, outcome, 1)
}

func (w *Writer) list(src *chance.Source, c *Case, st *Style, p part, n int) (Text, bool) {
	w.begin(src, c, st)
	w.mentions = 1
	for range n {
		w.fragment(p, false)
	}
	if len(w.buf) == 0 {
		return Text{}, false
	}
	w.close()
	return w.finish(), true
}

// tiny writes one or two words.
func (w *Writer) tiny(words int) {
	w.fragment(headline, false)
	seen := 0
	for i, b := range w.buf {
		if b != ' ' {
			continue
		}
		if seen++; seen == words {
			w.buf = w.buf[:i]
			return
		}
	}
}

// account writes k fragments, the event among them.
func (w *Writer) account(k int) {
	var count [partCount]int
	count[event] = 1
	for range min(k-1, 70) {
		count[w.nextPart(&count, k)]++
	}
	if w.st.Form == Labelled && k >= 4 {
		w.labelled(&count)
		return
	}
	for i, p := range w.sequence(&count) {
		w.fragment(p, i == 0)
	}
}

// sequence puts the counted parts in one of the orders of telling. Steps of a
// longer account stand where the order has a T, else at the end.
func (w *Writer) sequence(count *[partCount]int) []part {
	order := orders[orderWeights.Draw(w.src)].parts
	steps := strings.Count(order, "T")
	var out []part
	for i := range len(order) {
		p := partOf[order[i]]
		n := count[p]
		if p == course {
			n = (n + steps - 1) / steps
			steps--
		}
		for range n {
			out = append(out, p)
		}
		count[p] -= n
	}
	for range count[course] {
		out = append(out, course)
	}
	return out
}

// nextPart chooses what else an account of k fragments tells.
func (w *Writer) nextPart(count *[partCount]int, k int) part {
	var weight [8]float64
	sum := 0.0
	for i, e := range extra {
		if count[e.p] < e.most {
			weight[i] = e.weight
			if e.p == course && k > 6 {
				weight[i] += float64(k-6) * .8
			}
			if e.p == course && k <= 4 {
				weight[i] = 0
			}
		}
		sum += weight[i]
	}
	x := w.src.Float() * sum
	for i, e := range extra {
		if x -= weight[i]; x < 0 {
			return e.p
		}
	}
	return course
}

// formLabels are the headings of forms; the parts stand in this order.
var formLabels = [][4]string{
	{"S: ", "B: ", "A: ", "R: "},
	{"Situation - ", "Background - ", "Assessment - ", "Recommendation - "},
	{"What happened: ", "Background: ", "Outcome: ", "Action taken: "},
	{"INCIDENT: ", "CONTEXT: ", "IMPACT: ", "ACTIONS: "},
	{"Description: ", "Circumstances: ", "Harm: ", "Immediate action: "},
}

var formParts = [4][]part{{event, found}, {patient, before, course}, {outcome, why}, {action}}

// labelled writes an account under the headings of a form.
func (w *Writer) labelled(count *[partCount]int) {
	labels := formLabels[int(w.st.hand>>7)%len(formLabels)]
	for i, parts := range formParts {
		n := 0
		for _, p := range parts {
			n += count[p]
		}
		if n == 0 {
			continue
		}
		if len(w.buf) > 0 {
			w.stop()
			w.buf = append(w.buf, []string{" ", "\n"}[int(w.st.hand>>11)%2]...)
		}
		w.buf = append(w.buf, labels[i]...)
		w.from = len(w.buf)
		for _, p := range parts {
			for range count[p] {
				w.fragment(p, false)
			}
		}
	}
}

// stop ends the sentence in hand, unless it ends already.
func (w *Writer) stop() {
	if n := len(w.buf); n > 0 {
		switch w.buf[n-1] {
		case '.', '!', '?', ':', '\n':
		default:
			w.buf = append(w.buf, '.')
		}
	}
}

// fragment writes one fragment of that part, joined to what stands already.
// opening says that it may begin with the time.
func (w *Writer) fragment(p part, opening bool) {
	length, marks := len(w.buf), len(w.marks)
	start := length
	if length > w.from {
		w.join(p)
		start = len(w.buf)
	} else if w.st.Form == Bullets && length == 0 {
		w.buf = append(w.buf, "- "...)
		start = len(w.buf)
	}
	from := w.from
	w.from = start
	ok := false
	switch {
	case p == outcome:
		ok = w.pick(&w.c.Scenario.result[w.c.Grade], 2)
		w.told = w.told || ok
	case p == patient || p == course:
		ok = !w.c.Scenario.alone && w.pick(&w.dom.pools[p], 2)
		if p == patient {
			w.mentions++
		}
	default:
		ok = w.main(p, opening)
	}
	if !ok {
		w.buf, w.marks, w.from = w.buf[:length], w.marks[:marks], from
		return
	}
	for n := len(w.buf); n > start && w.buf[n-1] == ' '; n-- {
		w.buf = w.buf[:n-1]
	}
	if said := w.buf[start:]; len(w.marks) == marks && bytes.Contains(w.buf[:length], said[min(1, len(said)):]) {
		w.buf, w.from = w.buf[:length], from // said already, perhaps with a capital
		return
	}
	w.capital(start)
	w.last = p
}

// discovered are the categories of what is found out later, such as a wrong dose;
// a fall or an assault is seen.
var discovered = map[string]bool{"med": true, "imp": true, "doc": true, "con": true, "ass": true}

// main writes a fragment of a scenario's own part or, now and then, of its setting's.
func (w *Writer) main(p part, opening bool) bool {
	if opening && p == event && w.src.Bool(.34) {
		return w.timed()
	}
	own, pool := &w.c.Scenario.parts[p], &w.dom.pools[p]
	if p == headline || p == event || w.c.Scenario.alone || p == found && !discovered[w.c.Scenario.Key] {
		return w.pick(own, 0)
	}
	share := .33
	if p == why {
		share = .15
	}
	if (len(own.alts)+len(own.prose) == 0 || w.src.Bool(share)) && len(pool.alts) > 0 {
		own, pool = pool, own
	}
	return w.pick(own, 2) || w.pick(pool, 2)
}

// timed writes what happened, with the time before it unless it begins with one.
func (w *Writer) timed() bool {
	start, marks := len(w.buf), len(w.marks)
	r := w.g.whenRule(w.c.Minute)
	w.seq(r.alts[w.src.Intn(len(r.alts))])
	w.text([]string{" ", ", ", " "}[int(w.st.hand>>9)%3])
	from := len(w.buf)
	if !w.pick(&w.c.Scenario.parts[event], 0) {
		return false
	}
	for _, word := range timely {
		if bytes.HasPrefix(w.buf[from:], word) {
			w.buf = append(w.buf[:start], w.buf[from:]...)
			for i := marks; i < len(w.marks); i++ {
				w.marks[i].Start -= from - start
				w.marks[i].End -= from - start
			}
			break
		}
	}
	return true
}

// timely are the words with which a fragment that tells its time begins.
var timely = [][]byte{[]byte("at "), []byte("on "), []byte("when "), []byte("while "), []byte("whilst "), []byte("during "), []byte("after "), []byte("following "), []byte("since ")}

// join writes what stands between two fragments.
func (w *Writer) join(p part) {
	if w.st.Form == Bullets {
		w.buf = append(w.buf, "\n- "...)
		return
	}
	j := w.st.Join
	if w.src.Uint64()&7 == 0 && p != course {
		j = []string{", ", ". ", " and ", ". "}[w.src.Intn(4)]
		if j == " and " && (p != action || w.last != action) {
			j = ". "
		}
	}
	if n := len(w.buf); j[0] == '.' && w.buf[n-1] == '.' {
		j = j[1:]
	}
	w.buf = append(w.buf, j...)
}

// capital makes the letter at start a capital if this writer would.
func (w *Writer) capital(start int) {
	if start >= len(w.buf) || w.st.Letters == Small || w.st.Letters == Careless && w.src.Bool(.5) {
		return
	}
	sentence := start == 0
	for i := start - 1; i >= 0; i-- {
		switch w.buf[i] {
		case ' ':
			continue
		case '.', '\n', '-', ':':
			sentence = true
		}
		break
	}
	if c := w.buf[start]; sentence && c >= 'a' && c <= 'z' {
		w.buf[start] = c - 0x20
	}
}

// close ends the text with the organisation's own words.
func (w *Writer) close() {
	if w.st.Stop {
		w.stop()
	}
	if w.st.Suffix != "" {
		w.stop()
		w.buf = append(w.buf, ' ')
		w.buf = append(w.buf, w.st.Suffix...)
	}
}

// whenRule returns the openings that suit that time of day.
func (g *Grammar) whenRule(minute int) *rule {
	name := "when.day"
	switch h := (minute%1440 + 1440) % 1440 / 60; {
	case h >= 21 || h < 7:
		name = "when.night"
	case h >= 17:
		name = "when.evening"
	}
	return &g.rules[g.names[name]]
}
