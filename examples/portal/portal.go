package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cog"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
)

// The addresses that are registered at FranceConnect, below the portal's own.
const (
	callbackPath  = "/franceconnect/callback"
	loggedOutPath = "/franceconnect/logout"
	keysPath      = "/franceconnect/jwks.json" // on FranceConnect+
	sectorPath    = "/franceconnect/secteur.json"
	directPath    = "/franceconnect/direct" // not registered: the team of the State's app has it
)

// maxForm is more than any form of this site has, in bytes.
const maxForm = 16 << 10

// A portal is the site: its routes, its accounts, and who is signed in.
type portal struct {
	url      string
	fc       *franceconnect.Client
	plus     *franceconnect.Client // FranceConnect+ beside it, for a stronger proof; or nil
	strong   bool                  // one of the two is FranceConnect+
	name     string                // of fc, for people
	sessions *sessions
	accounts *accounts
	linker   link.Linker // over accounts
	attempts *attempts   // at passwords
	log      *slog.Logger
	now      func() time.Time
	agents   *agents // the other door; nil if there is none
	origins  string  // where forms may lead but here
	policy   string  // the Content-Security-Policy of every answer
}

// newPortal makes the site at an address. It signs people in with one
// FranceConnect, and has FranceConnect+ beside it unless plus is nil.
func newPortal(address string, config franceconnect.Config, plus *franceconnect.Config, log *slog.Logger) (*portal, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	p := &portal{
		url:      address,
		strong:   plus != nil || isPlus(config.Environment),
		name:     "FranceConnect",
		sessions: newSessions(config.Now, address),
		accounts: newAccounts(config.Now),
		attempts: newAttempts(config.Now),
		log:      log,
		now:      config.Now,
	}
	p.linker = link.Linker{Accounts: p.accounts, Matcher: match.Matcher{CurrentPlace: cog.Current}}
	client := func(config franceconnect.Config, callback string) (*franceconnect.Client, error) {
		config.RedirectURL = address + callback
		config.PostLogoutRedirectURL = address + loggedOutPath
		config.Observe = observe(log)
		return franceconnect.New(config)
	}
	if isPlus(config.Environment) {
		p.name = "FranceConnect+"
	}
	var err, wrong error
	p.fc, err = client(config, callbackPath)
	if plus != nil {
		p.plus, wrong = client(*plus, plusCallbackPath)
	}
	if err = errors.Join(named(prefix, err), named(plusPrefix, wrong)); err != nil {
		return nil, err
	}
	p.origins = p.fc.ProviderOrigin()
	if p.plus != nil {
		p.origins += " " + p.plus.ProviderOrigin()
	}
	p.policy = policy(p.origins)
	return p, nil
}

// handler returns the whole site. No other site can make a browser post to it.
func (p *portal) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("GET /connexion", p.signIn)
	mux.HandleFunc("POST /connexion", p.signInByPassword)
	mux.HandleFunc("GET /franceconnect/login", p.login)
	mux.HandleFunc("GET "+directPath, p.direct)
	mux.HandleFunc("GET "+callbackPath, p.callback)
	mux.HandleFunc("POST /deconnexion", p.logout)
	mux.HandleFunc("GET "+loggedOutPath, p.loggedOut)
	mux.HandleFunc("GET "+provePath, p.proofForm)
	mux.HandleFunc("POST "+provePath, p.checkProof)
	mux.HandleFunc("POST "+newPath, p.declineAccount)
	for pattern, page := range map[string]func(http.ResponseWriter, *http.Request, visit, account){
		"GET " + welcomePath: p.firstVisit, "POST " + welcomePath: p.chooseAddress,
		"GET " + olderPath: p.olderAccountForm, "POST " + olderPath: p.proveOlderAccount,
		"GET " + accountPath: p.account,
		"GET " + profilePath: p.edit, "POST " + profilePath: p.save, "POST " + addressPath: p.address,
		"GET " + passwordPath: p.passwordForm, "POST " + passwordPath: p.setPassword,
		"POST " + unlinkPath: p.unlink,
		"GET " + dataPath:    p.data, "GET " + filePath: p.download,
		"GET " + erasePath: p.eraseForm, "POST " + erasePath: p.erase,
	} {
		mux.HandleFunc(pattern, p.signedIn(page))
	}
	mux.HandleFunc("GET /mentions-legales", p.legal)
	mux.HandleFunc("GET "+aidPath, p.aid)
	if p.agents != nil {
		p.agentRoutes(mux)
	}
	encrypted := p.fc
	if p.plus != nil {
		mux.HandleFunc("GET "+plusLoginPath, p.stepUp)
		mux.HandleFunc("GET "+plusCallbackPath, p.stepUpCallback)
		encrypted = p.plus
	}
	mux.Handle(keysPath, encrypted.JWKSHandler())
	mux.Handle(sectorPath, p.fc.SectorIdentifierHandler())
	mux.HandleFunc("GET /style.css", serveStyle)
	mux.HandleFunc("/", p.notFound)

	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.AddTrustedOrigin(p.url) // New has read it; a proxy may change Host, which is compared otherwise
	crossOrigin.SetDenyHandler(http.HandlerFunc(p.refuse))
	return p.logged(p.secured(crossOrigin.Handler(http.MaxBytesHandler(mux, maxForm))))
}

// login sends a person to FranceConnect, and with them where they want to go.
func (p *portal) login(w http.ResponseWriter, r *http.Request) {
	next := r.FormValue("next")
	if p.bringHome(w, r, loginPath(next)) {
		return
	}
	// ReturnTo keeps next only if it is a path of this site.
	if err := p.fc.Login(w, r, franceconnect.LoginRequest{ReturnTo: next, IdPHint: hints[r.FormValue("avec")]}); err != nil {
		p.sorry(w, r, err, loginPath(next))
	}
}

// callback takes the person back from FranceConnect.
func (p *portal) callback(w http.ResponseWriter, r *http.Request) {
	s, err := p.fc.Callback(w, r)
	if err != nil {
		p.sorry(w, r, err, loginPath(returnTo(err)))
		return
	}
	p.enter(w, r, s)
}

// logout ends the session here, whatever becomes of the one at FranceConnect.
// Who was at FranceConnect+ too goes there first, and comes by here once more.
func (p *portal) logout(w http.ResponseWriter, r *http.Request) {
	hint, atPlus := p.sessions.end(w, r)
	fc := p.fc
	if atPlus {
		fc = p.plus
	}
	err := fc.Logout(w, r, hint)
	if errors.Is(err, franceconnect.ErrDisabled) { // in the meantime
		http.Redirect(w, r, loggedOutPath, http.StatusSeeOther)
		return
	}
	if err != nil {
		p.sorry(w, r, err, loginPath(""))
	}
}

// loggedOut shows the page to which FranceConnect and FranceConnect+ send people
// back after logout. What is left to end waits for a click: the SDK follows no link there,
// and a browser may not follow a redirect from FranceConnect+’s own form on to
// FranceConnect (form-action in FranceConnect+’s Content-Security-Policy).
func (p *portal) loggedOut(w http.ResponseWriter, r *http.Request) {
	v := view{Title: "Déconnexion", Erased: p.sessions.tellErased(w, r)}
	v.LoggedOut = p.fc.LogoutCallback(w, r) || p.plus != nil && p.plus.LogoutCallback(w, r)
	v.Unfinished = p.sessions.logoutUnfinished(r)
	switch {
	case v.Unfinished:
		v.Title = "Terminez la déconnexion"
	case v.LoggedOut:
		v.Title = "Vous êtes déconnecté"
	case v.Erased:
		v.Title = "Votre compte est effacé"
	}
	p.show(w, r, http.StatusOK, "deconnexion", v)
}

func (p *portal) home(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusOK, "accueil", view{Title: "Accueil"})
}

func (p *portal) notFound(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusNotFound, "introuvable", view{Title: "Page introuvable"})
}

// loginPath returns where a login begins that goes on to next.
func loginPath(next string) string {
	if next == "" || next == "/" {
		return "/franceconnect/login"
	}
	return "/franceconnect/login?" + url.Values{"next": {next}}.Encode()
}

// returnTo returns where a login was to go on to that failed, if it is known.
func returnTo(err error) string {
	if e := (*franceconnect.Error)(nil); errors.As(err, &e) {
		return e.ReturnTo
	}
	return ""
}

// onward returns where a person goes who has signed in: where they wanted to, or
// home if that was the way in, so that nobody goes round in circles.
// next has been through LocalPath.
func onward(next string) string {
	path, _, _ := strings.Cut(next, "?")
	if path == "/connexion" || strings.HasPrefix(path, "/franceconnect") {
		return "/"
	}
	return next
}

// bringHome reports whether it has answered a developer who opened the portal at
// another address than PORTAL_URL, such as 127.0.0.1 for localhost: the cookie of
// a login is for one host, and would not come back. It sends them to a path at
// PORTAL_URL, once: whoever comes from there with the same Host as before has
// come through a proxy that changes it.
func (p *portal) bringHome(w http.ResponseWriter, r *http.Request, path string) bool {
	if !onThisMachine(p.url) || !onThisMachine("http://"+r.Host) || strings.HasSuffix(p.url, "://"+r.Host) {
		return false
	}
	if r.FormValue("host") == r.Host {
		p.sorry(w, r, fmt.Errorf("%w: Host is %s, PORTAL_URL is %s", errHost, r.Host, p.url), path)
		return true
	}
	to := &url.URL{Path: r.URL.Path, RawQuery: url.Values{"next": {r.FormValue("next")}, "host": {r.Host}}.Encode()}
	http.Redirect(w, r, p.url+to.String(), http.StatusSeeOther)
	return true
}

// secured adds the headers that every answer has.
func (p *portal) secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", p.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // most pages say who is signed in
		next.ServeHTTP(w, r)
	})
}

// policy allows what the pages have: a style sheet, and forms, of which the one
// to sign out sends the browser to FranceConnect or FranceConnect+. Chrome
// applies form-action to that redirect too.
func policy(origins string) string {
	return "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' " + origins +
		"; base-uri 'none'; frame-ancestors 'none'"
}

// refuse answers what another site made a browser send.
func (p *portal) refuse(w http.ResponseWriter, r *http.Request) {
	p.sorry(w, r, errCrossOrigin, "/")
}
