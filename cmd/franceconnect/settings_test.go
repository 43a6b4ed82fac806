package main

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEachFaultOfTheSettingsIsFound(t *testing.T) {
	t.Parallel()
	examineEach(t, faultsOfTheSettings())
}

func faultsOfTheSettings() map[string]breakage {
	return map[string]breakage{
		"no environment":                 {env("FRANCECONNECT_ENVIRONMENT", "nulle-part"), "environment", bad, sidePortal, ""},
		"no environment of the name":     {flags("-env", "nulle-part"), "environment", bad, sidePortal, "-env nulle-part n’est ni une adresse en https"},
		"no file of settings":            {flags("-reglages", "/nulle/part.json"), "settings", bad, sidePortal, "Corrigez le fichier des réglages"},
		"unknown host":                   {env("FRANCECONNECT_ENVIRONMENT", "https://fcp.franceconnect.gouv.fr", "FRANCECONNECT_PLATFORM", ""), "environment", bad, sidePortal, ""},
		"new host":                       {offline(env("FRANCECONNECT_ENVIRONMENT", "https://fcp.franceconnect.gouv.fr")), "environment", warning, sideRegistration, "mettez la bibliothèque à jour"},
		"another platform":               {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_PLATFORM", "plus")), "environment", bad, sidePortal, ""},
		"v1: environment":                {func(*fixture) {}, "environment", warning, sideRegistration, "Client ID à réutiliser"},
		"an unknown level at ProConnect": {env("PROCONNECT_ENVIRONMENT", "integration", "PROCONNECT_ASSURANCE", "eidas4"), "proconnect", bad, sidePortal, "PROCONNECT_ASSURANCE"},
		"no client id":                   {env("FRANCECONNECT_CLIENT_ID", ""), "client-id", bad, sidePortal, "absent"},
		"client id with a space":         {env("FRANCECONNECT_CLIENT_ID", clientID+" "), "client-id", bad, sidePortal, "espace"},
		"client id in quotes":            {env("FRANCECONNECT_CLIENT_ID", `"`+clientID+`"`), "client-id", bad, sidePortal, "guillemets"},
		"client id of a demo":            {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", publicIDs[0])), "client-id", bad, sideRegistration, "public"},
		"client id cut":                  {env("FRANCECONNECT_CLIENT_ID", clientID[:60]), "client-id", warning, sidePortal, "longueur vue, 60"},
		"client id with an O":            {env("FRANCECONNECT_CLIENT_ID", strings.Replace(clientID, "0", "o", 1)), "client-id", warning, sidePortal, "mais pas tous"},
		"plus: client id cut":            {env("FRANCECONNECT_CLIENT_ID", clientID[:1]), "client-id", warning, sidePortal, "longueur vue, 1"},
		"v1: client id of another form":  {env("FRANCECONNECT_CLIENT_ID", "client"), "client-id", good, "", ""},
		"background":                     {flags("-fond", "fff"), "background", good, "", "le bouton principal"},
		"dark background":                {flags("-fond", "#222222"), "background", warning, sidePortal, "FRANCECONNECT_BUTTON=alternative"},
		"dark background, other button": {func(f *fixture) {
			f.env["FRANCECONNECT_BUTTON"] = "alternative"
			f.flags = append(f.flags, "-fond=222")
		}, "background", good, "", "le second bouton"},
		"light background, other button": {func(f *fixture) {
			f.env["FRANCECONNECT_BUTTON"] = "alternative"
			f.flags = append(f.flags, "-fond", "#fff")
		}, "background", warning, sidePortal, "FRANCECONNECT_BUTTON=principal"},
		"grey background":         {flags("-fond", "#999999"), "background", warning, sidePortal, "Changez le fond"},
		"plus: grey background":   {flags("-fond", "#999999"), "background", good, "", "le bouton principal"},
		"no secret":               {env("FRANCECONNECT_CLIENT_SECRET", ""), "client-secret", bad, sidePortal, "SMS"},
		"secret is the id":        {env("FRANCECONNECT_CLIENT_SECRET", clientID), "client-secret", bad, sidePortal, "identifiant"},
		"secret in quotes":        {env("FRANCECONNECT_CLIENT_SECRET", "'"+secret+"'"), "client-secret", bad, sidePortal, "guillemets"},
		"secret cut":              {env("FRANCECONNECT_CLIENT_SECRET", secret[:63]), "client-secret", warning, sidePortal, "64"},
		"next secret cut":         {env("FRANCECONNECT_NEXT_CLIENT_SECRET", next[:63]), "client-secret", warning, sidePortal, "le prochain secret n’a pas la forme"},
		"next secret in quotes":   {env("FRANCECONNECT_NEXT_CLIENT_SECRET", "'"+next+"'"), "client-secret", bad, sidePortal, "FRANCECONNECT_NEXT_CLIENT_SECRET"},
		"next secret is the id":   {env("FRANCECONNECT_NEXT_CLIENT_SECRET", clientID), "client-secret", bad, sidePortal, "le prochain secret est l’identifiant"},
		"next secret is this one": {env("FRANCECONNECT_NEXT_CLIENT_SECRET", secret), "client-secret", warning, sidePortal, "Retirez FRANCECONNECT_NEXT_CLIENT_SECRET"},
		"v1: next secret":         {env("FRANCECONNECT_NEXT_CLIENT_SECRET", next), "client-secret", bad, sidePortal, "version 1"},
		"next secret on a line": {func(f *fixture) {
			f.env["FRANCECONNECT_NEXT_CLIENT_SECRET"] = next
			f.system.args = []string{"-page", next}
		}, "leaks", bad, sidePortal, "ligne de commande"},
		"next secret of production": {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_NEXT_CLIENT_SECRET", next, "FRANCECONNECT_PROD_CLIENT_SECRET", next)), "swapped", bad, sidePortal, "autre environnement"},
		"secret on command line":    {func(f *fixture) { f.system.args = []string{"-page", secret} }, "leaks", bad, sidePortal, "ligne de commande"},
		"secret in a file":          {func(f *fixture) { f.system.files = fstest.MapFS{"a/.env": {Data: []byte("SECRET=" + secret)}} }, "leaks", warning, sidePortal, "a/.env"},
		"secret for all to read":    {readable, "leaks", warning, sidePortal, "lisible"},
		"no cookie key":             {env("FRANCECONNECT_COOKIE_KEYS", ""), "cookie-keys", warning, sidePortal, "franceconnect keys"},
		"bad cookie key":            {env("FRANCECONNECT_COOKIE_KEYS", "abc"), "cookie-keys", bad, sidePortal, ""},
		"plus: no decryption key":   {func(f *fixture) { f.env["FRANCECONNECT_DECRYPTION_KEYS"] = "" }, "decryption-keys", bad, sidePortal, ""},
		"portal on http":            {env("PORTAL_URL", "http://portail.example.fr"), "addresses", bad, sidePortal, "https"},
		"production on localhost":   {offline(env("FRANCECONNECT_ENVIRONMENT", "production")), "addresses", bad, sidePortal, "localhost"},
		"wildcard":                  {offline(env("PORTAL_URL", "https://*.example.fr")), "addresses", bad, sideRegistration, "*"},
		"long address":              {flags("-retour", "/"+strings.Repeat("a", 1100)), "addresses", bad, sideRegistration, "1024"},
		"query":                     {flags("-retour", "/retour?x=1"), "addresses", bad, sidePortal, "paramètres"},
		"slash":                     {flags("-retour", "/retour/"), "addresses", warning, sideRegistration, "barre"},
		"preview host":              {offline(env("PORTAL_URL", "https://pr-12.portail.example.fr")), "addresses", warning, sideRegistration, "provisoire"},
		"one address for both":      {flags("-deconnexion", "/franceconnect/callback"), "addresses", bad, sidePortal, "même adresse"},
		"path of the portal":        {func(f *fixture) { f.env["PORTAL_URL"] += "/portail" }, "addresses", warning, sidePortal, "chemin"},
		"home path elsewhere":       {env("FRANCECONNECT_HOME_PATH", "https://portail.example.fr/"), "addresses", bad, sidePortal, "FRANCECONNECT_HOME_PATH n’est pas un chemin de ce site"},
		"keys of the State's app":   {env("FRANCECONNECT_DIRECT_KEYS", "-----BEGIN PUBLIC KEY-----"), "direct", bad, sidePortal, "FRANCECONNECT_DIRECT_KEYS n’est ni un jeu de clés"},
		"no claim of the app's":     {env("FRANCECONNECT_DIRECT_ISSUER", "ami"), "direct", bad, sidePortal, "est absent"},
		"no logout":                 {flags("-deconnexion", ""), "logout-url", bad, sideRegistration, ""},
		"scope of v1":               {env("FRANCECONNECT_SCOPES", "address"), "scopes", bad, sidePortal, "version 1"},
		"unknown scope":             {env("FRANCECONNECT_SCOPES", "identite_pivo"), "scopes", bad, sidePortal, "identite_pivo"},
		"scopes with a comma":       {env("FRANCECONNECT_SCOPES", "birth,email"), "scopes", bad, sidePortal, "virgules"},
		"scopes in quotes":          {env("FRANCECONNECT_SCOPES", `"birth email"`), "scopes", bad, sidePortal, "guillemets"},
		"environment in quotes":     {env("FRANCECONNECT_ENVIRONMENT", `"sandbox"`), "environment", bad, sidePortal, "guillemets"},
		"scope beyond":              {flags("-habilitation", "birth gender"), "scopes", bad, sideRegistration, "family_name"},
		"data provider":             {env("FRANCECONNECT_SCOPES", "dgfip_rfr"), "scopes", warning, sideRegistration, "habilitation à part"},
		"level of plus":             {env("FRANCECONNECT_LEVEL", "eidas2"), "level", bad, sidePortal, "FranceConnect+"},
		"a text of two lines":       {env("FRANCECONNECT_TEXT", "a\nb"), "button", bad, sidePortal, ""},
		"no such level":             {env("FRANCECONNECT_LEVEL", "eidas4"), "level", bad, sidePortal, ""},
		"sandbox in production":     {env("APP_ENV", "production"), "purpose", bad, sidePortal, "production"},
		"production in test":        {offline(env("FRANCECONNECT_ENVIRONMENT", "production", "PORTAL_URL", "https://portail.example.fr", "GO_ENV", "dev")), "purpose", warning, sidePortal, "bac à sable"},
		"client of another":         {env("FRANCECONNECT_PLUS_CLIENT_ID", clientID), "swapped", bad, sidePortal, "FRANCECONNECT_PLUS_CLIENT_ID"},
		"secret of the sandbox":     {offline(env("FRANCECONNECT_ENVIRONMENT", "production", "PORTAL_URL", "https://portail.example.fr", "FC_SANDBOX_CLIENT_SECRET", secret)), "swapped", bad, sidePortal, "autre environnement"},
		"secret of production":      {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_PROD_CLIENT_SECRET", secret)), "swapped", bad, sidePortal, "autre environnement"},
		"id that is a secret":       {env("FC_CLIENT_SECRET", clientID), "swapped", bad, sidePortal, "autre chose"},
		"secret that is an id":      {env("FC_CLIENT_ID", secret), "swapped", bad, sidePortal, "autre chose"},
		"others of their own":       {env("FRANCECONNECT_PLUS_CLIENT_ID", "x", "FC_CLIENT_ID", clientID), "swapped", good, "", ""},
		"secret of a process": {func(f *fixture) {
			f.system.processes = fstest.MapFS{"42/cmdline": {Data: []byte("sh\x00-c\x00X=" + secret + " portail\x00")}}
		}, "leaks", bad, sidePortal, "processus 42"},
		"secret in git":            {workingTreeWith(fstest.MapFS{".git/index": {Data: []byte("index: index-v4")}, "a/deep/.env": {Data: []byte("X=SECRET")}}), "leaks", bad, sidePortal, "git garde le secret\u00a0: a/deep/.env"},
		"secret not ignored":       {workingTreeWith(fstest.MapFS{".git/index": {Data: []byte("index: index-v2")}, ".env.local": {Data: []byte("X=SECRET")}}), "leaks", warning, sidePortal, ".gitignore"},
		"secret ignored":           {workingTreeWith(fstest.MapFS{".git/index": {Data: []byte("index: index-v2")}, ".env.local": {Data: []byte("X=SECRET")}, ".gitignore": {Data: []byte(".env*")}}), "leaks", good, "", "ce que git en garde"},
		"nothing leaks":            {func(f *fixture) { f.system.processes = fstest.MapFS{"42/cmdline": {Data: []byte("sh")}} }, "leaks", good, "", "celles des processus"},
		"secret too short to find": {all(env("FRANCECONNECT_CLIENT_SECRET", "0123456789"), workingTreeWith(fstest.MapFS{"x": {Data: []byte("0123456789")}})), "leaks", "", "", ""},
		"secret in what is bought": {workingTreeWith(fstest.MapFS{"node_modules/x": {Data: []byte("SECRET")}}), "leaks", good, "", ""},
		"secret in a pipe":         {workingTreeWith(fstest.MapFS{"x": {Data: []byte("SECRET"), Mode: fs.ModeNamedPipe}}), "leaks", good, "", ""},
		"secret in a big file":     {workingTreeWith(fstest.MapFS{"x": {Data: []byte(strings.Repeat("x", 1<<20) + "SECRET")}}), "leaks", good, "", ""},
		"secret in four files":     {workingTreeWith(fstest.MapFS{"a": {Data: []byte("SECRET")}, "b": {Data: []byte("SECRET")}, "c": {Data: []byte("SECRET")}, "d": {Data: []byte("SECRET")}}), "leaks", warning, sidePortal, "a, b, c, dans"},
		"folder that is gone":      {all(workingTreeWith(fstest.MapFS{}), func(f *fixture) { f.system.folder = "nulle/part" }), "leaks", good, "", ""},
		"file of the secret":       {all(readable, workingTreeWith(fstest.MapFS{"secret": {Data: []byte("SECRET")}})), "leaks", warning, sidePortal, "chmod"},
		"secret of a year ago":     {offline(organisationWith(`"client_secret_expires": "2025-11-28"`)), "expiry", bad, sideRegistration, "le secret a expiré le 28/11/2025"},
		"switched off":             {env("FRANCECONNECT_ENABLED", "false"), "enabled", warning, sidePortal, "FRANCECONNECT_ENABLED"},
		"switched off, wrong":      {env("FRANCECONNECT_ENABLED", "false", "FRANCECONNECT_LEVEL", "eidas2"), "level", bad, sidePortal, "FranceConnect+"},
		"switch that is none":      {env("FRANCECONNECT_ENABLED", "peut-être"), "enabled", bad, sidePortal, "true"},
		"AMR that is none":         {env("FRANCECONNECT_AMR", "peut-être"), "level", bad, sidePortal, "Corrigez FRANCECONNECT_AMR"},
		"button that is none":      {env("FRANCECONNECT_BUTTON", "rouge"), "button", bad, sidePortal, "principal"},
		"whole address": {func(f *fixture) {
			env("FRANCECONNECT_REDIRECT_URL", f.portal+"/franceconnect/callback", "PORTAL_URL", "")(f)
		}, "authorize", good, "", "/franceconnect/callback"},
		"whole address below": {func(f *fixture) {
			env("FRANCECONNECT_POST_LOGOUT_REDIRECT_URL", f.portal+"/franceconnect/logout")(f)
		}, "addresses", good, "", "/franceconnect/logout"},
		"address of another host": {env("FRANCECONNECT_REDIRECT_URL", "https://x.example/r"), "addresses", warning, sidePortal, "PORTAL_URL"},
		"whole address on http":   {env("FRANCECONNECT_REDIRECT_URL", "http://x.example/r"), "addresses", bad, sidePortal, "Corrigez FRANCECONNECT_REDIRECT_URL"},
		"newcomer":                {func(f *fixture) { f.after = func() { f.env["FRANCECONNECT_ENVIRONMENT"] = "" } }, "environment", bad, sidePortal, "est absentPour commencer"},
		"no word of production":   {env("APP_ENV", ""), "purpose", skipped, "", "APP_ENV"},
		"two hosts":               {offline(flags("-aussi", "https://autre.example.fr")), "sector", good, "", "secteur.json"},
		"openid alone":            {env("FRANCECONNECT_SCOPES", ""), "scopes", good, "", "openid seul"},
		"plus: high level":        {offline(env("FRANCECONNECT_LEVEL", "eidas3")), "level", good, "", "eidas3"},
		"SIRET":                   {flags("-siret", "12345678901234"), "siret", bad, sideRegistration, "14 chiffres"},
		"good SIRET":              {flags("-siret", "217 500 016 00019"), "siret", good, "", ""},
		"name of organisation":    {flags("-organisation", "Ville  de Saint-Bois"), "organisation", warning, sideRegistration, "exactement"},
		"private body":            {flags("-organisme", "prive"), "body", warning, sideRegistration, "Trois cas"},
		"DataPass number":         {flags("-datapass", "12345678"), "datapass", bad, sideRegistration, "7 chiffres"},
		"mobile":                  {flags("-mobile", "01 42 75 80 00"), "mobile", bad, sideRegistration, "06 ou 07"},
		"good mobile":             {flags("-mobile", "+262 692 12 34 56"), "mobile", good, "", ""},
		"contact":                 {flags("-contact", "dsi"), "contact", bad, sideRegistration, "personne de l’organisme"},
		"contact at the editor’s": {flags("-editeur", "x", "-domaine", "editeur.example", "-contact", "a@Editeur.example"), "contact", warning, sideRegistration, "organisme"},
		"former client id":        {flags("-ancien-client", "abc"), "old-client", bad, sideRegistration, "3 caractères"},
		"good contact":            {flags("-contact", "a@example.fr"), "contact", good, "", ""},
		"signed with HS256":       {flags("-algorithme", "HS256"), "algorithm", bad, sideRegistration, "ES256"},
		"plus: signed with RS256": {flags("-algorithme", "RS256"), "algorithm", bad, sideRegistration, "ES256"},
		"no other way shown":      {offline(func(*fixture) {}), "other-way", skipped, "", "-autre"},
		"page in a file":          {offline(pageInFiles(goodPage, goodStyle)), "button", good, "", ""},
		"bad page in a file":      {offline(pageInFiles("<p>", goodStyle)), "button", bad, sidePortal, "S’identifier"},
		"styles in a file":        {offline(pageInFiles(goodPage, goodStyle)), "look", good, "", ""},
		"bad styles in a file":    {offline(pageInFiles(goodPage, ".fc{background:#eee}")), "look", warning, sidePortal, "autre bouton"},
		"no such styles":          {offline(all(pageInFiles(goodPage, ""), flags("-css", "/nulle/part.css"))), "button", bad, sidePortal, "-css"},
		"no such page":            {flags("-page", "/nulle/part.html"), "button", bad, sidePortal, "-page"},
	}
}
