package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"psims/analytics/linkage"
	"psims/analytics/triage"
	"psims/datasets/caveat"
	"psims/datasets/frame"
	"psims/datasets/incident"
	"psims/nlp/sparse"
)

// joined says which reports tell of the same event. An event is counted once, by
// its first report; the others follow it, and are cited with it.
type joined struct {
	first     []int32          // by report: the report that stands for its event, often itself
	posterior []float64        // by report that follows: least probability of the links of its group
	why       map[int32]string // by report that follows: what agrees and differs with the first

	links   int              // pairs that are linked,
	wrong   float64          // and how many of them wrongly, by estimate
	weights *linkage.Weights // what was learnt

	amended linkage.Amended // by people
}

// counted reports whether a report stands for its event.
func (j *joined) counted(i int) bool { return j.first[i] == int32(i) }

// mask says of each report whether it stands for its event.
func (j *joined) mask() []bool {
	out := make([]bool, len(j.first))
	for i, f := range j.first {
		out[i] = f == int32(i)
	}
	return out
}

// followers gives the reports behind each first one, in order of report.
func (j *joined) followers() map[int32][]int32 {
	out := map[int32][]int32{}
	for i, f := range j.first {
		if f != int32(i) {
			out[f] = append(out[f], int32(i))
		}
	}
	return out
}

// join finds the reports that tell of the same event. What was reported until the
// last due day is judged as of then, and the rest by the weights of then: thus a report
// that stood alone is not joined, or parted, from one night to the next, but on days of
// a fixed grid, and searches of earlier days hold in between.
func (n *night) join(ctx context.Context) error {
	if n.joined != nil {
		return nil
	}
	t := n.table
	words, err := n.words(ctx)
	if err != nil {
		return err
	}
	settled := t.Until(n.due())
	known, err := n.memory.joinedOf(t.Head(settled), func() (*joined, error) {
		j, _, err := joinAll(ctx, t.Head(settled), words.Slice(0, settled), nil)
		return j, err
	})
	if err != nil {
		return err
	}
	n.joined = known
	if settled < t.Len() {
		weights := known.weights
		if settled < t.Len()-settled {
			weights = nil // the greater part of a short history is yet to be learnt from
		}
		j, r, err := joinAll(ctx, t, words, weights)
		if err != nil {
			return err
		}
		j.settle(known, r)
		n.joined = j
	}
	n.joined.amend(t, n.decided.told(t))
	n.judged = n.joined.judged(t)
	followers := 0
	for i := range t.Len() {
		if !n.joined.counted(i) {
			followers++
		}
	}
	people := n.joined.amended
	n.man.Joined = manifestJoined{Reports: t.Len(), Events: t.Len() - followers, Precision: round3(n.joined.precision()), Told: people.Joined, Parted: people.Parted, Refused: people.Refused}
	if people.Joined+people.Parted+people.Refused > 0 {
		n.log.Info("linked by people", "joined", people.Joined, "parted", people.Parted, "contradicted", people.Refused)
	}
	n.log.Info("linked", "reports", t.Len(), "events", t.Len()-followers, "expected_precision", round3(n.joined.precision()))
	return nil
}

// words gives the single words of each narrative, without how often they are in it.
func (n *night) words(ctx context.Context) (*sparse.CSR, error) {
	terms, counts, err := n.count(ctx)
	if err != nil {
		return nil, err
	}
	number := make([]int32, terms.Len())
	words := 0
	for id := range number {
		number[id] = -1
		if before, _ := terms.Parts(int32(id)); before < 0 {
			number[id] = int32(words)
			words++
		}
	}
	return counts.Pattern(number, words), nil
}

// joinAll joins the reports of a table with these words; with weights, those after what they were learnt from.
func joinAll(ctx context.Context, t *incident.Table, words *sparse.CSR, weights *linkage.Weights) (*joined, *linkage.Result, error) {
	r, err := linkage.Link(ctx, linkage.Input{Table: t, AgeDays: t.AgeDays, Sex: &t.Sex, Words: words, Weights: weights}, linkage.Default())
	if err != nil {
		return nil, nil, err
	}
	j := &joined{first: make([]int32, t.Len()), posterior: make([]float64, t.Len()), why: map[int32]string{}, weights: r.Weights()}
	j.links, j.wrong = r.Links()
	for i := range j.first {
		j.first[i] = int32(i)
	}
	for _, g := range r.Groups {
		for _, i := range g.Rows {
			j.first[i], j.posterior[i] = g.First, g.Posterior
			j.say(r, i)
		}
	}
	return j, r, nil
}

// say writes down why a report follows.
func (j *joined) say(r *linkage.Result, i int32) {
	if f := j.first[i]; f != i {
		j.why[i] = explained(r.Explain(f, i))
	}
}

// settle takes over what is known of the reports until an earlier day. A later
// report that follows one of them follows the one that stands for it.
func (j *joined) settle(known *joined, r *linkage.Result) {
	copy(j.first, known.first)
	copy(j.posterior, known.posterior)
	j.why = maps.Clone(known.why)
	for i := int32(len(known.first)); int(i) < len(j.first); i++ {
		j.first[i] = j.first[j.first[i]]
		j.say(r, i)
	}
	if !r.Learnt {
		j.links, j.wrong = j.links+known.links, j.wrong+known.wrong
	}
}

// precision is the share of the links that is right, by estimate.
func (j *joined) precision() float64 {
	if j.links == 0 {
		return 1
	}
	return 1 - j.wrong/float64(j.links)
}

// amend puts people's answers over what was found. What is remembered of earlier
// nights is left as it was.
func (j *joined) amend(t *incident.Table, told []linkage.Told) {
	j.amended = linkage.Amend(j.first, told, func(a, b int32) bool {
		return cmp.Or(cmp.Compare(t.Reported[a], t.Reported[b]), cmp.Compare(t.System.Value(int(a)), t.System.Value(int(b))), cmp.Compare(t.ID[a], t.ID[b])) < 0
	})
	found := j.first
	j.first = j.amended.First
	j.why = maps.Clone(j.why)
	for i, f := range found {
		if j.first[i] != f { // what was found was said of another pair
			delete(j.why, int32(i))
		}
	}
	if len(j.amended.Touched) > 0 {
		j.posterior = slices.Clone(j.posterior)
	}
	for _, i := range j.amended.Touched {
		j.posterior[i] = 1 // somebody has read them
	}
}

// byPeople reports whether a report stands where it does by a person's word.
func (j *joined) byPeople(i int32) bool {
	_, found := slices.BinarySearch(j.amended.Touched, i)
	return found
}

// judged gives the table with the worst harm of each event at the report that stands for it.
func (j *joined) judged(t *incident.Table) *incident.Table {
	out := *t
	out.Harm = slices.Clone(t.Harm)
	for i, f := range j.first {
		out.Harm[f] = incident.Worst(out.Harm[f], t.Harm[i])
	}
	return &out
}

// citeFollowers adds to each alert, behind each report that it cites, those that
// tell of the same event.
func (n *night) citeFollowers(alerts []triage.Alert) {
	behind := map[string][]string{}
	for f, rows := range n.joined.followers() {
		for _, i := range rows {
			behind[n.table.ID[f]] = append(behind[n.table.ID[f]], n.table.ID[i])
		}
	}
	for k := range alerts {
		a := &alerts[k]
		cited := len(a.IncidentIDs)
		a.IncidentIDs, a.RecentIncidentIDs = withFollowers(a.IncidentIDs, behind), withFollowers(a.RecentIncidentIDs, behind)
		if more := len(a.IncidentIDs) - cited; more > 0 {
			a.Caveats = append(a.Caveats, caveat.ReportsJoined)
			verb := "s tell"
			if more == 1 {
				verb = " tells"
			}
			a.Why += fmt.Sprintf(" %d further report%s of the same events: listed with them, and not counted.", more, verb)
		}
	}
}

// withFollowers puts behind each id those that follow it and are not there already.
func withFollowers(ids []string, behind map[string][]string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, id)
		for _, f := range behind[id] {
			if !slices.Contains(ids, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// writeJoined lists the reports that tell of the same event, within and across the
// recording systems, with the weights that a person can read.
func (n *night) writeJoined() error {
	var system, id, group, first, harm, why []string
	var posterior []float64
	t, j := n.table, n.joined
	behind := j.followers()
	for f := range int32(t.Len()) {
		if len(behind[f]) == 0 {
			continue
		}
		least := 1.0
		for _, i := range behind[f] {
			least = min(least, j.posterior[i])
		}
		for _, i := range append([]int32{f}, behind[f]...) {
			system, id, first = append(system, t.System.Value(int(i))), append(id, t.ID[i]), append(first, t.ID[f])
			group, harm, posterior = append(group, reportName(t, f)), append(harm, n.judged.Harm[f].String()), append(posterior, least)
			said := ""
			if i != f {
				said = j.why[i]
			}
			if i != f && j.byPeople(i) {
				said = strings.TrimSuffix("a person said so; "+said, "; ")
			}
			why = append(why, said)
		}
	}
	return n.writeTable(frame.New("linked_reports",
		frame.Column{Name: "group", Doc: "Reports of one group are taken to tell of the same event, and are counted once: its system and id are those of the report that is counted.", Values: group},
		frame.Column{Name: "system", Doc: "Recording system.", Values: system},
		frame.Column{Name: "incident_id", Doc: "The report's id, as its sender gave it.", Values: id},
		frame.Column{Name: "first", Doc: "The report of the group that came first.", Values: first},
		frame.Column{Name: "harm", Doc: "The worst harm recorded in the group.", Values: harm},
		frame.Column{Name: "posterior", Doc: "Least probability, over the links of the group, that it is the same event.", Values: posterior},
		frame.Column{Name: "why", Doc: "What agrees and differs with the first report, with the bits of evidence of each, strongest first.", Values: why},
	), "tables/", true)
}

// readJoined gives what detect joined, from memory or from the run's folder.
func (n *night) readJoined() error {
	if n.joined != nil {
		return nil
	}
	f, err := n.readTable("tables", "linked_reports")
	if missing(err) {
		return usagef("run %s has no linked reports yet: run \"psims detect\" first", n.id)
	}
	if err != nil {
		return err
	}
	var g columnReader
	system, id, group := g.get(f, "system"), g.get(f, "incident_id"), g.get(f, "group")
	if g.err != nil {
		return g.err
	}
	t := n.table
	row := make(map[string]int32, t.Len())
	j := &joined{first: make([]int32, t.Len())}
	for i := range j.first {
		j.first[i] = int32(i)
		row[reportName(t, int32(i))] = int32(i)
	}
	for k := range id {
		j.first[row[system[k]+" "+id[k]]] = row[group[k]]
	}
	n.joined, n.judged = j, j.judged(t)
	return nil
}

// reportName names a report by its system and id.
func reportName(t *incident.Table, i int32) string {
	return t.System.Value(int(i)) + " " + t.ID[i]
}

// explained writes the parts of a match weight.
func explained(parts []linkage.Part) string {
	out := make([]string, len(parts))
	for k, p := range parts {
		out[k] = fmt.Sprintf("%s %s (%+.1f)", p.Field, p.Said, p.Bits)
	}
	return strings.Join(out, "; ")
}
