package mockidp

import (
	"net/http"
	"slices"
	"time"
)

// A grant is what a person agreed to. Nothing but its code and its tokens, which
// come later, is changed once it was made.
type grant struct {
	request   *authorization
	scenario  *Scenario
	who       *Person
	idp       string
	acr       string
	grantedAt time.Time
	code      string
	tokens    []string
}

// A code is an authorization code. It is kept after its use to detect a second
// use.
type code struct {
	grant    *grant
	expires  time.Time
	consumed bool
}

// A token is an access token, or on ProConnect a refresh token.
type token struct {
	grant   *grant
	expires time.Time
	refresh bool
}

// grantAccess creates the grant, which lasts from now on for Lifetimes.Grant.
// Its time is the auth_time, even if the person signed in long ago. Like
// FranceConnect it checks only here whether the claims parameter can be met,
// when no error can be sent to the client any more.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.hasUnmetClaims(in.who, in.acr) {
		return p.errorPage(http.StatusConflict, yDeadEnd, in)
	}
	in.grant = &grant{request: in.request, scenario: in.scenario, who: in.who, idp: in.idp, acr: in.acr, grantedAt: p.now()}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.baseURL+"/authorize/"+in.uid))
}

// revokeGrant deletes the code and the tokens of a grant.
func (p *Provider) revokeGrant(g *grant) {
	delete(p.codes, g.code)
	for _, value := range g.tokens {
		delete(p.tokens, value)
	}
}

// addToken adds a token to a grant.
func (p *Provider) addToken(value string, t *token) {
	p.tokens[value] = t
	t.grant.tokens = append(slices.DeleteFunc(t.grant.tokens, func(v string) bool { return !p.hasToken(v) }), value)
}

func (p *Provider) hasToken(value string) bool { return p.tokens[value] != nil }

// findCode returns a code that has not expired, used or not, or nil.
func (p *Provider) findCode(value string) *code {
	c := p.codes[value]
	if c == nil || !p.now().Before(c.expires) {
		return nil
	}
	return c
}

// findToken returns a token that has not expired, or nil.
func (p *Provider) findToken(value string) *token {
	t := p.tokens[value]
	if t == nil || !p.now().Before(t.expires) {
		return nil
	}
	return t
}

// grantValid reports whether a grant has not expired.
func (p *Provider) grantValid(g *grant) bool {
	return p.now().Before(g.grantedAt.Add(p.lifetimes.Grant))
}
