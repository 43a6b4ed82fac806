package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// userinfo answers who the person is (OpenID Connect Core, section 5.3), always
// as a JWT.
func (p *Provider) userinfo(r *request) *response {
	value, failed := p.bearerToken(r)
	var g *grant
	if failed == nil {
		g, failed = p.findAccessToken(value)
	}
	var fault Fault
	if g != nil {
		fault = g.scenario.UserInfoFault
	}
	return p.applyFault(fault, func() *response {
		var a *response
		if failed == nil {
			failed = refuseOrigin(r, g.client)
		}
		if failed == nil {
			a, failed = p.userinfoResponse(g)
		}
		if failed != nil {
			a = p.refuseUserinfo(r, failed)
		}
		return withCORS(r, g != nil, a).withHeader("Cache-Control", "no-store")
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

// findAccessToken returns the grant of an access token. It returns the grant beside
// the error if only the grant has expired.
func (p *Provider) findAccessToken(value string) (*grant, *oauthError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.findToken(value)
	switch {
	case g == nil:
		return nil, invalidToken(yNoWrapper, "access token not found")
	case !p.grantValid(g):
		return g, invalidToken("Y0489D15", "grant not found")
	}
	return g, nil
}

func (p *Provider) userinfoResponse(g *grant) (*response, *oauthError) {
	if g.scenario.UserInfo.JSON {
		return g.userinfoJSON(), nil
	}
	claims := g.identityClaims()
	claims["aud"], claims["iss"] = g.client.ID, p.issuer
	now := p.now()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(p.lifetimes.AccessToken).Unix()
	jwt, failed := p.issueJWT(g.client, claims, g.scenario.UserInfo)
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
	a := failed.response()
	if prefersHTML(r.Request) {
		a = p.errorPageWith(failed.status, failed.fcCode, failed.fullDescription(), nil).withHeader("Content-Type", typeJWT)
	}
	algs := slices.DeleteFunc(slices.Clone(p.platform.signingAlgs), func(alg string) bool { return alg == "HS256" })
	dpop := []string{"algs", strings.Join(algs, " ")}
	parameters := []string{"realm", p.issuer}
	switch {
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
