package franceconnect_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func good() franceconnect.Config {
	return franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "client", ClientSecret: "hush-hush-hush",
		RedirectURL: "https://portail.example.fr/franceconnect/callback",
		CookieKeys:  []franceconnect.CookieKey{{1}},
	}
}

func clientOf(t *testing.T, config franceconnect.Config) *franceconnect.Client {
	t.Helper()
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	return fc
}

func TestAWrongFieldIsNamedInFrenchAndInEnglish(t *testing.T) {
	t.Parallel()
	_, err := franceconnect.New(good())
	require.NoError(t, err)
	for _, c := range []struct {
		field, french, english string
		change                 func(*franceconnect.Config)
	}{
		{"Environment", "absent", "missing", func(c *franceconnect.Config) { c.Environment = nil }},
		{"Environment", "connu", "production", func(c *franceconnect.Config) { c.Environment = franceconnect.Preset("prod") }},
		{"ClientID", "absent", "missing", func(c *franceconnect.Config) { c.ClientID = "" }},
		{"ClientID", "espace", "space", func(c *franceconnect.Config) { c.ClientID = "client " }},
		{"ClientID", "espace", "space", func(c *franceconnect.Config) { c.ClientID = "cli\u00a0ent" }},
		{"ClientSecret", "absent", "missing", func(c *franceconnect.Config) { c.ClientSecret = "" }},
		{"ClientSecret", "retour à la ligne", "line break", func(c *franceconnect.Config) { c.ClientSecret = "hush-hush\n" }},
		{"ClientID", "entre guillemets", "in quotation marks", func(c *franceconnect.Config) { c.ClientID = `"client"` }},
		{"ClientSecret", "entre guillemets", "in quotation marks", func(c *franceconnect.Config) { c.ClientSecret = "'hush-hush-hush'" }},
		{"RedirectURL", "absent", "missing", func(c *franceconnect.Config) { c.RedirectURL = "" }},
		{"RedirectURL", "adresse complète", "absolute", func(c *franceconnect.Config) { c.RedirectURL = "/callback" }},
		{"RedirectURL", "adresse complète", "absolute", func(c *franceconnect.Config) { c.RedirectURL = "app://callback" }},
		{"RedirectURL", "https", "https", func(c *franceconnect.Config) { c.RedirectURL = "http://portail.example.fr/callback" }},
		{"RedirectURL", "fragment", "fragment", func(c *franceconnect.Config) { c.RedirectURL += "#" }},
		{"RedirectURL", "nom d’utilisateur", "user name", func(c *franceconnect.Config) { c.RedirectURL = "https://a:b@portail.example.fr/" }},
		{"RedirectURL", "deux paramètres de même nom", "two parameters of one name", func(c *franceconnect.Config) { c.RedirectURL += "?a=1&b=2&a=1" }},
		{"RedirectURL", "deux paramètres de même nom", "two parameters of one name", func(c *franceconnect.Config) { c.RedirectURL += "?a&%61" }},
		{"RedirectURL", "paramètres mal formés", "malformed query", func(c *franceconnect.Config) { c.RedirectURL += "?a=%zz" }},
		{"RedirectURL", "paramètres mal formés", "malformed query", func(c *franceconnect.Config) { c.RedirectURL += "?a=1;b=2" }},
		{"RedirectURL", "paramètre state, que FranceConnect ajoute", "parameter state, which FranceConnect adds", func(c *franceconnect.Config) { c.RedirectURL += "?tenant=a&%73tate=b" }},
		{"RedirectURL", "paramètre code, ", "parameter code, ", func(c *franceconnect.Config) { c.RedirectURL += "?code=b" }},
		{"RedirectURL", "paramètre iss, ", "parameter iss, ", func(c *franceconnect.Config) { c.RedirectURL += "?iss" }},
		{"RedirectURL", "paramètre error, ", "parameter error, ", func(c *franceconnect.Config) { c.RedirectURL += "?error=b" }},
		{"RedirectURL", "paramètre error_description, ", "parameter error_description, ", func(c *franceconnect.Config) { c.RedirectURL += "?error_description=b" }},
		{"RedirectURL", "paramètre scope, ", "parameter scope, ", func(c *franceconnect.Config) { c.RedirectURL += "?scope=b" }},
		{"PostLogoutRedirectURL", "paramètre state, ", "parameter state, ", func(c *franceconnect.Config) { c.PostLogoutRedirectURL = "https://portail.example.fr/?state=b" }},
		{"PostLogoutRedirectURL", "paramètres mal formés", "malformed query", func(c *franceconnect.Config) { c.PostLogoutRedirectURL = "https://portail.example.fr/?%" }},
		{"RedirectURL", "localhost", "localhost", func(c *franceconnect.Config) {
			c.Environment, c.RedirectURL = franceconnect.Production, "http://localhost:8080/callback"
		}},
		{"PostLogoutRedirectURL", "https", "https", func(c *franceconnect.Config) { c.PostLogoutRedirectURL = "http://portail.example.fr/" }},
		{"HomePath", "chemin de ce site", "path on this site", func(c *franceconnect.Config) { c.HomePath = "https://portail.example.fr/" }},
		{"HomePath", "chemin de ce site", "path on this site", func(c *franceconnect.Config) { c.HomePath = "//portail.example.fr/" }},
		{"HomePath", "chemin de ce site", "path on this site", func(c *franceconnect.Config) { c.HomePath = "portail" }},
		{"MaxCalls", "négatif", "negative", func(c *franceconnect.Config) { c.MaxCalls = -1 }},
		{"CookieKeys", "absent", "missing", func(c *franceconnect.Config) { c.CookieKeys = nil }},
		{"CookieKeys", "zéros", "zeros", func(c *franceconnect.Config) { c.CookieKeys = append(c.CookieKeys, franceconnect.CookieKey{}) }},
		{"Scopes", "espace", "space", func(c *franceconnect.Config) { c.Scopes = []string{"openid email"} }},
		{"Scopes", "virgule", "comma", func(c *franceconnect.Config) { c.Scopes = []string{"birth,email"} }},
		{"Scopes", "vide", "empty", func(c *franceconnect.Config) { c.Scopes = []string{""} }},
		{"Scopes", "version 1", "version 1", func(c *franceconnect.Config) { c.Scopes = []string{"address"} }},
		{"Scopes", "FranceConnect+", "FranceConnect+", func(c *franceconnect.Config) { c.Scopes = []string{"rnipp_gender"} }},
		{"Level", "eidas1", "eidas1", func(c *franceconnect.Config) { c.Level = franceconnect.Eidas2 }},
	} {
		config := good()
		c.change(&config)
		_, err := franceconnect.New(config)
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e, c.field)
		require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
		require.Equal(t, c.field, e.Field)
		require.Contains(t, e.French, c.french)
		require.Contains(t, e.English, c.english)
		require.NotContains(t, fmt.Sprintf("%v %+v", err, err), "hush")
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	_, err := franceconnect.New(franceconnect.Config{Environment: franceconnect.Sandbox})
	for _, field := range []string{"ClientID", "ClientSecret", "RedirectURL", "CookieKeys"} {
		require.ErrorContains(t, err, "franceconnect: "+field+" is missing")
	}
}

func TestThisMachineMayBeHTTP(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://localhost:8080/cb", "http://127.0.0.1/cb", "http://[::1]:8080/cb"} {
		c := good()
		c.RedirectURL = address
		_, err := franceconnect.New(c)
		require.NoError(t, err, address)
	}
}

func TestNewKeepsACopy(t *testing.T) {
	t.Parallel()
	c := good()
	c.Scopes = []string{"email"}
	fc := clientOf(t, c)
	c.Scopes[0], c.CookieKeys[0] = "gender", franceconnect.CookieKey{}
	require.Contains(t, loginURL(t, fc, franceconnect.LoginRequest{}).Get("scope"), "email")
}

func TestSecretsAndKeysPrintNowhere(t *testing.T) {
	t.Parallel()
	secret, key := franceconnect.Secret("hush-hush-hush"), franceconnect.CookieKey{0xab, 0xcd, 0xef}
	type nested struct {
		S franceconnect.Secret
		P *franceconnect.Secret
		K franceconnect.CookieKey
		C franceconnect.Config
	}
	c := good()
	all := nested{secret, &secret, key, c}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, secret, key, all.C.ClientSecret, all)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("m", "secret", secret, "key", key, "nested", nested{S: secret, P: &secret, K: key}, "list", []any{secret, key})
	}
	c.ClientSecret += secret
	fc := clientOf(t, c)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		fmt.Fprintf(&out, verb+verb, fc, struct{ Client *franceconnect.Client }{fc})
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("m", "client", fc)
	text, err := json.Marshal([]any{secret, &secret, key, struct{ S franceconnect.Secret }{secret}})
	require.NoError(t, err)
	out.Write(text)
	fmt.Fprint(&out, errors.Join(fmt.Errorf("%w: %v", franceconnect.ErrLoginExpired, secret)))
	for _, leak := range []string{"hush", "abcdef", "ABCDEF", "171 205", base64.StdEncoding.EncodeToString(key[:])[:6], "68757368"} {
		require.NotContains(t, out.String(), leak)
	}
	require.Contains(t, out.String(), "secret")
}

func TestKeysAreReadFromBase64(t *testing.T) {
	t.Parallel()
	k := franceconnect.NewCookieKey()
	require.NotEqual(t, k, franceconnect.NewCookieKey())
	got, err := franceconnect.ParseCookieKey(" " + base64.StdEncoding.EncodeToString(k[:]) + "\n")
	require.NoError(t, err)
	require.Equal(t, [32]byte(k), [32]byte(got))
	for _, bad := range []string{"", "short", base64.StdEncoding.EncodeToString(k[:31]), base64.StdEncoding.EncodeToString(append(k[:], 0))} {
		_, err := franceconnect.ParseCookieKey(bad)
		require.Error(t, err)
	}
}

func environment(variables ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(variables); i += 2 {
			if variables[i] == "FRANCECONNECT_"+name[len("FRANCECONNECT_"):] {
				return variables[i+1]
			}
		}
		return ""
	}
}

func TestAConfigIsReadFromTheEnvironment(t *testing.T) {
	t.Parallel()
	k1, k2 := franceconnect.NewCookieKey(), franceconnect.NewCookieKey()
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("from-a-file\r\n"), 0o600))
	c, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment(
		"FRANCECONNECT_ENVIRONMENT", "https://fcp-low.sbx.dev-franceconnect.fr/", "FRANCECONNECT_CLIENT_ID", "client",
		"FRANCECONNECT_CLIENT_SECRET_FILE", file, "FRANCECONNECT_LEVEL", "eidas1", "FRANCECONNECT_SCOPES", "identite_pivot  email",
		"FRANCECONNECT_COOKIE_KEYS", base64.StdEncoding.EncodeToString(k1[:])+", "+base64.StdEncoding.EncodeToString(k2[:])))
	require.NoError(t, err)
	require.Equal(t, franceconnect.Environment(franceconnect.Sandbox), c.Environment)
	require.Equal(t, "client", c.ClientID)
	require.Equal(t, "from-a-file", string(c.ClientSecret))
	require.Equal(t, franceconnect.Eidas1, c.Level)
	require.Equal(t, []string{"identite_pivot", "email"}, c.Scopes)
	require.Equal(t, []franceconnect.CookieKey{k1, k2}, c.CookieKeys)
	c.RedirectURL = "https://portail.example.fr/callback"
	_, err = franceconnect.New(c)
	require.NoError(t, err)
}

func TestThePlatformOfAnAddressCanBeSaid(t *testing.T) {
	t.Parallel()
	c, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "http://127.0.0.1:8600/api/v2"))
	require.NoError(t, err)
	require.Equal(t, franceconnect.V2, c.Environment.(franceconnect.Custom).Platform)
	c, err = franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", "http://127.0.0.1:8600/api/v2", "FRANCECONNECT_PLATFORM", "plus"))
	require.NoError(t, err)
	require.Equal(t, franceconnect.Plus, c.Environment.(franceconnect.Custom).Platform)
}

func TestAWrongVariableIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, name, value string }{
		{"FRANCECONNECT_ENVIRONMENT", "FRANCECONNECT_ENVIRONMENT", "prod"},
		{"FRANCECONNECT_ENVIRONMENT", "", ""},
		{"FRANCECONNECT_PLATFORM", "FRANCECONNECT_PLATFORM", "v3"},
		{"FRANCECONNECT_PLATFORM", "FRANCECONNECT_PLATFORM", "plus"},
		{"FRANCECONNECT_LEVEL", "FRANCECONNECT_LEVEL", "substantial"},
		{"FRANCECONNECT_COOKIE_KEYS", "FRANCECONNECT_COOKIE_KEYS", "hush-hush"},
		{"FRANCECONNECT_CLIENT_SECRET_FILE", "FRANCECONNECT_CLIENT_SECRET_FILE", "/nowhere/hush-hush"},
		{"FRANCECONNECT_CLIENT_SECRET_FILE", "FRANCECONNECT_CLIENT_SECRET_FILE", os.DevNull},
		{"FRANCECONNECT_CLIENT_SECRET_FILE", "FRANCECONNECT_CLIENT_SECRET_FILE", "testdata"},
		{"FRANCECONNECT_DECRYPTION_KEYS", "FRANCECONNECT_DECRYPTION_KEYS", "/nowhere/hush-hush"},
	} {
		variables := []string{"FRANCECONNECT_ENVIRONMENT", "sandbox"}
		if c.field == "FRANCECONNECT_ENVIRONMENT" {
			variables = nil
		}
		_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment(append(variables, c.name, c.value)...))
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e, c.name)
		require.Equal(t, c.field, e.Field)
		require.NotEmpty(t, e.French)
		require.NotContains(t, err.Error(), "hush")
	}
}

func TestAClientAuthenticatesToAnyServerWithItsHTTPClient(t *testing.T) {
	t.Parallel()
	c := good()
	c.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("hush-hush-hush over the wire") })}
	fc, err := franceconnect.New(c)
	require.NoError(t, err)
	err = fc.Ready(t.Context())
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.NotContains(t, fmt.Sprintf("%v %+v", err, err), "hush", "a cause that may quote anything is not printed")
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
