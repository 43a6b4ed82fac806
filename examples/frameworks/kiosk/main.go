// Command kiosk is a portal on computers that people share, in a town hall or a
// library. It signs people out of FranceConnect as soon as they have signed in,
// and keeps a session of its own, for 10 minutes without use.
package main

import (
	"log"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	fc, address := settings.Read()
	log.Fatal(http.ListenAndServe(settings.Addr(), newPortal(fc, newSessions(address), address)))
}

func newSessions(address string) *scs.SessionManager {
	sessions := settings.Sessions(address)
	sessions.IdleTimeout, sessions.Lifetime = 10*time.Minute, time.Hour
	return sessions
}

func newPortal(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler {
	person := func(r *http.Request) franceconnect.Session {
		return page.Person(sessions.Get(r.Context(), "person"))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		s, name := person(r), "account"
		if s.Subject == "" {
			name = "home"
		}
		page.Show(w, http.StatusOK, name, page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login"}), Person: s})
	})
	mux.HandleFunc("GET /franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
		page.Sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	mux.HandleFunc("GET /franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err == nil {
			err = sessions.RenewToken(r.Context())
		}
		if err != nil {
			page.Sorry(w, err)
			return
		}
		sessions.Put(r.Context(), "person", *s)
		page.Sorry(w, fc.EndProviderSession(w, r, s))
	})
	mux.HandleFunc("GET /franceconnect/logout", func(w http.ResponseWriter, r *http.Request) {
		loggedOut, s := fc.LogoutCallback(w, r), person(r)
		if loggedOut && s.Subject != "" { // there, and not here: on to where they wanted to go
			s.IDTokenHint = "" // it is spent
			sessions.Put(r.Context(), "person", s)
			http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
			return
		}
		page.Show(w, http.StatusOK, "goodbye", page.View{LoggedOut: loggedOut, Person: s})
	})
	mux.HandleFunc("POST /deconnexion", func(w http.ResponseWriter, r *http.Request) {
		hint := person(r).IDTokenHint // of who did not go on
		err := sessions.Destroy(r.Context())
		if err == nil {
			err = fc.Logout(w, r, hint)
		}
		page.Sorry(w, err)
	})
	return page.WithHeaders(fc)(page.Protect(address).Handler(sessions.LoadAndSave(mux)))
}
