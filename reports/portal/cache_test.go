package portal

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

type heavy int

func (h heavy) Weight() int { return int(h) }

func TestCacheMakesOnceAndKeepsWithinBounds(t *testing.T) {
	c := newCache()
	var times atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			for k := range 50 {
				v, err := cached(c, fmt.Sprint(k), func() (int, error) { times.Add(1); return k, nil })
				if v != k || err != nil {
					t.Errorf("%d: %d %v", k, v, err)
				}
			}
		})
	}
	group.Wait()
	if times.Load() != 50 {
		t.Errorf("50 things were made %d times", times.Load())
	}
	if _, err := cached(c, "broken", func() (int, error) { return 0, errors.New("no") }); err == nil {
		t.Error("no error")
	}
	if v, err := cached(c, "broken", func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Errorf("what could not be made was kept: %d %v", v, err)
	}
	for k := range 3000 {
		if _, err := cached(c, fmt.Sprint("heavy ", k), func() (heavy, error) { return 1 << 20, nil }); err != nil {
			t.Fatal(err)
		}
		if len(c.held) > maxCached || c.weight > maxWeight {
			t.Fatalf("%d things of %d bytes", len(c.held), c.weight)
		}
	}
	if len(c.held) != 64 {
		t.Errorf("%d things of 1 MB are held, want 64", len(c.held))
	}
	if _, err := cached(c, "too heavy", func() (heavy, error) { return 2 * maxWeight, nil }); err != nil || c.held["too heavy"] == nil {
		t.Error("what was asked for last is not held")
	}
	if _, err := cached(c, "next", func() (heavy, error) { return 1, nil }); err != nil || c.weight != 1 {
		t.Errorf("after it %d bytes are held, want 1", c.weight)
	}
}
