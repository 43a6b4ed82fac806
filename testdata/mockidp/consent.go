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

// grantAccess makes the grant, whose half minute starts now. Its time is the
// auth_time, even when the person signed in long ago. What the claims
// parameter wished for is only looked at here, too late to tell the client.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.hasUnmetClaims(*in.who, in.acr) {
		return p.errorPage(http.StatusConflict, yDeadEnd, in)
	}
	in.grant = &grant{request: in.request, scenario: in.scenario, who: *in.who, idp: in.idp, acr: in.acr, grantedAt: p.now()}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.baseURL+"/authorize/"+in.uid))
}

// finishLogin ends a login: the browser goes back to the client with a code. It
// works once.
func (p *Provider) finishLogin(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.findSession(r)
	if s == nil || s.pending == nil || s.pending.grant == nil || r.path != "/authorize/"+s.pending.uid {
		return p.errorPage(http.StatusBadRequest, yNoInteraction, nil)
	}
	in := s.pending
	s.pending = &interaction{request: in.request} // only what an error page links back to
	if in.scenario.Error != "" {
		add := form{{"error", in.scenario.Error}}
		if in.scenario.ErrorDescription != "" {
			add = append(add, field{"error_description", in.scenario.ErrorDescription})
		}
		return overrideParameters(in.request.redirectToClient(false, add), in.scenario.Callback)
	}
	if p.loginFaults = in.scenario.Break; in.scenario.Rotate {
		p.keys = p.keys.rotated()
	}
	p.pruneSessions()
	value := randomToken()
	p.codes[value] = &code{grant: in.grant, expires: p.now().Add(p.lifetimes.Code)}
	s.grants = append(s.grants, in.grant)
	p.extendSession(s)
	return overrideParameters(in.request.redirectToClient(false, form{{"code", value}}), in.scenario.Callback)
}
