// Command chi is a portal on chi, with its sessions in scs.
package main

import (
	"log"
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	fc, address := settings.Read()
	log.Fatal(http.ListenAndServe(settings.Addr(), newPortal(fc, settings.Sessions(address), address)))
}

func newPortal(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler {
	person := func(r *http.Request) franceconnect.Session {
		return page.Person(sessions.Get(r.Context(), "person"))
	}
	// Not middleware.Logger, which writes the query of the callback down, nor
	// middleware.RealIP for anything here: the SDK does not ask who calls.
	r := chi.NewRouter()
	r.Use(page.WithHeaders(fc), page.Protect(address).Handler, sessions.LoadAndSave)
	r.Get("/style.css", page.Style)
	r.Get("/", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"}), Person: person(r)})
	})
	r.Route("/franceconnect", func(r chi.Router) {
		r.Get("/login", func(w http.ResponseWriter, r *http.Request) {
			page.Sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
		})
		r.Get("/callback", func(w http.ResponseWriter, r *http.Request) {
			s, err := fc.Callback(w, r)
			if err == nil {
				err = sessions.RenewToken(r.Context())
			}
			if err != nil {
				page.Sorry(w, err)
				return
			}
			sessions.Put(r.Context(), "person", *s)
			http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
		})
		r.Get("/logout", func(w http.ResponseWriter, r *http.Request) {
			page.Show(w, http.StatusOK, "goodbye", page.View{LoggedOut: fc.LogoutCallback(w, r), Person: person(r)})
		})
	})
	r.Get("/mon-compte", func(w http.ResponseWriter, r *http.Request) {
		if person(r).Subject == "" {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		page.Show(w, http.StatusOK, "account", page.View{Person: person(r)})
	})
	r.Post("/deconnexion", func(w http.ResponseWriter, r *http.Request) {
		hint := person(r).IDTokenHint
		err := sessions.Destroy(r.Context())
		if err == nil {
			err = fc.Logout(w, r, hint)
		}
		page.Sorry(w, err)
	})
	return r
}
