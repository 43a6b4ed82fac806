package conform

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A visitor is a person with a browser of their own, which looks at every answer
// of the portal.
type visitor struct {
	*portaltest.Visitor
	town   *town
	lie    http.Header // goes with every request to the portal
	old    bool        // a browser that does not send Sec-Fetch-Site
	widest int         // of all Cookie headers sent to the portal
}

func newVisitor(t *testing.T, town *town) *visitor {
	v := &visitor{town: town}
	v.Visitor = portaltest.NewVisitor(t, town.address, v)
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
	if v.old {
		r.Header.Del("Sec-Fetch-Site")
	}
	maps.Copy(r.Header, v.lie)
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
		require.True(v.T, k.HttpOnly, "%s is HttpOnly", k.Name)
		require.Equal(v.T, http.SameSiteLaxMode, k.SameSite, k.Name)
		require.Equal(v.T, "/", k.Path, k.Name)
		require.Empty(v.T, k.Domain, k.Name)
		require.Equal(v.T, https, k.Secure, "%s is Secure where it can be", k.Name)
		require.Equal(v.T, https, strings.HasPrefix(k.Name, "__Host-"), k.Name)
	}
	if to := answer.Header.Get("Location"); to != "" {
		idp, err := url.Parse(v.town.idp.Issuer())
		require.NoError(v.T, err)
		there := strings.HasPrefix(to, "/") || strings.HasPrefix(to, v.town.address+"/") || strings.HasPrefix(to, idp.Scheme+"://"+idp.Host+"/")
		require.True(v.T, there, to)
		require.NotContains(v.T, to, "evil.example")
	}
	require.Len(v.T, answer.Header.Values("Content-Security-Policy"), 1)
	var headers strings.Builder
	require.NoError(v.T, answer.Header.Write(&headers))
	require.Less(v.T, headers.Len(), 4<<10, "nginx takes no more from a server behind it unless told otherwise")
	return answer, nil
}

// signIn goes in by the button of the first page, and comes out at the account.
func (v *visitor) signIn() portaltest.Page {
	v.T.Helper()
	button := regexp.MustCompile(`href="(/franceconnect/login[^"]*)"`).FindStringSubmatch(v.Get("/").Body)
	require.NotNil(v.T, button, "no button")
	p := v.Get(html.UnescapeString(button[1]))
	if v.town.AtOnce {
		p = v.throughFranceConnect(p)
	}
	require.Equal(v.T, http.StatusOK, p.Status, p.Body)
	require.Equal(v.T, v.town.account(), p.At.Path)
	require.Equal(v.T, "Camille Rose Ariane VAUTRIN", v.who())
	return p
}

// throughFranceConnect has the form sent by itself that ends FranceConnect's
// session, as a script does in its page.
func (v *visitor) throughFranceConnect(p portaltest.Page) portaltest.Page {
	v.T.Helper()
	require.True(v.T, strings.HasPrefix(p.At.String(), v.town.idp.Issuer()+"/session/end"), "%s %s", p.At, p.Body)
	return v.Submit(p)
}

// who returns the name of who is signed in in this browser.
func (v *visitor) who() string {
	v.T.Helper()
	return v.town.nameOn(v.T, v.Client)
}

// cookies returns those of the portal. FranceConnect is on the same host here, and
// cookies know no port.
func (v *visitor) cookies() []*http.Cookie {
	return slices.DeleteFunc(v.Cookies(), func(k *http.Cookie) bool { return k.Name == "fc_session_id" })
}

// session returns the id of its session at the portal, "" if it has none.
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
	require.NoError(v.T, err)
	for _, k := range cookies {
		k.Path, k.Secure = "/", u.Scheme == "https"
	}
	v.Client.Jar.SetCookies(u, cookies)
}
