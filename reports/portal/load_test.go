package portal_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"psims/datasets/decision"
)

// TestLoad asks a run of 300,000 events as 20 users at once and prints how long each
// kind of page takes, when PSIMS_LOAD is 1.
func TestLoad(t *testing.T) {
	if os.Getenv("PSIMS_LOAD") != "1" {
		t.Skip("the pages are timed when PSIMS_LOAD is 1")
	}
	s := open(t, local)
	began := time.Now()
	s.server.Show(invented("run-large", 300_000))
	shown := time.Since(began)
	if err := s.server.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("300,000 events on show after %v, alerts drawn after %v, %d MB in use", shown.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), m.HeapAlloc>>20)
	if _, err := s.store.Decide(t.Context(), decision.Act{Who: "a", At: s.clock.Now(), AsOf: today}, decision.Decision{Alert: "theme-1", State: decision.Known, Reason: "r"}); err != nil {
		t.Fatal(err)
	}
	const users, each = 20, 25
	for _, kind := range []struct {
		name string
		path func(user, k int) string
	}{
		{"queue", func(u, k int) string { return "/alerts?sort=organisations" }},
		{"alert", func(u, k int) string { return fmt.Sprintf("/alerts/theme-%d", 1+k%3) }},
		{"themes", func(u, k int) string { return "/themes" }},
		{"theme", func(u, k int) string { return []string{"/themes/theme-a", "/themes/theme-b"}[k%2] }},
		{"report", func(u, k int) string { return fmt.Sprintf("/reports/lfpse/R-%d", 2*(u*each+k)) }},
		{"search, the same question", func(u, k int) string { return "/search?q=battery+flap" }},
		{"search, every question new", func(u, k int) string { return fmt.Sprintf("/search?q=case+%d+OR+%%22battery+flap%%22", u*each+k) }},
		{"analysis, the same question", func(u, k int) string { return "/analysis?by=region" }},
		{"analysis, every question new", func(u, k int) string {
			n := u*each + k // no two alike: breakdown, period and four filters
			pick := func(list ...string) string {
				v := list[n%len(list)]
				n /= len(list)
				return v
			}
			return "/analysis?by=" + pick("category", "harm", "specialty", "region", "organisation") + "&weeks=" + pick("4", "13", "26", "52", "104") + "&specialty=" + pick("", "Cardiology", "Palliative+medicine") +
				"&region=" + pick("", "North", "South") + "&system=" + pick("", "lfpse", "nrls")
		}},
	} {
		before := processor(t)
		var mu sync.Mutex
		var took []time.Duration
		var group sync.WaitGroup
		for u := range users {
			group.Go(func() {
				for k := range each {
					at := time.Now()
					resp, err := http.Get(s.URL + kind.path(u, k))
					if err != nil {
						t.Error(err)
						return
					}
					if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
						t.Errorf("%s: %d %v", kind.name, resp.StatusCode, err)
					}
					resp.Body.Close()
					mu.Lock()
					took = append(took, time.Since(at))
					mu.Unlock()
				}
			})
		}
		group.Wait()
		slices.Sort(took)
		t.Logf("%-30s p50 %6.1f ms  p99 %6.1f ms  processor time a page %5.1f ms", kind.name, ms(took[len(took)/2]), ms(took[len(took)*99/100]), ms((processor(t)-before)/(users*each)))
	}
}

// processor gives the processor time used so far, by server and askers together. It
// says what a page costs when others use the cores too: 20 users on 2 free cores
// wait for about ten times as long.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
