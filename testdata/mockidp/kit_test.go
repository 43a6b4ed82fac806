package mockidp_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A world is a provider, its one browser and its one client.
type world struct {
	on     mockidp.Platform
	t      testing.TB
	idp    *mockidp.Provider
	client mockidp.Client
	base   string
	web    *http.Client // the browser: cookies, no redirect by itself
	back   *http.Client // the client's own calls
	clock  *portaltest.Clock
}

// start makes a world. The client gets a key pair on plus.
func start(t *testing.T, cfg mockidp.Config) *world {
	t.Helper()
	w := &world{on: cfg.Platform, t: t, clock: portaltest.NewClock(), back: &http.Client{Transport: portaltest.Web}}
	cfg.Now = w.clock.Now
	if cfg.Clients == nil {
		cfg.Clients = []mockidp.Client{newClient(t, cfg.Platform)}
	}
	w.client = cfg.Clients[0]
	w.idp = mockidp.Start(t, cfg)
	w.base = w.idp.Issuer()
	if cfg.Platform == mockidp.V1 {
		w.base += "/api/v1"
	}
	w.newBrowser()
	return w
}

// newClient returns the default client, on Plus with keys.
func newClient(t testing.TB, platform mockidp.Platform) mockidp.Client {
	c := mockidp.DefaultClient(platform)
	if platform == mockidp.Plus {
		c.JWKSURI, c.JWKS = "", publicKeys(t)
	}
	return c
}

// onPlatforms runs a test on the platform that it is for, or if that is "" on
// v2 and plus.
func onPlatforms(t *testing.T, only mockidp.Platform, name string, run func(*testing.T, mockidp.Platform)) {
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus} {
		if only == "" || only == platform {
			t.Run(string(platform)+"/"+name, func(t *testing.T) {
				t.Parallel()
				run(t, platform)
			})
		}
	}
}

func (w *world) newBrowser() {
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	w.web = &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// A page is an answer read to its end.
type page struct {
	*http.Response
	body string
}

func (w *world) do(c *http.Client, method, address string, form url.Values, header http.Header) page {
	w.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequest(method, address, body)
	require.NoError(w.t, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, values := range header {
		req.Header[http.CanonicalHeaderKey(name)] = values
	}
	res, err := c.Do(req)
	require.NoError(w.t, err)
	return read(w.t, res)
}

func read(t testing.TB, res *http.Response) page {
	t.Helper()
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return page{res, string(text)}
}

func (w *world) get(address string) page { w.t.Helper(); return w.do(w.web, "GET", address, nil, nil) }

// authorizeURL returns a valid authorization request with parameters changed;
// an empty value removes one.
func (w *world) authorizeURL(change ...string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {w.client.ID}, "redirect_uri": {w.client.RedirectURIs[0]},
		"scope": {"openid profile birth email"}, "acr_values": {w.acr()},
		"state": {strings.Repeat("5", 64)}, "nonce": {strings.Repeat("a", 64)},
	}
	if w.on == mockidp.ProConnect {
		q.Del("acr_values")
		q.Set("scope", "openid given_name usual_name email uid siret siren roles")
		q.Set("claims", `{"id_token":{"acr":{"essential":true,"values":["eidas1","eidas1-mfa"]}}}`)
	}
	edit(q, change...)
	return w.base + "/authorize?" + q.Encode()
}

func (w *world) acr() string {
	if strings.Contains(w.client.EncryptionAlg, "-") {
		return "eidas2"
	}
	return "eidas1"
}

func edit(q url.Values, change ...string) {
	for i := 0; i+1 < len(change); i += 2 {
		if q.Set(change[i], change[i+1]); change[i+1] == "" {
			q.Del(change[i])
		}
	}
}

// follow goes on from an answer until a page, or until the redirect to the
// client, which it returns.
func (w *world) follow(p page) (page, *url.URL) {
	w.t.Helper()
	for range 10 {
		location := p.Header.Get("Location")
		if location == "" || p.StatusCode/100 != 3 {
			return p, nil
		}
		to, err := p.Request.URL.Parse(location)
		require.NoError(w.t, err)
		if !strings.HasPrefix(to.String(), w.base) {
			return p, to
		}
		p = w.get(to.String())
	}
	require.Fail(w.t, "too many redirects")
	return p, nil
}

// callback starts a login that goes on by itself and returns what the client
// is called back with.
func (w *world) callback(change ...string) url.Values {
	w.t.Helper()
	p, to := w.follow(w.get(w.authorizeURL(change...)))
	require.NotNil(w.t, to, "the login ended on a page: %d %s", p.StatusCode, p.body)
	return to.Query()
}

func (w *world) code(change ...string) string {
	w.t.Helper()
	q := w.callback(change...)
	require.NotEmpty(w.t, q.Get("code"), "no code: %v", q)
	return q.Get("code")
}

type tokens struct {
	AccessToken string `json:"access_token"`
	IDToken     string `json:"id_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int    `json:"expires_in"`
	Scope       string `json:"scope"`

	RefreshToken string `json:"refresh_token"`

	Error            string `json:"error"`
	ErrorDescription string `json:"error_description"`
	ErrorURI         string `json:"error_uri"`
}

// tokenForm returns a valid token request with parameters changed.
func (w *world) tokenForm(code string, change ...string) url.Values {
	f := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {w.client.RedirectURIs[0]},
		"client_id": {w.client.ID}, "client_secret": {w.client.Secret},
	}
	edit(f, change...)
	return f
}

func (w *world) trade(code string, change ...string) (int, tokens) {
	w.t.Helper()
	p := w.do(w.back, "POST", w.base+"/token", w.tokenForm(code, change...), nil)
	var got tokens
	require.NoError(w.t, json.Unmarshal([]byte(p.body), &got), p.body)
	return p.StatusCode, got
}

// tokens logs in and trades the code.
func (w *world) tokens(change ...string) tokens {
	w.t.Helper()
	status, got := w.trade(w.code(change...))
	require.Equal(w.t, http.StatusOK, status, "%+v", got)
	return got
}

func (w *world) userinfo(access string) page {
	w.t.Helper()
	return w.do(w.back, "GET", w.base+"/userinfo", nil, http.Header{
		"Authorization": {"Bearer " + access}, "Accept": {"application/jwt, application/json"}})
}

// load reads a file of testdata.
func load(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

var (
	yCode    = regexp.MustCompile(`Y[0-9A-F]{6,7}`)
	csrf     = regexp.MustCompile(`name="(?:csrf|xsrf)" value="([^"]+)"`)
	action   = regexp.MustCompile(`action="([^"]+)"`)
	leave    = regexp.MustCompile(`href="([^"]+redirect-to-sp-with-error[^"]*)"`)
	unescape = strings.NewReplacer("&amp;", "&", "&#43;", "+")
)

// submit sends the form of a page, with its token and some fields.
func (w *world) submit(p page, fields ...string) page {
	w.t.Helper()
	token, to := csrf.FindStringSubmatch(p.body), action.FindStringSubmatch(p.body)
	require.NotNil(w.t, token, p.body)
	require.NotNil(w.t, to, p.body)
	f := url.Values{"csrf": {token[1]}, "xsrf": {token[1]}}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return w.do(w.web, "POST", to[1], f, nil)
}

// linkBack follows the link of a page that leads back to the client.
func (w *world) linkBack(p page) url.Values {
	w.t.Helper()
	link := leave.FindStringSubmatch(p.body)
	require.NotNil(w.t, link, "no link back: %s", p.body)
	_, to := w.follow(w.get(unescape.Replace(link[1])))
	require.NotNil(w.t, to)
	return to.Query()
}
