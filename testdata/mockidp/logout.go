package mockidp

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// An ending is a logout that waits for the browser to confirm it.
type ending struct {
	xsrf  string
	to    string // "" is FranceConnect's own page
	state string
}

// logoutRules are the parameters of a logout, a closed list too.
var logoutRules = map[string]rule{
	"id_token_hint":            {required: true, valid: func(v string) bool { return v != "" }},
	"post_logout_redirect_uri": {valid: isURL},
	"state":                    {},
	"client_id":                {},
	"logout_hint":              {},
	"ui_locales":               {},
}

// endSession starts a logout: OpenID Connect RP-Initiated Logout 1.0. The
// browser confirms it by itself with a form.
func (p *Provider) endSession(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	if why := r.query.violates(logoutRules); why != "" {
		return p.explain(http.StatusBadRequest, yBadRequest, why, nil)
	}
	c, y := p.clientOfHint(r.query.get("id_token_hint"), r.query.get("client_id"))
	to := r.query.get("post_logout_redirect_uri")
	if y == "" && to != "" && !registered(c.PostLogoutRedirectURIs, to) {
		y = yLogoutAddress
	}
	if y != "" {
		return p.refuseLogout(r, y)
	}
	s := p.open(r)
	s.ending = &ending{xsrf: random(), to: to, state: r.query.get("state")}
	return p.saveSession(s, p.show(r, http.StatusOK, "logout", view{Base: p.base, English: english(r), CSRF: s.ending.xsrf, Action: p.base + "/session/end/confirm"}))
}

// refuseLogout answers on a page, or as JSON to who prefers it; the client is
// never called back.
func (p *Provider) refuseLogout(r *request, y string) *response {
	if r.Header.Get("Accept") != "" && !prefersHTML(r.Request) {
		no := logoutRefusals[y]
		no.status, no.y = http.StatusBadRequest, y
		return no.answer()
	}
	return p.page(http.StatusBadRequest, y, nil)
}

var logoutRefusals = map[string]failure{
	yDecodeHint:    {code: "invalid_request", description: "could not decode id_token_hint"},
	yValidateHint:  {code: "invalid_request", description: "could not validate id_token_hint"},
	yHintClient:    {code: "invalid_request", description: "client_id does not match the provided id_token_hint"},
	yHintAudience:  {code: "invalid_client", description: "unrecognized id_token_hint audience", detail: "client not found"},
	yLogoutAddress: {code: "invalid_request", description: "post_logout_redirect_uri not registered"},
}

// clientOfHint finds the client of an ID token that comes back as a hint, or the Y
// code that says why not. It may have expired long ago; it must not be
// encrypted.
func (p *Provider) clientOfHint(hint, clientID string) (*client, string) {
	_, payload, ok := splitJWT(hint)
	var claims struct{ Iss, Aud, Sub string }
	if !ok || json.Unmarshal(payload, &claims) != nil {
		return nil, yDecodeHint
	}
	if clientID != "" && clientID != claims.Aud {
		return nil, yHintClient
	}
	c := p.client(claims.Aud)
	if c == nil {
		return nil, yHintAudience
	}
	if !p.signedByUs(strings.TrimSpace(hint), c) || claims.Iss != p.issuer || claims.Sub == "" {
		return nil, yValidateHint
	}
	return c, ""
}

// signedByUs verifies a signature with the algorithm of the client and the
// keys of today.
func (p *Provider) signedByUs(hint string, c *client) bool {
	jws, err := jose.ParseSignedCompact(hint, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(c.SigningAlg)})
	if err != nil {
		return false
	}
	if c.SigningAlg == "HS256" {
		_, err = jws.Verify([]byte(c.Secret))
		return err == nil
	}
	set := p.keys.public()
	for _, k := range set.Key(jws.Signatures[0].Header.KeyID) {
		if _, err = jws.Verify(k.Key); k.Algorithm == c.SigningAlg && err == nil {
			return true
		}
	}
	return false
}

// confirmEnd ends the session: the last login of this browser is worth nothing
// any more, and the next one starts from the beginning.
func (p *Provider) confirmEnd(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.session(r)
	if s == nil || s.ending == nil || r.body.get("xsrf") != s.ending.xsrf {
		return p.page(http.StatusBadRequest, yNoWrapper, nil)
	}
	for _, g := range s.grants {
		p.revokeGrant(g)
	}
	delete(p.sessions, s.id)
	if s.ending.to == "" {
		return redirect(http.StatusSeeOther, p.base+"/session/end/success")
	}
	var add form
	if s.ending.state != "" {
		add = form{{"state", s.ending.state}}
	}
	return redirect(http.StatusSeeOther, addParameters(s.ending.to, false, add))
}

func (p *Provider) endConfirmed(r *request) *response {
	return p.show(r, http.StatusOK, "ended", view{Base: p.base, English: english(r)})
}
