package proconnect

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/browser"
	"github.com/franceconnect-go/franceconnect/internal/failure"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
)

// A LoginRequest is what one login asks for beyond the Config. Its zero value
// is the ordinary login.
type LoginRequest struct {
	// ReturnTo is a path on the portal, with its query, to go on to. Anything else
	// becomes Config.HomePath, and so does what has no room in a cookie.
	ReturnTo string

	Assurance Assurance // narrows Config.Assurance, never widens it: for a page that wants more

	// LoginHint is the e-mail address that ProConnect asks for first. It is in the
	// address that the browser goes to. This and the other hints have 254 bytes at most.
	LoginHint string

	SIRETHint SIRET // the organisation that somebody who has several is to come for

	// IdPHint is the idp_id of the identity provider to go to, without being asked.
	// ProConnect answers one that it does not have with idp_hint_not_found, so that
	// Callback returns ErrMisconfigured ("callback.refused").
	IdPHint string
}

// Login sends the browser to ProConnect, from any page that is on the host of
// Config.RedirectURL. It has answered the request if the error is nil, and otherwise
// written nothing: the error is a *franceconnect.ConfigError for what was wrong in the
// LoginRequest, or a *franceconnect.Error: ErrUnavailable if the Store did not answer, or
// if ProConnect is known not to answer, or ErrDisabled.
//
// A browser that fetches the address before the person has asked for it, with
// Sec-Purpose: prefetch, gets 503 and no login; it asks again when they do.
func (c *Client) Login(w http.ResponseWriter, r *http.Request, ask LoginRequest) (err error) {
	if browser.AnswerPrefetch(w, r) {
		return nil
	}
	op := c.begin(r.Context(), "login")
	defer func() { op.end(ask.Assurance, err) }()
	if err := c.disabledError(); err != nil {
		return err
	}
	set, err := c.config.checkRequest(&ask)
	if err != nil {
		return err
	}
	if err := c.provider.Departure(op.Context, c.observer()); err != nil {
		e := failure.Provider(err)
		e.Left(r.Context())
		return failed(e)
	}
	asked := logincookie.Asked{Level: uint8(set), PKCE: true, Scopes: strings.Join(c.config.Scopes[1:], " ")}
	returnTo := c.LocalPath(ask.ReturnTo)
	if len(asked.Scopes)+len(returnTo)+logincookie.VerifierSize > logincookie.MaxContent {
		returnTo = c.config.HomePath
	}
	pending := logincookie.New(asked, returnTo, op.Start.Add(logincookie.Life))
	cookie, err := c.cookies.Save(op.Context, w, r, pending)
	if err != nil {
		return failed(&failure.Error{Kind: franceconnect.ErrUnavailable, Reason: "store", Cause: err})
	}
	wants := c.claims
	if set != c.config.Assurance {
		wants = claims(set)
	}
	sum := sha256.Sum256(pending.Verifier[:])
	var challenge [43]byte
	base64.RawURLEncoding.Encode(challenge[:], sum[:])
	browser.Redirect(w, provider.ProConnectRequest{
		State: pending.State[:], Nonce: pending.Nonce[:], Challenge: challenge[:], Claims: wants,
		LoginHint: ask.LoginHint, SIRETHint: string(ask.SIRETHint), IDPHint: ask.IdPHint,
	}.URL(c.prefix), cookie)
	return nil
}

// claims returns the parameter that asks for a level of a set (OpenID Connect Core,
// section 5.5.1.1), escaped. ProConnect says no level unless it is asked for one, and
// takes acr_values for a wish.
func claims(set Assurance) string {
	if set == 0 {
		return url.QueryEscape(`{"id_token":{"acr":null}}`)
	}
	values, _ := json.Marshal(set.values()) // texts of ours
	return url.QueryEscape(`{"id_token":{"acr":{"essential":true,"values":` + string(values) + `}}}`)
}
