package redisstore_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// A far hook stands for a server that answers each call after some time, or not
// before the call's own time is over. It is no connection, so that time is that of a
// bubble.
type far struct {
	mu    sync.Mutex
	trip  time.Duration // 0 is for ever
	calls []string      // in their order
	most  int           // at once
	now   int
}

func (f *far) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		f.mu.Lock()
		f.calls = append(f.calls, cmd.Name())
		f.now++
		f.most = max(f.most, f.now)
		trip := f.trip
		f.mu.Unlock()
		defer func() { f.mu.Lock(); f.now--; f.mu.Unlock() }()
		if trip == 0 {
			<-ctx.Done()
			cmd.SetErr(ctx.Err())
			return ctx.Err()
		}
		time.Sleep(trip)
		if c, ok := cmd.(*redis.StringCmd); ok {
			c.SetVal("1")
		}
		return nil
	}
}

func (f *far) DialHook(next redis.DialHook) redis.DialHook { return next }

func (f *far) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// away returns a Store on so many connections to a server that is so far away.
func away(t *testing.T, connections int, trip time.Duration) (*redisstore.Store, *far) {
	f := &far{trip: trip}
	client := closing(t, redisstore.NewClient(&redis.UniversalOptions{PoolSize: connections}))
	client.AddHook(f)
	return newStore(t, client, redisstore.Options{}), f
}

// Ten times as many come as four connections carry at 200 ms. Who is refused has
// waited 250 ms at most, and has not been to FranceConnect.
func TestWithTenTimesThePeopleAsManySignInAsThereIsRoomFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, f := away(t, 4, 200*time.Millisecond)
		const capacity, seconds = 10, 20 // a login is two calls
		var mu sync.Mutex
		var all sync.WaitGroup
		in, lost := 0, 0
		for i := range 10 * capacity * seconds {
			all.Go(func() {
				begun := time.Now()
				if err := s.Put(context.Background(), strconv.Itoa(i), []byte{1}, time.Hour); err != nil {
					require.ErrorIs(t, err, redisstore.ErrBusy)
					require.LessOrEqual(t, time.Since(begun), 250*time.Millisecond)
					return
				}
				time.Sleep(3 * time.Second)
				_, found, err := s.Take(context.Background(), strconv.Itoa(i))
				mu.Lock()
				defer mu.Unlock()
				if err == nil && found {
					in++
				} else {
					lost++
				}
			})
			time.Sleep(time.Second / (10 * capacity))
		}
		all.Wait()
		require.GreaterOrEqual(t, in, capacity*seconds*8/10)
		require.Zero(t, lost)
		require.Equal(t, 4, f.most, "the pool of go-redis is never waited for")
	})
}

func TestWhoIsBackGoesBeforeWhoLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, f := away(t, 1, 50*time.Millisecond)
		var all sync.WaitGroup
		for _, put := range []bool{true, true, true, false, false} {
			all.Go(func() {
				if put {
					require.NoError(t, s.Put(context.Background(), key, []byte{1}, time.Hour))
				} else {
					require.NoError(t, taking(context.Background(), s))
				}
			})
			synctest.Wait()
		}
		all.Wait()
		require.Equal(t, []string{"set", "getdel", "getdel", "set", "set"}, f.calls)
	})
}

func TestWhoWouldWaitTooLongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := away(t, 1, time.Second)
		for range 40 { // until it is known that a call takes a second
			require.NoError(t, taking(context.Background(), s))
		}
		var all sync.WaitGroup
		for range 2 { // the second waits for the first, and would wait two seconds as the third
			all.Go(func() { require.NoError(t, taking(context.Background(), s)) })
			synctest.Wait()
		}
		begun := time.Now()
		err := s.Put(context.Background(), key, []byte{1}, time.Hour)
		require.ErrorIs(t, err, redisstore.ErrBusy)
		require.EqualError(t, err, "redisstore: put: more calls wait for a connection than Redis answers in time: a larger PoolSize is needed, or a nearer Redis")
		brief, cancel := context.WithTimeout(context.Background(), 2500*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, taking(brief, s), redisstore.ErrBusy)
		require.Zero(t, time.Since(begun))
		all.Wait()
		require.NoError(t, taking(context.Background(), s))
	})
}

// Who was told too little, and waits in vain, is refused while there is time left
// for a call: the deadline of one that was made would close its connection.
func TestWhoWaitsInVainMakesNoCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, f := away(t, 1, 800*time.Millisecond)
		var all sync.WaitGroup
		all.Go(func() { require.NoError(t, taking(context.Background(), s)) })
		synctest.Wait()
		begun := time.Now()
		require.ErrorIs(t, s.Put(context.Background(), key, []byte{1}, time.Hour), redisstore.ErrBusy)
		require.Equal(t, 250*time.Millisecond, time.Since(begun))
		ctx, cancel := context.WithCancel(context.Background())
		left := make(chan error, 1)
		go func() { left <- taking(ctx, s) }()
		synctest.Wait()
		cancel()
		require.ErrorIs(t, <-left, context.Canceled)
		all.Wait()
		require.Equal(t, []string{"getdel"}, f.calls)
		require.NoError(t, taking(context.Background(), s), "the connection is free")
	})
}

// While a server hangs, those who have a connection wait for it, and nobody behind
// them does for long; when it answers again, everybody is answered.
func TestAServerThatHangsIsWaitedForByAsManyAsThereAreConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, f := away(t, 2, 0)
		var all sync.WaitGroup
		for range 20 {
			for range 2 {
				all.Go(func() { requireGivenUp(t, taking(context.Background(), s)) })
			}
			all.Wait()
		}
		for range 2 {
			all.Go(func() { requireGivenUp(t, taking(context.Background(), s)) })
		}
		synctest.Wait()
		begun := time.Now()
		require.ErrorIs(t, taking(context.Background(), s), redisstore.ErrBusy)
		require.Less(t, time.Since(begun), 300*time.Millisecond)
		all.Wait()

		f.trip = time.Millisecond
		for range 100 {
			all.Go(func() { require.NoError(t, taking(context.Background(), s)) })
			time.Sleep(time.Millisecond)
		}
		all.Wait()
	})
}

// With more than one server the connections are those to each.
func TestThereIsRoomForAsManyCallsAsThereAreConnections(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		client redis.UniversalClient
		want   int
	}{
		{redisstore.NewClient(&redis.UniversalOptions{}), 100},
		{redisstore.NewClient(&redis.UniversalOptions{PoolSize: 7}), 7},
		{redisstore.NewClient(&redis.UniversalOptions{PoolSize: 7, MaxActiveConns: 5}), 5},
		{redisstore.NewClient(&redis.UniversalOptions{PoolSize: 7, Addrs: []string{"a:1", "b:1"}}), 14},
		{redis.NewRing(&redis.RingOptions{PoolSize: 7, ContextTimeoutEnabled: true, HeartbeatFrequency: time.Hour, Addrs: map[string]string{"a": "a:1", "b": "b:1", "c": "c:1"}}), 21},
	} {
		closing(t, c.client)
		var now atomic.Int32
		full, over := make(chan struct{}), make(chan struct{})
		c.client.AddHook(counting(func() {
			switch n := int(now.Add(1)); {
			case n == c.want:
				close(full)
				fallthrough
			case n < c.want:
				<-over
			}
		}))
		s := newStore(t, c.client, redisstore.Options{Timeout: time.Minute})
		var all sync.WaitGroup
		for range c.want {
			all.Go(func() { require.NoError(t, taking(context.Background(), s)) })
		}
		<-full
		brief, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		require.Error(t, taking(brief, s), "one more waits")
		cancel()
		close(over)
		all.Wait()
	}
}

// A counting hook is a server that answers when it has done something.
type counting func()

func (c counting) ProcessHook(redis.ProcessHook) redis.ProcessHook {
	return func(_ context.Context, cmd redis.Cmder) error {
		c()
		cmd.(*redis.StringCmd).SetVal("1")
		return nil
	}
}

func (c counting) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c counting) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
