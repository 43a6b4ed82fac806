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

// A browser keeps cookies. It remembers those of the portal as they were set,
// for an attack to change them.
type browser struct {
	s   *scene
	web *http.Client
	set map[string]*http.Cookie

	expected string // who may be signed in at the end of the scene
	orNobody bool   // or nobody
}

// browser opens a new one.
func (s *scene) browser() *browser {
	jar, _ := cookiejar.New(nil) // fails with options only
	b := &browser{s: s, set: map[string]*http.Cookie{}, web: &http.Client{
		Jar: jar, Transport: s.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers = append(s.browsers, b)
	return b
}

// whoIs asks the portal's own team.
func (b *browser) whoIs() string {
	asking := &http.Client{Jar: b.web.Jar, Transport: b.web.Transport, Timeout: b.s.Patience}
	asking.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Host != b.s.at.callback.Host || r.URL.Path == b.s.at.login.Path || len(via) > 10 {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b.s.WhoIs(asking)
}

// do sends one request and follows no redirect.
func (b *browser) do(method string, to *url.URL, body io.Reader, headers ...string) answer {
	ctx, cancel := context.WithTimeout(context.Background(), b.s.Patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, to.String(), body)
	if err != nil {
		b.s.fatalf("%s %s: %v", method, to.Redacted(), err)
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
	res, err := b.web.Do(r)
	if ctx.Err() != nil {
		b.s.fatalf("the portal did not answer %s %s within %v", method, to.Path, b.s.Patience)
	}
	if err != nil {
		b.s.fatalf("%s %s got no answer: %v", method, to.Path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		b.s.fatalf("%s %s: the answer is cut: %v", method, to.Path, err)
	}
	a := answer{status: res.StatusCode, header: res.Header, body: string(text), at: to}
	if to.Host == b.s.at.callback.Host {
		b.remember(to, res.Cookies())
		b.s.examine(a)
	}
	return a
}

// remember keeps what the portal set, with the path that a browser takes for
// one that is not said (RFC 6265, section 5.1.4).
func (b *browser) remember(at *url.URL, all []*http.Cookie) {
	for _, k := range all {
		if k.Path == "" {
			k.Path = at.Path[:max(1, strings.LastIndex(at.Path, "/"))]
		}
		if k.MaxAge < 0 || k.Value == "" {
			delete(b.set, k.Name)
		} else {
			b.set[k.Name] = k
		}
	}
}

func (b *browser) get(address string, headers ...string) answer {
	return b.do(http.MethodGet, b.s.url(address), nil, headers...)
}

// follow goes where the portal sends the browser on its own site.
func (b *browser) follow(a answer) answer {
	for range 10 {
		to := a.to()
		if to == nil || to.Host != b.s.at.callback.Host || to.Path == b.s.at.login.Path || b.s.at.isCallback(to) {
			return a
		}
		a = b.do(http.MethodGet, to, nil)
	}
	b.s.wrongf("the portal sends the browser round in circles")
	return a
}

// url reads an address of our own making.
func (s *scene) url(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		s.fatalf("%q is not an address", address)
	}
	return u
}

// names are the portal's cookies, sorted.
func (b *browser) names() []string { return slices.Sorted(maps.Keys(b.set)) }

// change gives each of the portal's cookies another value; "" removes it.
func (b *browser) change(value func(old string) string) {
	for _, name := range b.names() {
		k := *b.set[name]
		if k.Value = value(k.Value); k.Value == "" {
			k.MaxAge = -1
		}
		b.put(&k)
	}
}

// put sets a cookie as the portal would have.
func (b *browser) put(k *http.Cookie) {
	k.Raw, k.Quoted = "", strings.ContainsAny(k.Value, " ,")
	b.web.Jar.SetCookies(b.s.at.callback, []*http.Cookie{k})
	b.remember(b.s.at.callback, []*http.Cookie{k})
}

// copy is another browser with the same cookies, and nobody expected in it.
func (b *browser) copy() *browser {
	c := b.s.browser()
	for _, k := range b.set {
		k := *k
		c.put(&k)
	}
	return c
}
