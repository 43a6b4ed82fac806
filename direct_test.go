package franceconnect_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// newDirectPortal is a portal that the mock's app knows, and whose client may leave
// FranceConnect's pages out.
func newDirectPortal(t *testing.T, change func(*franceconnect.Config)) *portal {
	return newPortalOn(t, mockidp.V2, func(c *mockidp.Client) { c.Prompts = []string{"login"} }, func(c *franceconnect.Config) {
		c.Direct = &franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: mockidp.AppDestinationClaim}
		if change != nil {
			change(c)
		}
	})
}

// fromApp is what DirectLogin makes of a request with a token.
func fromApp(fc *franceconnect.Client, token string) (*httptest.ResponseRecorder, error) {
	w := httptest.NewRecorder()
	err := fc.DirectLogin(w, httptest.NewRequest(http.MethodGet, "/franceconnect/direct?"+url.Values{"ami_token": {token}}.Encode(), nil))
	return w, err
}

// refused is the failure of a DirectLogin that has written nothing but the headers
// of a page.
func refused(t *testing.T, w *httptest.ResponseRecorder, err error) *franceconnect.Error {
	t.Helper()
	var e *franceconnect.Error
	require.ErrorAs(t, err, &e)
	require.Empty(t, w.Header().Get("Location"))
	require.Empty(t, w.Header().Values("Set-Cookie"))
	require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	require.Equal(t, "strict-origin", w.Header().Get("Referrer-Policy"), "the page's address has the token in it")
	require.Empty(t, w.Body.String())
	return e
}

func TestWhomTheAppSendsLeavesWithPromptLoginAndComesBackToTheDestination(t *testing.T) {
	t.Parallel()
	p, b := newDirectPortal(t, nil), newBrowser(t)
	w, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/aides?theme=logement", mockidp.TokenChange{}))
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, w.Code)
	require.Equal(t, "no-referrer", w.Header().Get("Referrer-Policy"), "FranceConnect does not see the token")
	to, err := w.Result().Location()
	require.NoError(t, err)
	require.Equal(t, []string{"login"}, to.Query()["prompt"])
	for _, k := range w.Result().Cookies() {
		b.setCookie(p, k)
	}
	o := b.open(b.location(b.Get(to.String())))
	require.Equal(t, "/aides?theme=logement", o.ReturnTo)
	require.NotEmpty(t, o.Subject)
	require.Len(t, p.told("direct"), 1)
	require.NoError(t, p.told("direct")[0].Err)
	require.Equal(t, franceconnect.Eidas1, p.told("direct")[0].Level)
	require.Empty(t, p.told("login"), "it is one operation")
}

func TestNoOtherLoginHasAPrompt(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	require.NotContains(t, loginURL(t, p.fc, franceconnect.LoginRequest{ReturnTo: "/", Scopes: []string{"birth"}}), "prompt")
}

func TestATokenThatIsNotTheAppsForThisPortalNowLeavesNowhere(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	want := map[string]string{
		"expired": "exp", "future": "iat", "not-dated": "iat", "endless": "exp", "long-lived": "life", "other-issuer": "iss", "no-destination": "destination",
		"elsewhere": "destination", "twice": "destination", "other-key": "signature", "unknown-kid": "kid", "unsigned": "format", "public-key-as-secret": "alg", "own-key": "header", "cut": "format",
	}
	for _, day := range mockidp.AppDays() {
		token := p.idp.AppToken(p.URL+"/aides", day.Token)
		w, err := fromApp(p.fc, token)
		e := refused(t, w, err)
		require.Equal(t, "ami_token."+want[day.Name], e.Reason, day.Name)
		require.Equal(t, day.Name == "expired" || day.Name == "endless", errors.Is(err, franceconnect.ErrLoginExpired), "%s: the person was late, or it is not to be believed", day.Name)
		require.NotContains(t, e.Error(), token)
		require.Less(t, franceconnect.StatusCode(err), 500, "a stranger can do that")
		french, english := franceconnect.OperatorAdvice(err)
		require.Contains(t, french, "ami_token")
		require.Contains(t, english, "ami_token")
	}
	require.Len(t, mockidp.AppDays(), len(want))
	require.Len(t, p.told("direct"), len(want), "each is told")
	for _, e := range p.told("direct") {
		require.Error(t, e.Err)
	}
	_, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/aides", mockidp.TokenChange{}))
	require.NoError(t, err, "an ordinary one does")
}

func TestWhereTheAppWantedToGoIsKeptIfItIsHere(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	for name, test := range map[string]struct {
		change mockidp.TokenChange
		want   string
	}{
		"expired":      {mockidp.TokenChange{Shift: -time.Hour}, "/aides"},
		"not believed": {mockidp.TokenChange{Key: "other"}, ""},
	} {
		w, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/aides", test.change))
		require.Equal(t, test.want, refused(t, w, err).ReturnTo, name)
	}
	w, err := fromApp(p.fc, p.idp.AppToken("https://autre.example.fr/aides", mockidp.TokenChange{Shift: -time.Hour}))
	require.Empty(t, refused(t, w, err).ReturnTo)
}

func TestATokenIsGoodForAnHourAtMost(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	now := p.clock.Now().Unix()
	for life, reason := range map[int64]string{3600: "", 3601: "ami_token.life", -60: "ami_token.exp"} {
		_, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/", mockidp.TokenChange{Claims: map[string]any{"iat": now, "exp": now + life}}))
		if reason == "" {
			require.NoError(t, err)
			continue
		}
		var e *franceconnect.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, reason, e.Reason)
	}
	_, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/", mockidp.TokenChange{Claims: map[string]any{"nbf": now + 300}}))
	require.ErrorContains(t, err, "ami_token.nbf")
	_, err = fromApp(p.fc, p.idp.AppToken(p.URL+"/", mockidp.TokenChange{Claims: map[string]any{"nbf": now}}))
	require.NoError(t, err)
}

func TestADestinationIsOnThisVeryOrigin(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, func(c *franceconnect.Config) { c.HomePath = "/portail/" })
	host := strings.TrimPrefix(p.URL, "http://")
	for destination, want := range map[string]string{
		p.URL:                                   "/portail/",
		p.URL + "/":                             "/",
		p.URL + "/aides?a=1&b=2":                "/aides?a=1&b=2",
		p.URL + ".evil.example/":                "",
		p.URL + "@evil.example/":                "",
		p.URL + "//evil.example/":               "",
		p.URL + `/\evil.example/`:               "",
		p.URL + "/%2f/evil.example":             "",
		p.URL + "?next=/":                       "",
		p.URL + "0/":                            "",
		"https://" + host + "/":                 "",
		"//" + host + "/":                       "",
		"/aides":                                "",
		"http://user@" + host + "/":             "",
		"javascript://" + host + "/%0aalert":    "",
		p.URL + "/" + strings.Repeat("a", 1024): "",
		p.URL + "/\t/evil.example/":             "",
		p.URL + "\t//evil.example/":             "",
		p.URL + "/%09/evil.example/":            "",
		p.URL + "/%5cevil.example/":             "",
		p.URL + "/%255Cevil.example/":           "",
		p.URL + "/%252f%252fevil.example/":      "",
		p.URL + "/?a\r\nSet-Cookie:%20a=b":      "",
		p.URL + "#@evil.example/":               "",
		p.URL + ":80@evil.example/":             "",
		" " + p.URL + "/":                       "",
		strings.ToUpper(p.URL) + "/":            "",
		"https:" + host + "/":                   "",
		"http:/" + host + "/":                   "",
		`http:\\` + host + "/":                  "",
		p.URL + "/aides#faites":                 "/aides#faites",
		p.URL + "/?next=https://evil.example/":  "/?next=https://evil.example/",
	} {
		w, err := fromApp(p.fc, p.idp.AppToken(destination, mockidp.TokenChange{}))
		if want == "" {
			require.Equal(t, "ami_token.destination", refused(t, w, err).Reason, destination)
			continue
		}
		require.NoError(t, err, destination)
		b := newBrowser(t)
		for _, k := range w.Result().Cookies() {
			b.setCookie(p, k)
		}
		require.Equal(t, want, b.open(b.location(b.Get(w.Header().Get("Location")))).ReturnTo)
	}
}

func TestTheOriginOfTheDestinationIsAsABrowserWritesIt(t *testing.T) {
	t.Parallel()
	idp := mockidp.Start(t, mockidp.Config{})
	for redirect, ok := range map[string]bool{"https://Portail.Example.fr/cb": true, "https://portail.example.fr:443/cb": true, "https://portail.example.fr:8443/cb": false} {
		config := good()
		config.Now = time.Now
		config.RedirectURL = redirect
		config.Direct = &franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: mockidp.AppDestinationClaim}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		_, err = fromApp(fc, idp.AppToken("https://portail.example.fr/aides", mockidp.TokenChange{}))
		require.Equal(t, ok, err == nil, redirect)
	}
}

func TestATokenIsUsedOnceByAllClientsOfAPool(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	token := p.idp.AppToken(p.URL+"/aides", mockidp.TokenChange{})
	_, err := fromApp(p.fc, token)
	require.NoError(t, err)
	again, err := p.pool.New(p.config) // its settings were read anew
	require.NoError(t, err)
	for range 2 {
		w, err := fromApp(again, token)
		e := refused(t, w, err)
		require.Equal(t, "ami_token.used", e.Reason)
		require.ErrorIs(t, err, franceconnect.ErrLoginExpired)
		require.Equal(t, "/aides", e.ReturnTo)
		p.clock.Advance(9 * time.Minute) // it is still good: the mock's lives ten
	}
}

func TestATokenThatComesOftenAtOnceIsUsedOnce(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	token := p.idp.AppToken(p.URL+"/aides", mockidp.TokenChange{})
	var used atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := fromApp(p.fc, token); err == nil {
				used.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, used.Load())
}

// whole is a memory that adds, too.
type whole struct{ memory }

func (m *whole) Add(_ context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.all[key]; there || m.down != nil || ttl < time.Hour {
		return false, m.down
	}
	m.all[key] = value
	return true, nil
}

func TestATokenIsUsedOnceByAllMachinesThatShareAStore(t *testing.T) {
	t.Parallel()
	store := &whole{memory{all: map[string][]byte{}}}
	p := newDirectPortal(t, func(c *franceconnect.Config) { c.Store = store })
	other, err := franceconnect.New(p.config)
	require.NoError(t, err)
	token := p.idp.AppToken(p.URL+"/aides", mockidp.TokenChange{})
	var mu sync.Mutex
	var all sync.WaitGroup
	used := 0
	for i := range 20 {
		all.Go(func() {
			if _, err := fromApp([]*franceconnect.Client{p.fc, other}[i%2], token); err == nil {
				mu.Lock()
				used++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, used)
	for key := range store.all {
		require.Regexp(t, `^[a-z0-9:]{1,64}$`, key)
	}
	store.down = errors.New("hush: the store is away")
	w, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/aides", mockidp.TokenChange{}))
	require.Equal(t, "store", refused(t, w, err).Reason)
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.NotContains(t, err.Error(), "hush")
}

func TestTheMemoryOfTokensIsBoundedAndSaysSo(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	p.fc.RememberTokensAtMost(1)
	for range 3 {
		_, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/", mockidp.TokenChange{}))
		require.NoError(t, err)
	}
	require.Len(t, p.told("used"), 1)
	require.ErrorContains(t, p.told("used")[0].Err, "used.full")
}

func TestATokenIsReadOnceFromAGet(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, nil)
	token := p.idp.AppToken(p.URL+"/", mockidp.TokenChange{})
	for request, reason := range map[string]string{
		"GET /":                            "missing",
		"GET /?ami_token=":                 "missing",
		"GET /?ami_token=a&ami_token=b":    "query",
		"GET /?ami_token=a;b":              "query",
		"HEAD /?ami_token=" + token:        "method",
		"POST /?ami_token=" + token:        "method",
		"GET /?ami_token=" + token + "%0A": "format",
	} {
		method, target, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		err := p.fc.DirectLogin(w, httptest.NewRequest(method, target, nil))
		require.Equal(t, "ami_token."+reason, refused(t, w, err).Reason, request)
	}
	ahead := httptest.NewRequest(http.MethodGet, "/?ami_token="+token, nil)
	ahead.Header.Set("Sec-Purpose", "prefetch")
	w := httptest.NewRecorder()
	require.NoError(t, p.fc.DirectLogin(w, ahead))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	_, err := fromApp(p.fc, token)
	require.NoError(t, err, "none of them has used it")
}

func TestWithoutDirectOrFranceConnectThereIsTheOrdinaryPage(t *testing.T) {
	t.Parallel()
	p := newDirectPortal(t, func(c *franceconnect.Config) { c.Direct = nil })
	w, err := fromApp(p.fc, p.idp.AppToken(p.URL+"/", mockidp.TokenChange{}))
	require.Equal(t, "direct.unset", refused(t, w, err).Reason)
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.Equal(t, http.StatusBadRequest, franceconnect.StatusCode(err))

	off, err := franceconnect.New(franceconnect.Config{Disabled: true})
	require.NoError(t, err)
	w, err = fromApp(off, "token")
	require.Equal(t, "disabled", refused(t, w, err).Reason)
}

func TestWhatTheAppSendsWakesNobodyUp(t *testing.T) {
	t.Parallel()
	for reason, kind := range map[string]error{"ami_token.signature": franceconnect.ErrVerification, "ami_token.alg": franceconnect.ErrVerification, "direct.unset": franceconnect.ErrMisconfigured} {
		var log bytes.Buffer
		franceconnect.LogEvents(slog.New(slog.NewTextHandler(&log, nil)))(t.Context(), franceconnect.Event{Operation: "direct", Err: &franceconnect.Error{Kind: kind, Reason: reason}})
		require.Contains(t, log.String(), "level=WARN", reason)
		require.Contains(t, log.String(), "advice=", reason)
	}
}

func TestWhatWasAgreedOnWithTheAppIsChecked(t *testing.T) {
	t.Parallel()
	private := `{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}]}`
	const pem = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8A\niTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==\n-----END PUBLIC KEY-----\n"
	for name, test := range map[string]struct {
		direct franceconnect.Direct
		field  string
		says   string
	}{
		"nothing":        {franceconnect.Direct{DestinationClaim: "to"}, "Direct.Keys", "is missing"},
		"no claim":       {franceconnect.Direct{Keys: mockidp.AppKeys()}, "Direct.DestinationClaim", "is missing"},
		"algorithm":      {franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: "to", Algorithm: "HS256"}, "Direct.Algorithm", "neither RS256 nor ES256"},
		"of the other":   {franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: "to", Algorithm: "ES256"}, "Direct.Keys", "no public key for ES256"},
		"a private key":  {franceconnect.Direct{Keys: []byte(private), DestinationClaim: "to", Algorithm: "ES256"}, "Direct.Keys", "private"},
		"a private PEM":  {franceconnect.Direct{Keys: []byte(strings.ReplaceAll(pem, "PUBLIC", "PRIVATE")), DestinationClaim: "to", Algorithm: "ES256"}, "Direct.Keys", "private"},
		"a certificate":  {franceconnect.Direct{Keys: []byte(strings.ReplaceAll(pem, "PUBLIC KEY", "CERTIFICATE")), DestinationClaim: "to", Algorithm: "ES256"}, "Direct.Keys", "something else"},
		"no key":         {franceconnect.Direct{Keys: []byte("hush"), DestinationClaim: "to"}, "Direct.Keys", "neither a key set"},
		"malformed":      {franceconnect.Direct{Keys: []byte("{hush"), DestinationClaim: "to"}, "Direct.Keys", "not a well-formed key set"},
		"empty set":      {franceconnect.Direct{Keys: []byte(`{"keys":[]}`), DestinationClaim: "to"}, "Direct.Keys", "no public key for RS256"},
		"for encryption": {franceconnect.Direct{Keys: bytes.ReplaceAll(mockidp.AppKeys(), []byte(`"sig"`), []byte(`"enc"`)), DestinationClaim: "to"}, "Direct.Keys", "no public key for RS256"},
		"PEM":            {franceconnect.Direct{Keys: []byte(pem), DestinationClaim: "to", Algorithm: "ES256"}, "", ""},
		"twice PEM":      {franceconnect.Direct{Keys: []byte(pem + "\n" + pem), DestinationClaim: "to", Algorithm: "ES256", Issuer: "other"}, "", ""},
	} {
		config := good()
		config.Direct = &test.direct
		before := test.direct
		_, err := franceconnect.New(config)
		require.Equal(t, before, test.direct, "%s: it is the portal's", name)
		if test.field == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, "franceconnect: "+test.field+" ", name)
		require.ErrorContains(t, err, test.says, name)
		require.NotContains(t, err.Error(), "hush", name)
	}
	config := good()
	config.Direct = &franceconnect.Direct{Keys: mockidp.AppKeys(), DestinationClaim: "to"}
	config.Store = &memory{}
	_, err := franceconnect.New(config)
	require.ErrorContains(t, err, "Store has no method Add")
	config.Store, config.Environment = nil, franceconnect.ProductionV1
	_, err = franceconnect.New(config)
	require.ErrorContains(t, err, "Direct is of no use")
}

func TestAnIdPHintIsSentAsItIsOrRefused(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil)
	for _, hint := range []string{"8dfc4080-c90d-4234-969b-f6c961de3e90", "eidas-bridge"} {
		require.Equal(t, []string{hint}, loginURL(t, p.fc, franceconnect.LoginRequest{IdPHint: hint})["idp_hint"])
	}
	require.NotContains(t, loginURL(t, p.fc, franceconnect.LoginRequest{}), "idp_hint")
	for _, hint := range []string{"a b", "a&prompt=login", "é", strings.Repeat("a", 65)} {
		err := p.fc.Login(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{IdPHint: hint})
		require.ErrorContains(t, err, "LoginRequest.IdPHint", hint)
	}
}

// As the godoc of LoginRequest says.
func TestAnIdPHintThatFranceConnectDoesNotKnowComesBackWithoutTheState(t *testing.T) {
	t.Parallel()
	p, b := newPortal(t, nil), newBrowser(t)
	w := httptest.NewRecorder()
	require.NoError(t, p.fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), franceconnect.LoginRequest{IdPHint: "nobody"}))
	for _, k := range w.Result().Cookies() {
		b.setCookie(p, k)
	}
	back := b.location(b.Get(w.Header().Get("Location")))
	require.Contains(t, back, "error=invalid_idp_hint")
	require.Equal(t, "state.missing", b.open(back).Reason)
}
