package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// begin starts the login of an accepted request, in the browser's session.
func (p *Provider) begin(a *authorization) *answer {
	in := &interaction{uid: newUID(), request: a}
	to := p.base + "/interaction/" + in.uid
	if !a.r.exact {
		// Only the exact address opens a session; the login then has none.
		return redirect(http.StatusSeeOther, to)
	}
	if len(p.next) > 0 {
		in.answer, p.next = p.next[0], p.next[1:]
	}
	s := p.open(a.r)
	s.pending, s.grants = in, nil
	status := http.StatusSeeOther
	if hint := a.r.query.get("idp_hint"); hint != "" && !p.remembers(s, in) {
		in.idp, status, to = hint, http.StatusFound, to+"/person"
	}
	return p.keep(s, redirect(status, to).with("Cache-Control", "no-store"))
}

// pending finds the login that a page belongs to. A page of another login, as
// an older tab has, finds none.
func (p *Provider) pending(r *request) (*session, *interaction, *answer) {
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
func (p *Provider) form(r *request) (*session, *interaction, *answer) {
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

// choose is the page where the person chooses an identity provider. The level
// is checked here and not before, so a hint goes past the check.
func (p *Provider) choose(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, in, no := p.pending(r)
	if no != nil {
		return no
	}
	a := in.request
	switch allowed := p.rules.acrs; {
	case !slices.Contains(allowed, a.acr):
		return a.callback(false, form{{"error", "invalid_acr"}, {"error_description",
			"acr_value is not valid, should be equal one of these values, expected " + strings.Join(allowed, ",") + ", got " + a.acr}})
	case p.handsFree(in):
		in.idp = p.rules.providers[0].UID
		return p.goOn(s, in)
	case p.remembers(s, in):
		in.idp = s.idp
		return p.accept(s, in, *s.who, p.rules.ssoACR)
	}
	in.csrf = random()
	return p.show(http.StatusOK, "choose", p.view(in, r.query.get("back") != ""))
}

// aborted is the description of a login given up on the first page. The
// errors told from an error page have others.
const aborted = "User auth aborted"

// goOn does what nobody was asked about: it goes back, or signs in.
func (p *Provider) goOn(s *session, in *interaction) *answer {
	if in.answer.Cancel {
		a := in.request.callback(false, form{{"error", "access_denied"}, {"error_description", aborted}})
		return bend(a, in.answer.Callback)
	}
	who := p.favourite
	if login := in.answer.Person; login != "" {
		var ok bool
		if who, ok = p.person(login); !ok {
			return text(http.StatusInternalServerError, "mockidp: Answer.Person: nobody has the login "+login)
		}
	}
	return p.identify(s, in, who)
}

func (p *Provider) chosen(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, in, no := p.form(r)
	if no != nil {
		return no
	}
	in.idp = r.body.get("idp")
	if !p.rules.offers(in.idp) {
		return redirect(http.StatusSeeOther, p.at(in, ""))
	}
	return redirect(http.StatusSeeOther, p.at(in, "/person"))
}

// choosePerson is the page of the identity provider: who signs in.
func (p *Provider) choosePerson(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, in, no := p.pending(r)
	switch {
	case no != nil:
		return no
	case in.idp == "":
		return redirect(http.StatusSeeOther, p.at(in, ""))
	case p.handsFree(in):
		return p.goOn(s, in)
	}
	in.csrf = random()
	return p.show(http.StatusOK, "person", p.view(in, false))
}

func (p *Provider) chosenPerson(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, in, no := p.form(r)
	if no != nil {
		return no
	}
	who, ok := p.person(r.body.get("login"))
	if !ok {
		return redirect(http.StatusSeeOther, p.at(in, "/person"))
	}
	return p.identify(s, in, who)
}

// identify is the return from the identity provider: what it says of the
// person is checked before anything else is asked of them.
func (p *Provider) identify(s *session, in *interaction, who Person) *answer {
	acr := in.request.acr
	if !slices.Contains(p.rules.acrs, acr) {
		acr = p.rules.acrs[0] // a hint went past the check of the level
	}
	if p.rules.platform == Plus && who.ACR != "" {
		acr = who.ACR
	}
	refuse := in.answer.Refuse
	switch {
	case refuse != "":
	case below(acr, in.request.acr):
		refuse = yLowACR
	case !who.complete():
		refuse = yIdentity
	default:
		refuse = who.Refuse
	}
	if refuse != "" {
		return p.page(pageError(refuse).status, refuse, in)
	}
	s.who, s.idp = &who, in.idp
	return p.accept(s, in, who, acr)
}

// accept goes on to the information page.
func (p *Provider) accept(s *session, in *interaction, who Person, acr string) *answer {
	in.who, in.acr = &who, acr
	if in.answer.ACR != "" {
		in.acr = in.answer.ACR
	}
	return p.keep(s, redirect(http.StatusSeeOther, p.at(in, "/verify")))
}

func (p *Provider) verify(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, in, no := p.pending(r)
	if no != nil {
		return no
	}
	if in.who == nil {
		return redirect(http.StatusSeeOther, p.at(in, ""))
	}
	return redirect(http.StatusSeeOther, p.at(in, "/consent"))
}

// inform is the page that says what the client will know. It has no way back.
func (p *Provider) inform(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, in, no := p.pending(r)
	switch {
	case no != nil:
		return no
	case in.who == nil:
		return redirect(http.StatusSeeOther, p.at(in, ""))
	case p.handsFree(in):
		return p.conclude(s, in)
	}
	in.csrf = random()
	return p.show(http.StatusOK, "inform", p.view(in, false))
}

// agree is the button of the information page.
func (p *Provider) agree(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, in, no := p.form(r)
	switch {
	case no != nil:
		return no
	case in.who == nil:
		return redirect(http.StatusSeeOther, p.at(in, ""))
	case in.request.client.Consent && r.body.get("consent") == "":
		return redirect(http.StatusSeeOther, p.at(in, "/consent"))
	}
	return p.conclude(s, in)
}

// conclude makes the grant, whose half minute starts now. Its time is the
// auth_time, even when the person signed in long ago. What the claims
// parameter wished for is only looked at here, too late to tell the client.
func (p *Provider) conclude(s *session, in *interaction) *answer {
	if in.request.unmet(*in.who, in.acr) {
		return p.page(http.StatusConflict, yDeadEnd, in)
	}
	in.grant = &grant{request: in.request, answer: in.answer, who: *in.who, idp: in.idp, acr: in.acr, born: p.now()}
	return p.keep(s, redirect(http.StatusSeeOther, p.base+"/authorize/"+in.uid))
}

// resume ends a login: the browser goes back to the client with a code. It
// works once.
func (p *Provider) resume(r *request) *answer {
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
		return bend(in.request.callback(false, add), in.answer.Callback)
	}
	p.forget()
	value := random()
	p.codes[value] = &code{grant: in.grant, expires: p.now().Add(codeLife)}
	s.grants = append(s.grants, in.grant)
	p.prolong(s)
	return bend(in.request.callback(false, form{{"code", value}}), in.answer.Callback)
}

// leave is the link back of an error page, and of the first page: the client
// is told the error that the link says.
func (p *Provider) leave(r *request) *answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.session(r)
	code := r.query.get("error")
	if s == nil || s.pending == nil || code == "" {
		return p.page(http.StatusInternalServerError, yNoRedirect, nil)
	}
	in := s.pending
	s.pending = nil
	a := in.request.callback(false, form{{"error", code}, {"error_description", r.query.get("error_description")}})
	return bend(a, in.answer.Callback)
}
