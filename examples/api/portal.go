package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// The addresses that are registered at FranceConnect, below the portal's own:
// two callbacks, and one to come back to after logout.
const (
	callbackPath     = "/franceconnect/callback"
	dataCallbackPath = "/franceconnect/donnees/callback"
	loggedOutPath    = "/franceconnect/logout"
)

const (
	accountPage  = "/mon-compte"
	quotientPage = "/quotient" // what is asked for, and then what it was
)

// A portal is the site: its routes, and who is signed in.
type portal struct {
	pool     franceconnect.Pool // of the two clients
	fc       *franceconnect.Client
	data     *franceconnect.Client // with the callback of data_login.go
	api      *api
	sessions *sessions
	log      *slog.Logger
	now      func() time.Time
	policy   string // the Content-Security-Policy of every answer
}

func newPortal(address string, config franceconnect.Config, a *api, log *slog.Logger) (*portal, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	config.RedirectURL = address + callbackPath
	config.PostLogoutRedirectURL = address + loggedOutPath
	config.Observe = observe(log)
	p := &portal{api: a, sessions: newSessions(config.Now, address), log: log, now: config.Now}
	var err error
	if p.fc, err = p.pool.New(config); err != nil {
		return nil, err
	}
	config.RedirectURL = address + dataCallbackPath
	if p.data, err = p.pool.New(config); err != nil {
		return nil, err
	}
	// A style sheet, and one form, to sign out, whose answer sends the browser
	// to FranceConnect: Chrome applies form-action to that redirect too.
	p.policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' " + p.fc.ProviderOrigin() +
		"; base-uri 'none'; frame-ancestors 'none'"
	return p, nil
}

// handler is the whole site. No other site can make a browser post to it.
func (p *portal) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.signIn)
	mux.HandleFunc("GET "+accountPage, p.account)
	mux.HandleFunc("GET "+quotientPage, p.quotient)
	mux.HandleFunc("GET /franceconnect/login", p.login)
	mux.HandleFunc("GET "+callbackPath, p.callback)
	mux.HandleFunc("GET "+dataLoginPath, p.dataLogin)
	mux.HandleFunc("GET "+dataCallbackPath, p.dataCallback)
	mux.HandleFunc("POST /deconnexion", p.logout)
	mux.HandleFunc("GET "+loggedOutPath, p.loggedOut)
	mux.HandleFunc("GET /style.css", serveStyle)
	mux.HandleFunc("/", p.notFound)

	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(p.refuse))
	return referenced(p.secured(crossOrigin.Handler(mux)))
}

// login sends a person to FranceConnect. Who goes on to the quotient is asked
// for it there, at once.
func (p *portal) login(w http.ResponseWriter, r *http.Request) {
	ask := franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}
	if ask.ReturnTo == quotientPage {
		ask.Scopes = p.api.scopes
	}
	if err := p.fc.Login(w, r, ask); err != nil {
		p.sorry(w, r, err, loginPath(ask.ReturnTo))
	}
}

// callback takes the person back from FranceConnect. Now, and at no other time,
// there is an access token. Whatever the data providers do, the person is in.
func (p *portal) callback(w http.ResponseWriter, r *http.Request) {
	back := p.now()
	s, err := p.fc.Callback(w, r)
	if err != nil {
		p.sorry(w, r, err, loginPath(returnTo(err)))
		return
	}
	rec := record{Session: *s}
	if s.ReturnTo == quotientPage {
		h := p.api.ask(r.Context(), s, p.left(back))
		rec.Household = &h
	}
	if err := p.sessions.start(w, r, rec); err != nil {
		p.sorry(w, r, err, loginPath(s.ReturnTo))
		return
	}
	http.Redirect(w, r, onward(s), http.StatusSeeOther)
}

// left is how long the access token of a person who came back then is still
// good for.
func (p *portal) left(back time.Time) time.Duration { return tokenTime - p.now().Sub(back) }

// logout ends the session here, with the data, whatever becomes of the one at
// FranceConnect.
func (p *portal) logout(w http.ResponseWriter, r *http.Request) {
	if err := p.fc.Logout(w, r, p.sessions.end(w, r)); err != nil {
		p.sorry(w, r, err, loginPath(""))
	}
}

func (p *portal) loggedOut(w http.ResponseWriter, r *http.Request) {
	v := view{Title: "Déconnexion"}
	if p.fc.LogoutCallback(w, r) {
		v.Title, v.LoggedOut = "Vous êtes déconnecté", true
	}
	p.show(w, r, http.StatusOK, "deconnexion", v)
}

// signIn is the page with the two ways in.
func (p *portal) signIn(w http.ResponseWriter, r *http.Request) {
	if _, ok := p.sessions.get(r); ok {
		http.Redirect(w, r, accountPage, http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "connexion", view{Title: "Connexion",
		Button: p.fc.Button(franceconnect.Button{Path: loginPath(accountPage)})})
}

// account is a page for people who are signed in.
func (p *portal) account(w http.ResponseWriter, r *http.Request) {
	rec, ok := p.sessions.get(r)
	if !ok {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p.show(w, r, http.StatusOK, "mon-compte", view{Title: "Mon compte", Results: results(rec.Household), Again: incomplete(rec.Household)})
}

// quotient says what will be asked for, and leads there: who is signed in stays
// so, and who is not signs in with the same click.
func (p *portal) quotient(w http.ResponseWriter, r *http.Request) {
	rec, ok := p.sessions.get(r)
	if ok && rec.Household != nil {
		p.show(w, r, http.StatusOK, "mon-compte", view{Title: "Mon quotient familial", Results: results(rec.Household), Again: incomplete(rec.Household)})
		return
	}
	v := view{Title: "Récupérer mon quotient familial", Wanted: labels(p.api.scopes)}
	if !ok {
		v.Button = p.fc.Button(franceconnect.Button{Path: loginPath(quotientPage)})
	}
	p.show(w, r, http.StatusOK, "quotient", v)
}

func (p *portal) notFound(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusNotFound, "introuvable", view{Title: "Page introuvable"})
}

// loginPath is where a login begins that goes on to next.
func loginPath(next string) string {
	if next == "" || next == "/" {
		return "/franceconnect/login"
	}
	return "/franceconnect/login?" + url.Values{"next": {next}}.Encode()
}

// returnTo is where a login was to go on to that failed, if it is known.
func returnTo(err error) string {
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		return e.ReturnTo
	}
	return ""
}

// onward is where a person goes who has signed in, and never round in circles.
func onward(s *franceconnect.Session) string {
	if s.ReturnTo == "/" || strings.HasPrefix(s.ReturnTo, "/franceconnect") {
		return accountPage
	}
	return s.ReturnTo
}

// secured adds the headers that every answer has.
func (p *portal) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", p.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // pages say who is signed in, and what they earn
		next.ServeHTTP(w, r)
	})
}

// refuse answers what another site made a browser send.
func (p *portal) refuse(w http.ResponseWriter, r *http.Request) { p.sorry(w, r, errCrossOrigin, "/") }
