// Command nethttp is a portal on net/http alone, with its sessions in scs.
package main

import (
	"cmp"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	address := os.Getenv("PORTAL_URL") // https://portail.example.fr, as people reach it
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", os.Getenv)
	config.RedirectURL, config.PostLogoutRedirectURL = address+"/franceconnect/callback", address+"/franceconnect/logout"
	fc, wrong := franceconnect.New(config)
	if err := cmp.Or(err, wrong); err != nil {
		log.Fatal(err)
	}
	listen := cmp.Or(os.Getenv("PORTAL_ADDR"), "127.0.0.1:8080")
	log.Fatal((&http.Server{Addr: listen, Handler: newPortal(fc, newSessions(address), address), ReadHeaderTimeout: 5 * time.Second}).ListenAndServe())
}

// newSessions returns the sessions: they are on the server, with who is signed in; a
// browser has their id.
func newSessions(address string) *scs.SessionManager {
	sessions := scs.New()
	sessions.Codec = page.SessionCodec{}
	// FranceConnect ends its own session after as long without use, or on
	// FranceConnect+ after 10 minutes: who goes away without signing out is then
	// signed out on both sides. Nor does a session outlive the browser.
	sessions.IdleTimeout, sessions.Cookie.Persist = 30*time.Minute, false
	sessions.Cookie.Name, sessions.Cookie.Secure = page.Cookie(address, "session")
	return sessions
}

func newPortal(fc *franceconnect.Client, sessions *scs.SessionManager, address string) http.Handler {
	person := func(r *http.Request) franceconnect.Session {
		return page.Person(sessions.Get(r.Context(), "person")) // of nobody, if it has no Subject
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"}), Person: person(r)})
	})
	mux.HandleFunc("GET /franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
		page.Sorry(w, fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: r.FormValue("next")}))
	})
	mux.HandleFunc("GET /franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := fc.Callback(w, r)
		if err == nil {
			err = sessions.RenewToken(r.Context()) // to an id that nobody could plant
		}
		if err != nil {
			page.Sorry(w, err)
			return
		}
		sessions.Put(r.Context(), "person", *s)
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
	mux.HandleFunc("GET /mon-compte", func(w http.ResponseWriter, r *http.Request) {
		if person(r).Subject == "" {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		page.Show(w, http.StatusOK, "account", page.View{Person: person(r)})
	})
	mux.HandleFunc("POST /deconnexion", func(w http.ResponseWriter, r *http.Request) {
		hint := person(r).IDTokenHint
		err := sessions.Destroy(r.Context()) // first, whatever becomes of the one at FranceConnect
		if err == nil {
			err = fc.Logout(w, r, hint)
		}
		page.Sorry(w, err)
	})
	mux.HandleFunc("GET /franceconnect/logout", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "goodbye", page.View{LoggedOut: fc.LogoutCallback(w, r), Person: person(r)})
	})
	protect := http.NewCrossOriginProtection()
	if err := protect.AddTrustedOrigin(address); err != nil { // so that it need not look at Host
		log.Panic(err)
	}
	return page.WithHeaders(fc)(protect.Handler(sessions.LoadAndSave(mux)))
}
