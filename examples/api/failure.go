package main

import (
	"errors"
	"log/slog"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

// A failure is what a page says when something did not succeed: what happened,
// and what the person can do. Never why.
type failure struct {
	French, English string
	Onward          string // where to go on to, if who is signed in comes back to a login that is over
	Retry           string // where to start again; "" is after signing out
	Without         string // the way in that asks for no data; or ""
	Reference       string // to quote to the town hall, which has it in its log
}

// A refusal is what the portal itself does not do, with what its error page says.
type refusal struct {
	reason                 string // for the log
	title, french, english string
}

func (r *refusal) Error() string { return "portal: " + r.reason }

var (
	errCrossOrigin = &refusal{reason: "a request from another site", title: "Cette demande vient d’un autre site",
		french:  "Par sécurité, ce portail ne l’a pas suivie. Vous pouvez revenir à l’accueil et recommencer.",
		english: "This request came from another site. For your safety, nothing was done. You can go back to the home page and start again."}
	errAnotherPerson = &refusal{reason: "who is at FranceConnect is not who is signed in here", title: "Ce n’est pas la même personne",
		french:  "La personne qui vient de s’identifier avec FranceConnect n’est pas celle qui est connectée à ce portail. Aucune donnée n’a été demandée, et rien n’a changé dans votre session. Vous pouvez vous déconnecter pour recommencer depuis le début.",
		english: "The person who has just signed in with FranceConnect is not the one who is signed in to this site. No data was asked for, and your session is as it was. You can sign out to start again from the beginning."}
)

// sorry shows the one error page. There is always a way on from it.
func (p *portal) sorry(w http.ResponseWriter, r *http.Request, err error, retry string) {
	f := failure{Retry: retry, Reference: reference(r.Context())}
	if retry == loginPath(quotientPage) {
		f.Without = loginPath(accountPage)
	}
	title, status := "La connexion n’a pas abouti", franceconnect.StatusCode(err)
	f.French, f.English = franceconnect.UserMessage(err)
	if own := (*refusal)(nil); errors.As(err, &own) {
		title, status, f.French, f.English = own.title, http.StatusForbidden, own.french, own.english
	}
	if _, in := p.sessions.get(r); in && errors.Is(err, franceconnect.ErrLoginExpired) { // by the back button, or a tab that is restored
		title, f.Onward = "Vous êtes déjà connecté", accountPage
		if returnTo(err) == quotientPage {
			f.Onward = quotientPage
		}
		f.French = "Cette demande de connexion a déjà servi, a été interrompue ou a expiré. Vous êtes toujours connecté\u00a0: vous pouvez continuer."
		f.English = "This sign-in was already used, was interrupted or has expired. You are still signed in, and can go on."
	}
	if !errors.As(err, new(*franceconnect.Error)) { // which the SDK has not written down
		p.log.LogAttrs(r.Context(), slog.LevelWarn, err.Error(), slog.String("ref", f.Reference))
	}
	p.show(w, r, status, "erreur", view{Title: title, Failure: &f})
}
