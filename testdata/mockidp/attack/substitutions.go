package attack

import (
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// substitutions returns ID tokens and token responses that are genuine, but of
// something else.
func substitutions() []attack {
	raw := func(name, does string, choose func(s *attempt, l *login) string) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			return mockidp.Scenario{IDToken: mockidp.TokenChange{Raw: choose(s, l)}}
		}}
	}
	reply := func(name, does string, body func(tokens) map[string]any) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, l *login) mockidp.Scenario {
			return mockidp.Scenario{TokenFault: mockidp.Fault{Body: jsonText(body(s.genuineTokens(l.nonce, s.people[attacker])))}}
		}}
	}
	return append(family("the ID token is of this login: one of another login is refused, however genuine", "RFC 9700 §4.5; OpenID Connect Core §3.1.3.7 item 11, §16.11",
		"keep a nonce for each login, and refuse an ID token whose nonce is another",
		raw("token-of-another-login", "the ID token is a genuine one, of another login of the same person", func(s *attempt, _ *login) string {
			return s.genuineTokens("", s.people[victim]).id
		}),
		raw("token-of-another-person", "the ID token is a genuine one, of the attacker's own login", func(s *attempt, _ *login) string {
			return s.genuineTokens("", s.people[attacker]).id
		}),
	), family("what is not an ID token is not taken for one: a userinfo, an access token, a word", "RFC 8725 §2.8, §3.11, §3.12; OpenID Connect Core §2",
		"require id_token to be one text in the token answer, and its iss, aud, exp and nonce to be right before anything of it is used",
		raw("token-is-a-userinfo", "the ID token is a genuine userinfo, which the same key signs", func(s *attempt, _ *login) string {
			return s.genuineTokens("", s.people[victim]).userinfo
		}),
		raw("token-is-an-access-token", "the ID token is an access token", func(s *attempt, _ *login) string {
			return s.genuineTokens("", s.people[victim]).access
		}),
		reply("token-missing", "the token answer has no ID token", func(t tokens) map[string]any {
			return map[string]any{"access_token": t.access, "token_type": "Bearer", "expires_in": 60}
		}),
		reply("token-null", "the ID token of the token answer is null", func(t tokens) map[string]any {
			return map[string]any{"access_token": t.access, "token_type": "Bearer", "expires_in": 60, "id_token": nil}
		}),
		reply("token-in-a-list", "the ID token of the token answer is a list of them", func(t tokens) map[string]any {
			return map[string]any{"access_token": t.access, "token_type": "Bearer", "expires_in": 60, "id_token": []string{t.id}}
		}),
	)...)
}

// userinfos returns userinfo that is not about the person who signs in.
func userinfos() []attack {
	changed := func(name, does string, t mockidp.TokenChange) attack {
		return attack{name: name, does: does, scenario: mockidp.Scenario{UserInfo: t}}
	}
	is := func(name, does, claim string, value any) attack {
		return changed(name, does, mockidp.TokenChange{Claims: map[string]any{claim: value}})
	}
	// forged is a userinfo that the attacker made, about the right sub.
	forged := func(name, does string, header map[string]any, key func(*attempt) any) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
			t := s.genuineTokens("", s.people[victim])
			return mockidp.Scenario{UserInfo: mockidp.TokenChange{Raw: jws(header, withMembers(t.claims, map[string]any{"family_name": "ATTACKER"}), key(s))}}
		}}
	}
	own := func(*attempt) any { return attackerECKey() }
	var all []attack
	add := func(rule, place, cure string, some ...attack) {
		all = append(all, family(rule, place, cure, some...)...)
	}
	add("userinfo is about the person of the ID token: it has the same sub, exactly", "OpenID Connect Core §5.3.2, §5.3.4",
		"compare the sub of userinfo with that of the ID token, as a text, and refuse the login if it is another or not there",
		is("userinfo-sub-of-another", "the userinfo has another sub", "sub", strings.Repeat("a", 64)+"v1"),
		is("userinfo-sub-missing", "the userinfo has no sub", "sub", nil),
		is("userinfo-sub-empty", "the userinfo has an empty sub", "sub", ""),
		attack{name: "userinfo-sub-in-capitals", does: "the right sub is in a claim SUB, which some readers of JSON take for the same",
			scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
				return mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": nil, "SUB": s.subjectOf(s.people[victim])}}}
			}},
		attack{name: "userinfo-of-another-person", does: "the userinfo is a genuine one, of another person", scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
			return mockidp.Scenario{UserInfo: mockidp.TokenChange{Raw: s.genuineTokens("", s.people[attacker]).userinfo}}
		}},
		attack{name: "userinfo-sub-in-other-case", does: "the sub of the userinfo comes in the other case", scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
			return mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"sub": otherCase(s.subjectOf(s.people[victim]))}}}
		}})
	add("userinfo is signed, as was agreed on, by a key that FranceConnect publishes", "OpenID Connect Core §5.3.2; RFC 8725 §3.1, §3.2; CWE-347",
		"take a signed userinfo alone, and verify it as the ID token: the same algorithms, the same keys",
		allSlow(
			changed("userinfo-json", "the userinfo is not signed: plain JSON", mockidp.TokenChange{JSON: true}),
			changed("userinfo-json-of-another", "the userinfo is not signed, and about another person", mockidp.TokenChange{JSON: true, Claims: map[string]any{"sub": "another"}}),
			changed("userinfo-alg-none", "the userinfo says that it needs no signature", mockidp.TokenChange{Alg: "none"}),
			changed("userinfo-hs256", "the userinfo is signed with the client secret", mockidp.TokenChange{Alg: "HS256"}),
			changed("userinfo-of-another-key", "the userinfo is signed by a key that nobody published", mockidp.TokenChange{Key: "other"}),
			forged("userinfo-jwk", "the userinfo brings its own key along", map[string]any{"alg": "ES256", "jwk": attackerJWK("sig")}, own),
			forged("userinfo-kid-unknown", "the userinfo names a key that FranceConnect does not have", map[string]any{"alg": "ES256", "kid": attackerKID}, own),
			forged("userinfo-unsigned", "the userinfo has no signature, in another spelling", map[string]any{"alg": "nOnE"}, func(*attempt) any { return nil }),
		)...)
	add("a signed userinfo is of this FranceConnect, for this client, and of now", "OpenID Connect Core §5.3.2, §5.3.4; RFC 8725 §3.8, §3.9",
		"require iss and aud of a signed userinfo as those of the ID token, and compare exp, if it is there, with the clock",
		is("userinfo-iss-of-somebody", "the userinfo is another provider's", "iss", "https://"+attackerHost),
		is("userinfo-iss-missing", "the userinfo has no issuer", "iss", nil),
		is("userinfo-aud-of-another", "the userinfo is another portal's", "aud", "another-client"),
		is("userinfo-aud-missing", "the userinfo is for nobody", "aud", nil),
		is("userinfo-exp-past", "the userinfo ended in 2001", "exp", 1_000_000_000))
	return all
}
