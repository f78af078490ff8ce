package linkage

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"psims/datasets/incident"
	"psims/nlp/features"
	"psims/nlp/sparse"
)

// reports holds the n events in canonical order (reported, system, id), so that
// nothing depends on the order in which they were given.
type reports struct {
	row      []int32  // canonical place to row of the table
	chance   []uint64 // by id: what decides whether a report is in the sample
	system   []int32  // by name, ascending
	systems  []string
	org      []int32
	region   []int32
	day      []int32 // occurred; reported where that is missing
	occurred []bool  // whether day is the day of the event
	reported []int32
	age      []int32
	coded    []coded
	words    *sparse.CSR // content words of a text; it keeps no values
	bits     []float32   // by word: how rare it is
	length   []float32   // √Σbits² of the words of a text
	shrink   float32     // added to the product of lengths, so that short texts are not alike by chance
	shingles sketches
	frequent counter
}

// coded is a column of which each value is a name.
type coded struct {
	name  string
	names []string
	rank  []int32     // of each name among them all
	codes []int32     // 0 is not recorded
	share [][]float64 // by system, then code: its share among those recorded
	// rarity is by report: −log2 of the share of its value among those of its
	// organisation and system.
	rarity []float32
	doubt  float64 // two reporters of one event differ at least so often
}

func prepare(ctx context.Context, in Input, c Config) (*reports, error) {
	t := in.Table
	n := t.Len()
	r := &reports{row: make([]int32, n), chance: make([]uint64, n), reported: make([]int32, n), day: make([]int32, n), occurred: make([]bool, n), age: make([]int32, n)}
	for i := range r.row {
		r.row[i] = int32(i)
	}
	slices.SortFunc(r.row, func(a, b int32) int {
		return cmp.Or(cmp.Compare(t.Reported[a], t.Reported[b]), cmp.Compare(t.System.Value(int(a)), t.System.Value(int(b))), cmp.Compare(t.ID[a], t.ID[b]), cmp.Compare(a, b))
	})
	texts := make([]string, n)
	for i, row := range r.row {
		r.reported[i], r.day[i], r.age[i] = int32(t.Reported[row]), int32(t.Reported[row]), -1
		r.chance[i] = hashWord(t.ID[row])
		if len(t.Occurred) > 0 && t.Occurred[row].Known() {
			r.day[i], r.occurred[i] = int32(t.Occurred[row]), true
		}
		if in.AgeDays != nil {
			r.age[i] = in.AgeDays[row]
		}
		texts[i] = t.Text[row]
	}
	r.systems = slices.Clone(t.System.Names)
	slices.Sort(r.systems)
	r.system = r.take(&t.System)
	for i, s := range r.system {
		// The column's numbers depend on the order of its rows; names do not.
		at, _ := slices.BinarySearch(r.systems, t.System.Names[s])
		r.system[i] = int32(at)
	}
	r.org, r.region = r.take(&t.Organisation), r.take(&t.Region)
	r.addCoded(in)
	return r, r.addWords(ctx, texts, in.Words)
}

// take gives a column in canonical order, all 0 when it is empty.
func (r *reports) take(c *incident.Column) []int32 {
	out := make([]int32, len(r.row))
	if c == nil || len(c.Codes) == 0 {
		return out
	}
	if len(c.Codes) != len(r.row) {
		panic(fmt.Sprintf("linkage: a column of %d entries for %d events", len(c.Codes), len(r.row)))
	}
	for i, row := range r.row {
		out[i] = c.Codes[row]
	}
	return out
}

// harms is the harm of the events as a column.
func harms(t *incident.Table) *incident.Column {
	c := &incident.Column{}
	for _, h := range t.Harm {
		if h.Graded() {
			c.Append(h.String())
		} else {
			c.Append("")
		}
	}
	return c
}

// However alike repeats have been, no code of one field is proof that two reports
// are of two events: codes are mistaken, and the harm is often known only later.
const (
	mistake = 0.05
	regrade = 0.25
)

func (r *reports) addCoded(in Input) {
	t := in.Table
	for _, f := range []struct {
		name  string
		from  *incident.Column
		doubt float64
	}{
		{"category", &t.Category, mistake}, {"specialty", &t.Specialty, mistake}, {"care setting", &t.CareSetting, mistake}, {"medication", &t.Medication, mistake},
		{"device", &t.Device, mistake}, {"never event", &t.NeverEvent, mistake}, {"harm", harms(t), regrade}, {"sex", in.Sex, mistake},
	} {
		if f.from == nil || len(f.from.Codes) == 0 {
			continue
		}
		c := coded{name: f.name, doubt: f.doubt, names: f.from.Names, rank: ranks(f.from.Names), codes: r.take(f.from), share: make([][]float64, len(r.systems))}
		known := make([]float64, len(r.systems))
		for s := range c.share {
			c.share[s] = make([]float64, len(c.names))
		}
		for i, code := range c.codes {
			if !incident.Answered(c.names[code]) {
				c.codes[i] = 0
				continue
			}
			c.share[r.system[i]][code]++
			known[r.system[i]]++
		}
		for s := range c.share {
			for code := range c.share[s] {
				c.share[s][code] /= max(1, known[s])
			}
		}
		c.rarity = r.rarity(&c)
		r.coded = append(r.coded, c)
	}
}

// ranks gives the place of each name among all in their order.
func ranks(names []string) []int32 {
	order := make([]int32, len(names))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(names[a], names[b]), cmp.Compare(a, b)) })
	out := make([]int32, len(names))
	for place, k := range order {
		out[k] = int32(place)
	}
	return out
}

// ofSystem is how many reports of the system a share within an organisation is drawn towards.
const ofSystem = 10

func (r *reports) rarity(c *coded) []float32 {
	type place struct{ org, system, code int32 } // code 0: all
	counts := map[place]float64{}
	for i, code := range c.codes {
		if code != 0 {
			counts[place{r.org[i], r.system[i], code}]++
			counts[place{r.org[i], r.system[i], 0}]++
		}
	}
	out := make([]float32, len(c.codes))
	for i, code := range c.codes {
		if code != 0 {
			of, all := counts[place{r.org[i], r.system[i], code}], counts[place{r.org[i], r.system[i], 0}]
			out[i] = float32(-math.Log2((of + ofSystem*c.share[r.system[i]][code]) / (all + ofSystem)))
		}
	}
	return out
}

// addWords reads the texts: bits of the content words, and sketches of shingles.
func (r *reports) addWords(ctx context.Context, texts []string, words *sparse.CSR) error {
	n := len(texts)
	x, err := r.arranged(ctx, texts, words)
	if err != nil {
		return err
	}
	docs := make([]int32, x.Cols)
	x.ColumnCounts(docs)
	bits := make([]float64, x.Cols)
	r.bits = make([]float32, x.Cols)
	for j, d := range docs {
		bits[j] = math.Log2(float64(n) / float64(d))
		r.bits[j] = float32(bits[j])
	}
	r.words, r.length = x, make([]float32, n)
	total := 0.0
	for i := range n {
		square := 0.0
		for _, j := range r.wordsOf(int32(i)) {
			square += bits[j] * bits[j]
		}
		r.length[i] = float32(math.Sqrt(square))
		total += square
	}
	r.shrink = float32(0.25 * total / float64(max(1, n)))
	r.frequent = newCounter(n)
	r.shingles, err = r.sketch(ctx, texts)
	return err
}

// arranged gives the words of each report in canonical order, counted where they are
// not given. How often a text uses a word tells nothing of its event, so there are no values.
func (r *reports) arranged(ctx context.Context, texts []string, words *sparse.CSR) (*sparse.CSR, error) {
	switch {
	case words == nil:
		count := features.DefaultCount()
		count.Words = 1
		_, x, err := features.Count(ctx, texts, count)
		if err == nil {
			x.Values = nil
		}
		return x, err
	case words.Rows() != len(r.row):
		panic(fmt.Sprintf("linkage: words of %d texts for %d events", words.Rows(), len(r.row)))
	case slices.IsSorted(r.row): // a table is mostly in that order
		return &sparse.CSR{Cols: words.Cols, Bounds: words.Bounds, Columns: words.Columns}, nil
	}
	x := &sparse.CSR{Cols: words.Cols, Bounds: make([]int64, 1, len(r.row)+1), Columns: make([]int32, 0, words.Entries())}
	for _, row := range r.row {
		x.Columns = append(x.Columns, words.Columns[words.Bounds[row]:words.Bounds[row+1]]...)
		x.Bounds = append(x.Bounds, int64(len(x.Columns)))
	}
	return x, nil
}

// wordsOf gives the words of a report, ascending.
func (r *reports) wordsOf(i int32) []int32 {
	return r.words.Columns[r.words.Bounds[i]:r.words.Bounds[i+1]]
}
