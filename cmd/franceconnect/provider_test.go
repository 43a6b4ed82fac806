package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
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

func TestTheProxyInUseIsNamedWithItsVariable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ variable, value, host, says string }{
		{"HTTPS_PROXY", "http://agent:m0tdepasse@proxy.exemple.fr:3128", "proxy.exemple.fr:3128", "par le mandataire (proxy) proxy.exemple.fr:3128, selon HTTPS_PROXY"},
		{"HTTPS_PROXY", "proxy.exemple.fr:3128", "proxy.exemple.fr:3128", "par le mandataire (proxy) proxy.exemple.fr:3128, selon HTTPS_PROXY"},
		{"HTTPS_PROXY", "", "proxy.exemple.fr:3128", "par le mandataire (proxy) proxy.exemple.fr:3128"},
		{"HTTPS_PROXY", "http://proxy.exemple.fr:3128", "", "aucun mandataire (proxy) : chemin direct ; HTTPS_PROXY en donne un, mais NO_PROXY"},
		{"HTTP_PROXY", "http://proxy.exemple.fr:3128", "", "HTTP_PROXY en donne un, qui ne sert qu’aux adresses en http"},
		{"http_proxy", "http://proxy.exemple.fr:3128", "", "ce serait HTTPS_PROXY"},
		{"HTTPS_PROXY", "", "", "aucun mandataire (proxy) : chemin direct"},
	} {
		prog, f := &program{}, findings{}
		prog.getenv = func(name string) string { return map[string]string{c.variable: c.value}[name] }
		prog.transport = &http.Transport{Proxy: func(*http.Request) (*url.URL, error) {
			if c.host == "" {
				return nil, nil
			}
			return &url.URL{Scheme: "http", Host: c.host, User: url.UserPassword("agent", "m0tdepasse")}, nil
		}}
		prog.checkProxy(&f, "https://fc.test")
		require.Len(t, f, 1)
		require.Contains(t, f[0].what.French, c.says)
		require.NotContains(t, f[0].what.French+f[0].what.English, "m0tdepasse")
	}
}

// Nothing of the address is shown, whatever was made of it.
func TestAPasswordOfAProxyWithASlashIsShownNowhere(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"http://agent:m0t/depasse@proxy.test:3128", "agent:m0t/depasse@proxy.test:3128", "http://agent:1234/depasse@proxy.test:3128", "http://agent:12#34@proxy.test", "http://agent:m0tdepasse%@proxy.test"} {
		for _, lang := range []string{"fr", "en"} {
			f := newFixture(t, mockidp.V2, func(f *fixture) {
				f.env["HTTPS_PROXY"], f.env["HTTP_PROXY"] = address, address
				through := newTransport().(*http.Transport)
				through.Proxy = func(*http.Request) (*url.URL, error) {
					read, err := url.Parse(address)
					if err != nil || read.Host == "" {
						read, err = url.Parse("http://" + address)
					}
					return read, err
				}
				f.system.transport = through
			})
			f.system.args, f.system.getenv = []string{"check", "-reseau", "-lang", lang}, func(name string) string { return f.env[name] }
			got := callSystem(t, failed, f.system)
			require.Contains(t, got.out, "%2F")
			for _, part := range []string{"agent", "m0t", "depasse", "1234", "proxy.test"} {
				require.NotContains(t, strings.ReplaceAll(got.out+got.errs, clientID, ""), part, address)
			}
		}
	}
}

func faultsOfFranceConnect() map[string]breakage {
	away := mockidp.Fault{Status: 302, Header: http.Header{"Location": {"https://franceconnect.gouv.fr/"}}}
	return map[string]breakage{
		// The way to FranceConnect.
		"name":                           {failRequests(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}), "dns", bad, sideNetwork, "DNS"},
		"timeout":                        {failRequests(context.DeadlineExceeded), "connection", bad, sideNetwork, "443"},
		"firewall":                       {failRequests(io.ErrUnexpectedEOF), "connection", bad, sideNetwork, "pare-feu"},
		"proxy":                          {behindDeadProxy, "proxy", bad, sideNetwork, "HTTPS_PROXY"},
		"proxy that wants a password":    {behindProxy("https://fc.test", 407, "", "HTTPS_PROXY"), "proxy", bad, sideNetwork, "a répondu 407 (selon HTTPS_PROXY)"},
		"proxy that forbids":             {behindProxy("https://fc.test", 403, "<p>Interdit</p>", "https_proxy"), "proxy", bad, sideNetwork, "a répondu 403 (selon https_proxy)"},
		"proxy that finds nobody":        {behindProxy("https://fc.test", 502, "", "HTTPS_PROXY"), "proxy", bad, sideNetwork, "a répondu 502 (selon HTTPS_PROXY)"},
		"proxy that answers with a page": {behindProxy("", 200, "<p>Filtrage</p>", "HTTP_PROXY"), "proxy", bad, sideNetwork, "au lieu de la réponse de FranceConnect (selon HTTP_PROXY)"},
		"proxy that wants one for http":  {behindProxy("", 407, "", "http_proxy"), "proxy", bad, sideNetwork, "a répondu 407 (selon http_proxy)"},
		"proxy that forbids the tokens":  {behindProxyThatForbids("/token"), "proxy", bad, sideNetwork, "une page (HTTP 403) est venue par le mandataire (proxy)"},
		"proxy that decrypts":            {behindProxy("", 403, `{"message":"Blocked by policy"}`, "HTTP_PROXY"), "proxy", bad, sideNetwork, "n’est pas de FranceConnect (JSON, HTTP 403) est venue par le mandataire (proxy)"},
		"password with a slash":          {env("HTTPS_PROXY", "http://agent:1234/depasse@proxy.test:3128"), "proxy", bad, sideNetwork, "HTTPS_PROXY n’est pas une adresse qui se lit"},
		"password with a percent":        {env("https_proxy", "http://agent:m0tdepasse%@proxy.test:3128"), "proxy", bad, sideNetwork, "% s’écrit %25"},
		"proxy that cannot be read":      {behindNoAddress, "proxy", bad, sideNetwork, "%25"},
		"certificate":                    {intercepted, "tls", bad, sideNetwork, "autorité"},
		"clock":                          {func(f *fixture) { f.system.now = func() time.Time { return time.Now().Add(40 * time.Second) } }, "clock", bad, sidePortal, "NTP"},
		"clock a bit":                    {func(f *fixture) { f.system.now = func() time.Time { return time.Now().Add(-12 * time.Second) } }, "clock", warning, sidePortal, "NTP"},

		// FranceConnect.
		"discovery down":           {broken("/.well-known/openid-configuration", mockidp.Fault{Status: 503}), "discovery", bad, sideFranceConnect, ""},
		"discovery not there":      {broken("/.well-known/openid-configuration", mockidp.Fault{Status: 404}), "discovery", bad, sidePortal, "adresse"},
		"discovery of another":     {broken("/.well-known/openid-configuration", mockidp.Fault{Body: `{"issuer":"https://x.example"}`}), "discovery", bad, sideFranceConnect, "issuer"},
		"no key":                   {broken("/jwks", mockidp.Fault{Body: `{"keys":[]}`}), "keys", bad, sideFranceConnect, ""},
		"keys without a time":      {broken("/jwks", mockidp.Fault{Body: `{"keys":[{"kty":"EC","crv":"P-256","use":"sig"}]}`}), "keys", warning, sideFranceConnect, "max-age"},
		"unknown client":           {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, sideRegistration, "Y04EA6EF"},
		"v1: unknown client of v1": {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "authorize", bad, sideRegistration, "Y04EA6EF"},
		"undeclared address":       {flags("-retour", "/callback"), "authorize", bad, sideRegistration, "Y04C013C"},
		"undeclared host":          {flags("-aussi", "https://autre.example.fr"), "authorize", bad, sideRegistration, "Y04C013C"},
		"v1: undeclared on v1":     {flags("-retour", "/callback"), "authorize", bad, sideRegistration, "invalid_redirect_uri"},
		"scope not granted":        {func(f *fixture) { f.client.Scopes = []string{"openid", "email"} }, "authorize", bad, sideRegistration, "Scope\u00a0: "},
		"parameter added":          {changeRequests("/authorize", func(r *http.Request) { r.URL.RawQuery += "&utm_source=x" }), "authorize", bad, sidePortal, "Y030007"},
		"authorize down":           {broken("/authorize", mockidp.Fault{Status: 503, Body: "x"}), "authorize", bad, sideFranceConnect, "panne"},
		"authorize nonsense":       {broken("/authorize", mockidp.Fault{Status: 418, Body: "x"}), "authorize", bad, sideFranceConnect, "proxy"},
		"authorize at once":        {broken("/authorize", mockidp.Fault{Status: 200, Body: "x"}), "authorize", good, "", "accepté la demande"},
		"authorize, unknown code":  {broken("/authorize", mockidp.Fault{Status: 400, Body: "Y470099"}), "authorize", bad, sideFranceConnect, "Y470099"},
		"TLS, or what is not":      {failRequests(tls.RecordHeaderError{}), "tls", bad, sideNetwork, "ne parle pas TLS"},
		"http instead of https": {func(f *fixture) {
			f.after = func() {
				f.env["FRANCECONNECT_ENVIRONMENT"] = strings.Replace(f.idp.Issuer(), "http:", "https:", 1)
			}
		}, "tls", bad, sideNetwork, "ne parle pas TLS"},
		"closed":                   {broken("/authorize", away), "authorize", bad, sideFranceConnect, "fermé"},
		"wrong secret":             {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, sidePortal, "Y0434A7B"},
		"v1: wrong secret on v1":   {env("FRANCECONNECT_CLIENT_SECRET", strings.Repeat("ab", 32)), "token", bad, sidePortal, "invalid_client"},
		"next secret too early":    {env("FRANCECONNECT_NEXT_CLIENT_SECRET", next), "token", good, "", "prend le secret présent (FRANCECONNECT_CLIENT_SECRET), et pas le prochain (FRANCECONNECT_NEXT_CLIENT_SECRET)"},
		"next secret in its place": {all(changedSecret, env("FRANCECONNECT_NEXT_CLIENT_SECRET", next)), "token", warning, sidePortal, "l’ancien peut partir"},
		"both secrets taken":       {all(broken("/token", mockidp.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}), env("FRANCECONNECT_NEXT_CLIENT_SECRET", next)), "token", good, "", "prend les deux secrets"},
		"neither secret":           {all(changedSecret, env("FRANCECONNECT_NEXT_CLIENT_SECRET", strings.Repeat("ab", 32))), "token", bad, sidePortal, "Y0434A7B"},
		"unknown client, two":      {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32), "FRANCECONNECT_NEXT_CLIENT_SECRET", next), "token", bad, sideRegistration, "Y0479FCE"},
		"the same secret twice":    {env("FRANCECONNECT_NEXT_CLIENT_SECRET", secret), "token", good, "", "le secret est le bon"},
		"token, unknown client":    {env("FRANCECONNECT_CLIENT_ID", strings.Repeat("ab", 32)), "token", bad, sideRegistration, "Y0479FCE"},
		"origin added":             {changeRequests("/token", func(r *http.Request) { r.Header.Set("Origin", "https://x.example") }), "token", bad, sidePortal, "Y0489AFE"},
		"token nonsense":           {broken("/token", mockidp.Fault{Status: 502, Body: "<html>"}), "token", bad, sideFranceConnect, "ne répond pas comme"},
		"logout registered":        {signedIn, "logout", good, "", "est inscrite"},
		"plus: registered on plus": {signedIn, "logout", good, "", "est inscrite"},
		"v1: registered on v1":     {signedIn, "logout", good, "", "est inscrite"},
		"logout not registered":    {all(signedIn, func(f *fixture) { f.client.PostLogoutRedirectURIs = []string{"https://x.example/"} }), "logout", bad, sideRegistration, "Y04CFAEF"},
		"token of another":         {tokenInFile("eyJhbGciOiJFUzI1NiJ9.e30.eA"), "logout", bad, sidePortal, "Y04"},
		"token with HS256":         {tokenInFile("eyJhbGciOiJIUzI1NiJ9.e30.eA"), "algorithm", bad, sideRegistration, "HS256"},
		"encrypted token":          {tokenInFile("e30.a.b.c.d"), "logout", bad, sidePortal, "chiffré"},
		"no token":                 {tokenInFile("bonjour"), "logout", bad, sidePortal, "-jeton"},
		"no file of a token":       {flags("-jeton", "/nulle/part"), "logout", bad, sidePortal, "-jeton"},
		"logout nonsense":          {all(tokenInFile("e30.a.b"), broken("/session/end", mockidp.Fault{Status: 418})), "logout", bad, sideFranceConnect, "proxy"},
		"logout refuses the form":  {broken("/session/end", mockidp.Fault{Status: 400, Body: "Y000400"}), "logout", bad, sidePortal, "forme"},
		"logout cut off":           {cutPath("/session/end"), "logout", bad, sideNetwork, "pare-feu"},
		"keys cut off":             {cutPath("/jwks"), "keys", bad, sideNetwork, "pare-feu"},
		"token cut off":            {cutPath("/token"), "token", bad, sideNetwork, "pare-feu"},
		"authorize cut off":        {cutPath("/authorize"), "authorize", bad, sideNetwork, "pare-feu"},
		"nothing beyond the way":   {failRequests(io.ErrUnexpectedEOF), "authorize", "", "", ""},
		"nothing without a client": {env("FRANCECONNECT_CLIENT_ID", ""), "authorize", skipped, "", "réglages"},
		"nobody to ask":            {env("FRANCECONNECT_ENVIRONMENT", "nulle-part"), "discovery", skipped, "", "rien à interroger"},
		"logout down":              {broken("/session/end", mockidp.Fault{Status: 500}), "logout", bad, sideFranceConnect, ""},
	}
}

// changedSecret has FranceConnect take the next secret.
func changedSecret(f *fixture) {
	f.after = func() { f.idp.ChangeSecret(clientID, next) }
}

// Each field of the discovery document is compared with what is built in.
func TestDiscoveryIsComparedFieldByField(t *testing.T) {
	t.Parallel()
	for field, other := range map[string]any{
		"issuer": "https://x.example", "authorization_endpoint": "https://x.example", "token_endpoint": "", "userinfo_endpoint": nil, "jwks_uri": "x", "end_session_endpoint": "x",
		"acr_values_supported": []string{"eidas2"}, "id_token_signing_alg_values_supported": []string{"HS256"}, "token_endpoint_auth_methods_supported": []string{"private_key_jwt"},
	} {
		const path = "/.well-known/openid-configuration"
		f := newFixture(t, mockidp.V2, nil)
		answer := httptest.NewRecorder()
		f.idp.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, f.idp.Issuer()+path, nil))
		var doc map[string]any
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &doc))
		require.Contains(t, doc, field)
		doc[field] = other
		text, err := json.Marshal(doc)
		require.NoError(t, err)
		f.idp.InjectFault(path, mockidp.Fault{Body: string(text)})
		got := f.examine().of("discovery")
		require.Equal(t, bad, got.Verdict, field)
		require.Contains(t, got.What, field)
	}
}
