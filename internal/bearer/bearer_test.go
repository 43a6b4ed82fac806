package bearer

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// provider answers with the Authorization that it was given.
func provider(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.FormValue("to"); to != "" {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
			return
		}
		w.Header().Set("Seen", r.Header.Get("Authorization"))
	}))
	t.Cleanup(s.Close)
	return s
}

// parsed is an origin, nil for "".
func parsed(t *testing.T, origin string) *url.URL {
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	require.NoError(t, err)
	return u
}

func TestTheTokenGoesToItsProvider(t *testing.T) {
	t.Parallel()
	s := provider(t)
	client := &http.Client{Transport: Transport{Token: "t0ken", Origin: parsed(t, s.URL), Base: http.DefaultTransport}}
	for _, path := range []string{"/", "/v3?recipient=1", "?to=/v3"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		require.NoError(t, err)
		r.Header.Set("Authorization", "Bearer another")
		res, err := client.Do(r)
		require.NoError(t, err, path)
		require.NoError(t, res.Body.Close())
		require.Equal(t, "Bearer t0ken", res.Header.Get("Seen"), path)
		require.Equal(t, "Bearer another", r.Header.Get("Authorization"), "the caller's request stays as it is")
	}
}

type body struct {
	*strings.Reader
	closed bool
}

func (b *body) Close() error { b.closed = true; return nil }

func TestTheTokenGoesNowhereElse(t *testing.T) {
	t.Parallel()
	s, other := provider(t), provider(t)
	reached := false
	never := roundTrip(func(r *http.Request) (*http.Response, error) {
		reached = r.Host != strings.TrimPrefix(s.URL, "http://")
		return http.DefaultTransport.RoundTrip(r)
	})
	for _, test := range []struct{ origin, to, want string }{
		{s.URL, other.URL, "not for another host"},
		{s.URL, s.URL + "?to=" + other.URL, "not for another host"},
		{s.URL, strings.Replace(s.URL, "http://", "https://", 1), "not for another host"},
		{"", s.URL, "https://host"},
	} {
		client := &http.Client{Transport: Transport{Token: "t0ken", Origin: parsed(t, test.origin), Base: never}}
		sent := &body{Reader: strings.NewReader("")}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.to, nil)
		require.NoError(t, err)
		if r.URL.RawQuery == "" { // a request with a body that cannot be sent twice is not redirected
			r.Body = sent
		}
		_, err = client.Do(r)
		require.ErrorContains(t, err, test.want, test.to)
		require.NotContains(t, err.Error(), "t0ken")
		require.False(t, reached, test.to)
		require.Equal(t, r.Body != nil, sent.closed, test.to)
	}
	_, err := Transport{Origin: parsed(t, s.URL), Base: never}.RoundTrip(httptest.NewRequest(http.MethodGet, s.URL, nil))
	require.ErrorContains(t, err, "call data providers in the callback")
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
