package mockidp

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// A pendingLogout is a logout whose form the browser has not posted yet.
type pendingLogout struct {
	xsrf  string
	to    string // the post_logout_redirect_uri; "" ends on FranceConnect's page
	state string
}

// logoutRules lists the parameters of a logout. Any other is refused.
var logoutRules = map[string]rule{
	"id_token_hint":            {required: true, valid: func(v string) bool { return v != "" }},
	"post_logout_redirect_uri": {valid: isURL},
	"state":                    {},
	"client_id":                {},
	"logout_hint":              {},
	"ui_locales":               {},
}

// endSession starts a logout (OpenID Connect RP-Initiated Logout 1.0). It
// answers a page with a form, which its script posts.
func (p *Provider) endSession(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	notes := r.query.notes(p.platform, logoutRules)
	if p.platform.name == ProConnect {
		notes = slices.DeleteFunc(notes, func(n Note) bool { return !n.Refused || n.Parameter == "id_token_hint" })
	}
	if len(notes) > 0 {
		return p.breachPage(yBadRequest, notes)
	}
	c, y := p.clientOfHint(r.query.get("id_token_hint"), r.query.get("client_id"))
	to := r.query.get("post_logout_redirect_uri")
	if c == nil && y == "" {
		to = "" // nobody knows whose it is
	}
	if y == "" && to != "" && !p.platform.registered(c.PostLogoutRedirectURIs, to) {
		y = yLogoutAddress
		res := p.refuseLogout(r, y)
		res.notes = []Note{{Parameter: "post_logout_redirect_uri", Refused: true, Text: "post_logout_redirect_uri " + quoted(to) + " is not registered for this client, which has " + strings.Join(c.PostLogoutRedirectURIs, ", ") + ": every letter counts, a final slash too"}}
		return res
	}
	if y != "" {
		return p.refuseLogout(r, y)
	}
	s := p.openSession(r)
	s.logout = &pendingLogout{xsrf: randomToken(), to: to, state: r.query.get("state")}
	return p.saveSession(s, p.renderPage(r, http.StatusOK, "logout", view{Base: p.baseURL, English: english(r), CSRF: s.logout.xsrf, Action: p.baseURL + "/session/end/confirm"}))
}

// refuseLogout answers an error page, or JSON if the Accept header prefers it.
// It never redirects to the client.
func (p *Provider) refuseLogout(r *request, y string) *response {
	if r.Header.Get("Accept") != "" && !prefersHTML(r.Request) {
		failed := logoutRefusals[y]
		failed.status, failed.fcCode = http.StatusBadRequest, y
		return failed.response(p.platform)
	}
	return p.errorPage(http.StatusBadRequest, y, nil)
}

var logoutRefusals = map[string]oauthError{
	yDecodeHint:    {code: "invalid_request", description: "could not decode id_token_hint"},
	yValidateHint:  {code: "invalid_request", description: "could not validate id_token_hint"},
	yHintClient:    {code: "invalid_request", description: "client_id does not match the provided id_token_hint"},
	yHintAudience:  {code: "invalid_client", description: "unrecognized id_token_hint audience", detail: "client not found"},
	yLogoutAddress: {code: "invalid_request", description: "post_logout_redirect_uri not registered"},
}

// clientOfHint returns the client of an id_token_hint, or the Y code of what is
// wrong with it. The ID token may have expired; it must not be encrypted. On
// ProConnect there may be none, and without a client_id no client either.
func (p *Provider) clientOfHint(hint, clientID string) (*client, string) {
	if hint == "" {
		if c := p.findClient(clientID); c != nil || clientID == "" {
			return c, ""
		}
		return nil, yHintAudience
	}
	_, payload, ok := splitJWT(hint)
	var claims struct{ Iss, Aud, Sub string }
	if !ok || json.Unmarshal(payload, &claims) != nil {
		return nil, yDecodeHint
	}
	if clientID != "" && clientID != claims.Aud {
		return nil, yHintClient
	}
	c := p.findClient(claims.Aud)
	if c == nil {
		return nil, yHintAudience
	}
	if !p.verifyHint(strings.TrimSpace(hint), c) || claims.Iss != p.issuer || claims.Sub == "" {
		return nil, yValidateHint
	}
	return c, ""
}

// verifyHint reports whether a hint was signed with the algorithm of the client
// and one of the current keys.
func (p *Provider) verifyHint(hint string, c *client) bool {
	jws, err := jose.ParseSignedCompact(hint, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(c.SigningAlg)})
	if err != nil {
		return false
	}
	if c.SigningAlg == "HS256" {
		_, err = jws.Verify([]byte(*c.secret.Load()))
		return err == nil
	}
	set := p.keys.publicJWKS()
	for _, k := range set.Key(jws.Signatures[0].Header.KeyID) {
		if _, err = jws.Verify(k.Key); k.Algorithm == c.SigningAlg && err == nil {
			return true
		}
	}
	return false
}

// confirmLogout handles the form of the logout. It deletes the session, and
// revokes the grants of the browser's last login.
func (p *Provider) confirmLogout(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.findSession(r)
	if s == nil || s.logout == nil || r.body.get("xsrf") != s.logout.xsrf {
		return jsonResponse(http.StatusBadRequest, map[string]string{"error": "invalid_request", "error_description": "could not find logout details"})
	}
	for g := s.grant; g != nil; g = g.earlier {
		g.revoked = true
	}
	delete(p.sessions, s.id)
	if s.logout.to == "" {
		return redirect(http.StatusSeeOther, p.baseURL+"/session/end/success")
	}
	var add form
	if s.logout.state != "" {
		add = form{{"state", s.logout.state}}
	}
	return redirect(http.StatusSeeOther, addParameters(s.logout.to, false, add))
}

func (p *Provider) showLoggedOut(r *request) *response {
	return p.renderPage(r, http.StatusOK, "ended", view{Base: p.baseURL, English: english(r)})
}
