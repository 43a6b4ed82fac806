package attack

import (
	"fmt"
	"net/url"
	"sync"
)

// keptLogins returns logins whose authorization request or cookies somebody has
// kept to use them again. FranceConnect accepts a state and a nonce any number
// of times, and other programs than a browser can send its cookies.
func keptLogins() []attack {
	return family("a login is used once, whoever has kept its address and its cookies: it signs in once, and sends one code", "RFC 6749 §10.5, §10.12; RFC 9700 §4.2.4; CWE-294, CWE-770",
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
	)
}
