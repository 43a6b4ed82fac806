package attack

import (
	"net/http"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// authorizeParameters lists the parameters that FranceConnect accepts. With any
// other the login ends on an error page.
var authorizeParameters = []string{"client_id", "redirect_uri", "response_type", "scope", "acr_values", "state", "nonce",
	"prompt", "claims", "idp_hint", "ui_locales"}

// proConnectParameters lists those that ProConnect has besides. Any other is an error
// by its documentation.
var proConnectParameters = []string{"code_challenge", "code_challenge_method", "login_hint", "siret_hint"}

// onlyAt restricts an attack to what needs says.
func onlyAt(needs func(*arena) bool, a attack) attack {
	a.needs = needs
	return a
}

func franceConnect(f *arena) bool    { return !f.isProConnect() }
func proConnectLevels(f *arena) bool { return f.isProConnect() && f.asksForLevels() }

// requests returns honest logins that check what the portal sends.
func requests() []attack {
	asks := func(name, does, rule, place, cure string, wrong func(f *arena, l *login) string) attack {
		return attack{name: name, does: does, rule: rule, source: place, cure: cure, noTokenCall: true, steps: func(s *attempt) {
			for range 3 {
				if what := wrong(s.arena, s.victim.startLogin("")); what != "" {
					s.errorf("%s", what)
				}
			}
		}}
	}
	return []attack{
		asks("sends-closed-list", "the portal begins a login",
			"the authorize request has nothing but what the provider takes: at FranceConnect no PKCE, no max_age, no login_hint", "FranceConnect, closed list of parameters (Y030007); ProConnect, Y000400",
			"send nothing but what FranceConnect takes: switch PKCE and the like off in the OpenID library", func(f *arena, l *login) string {
				for name, values := range l.url.Query() {
					known := slices.Contains(authorizeParameters, name) || f.isProConnect() && slices.Contains(proConnectParameters, name)
					if !known || len(values) != 1 {
						return "the authorize request has " + name + ", which FranceConnect refuses"
					}
				}
				return ""
			}),
		asks("sends-long-state", "an attacker tries states",
			"state and nonce have 128 bits or more: 22 characters at least", "RFC 6749 §10.10; OpenID Connect Core §15.5.2; CWE-330",
			"draw state and nonce by a cryptographic generator, 128 bits or more", func(_ *arena, l *login) string {
				if len(l.state) < 22 || len(l.nonce) < 22 {
					return "the state or the nonce is shorter than 22 characters"
				}
				return ""
			}),
		onlyAt(franceConnect, asks("sends-one-level", "the portal begins a login",
			"one level is asked for: of two, FranceConnect takes the lowest", "FranceConnect, acr_values; OpenID Connect Core §3.1.2.1",
			"send one level in acr_values, eidas1", func(_ *arena, l *login) string {
				if acr := l.url.Query().Get("acr_values"); acr != "eidas1" {
					return "the authorize request asks for the level \"" + acr + "\""
				}
				return ""
			})),
		onlyAt(proConnectLevels, asks("sends-levels-as-a-set", "the portal begins a login",
			"levels are required by claims, id_token.acr with essential, each of them one that ProConnect has: acr_values are a wish there", "ProConnect, claims; OpenID Connect Core §5.5.1.1",
			"send claims with id_token.acr, essential true and the values that the portal accepts, and no acr_values", func(f *arena, l *login) string {
				levels, essential := f.acrClaim(l.url.Query())
				if !essential || len(levels) == 0 {
					return "the authorize request requires no level"
				}
				for _, acr := range levels {
					if !slices.Contains(f.levels, acr) {
						return "the authorize request asks for the level \"" + acr + "\", which ProConnect does not have"
					}
				}
				return ""
			})),
		asks("sends-code-flow", "the portal begins a login", "the answer is a code, in the query", "RFC 9700 §2.1.2",
			"send response_type=code", func(_ *arena, l *login) string {
				if kind := l.url.Query().Get("response_type"); kind != "code" {
					return "the authorize request asks for \"" + kind + "\""
				}
				return ""
			}),
		{name: "sends-new-state", does: "an attacker begins logins, and guesses the state and the nonce of the next",
			rule: "state and nonce are drawn anew for each login", source: "RFC 6749 §10.10; OpenID Connect Core §15.5.2; CWE-330, CWE-340",
			cure:        "draw state and nonce anew for each login, one apart from the other",
			noTokenCall: true, steps: func(s *attempt) {
				seen := map[string]bool{}
				for range 20 {
					l := s.newBrowser().startLogin("")
					if seen[l.state] || seen[l.nonce] || l.state == l.nonce {
						s.errorf("a state or a nonce came twice, or one is the other")
					}
					for old := range seen {
						if countDifferences(old, l.state) < 12 || countDifferences(old, l.nonce) < 12 {
							s.errorf("two states or nonces are nearly the same: they are not drawn")
						}
					}
					seen[l.state], seen[l.nonce] = true, true
				}
			}},
		{name: "sends-no-origin", does: "the browser's callback has an Origin header, as a proxy or an app may set it",
			rule: "headers of the browser are not passed on to FranceConnect, which refuses a token call with an Origin", source: "FranceConnect, token endpoint (origin not allowed)",
			cure: "make each call to FranceConnect with headers of its own, and copy none from the browser's request",
			steps: func(s *attempt) {
				back := s.victim.authorize(s.victim.startLogin(""), honest)
				s.victim.openCallback(back, "Origin", s.urls.callback.Scheme+"://"+s.urls.callback.Host)
				s.victim.expected = s.userNames[victim]
				for _, r := range s.IDP.Requests() {
					if r.Origin != "" && r.Method == http.MethodPost && r.Path == "/token" {
						s.errorf("a token call had an Origin header")
					}
				}
			}},
		{name: "sends-one-token-call", does: "an honest person signs in",
			rule: "a code is sent once: FranceConnect takes a second use for a theft and revokes what it gave", source: "RFC 6749 §4.1.2, §10.5",
			cure: "trade the code in one place, the callback, and once",
			steps: func(s *attempt) {
				before := s.tokenCalls()
				s.victim.signIn(victim)
				s.victim.expected = s.userNames[victim]
				if n := s.tokenCalls() - before; n != 1 {
					s.errorf("one login made %d token calls", n)
				}
			}},
		{name: "sends-no-token-in-address", does: "somebody reads the logs of FranceConnect's proxies",
			rule: "the access token goes in a header, the client's secret in the body or a header: neither in an address", source: "RFC 6750 §2.3, §5.3; RFC 6749 §2.3.1; CWE-598",
			cure: "send the access token in the header Authorization, and the client secret in the body of a POST",
			steps: func(s *attempt) {
				s.victim.signIn(victim)
				s.victim.expected = s.userNames[victim]
				for _, r := range s.IDP.Requests() {
					if r.Method == http.MethodGet && r.Accept != ownAccept && (r.Params["access_token"] != nil || r.Params["client_secret"] != nil) {
						s.errorf("the portal sent %s a token or a secret in the address", r.Path)
					}
				}
			}},
		{name: "token-call-tried-again", does: "FranceConnect answers the token call with an error of its own",
			rule: "a code is never sent twice, whatever was the answer", source: "RFC 6749 §4.1.2, §10.5",
			cure: "switch off, for the token call, what tries failed calls again",
			steps: func(s *attempt) {
				before := s.tokenCalls()
				s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503, Body: strings.Repeat(" ", 10)}}))
				if n := s.tokenCalls() - before; n > 1 {
					s.errorf("one callback made %d token calls", n)
				}
			}},
	}
}

// countDifferences returns in how many places two texts differ.
func countDifferences(a, b string) (n int) {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			n++
		}
	}
	return n
}
