package quality_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"psims/datasets/incident"
	"psims/datasets/quality"
)

const asOf = incident.Day(20000)

// steady is a profile of senders that submit every weekday, each event whole.
func steady(senders, perDay int) *quality.Profile {
	p := &quality.Profile{AsOf: asOf, Loads: []quality.Load{{ID: "a", File: "a.csv", Newest: asOf, Read: 5000, Rejected: 5}}}
	for back := quality.YearDays - 1; back >= 0; back-- {
		day := asOf - incident.Day(back)
		if back%7 >= 5 {
			continue
		}
		p.Totals = append(p.Totals, quality.DayCount{Day: day, Events: senders * perDay})
		for s := range senders {
			p.Days = append(p.Days, quality.SenderDay{Organisation: name(s), DayCount: quality.DayCount{Day: day, Events: perDay}})
		}
	}
	for s := range senders {
		for age := range quality.Weeks {
			p.Weeks = append(p.Weeks, quality.SenderWeek{Organisation: name(s), Age: age, Events: 5 * perDay, Failed: make([]int, len(quality.Checks()))})
		}
	}
	return p
}

func name(s int) string { return fmt.Sprintf("Z%02d", s) }

// at gives the place of a check among all.
func at(t *testing.T, check string) int {
	t.Helper()
	for k, c := range quality.Checks() {
		if c.Name == check {
			return k
		}
	}
	t.Fatalf("no check %q", check)
	return 0
}

func TestANormalNightBreaksNoRule(t *testing.T) {
	if got := quality.Judge(steady(5, 40), quality.Default()); len(got) != 0 {
		t.Errorf("findings: %+v", got)
	}
	if got := quality.Judge(&quality.Profile{AsOf: asOf}, quality.Default()); len(got) != 0 {
		t.Errorf("findings of nothing: %+v", got)
	}
}

// TestPlantedFaultsAreFound plants one fault at a time into a steady night.
func TestPlantedFaultsAreFound(t *testing.T) {
	for _, c := range []struct {
		name  string
		plant func(*quality.Profile)
		rule  string
		of    string // subject
		then  quality.Action
	}{
		{"an extract is mostly rejected", func(p *quality.Profile) { p.Loads[0].Rejected = 2600 }, "most rows of an extract were rejected", "a.csv", quality.Stop},
		{"a year-2062 row", func(p *quality.Profile) {
			p.Totals = append(p.Totals, quality.DayCount{Day: 33700, Events: 1})
		}, "a few events lie far in the future of all others", "", quality.Stop},
		{"a feed fails", func(p *quality.Profile) {
			for k := range p.Weeks {
				if p.Weeks[k].Age == 0 {
					p.Weeks[k].Events = 3
				}
			}
		}, "next to nothing came in the last week", "", quality.Stop},
		{"the category column is renamed", func(p *quality.Profile) {
			for k := range p.Weeks {
				if p.Weeks[k].Age < quality.RecentWeeks {
					p.Weeks[k].Failed[at(t, "missing-category")] = p.Weeks[k].Events
				}
			}
		}, "the category is suddenly not given", "", quality.Stop},
		{"one sender stops grading harm", func(p *quality.Profile) {
			for k := range p.Weeks {
				if p.Weeks[k].Organisation == "Z03" && p.Weeks[k].Age < quality.RecentWeeks {
					p.Weeks[k].Failed[at(t, "missing-harm")] = p.Weeks[k].Events / 2
				}
			}
		}, "an organisation no longer says how grave its events are", "Z03", quality.Expect},
		{"one sender goes quiet", func(p *quality.Profile) {
			kept := p.Days[:0]
			for _, d := range p.Days {
				if d.Organisation != "Z02" || d.Day <= asOf-20 {
					kept = append(kept, d)
				}
			}
			p.Days = kept
		}, "an organisation has gone quiet", "Z02", quality.Expect},
		{"one impossible age", func(p *quality.Profile) { p.Weeks[0].Failed[at(t, "impossible-age")] = 1 }, "patients older than 120 years", "", quality.Expect},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := steady(5, 40)
			c.plant(p)
			got := quality.Judge(p, quality.Default())
			if len(got) == 0 || got[0].Rule.Name != c.rule || got[0].Subject != c.of || got[0].Rule.Then != c.then || !strings.HasSuffix(got[0].Sentence, ".") {
				t.Fatalf("findings: %+v", got)
			}
		})
	}
}

// TestAsOfDayIsNamedWhenRowsAreMisdated: the sentence gives the operator the day to judge.
func TestAsOfDayIsNamedWhenRowsAreMisdated(t *testing.T) {
	p := steady(5, 40)
	p.Totals = append(p.Totals, quality.DayCount{Day: 33700, Events: 1}, quality.DayCount{Day: 33701, Events: 1})
	got := quality.Judge(p, quality.Default())
	if len(got) == 0 || !strings.Contains(got[0].Sentence, "--as-of "+asOf.String()) || !strings.HasPrefix(got[0].Sentence, "2 of ") {
		t.Errorf("findings: %+v", got)
	}
}

func TestFreshness(t *testing.T) {
	days := func(org string, events int, back ...int) (out []quality.SenderDay) {
		for _, b := range back {
			out = append(out, quality.SenderDay{Organisation: org, DayCount: quality.DayCount{Day: asOf - incident.Day(b), Events: events}})
		}
		return out
	}
	every := func(step, from, until int) (out []int) {
		for b := from; b <= until; b += step {
			out = append(out, b)
		}
		return out
	}
	for _, c := range []struct {
		name  string
		days  []quality.SenderDay
		state quality.State
		batch bool
	}{
		{"daily", days("A", 3, every(1, 0, 300)...), quality.AsUsual, false},
		{"daily, silent for 10 days", days("A", 3, every(1, 10, 300)...), quality.AsUsual, false},
		{"daily, silent for 15 days", days("A", 3, every(1, 15, 300)...), quality.Quiet, false},
		{"each quarter, two months ago", days("A", 400, every(91, 60, 370)...), quality.TooFew, true},
		{"each month, in batches", days("A", 400, every(30, 20, 340)...), quality.AsUsual, true},
		{"each month, six weeks ago", days("A", 400, every(30, 44, 340)...), quality.Late, true},
		{"each month, seven weeks ago", days("A", 400, every(30, 50, 340)...), quality.Quiet, true},
		{"first heard of last month", days("A", 3, every(1, 0, 30)...), quality.New, false},
		{"twice ever", days("A", 1, 200, 300), quality.TooFew, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := (&quality.Profile{AsOf: asOf, Days: c.days}).Freshness()
			if len(got) != 1 || got[0].State != c.state || got[0].Batch != c.batch {
				t.Errorf("freshness %+v, want %s and batch %v", got, c.state, c.batch)
			}
		})
	}
}

func TestFiguresAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &quality.Profile{AsOf: asOf}
		for range rapid.IntRange(0, 30).Draw(t, "weeks") {
			w := quality.SenderWeek{Organisation: name(rapid.IntRange(0, 3).Draw(t, "org")), Age: rapid.IntRange(0, quality.Weeks-1).Draw(t, "age"), Events: rapid.IntRange(1, 50).Draw(t, "events"), Failed: make([]int, len(quality.Checks()))}
			for k := range w.Failed {
				w.Failed[k] = rapid.IntRange(0, w.Events).Draw(t, "failed")
			}
			p.Weeks = append(p.Weeks, w)
		}
		sum := map[string]quality.Share{}
		figures := p.Figures()
		for _, f := range figures {
			if v := f.Recent.Value(); v < 0 || v > 1 {
				t.Fatalf("share %v", v)
			}
			s := sum[f.Measure]
			sign := 1
			if f.Organisation == "" {
				sign = -1
			}
			s.Failed += sign * (f.Recent.Failed + f.Past.Failed)
			s.Events += sign * (f.Recent.Events + f.Past.Events)
			sum[f.Measure] = s
		}
		for m, s := range sum {
			if s != (quality.Share{}) {
				t.Fatalf("%s of all is not the sum of its senders: %+v", m, s)
			}
		}
		if len(sum) != len(quality.Measures()) {
			t.Fatalf("%d measures, want %d", len(sum), len(quality.Measures()))
		}
	})
}

func TestRulesAreStrict(t *testing.T) {
	for text, says := range map[string]string{
		"[[rule]]\nname='a'\nmeasure='missing-harms'\nof='all'\nabove=0.1\nthen='stop'":               "missing-harm,",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='load'\nabove=0.1\nthen='stop'":               "can't be taken of",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='all'\nabove=0.1\nthen='halt'":                "expect, drop, quarantine or stop",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='all'\nthen='stop'":                           "one of above, below and rise",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='all'\nabove=0.1\nrise=0.1\nthen='stop'":      "one of above, below and rise",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='all'\nabove=0.1\nthen='drop'":                "only single events",
		"[[rule]]\nname='a'\nmeasure='missing-harm'\nof='event'\nthen='stop'":                         "can't stop a night",
		"[[rule]]\nname='a'\nmeasure='volume'\nof='all'\nrise=0.1\nthen='stop'":                       "no past",
		"[[rule]]\nname='a'\nmeasure='volume'\nof='all'\nunder=0.1\nthen='stop'":                      "unknown key",
		"[[rule]]\nmeasure='volume'\nof='all'\nbelow=0.1\nthen='stop'":                                "no name",
		strings.Repeat("[[rule]]\nname='a'\nmeasure='volume'\nof='all'\nbelow=0.1\nthen='stop'\n", 2): "stands twice",
		"[[rule]]\nname='a'\nmeasure='quiet'\nof='organisation'\nabove=3\nthen='expect'":              "takes no above",
		"[[rule]]\nname='a'\nmeasure='volume'\nof='all'\nbelow=0.1\nleast=-1\nthen='stop'":            "0 or more",
	} {
		if _, err := quality.Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}

func TestRulesOfSingleEvents(t *testing.T) {
	rules, err := quality.Parse("[[rule]]\nname='old'\nmeasure='occurred-before-1948'\nof='event'\nthen='quarantine'\n[[rule]]\nname='seen'\nmeasure='missing-harm'\nof='event'\nthen='expect'")
	if err != nil {
		t.Fatal(err)
	}
	old := &incident.Event{Fields: incident.Fields{Occurred: incident.NewDay(1900, 1, 1)}}
	if r, broken := quality.Broken(rules, old); !broken || r.Then != quality.Quarantine {
		t.Errorf("an event of 1900: %+v", r)
	}
	if r, broken := quality.Broken(rules, &incident.Event{Fields: incident.Fields{Occurred: asOf}}); broken {
		t.Errorf("a rule that only expects rejects an event: %+v", r)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[[rule]]\nname='a'\nmeasure='volume'\nof='all'\nbelow=0.1\nthen='stop'\n")
	f.Add("rule = 3")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := quality.Parse(text)
		if err != nil {
			return
		}
		quality.Judge(steady(2, 3), rules) // whatever was accepted can be judged
	})
}

func ExampleJudge() {
	p := steady(5, 40)
	p.Loads[0].Rejected = 4000
	for _, f := range quality.Judge(p, quality.Default()) {
		fmt.Println(f.Rule.Then, f.Sentence)
	}
	// Output:
	// stop 4000 of the 5000 rows of a.csv were rejected.
	// expect 4000 of the 5000 rows of a.csv were rejected.
}

func TestEveryCheckHasASentence(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range quality.Checks() {
		if c.SQL == "" || !strings.HasSuffix(c.Sentence, ".") || seen[c.Name] {
			t.Errorf("check %+v", c)
		}
		seen[c.Name] = true
		if _, known := quality.CheckOf(c.Name); !known {
			t.Errorf("%s is not found by its name", c.Name)
		}
	}
	if diff := cmp.Diff(len(seen)+1, len(quality.Measures())); diff != "" {
		t.Error(diff)
	}
}
