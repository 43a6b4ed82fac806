package franceconnect_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// organisation is the config of one more, with the keys of the first.
func organisation(i int, first franceconnect.Config) franceconnect.Config {
	return franceconnect.Config{
		Environment: first.Environment, HTTPClient: first.HTTPClient, Now: first.Now,
		ClientID: fmt.Sprintf("%064d", i), ClientSecret: franceconnect.Secret(fmt.Sprintf("%064d", -i)),
		RedirectURL: fmt.Sprintf("https://ville-%d.example.fr/callback", i), CookieKeys: first.CookieKeys,
	}
}

func TestTenThousandOrganisationsShareOneSetOfKeys(t *testing.T) {
	vectorKeys() // drawn now: within the fetch, its deadline would hold for that
	c := good()
	asked := 0
	c.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		s := &signer{vector: vector{}, t: t, platform: franceconnect.V2}
		return reply("", "application/jwk-set+json", s.keySet()), nil
	})}
	var pool franceconnect.Pool
	var err error
	configs := make([]franceconnect.Config, 10_000)
	for i := range configs {
		configs[i] = organisation(i, c)
	}
	all := make([]*franceconnect.Client, len(configs))
	before, goroutines := heap(), runtime.NumGoroutine()
	for i := range all {
		all[i], err = pool.New(configs[i])
		require.NoError(t, err)
	}
	each := (heap() - before) / uint64(len(all))
	for _, fc := range all {
		require.NoError(t, fc.Ready(t.Context()))
	}
	require.Equal(t, 1, asked)
	require.LessOrEqual(t, each, uint64(400)+uint64(franceconnect.ConfigSize), "bytes for each client, its copy of the settings included")
	require.LessOrEqual(t, runtime.NumGoroutine(), goroutines+1)
	runtime.KeepAlive(all)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestOrganisationsSignPeopleInEachForItself(t *testing.T) {
	t.Parallel()
	var second mockidp.Client
	p := newPortalOn(t, mockidp.V2, nil, nil)
	second = mockidp.DefaultClient(mockidp.V2)
	var pool franceconnect.Pool
	own, err := pool.New(p.config)
	require.NoError(t, err)
	c := p.config
	c.ClientID = second.ID[:60] + "beef"
	other, err := pool.New(c)
	require.NoError(t, err)
	require.Equal(t, c.ClientID, loginURL(t, other, franceconnect.LoginRequest{}).Get("client_id"))

	// A login of the one is not the other's, although they have the same keys,
	// and even if its cookie is given the other's name.
	w := httptest.NewRecorder()
	require.NoError(t, other.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	to, err := w.Result().Location()
	require.NoError(t, err)
	theirs := w.Result().Cookies()[0]
	w = httptest.NewRecorder()
	require.NoError(t, own.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	ours := w.Result().Cookies()[0]
	for _, name := range []string{theirs.Name, ours.Name[:len(ours.Name)-16] + theirs.Name[len(theirs.Name)-16:]} {
		r := httptest.NewRequest(http.MethodGet, "/callback?code=c&state="+to.Query().Get("state"), nil)
		r.AddCookie(&http.Cookie{Name: name, Value: theirs.Value})
		_, err = own.Callback(httptest.NewRecorder(), r)
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
	}
	require.Zero(t, p.asked("/token"))
}

func TestAPoolSharesOneFranceConnectAndKeepsOthersApart(t *testing.T) {
	t.Parallel()
	asked := map[string]int{}
	c := good()
	c.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked[r.URL.Host]++
		s := &signer{vector: vector{}, t: t, platform: franceconnect.V2}
		return reply("", "application/jwk-set+json", s.keySet()), nil
	})}
	var pool franceconnect.Pool
	for i, env := range []franceconnect.Environment{franceconnect.Sandbox, franceconnect.Integration, franceconnect.Sandbox, franceconnect.Sandbox.Parts()} {
		o := organisation(i, c)
		o.Environment = env
		fc, err := pool.New(o)
		require.NoError(t, err)
		require.NoError(t, fc.Ready(t.Context()))
	}
	require.Equal(t, map[string]int{"fcp-low.sbx.dev-franceconnect.fr": 1, "fcp-low.integ01.dev-franceconnect.fr": 1}, asked)
	other := organisation(9, c)
	other.HTTPClient = &http.Client{Transport: c.HTTPClient.Transport}
	fc, err := pool.New(other)
	require.NoError(t, err)
	require.NoError(t, fc.Ready(t.Context()))
	require.Equal(t, 2, asked["fcp-low.sbx.dev-franceconnect.fr"], "another way to it is another connection")
}

func TestAPoolRefusesAWrongConfigAndGoesOn(t *testing.T) {
	t.Parallel()
	var pool franceconnect.Pool
	wrong := organisation(1, good())
	wrong.ClientID = ""
	_, err := pool.New(wrong)
	require.ErrorContains(t, err, "ClientID is missing")
	off := organisation(2, good())
	off.Disabled = true
	_, err = pool.New(off)
	require.NoError(t, err)
	fc, err := pool.New(organisation(3, good()))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(fc.ProviderOrigin(), "https://fcp-low.sbx."))
}

func TestEachOrganisationHasItsOwnClock(t *testing.T) {
	t.Parallel()
	var told franceconnect.Event
	clock := newClock()
	var pool franceconnect.Pool
	_, err := pool.New(good())
	require.NoError(t, err)
	c := organisation(1, good())
	c.Now = clock.Now
	c.Trace = func(ctx context.Context, _ string) (context.Context, func(franceconnect.Event)) {
		clock.Advance(time.Hour)
		return ctx, nil
	}
	c.Observe = func(_ context.Context, e franceconnect.Event) { told = e }
	other, err := pool.New(c)
	require.NoError(t, err)
	loginURL(t, other, franceconnect.LoginRequest{})
	require.Equal(t, time.Hour, told.Duration)
}

func TestAnOrganisationWithKeysOfItsOwnSealsWithThem(t *testing.T) {
	t.Parallel()
	var pool franceconnect.Pool
	_, err := pool.New(good())
	require.NoError(t, err)
	c := organisation(1, good())
	c.CookieKeys = []franceconnect.CookieKey{{9}}
	there, err := pool.New(c)
	require.NoError(t, err)
	elsewhere := clientOf(t, c) // on another machine
	at, cookies := away(t, there, franceconnect.LoginRequest{})
	_, err = comeBack(elsewhere, "/callback?code=c&state="+at.Query().Get("state"), cookies)
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "callback.iss", e.Reason, "the login was found; what it lacks comes after")
}
