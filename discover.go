package franceconnect

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/text"
)

// discover returns the document that is at an address, or at the issuer that
// ParseEnvironment takes it for.
func discover(ctx context.Context, address string, client *http.Client) (*provider.Discovery, error) {
	issuers := []string{strings.TrimRight(strings.TrimSuffix(strings.TrimRight(strings.TrimSpace(address), "/"), discoveryPath), "/")}
	switch env, _ := parseEnvironment(address, ""); env := env.(type) {
	case Preset:
		issuers[0] = env.Parts().Issuer
	case Custom:
		if !strings.Contains(issuers[0], "://") {
			issuers[0] = "https://" + issuers[0]
		}
		issuers = append(issuers, env.Issuer)
	}
	var none *Error
	for _, issuer := range slices.Compact(issuers) {
		d, err := provider.Discover(ctx, issuer, client)
		if err == nil {
			return d, nil
		}
		if none = providerError(err); none.Kind != ErrVerification { // it did not answer
			return nil, none
		}
	}
	none.Kind, none.Reason = ErrMisconfigured, "discovery.document"
	return nil, none
}

// Discover asks an issuer for its discovery document and makes a Custom
// environment of it. It understands what ParseEnvironment does, at a host that
// no preset has the address as it is first. It is the one function here that goes
// to the network before anybody signs in; client may be nil. What the document
// says of PKCE, response modes and request objects is not believed:
// FranceConnect announces and refuses them.
//
// The error is an *Error with ErrUnavailable, or with ErrMisconfigured if the
// document is not one of a FranceConnect, or not that of this issuer.
func Discover(ctx context.Context, issuer string, client *http.Client) (Custom, error) {
	d, err := discover(ctx, issuer, client)
	if err != nil {
		return Custom{}, err
	}
	c := Custom{Platform: V2, Issuer: d.Issuer, AuthorizationURL: d.Authorization, TokenURL: d.Token,
		UserInfoURL: d.UserInfo, JWKSURL: d.Keys, EndSessionURL: d.Logout, UserInfoFormat: "jwt"}
	if slices.Contains(d.ACR, Eidas2.String()) && !slices.Contains(d.ACR, Eidas1.String()) {
		c.Platform = Plus
	}
	if len(d.UserInfoAlgs) == 0 {
		c.UserInfoFormat = "json"
	}
	if len(d.ClientAuth) > 0 && !slices.Contains(d.ClientAuth, "client_secret_post") {
		c.TokenEndpointAuthMethod = "client_secret_basic"
	}
	// FranceConnect lists HS256 too, which no client of v2 needs.
	platform := Custom{Platform: c.Platform, Issuer: c.Issuer}.Parts()
	for _, a := range d.Algorithms {
		if slices.Contains(platform.Algorithms, a) {
			c.Algorithms = append(c.Algorithms, a)
		}
	}
	if _, problem := c.parts(); problem != (text.Text{}) || len(c.Algorithms) == 0 {
		return Custom{}, &Error{Kind: ErrMisconfigured, Reason: "discovery.document"}
	}
	return c, nil
}
