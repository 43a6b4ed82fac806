package provider

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// A published key set, and how often it was asked for. Its time is that of the
// synctest bubble around it.
type published struct {
	mu      sync.Mutex
	kids    []string
	key     byte // which of the test's keys is under them
	early   bool // the answer is made when the request comes, and takes delay
	status  int
	control string
	delay   time.Duration
	asked   int
	at      []time.Time
}

// testKeys are as different as keys are.
var testKeys = sync.OnceValue(func() (keys [8]jose.JSONWebKey) {
	for i := range keys {
		k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		keys[i] = jose.JSONWebKey{Key: k.Public(), Use: "sig"}
	}
	return keys
})

func (p *published) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == "/token" {
		return nil, errors.New("no tokens here")
	}
	p.mu.Lock()
	p.asked++
	p.at = append(p.at, time.Now())
	delay, early, answer := p.delay, p.early, p.answer()
	p.mu.Unlock()
	select {
	case <-time.After(delay):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !early {
		answer = p.answer()
	}
	return answer, nil
}

// answer is what is published now. The caller holds p.mu.
func (p *published) answer() *http.Response {
	set := jose.JSONWebKeySet{}
	for _, kid := range p.kids {
		k := testKeys()[p.key]
		k.KeyID = kid
		set.Keys = append(set.Keys, k)
	}
	body, _ := json.Marshal(set)
	return &http.Response{StatusCode: p.status, Header: http.Header{"Cache-Control": {p.control}}, Body: io.NopCloser(bytes.NewReader(body))}
}

// replace puts another key under the same kids.
func (p *published) replace(key byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key = key
}

func (p *published) set(kids ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kids, p.status = kids, 200
}

func (p *published) break_(status int, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.status, p.delay = status, delay
}

// slow makes the answer take a while; early, it is made when the request comes.
func (p *published) slow(delay time.Duration, early bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay, p.early = delay, early
}

func (p *published) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func publish(kids ...string) (*published, *Provider) {
	p := &published{kids: kids, status: 200, control: "public, max-age=600"}
	return p, New(Endpoints{Keys: "https://fc.test/jwks"}, false, &http.Client{Transport: p}, time.Now)
}

// known reports whether a token with this kid finds a key, as a verifier looks.
func known(t *testing.T, p *Provider, kid string) bool {
	ok, err := verified(t.Context(), p, kid, 0)
	require.NoError(t, err)
	return ok
}

// verified is known for a token that was signed with a key, or with any if it is 0.
func verified(ctx context.Context, p *Provider, kid string, key byte) (bool, error) {
	for want := uint64(0); ; {
		found, next, err := p.Keys(ctx, nil, kid, want)
		if err != nil {
			return false, err
		}
		for _, k := range found {
			if key == 0 || testKeys()[key].Key.(*ecdsa.PublicKey).Equal(k.Key) {
				return true, nil
			}
		}
		if next == 0 {
			return false, nil
		}
		want = next
	}
}

func TestKeysAreFetchedOnceForAsLongAsTheyMayBeKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a", "b")
		for range 50 {
			require.True(t, known(t, p, "a"))
			require.True(t, known(t, p, "b"))
		}
		keys, _, err := p.Keys(t.Context(), nil, "", 0)
		require.NoError(t, err)
		require.Len(t, keys, 2)
		require.Equal(t, 1, fc.count())
		time.Sleep(599 * time.Second)
		require.True(t, known(t, p, "a"))
		require.Equal(t, 1, fc.count())
		time.Sleep(2 * time.Second)
		require.True(t, known(t, p, "a"))
		require.Equal(t, 2, fc.count())
	})
}

func TestABusyPortalNeverWaitsForKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		p.endpoints.Token = "https://fc.test/token"
		require.True(t, known(t, p, "a"))
		fc.break_(200, 5*time.Second) // the key set is slow to come
		for range 60 {
			time.Sleep(time.Minute)
			_, _ = p.Exchange(t.Context(), nil, Credentials{}, "c", 0) // beside which the keys are renewed
			start := time.Now()
			require.True(t, known(t, p, "a"))
			require.Zero(t, time.Since(start))
		}
	})
}

func TestKeysAreRenewedBesideATokenCallInTheLastQuarterOfTheirLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		p.endpoints.Token = "https://fc.test/token"
		exchange := func() int {
			_, _ = p.Exchange(t.Context(), nil, Credentials{}, "c", 0)
			synctest.Wait()
			return fc.count()
		}
		fc.break_(500, 0)
		require.Equal(t, 1, exchange(), "there were none")
		time.Sleep(2 * time.Second)
		fc.break_(200, 0)
		require.Equal(t, 2, exchange(), "there are none still")
		time.Sleep(450*time.Second - 1)
		require.Equal(t, 2, exchange())
		time.Sleep(time.Nanosecond)
		require.Equal(t, 3, exchange())
	})
}

// v1 has none.
func TestWhereNoKeysArePublishedNoneAreAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		told := make(chan string, 10)
		observe := func(ctx context.Context, call string) (context.Context, func(error)) {
			told <- call
			return ctx, func(error) {}
		}
		fc, _ := publish()
		p := New(Endpoints{Token: "https://fc.test/token"}, false, &http.Client{Transport: fc}, time.Now)
		require.NoError(t, p.EnsureKeys(t.Context(), observe))
		require.True(t, p.Available(t.Context(), observe))
		_, err := p.Exchange(t.Context(), observe, Credentials{}, "c", 0)
		require.Error(t, err)
		synctest.Wait()
		require.Len(t, told, 1)
		require.Equal(t, "token", <-told)
	})
}

func TestManyWhoAskAtOnceShareOneFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.break_(200, time.Second)
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() { require.True(t, known(t, p, "a")) })
		}
		wg.Wait()
		require.Equal(t, 1, fc.count())
		time.Sleep(time.Hour)
		for range 64 {
			wg.Go(func() { require.True(t, known(t, p, "a")) })
		}
		wg.Wait()
		require.Equal(t, 2, fc.count())
	})
}

func TestACallerThatGivesUpDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.break_(200, 3*time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := verified(ctx, p, "a", 0)
			require.Equal(t, &Error{Call: "keys", Kind: Unreachable, Cause: context.DeadlineExceeded}, err)
		})
		synctest.Wait() // the fetch is the one of the caller that gives up
		wg.Go(func() { require.True(t, known(t, p, "a")) })
		wg.Wait()
		require.Equal(t, 1, fc.count())
	})
}

func TestAHungFetchPoisonsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.break_(200, time.Hour)
		_, err := verified(t.Context(), p, "a", 0)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Unreachable, e.Kind)
		require.Equal(t, "keys", e.Call)
		fc.break_(200, 0)
		require.True(t, known(t, p, "a"))
	})
}

func TestTheLastGoodKeysServeWhileFranceConnectIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		p.endpoints.Token = "https://fc.test/token"
		require.True(t, known(t, p, "a"))
		fc.break_(500, 0)
		time.Sleep(time.Hour)
		for range 29 { // logins, two seconds apart
			require.True(t, known(t, p, "a"))
			require.NoError(t, p.EnsureKeys(t.Context(), nil))
			_, _ = p.Exchange(t.Context(), nil, Credentials{}, "c", 0)
			synctest.Wait()
			time.Sleep(2 * time.Second)
		}
		require.Equal(t, 2, fc.count(), "and not every login asks again")
		fc.break_(200, 0)
		time.Sleep(time.Minute + time.Second)
		require.True(t, known(t, p, "a"))
		require.Equal(t, 3, fc.count())
	})
}

func TestARotationIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		require.True(t, known(t, p, "a"))
		time.Sleep(5 * time.Second)
		fc.set("b")
		start := time.Now()
		require.True(t, known(t, p, "b"))
		require.Zero(t, time.Since(start))
		require.Equal(t, 2, fc.count())
		require.False(t, known(t, p, "a"), "a withdrawn key is gone")
	})
}

func TestKeysAreKeptAsLongAsTheirHeaderSays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.control = "max-age=120"
		require.True(t, known(t, p, "a"))
		time.Sleep(2*time.Minute - 1)
		require.True(t, known(t, p, "a"))
		require.Equal(t, 1, fc.count())
		time.Sleep(time.Nanosecond)
		require.True(t, known(t, p, "a"))
		require.Equal(t, 2, fc.count())
	})
}

func TestKeysThatCannotBeHadAreAnError(t *testing.T) {
	t.Parallel()
	for name, break_ := range map[string]func(*published){
		"500":      func(p *published) { p.status = 500 },
		"404":      func(p *published) { p.status = 404 },
		"no keys":  func(p *published) { p.kids = nil },
		"redirect": func(p *published) { p.status = 302 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fc, p := publish("a")
			break_(fc)
			_, err := verified(t.Context(), p, "a", 0)
			require.Equal(t, &Error{Call: "keys", Kind: Unreachable, Status: fc.status}, err)
			require.Error(t, p.EnsureKeys(t.Context(), nil))
		})
	}
}

func TestACrowdWhileFranceConnectIsDownIsToldSo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		fc.break_(500, 0)
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for range 10 {
					_, err := verified(t.Context(), p, "a", 0)
					var e *Error
					require.ErrorAs(t, err, &e, "not an unknown key: no keys at all")
					require.Equal(t, Unreachable, e.Kind)
				}
			})
		}
		wg.Wait()
		require.LessOrEqual(t, fc.count(), 11, "one for all who ask at once")
	})
}

func TestOnlyPublicSignatureKeysAreTaken(t *testing.T) {
	t.Parallel()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	var raws []string
	for _, k := range []jose.JSONWebKey{
		{Key: private.Public(), KeyID: "good", Use: "sig"},
		{Key: private.Public(), KeyID: "encryption", Use: "enc"},
		{Key: private, KeyID: "private", Use: "sig"},
		{Key: []byte("0123456789abcdef0123456789abcdef"), KeyID: "symmetric", Use: "sig"},
		{Key: private.Public(), KeyID: "no-use"},
	} {
		text, err := k.MarshalJSON()
		require.NoError(t, err)
		raws = append(raws, string(text))
	}
	raws = append(raws, `{"kty":"AKP","kid":"tomorrow","use":"sig"}`, `7`, `{"kty":"EC","crv":"P-256","kid":"off-curve","use":"sig","x":"AAAA","y":"AAAA"}`)
	var kids []string
	for _, k := range parseKeys([]byte(`{"keys":[` + strings.Join(raws, ",") + `]}`)) {
		kids = append(kids, k.KeyID)
	}
	require.Equal(t, []string{"good", "no-use"}, kids)
	require.Empty(t, parseKeys([]byte(`{"keys":[`)))
	require.Empty(t, parseKeys([]byte(`{"keys":[`+raws[0]+`],"keys":7}`)))
	require.Len(t, parseKeys([]byte(`{"keys":[`+strings.Repeat(raws[0]+",", 1000)+raws[0]+`]}`)), 32)
}

func TestMaxAgeIsTakenWithinBounds(t *testing.T) {
	t.Parallel()
	for control, age := range map[string]time.Duration{
		"public, max-age=600":                  10 * time.Minute,
		"max-age=1":                            time.Minute,
		"MAX-AGE=\"120\"":                      2 * time.Minute,
		"max-age=99999999":                     time.Hour,
		"max-age=-5":                           time.Minute,
		"public,max-age=300 ":                  5 * time.Minute,
		"max-age=61, public":                   61 * time.Second,
		"s-maxage=120, max-age=300, immutable": 5 * time.Minute,
		"max-age=3600":                         time.Hour,
		"max-age=x":                            10 * time.Minute,
		"no-store":                             10 * time.Minute,
		"":                                     10 * time.Minute,
	} {
		require.Equal(t, age, keyAge(control), control)
	}
}

func FuzzParseKeysNeverPanics(f *testing.F) {
	f.Add([]byte(`{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AA","e":"AQAB"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, k := range parseKeys(body) {
			require.True(t, k.IsPublic())
			require.True(t, k.Valid())
		}
	})
}

// endless never ends.
type endless struct {
	read   int
	closed bool
}

func (e *endless) Read(p []byte) (int, error) { e.read += len(p); return len(p), nil }
func (e *endless) Close() error               { e.closed = true; return nil }

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnEndlessAnswerIsCut(t *testing.T) {
	t.Parallel()
	body := &endless{}
	c := newHTTPCaller(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: body}, nil
	})})
	_, _, err := c.call(t.Context(), "userinfo", "https://fc.test/", "", http.Header{})
	require.ErrorContains(t, errors.Unwrap(err), "larger than")
	require.LessOrEqual(t, body.read, 2<<20)
	require.True(t, body.closed)
}

func TestAnAnswerIsReadWholeUpToAMegabyteWhateverItSaysOfItsLength(t *testing.T) {
	t.Parallel()
	for _, said := range []int64{-1, 0, 1, 1 << 20, 1<<20 + 1, 1 << 60} {
		for length, whole := range map[int]bool{0: true, 1000: true, 1 << 20: true, 1<<20 + 1: false} {
			sent := strings.Repeat("a", length)
			c := newHTTPCaller(&http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, ContentLength: said, Body: io.NopCloser(strings.NewReader(sent))}, nil
			})})
			_, got, err := c.call(t.Context(), "userinfo", "https://fc.test/", "", http.Header{})
			if !whole {
				require.ErrorContains(t, errors.Unwrap(err), "larger than 1048576 bytes")
				continue
			}
			require.NoError(t, err)
			require.Equal(t, sent, string(got))
		}
	}
}

func TestAnAnswerThatBreaksOffIsNoAnswer(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	p := New(Endpoints{UserInfo: "https://fc.test/userinfo", Token: "https://fc.test/token"}, false, &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader(`{"access_token":"a"`), failing{broken}))}, nil
	})}, time.Now)
	_, err := p.UserInfo(t.Context(), nil, "t")
	require.ErrorIs(t, err, broken)
	require.EqualError(t, errors.Unwrap(err), "reading the answer: connection reset")
	_, err = p.Exchange(t.Context(), nil, Credentials{}, "c", 0)
	require.ErrorIs(t, err, broken)
}

func TestATransportThatReturnsNothingIsAnErrorOfTheCall(t *testing.T) {
	t.Parallel()
	p := New(Endpoints{UserInfo: "https://fc.test/userinfo"}, false, &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return nil, nil
	})}, time.Now)
	_, err := p.UserInfo(t.Context(), nil, "t")
	require.Equal(t, &Error{Call: "userinfo", Kind: Unreachable, Cause: errNothing}, err)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
