package attack

import (
	"net/http"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// unusableResponses returns responses of FranceConnect, or of a proxy in front
// of it, that cannot be used.
func unusableResponses() []attack {
	giant := `{"access_token":"` + strings.Repeat("a", 4<<20) + `","token_type":"Bearer","id_token":"a.b.c"}`
	token := func(name, does string, r mockidp.Fault) attack {
		return attack{name: "token-endpoint-" + name, does: "the token endpoint answers " + does, scenario: mockidp.Scenario{TokenFault: r}}
	}
	userinfo := func(name, does string, r mockidp.Fault) attack {
		return attack{name: "userinfo-endpoint-" + name, does: "userinfo answers " + does, scenario: mockidp.Scenario{UserInfoFault: r}}
	}
	// redirected is a redirect to the trap, which the portal must not follow.
	redirected := func(status int, endpoint string) attack {
		name := endpoint + "-endpoint-redirects-by-" + http.StatusText(status)
		name = strings.ToLower(strings.ReplaceAll(name, " ", "-"))
		return attack{name: name, does: "the " + endpoint + " endpoint redirects to the attacker's server",
			rule: "a call to FranceConnect follows no redirect: the secret, the code and the tokens go nowhere else", source: "RFC 6749 §2.3.1, §10.3; CWE-522, CWE-918",
			cure: "switch redirects off in the HTTP client that calls FranceConnect",
			steps: func(s *attempt) {
				r := mockidp.Fault{Status: status, Body: "moved", Header: http.Header{"Location": {s.trap.address(name)}}}
				answer := mockidp.Scenario{TokenFault: r}
				if endpoint == "userinfo" {
					answer = mockidp.Scenario{UserInfoFault: r}
				}
				s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), answer))
				if s.trap.visited(name) {
					s.errorf("the portal went to the attacker's server, with what it had in hand")
				}
			}}
	}
	// resets is a front that cuts the calls to an endpoint, one after another, times
	// in all.
	resets := func(endpoint string, bound int) attack {
		return attack{name: endpoint + "-endpoint-resets-again-and-again", does: "a front of FranceConnect cuts every call to the " + endpoint + " endpoint without an answer",
			rule: "a call that is cut is made again a bounded number of times, with a code not at all", source: "RFC 9110 §9.2.2; RFC 6749 §4.1.2; CWE-400, CWE-1339 (RFC 9113 §8.7)",
			cure: "switch repetition off for POST, and bound it to one or two for GET",
			steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				restore := s.breakEndpoints(mockidp.Fault{Reset: true}, "/"+endpoint)
				before := s.calls("/" + endpoint)
				s.victim.openCallback(back)
				restore()
				if n := s.calls("/"+endpoint) - before; n > bound {
					s.errorf("one login made %d calls to the %s endpoint", n, endpoint)
				}
			}}
	}
	return append(family("an answer of FranceConnect that cannot be used is the end of a login, not of the portal", "RFC 6749 §5.1, §5.2; CWE-755, CWE-770",
		"bound the size of each answer, and end the login with an error page unless it is a 200 of the form expected",
		token("500", "an error of its own", mockidp.Fault{Status: 500, Body: `{"error":"server_error"}`}),
		token("502", "with a proxy's page", mockidp.Fault{Status: 502, Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Bad Gateway</html>"}),
		token("page", "200 with a page", mockidp.Fault{Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Maintenance</html>"}),
		token("error-with-200", "an error with status 200", mockidp.Fault{Status: 200, Body: `{"error":"invalid_grant"}`}),
		token("list", "a list", mockidp.Fault{Body: `[]`}),
		token("null", "null", mockidp.Fault{Body: `null`}),
		token("nothing", "with nothing at all", mockidp.Fault{Status: 204}),
		token("cut", "and hangs up in the middle", mockidp.Fault{Truncate: 40}),
		token("reset", "nothing, and cuts the connection", mockidp.Fault{Reset: true}),
		token("giant", "with 4 MB", mockidp.Fault{Body: giant}),
		userinfo("500", "an error of its own", mockidp.Fault{Status: 500, Body: `{"error":"server_error"}`}),
		userinfo("401", "that the token is not valid", mockidp.Fault{Status: 401, Body: `{"error":"invalid_token"}`}),
		userinfo("page", "200 with a page", mockidp.Fault{Header: http.Header{"Content-Type": {"text/html"}}, Body: "<html>Maintenance</html>"}),
		userinfo("empty-object", "an object with nothing in it", mockidp.Fault{Body: `{}`}),
		userinfo("cut", "and hangs up in the middle", mockidp.Fault{Truncate: 40}),
		userinfo("reset", "nothing, and cuts the connection", mockidp.Fault{Reset: true}),
		userinfo("giant", "with 4 MB", mockidp.Fault{Body: strings.Repeat("a", 4<<20)}),
		attack{name: "token-type-unknown", does: "the access token is of a type that nobody knows",
			rule: "a token type that is not known is not used", source: "RFC 6749 §7.1",
			cure: "require token_type to be Bearer",
			scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
				t := s.genuineTokens(l.nonce, s.people[attacker])
				return mockidp.Scenario{TokenFault: mockidp.Fault{Body: jsonText(map[string]any{"access_token": t.access, "token_type": "mac", "expires_in": 60, "id_token": t.id})}}
			}},
	), redirected(http.StatusFound, "token"), redirected(http.StatusTemporaryRedirect, "token"), redirected(http.StatusPermanentRedirect, "token"),
		redirected(http.StatusFound, "userinfo"), redirected(http.StatusTemporaryRedirect, "userinfo"), resets("token", 1), resets("userinfo", 3))
}

// hangs returns endpoints that do not answer.
func hangs() []attack {
	return family("each call to FranceConnect has a deadline: the portal answers while somebody waits", "CWE-400, CWE-1088; OWASP ASVS 11.1.4 (v4)",
		"give each call to FranceConnect a deadline of some ten seconds, from the connection to the last byte",
		forgedWhile("keys-that-do-not-come", "the key set is not answered, and the ID token is forged", fixed(mockidp.Fault{Hang: true})),
		attack{name: "token-endpoint-hangs", does: "the token endpoint does not answer", slow: true,
			scenario: mockidp.Scenario{TokenFault: mockidp.Fault{Hang: true}}},
		attack{name: "userinfo-endpoint-hangs", does: "userinfo does not answer", slow: true,
			scenario: mockidp.Scenario{UserInfoFault: mockidp.Fault{Hang: true}}},
		attack{name: "token-endpoints-hang", does: "the token endpoint does not answer, for ten people at once", slow: true, steps: func(s *attempt) {
			s.victim.expected = ""
			done := make(chan struct{}, 10)
			for range 10 {
				b := s.newBrowser()
				back := b.authorize(b.startLogin(""), mockidp.Scenario{Person: s.people[victim].Login, TokenFault: mockidp.Fault{Hang: true}})
				go func() {
					defer func() { done <- struct{}{} }()
					b.openCallback(back)
				}()
			}
			s.victim.get(s.urls.callback.String()) // the others are answered meanwhile
			for range 10 {
				<-done
			}
		}},
	)
}
