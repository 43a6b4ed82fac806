package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// userinfo tells who the person is: OpenID Connect Core 5.3, always as a JWT.
func (p *Provider) userinfo(r *request) *response {
	value, no := p.bearerToken(r)
	var t *token
	if no == nil {
		t, no = p.findAccessToken(value)
	}
	var fault Fault
	if t != nil {
		fault = t.grant.answer.UserInfoReply
	}
	return p.applyFault(fault, func() *response {
		var a *response
		if no == nil {
			no = refuseOrigin(r, t.grant.request.client)
		}
		if no == nil {
			a, no = p.userinfoResponse(t)
		}
		if no != nil {
			a = p.refuseUserinfo(r, no)
		}
		return crossOrigin(r, t != nil, a).with("Cache-Control", "no-store")
	})
}

// bearerToken reads the access token: RFC 6750 section 2, from the header or
// the query. DPoP is announced, so it is recognised, but no token is bound.
func (p *Provider) bearerToken(r *request) (string, *failure) {
	if no := checkOnce(r.query, "access_token"); no != nil {
		return "", no
	}
	header, query := r.Header.Get("Authorization"), r.query.get("access_token")
	proof := r.Header.Get("DPoP") != ""
	switch {
	case header == "" && query == "":
		return "", &failure{http.StatusUnauthorized, "invalid_token", noToken, noToken, "Y04146A2"}
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
		return "", checkProof(r)
	case scheme == "dpop":
		return "", invalidRequest("Y0452FF5", "`DPoP` header not provided")
	case scheme != "bearer":
		return "", invalidRequest("Y043D61A", "authorization header scheme must be `Bearer`")
	}
	return parts[1], nil
}

const noToken = "no access token provided"

// findAccessToken finds the token of a value. It comes back with the failure that its
// grant is over.
func (p *Provider) findAccessToken(value string) (*token, *failure) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.findToken(value)
	switch {
	case t == nil:
		return nil, invalidToken(yNoWrapper, "access token not found")
	case !p.alive(t.grant):
		return t, invalidToken("Y0489D15", "grant not found")
	}
	return t, nil
}

func (p *Provider) userinfoResponse(t *token) (*response, *failure) {
	g := t.grant
	if g.answer.UserInfo.JSON {
		return g.plain(), nil
	}
	claims := g.identity()
	claims["aud"], claims["iss"] = g.request.client.ID, p.issuer
	now := p.now()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(p.lifetimes.AccessToken).Unix()
	jwt, no := p.issue(g.request.client, claims, g.answer.UserInfo)
	if no != nil {
		return nil, no
	}
	return respond(http.StatusOK, typeJWT, []byte(jwt)), nil
}

// plain is userinfo without a signature, as v1 has it.
func (g *grant) plain() *response {
	if raw := g.answer.UserInfo.Raw; raw != "" {
		return respond(http.StatusOK, typeJSON, []byte(raw))
	}
	return jsonAnswer(http.StatusOK, withChanges(g.identity(), g.answer.UserInfo.Claims))
}

// refuseUserinfo answers a failure: JSON, or a page if the caller would rather
// have HTML, which is still labelled as a JWT.
func (p *Provider) refuseUserinfo(r *request, no *failure) *response {
	a := no.answer()
	if prefersHTML(r.Request) {
		a = p.explain(no.status, no.y, no.said(), nil).with("Content-Type", typeJWT)
	}
	algs := slices.DeleteFunc(slices.Clone(p.rules.signingAlgs), func(alg string) bool { return alg == "HS256" })
	dpop := []string{"algs", strings.Join(algs, " ")}
	parameters := []string{"realm", p.issuer}
	switch {
	case no.description == noToken:
		a.header["Www-Authenticate"] = []string{
			challenge("Bearer", parameters...), challenge("DPoP", append(parameters, dpop...)...)}
		return a
	case strings.Contains(no.description, "DPoP") || r.Header.Get("DPoP") != "":
		parameters = append(parameters, "error", no.code, "error_description", no.description)
		return a.with("WWW-Authenticate", challenge("DPoP", append(parameters, dpop...)...))
	}
	parameters = append(parameters, "error", no.code, "error_description", no.description)
	return a.with("WWW-Authenticate", challenge("Bearer", parameters...))
}
