// Package provider holds every byte that goes to FranceConnect and comes back
// from it. What comes back is bounded, and not believed: that is for others.
package provider

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Endpoints are the addresses of one FranceConnect.
type Endpoints struct {
	Authorization, Token, UserInfo, Keys, Logout string
}

// A Credentials is a relying party's account at FranceConnect.
type Credentials struct {
	ID, Secret  string
	Other       string // a secret that is not sent now, and is in no error either
	RedirectURL string
	Verifier    string // of PKCE, of the login whose code is traded; "" where none was sent
}

// A Provider makes the calls to one FranceConnect, of any number of relying
// parties: they share its keys and its connections. It is safe for use by
// several goroutines.
type Provider struct {
	endpoints    Endpoints
	basic        bool // client_secret_basic instead of client_secret_post
	caller       httpCaller
	keys         *keySet
	availability *availability
	load         *load
	data         OnceTransport
}

// New makes a Provider. It does no I/O. custom may be nil; now is the clock
// that the lifetime of FranceConnect's keys is measured with.
func New(e Endpoints, basic bool, custom *http.Client, now func() time.Time) *Provider {
	l, alive := newHTTPCaller(custom), &availability{}
	return &Provider{endpoints: e, basic: basic, caller: l, keys: newKeySet(e.Keys, l, alive, now), availability: alive,
		load: &load{now: time.Now, life: l.timeout}, data: OnceTransport{NewTransport()}}
}

// DataTransport returns the transport for the calls to data providers. It is never
// a custom client's, which may be set up for FranceConnect alone.
func (p *Provider) DataTransport() http.RoundTripper { return p.data }

// A AuthorizationRequest is what one authorization request asks for, beyond what all of a
// client's do.
type AuthorizationRequest struct {
	State, Nonce []byte
	ACR          string
	AMR          bool
	Direct       bool   // without FranceConnect's pages, for a client that may
	IdPHint      string // letters, digits and hyphens; may be empty
}

// AuthorizationPrefix returns the beginning of a client's authorization requests, the same
// for each of them. FranceConnect answers any parameter outside its closed list
// with an error page that the portal never hears of: no code_challenge,
// although its discovery document offers it, no max_age, no prompt but the one
// of Direct, nothing else.
func (p *Provider) AuthorizationPrefix(c Credentials, scopes []string) string {
	return withQuery(p.endpoints.Authorization,
		"response_type", "code",
		"client_id", c.ID,
		"redirect_uri", c.RedirectURL,
		"scope", strings.Join(scopes, " "))
}

// AuthorizationURL returns the authorization request (OpenID Connect Core, section
// 3.1.2.1). What it adds to the prefix needs no escaping.
func AuthorizationURL(prefix string, l AuthorizationRequest) string {
	more := ""
	if l.AMR {
		more = amrClaims
	}
	if l.Direct {
		more += "&prompt=login"
	}
	if l.IdPHint != "" {
		more += "&idp_hint=" + l.IdPHint
	}
	return prefix + "&acr_values=" + l.ACR + "&state=" + string(l.State) + "&nonce=" + string(l.Nonce) + more
}

// amrClaims is {"id_token":{"amr":{"essential":true}}}, the one use of claims:
// asked for anything else, FranceConnect lets the person sign in and then
// leaves them on an error page.
const amrClaims = "&claims=%7B%22id_token%22%3A%7B%22amr%22%3A%7B%22essential%22%3Atrue%7D%7D%7D"

// EndSessionURL ends the session at FranceConnect (OpenID Connect RP-Initiated
// Logout, section 2). returnURL may be empty, and then state is not sent.
func (p *Provider) EndSessionURL(hint, returnURL, state string) string {
	if returnURL == "" {
		return withQuery(p.endpoints.Logout, "id_token_hint", hint)
	}
	return withQuery(p.endpoints.Logout,
		"id_token_hint", hint,
		"post_logout_redirect_uri", returnURL,
		"state", state)
}

// withQuery adds names and values, in their order, to an endpoint.
func withQuery(endpoint string, pairs ...string) string {
	var b strings.Builder
	b.WriteString(endpoint)
	separator := byte('?')
	if strings.Contains(endpoint, "?") {
		separator = '&'
	}
	for i := 0; i < len(pairs); i += 2 {
		b.WriteByte(separator)
		b.WriteString(pairs[i])
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(pairs[i+1]))
		separator = '&'
	}
	return b.String()
}

// Tokens are what FranceConnect gives for a code, unread.
type Tokens struct {
	Access, ID string
	Scope      string // what was granted, if it was said (RFC 6749, section 5.1)
}

// Exchange trades a code for tokens (RFC 6749, section 4.1.3). It is never
// tried twice, unless a server says that it did nothing about it: FranceConnect
// takes a second use of a code for theft and revokes what the first one gave.
// Beside it, FranceConnect's keys are fetched if those held are no longer fresh:
// the tokens will need them.
//
// Where most token calls are under way, or as many userinfo calls, or
// FranceConnect does not answer, it is ErrFull or ErrSilent, and the code is as it
// was. With most zero it is neither.
func (p *Provider) Exchange(ctx context.Context, o Observer, c Credentials, code string, most int) (tokens Tokens, err error) {
	place, err := p.load.enter(most)
	if err != nil {
		return Tokens{}, err
	}
	defer func() { place.leave(ctx, err) }()
	p.keys.prefetch(ctx, o)
	ctx, call := p.availability.startCall(ctx, o, "token")
	defer func() { call.end(ctx, err) }()
	header := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}}
	// RFC 6749, section 2.3.1: either way, both are form-encoded.
	id, secret := url.QueryEscape(c.ID), url.QueryEscape(c.Secret)
	credentials, inForm := "", "&client_id="+id+"&client_secret="+secret
	if p.basic {
		credentials, inForm = base64.StdEncoding.EncodeToString([]byte(id+":"+secret)), ""
		header["Authorization"] = []string{"Basic " + credentials}
	}
	form := "grant_type=authorization_code&code=" + url.QueryEscape(code) + "&redirect_uri=" + url.QueryEscape(c.RedirectURL) + inForm
	if c.Verifier != "" { // RFC 7636, section 4.5
		form += "&code_verifier=" + c.Verifier
	}
	res, body, err := p.caller.call(ctx, "token", p.endpoints.Token, form, header)
	if err != nil {
		return Tokens{}, err
	}
	var t struct {
		Access string `json:"access_token"`
		Type   string `json:"token_type"`
		ID     string `json:"id_token"`
		Scope  any    `json:"scope"` // a text, and of no other form is anything lost by it
		Error  string `json:"error"` // under status 200, as some have it
	}
	if res.StatusCode != http.StatusOK || json.Unmarshal(body, &t) != nil || t.Error != "" {
		return Tokens{}, errorResponse("token", res, body, code, c.Secret, c.Other, c.Verifier, credentials)
	}
	// RFC 6749, section 7.1: a token of a kind that we do not know is not used.
	if t.Access == "" || t.ID == "" || !strings.EqualFold(t.Type, "Bearer") {
		return Tokens{}, &Error{Call: "token", Kind: Malformed}
	}
	scope, _ := t.Scope.(string)
	return Tokens{Access: t.Access, ID: t.ID, Scope: scope}, nil
}

// UserInfo fetches the claims about the person (OpenID Connect Core, section
// 5.3), unread. FranceConnect answers until about 30 seconds after the login,
// whatever lifetime the access token announces.
func (p *Provider) UserInfo(ctx context.Context, o Observer, access string) (answer []byte, err error) {
	place := p.load.join(userInfoCall)
	defer func() { place.leave(ctx, err) }()
	ctx, call := p.availability.startCall(ctx, o, "userinfo")
	defer func() { call.end(ctx, err) }()
	res, body, err := p.caller.call(ctx, "userinfo", p.endpoints.UserInfo, "", http.Header{
		"Authorization": {"Bearer " + access},
		// Both, and in this order: to a browser's Accept, FranceConnect
		// answers errors as pages labelled application/jwt.
		"Accept": {"application/jwt, application/json"},
	})
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, errorResponse("userinfo", res, body, access)
	}
	return body, nil
}
