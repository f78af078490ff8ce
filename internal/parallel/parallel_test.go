package parallel_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"psims/internal/parallel"
)

// Every row is visited once, in whole stretches, by a worker that does one thing at a
// time, on any number of cores.
func TestBlocksVisitEachRowOnce(t *testing.T) {
	for _, cores := range []int{1, 2, 5} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		for _, n := range []int{0, 1, 99, 100, 101, 1000} {
			t.Run(fmt.Sprint(cores, " cores, ", n), func(t *testing.T) {
				visits := make([]int, n)
				busy := make([]atomic.Int32, parallel.Workers())
				parallel.Blocks(n, 10, func(w, from, until int) {
					if busy[w].Add(1) != 1 {
						t.Errorf("worker %d does two things at a time", w)
					}
					if from%10 != 0 || until-from > 10 || until-from < 10 && until != n {
						t.Errorf("a stretch from %d to %d", from, until)
					}
					for i := from; i < until; i++ {
						visits[i]++
					}
					busy[w].Add(-1)
				})
				for i, k := range visits {
					if k != 1 {
						t.Fatalf("row %d was visited %d times", i, k)
					}
				}
			})
		}
	}
}

func TestBlocksPanicWithWhatAVisitPanics(t *testing.T) {
	for _, cores := range []int{1, 3} {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		func() {
			defer func() {
				if r := recover(); r != "seven" {
					t.Errorf("on %d cores: %v", cores, r)
				}
			}()
			parallel.Blocks(10, 1, func(_, from, _ int) {
				if from == 7 {
					panic("seven")
				}
			})
		}()
	}
}
