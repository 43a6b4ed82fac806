package attack

import "github.com/franceconnect-go/franceconnect/testdata/mockidp"

// headerKeys returns ID tokens whose header says with which key they are to be
// verified.
func headerKeys() []attack {
	// signed is a token of the attacker's, signed by the attacker's key, with a
	// header of the attacker's.
	signed := func(name, does string, header func(*attempt) map[string]any) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			return s.forgeIDToken(withMembers(map[string]any{"alg": "ES256"}, header(s)), s.claimsOf(l), attackerECKey())
		}}
	}
	// withURL is such a token with an address in its header, which the portal
	// must not call.
	withURL := func(name, does, member, file string) attack {
		return attack{name: name, does: does, steps: func(s *attempt) {
			path := name + "/" + file
			l := s.victim.startLogin("")
			s.victim.openCallback(s.victim.authorize(l, s.forgeIDToken(map[string]any{"alg": "ES256", "kid": attackerKID, member: s.trap.address(path)}, s.claimsOf(l), attackerECKey())))
			if s.trap.visited(path) {
				s.errorf("the portal fetched an address that the token named: an attacker chooses what it calls")
			}
		}}
	}
	// named is a token signed by HMAC with a key that a careless look-up by kid
	// would find.
	named := func(name, does, kid, key string) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			return s.forgeIDToken(map[string]any{"alg": "HS256", "kid": kid}, s.claimsOf(l), []byte(key))
		}}
	}
	header := func(h map[string]any) func(*attempt) map[string]any {
		return func(*attempt) map[string]any { return h }
	}
	return allSlow(append(family("the key is one that this FranceConnect publishes: what the token brings along or points to is not used",
		"RFC 8725 §3.10; RFC 7515 §4.1.2 to §4.1.6, §10.3; CWE-345, CWE-918",
		"take keys from the configured address of FranceConnect's key set alone, and use no jwk, jku, x5c or x5u of a header",
		signed("key-jwk", "the ID token has the attacker's key in its header", func(*attempt) map[string]any { return map[string]any{"jwk": attackerJWK("sig")} }),
		signed("key-jwk-under-the-right-kid", "the same, under the name of FranceConnect's key", func(s *attempt) map[string]any {
			kid, _ := s.publicKey("ES256")
			return map[string]any{"jwk": attackerJWK("sig"), "kid": kid}
		}),
		signed("key-x5c", "the ID token has a certificate of the attacker's in its header",
			func(*attempt) map[string]any { return map[string]any{"x5c": []string{certificate()}} }),
		withURL("key-jku", "the header says where the attacker's keys are", "jku", "jwks"),
		withURL("key-x5u", "the header says where the attacker's certificate is", "x5u", "certificate"),
	), family("kid only chooses among the keys that FranceConnect publishes, and none fits who is not there", "RFC 8725 §3.10; RFC 7515 §4.1.4; CWE-22, CWE-89",
		"look kid up among the keys that were fetched, as a text, and refuse the token if none of them verifies it",
		signed("kid-right", "the attacker's key goes by the name of FranceConnect's", func(s *attempt) map[string]any {
			kid, _ := s.publicKey("ES256")
			return map[string]any{"kid": kid}
		}),
		signed("kid-unknown", "the ID token names a key that FranceConnect does not have", header(map[string]any{"kid": attackerKID})),
		signed("kid-missing", "the ID token names no key, and the attacker signed it", header(nil)),
		signed("kid-empty", "the name of the key is empty", header(map[string]any{"kid": ""})),
		signed("kid-number", "the name of the key is a number", header(map[string]any{"kid": 0})),
		named("kid-path", "the name of the key is the path of an empty file", "../../../../../../dev/null", ""),
		named("kid-sql", "the name of the key is a query that finds a known one", "x' UNION SELECT 'attacker' -- ", "attacker"),
		named("kid-command", "the name of the key is a command", "x; sleep 60 #", ""),
	)...)...)
}
