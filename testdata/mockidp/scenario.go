package mockidp

import (
	"net/http"
	"strings"
	"time"
)

// Next says how the next login is dealt with, from the authorize request that
// starts it to its last userinfo. Answers queue up; a login takes one, a
// refused request takes none.
func (p *Provider) Next(a Scenario) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nextScenarios = append(p.nextScenarios, a)
}

// An Scenario is what happens to one login. Its zero value is nothing special.
type Scenario struct {
	Person string // login of who signs in, without pages
	Cancel bool   // the person goes back instead of choosing an identity provider
	Refuse string // the login ends on the page of this Y code, which has a link back

	// Error and ErrorDescription come back to the client instead of a code.
	Error, ErrorDescription string
	// Callback sets parameters of the callback (state, iss, code …), or
	// removes those whose value is "".
	Callback map[string]string

	ACR string // given instead of the level that the login reached

	IDToken, UserInfo         TokenChange // changes to the tokens
	TokenReply, UserInfoReply Fault       // faults of the two calls

	// Rotate replaces the signing keys when the browser goes back with a code.
	Rotate bool
	// Break breaks endpoints for everybody, as [Provider.Break] does, from that
	// moment until another login begins.
	Break map[string]Fault
}

// skipsPages tells whether the answer says how the pages end, so that none is
// shown.
func (a Scenario) skipsPages() bool {
	return a.Person != "" || a.Cancel || a.Refuse != "" || a.Error != ""
}

// A TokenChange is what to change in a signed answer: the ID token or userinfo.
type TokenChange struct {
	Claims map[string]any // members replaced; nil removes one
	Header map[string]any // members of the JWS header replaced; nil removes one
	Shift  time.Duration  // added to iat, exp and auth_time
	Alg    string         // signs with another algorithm: none, HS256 (with the client secret), RS256 …
	Key    string         // "" is the published key, "other" one that nobody published
	Raw    string         // sent as it is, instead of a token
	JSON   bool           // userinfo: plain JSON instead of a JWT
	Plain  bool           // signed but not encrypted, where it should be
}

// A Fault is a fault of one HTTP answer. Without Status, Body and Hang the
// true answer is given, changed by the rest.
type Fault struct {
	Status   int           // answered at once, the request having no effect; 0 with a Body is 200
	Header   http.Header   // added to those of the answer, replacing
	Body     string        // instead of the true one
	Delay    time.Duration // before the answer
	Hang     bool          // no answer until the client gives up
	Truncate int           // bytes of the body after which the connection ends; 0 is none
	Pad      int           // spaces sent after the body, streamed; at most MaxPad
}

// MaxPad bounds what a Reply pads an answer with.
const MaxPad = 8 << 20

// replacesResponse tells whether the true answer is not wanted.
func (r Fault) replacesResponse() bool { return r.Status != 0 || r.Body != "" || r.Hang }

// applyFault lays a fault over an answer, which is only asked for if it is needed.
func (p *Provider) applyFault(r Fault, truth func() *response) *response {
	var a *response
	if r.replacesResponse() {
		a = newResponse(r.Status, typeJSON, []byte(r.Body))
		if a.status == 0 {
			a.status = http.StatusOK
		}
	} else {
		a = truth()
	}
	for name, values := range r.Header {
		a.header[http.CanonicalHeaderKey(name)] = values
	}
	a.delay, a.hang, a.truncate, a.pad = r.Delay, r.Hang, r.Truncate, min(r.Pad, MaxPad)
	return a
}

// InjectFault makes an endpoint answer r until [Provider.Mend]. The path is relative
// to the issuer: "/jwks", "/token", "/.well-known/openid-configuration".
func (p *Provider) InjectFault(path string, r Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults[strings.ToLower(path)] = r
}

// ClearFault undoes [Provider.Break].
func (p *Provider) ClearFault(path string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.faults, strings.ToLower(path))
}
