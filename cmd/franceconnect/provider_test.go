package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestEachFaultOfFranceConnectIsFound(t *testing.T) {
	t.Parallel()
	examineEach(t, faultsOfFranceConnect())
}

func faultsOfFranceConnect() map[string]breakage {
	away := mockidp.Fault{Status: 302, Header: http.Header{"Location": {"https://franceconnect.gouv.fr/"}}}
	return map[string]breakage{
		// The way to FranceConnect.
		"name":        {lost(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}), "dns", bad, ofNetwork, "DNS"},
		"timeout":     {lost(context.DeadlineExceeded), "connection", bad, ofNetwork, "443"},
		"firewall":    {lost(io.ErrUnexpectedEOF), "connection", bad, ofNetwork, "pare-feu"},
		"proxy":       {behind, "proxy", bad, ofNetwork, "HTTPS_PROXY"},
		"certificate": {intercepted, "tls", bad, ofNetwork, "autorité"},
		"clock":       {func(town *town) { town.world.now = func() time.Time { return time.Now().Add(40 * time.Second) } }, "clock", bad, ofPortal, "NTP"},
		"clock a bit": {func(town *town) { town.world.now = func() time.Time { return time.Now().Add(-12 * time.Second) } }, "clock", warning, ofPortal, "NTP"},

		// FranceConnect.
		"discovery down":           {broken("/.well-known/openid-configuration", mockidp.Fault{Status: 503}), "discovery", bad, ofFranceConnect, ""},
		"discovery not there":      {broken("/.well-known/openid-configuration", mockidp.Fault{Status: 404}), "discovery", bad, ofPortal, "adresse"},
		"discovery of another":     {broken("/.well-known/openid-configuration", mockidp.Fault{Body: `{"issuer":"https://x.example"}`}), "discovery", bad, ofFranceConnect, "issuer"},
		"no key":                   {broken("/jwks", mockidp.Fault{Body: `{"keys":[]}`}), "keys", bad, ofFranceConnect, ""},
		"keys without a time":      {broken("/jwks", mockidp.Fault{Body: `{"keys":[{"kty":"EC","crv":"P-256","use":"sig"}]}`}), "keys", warning, ofFranceConnect, "max-age"},
		"unknown client":           {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, ofRegistration, "Y04EA6EF"},
		"v1: unknown client of v1": {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, ofRegistration, "Y04EA6EF"},
		"undeclared address":       {flags("-retour", "/callback"), "authorize", bad, ofRegistration, "Y04C013C"},
		"undeclared host":          {flags("-aussi", "https://autre.example.fr"), "authorize", bad, ofRegistration, "Y04C013C"},
		"v1: undeclared on v1":     {flags("-retour", "/callback"), "authorize", bad, ofRegistration, "invalid_redirect_uri"},
		"scope not granted":        {func(town *town) { town.client.Scopes = []string{"openid", "email"} }, "authorize", bad, ofRegistration, "Scope\u00a0: "},
		"parameter added":          {at("/authorize", func(r *http.Request) { r.URL.RawQuery += "&utm_source=x" }), "authorize", bad, ofPortal, "Y030007"},
		"authorize down":           {broken("/authorize", mockidp.Fault{Status: 503, Body: "x"}), "authorize", bad, ofFranceConnect, "panne"},
		"authorize nonsense":       {broken("/authorize", mockidp.Fault{Status: 418, Body: "x"}), "authorize", bad, ofFranceConnect, "proxy"},
		"authorize at once":        {broken("/authorize", mockidp.Fault{Status: 200, Body: "x"}), "authorize", good, "", "accepté la demande"},
		"authorize, unknown code":  {broken("/authorize", mockidp.Fault{Status: 400, Body: "Y470099"}), "authorize", bad, ofFranceConnect, "Y470099"},
		"TLS, or what is not":      {lost(tls.RecordHeaderError{}), "tls", bad, ofNetwork, "ne parle pas TLS"},
		"http instead of https": {func(town *town) {
			town.after = func() {
				town.env["FRANCECONNECT_ENVIRONMENT"] = strings.Replace(town.idp.Issuer(), "http:", "https:", 1)
			}
		}, "tls", bad, ofNetwork, "ne parle pas TLS"},
		"closed":                   {broken("/authorize", away), "authorize", bad, ofFranceConnect, "fermé"},
		"wrong secret":             {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, ofPortal, "Y0434A7B"},
		"v1: wrong secret on v1":   {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, ofPortal, "invalid_client"},
		"token, unknown client":    {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "token", bad, ofRegistration, "Y0479FCE"},
		"origin added":             {at("/token", func(r *http.Request) { r.Header.Set("Origin", "https://x.example") }), "token", bad, ofPortal, "Y0489AFE"},
		"token nonsense":           {broken("/token", mockidp.Fault{Status: 502, Body: "<html>"}), "token", bad, ofFranceConnect, "ne répond pas comme"},
		"logout registered":        {signedIn, "logout", good, "", "est inscrite"},
		"plus: registered on plus": {signedIn, "logout", good, "", "est inscrite"},
		"v1: registered on v1":     {signedIn, "logout", good, "", "est inscrite"},
		"logout not registered":    {both(signedIn, func(town *town) { town.client.PostLogoutRedirectURIs = []string{"https://x.example/"} }), "logout", bad, ofRegistration, "Y04CFAEF"},
		"token of another":         {hinted("eyJhbGciOiJFUzI1NiJ9.e30.eA"), "logout", bad, ofPortal, "Y04"},
		"token with HS256":         {hinted("eyJhbGciOiJIUzI1NiJ9.e30.eA"), "algorithm", bad, ofRegistration, "HS256"},
		"encrypted token":          {hinted("e30.a.b.c.d"), "logout", bad, ofPortal, "chiffré"},
		"no token":                 {hinted("bonjour"), "logout", bad, ofPortal, "-jeton"},
		"no file of a token":       {flags("-jeton", "/nulle/part"), "logout", bad, ofPortal, "-jeton"},
		"logout nonsense":          {both(hinted("e30.a.b"), broken("/session/end", mockidp.Fault{Status: 418})), "logout", bad, ofFranceConnect, "proxy"},
		"logout refuses the form":  {broken("/session/end", mockidp.Fault{Status: 400, Body: "Y000400"}), "logout", bad, ofPortal, "forme"},
		"logout cut off":           {cut("/session/end"), "logout", bad, ofNetwork, "pare-feu"},
		"keys cut off":             {cut("/jwks"), "keys", bad, ofNetwork, "pare-feu"},
		"token cut off":            {cut("/token"), "token", bad, ofNetwork, "pare-feu"},
		"authorize cut off":        {cut("/authorize"), "authorize", bad, ofNetwork, "pare-feu"},
		"nothing beyond the way":   {lost(io.ErrUnexpectedEOF), "authorize", "", "", ""},
		"nothing without a client": {env("FRANCECONNECT_CLIENT_ID", ""), "authorize", skipped, "", "réglages"},
		"nobody to ask":            {env("FRANCECONNECT_ENVIRONMENT", "nulle-part"), "discovery", skipped, "", "rien à interroger"},
		"logout down":              {broken("/session/end", mockidp.Fault{Status: 500}), "logout", bad, ofFranceConnect, ""},
	}
}

// Each field of the discovery document is compared with what is built in.
func TestDiscoveryIsComparedFieldByField(t *testing.T) {
	t.Parallel()
	for field, other := range map[string]any{
		"issuer": "https://x.example", "authorization_endpoint": "https://x.example", "token_endpoint": "", "userinfo_endpoint": nil, "jwks_uri": "x", "end_session_endpoint": "x",
		"acr_values_supported": []string{"eidas2"}, "id_token_signing_alg_values_supported": []string{"HS256"}, "token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	} {
		const path = "/.well-known/openid-configuration"
		town := newTown(t, mockidp.V2, nil)
		answer := httptest.NewRecorder()
		town.idp.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, town.idp.Issuer()+path, nil))
		var doc map[string]any
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &doc))
		require.Contains(t, doc, field)
		doc[field] = other
		text, err := json.Marshal(doc)
		require.NoError(t, err)
		town.idp.InjectFault(path, mockidp.Fault{Body: string(text)})
		got := town.examine().of("discovery")
		require.Equal(t, bad, got.Verdict, field)
		require.Contains(t, got.What, field)
	}
}
