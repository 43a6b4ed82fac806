package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestAllIsWell(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus, mockidp.V1} {
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			r := newTown(t, platform, nil).examine()
			require.True(t, r.OK)
			want := []string{"environment", "client-id", "client-secret", "addresses", "scopes", "level", "purpose", "cookie-keys",
				"dns", "clock", "authorize", "token", "logout", "sign-in-page", "button", "headers", "login", "callback", "logged-out"}
			if platform != mockidp.V1 {
				want = append(want, "discovery", "keys")
			}
			if platform == mockidp.Plus {
				want = append(want, "decryption-keys")
			}
			for _, check := range want {
				if check != "environment" || platform != mockidp.V1 {
					require.Equal(t, good, r.of(check).Verdict, "%s: %v", check, r.of(check))
				}
			}
		})
	}
}

// Each check can fail, and says so when it does.
func TestEachCheckFails(t *testing.T) {
	t.Parallel()
	away := mockidp.Reply{Status: 302, Header: http.Header{"Location": {"https://franceconnect.gouv.fr/"}}}
	for name, c := range map[string]struct {
		change  func(*town)
		check   string
		verdict verdict
		whose   side
		says    string // in what or action
	}{
		// Offline.
		"no environment":          {env("FRANCECONNECT_ENVIRONMENT", "nulle-part"), "environment", bad, ofPortal, ""},
		"unknown host":            {env("FRANCECONNECT_ENVIRONMENT", "https://fcp.franceconnect.gouv.fr"), "environment", bad, ofPortal, ""},
		"another platform":        {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_PLATFORM", "plus")), "environment", bad, ofPortal, ""},
		"v1: environment":         {func(*town) {}, "environment", warning, ofRegistration, "Client ID à réutiliser"},
		"no client id":            {env("FRANCECONNECT_CLIENT_ID", ""), "client-id", bad, ofPortal, "absent"},
		"client id with a space":  {env("FRANCECONNECT_CLIENT_ID", clientID+" "), "client-id", bad, ofPortal, "espace"},
		"client id in quotes":     {env("FRANCECONNECT_CLIENT_ID", `"`+clientID+`"`), "client-id", bad, ofPortal, "guillemets"},
		"client id of a demo":     {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", publicIDs[0])), "client-id", bad, ofRegistration, "public"},
		"client id cut":           {env("FRANCECONNECT_CLIENT_ID", clientID[:60]), "client-id", warning, ofPortal, "64"},
		"no secret":               {env("FRANCECONNECT_CLIENT_SECRET", ""), "client-secret", bad, ofPortal, "SMS"},
		"secret is the id":        {env("FRANCECONNECT_CLIENT_SECRET", clientID), "client-secret", bad, ofPortal, "identifiant"},
		"secret in quotes":        {env("FRANCECONNECT_CLIENT_SECRET", "'"+secret+"'"), "client-secret", bad, ofPortal, "guillemets"},
		"secret cut":              {env("FRANCECONNECT_CLIENT_SECRET", secret[:63]), "client-secret", warning, ofPortal, "64"},
		"secret on command line":  {func(town *town) { town.world.args = []string{"-page", secret} }, "leaks", bad, ofPortal, "ligne de commande"},
		"secret in a file":        {func(town *town) { town.world.here = fstest.MapFS{"a/.env": {Data: []byte("SECRET=" + secret)}} }, "leaks", warning, ofPortal, "a/.env"},
		"secret for all to read":  {readable, "leaks", warning, ofPortal, "lisible"},
		"no cookie key":           {env("FRANCECONNECT_KEYS", ""), "cookie-keys", warning, ofPortal, "doctor cles"},
		"bad cookie key":          {env("FRANCECONNECT_KEYS", "abc"), "cookie-keys", bad, ofPortal, ""},
		"plus: no decryption key": {func(town *town) { town.env["FRANCECONNECT_DECRYPTION_KEYS"] = "" }, "decryption-keys", bad, ofPortal, ""},
		"portal on http":          {env("PORTAL_URL", "http://portail.example.fr"), "addresses", bad, ofPortal, "https"},
		"production on localhost": {offline(env("FRANCECONNECT_ENVIRONMENT", "production")), "addresses", bad, ofPortal, "localhost"},
		"wildcard":                {offline(env("PORTAL_URL", "https://*.example.fr")), "addresses", bad, ofRegistration, "*"},
		"long address":            {flags("-retour", "/"+strings.Repeat("a", 1100)), "addresses", bad, ofRegistration, "1024"},
		"query":                   {flags("-retour", "/retour?x=1"), "addresses", bad, ofPortal, "paramètres"},
		"slash":                   {flags("-retour", "/retour/"), "addresses", warning, ofRegistration, "barre"},
		"preview host":            {offline(env("PORTAL_URL", "https://pr-12.portail.example.fr")), "addresses", warning, ofRegistration, "provisoire"},
		"one address for both":    {flags("-deconnexion", "/franceconnect/callback"), "addresses", bad, ofPortal, "même adresse"},
		"path of the portal":      {func(town *town) { town.env["PORTAL_URL"] += "/portail" }, "addresses", warning, ofPortal, "chemin"},
		"no logout":               {flags("-deconnexion", ""), "logout-url", bad, ofRegistration, ""},
		"scope of v1":             {env("FRANCECONNECT_SCOPES", "address"), "scopes", bad, ofPortal, "version 1"},
		"unknown scope":           {env("FRANCECONNECT_SCOPES", "identite_pivo"), "scopes", bad, ofPortal, "identite_pivo"},
		"scope beyond":            {flags("-habilitation", "birth gender"), "scopes", bad, ofRegistration, "family_name"},
		"data provider":           {env("FRANCECONNECT_SCOPES", "dgfip_rfr"), "scopes", warning, ofRegistration, "habilitation à part"},
		"level of plus":           {env("FRANCECONNECT_LEVEL", "eidas2"), "level", bad, ofPortal, "FranceConnect+"},
		"no such level":           {env("FRANCECONNECT_LEVEL", "eidas4"), "level", bad, ofPortal, ""},
		"sandbox in production":   {env("APP_ENV", "production"), "purpose", bad, ofPortal, "production"},
		"production in test":      {offline(env("FRANCECONNECT_ENVIRONMENT", "production", "PORTAL_URL", "https://portail.example.fr", "GO_ENV", "dev")), "purpose", warning, ofPortal, "bac à sable"},
		"no such page":            {flags("-page", "/nulle/part.html"), "button", bad, ofPortal, "-page"},

		// The way to FranceConnect.
		"name":        {lost(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}), "dns", bad, ofNetwork, "DNS"},
		"timeout":     {lost(context.DeadlineExceeded), "connection", bad, ofNetwork, "443"},
		"firewall":    {lost(io.ErrUnexpectedEOF), "connection", bad, ofNetwork, "pare-feu"},
		"proxy":       {behind, "proxy", bad, ofNetwork, "HTTPS_PROXY"},
		"certificate": {intercepted, "tls", bad, ofNetwork, "autorité"},
		"clock":       {func(town *town) { town.world.now = func() time.Time { return time.Now().Add(40 * time.Second) } }, "clock", bad, ofPortal, "NTP"},
		"clock a bit": {func(town *town) { town.world.now = func() time.Time { return time.Now().Add(-12 * time.Second) } }, "clock", warning, ofPortal, "NTP"},

		// FranceConnect.
		"discovery down":           {broken("/.well-known/openid-configuration", mockidp.Reply{Status: 503}), "discovery", bad, ofFranceConnect, ""},
		"discovery not there":      {broken("/.well-known/openid-configuration", mockidp.Reply{Status: 404}), "discovery", bad, ofPortal, "adresse"},
		"discovery of another":     {broken("/.well-known/openid-configuration", mockidp.Reply{Body: `{"issuer":"https://x.example"}`}), "discovery", bad, ofFranceConnect, "issuer"},
		"no key":                   {broken("/jwks", mockidp.Reply{Body: `{"keys":[]}`}), "keys", bad, ofFranceConnect, ""},
		"unknown client":           {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, ofRegistration, "Y04EA6EF"},
		"v1: unknown client of v1": {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, ofRegistration, "Y04EA6EF"},
		"undeclared address":       {flags("-retour", "/callback"), "authorize", bad, ofRegistration, "Y04C013C"},
		"undeclared host":          {flags("-aussi", "https://autre.example.fr"), "authorize", bad, ofRegistration, "Y04C013C"},
		"v1: undeclared on v1":     {flags("-retour", "/callback"), "authorize", bad, ofRegistration, "invalid_redirect_uri"},
		"scope not granted":        {func(town *town) { town.client.Scopes = []string{"openid", "email"} }, "authorize", bad, ofRegistration, "invalid_scope"},
		"parameter added":          {at("/authorize", func(r *http.Request) { r.URL.RawQuery += "&utm_source=x" }), "authorize", bad, ofPortal, "Y030007"},
		"authorize down":           {broken("/authorize", mockidp.Reply{Status: 503, Body: "x"}), "authorize", bad, ofFranceConnect, "panne"},
		"authorize nonsense":       {broken("/authorize", mockidp.Reply{Status: 418, Body: "x"}), "authorize", bad, ofFranceConnect, "proxy"},
		"closed":                   {broken("/authorize", away), "authorize", bad, ofFranceConnect, "fermé"},
		"wrong secret":             {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, ofPortal, "Y0434A7B"},
		"v1: wrong secret on v1":   {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, ofPortal, "invalid_client"},
		"token, unknown client":    {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "token", bad, ofRegistration, "Y0479FCE"},
		"origin added":             {at("/token", func(r *http.Request) { r.Header.Set("Origin", "https://x.example") }), "token", bad, ofPortal, "Y0489AFE"},
		"token nonsense":           {broken("/token", mockidp.Reply{Status: 502, Body: "<html>"}), "token", bad, ofFranceConnect, ""},
		"logout down":              {broken("/session/end", mockidp.Reply{Status: 500}), "logout", bad, ofFranceConnect, ""},

		// The portal.
		"portal down":           {env("PORTAL_URL", "http://127.0.0.1:1"), "sign-in-page", bad, ofPortal, "Démarrez"},
		"no sign-in page":       {page("/connexion", status(404)), "sign-in-page", bad, ofPortal, ""},
		"no button":             {markup("S’identifier avec", "Connexion"), "button", bad, ofPortal, "S’identifier"},
		"button in a window":    {markup(`<a href="/franceconnect/login"`, `<a target="_blank" href="/franceconnect/login"`), "button", warning, ofPortal, "même onglet"},
		"no link":               {markup("https://franceconnect.gouv.fr/", "/"), "button", warning, ofPortal, "Qu’est-ce"},
		"link without a title":  {markup("nouvelle fenêtre", ""), "button", warning, ofPortal, "title"},
		"own form first":        {markup("<main>", `<main><input type="password">`), "button", warning, ofPortal, "avant"},
		"no separator":          {markup("<p>ou</p>", ""), "button", warning, ofPortal, "ou"},
		"no other way":          {markup(`<p>ou</p><form><input type="password"></form>`, ""), "other-way", bad, ofPortal, "attester"},
		"plus: button of v2":    {page("/connexion", body(signInPage)), "button", warning, ofPortal, "FranceConnect+"},
		"form-action":           {func(town *town) { town.headers["Content-Security-Policy"] = "default-src 'none'; form-action 'self'" }, "headers", bad, ofPortal, "form-action"},
		"no nosniff":            {func(town *town) { town.headers = nil }, "headers", warning, ofPortal, "nosniff"},
		"login elsewhere":       {page("/franceconnect/login", body("bonjour")), "login", warning, ofPortal, "POST"},
		"another FranceConnect": {page("/franceconnect/login", to("https://x.example/authorize?client_id=x")), "login", bad, ofPortal, "autre FranceConnect"},
		"another client id":     {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "login", bad, ofPortal, "Redémarrez"},
		"another address":       {flags("-retour", "/callback"), "login", bad, ofPortal, "Host"},
		"no callback":           {page("/franceconnect/callback", status(404)), "callback", bad, ofPortal, "404"},
		"callback fails":        {page("/franceconnect/callback", status(500)), "callback", bad, ofPortal, "4xx"},
		"callback cached":       {page("/franceconnect/callback", status(400)), "callback", warning, ofPortal, "no-store"},
		"no page after logout":  {page("/franceconnect/logout", status(404)), "logged-out", bad, ofPortal, ""},
		"no sector document":    {flags("-aussi", "https://autre.example.fr"), "sector", bad, ofPortal, "Y04A8220"},
		"wrong sector document": {func(town *town) {
			flags("-aussi", "https://autre.example.fr")(town)
			page("/franceconnect/secteur.json", body(`["https://x.example"]`))(town)
		}, "sector", bad, ofPortal, "exactement"},
		"plus: keys on http":           {func(*town) {}, "published-keys", warning, ofPortal, "https"},
		"plus: keys redirected":        {page("/franceconnect/jwks.json", to("/connexion")), "published-keys", bad, ofPortal, "redirige"},
		"plus: keys behind a page":     {page("/franceconnect/jwks.json", body("<html>")), "published-keys", bad, ofPortal, "chaque connexion"},
		"plus: keys of another":        {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","kid":"x"}]}`)), "published-keys", bad, ofPortal, "Redémarrez"},
		"plus: private keys published": {page("/franceconnect/jwks.json", body(`{"keys":[{"kty":"EC","d":"x"}]}`)), "published-keys", bad, ofPortal, "tout de suite"},
		"plus: keys not served":        {page("/franceconnect/jwks.json", status(404)), "published-keys", bad, ofPortal, "PublishedKeys"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := mockidp.V2
			if before, _, ok := strings.Cut(name, ": "); ok {
				platform = mockidp.Platform(before)
			}
			got := newTown(t, platform, c.change).examine().of(c.check)
			require.Equal(t, c.verdict, got.Verdict, got)
			require.Equal(t, c.whose, got.Whose, got)
			require.Contains(t, got.What+got.Action, c.says)
		})
	}
}

func TestAFindingIsReadByPeople(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret,
		"FRANCECONNECT_SCOPES": "identite_pivot phone", "PORTAL_URL": "https://portail.example.fr", "APP_ENV": "prod"}
	for name, args := range map[string][]string{"verifier.txt": {"verifier"}, "verifier.en.txt": {"-lang", "en", "check"}} {
		got := call(t, failed, env, args...)
		requireGolden(t, name, got.out)
	}
}

func TestHeadersOfAPublicPortal(t *testing.T) {
	t.Parallel()
	var f findings
	p := &portal{sites: []string{"https://portail.example.fr"}}
	p.checkHeaders(&f, reply{header: http.Header{"X-Content-Type-Options": {"nosniff"}}})
	require.Equal(t, warning, f[0].verdict)
	require.Contains(t, f[0].what.French, "HSTS")
}

func TestFormAction(t *testing.T) {
	t.Parallel()
	const fc = "https://oidc.franceconnect.gouv.fr"
	for policy, allowed := range map[string]bool{
		"": true, "default-src 'none'": true, "form-action 'self' " + fc: true, "form-action https:": true, "Form-Action oidc.franceconnect.gouv.fr": true,
		"form-action *": true, "form-action 'self'": false, "form-action 'none'; default-src *": false,
		"form-action *, form-action 'self'": false, "form-action http:": false,
	} {
		require.Equal(t, allowed, allowsForm([]string{policy}, fc), policy)
	}
}

func TestCertificateThatExpires(t *testing.T) {
	t.Parallel()
	now := time.Now()
	d := &doctor{world: world{now: func() time.Time { return now }}}
	for left, want := range map[time.Duration]verdict{time.Hour: warning, 90 * 24 * time.Hour: good} {
		var f findings
		d.checkLink(&f, "https://x.example", reply{tls: &tls.ConnectionState{PeerCertificates: []*x509.Certificate{{NotAfter: now.Add(left)}}}})
		require.Equal(t, want, f[len(f)-1].verdict)
	}
}
