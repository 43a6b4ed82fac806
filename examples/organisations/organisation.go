package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/franceconnect-go/franceconnect"
)

// An organisation is one portal, as its file had it. It does not change; only
// who is signed in does, and how their logins end.
type organisation struct {
	file, name  string
	hosts       []string
	url         string
	environment string // what was understood, for people; "" if FranceConnect is switched off
	expires     expiries
	closed      bool // its file was never right: what follows is empty
	fc          *franceconnect.Client
	callback    string // paths
	loggedOut   string
	level       franceconnect.Level
	button      franceconnect.ButtonVariant
	published   http.Handler
	policy      string // the Content-Security-Policy of every answer
	pages       http.Handler
	sessions    *sessions
	log         *slog.Logger
	tally       *tally
	trouble     atomic.Pointer[complaint] // of the latest login; nil is none
}

// open fills in what a portal has that is not closed.
func (o *organisation) open(from settings, s *sessions) {
	o.sessions = s
	o.callback, o.loggedOut = from.callback, from.loggedOut
	o.level, o.button = from.config.Level, from.config.ButtonVariant
	o.published = o.fc.JWKSHandler()
	// No other site can make a browser sign somebody out here.
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(o.refuse))
	o.pages = crossOrigin.Handler(http.HandlerFunc(o.serve))
	o.policy = policy(o.fc.ProviderOrigin())
}

// summary returns what an administrator compares with what they meant.
func (o *organisation) summary() []any {
	all := []any{"file", o.file, "name", o.name, "host", strings.Join(o.hosts, " "), "enabled", o.environment != ""}
	if o.environment != "" {
		all = append(all, "franceconnect", o.environment, "button", o.button.String())
		if o.level != 0 {
			all = append(all, "level", o.level.String())
		}
	}
	return all
}

// ServeHTTP finds the portal of a host. Of what a browser says its host is,
// nothing else is used: it is looked up, and no address is made of it.
func (o *organisations) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if org := (*o.byHost.Load())[r.Host]; org != nil {
		org.ServeHTTP(w, r)
		return
	}
	o.log.WarnContext(r.Context(), "a request for a host that no organisation has")
	w.Header().Set("Content-Security-Policy", policy(""))
	show(w, http.StatusNotFound, view{Name: "Portail", Title: "Adresse inconnue",
		French:  "Aucun portail n’est à cette adresse. Vérifiez-la auprès de votre mairie.",
		English: "There is no portal at this address. Please check it with your town."})
}

func (o *organisation) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Host != o.hosts[0] && (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.HasPrefix(r.URL.Path, "/") {
		http.Redirect(w, r, o.url+r.URL.RequestURI(), http.StatusSeeOther)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", o.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store") // most pages say who is signed in
	switch {
	case r.URL.Path == "/style.css":
		serveStyle(w)
	case o.closed:
		h.Set("Content-Security-Policy", policy(""))
		h.Set("Retry-After", "60")
		show(w, http.StatusServiceUnavailable, view{Name: o.name, Title: "Site en maintenance",
			French:  "Ce portail est momentanément indisponible. Veuillez réessayer plus tard.",
			English: "This site is under maintenance. Please try again later."})
	default:
		o.pages.ServeHTTP(w, r)
	}
}

// serve answers for the whole portal. It compares paths, where http.ServeMux would read
// patterns: those of a file are not for that.
func (o *organisation) serve(w http.ResponseWriter, r *http.Request) {
	get := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch path := r.URL.Path; {
	case path == o.callback:
		o.completeLogin(w, r)
	case path == keysPath:
		o.published.ServeHTTP(w, r)
	case path == "/deconnexion" && r.Method == http.MethodPost:
		o.logout(w, r)
	case get && path == "/connexion":
		if err := o.fc.Login(w, r, franceconnect.LoginRequest{}); err != nil {
			o.sorry(w, r, err)
		}
	case get && path == "/mon-compte":
		o.account(w, r)
	case get && (path == "/" || path == o.loggedOut):
		o.home(w, r)
	default:
		o.show(w, http.StatusNotFound, view{Title: "Page introuvable",
			French: "Cette adresse n’existe pas.", English: "There is no page at this address."})
	}
}

// home shows the page with the way in, where people also come back to after logout.
func (o *organisation) home(w http.ResponseWriter, r *http.Request) {
	v := view{Title: "Connexion", LoggedOut: r.URL.Path == o.loggedOut && o.fc.LogoutCallback(w, r)}
	if s := o.sessions.get(r); s != nil {
		v.Person = firstName(s)
	} else if v.Button = o.fc.Button(franceconnect.Button{Path: "/connexion"}); v.Button == "" {
		v.French, v.English = franceconnect.UserMessage(franceconnect.ErrDisabled)
	}
	o.show(w, http.StatusOK, v)
}

// completeLogin takes the person back from FranceConnect.
func (o *organisation) completeLogin(w http.ResponseWriter, r *http.Request) {
	s, err := o.fc.Callback(w, r)
	if err != nil {
		o.sorry(w, r, err)
		return
	}
	o.sessions.start(w, r, s)
	http.Redirect(w, r, "/mon-compte", http.StatusSeeOther)
}

func (o *organisation) account(w http.ResponseWriter, r *http.Request) {
	s := o.sessions.get(r)
	if s == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	o.show(w, http.StatusOK, view{Title: "Mon compte", Person: firstName(s), Level: levels[s.Level]})
}

// logout ends the session here, whatever becomes of the one at FranceConnect.
func (o *organisation) logout(w http.ResponseWriter, r *http.Request) {
	err := o.fc.Logout(w, r, o.sessions.end(w, r))
	if errors.Is(err, franceconnect.ErrDisabled) { // since they signed in
		http.Redirect(w, r, "/", http.StatusSeeOther)
	} else if err != nil {
		o.sorry(w, r, err)
	}
}

// observe writes down how each stage went, and counts it. Nothing personal can get in: an
// Event has nothing personal.
func (o *organisation) observe(ctx context.Context, e franceconnect.Event) {
	o.heed(e)
	o.tally.count(o.file, e)
	attrs := []any{"file", o.file, "stage", e.Operation, "took", e.Duration}
	if e.Err == nil {
		o.log.InfoContext(ctx, "franceconnect", attrs...)
		return
	}
	french, english := franceconnect.OperatorAdvice(e.Err)
	o.log.WarnContext(ctx, "franceconnect", append(attrs, "error", e.Err.Error(), "conseil", plainSpaces.Replace(french), "advice", english)...)
}

// plainSpaces: slog writes no-break spaces as escapes.
var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")
