package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// maxCookie is the size above which browsers drop a cookie (RFC 6265bis, section
// 5.6). They send all of them with every request.
const maxCookie = 4096

// readableToken matches a token that whoever has the cookie can read.
var readableToken = regexp.MustCompile(`eyJ[\w-]{10,}\.[\w-]+\.`)

// libraryCookie matches the names of the library’s.
var libraryCookie = regexp.MustCompile(`^(__Host-)?fc-`)

// checkCookies looks at the cookies that the way to FranceConnect and the
// sign-in page set. The first are those of the login: without them every
// callback is refused.
func (p *portal) checkCookies(f *findings, login, page http.Header) {
	before := len(*f)
	set := func(h http.Header) []*http.Cookie {
		all := (&http.Response{Header: h}).Cookies()
		return slices.DeleteFunc(all, func(c *http.Cookie) bool { return c.MaxAge < 0 }) // swept away
	}
	rewritten := text.Of("Corrigez le portail, ou le mandataire (proxy) qui réécrit Set-Cookie.", "Correct the portal, or the proxy that rewrites Set-Cookie.")
	ofLogin := set(login)
	if len(ofLogin) == 0 {
		f.fail("cookies", sidePortal, text.Of("le départ vers FranceConnect ne pose pas de cookie", "the way to FranceConnect sets no cookie"),
			text.Of("Cherchez un mandataire (proxy) qui retire Set-Cookie : sans cookie, tout retour est refusé.", "Look for a proxy that takes Set-Cookie away: without the cookie, every callback is refused."))
	}
	if ours := slices.DeleteFunc(slices.Clone(ofLogin), func(c *http.Cookie) bool { return !libraryCookie.MatchString(c.Name) }); len(ours) > 0 {
		ofLogin = ours // what is beside them is a firewall’s, or a balancer’s
	}
	for _, c := range ofLogin {
		if why := p.cookieFault(c); why.French != "" {
			f.fail("cookies", sidePortal, text.Of("le cookie de connexion "+c.Name+" "+why.French, "the login cookie "+c.Name+" "+why.English), rewritten)
		} else if c.SameSite != http.SameSiteLaxMode {
			f.warn("cookies", sidePortal, text.Of("le cookie de connexion "+c.Name+" n’a pas SameSite=Lax", "the login cookie "+c.Name+" has no SameSite=Lax"), rewritten)
		}
	}
	for _, c := range set(page) {
		// Others may be for scripts to read, such as a CSRF token.
		if why := p.cookieFault(c); why.French != "" && (c.HttpOnly || c.SameSite == http.SameSiteStrictMode) {
			f.warn("cookies", sidePortal, text.Of("le cookie "+c.Name+" de la page de connexion "+why.French, "the sign-in page’s cookie "+c.Name+" "+why.English),
				text.Of("Si c’est celui de la session, corrigez-le.", "If it is the session’s, correct it."))
		}
	}
	if len(*f) == before {
		f.ok("cookies", text.Of("le cookie de connexion est HttpOnly, SameSite=Lax, petit"+map[bool]string{true: ", et Secure"}[p.secure()], "the login cookie is HttpOnly, SameSite=Lax, small"+map[bool]string{true: ", and Secure"}[p.secure()]))
	}
}

// cookieFault returns what makes a cookie of no use, or dangerous. Nothing of
// its value is said.
func (p *portal) cookieFault(c *http.Cookie) (why text.Text) {
	switch {
	case c.SameSite == http.SameSiteStrictMode:
		return text.Of("est SameSite=Strict : au retour de FranceConnect, le navigateur ne le rend pas", "is SameSite=Strict: at the return from FranceConnect, the browser does not give it back")
	case p.secure() && !c.Secure:
		return text.Of("n’est pas Secure", "is not Secure")
	case !c.HttpOnly:
		return text.Of("n’est pas HttpOnly : un script de la page le lit", "is not HttpOnly: a script of the page reads it")
	case len(c.Name)+len(c.Value) > maxCookie:
		return text.Of("dépasse 4096 octets : le navigateur l’ignore", "is over 4096 bytes: the browser ignores it")
	case readableToken.MatchString(c.Value):
		return text.Of("porte un jeton lisible", "holds a token that can be read")
	}
	return text.Text{}
}

// secure reports whether people reach the portal over https.
func (p *portal) secure() bool { return strings.HasPrefix(p.origins[0], "https:") }
