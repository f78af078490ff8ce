package rehearsal_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"psims/analytics/emerging"
	"psims/analytics/rehearsal"
	"psims/analytics/triage"
	"psims/datasets/incident"
	"psims/nlp/sparse"
)

const monday = incident.Day(14_613) // 4 January 2010

// past invents two years of reports of common words. Of each twenty, one is of one of
// six themes, which have eight words each of their own and use three or four of them.
func past(seed uint64) (*emerging.Stream, []rehearsal.Theme) {
	const weeks, perWeek, words, own, kinds = 104, 60, 500, 8, 6
	rng := rand.New(rand.NewPCG(seed, 3))
	zipf := rand.NewZipf(rng, 1.1, 10, words-1)
	s := &emerging.Stream{}
	b := sparse.NewBuilder(words + own*kinds)
	themes := make([]rehearsal.Theme, kinds)
	for k := range themes {
		themes[k].Name = string(rune('a' + k))
	}
	for i := range weeks * perWeek {
		for range 12 {
			b.Add(int32(zipf.Uint64()), 1)
		}
		if i%20 == 0 {
			k := i / 20 % kinds
			themes[k].Rows = append(themes[k].Rows, int32(i))
			for range 4 {
				b.Add(int32(words+own*k+rng.IntN(own)), 1)
			}
		}
		b.EndRow()
		s.Day = append(s.Day, monday+incident.Day(7*i/perWeek))
		s.Organisation = append(s.Organisation, int32(1+rng.IntN(40)))
	}
	s.Terms = b.Build()
	return s, themes
}

func settings() rehearsal.Config {
	c := rehearsal.Default(monday + 7*104 - 1)
	c.Rates, c.Themes = []float64{2, 4}, 2
	return c.With(5.75).With(5.8)
}

func TestThemesWithWordsOfTheirOwnAreFound(t *testing.T) {
	s, themes := past(1)
	got, err := rehearsal.Run(s, themes, emerging.Default(), triage.Default(), settings())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Planted) != 4 || got.Weeks != 53 {
		t.Fatalf("planted %d themes over %d weeks, want 4 over 53", len(got.Planted), got.Weeks)
	}
	totals := rehearsal.Sum([]*rehearsal.Result{got}, []float64{2, 4})
	for _, total := range totals {
		if total.Balance != 5.75 {
			continue
		}
		for _, r := range total.Rates {
			t.Logf("%g a week: %d of %d after %g weeks (floor %g), precision %.2f, recall %.2f; %d false in %d weeks", r.Rate, r.Found, r.Planted, r.Delay, r.Floor, r.Precision, r.Recall, total.False, total.Weeks)
			if r.Found != r.Planted || r.Delay > 12 || r.Delay < r.Floor || r.Precision < .8 {
				t.Errorf("at %g a week %d of %d found after %g weeks, precision %g", r.Rate, r.Found, r.Planted, r.Delay, r.Precision)
			}
		}
		if total.False > 20 {
			t.Errorf("%d alerts about nothing in %d weeks", total.False, total.Weeks)
		}
	}
}

func TestWithoutThemesFalseAlertsAreCounted(t *testing.T) {
	s, _ := past(1)
	got, err := rehearsal.Run(s, nil, emerging.Default(), triage.Default(), settings())
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Planted) != 0 || got.Weeks != 53 {
		t.Errorf("planted %v over %d weeks", got.Planted, got.Weeks)
	}
	for _, l := range got.Levels {
		if l.Balance >= 5.75 && l.False > 20 {
			t.Errorf("balance %g: %d alerts about nothing", l.Balance, l.False)
		}
	}
}

func TestAHigherBalanceShowsLessAndLater(t *testing.T) {
	s, themes := past(2)
	for seed := range uint64(3) {
		c := settings()
		c.From = c.Until - 7*20
		c.Onset = c.From + 7*4
		c.Seed = seed
		got, err := rehearsal.Run(s, themes, emerging.Default(), triage.Default(), c)
		if err != nil {
			t.Fatal(err)
		}
		for k, l := range got.Levels[1:] {
			lower := got.Levels[k]
			if l.Load > lower.Load {
				t.Fatalf("balance %g has load %g, the lower %g", l.Balance, l.Load, lower.Load)
			}
			for j, f := range l.Found {
				if f.Found && (!lower.Found[j].Found || lower.Found[j].Delay > f.Delay) {
					t.Fatalf("theme %v found sooner at the higher balance %g", got.Planted[j], l.Balance)
				}
				if f.Found && (f.Precision < .5 || f.Precision > 1 || f.Recall <= 0 || f.Recall > 1 || got.Planted[j].Floor > f.Delay || got.Planted[j].Floor < 0) {
					t.Fatalf("theme %v: %+v", got.Planted[j], f)
				}
			}
		}
		for _, p := range got.Planted {
			if p.Fed > p.Pool || p.Pool < int(12*p.Rate) {
				t.Fatalf("planted %+v", p)
			}
		}
		again, _ := rehearsal.Run(s, themes, emerging.Default(), triage.Default(), c)
		if d := cmp.Diff(got, again); d != "" {
			t.Fatal("the same rehearsal differs:\n", d)
		}
	}
}

// A stream may be some rows of a larger matrix, as where duplicates are left out.
func TestRowsOfALargerMatrixGiveTheSame(t *testing.T) {
	s, themes := past(3)
	larger := *s
	b := sparse.NewBuilder(s.Terms.Cols)
	larger.Rows = nil
	for i := range s.Terms.Rows() {
		if i%7 == 0 { // a report that is not in the stream
			b.Add(int32(i%500), 3)
			b.EndRow()
		}
		terms, counts := s.Terms.Row(i)
		for k, j := range terms {
			b.Add(j, counts[k])
		}
		b.EndRow()
		larger.Rows = append(larger.Rows, int32(i+i/7+1))
	}
	larger.Terms = b.Build()
	c := settings()
	c.From = c.Until - 7*20
	c.Onset = c.From + 7*4
	want, err := rehearsal.Run(s, themes, emerging.Default(), triage.Default(), c)
	if err != nil {
		t.Fatal(err)
	}
	got, err := rehearsal.Run(&larger, themes, emerging.Default(), triage.Default(), c)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-by itself +in a larger matrix):\n%s", d)
	}
}

func TestABalanceMoreStandsInItsPlace(t *testing.T) {
	c := rehearsal.Config{Balances: []float64{4, 6}}
	if d := cmp.Diff([]float64{4, 5, 6}, c.With(5).With(6).Balances); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{4, 6}, c.Balances); d != "" {
		t.Error("the settings that it was asked of have changed:", d)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	s, themes := past(1)
	for name, change := range map[string]func(*rehearsal.Config){
		"planted before the first look": func(c *rehearsal.Config) { c.Onset = c.From - 1 },
		"no rate":                       func(c *rehearsal.Config) { c.Rates = nil },
		"no growth":                     func(c *rehearsal.Config) { c.Ramp = 0 },
		"balances out of order":         func(c *rehearsal.Config) { c.Balances = []float64{2, 1} },
		"before the first report":       func(c *rehearsal.Config) { c.From, c.Onset, c.Until = monday-70, monday-60, monday-1 },
	} {
		t.Run(name, func(t *testing.T) {
			c := settings()
			change(&c)
			if _, err := rehearsal.Run(s, themes, emerging.Default(), triage.Default(), c); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestSumAndBalance(t *testing.T) {
	level := func(balance float64, wrong int, found ...rehearsal.Found) rehearsal.Level {
		return rehearsal.Level{Balance: balance, False: wrong, Load: float64(wrong) / 10, Found: found}
	}
	yes := func(delay int) rehearsal.Found {
		return rehearsal.Found{Found: true, Delay: delay, Precision: .8, Recall: .5}
	}
	results := []*rehearsal.Result{
		{Weeks: 10, Planted: []rehearsal.Planted{{Rate: 2, Floor: 3}, {Rate: 4, Floor: 1}}, Levels: []rehearsal.Level{level(5, 6, yes(7), yes(3)), level(6, 2, rehearsal.Found{}, yes(4))}},
		{Weeks: 10, Planted: []rehearsal.Planted{{Rate: 2, Floor: -1}}, Levels: []rehearsal.Level{level(5, 8, yes(10)), level(6, 1, rehearsal.Found{})}},
	}
	got := rehearsal.Sum(results, []float64{2, 4})
	want := []rehearsal.Total{
		{Balance: 5, False: 14, Weeks: 20, Load: .7, Rates: []rehearsal.AtRate{
			{Rate: 2, Planted: 2, Found: 2, Delay: 8.5, Precision: .8, Recall: .5, Floor: 3},
			{Rate: 4, Planted: 1, Found: 1, Delay: 3, Precision: .8, Recall: .5, Floor: 1}}},
		{Balance: 6, False: 3, Weeks: 20, Load: .15, Rates: []rehearsal.AtRate{
			{Rate: 2, Planted: 2, Delay: math.NaN(), Precision: math.NaN(), Recall: math.NaN(), Floor: 3},
			{Rate: 4, Planted: 1, Found: 1, Delay: 4, Precision: .8, Recall: .5, Floor: 1}}},
	}
	if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		perWeek, balance float64
		ok               bool
	}{{1, 5, true}, {.2, 6, true}, {.1, 0, false}} {
		if b, ok := rehearsal.Balance(got, c.perWeek); b != c.balance || ok != c.ok {
			t.Errorf("at most %g a week: balance %g, %v; want %g, %v", c.perWeek, b, ok, c.balance, c.ok)
		}
	}
}
