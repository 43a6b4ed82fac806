package franceconnect_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// pastedKey is a key of cookies that nobody uses.
const pastedKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func TestTheJSONOfAnAdministratorIsAConfig(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("hush-hush-hush\n"), 0o600))
	for _, secret := range []string{`"client_secret": "hush-hush-hush"`, `"client_secret_file": "` + file + `"`, `"client_secret_variable": "VILLE_SECRET"`} {
		config, err := franceconnect.ConfigFromJSON([]byte("\ufeff"+`{
			"enabled": true,
			"environment": "https://fcp-low.sbx.dev-franceconnect.fr/",
			"client_id": "client", `+secret+`,
			"button": "alternatif",
			"text": "Connectez-vous à la ville",
			"scopes": ["identite_pivot", "email"],
			"level": " eidas1 ",
			"amr": true,
			"redirect_url": "https://portail.example.fr/franceconnect/callback",
			"post_logout_redirect_url": "https://portail.example.fr/",
			"keys": ["`+pastedKey+`", "`+pastedKey+`"],
			"platform": null
		}`), func(name string) string { return map[string]string{"VILLE_SECRET": "hush-hush-hush"}[name] })
		require.NoError(t, err, secret)
		key, err := franceconnect.ParseKey(pastedKey)
		require.NoError(t, err)
		require.Equal(t, franceconnect.Config{
			Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "hush-hush-hush",
			RedirectURL: "https://portail.example.fr/franceconnect/callback", PostLogoutRedirectURL: "https://portail.example.fr/",
			Keys: []franceconnect.Key{key, key}, Scopes: []string{"identite_pivot", "email"}, Level: franceconnect.Eidas1, AMR: true,
			ButtonVariant: franceconnect.Alternative, ButtonText: "Connectez-vous à la ville",
		}, config)
		_, err = franceconnect.New(config)
		require.NoError(t, err)
	}
}

// The same settings, as variables.
func TestTheVariablesAreTheSameSettings(t *testing.T) {
	t.Parallel()
	config, err := franceconnect.ConfigFromEnv(environment(
		"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", "client", "FRANCECONNECT_CLIENT_SECRET", "hush",
		"FRANCECONNECT_BUTTON", "alternative", "FRANCECONNECT_TEXT", "Bonjour", "FRANCECONNECT_AMR", "true",
		"FRANCECONNECT_REDIRECT_URL", "https://portail.example.fr/cb", "FRANCECONNECT_POST_LOGOUT_REDIRECT_URL", "https://portail.example.fr/"))
	require.NoError(t, err)
	require.Equal(t, franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "hush", ButtonVariant: franceconnect.Alternative, ButtonText: "Bonjour", AMR: true,
		RedirectURL: "https://portail.example.fr/cb", PostLogoutRedirectURL: "https://portail.example.fr/", Scopes: []string{},
	}, config)
}

func TestAKeySetMayStandInTheJSONItself(t *testing.T) {
	t.Parallel()
	set := `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ECDH-ES","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}]}`
	file := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, os.WriteFile(file, []byte(set), 0o600))
	for _, value := range []string{set, `"` + file + `"`} {
		config, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"production-plus","decryption_keys":`+value+`}`), os.Getenv)
		require.NoError(t, err)
		require.Len(t, config.DecryptionKeys, 1)
	}
}

// breakable is a space that begins a line with a sign, or none where French has
// one.
var breakable = regexp.MustCompile(`[ \x{202f}][:»]|« |[ \x{a0}][;!?]|[\pL][;!?»]|\pL:\s|\pL'\pL`)

func unset(string) string { return "" }

// What is wrong is named as the administrator's screen names it, in both
// languages, and no value is repeated.
func TestAWrongSettingIsNamedAsTheAdministratorKnowsIt(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-never-shown"
	for _, test := range []struct{ json, french, english string }{
		{`{"client_id":"` + secret + `" "x":1}`, "Le champ « JSON » (JSON) est mal formé vers la ligne 1", "is malformed near line 1"},
		{"{\n\"client_id\":\"a\",\n\"text\":\"" + secret, "vers la ligne 3", "near line 3"},
		{"{\n\"client_id\":\"a\",\n\"scopes\":[\n\"a\",\n\"b\"\n\"c\"]}", "vers la ligne 6", "near line 6"},
		{`[]`, "n’est pas un objet", "is not an object"},
		{`{} {}`, "mal formé vers la ligne 1", "malformed"},
		{``, "est mal formé vers la ligne 1", "malformed"},
		{`{"client_id":"` + secret, "est mal formé", "malformed"},
		{`{"clientid":"` + secret + `"}`, "Le champ « clientid » (clientid) n’est pas un réglage connu", "is not a known setting"},
		{`{"` + secret + `":"a"}`, "Le champ « JSON » (JSON) contient un réglage inconnu", "holds an unknown setting"},
		{`{"client_secret":"` + secret + `","client_secret":"` + secret + `"}`, "Le champ « Secret (Client Secret) » (client_secret) est écrit deux fois", "The field “Client Secret” (client_secret) is written twice"},
		{`{"client_secret":"` + secret + `","client_secret_file":"/x"}`, "est donné deux fois", "is given twice"},
		{`{"client_secret_variable":"` + secret + `","client_secret_file":"/x"}`, "est donné deux fois", "is given twice"},
		{`{"client_secret_file":"/nowhere/` + secret + `"}`, "Le champ « Fichier du secret (Client Secret) » (client_secret_file) désigne un fichier qui ne peut pas être lu", "cannot be read"},
		{`{"client_secret_variable":"` + secret + `"}`, "désigne une variable qui n’a pas de valeur", "has no value"},
		{`{"client_id":123456}`, "Le champ « Identifiant (Client ID) » (client_id) n’est pas de la forme attendue : un texte entre guillemets", "a text in quotation marks"},
		{`{"enabled":"true"}`, "Le champ « Activation » (enabled) n’est pas de la forme attendue : true ou false, sans guillemets", "true or false"},
		{`{"scopes":["email profile"]}`, "Le champ « Données demandées (scopes) » (scopes) n’est pas de la forme attendue : une liste de textes", "a list of texts"},
		{`{"scopes":[1]}`, "une liste de textes", "a list of texts"},
		{`{"keys":["` + secret + `"]}`, "Le champ « Clés des cookies » (keys) contient autre chose", "holds something else"},
		{`{"decryption_keys":{"keys":["` + secret + `"]}}`, "Le champ « Clés de chiffrement (FranceConnect+) » (decryption_keys) ne contient pas", "decryption keys"},
		{`{"decryption_keys":"/nowhere"}`, "ne peut pas être lu", "cannot be read"},
		{`{"decryption_keys":true}`, "un jeu de clés, ou le nom de son fichier", "a key set"},
		{`{"environment":"prod"}`, "Le champ « URL du service » (environment) n’est pas un environnement connu", "The field “Service URL” (environment)"},
		{`{"environment":"sandbox","platform":"plus"}`, "Le champ « Plateforme » (platform) ne va pas avec environment, qui est FranceConnect v2", "does not go with environment"},
		{`{"environment":"sandbox","platform":"v3"}`, "Le champ « Plateforme » (platform) n’est ni v2", "not one of v2"},
		{`{"button":"pink"}`, "Le champ « Bouton de connexion » (button) n’est ni principal, ni alternatif", "neither principal nor alternative"},
		{`{"level":"eidas9"}`, "Le champ « Niveau de garantie eIDAS » (level) n’est ni eidas1", "not one of eidas1"},
	} {
		text := test.json
		if !strings.Contains(text, "environment") && strings.HasPrefix(text, `{"`) {
			text = `{"environment":"sandbox",` + text[1:]
		}
		_, err := franceconnect.ConfigFromJSON([]byte(text), unset)
		require.Error(t, err, test.json)
		require.ErrorIs(t, err, franceconnect.ErrMisconfigured, test.json)
		french, english := franceconnect.Advice(err)
		require.Contains(t, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(french), test.french, test.json)
		require.NotRegexp(t, breakable, french, test.json)
		require.Contains(t, english, test.english, test.json)
		require.NotContains(t, err.Error()+french+english, secret, test.json)
	}
}

func TestAllThatIsWrongIsAdvisedOnALineEach(t *testing.T) {
	t.Parallel()
	_, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Sandbox, ButtonVariant: 7, ButtonText: "a\nb"})
	french, english := franceconnect.Advice(err)
	require.Equal(t, strings.Join([]string{
		"Le champ «\u00a0Identifiant (Client ID)\u00a0» (ClientID) est absent.",
		"Le champ «\u00a0Secret (Client Secret)\u00a0» (ClientSecret) est absent.",
		"Le champ «\u00a0URL de redirection de connexion\u00a0» (RedirectURL) est absent.",
		"Le champ «\u00a0Clés des cookies\u00a0» (Keys) est absent\u00a0: il faut au moins une clé de 32 octets.",
		"Le champ «\u00a0Bouton de connexion\u00a0» (ButtonVariant) n’est ni principal, ni alternatif.",
		"Le champ «\u00a0Texte de connexion\u00a0» (ButtonText) a plus de 300 caractères ou un retour à la ligne.",
	}, "\n"), french)
	require.Len(t, strings.Split(english, "\n"), 6)
	require.Contains(t, english, "The field “Client ID” (ClientID) is missing.")
}

// Whatever the text is, it is a Config or an error, and never both quiet and
// switched on by mistake.
func FuzzConfigFromJSON(f *testing.F) {
	for _, seed := range []string{`{"enabled":false}`, `{"environment":"sandbox","scopes":["a"],"keys":[]}`, `{"enabled":false,"enabled":true}`, `{"a":{"b":[1,2]}}`, `{"decryption_keys":{}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		config, err := franceconnect.ConfigFromJSON(text, unset)
		if err == nil && !config.Disabled {
			require.NotNil(t, config.Environment, "it has to be named")
		}
		french, english := franceconnect.Advice(err)
		require.NotEmpty(t, french+english)
	})
}
