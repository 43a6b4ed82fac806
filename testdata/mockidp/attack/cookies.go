package attack

import (
	"fmt"
	"net/http"
	"strings"
)

// cookies returns logins whose cookies were changed on the way.
func cookies() []attack {
	// touched opens the victim's callback with changed cookies.
	touched := func(name, does string, change func(old string) string) attack {
		return attack{name: name, does: does, noTokenCall: true, steps: func(s *attempt) {
			l := s.victim.startLogin("")
			b := s.victim.clone()
			b.changeCookies(change)
			b.openCallback(s.victim.authorize(l, honest))
		}}
	}
	return append(family("what a browser keeps of a login is sealed, or names something that the portal keeps: one that was touched opens nothing",
		"RFC 6749 §10.12; RFC 6265 §8.6; CWE-565",
		"seal the cookie of a login with an authenticated cipher, or keep in it the drawn id of an entry on the server, and refuse the callback if it does not open",
		touched("cookies-removed", "the cookies are gone", func(string) string { return "" }),
		touched("cookies-other-end", "the last character of the cookies is another", flipEnd),
		touched("cookies-cut", "half of the cookies is cut off", func(old string) string { return old[:max(1, len(old)/2)] }),
		touched("cookies-of-words", "the cookies have another value", func(string) string { return "attack" }),
		touched("cookies-giant", "the cookies have 4,000 characters", func(string) string { return strings.Repeat("a", 4000) }),
		attack{name: "cookies-of-another-login", does: "the cookies of one login have the values of another", noTokenCall: true, steps: func(s *attempt) {
			l := s.victim.startLogin("")
			s.attacker.startLogin("")
			b := s.victim.clone()
			mine, others := s.victim.cookieNames(), s.attacker.cookieNames()
			for i, name := range mine {
				if i < len(others) {
					k := *b.portalCookies[name]
					k.Value = s.attacker.portalCookies[others[i]].Value
					b.setCookie(&k)
				}
			}
			b.openCallback(s.victim.authorize(l, honest))
		}},
	), family("logins that are given up do not add up in the browser until no request of it is answered", "RFC 6265bis §6.1; CWE-770",
		"bound how many logins a browser keeps: delete the oldest, and let each end after some minutes",
		attack{name: "logins-given-up", does: "the victim's browser is made to begin 60 logins by each of the addresses that begin one", steps: func(s *attempt) {
			for range 60 {
				s.victim.startLogin("")
				for _, other := range s.urls.otherLogins {
					s.victim.do(http.MethodGet, other, nil)
				}
			}
			size := 0
			for _, k := range s.victim.portalCookies {
				size += len(k.Name) + len(k.Value)
			}
			if size > 6<<10 {
				s.errorf("the browser sends %d bytes of cookies with each request; servers refuse 8,000", size)
			}
			s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
			s.victim.expected = s.userNames[victim]
		}},
		attack{name: "cookies-of-others", does: "a neighbouring site has set 40 cookies", steps: func(s *attempt) {
			for i := range 40 {
				s.victim.setCookie(&http.Cookie{Name: fmt.Sprintf("neighbour-%d", i), Value: strings.Repeat("x", 40), Path: "/"})
			}
			s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
			s.victim.expected = s.userNames[victim]
		}},
	)...)
}

// flipEnd changes the last character but one. The last one can hold bits that
// base64 ignores.
func flipEnd(old string) string {
	if len(old) < 2 {
		return old + "0"
	}
	return flipLast(old[:len(old)-1]) + old[len(old)-1:]
}
