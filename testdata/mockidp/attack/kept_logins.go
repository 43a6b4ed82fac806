package attack

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// keptLogins returns logins whose authorization request or cookies somebody has
// kept to use them again. FranceConnect accepts a state and a nonce any number
// of times, and other programs than a browser can send its cookies.
func keptLogins() []attack {
	return append(family("a login is used once, whoever has kept its address and its cookies: it signs in once, and sends one code", "RFC 6749 §10.5, §10.12; RFC 9700 §4.2.4; CWE-294, CWE-770",
		"remember on the server which logins were used until they end, before a code is sent; deleting a cookie in the browser does not end a login",
		attack{name: "login-kept", does: "the address of FranceConnect is opened a second time, which gives a new code for the same state and nonce, and the login's cookies are put back",
			steps: func(s *attempt) {
				l := s.victim.startLogin("")
				again := s.victim.clone()
				s.victim.openCallback(s.victim.authorize(l, honest))
				s.victim.expected = s.userNames[victim]
				before := s.tokenCalls()
				again.openCallback(again.authorize(l, honest))
				if s.tokenCalls() != before {
					s.errorf("the portal sent a second code of one login to FranceConnect")
				}
			}},
		attack{name: "login-kept-by-many", does: "eight browsers with the cookies of one login come back at once, each with a code of its own",
			steps: func(s *attempt) {
				l := s.victim.startLogin("")
				var backs []*url.URL
				var browsers []*browser
				for range 8 {
					b := s.victim.clone()
					b.expected, b.orNobody = s.userNames[victim], true
					browsers, backs = append(browsers, b), append(backs, b.authorize(l, honest))
				}
				before := s.tokenCalls()
				var open sync.WaitGroup
				for i, b := range browsers {
					open.Go(func() { b.openCallback(backs[i]) })
				}
				open.Wait()
				in := 0
				for _, b := range browsers {
					if b.whoIs() != "" {
						in++
					}
				}
				if in > 1 {
					s.errorf("one login signed %d browsers in", in)
				}
				if n := s.tokenCalls() - before; n > 1 {
					s.errorf("one login sent %d codes to FranceConnect", n)
				}
			}},
		attack{name: "login-kept-to-guess", does: "the login's cookies are put back for 20 callbacks with codes that never were",
			steps: func(s *attempt) {
				l := s.victim.startLogin("")
				before := s.tokenCalls()
				for i := range 20 {
					s.victim.clone().openCallback(s.callbackURL(url.Values{"state": {l.state}, "iss": {s.urls.issuer.String()}, "code": {fmt.Sprintf("%043d", i)}}))
				}
				if n := s.tokenCalls() - before; n > 1 {
					s.errorf("one login sent %d codes to FranceConnect", n)
				}
			}},
	), family("a login is of one browser, whoever else signs in meanwhile, and by whatever way", "RFC 6749 §10.12; OWASP ASVS 3.2.1 (v4); CWE-362, CWE-488",
		"keep state, nonce and what else a login needs in that browser's cookie or session, and nothing of it in a variable that requests share",
		attack{name: "logins-at-once", does: "two browsers begin logins by all addresses that begin one, at once, and both come back at once", steps: func(s *attempt) {
			both := []*browser{s.victim, s.attacker}
			var started [2]*login
			var begin, end sync.WaitGroup
			for i, b := range both {
				begin.Go(func() {
					for _, other := range s.urls.otherLogins {
						b.do(http.MethodGet, other, nil)
					}
					started[i], _ = b.tryLogin("")
				})
			}
			begin.Wait()
			if started[0] == nil || started[1] == nil {
				s.errorf("of two people who begin a login at once, one is not sent to FranceConnect")
				return
			}
			if started[0].state == started[1].state || started[0].nonce == started[1].nonce {
				s.errorf("two people who begin a login at once have one state or one nonce")
			}
			backs := []*url.URL{s.victim.authorize(started[0], honest), s.attacker.authorize(started[1], honest)}
			for i, b := range both {
				b.expected = s.userNames[i]
				end.Go(func() { b.openCallback(backs[i]) })
			}
			end.Wait()
		}},
	)...)
}
