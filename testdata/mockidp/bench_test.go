package mockidp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// BenchmarkLogin is a login of a browser that nobody has seen before, from the
// authorization request to userinfo, at a provider that has just started and at one
// where 100,000 have signed in: it is to cost the same.
func BenchmarkLogin(b *testing.B) {
	idp := mockidp.Start(b, mockidp.Config{Auto: true})
	l := login{b, idp, idp.Clients()[0]}
	done := 0
	for _, before := range []int{0, 100_000} {
		b.Run(fmt.Sprint("after ", before), func(b *testing.B) {
			for ; done < before; done++ {
				l.run()
			}
			b.ReportAllocs()
			for b.Loop() {
				l.run()
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-kept")
		})
	}
}

// A login leaves little, or 100,000 of them, which a processor makes in a minute,
// would take more than 60 MB: their sessions last half an hour.
func TestALoginLeavesLessThanHalfAKilobyte(t *testing.T) {
	now := time.Now()
	idp := mockidp.Start(t, mockidp.Config{Auto: true, Now: func() time.Time { return now }}) // nothing expires
	l := login{t, idp, idp.Clients()[0]}
	kept := func() uint64 {
		for range 10_000 { // Requests has no others
			l.call(http.MethodGet, idp.Issuer(), nil)
		}
		runtime.GC()
		runtime.GC() // what pools held
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	l.run()
	before := kept()
	const logins = 1500
	for range logins {
		l.run()
	}
	each := (kept() - before) / logins
	t.Log(each, "bytes a login, beside", before)
	require.Less(t, each, uint64(500))
}

// A login calls the provider without a network.
type login struct {
	b      testing.TB
	idp    *mockidp.Provider
	client mockidp.Client
}

func (l login) run() {
	issuer := l.idp.Issuer()
	at := issuer + "/authorize?" + url.Values{"response_type": {"code"}, "client_id": {l.client.ID}, "redirect_uri": {l.client.RedirectURIs[0]},
		"scope": {"openid profile email"}, "acr_values": {"eidas1"}, "state": {strings.Repeat("5", 64)}, "nonce": {strings.Repeat("6", 64)}}.Encode()
	cookies := ""
	for strings.HasPrefix(at, issuer) {
		answer := l.call(http.MethodGet, at, nil, "Cookie", cookies)
		if set := answer.Header().Get("Set-Cookie"); set != "" {
			cookies, _, _ = strings.Cut(set, ";")
		}
		at = answer.Header().Get("Location")
	}
	back, err := url.Parse(at)
	require.NoError(l.b, err)
	answer := l.call(http.MethodPost, issuer+"/token", url.Values{"grant_type": {"authorization_code"}, "code": {back.Query().Get("code")},
		"redirect_uri": {l.client.RedirectURIs[0]}, "client_id": {l.client.ID}, "client_secret": {l.client.Secret}})
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(l.b, json.Unmarshal(answer.Body.Bytes(), &tokens))
	require.Equal(l.b, http.StatusOK, l.call(http.MethodGet, issuer+"/userinfo", nil, "Authorization", "Bearer "+tokens.AccessToken).Code)
}

func (l login) call(method, address string, form url.Values, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, address, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	l.idp.ServeHTTP(w, r)
	return w
}
