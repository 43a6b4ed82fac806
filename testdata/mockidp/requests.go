package mockidp

import (
	"slices"
	"strings"
)

// A Request is what a client asked, with nothing in it that must stay secret.
type Request struct {
	Method string
	Path   string // below the issuer, such as /token
	// Params are the parameters, of the query or the body, by name. A value
	// that could be a secret, a code or a token is replaced by [Hidden].
	Params map[string][]string
	// Accept, Origin and ContentType are those headers, "" if absent.
	Accept, Origin, ContentType string
	// Authorization is the scheme of that header alone, such as Bearer.
	Authorization string
}

// Hidden stands for a value that a Request does not tell.
const Hidden = "(hidden)"

// shownParameters are the parameters whose values can be told.
var shownParameters = []string{"response_type", "client_id", "redirect_uri", "scope", "acr_values", "state", "nonce", "prompt",
	"claims", "idp_hint", "ui_locales", "grant_type", "post_logout_redirect_uri", "logout_hint", "token_type_hint"}

// Requests are those received since the start, the oldest first.
func (p *Provider) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// maxRequests bounds what a provider that runs for days remembers.
const maxRequests = 10_000

func (p *Provider) recordRequest(r *request) {
	scheme, _, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok && scheme != "" {
		scheme = Hidden // not a scheme, then: it could be the secret itself
	}
	told := Request{
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
		told.Params[f.name] = append(told.Params[f.name], v)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.requests) >= maxRequests {
		p.requests = slices.Delete(p.requests, 0, maxRequests/2)
	}
	p.requests = append(p.requests, told)
}
