package mockidp

import "net/http"

// A grant is what a person agreed to, with the state of its code. It is kept after
// the use of the code to detect a second use. There are as many as logins in a
// minute, so that it holds little of its own.
type grant struct {
	*terms
	scenario     *Scenario
	who          *Person
	idp          string
	acr          string
	nonce        string // "" once the code was used, but on ProConnect
	challenge    string // of PKCE; "" where there is none
	grantedAt    int64
	codeExpires  int64
	tokensExpire int64  // the last of them
	earlier      *grant // on ProConnect, which ends all logins of a browser together: its grant before this one, or nil
	consumed     bool   // the code was
	revoked      bool   // with the code and the tokens
}

// A token is an access token, or on ProConnect a refresh token.
type token struct {
	grant   *grant // nil if there is no such token
	expires int64
}

// grantAccess creates the grant, which lasts from now on for Lifetimes.Grant.
// Its time is the auth_time, even if the person signed in long ago. Like
// FranceConnect it checks only here whether the claims parameter can be met,
// when no error can be sent to the client any more.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.hasUnmetClaims(in.who, in.acr) {
		return p.errorPage(http.StatusConflict, yDeadEnd, in.request.client)
	}
	in.grant = &grant{terms: in.request.terms, scenario: in.scenario, who: in.who, idp: in.idp, acr: in.acr,
		nonce: in.request.nonce, challenge: in.request.challenge, grantedAt: p.in(0)}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.baseURL+"/authorize/"+in.uid))
}

// addToken adds a token to a grant, among those of its kind.
func addToken(kind map[key]token, value string, t token) {
	kind[keyOf(value)] = t
	t.grant.tokensExpire = max(t.grant.tokensExpire, t.expires)
}

// findCode returns the grant of a code that has not expired, used or not, or nil.
func (p *Provider) findCode(value string) *grant {
	g := p.codes[keyOf(value)]
	if g == nil || g.revoked || p.past(g.codeExpires) {
		return nil
	}
	return g
}

// findToken returns a token of a kind that has not expired.
func (p *Provider) findToken(kind map[key]token, value string) token {
	t := kind[keyOf(value)]
	if t.grant == nil || t.grant.revoked || p.past(t.expires) {
		return token{}
	}
	return t
}

// grantValid reports whether a grant has not expired.
func (p *Provider) grantValid(g *grant) bool {
	return !p.past(g.grantedAt + p.lifetimes.Grant.Microseconds())
}
