package provider

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// observed makes an Observer of what it does at a fetch's begin and at its end.
func observed(begin func(context.Context), end func(context.Context, error)) Observer {
	return func(ctx context.Context, _ string) (context.Context, func(error)) {
		begin(ctx)
		return ctx, func(err error) { end(ctx, err) }
	}
}

func nothing(context.Context)            {}
func nothingMore(context.Context, error) {}

// portalTransport is a transport of the portal's: do comes before each call.
func portalTransport(do func(*http.Request), inner http.RoundTripper) *http.Client {
	return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		do(r)
		return inner.RoundTrip(r)
	})}
}

func TestAFetchIsOverBeforeAnybodyIsToldOfIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, p := publish("a")
		told := make(chan error)
		o := observed(nothing, func(_ context.Context, err error) { told <- err })
		start := time.Now()
		require.NoError(t, p.EnsureKeys(t.Context(), o))
		require.True(t, p.Available(t.Context(), o))
		require.True(t, known(t, p, "a"))
		require.Zero(t, time.Since(start))
		require.NoError(t, <-told)
	})
}

func TestAnObserverThatIsSlowToBeginHoldsAFetchForHalfASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, p := publish("a")
		start := time.Now()
		told := make(chan error, 1)
		o := observed(func(context.Context) { time.Sleep(time.Hour) }, func(_ context.Context, err error) { told <- err })
		require.NoError(t, p.EnsureKeys(t.Context(), o))
		require.Equal(t, traceTime, time.Since(start))
		require.NoError(t, <-told, "and is told of its end all the same")
		require.Equal(t, time.Hour, time.Since(start))
	})
}

func TestAFetchGoesOnWithTheContextOfItsObserver(t *testing.T) {
	t.Parallel()
	type span struct{}
	fc, _ := publish("a")
	seen := make(chan any, 1)
	p := New(Endpoints{Keys: "https://fc.test/jwks"}, false, portalTransport(func(r *http.Request) { seen <- r.Context().Value(span{}) }, fc), time.Now)
	o := func(ctx context.Context, call string) (context.Context, func(error)) {
		return context.WithValue(ctx, span{}, call), func(error) {}
	}
	require.NoError(t, p.EnsureKeys(t.Context(), o))
	require.Equal(t, "keys", <-seen)
}

// Whatever context they call with.
func TestObserversAndTransportsMayAskForTheKeysDuringTheirFetch(t *testing.T) {
	t.Parallel()
	for name, of := range map[string]func(context.Context) context.Context{
		"with the context of the fetch": func(ctx context.Context) context.Context { return ctx },
		"with one of their own":         func(context.Context) context.Context { return context.Background() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{200, 503} {
				synctest.Test(t, func(t *testing.T) {
					fc, p := publish("a")
					fc.status = status
					var once sync.Once
					var back error
					o := observed(
						func(ctx context.Context) { _ = p.EnsureKeys(of(ctx), nil) },
						func(ctx context.Context, _ error) { once.Do(func() { back = p.EnsureKeys(of(ctx), nil) }) })
					start := time.Now()
					err := p.EnsureKeys(t.Context(), o)
					require.Equal(t, status == 200, err == nil)
					require.LessOrEqual(t, time.Since(start), traceTime)
					time.Sleep(time.Minute)
					synctest.Wait()
					require.Equal(t, err, back, "told of the end, it asks again")
					fc.set("a")
					require.NoError(t, p.EnsureKeys(t.Context(), o))
				})
			}
			synctest.Test(t, func(t *testing.T) {
				fc, _ := publish("a")
				var p *Provider
				var asked atomic.Bool
				p = New(Endpoints{Keys: "https://fc.test/jwks"}, false, portalTransport(func(r *http.Request) {
					if asked.CompareAndSwap(false, true) {
						_ = p.EnsureKeys(of(r.Context()), nil)
						_ = p.Available(of(r.Context()), nil)
					}
				}, fc), time.Now)
				waits := name == "with one of their own" // for itself, and is given up
				if waits {
					fc.status = 503 // so that no fetch that begins in that moment has them
				}
				start := time.Now()
				err := p.EnsureKeys(t.Context(), nil)
				if waits {
					require.ErrorIs(t, err, context.DeadlineExceeded)
					require.Equal(t, callTime, time.Since(start))
					synctest.Wait()
					fc.set("a")
					require.True(t, known(t, p, "a"))
				} else {
					require.NoError(t, err)
					require.Zero(t, time.Since(start))
				}
			})
		})
	}
}

// A transport that does not end with its request is left behind, and what it says
// an hour later is not heard.
func TestAFetchIsGivenUpAfterItsTimeWhateverItsTransportDoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, _ := publish("old")
		var once sync.Once
		p := New(Endpoints{Keys: "https://fc.test/jwks"}, false, &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			first := false
			once.Do(func() { first = true })
			if !first {
				return fc.RoundTrip(r)
			}
			fc.mu.Lock()
			answer := fc.answer()
			fc.mu.Unlock()
			time.Sleep(time.Hour)
			return answer, nil
		})}, time.Now)
		start := time.Now()
		told := make(chan error, 1)
		err := p.EnsureKeys(t.Context(), observed(nothing, func(_ context.Context, err error) { told <- err }))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, callTime, time.Since(start))
		require.Equal(t, err, <-told)
		require.False(t, p.Available(t.Context(), nil))
		fc.set("new")
		require.True(t, known(t, p, "new"))
		time.Sleep(time.Hour)
		synctest.Wait()
		found, _, err := p.Keys(t.Context(), nil, "", 0)
		require.NoError(t, err)
		require.Equal(t, "new", found[0].KeyID)
	})
}

// net/http's own client takes them.
func TestAnAnswerWithoutABodyIsAnError(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]*http.Response{"no body": {StatusCode: 503}, "no answer": nil} {
		p := New(Endpoints{Keys: "https://fc.test/jwks", Token: "https://fc.test/token", UserInfo: "https://fc.test/userinfo"}, false,
			&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return answer, nil })}, time.Now)
		var e *Error
		require.ErrorAs(t, p.EnsureKeys(t.Context(), nil), &e, name)
		require.NotErrorIs(t, e, ErrPanic)
		_, err := p.Exchange(t.Context(), nil, Credentials{}, "c", 0)
		require.ErrorAs(t, err, &e, name)
		_, err = p.UserInfo(t.Context(), nil, "t")
		require.ErrorAs(t, err, &e, name)
	}
}

// Of a panic in a handler's goroutine, net/http keeps the process and writes it
// down. This test is not parallel: the log is the process's.
func TestAPanicDuringAFetchEndsNeitherTheProcessNorTheFetch(t *testing.T) {
	var log lockedBuffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	blow := func() { panic("boom") }
	for name, o := range map[string]Observer{
		"at its begin": observed(func(context.Context) { blow() }, nothingMore),
		"at its end":   observed(nothing, func(context.Context, error) { blow() }),
	} {
		synctest.Test(t, func(t *testing.T) {
			_, p := publish("a")
			require.NoError(t, p.EnsureKeys(t.Context(), o), name)
			require.True(t, known(t, p, "a"))
		})
		require.Contains(t, log.take(), `in="Config.Trace or Config.Observe" panic=boom`)
	}
	for _, end := range []func(){blow, runtime.Goexit} { // the second is what ends a test of the portal's
		synctest.Test(t, func(t *testing.T) {
			fc, _ := publish("a")
			var once sync.Once
			p := New(Endpoints{Keys: "https://fc.test/jwks"}, false, portalTransport(func(*http.Request) { once.Do(end) }, fc), time.Now)
			told := make(chan error, 1)
			start := time.Now()
			err := p.EnsureKeys(t.Context(), observed(nothing, func(_ context.Context, err error) { told <- err }))
			require.ErrorIs(t, err, ErrPanic)
			require.Equal(t, err, <-told)
			require.True(t, known(t, p, "a"))
			require.Equal(t, fetchGap, time.Since(start))
		})
	}
	require.Contains(t, log.take(), `in="the transport"`)
}

type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *lockedBuffer) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.all.Reset()
	return b.all.String()
}
