package franceconnect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/login"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/seal"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// callbackTime is all the time that a Callback takes: FranceConnect's code
// lives 30 seconds, from the person's last click.
const callbackTime = 25 * time.Second

// maxCode is the most that a code may be long, in bytes.
const maxCode = 1 << 10

// A Client signs people in at one FranceConnect for one portal. It does not
// change after New, and is safe for use by several goroutines.
type Client struct {
	config          Config // as checked: a copy, with its defaults
	environment     *Custom
	provider        *provider.Provider
	logins          *seal.Box
	logouts         *seal.Box
	used            *login.Used // shared by all that With has made
	loginTag        string      // tells this client's logins from another's
	logoutTag       string      // and its logouts
	authorizePrefix string      // the authorization request, as far as it is always the same; empty by With, for thousands

	published atomic.Int32 // our keys: 1 they have a handler, 2 they were fetched
}

// New makes a Client. It checks the whole Config, joins a *ConfigError for
// each wrong field, and does no I/O: a portal starts while FranceConnect is
// down.
func New(config Config) (*Client, error) {
	env, err := config.check()
	if err != nil {
		return nil, err
	}
	if config.Disabled {
		return &Client{config: config, environment: &env}, nil
	}
	return newClient(config, &env, provider.New(provider.Endpoints{
		Authorization: env.AuthorizationURL, Token: env.TokenURL,
		UserInfo: env.UserInfoURL, Keys: env.JWKSURL, Logout: env.EndSessionURL,
	}, env.TokenEndpointAuthMethod == "client_secret_basic", config.HTTPClient, config.Now), nil)
}

// With makes the Client of another organisation at the same FranceConnect. The
// two share FranceConnect's keys, fetched once for both, and their connections,
// so that one process serves thousands. Of the config, Environment, HTTPClient
// and Now are c's, and left empty.
func (c *Client) With(config Config) (*Client, error) {
	var p problems
	if c.config.Disabled && !config.Disabled {
		p.add("Disabled", "est vrai pour le premier client, qui n’a donc rien à partager", "is true of the first client, which has nothing to share then")
		return nil, p[0]
	}
	if config.Environment != nil || config.HTTPClient != nil || config.Now != nil {
		p.add("Environment", "est à laisser vide, comme HTTPClient et Now : ce sont ceux du premier client", "is to be left empty, as are HTTPClient and Now: they are the first client’s")
		return nil, p[0]
	}
	config.Environment, config.Now = c.config.Environment, c.config.Now
	if _, err := config.check(); err != nil {
		return nil, err
	}
	if config.Disabled {
		return &Client{config: config, environment: &Custom{}}, nil
	}
	return newClient(config, c.environment, c.provider, c)
}

// newClient makes a Client of what is checked; like may be nil.
func newClient(config Config, env *Custom, p *provider.Provider, like *Client) (*Client, error) {
	c := &Client{config: config, environment: env, provider: p,
		loginTag:  cookieTag(env.Issuer, config.ClientID, config.RedirectURL),
		logoutTag: cookieTag(env.Issuer, config.ClientID, config.PostLogoutRedirectURL)}
	if like == nil {
		c.authorizePrefix = p.AuthorizationPrefix(c.credentials(), config.Scopes)
		c.used = &login.Used{Life: loginTime, Most: maxUsed}
	} else {
		c.used = like.used
		if slices.Equal(like.config.Scopes, config.Scopes) {
			c.config.Scopes = like.config.Scopes
		}
	}
	if like != nil && slices.Equal(like.config.CookieKeys, config.CookieKeys) {
		// What they seal, they still seal beside their own tag.
		c.config.CookieKeys, c.logins, c.logouts = like.config.CookieKeys, like.logins, like.logouts
		return c, nil
	}
	keys := make([][32]byte, len(config.CookieKeys))
	for i, k := range config.CookieKeys {
		keys[i] = k
	}
	var err error
	if c.logins, err = seal.New("login", keys...); err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	if c.logouts, err = seal.New("logout", keys...); err != nil {
		return nil, fmt.Errorf("franceconnect: %w", err)
	}
	return c, nil
}

// cookieTag names a client by the issuer, by its identifier there, and by the address
// that its browsers come back to: two clients of one identifier, on one host or
// on two, do not take each other's browsers for their own.
func cookieTag(issuer, clientID, address string) string {
	sum := sha256.Sum256([]byte(issuer + "\x00" + clientID + "\x00" + address))
	return hex.EncodeToString(sum[:8])
}

// credentials is what FranceConnect knows the client by.
func (c *Client) credentials() provider.Credentials {
	return provider.Credentials{ID: c.config.ClientID, Secret: string(c.config.ClientSecret), RedirectURL: c.config.RedirectURL}
}

// verifier are what was agreed on: nothing of them is a token's to choose.
func (c *Client) verifier() *token.Verifier {
	return &token.Verifier{
		Issuer:       c.environment.Issuer,
		ClientID:     c.config.ClientID,
		Algorithms:   c.environment.Algorithms,
		Secret:       []byte(c.config.ClientSecret),
		JSONUserInfo: c.environment.UserInfoFormat == "json",
		Decryption:   c.config.decryption(),
	}
}

// disabledError is the error of every stage of a client that is switched off, or nil.
func (c *Client) disabledError() error {
	if c.config.Disabled {
		return &Error{Kind: ErrDisabled, Reason: "disabled"}
	}
	return nil
}

// Ready tells whether a login could succeed now: FranceConnect's keys are held
// or can be fetched. It is for a readiness probe, and asks FranceConnect only
// when the keys held are no longer fresh. The error is an *Error with
// ErrUnavailable.
//
// On FranceConnect+, it is an *Error with ErrMisconfigured as long as nobody
// has fetched our own keys from JWKSHandler: a warning, since FranceConnect+
// fetches them when the first person signs in. A probe that takes a portal out
// of service does so for ErrUnavailable alone.
func (c *Client) Ready(ctx context.Context) (err error) {
	start := c.config.Now()
	ctx = c.startOperation(ctx, "ready")
	defer func() { c.observe(ctx, "ready", 0, start, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	if err := c.provider.EnsureKeys(ctx); err != nil {
		return providerError(err)
	}
	if c.published.Load() == 1 {
		return &Error{Kind: ErrMisconfigured, Reason: "published_keys.never_fetched"}
	}
	return nil
}

// JWKSHandler serves the public halves of Config.DecryptionKeys, as a key set
// (RFC 7517), at the address that is registered as the client's jwks_uri. It
// holds them in memory and answers while everything else is down: FranceConnect+
// fetches them in the middle of each token call, and without them the person's
// code is lost.
func (c *Client) JWKSHandler() http.Handler {
	if c.config.Disabled {
		return http.NotFoundHandler()
	}
	keys := token.PublishKeys(c.config.decryption())
	if len(c.config.DecryptionKeys) > 0 {
		c.published.CompareAndSwap(0, 1)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		c.published.CompareAndSwap(1, 2)
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Content-Length", strconv.Itoa(len(keys)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(keys) // who hung up does not want them
		}
	})
}

// Platform is the one of the client's environment; "" if it is Disabled.
func (c *Client) Platform() Platform { return c.environment.Platform }

// ProviderOrigin is where Login and Logout send the browser, as scheme://host. A page
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

// A LoginRequest is what one login asks for beyond the Config. Its zero value
// is the ordinary login.
type LoginRequest struct {
	ReturnTo string   // path on the portal, with its query, to go on to; anything else becomes "/"
	Level    Level    // raises Config.Level, never lowers it
	Scopes   []string // on top of Config.Scopes
}

// Login sends the browser to FranceConnect, from any page that is on the host
// of Config.RedirectURL. It has answered the request if the error is nil, and
// otherwise written nothing: the error is a *ConfigError for a level or a scope
// that the platform does not have, or an *Error: ErrUnavailable if the Store did
// not answer, or ErrDisabled.
func (c *Client) Login(w http.ResponseWriter, r *http.Request, ask LoginRequest) (err error) {
	start := c.config.Now()
	level := max(c.config.Level, ask.Level)
	ctx := c.startOperation(r.Context(), "login")
	defer func() { c.observe(ctx, "login", level, start, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	prefix, scopes := c.authorizePrefix, c.config.Scopes
	if prefix == "" || ask.Level != 0 || len(ask.Scopes) > 0 {
		var p problems
		c.environment.checkLevel(&p, "LoginRequest.Level", level)
		scopes = c.environment.scopes(&p, "LoginRequest.Scopes", slices.Concat(scopes, ask.Scopes))
		if len(p) > 0 {
			return p[0]
		}
		prefix = c.provider.AuthorizationPrefix(c.credentials(), scopes)
	}
	asked := login.Asked{Level: uint8(level), AMR: c.config.RequestAMR, Scopes: strings.Join(scopes[1:], " ")} // openid is the first
	pending := login.New(asked, LocalPath(ask.ReturnTo), start.Add(loginTime))
	if err := c.saveLogin(ctx, w, r, pending); err != nil {
		return err
	}
	redirect(w, provider.AuthorizationURL(prefix, provider.AuthorizationRequest{
		State: pending.State, Nonce: pending.Nonce, ACR: level.String(), AMR: asked.AMR,
	}))
	return nil
}

// Callback finishes the login that the browser comes back from. It is the one
// way to an Identity, and there is none with a check left out. The cookie of
// the login is deleted in any case; nothing else is written, and what follows
// is the portal's: keep the Session under a new session id, send the browser to
// Session.ReturnTo.
//
// The error is an *Error: ErrDenied, ErrLoginExpired, ErrLevelTooLow, ErrUnavailable,
// ErrVerification, ErrMisconfigured or ErrDisabled.
func (c *Client) Callback(w http.ResponseWriter, r *http.Request) (s *Session, err error) {
	start := c.config.Now()
	var level Level
	var pending *login.Pending
	ctx := c.startOperation(r.Context(), "callback")
	defer func() {
		if e := (*Error)(nil); pending != nil && errors.As(err, &e) {
			e.ReturnTo = pending.ReturnTo
		}
		if s == nil && err == nil { // a Store or a Transport of the portal's panics
			err = &Error{Kind: ErrUnavailable, Reason: "panic"}
		}
		c.observe(ctx, "callback", level, start, err)
	}()
	setPrivateHeaders(w)
	if err := c.disabledError(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callbackTime)
	defer cancel()

	// The browser that comes back is one that left, and this is its one return
	// (RFC 6749, section 10.12). Before this line, nothing it says is heard.
	answer, bad := readCallback(r)
	if bad != nil {
		return nil, bad
	}
	if pending, bad = c.consumeLogin(ctx, w, r, answer.state); bad != nil {
		return nil, bad
	}
	// It was at this FranceConnect and no other (RFC 9207, section 2.4).
	if c.environment.Platform != V1 && answer.issuer != c.environment.Issuer {
		return nil, &Error{Kind: ErrVerification, Reason: "callback.iss"}
	}
	if answer.err != "" {
		return nil, callbackError(answer.err, answer.description)
	}
	if !validCode(answer.code) {
		return nil, &Error{Kind: ErrLoginExpired, Reason: "callback.code"}
	}
	// The code is good for 30 seconds and for one try.
	tokens, err := c.provider.Exchange(ctx, c.credentials(), answer.code)
	if err != nil {
		return nil, providerError(err)
	}
	// The ID token is FranceConnect's, for us, of now, and answers this login.
	rules := c.verifier()
	idToken, err := rules.IDToken(ctx, c.provider.Keys, tokens.ID, pending.Nonce, tokens.Access, c.config.Now())
	if err != nil {
		return nil, tokenError("id_token", err)
	}
	// The level may be higher than asked, never lower. What was asked went
	// through the browser: it is held against what this login and this client
	// want, and so is the rest.
	if level, err = ParseLevel(idToken.ACR); err != nil {
		return nil, &Error{Kind: ErrVerification, Reason: "id_token.acr"}
	}
	if level < max(Level(pending.Level), c.config.Level) {
		return nil, &Error{Kind: ErrLevelTooLow, Reason: "id_token.acr"}
	}
	if pending.AMR && len(idToken.AMR) == 0 {
		return nil, &Error{Kind: ErrVerification, Reason: "id_token.amr"}
	}
	// The claims are FranceConnect's, for us, of now, about the same person.
	body, err := c.provider.UserInfo(ctx, tokens.Access)
	if err != nil {
		return nil, providerError(err)
	}
	claims, err := rules.UserInfo(ctx, c.provider.Keys, body, idToken.Subject, c.config.Now())
	if err != nil {
		return nil, tokenError("userinfo", err)
	}
	scopes := strings.Fields(pending.Scopes)
	if names := missingClaims(scopes, tokens.Scope, claims); len(names) > 0 {
		return nil, &Error{Kind: ErrVerification, Reason: "userinfo.scope", Detail: "asked for and not given: " + strings.Join(names, ", ")}
	}
	return &Session{
		Subject:     idToken.Subject,
		Level:       level,
		AMR:         idToken.AMR,
		Scopes:      grantedScopes(scopes, tokens.Scope, claims),
		SignedInAt:  c.config.Now(),
		Identity:    newIdentity(claims),
		ReturnTo:    pending.ReturnTo,
		IDTokenHint: IDTokenHint(idToken.Raw),
		accessToken: Secret(tokens.Access),
	}, nil
}

// An callbackAnswer is what FranceConnect says through the browser.
type callbackAnswer struct{ state, issuer, code, err, description string }

// readCallback reads a callback: a GET, each parameter once.
func readCallback(r *http.Request) (callbackAnswer, *Error) {
	if r.Method != http.MethodGet {
		return callbackAnswer{}, &Error{Kind: ErrLoginExpired, Reason: "callback.method"}
	}
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return callbackAnswer{}, &Error{Kind: ErrLoginExpired, Reason: "callback.query"}
	}
	for _, values := range q {
		if len(values) != 1 { // RFC 6749, section 3.1
			return callbackAnswer{}, &Error{Kind: ErrLoginExpired, Reason: "callback.query"}
		}
	}
	return callbackAnswer{q.Get("state"), q.Get("iss"), q.Get("code"), q.Get("error"), q.Get("error_description")}, nil
}

// validCode reports whether a code has the form and the length of one. RFC 6749,
// appendix A.11, allows every printable character; FranceConnect's are 43 of
// base64url. Of others a stranger could make what a firewall in front of
// FranceConnect answers with a page of its own, which would look like a fault.
func validCode(code string) bool {
	return code != "" && len(code) <= maxCode && !strings.ContainsFunc(code, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~+/=", r)
	})
}

// LocalPath returns text if it is a path on the portal itself, with its query,
// and "/" if it could lead anywhere else or is longer than 1024 bytes. Login
// and Session.ReturnTo have been through it; it is here for what else a portal
// redirects to.
//
// A browser takes a backslash for a slash, drops tabs and line breaks, and
// goes to another host at "//"; a proxy in between may have decoded the path
// once more.
func LocalPath(text string) string {
	if text == "" || text == "/" {
		return "/"
	}
	if len(text) > maxReturnTo || !strings.HasPrefix(text, "/") {
		return "/"
	}
	u, err := url.Parse(text)
	if err != nil {
		return "/"
	}
	decoded, err := url.PathUnescape(u.Path)
	if err != nil {
		decoded = u.Path
	}
	for _, path := range []string{text, u.Path, decoded} {
		if strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return "/"
		}
	}
	return text
}

// redirect sends the browser on by GET, whatever brought it here.
func redirect(w http.ResponseWriter, to string) {
	setPrivateHeaders(w)
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// setPrivateHeaders keeps an address with a code or a token in it out of caches, and
// out of the Referer of what the next page loads.
func setPrivateHeaders(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}
