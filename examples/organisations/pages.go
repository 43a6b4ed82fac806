package main

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

var (
	//go:embed page.html
	pageText string
	page     = template.Must(template.New("page").Parse(pageText))

	//go:embed style.css
	style string
)

// A view is what the page shows. What is empty is not there.
type view struct {
	Name, Title     string // of the organisation, of the page
	Person          string // who is signed in: "Angela"
	Level           string // reached, in words
	Button          template.HTML
	LoggedOut       bool
	French, English string // what happened, and what to do
	Onward          bool   // with a way to the account
	Retry           bool   // with a way to start again
}

func show(w http.ResponseWriter, status int, v view) {
	var b bytes.Buffer
	if err := page.Execute(&b, v); err != nil { // a template that the tests execute
		http.Error(w, "Erreur interne. Internal error.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", "fr")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who hung up does not want it
}

func (o *organisation) show(w http.ResponseWriter, status int, v view) {
	v.Name = o.name
	show(w, status, v)
}

// sorry says what happened, never why, and the way on.
func (o *organisation) sorry(w http.ResponseWriter, r *http.Request, err error) {
	v := view{Title: "Connexion impossible", Retry: !errors.Is(err, franceconnect.ErrDisabled)}
	v.French, v.English = franceconnect.UserMessage(err)
	if errors.Is(err, franceconnect.ErrLoginExpired) && o.sessions.get(r) != nil { // by the back button, or a tab that is restored
		v.Title, v.Onward = "Vous êtes déjà connecté", true
		v.French = "Cette demande de connexion a déjà servi, a été interrompue ou a expiré. Vous êtes toujours connecté\u00a0: vous pouvez continuer."
		v.English = "This sign-in was already used, was interrupted or has expired. You are still signed in, and can go on."
	}
	o.show(w, franceconnect.StatusCode(err), v)
}

// refuse answers what another site made a browser send.
func (o *organisation) refuse(w http.ResponseWriter, _ *http.Request) {
	o.show(w, http.StatusForbidden, view{Title: "Demande refusée",
		French:  "Cette demande vient d’un autre site. Par sécurité, rien n’a été fait.",
		English: "This request came from another site. For your safety, nothing was done."})
}

func serveStyle(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = io.WriteString(w, style+franceconnect.ButtonCSS)
}

// policy allows what the page has: a style sheet, and a form to sign out, whose
// answer sends the browser to FranceConnect. Chrome applies form-action to that
// redirect too.
func policy(origin string) string {
	return "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' " + origin +
		"; base-uri 'none'; frame-ancestors 'none'"
}

// levels are called by what they are for: the law's own « faible » sounds like a
// fault of the person's.
var levels = map[franceconnect.Level]string{
	franceconnect.Eidas1: "niveau eIDAS\u00a01 (démarches courantes)",
	franceconnect.Eidas2: "niveau eIDAS\u00a02 (démarches sensibles)",
	franceconnect.Eidas3: "niveau eIDAS\u00a03 (démarches très sensibles)",
}

// firstName returns how the portal calls a person.
func firstName(s *franceconnect.Session) string {
	if names := s.Identity.GivenNames; len(names) > 0 {
		return names[0]
	}
	return "Bonjour"
}
