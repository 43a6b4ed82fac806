package attack

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
)

// A browser keeps cookies. It also keeps those of the portal as they were set,
// with their attributes, for an attack to change them.
type browser struct {
	attempt       *attempt
	client        *http.Client
	portalCookies map[string]*http.Cookie
	fromElsewhere bool           // another site sends it to the portal
	seen          func(response) // told every response of the portal, or nil

	expected string // the user who may be signed in at the end
	orNobody bool   // nobody may be signed in instead
}

// newBrowser returns a browser without cookies.
func (s *attempt) newBrowser() *browser {
	jar, _ := cookiejar.New(nil) // fails with options only
	b := &browser{attempt: s, portalCookies: map[string]*http.Cookie{}, client: &http.Client{
		Transport:     s.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	b.client.Jar = sameSiteJar{jar, b}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers = append(s.browsers, b)
	return b
}

// A sameSiteJar withholds Strict cookies from a request that another site caused,
// and from the redirects after it (RFC 6265bis, section 5.2).
type sameSiteJar struct {
	http.CookieJar
	browser *browser
}

func (j sameSiteJar) Cookies(to *url.URL) []*http.Cookie {
	all := j.CookieJar.Cookies(to)
	if !j.browser.fromElsewhere || to.Host != j.browser.attempt.urls.callback.Host {
		return all
	}
	return slices.DeleteFunc(all, func(k *http.Cookie) bool {
		set := j.browser.portalCookies[k.Name]
		return set != nil && set.SameSite == http.SameSiteStrictMode
	})
}

// whoIs returns who is signed in, as Portal.WhoIs says.
func (b *browser) whoIs() string {
	asking := &http.Client{Jar: b.client.Jar, Transport: b.client.Transport, Timeout: b.attempt.Patience}
	asking.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != b.attempt.urls.callback.Host || r.URL.Path == b.attempt.urls.login.Path || len(via) > 10 {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b.attempt.WhoIs(asking)
}

// do sends one request and follows no redirect.
func (b *browser) do(method string, to *url.URL, body io.Reader, headers ...string) response {
	ctx, cancel := context.WithTimeout(context.Background(), b.attempt.Patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		b.attempt.fatalf("%s %s: %v", method, to.Redacted(), err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.client.Do(r)
	if ctx.Err() != nil {
		b.attempt.fatalf("the portal did not answer %s %s within %v", method, to.Path, b.attempt.Patience)
	}
	if err != nil {
		b.attempt.fatalf("%s %s got no answer: %v", method, to.Path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		b.attempt.fatalf("%s %s: the answer is cut: %v", method, to.Path, err)
	}
	a := response{status: res.StatusCode, header: res.Header, body: string(text), url: to}
	if to.Host == b.attempt.urls.callback.Host {
		b.remember(to, res.Cookies())
		b.attempt.examine(a)
		if b.seen != nil {
			b.seen(a)
		}
	}
	return a
}

// remember stores the cookies that the portal set, with the default path of a
// browser (RFC 6265, section 5.1.4).
func (b *browser) remember(at *url.URL, all []*http.Cookie) {
	for _, k := range all {
		if k.Path == "" {
			k.Path = at.Path[:max(1, strings.LastIndex(at.Path, "/"))]
		}
		if k.MaxAge < 0 || k.Value == "" {
			delete(b.portalCookies, k.Name)
		} else {
			b.portalCookies[k.Name] = k
		}
	}
}

func (b *browser) get(address string, headers ...string) response {
	return b.do(http.MethodGet, b.attempt.parseURL(address), nil, headers...)
}

// follow follows redirects as long as they stay on the portal and lead to
// neither login nor callback.
func (b *browser) follow(a response) response {
	for range 10 {
		to := a.redirectURL()
		if to == nil || to.Host != b.attempt.urls.callback.Host || to.Path == b.attempt.urls.login.Path || b.attempt.urls.isCallback(to) {
			return a
		}
		a = b.do(http.MethodGet, to, nil)
	}
	b.attempt.errorf("the portal sends the browser round in circles")
	return a
}

// parseURL parses an address that this package made.
func (s *attempt) parseURL(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		s.fatalf("%q is not an address", address)
	}
	return u
}

// cookieNames returns the names of the portal's cookies, sorted.
func (b *browser) cookieNames() []string { return slices.Sorted(maps.Keys(b.portalCookies)) }

// changeCookies changes the value of each of the portal's cookies; "" removes
// one.
func (b *browser) changeCookies(value func(old string) string) {
	for _, name := range b.cookieNames() {
		k := *b.portalCookies[name]
		if k.Value = value(k.Value); k.Value == "" {
			k.MaxAge = -1
		}
		b.setCookie(&k)
	}
}

// setCookie sets a cookie as if the portal had.
func (b *browser) setCookie(k *http.Cookie) {
	k.Raw, k.Quoted = "", strings.ContainsAny(k.Value, " ,")
	b.client.Jar.SetCookies(b.attempt.urls.callback, []*http.Cookie{k})
	b.remember(b.attempt.urls.callback, []*http.Cookie{k})
}

// clone returns another browser with the same cookies, in which nobody is
// expected to be signed in.
func (b *browser) clone() *browser {
	c := b.attempt.newBrowser()
	for _, k := range b.portalCookies {
		k := *k
		c.setCookie(&k)
	}
	return c
}
