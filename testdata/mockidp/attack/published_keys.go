package attack

import (
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// publishedKeys returns key sets that FranceConnect's address gives on a bad
// day, or that somebody gives in its place.
func publishedKeys() []attack {
	set := func(keys ...jose.JSONWebKey) func(*attempt) mockidp.Fault {
		return func(s *attempt) mockidp.Fault {
			all := append(s.publishedKeys().Keys, keys...)
			return mockidp.Fault{Body: jsonText(jose.JSONWebKeySet{Keys: all})}
		}
	}
	// flood is 20 logins that bring forged ID tokens, each under the kid of its state or
	// of one that is published.
	flood := func(kidOf func(*attempt, *login) string) func(*attempt) {
		return func(s *attempt) {
			before := s.keyCalls()
			done := make(chan struct{}, 20)
			for range 20 {
				b := s.newBrowser()
				l := b.startLogin("")
				raw := jws(map[string]any{"alg": "ES256", "kid": kidOf(s, l)}, map[string]any{"nonce": l.nonce}, attackerECKey())
				back := b.authorize(l, mockidp.Scenario{Person: s.people[victim].Login, IDToken: mockidp.TokenChange{Raw: raw}})
				go func() {
					defer func() { done <- struct{}{} }()
					b.openCallback(back)
				}()
			}
			for range 20 {
				<-done
			}
			if n := s.keyCalls() - before; n > 10 {
				s.errorf("20 forged tokens made the portal fetch the keys %d times", n)
			}
		}
	}
	published := func(s *attempt, _ *login) string {
		kid, _ := s.publicKey("ES256")
		return kid
	}
	private := jose.JSONWebKey{Key: []byte(strings.Repeat("k", 32)), KeyID: "shared", Algorithm: "HS256", Use: "sig"}

	return append(family("a key set is of public keys for signatures; one that cannot be had or read verifies nothing, and yesterday's good keys serve on",
		"RFC 7517 §4.2, §4.3, §5; OpenID Connect Core §10.1; CWE-347",
		"keep the last key set that could be read whole, and use of it only public keys for signatures",
		forgedWhile("keys-down", "the key set cannot be fetched, and the ID token is forged", fixed(mockidp.Fault{Status: 503, Body: "{}"})),
		forgedWhile("keys-of-a-page", "the key set is a page, and the ID token is forged", fixed(mockidp.Fault{Body: "<html>Maintenance</html>"})),
		forgedWhile("keys-giant", "the key set has 4 MB, and the ID token is forged", fixed(mockidp.Fault{Body: `{"keys":[` + strings.Repeat(" ", 4<<20) + `]}`})),
		forgedWhile("keys-for-encryption", "the key that signed is published for encryption", set(attackerJWK("enc"))),
		forgedWhile("keys-elsewhere", "the key set redirects to the attacker's server", func(s *attempt) mockidp.Fault {
			return mockidp.Fault{Status: http.StatusFound, Body: "moved", Header: http.Header{"Location": {s.trap.address("keys-elsewhere/jwks")}}}
		}),
		attack{name: "discovery-of-another", does: "FranceConnect's discovery document is another issuer's, with its keys, and the ID token is forged",
			rule: "a discovery document of another issuer is not used", source: "OpenID Connect Discovery §4.3; RFC 9700 §4.4",
			cure: "require the issuer of the discovery document to be the configured one, or have the endpoints in the settings", steps: func(s *attempt) {
				l := s.victim.startLogin("")
				kid, _ := s.publicKey("ES256")
				forged := s.forgeIDToken(map[string]any{"alg": "ES256", "kid": kid}, s.claimsOf(l), attackerECKey())
				defer s.breakEndpoints(mockidp.Fault{Body: jsonText(map[string]any{
					"issuer": "https://" + attackerHost, "authorization_endpoint": s.urls.issuer.String() + "/authorize",
					"token_endpoint": s.trap.address("discovery/token"), "jwks_uri": s.trap.address("discovery/jwks"), "userinfo_endpoint": s.trap.address("discovery/userinfo"),
				})}, "/.well-known/openid-configuration")()
				s.victim.openCallback(s.victim.authorize(l, forged))
				if s.trap.visited("discovery/token") || s.trap.visited("discovery/jwks") || s.trap.visited("discovery/userinfo") {
					s.errorf("the portal went to the attacker's server")
				}
			}},
		attack{name: "keys-that-are-shared", does: "the key set has a symmetric key in it, which everybody can read, and the ID token is signed with it",
			steps: func(s *attempt) {
				l := s.victim.startLogin("")
				forged := s.forgeIDToken(map[string]any{"alg": "HS256", "kid": private.KeyID}, s.claimsOf(l), private.Key)
				defer s.breakEndpoints(set(private)(s), "/jwks")()
				s.victim.openCallback(s.victim.authorize(l, forged))
			}},
	), family("a key that FranceConnect has withdrawn verifies nothing, and a new one is found at once", "OpenID Connect Core §10.1.1",
		"fetch the key set again when a kid is not known, and forget what is no longer in it",
		attack{name: "keys-rotated-while-down", does: "FranceConnect has new keys, and the key set cannot be fetched", steps: func(s *attempt) {
			restore := s.breakEndpoints(mockidp.Fault{Status: 503, Body: "{}"}, "/jwks")
			s.IDP.Rotate()
			s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
			restore()
		}},
		attack{name: "keys-flood", does: "20 logins bring ID tokens with keys that nobody knows",
			rule: "forged tokens do not make the portal flood FranceConnect with calls for its keys", source: "RFC 8725 §3.10; CWE-400, CWE-770",
			cure:  "fetch the key set at most once in some seconds, however many unknown kids come",
			steps: flood(func(_ *attempt, l *login) string { return l.state })},
		attack{name: "keys-flood-under-a-name", does: "20 logins bring ID tokens of another key under the kid that is published",
			rule: "forged tokens do not make the portal flood FranceConnect with calls for its keys", source: "RFC 8725 §3.10; CWE-400, CWE-770",
			cure:  "count a signature that does not verify as an unknown kid, and have one budget of fetches for both",
			steps: flood(published)},
		attack{name: "keys-replaced", does: "FranceConnect has new keys under the old kids, which are the labels of its hardware module",
			cure: "fetch the key set again when a signature does not verify under a kid that is known, and verify once more",
			steps: func(s *attempt) {
				s.IDP.RotateUnderSameKIDs()
				b := s.newBrowser()
				b.signIn(victim)
				b.expected = s.userNames[victim]
			}},
		attack{name: "keys-poisoned", does: "FranceConnect has new keys, and for a while its address gives the attacker's under their kid",
			cure: "fetch the key set again when a signature does not verify under a kid that is known, however new the set is",
			steps: func(s *attempt) {
				s.IDP.RotateUnderSameKIDs()
				wrong := attackerJWK("sig")
				wrong.KeyID = published(s, nil)
				restore := s.breakEndpoints(mockidp.Fault{Body: jsonText(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{wrong}})}, "/jwks")
				s.victim.openCallback(s.victim.authorize(s.victim.startLogin(""), honest))
				restore()
			}},
	)...)
}

// forgedWhile is a token signed by the attacker's key while the key set has a
// fault.
func forgedWhile(name, does string, r func(*attempt) mockidp.Fault) attack {
	return attack{name: name, does: does, steps: func(s *attempt) {
		l := s.victim.startLogin("")
		forged := s.forgeIDToken(map[string]any{"alg": "ES256", "kid": attackerKID}, s.claimsOf(l), attackerECKey())
		reply := r(s)
		defer s.breakEndpoints(reply, "/jwks")()
		s.victim.openCallback(s.victim.authorize(l, forged))
		if where := reply.Header.Get("Location"); where != "" && s.trap.visited(strings.TrimPrefix(where, s.trap.url+"/")) {
			s.errorf("the portal fetched the keys elsewhere")
		}
	}}
}

// fixed is a fault that does not depend on the attempt.
func fixed(r mockidp.Fault) func(*attempt) mockidp.Fault {
	return func(*attempt) mockidp.Fault { return r }
}

// keyCalls returns how often the portal has fetched the keys.
func (f *arena) keyCalls() int { return f.calls("/jwks") }
