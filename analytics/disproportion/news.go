package disproportion

import (
	"fmt"
	"math"
	"slices"

	"psims/analytics/signal"
)

// Dated holds events in time, each with at most one row item and one column item,
// for the question which pairs are news: seen together too often, and oftener of
// late than before. All slices have the same length, in any order.
type Dated struct {
	Row, Col []int32 // −1 for none
	Stratum  []int32 // within which rows and columns are compared, such as specialty × care setting
	Sender   []int32 // whose earlier events the recent ones are compared with
	Week     []int32 // whole weeks from any first one
}

// NewsConfig are the settings of Dated.News.
type NewsConfig struct {
	Recent  int     // weeks that are called recent
	History int     // weeks in all that are looked at, the recent ones among them
	Linked  int     // weeks, up to the last, within which rows and columns are compared
	Link    Config  // what is asked of that
	EB05    float64 // of recent events over what is expected from earlier ones, at least
	Q       float64 // false discovery rate of that, at most
	Senders int     // recent events come from at least so many
	Share   float64 // and the one with most sent at most this share of them
}

// DefaultNews asks of a pair what is asked of any, that it has grown with the same
// certainty, and that no single sender makes it.
func DefaultNews() NewsConfig {
	return NewsConfig{Recent: 8, Linked: 52, History: 156, Link: Default(), EB05: 2, Q: 0.01, Senders: 3, Share: 0.5}
}

// Validate names the setting that is out of range.
func (c NewsConfig) Validate() error {
	switch {
	case c.Recent < 1 || c.History <= c.Recent || c.Linked < c.Recent || c.Linked > c.History:
		return fmt.Errorf("of %d weeks %d are recent and %d are compared: want at least 1, fewer than all, and compared at least the recent ones", c.History, c.Recent, c.Linked)
	case !(c.EB05 > 0) || !(c.Q > 0 && c.Q <= 1):
		return fmt.Errorf("the least EB05 is %v and the largest rate of false ones %v: want above 0, and at most 1", c.EB05, c.Q)
	case c.Senders < 1 || !(c.Share > 0 && c.Share <= 1):
		return fmt.Errorf("at least %d senders with at most %v of the events: want 1 or more, and a share", c.Senders, c.Share)
	}
	return c.Link.Validate()
}

// News is what there is to say of a pair of a week.
type News struct {
	Link    Pair // in the weeks compared
	Growth  Pair // A: recent events of the pair, a sender's week once; Expected: from each sender's earlier ones, or from a year before
	Events  int  // recent events of the pair, all of them
	Senders int  // from which they come
	// By Check: of the pairs whose link, or growth, is at least so sure, the share
	// that chance alone gives. NaN before.
	ChanceLink, ChanceGrowth float64
	Status                   signal.Status
}

// News judges every pair that has an event in the weeks up to and including until,
// by row, then column. Later events are as if they were not there.
//
// A pair's recent events are compared with what each sender's share of recent
// events leads one to expect of all the pair's events, so that more reporting is no
// news; where there were more a year before in the same weeks, with these. Several
// events of a pair from one sender in one week count once for growth: a batch is no
// news either. Raised pairs stand out both ways ([NewsConfig]). TooFew had fewer
// than Link.MinCount recent events.
//
// Cost as that of Count and Judge, twice. Panics if the settings are not valid.
func (d *Dated) News(until int32, c NewsConfig) []News {
	if err := c.Validate(); err != nil {
		panic("disproportion: " + err.Error())
	}
	p := d.prepare(until, c)
	links, _ := p.link.Count().Judge(c.Link)
	growth, fit := p.judgeGrowth(c)
	out := make([]News, len(p.pairs))
	for k, pair := range p.pairs {
		out[k] = News{Growth: growth[k], Events: p.events[k], Senders: p.senders[k], ChanceLink: math.NaN(), ChanceGrowth: math.NaN()}
		out[k].Link = Pair{Cell: Cell{Row: pair[0], Col: pair[1], Expected: math.NaN()}, Q: 1, Status: signal.TooFew}
		out[k].Link.EBGM, out[k].Link.IC = unknown, unknown
		out[k].Growth.Row, out[k].Growth.Col = pair[0], pair[1]
	}
	for _, l := range links {
		out[p.number[[2]int32{l.Row, l.Col}]].Link = l
	}
	for k := range out {
		out[k].Status = c.status(&out[k], p.largest[k], fit.Status.usable())
	}
	return out
}

// unknown is an interval of which nothing is known.
var unknown = Interval{math.NaN(), math.NaN(), math.NaN()}

func (c NewsConfig) status(n *News, largest int, shrunk bool) signal.Status {
	g := n.Growth
	grown := g.IC.Lo > 0 && g.Q <= c.Q && (!shrunk || g.EBGM.Lo >= c.EB05)
	spread := n.Senders >= c.Senders && float64(largest) <= c.Share*float64(n.Events)
	switch {
	case n.Events < c.Link.MinCount:
		return signal.TooFew
	case n.Link.Status == signal.Raised && grown && spread:
		return signal.Raised
	}
	return signal.Quiet
}

// Check asks of the raised pairs of news whether chance gives such. Which row
// items events have is shuffled within strata, and which weeks they are of within
// senders; a link, or growth, of which chance alone gives more than the wanted
// share (Link.Q, Q) among those that are at least so sure is no longer raised. It
// costs runs times what News does, and nothing where no pair is raised.
func (d *Dated) Check(news []News, until int32, c NewsConfig, n NullConfig) {
	if !slices.ContainsFunc(news, func(x News) bool { return x.Status == signal.Raised }) {
		return
	}
	p := d.prepare(until, c)
	_, linked := p.link.Count().Judge(c.Link)
	_, grown := p.judgeGrowth(c)
	if !linked.Status.usable() || !grown.Status.usable() {
		return // without a prior nothing is shrunk, and there is nothing to shuffle for
	}
	link := p.link.Null(&linked.Prior, n)
	n.Seed++
	growth := p.growth.Null(&grown.Prior, n)
	for k := range news {
		x := &news[k]
		if x.Status != signal.Raised {
			continue
		}
		x.ChanceLink = chanceShare(link.EB05, news, x.Link.EBGM.Lo, func(o *News) float64 { return o.Link.EBGM.Lo })
		x.ChanceGrowth = chanceShare(growth.EB05, news, x.Growth.EBGM.Lo, func(o *News) float64 { return o.Growth.EBGM.Lo })
		if x.ChanceLink > c.Link.Q || x.ChanceGrowth > c.Q {
			x.Status = signal.Quiet
		}
	}
}

// chanceShare is how many pairs of at least cut chance gives, over how many there are.
func chanceShare(c Chance, news []News, cut float64, of func(*News) float64) float64 {
	there := 0
	for k := range news {
		if of(&news[k]) >= cut {
			there++
		}
	}
	return min(1, c.ExpectedFalse(cut)/float64(there))
}

// newsEvents are the events up to a week, counted for both questions.
type newsEvents struct {
	link, growth     Events
	pairs            [][2]int32 // row and column item, ascending
	number           map[[2]int32]int
	events, senders  []int // recent, by pair
	largest          []int // recent events of the sender with most
	before           []int // events of the same weeks a year before, each sender's week once
	recent, yearBack int   // events in all, now and then
}

// weeksOfYear are counted from the same weeks of the year before.
const weeksOfYear = 52

func (d *Dated) prepare(until int32, c NewsConfig) *newsEvents {
	p := &newsEvents{number: map[[2]int32]int{}}
	from := until - int32(c.History) + 1
	seen := map[[2]int32]bool{}
	for i, w := range d.Week {
		if w <= until && w >= from && d.Row[i] >= 0 && d.Col[i] >= 0 {
			seen[[2]int32{d.Row[i], d.Col[i]}] = true
		}
	}
	for pair := range seen {
		p.pairs = append(p.pairs, pair)
	}
	slices.SortFunc(p.pairs, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	for k, pair := range p.pairs {
		p.number[pair] = k
	}
	p.events, p.senders, p.largest, p.before = make([]int, len(p.pairs)), make([]int, len(p.pairs)), make([]int, len(p.pairs)), make([]int, len(p.pairs))
	type filing struct{ pair, sender, week int32 }
	filed, sent := map[filing]bool{}, map[[2]int32]int{}
	for i, w := range d.Week {
		if w > until || w < from {
			continue
		}
		recent := w > until-int32(c.Recent)
		yearBack := w > until-int32(c.Recent)-weeksOfYear && w <= until-weeksOfYear
		var row, when []int32
		if recent {
			when = []int32{0}
			p.recent++
		}
		if w > until-int32(c.Linked) {
			p.link.Add(d.Stratum[i], item(d.Row[i]), item(d.Col[i]))
		}
		if yearBack {
			p.yearBack++
		}
		if d.Row[i] >= 0 && d.Col[i] >= 0 {
			k := int32(p.number[[2]int32{d.Row[i], d.Col[i]}])
			f := filing{k, d.Sender[i], w}
			if !filed[f] {
				filed[f] = true
				row = []int32{k}
				if yearBack {
					p.before[k]++
				}
			}
			if recent {
				p.events[k]++
				by := [2]int32{k, d.Sender[i]}
				if sent[by]++; sent[by] == 1 {
					p.senders[k]++
				}
				p.largest[k] = max(p.largest[k], sent[by])
			}
		}
		p.growth.Add(d.Sender[i], row, when)
	}
	return p
}

// item gives a number as a set of one, none when it is negative.
func item(k int32) []int32 {
	if k < 0 {
		return nil
	}
	return []int32{k}
}

// leastExpected stands for none, of which no ratio can be had.
const leastExpected = 1e-9

// judgeGrowth judges every pair's recent events, in the order of the pairs.
func (p *newsEvents) judgeGrowth(c NewsConfig) ([]Pair, Fit) {
	t := p.growth.Count()
	whole := &Table{Possible: len(p.pairs), Complete: true, Stratified: true}
	m := p.growth.margins()
	w := newCounter(&p.growth, m)
	at := 0
	for k := range p.pairs {
		cell := Cell{Row: int32(k)}
		if at < len(t.Cells) && t.Cells[at].Row == int32(k) {
			cell = t.Cells[at]
			at++
		} else if p.recent > 0 {
			w.row(int32(k), nil)
			in := len(m.rowEvents.at(int32(k)))
			cell.B, cell.C, cell.D, cell.Expected = in, p.recent, p.growth.Len()-p.recent-in, w.expected(0)
		}
		if p.yearBack > 0 {
			cell.Expected = max(cell.Expected, float64(p.before[k])*float64(p.recent)/float64(p.yearBack))
		}
		cell.Expected = max(cell.Expected, leastExpected) // its senders have sent nothing lately
		whole.Cells = append(whole.Cells, cell)
	}
	return whole.Judge(c.Link)
}
