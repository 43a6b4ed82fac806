package attack

import (
	"net/url"
	"slices"
	"strings"
)

// editedRequests returns authorization requests that were edited on their way.
// A request goes through the browser, unsigned, so that a person can edit it.
func editedRequests() []attack {
	is := func(name, value string) func(*arena, url.Values) {
		return func(_ *arena, q url.Values) { q.Set(name, value) }
	}
	// without removes the scopes that give a claim.
	without := func(name, claim string) attack {
		return attack{name: "request-without-" + name, does: "the claim " + claim + " is taken out of the scopes in the address of FranceConnect",
			edit: func(f *arena, q url.Values) {
				q.Set("scope", strings.Join(f.scopesWithout(strings.Fields(q.Get("scope")), claim), " "))
			}}
	}
	const place = "RFC 9101 §1; OpenID Connect Core §5.4, §5.5; CWE-472, CWE-602"
	return slices.Concat(family("what comes back is held against what was asked for, which the portal keeps: a level, an amr or a part of the identity that is not there was taken out", place,
		"keep beside the state what the login asks for, and refuse an answer without it",
		attack{name: "request-level-lowered", does: "the acr_values in the address of FranceConnect are lowered, at ProConnect the claims ask for another level, and the person proves less than the portal asked for",
			rule: "the level is at least the one that the portal wants, whatever the request said when it came to FranceConnect", source: "RFC 9101 §1; OpenID Connect Core §3.1.3.7 item 12; CWE-472, CWE-757",
			cure: "compare the acr of the ID token with the level that this login wants, and with the one that the portal's settings want",
			edit: lowerLevel},
		attack{name: "request-amr-taken-out", does: "the claims are taken out of the address of FranceConnect, and with them the amr that the portal asked for, at ProConnect the level too",
			cure: "refuse an ID token without amr, or acr, where the login asked for it: none is not an answer",
			edit: func(f *arena, q url.Values) {
				if _, level := f.acrClaim(q); level || strings.Contains(q.Get("claims"), `"amr"`) {
					q.Del("claims")
				}
			}},
		attack{name: "request-without-scopes", does: "all scopes but openid are taken out of the address of FranceConnect: the person would be signed in as nobody",
			edit: func(_ *arena, q url.Values) {
				for _, claim := range mandatoryClaims {
					if scopesGive(strings.Fields(q.Get("scope")), claim) {
						q.Set("scope", "openid")
					}
				}
			}},
		without("family-name", "family_name"), without("given-names", "given_name"),
		without("birthdate", "birthdate"), without("gender", "gender"),
		without("usual-name", "usual_name"), without("siret", "siret"),
	), family("a callback is of the login that the portal began: its state, its nonce and its way in", "RFC 9101 §1; RFC 9700 §4.5, §4.7; CWE-472",
		"keep state and nonce in the browser that leaves, and compare both with what comes back",
		attack{name: "request-state-of-another-login", does: "the state in the address of FranceConnect is replaced by that of a login which another browser has open", noTokenCall: true,
			edit: is("state", ""), steps: func(s *attempt) {
				other := s.attacker.startLogin("")
				s.victim.openCallback(s.victim.authorize(s.editRequest(s.victim.startLogin(""), is("state", other.state)), honest))
			}},
		attack{name: "request-state-made-up", does: "the state in the address of FranceConnect is replaced by a made-up one", noTokenCall: true,
			edit: is("state", strings.Repeat("attack", 6))},
		attack{name: "request-nonce-of-another-login", does: "the nonce in the address of FranceConnect is replaced by that of a login which another browser has open",
			edit: is("nonce", ""), steps: func(s *attempt) {
				other := s.attacker.startLogin("")
				s.victim.openCallback(s.victim.authorize(s.editRequest(s.victim.startLogin(""), is("nonce", other.nonce)), honest))
			}},
		attack{name: "request-nonce-changed", does: "the nonce is changed in the address of FranceConnect", edit: is("nonce", strings.Repeat("attack", 6))},
		attack{name: "request-for-another-callback", does: "the redirect_uri in the address of FranceConnect is changed to another callback of the portal's, which is registered, too",
			rule: "a login that began at one way in ends there: another may want more", source: "RFC 9101 §1; RFC 6749 §10.6; CWE-472, CWE-302",
			cure: "bind what is kept of a login to its redirect_uri, and refuse it at another callback",
			edit: func(f *arena, q url.Values) {
				if len(f.urls.otherCallbacks) > 0 {
					q.Set("redirect_uri", f.urls.otherCallbacks[0].String())
				}
			},
			steps: func(s *attempt) {
				for _, other := range s.urls.otherCallbacks {
					b := s.newBrowser()
					b.openCallback(b.authorize(s.editRequest(b.startLogin(""), is("redirect_uri", other.String())), honest))
				}
			}},
	))
}

// lowerLevel asks for a lower level, or at ProConnect for one that the portal does
// not ask for.
func lowerLevel(f *arena, q url.Values) {
	if !f.isProConnect() {
		q.Set("acr_values", f.levels[0])
		return
	}
	asked, essential := f.acrClaim(q)
	for _, acr := range f.levels {
		if essential && !slices.Contains(asked, acr) {
			q.Set("claims", `{"id_token":{"acr":{"essential":true,"value":"`+acr+`"}}}`)
			return
		}
	}
}

// mandatoryClaims lists the claims that every identity has, the last two at
// ProConnect. Not everybody has a place of birth, a usage name and an e-mail.
var mandatoryClaims = []string{"family_name", "given_name", "birthdate", "gender", "usual_name", "siret"}

// scopeBundles lists the scopes that give several claims. Each claim also has a
// scope of its own name.
var scopeBundles = map[string][]string{
	"profile":        {"given_name", "family_name", "birthdate", "gender", "preferred_username"},
	"identite_pivot": {"given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"},
}

// registerPrefix begins the names of the scopes that give the civil register's
// value of a claim.
const registerPrefix = "rnipp_"

// scopesGive reports whether scopes give a claim.
func scopesGive(scopes []string, claim string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool {
		s = strings.TrimPrefix(s, registerPrefix)
		return s == claim || slices.Contains(scopeBundles[s], claim)
	})
}

// scopesWithout returns the scopes that do not give a claim. It replaces a
// bundle that does by its other claims, as far as the client may ask for them.
func (f *arena) scopesWithout(asked []string, claim string) (rest []string) {
	for _, s := range asked {
		if !scopesGive([]string{s}, claim) {
			rest = append(rest, s)
			continue
		}
		prefix := ""
		if strings.HasPrefix(s, registerPrefix) {
			prefix = registerPrefix
		}
		for _, part := range scopeBundles[strings.TrimPrefix(s, registerPrefix)] {
			if part != claim && slices.Contains(f.Client.Scopes, prefix+part) {
				rest = append(rest, prefix+part)
			}
		}
	}
	return rest
}
