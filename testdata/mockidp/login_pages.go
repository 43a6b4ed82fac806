package mockidp

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// showProviders shows the page where the person chooses an identity provider.
// FranceConnect checks the level here and not before, so that a login with an
// idp_hint skips the check.
func (p *Provider) showProviders(r *request, s *session, in *interaction) *response {
	a := in.request
	switch allowed := p.platform.acrs; {
	case !slices.Contains(allowed, a.acr):
		return a.redirectToClient(false, form{{"error", "invalid_acr"}, {"error_description",
			"acr_value is not valid, should be equal one of these values, expected " + strings.Join(allowed, ",") + ", got " + a.acr}})
	case p.skipsPages(in):
		in.idp = p.platform.providers[0].UID
		return p.signInDefault(s, in)
	case p.singleSignOn(s, in):
		in.idp = s.idp
		return p.acceptIdentity(s, in, s.who, cmp.Or(p.platform.ssoACR, s.acr))
	}
	return p.renderPage(r, http.StatusOK, "choose", p.loginView(r, in))
}

// aborted is the error_description of a login that was cancelled on the first
// page. Errors that are sent from an error page have others.
const aborted = "User auth aborted"

// signInDefault ends a login that shows no pages: it cancels, or signs in the
// person of the scenario or of Config.Person.
func (p *Provider) signInDefault(s *session, in *interaction) *response {
	who := p.autoPerson
	if login := in.scenario.Person; login != "" {
		var ok bool
		if who, ok = p.findPerson(login); !ok {
			return textResponse(http.StatusInternalServerError, "mockidp: Scenario.Person: nobody has the login "+login)
		}
	}
	return p.checkIdentity(s, in, who)
}

// takeProvider handles the form of the first page.
func (p *Provider) takeProvider(r *request, _ *session, in *interaction) *response {
	idp := p.platform.provider(r.body.get("idp"))
	if idp == nil {
		return redirect(http.StatusSeeOther, p.interactionURL(in, ""))
	}
	in.idp = idp.UID
	return redirect(http.StatusSeeOther, p.interactionURL(in, "/person"))
}

// showPeople shows the page of the identity provider, where one chooses who
// signs in.
func (p *Provider) showPeople(r *request, s *session, in *interaction) *response {
	switch {
	case in.idp == "":
		return redirect(http.StatusSeeOther, p.interactionURL(in, ""))
	case p.skipsPages(in):
		return p.signInDefault(s, in)
	}
	return p.renderPage(r, http.StatusOK, "person", p.loginView(r, in))
}

// takePerson handles the form of the identity provider's page.
func (p *Provider) takePerson(r *request, s *session, in *interaction) *response {
	who, ok := p.findPerson(r.body.get("login"))
	if !ok {
		return redirect(http.StatusSeeOther, p.interactionURL(in, "/person"))
	}
	if day, ok := findBadDay(r.body.get("bad")); ok {
		in.scenario = &day.Scenario
	}
	return p.checkIdentity(s, in, who)
}

// checkIdentity handles the return from the identity provider. It checks the
// identity before it asks the person anything else.
func (p *Provider) checkIdentity(s *session, in *interaction, who *Person) *response {
	if in.scenario.Cancel {
		a := in.request.redirectToClient(false, form{{"error", "access_denied"}, {"error_description", aborted}})
		return overrideParameters(a, in.scenario.Callback)
	}
	acr := in.request.acr
	if p.platform.name == ProConnect {
		if acr = who.reaches(in.request.essential); acr == "" {
			return overrideParameters(in.request.redirectToClient(false, acrNotMet), in.scenario.Callback)
		}
	}
	if !slices.Contains(p.platform.acrs, acr) {
		acr = p.platform.acrs[0] // the level was not checked: see showProviders
	}
	if p.platform.name == Plus && who.ACR != "" {
		acr = who.ACR
	}
	refuse := in.scenario.Refuse
	switch {
	case refuse != "":
	case p.platform.name != ProConnect && acrBelow(acr, in.request.acr):
		refuse = yLowACR
	case !who.hasRequiredClaims():
		refuse = yIdentity
	default:
		refuse = who.Refuse
	}
	if refuse != "" {
		return p.errorPage(lookupErrorCode(refuse).status, refuse, in.request.client)
	}
	s.who, s.idp, s.acr = who, in.idp, acr
	return p.acceptIdentity(s, in, who, acr)
}

// acceptIdentity signs the person in and goes on to the consent page.
func (p *Provider) acceptIdentity(s *session, in *interaction, who *Person, acr string) *response {
	in.who, in.acr = who, acr
	if in.scenario.ACR != "" {
		in.acr = in.scenario.ACR
	}
	return p.saveSession(s, redirect(http.StatusSeeOther, p.interactionURL(in, "/verify")))
}
