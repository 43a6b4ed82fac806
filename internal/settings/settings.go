// Package settings reads what an administrator wrote about FranceConnect, from
// variables or from JSON, into plain text by name. What the text means is the
// root's to say.
//
//	settings.go  the names, and one set of values
//	json.go      the values of a JSON object
//	reading.go   what they mean, as far as all services agree
//	check.go     what a value may be
//	files.go     the files that they may name
//	quotes.go    the quotation marks that they have kept
package settings

import (
	"os"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Setting is one value, under the names that people meet it by.
type Setting struct {
	Key   string    // in JSON; the variable is a prefix and this, in capitals
	Field string    // of franceconnect.Config
	Label text.Text // on FranceConnect's forms and an administrator's screen
}

// A Table has the settings of one service, in the order of an administrator's
// screen.
type Table []Setting

// FranceConnect has those of franceconnect.Config.
var FranceConnect = Table{
	{"enabled", "Disabled", text.Of("Activation", "Enabled")},
	{"environment", "Environment", text.Of("URL du service", "Service URL")},
	{"platform", "Environment", text.Of("Plateforme", "Platform")},
	{"client_id", "ClientID", text.Of("Identifiant (Client ID)", "Client ID")},
	{"client_secret", "ClientSecret", text.Of("Secret (Client Secret)", "Client Secret")},
	{"client_secret_file", "ClientSecret", text.Of("Fichier du secret (Client Secret)", "File of the Client Secret")},
	{"next_client_secret", "NextClientSecret", text.Of("Prochain secret (Client Secret)", "Next Client Secret")},
	{"next_client_secret_file", "NextClientSecret", text.Of("Fichier du prochain secret (Client Secret)", "File of the next Client Secret")},
	{"button", "ButtonVariant", text.Of("Bouton de connexion", "Sign-in button")},
	{"text", "ButtonText", text.Of("Texte de connexion", "Sign-in text")},
	{"scopes", "Scopes", text.Of("Données demandées (scopes)", "Data asked for (scopes)")},
	{"level", "Level", text.Of("Niveau de garantie eIDAS", "eIDAS level")},
	{"amr", "RequestAMR", text.Of("Moyens d’authentification (amr)", "Means of authentication (amr)")},
	{"redirect_url", "RedirectURL", text.Of("URL de redirection de connexion", "Redirect URL")},
	{"post_logout_redirect_url", "PostLogoutRedirectURL", text.Of("URL de redirection de déconnexion", "Post-logout redirect URL")},
	{"home_path", "HomePath", text.Of("Chemin du portail", "Path of the portal")},
	{"max_calls", "MaxCalls", text.Of("Appels simultanés à FranceConnect", "Calls to FranceConnect at once")},
	{"cookie_keys", "CookieKeys", text.Of("Clés des cookies", "Cookie keys")},
	{"decryption_keys", "DecryptionKeys", text.Of("Clés de chiffrement (FranceConnect+)", "Encryption keys (FranceConnect+)")},
	{"direct_keys", "Direct.Keys", text.Of("Clés publiques de l’application de l’État", "Public keys of the State’s app")},
	{"direct_claim", "Direct.DestinationClaim", text.Of("Claim de la destination (application de l’État)", "Claim of the destination (State’s app)")},
	{"direct_algorithm", "Direct.Algorithm", text.Of("Algorithme de signature (application de l’État)", "Signature algorithm (State’s app)")},
	{"direct_issuer", "Direct.Issuer", text.Of("Émetteur des jetons (application de l’État)", "Issuer of the tokens (State’s app)")},
}

// ProConnect has those of proconnect.Config: what means the same there, and its own.
var ProConnect = append(FranceConnect.only("enabled", "environment", "client_id", "client_secret", "client_secret_file", "scopes",
	"redirect_url", "post_logout_redirect_url", "home_path", "max_calls", "cookie_keys"),
	Setting{"assurance", "Assurance", text.Of("Niveaux de garantie acceptés (acr)", "Levels of assurance accepted (acr)")},
	Setting{"userinfo_json", "UserInfoJSON", text.Of("Données sans signature (userinfo en JSON)", "Data without a signature (userinfo in JSON)")})

// only returns those of some keys.
func (t Table) only(keys ...string) (some Table) {
	for _, s := range t {
		if slices.Contains(keys, s.Key) {
			some = append(some, s)
		}
	}
	return some
}

func (t Table) byKey(key string) (Setting, bool) {
	for _, s := range t {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}

// LabelOf returns what an administrator calls a field, a variable or a key of JSON;
// a name that is none of these is its own label.
func LabelOf(name string) text.Text {
	for _, t := range []Table{FranceConnect, ProConnect} {
		if s, ok := t.byKey(t.KeyOf(name)); ok {
			return s.Label
		}
	}
	return text.Of(name, name)
}

// KeyOf returns the key of FranceConnect's setting that a name means, be it a field, a
// variable under any prefix or the key itself; "" if it means none. Of the
// settings that fill one field, the first is meant.
func KeyOf(name string) (key string) { return FranceConnect.KeyOf(name) }

// KeyOf returns the key of a setting of the table, as the function KeyOf does.
func (t Table) KeyOf(name string) (key string) {
	for _, s := range t {
		switch {
		case name == s.Key || name == s.Field:
			return s.Key
		case strings.HasSuffix(name, "_"+strings.ToUpper(s.Key)) && len(s.Key) > len(key):
			key = s.Key // …_POST_LOGOUT_REDIRECT_URL also ends as …_REDIRECT_URL does
		}
	}
	return key
}

// A Problem is a value that cannot be read.
type Problem struct {
	Name string // of the value, as it was written
	text.Text
}

// Values are settings as text, by key: lists are joined, and what was not said
// is "".
type Values struct {
	Problems   []Problem // of their form alone
	Unreadable bool      // nothing can be said of the rest

	table Table
	get   func(key string) string
	name  func(key string) string
	read  func(file string) ([]byte, error)
}

// Get returns a value, without the space around it.
func (v *Values) Get(key string) string { return strings.TrimSpace(v.get(key)) }

// Exactly returns a value as it was written.
func (v *Values) Exactly(key string) string { return v.get(key) }

// Name returns what the value is called where it was written.
func (v *Values) Name(key string) string { return v.name(key) }

// FromEnv reads the variables that begin with a prefix. They are the operator's
// own, and so is any file.
func (t Table) FromEnv(prefix string, getenv func(string) string) *Values {
	v := &Values{table: t, name: func(key string) string { return prefix + strings.ToUpper(key) }, read: os.ReadFile}
	v.get = func(key string) string { return getenv(v.name(key)) }
	return v
}
