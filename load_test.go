package franceconnect_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// While one code waits, and there is no place for a second.
func TestACodeBeyondTheBoundIsRefusedUnusedAndThePersonStartsAgain(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		waits, goOn := make(chan struct{}, 1), make(chan struct{})
		p := newPortalOn(t, platform, nil, func(c *franceconnect.Config) {
			c.MaxCalls = 1
			if platform == mockidp.V1 {
				c.Scopes = []string{"openid"}
			}
			c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost {
					waits <- struct{}{}
					<-goOn
				}
				return portaltest.Web.RoundTrip(r)
			})}
		})
		first, second := newBrowser(t), newBrowser(t)
		back, late := first.leave(p, "/"), second.leave(p, "/late?a=1")
		done := make(chan outcome)
		go func() { done <- first.open(back) }()
		<-waits
		r := httptest.NewRequest(http.MethodGet, late, nil)
		for _, k := range second.cookies(p) {
			r.AddCookie(k)
		}
		_, err := p.fc.Callback(httptest.NewRecorder(), r)
		require.ErrorIs(t, err, franceconnect.ErrUnavailable)
		require.Equal(t, http.StatusServiceUnavailable, franceconnect.StatusCode(err))
		var e *franceconnect.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "calls.full", e.Reason)
		require.Equal(t, "/late?a=1", e.ReturnTo)
		require.EqualError(t, err, "franceconnect: FranceConnect cannot be reached (calls.full): too many calls to FranceConnect wait for its answer")
		french, english := franceconnect.OperatorAdvice(err)
		require.Contains(t, french, "MaxCalls")
		require.Contains(t, english, "MaxCalls")
		require.True(t, p.fc.Available(), "the next one may find a place")

		close(goOn)
		require.NotEmpty(t, (<-done).Subject)
		require.Equal(t, 1, p.asked("/token"), "the code that was refused was not sent")
		require.NotEmpty(t, second.open(second.leave(p, "/late?a=1")).Subject)
	}
}

// unreachable takes FranceConnect out of reach.
func unreachable(away *atomic.Bool) func(*franceconnect.Config) {
	return func(c *franceconnect.Config) {
		c.HTTPClient = &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
			if away.Load() {
				return nil, errors.New("no route to host")
			}
			return portaltest.Web.RoundTrip(r)
		})}
	}
}

func TestNobodyLeavesForAFranceConnectThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	p := newPortal(t, unreachable(&away))
	leave := func() error {
		w := httptest.NewRecorder()
		err := p.fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{})
		require.Equal(t, err == nil, len(w.Header()) > 0, "nothing is written with an error")
		return err
	}
	require.True(t, p.fc.Available())
	b := newBrowser(t)
	var backs []string
	for range 5 {
		backs = append(backs, b.leave(p, "/"))
	}
	away.Store(true)
	for _, back := range backs[:3] {
		require.NoError(t, leave())
		require.Equal(t, "token.unreachable", b.open(back).Reason)
	}
	require.False(t, p.fc.Available())
	require.Equal(t, "token.unreachable", b.open(backs[3]).Reason, "who tries")
	require.Equal(t, "calls.silent", b.open(backs[4]).Reason)

	other := p.config // another portal of the pool shares what is known
	other.RedirectURL = "https://portail.example.fr/callback"
	fc, err := p.pool.New(other)
	require.NoError(t, err)
	require.False(t, fc.Available())

	err = leave()
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.Equal(t, http.StatusServiceUnavailable, franceconnect.StatusCode(err))
	require.EqualError(t, err, "franceconnect: FranceConnect cannot be reached (calls.silent): the latest calls to FranceConnect had no answer")
	french, english := franceconnect.OperatorAdvice(err)
	require.Contains(t, french, "sans réponse")
	require.Contains(t, english, "no answer")
	require.ErrorIs(t, leave(), franceconnect.ErrUnavailable, "and who does not try")
}

func TestPeopleLeaveAgainWhenFranceConnectIsBack(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	p, b := newPortal(t, unreachable(&away)), newBrowser(t)
	var backs []string
	for range 3 {
		backs = append(backs, b.leave(p, "/"))
	}
	away.Store(true)
	for _, back := range backs {
		require.Equal(t, "token.unreachable", b.open(back).Reason)
	}
	require.False(t, p.fc.Available())
	away.Store(false)
	back := b.leave(p, "/") // it asks
	require.True(t, p.fc.Available())
	require.NotEmpty(t, b.open(back).Subject)
	require.True(t, p.fc.Available())
}
