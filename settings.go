package franceconnect

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/franceconnect-go/franceconnect/internal/settings"
)

// ConfigFromEnv reads a Config from variables; getenv is os.Getenv. It leaves
// to the portal what the portal knows: RedirectURL and PostLogoutRedirectURL,
// unless they are set too. Prefix begins the name of each variable:
// "FRANCECONNECT_", and for a second client "FRANCECONNECT_PLUS_" or the like.
// What comes after it:
//
//	ENABLED                  false is Config.Disabled; default true
//	ENVIRONMENT              a preset's name, or an address that ParseEnvironment knows
//	PLATFORM                 v2, plus or v1, for an address that no preset has; default v2,
//	                         to be said of a new address of FranceConnect's own
//	CLIENT_ID
//	CLIENT_SECRET            or, in a file, CLIENT_SECRET_FILE
//	NEXT_CLIENT_SECRET       or, in a file, NEXT_CLIENT_SECRET_FILE: while it changes
//	BUTTON                   principal or alternative
//	TEXT                     the sentence above the button
//	SCOPES                   separated by spaces
//	LEVEL                    eidas1, eidas2 or eidas3
//	AMR                      true is Config.RequestAMR
//	COOKIE_KEYS              keys in base64, separated by commas
//	DECRYPTION_KEYS          file with a private key set, or the set itself
//	DIRECT_KEYS              file with the public keys of the State's app, or these
//	                         themselves: a key set, or PEM; without them, no Config.Direct
//	DIRECT_CLAIM             the claim of its tokens that has the destination
//	DIRECT_ALGORITHM         RS256 or ES256; default RS256
//	DIRECT_ISSUER            default ami
//	REDIRECT_URL             complete, as registered
//	POST_LOGOUT_REDIRECT_URL complete, as registered
//	HOME_PATH                the path below which the portal is; default /
//	MAX_CALLS                Config.MaxCalls; default 160
//
// The error joins a *ConfigError for each variable with a wrong value, one in
// the quotation marks of its file among them; no value is repeated in it.
// OperatorAdvice names the variables as an administrator does.
func ConfigFromEnv(prefix string, getenv func(string) string) (Config, error) {
	return readConfig(settings.FranceConnect.FromEnv(prefix, getenv))
}

// ConfigFromJSON reads a Config from a JSON object, such as the file that an
// administrator edits or a row of a database, at any time: New, or a Pool, makes
// a Client of it, and the portal takes that one from then on.
//
//	{
//		"enabled": true,
//		"environment": "https://fcp-low.sbx.dev-franceconnect.fr",
//		"client_id": "…",
//		"client_secret_file": "client-secret",
//		"button": "principal",
//		"scopes": ["identite_pivot", "email"]
//	}
//
// The keys are the names that ConfigFromEnv lists, in small letters; scopes and
// cookie keys are lists, max_calls is a number, enabled and amr true or false. A
// key that is not known, or is there twice, is wrong.
//
// Whoever writes the text also writes where the secret is sent. So it has no
// variable read, and only those files that its caller allows: names in
// client_secret_file, next_client_secret_file, decryption_keys and direct_keys are names in files (see fs.ValidPath),
// of ordinary files of 1 MB at most; if files is nil, none is read. Give each
// organisation a folder of its own, by os.OpenRoot and its FS rather than by
// os.DirFS: no symbolic link leads out of it.
// The text chooses as well which address this server calls: where others write
// it, take only an Environment that is a Preset.
func ConfigFromJSON(text []byte, files fs.FS) (Config, error) {
	return readConfig(settings.FranceConnect.FromJSON(text, files))
}

// readConfig says what the settings mean.
func readConfig(v *settings.Values) (Config, error) {
	var c Config
	read := settings.Read(v)
	if v.Unreadable {
		return Config{}, configErrors(read.Form)
	}
	wrong, flag := read.Refuse, read.Flag
	c.Disabled = !flag("enabled", true)
	c.RequestAMR = flag("amr", false)
	c.Environment = readEnvironment(v, wrong)
	c.ClientID = v.Exactly("client_id") // New says what was pasted along with it
	secret, problem := v.Secret()
	c.ClientSecret = Secret(secret)
	read.Found(problem)
	next, problem := v.NextSecret()
	c.NextClientSecret = Secret(next)
	read.Found(problem)
	c.RedirectURL, c.PostLogoutRedirectURL = v.Get("redirect_url"), v.Get("post_logout_redirect_url")
	c.HomePath = v.Get("home_path")
	c.MaxCalls = read.Count("max_calls")
	if err := c.ButtonVariant.UnmarshalText([]byte(v.Get("button"))); err != nil {
		wrong("button", "n’est ni principal, ni alternatif", "is neither principal nor alternative")
	}
	c.ButtonText = v.Get("text")
	c.Scopes = read.Names("scopes")
	if level := v.Get("level"); level != "" {
		var err error
		if c.Level, err = parseLevel(level); err != nil {
			wrong("level", "n’est ni eidas1, ni eidas2, ni eidas3", "is not one of eidas1, eidas2, eidas3")
		}
	}
	if set, problem := v.KeySet("decryption_keys"); problem != nil {
		read.Found(problem)
	} else if set != "" {
		var err error
		c.DecryptionKeys, err = ParseDecryptionKeys([]byte(set))
		for _, e := range ConfigErrors(err) {
			wrong("decryption_keys", "ne contient pas un jeu de clés privées (JWKS) utilisable : il "+e.French, e.English)
		}
	}
	c.Direct = readDirect(v, read.Found)
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

// readDirect returns what was agreed on with the State's app, nil if nothing was.
func readDirect(v *settings.Values, wrong func(*settings.Problem)) *Direct {
	keys, problem := v.KeySet("direct_keys")
	if problem != nil {
		wrong(problem)
	}
	d := Direct{Keys: []byte(keys), DestinationClaim: v.Get("direct_claim"), Algorithm: v.Get("direct_algorithm"), Issuer: v.Get("direct_issuer")}
	if keys+d.DestinationClaim+d.Algorithm+d.Issuer == "" {
		return nil
	}
	return &d
}

// readEnvironment understands an address, of a platform if one was named.
func readEnvironment(v *settings.Values, wrong func(key, french, english string)) Environment {
	platform := Platform(v.Get("platform"))
	if platform != "" && platform != V2 && platform != Plus && platform != V1 {
		wrong("platform", "n’est ni v2, ni plus, ni v1", "is not one of v2, plus, v1")
		platform = ""
	}
	env, problem := parseEnvironment(v.Get("environment"), platform)
	if env == nil {
		wrong("environment", problem.French, problem.English)
		return nil
	}
	if known := env.Parts().Platform; platform != "" && known != platform {
		wrong("platform", "ne va pas avec l’environnement, qui est "+known.name(), "does not go with the environment, which is "+known.name())
	}
	return env
}
