package conform

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// lies are what a client, or a proxy that believes one, says about the address.
var lies = http.Header{
	"Host":                     {"evil.example"},
	"Forwarded":                {"for=203.0.113.9;host=evil.example;proto=https"},
	"X-Forwarded-For":          {"203.0.113.9"},
	"X-Forwarded-Host":         {"evil.example"},
	"X-Forwarded-Server":       {"evil.example"},
	"X-Forwarded-Port":         {"8443"},
	"X-Forwarded-Proto":        {"gopher"},
	"X-Forwarded-Prefix":       {"//evil.example"},
	"X-Forwarded-Ssl":          {"off"},
	"X-Original-Host":          {"evil.example"},
	"X-Original-Url":           {"https://evil.example/"},
	"X-Rewrite-Url":            {"https://evil.example/"},
	"X-Http-Host-Override":     {"evil.example"},
	"X-Real-Ip":                {"203.0.113.9"},
	"X-Forwarded-Scheme":       {"https"},
	"X-Http-Method-Override":   {"POST"},
	"X-Url-Scheme":             {"https"},
	"True-Client-Ip":           {"203.0.113.9"},
	"Front-End-Https":          {"on"},
	"X-Forwarded-Method":       {"POST"},
	"X-Envoy-External-Address": {"203.0.113.9"},
}

// headersDecideNothing goes in and out with lies in every request. The visitor
// sees that no answer leads anywhere else, and that cookies are the same.
func headersDecideNothing(t *testing.T, town *town) {
	v := newVisitor(t, town)
	v.lie, v.old = lies, true
	account := v.signIn()
	p := v.Submit(account)
	if !town.AtOnce {
		p = v.throughFranceConnect(p)
	}
	require.Equal(t, town.address+"/franceconnect/logout", p.At.Scheme+"://"+p.At.Host+p.At.Path)
	require.Equal(t, !town.AtOnce, p.At.Query().Has("state"))
	require.NotContains(t, account.Body+p.Body, "evil.example")
	require.Empty(t, v.who())
	authorize, logout := town.asked("/authorize"), town.asked("/session/end")
	require.Len(t, authorize, 1)
	require.Equal(t, town.client.RedirectURIs, authorize[0].Params["redirect_uri"])
	require.Len(t, logout, 1)
	require.Equal(t, town.client.PostLogoutRedirectURIs, logout[0].Params["post_logout_redirect_uri"])
	require.Len(t, town.asked("/token"), 1)
	require.Equal(t, town.client.RedirectURIs, town.asked("/token")[0].Params["redirect_uri"])
}
