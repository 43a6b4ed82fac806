package mockidp

import "net/http"

// token trades a code: OpenID Connect Core 3.1.3.
func (p *Provider) token(r *request) *response {
	return p.applyFault(p.tokenFault(r), func() *response {
		c, a := p.exchangeCode(r)
		return crossOrigin(r, c != nil, a).with("Cache-Control", "no-store")
	})
}

// tokenFault is what Answer.TokenReply says of the code in a request.
func (p *Provider) tokenFault(r *request) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.findCode(r.body.get("code")); c != nil {
		return c.grant.answer.TokenReply
	}
	return Fault{}
}

// exchangeCode answers a token request. The client is nil if it was not found.
func (p *Provider) exchangeCode(r *request) (*client, *response) {
	if kind := contentType(r.Request); kind != "" && kind != formType {
		return nil, invalidRequest(yContentType,
			"only application/x-www-form-urlencoded content-type bodies are supported on POST /token").answer()
	}
	c, no := p.authenticate(r)
	if no != nil {
		a := no.answer()
		if no.status == http.StatusUnauthorized && r.Header.Get("Authorization") != "" {
			a.with("WWW-Authenticate", challenge("Basic", "realm", p.issuer, "error", no.code, "error_description", no.description))
		}
		return c, a
	}
	g, access, no := p.redeemCode(r, c)
	if no != nil {
		return c, no.answer()
	}
	// From here on the code is used, whatever goes wrong with the client's
	// keys, which are fetched now.
	idToken, no := p.issue(c, g.idClaims(p), g.answer.IDToken)
	if no != nil {
		return c, no.answer()
	}
	return c, jsonAnswer(http.StatusOK, map[string]any{
		"access_token": access,
		"token_type":   "Bearer",
		"expires_in":   int(p.lifetimes.AccessToken.Seconds()),
		"id_token":     idToken,
		"scope":        g.request.granted(),
	})
}

// redeemCode checks a code and turns it into an access token. A code that comes
// back once used takes all it gave with it; one that comes back wrong is left
// as it is.
func (p *Provider) redeemCode(r *request, c *client) (*grant, string, *failure) {
	if no := firstFailure(
		checkOnce(r.body, "grant_type"),
		checkPresent(r.body, "grant_type"),
		checkGrantType(r),
		checkOnce(r.body, "code", "code_verifier", "redirect_uri"),
		checkPresent(r.body, "code", "redirect_uri"),
		checkProof(r),
	); no != nil {
		return nil, "", no
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.findCode(r.body.get("code"))
	if known == nil {
		return nil, "", invalidGrant("Y049E20B", "authorization code not found")
	}
	g := known.grant
	switch verifier := r.body.get("code_verifier"); {
	case g.request.client != c:
		return nil, "", invalidGrant("Y047A2EA", "client mismatch")
	case !p.alive(g):
		return nil, "", invalidGrant("Y04D8B5C", "grant not found")
	case verifier != "" && len(verifier) < 43:
		return nil, "", invalidRequest(yNoWrapper, "code_verifier must be a string with a minimum length of 43 characters")
	case verifier != "":
		return nil, "", invalidGrant("Y0446550", "PKCE verification failed")
	case r.body.get("redirect_uri") != g.request.redirectURI:
		return nil, "", invalidGrant("Y04F8199", "authorization code redirect_uri mismatch")
	case known.consumed:
		p.revokeGrant(g)
		return nil, "", invalidGrant("Y0416228", "authorization code already consumed")
	}
	known.consumed = true
	access := random()
	if p.rules.platform == V1 {
		access = uuid()
	}
	p.tokens[access] = &token{grant: g, expires: p.now().Add(p.lifetimes.AccessToken)}
	return g, access, nil
}

func checkGrantType(r *request) *failure {
	if r.body.get("grant_type") == "authorization_code" {
		return nil
	}
	return &failure{http.StatusBadRequest, "unsupported_grant_type", "unsupported grant_type requested", "", "Y04C2044"}
}

// checkProof refuses every DPoP proof (RFC 9449): they are announced, and no
// client is registered for them.
func checkProof(r *request) *failure {
	if r.Header.Get("DPoP") == "" {
		return nil
	}
	return &failure{http.StatusBadRequest, "invalid_dpop_proof", "invalid DPoP key binding", "Invalid Compact JWS", "Y0480E8B"}
}

// idClaims are those of an ID token: about the login, never about the person.
func (g *grant) idClaims(p *Provider) map[string]any {
	now := p.now()
	claims := map[string]any{
		"sub":       subject(g.who, g.request.client),
		"auth_time": g.born.Unix(),
		"acr":       g.acr,
		"nonce":     g.request.nonce,
		"aud":       g.request.client.ID,
		"exp":       now.Add(p.lifetimes.IDToken).Unix(),
		"iat":       now.Unix(),
		"iss":       p.issuer,
	}
	if p.rules.platform == V1 {
		delete(claims, "auth_time")
		claims["amr"] = []string{}
	}
	if wants(g.request.claims.idToken, "amr") {
		claims["amr"] = g.amr()
	}
	return claims
}

// issue signs claims for a client, and encrypts them where the platform does.
func (p *Provider) issue(c *client, claims map[string]any, change TokenChange) (string, *failure) {
	if change.Raw != "" {
		return change.Raw, nil
	}
	jws, err := p.sign(c, claims, change)
	if err != nil {
		return "", internalFailure(err)
	}
	if p.rules.encryptionAlgs == nil || change.Plain {
		return jws, nil
	}
	return p.encrypt(c, jws)
}
