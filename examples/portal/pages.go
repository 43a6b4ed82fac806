package main

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"io"
	"net/http"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cog"
	"github.com/franceconnect-go/franceconnect/proconnect"
	"github.com/franceconnect-go/franceconnect/show"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed style.css
var style []byte

// pages are the templates by name; each fills the main part of the layout.
var pages = func() map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range []string{"accueil", "connexion", "mon-compte", "deconnexion", "erreur", "introuvable",
		"aide-urgence", "confirmer", "pas-en-ligne", "bienvenue", "ancien-compte", "retrouver", "modifier", "mot-de-passe",
		"mes-donnees", "effacer", "mentions-legales", "agents"} {
		all[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	return all
}()

// A view is what a page shows. No page needs all of it.
type view struct {
	Title    string
	Person   string        // who is signed in, for the header; "" if nobody is
	Name     string        // FranceConnect or FranceConnect+
	Entering bool          // on a page with ways in
	Button   template.HTML // of FranceConnect, or of FranceConnect+; empty if it is switched off
	Silent   bool          // what the button leads to does not answer
	European string        // where to sign in with an identity of another country of the Union; "" is nowhere
	Next     string        // where to go on to, on this site
	Failure  *failure
	Agent    *agentView // on the page of agents
	Agents   bool       // there is one

	Account facts
	Lines   []show.Line // civil status
	Level   string      // in words; "" by password
	Source  string      // FranceConnect or FranceConnect+, which said Lines
	When    string      // it did
	News    []string    // what it says otherwise than before
	Fresh   bool        // the account was made just now
	AppHash bool        // the State's app would know the person by a hash

	// Of forms: what was typed, and what is wrong with it, in French.
	Email, Offered              string // the address to write to, and FranceConnect’s if it is another
	Typed, Problem              string
	Telephone, TelephoneProblem string

	LoggedOut  bool // by FranceConnect, or by FranceConnect+ if Unfinished
	Unfinished bool // FranceConnect’s session is still to be ended
	Erased     bool // and the account is gone
}

// Attribution returns what the licence of the names of places wants said.
func (view) Attribution() string { return cog.Attribution }

// show writes a page, with the person who is signed in at its top.
func (p *portal) show(w http.ResponseWriter, r *http.Request, status int, page string, v view) {
	if _, a, ok := p.who(r); ok {
		v.Person = cmp.Or(french.Name(a.identity()), "Mon compte")
	}
	v.Agents = p.agents != nil
	var b bytes.Buffer
	if err := pages[page].ExecuteTemplate(&b, "layout.html", v); err != nil {
		p.log.ErrorContext(r.Context(), "page", "ref", reference(r.Context()), "page", page, "error", err)
		http.Error(w, "Erreur interne. Internal error.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", "fr")
	w.WriteHeader(status)
	w.Write(bytes.Map(directed, b.Bytes()))
}

// directed leaves out what turns the direction of writing (Unicode UAX #9, section
// 2): of a name or an address, it would turn the sentence around it. The pages have
// none of their own.
func directed(r rune) rune {
	if r == '\u061c' || r == '\u200e' || r == '\u200f' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
		return -1
	}
	return r
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Write(style)
	io.WriteString(w, franceconnect.ButtonCSS+proconnect.ButtonCSS)
}
