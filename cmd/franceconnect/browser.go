package main

import (
	"context"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A browser treats the cookies of one login as browsers do, and no connection of
// its is used twice: each request may reach another machine of the portal's.
type browser struct {
	prog    *program
	jar     *cookiejar.Jar
	strict  *cookiejar.Jar // those that do not come back from another site
	hosts   []string       // that set a cookie which was kept
	set     []string       // names of those that were kept
	refused []text.Text    // those that were not, and why
}

func (prog *program) newBrowser() *browser {
	jar, _ := cookiejar.New(nil) // there is no error without options
	strict, _ := cookiejar.New(nil)
	return &browser{prog: prog, jar: jar, strict: strict}
}

// userAgent is that of a browser: firewalls refuse others.
const userAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// A hop is one answer on the way, and what was asked.
type hop struct {
	response
	at   *url.URL
	sent []string // names of the cookies
}

const maxHops = 5

// isAuthorizeRequest reports whether an address is where a portal sends people to
// sign in, whatever the host.
func isAuthorizeRequest(to *url.URL) bool { return to.Query().Get("client_id") != "" }

// open opens an address as a click does, and follows redirects, but none to
// FranceConnect. It returns the hops up to where it ended; with an error, the
// last one is what there was of an answer.
func (b *browser) open(ctx context.Context, address string, fromElsewhere bool) (hops []hop, err error) {
	at, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	for range maxHops {
		cookies := b.jar.Cookies(at)
		site := "cross-site"
		if !fromElsewhere {
			cookies = append(cookies, b.strict.Cookies(at)...)
			site = "same-origin"
		}
		header := []string{
			"User-Agent", userAgent, "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language", "fr,en;q=0.5",
			"Sec-Fetch-Site", site, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document",
		}
		h := hop{at: at}
		var pairs []string
		for _, c := range cookies {
			pairs, h.sent = append(pairs, c.Name+"="+c.Value), append(h.sent, c.Name)
		}
		if len(pairs) > 0 {
			header = append(header, "Cookie", strings.Join(pairs, "; "))
		}
		h.response, err = b.prog.freshly().send(ctx, http.MethodGet, at.String(), nil, header...)
		hops = append(hops, h)
		if err != nil {
			return hops, err
		}
		b.keep(at, h.header)
		to, bad := at.Parse(h.header.Get("Location"))
		if h.status < 300 || h.status > 399 || h.header.Get("Location") == "" || bad != nil || isAuthorizeRequest(to) {
			return hops, nil
		}
		at = to
	}
	return hops, nil
}

// keep takes the cookies of an answer, or notes why a browser does not: RFC
// 6265bis, section 5.7.
func (b *browser) keep(at *url.URL, h http.Header) {
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if why := refusal(at, c); why.French != "" {
			b.refused = append(b.refused, text.Of(c.Name+" : "+why.French, c.Name+": "+why.English))
			continue
		}
		jar := b.jar
		if c.SameSite == http.SameSiteStrictMode {
			jar = b.strict
		}
		kept := *c
		kept.Secure = c.Secure && at.Scheme == "https" // this machine is as good to a browser
		jar.SetCookies(at, []*http.Cookie{&kept})
		if c.MaxAge >= 0 && !slices.Contains(b.set, c.Name) {
			b.set, b.hosts = append(b.set, c.Name), append(b.hosts, at.Host)
		}
	}
}

// refusal returns why a browser does not take a cookie.
func refusal(at *url.URL, c *http.Cookie) text.Text {
	name := strings.ToLower(c.Name)
	host := strings.ToLower(at.Hostname())
	domain := strings.ToLower(strings.TrimPrefix(c.Domain, "."))
	switch {
	case strings.HasPrefix(name, "__host-") && (!c.Secure || c.Path != "/" || c.Domain != ""):
		return text.Of("un nom en __Host- veut Secure, Path=/ et pas de Domain", "a name in __Host- wants Secure, Path=/ and no Domain")
	case strings.HasPrefix(name, "__secure-") && !c.Secure:
		return text.Of("un nom en __Secure- veut Secure", "a name in __Secure- wants Secure")
	case c.Secure && at.Scheme != "https" && !isLoopback(host):
		return text.Of("Secure, mais posé en http", "Secure, but set on http")
	case c.SameSite == http.SameSiteNoneMode && !c.Secure:
		return text.Of("SameSite=None sans Secure", "SameSite=None without Secure")
	case len(c.Name)+len(c.Value) > maxCookie:
		return text.Of("plus de 4096 octets", "over 4096 bytes")
	case domain != "" && host != domain && !strings.HasSuffix(host, "."+domain):
		return text.Of("Domain="+domain+" n’est pas de cet hôte", "Domain="+domain+" is not of this host")
	}
	return text.Text{}
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// freshly returns the program on connections of their own.
func (prog *program) freshly() *program {
	if t, ok := prog.transport.(*http.Transport); ok && !t.DisableKeepAlives {
		other := *prog
		t = t.Clone()
		t.DisableKeepAlives = true
		other.transport = t
		return &other
	}
	return prog
}
