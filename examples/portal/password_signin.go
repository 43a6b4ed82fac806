package main

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

const passwordPath = "/mon-compte/mot-de-passe"

const tooMany = "Il y a eu trop d’essais. Attendez 15 minutes avant de recommencer, ou adressez-vous à l’accueil de la mairie."

// signIn shows the page with the two ways in.
func (p *portal) signIn(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	if _, _, ok := p.who(r); ok {
		http.Redirect(w, r, onward(p.fc.LocalPath(next)), http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "connexion", p.signInView(next))
}

func (p *portal) signInView(next string) view {
	return view{Title: "Connexion", Entering: true, Name: p.name, Next: p.fc.LocalPath(next),
		Button: p.fc.Button(franceconnect.Button{Path: loginPath(next)}), Silent: !p.fc.Available(), European: p.europeanPath(next)}
}

// checkPassword returns the account, closed or not, that an address and a
// password open. If
// there is none, what is said, and how long it takes, is the same whether there
// is an account of that address or not.
func (p *portal) checkPassword(r *http.Request) (a account, status int, problem string) {
	email := oneLine(r.PostFormValue("adresse"))
	tried := "connexion " + strings.ToLower(email)
	if !p.attempts.allow(tried) {
		return account{}, http.StatusTooManyRequests, tooMany
	}
	a, _ = p.accounts.byAddress(email)
	if !a.password.is(r.PostFormValue("mot-de-passe"), p.accounts.rounds) {
		return account{}, http.StatusForbidden, "Cette adresse et ce mot de passe n’ouvrent aucun compte. Vérifiez-les et recommencez."
	}
	p.attempts.reset(tried)
	return a, http.StatusOK, ""
}

// signInByPassword signs somebody in without FranceConnect.
func (p *portal) signInByPassword(w http.ResponseWriter, r *http.Request) {
	v := p.signInView(r.PostFormValue("next"))
	a, status, problem := p.checkPassword(r)
	if problem != "" {
		v.Typed, v.Problem = oneLine(r.PostFormValue("adresse")), problem
		p.show(w, r, status, "connexion", v)
		return
	}
	if a.Closed {
		p.sorry(w, r, errClosed, "/connexion#autre-moyen")
		return
	}
	p.sessions.start(w, r, visit{account: a.ID})
	http.Redirect(w, r, onward(v.Next), http.StatusSeeOther)
}

// passwordForm shows the form to choose a password, so that FranceConnect is not
// their only way in. Nobody has to.
func (p *portal) passwordForm(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	p.show(w, r, http.StatusOK, "mot-de-passe", passwordView(a))
}

func passwordView(a account) view { return view{Title: "Mot de passe", Account: a.facts()} }

func (p *portal) setPassword(w http.ResponseWriter, r *http.Request, _ visit, a account) {
	again := func(status int, problem string) {
		v := passwordView(a)
		v.Problem = problem
		p.show(w, r, status, "mot-de-passe", v)
	}
	text := r.PostFormValue("nouveau")
	switch tried := "changement " + a.ID; {
	case a.email == "":
		again(http.StatusUnprocessableEntity, "Indiquez d’abord une adresse électronique dans vos coordonnées : vous vous connecterez avec elle.")
		return
	case !goodLength(text):
		again(http.StatusUnprocessableEntity, "Choisissez un mot de passe de 12 caractères au moins, et de 128 au plus.")
		return
	case a.password.set() && !p.attempts.allow(tried):
		again(http.StatusTooManyRequests, tooMany)
		return
	case a.password.set() && !a.password.is(r.PostFormValue("actuel"), p.accounts.rounds):
		again(http.StatusForbidden, "Le mot de passe actuel n’est pas le bon. Vérifiez-le et recommencez.")
		return
	default:
		p.attempts.reset(tried)
	}
	chosen := newPassword(text, p.accounts.rounds)
	if problem := p.keep(a.ID, func(a *account) { a.password = chosen }); problem != "" {
		again(http.StatusUnprocessableEntity, problem)
		return
	}
	p.sessions.endOthers(r, a.ID) // of whoever knew the old one
	http.Redirect(w, r, accountPath, http.StatusSeeOther)
}

// signInPath returns where the page with the two ways in is, which go on to next.
func signInPath(next string) string { return "/connexion?" + url.Values{"next": {next}}.Encode() }
