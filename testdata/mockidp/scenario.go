package mockidp

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Next adds a scenario to the queue. Each login takes the first one, from its
// authorization request to its last userinfo; a request that is refused takes
// none.
func (p *Provider) Next(s Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nextScenarios = append(p.nextScenarios, s)
}

// A Scenario is what happens to one login. In the zero value nothing goes
// wrong. In JSON, durations are texts such as "1m30s".
type Scenario struct {
	Person string `json:"person,omitempty"` // Login of the person who signs in, without pages
	Cancel bool   `json:"cancel,omitempty"` // the person goes back instead of choosing an identity provider
	Refuse string `json:"refuse,omitempty"` // the login ends on the page of this Y code, which has a link back

	// Error and ErrorDescription are sent to the client instead of a code.
	Error            string `json:"error,omitempty"`
	ErrorDescription string `json:"error_description,omitempty"`
	// Callback sets parameters of the callback (state, iss, code …), or
	// removes those whose value is "".
	Callback map[string]string `json:"callback,omitempty"`

	ACR string `json:"acr,omitempty"` // the acr claim, instead of the level that the login reached

	IDToken       TokenChange `json:"id_token,omitzero"` // changes to the two tokens
	UserInfo      TokenChange `json:"userinfo,omitzero"`
	TokenFault    Fault       `json:"token_fault,omitzero"` // faults of the token and userinfo endpoints
	UserInfoFault Fault       `json:"userinfo_fault,omitzero"`

	// Rotate replaces the signing keys when the browser goes back with a code.
	Rotate bool `json:"rotate,omitempty"`
	// RotateUnderSameKIDs does, and keeps their kids.
	RotateUnderSameKIDs bool `json:"rotate_under_same_kids,omitempty"`
	// Faults injects faults by path, as [Provider.InjectFault] does, from that
	// moment until another login starts.
	Faults map[string]Fault `json:"faults,omitempty"`
}

// skipsPages reports whether the scenario says how the pages end, so that none
// is shown.
func (s Scenario) skipsPages() bool {
	return s.Person != "" || s.Cancel || s.Refuse != "" || s.Error != ""
}

// A TokenChange changes a signed token: the ID token or userinfo.
type TokenChange struct {
	Claims map[string]any `json:"claims,omitempty"` // members replaced; nil removes one
	Header map[string]any `json:"header,omitempty"` // members of the JWS header replaced; nil removes one
	Shift  time.Duration  `json:"shift,omitempty"`  // added to iat, exp and auth_time
	Alg    string         `json:"alg,omitempty"`    // signs with another algorithm: none, HS256 (with the client secret), RS256 …
	Key    string         `json:"key,omitempty"`    // "" signs with the published key, "other" with one that is not published
	Raw    string         `json:"raw,omitempty"`    // sent instead of the token
	JSON   bool           `json:"json,omitempty"`   // userinfo: plain JSON instead of a JWT
	Plain  bool           `json:"plain,omitempty"`  // signed but not encrypted, where it should be
}

// A Fault changes an HTTP response, or with Status, Body, Hang, Reset or Silent replaces it.
type Fault struct {
	Status   int           `json:"status,omitempty"`   // sent at once, and the request has no effect; 0 with a Body means 200
	Header   http.Header   `json:"header,omitempty"`   // replaces headers of the response
	Body     string        `json:"body,omitempty"`     // replaces the body, and the request has no effect
	Delay    time.Duration `json:"delay,omitempty"`    // wait before the response
	Hang     bool          `json:"hang,omitempty"`     // no response until the client gives up
	Reset    bool          `json:"reset,omitempty"`    // no response: the connection is closed, over HTTP/2 the stream is reset; the request has no effect
	Silent   bool          `json:"silent,omitempty"`   // no response, and nothing more on any connection by which clients call: see [Provider.Forget]
	Truncate int           `json:"truncate,omitempty"` // bytes of the body after which the connection ends; 0 sends all
	Pad      int           `json:"pad,omitempty"`      // spaces streamed after the body; at most MaxPad
}

// MaxPad is the limit of Fault.Pad, in bytes.
const MaxPad = 8 << 20

// replacesResponse reports whether the true response is not needed.
func (r Fault) replacesResponse() bool {
	return r.Status != 0 || r.Body != "" || r.Hang || r.Reset || r.Silent
}

// applyFault returns a response with a fault. It calls trueResponse only if the
// fault does not replace it.
func (p *Provider) applyFault(r Fault, trueResponse func() *response) *response {
	var a *response
	if r.replacesResponse() {
		a = newResponse(r.Status, typeJSON, []byte(r.Body))
		if a.status == 0 {
			a.status = http.StatusOK
		}
	} else {
		a = trueResponse()
	}
	for name, values := range r.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	if r.Silent {
		p.Forget()
	}
	a.delay, a.hang, a.reset, a.truncate, a.pad = r.Delay, r.Hang || r.Silent, r.Reset, r.Truncate, min(r.Pad, MaxPad)
	return a
}

// InjectFault applies a fault to all responses of an endpoint until
// [Provider.ClearFault]. The path is relative to the issuer: "/jwks", "/token",
// "/.well-known/openid-configuration". It panics if the platform has no such address.
func (p *Provider) InjectFault(path string, r Fault) {
	if err := p.checkEndpoint(path); err != nil {
		panic(fmt.Sprintf("mockidp: InjectFault: %v", err))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults[faultPath(path)] = r
}

// faultPath returns a path as requests have it: see readRequest.
func faultPath(path string) string { return strings.TrimSuffix(strings.ToLower(path), "/") }

// ClearFault undoes [Provider.InjectFault].
func (p *Provider) ClearFault(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.faults, faultPath(path))
}
