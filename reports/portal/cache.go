package portal

import "sync"

// cache keeps what takes long to make, for as long as its run is on show. Who asks
// for a thing that is being made waits for it, so that it is made once. What was
// made first goes first when there is too much.
type cache struct {
	mu     sync.Mutex
	held   map[string]*made
	order  []*made // as they were asked for, with some that are held no longer
	weight int     // of all that is held
}

type made struct {
	name   string
	once   sync.Once
	value  any
	err    error
	weight int // once it is counted
}

// Limits of what is kept: things, and their weight in bytes.
const (
	maxCached = 2000
	maxWeight = 64 << 20
)

// weighty is a thing that holds much memory.
type weighty interface{ Weight() int }

func newCache() *cache { return &cache{held: map[string]*made{}} }

// cached gives the thing of that name, made by make the first time. What could not
// be made is not kept.
func cached[T any](c *cache, name string, make func() (T, error)) (T, error) {
	c.mu.Lock()
	m := c.held[name]
	if m == nil {
		m = &made{name: name}
		c.held[name] = m
		c.order = append(c.order, m)
	}
	c.mu.Unlock()
	m.once.Do(func() {
		m.value, m.err = make()
		c.settle(m)
	})
	if m.err != nil {
		var none T
		return none, m.err
	}
	return m.value.(T), nil
}

// settle counts a thing that was made, or forgets it when it could not be, and
// makes room.
func (c *cache) settle(m *made) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held[m.name] != m {
		return // it had to go before it was ready
	}
	if m.err != nil {
		delete(c.held, m.name)
		return
	}
	if w, ok := m.value.(weighty); ok {
		m.weight = w.Weight()
		c.weight += m.weight
	}
	for len(c.order) > 1 && (len(c.order) > maxCached || c.weight > maxWeight) {
		first := c.order[0]
		c.order = c.order[1:]
		if c.held[first.name] == first {
			c.weight -= first.weight
			delete(c.held, first.name)
		}
	}
}
