package attack

import (
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// signatures returns ID tokens without a signature, or with one of something
// else.
func signatures() []attack {
	// raw changes the three parts of an ID token that FranceConnect made for
	// this nonce, about the attacker.
	raw := func(name, does string, change func(s *attempt, t tokens, parts [3]string) string) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			t := s.genuineTokens(l.nonce, s.people[attacker])
			return mockidp.Scenario{IDToken: mockidp.TokenChange{Raw: change(s, t, splitJWS(t.id))}}
		}}
	}
	other := func(s *attempt, t tokens) string {
		return encodeBase64([]byte(jsonText(withMembers(t.claims, map[string]any{"sub": s.subjectOf(s.people[victim])}))))
	}
	return allSlow(family("what is signed is what was sent, by FranceConnect, in the one form of three parts", "RFC 7515 §5.2, §7.1; RFC 8725 §3.3; CWE-347",
		"hand the token, as it came, to a JWS library that takes the compact form alone, and use the claims that it has verified",
		attack{name: "signature-of-another-key", does: "the ID token is signed by a key that nobody published",
			scenario: mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}},
		raw("signature-empty", "the signature is cut off, its dot stays", func(_ *attempt, _ tokens, p [3]string) string { return p[0] + "." + p[1] + "." }),
		raw("signature-missing", "the signature is cut off", func(_ *attempt, _ tokens, p [3]string) string { return p[0] + "." + p[1] }),
		raw("signature-cut", "half of the signature is cut off", func(_ *attempt, _ tokens, p [3]string) string {
			return p[0] + "." + p[1] + "." + p[2][:len(p[2])/2]
		}),
		raw("signature-of-zeros", "the signature is all zeros, which some verifiers took for good (CVE-2022-21449)", func(_ *attempt, _ tokens, p [3]string) string {
			return p[0] + "." + p[1] + "." + encodeBase64(make([]byte, len(decodeBase64(p[2]))))
		}),
		raw("signature-of-other-claims", "another person's sub is put into a signed ID token", func(s *attempt, t tokens, p [3]string) string {
			return p[0] + "." + other(s, t) + "." + p[2]
		}),
		raw("signature-of-another-header", "a signed ID token gets another header", func(_ *attempt, _ tokens, p [3]string) string {
			return encodeBase64([]byte(`{"alg":"none"}`)) + "." + p[1] + "." + p[2]
		}),
		raw("signature-in-json", "the ID token is in the JSON form, with another person's claims in front", func(s *attempt, t tokens, p [3]string) string {
			return jsonText(map[string]any{"payload": other(s, t), "protected": p[0], "signature": p[2],
				"signatures": []any{map[string]any{"protected": p[0], "signature": p[2]}}})
		}),
		raw("signature-in-front", "a fourth part follows a signed ID token", func(s *attempt, t tokens, p [3]string) string {
			return p[0] + "." + other(s, t) + "." + p[2] + "." + p[1]
		}),
		attack{name: "header-crit", does: "FranceConnect's own ID token says that an extension is critical, which nobody knows",
			source:   "RFC 7515 §4.1.11, §5.2",
			cure:     "refuse a token whose header has a crit",
			rule:     "a token with a critical extension that is not understood is refused",
			scenario: mockidp.Scenario{IDToken: mockidp.TokenChange{Header: map[string]any{"crit": []string{"attack"}, "attack": true}}}},
		raw("token-of-words", "the ID token is no token", func(*attempt, tokens, [3]string) string { return "attack" }),
		raw("token-encrypted", "the ID token is in five parts, as if encrypted, where no encryption was agreed on", func(_ *attempt, _ tokens, p [3]string) string {
			return encodeBase64([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + "." + "." + p[1] + "." + p[2] + "." + p[2]
		}),
	)...)
}

func splitJWS(jws string) [3]string { return [3]string(strings.Split(jws, ".")) }
