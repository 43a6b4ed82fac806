package conform

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A visitor is a person with a browser of their own.
type visitor struct {
	t      *testing.T
	town   *town
	client *http.Client
	jar    *cookiejar.Jar
	lie    http.Header // goes with every request to the portal
	old    bool        // a browser that does not send Sec-Fetch-Site
	stop   string      // where not to follow: a part of the address
	trail  []*url.URL  // every address that it was sent to
	widest int         // of all Cookie headers sent to the portal
}

func newVisitor(t *testing.T, town *town) *visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v := &visitor{t: t, town: town, jar: jar}
	v.client = &http.Client{Jar: jar, Transport: v, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		require.Less(t, len(via), 20, "round in circles")
		v.trail = append(v.trail, r.URL)
		if v.stop != "" && strings.Contains(r.URL.String(), v.stop) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return v
}

// RoundTrip looks at every answer of the portal: its cookies are what they must
// be, and it leads nowhere but to itself and FranceConnect.
func (v *visitor) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.String(), v.town.address+"/") {
		return v.town.transport.RoundTrip(r)
	}
	v.widest = max(v.widest, len(r.Header.Get("Cookie")))
	r = r.Clone(r.Context())
	for name, values := range v.lie {
		r.Header[name] = values
	}
	if host := v.lie.Get("Host"); host != "" {
		r.Header.Del("Host")
		r.Host = host
	}
	answer, err := v.town.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	https := strings.HasPrefix(v.town.address, "https://")
	for _, k := range answer.Cookies() {
		require.True(v.t, k.HttpOnly, "%s is HttpOnly", k.Name)
		require.Equal(v.t, http.SameSiteLaxMode, k.SameSite, k.Name)
		require.Equal(v.t, "/", k.Path, k.Name)
		require.Empty(v.t, k.Domain, k.Name)
		require.Equal(v.t, https, k.Secure, "%s is Secure where it can be", k.Name)
		require.Equal(v.t, https, strings.HasPrefix(k.Name, "__Host-"), k.Name)
	}
	if to := answer.Header.Get("Location"); to != "" {
		idp, err := url.Parse(v.town.idp.Issuer())
		require.NoError(v.t, err)
		there := strings.HasPrefix(to, "/") || strings.HasPrefix(to, v.town.address+"/") || strings.HasPrefix(to, idp.Scheme+"://"+idp.Host+"/")
		require.True(v.t, there, to)
		require.NotContains(v.t, to, "evil.example")
	}
	require.Len(v.t, answer.Header.Values("Content-Security-Policy"), 1)
	var headers strings.Builder
	require.NoError(v.t, answer.Header.Write(&headers))
	require.Less(v.t, headers.Len(), 4<<10, "nginx takes no more from a server behind it unless told otherwise")
	return answer, nil
}

// A page is what the visitor sees.
type page struct {
	status int
	at     *url.URL
	header http.Header
	body   string
}

func (v *visitor) do(r *http.Request) page {
	v.t.Helper()
	answer, err := v.client.Do(r)
	require.NoError(v.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(v.t, err)
	return page{answer.StatusCode, answer.Request.URL, answer.Header, string(body)}
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.town.address + path
	}
	r, err := http.NewRequest(http.MethodGet, path, nil)
	require.NoError(v.t, err)
	return v.do(r)
}

var (
	formTag   = regexp.MustCompile(`(?s)<form[^>]* method="post"[^>]* action="([^"]*)".*?</form>|<form method="post" action="([^"]*)".*?</form>`)
	hiddenTag = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// post sends the form of a page, as a browser does that is on that page.
func (v *visitor) post(p page) page {
	v.t.Helper()
	form := formTag.FindStringSubmatch(p.body)
	require.NotNil(v.t, form, "no form in %s", p.body)
	values := url.Values{}
	for _, field := range hiddenTag.FindAllStringSubmatch(form[0], -1) {
		values.Set(field[1], html.UnescapeString(field[2]))
	}
	action, err := p.at.Parse(html.UnescapeString(form[1] + form[2]))
	require.NoError(v.t, err)
	site := "same-origin"
	if v.old {
		site = ""
	}
	return v.send(action.String(), values, p.at.Scheme+"://"+p.at.Host, site)
}

// send posts values as a page of an origin has a browser do.
func (v *visitor) send(to string, values url.Values, origin, site string) page {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, to, strings.NewReader(values.Encode()))
	require.NoError(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", origin)
	if site != "" {
		r.Header.Set("Sec-Fetch-Site", site)
	}
	return v.do(r)
}

// signIn goes in by the button of the first page, and comes out at the account.
func (v *visitor) signIn() page {
	v.t.Helper()
	button := regexp.MustCompile(`href="(/franceconnect/login[^"]*)"`).FindStringSubmatch(v.get("/").body)
	require.NotNil(v.t, button, "no button")
	p := v.get(html.UnescapeString(button[1]))
	if v.town.AtOnce {
		p = v.throughFranceConnect(p)
	}
	require.Equal(v.t, http.StatusOK, p.status, p.body)
	require.Equal(v.t, v.town.account(), p.at.Path)
	require.Equal(v.t, "Camille Rose Ariane VAUTRIN", v.who())
	return p
}

// throughFranceConnect has the form sent by itself that ends FranceConnect's
// session, as a script does in its page.
func (v *visitor) throughFranceConnect(p page) page {
	v.t.Helper()
	require.True(v.t, strings.HasPrefix(p.at.String(), v.town.idp.Issuer()+"/session/end"), "%s %s", p.at, p.body)
	return v.post(p)
}

// who is signed in in this browser.
func (v *visitor) who() string {
	v.t.Helper()
	return v.town.nameOn(v.t, v.client)
}

// cookies are those of the portal. FranceConnect is on the same host here, and
// cookies know no port.
func (v *visitor) cookies() []*http.Cookie {
	u, err := url.Parse(v.town.address)
	require.NoError(v.t, err)
	return slices.DeleteFunc(v.jar.Cookies(u), func(k *http.Cookie) bool { return k.Name == "fc_session_id" })
}

// session is the id of its session at the portal, "" if it has none.
func (v *visitor) session() string {
	for _, k := range v.cookies() {
		if strings.TrimPrefix(k.Name, "__Host-") == "session" {
			return k.Value
		}
	}
	return ""
}

// plant puts cookies of another browser into this one.
func (v *visitor) plant(cookies []*http.Cookie) {
	u, err := url.Parse(v.town.address)
	require.NoError(v.t, err)
	for _, k := range cookies {
		k.Path, k.Secure = "/", u.Scheme == "https"
	}
	v.jar.SetCookies(u, cookies)
}
