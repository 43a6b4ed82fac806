package franceconnect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// callbackTime is all the time that a Callback takes: FranceConnect's code
// lives 30 seconds, from the person's last click.
const callbackTime = 25 * time.Second

// maxCode is the most that a code may be long, in bytes.
const maxCode = 1 << 10

// Callback finishes the login that the browser comes back from. It is the one
// way to an Identity, and there is none with a check left out. The cookie of
// the login is deleted in any case; nothing else is written, and what follows
// is the portal's: keep the Session under a new session id, send the browser to
// Session.ReturnTo.
//
// The error is an *Error: ErrDenied, ErrLoginExpired, ErrLevelTooLow, ErrUnavailable,
// ErrVerification, ErrMisconfigured or ErrDisabled. Of a person who left meanwhile (a
// closed tab) it is also context.Canceled, and nobody's fault.
func (c *Client) Callback(w http.ResponseWriter, r *http.Request) (s *Session, err error) {
	var level Level
	op := c.startOperation(r.Context(), "callback")
	defer func() {
		if s == nil && err == nil { // a Store or a Transport of the portal's panics
			err = &Error{Kind: ErrUnavailable, Reason: "panic"}
		}
		left(r.Context(), err)
		op.end(level, err)
	}()
	setPageHeaders(w)
	if err := c.disabledError(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(op.ctx, callbackTime)
	defer cancel()

	// The browser that comes back is one that left, and this is its one return
	// (RFC 6749, section 10.12). Before this line, nothing it says is heard.
	answer, bad := readCallback(r)
	if bad != nil {
		return nil, bad
	}
	pending, bad := c.consumeLogin(ctx, w, r, answer.state)
	if bad != nil {
		return nil, bad
	}
	fail := func(e *Error) (*Session, error) {
		e.ReturnTo = pending.ReturnTo
		return nil, e
	}
	// It was at this FranceConnect and no other (RFC 9207, section 2.4).
	if c.environment.Platform != V1 && answer.issuer != c.environment.Issuer {
		return fail(&Error{Kind: ErrVerification, Reason: "callback.iss"})
	}
	if answer.err != "" {
		return fail(callbackError(answer.err, answer.description))
	}
	if !validCode(answer.code) {
		return fail(&Error{Kind: ErrLoginExpired, Reason: "callback.code"})
	}
	// The code is good for 30 seconds and for one try.
	observer := c.observer()
	tokens, err := c.exchange(ctx, observer, answer.code)
	if err != nil {
		return fail(providerError(err))
	}
	// The ID token is FranceConnect's, for us, of now, and answers this login.
	verifier, keys := c.verifier(), c.signatureKeys(observer)
	idToken, err := verifier.IDToken(ctx, keys, tokens.ID, string(pending.Nonce[:]), tokens.Access, c.config.Now())
	if err != nil {
		return fail(tokenError("id_token", err))
	}
	// The level may be higher than asked, never lower. What was asked went
	// through the browser: it is held against what this login and this client
	// want, and so is the rest.
	if level, err = parseLevel(idToken.ACR); err != nil {
		return fail(&Error{Kind: ErrVerification, Reason: "id_token.acr"})
	}
	if level < max(Level(pending.Level), c.config.Level) {
		return fail(&Error{Kind: ErrLevelTooLow, Reason: "id_token.acr"})
	}
	if pending.AMR && len(idToken.AMR) == 0 {
		return fail(&Error{Kind: ErrVerification, Reason: "id_token.amr"})
	}
	// The claims are FranceConnect's, for us, of now, about the same person.
	body, err := c.provider.UserInfo(ctx, observer, tokens.Access)
	if err != nil {
		return fail(providerError(err))
	}
	claims, err := verifier.UserInfo(ctx, keys, body, idToken.Subject, c.config.Now())
	if err != nil {
		return fail(tokenError("userinfo", err))
	}
	scopes := strings.Fields(pending.Scopes)
	if names := missingClaims(scopes, tokens.Scope, claims); len(names) > 0 {
		return fail(&Error{Kind: ErrVerification, Reason: "userinfo.scope", Detail: "asked for and not given: " + strings.Join(names, ", ")})
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
		data:        c.provider.DataTransport(),
	}, nil
}

// signatureKeys finds FranceConnect's keys, as the verifier asks for them.
func (c *Client) signatureKeys(o provider.Observer) token.Keys {
	return func(ctx context.Context, kid string, want uint64) ([]jose.JSONWebKey, uint64, error) {
		return c.provider.Keys(ctx, o, kid, want)
	}
}

// consumeLogin finds the login that a state belongs to, in this browser, and
// closes it: whatever comes of it, it was its one use.
func (c *Client) consumeLogin(ctx context.Context, w http.ResponseWriter, r *http.Request, state string) (logincookie.Login, *Error) {
	l, err := c.cookies.Consume(ctx, w, r, state)
	var closed *logincookie.Error
	switch {
	case errors.As(err, &closed):
		return l, &Error{Kind: ErrLoginExpired, Reason: closed.Reason, ReturnTo: l.ReturnTo}
	case errors.Is(err, logincookie.ErrForgot):
		c.reportForgotten(ctx, c.cookies.Used)
	case err != nil:
		return l, &Error{Kind: ErrUnavailable, Reason: "store", ReturnTo: l.ReturnTo, cause: err}
	}
	return l, nil
}

// reportForgotten tells the portal that there were more logins, or tokens of the
// State's app, than this machine remembers.
func (c *Client) reportForgotten(ctx context.Context, used *logincookie.Used) {
	c.startOperation(ctx, "used").end(0, &Error{Kind: ErrMisconfigured, Reason: "used.full",
		Detail: fmt.Sprintf("more than %d logins in %v on this machine: the oldest could be used twice; Config.Store has room", 2*used.Most, used.Life)})
}

// A callbackAnswer is what FranceConnect says through the browser.
type callbackAnswer struct{ state, issuer, code, err, description string }

// readCallback reads a callback: a GET, each parameter once.
func readCallback(r *http.Request) (callbackAnswer, *Error) {
	if r.Method != http.MethodGet {
		return callbackAnswer{}, &Error{Kind: ErrLoginExpired, Reason: "callback.method", Detail: wrongMethod(r, http.MethodGet)}
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
