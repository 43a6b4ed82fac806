package attack

import "net/http"

// hosts are requests whose headers say that the portal is somewhere else.
func hosts() []attack {
	const lie = elsewhere + ":8443"
	var all []attack
	for _, header := range [][]string{
		{"Host", lie},
		{"X-Forwarded-Host", lie},
		{"X-Forwarded-Host", lie, "X-Forwarded-Proto", "https", "X-Forwarded-Port", "8443"},
		{"Forwarded", "host=" + lie + ";proto=https"},
		{"X-Original-Host", lie},
		{"X-Host", lie},
		{"X-Forwarded-Server", lie},
		{"X-Forwarded-Prefix", "//" + elsewhere},
		{"X-Original-URL", "//" + elsewhere + "/"},
		{"X-Rewrite-URL", "//" + elsewhere + "/"},
		{"Referer", "https://" + elsewhere + "/"},
		{"Origin", "https://" + elsewhere},
	} {
		name := header[0]
		if len(header) > 2 {
			name += "-and-more"
		}
		all = append(all, attack{name: "header-" + name, does: "requests of a login have " + header[0] + ": " + header[1],
			steps: func(s *scene) { s.mislead(header) }})
	}
	return family("the portal knows its own address by configuration: no header changes the redirect_uri, where a browser is sent, or what is sent to FranceConnect",
		"RFC 9700 §4.13; OWASP ASVS 14.5 (v4); CWE-644, CWE-601",
		"take redirect_uri and every redirect from the portal's settings, and none from Host, Forwarded, X-Forwarded-* or their like", all...)
}

// mislead goes through a login and a logout with headers that lie. A portal may
// refuse any of these requests, but not believe them.
func (s *scene) mislead(headers []string) {
	a := s.attacker.do(http.MethodGet, s.at.login, nil, headers...)
	if to := a.to(); to != nil && to.Host == s.at.issuer.Host {
		if got := to.Query().Get("redirect_uri"); got != s.Client.RedirectURIs[0] {
			s.wrongf("the redirect_uri is %q, and should be %q", got, s.Client.RedirectURIs[0])
		}
	}
	l := s.victim.leave("")
	back := s.victim.agree(l, noLie)
	s.victim.do(http.MethodGet, back, nil, headers...)
	if s.victim.whoIs() == "" {
		return // refused, which is as good
	}
	out := s.victim.do(http.MethodPost, s.at.logout, nil, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
	if to := out.to(); to != nil && to.Host == s.at.issuer.Host {
		if got := to.Query().Get("post_logout_redirect_uri"); got != "" && (len(s.Client.PostLogoutRedirectURIs) == 0 || got != s.Client.PostLogoutRedirectURIs[0]) {
			s.wrongf("the post_logout_redirect_uri is %q, which is not registered", got)
		}
	}
	s.victim.expected, s.victim.orNobody = s.names[victim], true
}
