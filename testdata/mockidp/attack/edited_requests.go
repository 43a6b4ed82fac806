package attack

import (
	"net/url"
	"slices"
	"strings"
)

// edited are authorization requests that were edited on their way. A request
// goes through the browser, unsigned: it is the person's to edit.
func edited() []attack {
	is := func(name, value string) func(*arena, url.Values) {
		return func(_ *arena, q url.Values) { q.Set(name, value) }
	}
	// without takes a claim out of the scopes.
	without := func(name, claim string) attack {
		return attack{name: "request-without-" + name, does: "the claim " + claim + " is taken out of the scopes in the address of FranceConnect",
			edit: func(f *arena, q url.Values) {
				q.Set("scope", strings.Join(f.scopesWithout(strings.Fields(q.Get("scope")), claim), " "))
			}}
	}
	const place = "RFC 9101 §1; OpenID Connect Core §5.4, §5.5; CWE-472, CWE-602"
	return slices.Concat(family("what comes back is held against what was asked for, which the portal keeps: a level, an amr or a part of the identity that is not there was taken out", place,
		"keep beside the state what the login asks for, and refuse an answer without it",
		attack{name: "request-level-lowered", does: "the acr_values in the address of FranceConnect are lowered, and the person proves less than the portal asked for",
			rule: "the level is at least the one that the portal wants, whatever the request said when it came to FranceConnect", source: "RFC 9101 §1; OpenID Connect Core §3.1.3.7 item 12; CWE-472, CWE-757",
			cure: "compare the acr of the ID token with the level that this login wants, and with the one that the portal's settings want",
			edit: func(f *arena, q url.Values) { q.Set("acr_values", f.levels[0]) }},
		attack{name: "request-amr-taken-out", does: "the claims are taken out of the address of FranceConnect, and with them the amr that the portal asked for",
			cure: "refuse an ID token without amr where the login asked for it: no amr is not an answer",
			edit: func(_ *arena, q url.Values) {
				if strings.Contains(q.Get("claims"), `"amr"`) {
					q.Del("claims")
				}
			}},
		attack{name: "request-without-scopes", does: "all scopes but openid are taken out of the address of FranceConnect: the person would be signed in as nobody",
			edit: func(_ *arena, q url.Values) {
				for _, claim := range mandatory {
					if brings(strings.Fields(q.Get("scope")), claim) {
						q.Set("scope", "openid")
					}
				}
			}},
		without("family-name", "family_name"), without("given-names", "given_name"),
		without("birthdate", "birthdate"), without("gender", "gender"),
	), family("a callback is of the login that the portal began: its state, its nonce and its way in", "RFC 9101 §1; RFC 9700 §4.5, §4.7; CWE-472",
		"keep state and nonce in the browser that leaves, and compare both with what comes back",
		attack{name: "request-state-of-another-login", does: "the state in the address of FranceConnect is replaced by that of a login which another browser has open", silent: true,
			edit: is("state", ""), steps: func(s *scene) {
				other := s.attacker.leave("")
				s.victim.open(s.victim.agree(s.edited(s.victim.leave(""), is("state", other.state)), noLie))
			}},
		attack{name: "request-nonce-changed", does: "the nonce is changed in the address of FranceConnect", edit: is("nonce", strings.Repeat("attack", 6))},
		attack{name: "request-for-another-callback", does: "the redirect_uri in the address of FranceConnect is changed to another callback of the portal's, which is registered, too",
			rule: "a login that began at one way in ends there: another may want more", source: "RFC 9101 §1; RFC 6749 §10.6; CWE-472, CWE-302",
			cure: "bind what is kept of a login to its redirect_uri, and refuse it at another callback",
			edit: func(f *arena, q url.Values) {
				if len(f.at.others) > 0 {
					q.Set("redirect_uri", f.at.others[0].String())
				}
			},
			steps: func(s *scene) {
				for _, other := range s.at.others {
					b := s.browser()
					b.open(b.agree(s.edited(b.leave(""), is("redirect_uri", other.String())), noLie))
				}
			}},
	))
}

// mandatory are the claims that everybody has who has an identity: a place of
// birth, a usage name and an e-mail are not there for all.
var mandatory = []string{"family_name", "given_name", "birthdate", "gender"}

// bundles are the scopes that bring several claims; each claim has a scope of
// its own name.
var bundles = map[string][]string{
	"profile":        {"given_name", "family_name", "birthdate", "gender", "preferred_username"},
	"identite_pivot": {"given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"},
}

// register begins the names of the scopes that bring what the civil register
// says beside the claim.
const register = "rnipp_"

// brings tells whether scopes bring a claim.
func brings(scopes []string, claim string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool {
		s = strings.TrimPrefix(s, register)
		return s == claim || slices.Contains(bundles[s], claim)
	})
}

// scopesWithout are those of asked that do not bring a claim; a bundle that
// does is taken apart, as far as the client may ask for its parts.
func (f *arena) scopesWithout(asked []string, claim string) (rest []string) {
	for _, s := range asked {
		if !brings([]string{s}, claim) {
			rest = append(rest, s)
			continue
		}
		prefix := ""
		if strings.HasPrefix(s, register) {
			prefix = register
		}
		for _, part := range bundles[strings.TrimPrefix(s, register)] {
			if part != claim && slices.Contains(f.Client.Scopes, prefix+part) {
				rest = append(rest, prefix+part)
			}
		}
	}
	return rest
}
