package outbreak_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"psims/analytics/glm"
	"psims/analytics/outbreak"
)

// replicates is how many times the 42 scenarios are simulated; docs/methods/outbreak.md
// gives the figures of many.
var replicates = flag.Int("replicates", 2, "simulated series of each of the 42 scenarios")

// mean is a running mean.
type mean struct{ sum, n float64 }

func (m *mean) add(v float64) { m.sum, m.n = m.sum+v, m.n+1 }

func (m mean) value() float64 { return m.sum / m.n }

// exactRates gives the rate of false alarms by parameter set and by the size of
// past outbreaks (0, 2, 3, 5, 10), worked out from the true means instead of
// counted: the mean of P(Y > Upper) over every stride-th judged week outside outbreaks.
func exactRates(series []simulated, p outbreak.Predictive, stride int) (bySet [7]mean, byPast map[float64]*mean, all mean) {
	byPast = map[float64]*mean{}
	for _, s := range series {
		first, last := s.window()
		for t := s.from; t < len(s.y); t += stride {
			if t >= first && t <= last {
				continue
			}
			w := p.Weeks(s.y[:t+1], t)[0]
			v := glm.Counts{Mean: s.mean[t], Dispersion: s.phi}.Upper(w.Upper + 1)
			bySet[s.set].add(v)
			all.add(v)
			if byPast[s.past] == nil {
				byPast[s.past] = &mean{}
			}
			byPast[s.past].add(v)
		}
	}
	return bySet, byPast, all
}

// learnt gives Predictive with what the series have in common learnt before the
// first judged week, as the program does.
func learnt(series []simulated, p outbreak.Predictive) outbreak.Predictive {
	all := make([][]float64, len(series))
	for i, s := range series {
		all[i] = s.y
	}
	p.Prior = outbreak.Learn(all, series[0].from, p)
	return p
}

func rates(all [7]mean) (s string) {
	for _, m := range all {
		s += fmt.Sprintf(" %.4f", m.value())
	}
	return s
}

func TestFalseAlarmsByParameterSet(t *testing.T) {
	var series []simulated
	for r := range *replicates {
		series = append(series, noufaily(7000+uint64(r))...)
	}
	bySet, byPast, all := exactRates(series, learnt(series, outbreak.DefaultPredictive()), 7)
	var pasts strings.Builder
	for _, k := range []float64{0, 2, 3, 5, 10} {
		if m := byPast[k]; m != nil {
			fmt.Fprintf(&pasts, " %v: %.4f", k, m.value())
		}
	}
	t.Logf("%d series: %.4f, by set%s, by past outbreaks%s", len(series), all.value(), rates(bySet), pasts.String())
	// Within a fifth of alpha with many replicates; a few series leave more to chance.
	least, most := 0.008, 0.012
	if *replicates < 50 {
		least, most = 0.006, 0.014
	}
	for k, m := range bySet {
		if v := m.value(); v < least || v > most {
			t.Errorf("parameter set %d: false alarms %.4f, want about 0.01", k+1, v)
		}
	}
}

// benchmark reads the 840 simulated series of the reference outputs.
func benchmark(t *testing.T) (out []simulated) {
	t.Helper()
	meta := map[string]map[string]string{}
	for _, r := range table(t, golden+"/bench/meta.csv.gz") {
		meta[r["series"]] = r
	}
	at := map[string]int{}
	for _, r := range table(t, golden+"/bench/series.csv.gz") {
		m := meta[r["series"]]
		k, ok := at[r["series"]]
		if !ok {
			k = len(out)
			at[r["series"]] = k
			out = append(out, simulated{phi: number(m["phi"]), past: number(m["k_past"]), set: int(number(m["set"])) - 1, from: 575})
		}
		s := &out[k]
		s.y, s.now, s.mean = append(s.y, number(r["observed"])), append(s.now, number(r["cur_cases"])), append(s.mean, number(r["mu_true"]))
	}
	return out
}

func TestFalseAlarmsOnBenchmark(t *testing.T) {
	if *replicates < 20 {
		t.Skip("The benchmark is only looked at with -replicates 20 or more, so that nothing is tuned to it.")
	}
	series := benchmark(t)
	bySet, _, all := exactRates(series, learnt(series, outbreak.DefaultPredictive()), 1)
	t.Logf("%d series: %.4f, by set%s", len(series), all.value(), rates(bySet))
}
