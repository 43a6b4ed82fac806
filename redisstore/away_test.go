package redisstore_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

func TestAServerThatIsAwayIsAnErrorUntilItIsBack(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		s := newStore(t, server.client(nil), redisstore.Options{})
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))

		server.kill()
		begun := time.Now()
		err := s.Put(t.Context(), "fc:other", []byte{1}, time.Minute)
		t.Logf("a server that refuses connections is given up after %v", time.Since(begun).Round(10*time.Millisecond))
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.ErrorContains(t, err, "redisstore: put: ")
		require.ErrorContains(t, err, server.addr)
		_, found, err := s.Take(t.Context(), key)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.ErrorContains(t, err, "redisstore: take: ")
		require.False(t, found)

		var dials atomic.Int32
		hasty := newStore(t, server.client(func(o *redis.UniversalOptions) {
			o.MaxRetries, o.DialerRetries = -1, 1
			o.Dialer = func(ctx context.Context, network, addr string) (net.Conn, error) {
				dials.Add(1)
				return new(net.Dialer).DialContext(ctx, network, addr)
			}
		}), redisstore.Options{})
		require.ErrorIs(t, taking(t.Context(), hasty), syscall.ECONNREFUSED)
		require.EqualValues(t, 1, dials.Load(), "given up at once")

		server.run()
		back(t, s)
		_, found = take(t, s, key)
		require.False(t, found, "this server keeps nothing on disk")
		_, found = take(t, s, "fc:other")
		require.False(t, found, "a put that failed has left something")
	})
}

// back waits until a store works again.
func back(t *testing.T, s *redisstore.Store) {
	require.Eventually(t, func() bool {
		return s.Put(context.Background(), "fc:back", []byte{1}, time.Minute) == nil
	}, 20*time.Second, 10*time.Millisecond)
	requireTake(t, s, "fc:back", true)
}

// A killed server drops the connections that wait in the pool. The login after
// it does not pay for that.
func TestAServerThatWasReplacedIsNotNoticed(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		s := newStore(t, server.client(nil), redisstore.Options{})
		for range 5 {
			require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
			server.kill()
			server.run()
			requireTake(t, s, key, false)
		}
	})
}

// accepting listens until the end of the test, and hands on each connection.
func accepting(t *testing.T, connected func(net.Conn)) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connected(c)
		}
	}()
	return l
}

// The connections are pipes, so that time is that of a bubble.
func TestAServerThatNeverAnswersIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*redis.UniversalOptions){
		"one":        func(*redis.UniversalOptions) {},
		"cluster":    func(o *redis.UniversalOptions) { o.IsClusterMode = true },
		"black hole": func(o *redis.UniversalOptions) { o.Dialer = black },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := &redis.UniversalOptions{Addrs: []string{"192.0.2.1:6379"}, Dialer: silent, ContextTimeoutEnabled: true}
				change(o)
				client := closing(t, redis.NewUniversalClient(o))
				s := newStore(t, client, redisstore.Options{Timeout: 200 * time.Millisecond})
				inTime(t, 200*time.Millisecond, func() error { return s.Put(context.Background(), key, []byte{1}, time.Minute) })
				inTime(t, 200*time.Millisecond, func() error { return taking(context.Background(), s) })

				s = newStore(t, client, redisstore.Options{})
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				inTime(t, 50*time.Millisecond, func() error { return taking(ctx, s) })
				inTime(t, 3*time.Second, func() error { return taking(context.Background(), s) })

				ctx, cancel = context.WithCancel(t.Context())
				cancel()
				require.ErrorIs(t, taking(ctx, s), context.Canceled)
				time.Sleep(time.Hour) // go-redis gives up, by itself, what it still dials
			})
		})
	}
}

// go-redis asks sentinels under a lock, which stops the time of a bubble.
func TestSentinelsThatNeverAnswerAreGivenUp(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []net.Conn
	over := false
	l := accepting(t, func(c net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		if asked = append(asked, c); over {
			c.Close()
		}
	})
	client := closing(t, redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: []string{l.Addr().String()}, MasterName: "portal", ContextTimeoutEnabled: true}))
	s := newStore(t, client, redisstore.Options{Timeout: 200 * time.Millisecond})
	requireGivenUp(t, s.Put(t.Context(), key, []byte{1}, time.Minute))
	requireGivenUp(t, taking(t.Context(), s))

	// What go-redis still asks it has to give up as well, before it closes.
	mu.Lock()
	defer mu.Unlock()
	over = true
	for _, c := range asked {
		c.Close()
	}
}

// silent is a server that reads and never answers.
func silent(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	go func() { _, _ = io.Copy(io.Discard, far) }()
	return near, nil
}

// black is a network that swallows what is sent into it.
func black(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func taking(ctx context.Context, s *redisstore.Store) error {
	_, _, err := s.Take(ctx, key)
	return err
}

// inTime requires that a call gives up when its time is over, and says so.
func inTime(t *testing.T, limit time.Duration, call func() error) {
	start := time.Now()
	requireGivenUp(t, call())
	require.Equal(t, limit, time.Since(start))
}

// requireGivenUp requires the error of a call whose time was over.
func requireGivenUp(t *testing.T, err error) {
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorContains(t, err, "redisstore: ")
}

// A lossy is a proxy before a server, which loses the answers to some commands
// after the server has obeyed.
type lossy struct {
	net.Listener
	lose atomic.Int64 // answers to GETDEL still to be lost
}

func newLossy(t *testing.T, addr string) *lossy {
	p := &lossy{}
	p.Listener = accepting(t, func(near net.Conn) {
		far, err := net.Dial("tcp", addr)
		if err != nil {
			near.Close()
			return
		}
		go p.forward(near, far)
	})
	return p
}

// forward hands on one connection, question by question.
func (p *lossy) forward(near, far net.Conn) {
	defer near.Close()
	defer far.Close()
	asked, answered := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, err := near.Read(asked)
		if err != nil {
			return
		}
		if _, err := far.Write(asked[:n]); err != nil {
			return
		}
		m, err := far.Read(answered)
		if err != nil {
			return
		}
		if strings.Contains(string(asked[:n]), "getdel") && p.lose.Add(-1) >= 0 {
			return
		}
		if _, err := io.Copy(near, strings.NewReader(string(answered[:m]))); err != nil {
			return
		}
	}
}

func TestATakeWhoseAnswerWasLostFindsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		direct := newStore(t, server.client(nil), redisstore.Options{})
		proxy := newLossy(t, server.addr)
		through := func(o *redis.UniversalOptions) { o.Addrs = []string{proxy.Addr().String()} }

		s := newStore(t, server.client(through), redisstore.Options{})
		require.NoError(t, direct.Put(t.Context(), key, []byte{1}, time.Minute))
		proxy.lose.Store(1)
		requireTake(t, s, key, false)
		requireTake(t, direct, key, false)

		s = newStore(t, server.client(func(o *redis.UniversalOptions) { through(o); o.MaxRetries = -1 }), redisstore.Options{})
		require.NoError(t, direct.Put(t.Context(), key, []byte{1}, time.Minute))
		proxy.lose.Store(1)
		_, found, err := s.Take(t.Context(), key)
		require.ErrorIs(t, err, io.EOF)
		require.EqualError(t, err, "redisstore: take: EOF")
		require.False(t, found)
		requireTake(t, direct, key, false)
	})
}
