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
	NoRetry         bool   // it would end the same way
	Reference       string // to quote to the town hall, which has it in its log
}

// What the portal itself does not do.
var (
	errCrossOrigin   = errors.New("portal: a request from another site")
	errAnotherPerson = errors.New("portal: nothing says that who is at FranceConnect+ is who is signed in here")
)

// kinds are what an error is for a person and for the log, the most frequent
// first.
var kinds = []struct {
	err      error
	title    string
	severity slog.Level
}{
	{franceconnect.ErrDenied, "La connexion n’a pas abouti", slog.LevelInfo},
	{franceconnect.ErrStale, "Votre demande de connexion a expiré", slog.LevelInfo},
	{franceconnect.ErrUnavailable, "FranceConnect est indisponible", slog.LevelWarn},
	{franceconnect.ErrLevel, "Le niveau de sécurité est insuffisant", slog.LevelError},
	{franceconnect.ErrUntrusted, "La réponse de FranceConnect n’a pas pu être vérifiée", slog.LevelError},
	{franceconnect.ErrDisabled, "FranceConnect n’est pas proposé ici", slog.LevelInfo},
	{errAnotherPerson, "Votre identité n’a pas pu être confirmée", slog.LevelWarn},
	{errCrossOrigin, "Cette demande vient d’un autre site", slog.LevelWarn},
	{nil, "La connexion est impossible pour le moment", slog.LevelError}, // any other
}

func kindOf(err error) (title string, status int, severity slog.Level) {
	i := 0
	for kinds[i].err != nil && !errors.Is(err, kinds[i].err) {
		i++
	}
	status = franceconnect.StatusCode(err)
	if err := kinds[i].err; err == errAnotherPerson || err == errCrossOrigin {
		status = http.StatusForbidden
	}
	return kinds[i].title, status, kinds[i].severity
}

// words are what a page says: the SDK's for what is the SDK's.
func words(err error) (french, english string) {
	switch {
	case errors.Is(err, errCrossOrigin):
		return "Par sécurité, ce portail ne l’a pas suivie. Vous pouvez revenir à l’accueil et recommencer.",
			"This request came from another site. For your safety, nothing was done. You can go back to the home page and start again."
	case errors.Is(err, errAnotherPerson):
		return "FranceConnect+ n’a pas permis de confirmer que vous êtes la personne connectée à ce portail. Rien n’a changé dans votre session. Vous pouvez vous déconnecter pour recommencer depuis le début, ou vous adresser à l’accueil de la mairie.",
			"FranceConnect+ could not confirm that you are the person signed in to this site. Your session is as it was. You can sign out to start again from the beginning, or ask at the town hall."
	}
	return franceconnect.Message(err)
}

// sorry is the one error page. There is always a way on from it: to start
// again, with the page that the person wanted, or another way in.
func (p *portal) sorry(w http.ResponseWriter, r *http.Request, err error, retry string) {
	title, status, severity := kindOf(err)
	f := failure{Retry: retry, NoRetry: errors.Is(err, franceconnect.ErrDisabled), Reference: reference(r.Context())}
	f.French, f.English = words(err)
	if errors.Is(err, errCrossOrigin) || errors.Is(err, errAnotherPerson) { // which the SDK has not written down
		p.log.Log(r.Context(), severity, err.Error(), "ref", f.Reference)
	}
	p.show(w, r, status, "erreur", view{Title: title, Failure: &f})
}
