package guard

import (
	"sync"
	"time"
)

// bucket is what one asker may still ask at once.
type bucket struct {
	left float64
	at   time.Time
}

type buckets struct {
	mu    sync.Mutex
	rate  float64
	burst float64
	held  map[string]bucket
}

// maxBuckets bounds how many askers are remembered.
const maxBuckets = 20_000

// take takes one request out of an asker's bucket; false when it is empty.
func (b *buckets) take(who string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	k, ok := b.held[who]
	if !ok {
		if len(b.held) >= maxBuckets {
			b.forget(now)
		}
		k = bucket{b.burst, now}
	}
	k.left = min(b.burst, k.left+b.rate*now.Sub(k.at).Seconds())
	k.at = now
	allowed := k.left >= 1
	if allowed {
		k.left--
	}
	b.held[who] = k
	return allowed
}

// forget drops the askers whose bucket is full again by now, and everybody's when
// there is none: then somebody makes up names faster than people could.
func (b *buckets) forget(now time.Time) {
	before := len(b.held)
	for who, k := range b.held {
		if k.left+b.rate*now.Sub(k.at).Seconds() >= b.burst {
			delete(b.held, who)
		}
	}
	if len(b.held) == before {
		clear(b.held)
	}
}
