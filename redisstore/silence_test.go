package redisstore_test

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// A forgetful is a firewall before a server, which forgets connections: what either
// side says is lost, and nobody is told.
type forgetful struct {
	net.Listener
	mu    sync.Mutex
	lines []*atomic.Bool // silent, by connection
}

func newForgetful(t *testing.T, addr string) *forgetful {
	f := &forgetful{}
	f.Listener = accepting(t, func(near net.Conn) {
		far, err := net.Dial("tcp", addr)
		if err != nil {
			near.Close()
			return
		}
		t.Cleanup(func() { near.Close(); far.Close() })
		silent := new(atomic.Bool)
		f.mu.Lock()
		f.lines = append(f.lines, silent)
		f.mu.Unlock()
		go forward(near, far, silent)
		go forward(far, near, silent)
	})
	return f
}

// forward hands on one direction, as long as the connection is remembered.
func forward(from, to net.Conn, silent *atomic.Bool) {
	said := make([]byte, 64<<10)
	for {
		n, err := from.Read(said)
		switch {
		case silent.Load() && err == nil:
			continue
		case err != nil && !silent.Load():
			to.Close()
			return
		case err != nil:
			return
		}
		if _, err := to.Write(said[:n]); err != nil {
			return
		}
	}
}

// forget makes all connections silent, and returns how many there were.
func (f *forgetful) forget() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lines {
		l.Store(true)
	}
	n := len(f.lines)
	f.lines = nil
	return n
}

// pooled has a client open so many connections, which all wait in its pool.
func pooled(t *testing.T, client redis.UniversalClient, n int) {
	single := client.(*redis.Client)
	var held []*redis.Conn
	for range n {
		c := single.Conn()
		require.NoError(t, c.Ping(t.Context()).Err())
		held = append(held, c)
	}
	for _, c := range held {
		require.NoError(t, c.Close())
	}
	require.EqualValues(t, n, client.PoolStats().IdleConns)
}

// Times are shorter than NewClient's; what is lost is the same.
func TestSilentConnectionsCostAFewLoginsAndOnlyThose(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		const many = 9
		between := newForgetful(t, start(t, engine).addr)
		client := closing(t, redisstore.NewClient(&redis.UniversalOptions{Addrs: []string{between.Addr().String()}, ReadTimeout: 300 * time.Millisecond, PoolSize: many}))
		s := newStore(t, client, redisstore.Options{Timeout: 850 * time.Millisecond})
		pooled(t, client, many)
		require.Equal(t, many, between.forget())
		lost := 0
		for range 2 * many { // as if they all came at once, before anything was too old
			if err := s.Put(t.Context(), key, []byte{1}, time.Minute); err != nil {
				lost++
			}
		}
		require.Positive(t, lost, "the silence was one")
		require.LessOrEqual(t, lost, many/2)
		for range many {
			require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
			requireTake(t, s, key, true)
		}
	})
}

// With the client as it is made, one connection that went silent costs a second.
func TestASilentConnectionCostsTimeAndNoLogin(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		between := newForgetful(t, start(t, engine).addr)
		client := closing(t, redisstore.NewClient(&redis.UniversalOptions{Addrs: []string{between.Addr().String()}}))
		s := newStore(t, client, redisstore.Options{})
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
		require.Equal(t, 1, between.forget())
		requireTake(t, s, key, true)
	})
}

func TestAConnectionThatNobodyUsedForTooLongIsGivenToNobody(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		between := newForgetful(t, start(t, engine).addr)
		client := closing(t, redisstore.NewClient(&redis.UniversalOptions{Addrs: []string{between.Addr().String()}, ConnMaxIdleTime: time.Nanosecond, MaxRetries: -1}))
		s := newStore(t, client, redisstore.Options{})
		pooled(t, client, 9)
		require.Equal(t, 9, between.forget())
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
		requireTake(t, s, key, true)
	})
}

// What the options say, stays.
func TestAClientHasWhatALoginCannotWaitFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		said              redis.UniversalOptions
		read, write, idle time.Duration
	}{
		{redis.UniversalOptions{}, time.Second, time.Second, 4 * time.Second},
		{redis.UniversalOptions{ReadTimeout: 2 * time.Second, ConnMaxIdleTime: time.Minute}, 2 * time.Second, 2 * time.Second, time.Minute},
		{redis.UniversalOptions{WriteTimeout: 3 * time.Second}, time.Second, 3 * time.Second, 4 * time.Second},
	} {
		before := c.said
		client := closing(t, redisstore.NewClient(&c.said)).(*redis.Client)
		o := client.Options()
		require.True(t, o.ContextTimeoutEnabled)
		require.Equal(t, []time.Duration{c.read, c.write, c.idle}, []time.Duration{o.ReadTimeout, o.WriteTimeout, o.ConnMaxIdleTime})
		require.Equal(t, []int{100, 4 << 10, 4 << 10}, []int{o.PoolSize, o.ReadBufferSize, o.WriteBufferSize})
		require.Equal(t, before.ReadTimeout, c.said.ReadTimeout)
		require.False(t, c.said.ContextTimeoutEnabled)
	}
	for _, o := range []*redis.UniversalOptions{{Addrs: []string{"a:1", "b:1"}}, {Addrs: []string{"a:1"}, MasterName: "portal"}} {
		_, err := redisstore.New(closing(t, redisstore.NewClient(o)), redisstore.Options{})
		require.NoError(t, err)
	}
}

// A connection that opens asks the server once, and then makes the call: far away,
// each question more is a round trip that somebody waits for.
func TestAConnectionOpensWithOneQuestion(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := closing(t, redisstore.NewClient(&redis.UniversalOptions{Addrs: []string{start(t, engine).addr}}))
		works(t, newStore(t, client, redisstore.Options{}), key)
		var calls []string
		for line := range strings.Lines(client.Info(t.Context(), "commandstats").Val()) {
			if name, counted := strings.CutPrefix(line, "cmdstat_"); counted {
				calls = append(calls, name[:strings.Index(name, ",")])
			}
		}
		require.ElementsMatch(t, []string{"hello:calls=1", "set:calls=1", "getdel:calls=2"}, calls)
		require.Contains(t, client.Info(t.Context(), "stats").Val(), "total_error_replies:0\r\n", "nothing was asked that it does not know")
	})
}
