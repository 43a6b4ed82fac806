package mockidp

import (
	"net/http"
	"strings"
)

// routesV1 returns the handlers of the interface before v2, which had neither
// discovery nor published keys. The pages are those of v2.
func (p *Provider) routesV1(method, path string) handler {
	switch method + " " + path {
	case "GET /authorize":
		return p.authorizeV1
	case "POST /token":
		return p.tokenV1
	case "GET /userinfo":
		return p.userinfoV1
	case "GET /logout":
		return p.endSession
	}
	return p.browserRoutes(method, path)
}

// errorV1 returns an error of v1, which had one form for all.
func errorV1(message string) *response {
	return jsonResponse(http.StatusBadRequest, map[string]string{"status": "fail", "message": message}).withNotes(Note{Refused: true, Text: message})
}

// authorizeV1 starts a login. It requires state and nonce, of any length, and
// has no error for acr_values.
func (p *Provider) authorizeV1(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	var missing []string
	for _, name := range []string{"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"} {
		if r.query.get(name) == "" {
			missing = append(missing, name)
		}
	}
	if missing != nil {
		return errorV1("The following fields are missing or empty : " + strings.Join(missing, ", "))
	}
	a := p.newAuthorization(r, r.query)
	switch a.client = p.findClient(r.query.get("client_id")); {
	case a.client == nil:
		return errorV1("invalid_client")
	case !p.platform.registered(a.client.RedirectURIs, a.redirectURI):
		return errorV1("invalid_redirect_uri")
	}
	a.redirectVerified = true
	for _, check := range []func() *refusal{a.checkResponseType, a.checkScope, a.checkOpenID, a.checkClaims} {
		if failed := check(); failed != nil {
			return a.refuse(r, failed)
		}
	}
	a.noteLevels()
	return p.startLogin(r, a).withNotes(a.takeNotes()...)
}

func (p *Provider) tokenV1(r *request) *response {
	return p.applyFault(p.tokenFault(r), func() *response {
		c, failed := p.authenticate(r)
		var g *grant
		var access string
		if failed == nil {
			g, access, failed = p.redeemCode(r, c)
		}
		if failed != nil {
			return failed.responseV1()
		}
		idToken, failed := p.issueJWT(c, g.idTokenClaims(p, access), g.scenario.IDToken)
		if failed != nil {
			return failed.responseV1()
		}
		return jsonResponse(http.StatusOK, map[string]any{
			"access_token": access,
			"token_type":   "Bearer",
			"expires_in":   int(p.lifetimes.AccessToken.Seconds()),
			"id_token":     idToken,
		}).withHeader("Cache-Control", "no-store")
	})
}

// userinfoV1 answers who the person is in plain JSON.
func (p *Provider) userinfoV1(r *request) *response {
	value, failed := p.bearerToken(r)
	var t token
	if failed == nil {
		t, failed = p.findAccessToken(value)
	}
	if failed != nil {
		a := failed.responseV1()
		a.status = http.StatusUnauthorized
		return a
	}
	return p.applyFault(t.grant.scenario.UserInfoFault, func() *response {
		return t.grant.userinfoJSON()
	})
}

// responseV1 returns the error as v1 answered it.
func (f *oauthError) responseV1() *response {
	res := errorV1(f.code)
	res.notes = []Note{f.note(platforms[V1])}
	return res
}
