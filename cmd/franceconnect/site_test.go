package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestEachFaultOfThePortalIsFound(t *testing.T) {
	t.Parallel()
	examineEach(t, faultsOfThePortal())
}

func faultsOfThePortal() map[string]breakage {
	return map[string]breakage{
		"portal down":               {env("PORTAL_URL", "http://127.0.0.1:1"), "sign-in-page", bad, ofPortal, "Démarrez"},
		"switched off":              {env("FRANCECONNECT_ENABLED", "false"), "sign-in-page", skipped, "", "désactivé"},
		"no sign-in page":           {page("/connexion", status(404)), "sign-in-page", bad, ofPortal, ""},
		"no button":                 {markup("S’identifier avec", "Connexion"), "button", bad, ofPortal, "S’identifier"},
		"button in a window":        {markup(`<a class="fc"`, `<a class="fc" target="_blank"`), "button", warning, ofPortal, "même onglet"},
		"no link":                   {markup("https://franceconnect.gouv.fr/", "/"), "button", warning, ofPortal, "Qu’est-ce"},
		"link without a title":      {markup("nouvelle fenêtre", ""), "button", warning, ofPortal, "title"},
		"own form first":            {markup("<main>", `<main><input type="password">`), "button", warning, ofPortal, "avant"},
		"no separator":              {markup("<p>ou</p>", ""), "button", warning, ofPortal, "ou"},
		"no other way":              {markup(`<p>ou</p><form><input type="password"></form>`, ""), "other-way", bad, ofPortal, "attester"},
		"plus: button of v2":        {page("/connexion", body(goodPage)), "button", warning, ofPortal, "FranceConnect+"},
		"no heading":                {markup("<h1>Connexion</h1>", ""), "button", warning, ofPortal, "titre"},
		"no sentence":               {markup("proposée", "offerte"), "button", warning, ofPortal, "phrase"},
		"two words":                 {markup("en ligne", "en ligne avec France Connect"), "button", warning, ofPortal, "un mot"},
		"social networks":           {markup("<p>ou</p>", "<p>ou</p><a>Se connecter avec Google</a>"), "button", warning, ofPortal, "sociaux"},
		"button in a frame":         {markup("<main>", `<main><iframe src="https://app.franceconnect.gouv.fr"></iframe>`), "button", warning, ofPortal, "même onglet"},
		"no styles":                 {markup(`<link rel="stylesheet" href="/style.css">`, ""), "look", skipped, "", "-css"},
		"pale button":               {styled(".fc{background:#ddd;color:#000}.fc:hover{color:#111}"), "look", warning, ofPortal, "autre bouton"},
		"dark page":                 {styled("body{background:#000033}.fc{background:#000091;color:#fff}.fc:hover{color:#eee}"), "look", warning, ofPortal, "autre bouton"},
		"pale words":                {styled(".fc{background:#000091;color:#00f}.fc:hover{color:#fff}"), "look", warning, ofPortal, "4,5"},
		"no hover":                  {styled(".fc{background:#000091;color:#fff}"), "look", warning, ofPortal, "hover"},
		"stretched picture":         {markup("<b>FranceConnect</b>", `<img alt="FranceConnect" width="230" height="120">`), "look", warning, ofPortal, "déformé"},
		"small picture":             {markup("<b>FranceConnect</b>", `<img alt="FranceConnect" width="115" height="30">`), "look", warning, ofPortal, "petit"},
		"two pictures":              {markup("<b>FranceConnect</b>", `<img alt="FranceConnect"><img alt="FranceConnect">`), "look", warning, ofPortal, "deux fois"},
		"other way":                 {both(flags("-autre", "/compte"), markup(`<form><input type="password"></form>`, `<a href="/compte">Compte</a>`)), "other-way", good, "", "attester"},
		"other way down":            {flags("-autre", "/nulle-part"), "other-way", bad, ofPortal, "-autre"},
		"no other way to open":      {page("/connexion", status(404)), "other-way", "", "", ""},
		"no other way again":        {flags("-autre", "/franceconnect/login"), "other-way", bad, ofPortal, "encore FranceConnect"},
		"form-action in a meta":     {markup("<main>", `<meta http-equiv="Content-Security-Policy" content="form-action 'self'"><main>`), "headers", bad, ofPortal, "form-action"},
		"logo of the design system": {both(headed("Content-Security-Policy", "default-src 'self'"), markup(`class="fc"`, `class="fc fr-connect"`)), "headers", warning, ofPortal, "data:"},
		"no button to look at":      {markup("S’identifier avec", "Connexion"), "look", "", "", ""},
		"stretched input": {markup(`<a class="fc" href="/franceconnect/login">S’identifier avec <b>FranceConnect</b></a>`,
			`<form action="/franceconnect/login"><input type="image" class="fc" alt="S’identifier avec FranceConnect" width="230" height="120"></form>`), "look", warning, ofPortal, "déformé"},
		"colour of words alone": {styled(".fc{color:#000}.fc:hover{color:#111}"), "look", good, "", ""},
		"styles for paper":      {markup(`href="/style.css"`, `href="/style.css" media="print"`), "look", skipped, "", "-css"},
		"styles for later":      {markup(`rel="stylesheet"`, `rel="preload"`), "look", skipped, "", "-css"},
		"styles of another": {func(town *town) {
			markup(`"/style.css"`, `"`+strings.Replace(town.portal, "127.0.0.1", "localhost", 1)+`/style.css"`)(town)
		}, "look", skipped, "", "-css"},
		"wrong address, no page":   {env("PORTAL_URL", "http://portail.example.fr"), "sign-in-page", skipped, "", "PORTAL_URL"},
		"portal down, no login":    {env("PORTAL_URL", "http://127.0.0.1:1"), "login", "", "", ""},
		"login cut off":            {cut("/franceconnect/login"), "login", bad, ofNetwork, "pare-feu"},
		"callback cut off":         {cut("/franceconnect/callback"), "callback", bad, ofNetwork, "pare-feu"},
		"page after logout cut":    {cut("/franceconnect/logout"), "logged-out", bad, ofNetwork, "pare-feu"},
		"no address after logout":  {flags("-deconnexion", ""), "logged-out", "", "", ""},
		"sector document cut":      {both(flags("-aussi", "https://autre.example.fr"), cut("/secteur.json")), "sector", bad, ofNetwork, "pare-feu"},
		"plus: published keys cut": {cut("/jwks.json"), "published-keys", bad, ofNetwork, "pare-feu"},
		"no referrer policy":       {headed("Referrer-Policy", ""), "headers", warning, ofPortal, "Referrer-Policy"},
		"unsafe referrer":          {headed("Referrer-Policy", "no-referrer, unsafe-url"), "headers", warning, ofPortal, "same-origin"},
		"framed":                   {headed("X-Frame-Options", ""), "headers", warning, ofPortal, "cadre"},
		"no cookie":                {departs(func(h http.Header) { h.Del("Set-Cookie") }), "cookies", bad, ofPortal, "tout retour"},
		"strict cookie":            {cookie("SameSite=Lax", "SameSite=Strict"), "cookies", bad, ofPortal, "Strict"},
		"cookie for scripts":       {cookie("; HttpOnly", ""), "cookies", bad, ofPortal, "HttpOnly"},
		"cookie for other sites":   {cookie("SameSite=Lax", "SameSite=None"), "cookies", warning, ofPortal, "Lax"},
		"big cookie":               {cookie("=", "="+strings.Repeat("x", 5000)), "cookies", bad, ofPortal, "4096"},
		"token in a cookie":        {cookie("=", "=eyJhbGciOiJFUzI1NiJ9.e30.eA"), "cookies", bad, ofPortal, "jeton lisible"},
		"portal that answers once": {func(town *town) {
			asked := 0
			departs(func(h http.Header) {
				if asked++; asked > 1 {
					h.Del("Location")
				}
			})(town)
		}, "request", "", "", ""},
		"strict session":        {headed("Set-Cookie", "session=x; HttpOnly; SameSite=Strict"), "cookies", warning, ofPortal, "session"},
		"PKCE":                  {asks("code_challenge", "x"), "request", bad, ofPortal, "code_challenge"},
		"repeated parameter":    {request(func(asked url.Values) { asked.Add("prompt", "login"); asked.Add("prompt", "login") }), "request", bad, ofPortal, "répète"},
		"short state":           {asks("state", "x"), "request", bad, ofPortal, "state est absent ou trop court"},
		"nonce of the guide":    {request(func(asked url.Values) { asked.Set("nonce", asked.Get("nonce")[:25]) }), "request", warning, ofPortal, "32"},
		"one nonce for all":     {asks("nonce", strings.Repeat("n", 64)), "request", bad, ofPortal, "le même"},
		"another level":         {asks("acr_values", "eidas1 eidas2"), "request", bad, ofPortal, "eidas1"},
		"other scopes":          {asks("scope", "openid email"), "request", warning, ofPortal, "scopes"},
		"form-action":           {func(town *town) { town.headers["Content-Security-Policy"] = "default-src 'none'; form-action 'self'" }, "headers", bad, ofPortal, "form-action"},
		"no nosniff":            {func(town *town) { town.headers = nil }, "headers", warning, ofPortal, "nosniff"},
		"login elsewhere":       {page("/franceconnect/login", body("bonjour")), "login", warning, ofPortal, "POST"},
		"another FranceConnect": {page("/franceconnect/login", to("https://x.example/authorize?client_id=x")), "login", bad, ofPortal, "autre FranceConnect"},
		"another client id":     {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "login", bad, ofPortal, "Redémarrez"},
		"another address":       {flags("-retour", "/callback"), "login", bad, ofPortal, "Host"},
		"no callback":           {page("/franceconnect/callback", status(404)), "callback", bad, ofPortal, "404"},
		"callback fails":        {page("/franceconnect/callback", status(500)), "callback", bad, ofPortal, "4xx"},
		"callback cached":       {page("/franceconnect/callback", status(400)), "callback", warning, ofPortal, "no-store"},
		"callback that leaks": {page("/franceconnect/callback", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Referrer-Policy", "unsafe-url")
			w.WriteHeader(http.StatusBadRequest)
		}), "callback", warning, ofPortal, "no-referrer"},
		"no page after logout": {page("/franceconnect/logout", status(404)), "logged-out", bad, ofPortal, ""},
		"no sector document":   {flags("-aussi", "https://autre.example.fr"), "sector", bad, ofPortal, "Y04A8220"},
		"wrong sector document": {func(town *town) {
			flags("-aussi", "https://autre.example.fr")(town)
			page("/franceconnect/secteur.json", body(`["https://x.example"]`))(town)
		}, "sector", bad, ofPortal, "exactement"},
		"sector document with logout": {func(town *town) {
			flags("-aussi", "https://autre.example.fr")(town)
			page("/franceconnect/secteur.json", body(`["`+town.portal+`/franceconnect/logout"]`))(town)
		}, "sector", bad, ofPortal, "déconnexion"},
		"sector document on http": {func(town *town) {
			flags("-aussi", "https://autre.example.fr")(town)
			page("/franceconnect/secteur.json", body(`["https://autre.example.fr/franceconnect/callback","`+town.portal+`/franceconnect/callback"]`))(town)
		}, "sector", warning, ofPortal, "https"},
		"plus: keys on http":           {func(*town) {}, "published-keys", warning, ofPortal, "https"},
		"plus: keys redirected":        {page("/franceconnect/jwks.json", to("/connexion")), "published-keys", bad, ofPortal, "redirige"},
		"plus: keys behind a page":     {page("/franceconnect/jwks.json", body("<html>")), "published-keys", bad, ofPortal, "chaque connexion"},
		"plus: keys of another":        {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","kid":"x"}]}`)), "published-keys", bad, ofPortal, "Redémarrez"},
		"plus: private keys published": {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","d":"x"}]}`)), "published-keys", bad, ofPortal, "tout de suite"},
		"plus: keys not served":        {page("/franceconnect/jwks.json", status(404)), "published-keys", bad, ofPortal, "PublishedKeys"},
	}
}
