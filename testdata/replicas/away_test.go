package replicas

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestWhenRedisIsAwayNobodySignsIn(t *testing.T) {
	t.Parallel()
	redis := startRedis(t, durable...)
	f := start(t, redis, franceconnect.NewCookieKey())
	message, _ := franceconnect.UserMessage(franceconnect.ErrUnavailable)
	unavailable := func(o outcome) {
		require.Equal(t, http.StatusServiceUnavailable, o.status, "%+v", o)
		require.Equal(t, "store", o.Reason)
		require.Equal(t, message, o.Message)
	}
	b := f.browser()
	callback, o := b.begin()
	require.NotEmpty(t, callback, "%+v", o)
	copied, cookies := f.browser(), b.cookies()
	address, err := http.NewRequest(http.MethodGet, callback, nil)
	require.NoError(t, err)
	copied.Jar.SetCookies(address.URL, cookies)

	redis.kill()
	unavailable(b.get(callback))
	require.Empty(t, f.provider.seen(), "FranceConnect was asked all the same")
	stranger := f.browser()
	unavailable(stranger.get(f.proxy.URL + "/login"))
	require.Empty(t, stranger.cookies(), "half a login")

	redis.run()
	f.settled()
	require.Equal(t, "state.unknown", b.get(callback).Reason, "the browser has no login any more")
	require.True(t, b.signIn().signedIn(), "and starts again")
	require.True(t, copied.get(callback).signedIn(), "the mark was still there: nobody had used this login")
	require.Equal(t, "state.unknown", copied.get(callback).Reason)
}

// settled waits until all replicas are connected to Redis again: go-redis tries
// once a second when it has failed often.
func (f *fleet) settled() {
	for _, addr := range f.proxy.addresses() {
		require.Eventually(f.t, func() bool {
			return f.browser().get("http://"+addr+"/login").status == http.StatusSeeOther
		}, 20*time.Second, 10*time.Millisecond)
	}
}

func TestARestartOfRedisEndsOpenLoginsUnlessItKeepsThem(t *testing.T) {
	t.Parallel()
	stale, _ := franceconnect.UserMessage(franceconnect.ErrLoginExpired)
	for name, c := range map[string]struct {
		args  []string
		keeps bool
	}{
		"in memory": {nil, false},
		"on disk":   {durable, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := startRedis(t, c.args...)
			f := start(t, redis, franceconnect.NewCookieKey())
			b := f.browser()
			callback, o := b.begin()
			require.NotEmpty(t, callback, "%+v", o)
			redis.kill()
			redis.run()
			o = b.get(callback)
			if c.keeps {
				require.True(t, o.signedIn(), "%+v", o)
				return
			}
			require.Equal(t, http.StatusBadRequest, o.status)
			require.Equal(t, "state.used", o.Reason)
			require.Equal(t, stale, o.Message)
			require.Empty(t, f.provider.seen())
			require.True(t, b.signIn().signedIn())
		})
	}
}
