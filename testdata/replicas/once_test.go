package replicas

import (
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// again is the same callback with the same cookies, as often as asked, all at
// once.
func (b *browser) again(callback string, times int) []outcome {
	cookies := b.cookies()
	all := make([]outcome, times)
	var wg sync.WaitGroup
	for i := range all {
		copied := b.fleet.browser()
		u, err := url.Parse(callback)
		require.NoError(b.t, err)
		copied.Jar.SetCookies(u, cookies)
		wg.Go(func() { all[i] = copied.get(callback) })
	}
	wg.Wait()
	return all
}

// code is the one that a callback brings.
func code(t *testing.T, callback string) string {
	u, err := url.Parse(callback)
	require.NoError(t, err)
	return u.Query().Get("code")
}

func TestWithRedisACallbackIsConsumedOnceByAllReplicas(t *testing.T) {
	t.Parallel()
	f := start(t, startRedis(t), franceconnect.NewCookieKey())
	for range 200 {
		b := f.browser()
		callback, o := b.begin()
		require.NotEmpty(t, callback, "%+v", o)
		in := 0
		for _, o := range b.again(callback, 6) {
			if o.signedIn() {
				in++
				continue
			}
			require.Equal(t, http.StatusBadRequest, o.status)
			require.Equal(t, "state.used", o.Reason)
		}
		require.Equal(t, 1, in)
		require.Equal(t, 1, f.provider.seen()[code(t, callback)], "it is FranceConnect that stopped it")
	}
}

// Without Redis each replica refuses the logins that it has used itself. Another
// one sends the code again, which is good for one use: FranceConnect then ends the
// first login too if it is not over, and of two at once none may be left.
func TestWithoutRedisFranceConnectTakesACodeOnce(t *testing.T) {
	t.Parallel()
	f := start(t, nil, franceconnect.NewCookieKey())
	for _, times := range []int{2, 6} {
		none := 0
		for range 200 {
			b := f.browser()
			callback, o := b.begin()
			require.NotEmpty(t, callback, "%+v", o)
			in := 0
			for _, o := range b.again(callback, times) {
				if o.signedIn() {
					in++
					continue
				}
				require.Contains(t, []string{"state.used", "token.over", "userinfo.over"}, o.Reason)
			}
			require.LessOrEqual(t, in, 1)
			require.LessOrEqual(t, f.provider.seen()[code(t, callback)], len(f.replicas))
			if in == 0 {
				none++
			}
		}
		t.Logf("of 200 callbacks sent %d times at once, %d signed nobody in", times, none)
	}

	b := f.browser()
	callback, _ := b.begin()
	first, cookies := b.fleet.browser(), b.cookies()
	u, err := url.Parse(callback)
	require.NoError(t, err)
	first.Jar.SetCookies(u, cookies)
	require.True(t, first.get(callback).signedIn())
	require.Contains(t, []string{"state.used", "token.over"}, b.get(callback).Reason, "one after the other, the second is stopped")
}

func TestALoginCostsRedisOneSETAndOneGETDEL(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	f := start(t, redis, franceconnect.NewCookieKey())
	bare := start(t, nil, franceconnect.NewCookieKey())
	took := func(f *fleet) time.Duration {
		f.browser().signIn() // what is fetched once is fetched now
		begun := time.Now()
		for range 100 {
			require.True(t, f.browser().signIn().signedIn())
		}
		return time.Since(begun) / 100
	}
	without, with := took(bare), took(f)
	logins := len(f.provider.seen())
	require.Equal(t, logins, redis.calls("set"))
	require.Equal(t, logins, redis.calls("getdel"))
	client := redis.client()
	defer client.Close()
	require.Zero(t, client.DBSize(t.Context()).Val(), "a login that is over leaves nothing")

	b := f.browser()
	callback, o := b.begin()
	require.NotEmpty(t, callback, "%+v", o)
	keys := client.Keys(t.Context(), "*").Val()
	require.Len(t, keys, 1)
	require.Equal(t, "1", client.Get(t.Context(), keys[0]).Val())
	require.InDelta(t, 30*60, client.TTL(t.Context(), keys[0]).Val().Seconds(), 10)
	t.Logf("a login, FranceConnect's part included, one after another: %v without Redis, %v with it; an open login takes %d bytes of Redis",
		without.Round(10*time.Microsecond), with.Round(10*time.Microsecond), client.MemoryUsage(t.Context(), keys[0]).Val())
}
