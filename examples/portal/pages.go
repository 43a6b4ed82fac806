package main

import (
	"bytes"
	"embed"
	"html/template"
	"io"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed style.css
var style []byte

// pages are the templates by name; each fills the main part of the layout.
var pages = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"accueil", "connexion", "mon-compte", "deconnexion", "erreur", "introuvable",
		"aide-urgence", "confirmer", "pas-en-ligne"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// A view is what a page shows.
type view struct {
	Title      string
	Person     string        // who is signed in, for the header; "" if nobody is
	Name       string        // FranceConnect or FranceConnect+
	Entering   bool          // on the page with the ways in
	Button     template.HTML // of FranceConnect, or of FranceConnect+; empty if it is switched off
	Facts      []fact
	Level      string // in words
	LoggedOut  bool   // by FranceConnect, or by FranceConnect+ if Unfinished
	Unfinished bool   // FranceConnect’s session is still to be ended
	Failure    *failure
}

// show writes a page, with the person who is signed in at its top.
func (p *portal) show(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	if s, ok := p.sessions.get(r); ok {
		v.Person = fullName(s.Identity)
	}
	var b bytes.Buffer
	if err := pages[page].ExecuteTemplate(&b, "layout.html", v); err != nil {
		p.log.ErrorContext(r.Context(), "page", "ref", reference(r.Context()), "page", page, "error", err)
		http.Error(w, "Erreur interne. Internal error.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", "fr")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Write(style)
	io.WriteString(w, franceconnect.ButtonCSS)
}
