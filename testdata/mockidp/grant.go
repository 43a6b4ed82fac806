package mockidp

import "net/http"

// A grant is what a person agreed to, with its code and its access token, which
// come later. It is kept after the use of the code to detect a second use. There
// are as many as logins in a minute, so that it holds little of its own.
type grant struct {
	*terms
	scenario     *Scenario
	who          *Person
	idp          string
	acr          string
	nonce        string // "" once the code was used
	grantedAt    int64
	code         key
	codeExpires  int64
	consumed     bool // the code was
	token        key
	tokenExpires int64
}

// grantAccess creates the grant, which lasts from now on for Lifetimes.Grant.
// Its time is the auth_time, even if the person signed in long ago. Like
// FranceConnect it checks only here whether the claims parameter can be met,
// when no error can be sent to the client any more.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.hasUnmetClaims(in.who, in.acr) {
		return p.errorPage(http.StatusConflict, yDeadEnd, in.request.client)
	}
	in.grant = &grant{terms: in.request.terms, scenario: in.scenario, who: in.who, idp: in.idp, acr: in.acr, nonce: in.request.nonce, grantedAt: p.in(0)}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.baseURL+"/authorize/"+in.uid))
}

// revokeGrant deletes the code and the access token of a grant.
func (p *Provider) revokeGrant(g *grant) {
	delete(p.codes, g.code)
	delete(p.tokens, g.token)
}

// findCode returns the grant of a code that has not expired, used or not, or nil.
func (p *Provider) findCode(value string) *grant {
	g := p.codes[keyOf(value)]
	if g == nil || p.past(g.codeExpires) {
		return nil
	}
	return g
}

// findToken returns the grant of an access token that has not expired, or nil.
func (p *Provider) findToken(value string) *grant {
	g := p.tokens[keyOf(value)]
	if g == nil || p.past(g.tokenExpires) {
		return nil
	}
	return g
}

// grantValid reports whether a grant has not expired.
func (p *Provider) grantValid(g *grant) bool {
	return !p.past(g.grantedAt + p.lifetimes.Grant.Microseconds())
}
