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
func organisation(i int, keys []franceconnect.CookieKey) franceconnect.Config {
	return franceconnect.Config{
		ClientID: fmt.Sprintf("%064d", i), ClientSecret: franceconnect.Secret(fmt.Sprintf("%064d", -i)),
		RedirectURL: fmt.Sprintf("https://ville-%d.example.fr/callback", i), CookieKeys: keys,
	}
}

func TestTenThousandOrganisationsShareOneSetOfKeys(t *testing.T) {
	c := good()
	asked := 0
	c.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		s := &signer{vector: vector{}, t: t, platform: franceconnect.V2}
		return reply("", "application/jwk-set+json", s.keySet()), nil
	})}
	first, err := franceconnect.New(c)
	require.NoError(t, err)
	configs := make([]franceconnect.Config, 10_000)
	for i := range configs {
		configs[i] = organisation(i, c.CookieKeys)
	}
	all := make([]*franceconnect.Client, len(configs))
	before, goroutines := heap(), runtime.NumGoroutine()
	for i := range all {
		all[i], err = first.With(configs[i])
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
	c := p.config
	c.Environment, c.HTTPClient, c.Now = nil, nil, nil
	c.ClientID = second.ID[:60] + "beef"
	other, err := p.fc.With(c)
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
	require.NoError(t, p.fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	ours := w.Result().Cookies()[0]
	for _, name := range []string{theirs.Name, ours.Name[:len(ours.Name)-16] + theirs.Name[len(theirs.Name)-16:]} {
		r := httptest.NewRequest(http.MethodGet, "/callback?code=c&state="+to.Query().Get("state"), nil)
		r.AddCookie(&http.Cookie{Name: name, Value: theirs.Value})
		_, err = p.fc.Callback(httptest.NewRecorder(), r)
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
	}
	require.Zero(t, p.asked("/token"))
}

func TestWithRefusesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	first, err := franceconnect.New(good())
	require.NoError(t, err)
	keys := []franceconnect.CookieKey{{9}}
	for name, change := range map[string]func(*franceconnect.Config){
		"left empty":                            func(c *franceconnect.Config) { c.Environment = franceconnect.Production },
		"left empty, as are HTTPClient and Now": func(c *franceconnect.Config) { c.HTTPClient = &http.Client{} },
		"HTTPClient and Now: they are":          func(c *franceconnect.Config) { c.Now = time.Now },
		"ClientID is missing":                   func(c *franceconnect.Config) { c.ClientID = "" },
		"RedirectURL must be https":             func(c *franceconnect.Config) { c.RedirectURL = "http://ville.example.fr/" },
	} {
		c := organisation(1, keys)
		change(&c)
		_, err := first.With(c)
		require.ErrorContains(t, err, name)
	}
	other, err := first.With(organisation(1, keys))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(other.ProviderOrigin(), "https://fcp-low.sbx."))
}

func TestOrganisationsHaveTheClockOfTheFirst(t *testing.T) {
	t.Parallel()
	var told franceconnect.Event
	c := good()
	clock := newClock()
	c.Now = clock.Now
	first, err := franceconnect.New(c)
	require.NoError(t, err)
	c = organisation(1, c.CookieKeys)
	c.Begin = func(ctx context.Context, _ string) context.Context { clock.Advance(time.Hour); return ctx }
	c.Observe = func(_ context.Context, e franceconnect.Event) { told = e }
	other, err := first.With(c)
	require.NoError(t, err)
	loginURL(t, other, franceconnect.LoginRequest{})
	require.Equal(t, time.Hour, told.Duration)
}

func TestAnOrganisationWithKeysOfItsOwnSealsWithThem(t *testing.T) {
	t.Parallel()
	first, err := franceconnect.New(good())
	require.NoError(t, err)
	c := organisation(1, []franceconnect.CookieKey{{9}})
	there, err := first.With(c)
	require.NoError(t, err)
	c.Environment = franceconnect.Sandbox
	elsewhere, err := franceconnect.New(c) // on another machine
	require.NoError(t, err)
	w := httptest.NewRecorder()
	require.NoError(t, there.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
	to, err := w.Result().Location()
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodGet, "/callback?code=c&state="+to.Query().Get("state"), nil)
	r.AddCookie(w.Result().Cookies()[0])
	_, err = elsewhere.Callback(httptest.NewRecorder(), r)
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "callback.iss", e.Reason, "the login was found; what it lacks comes after")
}
