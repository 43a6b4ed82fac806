package proconnect

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/observe"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Client signs professionals in at one ProConnect for one portal. It does not
// change after New, and is safe for use by several goroutines.
type Client struct {
	config   Config // as checked: a copy, with its defaults
	provider *provider.Provider
	cookies  logincookie.Cookies
	prefix   string // of the authorization request, without the parameters of one login
	claims   string // of those logins that ask for Config.Assurance
}

// Format prints a placeholder, for every verb: a Client holds the secret and the keys.
func (*Client) Format(s fmt.State, _ rune) { fmt.Fprint(s, "client of "+providerName) }

// New makes a Client. It checks the whole Config, joins a
// *franceconnect.ConfigError for each wrong field, and does no I/O: a portal starts
// while ProConnect is down.
func New(config Config) (*Client, error) { return new(Pool).New(config) }

// A Pool makes the Clients of many organisations in one process, which share
// ProConnect's keys, connections and the memory of used logins, as
// [franceconnect.Pool] does. Its zero value is ready; it is safe for use by several
// goroutines, and is not to be copied.
type Pool struct {
	mu        sync.Mutex
	providers map[poolKey]*provider.Provider
	used      logincookie.Used
}

type poolKey struct {
	environment Environment
	httpClient  *http.Client
}

// New makes a Client, as the function New does.
func (p *Pool) New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	c := &Client{config: config}
	if config.Disabled {
		return c, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.providers == nil {
		p.providers, p.used = map[poolKey]*provider.Provider{}, logincookie.Used{Life: logincookie.Life, Most: logincookie.MaxUsed}
	}
	key := poolKey{config.Environment, config.HTTPClient}
	if p.providers[key] == nil {
		base := string(config.Environment)
		p.providers[key] = provider.New(provider.Endpoints{
			Authorization: base + "/authorize", Token: base + "/token", UserInfo: base + "/userinfo", Keys: base + "/jwks", Logout: base + "/session/end",
		}, false, config.HTTPClient, config.Now)
	}
	c.provider = p.providers[key]
	c.cookies = logincookie.Cookies{
		LoginTag:  logincookie.Tag(string(config.Environment), config.ClientID, config.RedirectURL),
		LogoutTag: logincookie.Tag(string(config.Environment), config.ClientID, config.PostLogoutRedirectURL),
		Insecure:  strings.HasPrefix(config.RedirectURL, "http://"), Store: config.Store, Used: &p.used, Now: config.Now,
	}
	if err := c.cookies.SealWith(keys(config.CookieKeys)); err != nil {
		return nil, fmt.Errorf("proconnect: %w", err)
	}
	c.prefix = c.provider.AuthorizationPrefix(c.credentials(""), config.Scopes)
	c.claims = claims(config.Assurance)
	return c, nil
}

// credentials returns what ProConnect knows the client by; verifier is a login's.
func (c *Client) credentials(verifier string) provider.Credentials {
	return provider.Credentials{ID: c.config.ClientID, Secret: string(c.config.ClientSecret), RedirectURL: c.config.RedirectURL, Verifier: verifier}
}

// verifier returns what was agreed on: nothing of it is a token's to choose. HS256,
// which ProConnect has too, is refused: its key is the secret, which goes out with each
// code.
func (c *Client) verifier() token.Verifier {
	return token.Verifier{
		Issuer: string(c.config.Environment), ClientID: c.config.ClientID, Algorithms: []string{"ES256", "RS256"},
		Secret: string(c.config.ClientSecret), JSONUserInfo: c.config.UserInfoJSON,
	}
}

// providerName is that of the errors of this package.
const providerName = "ProConnect"

// failed returns an error as the portal knows it.
func failed(e *failure.Error) *franceconnect.Error {
	e.Provider = providerName
	return (*franceconnect.Error)(e)
}

// disabledError returns the error of every operation of a client that is
// switched off, or nil.
func (c *Client) disabledError() error {
	if c.config.Disabled {
		return failed(&failure.Error{Kind: franceconnect.ErrDisabled, Reason: "disabled"})
	}
	return nil
}

// Ready reports whether a login could succeed now: ProConnect's keys are held or can be
// fetched. It is for a readiness probe, and asks ProConnect only when the keys held are
// no longer fresh.
func (c *Client) Ready(ctx context.Context) (err error) {
	op := c.begin(ctx, "ready")
	defer func() { op.end(0, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if err := c.provider.EnsureKeys(op.Context, c.observer()); err != nil {
		return failed(failure.Provider(err))
	}
	return nil
}

// Available reports whether somebody who leaves for ProConnect now is likely to be
// signed in, by what was last heard of it. It asks nobody.
func (c *Client) Available() bool { return !c.config.Disabled && !c.provider.Silent() }

// HealthHandler answers 200 while ProConnect does, and 503 while it does not: for a
// dashboard, not to take a portal out of service.
func (c *Client) HealthHandler() http.Handler {
	if c.config.Disabled {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.provider.ServeHealth(w, r, c.observer()) })
}

// ProviderOrigin returns where Login and Logout send the browser, as scheme://host, for
// form-action of a Content-Security-Policy. It is "" if the client is Disabled.
func (c *Client) ProviderOrigin() string {
	u, err := url.Parse(string(c.config.Environment))
	if err != nil || c.config.Disabled {
		return "" // New has parsed it
	}
	return u.Scheme + "://" + u.Host
}

// LocalPath returns text if it is a path on the portal itself, with its query, and
// Config.HomePath otherwise. Login and Session.ReturnTo have been through it.
func (c *Client) LocalPath(text string) string {
	if browser.IsLocalPath(text) {
		return text
	}
	return c.config.HomePath
}

// An operation is one that is under way.
type operation struct {
	client *Client
	observe.Operation[franceconnect.Event]
}

func (c *Client) begin(ctx context.Context, name string) operation {
	return operation{c, observe.Watch[franceconnect.Event]{Now: c.config.Now, Observe: c.config.Observe, Trace: c.config.Trace}.Begin(ctx, name)}
}

// end tells the portal how an operation went.
func (o operation) end(a Assurance, err error) {
	if o.Watched() {
		o.End(franceconnect.Event{Operation: o.Name, Platform: Platform, Assurance: a.String(), Duration: o.client.config.Now().Sub(o.Start), Err: err})
	}
}

// observer returns who is told of the requests to ProConnect, or nil.
func (c *Client) observer() provider.Observer {
	if c.config.Trace == nil && c.config.Observe == nil {
		return nil
	}
	return func(ctx context.Context, call string) (context.Context, func(error)) {
		o := c.begin(ctx, call)
		return o.Context, func(err error) {
			if err != nil {
				e := failure.Provider(err)
				e.Left(ctx)
				err = failed(e)
			}
			o.end(0, err)
		}
	}
}

// Platform is that of the Events of this package.
const Platform franceconnect.Platform = "proconnect"
