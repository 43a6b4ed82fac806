package franceconnect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/settings"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// A Config is what a portal and FranceConnect agreed on. Its first five fields
// are required; the zero value of every other one is the safe choice.
type Config struct {
	Environment  Environment // a Preset, or a Custom one
	ClientID     string      // as given by FranceConnect
	ClientSecret Secret      // as given by FranceConnect
	RedirectURL  string      // the callback, byte for byte as registered: https, or http on this machine
	CookieKeys   []CookieKey // seal the cookies; the first seals, all open. A new one goes behind on all machines, then in front, then, 30 minutes later, alone

	// NextClientSecret is the one that FranceConnect will take instead of
	// ClientSecret, so that no login is lost while it changes: when one is refused
	// as the wrong secret, which leaves the code as it was, the other is tried, once,
	// and first from then on. Events with the operation "secret" say which is taken.
	// It takes the place of ClientSecret when FranceConnect has it: "franceconnect
	// check" says when. Equal to ClientSecret, it is none. It is refused on V1,
	// where nobody has seen that a code survives a wrong secret. Default: none.
	NextClientSecret Secret

	// Scopes are asked for at every login, on top of openid: those of the
	// habilitation, such as "identite_pivot", "email", "preferred_username".
	// FranceConnect drops a name that it does not know without a word.
	// Default: openid alone, which gives no more than Session.Subject.
	Scopes []string

	// Level is asked for at every login. Default: the lowest of the platform,
	// Eidas1, on FranceConnect+ Eidas2.
	Level Level

	// DecryptionKeys open what FranceConnect+ encrypts for this client:
	// required there, and of no use elsewhere. New tries those in memory, Ready
	// those that are held elsewhere. The first of an algorithm is the one that
	// FranceConnect+ takes, of the set as it read it up to five minutes ago. To
	// change it, publish the new key behind it on all machines, then in front of
	// it, then, five minutes later, alone: see JWKSHandler.
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

	// HomePath is where people go on to if nothing else is asked for, or what is
	// asked for leads away from the portal: "/portail/" of a portal that is below
	// a path of its host, whose root is somebody else's. Default: "/".
	HomePath string

	// Direct takes in people whom the State's app sends, without a page of
	// FranceConnect's: see Client.DirectLogin. Default: nobody.
	Direct *Direct

	// Store enforces, across machines, that a login is used once. Default:
	// none; see Store for what that means.
	Store Store

	// MaxCalls is how many logins may wait for an answer of FranceConnect's at once: so
	// many for tokens, and so many for userinfo, those of all Clients of the Pool
	// together. While FranceConnect does not answer, each costs two descriptors and
	// 80 kB, for 10 seconds. Beyond it a Callback is refused at once, with
	// ErrUnavailable ("calls.full"), and the code is not sent. The number wanted is
	// that of logins a second times the seconds of a slow answer. Default: 160.
	MaxCalls int

	// HTTPClient gives its Transport (a proxy, a private authority) and its
	// Timeout to the calls to FranceConnect. Default: the environment's proxy,
	// TLS 1.2 or better, 10 seconds for a call.
	//
	// A firewall or a load balancer forgets connections without a word, and then
	// each login that is given one is lost. The default gives up a connection after
	// at most 10 seconds of silence; an http.Transport needs the same for it:
	//
	//	IdleConnTimeout: 4 * time.Second,
	//	HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second,
	//		PingTimeout: 5 * time.Second, WriteByteTimeout: 5 * time.Second},
	//
	// and a Timeout of 10 seconds at most. The proxy of an *http.Transport is named
	// in errors, that of any other RoundTripper is not known; its
	// OnProxyConnectResponse is left to the portal, and what the proxy answered is
	// then read off the name of the status. A RoundTripper does not send a request
	// again of its own accord: the code is good for one use.
	HTTPClient *http.Client

	// Observe is called at the end of each stage, by the goroutine that serves
	// the request. The fetch of FranceConnect's keys, which many requests share and
	// none waits for, has its own, where a panic of Observe, Trace or HTTPClient is
	// written to slog.Default. See LogEvents. Default: nobody is told.
	Observe func(context.Context, Event)

	// Trace is called when an operation begins, with the name that its Event will
	// have. The operation goes on with the context that it returns, such as that of
	// a span; end is called with its Event, after Observe. It may return a nil end.
	// Default: nobody is told.
	Trace func(ctx context.Context, operation string) (_ context.Context, end func(Event))

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

// cookieKeys returns the CookieKeys as the cookies know them.
func (c *Config) cookieKeys() (all [][32]byte) {
	for _, k := range c.CookieKeys {
		all = append(all, k)
	}
	return all
}

// insecure reports whether the portal is on http, on this machine.
func (c *Config) insecure() bool { return strings.HasPrefix(c.RedirectURL, "http://") }

// check fills in the defaults and says everything that is wrong.
func (c *Config) check() (Custom, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	c.HomePath, c.MaxCalls = cmp.Or(c.HomePath, "/"), cmp.Or(c.MaxCalls, settings.MaxCalls)
	if c.Disabled {
		return Custom{}, nil
	}
	var p problems
	env := c.checkEnvironment(&p)
	checkCredential(&p, "ClientID", c.ClientID)
	checkCredential(&p, "ClientSecret", string(c.ClientSecret))
	if c.NextClientSecret == c.ClientSecret {
		c.NextClientSecret = ""
	}
	if c.NextClientSecret != "" {
		checkCredential(&p, "NextClientSecret", string(c.NextClientSecret))
	}
	c.checkURL(&p, "RedirectURL", c.RedirectURL, "state", "code", "iss", "error", "error_description", "scope")
	if c.PostLogoutRedirectURL != "" {
		c.checkURL(&p, "PostLogoutRedirectURL", c.PostLogoutRedirectURL, "state")
	}
	if !browser.IsLocalPath(c.HomePath) {
		p.found("HomePath", settings.NotAPath)
	}
	if c.MaxCalls < 0 {
		p.add("MaxCalls", "est négatif", "is negative")
	}
	p.found("CookieKeys", settings.CookieKeys(c.cookieKeys()))
	if env.Platform != "" { // otherwise nobody knows what it has
		c.Scopes = env.scopes(&p, "Scopes", c.Scopes)
		c.Level = cmp.Or(c.Level, env.levels()[0])
		env.checkLevel(&p, "Level", c.Level)
		c.checkKeys(&p, env)
		c.checkDirect(&p, env.Platform)
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
	if problem != (text.Text{}) {
		p.add("Environment", problem.French, problem.English)
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
	p.tryKeys(c.DecryptionKeys)
	if env.Platform == V1 && c.NextClientSecret != "" {
		p.add("NextClientSecret", "est de trop : rien ne dit que la version 1 garde un code dont le secret était faux, et elle signe avec le secret", "is of no use: nothing says that version 1 keeps a code whose secret was wrong, and it signs with the secret")
	}
	// RFC 7518, section 3.2. FranceConnect's secrets have 64 characters.
	if slices.Contains(env.Algorithms, "HS256") && len(c.ClientSecret) < 32 && c.ClientSecret != "" {
		p.add("ClientSecret", "a moins de 32 caractères, alors que la version 1 en fait une clé de signature", "has fewer than 32 characters, but version 1 makes a signature key of it")
	}
}

// tryKeys opens something with each key that is in memory, once in its life. It
// takes a fraction of a millisecond on P-256, 2 ms with 2048 bits of RSA, and 12 ms
// at most (P-521, RSA of 4096 bits).
func (p *problems) tryKeys(keys []DecryptionKey) {
	for _, k := range keys {
		if k.key.Elsewhere() || k.key.Worked() {
			continue
		}
		if bad := k.key.Try(context.Background()); bad != nil {
			p.add("DecryptionKeys", "contient une clé, « "+k.key.ID+" », qui n’ouvre pas ce qui est chiffré pour elle ("+bad.Said+")",
				"holds a key, "+strconv.Quote(k.key.ID)+", that does not open what is encrypted to it ("+bad.Said+")")
		}
	}
}

// checkCredential finds what goes wrong when a value is copied from a page.
func checkCredential(p *problems, field, value string) { p.found(field, settings.Credential(value)) }

// checkURL checks an address of the portal that is registered at FranceConnect.
func (c *Config) checkURL(p *problems, field, address string, adds ...string) {
	if problem := settings.RegisteredURL(address, "FranceConnect", field == "RedirectURL", adds...); problem != (text.Text{}) {
		p.found(field, problem)
		return
	}
	if preset, remote := refusesLoopback(c.Environment); remote && settings.OnThisMachine(address) {
		p.add(field, "est sur cette machine (localhost), ce que refuse l’environnement "+string(preset), "is on this machine (localhost), which the environment "+string(preset)+" refuses")
	}
}

// scopes returns the scopes to send: openid and the others, each once.
func (c Custom) scopes(p *problems, field string, names []string) []string {
	all, problem := settings.Scopes(names, logincookie.MaxScopes)
	p.found(field, problem)
	for _, s := range all {
		switch {
		case c.Platform != V1 && (s == "address" || s == "phone"):
			p.add(field, "contient "+s+", qui n’existe que sur la version 1", "holds "+s+", which only version 1 has")
		case c.Platform != Plus && strings.HasPrefix(s, "rnipp_"):
			p.add(field, "contient "+s+", qui n’existe que sur FranceConnect+", "holds "+s+", which only FranceConnect+ has")
		}
	}
	return all
}
