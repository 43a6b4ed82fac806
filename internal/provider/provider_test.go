package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheAuthorizationRequestHasWhatFranceConnectAcceptsAndNothingElse(t *testing.T) {
	t.Parallel()
	p := New(Endpoints{Authorization: "https://fc.test/authorize"}, false, nil, time.Now)
	c := Credentials{ID: "id", Secret: "hush", RedirectURL: "https://rp.test/cb?a=b c"}
	require.Equal(t, "https://fc.test/authorize?response_type=code&client_id=id&redirect_uri=https%3A%2F%2Frp.test%2Fcb%3Fa%3Db+c"+
		"&scope=openid+email&acr_values=eidas1&state=s&nonce=n",
		AuthorizationURL(p.AuthorizationPrefix(c, []string{"openid", "email"}), AuthorizationRequest{State: []byte("s"), Nonce: []byte("n"), ACR: "eidas1"}))
	require.Equal(t, "https://fc.test/authorize?x=y&acr_values=eidas2&state=s&nonce=n&claims="+url.QueryEscape(`{"id_token":{"amr":{"essential":true}}}`),
		AuthorizationURL("https://fc.test/authorize?x=y", AuthorizationRequest{State: []byte("s"), Nonce: []byte("n"), ACR: "eidas2", AMR: true}))
}

func TestTheLogoutRequestHasWhatFranceConnectAcceptsAndNothingElse(t *testing.T) {
	t.Parallel()
	p := New(Endpoints{Logout: "https://fc.test/session/end"}, false, nil, time.Now)
	require.Equal(t, "https://fc.test/session/end?id_token_hint=h&post_logout_redirect_uri=https%3A%2F%2Frp.test%2F&state=s", p.EndSessionURL("h", "https://rp.test/", "s"))
	require.Equal(t, "https://fc.test/session/end?id_token_hint=h", p.EndSessionURL("h", "", ""))
}

func TestAnEndpointMayHaveAQueryOfItsOwn(t *testing.T) {
	t.Parallel()
	p := New(Endpoints{Logout: "https://fc.test/end?tenant=1"}, false, nil, time.Now)
	require.Equal(t, "https://fc.test/end?tenant=1&id_token_hint=h", p.EndSessionURL("h", "", ""))
}

// asked is one request as a server saw it.
type asked struct {
	method, path string
	header       http.Header
	form         url.Values
}

// recorder answers each path with a body, and keeps what it was asked.
func recorder(t *testing.T, answers map[string]string) (*httptest.Server, *[]asked) {
	var all []asked
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(body))
		all = append(all, asked{r.Method, r.URL.Path, r.Header.Clone(), form})
		if to, ok := answers["redirect "+r.URL.Path]; ok {
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "tracking", Value: "x"})
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, answers[r.URL.Path])
	}))
	t.Cleanup(s.Close)
	return s, &all
}

const tokenAnswer = `{"access_token":"at","token_type":"Bearer","expires_in":60,"id_token":"it","scope":"openid"}`

func TestTheTokenCallIsOneRequestWithTheSecretInItsBody(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"/token": tokenAnswer})
	p := New(Endpoints{Token: s.URL + "/token"}, false, nil, time.Now)
	c := Credentials{ID: "i&d", Secret: "hu=sh", RedirectURL: "https://rp.test/cb?a=b&c=d"}
	tokens, err := p.Exchange(t.Context(), nil, c, "c&o=d+e", 0)
	require.NoError(t, err)
	require.Equal(t, Tokens{Access: "at", ID: "it", Scope: "openid"}, tokens)
	require.Len(t, *all, 1)
	require.Equal(t, http.MethodPost, (*all)[0].method)
	require.Equal(t, url.Values{"grant_type": {"authorization_code"}, "client_id": {"i&d"}, "client_secret": {"hu=sh"},
		"redirect_uri": {"https://rp.test/cb?a=b&c=d"}, "code": {"c&o=d+e"}}, (*all)[0].form)
	require.Equal(t, "application/x-www-form-urlencoded", (*all)[0].header.Get("Content-Type"))
	require.Equal(t, "application/json", (*all)[0].header.Get("Accept"))
	for _, name := range []string{"Origin", "Authorization", "Cookie", "Referer"} {
		require.Empty(t, (*all)[0].header.Get(name), name)
	}
}

func TestTheSecretCanBeSentByBasicWhereThatWasAgreed(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"/token": tokenAnswer})
	p := New(Endpoints{Token: s.URL + "/token"}, true, nil, time.Now)
	c := Credentials{ID: "i d", Secret: "hu:sh", RedirectURL: "https://rp.test/cb"}
	_, err := p.Exchange(t.Context(), nil, c, "c", 0)
	require.NoError(t, err)
	require.Len(t, *all, 1)
	require.NotContains(t, (*all)[0].form, "client_secret")
	id, secret, ok := (&http.Request{Header: (*all)[0].header}).BasicAuth()
	require.True(t, ok)
	require.Equal(t, []string{"i+d", "hu%3Ash"}, []string{id, secret}) // RFC 6749, section 2.3.1
}

func TestARefusedCodeIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"/token": `{"error":"invalid_grant"}`})
	p := New(Endpoints{Token: s.URL + "/token"}, false, nil, time.Now)
	c := Credentials{ID: "id", Secret: "hush"}
	_, err := p.Exchange(t.Context(), nil, c, "c", 0)
	require.Error(t, err)
	require.Len(t, *all, 1)
}

func TestNoRedirectIsFollowedAndNoCookieKept(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"redirect /token": "/elsewhere", "redirect /userinfo": "/elsewhere", "/elsewhere": tokenAnswer, "/ok": "{}"})
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	custom := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	p := New(Endpoints{Token: s.URL + "/token", UserInfo: s.URL + "/userinfo"}, false, custom, time.Now)
	c := Credentials{ID: "id", Secret: "hush"}
	_, err = p.Exchange(t.Context(), nil, c, "c", 0)
	require.Error(t, err)
	_, err = p.UserInfo(t.Context(), nil, "at")
	require.Error(t, err)
	p.endpoints.UserInfo = s.URL + "/ok"
	for range 2 {
		_, err = p.UserInfo(t.Context(), nil, "at")
		require.NoError(t, err)
	}
	require.Len(t, *all, 4)
	for _, a := range *all {
		require.NotEqual(t, "/elsewhere", a.path)
		require.Empty(t, a.header.Get("Cookie"))
	}
}

func TestUserInfoIsAskedForSoThatErrorsAreReadable(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"/userinfo": "a.b.c"})
	p := New(Endpoints{UserInfo: s.URL + "/userinfo"}, false, nil, time.Now)
	body, err := p.UserInfo(t.Context(), nil, "at")
	require.NoError(t, err)
	require.Equal(t, "a.b.c", string(body))
	require.Equal(t, "Bearer at", (*all)[0].header.Get("Authorization"))
	require.Equal(t, "application/jwt, application/json", (*all)[0].header.Get("Accept"))
	require.Empty(t, (*all)[0].header.Get("Origin"))
	require.Equal(t, "identity", (*all)[0].header.Get("Accept-Encoding"), "its length is known beforehand")
}

func TestTheKeysAreAskedForAsEitherOfTheirTypes(t *testing.T) {
	t.Parallel()
	s, all := recorder(t, map[string]string{"/jwks": `{"keys":[]}`})
	p := New(Endpoints{Keys: s.URL + "/jwks"}, false, nil, time.Now)
	require.Error(t, p.EnsureKeys(t.Context(), nil))
	require.Len(t, *all, 1)
	require.Equal(t, http.MethodGet, (*all)[0].method)
	require.Equal(t, "application/jwk-set+json, application/json", (*all)[0].header.Get("Accept"))
}

func TestDiscoverReadsEachMemberOfWhatAnIssuerSaysOfItself(t *testing.T) {
	t.Parallel()
	said := ""
	custom := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "https://fc.test/api/v2/.well-known/openid-configuration", r.URL.String())
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(said))}, nil
	})}
	said = `{"issuer":"https://fc.test/api/v2","authorization_endpoint":"a","token_endpoint":"t","userinfo_endpoint":"u","jwks_uri":"j","end_session_endpoint":"e",
		"acr_values_supported":["eidas1"],"id_token_signing_alg_values_supported":["ES256"],"userinfo_signing_alg_values_supported":["RS256"],
		"token_endpoint_auth_methods_supported":["client_secret_post"]}`
	d, err := Discover(t.Context(), "https://fc.test/api/v2", custom)
	require.NoError(t, err)
	require.Equal(t, &Discovery{Issuer: "https://fc.test/api/v2", Authorization: "a", Token: "t", UserInfo: "u", Keys: "j", Logout: "e",
		ACR: []string{"eidas1"}, Algorithms: []string{"ES256"}, UserInfoAlgs: []string{"RS256"}, ClientAuth: []string{"client_secret_post"}}, d)
	for _, said = range []string{`{"issuer":"https://fc.test/api/v1"}`, `{"issuer":"https://fc.test/api/v2","acr_values_supported":7}`, `<html>`} {
		d, err := Discover(t.Context(), "https://fc.test/api/v2", custom)
		var e *Error
		require.ErrorAs(t, err, &e, said)
		require.Equal(t, []any{"discovery", Malformed}, []any{e.Call, e.Kind}, said)
		require.Nil(t, d)
	}
}

func TestACallIsToldToItsObserverWithHowItEnded(t *testing.T) {
	t.Parallel()
	s, _ := recorder(t, map[string]string{"/userinfo": "a.b.c", "/token": `{"error":"invalid_grant"}`})
	p := New(Endpoints{UserInfo: s.URL + "/userinfo", Token: s.URL + "/token"}, false, nil, time.Now)
	told := map[string]error{}
	type within struct{}
	observe := func(ctx context.Context, call string) (context.Context, func(error)) {
		require.Equal(t, true, ctx.Value(within{}))
		return ctx, func(err error) { told[call] = err }
	}
	ctx := context.WithValue(t.Context(), within{}, true)
	_, err := p.UserInfo(ctx, observe, "at")
	require.NoError(t, err)
	_, err = p.Exchange(ctx, observe, Credentials{}, "c", 0)
	require.Error(t, err)
	require.Equal(t, map[string]error{"userinfo": nil, "token": err}, told)
}

func TestAliveIsWhatTheLatestCallHeardAndAfterAWhileAsksAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fc, p := publish("a")
		alive := func() (bool, int) {
			before := fc.count()
			is := p.Available(t.Context(), nil)
			return is, fc.count() - before
		}
		check := func(is bool, asked int) {
			t.Helper()
			a, n := alive()
			require.Equal(t, is, a)
			require.Equal(t, asked, n)
		}
		check(true, 1) // never heard of
		time.Sleep(time.Minute - 1)
		check(true, 0)
		time.Sleep(time.Nanosecond)
		check(true, 1)
		fc.break_(500, 0)
		time.Sleep(time.Minute)
		check(false, 1)
		time.Sleep(10*time.Second - 1)
		check(false, 0)
		time.Sleep(time.Nanosecond)
		check(false, 1)
		p.availability.record(t.Context(), nil)
		check(true, 0)
		p.availability.record(t.Context(), &Error{Kind: Unreachable, Cause: context.DeadlineExceeded})
		check(false, 0)
		left, leave := context.WithCancel(t.Context())
		leave()
		p.availability.record(left, &Error{Kind: Unreachable, Cause: errors.New("aborted")}) // the browser's doing: still what it was
		check(false, 0)
		p.availability.record(t.Context(), &Error{Kind: Refused}) // an answer
		check(true, 0)
		p.availability.record(left, &Error{Kind: Unreachable, Cause: context.Canceled})
		check(true, 0)
		p.availability.record(t.Context(), &Error{Kind: Unreachable, Cause: context.Canceled}) // nobody left
		check(false, 0)
	})
}

func TestErrorsKeepTheNumbersThatSupportAsksFor(t *testing.T) {
	t.Parallel()
	e := errorResponse("token", &http.Response{StatusCode: 400}, []byte(`{"error":"invalid_grant","error_description":"grant request is invalid (authorization code not found)",
		"error_uri":"https://docs.test/?code=Y049E20B&id=0f0e0d0c-1111-2222-3333-444455556666"}`))
	require.Equal(t, &Error{Call: "token", Kind: Refused, Status: 400, Code: "invalid_grant", Description: "grant request is invalid (authorization code not found)",
		Y: "Y049E20B", ID: "0f0e0d0c-1111-2222-3333-444455556666"}, e)

	e = errorResponse("token", &http.Response{StatusCode: 400}, []byte(`{"error":"<script>\u00e9\n\"","error_uri":"https://docs.test/?code=%3Cb%3E&id=../.."}`))
	require.Equal(t, "<script>", e.Code, "printable ASCII only")
	require.Empty(t, e.Y)
	require.Empty(t, e.ID)

	e = errorResponse("token", &http.Response{StatusCode: 400}, []byte(`{"status":"fail","message":"The following fields are missing or empty : nonce"}`))
	require.Equal(t, "invalid_request", e.Code)
}

// RFC 6749, section 5.2: %x20-21, %x23-5B, %x5D-7E.
func TestWhatIsKeptOfADescriptionIsPrintableASCIIWithoutQuotesAndBackslashes(t *testing.T) {
	t.Parallel()
	for text, kept := range map[string]string{
		"grant request is invalid":        "grant request is invalid",
		`a\nb\"c"`:                        "anbc",
		" !#[]~":                          " !#[]~",
		"a\x1f\x7f\u0080\té\n":            "a",
		"0123456789012345678901234567890": "012345678901234567890123",
	} {
		require.Equal(t, kept, Clean(text, 24))
	}
}
