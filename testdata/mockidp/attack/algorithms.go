package attack

import (
	"maps"
	"slices"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// algorithms returns ID tokens that choose how they are verified.
func algorithms() []attack {
	forged := func(name, does string, header map[string]any, key func(*attempt) any) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			return s.forgeIDToken(header, s.claimsOf(l), key(s))
		}}
	}
	unsigned := func(*attempt) any { return nil }
	own := func(*attempt) any { return attackerECKey() }
	ownR := func(*attempt) any { return attackerRSAKey() }
	secret := func(s *attempt) any { return []byte(s.Client.Secret) }
	made := func(name, does, alg string) attack {
		return attack{name: name, does: does, scenario: mockidp.Scenario{IDToken: mockidp.TokenChange{Alg: alg, Key: "other"}}}
	}

	var all []attack
	for _, alg := range []string{"none", "None", "NONE", "nOnE", ""} {
		spelled := alg
		if alg == "" {
			spelled = "empty"
		}
		all = append(all, family("a token without a signature is none", "RFC 8725 §2.1, §3.2; RFC 7515 §5.2; CWE-347",
			"verify with a fixed list of the algorithms agreed on, ES256 or RS256, and so never without a signature",
			forged("alg-"+spelled, "the ID token is the attacker's, has no signature, and says that its algorithm is \""+alg+"\"", map[string]any{"alg": alg}, unsigned))...)
	}
	const agreed = "the algorithm is one that was agreed on beforehand, and the key is of its kind: the token does not choose"
	const place = "RFC 8725 §2.1, §3.1; OpenID Connect Core §3.1.3.7 items 7 and 8; CWE-327"
	const cure = "verify with a fixed list of the algorithms agreed on and with keys of that type, and never by HMAC where ES256 or RS256 was agreed on"
	all = append(all, family(agreed, place, cure,
		forged("alg-none-with-kid", "the ID token is unsigned and names FranceConnect's key",
			map[string]any{"alg": "none", "kid": "pkcs11:ES256:hsm"}, unsigned),
		forged("alg-none-signed", "the algorithm is none, and there is a signature", map[string]any{"alg": "none"}, own),
		forged("alg-missing", "the ID token does not say its algorithm", map[string]any{"typ": "JWT"}, unsigned),
		forged("alg-in-a-list", "the algorithm is a list", map[string]any{"alg": []string{"none"}}, unsigned),
		forged("alg-hs256-secret", "the ID token is signed with the client secret, which others may hold, where ES256 was agreed on",
			map[string]any{"alg": "HS256"}, secret),
		forged("alg-hs256-empty", "the ID token is signed with an empty key", map[string]any{"alg": "HS256"}, func(*attempt) any { return []byte{} }),
		forged("alg-es256-own", "the ID token is signed by a key of the attacker's", map[string]any{"alg": "ES256"}, own),
		forged("alg-rs256-own", "the ID token is signed by an RSA key of the attacker's", map[string]any{"alg": "RS256"}, ownR),
		made("alg-es384", "the ID token has an algorithm that FranceConnect does not have, under the name of its key", "ES384"),
		made("alg-ps256", "the ID token has another padding than FranceConnect's", "PS256"),
		made("alg-hs512", "the ID token is signed with some secret", "HS512"),
		attack{name: "alg-rs256-for-the-ec-key", does: "the algorithm is RS256, and the key that is named is FranceConnect's of ES256",
			scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
				kid, _ := s.publicKey("ES256")
				return s.forgeIDToken(map[string]any{"alg": "RS256", "kid": kid}, s.claimsOf(l), attackerRSAKey())
			}},
		attack{name: "alg-es256-for-the-rsa-key", does: "the algorithm is ES256, and the key that is named is FranceConnect's of RS256",
			scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
				kid, _ := s.publicKey("RS256")
				return s.forgeIDToken(map[string]any{"alg": "ES256", "kid": kid}, s.claimsOf(l), attackerECKey())
			}},
	)...)

	// The public key is public: a verifier that uses it as an HMAC secret lets
	// everybody sign.
	for _, alg := range []string{"ES256", "RS256"} {
		for _, spelling := range []string{"pem", "pem-trimmed", "der", "jwk"} {
			all = append(all, family(agreed, place, cure, attack{
				name: "alg-hs256-" + map[string]string{"ES256": "ec", "RS256": "rsa"}[alg] + "-key-as-" + spelling,
				does: "the ID token is signed by HS256 with FranceConnect's public key of " + alg + " (" + spelling + ") for a secret",
				scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
					kid, spellings := s.publicKey(alg)
					if spellings[spelling] == nil {
						s.fatalf("no such spelling: %v", slices.Collect(maps.Keys(spellings)))
					}
					return s.forgeIDToken(map[string]any{"alg": "HS256", "kid": kid}, s.claimsOf(l), spellings[spelling])
				},
			})...)
		}
	}
	return allSlow(all...)
}
