package franceconnect_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// pastedKey is a key of cookies that nobody uses.
const pastedKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

func TestTheJSONOfAnAdministratorIsAConfig(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"bourg/secret": {Data: []byte("hush-hush-hush\n")}, "bourg/next": {Data: []byte("hush-next\n")}}
	for _, secret := range []string{`"client_secret": "hush-hush-hush", "next_client_secret": "hush-next"`, `"client_secret_file": "bourg/secret", "next_client_secret_file": "bourg/next"`} {
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
			"home_path": " /portail/ ",
			"max_calls": 64,
			"cookie_keys": ["`+pastedKey+`", "`+pastedKey+`"],
			"platform": null
		}`), files)
		require.NoError(t, err, secret)
		key, err := franceconnect.ParseCookieKey(pastedKey)
		require.NoError(t, err)
		require.Equal(t, franceconnect.Config{
			Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "hush-hush-hush", NextClientSecret: "hush-next",
			RedirectURL: "https://portail.example.fr/franceconnect/callback", PostLogoutRedirectURL: "https://portail.example.fr/", HomePath: "/portail/", MaxCalls: 64,
			CookieKeys: []franceconnect.CookieKey{key, key}, Scopes: []string{"identite_pivot", "email"}, Level: franceconnect.Eidas1, RequestAMR: true,
			ButtonVariant: franceconnect.Alternative, ButtonText: "Connectez-vous à la ville",
		}, config)
		_, err = franceconnect.New(config)
		require.NoError(t, err)
	}
}

// The same settings, as variables.
func TestTheVariablesAreTheSameSettings(t *testing.T) {
	t.Parallel()
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment(
		"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", "client", "FRANCECONNECT_CLIENT_SECRET", "hush", "FRANCECONNECT_NEXT_CLIENT_SECRET", "next",
		"FRANCECONNECT_BUTTON", "alternative", "FRANCECONNECT_TEXT", "Bonjour", "FRANCECONNECT_AMR", "true",
		"FRANCECONNECT_REDIRECT_URL", "https://portail.example.fr/cb", "FRANCECONNECT_POST_LOGOUT_REDIRECT_URL", "https://portail.example.fr/", "FRANCECONNECT_HOME_PATH", "/portail/", "FRANCECONNECT_MAX_CALLS", "64"))
	require.NoError(t, err)
	require.Equal(t, franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "hush", NextClientSecret: "next", ButtonVariant: franceconnect.Alternative, ButtonText: "Bonjour", RequestAMR: true,
		RedirectURL: "https://portail.example.fr/cb", PostLogoutRedirectURL: "https://portail.example.fr/", HomePath: "/portail/", MaxCalls: 64, Scopes: []string{},
	}, config)
}

// What was agreed on with the State's app, as JSON and as variables.
func TestTheKeysOfTheStatesAppAreASettingToo(t *testing.T) {
	t.Parallel()
	set := string(mockidp.AppKeys())
	for _, keys := range []string{set, `"ami.json"`} {
		config, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"sandbox","direct_keys":`+keys+`,"direct_claim":"to","direct_algorithm":"RS256","direct_issuer":"ima"}`), fstest.MapFS{"ami.json": {Data: []byte(set)}})
		require.NoError(t, err)
		require.JSONEq(t, set, string(config.Direct.Keys))
		config.Direct.Keys = nil
		require.Equal(t, &franceconnect.Direct{DestinationClaim: "to", Algorithm: "RS256", Issuer: "ima"}, config.Direct)
	}
	_, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"sandbox","direct_keys":"ami.json"}`), nil)
	require.ErrorContains(t, err, "direct_keys names a file")
	const pem = "-----BEGIN PUBLIC KEY-----\nhush\n-----END PUBLIC KEY-----"
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_DIRECT_KEYS", pem))
	require.NoError(t, err)
	require.Equal(t, pem, string(config.Direct.Keys))
	config, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_DIRECT_CLAIM", "to"))
	require.NoError(t, err)
	require.NotNil(t, config.Direct, "and New says that the keys are missing")
}

// Whoever writes a file of settings sends nobody to another site with it.
func TestAHomePathOfTheSettingsStaysOnThisSite(t *testing.T) {
	t.Parallel()
	for path, ok := range map[string]bool{"/portail/": true, "//evil.example/": false, "https://evil.example/": false, "portail": false} {
		config, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"sandbox","client_id":"client","client_secret":"hush","redirect_url":"https://portail.example.fr/cb","cookie_keys":["`+pastedKey+`"],"home_path":"`+path+`"}`), nil)
		require.NoError(t, err)
		_, err = franceconnect.New(config)
		french, english := franceconnect.OperatorAdvice(err)
		require.Equal(t, ok, err == nil, path)
		require.Equal(t, !ok, strings.Contains(french, "Chemin du portail") && strings.Contains(english, "Path of the portal"), path)
	}
}

// Each setting is read for the quotation marks around it, and again for what it
// means; it is in the godoc and in the tables of docs/settings.md and docs/fr/reglages.md.
func TestEverySettingIsReadAndWrittenDown(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, file := range []string{"internal/settings/settings.go", "settings.go", "docs/settings.md", "docs/fr/reglages.md"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[file] = string(text)
	}
	read := map[string]int{}
	_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", func(name string) string { read[name]++; return "" })
	require.ErrorContains(t, err, "FRANCECONNECT_ENVIRONMENT is missing")
	settings := regexp.MustCompile(`(?m)^\t\{"([a-z_]+)", "[\w.]+", text\.Of`).FindAllStringSubmatch(texts["internal/settings/settings.go"], -1)
	require.NotEmpty(t, settings)
	for _, s := range settings {
		key, variable := s[1], strings.ToUpper(s[1])
		require.Greater(t, read["FRANCECONNECT_"+variable], 1, "%s is not read", key)
		require.Regexp(t, `(?m)^//\t.*\b`+variable+`\b`, texts["settings.go"], "the godoc has no %s", key)
		require.Regexp(t, "(?m)^\\|.*`FRANCECONNECT_"+variable+"`.*\\|", texts["docs/settings.md"], "docs/settings.md has no %s", key)
		require.Contains(t, texts["docs/fr/reglages.md"], "| `FRANCECONNECT_"+variable+"` |", "docs/fr/reglages.md has no %s", key)
	}
}

func TestAKeySetMayStandInTheJSONItself(t *testing.T) {
	t.Parallel()
	set := `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ECDH-ES","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}]}`
	for _, value := range []string{set, `"keys.json"`} {
		config, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"production-plus","decryption_keys":`+value+`}`), fstest.MapFS{"keys.json": {Data: []byte(set)}})
		require.NoError(t, err)
		require.Len(t, config.DecryptionKeys, 1)
	}
}

// breakable is a space that begins a line with a sign, or none where French has
// one.
var breakable = regexp.MustCompile(`[ \x{202f}][:»]|« |[ \x{a0}][;!?]|[\pL][;!?»]|\pL:\s|\pL'\pL`)

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
		{`{"next_client_secret":"` + secret + `","next_client_secret_file":"/x"}`, "Le champ « Prochain secret (Client Secret) » (next_client_secret) est donné deux fois", "The field “Next Client Secret” (next_client_secret) is given twice"},
		{`{"client_secret_file":"` + secret + `"}`, "Le champ « Fichier du secret (Client Secret) » (client_secret_file) désigne un fichier, alors que ces réglages n’en font lire aucun : donnez la valeur", "give the value itself"},
		{`{"client_secret_variable":"` + secret + `"}`, "(client_secret_variable) n’existe plus : mettez le secret dans un fichier du dossier prévu, et son nom dans client_secret_file", "(client_secret_variable) is no more: put the secret into a file"},
		{`{"client_id":123456}`, "Le champ « Identifiant (Client ID) » (client_id) n’est pas de la forme attendue : un texte entre guillemets", "a text in quotation marks"},
		{`{"max_calls":"64"}`, "(max_calls) n’est pas de la forme attendue : un nombre entier, sans guillemets", "a whole number, without quotation marks"},
		{`{"max_calls":6.4}`, "un nombre entier", "a whole number"},
		{`{"max_calls":0}`, "(max_calls) n’est pas un nombre à partir de 1", "is not a number from 1 on"},
		{`{"enabled":"true"}`, "Le champ « Activation » (enabled) n’est pas de la forme attendue : true ou false, sans guillemets", "true or false"},
		{`{"scopes":["email profile"]}`, "Le champ « Données demandées (scopes) » (scopes) n’est pas de la forme attendue : une liste de textes", "a list of texts"},
		{`{"scopes":[1]}`, "une liste de textes", "a list of texts"},
		{`{"cookie_keys":["` + secret + `"]}`, "Le champ « Clés des cookies » (cookie_keys) contient autre chose", "holds something else"},
		{`{"decryption_keys":{"keys":["` + secret + `"]}}`, "Le champ « Clés de chiffrement (FranceConnect+) » (decryption_keys) ne contient pas", "in the form of a JWK"},
		{`{"decryption_keys":"` + secret + `"}`, "désigne un fichier, alors que", "names a file, but"},
		{`{"scopes":"` + secret + `,email"}`, "Le champ « Données demandées (scopes) » (scopes) sépare les noms par des virgules", "separates names by commas"},
		{`{"decryption_keys":true}`, "un jeu de clés, ou le nom de son fichier", "a key set"},
		{`{"environment":"prod"}`, "Le champ « URL du service » (environment) n’est ni une adresse en https, ni un environnement connu", "The field “Service URL” (environment)"},
		{`{"environment":"sandbox","platform":"plus"}`, "Le champ « Plateforme » (platform) ne va pas avec l’environnement, qui est FranceConnect v2", "does not go with the environment, which is"},
		{`{"environment":"sandbox","platform":"v3"}`, "Le champ « Plateforme » (platform) n’est ni v2", "not one of v2"},
		{`{"button":"pink"}`, "Le champ « Bouton de connexion » (button) n’est ni principal, ni alternatif", "neither principal nor alternative"},
		{`{"level":"eidas9"}`, "Le champ « Niveau de garantie eIDAS » (level) n’est ni eidas1", "not one of eidas1"},
	} {
		text := test.json
		if !strings.Contains(text, "environment") && strings.HasPrefix(text, `{"`) {
			text = `{"environment":"sandbox",` + text[1:]
		}
		_, err := franceconnect.ConfigFromJSON([]byte(text), nil)
		require.Error(t, err, test.json)
		require.ErrorIs(t, err, franceconnect.ErrMisconfigured, test.json)
		french, english := franceconnect.OperatorAdvice(err)
		require.Contains(t, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(french), test.french, test.json)
		require.NotRegexp(t, breakable, french, test.json)
		require.Contains(t, english, test.english, test.json)
		require.NotContains(t, err.Error()+french+english, secret, test.json)
	}
}

func TestAllThatIsWrongIsAdvisedOnALineEach(t *testing.T) {
	t.Parallel()
	_, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Sandbox, ButtonVariant: 7, ButtonText: "a\nb"})
	french, english := franceconnect.OperatorAdvice(err)
	require.Equal(t, strings.Join([]string{
		"Le champ «\u00a0Identifiant (Client ID)\u00a0» (ClientID) est absent.",
		"Le champ «\u00a0Secret (Client Secret)\u00a0» (ClientSecret) est absent.",
		"Le champ «\u00a0URL de redirection de connexion\u00a0» (RedirectURL) est absent.",
		"Le champ «\u00a0Clés des cookies\u00a0» (CookieKeys) est absent\u00a0: il faut au moins une clé de 32 octets.",
		"Le champ «\u00a0Bouton de connexion\u00a0» (ButtonVariant) n’est ni principal, ni alternatif.",
		"Le champ «\u00a0Texte de connexion\u00a0» (ButtonText) a plus de 300 caractères ou un retour à la ligne.",
	}, "\n"), french)
	require.Len(t, strings.Split(english, "\n"), 6)
	require.Contains(t, english, "The field “Client ID” (ClientID) is missing.")
}

// The one town's administrator may write where the secret goes: of the server,
// only what lies in the town's folder gets into it.
func TestSettingsReadNoFileButThoseOfTheirFolder(t *testing.T) {
	t.Parallel()
	const secret = "the-database-password"
	parent := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(parent, "bourg", "folder"), 0o700))
	for name, text := range map[string]string{"database": secret, "bourg/secret": "hush-hush-hush\r\n", "bourg/empty": "", "bourg/blank": " \n", "bourg/large": strings.Repeat("x", 1<<20+1)} {
		require.NoError(t, os.WriteFile(filepath.Join(parent, name), []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink("../database", filepath.Join(parent, "bourg", "link")))
	require.NoError(t, os.Symlink("secret", filepath.Join(parent, "bourg", "near")))
	root, err := os.OpenRoot(filepath.Join(parent, "bourg"))
	require.NoError(t, err)
	defer root.Close()
	read := func(key, name string, files fs.FS) (franceconnect.Config, error) {
		return franceconnect.ConfigFromJSON([]byte(`{"environment":"production-plus","`+key+`":"`+name+`"}`), files)
	}
	for _, name := range []string{"secret", "near", " secret "} {
		config, err := read("client_secret_file", name, root.FS())
		require.NoError(t, err, name)
		require.Equal(t, "hush-hush-hush", string(config.ClientSecret), name)
	}
	absolute := filepath.ToSlash(filepath.Join(parent, "database"))
	for _, test := range []struct {
		name            string
		files           fs.FS
		french, english string
	}{
		{"secret", nil, "désigne un fichier, alors que ces réglages n’en font lire aucun", "names a file, but these settings may have none read"},
		{absolute, nil, "désigne un fichier, alors que", "names a file, but"},
		{absolute, root.FS(), "doit être un nom relatif au dossier prévu", "must be a name relative to the folder"},
		{absolute, everywhere{}, "doit être un nom relatif au dossier prévu", "must be a name relative to the folder"},
		{"../database", root.FS(), "doit être un nom relatif au dossier prévu", "must be a name relative to the folder"},
		{"folder/../secret", root.FS(), "doit être un nom relatif au dossier prévu", "must be a name relative to the folder"},
		{"./secret", root.FS(), "doit être un nom relatif au dossier prévu", "must be a name relative to the folder"},
		{"link", root.FS(), "désigne un fichier qui ne peut pas être lu", "names a file that cannot be read"},
		{"missing", root.FS(), "désigne un fichier qui n’existe pas", "names a file that does not exist"},
		{"secret/x", root.FS(), "désigne un fichier qui ", "names a file that "},
		{"empty", root.FS(), "désigne un fichier vide", "names a file that is empty"},
		{"blank", root.FS(), "désigne un fichier vide", "names a file that is empty"},
		{"folder", root.FS(), "désigne autre chose qu’un fichier ordinaire", "names something else than an ordinary file"},
		{".", root.FS(), "désigne autre chose qu’un fichier ordinaire", "names something else than an ordinary file"},
		{"large", root.FS(), "désigne autre chose qu’un fichier ordinaire", "names something else than an ordinary file"},
		{"secret", fstest.MapFS{"secret": {Data: []byte(secret), Mode: fs.ModeNamedPipe}}, "désigne autre chose qu’un fichier ordinaire", "names something else than an ordinary file"},
	} {
		for _, key := range []string{"client_secret_file", "next_client_secret_file", "decryption_keys"} {
			config, err := read(key, test.name, test.files)
			var e *franceconnect.ConfigError
			require.ErrorAs(t, err, &e, test.name)
			require.Equal(t, key, e.Field, test.name)
			require.Contains(t, e.French, test.french, test.name)
			require.NotRegexp(t, breakable, e.French)
			require.Contains(t, e.English, test.english, test.name)
			require.NotContains(t, err.Error()+e.French, "database")
			require.Empty(t, string(config.ClientSecret)+string(config.NextClientSecret))
			require.Empty(t, config.DecryptionKeys)
		}
	}
	_, err = read("decryption_keys", "secret", root.FS())
	require.ErrorContains(t, err, "key set")
	require.NotContains(t, err.Error(), "hush")
}

// everywhere reads any file at all, whatever the name: an fs.FS that does not
// keep the rules of one.
type everywhere struct{}

func (everywhere) Open(name string) (fs.File, error) { return os.Open(name) }

// No text has a variable of the server read.
func TestSettingsReadNoVariable(t *testing.T) {
	t.Setenv("FRANCECONNECT_COOKIE_KEYS", "the-key-that-seals-all-cookies")
	config, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"http://127.0.0.1:9/api/v2","client_id":"a","client_secret_variable":"FRANCECONNECT_COOKIE_KEYS"}`), os.DirFS(t.TempDir()))
	var e *franceconnect.ConfigError
	require.ErrorAs(t, err, &e)
	require.Equal(t, "client_secret_variable", e.Field)
	require.Contains(t, e.English, "client_secret_file")
	require.Empty(t, string(config.ClientSecret))
	require.Empty(t, config.CookieKeys)
}

// docker --env-file takes quotation marks for a part of the value.
func TestQuotationMarksAroundAValueAreRefused(t *testing.T) {
	t.Parallel()
	values := []struct{ key, value string }{
		{"enabled", "false"}, {"environment", "sandbox"}, {"platform", "v2"}, {"client_id", strings.Repeat("ab", 32)}, {"client_secret", strings.Repeat("cd", 32)},
		{"client_secret_file", "/run/secrets/hush"}, {"button", "principal"}, {"text", "L’accès à l'espace « Aides »"}, {"scopes", "identite_pivot email"}, {"level", "eidas1"}, {"amr", "true"},
		{"redirect_url", "https://portail.example.fr/cb"}, {"post_logout_redirect_url", "https://portail.example.fr/"}, {"cookie_keys", pastedKey}, {"decryption_keys", `{"keys":[]}`},
	}
	refused := func(err error, field, value string) {
		t.Helper()
		var joined interface{ Unwrap() []error }
		require.ErrorAs(t, err, &joined, value)
		require.Len(t, joined.Unwrap(), 1, "one thing is said of %s: %v", value, err)
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field, value)
		require.Contains(t, e.French, "entre guillemets")
		require.NotRegexp(t, breakable, e.French)
		require.Contains(t, e.English, "in quotation marks")
		require.NotContains(t, err.Error()+e.French, strings.Trim(value, `"'«» “”‘’`))
	}
	for _, v := range values {
		name := "FRANCECONNECT_" + strings.ToUpper(v.key)
		for _, marks := range [][2]string{{`"`, `"`}, {"'", "'"}, {"« ", " »"}, {"«\u00a0", "\u00a0»"}, {"“", "”"}, {"‘", "’"}, {` "`, `" `}} {
			said := marks[0] + v.value + marks[1]
			if v.key == "text" && strings.Contains(marks[0], "«") {
				said = marks[0] + "Bonjour" + marks[1]
			}
			_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", name, said))
			if v.key == "environment" {
				_, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", environment(name, said))
			}
			refused(err, name, said)
			if v.key == "enabled" || v.key == "amr" {
				continue // in JSON, true is no text
			}
			object := map[string]any{"environment": "sandbox", v.key: said}
			text, err := json.Marshal(object)
			require.NoError(t, err)
			_, err = franceconnect.ConfigFromJSON(text, fstest.MapFS{})
			refused(err, v.key, said)
		}
	}
	for _, said := range []string{`"identite_pivot`, `identite_pivot email"`, `"identite_pivot" "email"`, `openid "email" gender`, `openid 'email'`} { // cut in two, or one by one
		_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_SCOPES", said))
		refused(err, "FRANCECONNECT_SCOPES", said)
	}
	_, err := franceconnect.ConfigFromJSON([]byte(`{"environment":"sandbox","scopes":["email","\"gender\""]}`), nil)
	refused(err, "scopes", "gender")
	_, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_COOKIE_KEYS", pastedKey+`,"`+pastedKey+`"`))
	refused(err, "FRANCECONNECT_COOKIE_KEYS", pastedKey)
}

// A sentence may have a quotation in it, at its beginning and at its end too.
func TestASentenceMayBeginWithAQuotation(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"« Mes aides » avec « FranceConnect »", `"a" et "b"`, "Dites « oui »", "l'accès", "“a” or “b”", "«"} {
		config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_TEXT", text))
		require.NoError(t, err, text)
		require.Equal(t, text, config.ButtonText)
	}
}

func TestScopesWithCommasAreRefused(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"identite_pivot,email", "identite_pivot, email", "identite_pivot;email", "identite_pivot email,"} {
		_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_SCOPES", said))
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e, said)
		require.Equal(t, "FRANCECONNECT_SCOPES", e.Field)
		require.Contains(t, e.French, "virgules")
		require.NotRegexp(t, breakable, e.French)
		require.Contains(t, e.English, "commas")
		require.NotContains(t, err.Error(), "identite")
	}
}

// Whatever the text is, it is a Config or an error, and never both quiet and
// switched on by mistake.
func FuzzConfigFromJSON(f *testing.F) {
	for _, seed := range []string{`{"enabled":false}`, `{"environment":"sandbox","scopes":["a"],"cookie_keys":[]}`, `{"enabled":false,"enabled":true}`, `{"a":{"b":[1,2]}}`, `{"decryption_keys":{}}`, `{"decryption_keys":"a"}`, `{"client_secret_file":"b"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		config, err := franceconnect.ConfigFromJSON(text, fstest.MapFS{"a": {Data: []byte("{}")}, "b": {}})
		if err == nil && !config.Disabled {
			require.NotNil(t, config.Environment, "it has to be named")
		}
		french, english := franceconnect.OperatorAdvice(err)
		require.Equal(t, err == nil, french == "", "an error is explained")
		require.Equal(t, err == nil, english == "")
	})
}

func TestAFileThatCannotBeReadGetsOneComplaint(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"environment": "sandbox",}`, `{"environment": "sandbox"`, `[]`, ``, `"sandbox"`} {
		_, err := franceconnect.ConfigFromJSON([]byte(text), nil)
		wrong := franceconnect.ConfigErrors(err)
		require.Len(t, wrong, 1, text)
		require.Equal(t, "JSON", wrong[0].Field)
	}
}

func TestAnEnvironmentThatIsNotSetIsMissing(t *testing.T) {
	t.Parallel()
	_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", func(string) string { return "" })
	wrong := franceconnect.ConfigErrors(err)
	require.NotEmpty(t, wrong)
	require.Equal(t, franceconnect.ConfigError{Field: "FRANCECONNECT_ENVIRONMENT", French: "est absent", English: "is missing"}, *wrong[0])
}

// No sentence about an environment is half in the other language.
func TestWhatIsWrongWithAnEnvironmentIsSaidWhollyInOneLanguage(t *testing.T) {
	t.Parallel()
	right := franceconnect.Custom{Issuer: "https://fc.example.org/api/v2"}
	for _, change := range []func(*franceconnect.Custom){
		func(c *franceconnect.Custom) { c.Platform = "v3" },
		func(c *franceconnect.Custom) { c.Issuer = "http://fc.example.org" },
		func(c *franceconnect.Custom) { c.Issuer = "" },
		func(c *franceconnect.Custom) { c.Issuer = "https://user@fc.example.org" },
		func(c *franceconnect.Custom) { c.Issuer += "/" },
		func(c *franceconnect.Custom) { c.Issuer += "?a=b" },
		func(c *franceconnect.Custom) { c.Issuer += "#a" },
		func(c *franceconnect.Custom) { c.TokenURL = "http://fc.example.org/token" },
		func(c *franceconnect.Custom) { c.AuthorizationURL = "https://fc.example.org/authorize?state=a" },
		func(c *franceconnect.Custom) { c.AuthorizationURL = "https://fc.example.org/authorize?%zz" },
		func(c *franceconnect.Custom) { c.Algorithms = []string{"HS256"} },
		func(c *franceconnect.Custom) { c.UserInfoFormat = "xml" },
		func(c *franceconnect.Custom) { c.Platform, c.UserInfoFormat = franceconnect.Plus, "json" },
		func(c *franceconnect.Custom) { c.TokenEndpointAuthMethod = "none" },
	} {
		config, env := good(), right
		change(&env)
		config.Environment = env
		_, err := franceconnect.New(config)
		wrong := franceconnect.ConfigErrors(err)
		require.NotEmpty(t, wrong)
		require.Equal(t, "Environment", wrong[0].Field)
		require.NotRegexp(t, `\b(is|has|must|with|another|not|URL|which|other|allows)\b`, wrong[0].French)
		require.NotRegexp(t, `\b(est|a un|doit|n’|qui|autre|contient|dont)\b`, wrong[0].English)
		require.NotRegexp(t, breakable, wrong[0].French)
	}
}

func TestASecondClientHasVariablesWithAPrefixOfItsOwn(t *testing.T) {
	t.Parallel()
	getenv := environment("FRANCECONNECT_CLIENT_ID", "other", "FRANCECONNECT_LEVEL", "eidas1",
		"FRANCECONNECT_PLUS_ENVIRONMENT", "integration-plus", "FRANCECONNECT_PLUS_CLIENT_ID", "client", "FRANCECONNECT_PLUS_LEVEL", "faible")
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_PLUS_", getenv)
	require.Equal(t, franceconnect.Config{Environment: franceconnect.IntegrationPlus, ClientID: "client", Scopes: []string{}}, config)
	wrong := franceconnect.ConfigErrors(err)
	require.Len(t, wrong, 1)
	require.Equal(t, "FRANCECONNECT_PLUS_LEVEL", wrong[0].Field)
	french, _ := franceconnect.OperatorAdvice(err)
	require.Contains(t, french, "Niveau de garantie eIDAS\u00a0» (FRANCECONNECT_PLUS_LEVEL)")
}
