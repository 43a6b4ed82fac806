package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// startConsent is a stop on the way from the identity provider.
func (p *Provider) startConsent(_ *request, _ *session, in *interaction) *response {
	return redirect(http.StatusSeeOther, p.at(in, "/consent"))
}

// showConsent is the page that says what the client will know. It has no way back.
func (p *Provider) showConsent(r *request, s *session, in *interaction) *response {
	if p.handsFree(in) || in.request.silent() {
		return p.grantAccess(s, in)
	}
	return p.show(r, http.StatusOK, "inform", p.view(r, in))
}

// silent tells whether the information page is left out: a privilege of some
// clients, who get it by asking for the prompts they have been granted.
func (a *authorization) silent() bool {
	asked := strings.Fields(a.r.query.get("prompt"))
	refused := func(prompt string) bool { return prompt == "consent" || !slices.Contains(a.client.Prompts, prompt) }
	return len(asked) > 0 && !slices.ContainsFunc(asked, refused)
}

// takeConsent is the button of the information page.
func (p *Provider) takeConsent(r *request, s *session, in *interaction) *response {
	if in.request.client.Consent && r.body.get("consent") == "" {
		return redirect(http.StatusSeeOther, p.at(in, "/consent"))
	}
	return p.grantAccess(s, in)
}

// grantAccess makes the grant, whose half minute starts now. Its time is the
// auth_time, even when the person signed in long ago. What the claims
// parameter wished for is only looked at here, too late to tell the client.
func (p *Provider) grantAccess(s *session, in *interaction) *response {
	if in.request.unmet(*in.who, in.acr) {
		return p.page(http.StatusConflict, yDeadEnd, in)
	}
	in.grant = &grant{request: in.request, answer: in.answer, who: *in.who, idp: in.idp, acr: in.acr, born: p.now()}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.base+"/authorize/"+in.uid))
}

// finishLogin ends a login: the browser goes back to the client with a code. It
// works once.
func (p *Provider) finishLogin(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.session(r)
	if s == nil || s.pending == nil || s.pending.grant == nil || r.path != "/authorize/"+s.pending.uid {
		return p.page(http.StatusBadRequest, yNoInteraction, nil)
	}
	in := s.pending
	s.pending = &interaction{request: in.request} // only what an error page links back to
	if in.answer.Error != "" {
		add := form{{"error", in.answer.Error}}
		if in.answer.ErrorDescription != "" {
			add = append(add, field{"error_description", in.answer.ErrorDescription})
		}
		return overrideParameters(in.request.callback(false, add), in.answer.Callback)
	}
	if p.bad = in.answer.Break; in.answer.Rotate {
		p.keys = p.keys.next()
	}
	p.pruneSessions()
	value := random()
	p.codes[value] = &code{grant: in.grant, expires: p.now().Add(p.lifetimes.Code)}
	s.grants = append(s.grants, in.grant)
	p.extendSession(s)
	return overrideParameters(in.request.callback(false, form{{"code", value}}), in.answer.Callback)
}
