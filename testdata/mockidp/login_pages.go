package mockidp

import (
	"net/http"
	"slices"
	"strings"
)

// chooseProvider is the page where the person chooses an identity provider. The level
// is checked here and not before, so a hint goes past the check.
func (p *Provider) chooseProvider(r *request, s *session, in *interaction) *response {
	a := in.request
	switch allowed := p.rules.acrs; {
	case !slices.Contains(allowed, a.acr):
		return a.callback(false, form{{"error", "invalid_acr"}, {"error_description",
			"acr_value is not valid, should be equal one of these values, expected " + strings.Join(allowed, ",") + ", got " + a.acr}})
	case p.handsFree(in):
		in.idp = p.rules.providers[0].UID
		return p.signInDefault(s, in)
	case p.remembers(s, in):
		in.idp = s.idp
		return p.acceptIdentity(s, in, *s.who, p.rules.ssoACR)
	}
	return p.show(r, http.StatusOK, "choose", p.view(r, in))
}

// aborted is the description of a login given up on the first page. The
// errors told from an error page have others.
const aborted = "User auth aborted"

// signInDefault does what nobody was asked about: it goes back, or signs in.
func (p *Provider) signInDefault(s *session, in *interaction) *response {
	who := p.favourite
	if login := in.answer.Person; login != "" {
		var ok bool
		if who, ok = p.person(login); !ok {
			return text(http.StatusInternalServerError, "mockidp: Answer.Person: nobody has the login "+login)
		}
	}
	return p.checkIdentity(s, in, who)
}

func (p *Provider) providerChosen(r *request, _ *session, in *interaction) *response {
	if in.idp = r.body.get("idp"); !p.rules.offers(in.idp) {
		return redirect(http.StatusSeeOther, p.at(in, ""))
	}
	return redirect(http.StatusSeeOther, p.at(in, "/person"))
}

// choosePerson is the page of the identity provider: who signs in.
func (p *Provider) choosePerson(r *request, s *session, in *interaction) *response {
	switch {
	case in.idp == "":
		return redirect(http.StatusSeeOther, p.at(in, ""))
	case p.handsFree(in):
		return p.signInDefault(s, in)
	}
	return p.show(r, http.StatusOK, "person", p.view(r, in))
}

func (p *Provider) chosenPerson(r *request, s *session, in *interaction) *response {
	who, ok := p.person(r.body.get("login"))
	if !ok {
		return redirect(http.StatusSeeOther, p.at(in, "/person"))
	}
	if day, ok := badDay(r.body.get("bad")); ok {
		in.answer = day.Answer
	}
	return p.checkIdentity(s, in, who)
}

// checkIdentity is the return from the identity provider: what it says of the
// person is checked before anything else is asked of them.
func (p *Provider) checkIdentity(s *session, in *interaction, who Person) *response {
	if in.answer.Cancel {
		a := in.request.callback(false, form{{"error", "access_denied"}, {"error_description", aborted}})
		return overrideParameters(a, in.answer.Callback)
	}
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
	return p.acceptIdentity(s, in, who, acr)
}

// acceptIdentity goes on to the information page.
func (p *Provider) acceptIdentity(s *session, in *interaction, who Person, acr string) *response {
	in.who, in.acr = &who, acr
	if in.answer.ACR != "" {
		in.acr = in.answer.ACR
	}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.at(in, "/verify")))
}
