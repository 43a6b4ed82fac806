package mockidp

import (
	"net/http"
	"strings"
)

// startLogin starts the login of an accepted request in the browser's session,
// and gives it the next scenario.
func (p *Provider) startLogin(r *request, a *authorization) *response {
	a.shareTerms()
	in := &interaction{uid: newUID(), request: a, scenario: &p.defaultScenario}
	to := p.baseURL + "/interaction/" + in.uid
	if !a.exact {
		// FranceConnect opens a session only if the path is written exactly
		// so. Without one, the next page is an error page.
		return redirect(http.StatusSeeOther, to)
	}
	if len(p.nextScenarios) > 0 {
		in.scenario, p.nextScenarios = &p.nextScenarios[0], p.nextScenarios[1:]
	}
	s := p.openSession(r)
	s.pending, s.ended = in, ended{}
	if p.platform.name != ProConnect { // which ends all logins of the browser together
		s.grant = nil
	}
	p.loginFaults = nil
	status := http.StatusSeeOther
	switch hint := a.query.get("idp_hint"); {
	case p.singleSignOn(s, in):
	case hint != "":
		in.idp, status, to = p.platform.hinted(hint), http.StatusFound, to+"/person"
	case a.hinted() && a.query.get("login_hint") != "": // ProConnect finds the provider by the address
		in.idp, status, to = p.platform.providers[0].UID, http.StatusFound, to+"/person"
	}
	return p.saveSession(s, redirect(status, to).withHeader("Cache-Control", "no-store"))
}

// findByPath returns the login that the path of a page names. It refuses a page
// of another login, as an older tab has it.
func (p *Provider) findByPath(r *request) (*session, *interaction, *response) {
	s := p.findSession(r)
	if s != nil && s.ended.terms != nil {
		return nil, nil, p.errorPage(http.StatusConflict, yDeadEnd, s.ended.client)
	}
	if s == nil || s.pending == nil || !strings.HasPrefix(strings.TrimPrefix(r.path, "/interaction/")+"/", s.pending.uid+"/") {
		return nil, nil, p.noSessionPage(r)
	}
	if s.pending.request.state == "" {
		// authorize accepts an empty state; a session cannot store it.
		return nil, nil, p.errorPage(http.StatusConflict, yDeadEnd, nil)
	}
	return s, s.pending, nil
}

// findByForm returns the login of a form, after it checked the form's CSRF
// token, which is used up.
func (p *Provider) findByForm(r *request) (*session, *interaction, *response) {
	s := p.findSession(r)
	switch {
	case s != nil && s.ended.terms != nil && r.path != "/login":
		return nil, nil, p.errorPage(http.StatusConflict, yDeadEnd, s.ended.client)
	case s != nil && s.ended.terms != nil && r.body.get("csrf") == s.ended.usedCSRF:
		return nil, nil, p.errorPage(http.StatusUnauthorized, yCSRFConsumed, s.ended.client)
	case s != nil && s.ended.terms != nil:
		return nil, nil, p.errorPage(http.StatusUnauthorized, yCSRF, s.ended.client)
	case s == nil || s.pending == nil:
		return nil, nil, p.noSessionPage(r)
	case s.pending.lost:
		return nil, nil, p.errorPage(http.StatusConflict, yDeadEnd, s.pending.request.client)
	case s.pending.csrf == "" && r.body.get("csrf") == s.pending.usedCSRF:
		return nil, nil, p.errorPage(http.StatusUnauthorized, yCSRFConsumed, s.pending.request.client)
	case r.body.get("csrf") != s.pending.csrf && strings.HasSuffix(r.path, "/person"):
		// An older tab comes back from its identity provider: both logins are lost.
		s.pending.lost = true
		return nil, nil, p.errorPage(http.StatusConflict, yDeadEnd, s.pending.request.client)
	case r.body.get("csrf") != s.pending.csrf:
		return nil, nil, p.errorPage(http.StatusUnauthorized, yCSRF, s.pending.request.client)
	}
	s.pending.usedCSRF, s.pending.csrf = s.pending.csrf, ""
	return s, s.pending, nil
}

// noSessionPage is for a page of no login of this browser. One cause is this mock's
// alone: it was reached under another name than it sends the browser to, and cookies
// stay where they were set.
func (p *Provider) noSessionPage(r *request) *response {
	why := lookupErrorCode(yNoSession).why
	if origin := strings.TrimSuffix(p.baseURL, p.platform.base); !strings.HasSuffix(origin, "://"+r.Host) {
		why = "the browser asked " + quoted(r.Host) + ", and this mock is " + origin + " (-addr, -origin): a cookie of the one does not go to the other"
	}
	return p.errorPageWith(http.StatusUnauthorized, yNoSession, why, nil)
}

// end ends the login in progress, and returns it.
func (s *session) end() *interaction {
	in := s.pending
	s.pending, s.ended = nil, ended{in.request.terms, in.request.state, in.usedCSRF}
	return in
}

// skipsPages reports whether a login shows no pages.
func (p *Provider) skipsPages(in *interaction) bool { return p.auto || in.scenario.skipsPages() }

// singleSignOn reports whether the person signed in before and need not do so
// again, which holds for one level only.
func (p *Provider) singleSignOn(s *session, in *interaction) bool {
	if s.who == nil || p.skipsPages(in) {
		return false
	}
	if p.platform.name == ProConnect {
		return in.request.metBy(s)
	}
	return in.request.acr == p.platform.ssoACR
}

// interactionURL returns the address of a step of a login.
func (p *Provider) interactionURL(in *interaction, step string) string {
	return p.baseURL + "/interaction/" + in.uid + step
}

// An interactionHandler answers a request of a login that was found.
type interactionHandler func(*request, *session, *interaction) *response

// onPath handles a page of a login, onForm a form that is posted.
func (p *Provider) onPath(do interactionHandler) handler { return p.withInteraction(p.findByPath, do) }
func (p *Provider) onForm(do interactionHandler) handler { return p.withInteraction(p.findByForm, do) }

func (p *Provider) withInteraction(find func(*request) (*session, *interaction, *response), do interactionHandler) handler {
	return func(r *request) *response {
		p.mu.Lock()
		defer p.mu.Unlock()
		s, in, failed := find(r)
		if failed != nil {
			return failed
		}
		return do(r, s, in)
	}
}

// requireSignIn redirects a browser to the first page if nobody has signed in.
func (p *Provider) requireSignIn(do interactionHandler) interactionHandler {
	return func(r *request, s *session, in *interaction) *response {
		if in.who == nil {
			return redirect(http.StatusSeeOther, p.interactionURL(in, ""))
		}
		return do(r, s, in)
	}
}

// finishLogin ends a login, once: it sends the browser back to the client with
// a code, or with the error of the scenario.
func (p *Provider) finishLogin(r *request) *response {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.findSession(r)
	if s == nil || s.pending == nil || s.pending.grant == nil || r.path != "/authorize/"+s.pending.uid {
		return p.errorPage(http.StatusBadRequest, yNoInteraction, nil)
	}
	in := s.end()
	if in.scenario.Error != "" {
		add := form{{"error", in.scenario.Error}}
		if in.scenario.ErrorDescription != "" {
			add = append(add, field{"error_description", in.scenario.ErrorDescription})
		}
		return overrideParameters(in.request.redirectToClient(false, add), in.scenario.Callback)
	}
	if p.loginFaults = in.scenario.Faults; in.scenario.Rotate {
		p.keys = p.keys.rotated()
	}
	if in.scenario.RotateUnderSameKIDs {
		p.keys = p.keys.replaced()
	}
	p.prune()
	value := randomToken()
	in.grant.codeExpires = p.in(p.lifetimes.Code)
	p.codes[keyOf(value)] = in.grant
	in.grant.earlier, s.grant = s.grant, in.grant
	p.extendSession(s)
	return overrideParameters(in.request.redirectToClient(false, form{{"code", value}}), in.scenario.Callback)
}
