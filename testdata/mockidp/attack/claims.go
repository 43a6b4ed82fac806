package attack

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// claim changes one claim of the ID token; nil removes it.
func claim(name, does, claim string, value any) attack {
	return attack{name: name, does: does, scenario: mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{claim: value}}}}
}

// nonces returns ID tokens of another login.
func nonces() []attack {
	from := func(name, does string, change func(string) any) attack {
		return attack{name: name, does: does, scenarioFor: func(_ *attempt, l *login) mockidp.Scenario {
			return mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{"nonce": change(l.nonce)}}}
		}}
	}
	return family("the nonce of the ID token is, all of it and exactly, the one that was sent", "OpenID Connect Core §3.1.3.7 item 11, §15.5.2",
		"compare the nonce claim, as a text, with the one that was kept for this login, and refuse a token without one",
		claim("nonce-missing", "the ID token has no nonce", "nonce", nil),
		claim("nonce-empty", "the nonce is empty", "nonce", ""),
		claim("nonce-another", "the nonce is another login's", "nonce", strings.Repeat("n", 64)),
		claim("nonce-true", "the nonce is the value true", "nonce", true),
		from("nonce-in-a-list", "the nonce is a list with the right one in it", func(n string) any { return []string{n, "another"} }),
		from("nonce-cut", "the nonce is the beginning of the right one", func(n string) any { return n[:len(n)/2] }),
		from("nonce-and-more", "a character follows the nonce", func(n string) any { return n + "0" }),
		from("nonce-in-other-case", "the letters of the nonce come in the other case", func(n string) any { return otherCase(n) }),
		from("nonce-in-other-name", "the right nonce is in the claim Nonce, and the claim nonce has another", func(n string) any { return "another" + n }),
	)
}

// claims returns ID tokens that are not for this portal, have expired, or are
// about nobody.
func claims() []attack {
	const hour = 3600
	when := func(name, does, claim string, seconds int64) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
			return mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: map[string]any{claim: s.now().Unix() + seconds}}}
		}}
	}
	own := func(name, does string, change func(s *attempt) map[string]any) attack {
		return attack{name: name, does: does, scenarioFor: func(s *attempt, _ *login) mockidp.Scenario {
			return mockidp.Scenario{IDToken: mockidp.TokenChange{Claims: change(s)}}
		}}
	}
	var all []attack
	add := func(rule, place, cure string, some ...attack) {
		all = append(all, family(rule, place, cure, some...)...)
	}

	add("iss is this FranceConnect, character by character", "OpenID Connect Core §3.1.3.7 item 2; RFC 8725 §3.8",
		"compare the iss claim with the configured issuer, as a text",
		claim("id-token-iss-missing", "the ID token has no issuer", "iss", nil),
		claim("id-token-iss-of-somebody", "the ID token is another provider's", "iss", "https://"+attackerHost),
		claim("id-token-iss-of-the-sandbox", "the ID token is the sandbox's, whose signing key is public", "iss", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2"),
		own("id-token-iss-with-a-slash", "a slash follows the issuer", func(s *attempt) map[string]any {
			return map[string]any{"iss": s.urls.issuer.String() + "/"}
		}),
		own("id-token-iss-in-a-list", "the issuer is a list with the right one in it", func(s *attempt) map[string]any {
			return map[string]any{"iss": []string{s.urls.issuer.String()}}
		}))
	add("aud is, or has in it, this client; and a token for several says in azp that it was given to this one",
		"OpenID Connect Core §3.1.3.7 items 3 to 5; RFC 8725 §3.9",
		"require the client id as aud or in its list, and as azp if that is there or if there are several audiences",
		claim("aud-missing", "the ID token says nobody whom it is for", "aud", nil),
		claim("aud-of-another", "the ID token is another portal's", "aud", "another-client"),
		claim("aud-empty", "the ID token is for an empty list", "aud", []string{}),
		own("aud-and-more", "the client's id is the beginning of the audience", func(s *attempt) map[string]any {
			return map[string]any{"aud": s.Client.ID + "0"}
		}),
		own("aud-of-many", "the ID token is for several clients, and does not say which it was given to", func(s *attempt) map[string]any {
			return map[string]any{"aud": []string{s.Client.ID, "another-client"}}
		}),
		own("azp-of-another", "the ID token was given to another of the clients that it is for", func(s *attempt) map[string]any {
			return map[string]any{"aud": []string{s.Client.ID, "another-client"}, "azp": "another-client"}
		}),
		claim("azp-of-another-alone", "the ID token is for this client and was given to another", "azp", "another-client"))
	add("an ID token is of now: exp has not passed, iat and nbf have", "OpenID Connect Core §3.1.3.7 items 9 and 10; RFC 7519 §4.1.4 to §4.1.6",
		"require exp and iat as numbers, and compare them and nbf with the clock, a minute aside",
		when("exp-past", "the ID token ended an hour ago", "exp", -hour),
		claim("exp-missing", "the ID token never ends", "exp", nil),
		claim("exp-of-words", "the end of the ID token is a word", "exp", "tomorrow"),
		claim("exp-zero", "the ID token ended in 1970", "exp", 0),
		when("iat-future", "the ID token is of the next hour", "iat", hour),
		claim("iat-missing", "the ID token does not say when it was made", "iat", nil),
		when("nbf-future", "the ID token begins in an hour", "nbf", hour))
	add("sub is a text that is not empty: it is whom the account is found by", "OpenID Connect Core §2; RFC 8725 §3.8",
		"require sub, by its exact name, to be a text of 1 to 255 characters",
		claim("sub-missing", "the ID token is about nobody", "sub", nil),
		claim("sub-empty", "the sub is empty", "sub", ""),
		claim("sub-number", "the sub is a number", "sub", 1),
		claim("sub-list", "the sub is a list", "sub", []string{"a", "b"}),
		claim("sub-too-long", "the sub has 256 characters", "sub", strings.Repeat("a", 256)),
		own("sub-in-capitals", "the sub is in a claim SUB, which some readers of JSON take for the same", func(s *attempt) map[string]any {
			return map[string]any{"sub": nil, "SUB": s.subjectOf(s.people[attacker])}
		}))
	add("at_hash, if there, is that of the access token that came with it", "OpenID Connect Core §3.1.3.8",
		"if at_hash is there, compare it with the first half of the hash of the access token",
		claim("at-hash-of-another", "the ID token belongs to another access token", "at_hash", "MTIzNDU2Nzg5MDEyMzQ1Ng"),
		claim("at-hash-empty", "the at_hash is empty", "at_hash", ""))
	return all
}

// levels returns logins of a lower level than was asked for.
func levels() []attack {
	all := family("the acr is a level that is known, and at least the one asked for, at ProConnect one of those asked for", "OpenID Connect Core §3.1.3.7 item 12; eIDAS article 8; CWE-757",
		"read acr as one of eidas1, eidas2 and eidas3, and refuse a level below the one that the portal wants; at ProConnect refuse what is not in the set that it asked for",
		claim("acr-missing", "the ID token does not say how the person proved who they are", "acr", nil),
		claim("acr-empty", "the level is empty", "acr", ""),
		claim("acr-lower", "the level is below every one of eIDAS", "acr", "eidas0"),
		claim("acr-unknown", "the level is none of FranceConnect's", "acr", "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"),
		claim("acr-of-openid", "the level is the one of OpenID Connect that promises nothing", "acr", "0"),
		claim("acr-in-capitals", "the level is written as nobody writes it", "acr", "EIDAS1"),
		claim("acr-in-a-list", "the level is a list", "acr", []string{"eidas1"}),
		attack{name: "acr-of-the-login", does: "FranceConnect itself gives less than was asked for", scenario: mockidp.Scenario{ACR: "eidas0"}},
	)
	for i := range all {
		all[i].needs = func(f *arena) bool {
			asked, _ := f.acrClaim(f.parameters)
			return f.asksForLevels() && !slices.Contains(asked, "eidas0") // which some of them have
		}
	}
	return all
}
