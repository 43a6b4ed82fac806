package mockidp_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// readAppToken verifies a token of the app with its published key.
func readAppToken(t *testing.T, raw string) (map[string]any, error) {
	var keys jose.JSONWebKeySet
	require.NoError(t, json.Unmarshal(mockidp.AppKeys(), &keys))
	require.True(t, keys.Keys[0].IsPublic())
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	text, err := signed.Verify(keys.Key(signed.Signatures[0].Header.KeyID)[0])
	claims := map[string]any{}
	if err == nil {
		err = json.Unmarshal(text, &claims)
	}
	return claims, err
}

func TestTheAppSignsWhereAPersonGoesOnTo(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{})
	claims, err := readAppToken(t, w.idp.AppToken("https://portail.example.fr/aides", mockidp.TokenChange{}))
	require.NoError(t, err)
	now := float64(w.clock.Now().Unix())
	require.NotEmpty(t, claims["jti"])
	delete(claims, "jti")
	require.Equal(t, map[string]any{"iss": "ami", "iat": now, "exp": now + 600, mockidp.AppDestinationClaim: "https://portail.example.fr/aides"}, claims)
	require.Panics(t, func() { w.idp.AppToken("/", mockidp.TokenChange{Alg: "RS1"}) })
}

func TestThePageOfTheAppSendsAPersonToThePortal(t *testing.T) {
	t.Parallel()
	client := newClient(t, mockidp.V2)
	client.Prompts = []string{"login"}
	w := start(t, mockidp.Config{Clients: []mockidp.Client{client}})
	origin := strings.TrimSuffix(w.base, "/api/v2")
	require.Contains(t, w.get(origin+"/").body, `href="/app"`)
	shown := w.get(origin + "/app")
	require.Contains(t, shown.body, `value="http://localhost:8080/franceconnect/direct"`)
	require.Contains(t, shown.body, `value="http://localhost:8080/"`)
	for _, day := range mockidp.AppDays() {
		require.Contains(t, shown.body, `value="`+day.Name+`"`)
	}
	require.Contains(t, w.get(origin+"/app?lang=en&to=https://ailleurs.example.fr/entree").body, "https://ailleurs.example.fr/entree")

	open := func(fields ...string) page {
		form := url.Values{"to": {"http://localhost:8080/franceconnect/direct?a=1"}, "destination": {"http://localhost:8080/aides"}}
		edit(form, fields...)
		return w.do(w.web, "POST", origin+"/app", form, nil)
	}
	gone := open()
	require.Equal(t, http.StatusSeeOther, gone.StatusCode)
	to, err := gone.Location()
	require.NoError(t, err)
	require.Equal(t, "1", to.Query().Get("a"))
	claims, err := readAppToken(t, to.Query().Get("ami_token"))
	require.NoError(t, err)
	require.Equal(t, "http://localhost:8080/aides", claims[mockidp.AppDestinationClaim])
	require.Empty(t, gone.Cookies(), "nobody was signed in")
	for wrong, want := range map[string][]string{
		"to is no http":          {"to", "nowhere"},
		"to is no http or":       {"to", "ftp://portail.example.fr/"},
		`the name "yesterday"`:   {"day", "yesterday"},
		`has the login "nobody"`: {"login", "nobody"},
	} {
		p := open(want...)
		require.Equal(t, http.StatusBadRequest, p.StatusCode)
		require.Contains(t, p.body, wrong)
	}
	to, err = open("day", "other-key").Location()
	require.NoError(t, err)
	_, err = readAppToken(t, to.Query().Get("ami_token"))
	require.Error(t, err)

	// Who is signed in to the app passes without a page.
	require.NotEmpty(t, open("login", "camille").Cookies())
	p, back := w.follow(w.get(w.authorizeURL("prompt", "login")))
	require.NotNil(t, back, p.body)
	require.NotEmpty(t, back.Query().Get("code"))
	w.clock.Advance(time.Minute)
	p, back = w.follow(w.get(w.authorizeURL()))
	require.Nil(t, back)
	require.Contains(t, p.body, "will receive these data", "without prompt=login there is a page")
}

func TestAPromptThatChangesNothingIsNoted(t *testing.T) {
	t.Parallel()
	var notes []mockidp.Note
	w := start(t, mockidp.Config{Note: func(n mockidp.Note) { notes = append(notes, n) }})
	w.get(w.authorizeURL("prompt", "login"))
	require.Len(t, notes, 1)
	require.False(t, notes[0].Refused)
	require.Contains(t, notes[0].Text, "has not been granted")
}

func TestV1HasNoApp(t *testing.T) {
	t.Parallel()
	w := start(t, mockidp.Config{Platform: mockidp.V1})
	origin := strings.TrimSuffix(w.base, "/api/v1")
	require.Equal(t, http.StatusNotFound, w.get(origin+"/app").StatusCode)
	require.NotContains(t, w.get(origin+"/").body, "/app")
}
