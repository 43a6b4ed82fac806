package mockidp

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"
)

// revocationRules lists the parameters of a revocation. Any other is refused,
// even token_type_hint.
var revocationRules = map[string]rule{
	"token":         {required: true, valid: isToken},
	"client_id":     {required: true, valid: func(v string) bool { return v != "" }},
	"client_secret": {required: true, valid: func(v string) bool { return len(v) >= minSecret && isASCII(v) }},
}

const (
	tokenLength = 43
	minSecret   = 32
)

// isToken reports whether a value could be an opaque token: it is long enough
// and has none of the characters of a pattern.
func isToken(v string) bool {
	return utf8.RuneCountInString(v) >= tokenLength && !strings.ContainsAny(v, `.*?{}()|[]\`) &&
		!strings.ContainsFunc(v, unicode.IsSpace)
}

func isASCII(v string) bool {
	return !strings.ContainsFunc(v, func(c rune) bool { return c > unicode.MaxASCII })
}

// revoke revokes an access token (RFC 7009). An unknown token is no error.
func (p *Provider) revoke(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	if notes := r.body.notes(p.platform, revocationRules); notes != nil {
		return p.breachPage(yBadRequest, notes).withHeader("Content-Type", typeJSON)
	}
	if contentType(r.Request) != formType {
		return withCORS(r, false, invalidRequest(yContentType,
			"only application/x-www-form-urlencoded content-type bodies are supported on POST /token/revocation").response(p.platform))
	}
	c, failed := p.authenticate(r)
	if failed == nil {
		failed = p.revokeFor(c, r.body.get("token"))
	}
	if failed != nil {
		return withCORS(r, c != nil, failed.response(p.platform))
	}
	return withCORS(r, true, newResponse(http.StatusOK, typeJSON, nil))
}

// revokeFor revokes a token on behalf of a client, which must be its own.
func (p *Provider) revokeFor(c *client, value string) *oauthError {
	g := p.findToken(p.tokens, value).grant
	if g == nil {
		g = p.findToken(p.refreshTokens, value).grant
	}
	switch {
	case g == nil:
		return nil
	case g.client != c:
		return invalidRequest("Y0466776", "this token does not belong to you")
	}
	g.revoked = true
	return nil
}
