package main

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/person"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed style.css
var style []byte

// pages are the templates by name; each fills the main part of the layout.
var pages = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"connexion", "mon-compte", "quotient", "deconnexion", "erreur", "introuvable"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// A view is what a page shows.
type view struct {
	Title     string
	Person    string        // who is signed in, for the header; "" if nobody is
	Button    template.HTML // of FranceConnect; empty if it is switched off
	Wanted    []wanted      // what will be asked for
	Results   []result      // what was
	Again     bool          // there may be more
	LoggedOut bool          // by FranceConnect too
	Failure   *failure
}

// show writes a page, with the person who is signed in at its top.
func (p *portal) show(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	if rec, ok := p.sessions.get(r); ok {
		v.Person = fullName(rec.Session.Identity)
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

// fullName returns how the header calls a person.
func fullName(id person.Identity) string {
	first := ""
	if len(id.GivenNames) > 0 {
		first = id.GivenNames[0]
	}
	return cmp.Or(strings.TrimSpace(first+" "+cmp.Or(id.UsageName, id.FamilyName)), "Mon compte")
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Write(style)
	io.WriteString(w, franceconnect.ButtonCSS)
}
