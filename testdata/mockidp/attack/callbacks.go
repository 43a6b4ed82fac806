package attack

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// callbacks returns callbacks that come twice, in another form, or without a
// parameter.
func callbacks() []attack {
	twice := func(name, of string) attack {
		return attack{name: name, noTokenCall: true, does: "the parameter " + of + " comes twice in the callback",
			params: func(_ *attempt, q url.Values) { q.Add(of, "another") }}
	}
	const once = "a login is used once: a callback that comes again is refused, and its code is not sent again"
	const replay = "RFC 6749 §4.1.2, §10.5; RFC 9700 §4.2.4; CWE-294"
	const heard = "only a callback whose state is known changes anything"
	return append(append(family("each parameter of the callback comes once", "RFC 6749 §3.1; CWE-235",
		"refuse a callback in which a parameter comes twice, before any of them is used",
		twice("state-twice", "state"), twice("code-twice", "code"), twice("iss-twice", "iss"),
	), family("a callback has a code, comes by GET, and its code is sent to FranceConnect only then", "RFC 6749 §4.1.2; OpenID Connect Core §3.1.2.5",
		"serve the callback by GET alone, and send a code only if the callback has a state that is known, a code that is not empty, and no error",
		attack{name: "callback-empty", does: "somebody opens the callback's address as it is", noTokenCall: true,
			steps: func(s *attempt) { s.victim.get(s.urls.callback.String()) }},
		attack{name: "callback-of-garbage", does: "the callback's query cannot be read", noTokenCall: true, steps: func(s *attempt) {
			s.victim.startLogin("")
			u := *s.urls.callback
			u.RawQuery = "state=%zz&code=%&;=;iss"
			s.victim.do(http.MethodGet, &u, nil)
		}},
		attack{name: "code-missing", does: "the callback has a right state and no code", noTokenCall: true,
			params: func(_ *attempt, q url.Values) { q.Del("code") }},
		attack{name: "code-empty", does: "the callback has a right state and an empty code", noTokenCall: true,
			params: func(_ *attempt, q url.Values) { q.Set("code", "") }},
		attack{name: "code-made-up", does: "the callback has a right state and a code that never was",
			params: func(_ *attempt, q url.Values) { q.Set("code", strings.Repeat("x", 43)) }},
		attack{name: "code-with-parameters", does: "the code has an ampersand in it, and what would be parameters of the token call",
			params: func(_ *attempt, q url.Values) {
				q.Set("code", q.Get("code")+"&redirect_uri=https://"+attackerHost+"&client_id=x")
			}},
		attack{name: "code-and-error", does: "an error comes with the code", noTokenCall: true,
			params: func(_ *attempt, q url.Values) { q.Set("error", "access_denied") }},
		attack{name: "callback-by-post", does: "a form posts the parameters of the callback", noTokenCall: true, steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), honest)
			form := back.RawQuery
			back.RawQuery = ""
			s.victim.do(http.MethodPost, back, strings.NewReader(form))
		}},
		attack{name: "callback-by-post-with-query", does: "a form posts to the callback's address, parameters and all", noTokenCall: true, steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), honest)
			s.victim.do(http.MethodPost, back, strings.NewReader(""))
		}},
		attack{name: "callback-by-head", rule: "a HEAD request changes nothing: a scanner of links does not use a login up", source: "RFC 9110 §9.2.1",
			cure: "answer HEAD at the callback without running the sign-in: a router that takes HEAD for GET has to be told",
			does: "a link scanner looks at the callback by HEAD before the browser opens it", steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				before := s.tokenCalls()
				s.victim.clone().do(http.MethodHead, back, nil)
				if s.tokenCalls() != before {
					s.errorf("the portal sent the code to FranceConnect because of a HEAD request")
				}
				s.victim.openCallback(back)
				s.victim.expected = s.userNames[victim]
			}},
	)...), append(family(once, replay, "delete what was kept of a login as soon as its callback comes, before its code is sent",
		attack{name: "callback-again-after-logout", does: "after login and logout, the callback is opened again, from the history of the browser",
			steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				s.victim.openCallback(back)
				s.victim.logout()
				before := s.tokenCalls()
				s.victim.openCallback(back)
				if s.tokenCalls() != before {
					s.errorf("the portal sent the code to FranceConnect again")
				}
			}},
		attack{name: "callback-reloaded", does: "the person reloads the callback's page", steps: func(s *attempt) {
			back := s.victim.authorize(s.victim.startLogin(""), honest)
			s.victim.openCallback(back)
			s.victim.expected, s.victim.orNobody = s.userNames[victim], true
			before := s.tokenCalls()
			s.victim.openCallback(back)
			if s.tokenCalls() != before {
				s.errorf("the portal sent the code to FranceConnect again")
			}
		}},
		attack{name: "callback-and-cookies-stolen", does: "who copied the browser's cookies before the callback opens the callback after it",
			steps: func(s *attempt) {
				l := s.victim.startLogin("")
				thief := s.victim.clone()
				back := s.victim.authorize(l, honest)
				s.victim.openCallback(back)
				s.victim.expected, s.victim.orNobody = s.userNames[victim], true
				thief.openCallback(back)
			}},
		attack{name: "callback-race", does: "eight browsers with the same cookies open one callback at once", steps: func(s *attempt) {
			l := s.victim.startLogin("")
			back := s.victim.authorize(l, honest)
			var open sync.WaitGroup
			copies := make([]*browser, 8)
			for i := range copies {
				copies[i] = s.victim.clone()
				copies[i].expected, copies[i].orNobody = s.userNames[victim], true
				open.Go(func() { copies[i].openCallback(back) })
			}
			open.Wait()
			in := 0
			for _, b := range copies {
				if b.whoIs() != "" {
					in++
				}
			}
			if in > 1 {
				s.errorf("one code signed %d browsers in", in)
			}
		}},
	), family(heard, "RFC 6749 §10.12; CWE-400", "look the state up first, and for one that is not known touch neither FranceConnect nor another login",
		attack{name: "callback-flood", does: "200 callbacks with states and codes that never were", noTokenCall: true, steps: func(s *attempt) {
			for i := range 200 {
				q := url.Values{"state": {strings.Repeat(string(rune('a'+i%26)), 43)}, "code": {strings.Repeat("x", 43)}, "iss": {s.urls.issuer.String()}}
				s.attacker.get(s.urls.callback.String() + "?" + q.Encode())
			}
		}},
		attack{name: "forged-callback-during-a-login", does: "while a login is open, another site has the browser open a callback with a made-up state",
			steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				q := url.Values{"state": {strings.Repeat("a", 64)}, "code": {"x"}, "iss": {s.urls.issuer.String()}}
				s.victim.get(s.urls.callback.String() + "?" + q.Encode())
				s.victim.get(s.urls.callback.String() + "?error=access_denied&iss=" + url.QueryEscape(s.urls.issuer.String()))
				s.victim.openCallback(back)
				s.victim.expected = s.userNames[victim]
			}},
	)...)...)
}
