package knownrisk_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"psims/analytics/knownrisk"
)

// line is one invented narrative with the Never Events that it tells of.
type line struct {
	ID   string `json:"id"`
	Risk []int  `json:"risk"`
	Text string `json:"text"`
	Why  string `json:"why"`
}

func readLines(t testing.TB, path string) []line {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []line
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var l line
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return out
}

func watch(t testing.TB, l *knownrisk.List, c knownrisk.Config) *knownrisk.Watcher {
	t.Helper()
	w, err := l.Watch(c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// wilson gives the 95 % interval of k out of n (Wilson, 1927).
func wilson(k, n int) (lo, hi float64) {
	const z = 1.959963985
	p, m := float64(k)/float64(n), float64(n)
	mid, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return (mid - half) / (1 + z*z/m), (mid + half) / (1 + z*z/m)
}

func TestDevelopment(t *testing.T) {
	w := watch(t, knownrisk.Default(), knownrisk.DefaultConfig())
	var found, told, hits [16]int
	for _, l := range readLines(t, "testdata/development.jsonl") {
		got := map[int]knownrisk.Hit{}
		for _, h := range w.Match(nil, l.Text) {
			got[h.Risk+1] = h
			hits[h.Risk+1]++
		}
		for _, r := range l.Risk {
			told[r]++
			if _, ok := got[r]; ok {
				found[r]++
			} else {
				t.Logf("missed %s %d: %s", l.ID, r, l.Text)
			}
			delete(got, r)
		}
		for r, h := range got {
			var words []string
			for _, x := range h.Reasons {
				words = append(words, x.Span.In(l.Text))
			}
			t.Logf("false %s %d %.2f %q %s: %s", l.ID, r, h.Score, h.Pattern, fmt.Sprint(words), l.Text)
		}
	}
	all, right, raised := 0, 0, 0
	for r := 1; r <= 15; r++ {
		lo, hi := wilson(found[r], told[r])
		t.Logf("%2d  recall %2d/%2d %.2f (%.2f to %.2f)  hits %d", r, found[r], told[r], float64(found[r])/float64(told[r]), lo, hi, hits[r])
		all, right, raised = all+told[r], right+found[r], raised+hits[r]
	}
	lo, hi := wilson(right, all)
	plo, phi := wilson(right, max(raised, 1))
	t.Logf("all recall %d/%d %.3f (%.3f to %.3f), precision %d/%d %.3f (%.3f to %.3f)", right, all, float64(right)/float64(all), lo, hi, right, raised, float64(right)/float64(raised), plo, phi)
	_ = strings.ToLower
}
