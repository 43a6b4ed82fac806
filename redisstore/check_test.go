package redisstore_test

import (
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/redisstore"
)

func TestCheckSaysWhetherOpenLoginsAreEvicted(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		server := start(t, engine)
		admin := server.client(nil)
		client := server.client(func(o *redis.UniversalOptions) { o.PoolSize = 50 })
		s := newStore(t, client, redisstore.Options{})
		for _, c := range []struct {
			policy, bound string
			want          error
		}{
			{"noeviction", "0", nil}, {"noeviction", "64mb", nil}, {"allkeys-lru", "0", nil},
			{"allkeys-lru", "64mb", redisstore.ErrEvicts}, {"volatile-ttl", "64mb", redisstore.ErrEvicts},
		} {
			require.NoError(t, admin.ConfigSet(t.Context(), "maxmemory-policy", c.policy).Err())
			require.NoError(t, admin.ConfigSet(t.Context(), "maxmemory", c.bound).Err())
			report, err := s.Check(t.Context())
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.policy, report.Policy)
			require.EqualValues(t, map[string]int{"0": 0, "64mb": 64 << 20}[c.bound], report.MaxMemory)
			require.Positive(t, report.RoundTrip)
			require.InEpsilon(t, 50/2/report.RoundTrip.Seconds(), report.LoginsPerSecond, 1e-9)
		}
		_, err := s.Check(t.Context())
		require.EqualError(t, err, "redisstore: check: maxmemory-policy is not noeviction: when the memory is full, open logins are removed (volatile-ttl)")

		// A user who may not ask is told what is missing, and how far away it is all the same.
		require.NoError(t, admin.ACLSetUser(t.Context(), "portail", "on", ">secret", "~portail:*", "+set", "+getdel").Err())
		s = newStore(t, server.client(func(o *redis.UniversalOptions) { o.Username, o.Password = "portail", "secret" }), redisstore.Options{})
		report, err := s.Check(t.Context())
		require.ErrorIs(t, err, redisstore.ErrPolicyUnknown)
		require.ErrorContains(t, err, "+info")
		require.Empty(t, report.Policy)
		require.Positive(t, report.RoundTrip)
		require.NoError(t, admin.ACLSetUser(t.Context(), "portail", "+info").Err())
		_, err = s.Check(t.Context())
		require.ErrorIs(t, err, redisstore.ErrEvicts)

		server.kill()
		report, err = s.Check(t.Context())
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		require.Zero(t, report)
	})
}

// One server of three that evicts is enough.
func TestCheckAsksEveryServerOfACluster(t *testing.T) {
	onEach(t, func(t *testing.T, engine string) {
		addrs := cluster(t, engine)
		client := closing(t, redisstore.NewClient(&redis.UniversalOptions{Addrs: addrs}))
		s := newStore(t, client, redisstore.Options{})
		report, err := s.Check(t.Context())
		require.NoError(t, err)
		require.Equal(t, "noeviction", report.Policy)
		for _, addr := range addrs {
			one := closing(t, redis.NewClient(&redis.Options{Addr: addr}))
			require.NoError(t, one.ConfigSet(t.Context(), "maxmemory", "64mb").Err())
			require.NoError(t, one.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lfu").Err())
			report, err = s.Check(t.Context())
			require.ErrorIs(t, err, redisstore.ErrEvicts)
			require.Equal(t, "allkeys-lfu", report.Policy)
			require.NoError(t, one.ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err())
		}
		shards := map[string]string{}
		for _, addr := range addrs {
			_, port, err := net.SplitHostPort(addr)
			require.NoError(t, err)
			shards[port] = addr
		}
		ring := closing(t, redis.NewRing(&redis.RingOptions{Addrs: shards, ContextTimeoutEnabled: true}))
		report, err = newStore(t, ring, redisstore.Options{}).Check(t.Context())
		require.NoError(t, err)
		require.Equal(t, "noeviction", report.Policy)
		_, err = newStore(t, struct{ redis.UniversalClient }{ring}, redisstore.Options{Timeout: time.Second}).Check(t.Context())
		require.ErrorIs(t, err, redisstore.ErrPolicyUnknown)
	})
}
