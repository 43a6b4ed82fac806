package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A hanging is a FranceConnect that answers, does not, or cannot be reached, call
// by call, and the calls that it has. Its time is that of the bubble around it.
type hanging struct {
	mu           sync.Mutex
	hangs        map[string]bool // paths, for ever: what comes then is never answered
	refuses      bool            // connections
	half         bool            // hangs at every other call
	delay        time.Duration   // before an answer
	status       int
	body         string
	asked        map[string]int
	waiting, top int
}

func newHanging(t *testing.T) (*hanging, *Provider) {
	t.Cleanup(func() { time.Sleep(2 * callTime) }) // and what nobody waits for is over, too
	h := &hanging{status: 200, body: tokens, hangs: map[string]bool{}, asked: map[string]int{}}
	return h, New(Endpoints{Token: "https://fc.test/token", UserInfo: "https://fc.test/userinfo", Keys: "https://fc.test/jwks"}, false, &http.Client{Transport: h}, time.Now)
}

func (h *hanging) RoundTrip(req *http.Request) (*http.Response, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked[req.URL.Path]++
	h.waiting++
	defer func() { h.waiting-- }()
	h.top = max(h.top, h.waiting)
	if h.refuses {
		return nil, errors.New("connection refused")
	}
	late := time.After(h.delay)
	if h.hangs[req.URL.Path] || h.half && h.asked[req.URL.Path]%2 == 0 {
		late = nil
	}
	h.mu.Unlock()
	select {
	case <-late:
		h.mu.Lock()
		return &http.Response{StatusCode: h.status, Body: io.NopCloser(strings.NewReader(h.body))}, nil
	case <-req.Context().Done():
		h.mu.Lock()
		return nil, req.Context().Err()
	}
}

func (h *hanging) set(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
}

func (h *hanging) hang(paths ...string) {
	h.set(func() {
		h.hangs = map[string]bool{}
		for _, path := range paths {
			h.hangs[path] = true
		}
	})
}

func (h *hanging) count(path string) (n int) {
	h.set(func() { n = h.asked[path] })
	return n
}

func trade(ctx context.Context, p *Provider, most int) error {
	_, err := p.Exchange(ctx, nil, Credentials{}, "c", most)
	return err
}

// silence makes a FranceConnect known not to answer.
func silence(t *testing.T, h *hanging, p *Provider) {
	t.Helper()
	h.hang("/token", "/userinfo", "/jwks")
	var all sync.WaitGroup
	for range silentAfter {
		all.Go(func() { require.Error(t, trade(t.Context(), p, 100)) })
	}
	all.Wait()
	require.True(t, p.Silent())
}

func TestBeyondTheBoundNoCodeIsSentAndNobodyWhoHasATokenIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		require.NoError(t, trade(t.Context(), p, 4))
		h.set(func() { h.delay = time.Second / 2 })
		for _, call := range []func(){
			func() { require.NoError(t, trade(t.Context(), p, 4)) },
			func() { _, err := p.UserInfo(t.Context(), nil, "a"); require.NoError(t, err) },
		} {
			var all sync.WaitGroup
			for range 4 {
				all.Go(call)
			}
			synctest.Wait()
			codes, start := h.count("/token"), time.Now()
			require.ErrorIs(t, trade(t.Context(), p, 4), ErrFull)
			require.Zero(t, time.Since(start), "they are told at once")
			require.Equal(t, codes, h.count("/token"), "and their code is as it was")
			all.Go(func() { require.NoError(t, trade(t.Context(), p, 5)) }) // another client's bound is its own
			synctest.Wait()
			all.Go(func() { require.NoError(t, trade(t.Context(), p, 0)) })
			for range 8 {
				all.Go(func() { _, err := p.UserInfo(t.Context(), nil, "a"); require.NoError(t, err) })
			}
			all.Wait()
			require.NoError(t, trade(t.Context(), p, 4))
		}
	})
}

func TestAFranceConnectThatDoesNotAnswerIsKnownAndTriedNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		silence(t, h, p)
		before := h.count("/token")
		var all sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		for i := range 5 {
			all.Go(func() { require.ErrorIs(t, trade(ctx, p, 100), context.Canceled) }) // the one that tries
			synctest.Wait()
			start := time.Now()
			for range 10 {
				require.ErrorIs(t, trade(t.Context(), p, 100), ErrSilent)
			}
			require.Zero(t, time.Since(start))
			require.Equal(t, before+i+1, h.count("/token"))
			time.Sleep(tryEvery)
		}
		h.hang() // it is back: what it did not answer it never will
		require.NoError(t, trade(t.Context(), p, 100))
		require.False(t, p.Silent())
		for range 20 {
			require.NoError(t, trade(t.Context(), p, 100))
		}
		cancel()
		all.Wait()
	})
}

// A stranger brings about none of these, or nothing else.
func TestOnlySilenceIsSilence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		silent bool
		day    func(*hanging)
		call   func(context.Context, *Provider)
	}{
		"answers":                 {false, func(*hanging) {}, nil},
		"502":                     {false, func(h *hanging) { h.status = 502 }, nil},
		"429":                     {false, func(h *hanging) { h.status = 429 }, nil},
		"a refused code":          {false, func(h *hanging) { h.status, h.body = 400, `{"error":"invalid_grant"}` }, nil},
		"an answer of no form":    {false, func(h *hanging) { h.body = `{}` }, nil},
		"a page":                  {false, func(h *hanging) { h.body = "<html>" }, nil},
		"a person who leaves":     {false, func(h *hanging) { h.hangs["/token"] = true }, leaver},
		"a deadline":              {true, func(h *hanging) { h.hangs["/token"] = true }, nil},
		"userinfo without answer": {true, func(h *hanging) { h.hangs["/userinfo"] = true }, func(ctx context.Context, p *Provider) { _, _ = p.UserInfo(ctx, nil, "a") }},
		"no connection":           {true, func(h *hanging) { h.refuses = true }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, p := newHanging(t)
				test.day(h)
				if test.call == nil {
					test.call = func(ctx context.Context, p *Provider) { _ = trade(ctx, p, 0) }
				}
				for i := range silentAfter {
					require.False(t, p.Silent(), i)
					test.call(t.Context(), p)
				}
				require.Equal(t, test.silent, p.Silent())
			})
		})
	}
}

// leaver is a person who closes the tab.
func leaver(ctx context.Context, p *Provider) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Hour, nil)
	time.AfterFunc(time.Second, cancel)
	_ = trade(ctx, p, 0)
}

// Some connections went silent, and others do not.
func TestWhoeverIsNotAnsweredAmongOthersWhoAreMakesNoSilence(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		var all sync.WaitGroup
		for range 20 {
			h.hang("/token")
			all.Go(func() { require.Error(t, trade(t.Context(), p, 100)) })
			synctest.Wait()
			h.hang()
			require.NoError(t, trade(t.Context(), p, 100))
			time.Sleep(time.Second)
			require.False(t, p.Silent())
		}
		all.Wait()
		require.False(t, p.Silent())
	})
}

func TestAPersonWhoLeavesDuringATryLeavesItToTheNext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		silence(t, h, p)
		for range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			var one sync.WaitGroup
			one.Go(func() { require.ErrorIs(t, trade(ctx, p, 100), context.Canceled) })
			synctest.Wait()
			require.ErrorIs(t, trade(t.Context(), p, 100), ErrSilent)
			cancel()
			one.Wait()
			ctx, cancel = context.WithCancel(t.Context())
			one.Go(func() { require.ErrorIs(t, p.Departure(ctx, nil), ErrSilent) })
			synctest.Wait()
			asked := h.count("/jwks")
			require.ErrorIs(t, p.Departure(t.Context(), nil), ErrSilent)
			require.Equal(t, asked, h.count("/jwks"))
			cancel()
			one.Wait()
		}
		h.hang()
		require.NoError(t, p.Departure(t.Context(), nil), "the same second")
		require.NoError(t, trade(t.Context(), p, 100))
	})
}

// 500 people a second, for whom FranceConnect hangs for eight seconds, and never
// answers those that came then.
func TestAHangHasABoundAndIsOverWithinASecond(t *testing.T) {
	t.Parallel()
	for name, paths := range map[string][]string{"altogether": {"/token", "/userinfo", "/jwks"}, "token": {"/token"}, "for a minute": {"/token", "/userinfo"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				const most, each = 64, 2 * time.Millisecond
				h, p := newHanging(t)
				h.delay = 5 * time.Millisecond
				begin, end := 2*time.Second, 10*time.Second
				if name == "for a minute" {
					end = time.Minute
				}
				var all sync.WaitGroup
				var early, late, refusedLate atomic.Int64
				for at := time.Duration(0); at < end+5*time.Second; at += each {
					switch at {
					case begin:
						h.hang(paths...)
					case end:
						h.hang()
					}
					all.Go(func() {
						came := time.Now()
						err := trade(t.Context(), p, most)
						if err == nil {
							_, err = p.UserInfo(t.Context(), nil, "a")
						}
						switch {
						case at < begin-time.Second && err != nil:
							early.Add(1)
						case at > end+time.Second && err != nil:
							late.Add(1)
						}
						if (err == ErrFull || err == ErrSilent) && time.Since(came) > 0 {
							refusedLate.Add(1)
						}
					})
					time.Sleep(each)
				}
				all.Wait()
				require.Zero(t, early.Load(), "well, nobody is refused")
				require.Zero(t, late.Load(), "and it is well again within a second")
				require.Zero(t, refusedLate.Load(), "whoever is refused is told at once")
				require.LessOrEqual(t, h.top, most+32, "with the tries, and those that were on their way")
			})
		})
	}
}

// What comes slowly, or half of it, does not make the bound a larger one.
func TestTheBoundHoldsForAFranceConnectThatHalfAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		top int
		day func(*hanging)
	}{
		"slow": {2*64 + 16, func(h *hanging) { h.delay = 3 * time.Second }}, // tokens and userinfo, and tries
		"half": {2*64 + 16, func(h *hanging) { h.half = true }},             // of two rounds, and tries
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, p := newHanging(t)
				test.day(h)
				var all sync.WaitGroup
				for range 4000 {
					all.Go(func() {
						if trade(t.Context(), p, 64) == nil && name == "slow" {
							_, _ = p.UserInfo(t.Context(), nil, "a")
						}
					})
					time.Sleep(10 * time.Millisecond)
				}
				all.Wait()
				require.LessOrEqual(t, h.top, test.top)
				require.Greater(t, h.top, 60)
			})
		})
	}
}

func TestWhoeverIsAboutToLeaveIsToldWhileOneAsksForTheKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		require.NoError(t, p.Departure(t.Context(), nil))
		require.Zero(t, h.count("/jwks"), "nobody asks while it answers")
		silence(t, h, p)
		before := h.count("/jwks")
		h.set(func() { h.refuses = true })
		for range 5 {
			for range 10 {
				require.ErrorIs(t, p.Departure(t.Context(), nil), ErrSilent)
			}
			time.Sleep(tryEvery)
		}
		require.Equal(t, before+5, h.count("/jwks"))
		require.True(t, p.Silent())

		h.set(func() { h.refuses = false })
		h.hang("/token") // of which the keys say nothing
		require.NoError(t, p.Departure(t.Context(), nil))
		require.False(t, p.Silent(), "for all that is known")
		for range 10 {
			require.NoError(t, p.Departure(t.Context(), nil))
		}
		require.Equal(t, before+6, h.count("/jwks"))
		require.Error(t, trade(t.Context(), p, 100)) // whoever left comes back
		require.True(t, p.Silent())
		h.hang()
		time.Sleep(tryEvery)
		require.NoError(t, trade(t.Context(), p, 100))
		require.NoError(t, p.Departure(t.Context(), nil))
	})
}

// FranceConnect v1 has no keys to ask for; and a page that says that nobody can
// sign in does not say it for ever.
func TestAfterAWhileWithoutACallNothingIsKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, p := newHanging(t)
		p.keys.url = ""
		silence(t, h, p)
		require.ErrorIs(t, p.Departure(t.Context(), nil), ErrSilent)
		time.Sleep(deadFor - 1)
		require.True(t, p.Silent())
		require.ErrorIs(t, p.Departure(t.Context(), nil), ErrSilent)
		time.Sleep(time.Nanosecond)
		require.False(t, p.Silent())
		require.NoError(t, p.Departure(t.Context(), nil))
		require.Zero(t, h.count(""))
	})
}

func TestACallThatPanicsGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	p := New(Endpoints{Token: "https://fc.test/token", UserInfo: "https://fc.test/userinfo"}, false, &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { panic("a nil map") })}, time.Now)
	for range 3 {
		require.Panics(t, func() { _ = trade(t.Context(), p, 1) })
		require.Panics(t, func() { _, _ = p.UserInfo(t.Context(), nil, "a") })
	}
}
