package guard

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Metrics counts requests by route and outcome, and how long they took.
type Metrics struct {
	mu     *sync.Mutex
	counts map[[2]string]int64
	took   map[string]*histogram
}

// Upper ends of the buckets, in seconds.
var ends = [...]float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10}

type histogram struct {
	buckets [len(ends)]int64
	sum     float64
	count   int64
}

func newMetrics() Metrics {
	return Metrics{&sync.Mutex{}, map[[2]string]int64{}, map[string]*histogram{}}
}

func (m Metrics) add(route string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[[2]string{route, fmt.Sprint(status)}]++
	h := m.took[route]
	if h == nil {
		h = &histogram{}
		m.took[route] = h
	}
	s := took.Seconds()
	for k, end := range ends {
		if s <= end {
			h.buckets[k]++
		}
	}
	h.sum += s
	h.count++
}

// Write writes the counters in the text format that Prometheus reads.
func (m Metrics) Write(w io.Writer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b strings.Builder
	b.WriteString("# HELP psims_requests_total Requests answered.\n# TYPE psims_requests_total counter\n")
	for _, k := range slices.SortedFunc(maps.Keys(m.counts), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		fmt.Fprintf(&b, "psims_requests_total{route=%q,status=%q} %d\n", k[0], k[1], m.counts[k])
	}
	b.WriteString("# HELP psims_request_seconds Time to answer.\n# TYPE psims_request_seconds histogram\n")
	for _, route := range slices.Sorted(maps.Keys(m.took)) {
		h := m.took[route]
		for k, end := range ends {
			fmt.Fprintf(&b, "psims_request_seconds_bucket{route=%q,le=\"%g\"} %d\n", route, end, h.buckets[k])
		}
		fmt.Fprintf(&b, "psims_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\npsims_request_seconds_sum{route=%q} %g\npsims_request_seconds_count{route=%q} %d\n", route, h.count, route, h.sum, route, h.count)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
