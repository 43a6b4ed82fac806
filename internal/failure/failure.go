// Package failure says what became of a login, from what the others below internal
// say of their part. It is the one among them that knows several of them, so that
// FranceConnect and ProConnect fail in the same words.
package failure

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect/internal/codes"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// The decisions, which the root package exports and describes.
var (
	ErrDenied        = errors.New("the person did not sign in")
	ErrLoginExpired  = errors.New("the login is no longer open")
	ErrLevelTooLow   = errors.New("the level is too low")
	ErrUnavailable   = errors.New("FranceConnect cannot be reached")
	ErrVerification  = errors.New("an answer could not be verified")
	ErrMisconfigured = errors.New("the settings do not agree with FranceConnect's")
)

// An Error has the fields of the root package's, which describes them and has the
// texts: one is converted to the other.
type Error struct {
	Kind        error
	Reason      string
	Detail      string
	OAuthCode   string
	Description string
	FCCode      string
	IncidentID  string
	Status      int
	Provider    string
	ReturnTo    string
	Cause       error
}

// Provider names what became of a call to a provider.
func Provider(err error) *Error {
	p := (*provider.Error)(nil)
	switch {
	case err == provider.ErrFull:
		return &Error{Kind: ErrUnavailable, Reason: "calls.full", Cause: err}
	case err == provider.ErrSilent:
		return &Error{Kind: ErrUnavailable, Reason: "calls.silent", Cause: err}
	case !errors.As(err, &p):
		return &Error{Kind: ErrUnavailable, Reason: "network", Cause: err}
	}
	e := &Error{Reason: p.Call + ".unreachable", OAuthCode: p.Code, Description: p.Description, FCCode: p.Y, IncidentID: p.ID, Status: p.Status, Cause: p.Cause}
	switch p.Kind {
	case provider.Unreachable:
		e.Kind = ErrUnavailable
		if proxy := (*provider.ProxyError)(nil); errors.As(p.Cause, &proxy) {
			e.Detail = proxy.Error()
		}
	case provider.Malformed:
		e.Kind, e.Reason = ErrVerification, p.Call+".malformed"
	default:
		e.Kind, e.Reason = ErrMisconfigured, p.Call+".refused"
		// The code or the access token lived too long, or was used before.
		if p.Code == "invalid_grant" || p.Call == "userinfo" && p.Code == "invalid_token" {
			e.Kind, e.Reason = ErrLoginExpired, p.Call+".over"
		}
	}
	return e
}

// Request refuses a request, of which the method is the wrong one if it is not the
// one wanted. A stranger chooses it: it is cut.
func Request(reason string, r *http.Request, want string) *Error {
	e := &Error{Kind: ErrLoginExpired, Reason: reason}
	if r.Method != want {
		e.Detail = "a " + want + " is needed, and this was " + provider.Clean(r.Method, 16)
	}
	return e
}

// Login names why a login that came back is not open; nil if it is. returnTo is
// where it was to go on to.
func Login(err error, returnTo string) *Error {
	var closed *logincookie.Error
	switch {
	case err == nil || errors.Is(err, logincookie.ErrForgot):
		return nil
	case errors.As(err, &closed):
		return &Error{Kind: ErrLoginExpired, Reason: closed.Reason, ReturnTo: returnTo}
	}
	return &Error{Kind: ErrUnavailable, Reason: "store", ReturnTo: returnTo, Cause: err}
}

// Forgot says that a machine has forgotten what was used once: it remembers no more
// than so many in that time.
func Forgot(most int, life time.Duration) *Error {
	return &Error{Kind: ErrMisconfigured, Reason: "used.full",
		Detail: fmt.Sprintf("more than %d logins in %v on this machine: the oldest could be used twice; Config.Store has room", most, life)}
}

// Left makes a failure one of a person who left before the end (a closed tab,
// another network), if that is so, whatever a transport or a Store made of it.
func (e *Error) Left(ctx context.Context) {
	if ctx.Err() == context.Canceled && e.Kind == ErrUnavailable {
		e.Cause = context.Canceled
	}
}

// Token names why a token is not believed; what names the token.
func Token(what string, err error) *Error {
	t := (*token.Error)(nil)
	if errors.As(err, &t) {
		e := &Error{Kind: ErrVerification, Reason: what + "." + t.Reason}
		switch t.Reason {
		case "hs256":
			e.Kind = ErrMisconfigured // the registration's algorithm
		case "jwe.kid":
			// Encrypted for a key that is not here: a rotation gone wrong.
			e.Kind = ErrMisconfigured
			e.Detail = fmt.Sprintf("key %q wanted, held are %q", provider.Clean(t.Wanted, 64), t.Held)
		}
		return e
	}
	if k := (*token.KeyError)(nil); errors.As(err, &k) {
		return Key(k)
	}
	return Provider(err) // its keys could not be fetched
}

// Key names what is wrong with a decryption key that is held elsewhere.
func Key(k *token.KeyError) *Error {
	e := &Error{Kind: ErrMisconfigured, Reason: "decryption_key.refused", Cause: k.Cause,
		Detail: fmt.Sprintf("key %q: %s", provider.Clean(k.ID, 64), provider.Clean(k.Said, 256))}
	if k.Away {
		e.Kind, e.Reason = ErrUnavailable, "decryption_key.unavailable"
	}
	return e
}

// Callback names an error that the browser brought back (RFC 6749, section
// 4.1.2.1; FranceConnect adds invalid_acr and invalid_idp_hint). FranceConnect
// sends few codes that way: any other is a stranger's, whatever its name means
// when the token endpoint says it.
func Callback(code, description string) *Error {
	e := &Error{Kind: ErrMisconfigured, Reason: "callback.refused",
		OAuthCode: provider.Clean(code, 64), Description: provider.Clean(description, 256)}
	c, known := codes.Find(code)
	switch {
	case code == "access_denied":
		// Three meanings, told apart by the description only: not looked at.
		e.Kind, e.Reason = ErrDenied, "callback.denied"
	case code == "temporarily_unavailable":
		e.Kind, e.Reason = ErrUnavailable, "callback.unavailable"
	case !known || c.Where != codes.Callback && c.Where != codes.Page:
		e.Kind, e.Reason = ErrLoginExpired, "callback.unknown"
	case c.Side == codes.Person || c.Side == codes.FranceConnect:
		// One person with two tabs is enough.
		e.Kind, e.Reason = ErrLoginExpired, "callback.restart"
	}
	return e
}
