package mockidp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"time"
)

// token exchanges a code for tokens (OpenID Connect Core, section 3.1.3).
func (p *Provider) token(r *request) *response {
	return p.applyFault(p.tokenFault(r), func() *response {
		c, a := p.exchangeCode(r)
		return withCORS(r, c != nil, a).withHeader("Cache-Control", "no-store")
	})
}

// tokenFault returns Scenario.TokenFault of the login whose code is in a
// request.
func (p *Provider) tokenFault(r *request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if g := p.findCode(r.body.get("code")); g != nil {
		return g.scenario.TokenFault
	}
	return Fault{}
}

// exchangeCode answers a token request. The client is nil if it was not found.
func (p *Provider) exchangeCode(r *request) (*client, *response) {
	if kind := contentType(r.Request); kind != "" && kind != formType {
		return nil, invalidRequest(yContentType,
			"only application/x-www-form-urlencoded content-type bodies are supported on POST /token").response(p.platform)
	}
	c, failed := p.authenticate(r)
	if failed != nil {
		a := failed.response(p.platform)
		if failed.status == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
			a.withHeader("WWW-Authenticate", challenge("Basic", "realm", p.issuer, "error", failed.code, "error_description", failed.description))
		}
		return c, a
	}
	redeem, refresh := p.redeemCode, ""
	if p.platform.name == ProConnect && r.body.get("grant_type") == "refresh_token" {
		redeem, refresh = p.redeemRefreshToken, r.body.get("refresh_token")
	}
	g, access, failed := redeem(r, c)
	if failed != nil {
		return c, failed.response(p.platform)
	}
	// From here on the code is used, even if the client's keys, which are
	// fetched now, cannot be had.
	idToken, failed := p.issueJWT(c, g.idTokenClaims(p, access), g.scenario.IDToken)
	if failed != nil {
		return c, failed.response(p.platform)
	}
	members := map[string]any{
		"access_token": access,
		"token_type":   "Bearer",
		"expires_in":   int(p.lifetimes.AccessToken.Seconds()),
		"id_token":     idToken,
		"scope":        g.grantedScopes(),
	}
	if p.platform.name == ProConnect {
		if refresh == "" {
			refresh = p.newRefreshToken(g)
		}
		members["refresh_token"] = refresh
	}
	return c, jsonResponse(http.StatusOK, members)
}

// redeemCode checks a code and exchanges it for an access token. A second use
// revokes the grant; a request with another error leaves the code unused.
func (p *Provider) redeemCode(r *request, c *client) (*grant, string, *oauthError) {
	if failed := firstError(
		checkOnce(r.body, "grant_type"),
		checkPresent(r.body, "grant_type"),
		checkGrantType(r),
		checkOnce(r.body, "code", "code_verifier", "redirect_uri"),
		checkPresent(r.body, "code", "redirect_uri"),
		refuseDPoP(r),
	); failed != nil {
		return nil, "", failed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.findCode(r.body.get("code"))
	if g == nil {
		failed := invalidGrant("Y049E20B", "authorization code not found")
		if late := p.codes[keyOf(r.body.get("code"))]; late != nil && p.past(late.codeExpires) {
			failed.hint = "this one was made " + (p.now().Sub(time.UnixMicro(late.codeExpires)) + p.lifetimes.Code).Round(time.Second).String() + " ago"
		}
		return nil, "", failed
	}
	switch verifier := r.body.get("code_verifier"); {
	case g.client != c:
		return nil, "", invalidGrant("Y047A2EA", "client mismatch")
	case !p.grantValid(g):
		return nil, "", invalidGrant("Y04D8B5C", "grant not found")
	case verifier != "" && len(verifier) < 43:
		return nil, "", invalidRequest("Y04F7D1A", "code_verifier must be a string with a minimum length of 43 characters")
	case !g.verifiedBy(verifier):
		return nil, "", invalidGrant("Y0446550", "PKCE verification failed")
	case r.body.get("redirect_uri") != g.redirectURI:
		failed := invalidGrant("Y04F8199", "authorization code redirect_uri mismatch")
		failed.hint = "sent " + quoted(r.body.get("redirect_uri")) + ", the authorization request had " + quoted(g.redirectURI)
		return nil, "", failed
	case g.consumed:
		g.revoked = true
		return nil, "", invalidGrant("Y0416228", "authorization code already consumed")
	}
	g.consumed = true
	access := randomToken()
	if p.platform.name == V1 {
		access = newUUID()
	}
	addToken(p.tokens, access, token{g, p.in(p.lifetimes.AccessToken)})
	if p.platform.name == ProConnect {
		return g, access, nil // a renewed ID token has the nonce again
	}
	redeemed := *g
	g.nonce = "" // the ID token has it, and grants are many
	return &redeemed, access, nil
}

// verifiedBy reports whether a code_verifier is the one of the authorization
// request (RFC 7636, section 4.6). FranceConnect takes no challenge, so that it
// refuses every verifier.
func (g *grant) verifiedBy(verifier string) bool {
	if verifier == "" {
		return g.challenge == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:]) == g.challenge
}

func checkGrantType(r *request) *oauthError {
	if r.body.get("grant_type") == "authorization_code" {
		return nil
	}
	return &oauthError{http.StatusBadRequest, "unsupported_grant_type", "unsupported grant_type requested", "", "Y04C2044", ""}
}

// refuseDPoP refuses every DPoP proof (RFC 9449): discovery announces them, and
// no client is registered for them.
func refuseDPoP(r *request) *oauthError {
	if r.Header.Get("DPoP") == "" {
		return nil
	}
	return &oauthError{http.StatusBadRequest, "invalid_dpop_proof", "invalid DPoP key binding", "Invalid Compact JWS", "Y0480E8B", ""}
}

// idTokenClaims returns the claims of an ID token. None is about the person
// but sub.
func (g *grant) idTokenClaims(p *Provider, access string) map[string]any {
	now := p.now()
	claims := map[string]any{
		"sub":       subject(g.who, g.client),
		"auth_time": g.grantedAt / 1e6,
		"acr":       g.acr,
		"nonce":     g.nonce,
		"aud":       g.client.ID,
		"exp":       now.Add(p.lifetimes.IDToken).Unix(),
		"iat":       now.Unix(),
		"iss":       p.issuer,
	}
	if p.platform.name == V1 {
		delete(claims, "auth_time")
		claims["amr"] = []string{}
	}
	if wants(g.claims.idToken, "amr") {
		claims["amr"] = g.amr()
	}
	if p.platform.name == ProConnect {
		g.likeProConnect(claims, access)
	}
	return claims
}

// issueJWT signs claims for a client, and encrypts them if the platform does.
func (p *Provider) issueJWT(c *client, claims map[string]any, change TokenChange) (string, *oauthError) {
	if change.Raw != "" {
		return change.Raw, nil
	}
	jws, err := p.sign(c, claims, change)
	if err != nil {
		return "", serverError(err)
	}
	if p.platform.encryptionAlgs == nil || change.Plain {
		return jws, nil
	}
	return p.encrypt(c, jws)
}
