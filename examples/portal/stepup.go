package main

import (
	"net/http"
	"net/url"

	"github.com/franceconnect-go/franceconnect"
)

const (
	aidPath          = "/aide-urgence"
	plusLoginPath    = "/franceconnect-plus/login"
	plusCallbackPath = "/franceconnect-plus/callback"
)

// aid shows a page that wants a stronger proof of identity than the rest of the
// site: the level « substantiel », which FranceConnect+ gives.
func (p *portal) aid(w http.ResponseWriter, r *http.Request) {
	v, _, ok := p.who(r)
	switch {
	case ok && v.session != nil && v.session.Level >= franceconnect.Eidas2:
		p.show(w, r, http.StatusOK, "aide-urgence", view{Title: "Mon dossier d’aide d’urgence", Level: levelOf(v)})
	case !p.strong:
		p.show(w, r, http.StatusOK, "pas-en-ligne", view{Title: "Une démarche qui n’est pas en ligne"})
	case !ok:
		http.Redirect(w, r, signInPath(aidPath), http.StatusSeeOther)
	case v.session == nil: // a password proves nothing; FranceConnect is to say who it is first
		p.show(w, r, http.StatusOK, "confirmer", view{Title: "Confirmez votre identité", Name: p.name,
			Button: p.fc.Button(franceconnect.Button{Path: loginPath(aidPath)})})
	default:
		p.show(w, r, http.StatusOK, "confirmer", view{Title: "Confirmez votre identité", Level: levelOf(v), Name: "FranceConnect+",
			Button: p.plus.Button(franceconnect.Button{Path: plusLogin(aidPath)})})
	}
}

// plusLogin returns where a step-up begins that goes on to next.
func plusLogin(next string) string {
	return plusLoginPath + "?" + url.Values{"next": {next}}.Encode()
}

// stepUp sends a person who is signed in to FranceConnect+.
func (p *portal) stepUp(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	if p.bringHome(w, r, plusLogin(next)) {
		return
	}
	switch v, _, ok := p.who(r); {
	case !ok:
		http.Redirect(w, r, signInPath(next), http.StatusSeeOther)
		return
	case v.session == nil:
		http.Redirect(w, r, aidPath, http.StatusSeeOther)
		return
	}
	err := p.plus.Login(w, r, franceconnect.LoginRequest{
		ReturnTo: next,
		Level:    franceconnect.Eidas2,
		Scopes:   []string{"rnipp_identite_pivot"}, // for SamePerson, and for nothing else
	})
	if err != nil {
		p.sorry(w, r, err, plusLogin(next))
	}
}

// stepUpCallback takes the person back from FranceConnect+. It raises the
// session that the browser has, and never signs anybody in.
func (p *portal) stepUpCallback(w http.ResponseWriter, r *http.Request) {
	strong, err := p.plus.Callback(w, r)
	if err != nil {
		p.sorry(w, r, err, plusLogin(returnTo(err)))
		return
	}
	v, _, ok := p.who(r)
	ok = ok && v.session != nil
	if ok && !v.session.Identity.SamePerson(strong.Identity) {
		// Who they were here, they are still. Signing out will also end the
		// session of whoever it was at FranceConnect+.
		p.sessions.alsoAtPlus(r, strong.IDTokenHint)
		p.sorry(w, r, errAnotherPerson, "")
		return
	}
	if !ok || !p.sessions.raise(w, r, v, strong) { // over in the meantime
		p.sorry(w, r, franceconnect.ErrLoginExpired, loginPath(strong.ReturnTo))
		return
	}
	http.Redirect(w, r, onward(strong.ReturnTo), http.StatusSeeOther)
}

// levelName returns a level by its number and by what it is for. The eIDAS
// regulation, article 8, calls the first one « faible », which sounds like a fault
// of the person's; it is the one for most of what people do.
func levelName(l franceconnect.Level) string {
	switch l {
	case franceconnect.Eidas1:
		return "niveau eIDAS\u00a01 (démarches courantes)"
	case franceconnect.Eidas2:
		return "niveau eIDAS\u00a02 (démarches sensibles)"
	case franceconnect.Eidas3:
		return "niveau eIDAS\u00a03 (démarches très sensibles)"
	}
	return ""
}
