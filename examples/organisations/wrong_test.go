package main

import (
	"strings"
	"testing"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A wrongFile is what can be wrong with a file, and what is said of it.
type wrongFile struct {
	change          func(text string) string
	french, english string
	host            bool // can still be read
}

// replacing returns what puts new in the place of the first old.
func replacing(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// adding returns what adds a setting to franceconnect.
func adding(setting string) func(string) string {
	return replacing(`"environment"`, setting+`, "environment"`)
}

// withEachWrongFile tests two towns, of which the first can have that file.
func withEachWrongFile(t *testing.T, test func(t *testing.T, w *world, bourg, hautmont town, wrong wrongFile)) {
	t.Helper()
	for name, wrong := range wrongFiles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			all := w.towns(mockidp.V2, "bourg", "hautmont")
			test(t, w, all[0], all[1], wrong)
		})
	}
}

var wrongFiles = map[string]wrongFile{
	"half written":          {func(s string) string { return s[:len(s)/2] }, "bien formé : voyez à partir de la ligne", "look from line", false},
	"empty":                 {func(string) string { return "" }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"a list":                {func(s string) string { return "[" + s + "]" }, "à partir de la ligne 1.", "from line 1 on", false},
	"two objects":           {func(s string) string { return s + s }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"a comma":               {func(s string) string { return strings.TrimSuffix(s, "\n}") + ",\n}" }, "n’est pas un seul objet JSON", "not one well-formed JSON object", false},
	"another letter":        {replacing("Ville", "Cit\xe9"), "n’est pas en UTF-8", "is not UTF-8", false},
	"too large":             {func(s string) string { return s + strings.Repeat(" ", maxFile) }, "ne peut pas être lu", "cannot be read", false},
	"host":                  {replacing("bourg.example.fr", "bourg.example.fr/aides"), "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"no hosts":              {replacing(`"bourg.example.fr"`, "[]"), "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"host number":           {replacing(`"bourg.example.fr"`, "8"), "« Adresse du portail » (host)", "“Address of the portal” (host)", false},
	"no name":               {replacing("Ville de bourg", " "), "« Nom de l’organisation » (name)", "“Name of the organisation” (name)", true},
	"name number":           {replacing(`"Ville de bourg"`, "8"), "« Nom de l’organisation » (name)", "“Name of the organisation” (name)", true},
	"field":                 {replacing(`"name"`, `"nom": "", "name"`), "Un champ n’est aucun de ceux-ci", "A field is none of these", true},
	"field twice":           {replacing(`"name"`, `"name": "", "name"`), "écrit deux fois", "written twice", false},
	"expiry":                {replacing(`"name"`, `"client_secret_expires": "31/03/2027", "name"`), "« Fin du secret » (client_secret_expires) n’est pas une date", "“End of the secret” (client_secret_expires) is not a date", true},
	"no such day":           {replacing(`"name"`, `"habilitation_expires": "2027-02-29", "name"`), "« Fin de l’habilitation » (habilitation_expires) n’est pas une date", "“End of the habilitation” (habilitation_expires) is not a date", true},
	"expiry number":         {replacing(`"name"`, `"habilitation_expires": 2027, "name"`), "(habilitation_expires) n’est pas une date", "(habilitation_expires) is not a date", true},
	"no settings":           {func(s string) string { return `{"name": "Bourg", "host": "bourg.example.fr"}` }, "« FranceConnect » (franceconnect) est absent", "“FranceConnect” (franceconnect) is missing", true},
	"null settings":         {func(s string) string { return `{"name": "Bourg", "host": "bourg.example.fr", "franceconnect": null}` }, "« JSON »", "“JSON”", true},
	"environment":           {replacing(`"http://127`, `"ftp://127`), "« URL du service » (environment)", "“Service URL” (environment)", true},
	"client id":             {replacing(`"client_id": "`, `"client_id": "  é`), "« Identifiant (Client ID) » (ClientID)", "“Client ID” (ClientID)", true},
	"secret":                {replacing("client_secret", "client_secrets"), "client_secrets", "client_secrets", true},
	"level":                 {adding(`"level": "eidas2"`), "« Niveau de garantie eIDAS » (Level)", "“eIDAS level” (Level)", true},
	"button":                {adding(`"button": "rose"`), "« Bouton de connexion » (button)", "“Sign-in button” (button)", true},
	"callback elsewhere":    {adding(`"redirect_url": "https://hautmont.example.fr/callback"`), "« URL de redirection de connexion » (redirect_url) n’est pas une adresse libre", "“Redirect URL” (redirect_url) is not a free address", true},
	"callback on http":      {adding(`"redirect_url": "http://bourg.example.fr/callback"`), "n’est pas une adresse libre", "is not a free address", true},
	"callback on a page":    {adding(`"redirect_url": "https://bourg.example.fr/mon-compte"`), "n’est pas une adresse libre", "is not a free address", true},
	"callback without path": {adding(`"redirect_url": "https://bourg.example.fr"`), "n’est pas une adresse libre", "is not a free address", true},
	"back to the callback":  {adding(`"post_logout_redirect_url": "https://bourg.example.fr/franceconnect/callback"`), "« URL de redirection de déconnexion » (post_logout_redirect_url) est la même", "“Post-logout redirect URL” (post_logout_redirect_url) is the same", true},
	"secret is missing":     {replacing(`"client_secret"`, `"client_secret_file": "nothing", "x"`), "« Fichier du secret (Client Secret) » (client_secret_file) désigne un fichier qui n’existe pas", "names a file that does not exist", true},
	"secret elsewhere":      {replacing(`"client_secret"`, `"client_secret_file": "/dev/null", "x"`), "(client_secret_file) doit être un nom relatif au dossier prévu", "(client_secret_file) must be a name relative to the folder", true},
}
