package mockidp

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// An authorization is an authorization request, from its first check on.
type authorization struct {
	*terms
	query form
	exact bool   // the path was written exactly so
	state string // "" if absent
	nonce string // "" if absent

	challenge string // of PKCE; "" where there is none

	// redirectVerified reports that redirectURI was found registered. Until
	// then no error may be sent there.
	redirectVerified bool

	notes []Note // what the checks found, until the answer has them
}

// terms are what a request asks for, which is the same in most logins of a client.
type terms struct {
	p           *Provider
	client      *client
	redirectURI string   // as it was sent
	scopes      []string // those asked for, in their order, each once
	acr         string   // the level that was chosen from acr_values
	claims      claimsRequest
	essential   []string // on ProConnect: one of these levels is required; nil is any
	acrAsked    bool     // on ProConnect: acr is to be in the ID token
	timeAsked   bool     // on ProConnect: auth_time too
}

// A termsKey is the text from which terms follow.
type termsKey struct {
	client                           *client
	redirectURI, scopes, acr, claims string
	acrAsked, timeAsked              bool
}

// newAuthorization reads a request from its parameters. What outlives it is no part
// of its text.
func (p *Provider) newAuthorization(r *request, sent form) *authorization {
	return &authorization{query: sent, exact: r.exact, state: strings.Clone(sent.get("state")), nonce: strings.Clone(sent.get("nonce")),
		terms: &terms{p: p, redirectURI: sent.get("redirect_uri"), acr: p.platform.chooseACR(strings.Split(sent.get("acr_values"), " "))}}
}

// maxTerms bounds the memory of clients that never ask for the same.
const maxTerms = 1000

// shareTerms replaces the terms of an accepted request by those of an earlier one,
// if they are equal, since sessions and grants hold on to them.
func (a *authorization) shareTerms() {
	all := termsKey{a.client, a.redirectURI, strings.Join(a.scopes, " "), a.acr, a.query.get("claims"), a.acrAsked, a.timeAsked}
	if known := a.p.terms[all]; known != nil {
		a.terms = known
		return
	}
	if len(a.p.terms) >= maxTerms {
		clear(a.p.terms)
	}
	a.p.terms[all] = a.terms
}

// authorizeRules lists the parameters of an authorization request. Any other
// is refused, PKCE, max_age, login_hint and response_mode among them.
var authorizeRules = map[string]rule{
	"client_id":     {required: true, valid: func(v string) bool { return v != "" }},
	"redirect_uri":  {required: true, valid: isURL, want: func(v string) string { return "is " + quoted(v) + ", which is no http or https address" }},
	"response_type": {required: true},
	"scope":         {required: true},
	"acr_values":    {required: true},
	"state":         {required: true},
	"nonce": {required: true, valid: func(v string) bool { return utf8.RuneCountInString(v) >= minNonce },
		want: func(v string) string {
			return fmt.Sprintf("has %d characters, FranceConnect wants %d or more", utf8.RuneCountInString(v), minNonce)
		}},
	"prompt":     {valid: isPrompt, want: func(v string) string { return "is " + quoted(v) + ", without login and consent" }},
	"claims":     {},
	"idp_hint":   {},
	"ui_locales": {},
}

const (
	minNonce  = 22
	maxPrompt = 64
)

// isPrompt reports whether a prompt holds login or consent. FranceConnect
// requires one of them and ignores them all.
func isPrompt(v string) bool {
	values := strings.Split(v, " ")
	return len(v) <= maxPrompt && (slices.Contains(values, "login") || slices.Contains(values, "consent"))
}

// isURL reports whether a value looks like a web address.
func isURL(v string) bool {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || strings.ContainsAny(v, " \t\r\n") {
		return false
	}
	return u.Scheme == "http" || u.Scheme == "https"
}

// authorizeChecks lists the checks in their order. The first refusal counts; the
// others are made all the same, for their notes.
var authorizeChecks = []func(*authorization) *refusal{
	(*authorization).checkParameters,
	(*authorization).checkClient,
	(*authorization).checkResponseType,
	(*authorization).checkScope,
	(*authorization).checkOpenID,
	(*authorization).checkRedirect,
	(*authorization).checkClaims,
	(*authorization).checkAMR,
	(*authorization).checkHint,
}

// authorize starts a login (OpenID Connect Core, section 3.1.2).
func (p *Provider) authorize(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.query.repeated("acr_values") {
		return textResponse(http.StatusInternalServerError, "Internal Server Error").withNotes( // FranceConnect trips over it
			Note{Parameter: "acr_values", Refused: true, Text: "acr_values came twice: send one, with spaces between levels"})
	}
	a := p.newAuthorization(r, r.query)
	first := a.firstRefusal(authorizeChecks)
	a.noteLevels()
	a.notePrompt()
	if first != nil {
		return a.refuse(r, first)
	}
	return p.startLogin(r, a).withNotes(a.takeNotes()...)
}

// firstRefusal makes all checks, and returns the first refusal.
func (a *authorization) firstRefusal(checks []func(*authorization) *refusal) (first *refusal) {
	for _, check := range checks {
		if refused := check(a); first == nil {
			first = refused
		}
	}
	return first
}

func (a *authorization) checkParameters() *refusal {
	rules, y := authorizeRules, yParameters
	if a.p.platform.name == ProConnect {
		rules, y = proConnectRules, yBadRequest
	}
	if a.notes = a.query.notes(a.p.platform, rules); slices.ContainsFunc(a.notes, func(n Note) bool { return n.Refused }) {
		return &refusal{status: http.StatusBadRequest, fcCode: y}
	}
	return nil
}

func (a *authorization) checkClient() *refusal {
	id := a.query.get("client_id")
	if a.client = a.p.findClient(id); a.client != nil {
		return nil
	}
	if id != "" {
		a.noteRefused("client_id", "%s is of no active client here; each environment has its own", quoted(id))
	}
	return refuseOnPage(http.StatusBadRequest, yClient)
}

// checkResponseType accepts only code, written once or more.
func (a *authorization) checkResponseType() *refusal {
	requested := a.query.get("response_type")
	other := slices.ContainsFunc(strings.Split(requested, " "), func(value string) bool { return value != "code" })
	if other && a.sent("response_type") {
		a.noteRefused("response_type", "is %s, %s wants code", quoted(requested), a.p.platform.product)
	}
	switch {
	case requested == "":
		return refuseByRedirect("invalid_request", "missing required parameter 'response_type'")
	case other:
		return refuseByRedirect("unsupported_response_type", "unsupported response_type requested")
	}
	return nil
}

// checkScope refuses a scope that FranceConnect knows and that the client has
// no right to. It accepts unknown scopes, as FranceConnect does.
func (a *authorization) checkScope() (refused *refusal) {
	for s := range strings.SplitSeq(a.query.get("scope"), " ") {
		if slices.Contains(a.scopes, s) {
			continue
		}
		switch known := a.p.platform.scopes[s] != nil; {
		case known && a.client != nil && !a.client.scopes[s]:
			a.noteRefused("scope", "%s is none that this client has a right to: it has %s", quoted(s), strings.Join(a.client.Scopes, " "))
			if refused == nil {
				refused = refuseByRedirect("invalid_scope", "requested scope is not allowed")
				refused.scope = s
			}
			continue
		case !known && s == "offline_access":
			a.noteDropped("scope", "offline_access: FranceConnect gives no refresh token; leave it out")
		case !known && s != "":
			a.noteDropped("scope", quoted(s)+" is none of this platform: nothing comes for it")
		}
		a.scopes = append(a.scopes, s)
	}
	return refused
}

func (a *authorization) checkOpenID() *refusal {
	if slices.Contains(strings.Split(a.query.get("scope"), " "), "openid") {
		return nil
	}
	parameter := "acr_values"
	if a.p.platform.name == ProConnect {
		parameter = a.firstOf("acr_values", "claims", "nonce")
	}
	if a.sent("scope") {
		a.noteRefused("scope", "lacks openid, without which %s refuses %s", a.p.platform.product, parameter)
	}
	return refuseByRedirect("invalid_request", "openid scope must be requested when using the "+parameter+" parameter")
}

func (a *authorization) checkRedirect() *refusal {
	switch {
	case a.client == nil:
		return nil
	case a.p.platform.registered(a.client.RedirectURIs, a.redirectURI):
		a.redirectVerified = true
		return nil
	case isURL(a.redirectURI):
		a.noteRefused("redirect_uri", "%s is not registered for this client, which has %s: every letter counts, a final slash too", quoted(a.redirectURI), strings.Join(a.client.RedirectURIs, ", "))
	}
	return refuseOnPage(http.StatusBadRequest, yRedirect)
}

func (a *authorization) checkClaims() *refusal {
	requested := a.query.get("claims")
	if requested == "" {
		return nil
	}
	var problem string
	if a.claims, problem = parseClaims(requested); problem != "" {
		a.noteRefused("claims", "cannot be read: %s", problem)
		return refuseByRedirect("invalid_request", problem)
	}
	return nil
}

func (a *authorization) checkAMR() *refusal {
	if a.client == nil || a.client.AMR || !a.claims.mentions("amr") {
		return nil
	}
	a.noteRefused("claims", "asks for amr, to which this client has no right: ask FranceConnect for it, or leave it out")
	refused := refuseOnPage(http.StatusBadRequest, yNoAMR)
	refused.loginStarted = true
	return refused
}

// checkHint refuses an unknown idp_hint. FranceConnect makes this check after
// the request was accepted and before the login has started, so that its error
// has lost the state.
func (a *authorization) checkHint() *refusal {
	hint := a.query.get("idp_hint")
	if hint == "" || a.p.platform.hinted(hint) != "" {
		return nil
	}
	a.noteRefused("idp_hint", "%s is no identity provider of this platform; the state is lost on the way back", quoted(hint))
	refused := refuseByRedirect("invalid_idp_hint", "An idp_hint was provided but is not allowed")
	refused.stateLost = true
	return refused
}

// provider returns an identity provider of the platform, or nil.
func (p *platform) provider(uid string) *identityProvider {
	for i := range p.providers {
		if p.providers[i].UID == uid {
			return &p.providers[i]
		}
	}
	return nil
}

// authorizePost answers POST, which FranceConnect routes and cannot serve.
func (p *Provider) authorizePost(r *request) *response {
	if notes := r.body.notes(p.platform, authorizeRules); notes != nil {
		return p.breachPage(yParameters, notes)
	}
	if p.findClient(r.body.get("client_id")) == nil {
		return p.errorPage(http.StatusInternalServerError, yUnknown, nil)
	}
	return textResponse(http.StatusInternalServerError, "Internal Server Error")
}
