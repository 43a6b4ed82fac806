package proconnect_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A portal has agents of its own: its pages are plain text.
type portal struct {
	url      string
	idp      *mockidp.Provider
	client   mockidp.Client
	clock    *portaltest.Clock
	pc       *proconnect.Client
	config   proconnect.Config
	ask      proconnect.LoginRequest // beyond ReturnTo
	mu       sync.Mutex
	sessions map[string]*proconnect.Session
	err      error // the last that a page was about
	events   []franceconnect.Event
}

func newPortal(t *testing.T, register func(*mockidp.Client), change func(*proconnect.Config)) *portal {
	p := &portal{clock: portaltest.NewClock(), sessions: map[string]*proconnect.Session{}}
	p.clock.Set(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	server := httptest.NewServer(p.handler())
	t.Cleanup(server.Close)
	p.url = server.URL
	p.client = mockidp.DefaultClient(mockidp.ProConnect)
	p.client.RedirectURIs, p.client.PostLogoutRedirectURIs = []string{p.url + "/callback"}, []string{p.url + "/loggedout"}
	if register != nil {
		register(&p.client)
	}
	p.idp = mockidp.Start(t, mockidp.Config{Platform: mockidp.ProConnect, Clients: []mockidp.Client{p.client}, Auto: true, Now: p.clock.Now})
	var err error
	p.config, err = proconnect.ConfigFromEnv("PROCONNECT_", p.idp.Getenv("", ""))
	require.NoError(t, err)
	p.config.RedirectURL, p.config.PostLogoutRedirectURL = p.client.RedirectURIs[0], p.client.PostLogoutRedirectURIs[0]
	p.config.Scopes = []string{"given_name", "usual_name", "email", "siret", "organizational_unit", "custom"}
	p.config.Now = p.clock.Now
	p.config.Observe = func(_ context.Context, e franceconnect.Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.events = append(p.events, e)
	}
	if change != nil {
		change(&p.config)
	}
	p.pc, err = proconnect.New(p.config)
	require.NoError(t, err)
	return p
}

// handler returns the site. Whoever signs in gets a new session.
func (p *portal) handler() http.Handler {
	sorry := func(w http.ResponseWriter, err error) {
		if err != nil {
			said, _ := franceconnect.UserMessage(err)
			p.mu.Lock()
			p.err = err
			p.mu.Unlock()
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(franceconnect.StatusCode(err))
			fmt.Fprint(w, said)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		ask := p.ask
		p.mu.Unlock()
		ask.ReturnTo = r.FormValue("next")
		sorry(w, p.pc.Login(w, r, ask))
	})
	mux.HandleFunc("GET /callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := p.pc.Callback(w, r)
		if err != nil {
			sorry(w, err)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.end(r)
		id := franceconnect.NewCookieKey()
		name := fmt.Sprintf("%x", id[:16])
		p.sessions[name] = s
		http.SetCookie(w, &http.Cookie{Name: "agent", Value: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
	mux.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		hint := p.end(r)
		p.mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "agent", Path: "/", MaxAge: -1})
		sorry(w, p.pc.Logout(w, r, hint))
	})
	mux.HandleFunc("GET /loggedout", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%t", p.pc.LogoutCallback(w, r))
	})
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if s := p.who(r); s != nil {
			fmt.Fprint(w, s.Professional.UsualName)
		}
	})
	return http.NewCrossOriginProtection().Handler(mux)
}

// end forgets the session of a browser.
func (p *portal) end(r *http.Request) (hint franceconnect.IDTokenHint) {
	if k, err := r.Cookie("agent"); err == nil && p.sessions[k.Value] != nil {
		hint = p.sessions[k.Value].IDTokenHint
		delete(p.sessions, k.Value)
	}
	return hint
}

func (p *portal) who(r *http.Request) *proconnect.Session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if k, err := r.Cookie("agent"); err == nil {
		return p.sessions[k.Value]
	}
	return nil
}

// asks sets what logins ask for from now on.
func (p *portal) asks(ask proconnect.LoginRequest) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ask = ask
}

// A browser keeps cookies, and follows redirects until the callback.
type browser struct {
	*http.Client
	t *testing.T
	p *portal
}

func newBrowser(t *testing.T, p *portal) *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, p: p, Client: &http.Client{Jar: jar, Transport: portaltest.Web, CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		if req.URL.Path == "/callback" || req.URL.Path == "/loggedout" {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// leave starts a login and returns the redirect back, which it does not open.
func (b *browser) leave() string { return b.leaveBy(b.p.url + "/login?next=/dossiers") }

func (b *browser) leaveBy(address string) string {
	res, err := b.Get(address)
	require.NoError(b.t, err)
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	require.Equal(b.t, 3, res.StatusCode/100, "%s", body)
	to, err := res.Location()
	require.NoError(b.t, err)
	return to.String()
}

// edited starts a login and changes the address of ProConnect's.
func (b *browser) edited(change func(url.Values)) string {
	client := *b.Client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Get(b.p.url + "/login")
	require.NoError(b.t, err)
	res.Body.Close()
	to, err := res.Location()
	require.NoError(b.t, err)
	q := to.Query()
	change(q)
	to.RawQuery = q.Encode()
	return b.leaveBy(to.String())
}

// back opens a callback, and returns the error that the portal had, or nil.
func (b *browser) back(address string) error {
	res, err := b.Get(address)
	require.NoError(b.t, err)
	defer res.Body.Close()
	if res.StatusCode/100 == 3 {
		return nil
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	return b.p.err
}

// signIn signs in, and returns the session.
func (b *browser) signIn() *proconnect.Session {
	require.NoError(b.t, b.back(b.leave()))
	return b.session()
}

func (b *browser) session() *proconnect.Session {
	u, err := url.Parse(b.p.url)
	require.NoError(b.t, err)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for _, k := range b.Jar.Cookies(u) {
		r.AddCookie(k)
	}
	return b.p.who(r)
}

// signOut signs out, submits ProConnect's form as its script would, and returns the
// redirect back to the portal.
func (b *browser) signOut() string {
	res, err := b.PostForm(b.p.url+"/logout", nil)
	require.NoError(b.t, err)
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
	res, err = b.PostForm(to.String(), fields)
	require.NoError(b.t, err)
	defer res.Body.Close()
	at, err := res.Location()
	require.NoError(b.t, err)
	return at.String()
}

// requireError returns an error as the portal knows it.
func requireError(t *testing.T, err error) *franceconnect.Error {
	t.Helper()
	var e *franceconnect.Error
	require.True(t, errors.As(err, &e), "%v", err)
	return e
}

// attacked returns the portal for the attacks, at a ProConnect of its own.
func attacked(t *testing.T) attack.Portal {
	p := newPortal(t, nil, func(c *proconnect.Config) {
		c.Assurance = proconnect.Eidas1 | proconnect.Eidas1MFA
		c.HTTPClient = &http.Client{Timeout: 5 * time.Second} // half of the default: attacks wait for it
		c.Now = nil
	})
	p.idp = mockidp.Start(t, mockidp.Config{Platform: mockidp.ProConnect, Clients: []mockidp.Client{p.client}})
	config := p.config
	env, err := proconnect.ConfigFromEnv("PROCONNECT_", p.idp.Getenv("", ""))
	require.NoError(t, err)
	config.Environment, config.Observe = env.Environment, nil
	p.pc, err = proconnect.New(config)
	require.NoError(t, err)
	return attack.Portal{
		IDP: p.idp, Client: p.client, Login: p.url + "/login", Next: "next", Logout: p.url + "/logout", Pages: []string{p.url + "/"},
		WhoIs: func(browser *http.Client) string {
			res, err := browser.Get(p.url + "/")
			if err != nil {
				return ""
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			return strings.TrimSpace(string(body))
		},
	}
}
