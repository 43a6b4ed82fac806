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
	Retry           string // where to start again; "" is after signing out
	Without         string // the way in that asks for no data; or ""
	Reference       string // to quote to the town hall, which has it in its log
}

// What the portal itself does not do.
var (
	errCrossOrigin   = errors.New("portal: a request from another site")
	errAnotherPerson = errors.New("portal: who is at FranceConnect is not who is signed in here")
)

// sorry is the one error page. There is always a way on from it.
func (p *portal) sorry(w http.ResponseWriter, r *http.Request, err error, retry string) {
	f := failure{Retry: retry, Reference: reference(r.Context())}
	f.French, f.English = franceconnect.UserMessage(err)
	title, status := "La connexion n’a pas abouti", franceconnect.StatusCode(err)
	if retry == loginPath(quotientPage) {
		f.Without = loginPath(accountPage)
	}
	switch {
	case errors.Is(err, errAnotherPerson):
		title, status = "Ce n’est pas la même personne", http.StatusForbidden
		f.French = "La personne qui vient de s’identifier avec FranceConnect n’est pas celle qui est connectée à ce portail. Aucune donnée n’a été demandée, et rien n’a changé dans votre session. Vous pouvez vous déconnecter pour recommencer depuis le début."
		f.English = "The person who has just signed in with FranceConnect is not the one who is signed in to this site. No data was asked for, and your session is as it was. You can sign out to start again from the beginning."
	case errors.Is(err, errCrossOrigin):
		title, status = "Cette demande vient d’un autre site", http.StatusForbidden
		f.French = "Par sécurité, ce portail ne l’a pas suivie. Vous pouvez revenir à l’accueil et recommencer."
		f.English = "This request came from another site. For your safety, nothing was done. You can go back to the home page and start again."
	}
	if e := (*franceconnect.Error)(nil); !errors.As(err, &e) { // which the SDK has not written down
		p.log.LogAttrs(r.Context(), slog.LevelWarn, err.Error(), slog.String("ref", f.Reference))
	}
	p.show(w, r, status, "erreur", view{Title: title, Failure: &f})
}
