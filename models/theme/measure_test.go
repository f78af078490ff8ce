package theme_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"syscall"
	"testing"

	"psims/datasets/incident"
	"psims/models/cluster"
	"psims/models/embed"
	"psims/models/theme"
	"psims/nlp/features"
)

// miners reads the mine accidents in order of day: a lesson, and the part of the body injured.
func miners(tb testing.TB) (l theme.Lesson, parts []string) {
	tb.Helper()
	f, err := os.Open("../../../shared/data/msha/msha_2010_2012.csv.gz")
	if err != nil {
		tb.Skip("the public file of mine accidents is not on this machine")
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	rows = rows[1:]
	slices.SortStableFunc(rows, func(a, b []string) int {
		if a[1] < b[1] {
			return -1
		} else if a[1] > b[1] {
			return 1
		}
		return 0
	})
	for _, r := range rows {
		day, err := incident.ParseDay(r[1])
		if err != nil {
			tb.Fatal(err)
		}
		l.Reported, l.Texts, parts = append(l.Reported, day), append(l.Texts, r[6]), append(parts, r[3])
	}
	if l.Terms, l.Counts, err = features.Count(context.Background(), l.Texts, features.DefaultCount()); err != nil {
		tb.Fatal(err)
	}
	return l, parts
}

// agreement compares a grouping with a coding: normalised mutual information (by the
// arithmetic mean of the entropies) and purity among the rows in a group, and the
// share of rows that are in one.
type agreement struct{ nmi, purity, coverage float64 }

func agree(of []int32, truth []string) agreement {
	joint, rows, cols := map[[2]any]float64{}, map[int32]float64{}, map[string]float64{}
	best := map[int32]float64{}
	n := 0.0
	for i, k := range of {
		if k == cluster.None {
			continue
		}
		n++
		joint[[2]any{k, truth[i]}]++
		rows[k]++
		cols[truth[i]]++
		best[k] = max(best[k], joint[[2]any{k, truth[i]}])
	}
	mutual, hr, hc, pure := 0.0, 0.0, 0.0, 0.0
	for key, x := range joint {
		mutual += x / n * math.Log(x*n/rows[key[0].(int32)]/cols[key[1].(string)])
	}
	for k, x := range rows {
		hr -= x / n * math.Log(x/n)
		pure += best[k]
	}
	for _, x := range cols {
		hc -= x / n * math.Log(x/n)
	}
	return agreement{2 * mutual / (hr + hc), pure / n, n / float64(len(of))}
}

// refit groups all rows anew, without any past, in the same settings.
func refit(tb testing.TB, l theme.Lesson, c theme.Config) *cluster.Grouping {
	tb.Helper()
	columns, weights := embed.Choose(l.Counts, c.MinDocuments, c.MaxShare, 0)
	x := embed.Weighted(l.Counts, columns, weights)
	m, err := c.Embed.Fit(context.Background(), x)
	if err != nil {
		tb.Fatal(err)
	}
	g, err := c.Cluster.Fit(context.Background(), m.Vectors(x), m.Dimensions())
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

// chain makes all atlases until a day.
func chain(tb interface{ Fatal(...any) }, c theme.Config, l theme.Lesson, asOf incident.Day) []*theme.Atlas {

	var out []*theme.Atlas
	var a *theme.Atlas
	var err error
	for _, day := range c.Grid(l.Reported[0], asOf) {
		l.Day = day
		if a, err = c.Next(context.Background(), a, l); err != nil {
			tb.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

func day(s string) incident.Day {
	d, err := incident.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// processor gives the processor seconds used so far.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// kept gives the share of rows that have the same id in two atlases; none counts as one.
func kept(a, b *theme.Atlas, l theme.Lesson) float64 {
	n, _ := slices.BinarySearch(l.Reported, a.Day+1)
	x, y := a.Assign(l.Terms, l.Counts.Slice(0, n)), b.Assign(l.Terms, l.Counts.Slice(0, n))
	id := func(a *theme.Atlas, k int32) string {
		if k == cluster.None {
			return ""
		}
		return a.Themes[k].ID
	}
	same := 0
	for i := range n {
		if id(a, x.Of[i]) == id(b, y.Of[i]) {
			same++
		}
	}
	return float64(same) / float64(n)
}

// best gives the share of rows that go with most of their group from one grouping to another.
func best(a, b *cluster.Grouping, n int) float64 {
	counts, most := map[[2]int32]int{}, map[int32]int{}
	for i := range n {
		key := [2]int32{a.Of[i], b.Of[i]}
		counts[key]++
		most[key[0]] = max(most[key[0]], counts[key])
	}
	total := 0
	for _, c := range most {
		total += c
	}
	return float64(total) / float64(n)
}

// until cuts a lesson after a day.
func until(tb testing.TB, l theme.Lesson, day incident.Day) theme.Lesson {
	tb.Helper()
	n, _ := slices.BinarySearch(l.Reported, day+1)
	l.Reported, l.Texts = l.Reported[:n], l.Texts[:n]
	var err error
	if l.Terms, l.Counts, err = features.Count(context.Background(), l.Texts, features.DefaultCount()); err != nil {
		tb.Fatal(err)
	}
	return l
}

// TestChainIsAsGoodAsRefit compares, at the end of 2012, the themes of the chain
// with those of grouping all reports anew, by their agreement with the part of the
// body injured, which neither has seen; and how many reports keep their theme.
func TestChainIsAsGoodAsRefit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	l, parts := miners(t)
	c := theme.Default()
	last := l.Reported[len(l.Reported)-1]
	began := processor()
	atlases := chain(t, c, l, last)
	took := processor() - began
	a := atlases[len(atlases)-1]
	kinds := map[theme.EventKind]int{}
	for _, e := range a.Events {
		kinds[e.Kind]++
	}
	t.Logf("%d atlases in %.1f processor seconds: %d themes, events %v", len(atlases), took, len(a.Themes), kinds)
	began = processor()
	g := a.Assign(l.Terms, l.Counts)
	t.Logf("%.0f narratives assigned a processor second", float64(l.Counts.Rows())/(processor()-began))
	from, _ := slices.BinarySearch(l.Reported, day("2012-01-01"))
	chained := agree(g.Of, parts)
	t.Logf("chain: %d groups, all %+.3f, 2012 %+.3f", g.Groups, chained, agree(g.Of[from:], parts[from:]))

	// A year of weeks: in those without a grid day every report keeps its theme.
	year := atlases[len(atlases)-14:]
	lost, worst := 0.0, 1.0
	for i := range len(year) - 1 {
		k := kept(year[i], year[i+1], l)
		lost += 1 - k
		worst = min(worst, k)
		t.Logf("%v to %v: %.3f keep their theme", year[i].Day, year[i+1].Day, k)
	}
	weekly := 1 - lost/52
	t.Logf("from week to week %.4f keep their theme, over the worst grid day %.3f", weekly, worst)
	if weekly < 0.99 || worst < 0.75 {
		t.Errorf("from week to week %.4f keep their theme, over the worst grid day %.3f", weekly, worst)
	}
	for seed := range uint64(3) {
		c.Embed.Seed, c.Cluster.Seed = seed+1, seed+1
		began = processor()
		r := refit(t, l, c)
		fresh := agree(r.Of, parts)
		// On the reports that both put in a group, for what is left out is what is hard.
		x, y := slices.Clone(g.Of), slices.Clone(r.Of)
		for i := range x {
			if x[i] == cluster.None || y[i] == cluster.None {
				x[i], y[i] = cluster.None, cluster.None
			}
		}
		here, there := agree(x, parts), agree(y, parts)
		t.Logf("on reports in a group of both: chain %+.3f, refit %+.3f", here, there)
		t.Logf("refit: %d groups, all %+.3f, 2012 %+.3f, %.1f processor seconds", r.Groups, fresh, agree(r.Of[from:], parts[from:]), processor()-began)
		if here.nmi < there.nmi-.015 || here.purity < there.purity-.015 || chained.coverage < fresh.coverage-.02 {
			t.Errorf("the chain agrees %+.3f, a refit %+.3f", chained, fresh)
		}
		if seed == 0 {
			week := until(t, l, last-7)
			t.Logf("refit a week earlier: %.3f go with most of their group", best(refit(t, week, c), r, week.Counts.Rows()))
		}
	}
}
