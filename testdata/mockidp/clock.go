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

// in returns the time after d, in microseconds since 1970, the form in which times
// are kept: it is a third of a time.Time.
func (p *Provider) in(d time.Duration) int64 { return p.now().Add(d).UnixMicro() }

// past reports whether a time has come.
func (p *Provider) past(t int64) bool { return p.in(0) >= t }
