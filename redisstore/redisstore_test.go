package redisstore_test

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

// What franceconnect asks of a Store; testdata/replicas gives it one of these.
var _ interface {
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	Take(ctx context.Context, key string) (value []byte, found bool, err error)
	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
} = (*redisstore.Store)(nil)

const (
	key     = "fc:0123456789abcdef0123456789abcdef"
	inRedis = "fc:\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef" // what is there of it
)

func newStore(t *testing.T, client redis.UniversalClient, options redisstore.Options) *redisstore.Store {
	s, err := redisstore.New(client, options)
	require.NoError(t, err)
	return s
}

// take is Take of a server that is there.
func take(t *testing.T, s *redisstore.Store, key string) ([]byte, bool) {
	value, found, err := s.Take(t.Context(), key)
	require.NoError(t, err)
	return value, found
}

// requireTake requires that Take finds something, or nothing.
func requireTake(t *testing.T, s *redisstore.Store, key string, found bool) {
	t.Helper()
	_, got := take(t, s, key)
	require.Equal(t, found, got)
}

func TestATakeFindsWhatWasPutOnce(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		s := newStore(t, start(t, engine).client(nil), redisstore.Options{})
		value := []byte{0, 1, 0xff, '\r', '\n'}
		_, found := take(t, s, key)
		require.False(t, found, "never put")
		require.NoError(t, s.Put(t.Context(), key, value, time.Minute))
		got, found := take(t, s, key)
		require.True(t, found)
		require.Equal(t, value, got)
		got, found = take(t, s, key)
		require.False(t, found, "taken")
		require.Nil(t, got)
	})
}

func TestTheLastOfTwoPutsCounts(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		s := newStore(t, client, redisstore.Options{})
		require.NoError(t, s.Put(t.Context(), key, []byte{1}, time.Hour))
		require.NoError(t, s.Put(t.Context(), key, []byte{2}, time.Minute))
		require.LessOrEqual(t, client.PTTL(t.Context(), inRedis).Val(), time.Minute)
		got, _ := take(t, s, key)
		require.Equal(t, []byte{2}, got)
		requireTake(t, s, key, false)
	})
}

// Two machines, each with its connections, ask for the same login.
func TestOfTwoTakesAtOnceOneFindsIt(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		machines := [2]*redisstore.Store{}
		for i := range machines {
			machines[i] = newStore(t, server.client(nil), redisstore.Options{})
		}
		for n := range 1000 {
			key := "fc:" + strconv.Itoa(n)
			require.NoError(t, machines[0].Put(t.Context(), key, []byte{1}, time.Minute))
			var found [2]bool
			var errs [2]error
			var wg sync.WaitGroup
			for i, m := range machines {
				wg.Go(func() { _, found[i], errs[i] = m.Take(context.Background(), key) })
			}
			wg.Wait()
			require.NoError(t, errors.Join(errs[:]...))
			require.True(t, found[0] != found[1], "login %d: %v", n, found)
		}
	})
}

func TestOfManyAddsAtOnceOneAdds(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		stores := []*redisstore.Store{newStore(t, server.client(nil), redisstore.Options{}), newStore(t, server.client(nil), redisstore.Options{})}
		var mu sync.Mutex
		var all sync.WaitGroup
		won := 0
		for i := range 20 {
			all.Go(func() {
				added, err := stores[i%2].Add(t.Context(), key, []byte{1}, time.Minute)
				mu.Lock()
				defer mu.Unlock()
				if added && err == nil {
					won++
				}
			})
		}
		all.Wait()
		require.Equal(t, 1, won)
		requireTake(t, stores[0], key, true)
		added, err := stores[0].Add(t.Context(), key, []byte{1}, 0)
		require.ErrorContains(t, err, "redisstore: add: the ttl")
		require.False(t, added)
	})
}

func TestWhatWasPutIsGoneWhenItsTimeIsOver(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		s := newStore(t, client, redisstore.Options{})
		for _, ttl := range []time.Duration{time.Millisecond, 1900 * time.Microsecond, 25 * time.Millisecond} {
			require.NoError(t, s.Put(t.Context(), key, []byte{1}, ttl))
			require.Eventually(t, func() bool { return client.Exists(t.Context(), inRedis).Val() == 0 }, 5*time.Second, time.Millisecond, ttl)
			requireTake(t, s, key, false)
		}
		for _, ttl := range []time.Duration{30 * time.Minute, 90*time.Second + 500*time.Millisecond} {
			require.NoError(t, s.Put(t.Context(), key, []byte{1}, ttl))
			left := client.PTTL(t.Context(), inRedis).Val()
			require.Greater(t, left, ttl/2, "however slow the machine is")
			require.LessOrEqual(t, left, ttl)
		}
	})
}

// Zero and minus one mean for ever to go-redis.
func TestATimeThatIsNoneIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		s := newStore(t, client, redisstore.Options{})
		for _, ttl := range []time.Duration{0, -1, redis.KeepTTL, -time.Hour, 1, time.Millisecond - 1} {
			require.ErrorContains(t, s.Put(t.Context(), key, []byte{1}, ttl), "the ttl is less than a millisecond: "+ttl.String())
			require.Zero(t, client.Exists(t.Context(), inRedis).Val(), ttl)
		}
	})
}

func TestStoresOfTwoPrefixesDoNotMeet(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		client := start(t, engine).client(nil)
		a := newStore(t, client, redisstore.Options{Prefix: "portail:"})
		b := newStore(t, client, redisstore.Options{Prefix: "autre:"})
		require.NoError(t, a.Put(t.Context(), key, []byte{1}, time.Minute))
		require.Equal(t, []string{"portail:" + inRedis}, client.Keys(t.Context(), "*").Val())
		requireTake(t, b, key, false)
		requireTake(t, a, key, true)
	})
}

func TestObserveIsToldOfEachCallOnce(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		var events []redisstore.Event
		type word struct{}
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		s := newStore(t, server.client(nil), redisstore.Options{
			Observe: func(ctx context.Context, e redisstore.Event) {
				require.Equal(t, "of the request", ctx.Value(word{}))
				require.NoError(t, ctx.Err(), "an observer may call somebody")
				events = append(events, e)
			},
			Now: func() time.Time {
				now = now.Add(time.Second)
				return now
			},
		})
		ctx := context.WithValue(t.Context(), word{}, "of the request")
		require.NoError(t, s.Put(ctx, key, []byte{1}, time.Minute))
		for range 2 {
			_, _, err := s.Take(ctx, key)
			require.NoError(t, err)
		}
		refused := s.Put(ctx, key, []byte{1}, 0)
		server.kill()
		_, _, away := s.Take(ctx, key)
		require.Error(t, away)
		require.Equal(t, []redisstore.Event{
			{Call: "put", Took: time.Second},
			{Call: "take", Took: time.Second, Found: true},
			{Call: "take", Took: time.Second},
			{Call: "put", Took: time.Second, Err: refused},
			{Call: "take", Took: time.Second, Err: away},
		}, events)
	})
}

func TestNewSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := closing(t, redis.NewClient(&redis.Options{ContextTimeoutEnabled: true}))
	for _, c := range []struct {
		client  redis.UniversalClient
		options redisstore.Options
		want    string
	}{
		{nil, redisstore.Options{}, "redisstore: client is nil"},
		{redis.NewClient(&redis.Options{}), redisstore.Options{}, "ContextTimeoutEnabled is false"},
		{redis.NewClusterClient(&redis.ClusterOptions{}), redisstore.Options{}, "ContextTimeoutEnabled is false"},
		{redis.NewFailoverClient(&redis.FailoverOptions{}), redisstore.Options{}, "ContextTimeoutEnabled is false"},
		{redis.NewRing(&redis.RingOptions{}), redisstore.Options{}, "ContextTimeoutEnabled is false"},
		{good, redisstore.Options{Timeout: -time.Second}, "redisstore: Options.Timeout is negative: -1s"},
	} {
		if c.client != nil {
			closing(t, c.client)
		}
		s, err := redisstore.New(c.client, c.options)
		require.ErrorContains(t, err, c.want)
		require.Nil(t, s)
	}
	for _, c := range []redis.UniversalClient{
		good,
		redis.NewClusterClient(&redis.ClusterOptions{ContextTimeoutEnabled: true}),
		redis.NewFailoverClient(&redis.FailoverOptions{ContextTimeoutEnabled: true}),
		redis.NewRing(&redis.RingOptions{ContextTimeoutEnabled: true}),
		struct{ redis.UniversalClient }{good},
	} {
		closing(t, c)
		_, err := redisstore.New(c, redisstore.Options{})
		require.NoError(t, err)
	}
}

// The code of the README is the one that compiles.
func TestTheREADMEShowsTheExample(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	example, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	_, code, ok := strings.Cut(string(readme), "```go\n")
	require.True(t, ok)
	code, _, ok = strings.Cut(code, "// franceconnect.Config")
	require.True(t, ok)
	require.Contains(t, strings.ReplaceAll(string(example), "\n\t", "\n"), code)
}
