package franceconnect

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync/atomic"

	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Client signs people in at one FranceConnect for one portal. It does not
// change after New, and is safe for use by several goroutines.
type Client struct {
	config      Config // as checked: a copy, with its defaults
	environment *Custom
	provider    *provider.Provider
	cookies     logincookie.Cookies

	// asks is what the ordinary login asks for, written down once. It is nil but
	// in the first client of a Pool: ten thousand of them would waste memory.
	asks *authorization

	madeAt      int64       // seconds since 1970: our keys have been published since then
	keysFetched atomic.Bool // somebody has fetched our public keys
	nextTaken   atomic.Bool // FranceConnect last took NextClientSecret
}

// Format prints a placeholder, for every verb: a Client holds the secret and the keys.
func (*Client) Format(s fmt.State, _ rune) { fmt.Fprint(s, "client of FranceConnect") }

// New makes a Client. It checks the whole Config, joins a *ConfigError for
// each wrong field, and does no I/O: a portal starts while FranceConnect is
// down.
func New(config Config) (*Client, error) { return new(Pool).New(config) }

// newClient makes a Client of a checked config. Like is another client of the
// same provider, whose parts are shared where they are equal; it may be nil.
func newClient(config Config, env *Custom, p *provider.Provider, used *logincookie.Used, like *Client) (*Client, error) {
	c := &Client{config: config, environment: env, provider: p, madeAt: config.Now().Unix(), cookies: logincookie.Cookies{
		LoginTag:  logincookie.Tag(env.Issuer, config.ClientID, config.RedirectURL),
		LogoutTag: logincookie.Tag(env.Issuer, config.ClientID, config.PostLogoutRedirectURL),
		Insecure:  config.insecure(), Store: config.Store, Used: used, Now: config.Now,
	}}
	if like == nil {
		c.asks = c.authorization(config.Scopes)
	} else if slices.Equal(like.config.Scopes, config.Scopes) {
		c.config.Scopes = like.config.Scopes
	}
	if like != nil && slices.Equal(like.config.CookieKeys, config.CookieKeys) {
		// Sharing the boxes is safe: a cookie is encrypted together with its name,
		// and the name contains the client's tag.
		c.config.CookieKeys, c.cookies.Logins, c.cookies.Logouts = like.config.CookieKeys, like.cookies.Logins, like.cookies.Logouts
		return c, nil
	}
	if err := c.cookies.SealWith(config.cookieKeys()); err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	return c, nil
}

// verifier returns what was agreed on: nothing of it is a token's to choose.
func (c *Client) verifier() token.Verifier {
	return token.Verifier{
		Issuer:       c.environment.Issuer,
		ClientID:     c.config.ClientID,
		Algorithms:   c.environment.Algorithms,
		Secret:       c.credentials(c.nextTaken.Load()).Secret,
		JSONUserInfo: c.environment.UserInfoFormat == "json",
		Decryption:   c.config.decryption(),
	}
}

// disabledError returns the error of every operation of a client that is
// switched off, or nil.
func (c *Client) disabledError() error {
	if c.config.Disabled {
		return &Error{Kind: ErrDisabled, Reason: "disabled"}
	}
	return nil
}

// Ready reports whether a login could succeed now: FranceConnect's keys are held
// or can be fetched. It is for a readiness probe, and asks FranceConnect only
// when the keys held are no longer fresh. The error is an *Error with
// ErrUnavailable.
//
// On FranceConnect+, each of the DecryptionKeys that is held elsewhere is tried: it
// opens a random value, as at a login, within 5 seconds. The error is an *Error with
// the Reason "decryption_key.unavailable" (ErrUnavailable) or
// "decryption_key.refused" (ErrMisconfigured), and its Detail is what the module said.
// Then, it is an *Error with ErrMisconfigured as long as nobody
// has fetched our own keys from JWKSHandler: a warning, since FranceConnect+
// fetches them when the first person signs in. A probe that takes a portal out
// of service does so for ErrUnavailable alone.
func (c *Client) Ready(ctx context.Context) (err error) {
	op := c.startOperation(ctx, "ready")
	defer func() { op.end(0, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if err := c.provider.EnsureKeys(op.Context, c.observer()); err != nil {
		return providerError(err)
	}
	for _, k := range c.config.decryption() {
		if k.Elsewhere() {
			if bad := k.Try(op.Context); bad != nil {
				return (*Error)(failure.Key(bad))
			}
		}
	}
	if c.environment.Platform == Plus && !c.keysFetched.Load() {
		return &Error{Kind: ErrMisconfigured, Reason: "published_keys.never_fetched"}
	}
	return nil
}

// Available reports whether somebody who leaves for FranceConnect now is likely to be
// signed in: it is false while the latest codes that were sent there had no answer,
// and if the client is Disabled. It asks nobody, and is for the page with the
// Button, which can say so and offer another way; Login then refuses, but for one
// person at a time, who finds out whether FranceConnect is back.
func (c *Client) Available() bool { return !c.config.Disabled && !c.provider.Silent() }

// Platform returns the one of the client's environment; "" if it is Disabled.
func (c *Client) Platform() Platform { return c.environment.Platform }

// ProviderOrigin returns where Login and Logout send the browser, as scheme://host. A page
// with a Content-Security-Policy names it in form-action: Chrome applies that
// to the redirect which answers a form, such as the one that signs out. It is
// "" if the client is Disabled.
func (c *Client) ProviderOrigin() string {
	u, err := url.Parse(c.environment.EndSessionURL)
	if err != nil || u.Host == "" {
		return "" // New has parsed it
	}
	return u.Scheme + "://" + u.Host
}
