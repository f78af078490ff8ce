// Package parallel does the same to every stretch of many rows on all cores, with a
// result that does not depend on how many there are.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers gives how many goroutines [Blocks] uses at most.
func Workers() int { return runtime.GOMAXPROCS(0) }

// Blocks calls visit for the stretches [0,size), [size,2·size), … of n, the
// last one shorter, on up to [Workers] goroutines, and returns when all are done.
// worker, from 0, tells visits apart that run at the same time, so that each
// goroutine can have memory of its own.
//
// For results that do not depend on the number of cores, a visit must write only
// what belongs to its stretch. Panics with what a visit panics with.
func Blocks(n, size int, visit func(worker, from, until int)) {
	blocks := (n + size - 1) / size
	workers := min(Workers(), blocks)
	if workers <= 1 {
		for from := 0; from < n; from += size {
			visit(0, from, min(n, from+size))
		}
		return
	}
	var (
		next   atomic.Int64
		wait   sync.WaitGroup
		once   sync.Once
		caught any
	)
	for w := range workers {
		wait.Go(func() {
			defer func() {
				if r := recover(); r != nil {
					once.Do(func() { caught = r })
				}
			}()
			for {
				b := int(next.Add(1)) - 1
				if b >= blocks {
					return
				}
				visit(w, b*size, min(n, (b+1)*size))
			}
		})
	}
	wait.Wait()
	if caught != nil {
		panic(caught)
	}
}
