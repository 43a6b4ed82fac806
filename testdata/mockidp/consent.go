package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// startConsent handles the redirect from the identity provider.
func (p *Provider) startConsent(_ *request, _ *session, in *interaction) *response {
	return redirect(http.StatusSeeOther, p.interactionURL(in, "/consent"))
}

// showConsent shows the page that lists what the client will receive. It has
// no link back to the client. ProConnect has no such page.
func (p *Provider) showConsent(r *request, s *session, in *interaction) *response {
	if p.skipsPages(in) || in.request.skipsConsent() || p.platform.name == ProConnect {
		return p.grantAccess(s, in)
	}
	return p.renderPage(r, http.StatusOK, "inform", p.loginView(r, in))
}

// skipsConsent reports whether the consent page is left out: a privilege of
// clients that ask for nothing but prompts in [Client].Prompts.
func (a *authorization) skipsConsent() bool {
	asked := strings.Fields(a.query.get("prompt"))
	refused := func(prompt string) bool { return prompt == "consent" || !slices.Contains(a.client.Prompts, prompt) }
	return len(asked) > 0 && !slices.ContainsFunc(asked, refused)
}

// takeConsent handles the form of the consent page.
func (p *Provider) takeConsent(r *request, s *session, in *interaction) *response {
	if in.request.client.Consent && r.body.get("consent") == "" {
		return redirect(http.StatusSeeOther, p.interactionURL(in, "/consent"))
	}
	return p.grantAccess(s, in)
}
