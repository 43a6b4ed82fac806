package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// startConsent is a stop on the way from the identity provider.
func (p *Provider) startConsent(_ *request, _ *session, in *interaction) *response {
	return redirect(http.StatusSeeOther, p.interactionURL(in, "/consent"))
}

// showConsent is the page that says what the client will know. It has no way back.
func (p *Provider) showConsent(r *request, s *session, in *interaction) *response {
	if p.skipsPages(in) || in.request.skipsConsent() {
		return p.grantAccess(s, in)
	}
	return p.renderPage(r, http.StatusOK, "inform", p.loginView(r, in))
}

// skipsConsent tells whether the information page is left out: a privilege of some
// clients, who get it by asking for the prompts they have been granted.
func (a *authorization) skipsConsent() bool {
	asked := strings.Fields(a.r.query.get("prompt"))
	refused := func(prompt string) bool { return prompt == "consent" || !slices.Contains(a.client.Prompts, prompt) }
	return len(asked) > 0 && !slices.ContainsFunc(asked, refused)
}

// takeConsent is the button of the information page.
func (p *Provider) takeConsent(r *request, s *session, in *interaction) *response {
	if in.request.client.Consent && r.body.get("consent") == "" {
		return redirect(http.StatusSeeOther, p.interactionURL(in, "/consent"))
	}
	return p.grantAccess(s, in)
}
