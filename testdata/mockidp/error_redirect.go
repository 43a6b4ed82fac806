package mockidp

import (
	"cmp"
	"net/http"
)

// followErrorLink handles the link back of an error page, and of the first
// page. It sends the error that the link holds to the client.
func (p *Provider) followErrorLink(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	add := form{
		{"error", cmp.Or(r.query.get("error"), "access_denied")},
		{"error_description", cmp.Or(r.query.get("error_description"), abortedByUser)},
	}
	s := p.findSession(r)
	switch {
	case s != nil && s.ended.terms != nil:
		return p.redirectByHand(s.ended.redirectURI, s.ended.state, add)
	case s == nil || s.pending == nil:
		return p.redirectByHand(r.query.get("redirect_uri"), r.query.get("state"), add)
	}
	in := s.end()
	return overrideParameters(in.request.redirectToClient(false, add), in.scenario.Callback)
}

// redirectByHand redirects to the address of any client, for a login that is no
// longer there. An unknown state comes out as the text "undefined".
func (p *Provider) redirectByHand(redirectURI, state string, add form) *response {
	if !p.isRedirectURI(redirectURI) {
		return p.errorPage(http.StatusInternalServerError, yNoRedirect, nil)
	}
	to := addParameters(redirectURI, false, p.withStateAndIssuer(add, cmp.Or(state, "undefined")))
	return redirect(http.StatusFound, to).withHeader("Content-Type", typeText)
}

// isRedirectURI reports whether an address is registered for an active client.
func (p *Provider) isRedirectURI(address string) bool {
	for _, c := range p.clients {
		if c.active() && p.platform.registered(c.RedirectURIs, address) {
			return true
		}
	}
	return false
}
