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
	Retry           string // where to start again
	Reference       string // to quote to the town hall, which has it in its log
}

// kinds are what an error is for a person and for a browser, the most frequent
// first.
var kinds = []struct {
	err      error
	title    string
	status   int
	severity slog.Level
}{
	{franceconnect.ErrDenied, "La connexion n’a pas abouti", http.StatusForbidden, slog.LevelInfo},
	{franceconnect.ErrStale, "Votre demande de connexion a expiré", http.StatusBadRequest, slog.LevelInfo},
	{franceconnect.ErrUnavailable, "FranceConnect est indisponible", http.StatusServiceUnavailable, slog.LevelWarn},
	{franceconnect.ErrLevel, "Le niveau de sécurité est insuffisant", http.StatusForbidden, slog.LevelError},
	{franceconnect.ErrUntrusted, "La réponse de FranceConnect n’a pas pu être vérifiée", http.StatusBadGateway, slog.LevelError},
	{errCrossOrigin, "Cette demande vient d’un autre site", http.StatusForbidden, slog.LevelWarn},
	{nil, "La connexion est impossible pour le moment", http.StatusInternalServerError, slog.LevelError}, // any other
}

func kindOf(err error) (title string, status int, severity slog.Level) {
	i := 0
	for kinds[i].err != nil && !errors.Is(err, kinds[i].err) {
		i++
	}
	return kinds[i].title, kinds[i].status, kinds[i].severity
}

// sorry is the one error page. There is always a way on from it: to start
// again, with the page that the person wanted, or another way in.
func (p *portal) sorry(w http.ResponseWriter, r *http.Request, err error, next string) {
	title, status, _ := kindOf(err)
	f := failure{Retry: loginPath(next), Reference: reference(r.Context())}
	f.French, f.English = franceconnect.Message(err)
	if errors.Is(err, errCrossOrigin) {
		f.French = "Par sécurité, ce portail ne l’a pas suivie. Vous pouvez revenir à l’accueil et recommencer."
		f.English = "This request came from another site. For your safety, nothing was done. You can go back to the home page and start again."
		f.Retry = "/"
		p.log.WarnContext(r.Context(), "cross-origin request refused", "ref", f.Reference)
	}
	p.show(w, r, status, "erreur", view{Title: title, Failure: &f})
}
