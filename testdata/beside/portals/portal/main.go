// Portal is examples/frameworks/nethttp, its pages and its sessions, on a library that is
// not ours: go-oidc, zitadel or cap, named by the only argument. It reads the same
// variables. What a login remembers is where the library's own example keeps it.
package main

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"crypto/rand"

	"github.com/alexedwards/scs/v2"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/page"
	"github.com/franceconnect-go/franceconnect/person"
)

// A library signs people in.
type library interface {
	// login sends the browser to FranceConnect.
	login(w http.ResponseWriter, r *http.Request, next string) error
	// callback returns who has come back, and checks as much as FranceConnect asks for.
	callback(w http.ResponseWriter, r *http.Request) (franceconnect.Session, error)
}

// settings are those of a portal.
type settings struct {
	issuer, id, secret, callback string
	scopes                       []string
}

const level = "eidas1"

func main() {
	address := os.Getenv("PORTAL_URL")
	s := settings{issuer: os.Getenv("FRANCECONNECT_ENVIRONMENT"), id: os.Getenv("FRANCECONNECT_CLIENT_ID"), secret: os.Getenv("FRANCECONNECT_CLIENT_SECRET"),
		callback: address + "/franceconnect/callback", scopes: append([]string{"openid"}, strings.Fields(os.Getenv("FRANCECONNECT_SCOPES"))...)}
	made := map[string]func(settings) (library, error){"go-oidc": newGoOIDC, "zitadel": newZitadel, "cap": newCap}[strings.Join(os.Args[1:], " ")]
	if made == nil {
		log.Fatal("portal: go-oidc, zitadel or cap")
	}
	lib, err := made(s)
	if err != nil {
		log.Fatal(err)
	}
	// Ours is here for its button alone.
	fc, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Sandbox, ClientID: s.id, ClientSecret: franceconnect.Secret(s.secret), RedirectURL: s.callback,
		CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}})
	if err != nil {
		log.Fatal(err)
	}
	listen := cmp.Or(os.Getenv("PORTAL_ADDR"), "127.0.0.1:8080")
	log.Fatal((&http.Server{Addr: listen, Handler: newPortal(lib, fc, s, newSessions(address), address), ReadHeaderTimeout: 5 * time.Second}).ListenAndServe())
}

func newSessions(address string) *scs.SessionManager {
	sessions := scs.New()
	sessions.Codec = page.SessionCodec{}
	sessions.IdleTimeout, sessions.Cookie.Persist = 30*time.Minute, false
	sessions.Cookie.Name, sessions.Cookie.Secure = page.Cookie(address, "session")
	return sessions
}

func newPortal(lib library, fc *franceconnect.Client, s settings, sessions *scs.SessionManager, address string) http.Handler {
	person := func(r *http.Request) franceconnect.Session {
		return page.Person(sessions.Get(r.Context(), "person"))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", page.Style)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "home", page.View{Button: fc.Button(franceconnect.Button{Path: "/franceconnect/login?next=/mon-compte"}), Person: person(r)})
	})
	mux.HandleFunc("GET /franceconnect/login", func(w http.ResponseWriter, r *http.Request) {
		page.Sorry(w, lib.login(w, r, fc.LocalPath(r.FormValue("next"))))
	})
	mux.HandleFunc("GET /franceconnect/callback", func(w http.ResponseWriter, r *http.Request) {
		s, err := lib.callback(w, r)
		if err == nil {
			err = sessions.RenewToken(r.Context())
		}
		if err != nil {
			page.Sorry(w, err)
			return
		}
		sessions.Put(r.Context(), "person", s)
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
		if err := sessions.Destroy(r.Context()); err != nil {
			page.Sorry(w, err)
			return
		}
		values := url.Values{"id_token_hint": {string(hint)}, "state": {drawn()}, "post_logout_redirect_uri": {address + "/franceconnect/logout"}}
		http.Redirect(w, r, s.issuer+"/session/end?"+values.Encode(), http.StatusSeeOther)
	})
	mux.HandleFunc("GET /franceconnect/logout", func(w http.ResponseWriter, r *http.Request) {
		page.Show(w, http.StatusOK, "goodbye", page.View{LoggedOut: true, Person: person(r)})
	})
	return page.WithHeaders(fc)(page.Protect(address).Handler(sessions.LoadAndSave(mux)))
}

// drawn returns a state or a nonce.
func drawn() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

var (
	errState  = errors.New("portal: state, nonce or iss is not that of this login")
	errLevel  = errors.New("portal: acr is too low")
	errClaims = errors.New("portal: the userinfo is of another person, client or provider")
)

// answered checks what FranceConnect says through the browser.
func (s settings) answered(r *http.Request, state string) error {
	if e := r.FormValue("error"); e != "" {
		return fmt.Errorf("portal: %q", e)
	}
	if state == "" || r.FormValue("state") != state || r.FormValue("iss") != s.issuer {
		return errState
	}
	return nil
}

// userinfo are the claims of a userinfo.
type userinfo struct {
	Issuer       string   `json:"iss"`
	Audience     string   `json:"aud"`
	Subject      string   `json:"sub"`
	GivenName    string   `json:"given_name"`
	GivenNames   []string `json:"given_name_array"`
	FamilyName   string   `json:"family_name"`
	UsageName    string   `json:"preferred_username"`
	Email        string   `json:"email"`
	Gender       string   `json:"gender"`
	BirthDate    string   `json:"birthdate"`
	BirthPlace   string   `json:"birthplace"`
	BirthCountry string   `json:"birthcountry"`
}

func (u userinfo) GetSubject() string { return u.Subject }

// session returns who somebody is, once both tokens are verified.
func (s settings) session(u userinfo, subject, acr, idToken, next string) (franceconnect.Session, error) {
	var reached franceconnect.Session
	if acr != level { // the one that was asked for
		return reached, errLevel
	}
	if u.Subject != subject || u.Issuer != s.issuer || u.Audience != s.id {
		return reached, errClaims
	}
	born, err := person.ParseBirthDate(u.BirthDate)
	if err != nil {
		return reached, err
	}
	reached = franceconnect.Session{Subject: u.Subject, Level: franceconnect.Eidas1, Scopes: s.scopes[1:], SignedInAt: time.Now(), ReturnTo: next,
		IDTokenHint: franceconnect.IDTokenHint(idToken)}
	reached.Identity.Pivot = person.Pivot{GivenName: u.GivenName, GivenNames: u.GivenNames, FamilyName: u.FamilyName, Gender: person.Gender(u.Gender),
		BirthDate: born, BirthPlace: person.Place(u.BirthPlace), BirthCountry: person.Place(u.BirthCountry)}
	reached.Identity.UsageName, reached.Identity.Email = u.UsageName, u.Email
	return reached, nil
}

func parse(payload []byte) (u userinfo, err error) {
	err = json.Unmarshal(payload, &u)
	return u, err
}
