package mockidp

import (
	"sync"
	"time"
)

// A Clock goes as the machine's does, from where it was put. Its Now is for
// [Config].Now.
type Clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

// Now returns the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

// Advance puts the clock forward, or back.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}

// Set puts the clock to a time.
func (c *Clock) Set(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead = time.Until(to)
}
