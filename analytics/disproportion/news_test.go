package disproportion_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/disproportion"
	"psims/analytics/signal"
)

// Items of the invented stream: of twelve drugs in eight categories, drug 0 always
// comes with category 0, as it always has.
const (
	newsDrugs      = 12
	newsCategories = 8
	newsSenders    = 15
	newsWeeks      = 110
)

func put(d *disproportion.Dated, row, col, stratum, sender, week int) {
	d.Row, d.Col, d.Stratum = append(d.Row, int32(row)), append(d.Col, int32(col)), append(d.Stratum, int32(stratum))
	d.Sender, d.Week = append(d.Sender, int32(sender)), append(d.Week, int32(week))
}

// newsStream gives weeks of events in which nothing changes: 40 a week.
func newsStream(seed uint64) *disproportion.Dated {
	rng := rand.New(rand.NewPCG(seed, 3))
	var d disproportion.Dated
	for w := range newsWeeks {
		for range 40 {
			row, col := rng.IntN(newsDrugs), rng.IntN(newsCategories)
			if row == 0 {
				col = 0
			}
			if rng.IntN(3) == 0 {
				row = -1
			}
			put(&d, row, col, rng.IntN(3), rng.IntN(newsSenders), w)
		}
	}
	return &d
}

func raised(news []disproportion.News) (out [][2]int32) {
	for _, n := range news {
		if n.Status == signal.Raised {
			out = append(out, [2]int32{n.Link.Row, n.Link.Col})
		}
	}
	return out
}

func TestNews(t *testing.T) {
	last := newsWeeks - 1
	for _, c := range []struct {
		name string
		add  func(*disproportion.Dated)
		want [][2]int32
	}{
		{"nothing new, though drug 0 has always come with category 0", func(*disproportion.Dated) {}, nil},
		{"a pair that many senders have lately", func(d *disproportion.Dated) {
			for w := last - 5; w <= last; w++ {
				for k := range 5 {
					put(d, 7, 3, k%3, (w+3*k)%newsSenders, w)
				}
			}
		}, [][2]int32{{7, 3}}},
		{"the same from one sender in one week", func(d *disproportion.Dated) {
			for k := range 60 {
				put(d, 7, 3, k%3, 4, last)
			}
		}, nil},
		{"the same from one sender over the weeks", func(d *disproportion.Dated) {
			for w := last - 7; w <= last; w++ {
				for k := range 5 {
					put(d, 7, 3, k%3, 4, w)
				}
			}
		}, nil},
		{"the same in these weeks of the year before too", func(d *disproportion.Dated) {
			for _, end := range []int{last, last - 52} {
				for w := end - 5; w <= end; w++ {
					for k := range 5 {
						put(d, 7, 3, k%3, (w+3*k)%newsSenders, w)
					}
				}
			}
		}, nil},
		{"three times as much of everything", func(d *disproportion.Dated) {
			more := newsStream(77)
			for i, w := range more.Week {
				if int(w) > last-8 {
					put(d, int(more.Row[i]), int(more.Col[i]), int(more.Stratum[i]), int(more.Sender[i]), int(w))
					put(d, int(more.Row[i]), int(more.Col[i]), int(more.Stratum[i]), int(more.Sender[(i+9)%len(more.Sender)]), int(w))
				}
			}
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newsStream(5)
			c.add(d)
			settings := disproportion.DefaultNews()
			settings.History = newsWeeks
			news := d.News(int32(last), settings)
			if diff := cmp.Diff(c.want, raised(news)); diff != "" {
				t.Errorf("raised (-want +got):\n%s", diff)
			}
			d.Check(news, int32(last), settings, disproportion.NullConfig{Runs: 19, Seed: 1, MinCount: 3})
			if diff := cmp.Diff(c.want, raised(news)); diff != "" {
				t.Errorf("raised after the check (-want +got):\n%s", diff)
			}
		})
	}
}

// Nothing later, and no order of the events, may change what is said of a week.
func TestNewsReadsNothingLater(t *testing.T) {
	d := newsStream(8)
	until := int32(newsWeeks - 10)
	var known disproportion.Dated
	for _, i := range rand.New(rand.NewPCG(1, 1)).Perm(len(d.Week)) {
		if d.Week[i] <= until {
			put(&known, int(d.Row[i]), int(d.Col[i]), int(d.Stratum[i]), int(d.Sender[i]), int(d.Week[i]))
		}
	}
	c := disproportion.DefaultNews()
	if diff := cmp.Diff(d.News(until, c), known.News(until, c), cmp.AllowUnexported(disproportion.Pair{}), cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("with later events, and without (-with +without):\n%s", diff)
	}
}

// TestChanceIsNotRaised judges streams in which nothing is new.
func TestChanceIsNotRaised(t *testing.T) {
	c := disproportion.DefaultNews()
	c.History = newsWeeks
	wrong, nights := 0, 0
	for seed := range uint64(20) {
		d := newsStream(100 + seed)
		for _, until := range []int32{70, 80, 90, 100, newsWeeks - 1} {
			nights++
			wrong += len(raised(d.News(until, c)))
		}
	}
	t.Logf("%d pairs raised on %d nights", wrong, nights)
	if wrong > nights/20 {
		t.Errorf("%d pairs were raised on %d nights on which nothing was new", wrong, nights)
	}
}
