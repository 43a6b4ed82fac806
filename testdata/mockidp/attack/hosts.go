package attack

import "net/http"

// hosts returns requests whose headers name another host than the portal's.
func hosts() []attack {
	const lie = attackerHost + ":8443"
	var all []attack
	for _, header := range [][]string{
		{"Host", lie},
		{"X-Forwarded-Host", lie},
		{"X-Forwarded-Host", lie, "X-Forwarded-Proto", "https", "X-Forwarded-Port", "8443"},
		{"Forwarded", "host=" + lie + ";proto=https"},
		{"X-Original-Host", lie},
		{"X-Host", lie},
		{"X-Forwarded-Server", lie},
		{"X-Forwarded-Prefix", "//" + attackerHost},
		{"X-Original-URL", "//" + attackerHost + "/"},
		{"X-Rewrite-URL", "//" + attackerHost + "/"},
		{"Referer", "https://" + attackerHost + "/"},
		{"Origin", "https://" + attackerHost},
	} {
		name := header[0]
		if len(header) > 2 {
			name += "-and-more"
		}
		all = append(all, attack{name: "header-" + name, does: "requests of a login have " + header[0] + ": " + header[1],
			steps: func(s *attempt) { s.checkHeaders(header) }})
	}
	return family("the portal knows its own address by configuration: no header changes the redirect_uri, where a browser is sent, or what is sent to FranceConnect",
		"RFC 9700 §4.13; OWASP ASVS 14.5 (v4); CWE-644, CWE-601",
		"take redirect_uri and every redirect from the portal's settings, and none from Host, Forwarded, X-Forwarded-* or their like", all...)
}

// checkHeaders logs in and out with headers that name another host. A portal
// may refuse any of these requests, but must not use the headers.
func (s *attempt) checkHeaders(headers []string) {
	a := s.attacker.do(http.MethodGet, s.urls.login, nil, headers...)
	if to := a.redirectURL(); to != nil && to.Host == s.urls.issuer.Host {
		if got := to.Query().Get("redirect_uri"); got != s.Client.RedirectURIs[0] {
			s.errorf("the redirect_uri is %q, and should be %q", got, s.Client.RedirectURIs[0])
		}
	}
	l := s.victim.startLogin("")
	back := s.victim.authorize(l, honest)
	s.victim.do(http.MethodGet, back, nil, headers...)
	if s.victim.whoIs() == "" {
		return // refused, which is as good
	}
	out := s.victim.do(http.MethodPost, s.urls.logout, nil, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
	if to := out.redirectURL(); to != nil && to.Host == s.urls.issuer.Host {
		if got := to.Query().Get("post_logout_redirect_uri"); got != "" && (len(s.Client.PostLogoutRedirectURIs) == 0 || got != s.Client.PostLogoutRedirectURIs[0]) {
			s.errorf("the post_logout_redirect_uri is %q, which is not registered", got)
		}
	}
	s.victim.expected, s.victim.orNobody = s.userNames[victim], true
}
