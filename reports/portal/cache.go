package portal

import "sync"

// cache keeps what takes long to make, for as long as its run is on show. Who asks
// for a thing that is being made waits for it, so that it is made once.
type cache struct {
	mu   sync.Mutex
	held map[string]*made
}

type made struct {
	once  sync.Once
	value any
	err   error
}

// maxCached bounds how many things are kept.
const maxCached = 2000

func newCache() *cache { return &cache{held: map[string]*made{}} }

// cached gives the thing of that name, made by make the first time. What could not
// be made is not kept.
func cached[T any](c *cache, name string, make func() (T, error)) (T, error) {
	c.mu.Lock()
	m := c.held[name]
	if m == nil {
		if len(c.held) >= maxCached {
			clear(c.held)
		}
		m = &made{}
		c.held[name] = m
	}
	c.mu.Unlock()
	m.once.Do(func() { m.value, m.err = make() })
	if m.err != nil {
		c.mu.Lock()
		if c.held[name] == m {
			delete(c.held, name)
		}
		c.mu.Unlock()
		var none T
		return none, m.err
	}
	return m.value.(T), nil
}
