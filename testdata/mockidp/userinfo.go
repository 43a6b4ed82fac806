package mockidp

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// userinfo answers who the person is (OpenID Connect Core, section 5.3): as a JWT,
// on ProConnect only for a client that has an algorithm for it.
func (p *Provider) userinfo(r *request) *response {
	value, failed := p.bearerToken(r)
	var t token
	if failed == nil {
		t, failed = p.findAccessToken(value)
	}
	var fault Fault
	if t.grant != nil {
		fault = t.grant.scenario.UserInfoFault
	}
	return p.applyFault(fault, func() *response {
		var a *response
		if failed == nil {
			failed = refuseOrigin(r, t.grant.client)
		}
		if failed == nil {
			a, failed = p.userinfoResponse(t)
		}
		if failed != nil {
			a = p.refuseUserinfo(r, failed)
		}
		return withCORS(r, t.grant != nil, a).withHeader("Cache-Control", "no-store")
	})
}

// bearerToken reads the access token from the header or the query (RFC 6750,
// section 2). It refuses DPoP, which discovery announces, with errors of its
// own.
func (p *Provider) bearerToken(r *request) (string, *oauthError) {
	if failed := checkOnce(r.query, "access_token"); failed != nil {
		return "", failed
	}
	header, query := r.Header.Get("Authorization"), r.query.get("access_token")
	proof := r.Header.Get("DPoP") != ""
	switch {
	case header == "" && query == "" && p.platform.name == ProConnect:
		return "", invalidRequest("Y04146A2", noToken)
	case header == "" && query == "":
		return "", &oauthError{http.StatusUnauthorized, "invalid_token", noToken, noToken, "Y04146A2", ""}
	case header != "" && query != "":
		return "", invalidRequest("Y04514E0", "access token must only be provided using one mechanism")
	case query != "" && proof:
		return "", invalidRequest(yNoWrapper, "`DPoP` tokens must be provided via an authorization header")
	case query != "":
		return query, nil
	}
	parts := strings.Split(header, " ")
	if len(parts) != 2 {
		return "", invalidRequest("Y04B729E", "invalid authorization header value format")
	}
	switch scheme := strings.ToLower(parts[0]); {
	case proof && scheme != "dpop":
		return "", invalidRequest("Y04F20DC", "authorization header scheme must be `DPoP` when DPoP is used")
	case proof:
		return "", refuseDPoP(r)
	case scheme == "dpop":
		return "", invalidRequest("Y0452FF5", "`DPoP` header not provided")
	case scheme != "bearer":
		return "", invalidRequest("Y043D61A", "authorization header scheme must be `Bearer`")
	}
	return parts[1], nil
}

const noToken = "no access token provided"

// findAccessToken returns an access token. It returns the token beside the error if
// only its grant has expired.
func (p *Provider) findAccessToken(value string) (token, *oauthError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.findToken(p.tokens, value)
	switch {
	case t.grant == nil:
		return t, invalidToken(yNoWrapper, "access token not found")
	case !p.grantValid(t.grant):
		return t, invalidToken("Y0489D15", "grant not found")
	}
	return t, nil
}

func (p *Provider) userinfoResponse(t token) (*response, *oauthError) {
	g := t.grant
	alg := g.client.UserinfoAlg
	if g.scenario.UserInfo.JSON || alg == "" && p.platform.name == ProConnect {
		return g.userinfoJSON(), nil
	}
	claims := g.identityClaims()
	claims["aud"], claims["iss"] = g.client.ID, p.issuer
	now := p.now()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(p.lifetimes.AccessToken).Unix()
	if p.platform.name == ProConnect {
		claims["exp"] = t.expires / 1e6
	}
	change := g.scenario.UserInfo
	change.Alg = cmp.Or(change.Alg, alg)
	jwt, failed := p.issueJWT(g.client, claims, change)
	if failed != nil {
		return nil, failed
	}
	return newResponse(http.StatusOK, typeJWT, []byte(jwt)), nil
}

// userinfoJSON returns userinfo as plain JSON, as v1 answers it.
func (g *grant) userinfoJSON() *response {
	if raw := g.scenario.UserInfo.Raw; raw != "" {
		return newResponse(http.StatusOK, typeJSON, []byte(raw))
	}
	return jsonResponse(http.StatusOK, withChanges(g.identityClaims(), g.scenario.UserInfo.Claims))
}

// refuseUserinfo answers an error in JSON, or on a page if the Accept header
// prefers HTML. Like FranceConnect it labels the page as a JWT.
func (p *Provider) refuseUserinfo(r *request, failed *oauthError) *response {
	a := failed.response(p.platform)
	if prefersHTML(r.Request) {
		a = p.errorPageWith(failed.status, failed.fcCode, failed.fullDescription(), nil).withHeader("Content-Type", typeJWT)
	}
	algs := slices.DeleteFunc(slices.Clone(p.platform.signingAlgs), func(alg string) bool { return alg == "HS256" })
	dpop := []string{"algs", strings.Join(algs, " ")}
	parameters := []string{"realm", p.issuer}
	switch {
	case failed.description == noToken && p.platform.name == ProConnect:
		return a.withHeader("WWW-Authenticate", challenge("Bearer", parameters...))
	case failed.description == noToken:
		a.header["Www-Authenticate"] = []string{
			challenge("Bearer", parameters...), challenge("DPoP", append(parameters, dpop...)...)}
		return a
	case strings.Contains(failed.description, "DPoP") || r.Header.Get("DPoP") != "":
		parameters = append(parameters, "error", failed.code, "error_description", failed.description)
		return a.withHeader("WWW-Authenticate", challenge("DPoP", append(parameters, dpop...)...))
	}
	parameters = append(parameters, "error", failed.code, "error_description", failed.description)
	return a.withHeader("WWW-Authenticate", challenge("Bearer", parameters...))
}
