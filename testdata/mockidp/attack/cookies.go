package attack

import (
	"fmt"
	"net/http"
	"strings"
)

// cookies are logins whose cookies were touched on the way.
func cookies() []attack {
	// touched opens the victim's callback with other values in the cookies.
	touched := func(name, does string, change func(old string) string) attack {
		return attack{name: name, does: does, silent: true, steps: func(s *scene) {
			l := s.victim.leave("")
			b := s.victim.copy()
			b.change(change)
			b.open(s.victim.agree(l, noLie))
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
		attack{name: "cookies-of-another-login", does: "the cookies of one login have the values of another", silent: true, steps: func(s *scene) {
			l := s.victim.leave("")
			s.attacker.leave("")
			b := s.victim.copy()
			mine, others := s.victim.names(), s.attacker.names()
			for i, name := range mine {
				if i < len(others) {
					k := *b.set[name]
					k.Value = s.attacker.set[others[i]].Value
					b.put(&k)
				}
			}
			b.open(s.victim.agree(l, noLie))
		}},
	), family("logins that are given up do not add up in the browser until no request of it is answered", "RFC 6265bis §6.1; CWE-770",
		"bound how many logins a browser keeps: delete the oldest, and let each end after some minutes",
		attack{name: "logins-given-up", does: "the victim's browser is made to begin 60 logins", steps: func(s *scene) {
			for range 60 {
				s.victim.leave("")
			}
			size := 0
			for _, k := range s.victim.set {
				size += len(k.Name) + len(k.Value)
			}
			if size > 6<<10 {
				s.wrongf("the browser sends %d bytes of cookies with each request; servers refuse 8,000", size)
			}
			s.victim.open(s.victim.agree(s.victim.leave(""), noLie))
			s.victim.expected = s.names[victim]
		}},
		attack{name: "cookies-of-others", does: "a neighbouring site has set 40 cookies", steps: func(s *scene) {
			for i := range 40 {
				s.victim.put(&http.Cookie{Name: fmt.Sprintf("neighbour-%d", i), Value: strings.Repeat("x", 40), Path: "/"})
			}
			s.victim.open(s.victim.agree(s.victim.leave(""), noLie))
			s.victim.expected = s.names[victim]
		}},
	)...)
}

// flipEnd changes a character near the end of a value, where every encoding
// has a bit that counts.
func flipEnd(old string) string {
	if len(old) < 2 {
		return old + "0"
	}
	return flipLast(old[:len(old)-1]) + old[len(old)-1:]
}
