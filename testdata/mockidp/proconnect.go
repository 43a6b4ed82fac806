package mockidp

import (
	"crypto/sha256"
	"encoding/base64"
	"net/mail"
	"slices"
	"strings"
)

// The answers of ProConnect follow what is public: the source of its server and the
// descriptions of its tests (proconnect-gouv/federation, 2026-08-19), the partners'
// documentation of the same day, and oidc-provider 7.14.3, of which it is made.
// None of it has been measured against a running server yet.

// executive is the acr of somebody whom the register of companies knows as its head.
const executive = "https://proconnect.gouv.fr/assurance/certification-dirigeant"

// formerACR is a level as it was named until 2026-06-18.
const formerACR = "https://proconnect.gouv.fr/assurance/consistency-checked-2fa"

// routesProConnect returns the handlers of ProConnect: those of v2, but for the
// authorization request.
func (p *Provider) routesProConnect(method, path string) handler {
	switch method + " " + path {
	case "GET /authorize":
		return func(r *request) *response { return p.authorizeProConnect(r, r.query) }
	case "POST /authorize":
		return func(r *request) *response { return p.authorizeProConnect(r, r.body) }
	}
	return p.routes(method, path)
}

// proConnectRules lists the parameters of an authorization request. Any other is
// dropped: the server stopped refusing them on 2025-10-16.
var proConnectRules = map[string]rule{
	"client_id":     {required: true},
	"redirect_uri":  {required: true, valid: isURL, want: func(v string) string { return "is " + quoted(v) + ", which is no http or https address" }},
	"response_type": {required: true},
	"scope":         {required: true},
	"state":         {required: true},
	"nonce":         {valid: func(v string) bool { return v != "" && len(v) <= 512 && isASCII(v) }, want: func(string) string { return "is not of 1 to 512 ASCII characters" }},
	"login_hint":    {valid: isEmail, want: func(string) string { return "is no e-mail address" }},
	"siret_hint":    {valid: func(v string) bool { return len(v) == 14 }, want: func(v string) string { return "is " + quoted(v) + ", which has not 14 characters" }},
	"acr_values":    {},
	"claims":        {},
	"prompt":        {},
	"idp_hint":      {},

	"code_challenge":        {},
	"code_challenge_method": {},
}

func isEmail(v string) bool {
	a, err := mail.ParseAddress(v)
	return err == nil && a.Address == v
}

// proConnectChecks lists the checks in their order.
var proConnectChecks = []func(*authorization) *refusal{
	(*authorization).checkParameters,
	(*authorization).checkClient,
	(*authorization).checkResponseType,
	(*authorization).checkPrompt,
	(*authorization).checkScope,
	(*authorization).checkOpenID,
	(*authorization).checkRedirect,
	(*authorization).checkChallenge,
	(*authorization).checkClaims,
	(*authorization).checkKnownHint,
}

func (p *Provider) authorizeProConnect(r *request, sent form) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.newAuthorization(r, sent)
	a.acr = p.platform.defaultACR
	if first := a.firstRefusal(proConnectChecks); first != nil {
		return a.refuse(r, first)
	}
	a.essential = a.essentialACRs()
	_, byClaims := a.claims.idToken["acr"]
	a.acrAsked = byClaims || sent.get("acr_values") != ""
	_, byClaims = a.claims.idToken["auth_time"]
	a.timeAsked = byClaims || sent.get("prompt") != "consent" // any other becomes login, which asks for it
	a.challenge = strings.Clone(sent.get("code_challenge"))
	if s := p.findSession(r); sent.get("prompt") == "none" && !p.auto && (s == nil || s.who == nil) {
		return a.refuse(r, refuseByRedirect("login_required", "End-User authentication is required"))
	}
	return p.startLogin(r, a).withNotes(a.takeNotes()...)
}

// checkPrompt accepts none alone, and login and consent, neither of which makes
// somebody who is signed in do so again.
func (a *authorization) checkPrompt() *refusal {
	if len(a.query.all("prompt")) == 0 {
		return nil
	}
	values := strings.Split(a.query.get("prompt"), " ")
	for _, v := range values {
		if !slices.Contains([]string{"none", "login", "consent"}, v) {
			a.noteRefused("prompt", "is %s: ProConnect takes none, or login and consent", quoted(a.query.get("prompt")))
			return refuseByRedirect("invalid_request", "unsupported prompt value requested")
		}
	}
	if slices.Contains(values, "none") && len(values) > 1 {
		a.noteRefused("prompt", "has none beside others")
		return refuseByRedirect("invalid_request", "prompt none must only be used alone")
	}
	return nil
}

// checkChallenge checks what PKCE needs (RFC 7636, section 4.3): S256 alone, and not
// required.
func (a *authorization) checkChallenge() *refusal {
	has := func(name string) bool { return a.query.get(name) != "" }
	challenge, why := a.query.get("code_challenge"), ""
	switch {
	case has("code_challenge") && !has("code_challenge_method"):
		why = "plain code_challenge_method fallback disabled, code_challenge_method must be provided"
	case has("code_challenge_method") && a.query.get("code_challenge_method") != "S256":
		why = "not supported value of code_challenge_method"
	case has("code_challenge_method") && !has("code_challenge"):
		why = "code_challenge must be provided with code_challenge_method"
	case has("code_challenge") && len(challenge) < 43:
		why = "code_challenge must be a string with a minimum length of 43 characters"
	case len(challenge) > 128:
		why = "code_challenge must be a string with a maximum length of 128 characters"
	case strings.ContainsFunc(challenge, func(r rune) bool { return !isUnreserved(r) }):
		why = "code_challenge contains invalid characters"
	default:
		return nil
	}
	a.noteRefused("code_challenge", "cannot be used: %s", why)
	return refuseByRedirect("invalid_request", why)
}

// isUnreserved reports whether a character may be in a code_verifier.
func isUnreserved(r rune) bool {
	return r < 0x80 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || strings.ContainsRune("-._~", r))
}

// checkKnownHint refuses an unknown idp_hint, and keeps the state.
func (a *authorization) checkKnownHint() *refusal {
	hint := a.query.get("idp_hint")
	if hint == "" || a.p.platform.provider(hint) != nil {
		return nil
	}
	a.noteRefused("idp_hint", "%s is no identity provider of this platform", quoted(hint))
	return refuseByRedirect("idp_hint_not_found", "provided idp_hint could not be found")
}

// firstOf returns the first of some parameters that came, or the last name.
func (a *authorization) firstOf(names ...string) string {
	for _, name := range names {
		if len(a.query.all(name)) > 0 {
			return name
		}
	}
	return names[len(names)-1]
}

// essentialACRs returns the set of levels that the claims parameter requires, without
// those that ProConnect does not know: no order, no level above another. Of none
// that is left, any does.
func (a *authorization) essentialACRs() (set []string) {
	wish, _ := a.claims.idToken["acr"].(map[string]any)
	if essential, _ := wish["essential"].(bool); !essential {
		return nil
	}
	asked, _ := wish["values"].([]any)
	if value, ok := wish["value"]; ok {
		asked = []any{value}
	}
	for _, v := range asked {
		acr, _ := v.(string)
		if slices.Contains(a.p.platform.acrs, acr) {
			set = append(set, acr)
		} else {
			a.noteDropped("claims", "acr: "+quoted(acr)+" is no level of ProConnect: those are "+strings.Join(a.p.platform.acrs, ", "))
		}
	}
	return set
}

// acrNotMet is the error of a login whose identity provider reached none of the
// levels that were required.
var acrNotMet = form{{"error", "access_denied"}, {"error_description", "requested ACRs could not be satisfied"}}

// severalFactors reports whether a level stands for more than one factor.
func severalFactors(acr string) bool {
	return strings.HasSuffix(acr, "-mfa") || acr == "eidas2" || acr == "eidas3"
}

// metBy reports whether somebody's session does for a request, whatever its prompt.
func (a *authorization) metBy(s *session) bool {
	idp, login := a.query.get("idp_hint"), a.query.get("login_hint")
	return (idp == "" || idp == s.idp) && (login == "" || login == s.who.Email) &&
		(a.essential == nil || slices.Contains(a.essential, s.acr))
}

// hint returns whom a request is about to sign in, on ProConnect: an address, or
// else a SIRET.
func (a *authorization) hint() string {
	if !a.hinted() {
		return ""
	}
	return a.query.get(a.firstOf("login_hint", "siret_hint"))
}

// hinted reports whether the platform has hints at people.
func (a *authorization) hinted() bool { return a.p.platform.name == ProConnect }

// likeProConnect changes the claims of an ID token: acr and auth_time only if they
// were asked for, nonce only if one came, and at_hash.
func (g *grant) likeProConnect(claims map[string]any, access string) {
	if !g.acrAsked {
		delete(claims, "acr")
	}
	if !g.timeAsked {
		delete(claims, "auth_time")
	}
	if g.nonce == "" {
		delete(claims, "nonce")
	}
	sum := sha256.Sum256([]byte(access))
	claims["at_hash"] = base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}

// redeemRefreshToken gives a new access token for a refresh token (RFC 6749,
// section 6), which stays the same.
func (p *Provider) redeemRefreshToken(r *request, c *client) (*grant, string, *oauthError) {
	if failed := firstError(checkOnce(r.body, "grant_type", "refresh_token"), checkPresent(r.body, "refresh_token")); failed != nil {
		return nil, "", failed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.findToken(p.refreshTokens, r.body.get("refresh_token")).grant
	switch {
	case g == nil:
		return nil, "", invalidGrant(yNoWrapper, "refresh token not found")
	case g.client != c:
		return nil, "", invalidGrant("Y047A2EA", "client mismatch")
	case !p.grantValid(g):
		return nil, "", invalidGrant("Y04D8B5C", "grant not found")
	}
	access := randomToken()
	addToken(p.tokens, access, token{g, p.in(p.lifetimes.AccessToken)})
	return g, access, nil
}

// newRefreshToken gives a grant its refresh token.
func (p *Provider) newRefreshToken(g *grant) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	value := randomToken()
	addToken(p.refreshTokens, value, token{g, g.grantedAt + p.lifetimes.Refresh.Microseconds()})
	return value
}

// pageCode returns the code that an error page shows. ProConnect names what its
// library refuses by the error, and its own refusals by a Y code.
func (p *platform) pageCode(y string) string {
	if code := renderedErrors[y]; code != "" && p.name == ProConnect {
		return "oidc-provider-rendered-error:" + code
	}
	return y
}

var renderedErrors = map[string]string{
	yClient: "invalid_client", yRedirect: "invalid_redirect_uri", yNoWrapper: "invalid_request", yNoInteraction: "invalid_request",
	yDecodeHint: "invalid_request", yValidateHint: "invalid_request", yHintClient: "invalid_request", yHintAudience: "invalid_client",
	yLogoutAddress: "invalid_request",
}

// discoverProConnect changes the document of discovery.
func discoverProConnect(doc map[string]any) {
	doc["subject_types_supported"] = []string{"public"}
	doc["grant_types_supported"] = []string{"authorization_code", "refresh_token"}
	doc["request_parameter_supported"], doc["request_uri_parameter_supported"] = false, true
	delete(doc, "dpop_signing_alg_values_supported")
}
