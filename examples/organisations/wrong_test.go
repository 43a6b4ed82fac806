package main

import (
	"strings"
)

// wrongFiles are what can be wrong with a file, and what is said of it.
var wrongFiles = map[string]struct {
	change          func(text string) string
	french, english string
	host            bool // can still be read
}{
	"half written":   {func(s string) string { return s[:len(s)/2] }, "bien formé : voyez à partir de la ligne", "look from line", false},
	"empty":          {func(string) string { return "" }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"a list":         {func(s string) string { return "[" + s + "]" }, "à partir de la ligne 1.", "from line 1 on", false},
	"two objects":    {func(s string) string { return s + s }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"a comma":        {func(s string) string { return strings.TrimSuffix(s, "\n}") + ",\n}" }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"another letter": {func(s string) string { return strings.Replace(s, "Ville", "Cit\xe9", 1) }, "n’est pas en UTF-8", "is not UTF-8", false},
	"too large":      {func(s string) string { return s + strings.Repeat(" ", maxFile) }, "ne peut pas être lu", "cannot be read", false},
	"host":           {func(s string) string { return strings.Replace(s, "bourg.example.fr", "bourg.example.fr/aides", 1) }, "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"no hosts":       {func(s string) string { return strings.Replace(s, `"bourg.example.fr"`, "[]", 1) }, "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"host number":    {func(s string) string { return strings.Replace(s, `"bourg.example.fr"`, "8", 1) }, "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"no name":        {func(s string) string { return strings.Replace(s, "Ville de bourg", " ", 1) }, "« Nom de l’organisation » (name)", "“Name of the organisation” (name)", true},
	"name number":    {func(s string) string { return strings.Replace(s, `"Ville de bourg"`, "8", 1) }, "« Nom de l’organisation » (name)", "“Name of the organisation” (name)", true},
	"field":          {func(s string) string { return strings.Replace(s, `"name"`, `"nom": "", "name"`, 1) }, "Un champ n’est ni « name »", "A field is not one of", true},
	"field twice":    {func(s string) string { return strings.Replace(s, `"name"`, `"name": "", "name"`, 1) }, "écrit deux fois", "written twice", false},
	"no settings":    {func(s string) string { return `{"name": "Bourg", "host": "bourg.example.fr"}` }, "« FranceConnect » (franceconnect) est absent", "“FranceConnect” (franceconnect) is missing", true},
	"null settings":  {func(s string) string { return `{"name": "Bourg", "host": "bourg.example.fr", "franceconnect": null}` }, "« JSON »", "“JSON”", true},
	"environment":    {func(s string) string { return strings.Replace(s, `"http://127`, `"ftp://127`, 1) }, "« URL du service » (environment)", "“Service URL” (environment)", true},
	"client id":      {func(s string) string { return strings.Replace(s, `"client_id": "`, `"client_id": "  é`, 1) }, "« Identifiant (Client ID) » (ClientID)", "“Client ID” (ClientID)", true},
	"secret":         {func(s string) string { return strings.Replace(s, "client_secret", "client_secrets", 1) }, "client_secrets", "client_secrets", true},
	"level": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"level": "eidas2", "environment"`, 1)
	}, "« Niveau de garantie eIDAS » (Level)", "“eIDAS level” (Level)", true},
	"button": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"button": "rose", "environment"`, 1)
	}, "« Bouton de connexion » (button)", "“Sign-in button” (button)", true},
	"callback elsewhere": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"redirect_url": "https://hautmont.example.fr/callback", "environment"`, 1)
	}, "« URL de redirection de connexion » (redirect_url) n’est pas une adresse libre", "“Redirect URL” (redirect_url) is not a free address", true},
	"callback on http": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"redirect_url": "http://bourg.example.fr/callback", "environment"`, 1)
	}, "n’est pas une adresse libre", "is not a free address", true},
	"callback on a page": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"redirect_url": "https://bourg.example.fr/mon-compte", "environment"`, 1)
	}, "n’est pas une adresse libre", "is not a free address", true},
	"callback without path": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"redirect_url": "https://bourg.example.fr", "environment"`, 1)
	}, "n’est pas une adresse libre", "is not a free address", true},
	"back to the callback": {func(s string) string {
		return strings.Replace(s, `"environment"`, `"post_logout_redirect_url": "https://bourg.example.fr/franceconnect/callback", "environment"`, 1)
	}, "« URL de redirection de déconnexion » (post_logout_redirect_url) est la même", "“Post-logout redirect URL” (post_logout_redirect_url) is the same", true},
	"secret is missing": {func(s string) string {
		return strings.Replace(s, `"client_secret"`, `"client_secret_file": "nothing", "x"`, 1)
	}, "« Fichier du secret (Client Secret) » (client_secret_file) désigne un fichier qui n’existe pas", "names a file that does not exist", true},
	"secret elsewhere": {func(s string) string {
		return strings.Replace(s, `"client_secret"`, `"client_secret_file": "/dev/null", "x"`, 1)
	}, "(client_secret_file) doit être un nom relatif au dossier prévu", "(client_secret_file) must be a name relative to the folder", true},
}
