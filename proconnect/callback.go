package proconnect

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// callbackTime is all the time that a Callback takes. ProConnect's code lives 30
// seconds or 60: its documentation and the source of its server differ.
const callbackTime = 25 * time.Second

// Callback finishes the login that the browser comes back from. It is the one
// way to a Professional, and there is none with a check left out. The cookie of
// the login is deleted in any case; nothing else is written, and what follows
// is the portal's: keep the Session under a new session id, send the browser to
// Session.ReturnTo.
//
// The error is a *franceconnect.Error: ErrDenied (also of whom no identity provider
// can sign in at the Assurance wanted), ErrLoginExpired, ErrLevelTooLow (a level that
// was not asked for), ErrUnavailable, ErrVerification, ErrMisconfigured or ErrDisabled. Of a
// person who left meanwhile it is also context.Canceled.
func (c *Client) Callback(w http.ResponseWriter, r *http.Request) (s *Session, err error) {
	op := c.begin(r.Context(), "callback")
	var reached Assurance
	defer func() {
		bad := (*franceconnect.Error)(nil)
		if s == nil && err == nil { // a Store or a Transport of the portal's panics
			err = failed(&failure.Error{Kind: franceconnect.ErrUnavailable, Reason: "panic"})
		}
		if errors.As(err, &bad) {
			(*failure.Error)(bad).Left(r.Context())
		}
		op.end(reached, err)
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
		return nil, failed(failure.Request(reason, r, http.MethodGet))
	}
	pending, err := c.cookies.Consume(ctx, w, r, answer.State)
	if errors.Is(err, logincookie.ErrForgot) {
		c.begin(ctx, "used").end(0, failed(failure.Forgot(2*c.cookies.Used.Most, c.cookies.Used.Life)))
	}
	if bad := failure.Login(err, pending.ReturnTo); bad != nil {
		return nil, failed(bad)
	}
	fail := func(e *failure.Error) (*Session, error) {
		e.ReturnTo = pending.ReturnTo
		return nil, failed(e)
	}
	// It was at this ProConnect and no other (RFC 9207, section 2.4), least of all at
	// FranceConnect, which may be the portal's other door.
	if answer.Issuer != string(c.config.Environment) {
		return fail(&failure.Error{Kind: franceconnect.ErrVerification, Reason: "callback.iss"})
	}
	if answer.Err != "" {
		return fail(callbackError(answer))
	}
	if !browser.ValidCode(answer.Code) {
		return fail(&failure.Error{Kind: franceconnect.ErrLoginExpired, Reason: "callback.code"})
	}
	observer := c.observer()
	tokens, err := c.provider.Exchange(ctx, observer, c.credentials(string(pending.Verifier[:])), answer.Code, c.config.MaxCalls)
	if err != nil {
		return fail(failure.Provider(err))
	}
	// The ID token is ProConnect's, for us, of now, and answers this login.
	verifier, published := c.verifier(), c.provider.KeysFor(observer)
	idToken, err := verifier.IDToken(ctx, published, tokens.ID, string(pending.Nonce[:]), tokens.Access, c.config.Now())
	if err != nil {
		return fail(failure.Token("id_token", err))
	}
	// The level is one of those that this login asked for and that this client
	// accepts. What was asked went through the browser.
	reached, bad := c.reached(Assurance(pending.Level), idToken.ACR)
	if bad != nil {
		return fail(bad)
	}
	// The claims are ProConnect's, for us, of now, about the same person.
	body, err := c.provider.UserInfo(ctx, observer, tokens.Access)
	if err != nil {
		return fail(failure.Provider(err))
	}
	claims, err := verifier.UserInfo(ctx, published, body, idToken.Subject, c.config.Now())
	if err != nil {
		return fail(failure.Token("userinfo", err))
	}
	scopes := strings.Fields(pending.Scopes)
	if names := missing(scopes, claims); len(names) > 0 {
		return fail(&failure.Error{Kind: franceconnect.ErrVerification, Reason: "userinfo.scope", Detail: "asked for and not given: " + strings.Join(names, ", ")})
	}
	return &Session{
		Subject:      idToken.Subject,
		Assurance:    reached,
		Scopes:       granted(scopes, tokens.Scope, claims),
		SignedInAt:   c.config.Now(),
		Professional: newProfessional(claims),
		ReturnTo:     pending.ReturnTo,
		IDTokenHint:  franceconnect.IDTokenHint(idToken.Raw),
		accessToken:  franceconnect.Secret(tokens.Access),
	}, nil
}

// reached returns the level of an acr, which every login asks for: it is to be in the
// set that this one asked for, and in the one that the client accepts by now.
func (c *Client) reached(asked Assurance, acr string) (Assurance, *failure.Error) {
	a, known := assuranceOf(acr)
	came := "came " + provider.Clean(acr, 80)
	switch {
	case acr == "": // somebody took claims out of the address
		return 0, &failure.Error{Kind: franceconnect.ErrLevelTooLow, Reason: "id_token.acr", Detail: "no level came, asked for was " + cmp.Or(asked.String(), "any")}
	case !known:
		return 0, &failure.Error{Kind: franceconnect.ErrVerification, Reason: "id_token.acr",
			Detail: came + ", which is no level that is known: those are " + all.String()}
	}
	for _, set := range [...]Assurance{asked, c.config.Assurance} {
		if set != 0 && !a.In(set) {
			return a, &failure.Error{Kind: franceconnect.ErrLevelTooLow, Reason: "id_token.acr", Detail: came + ", asked for was one of " + set.String()}
		}
	}
	return a, nil
}

// callbackError names an error that the browser brought back. ProConnect has one of
// its own, of an idp_hint.
func callbackError(answer browser.Callback) *failure.Error {
	e := failure.Callback(answer.Err, answer.Description)
	if answer.Err == "idp_hint_not_found" {
		e.Kind, e.Reason = franceconnect.ErrMisconfigured, "callback.refused"
	}
	return e
}

// missing returns the claims that a login asked for and that ProConnect always gives,
// but did not: the person can take scopes out of the address.
func missing(asked []string, claims token.Claims) []string {
	return slices.DeleteFunc(slices.Clone(alwaysGiven), func(name string) bool {
		return claims.Has(name) || !slices.Contains(asked, name)
	})
}

// granted keeps, of the scopes asked for, those that were granted: those that the token
// response names (RFC 6749, section 5.1), and, where it names none, those of which the
// userinfo holds the claim.
func granted(asked []string, named string, claims token.Claims) []string {
	response := strings.Fields(named)
	return slices.DeleteFunc(asked, func(name string) bool {
		claim := name
		if name == "phone" { // OpenID Connect Core, section 5.4
			claim = "phone_number"
		}
		return !slices.Contains(response, name) && (len(response) > 0 || !claims.Has(claim))
	})
}
