package franceconnect

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// Direct is what was agreed on for FranceConnexion Direct: how the State's app
// (AMI) signs the ami_token that it sends people here with. See
// Client.DirectLogin.
//
// Source: FranceConnexion Direct, v1.0 of 2026-06-19, for partners. It leaves open
// how a portal gets the keys, and which claim has the destination: ask the team of
// the app for both.
type Direct struct {
	// Keys are the app's public keys: a key set in JSON (RFC 7517, section 5), or
	// PUBLIC KEY blocks of PEM. To change one, take the old and the new one until the
	// app signs with the new one. A token that names no key (kid) may be of any of them.
	Keys []byte

	// DestinationClaim is the name of the claim that has the address to go on to,
	// complete, on this portal. It has no default.
	DestinationClaim string

	Algorithm string // "RS256" or "ES256". Default: RS256
	Issuer    string // the iss of the tokens. Default: "ami"

	keys []jose.JSONWebKey // Keys, as New has read them
	used *logincookie.Used // the tokens that were used, in the Clients of a Pool
}

// DirectLogin answers the page that the State's app sends people to, with
// ?ami_token=…: FranceConnexion Direct. If the token is the app's, for this
// portal, of this hour and not yet used, it sends the browser to FranceConnect as
// Login does, but with prompt=login, and the person goes on to the token's
// destination. FranceConnect lets somebody who has a session there pass without a
// page if it has granted this client so; for other clients prompt changes
// nothing, and they see the pages that Login leads to.
//
// It has answered the request if the error is nil. Otherwise nothing is written
// but the headers of a page, and whatever the error is, what the person gets is the
// ordinary page with the Button; a redirect to it takes the token out of the
// address:
//
//	if err := fc.DirectLogin(w, r); err != nil {
//		http.Redirect(w, r, "/connexion?"+url.Values{"next": {returnTo(err)}}.Encode(), http.StatusSeeOther)
//	}
//
// The error is an *Error, which Config.Observe has been told of: its Reason begins
// with "ami_token." if it is about the token, and its ReturnTo is the destination,
// if the app signed it and it is on this portal. It is ErrMisconfigured
// ("direct.unset") without Config.Direct, and what Login returns.
//
// A browser may follow a link to this page from anywhere, so that somebody else's
// fresh token signs a person in as who they are at FranceConnect, and as nobody
// else.
func (c *Client) DirectLogin(w http.ResponseWriter, r *http.Request) (err error) {
	if browser.AnswerPrefetch(w, r) {
		return nil
	}
	op := c.startOperation(r.Context(), "direct")
	defer func() { op.end(c.config.Level, err) }()
	browser.SetPageHeaders(w)
	if err := c.disabledError(); err != nil {
		return err
	}
	returnTo, bad := c.useAppToken(op.Context, r)
	if bad == nil {
		err := c.leave(op, w, r, LoginRequest{ReturnTo: returnTo}, true)
		if !errors.As(err, &bad) {
			return err // nil: no level and no scope is asked for
		}
	}
	bad.ReturnTo = returnTo
	left(r.Context(), bad)
	return bad
}

// useAppToken verifies the token of a request, and uses it: whatever comes of it,
// it was its one use. It returns where the app sends the person, if it does.
func (c *Client) useAppToken(ctx context.Context, r *http.Request) (returnTo string, bad *Error) {
	d := c.config.Direct
	if d == nil {
		return "", &Error{Kind: ErrMisconfigured, Reason: "direct.unset"}
	}
	raw, bad := readAppToken(r)
	if bad != nil {
		return "", bad
	}
	verifier := token.Verifier{Issuer: d.Issuer, Algorithms: []string{d.Algorithm}, AnyKey: true}
	app, err := verifier.AppToken(ctx, token.Held(d.keys), raw, d.DestinationClaim, c.config.Now())
	if app == nil {
		return "", (*Error)(failure.Token("ami_token", err))
	}
	returnTo, here := c.ownPath(app.Destination)
	switch wrong := (*token.Error)(nil); {
	case errors.As(err, &wrong) && wrong.Reason == "exp":
		return returnTo, &Error{Kind: ErrLoginExpired, Reason: "ami_token.exp"}
	case err != nil:
		return returnTo, (*Error)(failure.Token("ami_token", err))
	case !here:
		return "", &Error{Kind: ErrVerification, Reason: "ami_token.destination"}
	}
	return returnTo, c.useOnce(ctx, app)
}

// readAppToken reads the token of a request. HEAD is no GET: who looks whether the
// page is there must not use the token up.
func readAppToken(r *http.Request) (raw string, bad *Error) {
	if r.Method != http.MethodGet {
		return "", (*Error)(failure.Request("ami_token.method", r, http.MethodGet))
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(query["ami_token"]) > 1 {
		return "", &Error{Kind: ErrLoginExpired, Reason: "ami_token.query"}
	}
	if raw = query.Get("ami_token"); raw == "" {
		return "", &Error{Kind: ErrLoginExpired, Reason: "ami_token.missing"}
	}
	return raw, nil
}

// useOnce makes this the one use of a token: anywhere, as the Store has it, or else
// in the Clients of this Pool.
func (c *Client) useOnce(ctx context.Context, app *token.AppToken) *Error {
	first, forgot := false, false
	if store, ok := c.config.Store.(adder); ok {
		var err error
		if first, err = store.Add(ctx, "fc:ami:"+hex.EncodeToString(app.Digest[:16]), []byte{1}, token.AppTokenLife); err != nil {
			return &Error{Kind: ErrUnavailable, Reason: "store", Cause: err}
		}
	} else {
		first, forgot = c.config.Direct.used.FirstOf([16]byte(app.Digest[:16]), c.config.Now())
	}
	if forgot {
		c.reportForgotten(ctx, c.config.Direct.used)
	}
	if !first {
		return &Error{Kind: ErrLoginExpired, Reason: "ami_token.used"}
	}
	return nil
}

// An adder is a Store that keeps what is not there yet: see Store.
type adder interface {
	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
}

// ownPath returns the path of an address on this portal, with its query. The origin is
// compared as it is written (RFC 6454, section 6.1), before anything takes the
// address apart.
func (c *Client) ownPath(address string) (path string, ok bool) {
	path, ok = strings.CutPrefix(address, originOf(c.config.RedirectURL))
	if path == "" && ok {
		return c.config.HomePath, true
	}
	if !ok || !browser.IsLocalPath(path) {
		return "", false
	}
	return path, true
}

// originOf returns the origin of an address that checkURL has read, as a browser
// writes it.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	if port := map[string]string{"https": ":443", "http": ":80"}[u.Scheme]; port != "" {
		host = strings.TrimSuffix(host, port)
	}
	return u.Scheme + "://" + host
}

// checkDirect checks what was agreed on with the State's app, and fills in its
// defaults, in a copy.
func (c *Config) checkDirect(p *problems, platform Platform) {
	if c.Direct == nil {
		return
	}
	d := new(Direct)
	*d = *c.Direct
	c.Direct = d
	d.Algorithm, d.Issuer = cmp.Or(d.Algorithm, "RS256"), cmp.Or(d.Issuer, "ami")
	switch {
	case d.Algorithm != "RS256" && d.Algorithm != "ES256":
		p.add("Direct.Algorithm", "n’est ni RS256, ni ES256", "is neither RS256 nor ES256")
	case len(d.Keys) == 0:
		p.add("Direct.Keys", "est absent", "is missing")
	default:
		keys, err := token.ParsePublicKeys(d.Keys, d.Algorithm)
		if k := (*token.KeyProblem)(nil); errors.As(err, &k) {
			p.add("Direct.Keys", k.French, k.English)
		}
		d.keys = keys
	}
	if d.DestinationClaim == "" {
		p.add("Direct.DestinationClaim", "est absent : l’équipe de l’application le donne", "is missing: the team of the app has it")
	}
	if platform == V1 {
		p.add("Direct", "est de trop : la version 1 n’a pas FranceConnexion Direct", "is of no use: version 1 has no FranceConnexion Direct")
	}
	if _, ok := c.Store.(adder); c.Store != nil && !ok {
		p.add("Store", "n’a pas de méthode Add, qu’il faut pour qu’un jeton de FranceConnexion Direct ne serve qu’une fois", "has no method Add, which it takes for a token of FranceConnexion Direct to be used once")
	}
}
