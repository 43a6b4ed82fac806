package franceconnect

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
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
	return readConfig(settings.FromEnv(prefix, getenv))
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
	return readConfig(settings.FromJSON(text, files))
}

// readConfig says what the settings mean.
func readConfig(v *settings.Values) (Config, error) {
	var c Config
	var form, p problems
	said := map[string]bool{} // of each one thing, the first: it is the cause of others
	add := func(to *problems, problem settings.Problem) {
		if !said[problem.Name] {
			said[problem.Name] = true
			to.add(problem.Name, problem.French, problem.English)
		}
	}
	for _, problem := range v.Problems {
		add(&form, problem)
	}
	if v.Unreadable {
		return Config{}, errors.Join(form...)
	}
	for _, problem := range v.Quoted() {
		add(&p, problem)
	}
	wrong := func(key, french, english string) {
		add(&p, settings.Problem{Name: v.Name(key), Text: text.Of(french, english)})
	}
	flag := func(key string, unset bool) bool {
		switch strings.ToLower(v.Get(key)) {
		case "":
			return unset
		case "true", "1", "oui", "yes":
			return true
		case "false", "0", "non", "no":
			return false
		}
		wrong(key, "n’est ni true ni false", "is neither true nor false")
		return unset
	}
	c.Disabled = !flag("enabled", true)
	c.RequestAMR = flag("amr", false)
	c.Environment = readEnvironment(v, wrong)
	c.ClientID = v.Exactly("client_id") // New says what was pasted along with it
	secret, problem := v.Secret()
	if c.ClientSecret = Secret(secret); problem != nil {
		add(&p, *problem)
	}
	next, problem := v.NextSecret()
	if c.NextClientSecret = Secret(next); problem != nil {
		add(&p, *problem)
	}
	c.RedirectURL, c.PostLogoutRedirectURL = v.Get("redirect_url"), v.Get("post_logout_redirect_url")
	c.HomePath = v.Get("home_path")
	var err error
	if most := v.Get("max_calls"); most != "" {
		if c.MaxCalls, err = strconv.Atoi(most); err != nil || c.MaxCalls < 1 {
			wrong("max_calls", "n’est pas un nombre à partir de 1", "is not a number from 1 on")
		}
	}
	if err = c.ButtonVariant.UnmarshalText([]byte(v.Get("button"))); err != nil {
		wrong("button", "n’est ni principal, ni alternatif", "is neither principal nor alternative")
	}
	c.ButtonText = v.Get("text")
	c.Scopes = strings.Fields(v.Get("scopes"))
	if strings.ContainsAny(v.Get("scopes"), ",;") {
		wrong("scopes", "sépare les noms par des virgules : il faut des espaces", "separates names by commas: it takes spaces")
	}
	if level := v.Get("level"); level != "" {
		if c.Level, err = parseLevel(level); err != nil {
			wrong("level", "n’est ni eidas1, ni eidas2, ni eidas3", "is not one of eidas1, eidas2, eidas3")
		}
	}
	if set, problem := v.KeySet("decryption_keys"); problem != nil {
		add(&p, *problem)
	} else if set != "" {
		c.DecryptionKeys, err = ParseDecryptionKeys([]byte(set))
		for _, e := range ConfigErrors(err) {
			wrong("decryption_keys", "ne contient pas un jeu de clés privées (JWKS) utilisable : il "+e.French, e.English)
		}
	}
	c.Direct = readDirect(v, func(problem *settings.Problem) { add(&p, *problem) })
	for text := range strings.SplitSeq(v.Get("cookie_keys"), ",") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		key, err := ParseCookieKey(text)
		if err != nil {
			wrong("cookie_keys", "contient autre chose que des clés de 32 octets en base64", "holds something else than keys of 32 bytes in base64")
			continue
		}
		c.CookieKeys = append(c.CookieKeys, key)
	}
	if c.Disabled {
		p = nil // whoever switches it off may not have it right
	}
	return c, errors.Join(append(form, p...)...)
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
