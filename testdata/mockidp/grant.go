package mockidp

import (
	"maps"
	"net/http"
	"time"
)

// grantAccess makes the grant, whose half minute starts now. Its time is the
// auth_time, even when the person signed in long ago. What the claims
// parameter wished for is only looked at here, too late to tell the client.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.hasUnmetClaims(*in.who, in.acr) {
		return p.errorPage(http.StatusConflict, yDeadEnd, in)
	}
	in.grant = &grant{request: in.request, scenario: in.scenario, who: *in.who, idp: in.idp, acr: in.acr, grantedAt: p.now()}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.baseURL+"/authorize/"+in.uid))
}

// A grant is what a person agreed to; it never changes after it was made.
type grant struct {
	request   *authorization
	scenario  Scenario
	who       Person
	idp       string
	acr       string
	grantedAt time.Time // when the person agreed
}

// A code is an authorization code. It is kept after its use, so that a second
// use is noticed.
type code struct {
	grant    *grant
	expires  time.Time
	consumed bool
}

// A token is an access token.
type token struct {
	grant   *grant
	expires time.Time
}

// revokeGrant takes all that a grant gave: its code and its access tokens.
func (p *Provider) revokeGrant(g *grant) {
	maps.DeleteFunc(p.codes, func(_ string, c *code) bool { return c.grant == g })
	maps.DeleteFunc(p.tokens, func(_ string, t *token) bool { return t.grant == g })
}

// findCode finds a code that has not expired, used or not.
func (p *Provider) findCode(value string) *code {
	c := p.codes[value]
	if c == nil || !p.now().Before(c.expires) {
		return nil
	}
	return c
}

// findToken finds an access token that has not expired.
func (p *Provider) findToken(value string) *token {
	t := p.tokens[value]
	if t == nil || !p.now().Before(t.expires) {
		return nil
	}
	return t
}

// grantValid tells whether a grant still holds.
func (p *Provider) grantValid(g *grant) bool {
	return p.now().Before(g.grantedAt.Add(p.lifetimes.Grant))
}
