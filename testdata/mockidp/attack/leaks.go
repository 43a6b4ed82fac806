package attack

import (
	"net/http"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// leaks returns logins, honest or not, after which nothing secret may be on a
// page, in a cache or in a Referer.
func leaks() []attack {
	const rule = "no page, address or cache gets a code, a token, a nonce or a secret, and no error page the person"
	const place = "RFC 9700 §4.2.4, §4.3; OWASP ASVS 7.4.1 (v4); CWE-209, CWE-532"
	// marked is a token response with a text in it that no page may show.
	marked := func(name, does string, reply mockidp.Fault) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			s.addSecret("SECRET-OF-THE-TOKEN-ANSWER", "what FranceConnect's token endpoint answered")
			s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), mockidp.Scenario{TokenFault: reply}))
		}}
	}
	userinfo := func(name, does string, answer mockidp.Scenario) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			who := s.people[victim]
			s.addPersonal(s.subjectOf(who), "the sub of the person")
			s.addPersonal(who.Email, "the e-mail address of somebody who is not signed in")
			s.addSecret("SECRET-OF-USERINFO", "what FranceConnect's userinfo answered")
			s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), answer))
			s.victim.visitPages()
		}}
	}
	return append(family(rule, place, "show a fixed text for each kind of failure, and put nothing of an answer of FranceConnect's into a page, an address or an error",
		marked("leak-of-a-refusal", "the token endpoint refuses, and repeats what it was sent",
			mockidp.Fault{Status: 400, Body: `{"error":"invalid_grant","error_description":"SECRET-OF-THE-TOKEN-ANSWER"}`}),
		marked("leak-of-a-broken-answer", "the token answer is not JSON", mockidp.Fault{Body: `access_token=SECRET-OF-THE-TOKEN-ANSWER`}),
		marked("leak-of-an-access-token", "the ID token of the token answer is broken",
			mockidp.Fault{Body: `{"access_token":"SECRET-OF-THE-TOKEN-ANSWER","token_type":"Bearer","id_token":"a.SECRET-OF-THE-TOKEN-ANSWER.c"}`}),
		marked("leak-of-an-error-page", "the token endpoint answers with a page",
			mockidp.Fault{Status: 502, Body: `<html><title>SECRET-OF-THE-TOKEN-ANSWER</title></html>`}),
		userinfo("leak-of-a-person", "the userinfo is another portal's", mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"aud": "another-client"}}}),
		userinfo("leak-of-a-broken-userinfo", "the userinfo is no token", mockidp.Scenario{UserInfo: mockidp.TokenChange{Raw: "SECRET-OF-USERINFO"}}),
		userinfo("leak-of-an-id-token", "the ID token is of the past", mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{"exp": 1_000_000_000}}}),
		attack{name: "leak-of-a-success", does: "an honest person signs in and looks around", steps: func(s *attempt) {
			s.victim.signIn(victim)
			s.victim.visitPages()
			s.victim.expected = s.userNames[victim]
		}},
		attack{name: "leak-of-a-stolen-callback", does: "the victim's callback is opened in another browser", noTokenCall: true, steps: func(s *attempt) {
			s.attacker.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
		}},
	), family("the callback's answer is kept nowhere, and its address goes to no other site", "RFC 9700 §4.2.4; RFC 6749 §10.5; OWASP ASVS 8.2.1 (v4); CWE-525, CWE-598",
		"set Cache-Control: no-store and Referrer-Policy: strict-origin on every answer of the callback, that of a failure too",
		attack{name: "leak-by-the-referer", does: "the page after the callback loads something from another site, which gets the Referer",
			steps: func(s *attempt) {
				for _, a := range s.callbackResponses() {
					if !slices.Contains([]string{"no-referrer", "same-origin", "origin", "strict-origin", "strict-origin-when-cross-origin", "origin-when-cross-origin"}, a.header.Get("Referrer-Policy")) {
						s.errorf("the callback's answer (HTTP %d) has Referrer-Policy %q, and should have strict-origin", a.status, a.header.Get("Referrer-Policy"))
					}
				}
			}},
		attack{name: "leak-by-a-cache", does: "the next person at the computer, or a proxy, has the callback's answer", steps: func(s *attempt) {
			for _, a := range s.callbackResponses() {
				if !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
					s.errorf("the callback's answer (HTTP %d) has Cache-Control %q, and should have no-store", a.status, a.header.Get("Cache-Control"))
				}
			}
		}},
		attack{name: "login-from-a-cache", does: "two people behind one proxy begin a login, and the proxy keeps the answer", noTokenCall: true,
			rule: "the redirect to FranceConnect is of one browser: it is neither permanent nor kept", source: "RFC 9110 §15.4; RFC 9111 §3; RFC 9700 §4.12",
			cure: "send the browser to FranceConnect with status 303 and Cache-Control: no-store",
			steps: func(s *attempt) {
				a := s.victim.do(http.MethodGet, s.urls.login, nil)
				kept := a.header.Get("Cache-Control")
				aged := strings.Contains(kept, "max-age=") && !strings.Contains(kept, "max-age=0")
				if a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect || aged {
					s.errorf("the redirect to FranceConnect (HTTP %d, Cache-Control %q) may be kept, its state and all", a.status, kept)
				}
			}},
	)...)
}

// callbackResponses returns the responses of a callback that fails and of one
// that succeeds.
func (s *attempt) callbackResponses() []response {
	refused := s.attacker.openCallback(s.attacker.authorize(s.attacker.startLogin(""), mockidp.Scenario{Cancel: true}))
	good := s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
	s.victim.expected = s.userNames[victim]
	return []response{refused, good}
}
