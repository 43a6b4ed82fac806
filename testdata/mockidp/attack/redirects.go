package attack

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// redirects are places to go on to that are not on the portal.
func redirects() []attack {
	const rule = "where a person goes on to after sign-in is a path on the portal, as a browser reads it"
	const place = "RFC 9700 §4.11.1; OWASP ASVS 5.1.5 (v4); CWE-601"
	const cure = "go on to a path that begins with one slash and has no second one, backslash or control character behind it, decoded or not (franceconnect.LocalPath), and to / otherwise"
	var all []attack
	spellings := map[string]string{
		"address":         "https://" + elsewhere + "/",
		"two-slashes":     "//" + elsewhere + "/",
		"three-slashes":   "///" + elsewhere + "/",
		"backslash":       `/\` + elsewhere + "/",
		"two-backslashes": `\\` + elsewhere + "/",
		"tab":             "/\t/" + elsewhere + "/",
		"line-break":      "/\n/" + elsewhere + "/",
		"space-in-front":  " //" + elsewhere + "/",
		"no-slashes":      "https:" + elsewhere,
		"one-slash":       "https:/" + elsewhere,
		"capitals":        "HTTPS://" + strings.ToUpper(elsewhere) + "/",
		"user":            "https://portal@" + elsewhere + "/",
		"escaped":         "/%2f" + elsewhere + "/",
		"escaped-back":    "/%5c" + elsewhere + "/",
		"script":          "javascript:alert(document.domain)",
		"data":            "data:text/html,<script>alert(1)</script>",
		"dots":            "/..//" + elsewhere + "/",
		"fragment":        "//" + elsewhere + "#/",
		"question":        "//" + elsewhere + "?/",
	}
	for _, name := range slices.Sorted(maps.Keys(spellings)) {
		next := spellings[name]
		all = append(all, attack{name: "next-" + name, does: "a link to the login goes on to " + strings.NewReplacer("\t", "<tab>", "\n", "<line break>").Replace(next),
			next: true, steps: func(s *scene) { s.goOn(next) }})
	}
	all = append(all,
		attack{name: "next-of-own-beginning", does: "the login goes on to a host whose name begins with the portal's", next: true, steps: func(s *scene) {
			s.goOn(s.at.callback.Scheme + "://" + s.at.callback.Host + "." + elsewhere + "/")
		}},
		attack{name: "next-with-own-user", does: "the login goes on to an address in which the portal is the user name", next: true, steps: func(s *scene) {
			s.goOn(s.at.callback.Scheme + "://" + s.at.callback.Host + "@" + elsewhere + "/")
		}},
		attack{name: "next-with-header", does: "the place to go on to has a line break in it, and a header behind that",
			source: "RFC 9110 §5.5; CWE-113", next: true,
			steps: func(s *scene) {
				s.goOn("/\r\nSet-Cookie: attacked=1")
				for _, k := range s.victim.web.Jar.Cookies(s.at.callback) {
					if k.Name == "attacked" {
						s.wrongf("the attacker set a cookie of the portal")
					}
				}
			}},
		attack{name: "next-giant", does: "the place to go on to has 6,000 characters, more than a cookie holds",
			rule: "what a link says cannot lock a person out", source: "RFC 6265bis §5.6; CWE-400",
			cure: "bound the length of the place to go on to, and go to / beyond it",
			next: true, steps: func(s *scene) { s.goOn("/" + strings.Repeat("a", 6000)) }},
		attack{name: "path-of-another-host", does: "a link to the portal has a path that begins like another host",
			rule: "a portal that tidies a path up stays on its own site",
			cure: "redirect to a tidied path only after all slashes and backslashes at its beginning have become one slash",
			steps: func(s *scene) {
				for _, path := range []string{"//" + elsewhere + "/", "//" + elsewhere + "/%2e%2e", "/%2f" + elsewhere + "/..",
					"/%5c" + elsewhere + "/..", "//" + elsewhere + s.at.login.Path + "/.."} {
					s.attacker.get(s.at.callback.Scheme + "://" + s.at.callback.Host + path)
				}
			}},
		attack{name: "next-on-the-callback", does: "the callback itself says where to go on to", steps: func(s *scene) {
			back := s.victim.agree(s.victim.leave(""), noLie)
			for _, name := range []string{s.Next, "next", "return_to", "redirect", "url"} {
				if name != "" {
					back.RawQuery += "&" + url.Values{name: {"https://" + elsewhere + "/"}}.Encode()
				}
			}
			s.victim.open(back)
			s.victim.expected, s.victim.orNobody = s.names[victim], true
		}},
	)
	return family(rule, place, cure, all...)
}

// goOn signs in with a place to go on to. It may be refused, or be forgotten;
// what the browser is sent to is examined in any case.
func (s *scene) goOn(next string) {
	s.victim.open(s.victim.agree(s.victim.leave(next), noLie))
	s.victim.expected = s.names[victim]
	s.victim.depart(next)
}
