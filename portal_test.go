package franceconnect_test

import (
	"context"
	"crypto/fips140"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A portal is the smallest one: three handlers, on a real server.
type portal struct {
	*httptest.Server
	idp    *mockidp.Provider
	pool   franceconnect.Pool
	fc     *franceconnect.Client
	clock  *portaltest.Clock
	config franceconnect.Config

	published http.Handler
	shared    bool // a computer that people share

	keysTold chan struct{} // for each event of the keys, which nobody else waits for

	mu     sync.Mutex
	hint   franceconnect.IDTokenHint
	events []franceconnect.Event
}

// told are the events of a stage.
func (p *portal) told(stage string) (all []franceconnect.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if e.Operation == stage {
			all = append(all, e)
		}
	}
	return all
}

// outcome is what the portal's callback page says of itself.
type outcome struct {
	Subject, ReturnTo, Level, Message, Reason string
	AMR                                       []string
	Identity                                  *person.Identity
	LoggedOut                                 bool
}

func newClock() *portaltest.Clock {
	c := portaltest.NewClock()
	c.Set(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	return c
}

func newPortal(t *testing.T, change func(*franceconnect.Config)) *portal {
	return newPortalOn(t, mockidp.V2, nil, change)
}

// newPortalOn is newPortal on any platform; register changes what the mock
// knows of the client.
func newPortalOn(t *testing.T, platform mockidp.Platform, register func(*mockidp.Client), change func(*franceconnect.Config)) *portal {
	p := &portal{clock: newClock(), keysTold: make(chan struct{}, 100)}
	mux := http.NewServeMux()
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if err := p.fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}); err != nil {
			p.sorry(w, err)
		}
	})
	mux.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := p.fc.Callback(w, r)
		if err != nil {
			p.sorry(w, err)
			return
		}
		p.mu.Lock()
		p.hint = s.IDTokenHint
		p.mu.Unlock()
		if p.shared {
			if err := p.fc.EndProviderSession(w, r, s); err != nil {
				p.sorry(w, err)
			}
			return
		}
		_ = json.NewEncoder(w).Encode(outcome{Subject: s.Subject, ReturnTo: s.ReturnTo, Level: s.Level.String(), AMR: s.AMR, Identity: &s.Identity})
	})
	mux.HandleFunc("/logout", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		hint := p.hint
		p.mu.Unlock()
		if err := p.fc.Logout(w, r, hint); err != nil {
			p.sorry(w, err)
		}
	})
	mux.HandleFunc("/loggedout", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(outcome{LoggedOut: p.fc.LogoutCallback(w, r)})
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)

	mux.HandleFunc("/jwks.json", func(w http.ResponseWriter, r *http.Request) { p.published.ServeHTTP(w, r) })

	client := mockidp.DefaultClient(platform)
	client.RedirectURIs = []string{p.URL + "/callback"}
	client.PostLogoutRedirectURIs = []string{p.URL + "/loggedout"}
	if platform == mockidp.Plus {
		client.JWKSURI = p.URL + "/jwks.json"
	}
	if register != nil {
		register(&client)
	}
	// FranceConnect is another machine: what the portal may not do, it may.
	fips140.WithoutEnforcement(func() {
		p.idp = mockidp.Start(t, mockidp.Config{Platform: platform, Clients: []mockidp.Client{client}, Auto: true, Now: p.clock.Now})
	})
	var err error
	p.config, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", p.idp.Getenv(p.URL+"/callback", p.URL+"/loggedout"))
	require.NoError(t, err)
	p.config.Scopes = []string{"identite_pivot", "preferred_username", "email"}
	p.config.Now = p.clock.Now
	p.config.Observe = func(_ context.Context, e franceconnect.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.events = append(p.events, e)
		if e.Operation == "keys" {
			p.keysTold <- struct{}{}
		}
	}
	if change != nil {
		change(&p.config)
	}
	p.fc, err = p.pool.New(p.config)
	require.NoError(t, err)
	p.published = p.fc.JWKSHandler()
	return p
}

func (p *portal) sorry(w http.ResponseWriter, err error) {
	var e *franceconnect.Error
	errors.As(err, &e)
	message, _ := franceconnect.UserMessage(err)
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(outcome{Message: message, Reason: e.Reason})
}

// A browser keeps cookies, and follows redirects until the callback.
type browser struct {
	*http.Client
	t *testing.T
}

func newBrowser(t *testing.T) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, Client: &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if req.URL.Path == "/callback" || req.URL.Path == "/loggedout" {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// leave starts a login and goes as far as the redirect back to the portal,
// which it returns without opening it.
func (b *browser) leave(p *portal, next string) string {
	return b.location(b.Get(p.URL + "/login?next=" + url.QueryEscape(next)))
}

func (b *browser) location(res *http.Response, err error) string {
	require.NoError(b.t, err)
	defer res.Body.Close()
	require.Equal(b.t, 3, res.StatusCode/100, "a redirect")
	to, err := res.Location()
	require.NoError(b.t, err)
	return to.String()
}

// logout signs out, submits FranceConnect's one form as its script would, and
// returns the redirect back to the portal.
func (b *browser) logout(p *portal) string {
	res, err := b.PostForm(p.URL+"/logout", nil)
	require.NoError(b.t, err)
	return b.end(res)
}

// end submits FranceConnect's form as its script would.
func (b *browser) end(res *http.Response) string {
	defer res.Body.Close()
	page, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	action := regexp.MustCompile(`<form method="post" action="([^"]+)"`).FindSubmatch(page)
	require.NotNil(b.t, action, "%s", page)
	fields := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllSubmatch(page, -1) {
		fields.Set(string(m[1]), html.UnescapeString(string(m[2])))
	}
	to, err := res.Request.URL.Parse(html.UnescapeString(string(action[1])))
	require.NoError(b.t, err)
	return b.location(b.PostForm(to.String(), fields))
}

func (b *browser) open(address string) (o outcome) {
	res, err := b.Get(address)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, json.Unmarshal(body, &o), "%s", body)
	return o
}

// cookies are the library's, as the portal would get them with the next
// request; the mock's are on the same host.
func (b *browser) cookies(p *portal) []*http.Cookie {
	u, err := url.Parse(p.URL)
	require.NoError(b.t, err)
	return slices.DeleteFunc(b.Jar.Cookies(u), func(k *http.Cookie) bool { return !strings.HasPrefix(k.Name, "fc-") })
}

func (b *browser) setCookie(p *portal, k *http.Cookie) {
	u, err := url.Parse(p.URL)
	require.NoError(b.t, err)
	b.Jar.SetCookies(u, []*http.Cookie{k})
}

// asked counts the requests that the provider got for a path.
func (p *portal) asked(path string) (n int) {
	for _, r := range p.idp.Requests() {
		if strings.HasSuffix(r.Path, path) {
			n++
		}
	}
	return n
}

// loginURL is the query of the authorization request.
func loginURL(t *testing.T, fc *franceconnect.Client, ask franceconnect.LoginRequest) url.Values {
	w := httptest.NewRecorder()
	require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/login", nil), ask))
	u, err := w.Result().Location()
	require.NoError(t, err)
	return u.Query()
}

// FranceConnect keeps the query of a registered address, and adds its own.
func TestACallbackAndALogoutMayHaveAQuery(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.V1} {
		callback, loggedOut := "/callback?tenant=a&x=a%20b", "/loggedout?lang=fr&a=1&a=2"
		var registered *mockidp.Client
		p := newPortalOn(t, platform, func(c *mockidp.Client) {
			c.RedirectURIs[0] = strings.TrimSuffix(c.RedirectURIs[0], "/callback") + callback
			c.PostLogoutRedirectURIs[0] = strings.TrimSuffix(c.PostLogoutRedirectURIs[0], "/loggedout") + loggedOut
			registered = c
		}, func(c *franceconnect.Config) {
			c.RedirectURL, c.PostLogoutRedirectURL = registered.RedirectURIs[0], registered.PostLogoutRedirectURIs[0]
			if platform == mockidp.V1 {
				c.Scopes = []string{"openid"}
			}
		})
		b := newBrowser(t)
		back := b.leave(p, "/next")
		require.True(t, strings.HasPrefix(back, p.URL+callback+"&"), back)
		o := b.open(back)
		require.Empty(t, o.Reason)
		require.NotEmpty(t, o.Subject)
		require.Equal(t, "/next", o.ReturnTo)
		require.Equal(t, 1, p.asked("/token"))
		back = b.logout(p)
		require.True(t, strings.HasPrefix(back, p.URL+loggedOut+"&state="), back)
		require.True(t, b.open(back).LoggedOut)
	}
}
