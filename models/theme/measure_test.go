package theme_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"math"
	"os"
	"slices"
	"testing"
	"time"

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
	x := embed.Weigh(l.Counts, c.MinDocuments, c.MaxShare)
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
func chain(tb testing.TB, c theme.Config, l theme.Lesson, asOf incident.Day) []*theme.Atlas {
	tb.Helper()
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

// TestChainIsAsGoodAsRefit compares, at the end of 2012, the themes of the chain
// with those of grouping all reports anew, by their agreement with the part of the
// body injured, which neither has seen; and counts how many reports keep their theme.
func TestChainIsAsGoodAsRefit(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	l, parts := miners(t)
	c := theme.Default()
	last := l.Reported[len(l.Reported)-1]
	began := time.Now()
	atlases := chain(t, c, l, last)
	t.Logf("%d atlases in %.1f s", len(atlases), time.Since(began).Seconds())
	a := atlases[len(atlases)-1]
	kinds := map[theme.EventKind]int{}
	for _, e := range a.Events {
		kinds[e.Kind]++
	}
	t.Logf("%d themes, events %v", len(a.Themes), kinds)
	began = time.Now()
	g := a.Assign(l.Terms, l.Counts)
	t.Logf("assigned %d in %.2f s", l.Counts.Rows(), time.Since(began).Seconds())
	from := 0
	for l.Reported[from] < day("2012-01-01") {
		from++
	}
	chained := agree(g.Of, parts)
	t.Logf("chain: %d groups, all %+.3f, 2012 %+.3f", g.Groups, chained, agree(g.Of[from:], parts[from:]))
	for seed := range uint64(3) {
		c.Embed.Seed, c.Cluster.Seed = seed+1, seed+1
		began = time.Now()
		r := refit(t, l, c)
		fresh := agree(r.Of, parts)
		t.Logf("refit: %d groups, all %+.3f, 2012 %+.3f, %.1f s", r.Groups, fresh, agree(r.Of[from:], parts[from:]), time.Since(began).Seconds())
		if chained.nmi < fresh.nmi-.02 || chained.purity < fresh.purity-.03 || chained.coverage < fresh.coverage-.03 {
			t.Errorf("the chain agrees %+.3f, a refit %+.3f", chained, fresh)
		}
	}
}
