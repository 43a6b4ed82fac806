package franceconnect

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
)

// callbackTime is all the time that a Callback takes: FranceConnect's code
// lives 30 seconds, from the person's last click.
const callbackTime = 25 * time.Second

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
	browser.SetPageHeaders(w)
	if err := c.disabledError(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(op.Context, callbackTime)
	defer cancel()

	// The browser that comes back is one that left, and this is its one return
	// (RFC 6749, section 10.12). Before this line, nothing it says is heard.
	answer, reason := browser.ReadCallback(r)
	if reason != "" {
		return nil, (*Error)(failure.Request(reason, r, http.MethodGet))
	}
	pending, bad := c.consumeLogin(ctx, w, r, answer.State)
	if bad != nil {
		return nil, bad
	}
	fail := func(e *Error) (*Session, error) {
		e.ReturnTo = pending.ReturnTo
		return nil, e
	}
	// It was at this FranceConnect and no other (RFC 9207, section 2.4).
	if c.environment.Platform != V1 && answer.Issuer != c.environment.Issuer {
		return fail(&Error{Kind: ErrVerification, Reason: "callback.iss"})
	}
	if answer.Err != "" {
		return fail((*Error)(failure.Callback(answer.Err, answer.Description)))
	}
	if !browser.ValidCode(answer.Code) {
		return fail(&Error{Kind: ErrLoginExpired, Reason: "callback.code"})
	}
	// The code is good for 30 seconds and for one try.
	observer := c.observer()
	tokens, err := c.exchange(ctx, observer, answer.Code)
	if err != nil {
		return fail(providerError(err))
	}
	// The ID token is FranceConnect's, for us, of now, and answers this login.
	verifier, keys := c.verifier(), c.provider.KeysFor(observer)
	idToken, err := verifier.IDToken(ctx, keys, tokens.ID, string(pending.Nonce[:]), tokens.Access, c.config.Now())
	if err != nil {
		return fail((*Error)(failure.Token("id_token", err)))
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
		return fail((*Error)(failure.Token("userinfo", err)))
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

// consumeLogin finds the login that a state belongs to, in this browser, and
// closes it: whatever comes of it, it was its one use.
func (c *Client) consumeLogin(ctx context.Context, w http.ResponseWriter, r *http.Request, state string) (logincookie.Login, *Error) {
	l, err := c.cookies.Consume(ctx, w, r, state)
	if errors.Is(err, logincookie.ErrForgot) {
		c.reportForgotten(ctx, c.cookies.Used)
	}
	return l, (*Error)(failure.Login(err, l.ReturnTo))
}

// reportForgotten tells the portal that there were more logins, or tokens of the
// State's app, than this machine remembers.
func (c *Client) reportForgotten(ctx context.Context, used *logincookie.Used) {
	c.startOperation(ctx, "used").end(0, (*Error)(failure.Forgot(2*used.Most, used.Life)))
}
