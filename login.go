package franceconnect

import (
	"net/http"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
)

// A LoginRequest is what one login asks for beyond the Config. Its zero value
// is the ordinary login.
type LoginRequest struct {
	// ReturnTo is a path on the portal, with its query, to go on to. Anything else
	// becomes Config.HomePath, and so does what has no room in a cookie: scopes and
	// path have 1,740 bytes together.
	ReturnTo string

	Level  Level    // raises Config.Level, never lowers it
	Scopes []string // on top of Config.Scopes

	// IdPHint is the uid of an identity provider at FranceConnect, whose page the
	// person then sees first, instead of the one where they choose; somebody whom
	// FranceConnect remembers sees neither. It is for who has offered the choice on a
	// page of the portal's, such as « eidas-bridge » for other countries of the
	// Union, on FranceConnect+. FranceConnect answers one that it does not know, or
	// that this client may not use, with invalid_idp_hint and without the state, so
	// that Callback returns ErrLoginExpired ("state.missing"): try each before
	// people do. Default: the person chooses.
	IdPHint string
}

// Login sends the browser to FranceConnect, from any page that is on the host
// of Config.RedirectURL. It has answered the request if the error is nil, and
// otherwise written nothing: the error is a *ConfigError for a level or a scope
// that the platform does not have, or an *Error: ErrUnavailable if the Store did
// not answer, or if FranceConnect is known not to answer (see Available), so that
// nobody leaves to come back in vain; or ErrDisabled.
//
// A browser that fetches the address before the person has asked for it, with
// Sec-Purpose: prefetch, gets 503 and no login; it asks again when they do.
func (c *Client) Login(w http.ResponseWriter, r *http.Request, ask LoginRequest) (err error) {
	if browser.AnswerPrefetch(w, r) {
		return nil
	}
	op := c.startOperation(r.Context(), "login")
	defer func() { op.end(max(c.config.Level, ask.Level), err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	return c.leave(op, w, r, ask, false)
}

// leave sends the browser off, direct or not.
func (c *Client) leave(op operation, w http.ResponseWriter, r *http.Request, ask LoginRequest, direct bool) error {
	level := max(c.config.Level, ask.Level)
	if err := c.provider.Departure(op.Context, c.observer()); err != nil {
		err := providerError(err)
		left(r.Context(), err)
		return err
	}
	asks := c.asks
	if asks == nil || ask.Level != 0 || len(ask.Scopes) > 0 || ask.IdPHint != "" {
		var p problems
		c.environment.checkLevel(&p, "LoginRequest.Level", level)
		scopes := c.environment.scopes(&p, "LoginRequest.Scopes", slices.Concat(c.config.Scopes, ask.Scopes))
		checkIdPHint(&p, ask.IdPHint)
		if len(p) > 0 {
			return p[0]
		}
		asks = c.authorization(scopes)
	}
	asked := logincookie.Asked{Level: uint8(level), AMR: c.config.RequestAMR, Scopes: asks.scopes}
	returnTo := c.LocalPath(ask.ReturnTo)
	if len(asked.Scopes)+len(returnTo) > logincookie.MaxContent {
		returnTo = c.config.HomePath
	}
	pending := logincookie.New(asked, returnTo, op.Start.Add(logincookie.Life))
	cookie, err := c.cookies.Save(op.Context, w, r, pending)
	if err != nil {
		return &Error{Kind: ErrUnavailable, Reason: "store", Cause: err}
	}
	browser.Redirect(w, provider.AuthorizationURL(asks.prefix, provider.AuthorizationRequest{
		State: pending.State[:], Nonce: pending.Nonce[:], ACR: level.String(), AMR: asked.AMR, Direct: direct, IdPHint: ask.IdPHint,
	}), cookie)
	return nil
}

// An authorization is what logins with the same scopes ask for.
type authorization struct {
	prefix string // of the authorization request, without the parameters of one login
	scopes string // but openid, which is the first
}

func (c *Client) authorization(scopes []string) *authorization {
	return &authorization{c.provider.AuthorizationPrefix(c.credentials(false), scopes), strings.Join(scopes[1:], " ")}
}

// checkIdPHint checks the form of a hint, which FranceConnect takes from the address
// as it is: a UUID, or a word.
func checkIdPHint(p *problems, hint string) {
	if len(hint) > 64 || strings.ContainsFunc(hint, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}) {
		p.add("LoginRequest.IdPHint", "n’est pas l’identifiant (uid) d’un fournisseur d’identité : 64 lettres, chiffres ou tirets au plus", "is not the uid of an identity provider: at most 64 letters, digits and hyphens")
	}
}
