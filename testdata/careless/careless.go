// Package careless is a portal that gets nearly everything about FranceConnect
// WRONG, ON PURPOSE.
//
// DO NOT COPY A LINE OF IT. Each mistake was made by somebody, in production;
// together they are what the attacks of testdata/mockidp/attack are for, and the
// proof that those attacks find something. An honest person does get in, which
// is why nobody noticed.
//
// Each mistake is called by its name where it is made.
package careless

import (
	"cmp"
	"crypto/ecdsa"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
)

// A Config is what a portal and FranceConnect agreed on.
type Config struct {
	Issuer, ClientID, ClientSecret string
	URL                            string // of the portal itself

	// DecryptionKey opens what FranceConnect+ encrypts; nil on FranceConnect v2.
	DecryptionKey *ecdsa.PrivateKey

	ProConnect bool // it is ProConnect that people sign in with
}

// A portal answers at /, /login, /callback, /logout and /loggedout. It has a
// second way in, for a page that wants a higher level: /strong, /strong/login
// and /strong/callback.
type portal struct {
	Config

	mu       sync.Mutex
	counter  int
	states   map[string]string            // where each login goes on to
	sessions map[string]map[string]string // by id: what is known of the person
}

// New makes the careless portal.
func New(config Config) http.Handler {
	p := &portal{Config: config, states: map[string]string{}, sessions: map[string]map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", p.home)
	mux.HandleFunc("/login", p.login(""))
	mux.HandleFunc("/callback", p.callback(""))
	mux.HandleFunc("/strong", p.home)
	mux.HandleFunc("/strong/login", p.login(strong))
	mux.HandleFunc("/strong/callback", p.callback(strong))
	mux.HandleFunc("/logout", p.logout) // MISTAKE: a link or an image signs out
	mux.HandleFunc("/loggedout", p.loggedOut)
	return mux
}

// strong begins the addresses of the second way in.
const strong = "/strong"

// session returns that of a browser. MISTAKES: the browser chooses its id, which
// stays the same when somebody signs in; the cookie is for scripts and other
// sites, too.
func (p *portal) session(w http.ResponseWriter, r *http.Request) map[string]string {
	id := ""
	if k, err := r.Cookie("session"); err == nil {
		id = k.Value
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if id == "" {
		p.counter++
		id = "session-" + strconv.Itoa(p.counter) // MISTAKE: the next one is easy to guess
		http.SetCookie(w, &http.Cookie{Name: "session", Value: id, Path: "/"})
	}
	if p.sessions[id] == nil {
		p.sessions[id] = map[string]string{}
	}
	return p.sessions[id]
}

func (p *portal) home(w http.ResponseWriter, r *http.Request) {
	s := p.session(w, r)
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// MISTAKE: who came back by the second way in has its level, nobody looks at acr.
	if s["sub"] == "" || r.URL.Path == strong && s["way in"] != strong {
		fmt.Fprint(w, `<a href="/login">FranceConnect</a>`)
		return
	}
	// MISTAKE: who is signed in without an identity is somebody all the same.
	fmt.Fprintf(w, `<p>%s</p><form method="post" action="/logout"><button>Se déconnecter</button></form>`, cmp.Or(s["family_name"], s["usual_name"], s["sub"]))
}

// login sends the browser to FranceConnect. MISTAKE: of what it asks for there,
// nothing is kept: who edits the address gets what they like.
func (p *portal) login(way string) http.HandlerFunc {
	level := "eidas1"
	if p.DecryptionKey != nil {
		level = "eidas2"
	}
	if way == strong {
		level = "eidas3"
	}
	return func(w http.ResponseWriter, r *http.Request) { p.leave(w, r, way, level) }
}

func (p *portal) leave(w http.ResponseWriter, r *http.Request, way, level string) {
	p.session(w, r)
	p.mu.Lock()
	p.counter++
	state := fmt.Sprintf("state-of-the-portal-%08d", p.counter) // MISTAKE: a counter is no secret
	p.states[state] = r.FormValue("next")                       // MISTAKES: any address will do; no browser is remembered
	p.mu.Unlock()
	q := url.Values{
		"response_type": {"code"}, "client_id": {p.ClientID}, "redirect_uri": {p.address(r) + way + "/callback"},
		"scope": {"openid identite_pivot email"}, "acr_values": {level}, "state": {state},
		"claims": {`{"id_token":{"amr":{"essential":true}}}`},
		"nonce":  {"a-nonce-that-is-always-the-same"}, // MISTAKE: that is no nonce
	}
	if p.ProConnect {
		q.Del("acr_values")
		q.Set("scope", "openid given_name usual_name email siret")
		// MISTAKE: one of the levels has another name since June 2026, and what comes is not looked at.
		q.Set("claims", `{"id_token":{"amr":{"essential":true},"acr":{"essential":true,"values":["eidas1","https://proconnect.gouv.fr/assurance/consistency-checked-2fa"]}}}`)
	}
	http.Redirect(w, r, p.Issuer+"/authorize?"+q.Encode(), http.StatusMovedPermanently) // MISTAKE: browsers and proxies keep it
}

// address returns the portal's own. MISTAKE: it believes what the request says.
func (p *portal) address(r *http.Request) string {
	if host := r.Header.Get("X-Forwarded-Host"); host != "" {
		return "http://" + host
	}
	return "http://" + r.Host
}

// logout signs out. MISTAKES: any method, from any site; FranceConnect's
// session stays open; the browser goes on to wherever it is told.
func (p *portal) logout(w http.ResponseWriter, r *http.Request) {
	p.forget(w)
	http.Redirect(w, r, "/loggedout?next="+url.QueryEscape(r.FormValue("next")), http.StatusSeeOther)
}

// loggedOut returns the return from a logout. MISTAKE: it signs out whoever comes.
func (p *portal) loggedOut(w http.ResponseWriter, r *http.Request) {
	p.forget(w)
	if next := r.FormValue("next"); next != "" {
		w.Header().Set("Location", next)
		w.WriteHeader(http.StatusSeeOther)
	}
}

// forget ends a session. MISTAKE: in the browser alone; here it lives on.
func (p *portal) forget(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: "session", Path: "/", MaxAge: -1})
}
