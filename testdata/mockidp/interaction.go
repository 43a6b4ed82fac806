package mockidp

import (
	"net/http"
	"strings"
)

// begin starts the login of an accepted request, in the browser's session.
func (p *Provider) begin(a *authorization) *response {
	in := &interaction{uid: newUID(), request: a}
	to := p.base + "/interaction/" + in.uid
	if !a.r.exact {
		// Only the exact address opens a session; the login then has none.
		return redirect(http.StatusSeeOther, to)
	}
	if in.answer = p.always; len(p.next) > 0 {
		in.answer, p.next = p.next[0], p.next[1:]
	}
	s := p.open(a.r)
	s.pending, s.grants = in, nil
	p.bad = nil
	status := http.StatusSeeOther
	if hint := a.r.query.get("idp_hint"); hint != "" && !p.remembers(s, in) {
		in.idp, status, to = hint, http.StatusFound, to+"/person"
	}
	return p.saveSession(s, redirect(status, to).with("Cache-Control", "no-store"))
}

// pending finds the login that a page belongs to. A page of another login, as
// an older tab has, finds none.
func (p *Provider) pending(r *request) (*session, *interaction, *response) {
	s := p.session(r)
	if s == nil || s.pending == nil || !strings.HasPrefix(strings.TrimPrefix(r.path, "/interaction/")+"/", s.pending.uid+"/") {
		return nil, nil, p.page(http.StatusUnauthorized, yNoSession, nil)
	}
	if s.pending.request.state == "" {
		// authorize let the empty state through; a session cannot hold it.
		return nil, nil, p.page(http.StatusConflict, yDeadEnd, nil)
	}
	return s, s.pending, nil
}

// form finds the login that a form belongs to: the one whose token it has.
func (p *Provider) form(r *request) (*session, *interaction, *response) {
	s := p.session(r)
	switch {
	case s == nil || s.pending == nil:
		return nil, nil, p.page(http.StatusUnauthorized, yNoSession, nil)
	case s.pending.csrf == "":
		return nil, nil, p.page(http.StatusUnauthorized, yCSRFConsumed, s.pending)
	case r.body.get("csrf") != s.pending.csrf:
		return nil, nil, p.page(http.StatusUnauthorized, yCSRF, s.pending)
	}
	s.pending.csrf = ""
	return s, s.pending, nil
}

// handsFree tells whether a login goes on without pages.
func (p *Provider) handsFree(in *interaction) bool { return p.auto || in.answer.handsFree() }

// remembers tells whether the person signed in before and need not do it
// again: single sign-on, for one level only.
func (p *Provider) remembers(s *session, in *interaction) bool {
	return s.who != nil && in.request.acr == p.rules.ssoACR && !p.handsFree(in)
}

// at is the address of a step of a login.
func (p *Provider) at(in *interaction, step string) string {
	return p.base + "/interaction/" + in.uid + step
}

// A step is what a page of a login does once the login is found.
type step func(*request, *session, *interaction) *response

// onPage is a step that the browser comes to, onForm one that a form posts to.
func (p *Provider) onPage(do step) handler { return p.step(p.pending, do) }
func (p *Provider) onForm(do step) handler { return p.step(p.form, do) }

func (p *Provider) step(find func(*request) (*session, *interaction, *response), do step) handler {
	return func(r *request) *response {
		p.mu.Lock()
		defer p.mu.Unlock()
		s, in, no := find(r)
		if no != nil {
			return no
		}
		return do(r, s, in)
	}
}

// signedIn sends who has not signed in yet to the first page.
func (p *Provider) signedIn(do step) step {
	return func(r *request, s *session, in *interaction) *response {
		if in.who == nil {
			return redirect(http.StatusSeeOther, p.at(in, ""))
		}
		return do(r, s, in)
	}
}
