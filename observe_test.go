package franceconnect_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// An operation and the requests within it are a tree: each goes on with the
// context that Trace gave it, and ends with it.
func TestTraceGivesAnOperationItsContextAndIsToldItsEnd(t *testing.T) {
	t.Parallel()
	type spanKey struct{}
	var mu sync.Mutex
	parents, ended, traced := map[string]string{}, map[string]string{}, 0
	keysTold := make(chan struct{})
	p, b := newPortal(t, func(c *franceconnect.Config) {
		c.Trace = func(ctx context.Context, operation string) (context.Context, func(franceconnect.Event)) {
			mu.Lock()
			defer mu.Unlock()
			parent, _ := ctx.Value(spanKey{}).(string)
			parents[operation] = parent
			return context.WithValue(ctx, spanKey{}, operation), func(e franceconnect.Event) {
				mu.Lock()
				defer mu.Unlock()
				require.Equal(t, operation, e.Operation)
				require.Equal(t, operation, ended[operation], "Observe was told before")
				traced++
				if operation == "keys" {
					close(keysTold)
				}
			}
		}
		c.Observe = func(ctx context.Context, e franceconnect.Event) {
			mu.Lock()
			defer mu.Unlock()
			ended[e.Operation], _ = ctx.Value(spanKey{}).(string)
		}
	}), newBrowser(t)
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	b.logout(p)
	require.NoError(t, p.fc.Ready(t.Context()))
	<-keysTold
	mu.Lock()
	defer mu.Unlock()
	require.Equal(t, map[string]string{"login": "", "callback": "", "token": "callback", "userinfo": "callback", "keys": "callback", "logout": "", "ready": ""}, parents)
	for stage, at := range ended {
		require.Equal(t, stage, at)
	}
	require.Len(t, ended, len(parents))
	require.Equal(t, len(ended), traced)
}

// Observe alone is told of the requests too.
func TestARequestThatFailsIsToldWithItsError(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	p.idp.InjectFault("/token", mockidp.Fault{Status: http.StatusServiceUnavailable})
	require.NotEmpty(t, b.open(b.leave(p, "/")).Message)
	require.ErrorIs(t, p.told("token")[0].Err, franceconnect.ErrUnavailable)
	require.Empty(t, p.told("userinfo"))
	p.idp.ClearFault("/token")
	p.idp.InjectFault("/userinfo", mockidp.Fault{Status: http.StatusForbidden, Body: `{"error":"insufficient_scope"}`})
	require.NotEmpty(t, b.open(b.leave(p, "/")).Message)
	require.NoError(t, p.told("token")[1].Err)
	require.ErrorIs(t, p.told("userinfo")[0].Err, franceconnect.ErrMisconfigured)
}

func TestLogEventsWritesWhatAnOperatorNeeds(t *testing.T) {
	t.Parallel()
	unavailable := &franceconnect.Error{Kind: franceconnect.ErrUnavailable, Reason: "token.unreachable"}
	untrusted := &franceconnect.Error{Kind: franceconnect.ErrVerification, Reason: "id_token.signature"}
	for _, test := range []struct {
		event franceconnect.Event
		want  string
	}{
		{franceconnect.Event{Operation: "login", Platform: franceconnect.V2, Level: franceconnect.Eidas1, Duration: time.Millisecond}, "level=INFO msg=franceconnect stage=login platform=v2 took=1ms acr=eidas1\n"},
		{franceconnect.Event{Operation: "callback", Err: franceconnect.ErrDenied}, "level=INFO "},
		{franceconnect.Event{Operation: "callback", Err: franceconnect.ErrLoginExpired}, "level=INFO "},
		{franceconnect.Event{Operation: "login", Err: franceconnect.ErrDisabled}, "level=INFO "},
		{franceconnect.Event{Operation: "logout", Err: franceconnect.ErrStillOpen}, "level=INFO "},
		{franceconnect.Event{Operation: "callback", Err: unavailable}, "level=WARN "},
		{franceconnect.Event{Operation: "callback", Err: franceconnect.ErrLevelTooLow}, "level=WARN "},
		{franceconnect.Event{Operation: "callback", Err: untrusted}, `level=ERROR msg=franceconnect stage=callback platform="" took=0s error="franceconnect: an answer could not be verified (id_token.signature)" advice="À examiner : `},
		{franceconnect.Event{Operation: "callback", Err: franceconnect.ErrMisconfigured}, "level=ERROR "},
		{franceconnect.Event{Operation: "ready", Err: unavailable}, "level=WARN "},
		{franceconnect.Event{Operation: "token"}, "level=DEBUG "},
		{franceconnect.Event{Operation: "token", Err: unavailable}, "level=DEBUG "},
		{franceconnect.Event{Operation: "userinfo", Err: unavailable}, "level=DEBUG "},
		{franceconnect.Event{Operation: "keys"}, "level=DEBUG "},
		{franceconnect.Event{Operation: "keys", Err: unavailable}, "level=WARN "},
	} {
		var log portaltest.Log
		write := franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}})))
		write(t.Context(), test.event)
		require.Contains(t, log.String(), test.want)
	}
}

// A FranceConnect that is there or not, and how often it was asked.
type presence struct {
	status int // 0 is silence
	asked  int
}

func (p *presence) RoundTrip(r *http.Request) (*http.Response, error) {
	p.asked++
	if p.status == 0 {
		return nil, errors.New("no route to host")
	}
	w := httptest.NewRecorder()
	w.WriteHeader(p.status)
	w.WriteString(`{"keys":[{"kty":"EC","crv":"P-256","kid":"k","use":"sig","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`)
	return w.Result(), nil
}

func TestHealthIsWhatWasLastHeardOfFranceConnect(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		there := &presence{status: http.StatusOK}
		config := good()
		config.HTTPClient = &http.Client{Transport: there}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		// probe asks as often as it says, every second.
		probe := func(times int) (status, asked int) {
			before := there.asked
			for range times {
				w := httptest.NewRecorder()
				fc.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
				require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
				require.Equal(t, map[int]string{200: "up\n", 503: "down\n"}[w.Code], w.Body.String())
				status = w.Code
				time.Sleep(time.Second) // of the bubble
			}
			return status, there.asked - before
		}
		status, asked := probe(59)
		require.Equal(t, []int{200, 1}, []int{status, asked}, "one probe in a minute asks")
		there.status = 0
		status, asked = probe(20)
		require.Equal(t, []int{503, 2}, []int{status, asked}, "one in ten seconds, while it is away")
		there.status = http.StatusBadGateway
		status, _ = probe(11)
		require.Equal(t, 503, status)
		there.status = http.StatusOK
		status, asked = probe(12)
		require.Equal(t, []int{200, 1}, []int{status, asked})

		// A caller that hangs up says nothing about FranceConnect.
		time.Sleep(time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		there.status = http.StatusOK
		fc.HealthHandler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil).WithContext(ctx))
		synctest.Wait()
		status, _ = probe(1)
		require.Equal(t, 200, status)
	})
}

// What people do tells as much as a probe.
func TestHealthKnowsWhatLoginsHaveHeard(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	health := func() int {
		w := httptest.NewRecorder()
		p.fc.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		return w.Code
	}
	require.Empty(t, b.open(b.leave(p, "/")).Message)
	require.Equal(t, 200, health())
	require.Equal(t, 1, p.asked("/jwks"), "of the login")
	p.idp.InjectFault("/token", mockidp.Fault{Status: http.StatusServiceUnavailable})
	require.NotEmpty(t, b.open(b.leave(p, "/")).Message)
	require.Equal(t, 503, health())
	p.idp.ClearFault("/token")
	p.idp.InjectFault("/token", mockidp.Fault{Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`})
	require.NotEmpty(t, b.open(b.leave(p, "/")).Message)
	require.Equal(t, 200, health(), "a refusal is an answer")

	back := httptest.NewRequest(http.MethodGet, b.leave(p, "/"), nil)
	for _, k := range b.cookies(p) {
		back.AddCookie(k)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.fc.Callback(httptest.NewRecorder(), back.WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 200, health(), "a browser that hangs up is no outage")
}

func TestHealthOnV1IsWhatLoginsHaveHeard(t *testing.T) {
	t.Parallel()
	config := good()
	config.Environment, config.ClientSecret = franceconnect.IntegrationV1, franceconnect.Secret(strings.Repeat("s", 64))
	fc := clientOf(t, config)
	w := httptest.NewRecorder()
	fc.HealthHandler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, 200, w.Code)
}

// A Store of the portal's that panics is its own to mend, and nobody is told
// that somebody signed in.
func TestAPanicIsNotTakenForASignIn(t *testing.T) {
	t.Parallel()
	var told []franceconnect.Event
	config := good()
	config.Store = fuse{&memory{all: map[string][]byte{}}}
	config.Observe = func(_ context.Context, e franceconnect.Event) { told = append(told, e) }
	fc := clientOf(t, config)
	at, cookies := away(t, fc, franceconnect.LoginRequest{})
	require.Panics(t, func() {
		_, _ = comeBack(fc, "/callback?code=c&iss=x&state="+at.Query().Get("state"), cookies)
	})
	require.Equal(t, "callback", told[1].Operation)
	require.ErrorIs(t, told[1].Err, franceconnect.ErrUnavailable)
}

// A fuse is a Store that takes, and blows.
type fuse struct{ *memory }

func (fuse) Take(context.Context, string) ([]byte, bool, error) { panic("blown") }
