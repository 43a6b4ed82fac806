package replicas

import (
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

const people, browsers = 1000, 16

// A crowd signs in, each person until they are in, and notes each login that
// did not come to its end.
type crowd struct {
	*fleet
	coming  chan struct{} // people who want to sign in
	came    int64         // how many were sent
	arrived atomic.Int64  // how many are signed in
	end     func()        // waits until all who came are in

	mu     sync.Mutex
	failed []outcome
}

func (f *fleet) crowd() *crowd {
	c := &crowd{fleet: f, coming: make(chan struct{}, people)}
	var workers sync.WaitGroup
	for range browsers {
		workers.Go(func() {
			for range c.coming {
				b := f.browser()
				for !f.t.Failed() {
					o := b.signIn()
					if o.signedIn() {
						c.arrived.Add(1)
						break
					}
					c.note(o)
				}
			}
		})
	}
	c.end = sync.OnceFunc(func() {
		close(c.coming)
		workers.Wait()
	})
	f.t.Cleanup(c.end)
	return c
}

// note keeps a failure.
func (c *crowd) note(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, o)
	if len(c.failed) == people {
		c.t.Errorf("nobody gets in any more: %+v", o)
	}
}

// send makes n people come.
func (c *crowd) send(n int64) {
	c.came += n
	for range n {
		c.coming <- struct{}{}
	}
}

// during makes something happen while n people sign in: when a quarter of them
// is in. Ten others are at FranceConnect meanwhile, and all of them come back to
// be signed in.
func (c *crowd) during(what string, n int64, happen func()) {
	quarter := c.came + n/4
	c.send(n)
	away := map[*browser]string{}
	for range 10 {
		b := c.browser()
		callback, o := b.begin()
		require.NotEmpty(c.t, callback, "%s: %+v", what, o)
		away[b] = callback
	}
	c.after(quarter)
	happen()
	for b, callback := range away {
		o := b.get(callback)
		require.True(c.t, o.signedIn(), "%s: %+v", what, o)
	}
	c.after(c.came)
}

// failures are those of one kind so far.
func (c *crowd) failures(kind func(outcome) bool) (all []outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, o := range c.failed {
		if kind(o) {
			all = append(all, o)
		}
	}
	return all
}

// until waits for something that the crowd brings about.
func (c *crowd) until(what string, is func() bool) {
	require.Eventually(c.t, is, time.Minute, time.Millisecond, what)
}

// after waits until so many people are in.
func (c *crowd) after(n int64) {
	c.until("arrivals", func() bool { return c.arrived.Load() >= n })
}

// rekey gives other keys to all replicas, one after another, with people
// between.
func (c *crowd) rekey(keys ...franceconnect.CookieKey) {
	for i := range c.replicas {
		c.after(min(c.arrived.Load()+10, c.came))
		c.restart(i, keys...)
	}
}

// A loss is a replica that was killed.
type loss struct {
	replica      int
	inFlight     map[int]bool // requests, when it was killed
	killed, dead time.Time    // before dead, its port can still take a request, and lose it
}

// killOne kills the replica that has most to do, at a moment when each browser
// is in a callback.
func (c *crowd) killOne() loss {
	release := c.provider.hold()
	defer release()
	c.send(50)
	victim := 0
	c.until("callbacks", func() bool { return c.provider.held() == browsers })
	for i := range c.replicas {
		if len(c.proxy.waiting(i)) > len(c.proxy.waiting(victim)) {
			victim = i
		}
	}
	l := loss{replica: victim, inFlight: c.proxy.waiting(victim), killed: time.Now()}
	c.kill(victim)
	l.dead = time.Now()
	return l
}

func TestAThousandLoginsWithTheSealedCookie(t *testing.T) { thousand(t, nil) }

func TestAThousandLoginsWithRedis(t *testing.T) { thousand(t, startRedis(t, durable...)) }

// thousand signs a thousand people in while a replica is killed and started
// again, keys are changed and Redis is restarted.
func thousand(t *testing.T, redis *redisServer) {
	begun := time.Now()
	before, after := franceconnect.NewCookieKey(), franceconnect.NewCookieKey()
	f := start(t, redis, before)
	c := f.crowd()

	var victim loss
	c.during("a replica is killed", 100, func() { victim = c.killOne() })
	c.during("it is started again", 150, func() { f.run(victim.replica) })
	c.during("the new key comes, behind", 200, func() { c.rekey(before, after) })
	c.during("the new key goes in front", 200, func() { c.rekey(after, before) })
	c.during("the old key is dropped", 200, func() { c.rekey(after) })

	var killed, back time.Time
	unavailable := func(o outcome) bool { return o.status == http.StatusServiceUnavailable }
	c.during("Redis is restarted, if there is one", 50, func() {
		if redis == nil {
			c.send(50)
			return
		}
		killed = time.Now()
		redis.kill()
		c.send(50)
		c.until("all are told", func() bool { return len(c.failures(unavailable)) >= browsers })
		redis.run()
		f.settled()
		back = time.Now()
	})
	c.end()
	require.EqualValues(t, people, c.arrived.Load(), "%+v", c.failed)

	// Those who failed were in flight on the killed replica, or met a Redis that
	// was away.
	lost, sorry, answers := map[int]bool{}, 0, 0
	message, _ := franceconnect.UserMessage(franceconnect.ErrUnavailable)
	for _, o := range c.failed {
		switch {
		case o.lostOn == victim.replica && o.asked.Before(victim.dead) && o.answered.After(victim.killed):
			lost[o.lostAs] = true
		case unavailable(o) && o.asked.Before(back) && o.answered.After(killed):
			require.Equal(t, message, o.Message)
			require.Equal(t, "store", o.Reason)
			sorry++
		case o.Reason == "state.used" && o.asked.Before(killed) && o.answered.After(killed):
			answers++ // Redis had taken the mark, and was killed before it said so
		default:
			t.Errorf("lost without a reason: %+v", o)
		}
	}
	require.NotEmpty(t, victim.inFlight)
	for number := range victim.inFlight {
		require.True(t, lost[number], "it was in flight on the killed replica, and not lost")
	}

	// And no code was sent to FranceConnect twice.
	seen := f.provider.seen()
	require.GreaterOrEqual(t, len(seen), people)
	for n := range maps.Values(seen) {
		require.Equal(t, 1, n)
	}
	t.Logf("%d people in %v; lost: %d, all in flight on the killed replica; told that it is unavailable: %d; answers lost by Redis: %d; requests that went to another replica: %d",
		people, time.Since(begun).Round(time.Millisecond), len(lost), sorry, answers, f.proxy.refused)
}
