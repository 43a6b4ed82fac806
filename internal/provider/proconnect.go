package provider

import (
	"net/url"
	"strings"
)

// A ProConnectRequest is what one authorization request at ProConnect asks for, beyond
// what all of a client's do. Its server takes PKCE, and claims with a set of acr.
type ProConnectRequest struct {
	State, Nonce []byte
	Challenge    []byte // code_challenge of S256 (RFC 7636, section 4.2)
	Claims       string // escaped

	LoginHint, SIRETHint, IDPHint string // may be empty
}

// URL returns the authorization request. What it does not escape needs none.
func (a ProConnectRequest) URL(prefix string) string {
	var b strings.Builder
	b.Grow(len(prefix) + len(a.Claims) + 240)
	b.WriteString(prefix)
	b.WriteString("&state=")
	b.Write(a.State)
	b.WriteString("&nonce=")
	b.Write(a.Nonce)
	b.WriteString("&code_challenge_method=S256&code_challenge=")
	b.Write(a.Challenge)
	b.WriteString("&claims=")
	b.WriteString(a.Claims)
	for _, hint := range [...]struct{ name, value string }{{"&login_hint=", a.LoginHint}, {"&siret_hint=", a.SIRETHint}, {"&idp_hint=", a.IDPHint}} {
		if hint.value != "" {
			b.WriteString(hint.name)
			b.WriteString(url.QueryEscape(hint.value))
		}
	}
	return b.String()
}

// ProConnectLogoutURL ends the session at ProConnect, as EndSessionURL does at
// FranceConnect. Without a hint, the client says who asks.
func (p *Provider) ProConnectLogoutURL(hint, clientID, returnURL, state string) string {
	if hint != "" {
		return p.EndSessionURL(hint, returnURL, state)
	}
	if returnURL == "" {
		return withQuery(p.endpoints.Logout, "client_id", clientID)
	}
	return withQuery(p.endpoints.Logout, "client_id", clientID, "post_logout_redirect_uri", returnURL, "state", state)
}
