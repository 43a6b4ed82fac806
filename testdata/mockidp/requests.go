package mockidp

import (
	"slices"
	"strings"
)

// A Request is a request that the provider received, without its secrets.
type Request struct {
	Method string `json:"method"`
	Path   string `json:"path"` // below the issuer, such as /token
	// Params are the parameters, of the query or the body, by name. A value
	// that could be a secret, a code or a token is replaced by [Hidden].
	Params map[string][]string `json:"params"`
	// Accept, Origin and ContentType are those headers, "" if absent.
	Accept      string `json:"accept,omitempty"`
	Origin      string `json:"origin,omitempty"`
	ContentType string `json:"content_type,omitempty"`
	// Authorization is the scheme of that header alone, such as Bearer.
	Authorization string `json:"authorization,omitempty"`
	// Notes say what of it was refused or dropped.
	Notes []Note `json:"notes,omitempty"`
}

// Hidden replaces a value that could be secret in a Request.
const Hidden = "(hidden)"

// shownParameters lists the parameters whose values are not secret.
var shownParameters = []string{"response_type", "client_id", "redirect_uri", "scope", "acr_values", "state", "nonce", "prompt",
	"claims", "idp_hint", "siret_hint", "code_challenge_method", "ui_locales", "grant_type", "post_logout_redirect_uri", "logout_hint", "token_type_hint"}

// Requests returns the requests received since the start, the oldest first. Of
// more than ten thousand the oldest are dropped.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// maxRequests bounds the memory of a provider that runs for days.
const maxRequests = 10_000

// recordRequest adds a request to Requests, and returns its number.
func (p *Provider) recordRequest(r *request) (seen int) {
	scheme, _, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok && scheme != "" {
		scheme = Hidden // a header without a scheme could be the secret itself
	}
	shown := Request{
		Method:        r.Method,
		Path:          strings.TrimPrefix(r.URL.Path, p.platform.base),
		Params:        map[string][]string{},
		Accept:        r.Header.Get("Accept"),
		Origin:        r.Header.Get("Origin"),
		ContentType:   r.Header.Get("Content-Type"),
		Authorization: scheme,
	}
	for _, f := range slices.Concat(r.query, r.body) {
		v := f.value
		if !slices.Contains(shownParameters, f.name) {
			v = Hidden
		}
		shown.Params[f.name] = append(shown.Params[f.name], v)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) >= maxRequests {
		p.requests = slices.Delete(p.requests, 0, maxRequests/2)
		p.forgotten += maxRequests / 2
	}
	p.requests = append(p.requests, shown)
	return p.forgotten + len(p.requests) - 1
}
