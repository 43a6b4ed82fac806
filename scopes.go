package franceconnect

import (
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/scopes"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// alwaysGiven are the claims that FranceConnect gives of everybody, on all of its
// platforms, if their scope was asked for. A place of birth is not among them,
// nor its country: whoever was born abroad or comes from another member state
// may have none.
var alwaysGiven = []string{"family_name", "given_name", "gender", "birthdate"}

// missingClaims returns the claims that a login asked for and that FranceConnect
// always gives, but did not. The authorization request goes through the
// browser, unsigned: whoever holds it can take scopes out.
//
// Some member states know no gender of their citizens. It is not missing if
// named, the scopes of the token response, say that it was granted.
func missingClaims(asked []string, named string, claims token.Claims) (names []string) {
	for _, claim := range alwaysGiven {
		if claims.Has(claim) || !askFor(asked, claim) ||
			claim == "gender" && askFor(strings.Fields(named), claim) {
			continue
		}
		names = append(names, claim)
	}
	return names
}

// askFor reports whether scopes ask for a claim.
func askFor(names []string, claim string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		own, group := claimsOfScope(name)
		return own == claim || slices.Contains(group, claim)
	})
}

// claimsOfScope returns the claim of a scope, or those of the ones that it stands
// for. A scope rnipp_… gives what the identity provider says as well.
func claimsOfScope(name string) (own string, group []string) {
	own = strings.TrimPrefix(name, "rnipp_")
	if own == "phone" { // OpenID Connect Core, section 5.4
		own = "phone_number"
	}
	if group = scopes.Group(own); group != nil {
		own = ""
	}
	return own, group
}

// grantedScopes keeps, of the scopes asked for, those that were granted: those that
// the token response names (RFC 6749, section 5.1), and, where it names none, those
// of which the userinfo holds a claim.
func grantedScopes(asked []string, named string, claims token.Claims) []string {
	response := strings.Fields(named)
	return slices.DeleteFunc(asked, func(name string) bool {
		own, group := claimsOfScope(name)
		granted := slices.Contains(response, name) ||
			len(response) == 0 && (claims.Has(own) || slices.ContainsFunc(group, claims.Has))
		return !granted
	})
}
