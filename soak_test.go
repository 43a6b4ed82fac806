package franceconnect_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

var soak = flag.Int("soak", 1000, "logins of TestSoak")

// A badLogin is a fault, and what must become of a login that meets it. Each
// comes in one login of twenty.
type badLogin struct {
	reason string
	answer mockidp.Scenario
	within time.Duration // the person's patience, if it ends
}

var badLogins = []badLogin{
	{reason: "callback.denied", answer: mockidp.Scenario{Cancel: true}},
	{reason: "callback.restart", answer: mockidp.Scenario{Error: "server_error"}},
	{reason: "callback.iss", answer: mockidp.Scenario{Callback: map[string]string{"iss": "https://evil.test"}}},
	{reason: "state.unknown", answer: mockidp.Scenario{Callback: map[string]string{"state": "0123456789abcdef0123"}}},
	{reason: "token.unreachable", answer: mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503}}},
	{reason: "token.unreachable", answer: mockidp.Scenario{TokenFault: mockidp.Fault{Status: 200, Body: "<h1>Bad Gateway</h1>"}}},
	{reason: "token.malformed", answer: mockidp.Scenario{TokenFault: mockidp.Fault{Status: 200, Body: "{Bad Gateway"}}},
	{reason: "token.unreachable", answer: mockidp.Scenario{TokenFault: mockidp.Fault{Truncate: 40}}},
	{reason: "token.unreachable", answer: mockidp.Scenario{TokenFault: mockidp.Fault{Hang: true}}, within: 20 * time.Millisecond},
	{reason: "id_token.nonce", answer: mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": "other"}}}},
	{reason: "id_token.signature", answer: mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}},
	{reason: "id_token.alg", answer: mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "HS256", Key: "other"}}},
	{reason: "id_token.hs256", answer: mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: "HS256"}}},
	{reason: "userinfo.unreachable", answer: mockidp.Scenario{UserInfoFault: mockidp.Fault{Status: 502}}},
	{reason: "userinfo.sub", answer: mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": "other"}}}},
	{reason: "userinfo.format", answer: mockidp.Scenario{UserInfo: mockidp.TokenChange{JSON: true}}},
}

// A soaker signs people in, one after another, at a mock of its own.
type soaker struct {
	t   *testing.T
	idp *mockidp.Provider
	fc  *franceconnect.Client
	web http.RoundTripper

	forged int // tokens of another key: each but the first few waits for its turn to fetch the keys
}

// renew makes a new mock at the old address: the one before has kept a record
// of everything.
func (s *soaker) renew(origin string) {
	var err error
	s.idp, err = mockidp.New(mockidp.Config{Auto: true, Origin: origin})
	require.NoError(s.t, err)
}

func (s *soaker) start(origin string) {
	s.renew(origin)
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", s.idp.Getenv("http://localhost:8080/callback", ""))
	require.NoError(s.t, err)
	config.HTTPClient, config.Scopes = &http.Client{Transport: s.web}, []string{"identite_pivot"}
	s.fc, err = franceconnect.New(config)
	require.NoError(s.t, err)
}

// login is one login, honest or with a fault, which ends as it must.
func (s *soaker) login(bad *badLogin) {
	ctx := context.Background()
	if bad != nil {
		s.idp.Next(bad.answer)
		if bad.within > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, bad.within)
			defer cancel()
		}
	}
	w := httptest.NewRecorder()
	require.NoError(s.t, s.fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{ReturnTo: "/compte"}))
	b := newBrowser(s.t)
	b.Transport = s.web
	back, err := url.Parse(b.location(b.Get(w.Header().Get("Location"))))
	require.NoError(s.t, err)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, back.RequestURI(), nil)
	for _, k := range w.Result().Cookies() {
		r.AddCookie(k)
	}
	session, err := s.fc.Callback(httptest.NewRecorder(), r)
	if bad == nil {
		require.NoError(s.t, err)
		require.NotEmpty(s.t, session.Identity.FamilyName)
		return
	}
	require.Nil(s.t, session)
	var e *franceconnect.Error
	require.ErrorAs(s.t, err, &e)
	require.Equal(s.t, bad.reason, e.Reason)
}

// A bad day for months: every login is right, or refused for the right reason,
// and nothing stays behind. Half of the mocks are behind real connections.
func TestSoak(t *testing.T) {
	const workers, batch = 8, 250
	var all []*soaker
	transport := &http.Transport{MaxIdleConnsPerHost: 4}
	for i := range workers {
		s := &soaker{t: t}
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.idp.ServeHTTP(w, r) })
		origin := "https://mock.test"
		s.web = inProcess{handler}
		if i%2 == 0 {
			server := httptest.NewServer(handler)
			defer server.Close()
			origin, s.web = server.URL, transport
		}
		s.start(origin)
		all = append(all, s)
	}
	run := func(logins int) {
		var wg sync.WaitGroup
		for i, s := range all {
			wg.Go(func() {
				random := rand.New(rand.NewPCG(uint64(i), 1))
				for n := range logins / workers {
					if n%batch == 0 {
						s.renew(s.idp.Issuer()[:len(s.idp.Issuer())-len("/api/v2")])
					}
					var bad *badLogin
					if k := random.IntN(20); k < len(badLogins) {
						bad = &badLogins[k]
					}
					if bad != nil && bad.answer.IDToken.Key != "" {
						if s.forged++; s.forged > 6 {
							bad = nil
						}
					}
					s.login(bad)
				}
			})
		}
		wg.Wait()
		for _, s := range all {
			s.renew(s.idp.Issuer()[:len(s.idp.Issuer())-len("/api/v2")])
		}
		transport.CloseIdleConnections()
	}
	run(workers * 50) // what is made once is made now
	settled := func() (uint64, int) {
		// Connections end when their server has noticed.
		for range 50 {
			if runtime.NumGoroutine() <= 3*workers {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		return heap(), runtime.NumGoroutine()
	}
	heap1, goroutines1 := settled()
	run(*soak)
	heap2, goroutines2 := settled()
	t.Logf("%d logins; heap %d kB, then %d kB; goroutines %d, then %d", *soak, heap1>>10, heap2>>10, goroutines1, goroutines2)
	require.LessOrEqual(t, heap2, heap1+1<<20)
	require.LessOrEqual(t, goroutines2, goroutines1+workers)
}

// inProcess calls a handler without a connection. A handler that panics, to
// end the connection, ends it.
type inProcess struct{ http.Handler }

func (h inProcess) RoundTrip(r *http.Request) (res *http.Response, err error) {
	done := make(chan struct{})
	w := httptest.NewRecorder()
	go func() {
		defer close(done)
		defer func() {
			if recover() != nil {
				err = errors.New("connection reset")
			}
		}()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		h.ServeHTTP(w, r)
	}()
	select {
	case <-done:
		if err := cmp.Or(err, r.Context().Err()); err != nil { // a handler that was given up answers nothing
			return nil, err
		}
		if n := w.Header().Get("Content-Length"); n != "" && n != strconv.Itoa(w.Body.Len()) {
			return nil, io.ErrUnexpectedEOF
		}
		res = w.Result()
		res.Request = r
		return res, nil
	case <-r.Context().Done():
		<-done // the handler sees it too
		return nil, r.Context().Err()
	}
}
