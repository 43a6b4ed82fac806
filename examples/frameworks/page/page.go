// Package page has the pages of the examples, so that what is left of each is
// what its framework changes. A portal has its own.
package page

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"log"
	"net/http"
	"strings"

	"github.com/franceconnect-go/franceconnect"
)

//go:embed pages.html
var text string

// Templates are the pages: home, account, goodbye and sorry, each for a
// View.
var Templates = template.Must(template.New("pages").Parse(text))

// A View is what a page shows.
type View struct {
	Button          template.HTML         // home: the way to FranceConnect, or nothing
	Person          franceconnect.Session // who is signed in, if it has a Subject
	CSRF            string                // goes back with each form, where the framework wants one
	LoggedOut       bool                  // goodbye: FranceConnect sent them back
	French, English string                // sorry: franceconnect.UserMessage
	Onward          bool                  // sorry: whoever is signed in has nothing to start again
}

// Problem returns the View of an error: what franceconnect.UserMessage says. The back
// button and a restored tab open a callback again: the home page knows who is
// signed in, and comes first then.
func Problem(err error) View {
	french, english := franceconnect.UserMessage(err)
	return View{French: french, English: english, Onward: errors.Is(err, franceconnect.ErrLoginExpired)}
}

// Sorry writes the page of an error, and the error to the log: it holds nothing
// secret and nothing about the person. It does nothing for nil.
func Sorry(w http.ResponseWriter, err error) {
	if err != nil {
		log.Print(err)
		Show(w, franceconnect.StatusCode(err), "sorry", Problem(err))
	}
}

// Cookie returns the name of a cookie, and whether it is Secure, for a portal that
// people reach at address. A request does not know: TLS may end at a proxy. With
// its prefix a browser takes it from this host alone, and over https.
func Cookie(address, name string) (full string, secure bool) {
	if strings.HasPrefix(address, "https://") {
		return "__Host-" + name, true
	}
	return name, false
}

// Policy returns the Content-Security-Policy of the pages. The answer to the form that
// signs out sends the browser to FranceConnect, and Chrome applies form-action
// to that too: without fc.Origin there, its button does nothing.
func Policy(fc *franceconnect.Client) string {
	return "default-src 'none'; style-src 'self'; form-action 'self' " + fc.ProviderOrigin() + "; base-uri 'none'; frame-ancestors 'none'"
}

// WithHeaders gives every answer the Policy, and keeps it out of caches: pages
// say who is signed in.
func WithHeaders(fc *franceconnect.Client) func(http.Handler) http.Handler {
	policy := Policy(fc)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
		})
	}
}

// Protect keeps other sites from having a browser sign out. It knows the address
// that people reach, and so need not compare with Host, which a proxy changes.
func Protect(address string) *http.CrossOriginProtection {
	protect := http.NewCrossOriginProtection()
	if err := protect.AddTrustedOrigin(address); err != nil {
		log.Panic(err)
	}
	return protect
}

// Show writes a page.
func Show(w http.ResponseWriter, status int, name string, v View) {
	var b bytes.Buffer
	if err := Templates.ExecuteTemplate(&b, name, v); err != nil {
		http.Error(w, "Erreur interne. Internal error.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}

// Style serves /style.css: the button's, and whatever a portal has of its own.
func Style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write([]byte("body{font-family:sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}\n" + franceconnect.ButtonCSS))
}
