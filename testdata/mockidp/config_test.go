package mockidp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestNewNamesTheWrongField(t *testing.T) {
	t.Parallel()
	client := func(edit func(*mockidp.Client)) []mockidp.Client {
		c := mockidp.DefaultClient(mockidp.V2)
		edit(&c)
		return []mockidp.Client{mockidp.DefaultClient(mockidp.V2), c}
	}
	for want, cfg := range map[string]mockidp.Config{
		"Platform is":               {Platform: "v3"},
		"Origin: ":                  {Origin: "localhost:8600"},
		`Origin: "http://x/" is`:    {Origin: "http://x/"},
		"Person: nobody":            {Person: "nobody"},
		"People[0]: acr is":         {People: []mockidp.Person{{Login: "a", ACR: "eidas9"}}},
		"People[0]: refuse":         {People: []mockidp.Person{{Login: "a", Refuse: "deceased"}}},
		"People[1]: Login":          {People: []mockidp.Person{{Login: "a"}, {Login: "a"}}},
		"Clients[1]: client_id":     {Clients: client(func(*mockidp.Client) {})},
		"Clients[1]: client_secret": {Clients: client(func(c *mockidp.Client) { c.ID, c.Secret = "b", "short" })},
		"Clients[1]: redirect_uris": {Clients: client(func(c *mockidp.Client) { c.ID, c.RedirectURIs = "b", nil })},
		"Clients[1]: signing_alg":   {Clients: client(func(c *mockidp.Client) { c.ID, c.SigningAlg = "b", "PS256" })},
		"encryption_alg is \"\"":    {Platform: mockidp.Plus, Clients: client(func(*mockidp.Client) {})},
		"but v2 encrypts nothing":   {Clients: []mockidp.Client{mockidp.DefaultClient(mockidp.Plus)}},
	} {
		if cfg.Origin == "" {
			cfg.Origin = "http://127.0.0.1:8600"
		}
		_, err := mockidp.New(cfg)
		require.ErrorContains(t, err, want)
	}
}

func TestReadClients(t *testing.T) {
	t.Parallel()
	clients, err := mockidp.ReadClients(strings.NewReader(`[{"client_id":"a","active":false},{"client_id":"b","scopes":["openid"]}]`))
	require.NoError(t, err)
	require.Len(t, clients, 2)
	require.False(t, *clients[0].Active)
	require.Nil(t, clients[1].Active)
	_, err = mockidp.ReadClients(strings.NewReader("\ufeff" + `[{"client_id":"a"}]`))
	require.NoError(t, err, "the mark with which some editors begin")
	for text, want := range map[string]string{
		`{}`:                                       "JSON array",
		`[{"client_id":"a"},{"client_idd":"b"}]`:   `clients[1]: json: unknown field "client_idd"`,
		`[{"client_id":"a","scopes":"openid"}]`:    "clients[0]",
		`[{"client_id":"a"},{"client_secret":""}]`: "clients[1]: client_id",
		`[]`:                    "it has no element",
		`null`:                  "it has no element",
		`[{"client_id":"a"}][]`: "something follows the JSON value",
		`[{"client_id":"a"}]]`:  "something follows the JSON value",
		`[{"client_id":1}]`:     "clients[0]: client_id: JSON of another kind is wanted than number",
	} {
		_, err := mockidp.ReadClients(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
}

func TestDiscoveryMatchesTheEndpoints(t *testing.T) {
	t.Parallel()
	for _, platform := range []mockidp.Platform{mockidp.V2, mockidp.Plus} {
		w := start(t, mockidp.Config{Platform: platform, Auto: true})
		p := w.do(w.back, "GET", w.base+"/.well-known/openid-configuration", nil, http.Header{"Origin": {"https://rp.example.org"}})
		require.Equal(t, "public, max-age=600", p.Header.Get("Cache-Control"))
		require.Equal(t, "https://rp.example.org", p.Header.Get("Access-Control-Allow-Origin"))
		var doc map[string]any
		require.NoError(t, json.Unmarshal([]byte(p.body), &doc))
		require.Equal(t, w.idp.Issuer(), doc["issuer"])
		for name, want := range map[string]int{"authorization_endpoint": 400, "userinfo_endpoint": 401, "jwks_uri": 200, "end_session_endpoint": 400, "token_endpoint": 404} {
			require.Equal(t, want, w.get(doc[name].(string)).StatusCode, name)
		}
		require.Equal(t, "application/jwk-set+json; charset=utf-8", w.get(doc["jwks_uri"].(string)).Header.Get("Content-Type"))
		require.Equal(t, platform == mockidp.Plus, doc["id_token_encryption_alg_values_supported"] != nil)
	}
}

// TestPathsAreTakenAsTheyAreWritten holds what a router of net/http would
// smooth away.
func TestPathsAreTakenAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Auto: true})
	query := "?" + strings.SplitN(w.authorizeURL(), "?", 2)[1]
	for path, want := range map[string]string{
		"/jwks/": "200 ", "/JWKS": "200 ", "//jwks": "404 Y000404", "/%6awks": "404 Y000404", "/x/../jwks": "404 Y000404",
		"/authorize/" + query: "401 Y190001", "/AUTHORIZE" + query: "401 Y190001", "": "301 ", "/authorize/abc": "400 Y04D5AB7",
	} {
		p := w.get(w.base + path)
		if p.StatusCode == http.StatusSeeOther {
			p, _ = w.follow(p)
		}
		require.Equal(t, want, fmt.Sprint(p.StatusCode, " ", yCode.FindString(p.body)), path)
	}
}
