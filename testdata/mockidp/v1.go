package mockidp

import (
	"net/http"
	"strings"
)

// routesV1 are the endpoints of the interface before v2, which had neither
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
	case "POST /session/end/confirm":
		return p.confirmEnd
	case "GET /session/end/success":
		return p.endConfirmed
	}
	return p.browserRoutes(method, path)
}

// fail is an error of v1: one shape for all.
func fail(message string) *response {
	return jsonAnswer(http.StatusBadRequest, map[string]string{"status": "fail", "message": message})
}

// authorizeV1 wants state and nonce, of any length, and knows no acr error.
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
		return fail("The following fields are missing or empty : " + strings.Join(missing, ", "))
	}
	a := &authorization{p: p, r: r, redirectURI: r.query.get("redirect_uri"), state: r.query.get("state"),
		nonce: r.query.get("nonce"), acr: p.rules.acr(strings.Split(r.query.get("acr_values"), " "))}
	switch a.client = p.client(r.query.get("client_id")); {
	case a.client == nil:
		return fail("invalid_client")
	case !registered(a.client.RedirectURIs, a.redirectURI):
		return fail("invalid_redirect_uri")
	}
	a.verified = true
	for _, check := range []func() *refusal{a.checkResponseType, a.checkScope, a.checkOpenID, a.checkClaims} {
		if no := check(); no != nil {
			return a.refuse(no)
		}
	}
	return p.begin(a)
}

func (p *Provider) tokenV1(r *request) *response {
	return p.applyFault(p.tokenFault(r), func() *response {
		c, no := p.authenticate(r)
		var g *grant
		var access string
		if no == nil {
			g, access, no = p.redeemCode(r, c)
		}
		if no != nil {
			return fail(no.code)
		}
		idToken, no := p.issue(c, g.idClaims(p), g.answer.IDToken)
		if no != nil {
			return fail(no.code)
		}
		return jsonAnswer(http.StatusOK, map[string]any{
			"access_token": access,
			"token_type":   "Bearer",
			"expires_in":   int(p.lifetimes.AccessToken.Seconds()),
			"id_token":     idToken,
		}).with("Cache-Control", "no-store")
	})
}

// userinfoV1 answers plain JSON.
func (p *Provider) userinfoV1(r *request) *response {
	value, no := p.bearerToken(r)
	var t *token
	if no == nil {
		t, no = p.findAccessToken(value)
	}
	if no != nil {
		return fail(no.code).status401()
	}
	g := t.grant
	return p.applyFault(g.answer.UserInfoReply, func() *response {
		return g.plain()
	})
}

func (a *response) status401() *response {
	a.status = http.StatusUnauthorized
	return a
}
