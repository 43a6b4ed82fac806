package attack

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// redirects returns places to go on to that are not on the portal.
func redirects() []attack {
	const rule = "where a person goes on to after sign-in is a path on the portal, as a browser reads it"
	const place = "RFC 9700 §4.11.1; OWASP ASVS 5.1.5 (v4); CWE-601"
	const cure = "go on to a path that begins with one slash and has no second one, backslash or control character behind it, decoded or not (franceconnect.LocalPath), and to / otherwise"
	var all []attack
	spellings := map[string]string{
		"address":         "https://" + attackerHost + "/",
		"two-slashes":     "//" + attackerHost + "/",
		"three-slashes":   "///" + attackerHost + "/",
		"backslash":       `/\` + attackerHost + "/",
		"two-backslashes": `\\` + attackerHost + "/",
		"tab":             "/\t/" + attackerHost + "/",
		"line-break":      "/\n/" + attackerHost + "/",
		"space-in-front":  " //" + attackerHost + "/",
		"no-slashes":      "https:" + attackerHost,
		"one-slash":       "https:/" + attackerHost,
		"capitals":        "HTTPS://" + strings.ToUpper(attackerHost) + "/",
		"user":            "https://portal@" + attackerHost + "/",
		"escaped":         "/%2f" + attackerHost + "/",
		"escaped-back":    "/%5c" + attackerHost + "/",
		"script":          "javascript:alert(document.domain)",
		"data":            "data:text/html,<script>alert(1)</script>",
		"dots":            "/..//" + attackerHost + "/",
		"fragment":        "//" + attackerHost + "#/",
		"question":        "//" + attackerHost + "?/",
	}
	for _, name := range slices.Sorted(maps.Keys(spellings)) {
		next := spellings[name]
		all = append(all, attack{name: "next-" + name, does: "a link to the login goes on to " + strings.NewReplacer("\t", "<tab>", "\n", "<line break>").Replace(next),
			needsNext: true, steps: func(s *attempt) { s.signInWithNext(next) }})
	}
	all = append(all,
		attack{name: "next-of-own-beginning", does: "the login goes on to a host whose name begins with the portal's", needsNext: true, steps: func(s *attempt) {
			s.signInWithNext(s.urls.callback.Scheme + "://" + s.urls.callback.Host + "." + attackerHost + "/")
		}},
		attack{name: "next-with-own-user", does: "the login goes on to an address in which the portal is the user name", needsNext: true, steps: func(s *attempt) {
			s.signInWithNext(s.urls.callback.Scheme + "://" + s.urls.callback.Host + "@" + attackerHost + "/")
		}},
		attack{name: "next-with-header", does: "the place to go on to has a line break in it, and a header behind that",
			source: "RFC 9110 §5.5; CWE-113", needsNext: true,
			steps: func(s *attempt) {
				s.signInWithNext("/\r\nSet-Cookie: attacked=1")
				for _, k := range s.victim.client.Jar.Cookies(s.urls.callback) {
					if k.Name == "attacked" {
						s.errorf("the attacker set a cookie of the portal")
					}
				}
			}},
		attack{name: "next-giant", does: "the place to go on to has 6,000 characters, more than a cookie holds",
			rule: "what a link says cannot lock a person out", source: "RFC 6265bis §5.6; CWE-400",
			cure:      "bound the length of the place to go on to, and go to / beyond it",
			needsNext: true, steps: func(s *attempt) { s.signInWithNext("/" + strings.Repeat("a", 6000)) }},
		attack{name: "path-of-another-host", does: "a link to the portal has a path that begins like another host",
			rule: "a portal that tidies a path up stays on its own site",
			cure: "redirect to a tidied path only after all slashes and backslashes at its beginning have become one slash",
			steps: func(s *attempt) {
				for _, path := range []string{"//" + attackerHost + "/", "//" + attackerHost + "/%2e%2e", "/%2f" + attackerHost + "/..",
					"/%5c" + attackerHost + "/..", "//" + attackerHost + s.urls.login.Path + "/.."} {
					s.attacker.get(s.urls.callback.Scheme + "://" + s.urls.callback.Host + path)
				}
			}},
		attack{name: "next-on-the-callback", does: "the callback itself says where to go on to", steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), honest)
			for _, name := range []string{s.Next, "next", "return_to", "redirect", "url"} {
				if name != "" {
					back.RawQuery += "&" + url.Values{name: {"https://" + attackerHost + "/"}}.Encode()
				}
			}
			s.victim.openCallback(back)
			s.victim.expected, s.victim.orNobody = s.userNames[victim], true
		}},
	)
	return family(rule, place, cure, all...)
}

// signInWithNext signs in with a place to go on to. The portal may refuse or
// ignore it; examine checks each redirect.
func (s *attempt) signInWithNext(next string) {
	s.victim.openCallback(s.victim.authorize(s.victim.startLogin(next), honest))
	s.victim.expected = s.userNames[victim]
	s.victim.tryLogin(next)
}
