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
		"no environment":          {env("FRANCECONNECT_ENVIRONMENT", "nulle-part"), "environment", bad, ofPortal, ""},
		"unknown host":            {env("FRANCECONNECT_ENVIRONMENT", "https://fcp.franceconnect.gouv.fr", "FRANCECONNECT_PLATFORM", ""), "environment", bad, ofPortal, ""},
		"new host":                {offline(env("FRANCECONNECT_ENVIRONMENT", "https://fcp.franceconnect.gouv.fr")), "environment", warning, ofRegistration, "mettez la bibliothèque à jour"},
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
		"no cookie key":           {env("FRANCECONNECT_COOKIE_KEYS", ""), "cookie-keys", warning, ofPortal, "doctor cles"},
		"bad cookie key":          {env("FRANCECONNECT_COOKIE_KEYS", "abc"), "cookie-keys", bad, ofPortal, ""},
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
		"scopes with a comma":     {env("FRANCECONNECT_SCOPES", "birth,email"), "scopes", bad, ofPortal, "virgules"},
		"scopes in quotes":        {env("FRANCECONNECT_SCOPES", `"birth email"`), "scopes", bad, ofPortal, "guillemets"},
		"environment in quotes":   {env("FRANCECONNECT_ENVIRONMENT", `"sandbox"`), "environment", bad, ofPortal, "guillemets"},
		"scope beyond":            {flags("-habilitation", "birth gender"), "scopes", bad, ofRegistration, "family_name"},
		"data provider":           {env("FRANCECONNECT_SCOPES", "dgfip_rfr"), "scopes", warning, ofRegistration, "habilitation à part"},
		"level of plus":           {env("FRANCECONNECT_LEVEL", "eidas2"), "level", bad, ofPortal, "FranceConnect+"},
		"a text of two lines":     {env("FRANCECONNECT_TEXT", "a\nb"), "button", bad, ofPortal, ""},
		"no such level":           {env("FRANCECONNECT_LEVEL", "eidas4"), "level", bad, ofPortal, ""},
		"sandbox in production":   {env("APP_ENV", "production"), "purpose", bad, ofPortal, "production"},
		"production in test":      {offline(env("FRANCECONNECT_ENVIRONMENT", "production", "PORTAL_URL", "https://portail.example.fr", "GO_ENV", "dev")), "purpose", warning, ofPortal, "bac à sable"},
		"client of another":       {env("FRANCECONNECT_PLUS_CLIENT_ID", clientID), "swapped", bad, ofPortal, "FRANCECONNECT_PLUS_CLIENT_ID"},
		"secret of the sandbox":   {offline(env("FRANCECONNECT_ENVIRONMENT", "production", "PORTAL_URL", "https://portail.example.fr", "FC_SANDBOX_CLIENT_SECRET", secret)), "swapped", bad, ofPortal, "autre environnement"},
		"secret of production":    {offline(env("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_PROD_CLIENT_SECRET", secret)), "swapped", bad, ofPortal, "autre environnement"},
		"id that is a secret":     {env("FC_CLIENT_SECRET", clientID), "swapped", bad, ofPortal, "autre chose"},
		"secret that is an id":    {env("FC_CLIENT_ID", secret), "swapped", bad, ofPortal, "autre chose"},
		"others of their own":     {env("FRANCECONNECT_PLUS_CLIENT_ID", "x", "FC_CLIENT_ID", clientID), "swapped", good, "", ""},
		"secret of a process": {func(town *town) {
			town.world.processes = fstest.MapFS{"42/cmdline": {Data: []byte("sh\x00-c\x00X=" + secret + " portail\x00")}}
		}, "leaks", bad, ofPortal, "processus 42"},
		"secret in git":            {holding(fstest.MapFS{".git/index": {Data: []byte("index: index-v4")}, "a/deep/.env": {Data: []byte("X=SECRET")}}), "leaks", bad, ofPortal, "git garde le secret\u00a0: a/deep/.env"},
		"secret not ignored":       {holding(fstest.MapFS{".git/index": {Data: []byte("index: index-v2")}, ".env.local": {Data: []byte("X=SECRET")}}), "leaks", warning, ofPortal, ".gitignore"},
		"secret ignored":           {holding(fstest.MapFS{".git/index": {Data: []byte("index: index-v2")}, ".env.local": {Data: []byte("X=SECRET")}, ".gitignore": {Data: []byte(".env*")}}), "leaks", good, "", "ce que git en garde"},
		"nothing leaks":            {func(town *town) { town.world.processes = fstest.MapFS{"42/cmdline": {Data: []byte("sh")}} }, "leaks", good, "", "celles des processus"},
		"secret too short to find": {both(env("FRANCECONNECT_CLIENT_SECRET", "0123456789"), holding(fstest.MapFS{"x": {Data: []byte("0123456789")}})), "leaks", "", "", ""},
		"secret in what is bought": {holding(fstest.MapFS{"node_modules/x": {Data: []byte("SECRET")}}), "leaks", good, "", ""},
		"secret in a pipe":         {holding(fstest.MapFS{"x": {Data: []byte("SECRET"), Mode: fs.ModeNamedPipe}}), "leaks", good, "", ""},
		"secret in a big file":     {holding(fstest.MapFS{"x": {Data: []byte(strings.Repeat("x", 1<<20) + "SECRET")}}), "leaks", good, "", ""},
		"secret in four files":     {holding(fstest.MapFS{"a": {Data: []byte("SECRET")}, "b": {Data: []byte("SECRET")}, "c": {Data: []byte("SECRET")}, "d": {Data: []byte("SECRET")}}), "leaks", warning, ofPortal, "a, b, c, dans"},
		"folder that is gone":      {both(holding(fstest.MapFS{}), func(town *town) { town.world.at = "nulle/part" }), "leaks", good, "", ""},
		"file of the secret":       {both(readable, holding(fstest.MapFS{"secret": {Data: []byte("SECRET")}})), "leaks", warning, ofPortal, "chmod"},
		"switched off":             {env("FRANCECONNECT_ENABLED", "false"), "enabled", warning, ofPortal, "FRANCECONNECT_ENABLED"},
		"switched off, wrong":      {env("FRANCECONNECT_ENABLED", "false", "FRANCECONNECT_LEVEL", "eidas2"), "level", bad, ofPortal, "FranceConnect+"},
		"switch that is none":      {env("FRANCECONNECT_ENABLED", "peut-être"), "enabled", bad, ofPortal, "true"},
		"AMR that is none":         {env("FRANCECONNECT_AMR", "peut-être"), "level", bad, ofPortal, "Corrigez FRANCECONNECT_AMR"},
		"button that is none":      {env("FRANCECONNECT_BUTTON", "rouge"), "button", bad, ofPortal, "principal"},
		"whole address": {func(town *town) {
			env("FRANCECONNECT_REDIRECT_URL", town.portal+"/franceconnect/callback", "PORTAL_URL", "")(town)
		}, "authorize", good, "", "/franceconnect/callback"},
		"whole address below": {func(town *town) {
			env("FRANCECONNECT_POST_LOGOUT_REDIRECT_URL", town.portal+"/franceconnect/logout")(town)
		}, "addresses", good, "", "/franceconnect/logout"},
		"address of another host": {env("FRANCECONNECT_REDIRECT_URL", "https://x.example/r"), "addresses", warning, ofPortal, "PORTAL_URL"},
		"whole address on http":   {env("FRANCECONNECT_REDIRECT_URL", "http://x.example/r"), "addresses", bad, ofPortal, "Corrigez FRANCECONNECT_REDIRECT_URL"},
		"newcomer":                {func(town *town) { town.after = func() { town.env["FRANCECONNECT_ENVIRONMENT"] = "" } }, "environment", bad, ofPortal, "est absentPour commencer"},
		"no word of production":   {env("APP_ENV", ""), "purpose", skipped, "", "APP_ENV"},
		"two hosts":               {offline(flags("-aussi", "https://autre.example.fr")), "sector", good, "", "secteur.json"},
		"openid alone":            {env("FRANCECONNECT_SCOPES", ""), "scopes", good, "", "openid seul"},
		"plus: high level":        {offline(env("FRANCECONNECT_LEVEL", "eidas3")), "level", good, "", "eidas3"},
		"SIRET":                   {flags("-siret", "12345678901234"), "siret", bad, ofRegistration, "14 chiffres"},
		"good SIRET":              {flags("-siret", "217 500 016 00019"), "siret", good, "", ""},
		"name of organisation":    {flags("-organisation", "Ville  de Saint-Bois"), "organisation", warning, ofRegistration, "exactement"},
		"private body":            {flags("-organisme", "prive"), "body", warning, ofRegistration, "Trois cas"},
		"DataPass number":         {flags("-datapass", "12345678"), "datapass", bad, ofRegistration, "7 chiffres"},
		"mobile":                  {flags("-mobile", "01 42 75 80 00"), "mobile", bad, ofRegistration, "06 ou 07"},
		"good mobile":             {flags("-mobile", "+262 692 12 34 56"), "mobile", good, "", ""},
		"contact":                 {flags("-contact", "dsi"), "contact", bad, ofRegistration, "-contact"},
		"contact at MGDIS":        {flags("-editeur", "mgdis", "-contact", "a@support.mgdis.fr"), "contact", warning, ofRegistration, "API Particulier"},
		"contact at the editor’s": {flags("-editeur", "x", "-domaine", "editeur.example", "-contact", "a@Editeur.example"), "contact", warning, ofRegistration, "organisme"},
		"good contact":            {flags("-editeur", "mgdis", "-contact", "a@notmgdis.fr"), "contact", good, "", ""},
		"signed with HS256":       {flags("-algorithme", "HS256"), "algorithm", bad, ofRegistration, "ES256"},
		"plus: signed with RS256": {flags("-algorithme", "RS256"), "algorithm", bad, ofRegistration, "ES256"},
		"no other way shown":      {offline(func(*town) {}), "other-way", skipped, "", "-autre"},
		"page in a file":          {offline(shown(goodPage, goodStyle)), "button", good, "", ""},
		"bad page in a file":      {offline(shown("<p>", goodStyle)), "button", bad, ofPortal, "S’identifier"},
		"styles in a file":        {offline(shown(goodPage, goodStyle)), "look", good, "", ""},
		"bad styles in a file":    {offline(shown(goodPage, ".fc{background:#eee}")), "look", warning, ofPortal, "autre bouton"},
		"no such styles":          {offline(both(shown(goodPage, ""), flags("-css", "/nulle/part.css"))), "button", bad, ofPortal, "-css"},
		"no such page":            {flags("-page", "/nulle/part.html"), "button", bad, ofPortal, "-page"},
	}
}
