package proconnect

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// ConfigFromEnv reads a Config from variables; getenv is os.Getenv. Prefix begins the
// name of each variable, such as "PROCONNECT_". What comes after it:
//
//	ENABLED                  false is Config.Disabled; default true
//	ENVIRONMENT              production, integration, production-rie, integration-rie, or an address
//	CLIENT_ID
//	CLIENT_SECRET            or, in a file, CLIENT_SECRET_FILE
//	SCOPES                   separated by spaces
//	ASSURANCE                acr values separated by spaces, or mfa: several factors, whatever the level
//	USERINFO_JSON            true is Config.UserInfoJSON
//	COOKIE_KEYS              keys in base64, separated by commas
//	REDIRECT_URL             complete, as registered
//	POST_LOGOUT_REDIRECT_URL complete, as registered
//	HOME_PATH                the path below which the portal is; default /
//	MAX_CALLS                Config.MaxCalls; default 160
//
// The error joins a *franceconnect.ConfigError for each variable with a wrong value; no
// value is repeated in it, but that of ASSURANCE.
func ConfigFromEnv(prefix string, getenv func(string) string) (Config, error) {
	return readConfig(settings.ProConnect.FromEnv(prefix, getenv))
}

// ConfigFromJSON reads a Config from a JSON object, as [franceconnect.ConfigFromJSON]
// does, and with the same care for files. The keys are the names that ConfigFromEnv
// lists, in small letters; scopes, assurance and cookie_keys are lists.
func ConfigFromJSON(text []byte, files fs.FS) (Config, error) {
	return readConfig(settings.ProConnect.FromJSON(text, files))
}

// readConfig says what the settings mean.
func readConfig(v *settings.Values) (Config, error) {
	var c Config
	read := settings.Read(v)
	if v.Unreadable {
		return Config{}, configErrors(read.Form)
	}
	c.Disabled = !read.Flag("enabled", true)
	c.UserInfoJSON = read.Flag("userinfo_json", false)
	env, problem := parseEnvironment(v.Get("environment"))
	if problem != (text.Text{}) {
		read.Refuse("environment", problem.French, problem.English)
	}
	c.Environment = env
	c.ClientID = v.Exactly("client_id") // New says what was pasted along with it
	secret, wrong := v.Secret()
	read.Found(wrong)
	c.ClientSecret = franceconnect.Secret(secret)
	c.Scopes = read.Names("scopes")
	for _, name := range read.Names("assurance") {
		a, err := ParseAssurance(name)
		if err != nil {
			problem := unknown(name)
			read.Refuse("assurance", problem.French, problem.English)
		}
		c.Assurance |= a
	}
	c.RedirectURL, c.PostLogoutRedirectURL = v.Get("redirect_url"), v.Get("post_logout_redirect_url")
	c.HomePath = v.Get("home_path")
	c.MaxCalls = read.Count("max_calls")
	for _, key := range read.CookieKeys() {
		c.CookieKeys = append(c.CookieKeys, key)
	}
	if c.Disabled {
		read.Wrong = nil // whoever switches it off may not have it right
	}
	return c, configErrors(read.Form, read.Wrong)
}

// configErrors joins a ConfigError for each problem.
func configErrors(all ...[]settings.Problem) error {
	var p problems
	for _, problem := range slices.Concat(all...) {
		p.add(problem.Name, problem.French, problem.English)
	}
	return errors.Join(p...)
}
