package attack

import (
	"net/http"
	"strings"
)

// sessions returns ways to get another person's session, and checks of the
// portal's cookies.
func sessions() []attack {
	// flags checks the attributes of the cookies that a login sets.
	flags := func(name, does, rule, cure string, wrong func(s *attempt, k *http.Cookie) string) attack {
		return attack{name: name, does: does, rule: rule, cure: cure, steps: func(s *attempt) {
			for _, k := range s.loginCookies() {
				if what := wrong(s, k); what != "" {
					s.errorf("the cookie %q %s", k.Name, what)
				}
			}
			s.victim.expected = s.userNames[victim]
		}}
	}
	return append(family("signing in begins a session under an id that nobody could know before", "OWASP ASVS 3.2.1 (v4); CWE-384",
		"keep the session under a new id, drawn when the person signs in, and end the one that was there",
		attack{name: "session-fixed-before", does: "the attacker knows all cookies that the victim's browser had before it signed in",
			steps: func(s *attempt) {
				s.victim.visitPages()
				l := s.victim.startLogin("")
				before := s.victim.clone()
				s.victim.openCallback(s.victim.authorize(l, honest))
				s.victim.expected = s.userNames[victim]
				before.visitPages()
			}},
		attack{name: "session-planted", does: "the attacker has planted the session's cookies in the victim's browser, with values of the attacker's",
			steps: func(s *attempt) {
				other := s.newBrowser()
				other.signIn(attacker)
				other.expected = s.userNames[attacker]
				planted := s.newBrowser()
				for _, name := range other.cookieNames() {
					k := *other.portalCookies[name]
					k.Value = strings.Repeat("attacker", 5)
					s.victim.setCookie(&k)
					planted.setCookie(&k)
				}
				s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
				s.victim.expected = s.userNames[victim]
			}},
		attack{name: "session-of-the-one-before", does: "the attacker is signed in in the victim's browser, keeps its cookies, and the victim signs in there",
			steps: func(s *attempt) {
				s.victim.signIn(attacker)
				kept := s.victim.clone()
				kept.expected, kept.orNobody = s.userNames[attacker], true
				l, _ := s.victim.tryLogin("")
				if l == nil { // who is signed in stays so until the logout
					s.victim.logout()
					l = s.victim.startLogin("")
				}
				s.victim.openCallback(s.victim.authorize(l, honest))
				s.victim.expected = s.userNames[victim]
			}},
		attack{name: "session-tampered", does: "the cookies of a session are changed",
			rule: "the cookie of a session is drawn, or sealed", source: "OWASP ASVS 3.2.2 (v4); CWE-565",
			cure: "draw the session id, 128 bits or more, or seal the cookie with an authenticated cipher",
			steps: func(s *attempt) {
				s.victim.signIn(victim)
				s.victim.expected = s.userNames[victim]
				b := s.victim.clone()
				b.changeCookies(flipEnd)
			}},
	), family("", "RFC 6265bis §4.1.2, §4.1.3; OWASP ASVS 3.4 (v4); CWE-614, CWE-1004, CWE-1275", "",
		flags("cookie-for-scripts", "a script reads the cookies",
			"the cookies of a login and a session are HttpOnly", "set HttpOnly on the cookie", func(_ *attempt, k *http.Cookie) string {
				if k.HttpOnly {
					return ""
				}
				return "is not HttpOnly: a script on a page can read it"
			}),
		flags("cookie-for-other-sites", "another site has the browser send the cookies",
			"the cookies of a login and a session say SameSite=Lax or Strict", "set SameSite=Lax on the cookie", func(_ *attempt, k *http.Cookie) string {
				if k.SameSite == http.SameSiteLaxMode || k.SameSite == http.SameSiteStrictMode {
					return ""
				}
				return "has no SameSite=Lax: other sites have the browser send it"
			}),
		attack{name: "cookie-strict", does: "the victim signs in, and the browser withholds Strict cookies on the way back from FranceConnect, as browsers do",
			rule: "whoever comes back from FranceConnect is signed in on the page where that leads", cure: "set SameSite=Lax on the cookie of the session, not Strict",
			source: "RFC 6265bis §5.2, §8.8.2",
			steps: func(s *attempt) {
				s.victim.signIn(victim)
				s.victim.expected = s.userNames[victim]
				s.victim.fromElsewhere = true
				defer func() { s.victim.fromElsewhere = false }()
				if s.victim.whoIs() == "" {
					s.errorf("the person is not signed in on the page after the callback")
				}
			}},
		flags("cookie-for-neighbours", "a neighbouring host reads the cookies",
			"the cookies of a login and a session are for one host: they name no Domain", "set the cookie without a Domain", func(_ *attempt, k *http.Cookie) string {
				if k.Domain == "" {
					return ""
				}
				return "has a Domain: every host below it gets it, and can set it"
			}),
		flags("cookie-in-the-clear", "a network without encryption sees the cookies",
			"on https, the cookies of a login and a session are Secure", "set Secure on the cookie", func(s *attempt, k *http.Cookie) string {
				if k.Secure || s.urls.callback.Scheme == "http" {
					return ""
				}
				return "is not Secure"
			}),
		flags("cookie-from-neighbours", "a neighbouring host, or the network on http, sets the cookies",
			"on https, the names of the cookies of a login and a session begin with __Host-", "name the cookie __Host-…, with Secure, Path=/ and no Domain", func(s *attempt, k *http.Cookie) string {
				if strings.HasPrefix(k.Name, "__Host-") || s.urls.callback.Scheme == "http" {
					return ""
				}
				return "has no prefix __Host-: a neighbouring host can set it, and so plant a login of its own"
			}),
		flags("cookie-with-the-token", "somebody reads the cookies",
			"a cookie holds no token of FranceConnect's, which has the person's sub in it", "keep FranceConnect's tokens on the server, and a drawn id in the cookie", func(s *attempt, k *http.Cookie) string {
				if s.holdsIDToken(k.Value) {
					return "has FranceConnect's ID token in it, for everybody to read"
				}
				return ""
			}),
	)...)
}

// visitPages opens the portal's pages.
func (b *browser) visitPages() {
	for _, page := range b.attempt.Pages {
		b.follow(b.get(page))
	}
}

// loginCookies returns the cookies that a login and a callback of the victim
// set.
func (s *attempt) loginCookies() (all []*http.Cookie) {
	l := s.victim.startLogin("")
	for _, k := range s.victim.portalCookies {
		all = append(all, k)
	}
	s.victim.openCallback(s.victim.authorize(l, honest))
	for _, k := range s.victim.portalCookies {
		all = append(all, k)
	}
	return all
}

// holdsIDToken reports whether a cookie holds an ID token, as it is or in
// base64.
func (s *attempt) holdsIDToken(value string) bool {
	for _, v := range []string{value, string(decodeBase64(strings.TrimRight(value, "=")))} {
		for i, part := range strings.Split(v, ".") {
			if i > 0 && strings.Contains(string(decodeBase64(part)), s.urls.issuer.String()) {
				return true
			}
		}
	}
	return false
}
