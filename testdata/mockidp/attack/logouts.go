package attack

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// logouts returns ways to sign somebody out, or to keep them signed in.
func logouts() []attack {
	// made is a request that another site makes the victim's browser send.
	made := func(name, does, method string, headers ...string) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			s.victim.signIn(victim)
			s.victim.expected = s.userNames[victim]
			s.victim.forgeRequest(method, s.urls.logout, headers...)
		}}
	}
	back := func(name, does string, q url.Values) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			s.victim.signIn(victim)
			s.victim.expected = s.userNames[victim]
			for _, address := range s.Client.PostLogoutRedirectURIs {
				if u := s.parseURL(address); u.Host == s.urls.callback.Host {
					u.RawQuery = q.Encode()
					s.victim.follow(s.victim.do(http.MethodGet, u, nil))
				}
			}
		}}
	}
	// posted is a form of a page of the portal's own, with the Origin that the page's
	// Referrer-Policy leaves it (Fetch, section 3.2.4).
	posted := func(name, does string, headers ...string) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			s.victim.signIn(victim)
			for _, at := range s.Pages {
				a := s.victim.follow(s.victim.get(at))
				form, found := formFields(a, s.urls.logout)
				if !found {
					continue
				}
				origin := s.urls.logout.Scheme + "://" + s.urls.logout.Host
				policy := strings.Split(a.header.Get("Referrer-Policy"), ",")
				if strings.TrimSpace(policy[len(policy)-1]) == "no-referrer" {
					origin = "null"
				}
				s.victim.do(http.MethodPost, s.urls.logout, strings.NewReader(form.Encode()), append(headers, "Origin", origin)...)
				if who := s.victim.whoIs(); who != "" {
					s.errorf("%q posted the form of %s, and is still signed in: its Origin was %s", who, a.url.Path, origin)
				}
				return
			}
			s.victim.expected = s.userNames[victim] // no page has a form, which is another matter
		}}
	}
	const csrf = "OpenID Connect RP-Initiated Logout §6; OWASP ASVS 4.2.2 (v4); CWE-352"
	const ended = "OpenID Connect RP-Initiated Logout §3; OWASP ASVS 3.3.1 (v4); CWE-613"
	return slices.Concat(family("only a page of the portal signs anybody out: no link, no image, no form of another site", csrf,
		"sign out by POST alone, and wrap the mux in http.NewCrossOriginProtection().Handler(mux) or put an anti-CSRF token into the form",
		made("logout-by-link", "a link or an image of another site has the address of the logout", http.MethodGet, "Sec-Fetch-Site", "cross-site"),
		made("logout-by-own-link", "a comment on the portal has the address of the logout as an image", http.MethodGet, "Sec-Fetch-Site", "same-origin"),
		made("logout-by-head", "something asks for the logout by HEAD", http.MethodHead),
		made("logout-by-method-in-a-header", "a script of another site asks for the logout by GET, and says POST in a header",
			http.MethodGet, "Sec-Fetch-Site", "cross-site", "X-HTTP-Method-Override", "POST"),
		made("logout-by-foreign-form", "a form of another site posts to the logout",
			http.MethodPost, "Sec-Fetch-Site", "cross-site", "Origin", "https://"+attackerHost),
		made("logout-by-foreign-form-in-an-old-browser", "the same, in a browser that says Origin alone", http.MethodPost, "Origin", "https://"+attackerHost),
		made("logout-by-form-of-nowhere", "a form in a sandboxed frame posts to the logout",
			http.MethodPost, "Sec-Fetch-Site", "cross-site", "Origin", "null"),
		made("logout-by-neighbour", "a form of a neighbouring host posts to the logout, cookies and all",
			http.MethodPost, "Sec-Fetch-Site", "same-site", "Origin", "https://"+attackerHost),
	), family("the form of the portal's own page does sign out, under the Referrer-Policy of that page", "WHATWG Fetch §3.2.4; W3C Referrer Policy §3; OWASP ASVS 3.3.1, 4.2.2 (v4)",
		"give pages with forms Referrer-Policy: same-origin or strict-origin; under no-referrer a browser says Origin: null, which a check of the origin refuses",
		posted("logout-under-its-own-policy", "a person signs out by the form of the portal's page", "Sec-Fetch-Site", "same-origin"),
		posted("logout-under-its-own-policy-in-an-old-browser", "the same, in a browser that says Origin alone, or on a network without https"),
	), family("the return from a logout changes nothing: anybody can send a browser there", csrf,
		"end the session before the browser goes to FranceConnect, and change nothing where it comes back",
		back("logout-return", "somebody opens the return from the logout", nil),
		back("logout-return-forged", "the same, with a made-up state", url.Values{"state": {strings.Repeat("a", 64)}}),
		back("logout-return-with-error", "the same, with an error", url.Values{"error": {"server_error"}}),
	), family("signing out ends the session at the portal, at once and for whoever holds its cookies", ended,
		"delete the session on the server, not the cookie alone, before FranceConnect is told",
		attack{name: "session-after-logout", does: "who copied the cookies of a session uses them after the logout", steps: func(s *attempt) {
			s.victim.signIn(victim)
			kept := s.victim.clone()
			s.victim.logout()
			kept.visitPages()
		}},
		attack{name: "logout-while-franceconnect-is-down", does: "FranceConnect does not answer while somebody signs out", steps: func(s *attempt) {
			s.victim.signIn(victim)
			defer s.breakEndpoints(mockidp.Fault{Status: http.StatusServiceUnavailable, Body: "{}"}, "/session/end", "/jwks", "/.well-known/openid-configuration", "/token")()
			s.victim.logout()
			if who := s.victim.whoIs(); who != "" {
				s.errorf("%q is still signed in", who)
			}
		}},
		attack{name: "logout-to-elsewhere", does: "the form of the logout says where to go on to",
			rule: "after a logout the browser goes to FranceConnect or to the portal", source: "OpenID Connect RP-Initiated Logout §6; CWE-601",
			cure: "send the post_logout_redirect_uri of the settings, and read none from the request",
			steps: func(s *attempt) {
				s.victim.signIn(victim)
				form := s.victim.logoutForm()
				at := *s.urls.logout
				q := at.Query()
				for _, name := range []string{"next", "return_to", "redirect", "post_logout_redirect_uri", s.Next} {
					if name != "" {
						form.Set(name, "https://"+attackerHost+"/")
						q.Set(name, "https://"+attackerHost+"/")
					}
				}
				at.RawQuery = q.Encode()
				a := s.victim.do(http.MethodPost, &at, strings.NewReader(form.Encode()), "Sec-Fetch-Site", "same-origin")
				if strings.Contains(a.header.Get("Location"), attackerHost) {
					s.errorf("the portal passes %q on", attackerHost)
				}
			}},
	))
}

// forgeRequest sends a request as if another page had made the browser send it.
// From another site it has only the cookies that a browser would send (RFC
// 6265bis, section 5.2).
func (b *browser) forgeRequest(method string, to *url.URL, headers ...string) {
	from := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		from.Set(headers[i], headers[i+1])
	}
	foreign := from.Get("Sec-Fetch-Site") == "cross-site" || from.Get("Sec-Fetch-Site") == "" && from.Get("Origin") != ""
	if method == http.MethodPost && foreign {
		var sent []string
		for _, name := range b.cookieNames() {
			if k := b.portalCookies[name]; k.SameSite != http.SameSiteLaxMode && k.SameSite != http.SameSiteStrictMode {
				sent = append(sent, k.Name+"="+k.Value)
			}
		}
		jar := b.client.Jar
		b.client.Jar = nil
		a := b.do(method, to, nil, append(headers, "Cookie", strings.Join(sent, "; "))...)
		b.client.Jar = jar
		jar.SetCookies(to, (&http.Response{Header: a.header}).Cookies())
		return
	}
	b.follow(b.do(method, to, nil, headers...))
}

// breakEndpoints injects a fault into endpoints of the mock. restore clears it.
func (s *attempt) breakEndpoints(r mockidp.Fault, paths ...string) (restore func()) {
	for _, p := range paths {
		s.IDP.InjectFault(p, r)
	}
	return func() {
		for _, p := range paths {
			s.IDP.ClearFault(p)
		}
	}
}
