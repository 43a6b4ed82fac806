package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestEachFaultOfThePortalIsFound(t *testing.T) {
	t.Parallel()
	examineEach(t, faultsOfThePortal())
}

func faultsOfThePortal() map[string]breakage {
	return map[string]breakage{
		"portal down":               {env("PORTAL_URL", "http://127.0.0.1:1"), "sign-in-page", bad, sidePortal, "Démarrez"},
		"switched off":              {env("FRANCECONNECT_ENABLED", "false"), "sign-in-page", skipped, "", "désactivé"},
		"no sign-in page":           {page("/connexion", status(404)), "sign-in-page", bad, sidePortal, ""},
		"no button":                 {markup("S’identifier avec", "Connexion"), "button", bad, sidePortal, "S’identifier"},
		"button in a window":        {markup(`<a class="fc"`, `<a class="fc" target="_blank"`), "button", warning, sidePortal, "même onglet"},
		"no link":                   {markup("https://franceconnect.gouv.fr/", "/"), "button", warning, sidePortal, "Qu’est-ce"},
		"link without a title":      {markup("nouvelle fenêtre", ""), "button", warning, sidePortal, "title"},
		"own form first":            {markup("<main>", `<main><input type="password">`), "button", warning, sidePortal, "avant"},
		"no separator":              {markup("<p>ou</p>", ""), "button", warning, sidePortal, "ou"},
		"no other way":              {markup(`<p>ou</p><form><input type="password"></form>`, ""), "other-way", bad, sidePortal, "attester"},
		"plus: button of v2":        {page("/connexion", body(goodPage)), "button", warning, sidePortal, "FranceConnect+"},
		"no heading":                {markup("<h1>Connexion</h1>", ""), "button", warning, sidePortal, "titre"},
		"no sentence":               {markup("proposée", "offerte"), "button", warning, sidePortal, "phrase"},
		"two words":                 {markup("en ligne", "en ligne avec France Connect"), "button", warning, sidePortal, "un mot"},
		"social networks":           {markup("<p>ou</p>", "<p>ou</p><a>Se connecter avec Google</a>"), "button", warning, sidePortal, "sociaux"},
		"social networks in bold":   {markup("<p>ou</p>", "<p>ou</p><a>Se connecter avec <b>Google</b></a>"), "button", warning, sidePortal, "sociaux"},
		"other way in bold":         {markup(`<form><input type="password"></form>`, `<a href="/x">Se connecter avec un <b>autre</b> compte</a>`), "other-way", good, "", "attester"},
		"other way with parameters": {all(flags("-autre", "/compte?a=1&b=2"), markup(`<form><input type="password"></form>`, `<a href="/compte?a=1&amp;b=2">Compte</a>`)), "other-way", good, "", "attester"},
		"button in a frame":         {markup("<main>", `<main><iframe src="https://app.franceconnect.gouv.fr"></iframe>`), "button", warning, sidePortal, "même onglet"},
		"no styles":                 {markup(`<link rel="stylesheet" href="/style.css">`, ""), "look", skipped, "", "-css"},
		"pale button":               {styled(".fc{background:#ddd;color:#000}.fc:hover{color:#111}"), "look", warning, sidePortal, "autre bouton"},
		"dark page":                 {styled("body{background:#000033}.fc{background:#000091;color:#fff}.fc:hover{color:#eee}"), "look", warning, sidePortal, "autre bouton"},
		"pale words":                {styled(".fc{background:#000091;color:#00f}.fc:hover{color:#fff}"), "look", warning, sidePortal, "4,5"},
		"no hover":                  {styled(".fc{background:#000091;color:#fff}"), "look", warning, sidePortal, "hover"},
		"stretched picture":         {markup("<b>FranceConnect</b>", `<img alt="FranceConnect" width="230" height="120">`), "look", warning, sidePortal, "déformé"},
		"small picture":             {markup("<b>FranceConnect</b>", `<img alt="FranceConnect" width="115" height="30">`), "look", warning, sidePortal, "petit"},
		"two pictures":              {markup("<b>FranceConnect</b>", `<img alt="FranceConnect"><img alt="FranceConnect">`), "look", warning, sidePortal, "deux fois"},
		"other way":                 {all(flags("-autre", "/compte"), markup(`<form><input type="password"></form>`, `<a href="/compte">Compte</a>`)), "other-way", good, "", "attester"},
		"other way down":            {flags("-autre", "/nulle-part"), "other-way", bad, sidePortal, "-autre"},
		"no other way to open":      {page("/connexion", status(404)), "other-way", "", "", ""},
		"no other way again":        {flags("-autre", "/franceconnect/login"), "other-way", bad, sidePortal, "encore FranceConnect"},
		"form-action in a meta":     {markup("<main>", `<meta http-equiv="Content-Security-Policy" content="form-action 'self'"><main>`), "headers", bad, sidePortal, "form-action"},
		"logo of the design system": {all(headed("Content-Security-Policy", "default-src 'self'"), markup(`class="fc"`, `class="fc fr-connect"`)), "headers", warning, sidePortal, "data:"},
		"no button to look at":      {markup("S’identifier avec", "Connexion"), "look", "", "", ""},
		"stretched input": {markup(`<a class="fc" href="/franceconnect/login">S’identifier avec <b>FranceConnect</b></a>`,
			`<form action="/franceconnect/login"><input type="image" class="fc" alt="S’identifier avec FranceConnect" width="230" height="120"></form>`), "look", warning, sidePortal, "déformé"},
		"colour of words alone": {styled(".fc{color:#000}.fc:hover{color:#111}"), "look", good, "", ""},
		"styles for paper":      {markup(`href="/style.css"`, `href="/style.css" media="print"`), "look", skipped, "", "-css"},
		"styles for later":      {markup(`rel="stylesheet"`, `rel="preload"`), "look", skipped, "", "-css"},
		"styles of another": {func(f *fixture) {
			markup(`"/style.css"`, `"`+strings.Replace(f.portal, "127.0.0.1", "localhost", 1)+`/style.css"`)(f)
		}, "look", skipped, "", "-css"},
		"wrong address, no page":   {env("PORTAL_URL", "http://portail.example.fr"), "sign-in-page", skipped, "", "PORTAL_URL"},
		"portal down, no login":    {env("PORTAL_URL", "http://127.0.0.1:1"), "login", "", "", ""},
		"login cut off":            {cutPath("/franceconnect/login"), "login", bad, sideNetwork, "pare-feu"},
		"callback cut off":         {cutPath("/franceconnect/callback"), "callback", bad, sideNetwork, "pare-feu"},
		"page after logout cut":    {cutPath("/franceconnect/logout"), "logged-out", bad, sideNetwork, "pare-feu"},
		"no address after logout":  {flags("-deconnexion", ""), "logged-out", "", "", ""},
		"sector document cut":      {all(flags("-aussi", "https://autre.example.fr"), cutPath("/secteur.json")), "sector", bad, sideNetwork, "pare-feu"},
		"plus: published keys cut": {cutPath("/jwks.json"), "published-keys", bad, sideNetwork, "pare-feu"},
		"no referrer policy":       {headed("Referrer-Policy", ""), "headers", warning, sidePortal, "Referrer-Policy"},
		"unsafe referrer":          {headed("Referrer-Policy", "no-referrer, unsafe-url"), "headers", warning, sidePortal, "same-origin"},
		"framed":                   {headed("X-Frame-Options", ""), "headers", warning, sidePortal, "cadre"},
		"no cookie":                {changeLoginResponse(func(h http.Header) { h.Del("Set-Cookie") }), "cookies", bad, sidePortal, "tout retour"},
		"strict cookie":            {cookie("SameSite=Lax", "SameSite=Strict"), "cookies", bad, sidePortal, "Strict"},
		"cookie for scripts":       {cookie("; HttpOnly", ""), "cookies", bad, sidePortal, "HttpOnly"},
		"cookie for other sites":   {cookie("SameSite=Lax", "SameSite=None"), "cookies", warning, sidePortal, "Lax"},
		"big cookie":               {cookie("=", "="+strings.Repeat("x", 5000)), "cookies", bad, sidePortal, "4096"},
		"token in a cookie":        {cookie("=", "=eyJhbGciOiJFUzI1NiJ9.e30.eA"), "cookies", bad, sidePortal, "jeton lisible"},
		"portal that answers once": {func(f *fixture) {
			asked := 0
			changeLoginResponse(func(h http.Header) {
				if asked++; asked > 1 {
					h.Del("Location")
				}
			})(f)
		}, "request", "", "", ""},
		"strict session":     {headed("Set-Cookie", "session=x; HttpOnly; SameSite=Strict"), "cookies", warning, sidePortal, "session"},
		"PKCE":               {addParameter("code_challenge", "x"), "request", bad, sidePortal, "code_challenge"},
		"repeated parameter": {request(func(asked url.Values) { asked.Add("prompt", "login"); asked.Add("prompt", "login") }), "request", bad, sidePortal, "répète"},
		"short state":        {addParameter("state", "x"), "request", bad, sidePortal, "state est absent ou trop court"},
		"nonce of the guide": {request(func(asked url.Values) { asked.Set("nonce", asked.Get("nonce")[:25]) }), "request", warning, sidePortal, "32"},
		"one nonce for all":  {addParameter("nonce", strings.Repeat("n", 64)), "request", bad, sidePortal, "le même"},
		"another level":      {addParameter("acr_values", "eidas1 eidas2"), "request", bad, sidePortal, "eidas1"},
		"other scopes":       {addParameter("scope", "openid email"), "request", warning, sidePortal, "scopes"},
		"form-action": {func(f *fixture) {
			f.headers["Content-Security-Policy"] = "default-src 'none'; form-action 'self'"
		}, "headers", bad, sidePortal, "form-action"},
		"no nosniff":                     {func(f *fixture) { f.headers = nil }, "headers", warning, sidePortal, "nosniff"},
		"login elsewhere":                {page("/franceconnect/login", body("bonjour")), "login", warning, sidePortal, "POST"},
		"another FranceConnect":          {page("/franceconnect/login", to("https://x.example/authorize?client_id=x")), "login", bad, sidePortal, "autre FranceConnect"},
		"another FranceConnect, no trip": {page("/franceconnect/login", to("https://x.example/authorize?client_id=x")), "round-trip", "", "", ""},
		"another client id":              {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "login", bad, sidePortal, "Redémarrez"},
		"another address":                {flags("-retour", "/callback"), "login", bad, sidePortal, "Host"},
		"no callback":                    {page("/franceconnect/callback", status(404)), "callback", bad, sidePortal, "404"},
		"callback fails":                 {page("/franceconnect/callback", status(500)), "callback", bad, sidePortal, "4xx"},
		"callback cached":                {page("/franceconnect/callback", status(400)), "callback", warning, sidePortal, "no-store"},
		"callback that leaks": {page("/franceconnect/callback", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Referrer-Policy", "unsafe-url")
			w.WriteHeader(http.StatusBadRequest)
		}), "callback", warning, sidePortal, "strict-origin"},
		"login not recognised": {page("/franceconnect/callback", body("Votre session a expiré.")), "round-trip", bad, sideNetwork, "session a expiré"},
		"no page after logout": {page("/franceconnect/logout", status(404)), "logged-out", bad, sidePortal, ""},
		"no sector document":   {flags("-aussi", "https://autre.example.fr"), "sector", bad, sidePortal, "Y04A8220"},
		"wrong sector document": {func(f *fixture) {
			flags("-aussi", "https://autre.example.fr")(f)
			page("/franceconnect/secteur.json", body(`["https://x.example"]`))(f)
		}, "sector", bad, sidePortal, "exactement"},
		"sector document with logout": {func(f *fixture) {
			flags("-aussi", "https://autre.example.fr")(f)
			page("/franceconnect/secteur.json", body(`["`+f.portal+`/franceconnect/logout"]`))(f)
		}, "sector", bad, sidePortal, "déconnexion"},
		"sector document on http": {func(f *fixture) {
			flags("-aussi", "https://autre.example.fr")(f)
			page("/franceconnect/secteur.json", body(`["https://autre.example.fr/franceconnect/callback","`+f.portal+`/franceconnect/callback"]`))(f)
		}, "sector", warning, sidePortal, "https"},
		"the library's sector document": {func(f *fixture) {
			flags("-aussi", "https://autre.example.fr")(f)
			at := func(origin string) *franceconnect.Client {
				fc, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Sandbox, ClientID: clientID, ClientSecret: secret,
					RedirectURL: origin + "/franceconnect/callback", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}})
				require.NoError(f.t, err)
				return fc
			}
			page("/franceconnect/secteur.json", at(f.portal).SectorIdentifierHandler(at("https://autre.example.fr")).ServeHTTP)(f)
		}, "sector", warning, sidePortal, "https"}, // and else nothing is wrong with it
		"plus: keys on http": {func(*fixture) {}, "published-keys", warning, sidePortal, "https"},
		"plus: keys redirected": {func(f *fixture) {
			f.front = func(one, _ http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/franceconnect/jwks.json" && r.URL.RawQuery == "" {
						http.Redirect(w, r, r.URL.Path+"?v=1", http.StatusFound)
						return
					}
					one.ServeHTTP(w, r)
				})
			}
		}, "published-keys", warning, sidePortal, "redirige vers"},
		"plus: keys redirected to a page": {page("/franceconnect/jwks.json", to("/connexion")), "published-keys", bad, sidePortal, "/connexion"},
		"plus: keys for browsers only":    {withoutAgent(http.StatusForbidden), "published-keys", bad, sideNetwork, "User-Agent"},
		"plus: keys that take their time": {slowKeys, "published-keys", warning, sidePortal, "2,5"},
		"plus: keys behind a page":        {page("/franceconnect/jwks.json", body("<html>")), "published-keys", bad, sidePortal, "chaque connexion"},
		"plus: keys of another":           {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","kid":"x"}]}`)), "published-keys", bad, sidePortal, "Redémarrez"},
		"plus: private keys published":    {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","d":"x"}]}`)), "published-keys", bad, sidePortal, "tout de suite"},
		"plus: keys not served":           {page("/franceconnect/jwks.json", status(404)), "published-keys", bad, sidePortal, "JWKSHandler"},
	}
}

// withoutAgent is a firewall that lets no request without User-Agent through.
func withoutAgent(status int) func(*fixture) {
	return func(f *fixture) {
		f.front = func(one, _ http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("User-Agent") == "" {
					w.WriteHeader(status)
					return
				}
				one.ServeHTTP(w, r)
			})
		}
	}
}

// slowKeys lets three seconds go by, by the clock alone, while the keys are
// fetched.
func slowKeys(f *fixture) {
	var late atomic.Bool
	f.system.now = func() time.Time {
		if late.Load() {
			return time.Now().Add(3 * time.Second)
		}
		return time.Now()
	}
	f.front = func(one, _ http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/franceconnect/jwks.json" {
				late.Store(true)
			}
			one.ServeHTTP(w, r)
		})
	}
}

// The page that the library’s own button is on has nothing wrong with it.
func TestTheLibrarysOwnButtonIsRight(t *testing.T) {
	t.Parallel()
	for _, plus := range []bool{false, true} {
		config := franceconnect.Config{Environment: franceconnect.Sandbox, ClientID: clientID, ClientSecret: secret, RedirectURL: "https://portail.example.fr/retour",
			CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}}
		if plus {
			private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			require.NoError(t, err)
			key, err := franceconnect.NewDecryptionKey("cle", "ECDH-ES", private)
			require.NoError(t, err)
			config.Environment, config.DecryptionKeys = franceconnect.IntegrationPlus, []franceconnect.DecryptionKey{key}
		}
		fc, err := franceconnect.New(config)
		require.NoError(t, err)
		for _, dsfr := range []bool{false, true} {
			for _, english := range []bool{false, true} {
				markup := fc.Button(franceconnect.Button{Path: "/connexion", DSFR: dsfr, English: english})
				var f findings
				checkButton(&f, readPage("<h1>Connexion</h1>"+string(markup)+`<p>ou</p><form><input type="password"></form>`), plus, "")
				require.False(t, f.any(bad) || f.any(warning), "plus %v, dsfr %v, english %v: %v", plus, dsfr, english, f)
			}
		}
	}
}
