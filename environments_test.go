package franceconnect_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

func TestEveryFormThatPeoplePasteIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		preset franceconnect.Preset
		forms  []string
	}{
		{franceconnect.Production, []string{"production", " Production ", "oidc.franceconnect.gouv.fr", "https://oidc.franceconnect.gouv.fr", "https://oidc.franceconnect.gouv.fr/",
			"https://oidc.franceconnect.gouv.fr/api/v2", "https://oidc.franceconnect.gouv.fr/api/v2/", "https://OIDC.franceconnect.gouv.fr:443/api/v2",
			"https://oidc.franceconnect.gouv.fr/api/v2/.well-known/openid-configuration", "https://oidc.franceconnect.gouv.fr/api/v2/.well-known/openid-configuration/",
			"http://oidc.franceconnect.gouv.fr", "oidc.franceconnect.gouv.fr/api/v2"}},
		{franceconnect.Integration, []string{"integration", "integ01", "https://fcp-low.integ01.dev-franceconnect.fr"}},
		{franceconnect.Sandbox, []string{"sandbox", "https://fcp-low.sbx.dev-franceconnect.fr/"}},
		{franceconnect.ProductionPlus, []string{"production-plus", "https://auth.franceconnect.gouv.fr/api/v2"}},
		{franceconnect.IntegrationPlus, []string{"integration-plus", "auth.integ01.dev-franceconnect.fr"}},
		{franceconnect.ProductionV1, []string{"production-v1", "https://app.franceconnect.gouv.fr", "https://app.franceconnect.gouv.fr/api/v1/"}},
		{franceconnect.IntegrationV1, []string{"integration-v1", "https://fcp.integ01.dev-franceconnect.fr"}},
	} {
		for _, form := range c.forms {
			env, err := franceconnect.ParseEnvironment(form)
			require.NoError(t, err, form)
			require.Equal(t, franceconnect.Environment(c.preset), env, form)
		}
	}
}

// What a preset says of itself is not checked each time it is asked: it passes the
// checks of an environment that somebody writes.
func TestEveryPresetIsWellFormed(t *testing.T) {
	t.Parallel()
	for _, preset := range []franceconnect.Preset{franceconnect.Production, franceconnect.Integration, franceconnect.Sandbox,
		franceconnect.ProductionPlus, franceconnect.IntegrationPlus, franceconnect.ProductionV1, franceconnect.IntegrationV1} {
		written := preset.Parts()
		require.Equal(t, written, franceconnect.Custom{Platform: written.Platform, Issuer: written.Issuer}.Parts(), preset)
		require.NotEmpty(t, written.TokenEndpointAuthMethod, preset)
	}
}

func TestAnEnvironmentSaysWhatItIs(t *testing.T) {
	t.Parallel()
	require.Equal(t, "FranceConnect v2, sandbox, https://fcp-low.sbx.dev-franceconnect.fr/api/v2", franceconnect.Sandbox.String())
	require.Equal(t, "FranceConnect+, production, https://auth.franceconnect.gouv.fr/api/v2", franceconnect.ProductionPlus.String())
	require.Equal(t, "FranceConnect v1, integration, https://fcp.integ01.dev-franceconnect.fr", franceconnect.IntegrationV1.String())
	require.Equal(t, "FranceConnect v2, http://127.0.0.1:8600/api/v2", parse(t, "http://127.0.0.1:8600").String())
	require.Equal(t, "no FranceConnect", franceconnect.Preset("nowhere").String())
}

func parse(t *testing.T, text string) franceconnect.Environment {
	env, err := franceconnect.ParseEnvironment(text)
	require.NoError(t, err)
	return env
}

func TestAnUnknownHostIsACustomEnvironment(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]franceconnect.Custom{
		"http://127.0.0.1:8600/api/v2":               {Platform: franceconnect.V2, Issuer: "http://127.0.0.1:8600/api/v2"},
		"http://127.0.0.1:8600/":                     {Platform: franceconnect.V2, Issuer: "http://127.0.0.1:8600/api/v2"},
		"http://localhost:8600/api/v2/":              {Platform: franceconnect.V2, Issuer: "http://localhost:8600/api/v2"},
		"http://[::1]:8600":                          {Platform: franceconnect.V2, Issuer: "http://[::1]:8600/api/v2"},
		"https://fc.proxy.example.org/tenant/api/v2": {Platform: franceconnect.V2, Issuer: "https://fc.proxy.example.org/tenant/api/v2"},
		"http://127.0.0.1:8600/api/v1":               {Platform: franceconnect.V1, Issuer: "http://127.0.0.1:8600"},
	} {
		require.Equal(t, franceconnect.Environment(want), parse(t, form), form)
	}
}

func TestAddressesThatCannotBeMeantAreRefusedWithTheNames(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"", "prod", "sandbx", "https://", "ftp://fc.example.org", "http://fc.example.org", "https://user:pass@oidc.franceconnect.gouv.fr",
		"https://oidc.franceconnect.gouv.fr:8443", "https://oidc.franceconnect.gouv.fr/api/v1", "https://oidc.franceconnect.gouv.fr/api/v2/authorize",
		"https://fcp.franceconnect.gouv.fr", "https://franceconnect.gouv.fr", "https://fcp-high.sbx.dev-franceconnect.fr", "::", "%zz", "localhost/%zz"} {
		_, err := franceconnect.ParseEnvironment(form)
		require.Error(t, err, form)
		require.NotContains(t, err.Error(), "pass", form)
	}
	_, err := franceconnect.ParseEnvironment("prod")
	require.ErrorContains(t, err, "production, integration, sandbox, production-plus, integration-plus, production-v1, integration-v1")
}

func TestAnEnvironmentTellsItsParts(t *testing.T) {
	t.Parallel()
	require.Equal(t, franceconnect.Custom{Platform: franceconnect.Plus, Issuer: "https://auth.franceconnect.gouv.fr/api/v2",
		AuthorizationURL: "https://auth.franceconnect.gouv.fr/api/v2/authorize", TokenURL: "https://auth.franceconnect.gouv.fr/api/v2/token",
		UserInfoURL: "https://auth.franceconnect.gouv.fr/api/v2/userinfo", JWKSURL: "https://auth.franceconnect.gouv.fr/api/v2/jwks",
		EndSessionURL: "https://auth.franceconnect.gouv.fr/api/v2/session/end", Algorithms: []string{"ES256"}, UserInfoFormat: "jwt", TokenEndpointAuthMethod: "client_secret_post"},
		franceconnect.ProductionPlus.Parts())
	v1 := franceconnect.Custom{Platform: franceconnect.V1, Issuer: "https://fc.example.org"}.Parts()
	require.Equal(t, []string{"https://fc.example.org/api/v1/authorize", "", "https://fc.example.org/api/v1/logout", "json"},
		[]string{v1.AuthorizationURL, v1.JWKSURL, v1.EndSessionURL, v1.UserInfoFormat})
	require.Equal(t, franceconnect.V2, parse(t, "http://127.0.0.1:8600").Parts().Platform)
	require.Zero(t, franceconnect.Preset("nowhere").Parts())
}

// endpoints reads where a client sends people, which is all that can be seen
// of an environment from outside.
func TestPresetsSendPeopleWhereFranceConnectIs(t *testing.T) {
	t.Parallel()
	for preset, want := range map[franceconnect.Preset]string{
		franceconnect.Production:  "https://oidc.franceconnect.gouv.fr/api/v2/authorize?",
		franceconnect.Integration: "https://fcp-low.integ01.dev-franceconnect.fr/api/v2/authorize?",
		franceconnect.Sandbox:     "https://fcp-low.sbx.dev-franceconnect.fr/api/v2/authorize?",
	} {
		c := good()
		c.Environment = preset
		fc := clientOf(t, c)
		w := httptest.NewRecorder()
		require.NoError(t, fc.Login(w, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}))
		require.True(t, strings.HasPrefix(w.Header().Get("Location"), want), w.Header().Get("Location"))
	}
}

func TestACustomEnvironmentIsCheckedLikeTheRest(t *testing.T) {
	t.Parallel()
	for problem, custom := range map[string]franceconnect.Custom{
		"issuer is not an absolute URL":            {},
		"issuer must be https":                     {Issuer: "http://fc.example.org"},
		"issuer ends with a slash":                 {Issuer: "https://fc.example.org/"},
		"issuer has a user name in it":             {Issuer: "https://a:b@fc.example.org"},
		"issuer has a fragment":                    {Issuer: "https://fc.example.org#a"},
		"issuer has a query":                       {Issuer: "https://fc.example.org?a=1"},
		"authorization URL has a parameter nonce,": {Issuer: "https://fc.example.org", AuthorizationURL: "https://fc.example.org/authorize?a=1&nonce=b"},
		"authorization URL has a malformed query":  {Issuer: "https://fc.example.org", AuthorizationURL: "https://fc.example.org/authorize?a;b"},
		"logout URL has a parameter state, ":       {Issuer: "https://fc.example.org", EndSessionURL: "https://fc.example.org/logout?state"},
		"token URL must be https":                  {Issuer: "https://fc.example.org", TokenURL: "http://fc.example.org/token"},
		"has a platform other than v2, plus, v1":   {Issuer: "https://fc.example.org", Platform: "v3"},
		"has a userinfo other than jwt, json":      {Issuer: "https://fc.example.org", UserInfoFormat: "xml"},
		"has a client authentication other than":   {Issuer: "https://fc.example.org", TokenEndpointAuthMethod: "private_key_jwt"},
		"allows an algorithm that FranceConnect v": {Issuer: "https://fc.example.org", Algorithms: []string{"HS256"}},
		"allows an algorithm that FranceConnect":   {Issuer: "https://fc.example.org", Algorithms: []string{"ES256", "none"}},
		"whose userinfo is always a JWT":           {Issuer: "https://fc.example.org", Platform: franceconnect.Plus, UserInfoFormat: "json"},
	} {
		c := good()
		c.Environment = custom
		_, err := franceconnect.New(c)
		var e *franceconnect.ConfigError
		require.ErrorAs(t, err, &e, problem)
		require.Equal(t, "Environment", e.Field)
		require.Contains(t, e.English, problem)
	}
}

func TestADiscoveryDocumentMakesACustomEnvironment(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/discovery-v2.json")
	require.NoError(t, err)
	var issuer string
	change := func(map[string]any) {}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v2/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		var d map[string]any
		_ = json.Unmarshal([]byte(strings.ReplaceAll(string(text), "https://core-fcp-low.docker.dev-franceconnect.fr/api/v2", issuer)), &d)
		change(d)
		_ = json.NewEncoder(w).Encode(d)
	}))
	defer s.Close()
	issuer = s.URL + "/api/v2"

	c, err := franceconnect.Discover(context.Background(), issuer, nil)
	require.NoError(t, err)
	require.Equal(t, franceconnect.Custom{Platform: franceconnect.V2, Issuer: issuer, AuthorizationURL: issuer + "/authorize",
		TokenURL: issuer + "/token", UserInfoURL: issuer + "/userinfo", JWKSURL: issuer + "/jwks", EndSessionURL: issuer + "/session/end",
		Algorithms: []string{"ES256", "RS256"}, UserInfoFormat: "jwt"}, sorted(c))

	change = func(d map[string]any) {
		delete(d, "userinfo_signing_alg_values_supported")
		d["token_endpoint_auth_methods_supported"] = []string{"client_secret_basic"}
		d["id_token_signing_alg_values_supported"] = []string{"RS256", "none"}
	}
	c, err = franceconnect.Discover(context.Background(), issuer, nil)
	require.NoError(t, err)
	require.Equal(t, "json", c.UserInfoFormat)
	require.Equal(t, "client_secret_basic", c.TokenEndpointAuthMethod)
	require.Equal(t, []string{"RS256"}, c.Algorithms)

	change = func(d map[string]any) { d["id_token_signing_alg_values_supported"] = []string{"HS256"} }
	_, err = franceconnect.Discover(context.Background(), issuer, nil)
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)

	change = func(d map[string]any) { d["token_endpoint"] = "http://evil.example.org/token" }
	_, err = franceconnect.Discover(context.Background(), issuer, nil)
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)

	change = func(d map[string]any) { d["issuer"] = "https://another.example.org" }
	_, err = franceconnect.Discover(context.Background(), issuer, nil)
	require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
	require.ErrorContains(t, err, "discovery.document")

	s.Close()
	_, err = franceconnect.Discover(context.Background(), issuer, nil)
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
}

// discovery answers with a document that names an issuer, at that issuer, and what
// another says elsewhere.
func discovery(t *testing.T, issuer string, otherwise func() *http.Response) (client *http.Client, asked *[]string) {
	asked = new([]string)
	return &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		*asked = append(*asked, r.URL.String())
		if r.URL.String() != issuer+"/.well-known/openid-configuration" {
			return otherwise(), nil
		}
		return answered(http.StatusOK, "application/json", strings.ReplaceAll(`{"issuer":"$","authorization_endpoint":"$/authorize","token_endpoint":"$/token","jwks_uri":"$/jwks","userinfo_endpoint":"$/userinfo",
			"end_session_endpoint":"$/session/end","id_token_signing_alg_values_supported":["ES256"],"userinfo_signing_alg_values_supported":["ES256"]}`, "$", issuer)), nil
	})}, asked
}

func answered(status int, contentType, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body))}
}

func notFound() *http.Response {
	return answered(http.StatusNotFound, "text/html", "<p>not found")
}

// What people paste is understood as ParseEnvironment understands it.
func TestDiscoverUnderstandsAnAddressWhoseIssuerIsKnown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		address, issuer string
		requests        int
	}{
		{"https://fcp-low.sbx.dev-franceconnect.fr", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2", 1},
		{"https://fcp-low.sbx.dev-franceconnect.fr/", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2", 1},
		{"fcp-low.sbx.dev-franceconnect.fr", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2", 1},
		{"sandbox", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2", 1},
		{"https://auth.franceconnect.gouv.fr", "https://auth.franceconnect.gouv.fr/api/v2", 1},
		{"https://mock.example.fr", "https://mock.example.fr/api/v2", 2},
		{"https://mock.example.fr/", "https://mock.example.fr/api/v2", 2},
		{"https://mock.example.fr", "https://mock.example.fr", 1}, // as other providers have it
		{"https://mock.example.fr/", "https://mock.example.fr", 1},
		{"https://mock.example.fr/oidc/", "https://mock.example.fr/oidc", 1},
		{"https://mock.example.fr/api/v2/.well-known/openid-configuration", "https://mock.example.fr/api/v2", 1},
		{" https://mock.example.fr/api/v2 ", "https://mock.example.fr/api/v2", 1},
		{"mock.example.fr", "https://mock.example.fr/api/v2", 2},
		{"mock.example.fr/oidc", "https://mock.example.fr/oidc", 1},
		{"mock.example.fr:8443/api/v2/", "https://mock.example.fr:8443/api/v2", 1},
	} {
		client, asked := discovery(t, test.issuer, notFound)
		c, err := franceconnect.Discover(t.Context(), test.address, client)
		require.NoError(t, err, test.address)
		require.Equal(t, test.issuer, c.Issuer, test.address)
		require.Len(t, *asked, test.requests, test.address)
		for _, at := range *asked { // net/http asks nobody without
			require.Contains(t, at, "https://", test.address)
		}
	}
	for _, address := range []string{"", "prod", "https://a.example.fr/\x00", "https://new.franceconnect.gouv.fr"} {
		client, _ := discovery(t, "https://mock.example.fr/api/v2", notFound)
		_, err := franceconnect.Discover(t.Context(), address, client)
		require.Error(t, err, address)
	}
}

// Later it will, or never.
func TestDiscoverTellsAnOutageFromAnotherDocument(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		kind              error
		requests          int
	}{
		"503":            {503, "text/plain", "maintenance", franceconnect.ErrUnavailable, 1},
		"503, a page":    {503, "text/html", "<p>maintenance", franceconnect.ErrUnavailable, 1},
		"500, JSON":      {500, "application/json", `{"error":"server_error"}`, franceconnect.ErrUnavailable, 1},
		"429":            {429, "text/plain", "slow down", franceconnect.ErrUnavailable, 1},
		"429, a page":    {429, "text/html", "<p>slow down", franceconnect.ErrUnavailable, 1},
		"404":            {404, "text/plain", "not found", franceconnect.ErrMisconfigured, 2},
		"403, a page":    {403, "text/html", "<p>no", franceconnect.ErrMisconfigured, 2},
		"elsewhere":      {302, "text/plain", "", franceconnect.ErrMisconfigured, 2},
		"a page":         {200, "text/html", "<p>hello", franceconnect.ErrMisconfigured, 2},
		"another issuer": {200, "application/json", `{"issuer":"https://other.example.fr"}`, franceconnect.ErrMisconfigured, 2},
	} {
		client, asked := discovery(t, "", func() *http.Response { return answered(test.status, test.contentType, test.body) })
		_, err := franceconnect.Discover(t.Context(), "https://mock.example.fr", client)
		require.ErrorIs(t, err, test.kind, name)
		require.Len(t, *asked, test.requests, name)
		var e *franceconnect.Error
		require.ErrorAs(t, err, &e)
		if test.status != http.StatusOK {
			require.Equal(t, test.status, e.Status, name)
		}
		require.Equal(t, map[error]string{franceconnect.ErrUnavailable: "discovery.unreachable", franceconnect.ErrMisconfigured: "discovery.document"}[test.kind], e.Reason, name)
		require.NotContains(t, err.Error(), "maintenance")
	}
}

func sorted(c franceconnect.Custom) franceconnect.Custom {
	if len(c.Algorithms) == 2 && c.Algorithms[0] > c.Algorithms[1] {
		c.Algorithms[0], c.Algorithms[1] = c.Algorithms[1], c.Algorithms[0]
	}
	return c
}

// What is understood, said as an address, is understood again as the same.
func FuzzParseEnvironmentOfItsIssuerIsItself(f *testing.F) {
	for _, s := range []string{"sandbox", "https://oidc.franceconnect.gouv.fr/", "http://127.0.0.1:8600", "http://localhost:1/api/v1", "https://a.b/c/.well-known/openid-configuration"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		env, err := franceconnect.ParseEnvironment(text)
		if err != nil {
			return
		}
		name := env.String()
		address := name[strings.LastIndex(name, ", ")+2:]
		if c, ok := env.(franceconnect.Custom); ok && c.Platform == franceconnect.V1 {
			address += "/api/v1"
		}
		again, err := franceconnect.ParseEnvironment(address)
		require.NoError(t, err, address)
		require.Equal(t, env, again)
		if p, ok := env.(franceconnect.Preset); ok {
			byName, err := franceconnect.ParseEnvironment(string(p))
			require.NoError(t, err)
			require.Equal(t, env, byName)
		}
	})
}

// FranceConnect may move before this library knows: who says what it is, is
// believed; who only mistypes is not.
func TestANewAddressOfFranceConnectWantsItsPlatform(t *testing.T) {
	t.Parallel()
	const moved = "https://oidc2.franceconnect.gouv.fr"
	_, err := franceconnect.ParseEnvironment(moved)
	require.ErrorContains(t, err, "say the platform too")
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", environment("FRANCECONNECT_ENVIRONMENT", moved, "FRANCECONNECT_PLATFORM", "plus"))
	require.NoError(t, err)
	parts := config.Environment.Parts()
	require.Equal(t, franceconnect.Plus, parts.Platform)
	require.Equal(t, moved+"/api/v2", parts.Issuer)
}
