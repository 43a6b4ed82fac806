package mockidp

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
)

// A claimsRequest is the claims parameter (OpenID Connect Core, section 5.5).
type claimsRequest struct {
	idToken, userinfo map[string]any
}

// parseClaims reads the parameter. problem is the error_description if it is
// wrong.
func parseClaims(asked string) (c claimsRequest, problem string) {
	var v any
	if json.Unmarshal([]byte(asked), &v) != nil {
		return c, "could not parse the claims parameter JSON"
	}
	top, ok := v.(map[string]any)
	if !ok {
		return c, "claims parameter should be a JSON object"
	}
	userinfo, inUserinfo := top["userinfo"]
	idToken, inIDToken := top["id_token"]
	if !inUserinfo && !inIDToken {
		return c, "claims parameter should have userinfo or id_token properties"
	}
	if c.userinfo, ok = userinfo.(map[string]any); inUserinfo && !ok {
		return c, "claims.userinfo should be an object"
	}
	if c.idToken, ok = idToken.(map[string]any); inIDToken && !ok {
		return c, "claims.id_token should be an object"
	}
	return c, ""
}

// mentions reports whether the parameter names a claim.
func (c claimsRequest) mentions(claim string) bool {
	_, a := c.idToken[claim]
	_, b := c.userinfo[claim]
	return a || b
}

// wants reports whether a claim is asked for with null or an object, the two
// forms that FranceConnect takes into account.
func wants(asked map[string]any, claim string) bool {
	v, ok := asked[claim]
	if !ok {
		return false
	}
	_, object := v.(map[string]any)
	return v == nil || object
}

// hasUnmetClaims reports whether the claims parameter asks for something that
// a login which reached acr does not give. FranceConnect has no error for it:
// the person agrees and ends on an error page. Unmet are every claim about the
// person, even one that a scope gives, and another sub or acr than the one
// asked for; acr_values replaces the values of an essential acr.
func (a *terms) hasUnmetClaims(who *Person, acr string) bool {
	if a.p.platform.name == ProConnect {
		return false
	}
	for _, asked := range []map[string]any{a.claims.idToken, a.claims.userinfo} {
		for claim := range asked {
			if a.p.platform.claims[claim] && !slices.Contains(protocolClaims, claim) && wants(asked, claim) {
				return true
			}
		}
	}
	if sub, ok := a.claims.idToken["sub"].(map[string]any); ok {
		if v, ok := sub["value"]; ok && v != subject(who, a.client) {
			return true
		}
	}
	wish, _ := a.claims.idToken["acr"].(map[string]any)
	if essential, _ := wish["essential"].(bool); !essential {
		return false
	}
	value, _ := wish["value"].(string)
	return value != "" && value != acr || acr != a.acr
}

// grantedScopes returns the scope of the token response: the scopes that
// FranceConnect knows.
func (a *terms) grantedScopes() string {
	known := slices.DeleteFunc(slices.Clone(a.scopes), func(s string) bool { return a.p.platform.scopes[s] == nil })
	return strings.Join(known, " ")
}

// identityClaims returns the claims of userinfo for the granted scopes.
func (g *grant) identityClaims() map[string]any {
	platform := g.p.platform
	all := g.who.claims(platform, g.idp)
	if g.who.Work != nil {
		all = g.who.workClaims(g.idp, g.acr)
	}
	out := map[string]any{"sub": subject(g.who, g.client)}
	for _, s := range g.scopes {
		for _, claim := range platform.scopes[s] {
			if v, ok := all[claim]; ok {
				out[claim] = v
			}
		}
	}
	return out
}

// amr returns how the person proved their identity. Its first element is fc,
// or eidas for people who came through the eIDAS node.
func (g *grant) amr() []string {
	switch {
	case g.who.European:
		return []string{"eidas"}
	case g.who.Work != nil && severalFactors(g.acr):
		return []string{"pwd", "totp", "mfa"}
	}
	return g.p.platform.amr
}

// subject returns the sub: 64 hexadecimal digits and v1. It depends on the
// person and the client's entity, not on the client, the identity provider or
// the platform. A place of birth abroad is left out, since identity providers
// do not always give it.
func subject(who *Person, c *client) string {
	if who.Work != nil {
		return who.workSubject()
	}
	place := who.Birthplace
	if who.Birthcountry != france {
		place = ""
	}
	identity := strings.Join([]string{c.EntityID, strings.Join(who.GivenNames, " "), who.FamilyName, who.Gender,
		registerDate(who.Birthdate), place, who.Birthcountry, "mock"}, "\x00")
	sum := sha256.Sum256([]byte(identity))
	return hex.EncodeToString(sum[:]) + "v1"
}
