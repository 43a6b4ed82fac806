package franceconnect

import (
	"cmp"
	"context"
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/login"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Config is what a portal and FranceConnect agreed on. Its first five fields
// are required; the zero value of every other one is the safe choice.
type Config struct {
	Environment  Environment // a Preset, or a Custom one
	ClientID     string      // as given by FranceConnect
	ClientSecret Secret      // as given by FranceConnect
	RedirectURL  string      // the callback, byte for byte as registered: https, or http on this machine
	CookieKeys   []CookieKey // seal the cookies; the first seals, all open. A new one goes behind on all machines, then in front, then, 30 minutes later, alone

	// Scopes are asked for at every login, on top of openid: those of the
	// habilitation, such as "identite_pivot", "email", "preferred_username".
	// FranceConnect drops a name that it does not know without a word.
	// Default: openid alone, which gives no more than Session.Subject.
	Scopes []string

	// Level is asked for at every login. Default: the lowest of the platform,
	// Eidas1, on FranceConnect+ Eidas2.
	Level Level

	// DecryptionKeys open what FranceConnect+ encrypts for this client:
	// required there, and of no use elsewhere. The first of an algorithm is the
	// one that FranceConnect+ takes; to change it, publish the new key behind
	// it on all machines, then in front of it, then alone. See JWKSHandler.
	DecryptionKeys []DecryptionKey

	// RequestAMR asks how the person proved who they are, for Session.AMR and
	// Session.European. Set it only if the client is registered with the right
	// to it: FranceConnect refuses every login of another that asks. Default:
	// not asked.
	RequestAMR bool

	// Disabled switches FranceConnect off: Button is empty, and every call of
	// the Client returns ErrDisabled, which is 404 to a browser. Nothing else
	// is checked then, or needed.
	Disabled bool

	// ButtonVariant and ButtonText are what an administrator chooses for
	// Client.Button. Default: Principal, and FranceConnect's own sentence.
	ButtonVariant ButtonVariant
	ButtonText    string

	// PostLogoutRedirectURL is where people come back after Logout, byte for
	// byte as registered. Default: they stay on FranceConnect's last page.
	PostLogoutRedirectURL string

	// Store enforces, across machines, that a login is used once. Default:
	// none; see Store for what that means.
	Store Store

	// HTTPClient gives its Transport (a proxy, a private authority) and its
	// Timeout to the calls to FranceConnect. Default: the environment's proxy,
	// TLS 1.2 or better, 10 seconds for a call.
	HTTPClient *http.Client

	// Observe is called at the end of each stage, by the goroutine that serves
	// the request; the fetch of FranceConnect's keys, which many requests share,
	// has its own. See LogEvents. Default: nobody is told.
	Observe func(context.Context, Event)

	// Begin is called when a stage begins, with the name that its Event will
	// have, and the stage goes on with the context that it returns, to which
	// Observe is called at its end. It is for tracing. Default: nothing.
	Begin func(ctx context.Context, stage string) context.Context

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// A Secret cannot be printed, logged or marshalled: it comes out as "secret".
// Convert it to a string to use it.
type Secret string

const redacted = "secret"

// Format prints the word secret, for every verb.
func (Secret) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue logs the word secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the word secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// A CookieKey seals cookies: 32 random bytes. It cannot be printed either.
type CookieKey [32]byte

// NewCookieKey draws a Key. Keep it: with a new one at each start, who is signing in
// during the restart starts again, and two machines do not understand each
// other.
func NewCookieKey() (k CookieKey) {
	rand.Read(k[:])
	return k
}

// ParseCookieKey reads a Key from base64, as `openssl rand -base64 32` writes it.
func ParseCookieKey(text string) (CookieKey, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != len(CookieKey{}) {
		return CookieKey{}, errors.New("franceconnect: a key is 32 bytes in base64")
	}
	return CookieKey(raw), nil
}

// Format prints the word secret, for every verb.
func (CookieKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue logs the word secret.
func (CookieKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the word secret.
func (CookieKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// A DecryptionKey opens what FranceConnect+ encrypts for this client. It
// cannot be printed.
type DecryptionKey struct{ key token.DecryptionKey }

// NewDecryptionKey makes a DecryptionKey of a private key: *rsa.PrivateKey or a
// crypto.Decrypter of one held elsewhere (HSM, KMS), of 2048 bits or more, for
// "RSA-OAEP" and "RSA-OAEP-256"; *ecdsa.PrivateKey for "ECDH-ES". The id is the
// kid under which it is published.
func NewDecryptionKey(id, algorithm string, key crypto.PrivateKey) (DecryptionKey, error) {
	k, err := token.NewDecryptionKey(id, algorithm, key)
	if err != nil {
		return DecryptionKey{}, fmt.Errorf("franceconnect: decryption key %w", err)
	}
	return DecryptionKey{k}, nil
}

// ParseDecryptionKeys reads a private key set, in JSON (RFC 7517, section 5);
// each key has kty, kid, alg and its private part. go run ./cmd/franceconnect keys makes
// one.
func ParseDecryptionKeys(jwks []byte) ([]DecryptionKey, error) {
	parsed, err := token.ParseDecryptionKeys(jwks)
	if err != nil {
		return nil, fmt.Errorf("franceconnect: decryption keys: %w", err)
	}
	keys := make([]DecryptionKey, len(parsed))
	for i, k := range parsed {
		keys[i] = DecryptionKey{k}
	}
	return keys, nil
}

// decryption is the DecryptionKeys as the verifier knows them.
func (c *Config) decryption() []token.DecryptionKey {
	var keys []token.DecryptionKey
	for _, k := range c.DecryptionKeys {
		keys = append(keys, k.key)
	}
	return keys
}

// insecure tells whether the portal is on http, on this machine.
func (c *Config) insecure() bool { return strings.HasPrefix(c.RedirectURL, "http://") }

// Format prints the word secret, for every verb.
func (DecryptionKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, redacted) }

// LogValue logs the word secret.
func (DecryptionKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText writes the word secret.
func (DecryptionKey) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// check fills in the defaults and says everything that is wrong.
func (c *Config) check() (Custom, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Disabled {
		return Custom{}, nil
	}
	var p problems
	env := c.checkEnvironment(&p)
	checkCredential(&p, "ClientID", c.ClientID)
	checkCredential(&p, "ClientSecret", string(c.ClientSecret))
	c.checkURL(&p, "RedirectURL", c.RedirectURL, "state", "code", "iss", "error", "error_description", "scope")
	if c.PostLogoutRedirectURL != "" {
		c.checkURL(&p, "PostLogoutRedirectURL", c.PostLogoutRedirectURL, "state")
	}
	if len(c.CookieKeys) == 0 {
		p.add("CookieKeys", "est absent : il faut au moins une clé de 32 octets", "is missing: at least one key of 32 bytes is needed")
	}
	if slices.Contains(c.CookieKeys, CookieKey{}) {
		p.add("CookieKeys", "contient une clé faite de zéros", "holds a key that is all zeros")
	}
	if env.Platform != "" { // otherwise nobody knows what it has
		c.Scopes = env.scopes(&p, "Scopes", c.Scopes)
		c.Level = cmp.Or(c.Level, env.levels()[0])
		env.checkLevel(&p, "Level", c.Level)
		c.checkKeys(&p, env)
	}
	c.checkButton(&p)
	return env, errors.Join(p...)
}

// checkEnvironment returns all of the environment, or nothing.
func (c *Config) checkEnvironment(p *problems) Custom {
	if c.Environment == nil {
		p.add("Environment", "est absent", "is missing")
		return Custom{}
	}
	env, problem := c.Environment.parts()
	if problem != "" {
		p.add("Environment", "est incorrect (en anglais : "+problem+")", problem)
		return Custom{}
	}
	return env
}

// checkKeys checks what each platform is keyed with.
func (c *Config) checkKeys(p *problems, env Custom) {
	switch has := len(c.DecryptionKeys) > 0; {
	case env.Platform == Plus && !has:
		p.add("DecryptionKeys", "est absent, alors que FranceConnect+ chiffre ses réponses", "is missing, but FranceConnect+ encrypts its answers")
	case env.Platform != Plus && has:
		p.add("DecryptionKeys", "est de trop : seul FranceConnect+ chiffre ses réponses", "is of no use: only FranceConnect+ encrypts its answers")
	}
	ids := map[string]bool{}
	for _, k := range c.DecryptionKeys {
		if k.key.ID == "" || ids[k.key.ID] {
			p.add("DecryptionKeys", "contient une clé vide, ou deux clés de même nom (kid)", "holds an empty key, or two keys of one name (kid)")
			return
		}
		ids[k.key.ID] = true
	}
	// RFC 7518, section 3.2. FranceConnect's secrets have 64 characters.
	if slices.Contains(env.Algorithms, "HS256") && len(c.ClientSecret) < 32 && c.ClientSecret != "" {
		p.add("ClientSecret", "a moins de 32 caractères, alors que la version 1 en fait une clé de signature", "has fewer than 32 characters, but version 1 makes a signature key of it")
	}
}

// checkCredential finds what goes wrong when a value is copied from a page.
func checkCredential(p *problems, field, value string) {
	switch {
	case value == "":
		p.add(field, "est absent", "is missing")
	case settings.Quoted(value):
		p.add(field, settings.InQuotes.French, settings.InQuotes.English)
	case strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }):
		p.add(field, "contient une espace, un retour à la ligne ou un caractère accentué : recopiez la valeur seule", "has a space, a line break or a character that is not ASCII: copy the value alone")
	}
}

// checkURL checks an address of the portal that is registered at FranceConnect,
// which keeps its query and adds parameters when it sends the browser back.
func (c *Config) checkURL(p *problems, field, text string, adds ...string) {
	if text == "" {
		p.add(field, "est absent", "is missing")
		return
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		p.add(field, "n’est pas une adresse complète, de la forme https://…", "is not an absolute URL, https://…")
	case u.User != nil || strings.Contains(text, "#"):
		p.add(field, "contient un nom d’utilisateur ou un fragment (#), que FranceConnect refuse", "has a user name or a fragment (#), which FranceConnect refuses")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		p.add(field, "doit commencer par https, sauf sur cette machine (localhost)", "must be https, except on this machine (localhost)")
	case loopback(u.Hostname()) && slices.Contains([]Environment{Production, ProductionPlus, ProductionV1}, c.Environment):
		p.add(field, "est sur cette machine (localhost), ce que la production de FranceConnect refuse", "is on this machine (localhost), which FranceConnect’s production refuses")
	case loopback(u.Hostname()) && c.Environment == IntegrationPlus:
		p.add(field, "est sur cette machine (localhost), ce que l’intégration de FranceConnect+ refuse", "is on this machine (localhost), which FranceConnect+’s integration refuses")
	default:
		query, name, err := readQuery(u, adds)
		switch {
		case err != nil:
			p.add(field, "a des paramètres mal formés", "has a malformed query")
		case name != "":
			p.add(field, "a un paramètre "+name+", que FranceConnect ajoute lui-même", "has a parameter "+name+", which FranceConnect adds itself")
		case field == "RedirectURL" && repeats(query): // Callback refuses it
			p.add(field, "a deux paramètres de même nom", "has two parameters of one name")
		}
	}
}

// readQuery reads the query of an address, and finds in it the first of the names
// that are added to it later: each is to be there once.
func readQuery(u *url.URL, added []string) (query url.Values, name string, err error) {
	query, err = url.ParseQuery(u.RawQuery)
	for _, n := range added {
		if query.Has(n) {
			return query, n, err
		}
	}
	return query, "", err
}

// repeats reports whether a parameter is there more than once (RFC 6749, section
// 3.1).
func repeats(query url.Values) bool {
	for _, values := range query {
		if len(values) > 1 {
			return true
		}
	}
	return false
}

// scopes returns the scopes to send: openid and the others, each once.
func (c Custom) scopes(p *problems, field string, names []string) []string {
	all := []string{"openid"}
	for _, s := range names {
		switch {
		case s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"\,;`, r) }): // RFC 6749, section 3.3; FranceConnect has none with a comma
			p.add(field, "contient un nom vide, une espace ou une virgule : un scope par élément", "holds an empty name, a space or a comma: one scope an element")
		case c.Platform != V1 && (s == "address" || s == "phone"):
			p.add(field, "contient "+s+", qui n’existe que sur la version 1", "holds "+s+", which only version 1 has")
		case c.Platform != Plus && strings.HasPrefix(s, "rnipp_"):
			p.add(field, "contient "+s+", qui n’existe que sur FranceConnect+", "holds "+s+", which only FranceConnect+ has")
		case !slices.Contains(all, s):
			all = append(all, s)
		}
	}
	if len(strings.Join(all, " ")) > login.MaxScopes {
		p.add(field, "dépasse "+strconv.Itoa(login.MaxScopes)+" caractères en tout", "has more than "+strconv.Itoa(login.MaxScopes)+" characters in all")
	}
	return all
}

// ConfigFromEnv reads a Config from variables; getenv is os.Getenv. It leaves
// to the portal what the portal knows: Keys, RedirectURL and
// PostLogoutRedirectURL, unless they are set too.
//
//	FRANCECONNECT_ENABLED                  false is Config.Disabled; default true
//	FRANCECONNECT_ENVIRONMENT              a preset's name, or an address that ParseEnvironment knows
//	FRANCECONNECT_PLATFORM                 v2, plus or v1, for an address that no preset has; default v2,
//	                                       to be said of a new address of FranceConnect's own
//	FRANCECONNECT_CLIENT_ID
//	FRANCECONNECT_CLIENT_SECRET            or, in a file, FRANCECONNECT_CLIENT_SECRET_FILE
//	FRANCECONNECT_BUTTON                   principal or alternative
//	FRANCECONNECT_TEXT                     the sentence above the button
//	FRANCECONNECT_SCOPES                   separated by spaces
//	FRANCECONNECT_LEVEL                    eidas1, eidas2 or eidas3
//	FRANCECONNECT_AMR                      true is Config.RequestAMR
//	FRANCECONNECT_COOKIE_KEYS                     keys in base64, separated by commas
//	FRANCECONNECT_DECRYPTION_KEYS          file with a private key set, or the set itself
//	FRANCECONNECT_REDIRECT_URL             complete, as registered
//	FRANCECONNECT_POST_LOGOUT_REDIRECT_URL complete, as registered
//
// The error joins a *ConfigError for each variable with a wrong value, one in
// the quotation marks of its file among them; no value is repeated in it. Advice
// names the variables as an administrator does.
func ConfigFromEnv(getenv func(string) string) (Config, error) {
	return readConfig(settings.FromEnv(getenv))
}

// ConfigFromJSON reads a Config from a JSON object, such as the file that an
// administrator edits or a row of a database, at any time: New, or With, makes
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
// The keys are the variables of ConfigFromEnv, in small letters and without
// their first word; scopes and keys are lists, enabled and amr true or false. A
// key that is not known, or is there twice, is wrong.
//
// Whoever writes the text also writes where the secret is sent. So it has no
// variable read, and only those files that its caller allows: names in
// client_secret_file and decryption_keys are names in files (see fs.ValidPath),
// of ordinary files of 1 MB at most; if files is nil, none is read. Give each
// organisation a folder of its own, by os.OpenRoot and its FS rather than by
// os.DirFS: no symbolic link leads out of it.
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
	c.RedirectURL, c.PostLogoutRedirectURL = v.Get("redirect_url"), v.Get("post_logout_redirect_url")
	var err error
	if c.ButtonVariant, err = ParseButtonVariant(v.Get("button")); err != nil {
		wrong("button", "n’est ni principal, ni alternatif", "is neither principal nor alternative")
	}
	c.ButtonText = v.Get("text")
	c.Scopes = strings.Fields(v.Get("scopes"))
	if strings.ContainsAny(v.Get("scopes"), ",;") {
		wrong("scopes", "sépare les noms par des virgules : il faut des espaces", "separates names by commas: it takes spaces")
	}
	if level := v.Get("level"); level != "" {
		if c.Level, err = ParseLevel(level); err != nil {
			wrong("level", "n’est ni eidas1, ni eidas2, ni eidas3", "is not one of eidas1, eidas2, eidas3")
		}
	}
	if set, problem := v.KeySet(); problem != nil {
		add(&p, *problem)
	} else if set != "" {
		if c.DecryptionKeys, err = ParseDecryptionKeys([]byte(set)); err != nil {
			wrong("decryption_keys", "ne contient pas un jeu de clés privées (JWKS) utilisable", strings.TrimPrefix(err.Error(), "franceconnect: "))
		}
	}
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

// readEnvironment understands an address, of a platform if one was named.
func readEnvironment(v *settings.Values, wrong func(key, french, english string)) Environment {
	platform := Platform(v.Get("platform"))
	if platform != "" && platform != V2 && platform != Plus && platform != V1 {
		wrong("platform", "n’est ni v2, ni plus, ni v1", "is not one of v2, plus, v1")
		platform = ""
	}
	env, err := parseEnvironment(v.Get("environment"), platform)
	if err != nil {
		wrong("environment", "n’est pas un environnement connu : "+presetNames()+", ou une adresse en https", strings.TrimPrefix(err.Error(), "franceconnect: environment "))
		return nil
	}
	if known := env.Parts().Platform; platform != "" && known != platform {
		wrong("platform", "ne va pas avec "+v.Name("environment")+", qui est "+known.name(), "does not go with "+v.Name("environment")+", which is "+known.name())
	}
	return env
}
