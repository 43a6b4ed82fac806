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
	for _, name := range claimsOfScopes(asked) {
		if !slices.Contains(alwaysGiven, name) || claims.Has(name) ||
			name == "gender" && slices.Contains(claimsOfScopes(strings.Fields(named)), name) {
			continue
		}
		names = append(names, name)
	}
	return names
}

// claimsOfScopes returns the claims of scopes. A scope rnipp_… gives what the identity
// provider says as well.
func claimsOfScopes(names []string) []string {
	plain := make([]string, len(names))
	for i, name := range names {
		plain[i] = strings.TrimPrefix(name, "rnipp_")
		if name == "phone" { // OpenID Connect Core, section 5.4
			plain[i] = "phone_number"
		}
	}
	return scopes.Expand(plain)
}

// grantedScopes returns which of the scopes asked for were granted: those that the
// token response names (RFC 6749, section 5.1), and, where it names none, those
// of which the userinfo holds a claim.
func grantedScopes(asked []string, named string, claims token.Claims) (names []string) {
	response := strings.Fields(named)
	for _, name := range asked {
		if slices.Contains(response, name) ||
			len(response) == 0 && slices.ContainsFunc(claimsOfScopes([]string{name}), claims.Has) {
			names = append(names, name)
		}
	}
	return names
}
