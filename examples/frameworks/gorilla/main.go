// Command gorilla is a portal on net/http with its sessions in gorilla/sessions.
package main

import (
	"encoding/gob"
	"log"
	"net/http"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/settings"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
)

func main() {
	fc, address := settings.Read()
	log.Fatal(http.ListenAndServe(settings.Addr(), newPortal(fc, newStore("", address), address)))
}

// newStore keeps sessions on the server, in files that it encrypts, and gives a
// browser their id. A CookieStore would give it the session itself, of which no
// logout ends a copy. For many machines there are stores in databases behind the
// same interface.
func newStore(dir, address string) *sessions.FilesystemStore {
	gob.Register(franceconnect.Session{})
	store := sessions.NewFilesystemStore(dir, securecookie.GenerateRandomKey(32), securecookie.GenerateRandomKey(32))
	store.MaxLength(64 << 10) // a file has the 4096 bytes of a cookie unless told otherwise
	store.MaxAge(30 * 60)
	store.Options.HttpOnly, store.Options.SameSite = true, http.SameSiteLaxMode // neither is the default
	_, store.Options.Secure = page.Cookie(address, "session")
	return store
}

func newPortal(fc *franceconnect.Client, store *sessions.FilesystemStore, address string) http.Handler {
	name, _ := page.Cookie(address, "session")
	person := func(r *http.Request) franceconnect.Session {
		kept, _ := store.Get(r, name) // a cookie that is over, or not ours, is a new session
		s, _ := kept.Values["person"].(franceconnect.Session)
		return s
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
			kept, _ := store.Get(r, name)
			kept.ID, kept.Values = "", map[any]any{"person": *s} // Save draws an id that nobody could plant
			err = kept.Save(r, w)
		}
		if err != nil {
			page.Sorry(w, err)
			return
		}
		http.Redirect(w, r, s.ReturnTo, http.StatusSeeOther)
	})
	mux.HandleFunc("GET /mon-compte", func(w http.ResponseWriter, r *http.Request) {
		kept, _ := store.Get(r, name)
		if person(r).Subject == "" || kept.Save(r, w) != nil { // the 30 minutes begin anew
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		page.Show(w, http.StatusOK, "account", page.View{Person: person(r)})
	})
	mux.HandleFunc("POST /deconnexion", func(w http.ResponseWriter, r *http.Request) {
		kept, _ := store.Get(r, name)
		hint := person(r).IDTokenHint
		kept.Options.MaxAge = -1 // ends it
		err := kept.Save(r, w)
		if err == nil {
			err = fc.Logout(w, r, hint)
		}
		page.Sorry(w, err)
	})
	mux.HandleFunc("GET /franceconnect/logout", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "goodbye", page.View{LoggedOut: fc.LogoutCallback(w, r), Person: person(r)})
	})
	return page.WithHeaders(fc)(page.Protect(address).Handler(mux))
}
