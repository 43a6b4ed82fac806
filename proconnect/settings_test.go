package proconnect_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/proconnect"
)

var key = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32)))

func TestEnvironmentsAreWhatPeoplePaste(t *testing.T) {
	t.Parallel()
	for env, all := range map[proconnect.Environment][]string{
		proconnect.Production:                  {"production", "PRODUCTION ", "auth.agentconnect.gouv.fr", "https://auth.agentconnect.gouv.fr/", "https://auth.agentconnect.gouv.fr/api/v2/.well-known/openid-configuration", "https://AUTH.agentconnect.gouv.fr/api/v2/"},
		proconnect.Integration:                 {"integration", "https://fca.integ01.dev-agentconnect.fr/api/v2"},
		proconnect.ProductionRIE:               {"production-rie", "auth.agentconnect.rie.gouv.fr"},
		proconnect.IntegrationRIE:              {"integration-rie", "https://fca.integ02.agentconnect.rie.gouv.fr"},
		"http://localhost:8080/api/v2":         {"http://localhost:8080", "http://localhost:8080/api/v2/"},
		"http://localhost/api/v2":              {"http://localhost"},
		"https://pc.example.fr/federation/api": {"https://pc.example.fr/federation/api/"},
	} {
		for _, pasted := range all {
			got, err := proconnect.ParseEnvironment(pasted)
			require.NoError(t, err, pasted)
			require.Equal(t, env, got, pasted)
			require.Contains(t, got.String(), "ProConnect, ")
		}
	}
	require.Equal(t, "ProConnect, production-rie, https://auth.agentconnect.rie.gouv.fr/api/v2", proconnect.ProductionRIE.String())
	for pasted, said := range map[string]string{
		"":                            "is missing",
		"https://pc.example.fr:port/": "is neither a URL nor one of production, integration, production-rie, integration-rie",
		"prod":                        "is neither a URL nor one of production, integration, production-rie, integration-rie",
		"https://auth.agentconnect.gouv.fr/api/v1":  "is on the host of production, but not at its address https://auth.agentconnect.gouv.fr/api/v2",
		"https://auth.agentconnect.gouv.fr:8443":    "is on the host of production, but not at its address https://auth.agentconnect.gouv.fr/api/v2",
		"https://fca.integ03.dev-agentconnect.fr":   "is on a host that ProConnect is not known to have; known are production, integration, production-rie, integration-rie",
		"https://www.proconnect.gouv.fr":            "is on a host that ProConnect is not known to have; known are production, integration, production-rie, integration-rie",
		"https://oidc.franceconnect.gouv.fr/api/v2": "is an address of FranceConnect (production), not of ProConnect",
		"http://pc.example.fr":                      "must be https",
		"https://user:hush@pc.example.fr":           "has a user name in it",
		"https://pc.example.fr/api/v2?a=1":          "ends with a slash or has a query",
	} {
		_, err := proconnect.ParseEnvironment(pasted)
		require.EqualError(t, err, "proconnect: environment "+said, pasted)
	}
}

// A portal that mixes up its two doors is told so at each of them.
func TestFranceConnectKnowsAnAddressOfProConnects(t *testing.T) {
	t.Parallel()
	for pasted, name := range map[string]string{
		"auth.agentconnect.gouv.fr": "ProConnect, production", string(proconnect.Integration): "ProConnect, integration",
		string(proconnect.ProductionRIE): "ProConnect, production-rie", string(proconnect.IntegrationRIE) + "/.well-known/openid-configuration": "ProConnect, integration-rie",
		"https://identite.proconnect.gouv.fr": "ProConnect",
	} {
		_, err := franceconnect.ParseEnvironment(pasted)
		require.ErrorContains(t, err, "environment is an address of "+name+", which signs professionals in and is not FranceConnect", pasted)
	}
	_, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", func(name string) string {
		return map[string]string{"FRANCECONNECT_ENVIRONMENT": string(proconnect.Production), "FRANCECONNECT_PLATFORM": "v2"}[name]
	})
	require.ErrorContains(t, err, "FRANCECONNECT_ENVIRONMENT is an address of ProConnect, production")
}

func TestSettingsAreReadFromVariablesAndFromJSON(t *testing.T) {
	t.Parallel()
	want := proconnect.Config{
		Environment: proconnect.Integration, ClientID: "id", ClientSecret: "s3cr3t", Scopes: []string{"email", "siret"}, Assurance: proconnect.SeveralFactors() | proconnect.Eidas1,
		UserInfoJSON: true, CookieKeys: []franceconnect.CookieKey{franceconnect.CookieKey([]byte(strings.Repeat("k", 32)))},
		RedirectURL: "https://rp.test/cb", PostLogoutRedirectURL: "https://rp.test/", HomePath: "/portail/", MaxCalls: 7,
	}
	secret := t.TempDir() + "/secret"
	require.NoError(t, os.WriteFile(secret, []byte("s3cr3t\n"), 0o600))
	variables := map[string]string{"ENABLED": "oui", "ENVIRONMENT": "integration", "CLIENT_ID": "id", "CLIENT_SECRET_FILE": secret, "SCOPES": " email  siret ",
		"ASSURANCE": "mfa eidas1", "USERINFO_JSON": "true", "COOKIE_KEYS": key, "REDIRECT_URL": "https://rp.test/cb", "POST_LOGOUT_REDIRECT_URL": "https://rp.test/", "HOME_PATH": "/portail/", "MAX_CALLS": "7"}
	got, err := proconnect.ConfigFromEnv("AGENTS_", func(name string) string { return variables[strings.TrimPrefix(name, "AGENTS_")] })
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = proconnect.New(got)
	require.NoError(t, err)

	got, err = proconnect.ConfigFromJSON([]byte(`{"enabled": true, "environment": "integration", "client_id": "id", "client_secret_file": "secret", "scopes": ["email", "siret"],
		"assurance": ["mfa", "eidas1"], "userinfo_json": true, "cookie_keys": ["`+key+`"], "redirect_url": "https://rp.test/cb", "post_logout_redirect_url": "https://rp.test/", "home_path": "/portail/", "max_calls": 7}`),
		fstest.MapFS{"secret": {Data: []byte("s3cr3t")}})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestAWrongSettingIsNamed(t *testing.T) {
	t.Parallel()
	_, err := proconnect.ConfigFromEnv("PROCONNECT_", func(name string) string {
		return map[string]string{"PROCONNECT_ENVIRONMENT": "oidc.franceconnect.gouv.fr", "PROCONNECT_ASSURANCE": "eidas1 eidas4", "PROCONNECT_USERINFO_JSON": "maybe",
			"PROCONNECT_SCOPES": "email,siret", "PROCONNECT_MAX_CALLS": "-1", "PROCONNECT_COOKIE_KEYS": "hush", "PROCONNECT_CLIENT_ID": `"id"`}[name]
	})
	require.Equal(t, strings.Join([]string{
		`proconnect: PROCONNECT_CLIENT_ID is in quotation marks, which are part of it then: take them out`,
		`proconnect: PROCONNECT_USERINFO_JSON is neither true nor false`,
		`proconnect: PROCONNECT_ENVIRONMENT is an address of FranceConnect (production), not of ProConnect`,
		`proconnect: PROCONNECT_SCOPES separates names by commas: it takes spaces`,
		`proconnect: PROCONNECT_ASSURANCE holds eidas4, which is no level: those are mfa, eidas0, eidas0-mfa, eidas1, eidas1-mfa, eidas2, eidas3, https://proconnect.gouv.fr/assurance/certification-dirigeant`,
		`proconnect: PROCONNECT_MAX_CALLS is not a number from 1 on`,
		`proconnect: PROCONNECT_COOKIE_KEYS holds something else than keys of 32 bytes in base64`,
	}, "\n"), err.Error())
	advice, _ := franceconnect.OperatorAdvice(err)
	require.Contains(t, advice, "Le champ «\u00a0Niveaux de garantie acceptés (acr)\u00a0» (PROCONNECT_ASSURANCE) contient eidas4")
	require.Contains(t, advice, "PROCONNECT_ENVIRONMENT) est une adresse de FranceConnect")

	// A setting of the other door is unknown at this one, and the other way round.
	_, err = proconnect.ConfigFromJSON([]byte(`{"level": "eidas1", "environment": "integration"}`), nil)
	require.EqualError(t, err, "proconnect: level is not a known setting")
	_, err = franceconnect.ConfigFromJSON([]byte(`{"assurance": ["mfa"], "environment": "sandbox"}`), nil)
	require.EqualError(t, err, "franceconnect: assurance is not a known setting")
	_, err = proconnect.ConfigFromJSON([]byte(`{"assurance": "mfa", "environment": "integration"`), nil)
	require.ErrorContains(t, err, "proconnect: JSON is malformed near line 1")
	require.Len(t, franceconnect.ConfigErrors(err), 1, "and nothing is said of what could not be read")

	c, err := proconnect.ConfigFromEnv("PROCONNECT_", func(name string) string {
		return map[string]string{"PROCONNECT_ENABLED": "false", "PROCONNECT_MAX_CALLS": "many"}[name]
	})
	require.NoError(t, err, "whoever switches it off may not have it right")
	require.True(t, c.Disabled)
}

func TestAWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	good := func() proconnect.Config {
		return proconnect.Config{Environment: proconnect.Production, ClientID: "id", ClientSecret: "hush-hush", RedirectURL: "https://rp.test/cb", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()}}
	}
	_, err := proconnect.New(good())
	require.NoError(t, err)
	for want, change := range map[string]func(*proconnect.Config){
		"Environment is missing":                                                  func(c *proconnect.Config) { c.Environment = "" },
		"Environment ends with a slash or has a query":                            func(c *proconnect.Config) { c.Environment += "/" },
		"Environment must be https":                                               func(c *proconnect.Config) { c.Environment = "http://pc.example.fr/api/v2" },
		"Environment is an address of FranceConnect (sandbox), not of ProConnect": func(c *proconnect.Config) { c.Environment = "https://fcp-low.sbx.dev-franceconnect.fr/api/v2" },
		"ClientID is missing":                                                     func(c *proconnect.Config) { c.ClientID = "" },
		"ClientSecret has a space, a line break or a character that is not ASCII: copy the value alone": func(c *proconnect.Config) { c.ClientSecret = "hush\n" },
		"RedirectURL has a parameter iss, which ProConnect adds itself":                                 func(c *proconnect.Config) { c.RedirectURL += "?iss=1" },
		"RedirectURL has two parameters of one name":                                                    func(c *proconnect.Config) { c.RedirectURL += "?a=1&a=2" },
		"PostLogoutRedirectURL must be https, except on this machine (localhost)":                       func(c *proconnect.Config) { c.PostLogoutRedirectURL = "http://rp.test/" },
		"HomePath is not a path on this site, such as /portail/":                                        func(c *proconnect.Config) { c.HomePath = "//elsewhere" },
		"MaxCalls is negative": func(c *proconnect.Config) { c.MaxCalls = -1 },
		"CookieKeys is missing: at least one key of 32 bytes is needed":        func(c *proconnect.Config) { c.CookieKeys = nil },
		"CookieKeys holds a key that is all zeros":                             func(c *proconnect.Config) { c.CookieKeys[0] = franceconnect.CookieKey{} },
		"Assurance holds a level that ProConnect does not have":                func(c *proconnect.Config) { c.Assurance = 1 << 7 },
		"Scopes holds an empty name, a space or a comma: one scope an element": func(c *proconnect.Config) { c.Scopes = []string{"email siret"} },
		"Scopes has more than 1024 characters in all":                          func(c *proconnect.Config) { c.Scopes = []string{strings.Repeat("a", 1024)} },
	} {
		c := good()
		change(&c)
		_, err := proconnect.New(c)
		require.EqualError(t, err, "proconnect: "+want)
		require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
		require.Len(t, franceconnect.ConfigErrors(err), 1)
	}
}

func TestAWrongLoginRequestIsNamed(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, func(c *proconnect.Config) { c.Assurance = proconnect.Eidas1 })
	long := strings.Repeat("a", 255)
	for _, ask := range []proconnect.LoginRequest{{LoginHint: long + "@example.fr"}, {LoginHint: "nobody"}, {LoginHint: "a@example.fr\r\n"}, {IdPHint: long}, {IdPHint: "é"}, {SIRETHint: "130 025 265 00013"}} {
		err := p.pc.Login(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/login", nil), ask)
		require.Len(t, franceconnect.ConfigErrors(err), 1, "%+v", ask)
		require.NotContains(t, err.Error(), "a@", "what people typed")
	}
	for want, ask := range map[string]proconnect.LoginRequest{
		"LoginRequest.Assurance has no level of Config.Assurance, which accepts eidas1":       {Assurance: proconnect.Eidas2},
		"LoginRequest.Assurance holds a level that ProConnect does not have":                  {Assurance: 1 << 7},
		"LoginRequest.LoginHint is not an e-mail address, such as name@example.org":           {LoginHint: "Agent <a@example.fr>"},
		"LoginRequest.SIRETHint is not a SIRET: 14 digits, the last of which are for control": {SIRETHint: "13002526500014"},
		"LoginRequest.IdPHint is too long, or has a space or a character that is not ASCII":   {IdPHint: "a b"},
	} {
		w := newBrowser(t, p)
		p.asks(ask)
		res, err := w.Get(p.url + "/login")
		require.NoError(t, err)
		res.Body.Close()
		require.EqualError(t, p.err, "proconnect: "+want)
	}
}

func TestClientsOfOnePoolShareKeysAndConnections(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	var pool proconnect.Pool
	for range 3 {
		pc, err := pool.New(p.config)
		require.NoError(t, err)
		require.NoError(t, pc.Ready(t.Context()))
	}
	asked := 0
	for _, r := range p.idp.Requests() {
		if strings.HasSuffix(r.Path, "/jwks") {
			asked++
		}
	}
	require.Equal(t, 1, asked)
}

func TestTheButtonSaysWhereItLeads(t *testing.T) {
	t.Parallel()
	p := newPortal(t, nil, nil)
	require.Equal(t, `<div class="proconnect">
<a class="proconnect-button" href="/proconnect/login?next=%2Fa" hx-boost="false" data-turbo="false">S’identifier avec <strong>ProConnect</strong></a>
<p><a href="https://www.proconnect.gouv.fr/" target="_blank" rel="noopener" title="Qu’est-ce que ProConnect`+"\u202f"+`? - nouvelle fenêtre">Qu’est-ce que ProConnect`+"\u202f"+`?</a></p>
</div>`, string(p.pc.Button(proconnect.Button{Path: "/proconnect/login?next=%2Fa"})))
	english := string(p.pc.Button(proconnect.Button{Path: "https://elsewhere.example", English: true, Image: "/pc.svg", HoverImage: "/pc-hover.svg"}))
	require.Contains(t, english, `href="/" hx-boost`)
	require.Contains(t, english, `<img src="/pc.svg" alt="Sign in with ProConnect"><img src="/pc-hover.svg" alt="">`)
	require.Contains(t, english, `What is ProConnect?`)
	require.NotContains(t, english, "ConnectS")
	for _, class := range []string{"proconnect", "proconnect-button", "proconnect-image"} {
		require.Contains(t, proconnect.ButtonCSS, "."+class)
	}
}
